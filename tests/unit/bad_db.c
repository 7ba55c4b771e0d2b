/* SPDX-License-Identifier: Apache-2.0 */
/* Databases that must not be used, and a host that fails: catalogue rows D. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/query.h"
#include "tests/lib/dbfile.h"
#include "tests/lib/rows.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

static void
bad_D01_second_run(void)
{
	const char *path = dbfile_fresh("d01.db");
	struct db *db = sample_open(path, DB_WRITE, NULL);
	struct err err = { .reason = REASON_NONE };
	struct db *second = sample_open(path, DB_WRITE, &err);
	char want[32];

	is_reason(err.reason, REASON_DB_BUSY, "bad_D01_second_run");
	ok(second == NULL, "bad_D01_second_run: no second handle");
	snprintf(want, sizeof(want), "process %d ", (int)getpid());
	ok(strstr(err.text, want) != NULL, "bad_D01_second_run: names the holder");
	db_close(db);
	dbfile_accepted(path, DB_WRITE, "bad_D01 sibling: after the first has ended");
}

/* Somebody looks at a report in a pager for as long as the run lasts. */
static void
bad_D02_reader_during_a_run(void)
{
	const char *path = dbfile_fresh("d02.db");
	struct db *db = sample_open(path, DB_WRITE, NULL);
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	int ready[2], stop[2], wrong = 0, status, pid;
	struct arena mem;
	struct verdict v;
	char byte = 0;

	if (pipe(ready) != 0 || pipe(stop) != 0)
		return;
	pid = fork();
	if (pid == 0) {
		struct db *reader = sample_open(path, DB_READ, NULL);
		struct query *q = NULL;
		bool one = query_open(&q, reader, "anchors", NULL) == 0 &&
			   query_step(q, NULL) == 1;

		_exit(one && write(ready[1], "r", 1) == 1 && read(stop[0], &byte, 1) == 1
			  ? 0
			  : 1);
	}
	ok(read(ready[0], &byte, 1) == 1, "a reader is in the middle of an answer");
	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	for (int i = 0; i < 600; i++) {
		arena_clear(&mem);
		sample_good(&v, &mem, 'a');
		v.digest = arena_printf(&mem, "sha256:%064d", i);
		wrong += record_verdict(r, 0, &v, NULL) != 0;
	}
	ok(wrong == 0, "bad_D02_reader_during_a_run: the run goes on");
	sample_input_end(r, 0);
	ok(write(stop[1], "s", 1) == 1 && waitpid(pid, &status, 0) == pid && status == 0,
	    "the reader ends");
	ok(record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-21T02:01:00Z"), NULL) ==
		0,
	    "bad_D02_reader_during_a_run: and is recorded whole");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
	dbfile_accepted(path, DB_READ, "bad_D02 sibling: a reader afterwards");
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(stop[i]);
	}
}

static void
bad_D03_not_a_database(void)
{
	const char *path = sample_path("d03.db");
	char page[4096];
	uint64_t sum;
	int fd;

	memset(page, 'x', sizeof(page));
	dbfile_put(path, page, sizeof(page));
	sum = dbfile_sum(path);
	dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, "bad_D03_not_a_database");
	dbfile_refused(path, DB_READ, REASON_DB_CORRUPT, "bad_D03_not_a_database: reader");
	ok(dbfile_sum(path) == sum, "bad_D03_not_a_database: file is not touched");
	path = dbfile_fresh("d03b.db");
	fd = open(path, O_WRONLY);
	ok(pwrite(fd, page, sizeof(page), 3 * 4096) == 4096, "a page is damaged");
	close(fd);
	sum = dbfile_sum(path);
	dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, "bad_D03_damaged_page");
	dbfile_refused(path, DB_READ, REASON_DB_CORRUPT, "bad_D03_damaged_page: reader");
	ok(dbfile_sum(path) == sum, "bad_D03_damaged_page: file is not touched");
	path = dbfile_fresh("d03c.db");
	ok(truncate(path, 8192) == 0, "the file is cut");
	dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, "bad_D03_cut");
	dbfile_put(sample_path("d03d.db"), "", 0);
	dbfile_refused(
	    sample_path("d03d.db"), DB_READ, REASON_DB_CORRUPT, "bad_D03_empty: reader");
	dbfile_accepted(sample_path("d03d.db"), DB_WRITE,
	    "bad_D03 sibling: an empty file becomes one");
}

