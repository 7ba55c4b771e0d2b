/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed since the run before: told for each artifact in each input, against the newest
 * run that read all its inputs, whatever the ids in the file are.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "audit/query.h"
#include "base/buf.h"
#include "tests/lib/rows.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

static unsigned file_number;
static char path[512];
static struct db *db;

static void
open_new(void)
{
	snprintf(path, sizeof(path), "%s/%u.db", sample_folder(), file_number++);
	db = sample_open(path, DB_WRITE, NULL);
}

static const char *
uuid_of(char digit)
{
	static char text[4][37];
	static unsigned next;
	char *out = text[next++ % COUNT(text)];

	snprintf(out, 37, "%c0000000-0000-4000-8000-000000000000", digit);
	return out;
}

struct given { /* an input, and what was found in it */
	const char *path;
	/* Pairs: digit of the digest, '+' compliant, '-' not, '0' skipped. NULL: refused. */
	const char *judged;
};

static void
give(struct record *r, uint64_t seq, const struct given *g)
{
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_input_begin(r, seq, str_bytes(str_of(g->path)), NULL);
	for (const char *p = g->judged; p != NULL && *p != '\0'; p += 2) {
		if (p[1] == '+')
			sample_good(&v, &mem, p[0]);
		else if (p[1] == '-')
			sample_untrusted(&v, &mem, p[0]);
		else
			sample_skipped(&v, &mem, p[0]);
		ok(record_verdict(r, seq, &v, NULL) == 0, "%s in %s", p, g->path);
	}
	if (g->judged != NULL)
		sample_input_end(r, seq);
	else
		record_input_end(r, seq, NULL, REASON_INPUT_MISSING, STR("gone"), NULL);
	arena_clear(&mem);
}

struct made { /* a run; zero is a complete one of series nightly */
	enum run_status status; /* RUN_RUNNING: complete */
	const char *series, *policy, *started;
};

/* Yields its run_id. */
static int64_t
make(char digit, struct made how, const struct given *inputs, size_t count)
{
	struct record *r = NULL;
	struct record_run run;
	struct record_doc doc;
	struct str series = str_of(how.series);
	int64_t id = 0;

	sample_run(&run, uuid_of(digit),
	    how.started == NULL ? "2026-11-21T02:00:00Z" : how.started);
	if (series.ptr != NULL)
		run.series = series;
	if (how.policy != NULL) {
		doc = run.docs[0];
		doc.text = str_bytes(str_of(how.policy));
		run.docs = &doc;
	}
	ok(record_begin(&r, db, &run, NULL) == 0, "run %c", digit);
	for (size_t i = 0; i < count; i++)
		give(r, i, &inputs[i]);
	ok(record_end(r, how.status == RUN_RUNNING ? RUN_COMPLETE : how.status, 0, sample_time("2026-11-21T03:00:00Z"), NULL) == 0,
	    "run %c ends", digit);
	record_free(r);
	query_run(&id, db, str_of(uuid_of(digit)), STR_NONE, NULL);
	return id;
}
#define MAKE(digit, how, ...)                                                            \
	make(digit, how, (const struct given[]){ __VA_ARGS__ },                          \
	    sizeof((const struct given[]){ __VA_ARGS__ }) / sizeof(struct given))
#define PLAIN                                                                            \
	(struct made)                                                                    \
	{                                                                                \
		0                                                                        \
	}

/* "new fixed still first-seen disappeared unread", and "UUID's first digit: change of each". */
static void
told(int64_t run, const char *numbers, const char *changes, const char *what)
{
	static const char *const counted[] = { "newly_noncompliant", "fixed",
		"still_noncompliant", "first_seen", "disappeared", "unread" };
	AUTO(query_close) struct query *q = NULL, *a = NULL, *r = NULL;
	AUTO(buf_clear) struct buf text = { .max = 4096 };

	if (query_open(&q, db, "changes", NULL) != 0 ||
	    query_open(&a, db, "artifacts", NULL) != 0 ||
	    query_open(&r, db, "run", NULL) != 0) {
		ok(false, "%s: queries", what);
		return;
	}
	query_bind_int(q, 1, run);
	query_bind_int(a, 1, run);
	query_bind_int(r, 1, run);
	query_step(q, NULL);
	for (size_t i = 0; i < COUNT(counted); i++) {
		buf_text(&text, i > 0 ? " " : "");
		buf_str(
		    &text, row_null(q, counted[i]) ? STR("-") : row_str(q, counted[i]));
	}
	is_str((struct str){ (const char *)text.ptr, text.len }, numbers, "%s", what);
	buf_reset(&text);
	query_step(r, NULL);
	buf_str(&text, row_null(r, "compared_with")
			   ? STR("-")
			   : str_upto(row_str(r, "compared_with"), 1));
	while (query_step(a, NULL) == 1) {
		buf_text(&text, " ");
		buf_str(&text, row_str(a, "change"));
	}
	is_str((struct str){ (const char *)text.ptr, text.len }, changes, "%s", what);
}

