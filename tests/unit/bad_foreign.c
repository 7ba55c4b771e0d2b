/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases that others made or changed, and what may lie beside them (catalogue rows D09 and D10).
 * Nothing of it is believed, nothing is run, and nothing is removed or changed that is not ours.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/query.h"
#include "tests/lib/dbfile.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

/* --- a schema that is not ours --- */

static void
bad_D10_called_statistics(void)
{
	static const char trigger[] =
	    "CREATE TRIGGER t AFTER UPDATE ON run WHEN new.state='NonCompliant' "
	    "BEGIN UPDATE run SET state='Compliant' WHERE run_id=new.run_id; END; "
	    "PRAGMA writable_schema=1; UPDATE sqlite_schema SET name='%s', "
	    "sql=replace(sql, 'TRIGGER t ', 'TRIGGER %s ') WHERE name='t'";
	static const char view[] =
	    "CREATE VIEW t AS SELECT 1 AS a; PRAGMA writable_schema=1; "
	    "UPDATE sqlite_schema SET name='%s', tbl_name='%s', sql=replace(sql, 'VIEW t ', 'VIEW %s ') "
	    "WHERE name='t'";
	static const char table[] =
	    "CREATE TABLE t(tbl,idx,stat); PRAGMA writable_schema=1; "
	    "UPDATE sqlite_schema SET name='%s', tbl_name='%s', sql='%s' WHERE name='t'";
	static const struct {
		const char *form, *name, *sql;
	} rows[] = {
		{ trigger, "sqlite_stat9", NULL },
		{ trigger, "sqlite_stat1", NULL },
		{ trigger, "sqlite_stat4", NULL },
		{ view, "sqlite_stat1", NULL },
		{ view, "sqlite_statistics", NULL },
		{ table, "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat,more)" },
		{ table, "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl, idx, stat)" },
		{ table, "sqlite_stat2", "CREATE TABLE sqlite_stat2(tbl,idx,stat)" },
		{ table, "SQLITE_STAT1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)" },
		{ table, "sqlite_stat1x", "CREATE TABLE sqlite_stat1x(tbl,idx,stat)" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[64], text[1024];
		const char *path;

		snprintf(name, sizeof(name), "stat-%zu.db", i);
		path = dbfile_fresh(name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), rows[i].form, rows[i].name, rows[i].name,
		    rows[i].sql == NULL ? rows[i].name : rows[i].sql);
#pragma GCC diagnostic pop
		dbfile_change(path, text);
		snprintf(text, sizeof(text), "bad_D10_called_statistics: %zu, %s", i,
		    rows[i].name);
		dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, text);
		dbfile_refused(path, DB_READ, REASON_DB_CORRUPT, text);
	}
	dbfile_change(dbfile_fresh("stat-ok.db"), "ANALYZE");
	dbfile_accepted(
	    sample_path("stat-ok.db"), DB_WRITE, "sibling: what ANALYZE makes");
}