static void
bad_D04_other_generation(void)
{
	const char *path = dbfile_fresh("d04.db");

	dbfile_change(path, "PRAGMA user_version = 2");
	dbfile_refused(path, DB_WRITE, REASON_DB_VERSION, "bad_D04_newer_generation");
	dbfile_refused(path, DB_READ, REASON_DB_VERSION, "bad_D04_newer_generation: reader");
	dbfile_change(path, "PRAGMA user_version = 0");
	dbfile_refused(path, DB_WRITE, REASON_DB_VERSION, "bad_D04_older_generation");
	dbfile_change(path, "PRAGMA user_version = 1");
	dbfile_accepted(path, DB_WRITE, "bad_D04 sibling: our own generation");
	dbfile_change(path, "PRAGMA application_id = 7");
	dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, "bad_D04_other_application");
	dbfile_change(sample_path("d04b.db"), "CREATE TABLE t(a)");
	chmod(sample_path("d04b.db"), 0600);
	dbfile_refused(sample_path("d04b.db"), DB_WRITE, REASON_DB_CORRUPT,
	    "bad_D04_foreign_tables");
}

/* As somebody who may not write there; root may write anywhere. */
static void
read_only_folder(const char *folder, const char *path)
{
	int status, pid = fork();

	if (pid == 0) {
		const struct db_options options = { .now = "2026-11-21T12:00:00Z",
			.tool = "t",
			.insecure_permissions = true };
		struct err err = { .reason = REASON_NONE };
		struct db *db = NULL;

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(77);
		if (db_open(&db, path, DB_WRITE, &options, &err) == 0)
			_exit(1);
		_exit(err.reason == REASON_DB_OPEN && err.sys == EACCES ? 0 : 2);
	}
	ok(waitpid(pid, &status, 0) == pid && (status == 0 || WEXITSTATUS(status) == 77),
	    "bad_D05_read_only_folder");
	chmod(folder, 0700);
}

static void
bad_D05_unusable_folder(void)
{
	const char *folder = sample_path("d05");
	char path[600];

	dbfile_refused(sample_path("none/d05.db"), DB_READ, REASON_DB_OPEN,
	    "bad_D05_missing_folder");
	dbfile_refused(sample_path("none.db"), DB_READ, REASON_DB_OPEN, "bad_D05_missing_file");
	dbfile_put(sample_path("plain"), "x", 1);
	dbfile_refused(sample_path("plain/d05.db"), DB_WRITE, REASON_DB_OPEN,
	    "bad_D05_file_as_folder");
	dbfile_refused("/proc/assay.db", DB_WRITE, REASON_DB_OPEN, "bad_D05_proc");
	ok(mkdir(folder, 0500) == 0 && chmod(sample_folder(), 0755) == 0 &&
		chmod(folder, 0555) == 0,
	    "a folder that nobody may write");
	snprintf(path, sizeof(path), "%s/audit.db", folder);
	read_only_folder(folder, path);
	chmod(sample_folder(), 0700);
}

static int
fill(struct db *db, int artifacts, struct err *err)
{
	struct record *r = sample_begin(db, SAMPLE_SECOND, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;
	int result = 0;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), err);
	for (int i = 0; i < artifacts && result == 0; i++) {
		arena_clear(&mem);
		sample_untrusted(&v, &mem, 'a');
		v.digest = arena_printf(&mem, "sha256:%064d", i);
		result = record_verdict(r, 0, &v, err);
	}
	arena_clear(&mem);
	record_free(r);
	return result;
}

/*
 * Killed while more was written than fits the cache: the file is half changed, the
 * journal hot.
 */
static void
leave_hot_journal(const char *path)
{
	struct db *db = sample_open(path, DB_WRITE, NULL);
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	size_t len = 1 << 20;
	char *name = malloc(len + 1);
	struct arena mem;

	arena_init(&mem, 0);
	memset(name, 'n', len);
	name[len] = '\0';
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	for (int i = 0; i < 24; i++) {
		name[0] = (char)('a' + i);
		sample_node(r, 0, &mem, 'a', name, NAME_REF);
	}
	kill(getpid(), SIGKILL);
}

