/* SPDX-License-Identifier: Apache-2.0 */
/* The connection to the audit database. */
#include "audit/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit/handle.h"
#include "audit/journal.h"
#include "audit/migrate.h"
#include "base/arena.h"
#include "base/embed.h"
#include "base/log.h"

/* How long a lock of another is waited for, in tries. */
#define BUSY_PAUSE_MS 10
enum {
	BUSY_USUAL = 500,
	BUSY_SHORT = 25, /* of a commit that may wait */
	BUSY_LONG = 6000, /* of one that must be */
	BUSY_STOPPED = 100 /* of any, once somebody wants an end */
};
#define WORK_STEPS 1000
/* Values, statements, nesting, parameters: far above ours, far below what could hurt. */
enum {
	MOST_LENGTH = 16 << 20,
	MOST_SQL = 64 << 10,
	MOST_DEPTH = 100,
	MOST_PARAMETERS = 999
};

/* --- failures --- */

static enum reason
reason_of(int code)
{
	if (code == SQLITE_READONLY_ROLLBACK)
		return REASON_DB_JOURNAL;
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return REASON_DB_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_TOOBIG: /* a value longer than any that was written */
		return REASON_DB_CORRUPT;
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return REASON_RESOURCE_DISK;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return REASON_DB_OPEN;
	case SQLITE_READONLY:
		return REASON_DB_WRITE;
	case SQLITE_INTERRUPT:
		return REASON_RUN_INTERRUPTED;
	default:
		return REASON_INTERNAL;
	}
}

/* What stands where only JSON is ever written was not written here. */
static enum reason
reason_in(sqlite3 *sql, int code)
{
	if (code == SQLITE_ERROR && strcmp(sqlite3_errmsg(sql), "malformed JSON") == 0)
		return REASON_DB_CORRUPT;
	return reason_of(code);
}

int
handle_interrupted(const struct db *db, struct err *err)
{
	return err_set(
	    err, REASON_RUN_INTERRUPTED, NULL, "ended by signal %d", *db->stop);
}

int
handle_error(struct db *db, int code, const char *what, struct err *err)
{
	struct where at = { .file = str_of(db->place.path) };

	if ((code & 0xff) == SQLITE_NOMEM)
		memory_exhausted();
	if (handle_stopped(db) && (code & 0xff) == SQLITE_BUSY)
		return handle_interrupted(db, err);
	if (code == SQLITE_READONLY_ROLLBACK)
		return err_set(err, REASON_DB_JOURNAL, &at,
		    "a run was cut short while it wrote, and left %s-journal",
		    db->place.name);
	return err_set(
	    err, reason_in(db->sql, code), &at, "%s: %s", what, sqlite3_errmsg(db->sql));
}

/* --- statements --- */

int
handle_row(struct db *db, sqlite3_stmt *st, struct err *err)
{
	int code = sqlite3_step(st);

	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	return handle_error(db, code, "database", err);
}

int
handle_run(struct db *db, sqlite3_stmt *st, struct err *err)
{
	int code = sqlite3_step(st);

	if (code != SQLITE_DONE && code != SQLITE_ROW) {
		handle_error(db, code, "database", err);
		sqlite3_reset(st);
		return -1;
	}
	sqlite3_reset(st);
	return 0;
}

int
handle_prepare_text(
    sqlite3_stmt **out, struct db *db, struct str text, const char *name, struct err *err)
{
	int code = sqlite3_prepare_v3(
	    db->sql, text.ptr, (int)text.len, SQLITE_PREPARE_PERSISTENT, out, NULL);

	return code == SQLITE_OK ? 0 : handle_error(db, code, name, err);
}

int
handle_prepare(sqlite3_stmt **out, struct db *db, const char *name, struct err *err)
{
	struct str all = embed_find("schema/statements.sql");
	char mark[64];
	const char *start, *end;

	snprintf(mark, sizeof(mark), "\n-- @%s\n", name);
	start = all.ptr == NULL ? NULL : strstr(all.ptr, mark);
	if (start == NULL)
		return err_set(err, REASON_INTERNAL, NULL, "no statement %s", name);
	start += strlen(mark);
	end = strstr(start, "\n-- @");
	return handle_prepare_text(out, db,
	    end == NULL ? str_of(start) : (struct str){ start, (size_t)(end - start) },
	    name, err);
}

