/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every query of reports/ is prepared, and says the same by hand as through the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/query.h"
#include "base/buf.h"
#include "base/embed.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

static char path[512];

static size_t
name_of(char out[64], const char *file)
{
	size_t len = strlen(file);

	if (strncmp(file, "reports/", 8) != 0 || strcmp(file + len - 4, ".sql") != 0)
		return 0;
	snprintf(out, 64, "%.*s", (int)(len - 12), file + 8);
	return len;
}

static void
test_all_prepare(struct db *db)
{
	char name[64];
	size_t count = 0;

	for (size_t i = 0; i < embed_count; i++) {
		struct query *q = NULL;
		struct err err = { .reason = REASON_NONE };

		if (name_of(name, embed_files[i].name) == 0)
			continue;
		count++;
		if (ok(query_open(&q, db, name, &err) == 0, "%s prepares", name)) {
			query_bind_int(q, 1, 2);
			ok(query_step(q, &err) >= 0, "%s runs", name);
		} else {
			tap_note("%s", err.text);
		}
		query_close(q);
	}
	ok(count >= 20, "%zu queries", count);
}

/* As the sqlite3 shell prints: columns with a bar between. */
static void
rows_of(struct buf *out, struct db *db, const char *name)
{
	AUTO(query_close) struct query *q = NULL;

	buf_reset(out);
	if (query_open(&q, db, name, NULL) != 0)
		return;
	while (query_step(q, NULL) == 1) {
		for (int i = 0; i < 3; i++) {
			buf_text(out, i > 0 ? "|" : "");
			buf_str(out, query_str(q, i));
		}
		buf_text(out, "\n");
	}
}

/* The first three columns of what the shell prints for the file itself, run newest. */
static bool
by_hand(struct buf *out, const char *name)
{
	char command[1200], line[8192];
	FILE *f;

	buf_reset(out);
	snprintf(command, sizeof(command), "sqlite3 '%s' < '%s/reports/%s.sql' 2>&1",
	    path, tap_srcdir(), name);
	f = popen(command, "r");
	if (f == NULL)
		return false;
	while (fgets(line, sizeof(line), f) != NULL) {
		char *end = line;

		for (int bars = 0; *end != '\0' && *end != '\n'; end++)
			if (*end == '|' && ++bars == 3)
				break;
		*end = '\0';
		buf_printf(out, "%s\n", line);
	}
	return pclose(f) == 0;
}

static void
test_by_hand(struct db *db)
{
	static const char *const names[] = { "summary", "changes", "reasons", "remedies",
		"inputs", "policies", "anchors", "certificates", "run" };
	AUTO(buf_clear) struct buf a = { .max = 1 << 20 };
	AUTO(buf_clear) struct buf b = { .max = 1 << 20 };

	if (system("command -v sqlite3 >/dev/null 2>&1") != 0) {
		tap_skip("no sqlite3 shell");
		return;
	}
	for (size_t i = 0; i < COUNT(names); i++) {
		rows_of(&a, db, names[i]);
		ok(by_hand(&b, names[i]), "sqlite3 < reports/%s.sql", names[i]);
		is_bytes(buf_bytes(&b), buf_bytes(&a), "%s: the same rows", names[i]);
	}
}

static void
test_numbers(struct db *db)
{
	AUTO(query_close) struct query *s = NULL;
	AUTO(query_close) struct query *c = NULL;
	static const int64_t want[] = { 2, 1, 6, 2, 1, 0, 2, 0, 1, 1, 5, 400, 400 };
	static const int64_t changes[] = { 1, 3, 1, 0, 3, 1 };

	ok(query_open(&s, db, "summary", NULL) == 0 && query_step(s, NULL) == 1,
	    "summary");
	for (size_t i = 0; i < COUNT(want); i++)
		is_u64((uint64_t)query_int(s, (int)i), (uint64_t)want[i],
		    "summary, column %zu", i);
	ok(query_open(&c, db, "changes", NULL) == 0 && query_step(c, NULL) == 1,
	    "changes");
	for (size_t i = 0; i < COUNT(changes); i++)
		is_u64((uint64_t)query_int(c, (int)i), (uint64_t)changes[i],
		    "changes, column %zu", i);
	query_reset(c);
	query_bind_int(c, 1, 1);
	ok(query_step(c, NULL) == 1 && query_null(c, 0) && query_null(c, 1),
	    "the first run is compared with nothing");
}

static void
test_run_names(struct db *db)
{
	static const struct {
		const char *name, *series;
		int64_t want;
		const char *why;
	} rows[] = {
		{ "latest", NULL, 2, "latest" },
		{ "latest", "nightly", 2, "latest of the series" },
		{ "latest", "weekly", 0, "no such series" },
		{ SAMPLE_FIRST, NULL, 1, "a UUID" },
		{ "22222222", NULL, 2, "its first 8 characters" },
		{ "2222222", NULL, 0, "too short" },
		{ "33333333", NULL, 0, "none" },
		{ "%%%%%%%%", NULL, 0, "a pattern" },
		{ "", NULL, 0, "nothing" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { .reason = REASON_NONE };
		int64_t id = 0;
		int got = query_run(
		    &id, db, str_of(rows[i].name), str_of(rows[i].series), &err);

		is_u64((uint64_t)id, (uint64_t)rows[i].want, "%s", rows[i].why);
		is_reason(got == 0 ? REASON_NONE : err.reason,
		    rows[i].want == 0 ? REASON_DB_RUN : REASON_NONE, "%s", rows[i].why);
	}
}

static void
test_ambiguous(void)
{
	struct err err = { .reason = REASON_NONE };
	struct db *db = sample_open(sample_path("two.db"), DB_WRITE, NULL);
	int64_t id = 0;

	record_free(sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z"));
	record_free(sample_begin(
	    db, "11111111-1111-4111-8111-222222222222", "2026-11-21T03:00:00Z"));
	ok(query_run(&id, db, STR("11111111-1111"), STR_NONE, &err) == -1,
	    "two runs begin so");
	is_reason(err.reason, REASON_DB_RUN, "two runs begin so");
	ok(query_run(&id, db, str_of(SAMPLE_FIRST), STR_NONE, &err) == 0 && id == 1,
	    "sibling: the whole UUID");
	db_close(db);
}

int
main(void)
{
	struct db *db;

	snprintf(path, sizeof(path), "%s", sample_path("query.db"));
	db = sample_open(path, DB_WRITE, NULL);
	sample_two_runs(db);
	db_close(db);
	db = sample_open(path, DB_READ, NULL);
	test_all_prepare(db);
	test_numbers(db);
	test_run_names(db);
	test_by_hand(db);
	db_close(db);
	test_ambiguous();
	return tap_done();
}