/* Who reads changes nothing. */
static void
bad_D09_for_a_reader(const char *path)
{
	char journal[512];
	uint64_t before, beside;

	snprintf(journal, sizeof(journal), "%s-journal", path);
	before = dbfile_sum(path);
	beside = dbfile_sum(journal);
	dbfile_refused(path, DB_READ, REASON_DB_JOURNAL,
	    "bad_D09_hot_journal: a reader says that a run was cut short");
	ok(dbfile_sum(path) == before && dbfile_sum(journal) == beside,
	    "bad_D09_hot_journal: and changes nothing");
	dbfile_accepted(
	    path, DB_WRITE, "bad_D09_hot_journal: a writer plays it back and goes on");
	dbfile_accepted(path, DB_READ, "bad_D09_hot_journal: then a reader does");
}

static void
bad_D09_hot_journal(void)
{
	static const char *const names[] = { "d09.db", "d09b.db", "d09c.db" };
	struct err err = { .reason = REASON_NONE };
	char journal[512];
	struct db *db;
	int status;

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *path = dbfile_fresh(names[i]);
		int pid = fork();

		if (pid == 0)
			leave_hot_journal(path);
		ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status),
		    "killed while writing");
		snprintf(journal, sizeof(journal), "%s-journal", path);
		ok(access(journal, F_OK) == 0, "a journal is left");
	}
	bad_D09_for_a_reader(sample_path("d09.db"));
	dbfile_accepted(sample_path("d09b.db"), DB_WRITE,
	    "bad_D09_hot_journal: a writer plays it back");
	snprintf(journal, sizeof(journal), "%s-journal", sample_path("d09c.db"));
	ok(unlink(journal) == 0, "a journal is removed by hand");
	/* Whether pages that were there before had been written over by then is not ours to say. */
	db = sample_open(sample_path("d09c.db"), DB_WRITE, &err);
	ok(db != NULL || err.reason == REASON_DB_CORRUPT,
	    "bad_D09_journal_removed: refused, or whole all the same");
	db_close(db);
}

/* A full disk, played by the limit of the file size. */
static void
bad_D06_disk_full(void)
{
	const char *path = dbfile_fresh("d06.db");
	struct rlimit all, few;
	struct err err = { .reason = REASON_NONE };
	struct db *db = sample_open(path, DB_WRITE, NULL);
	struct stat st;
	int result;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &all);
	stat(path, &st);
	few = all;
	few.rlim_cur = (rlim_t)st.st_size + 400 * 1024;
	setrlimit(RLIMIT_FSIZE, &few);
	result = fill(db, 2000, &err);
	setrlimit(RLIMIT_FSIZE, &all);
	ok(result == -1, "bad_D06_disk_full: the write fails");
	is_reason(err.reason, REASON_RESOURCE_DISK, "bad_D06_disk_full");
	db_close(db);
	dbfile_accepted(path, DB_WRITE, "bad_D06 sibling: what was committed is whole");
	db = sample_open(path, DB_READ, NULL);
	if (ok(db != NULL, "bad_D06: readable")) {
		int64_t run = 0;

		ok(query_run(&run, db, str_of(SAMPLE_SECOND), STR_NONE, NULL) == 0,
		    "bad_D06: the run is there");
	}
	db_close(db);
}

static void
bad_D07_uri_and_memory(void)
{
	dbfile_refused("file:x?mode=memory", DB_WRITE, REASON_DB_OPEN, "bad_D07_uri");
	dbfile_refused(":memory:", DB_WRITE, REASON_DB_OPEN, "bad_D07_memory");
	dbfile_refused("", DB_WRITE, REASON_DB_OPEN, "bad_D07_empty");
	dbfile_refused(sample_path(""), DB_WRITE, REASON_DB_OPEN, "bad_D07_folder");
	dbfile_refused(
	    sample_folder(), DB_WRITE, REASON_DB_OPEN, "bad_D07_folder_without_slash");
	dbfile_accepted(sample_path("file:x?mode=memory"), DB_WRITE,
	    "bad_D07 sibling: a file of that name");
	ok(access(sample_path("file:x?mode=memory"), F_OK) == 0,
	    "bad_D07 sibling: is on the disk");
}

