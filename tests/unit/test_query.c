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
#include "tests/lib/rows.h"
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

/* What a report reads of a row is known when it asks, not when a row comes. */
static void
test_missing_column(struct db *db)
{
	struct row {
		struct str digest, verdict;
	};
	static const struct query_column wrong[] = { COLUMN(struct row, digest),
		COLUMN(struct row, verdict) };
	static const struct query_column right[] = { COLUMN(struct row, digest),
		COLUMN_AS(struct row, verdict, "policy.statement") };
	AUTO(query_close) struct query *q = NULL;
	struct err err = { .reason = REASON_NONE };
	struct row row;
	int place;

	ok(query_rows(&q, db, "artifacts", wrong, COUNT(wrong), &err) == -1 && q == NULL,
	    "bad_column_missing");
	is_reason(err.reason, REASON_INTERNAL, "bad_column_missing");
	ok(strstr(err.text, "artifacts") != NULL && strstr(err.text, "verdict") != NULL,
	    "bad_column_missing: both are named");
	ok(query_rows(&q, db, "artifacts", right, COUNT(right), &err) == 0,
	    "sibling: both are there");
	query_bind_int(q, 1, 2);
	ok(query_row(q, &row, &err) == 1 && str_starts(row.digest, STR("sha256:")) &&
		row.verdict.len > 0,
	    "sibling: and read");
	err.reason = REASON_NONE;
	ok(query_place(&place, q, "nothing", &err) == -1, "bad_column_place");
	is_reason(err.reason, REASON_INTERNAL, "bad_column_place");
	ok(query_place(&place, q, "digest", &err) == 0 &&
		strcmp(query_alias(q, place), "digest") == 0,
	    "sibling: the place of one that is there");
}

/* Of columns that are no members: those that people are shown, or that only lead to other rows. */
static bool
for_people(const char *name, const char *alias)
{
	static const char *const all[] = {
		"title", "nth", "of_reason", /* notes: of several */
		"inputs_with_reason", "applicable", "previous_started_at", "earlier",
		"lists", "responses", /* how many */
		"signatures_found", "signatures_valid", "input_digest", "parent",
		"parent_kind", /* explain */
		"several", "state_rank", /* table: how a row is shown, and where */
		"path_octets", /* told as path_hex */
	};
	size_t len = strlen(alias);

	/* CSV has its own names, which are those of its file; a result is from the data of a step. */
	if (strcmp(name, "csv") == 0 || strcmp(name, "revocation-results") == 0 ||
	    (len > 3 && strcmp(alias + len - 3, "_id") == 0))
		return true;
	for (size_t i = 0; i < COUNT(all); i++)
		if (strcmp(alias, all[i]) == 0)
			return true;
	return false;
}

/* Each part of "inventory.images" is a property somewhere in the schema of the report. */
static bool
is_member(struct str alias)
{
	struct str schema = embed_find("schema/assay-report-1.schema.json");

	while (alias.len > 0) {
		size_t point = str_find(alias, '.');
		char quoted[80];
		struct str want;

		snprintf(quoted, sizeof(quoted), "\"%.*s\": {",
		    STR_ARG(str_upto(alias, point)));
		want = str_of(quoted);
		if (memmem(schema.ptr, schema.len, want.ptr, want.len) == NULL)
			return false;
		alias = str_from(alias, point + (point < alias.len));
	}
	return true;
}

