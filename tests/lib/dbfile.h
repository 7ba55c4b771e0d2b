/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_DBFILE_H
#define TESTS_LIB_DBFILE_H
/* Database files that a test spoils. Each that says so is one test of its own. */
#include "audit/db.h"

/* A test: opening it fails for that reason, or not at all. */
void dbfile_refused(
    const char *path, enum db_mode mode, enum reason want, const char *name);
void dbfile_accepted(const char *path, enum db_mode mode, const char *name);
/* Statements as any program may run them, without assay's guards. */
void dbfile_change(const char *path, const char *sql_text);
/* A new database of this name in the scratch folder. */
const char *dbfile_fresh(const char *name);
void dbfile_put(const char *path, const char *text, size_t len);
uint64_t dbfile_sum(const char *path);

#endif
