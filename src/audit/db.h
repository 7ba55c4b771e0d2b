/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_DB_H
#define AUDIT_DB_H
/*
 * The audit database: one SQLite file, the record of every run. This folder is the only
 * one that includes sqlite3. Schema: schema/0001_audit.sql, built in.
 */
#include "base/err.h"

struct db;

enum db_mode { DB_READ, DB_WRITE };

/*
 * Open (DB_WRITE: create if missing, mode 0600; take the run lock DB.lock,
 * waiting at most `lock_timeout` seconds; turn stale running rows into interrupted). URI
 * names, ":memory:" and symbolic links are refused. Fails with db.open, db.corrupt,
 * db.version, db.busy. `now` stamps created_at and stale runs.
 */
struct db_options {
	const char *now; /* RFC 3339 */
	unsigned lock_timeout;
	const char *tool; /* "assay 0.1.0" */
	bool insecure_permissions;
	bool make_folders; /* DB_WRITE: a missing folder is made, 0700; else it is an error */
	/*
	 * A signal handler's flag, or NULL. Once it is not 0, whatever waits or works here fails
	 * soon with run.interrupted; only the end of a run (audit/record.h) is still written.
	 */
	const volatile int *stop;
};
int db_open(struct db **out, const char *path, enum db_mode mode,
    const struct db_options *options, struct err *err);
void db_close(struct db *db);
DEFINE_AUTO(struct db, db_close)
const char *db_path(const struct db *db); /* absolute */
const char *db_uuid(const struct db *db);
uint64_t db_commits(
    const struct db *db); /* counted for tests (design: counts instead of seconds) */
uint64_t db_work(const struct db *db); /* thousands of steps, for tests as well */
const char *db_library_version(void);

#endif
