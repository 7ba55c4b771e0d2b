/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent stays near its signals (row Q01): what it does for an input costs no more than what is
 * in it, whatever waits or works in the record ends once the flag is set, and the end of the run is
 * written all the same.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "audit/query.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

static volatile int stop;
static char path[512];

static struct db *
open_db(const char *name, struct err *err)
{
	const struct db_options options = {
		.now = "2026-11-21T12:00:00Z",
		.tool = "assay 0.1.0",
		.lock_timeout = 60,
		.stop = &stop,
	};
	struct db *db = NULL;

	snprintf(path, sizeof(path), "%s", sample_path(name));
	return db_open(&db, path, DB_WRITE, &options, err) == 0 ? db : NULL;
}

static const char *
ask(const char *question)
{
	static char answer[256];
	sqlite3_stmt *st = NULL;
	sqlite3 *sql = NULL;

	snprintf(answer, sizeof(answer), "NULL");
	if (sqlite3_open_v2(path, &sql, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(sql, question, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0) != NULL)
		snprintf(answer, sizeof(answer), "%s",
		    (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(sql);
	return answer;
}

static void
answers(const char *question, const char *want)
{
	is_str(str_of(ask(question)), want, "%s", question);
}

/* An input with that many nodes that are to be judged, and no judgement yet. */
static struct record *
begin(struct db *db, unsigned nodes)
{
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	char digest[80];
	struct node_record n = { .class = CLASS_IMAGE,
		.state = NODE_PRESENT,
		.found_by = FOUND_ROOT,
		.is_root = true,
		.judged = true };

	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	for (unsigned i = 0; i < nodes; i++) {
		snprintf(digest, sizeof(digest), "sha256:%064x", i);
		n.digest = str_of(digest);
		record_node(r, 0, &n, NULL);
	}
	record_flush(r, 0, true, NULL);
	return r;
}

/* The child died: each node is told to be not judged. Yields what that cost. */
static uint64_t
refused(unsigned nodes)
{
	char name[32], want[16];
	struct record *r;
	struct db *db;
	uint64_t before;

	snprintf(name, sizeof(name), "%u.db", nodes);
	db = open_db(name, NULL);
	r = begin(db, nodes);
	before = db_work(db);
	ok(record_input_end(r, 0, NULL, REASON_PARSER_CRASHED, STR("signal 11"), NULL) ==
		0,
	    "an input of %u ends", nodes);
	before = db_work(db) - before;
	snprintf(want, sizeof(want), "%u", nodes);
	answers("SELECT count(*) FROM evaluation WHERE state='Unknown'", want);
	record_free(r);
	db_close(db);
	return before;
}

static void
test_linear(void)
{
	uint64_t few = refused(1000), many = refused(8000);

	ok(few > 0 && many < 10 * few,
	    "eight times as many cost about eight times as much: %llu and %llu thousand steps",
	    (unsigned long long)few, (unsigned long long)many);
}

/* In the middle of an input that is too large to be settled in the time that is left. */
static void
test_while_settling(void)
{
	struct err err = { .reason = REASON_NONE };
	struct db *db = open_db("large.db", &err);
	struct record *r = begin(db, 5000);

	stop = 15;
	ok(record_input_end(r, 0, NULL, REASON_PARSER_CRASHED, STR("signal 11"), &err) ==
		-1,
	    "bad_Q01_while_settling");
	is_reason(err.reason, REASON_RUN_INTERRUPTED, "its reason");
	ok(record_end(r, RUN_INTERRUPTED, 143, sample_time("2026-11-21T02:00:01Z"),
	       &err) == 0,
	    "the end of the run is written");
	record_free(r);
	db_close(db);
	answers("SELECT status || exit_code || state FROM run", "interrupted143Unknown");
	answers("SELECT count(*) FROM input WHERE state IS NULL", "1");
	stop = 0;
	db_close(open_db("large.db", &err));
	answers("SELECT state || reason_code FROM input", "Unknownartifact.not-judged");
}

static void
test_small_is_settled(void)
{
	struct db *db = open_db("small.db", NULL);
	struct record *r = begin(db, 50);
	struct err err;

	stop = 15;
	ok(record_end(r, RUN_INTERRUPTED, 143, sample_time("2026-11-21T02:00:01Z"),
	       &err) == 0,
	    "sibling: a small input");
	record_free(r);
	db_close(db);
	stop = 0;
	answers("SELECT count(*) FROM evaluation WHERE state='Unknown'", "50");
	answers("SELECT state FROM input", "Unknown");
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Where others hold the lock, or the file. */
static void
test_while_waiting(void)
{
	struct err err = { .reason = REASON_NONE };
	char lock[600];
	double start;
	int fd;

	db_close(open_db("busy.db", NULL));
	snprintf(lock, sizeof(lock), "%s.lock", path);
	fd = open(lock, O_RDWR | O_CLOEXEC);
	flock(fd, LOCK_EX);
	stop = 1;
	start = seconds();
	ok(open_db("busy.db", &err) == NULL && seconds() - start < 1,
	    "bad_Q01_waiting_for_the_lock");
	is_reason(err.reason, REASON_RUN_INTERRUPTED, "its reason");
	close(fd);
	stop = 0;
}

static void
test_reader(void)
{
	struct err err = { .reason = REASON_NONE };
	struct db *db = open_db("read.db", NULL);
	struct record *r = begin(db, 5);
	sqlite3 *reader = NULL;
	double start, took;
	int done;

	sqlite3_open_v2(path, &reader, SQLITE_OPEN_READONLY, NULL);
	sqlite3_exec(reader, "BEGIN; SELECT * FROM run", NULL, NULL, NULL);
	stop = 2;
	start = seconds();
	done = record_end(
	    r, RUN_INTERRUPTED, 130, sample_time("2026-11-21T02:00:01Z"), &err);
	took = seconds() - start;
	ok(done == -1 && took < 1.5, "bad_Q01_waiting_for_a_reader: %.1f s", took);
	is_reason(err.reason, REASON_DB_BUSY, "its reason");
	sqlite3_close(reader);
	record_free(r);
	db_close(db);
	stop = 0;
	db_close(open_db("read.db", NULL));
	answers("SELECT status FROM run", "interrupted");
}

/* A report that is under way, and one that is asked for when all is over. */
static void
test_questions(void)
{
	struct db *db = open_db("ask.db", NULL);
	struct record *r = begin(db, 3000);
	struct err err = { .reason = REASON_NONE };
	struct query *q = NULL;

	record_input_end(r, 0, NULL, REASON_PARSER_CRASHED, STR("signal 11"), NULL);
	record_end(r, RUN_COMPLETE, 1, sample_time("2026-11-21T02:00:01Z"), NULL);
	stop = 15;
	query_open(&q, db, "summary", &err);
	query_bind_int(q, 1, 1);
	ok(query_step(q, &err) == -1, "bad_Q01_while_reporting");
	is_reason(err.reason, REASON_RUN_INTERRUPTED, "its reason");
	query_close(q);
	ok(record_exit(r, 143, &err) == 0, "what the process returns is recorded");
	answers("SELECT exit_code FROM run", "143");
	record_free(r);
	db_close(db);
	stop = 0;
}

int
main(void)
{
	test_linear();
	test_while_settling();
	test_small_is_settled();
	test_while_waiting();
	test_reader();
	test_questions();
	return tap_done();
}