/* One digest in two files: told of each, in whatever order they are given. */
static void
test_each_input(void)
{
	int64_t run;

	open_new();
	run = MAKE('1', PLAIN, { "a.tar", "a+b-" });
	told(run, "- - - - - -", "- first-seen first-seen", "the first run");
	run = MAKE('2', PLAIN, { "a.tar", "a+b-" }, { "stripped.tar", "a-" });
	told(run, "1 0 1 1 0 0", "1 unchanged unchanged first-seen", "a copy comes");
	run = MAKE('3', PLAIN, { "stripped.tar", "a-" }, { "a.tar", "a+b-" });
	told(run, "0 0 2 0 0 0", "2 unchanged unchanged unchanged", "the other order");
	run = MAKE('4', PLAIN, { "stripped.tar", "a+" }, { "a.tar", "a-b+" });
	told(run, "1 2 0 0 0 0", "3 fixed regressed fixed", "the two change places");
	run = MAKE('5', PLAIN, { "a.tar", "a-b0" });
	told(run, "0 0 1 0 1 0", "4 unchanged regressed", "the copy goes");
	db_close(db);
}

/* A file under another path is found again where it can only be one. */
static void
test_moved(void)
{
	int64_t run;

	open_new();
	MAKE('1', PLAIN, { "old/a.tar", "a+b-" }, { "old/b.tar", "c+" });
	run = MAKE('2', PLAIN, { "new/a.tar", "a+b-" }, { "new/b.tar", "c-" });
	told(run, "1 0 1 0 0 0", "1 unchanged unchanged regressed", "both moved");
	run = MAKE('3', PLAIN, { "x/a.tar", "a+b-" }, { "x/b.tar", "b-c-" });
	told(run, "2 0 1 2 1 0", "2 unchanged first-seen first-seen unchanged",
	    "which of two is it?");
	run = MAKE('4', PLAIN, { "x/a.tar", "a+c-" }, { "x/b.tar", "b-" });
	told(run, "1 0 1 1 2 0", "3 unchanged first-seen unchanged",
	    "another place in files that stayed is another place");
	db_close(db);
}

/* What did not read all its inputs, or not all of the run, is compared with by nobody. */
static void
test_baseline(void)
{
	const struct made interrupted = { .status = RUN_INTERRUPTED };
	const struct made failed = { .status = RUN_FAILED };
	const struct made weekly = { .series = "weekly" };
	int64_t run;

	open_new();
	run = MAKE('1', PLAIN, { "a.tar", "a+" }, { "b.tar", NULL });
	told(run, "- - - - - -", "- first-seen", "first, with a hole");
	run = MAKE('2', PLAIN, { "a.tar", "a+" }, { "b.tar", "b-" });
	told(run, "- - - - - -", "- first-seen first-seen", "the one before had a hole");
	run = MAKE('3', PLAIN, { "a.tar", "a+" }, { "b.tar", NULL });
	told(run, "0 0 0 0 0 1", "2 unchanged", "what is not read is not gone");
	run = MAKE('4', interrupted, { "a.tar", "a+" });
	told(run, "- - - - - -", "- unknown", "cut short");
	run = MAKE('5', failed, { "a.tar", "a+" });
	told(run, "- - - - - -", "- unknown", "failed");
	MAKE('6', weekly, { "b.tar", "b+" });
	run = make('7', PLAIN, NULL, 0);
	told(run, "0 0 0 0 2 0", "2", "nothing given");
	run = MAKE('8', PLAIN, { "a.tar", "a+" }, { "b.tar", "b-" });
	told(run, "0 0 1 0 0 0", "2 unchanged unchanged",
	    "compared over holes, another series and runs that were cut short");
	told(3, "0 0 0 0 0 1", "2 unchanged", "and what was told stays so");
	db_close(db);
}