static void
bad_D08_link_and_fifo(void)
{
	const char *real = dbfile_fresh("d08-real.db");

	ok(symlink(real, sample_path("d08-link.db")) == 0, "a link");
	dbfile_refused(sample_path("d08-link.db"), DB_WRITE, REASON_DB_OPEN,
	    "bad_D08_symbolic_link");
	dbfile_refused(
	    sample_path("d08-link.db"), DB_READ, REASON_DB_OPEN, "bad_D08_link: reader");
	ok(mkfifo(sample_path("d08-fifo.db"), 0600) == 0, "a FIFO");
	dbfile_refused(sample_path("d08-fifo.db"), DB_WRITE, REASON_DB_OPEN, "bad_D08_fifo");
	ok(symlink(real, sample_path("d08-b.db.lock")) == 0, "a link for the lock");
	dbfile_refused(
	    sample_path("d08-b.db"), DB_WRITE, REASON_DB_OPEN, "bad_D08_lock_is_a_link");
	dbfile_accepted(real, DB_WRITE, "bad_D08 sibling: the file itself");
}

static void
bad_D10_hostile_schema(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "bad_D10_trigger",
		    "CREATE TRIGGER t AFTER INSERT ON evaluation BEGIN UPDATE "
		    "evaluation SET state='Compliant', reason_code=NULL; END" },
		{ "bad_D10_view", "CREATE VIEW v_extra AS SELECT 1" },
		{ "bad_D10_replaced_view",
		    "DROP VIEW v_latest; CREATE VIEW v_latest AS SELECT 'Compliant' AS state" },
		{ "bad_D10_table", "CREATE TABLE extra(a)" },
		{ "bad_D10_virtual_table", "CREATE VIRTUAL TABLE extra USING fts5(a)" },
		{ "bad_D10_column", "ALTER TABLE run ADD COLUMN extra TEXT" },
		{ "bad_D10_missing_index", "DROP INDEX eval_bad" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[32];
		const char *path;

		snprintf(name, sizeof(name), "d10-%zu.db", i);
		path = dbfile_fresh(name);
		dbfile_change(path, rows[i].text);
		dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, rows[i].name);
		dbfile_refused(path, DB_READ, REASON_DB_CORRUPT, rows[i].name);
	}
	dbfile_change(dbfile_fresh("d10-ok.db"), "ANALYZE");
	dbfile_accepted(sample_path("d10-ok.db"), DB_WRITE,
	    "bad_D10 sibling: statistics are no schema");
}

static void
bad_D11_hostile_values(void)
{
	static const char *const names[] = { "'); DROP TABLE run; --", "\"quoted\"",
		"%s%n", "?1", "\xf0\x9f\x92\xa3", "" };
	struct db *db = sample_open(dbfile_fresh("d11.db"), DB_WRITE, NULL);
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	AUTO(query_close) struct query *q = NULL;
	size_t huge = 4 << 20, found = 0;
	char *text = malloc(huge + 1);
	struct arena mem;

	arena_init(&mem, 0);
	memset(text, 'A', huge);
	text[huge] = '\0';
	record_input_begin(r, 0, BYTES_LIT("a'.tar\0b"), NULL);
	for (size_t i = 0; i < COUNT(names); i++)
		sample_node(r, 0, &mem, 'a', names[i], NAME_REF);
	sample_node(r, 0, &mem, 'a', text, NAME_REF);
	ok(record_input_end(r, 0, NULL, REASON_INPUT_TRUNCATED, STR("it's"), NULL) == 0,
	    "bad_D11_hostile_values: recorded");
	ok(query_open(&q, db, "names", NULL) == 0, "asked");
	query_bind_int(q, 1, 1);
	query_bind_int(q, 2, 1);
	while (query_step(q, NULL) == 1) {
		struct str got = row_str(q, "name");

		for (size_t i = 0; i < COUNT(names); i++)
			found += str_is(got, names[i]);
		found += got.len == huge;
	}
	is_u64(
	    found, COUNT(names) + 1, "bad_D11_hostile_values: each comes back as it was");
	free(text);
	arena_clear(&mem);
	record_free(r);
	query_close(TAKE(q));
	db_close(db);
}