/* A row of a query and a row of the JSON report are the same thing under the same names. */
static void
test_members(struct db *db)
{
	char name[64];
	size_t members = 0;

	for (size_t i = 0; i < embed_count; i++) {
		AUTO(query_close) struct query *q = NULL;

		if (name_of(name, embed_files[i].name) == 0 ||
		    query_open(&q, db, name, NULL) != 0)
			continue;
		for (int k = 0; query_alias(q, k) != NULL; k++) {
			const char *alias = query_alias(q, k);

			if (for_people(name, alias))
				continue;
			members++;
			ok(is_member(str_of(alias)), "%s: %s is a member", name, alias);
		}
	}
	ok(members > 200, "%zu members", members);
	ok(!is_member(STR("verdict")) && !is_member(STR("inventory.nodes")),
	    "sibling: other names are none");
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
			buf_str(out, row_str(q, query_alias(q, i)));
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

struct number {
	const char *alias;
	int64_t n;
};

static void
test_numbers(struct db *db)
{
	AUTO(query_close) struct query *s = NULL;
	AUTO(query_close) struct query *c = NULL;
	static const struct number want[] = { { "inputs", 2 },
		{ "inputs_with_reason", 1 }, { "artifacts", 6 },
		{ "by_state.NonCompliant", 2 }, { "by_state.Error", 1 },
		{ "by_state.Unknown", 0 }, { "by_state.Compliant", 2 },
		{ "by_state.Exempt", 0 }, { "by_state.NotApplicable", 1 },
		{ "with_warnings", 1 }, { "applicable", 5 },
		{ "compliant_permille", 400 }, { "accepted_permille", 400 } };
	static const struct number changes[] = { { "previous_id", 1 },
		{ "newly_noncompliant", 3 }, { "fixed", 1 }, { "still_noncompliant", 0 },
		{ "first_seen", 3 }, { "disappeared", 1 } };

	ok(query_open(&s, db, "summary", NULL) == 0 && query_step(s, NULL) == 1,
	    "summary");
	for (size_t i = 0; i < COUNT(want); i++)
		is_u64((uint64_t)row_int(s, want[i].alias), (uint64_t)want[i].n,
		    "summary, %s", want[i].alias);
	ok(query_open(&c, db, "changes", NULL) == 0 && query_step(c, NULL) == 1,
	    "changes");
	for (size_t i = 0; i < COUNT(changes); i++)
		is_u64((uint64_t)row_int(c, changes[i].alias), (uint64_t)changes[i].n,
		    "changes, %s", changes[i].alias);
	query_reset(c);
	query_bind_int(c, 1, 1);
	ok(query_step(c, NULL) == 1 && row_null(c, "previous_id") &&
		row_null(c, "newly_noncompliant"),
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

/* Each row on one line, of the columns that are named with a blank between; NULL is "-". */
static void
columns_of(struct buf *out, struct query *q, const char *columns)
{
	char alias[64];

	buf_reset(out);
	while (query_step(q, NULL) == 1) {
		int used = 0;

		for (const char *at = columns; sscanf(at, " %63s%n", alias, &used) == 1;
		     at += used) {
			buf_text(out, at > columns ? " " : "");
			buf_str(out, row_null(q, alias) ? STR("-") : row_str(q, alias));
		}
		buf_text(out, "\n");
	}
}

static void
rows_are(struct db *db, const char *name, int64_t a, int64_t b, const char *columns,
    const char *want)
{
	AUTO(buf_clear) struct buf got = { .max = 1 << 20 };
	AUTO(query_close) struct query *q = NULL;

	if (!ok(query_open(&q, db, name, NULL) == 0, "%s", name))
		return;
	query_bind_int(q, 1, a);
	if (b >= 0)
		query_bind_int(q, 2, b);
	columns_of(&got, q, columns);
	is_str(str_of(buf_cstr(&got)), want, "%s: %s", name, columns);
}

#define COUNTED                                                                          \
	"lists responses in_use unusable certificates_asked certificates_without_data"

static void
test_revocation(struct db *db)
{
	rows_are(db, "revocation", 1, -1, "number this_update next_update in_use",
	    "0a 2026-11-09T06:00:00Z 2026-12-09T06:00:00Z 1\n"
	    "0b 2026-11-20T06:00:00Z 2026-12-09T06:00:00Z 1\n"
	    "- 2026-11-09T06:00:00Z 2026-12-09T06:00:00Z 1\n"
	    "05 2026-11-09T06:00:00Z - 0\n");
	rows_are(db, "revocation-unusable", 1, -1, "path reason_code detail",
	    "crl/\\u{001B}[2Jnotes\\xFF.txt crl.malformed no DER\n");
	rows_are(db, "revocation-summary", 1, -1, COUNTED, "3 1 3 1 3 1\n");
	/* The answer of the response is older than the newest in it; time of judgement counts. */
	rows_are(db, "revocation-summary", 1, -1,
	    "oldest_in_use.path oldest_in_use.this_update oldest_in_use.age_seconds",
	    "ocsp/ca.ocsp 2026-11-08T06:00:00Z 1108800\n");
	rows_are(db, "revocation-results", 1, 5, "result subject serial",
	    "good CN=signer,O=Acme 01\ngood CN=Acme CA,O=Acme 02\n");
	rows_are(db, "revocation-results", 1, 5, "delta_file delta_number",
	    "crl/delta.crl 0b\n- -\n");
	rows_are(db, "revocation-results", 1, 4, "result subject serial", "");
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
		rows_are(db, "revocation-summary", 1, -1, COUNTED, rows[i].summary);
		rows_are(db, "revocation", 1, -1, "in_use", "0\n0\n0\n0\n");
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
	test_missing_column(db);
	test_members(db);
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