static void
policy_changes(int64_t run, bool policy, bool anchors, const char *what)
{
	AUTO(query_close) struct query *q = NULL;

	ok(query_open(&q, db, "changes", NULL) == 0, "%s", what);
	query_bind_int(q, 1, run);
	ok(query_step(q, NULL) == 1 && (row_int(q, "policy_changed") != 0) == policy &&
		(row_int(q, "anchors_changed") != 0) == anchors,
	    "%s: told", what);
}

static void
test_policy(void)
{
	const struct made other = { .policy = "{\"version\":\"1.0\"}" };
	struct record_run run;
	struct record *r = NULL;
	int64_t id = 0;

	open_new();
	MAKE('1', PLAIN, { "a.tar", "a+" });
	policy_changes(
	    MAKE('2', PLAIN, { "a.tar", "a+" }), false, false, "the same policy");
	policy_changes(MAKE('3', other, { "a.tar", "a-" }), true, false, "another");
	policy_changes(
	    MAKE('4', other, { "a.tar", "a-" }), false, false, "the same again");
	sample_run(&run, uuid_of('5'), "2026-11-21T02:00:00Z");
	run.anchor_count = 0;
	ok(record_begin(&r, db, &run, NULL) == 0, "without anchors");
	give(r, 0, &(struct given){ "a.tar", "a-" });
	record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-21T03:00:00Z"), NULL);
	record_free(r);
	query_run(&id, db, str_of(uuid_of('5')), STR_NONE, NULL);
	policy_changes(id, true, true, "another policy, other anchors");
	db_close(db);
}

/* --- ids --- */

static void
by_hand(const char *sql)
{
	sqlite3 *other = NULL;
	char *why = NULL;

	ok(sqlite3_open_v2(path, &other, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
		sqlite3_exec(other, sql, NULL, NULL, &why) == SQLITE_OK,
	    "by hand: %s", why == NULL ? "done" : why);
	sqlite3_free(why);
	sqlite3_close(other);
}

static char
latest(void)
{
	AUTO(query_close) struct query *q = NULL;

	if (query_open(&q, db, "run-latest", NULL) != 0 || query_step(q, NULL) != 1)
		return '?';
	return row_str(q, "uuid").ptr[0];
}

/*
 * As after a merge: runs have other ids, in another order. Runs of one file follow each other by
 * number, even where the clock went back; those of several files by time.
 */
static void
test_ids(void)
{
	const struct made back = { .started = "2026-11-20T02:00:00Z" };
	int64_t run;

	open_new();
	MAKE('1', PLAIN, { "a.tar", "a+" });
	MAKE('2', PLAIN, { "a.tar", "a-" });
	MAKE('3', back, { "a.tar", "a-" });
	by_hand(
	    "PRAGMA foreign_keys=OFF; BEGIN;"
	    "UPDATE run SET run_id=10-run_id; UPDATE input SET run_id=10-run_id;"
	    "UPDATE evaluation SET run_id=10-run_id; UPDATE run_policy SET run_id=10-run_id;"
	    "UPDATE run_anchor SET run_id=10-run_id; UPDATE run_note SET run_id=10-run_id;"
	    "COMMIT");
	told(9, "- - - - - -", "- first-seen", "the oldest has the highest id");
	told(8, "1 0 0 0 0 0", "1 regressed", "the second");
	told(7, "0 0 1 0 0 0", "2 unchanged", "the newest has the lowest");
	ok(latest() == '3', "latest is the newest, whatever its id and its clock");
	run = MAKE('4', PLAIN, { "a.tar", "a-" });
	told(run, "0 0 1 0 0 0", "3 unchanged", "compared with the newest");
	by_hand(
	    "UPDATE run SET origin_db='ffffffff-0000-4000-8000-000000000000', chain_seq=99, "
	    "started_at='2026-11-19T00:00:00Z' WHERE run_uuid LIKE '4%'");
	ok(latest() == '3', "a run of another file stands where its time is");
	by_hand("DELETE FROM run WHERE run_uuid LIKE '3%'");
	by_hand("UPDATE run SET compared_with='30000000-0000-4000-8000-000000000000' "
		"WHERE run_uuid LIKE '4%'");
	told(run, "- - - - - -", "3 unknown",
	    "compared with a run that is not in this file");
	db_close(db);
}

int
main(void)
{
	test_each_input();
	test_moved();
	test_baseline();
	test_policy();
	test_ids();
	return tap_done();
}