static void
bad_D13_permissions(void)
{
	const struct db_options lenient = { .now = "2026-11-21T12:00:00Z",
		.tool = "assay 0.1.0",
		.insecure_permissions = true };
	struct db *db = NULL;
	const char *path;

	ok(mkdir(sample_path("d13"), 0700) == 0, "a folder");
	path = dbfile_fresh("d13/audit.db");
	dbfile_accepted(path, DB_WRITE, "bad_D13 sibling: mode 0600 in 0700");
	chmod(path, 0666);
	dbfile_refused(path, DB_WRITE, REASON_DB_OPEN, "bad_D13_world_writable_file");
	dbfile_refused(path, DB_READ, REASON_DB_OPEN, "bad_D13_world_writable_file: reader");
	ok(db_open(&db, path, DB_WRITE, &lenient, NULL) == 0,
	    "bad_D13 sibling: --insecure-permissions");
	db_close(db);
	chmod(path, 0620);
	dbfile_refused(path, DB_WRITE, REASON_DB_OPEN, "bad_D13_group_writable_file");
	chmod(path, 0600);
	chmod(sample_path("d13"), 0777);
	dbfile_refused(path, DB_WRITE, REASON_DB_OPEN, "bad_D13_world_writable_folder");
	chmod(sample_path("d13"), 01777);
	dbfile_accepted(path, DB_WRITE, "bad_D13 sibling: a sticky folder");
	chmod(sample_path("d13"), 0700);
	ok(mkdir(sample_path("d13/in"), 0700) == 0 &&
		chmod(sample_path("d13"), 0777) == 0,
	    "a folder above");
	dbfile_refused(sample_path("d13/in/audit.db"), DB_WRITE, REASON_DB_OPEN,
	    "bad_D13_world_writable_folder_above");
	chmod(sample_path("d13"), 0700);
}

static void
bad_D15_clock_backward(void)
{
	struct db *db = sample_open(dbfile_fresh("d15.db"), DB_WRITE, NULL);
	AUTO(query_close) struct query *q = NULL;
	int64_t run = 0;

	record_free(sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z"));
	record_free(sample_begin(db, SAMPLE_SECOND, "1999-01-01T00:00:00Z"));
	ok(query_open(&q, db, "notes", NULL) == 0 && query_step(q, NULL) == 1,
	    "bad_D15_clock_backward: a note");
	is_str(row_str(q, "reason_code"), "clock.backward", "bad_D15_clock_backward");
	ok(query_run(&run, db, STR("latest"), STR_NONE, NULL) == 0 && run == 2,
	    "bad_D15_clock_backward: order is by number");
	query_reset(q);
	query_bind_int(q, 1, 1);
	ok(query_step(q, NULL) == 0, "bad_D15 sibling: no note on the first run");
	query_close(TAKE(q));
	record_free(sample_begin(
	    db, "33333333-3333-4333-8333-333333333333", "9999-12-31T23:59:59Z"));
	ok(query_run(&run, db, STR("33333333"), STR_NONE, NULL) == 0 && run == 3,
	    "bad_D15_far_future: recorded");
	db_close(db);
}

static void
bad_D16_killed(void)
{
	const char *path = dbfile_fresh("d16.db");
	AUTO(query_close) struct query *q = NULL;
	int status, pid = fork();
	struct db *db;

	if (pid == 0) {
		struct err err;

		fill(sample_open(path, DB_WRITE, NULL), 300, &err);
		kill(getpid(), SIGKILL);
	}
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status), "a run was killed");
	db = sample_open(path, DB_WRITE, NULL);
	if (!ok(db != NULL && query_open(&q, db, "run", NULL) == 0 &&
		    query_step(q, NULL) == 1,
		"bad_D16_killed: opens again"))
		return;
	is_str(row_str(q, "status"), "interrupted", "bad_D16_killed: the run is marked");
	is_str(row_str(q, "state"), "NonCompliant",
	    "bad_D16_killed: never better than what was found");
	query_close(TAKE(q));
	query_open(&q, db, "summary", NULL);
	ok(query_step(q, NULL) == 1 && row_int(q, "artifacts") == 256,
	    "bad_D16_killed: the committed batch is there, whole");
	query_close(TAKE(q));
	db_close(db);
}

int
main(void)
{
	bad_D01_second_run();
	bad_D02_reader_during_a_run();
	bad_D03_not_a_database();
	bad_D04_other_generation();
	bad_D05_unusable_folder();
	bad_D06_disk_full();
	bad_D09_hot_journal();
	bad_D07_uri_and_memory();
	bad_D08_link_and_fifo();
	bad_D10_hostile_schema();
	bad_D11_hostile_values();
	bad_D13_permissions();
	bad_D15_clock_backward();
	bad_D16_killed();
	return tap_done();
}
