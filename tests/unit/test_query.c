/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every query of reports/ is prepared, and says the same by hand as through the program.
 */
#include <sqlite3.h>
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
		"inputs", "policies", "anchors", "certificates", "run", "notes",
		"revocation", "revocation-summary", "revocation-unusable" };
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

/* --- revocation --- */

/* Each row on one line, columns from `first` to `last`; NULL is "-". */
static void
columns_of(struct buf *out, struct query *q, int first, int last)
{
	buf_reset(out);
	while (query_step(q, NULL) == 1) {
		for (int i = first; i <= last; i++) {
			buf_text(out, i > first ? " " : "");
			buf_str(out, query_null(q, i) ? STR("-") : query_str(q, i));
		}
		buf_text(out, "\n");
	}
}

static void
rows_are(struct db *db, const char *name, int64_t a, int64_t b, int first, int last,
    const char *want)
{
	AUTO(buf_clear) struct buf got = { .max = 1 << 20 };
	AUTO(query_close) struct query *q = NULL;

	if (!ok(query_open(&q, db, name, NULL) == 0, "%s", name))
		return;
	query_bind_int(q, 1, a);
	if (b >= 0)
		query_bind_int(q, 2, b);
	columns_of(&got, q, first, last);
	is_str(str_of(buf_cstr(&got)), want, "%s, columns %d to %d", name, first, last);
}

static void
test_revocation(struct db *db)
{
	/* kind, digest, path, issuer, number, this_update, next_update, in_use */
	rows_are(db, "revocation", 1, -1, 4, 7,
	    "0a 2026-11-09T06:00:00Z 2026-12-09T06:00:00Z 1\n"
	    "0b 2026-11-20T06:00:00Z 2026-12-09T06:00:00Z 1\n"
	    "- 2026-11-09T06:00:00Z 2026-12-09T06:00:00Z 1\n"
	    "05 2026-11-09T06:00:00Z - 0\n");
	rows_are(db, "revocation-unusable", 1, -1, 0, 2,
	    "crl/\\u{001B}[2Jnotes\\xFF.txt crl.malformed no DER\n");
	/* lists, responses, in use, unusable, asked, without data */
	rows_are(db, "revocation-summary", 1, -1, 0, 5, "3 1 3 1 3 1\n");
	/* The answer of the response is older than the newest in it; time of judgement counts. */
	rows_are(db, "revocation-summary", 1, -1, 7, 9,
	    "ocsp/ca.ocsp 2026-11-08T06:00:00Z 1108800\n");
	rows_are(db, "revocation-results", 1, 5, 0, 2,
	    "good CN=signer,O=Acme 01\ngood CN=Acme CA,O=Acme 02\n");
	rows_are(db, "revocation-results", 1, 5, 9, 10, "crl/delta.crl 0b\n- -\n");
	rows_are(db, "revocation-results", 1, 4, 0, 2, "");
}

/* Data that somebody spoiled are no data; the report is made all the same. */
static void
test_spoiled(void)
{
	static const struct {
		const char *data, *summary;
	} rows[] = {
		{ "{\"certificates\":[", "3 1 0 1 0 0\n" },
		{ "{\"certificates\":7}", "3 1 0 1 0 0\n" },
		{ "{\"certificates\":[7,[],\"x\",null]}", "3 1 0 1 0 0\n" },
		{ "[1]", "3 1 0 1 0 0\n" },
		{ "{\"certificates\":[{\"sha256\":{\"a\":1},\"result\":[2]}]}",
		    "3 1 0 1 1 0\n" },
		{ "{\"certificates\":{\"a\":{\"result\":\"good\"}}}", "3 1 0 1 1 0\n" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[32], *text;
		sqlite3 *sql = NULL;
		struct db *db;

		snprintf(name, sizeof(name), "spoiled-%zu.db", i);
		db = sample_open(sample_path(name), DB_WRITE, NULL);
		sample_revocation_run(db);
		db_close(db);
		text = sqlite3_mprintf(
		    "UPDATE step SET data = %Q WHERE data IS NOT NULL", rows[i].data);
		ok(sqlite3_open(sample_path(name), &sql) == SQLITE_OK &&
			sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK,
		    "spoiled: %s", rows[i].data);
		sqlite3_free(text);
		sqlite3_close(sql);
		db = sample_open(sample_path(name), DB_READ, NULL);
		rows_are(db, "revocation-summary", 1, -1, 0, 5, rows[i].summary);
		rows_are(db, "revocation", 1, -1, 7, 7, "0\n0\n0\n0\n");
		db_close(db);
	}
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
	snprintf(path, sizeof(path), "%s", sample_path("revocation.db"));
	db = sample_open(path, DB_WRITE, NULL);
	sample_revocation_run(db);
	test_revocation(db);
	test_by_hand(db);
	db_close(db);
	test_spoiled();
	test_ambiguous();
	return tap_done();
}
