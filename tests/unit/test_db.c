/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the audit database. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/query.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

static unsigned
mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (unsigned)st.st_mode & 07777 : 0;
}

/* One value asked by another program, as it were; after our own connection is closed. */
static const char *
ask(const char *path, const char *question)
{
	static char answer[512];
	sqlite3_stmt *st = NULL;
	sqlite3 *sql = NULL;

	answer[0] = '\0';
	if (sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(sql, question, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0) != NULL)
		snprintf(answer, sizeof(answer), "%s",
		    (const char *)sqlite3_column_text(st, 0));
	else
		sqlite3_exec(sql, question, NULL, NULL, NULL);
	sqlite3_finalize(st);
	sqlite3_close(sql);
	return answer;
}

static bool
answers(const char *path, const char *question, const char *want)
{
	return is_str(str_of(ask(path, question)), want, "%s", question);
}

static void
test_new_file(void)
{
	const char *path = sample_path("state/assay/audit.db");
	struct err err = { .reason = REASON_NONE };
	mode_t mask = umask(0);
	struct db_options options = { .now = "2026-11-21T12:00:00Z",
		.tool = "assay 0.1.0" };
	struct db *db = sample_open(path, DB_WRITE, &err);
	char uuid[64] = "";

	ok(db == NULL && err.reason == REASON_DB_OPEN,
	    "a folder that is missing is not made unless that is wanted");
	options.make_folders = true;
	(void)db_open(&db, path, DB_WRITE, &options, &err);
	umask(mask);
	if (!ok(db != NULL, "a new database is made, folders too"))
		return;
	is_u64(mode_of(path), 0600, "mode of the file");
	is_u64(mode_of(sample_path("state/assay")), 0700, "mode of its folder");
	is_str(str_of(db_path(db)), path, "path is absolute");
	ok(db_uuid(db)[14] == '4' && strlen(db_uuid(db)) == 36, "a UUID of version 4");
	ok(strlen(db_library_version()) >= 5, "library version");
	snprintf(uuid, sizeof(uuid), "%s", db_uuid(db));
	db_close(db);
	answers(path, "PRAGMA application_id", "1095975257");
	answers(path, "PRAGMA user_version", "1");
	answers(path, "PRAGMA journal_mode", "delete");
	answers(path, "SELECT value FROM meta WHERE key='created_at'",
	    "2026-11-21T12:00:00Z");
	answers(path, "SELECT severity FROM reason WHERE reason_code='cert.untrusted'",
	    "high");
	answers(path, "SELECT controls FROM reason WHERE reason_code='cert.untrusted'",
	    "[\"cm-14\",\"si-7.15\"]");
	snprintf(uuid + 40, 20, "%d", REASON_COUNT - 1);
	answers(path, "SELECT count(*) FROM reason", uuid + 40);
	db = sample_open(path, DB_WRITE, &err);
	ok(db != NULL && strcmp(db_uuid(db), uuid) == 0, "it keeps its UUID");
	db_close(db);
}

static void
test_relative(void)
{
	char here[4096];
	struct db *db;

	if (getcwd(here, sizeof(here)) == NULL || chdir(sample_folder()) != 0)
		return;
	db = sample_open("here.db", DB_WRITE, NULL);
	ok(db != NULL && strcmp(db_path(db), sample_path("here.db")) == 0,
	    "a path without folder");
	db_close(db);
	ok(chdir(here) == 0, "back again");
}

/* What a program that was killed leaves behind. */
static void
test_stale(void)
{
	const char *path = sample_path("stale.db");
	struct db *db = sample_open(path, DB_WRITE, NULL);
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct err err = { .reason = REASON_NONE };

	record_input_begin(r, 0, BYTES_LIT("a.tar"), &err);
	record_flush(r, 0, true, &err);
	record_free(r);
	db_close(db);
	answers(path, "SELECT status FROM run", "running");
	db = sample_open(path, DB_READ, &err);
	ok(db != NULL, "a reader opens it");
	db_close(db);
	answers(path, "SELECT status FROM run", "running");
	db_close(sample_open(path, DB_WRITE, &err));
	answers(path, "SELECT status || finished_at || state FROM run",
	    "interrupted2026-11-21T12:00:00ZUnknown");
	answers(
	    path, "SELECT state || reason_code FROM input", "Unknownartifact.not-judged");
}

static void
test_reasons_rewritten(void)
{
	const char *path = sample_path("old.db");

	db_close(sample_open(path, DB_WRITE, NULL));
	ask(path, "UPDATE reason SET title='old' WHERE reason_code='cert.untrusted'");
	ask(path, "INSERT INTO reason VALUES('gone.code','t','low','r','[]')");
	db_close(sample_open(path, DB_WRITE, NULL));
	answers(
	    path, "SELECT title FROM reason WHERE reason_code='cert.untrusted'", "old");
	ask(path, "UPDATE meta SET value='assay 0.0.9' WHERE key='reasons_by'");
	db_close(sample_open(path, DB_WRITE, NULL));
	answers(path, "SELECT title FROM reason WHERE reason_code='cert.untrusted'",
	    "Signer is not trusted");
	answers(path, "SELECT title FROM reason WHERE reason_code='gone.code'", "t");
}

/* A reader sees what was committed, while a run is being written. */
static void
test_reader_beside_writer(void)
{
	const char *path = sample_path("both.db");
	struct db *db = sample_open(path, DB_WRITE, NULL);
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	int status, pid = fork();

	if (pid == 0) {
		struct err err = { .reason = REASON_NONE };
		struct db *reader = sample_open(path, DB_READ, &err);
		int64_t id = 0;

		/* No exit handlers: they would remove the scratch folder. */
		_exit(
		    reader != NULL &&
			    query_run(&id, reader, STR("latest"), STR_NONE, &err) == 0 &&
			    id == 1
			? 0
			: 1);
	}
	ok(waitpid(pid, &status, 0) == pid && status == 0,
	    "a reader sees the run that is running");
	record_free(r);
	db_close(db);
}

int
main(void)
{
	test_new_file();
	test_relative();
	test_stale();
	test_reasons_rewritten();
	test_reader_beside_writer();
	return tap_done();
}