static void
bad_D10_other_oddities(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "a statement behind a NUL",
		    "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql=sql||char(0)||'; x' "
		    "WHERE name='v_latest'" },
		{ "the text of a table as octets",
		    "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql=CAST(sql AS BLOB) "
		    "WHERE name='run'" },
		{ "an object twice",
		    "PRAGMA writable_schema=1; INSERT INTO sqlite_schema SELECT * FROM "
		    "sqlite_schema WHERE name='v_latest'" },
		{ "an object without a name",
		    "PRAGMA writable_schema=1; INSERT INTO sqlite_schema VALUES "
		    "('view',NULL,NULL,0,'CREATE VIEW x AS SELECT 1')" },
		{ "an unknown kind",
		    "PRAGMA writable_schema=1; INSERT INTO sqlite_schema VALUES "
		    "('spell','x','x',0,'x')" },
		{ "two tables in one place",
		    "PRAGMA writable_schema=1; UPDATE sqlite_schema SET rootpage=(SELECT rootpage "
		    "FROM sqlite_schema WHERE name='meta') WHERE name='reason'" },
		{ "a CHECK less",
		    "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql=replace(sql, "
		    "'CHECK ((state = ''Compliant'') = (reason_code IS NULL)),', '') "
		    "WHERE name='evaluation'" },
		{ "another text encoding", "PRAGMA writable_schema=1" },
		{ "a write-ahead log", "PRAGMA journal_mode=WAL" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[64];
		const char *path;
		int fd;

		snprintf(name, sizeof(name), "odd-%zu.db", i);
		path = dbfile_fresh(name);
		dbfile_change(path, rows[i].text);
		if (strstr(rows[i].name, "encoding") != NULL) {
			fd = open(path, O_WRONLY);
			ok(fd >= 0 && pwrite(fd, "\2", 1, 59) == 1, "UTF-16");
			close(fd);
		}
		dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, rows[i].name);
		dbfile_refused(path, DB_READ, REASON_DB_CORRUPT, rows[i].name);
	}
}

/* --- what lies beside --- */

static char beside[600], victim[600];

static size_t
put_be(uint8_t *out, size_t at, size_t v)
{
	for (size_t i = 0; i < 4; i++)
		out[at + i] = (uint8_t)(v >> (8 * (3 - i)));
	return at + 4;
}

