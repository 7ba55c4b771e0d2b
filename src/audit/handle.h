/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_HANDLE_H
#define AUDIT_HANDLE_H
/*
 * Inside this folder only: the connection behind struct db, its transactions, and the
 * statements of schema/statements.sql by name. Elsewhere no SQLite type is seen.
 */
#include <sqlite3.h>

#include "audit/db.h"
#include "audit/guard.h"
#include "audit/place.h"
#include "base/when.h"

DEFINE_AUTO(sqlite3_stmt, sqlite3_finalize)

struct db {
	sqlite3 *sql;
	struct guard guard;
	struct place place;
	char uuid[37];
	uint64_t commits;
	bool open; /* a transaction is open */
	const volatile int *stop; /* as in db_options */
	bool ending; /* what is written now is written in spite of it */
	uint64_t work; /* steps of SQLite's machine, in thousands: counted for tests */
	unsigned busy_most; /* tries, while another holds the file */
};

/* Has somebody asked to stop? Long loops ask before each turn, and fail with run.interrupted. */
static inline bool
handle_stopped(const struct db *db)
{
	return db->stop != NULL && *db->stop != 0 && !db->ending;
}
int handle_interrupted(const struct db *db, struct err *err); /* -1 */

/* Fills *err from the last failure of the connection and returns -1. `what` was tried. */
int handle_error(struct db *db, int code, const char *what, struct err *err);

int handle_begin(struct db *db, struct err *err); /* BEGIN IMMEDIATE, if none is open */
/*
 * COMMIT, counted; nothing if none is open. A reader that holds the file (a report into a
 * pager, say) keeps a writer from committing: unless it `must` be now, the transaction
 * then stays open and goes into the next commit; nothing is lost but time. If it must, a
 * minute is waited.
 */
int handle_commit(struct db *db, bool must, struct err *err);
void handle_rollback(struct db *db);
/* One PRAGMA that yields an integer, by its name; and one that sets it. */
int handle_pragma(int64_t *out, struct db *db, const char *name, struct err *err);
int handle_pragma_set(struct db *db, const char *name, int64_t value, struct err *err);
/* PRAGMA journal_mode, for a new file and for each writer. */
int handle_journal(struct db *db, struct err *err);
/* PRAGMA quick_check: fails with db.corrupt. */
int handle_check(struct db *db, struct err *err);
/*
 * What the first octets of the file say, before SQLite reads any of it: an empty file, or one in
 * the form that assay writes. Fails with db.corrupt.
 */
int handle_header(struct db *db, struct err *err);

/* The statement `-- @name` of schema/statements.sql, prepared once by its owner. */
int handle_prepare(sqlite3_stmt **out, struct db *db, const char *name, struct err *err);
/* Any text that holds one statement. */
int handle_prepare_text(sqlite3_stmt **out, struct db *db, struct str text,
    const char *name, struct err *err);
/* Several statements in a row: a migration. */
int handle_script(struct db *db, struct str text, const char *name, struct err *err);

/* Run to the end and reset, bindings stay; a row is a programming mistake and ignored. */
int handle_run(struct db *db, sqlite3_stmt *st, struct err *err);
/* 1 a row, 0 no more, -1 failed. The caller resets. */
int handle_row(struct db *db, sqlite3_stmt *st, struct err *err);

/* Bound text and octets must live until the statement was run. Absent: NULL. */
void bind_str(sqlite3_stmt *st, int n, struct str value);
void bind_text(sqlite3_stmt *st, int n, const char *value);
/* Of base/words.h: the word for none is NULL. */
void bind_word(sqlite3_stmt *st, int n, const char *word);
void bind_bytes(sqlite3_stmt *st, int n, struct bytes value);
void bind_int(sqlite3_stmt *st, int n, int64_t value);
void bind_u64(sqlite3_stmt *st, int n, uint64_t value); /* beyond 63 bits: the largest */
void bind_null(sqlite3_stmt *st, int n);

#endif