int
handle_script(struct db *db, struct str text, const char *name, struct err *err)
{
	int code = sqlite3_exec(db->sql, text.ptr, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : handle_error(db, code, name, err);
}

void
bind_str(sqlite3_stmt *st, int n, struct str value)
{
	if (value.ptr == NULL)
		sqlite3_bind_null(st, n);
	else
		sqlite3_bind_text64(
		    st, n, value.ptr, value.len, SQLITE_STATIC, SQLITE_UTF8);
}

void
bind_text(sqlite3_stmt *st, int n, const char *value)
{
	bind_str(st, n, str_of(value));
}

void
bind_word(sqlite3_stmt *st, int n, const char *word)
{
	bind_str(st, n, word[0] == '\0' ? STR_NONE : str_of(word));
}

void
bind_bytes(sqlite3_stmt *st, int n, struct bytes value)
{
	/* An empty value is not NULL. */
	sqlite3_bind_blob64(st, n, value.len == 0 ? (const void *)"" : value.ptr,
	    value.len, SQLITE_STATIC);
}

void
bind_int(sqlite3_stmt *st, int n, int64_t value)
{
	sqlite3_bind_int64(st, n, value);
}

void
bind_u64(sqlite3_stmt *st, int n, uint64_t value)
{
	sqlite3_bind_int64(st, n, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void
bind_null(sqlite3_stmt *st, int n)
{
	sqlite3_bind_null(st, n);
}

/* --- settings and transactions --- */

static int
simple(struct db *db, const char *text, struct err *err)
{
	int code = sqlite3_exec(db->sql, text, NULL, NULL, NULL);
	bool setting = strncmp(text, "PRAGMA", 6) == 0;

	/* A setting is the first thing that reads a file: what failed is the opening. */
	return code == SQLITE_OK
		   ? 0
		   : handle_error(db, code, setting ? "cannot open" : text, err);
}

int
handle_begin(struct db *db, struct err *err)
{
	if (db->open)
		return 0;
	if (simple(db, "BEGIN IMMEDIATE", err) != 0)
		return -1;
	db->open = true;
	return 0;
}

static int
try_commit(struct db *db, bool must)
{
	int code;

	db->busy_most = must ? BUSY_LONG : BUSY_SHORT;
	code = sqlite3_exec(db->sql, "COMMIT", NULL, NULL, NULL);
	db->busy_most = BUSY_USUAL;
	return code;
}

int
handle_commit(struct db *db, bool must, struct err *err)
{
	int code;

	if (!db->open)
		return 0;
	code = try_commit(db, must);
	if (code == SQLITE_OK) {
		db->open = false;
		db->commits++;
		return 0;
	}
	if ((code & 0xff) == SQLITE_BUSY && !must)
		return 0;
	handle_error(db, code, "cannot commit", err);
	handle_rollback(db);
	return -1;
}

void
handle_rollback(struct db *db)
{
	/* After a full disk SQLite may have rolled back by itself. */
	if (db->open && sqlite3_get_autocommit(db->sql) == 0)
		sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	db->open = false;
}

int
handle_pragma(int64_t *out, struct db *db, const char *name, struct err *err)
{
	sqlite3_stmt *st = NULL;
	char text[64];
	int got;

	snprintf(text, sizeof(text), "PRAGMA %s", name);
	if (handle_prepare_text(&st, db, str_of(text), name, err) != 0)
		return -1;
	got = handle_row(db, st, err);
	if (got == 1)
		*out = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	if (got == 0)
		return err_set(err, REASON_INTERNAL, NULL, "no answer to %s", name);
	return got == 1 ? 0 : -1;
}

int
handle_pragma_set(struct db *db, const char *name, int64_t value, struct err *err)
{
	char text[80];

	snprintf(text, sizeof(text), "PRAGMA %s = %lld", name, (long long)value);
	return simple(db, text, err);
}

int
handle_check(struct db *db, struct err *err)
{
	struct where at = { .file = str_of(db->place.path) };
	sqlite3_stmt *st = NULL;
	int result = -1;

	if (handle_prepare_text(&st, db, STR("PRAGMA quick_check(1)"), "check", err) != 0)
		return -1;
	if (handle_row(db, st, err) == 1) {
		const char *said = (const char *)sqlite3_column_text(st, 0);
		const char *last = said == NULL ? NULL : strrchr(said, '\n');

		/* "*** in database main ***" and a line end go before what matters. */
		said = last == NULL ? said : last + 1;
		if (said != NULL && strcmp(said, "ok") == 0)
			result = 0;
		else
			err_set(err, REASON_DB_CORRUPT, &at, "damaged: %s",
			    said == NULL ? "no answer" : said);
	}
	sqlite3_finalize(st);
	return result;
}

/* Called while another holds the file; 0: give up. */
static int
on_busy(void *ctx, int tries)
{
	struct timespec pause = { .tv_nsec = BUSY_PAUSE_MS * 1000000L };
	struct db *db = ctx;
	bool stop = db->stop != NULL && *db->stop != 0;

	if (handle_stopped(db) || (unsigned)tries >= db->busy_most ||
	    (stop && (unsigned)tries >= BUSY_STOPPED))
		return 0;
	nanosleep(&pause, NULL);
	return 1;
}

/* Called now and then while a statement runs; not 0: it ends with SQLITE_INTERRUPT. */
static int
on_work(void *ctx)
{
	struct db *db = ctx;

	db->work++;
	return handle_stopped(db);
}

static void
harden(sqlite3 *sql)
{
	sqlite3_db_config(sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_limit(sql, SQLITE_LIMIT_LENGTH, MOST_LENGTH);
	sqlite3_limit(sql, SQLITE_LIMIT_SQL_LENGTH, MOST_SQL);
	sqlite3_limit(sql, SQLITE_LIMIT_EXPR_DEPTH, MOST_DEPTH);
	sqlite3_limit(sql, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(sql, SQLITE_LIMIT_VARIABLE_NUMBER, MOST_PARAMETERS);
}

static int
configure(struct db *db, enum db_mode mode, struct err *err)
{
	db->busy_most = BUSY_USUAL;
	sqlite3_busy_handler(db->sql, on_busy, db);
	sqlite3_progress_handler(db->sql, WORK_STEPS, on_work, db);
	if (handle_pragma_set(db, "cell_size_check", 1, err) != 0 ||
	    handle_pragma_set(db, "mmap_size", 0, err) != 0 ||
	    handle_pragma_set(db, "cache_size", -8192, err) != 0)
		return -1;
	if (mode == DB_READ)
		return handle_pragma_set(db, "query_only", 1, err);
	/* EXTRA also syncs the folder after a journal is removed: a commit stays one. */
	return handle_pragma_set(db, "synchronous", 3, err);
}

int
handle_journal(struct db *db, struct err *err)
{
	/* Not WAL: one file that can be carried away, on any file system. */
	return simple(db, "PRAGMA journal_mode = DELETE", err);
}

/* --- opening --- */

static uint32_t
header_number(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

int
handle_header(struct db *db, struct err *err)
{
	/* sqlite.org, "File Format", 1.3. */
	enum { WRITE_VERSION = 18, READ_VERSION = 19, FORMAT = 44, ENCODING = 56, HEADER = 100 };
	static const char magic[] = "SQLite format 3";
	struct where at = { .file = str_of(db->place.path) };
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;
	uint8_t head[HEADER];
	int code;

	/* Through the open file: closing another descriptor of it would drop SQLite's locks. */
	code = sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (code == SQLITE_OK)
		code = file->pMethods->xFileSize(file, &size);
	if (code != SQLITE_OK)
		return handle_error(db, code, "cannot open", err);
	if (size == 0)
		return 0;
	if (size < HEADER || file->pMethods->xRead(file, head, HEADER, 0) != SQLITE_OK ||
	    memcmp(head, magic, sizeof(magic)) != 0)
		return err_set(err, REASON_DB_CORRUPT, &at, "not a database");
	if (head[WRITE_VERSION] != 1 || head[READ_VERSION] != 1 ||
	    header_number(head + FORMAT) > 4 || header_number(head + ENCODING) > 1)
		return err_set(err, REASON_DB_CORRUPT, &at,
		    "a database, but in no form that assay writes");
	return 0;
}

static int
connect(struct db *db, enum db_mode mode, struct err *err)
{
	int code;

	/*
	 * Takes effect before the first use of the library only; the path is absolute
	 * anyway.
	 */
	sqlite3_config(SQLITE_CONFIG_URI, 0);
	guard_init(&db->guard, db->place.path, mode == DB_READ);
	code = sqlite3_open_v2(db->place.path, &db->sql,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE |
		SQLITE_OPEN_EXRESCODE,
	    db->guard.name);
	if (code != SQLITE_OK)
		return handle_error(db, code, "cannot open", err);
	harden(db->sql);
	if (handle_header(db, err) != 0)
		return -1;
	return configure(db, mode, err);
}

/*
 * A journal is looked at before SQLite finds it, and by a writer before it leaves anything there; it
 * is played back by a writer alone, who looks again once nobody else can be writing.
 */
static int
claim(struct db *db, const struct db_options *options, struct err *err)
{
	bool hot;

	if (place_claim(&db->place, options, err) != 0 ||
	    journal_look(&hot, &db->place, err) != 0 ||
	    (hot && journal_trust(&db->place, err) != 0))
		return -1;
	if (hot)
		log_warn("%s: a run was cut short; what it had not committed is taken back",
		    db->place.path);
	return 0;
}

static int
open_all(struct db *db, const char *path, enum db_mode mode,
    const struct db_options *options, struct err *err)
{
	bool hot;

	if (place_open(&db->place, path, mode, options, err) != 0 ||
	    journal_look(&hot, &db->place, err) != 0 ||
	    (mode == DB_WRITE && claim(db, options, err) != 0) ||
	    connect(db, mode, err) != 0)
		return -1;
	return migrate_open(db, mode, options, err);
}

int
db_open(struct db **out, const char *path, enum db_mode mode,
    const struct db_options *options, struct err *err)
{
	AUTO(db_close) struct db *db = xmalloc(sizeof(*db));
	struct err local;

	memset(db, 0, sizeof(*db));
	db->place.dir = db->place.lock = -1;
	db->stop = options->stop;
	if (open_all(db, path, mode, options, err == NULL ? &local : err) != 0)
		return -1;
	*out = TAKE(db);
	return 0;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	handle_rollback(db);
	sqlite3_close(db->sql);
	guard_clear(&db->guard);
	place_close(&db->place);
	free(db);
}

const char *
db_path(const struct db *db)
{
	return db->place.path;
}

const char *
db_uuid(const struct db *db)
{
	return db->uuid;
}

uint64_t
db_commits(const struct db *db)
{
	return db->commits;
}

uint64_t
db_work(const struct db *db)
{
	return db->work;
}

const char *
db_library_version(void)
{
	return sqlite3_libversion();
}