/* The header of a rollback journal of this database, and nothing behind it: it changes nothing. */
static size_t
journal_header(uint8_t out[600], const char *path)
{
	static const uint8_t magic[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
	struct stat st = { .st_size = 0 };

	memset(out, 0, 600);
	memcpy(out, magic, sizeof(magic));
	stat(path, &st);
	put_be(out, 16, (size_t)st.st_size / 4096);
	put_be(out, 20, 512);
	put_be(out, 24, 4096);
	return 512;
}

/* sqlite.org, "File Format", 3: a super-journal's name, its length, its sum, and the magic again. */
static size_t
name_super(uint8_t *out, size_t at, const char *name)
{
	size_t len = strlen(name), sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += (uint8_t)name[i];
	at = put_be(out, at, 0);
	memcpy(out + at, name, len);
	at = put_be(out, at + len, len);
	at = put_be(out, at, sum);
	memcpy(out + at, out, 8);
	return at + 8;
}

enum how { SUPER, HEADER, TEXT, GROUP, LINK, NAMES, PIPE, OWNER, WAL, SHM, EMPTY, ZEROS };

static bool
lay_beside(const char *path, enum how how)
{
	uint8_t octets[1200];
	size_t len = journal_header(octets, path);

	snprintf(beside, sizeof(beside), "%s%s", path,
	    how == WAL   ? "-wal"
	    : how == SHM ? "-shm"
			 : "-journal");
	snprintf(victim, sizeof(victim), "%s.victim", path);
	dbfile_put(victim, "precious", 8);
	if (how == SUPER)
		len = name_super(octets, len, victim);
	if (how == EMPTY)
		len = 0;
	if (how == ZEROS)
		memset(octets, 0, len);
	if (how == LINK)
		return symlink(victim, beside) == 0;
	if (how == NAMES)
		return link(victim, beside) == 0;
	if (how == PIPE)
		return mkfifo(beside, 0600) == 0;
	dbfile_put(beside,
	    how == TEXT ? "any text, but no journal at all" : (char *)octets,
	    how == TEXT ? 31 : len);
	if (how == GROUP)
		return chmod(beside, 0660) == 0;
	return how != OWNER || chown(beside, 12345, (gid_t)-1) == 0;
}

static bool
is_there(void)
{
	struct stat st;

	return lstat(beside, &st) == 0;
}

static void
bad_D09_beside(void)
{
	static const struct {
		enum how how;
		enum reason reads, writes; /* REASON_NONE: accepted */
		const char *name;
	} rows[] = {
		{ SUPER, REASON_DB_CORRUPT, REASON_DB_CORRUPT,
		    "a super-journal is named" },
		{ TEXT, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "a text" },
		{ GROUP, REASON_DB_JOURNAL, REASON_DB_CORRUPT, "others may write it" },
		{ LINK, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "a link" },
		{ NAMES, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "another name of a file" },
		{ PIPE, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "a pipe" },
		{ OWNER, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "of another owner" },
		{ WAL, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "a write-ahead log" },
		{ SHM, REASON_DB_CORRUPT, REASON_DB_CORRUPT, "an index of one" },
		{ HEADER, REASON_DB_JOURNAL, REASON_NONE, "sibling: a journal of ours" },
		{ EMPTY, REASON_NONE, REASON_NONE, "sibling: an empty one" },
		{ ZEROS, REASON_NONE, REASON_NONE, "sibling: one without a header" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const enum reason want[] = { rows[i].reads, rows[i].writes };
		char name[64];
		const char *path;
		uint64_t before, precious;

		if (rows[i].how == OWNER && geteuid() != 0) {
			tap_skip("bad_D09_beside: an owner can be given by root alone");
			continue;
		}
		snprintf(name, sizeof(name), "beside-%zu.db", i);
		path = dbfile_fresh(name);
		ok(lay_beside(path, rows[i].how), "bad_D09_beside: %s", rows[i].name);
		before = dbfile_sum(path);
		precious = dbfile_sum(victim);
		for (int mode = 0; mode < 2; mode++) {
			if (want[mode] == REASON_NONE) {
				dbfile_accepted(
				    path, mode == 0 ? DB_READ : DB_WRITE, rows[i].name);
				continue;
			}
			dbfile_refused(path, mode == 0 ? DB_READ : DB_WRITE, want[mode],
			    rows[i].name);
			ok(is_there() && dbfile_sum(path) == before,
			    "%s: nothing is removed or changed", rows[i].name);
		}
		ok(access(victim, F_OK) == 0 && dbfile_sum(victim) == precious,
		    "%s: the other file is there", rows[i].name);
	}
}

/* Whoever can put a file there can put a journal there. */
static void
bad_D09_folder_of_others(void)
{
	const struct db_options lenient = { .now = "2026-11-21T12:00:00Z",
		.tool = "assay 0.1.0",
		.insecure_permissions = true };
	struct err err = { .reason = REASON_NONE };
	struct db *db = NULL;
	const char *path = dbfile_fresh("folder.db");

	ok(lay_beside(path, HEADER), "a journal");
	ok(chmod(sample_folder(), 0777) == 0, "in a folder that others may write");
	ok(db_open(&db, path, DB_WRITE, &lenient, &err) == -1,
	    "bad_D09_folder_of_others: not played back, whatever the permissions of the rest");
	is_reason(err.reason, REASON_DB_OPEN, "bad_D09_folder_of_others");
	ok(is_there(), "the journal is left");
	unlink(beside);
	ok(db_open(&db, path, DB_WRITE, &lenient, &err) == 0,
	    "sibling: without a journal");
	db_close(db);
	chmod(sample_folder(), 0700);
}

/* SQLite may be asked anything; the files it is given are those of one database. */
static void
bad_D09_nothing_else_is_opened(void)
{
	struct db *db = sample_open(dbfile_fresh("guard.db"), DB_READ, NULL);
	struct stat st;

	ok(lay_beside(sample_path("guard.db"), HEADER),
	    "a journal comes while a reader is there");
	db_close(db);
	ok(stat(beside, &st) == 0 && st.st_size == 512, "and stays");
	unlink(beside);
}

/* --- values --- */

static enum reason
ask_all(const char *path)
{
	static const char *const names[] = { "summary", "inputs", "findings", "notes" };
	struct err err = { .reason = REASON_NONE };
	struct db *db = sample_open(path, DB_READ, &err);
	int got = 0;

	for (size_t i = 0; db != NULL && i < COUNT(names) && got >= 0; i++) {
		struct query *q = NULL;
		struct query_cell cell;

		if (query_open(&q, db, names[i], &err) != 0)
			break;
		query_bind_int(q, 1, 1);
		while ((got = query_step(q, &err)) == 1)
			for (int k = 0; query_cell(&cell, q, k); k++)
				continue;
		query_close(q);
	}
	db_close(db);
	return err.reason;
}

static void
bad_D11_value_too_large(void)
{
	const char *path = dbfile_fresh("large.db");
	struct db *db = sample_open(path, DB_WRITE, NULL);

	sample_two_runs(db);
	db_close(db);
	is_reason(ask_all(path), REASON_NONE, "sibling: as it was recorded");
	dbfile_change(path, "UPDATE input SET detail=hex(zeroblob(10000000))");
	is_reason(ask_all(path), REASON_DB_CORRUPT, "bad_D11_value_too_large");
}

static void
bad_D14_made_by_hand(void)
{
	static const char *const texts[] = {
		"UPDATE run SET state='Splendid'",
		"UPDATE run SET status='finished'",
		"UPDATE run SET started_at='yesterday'",
		"UPDATE evaluation SET state='Fine'",
		"UPDATE evaluation SET state='Compliant' WHERE reason_code IS NOT NULL",
		"UPDATE step SET outcome='maybe'",
		"UPDATE signature SET state='good'",
		"UPDATE input SET state='fine'",
		"UPDATE meta SET value='' WHERE key='db_uuid'",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		char name[64], text[256];
		const char *path;
		struct db *db;

		snprintf(name, sizeof(name), "hand-%zu.db", i);
		path = dbfile_fresh(name);
		db = sample_open(path, DB_WRITE, NULL);
		sample_two_runs(db);
		db_close(db);
		snprintf(text, sizeof(text), "PRAGMA ignore_check_constraints=1; %s",
		    texts[i]);
		dbfile_change(path, text);
		dbfile_refused(path, DB_READ, REASON_DB_CORRUPT, texts[i]);
		dbfile_refused(path, DB_WRITE, REASON_DB_CORRUPT, texts[i]);
	}
}

/* --- octets --- */

/* Any octet may be any other: that is told as a damaged file, or makes no difference. */
static void
bad_D03_octets(void)
{
	static const char *const names[] = { "octets.db", "octet.db" };
	const char *whole = dbfile_fresh(names[0]), *path = sample_path(names[1]);
	struct db *db = sample_open(whole, DB_WRITE, NULL);
	unsigned wrong = 0, told = 0;
	uint64_t seed = 20260101;
	static char octets[1 << 20];
	ssize_t len;
	int fd;

	sample_two_runs(db);
	db_close(db);
	fd = open(whole, O_RDONLY);
	len = read(fd, octets, sizeof(octets));
	close(fd);
	for (int i = 0; i < 300; i++) {
		size_t at = i < 100 ? (size_t)i : (seed >> 33) % (size_t)len;
		char before = octets[at];
		enum reason reason;

		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		octets[at] = (char)(seed >> 40);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (write(fd, octets, (size_t)len) != len)
			wrong++;
		close(fd);
		octets[at] = before;
		reason = ask_all(path);
		told += reason != REASON_NONE;
		if (reason != REASON_NONE && reason != REASON_DB_CORRUPT &&
		    reason != REASON_DB_VERSION) {
			wrong++;
			tap_note("octet %zu: %s", at, reason_code(reason));
		}
	}
	ok(wrong == 0, "bad_D03_octets: told as damage (%u of 300 times)", told);
	ok(told > 50, "bad_D03_octets: damage is seen");
}

int
main(void)
{
	bad_D10_called_statistics();
	bad_D10_other_oddities();
	bad_D09_beside();
	bad_D09_folder_of_others();
	bad_D09_nothing_else_is_opened();
	bad_D11_value_too_large();
	bad_D14_made_by_hand();
	bad_D03_octets();
	return tap_done();
}
