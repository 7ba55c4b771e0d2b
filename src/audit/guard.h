/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_GUARD_H
#define AUDIT_GUARD_H
/*
 * Inside this folder only: what SQLite may do to the file system on behalf of one connection.
 *
 * It opens the database, its journal and files without a name, and nothing else: no write-ahead
 * log, and no super-journal, which a journal may name as it likes and SQLite removes when it has
 * played that journal back (sqlite.org, "Atomic Commit", 5.0). It removes the journal, and for a
 * reader nothing at all: a reader's file is open for reading, and a journal that would have to be
 * played back first ends with SQLITE_READONLY_ROLLBACK. SQLite itself does not know that a reader
 * cannot write, since it looks at no CHECK of a file that it thinks read-only (3.40).
 */
#include <sqlite3.h>
#include <stdbool.h>

struct guard {
	sqlite3_vfs vfs; /* its name goes to sqlite3_open_v2 */
	sqlite3_vfs *real;
	char name[32];
	const char *path; /* absolute, without links; the caller's */
	bool reads;
};

void guard_init(struct guard *g, const char *path, bool reads);
void guard_clear(struct guard *g); /* after sqlite3_close */

#endif
