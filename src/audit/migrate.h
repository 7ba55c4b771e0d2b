/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_MIGRATE_H
#define AUDIT_MIGRATE_H
/*
 * Generations of the schema. A new file gets schema/0001_audit.sql and the list of
 * reasons in one transaction; a file that is there must be of our generation and hold
 * exactly our schema, so that no trigger or view of somebody else ever runs.
 */
#include "audit/handle.h"

#define MIGRATE_APPLICATION 1095975257 /* the octets "ASAY" */
#define MIGRATE_GENERATION 1

/*
 * Fails with db.corrupt (damaged, foreign, changed schema) and db.version. For a writer:
 * also rewrites the reasons if they are not ours and turns runs left running into
 * interrupted ones.
 */
int migrate_open(
    struct db *db, enum db_mode mode, const struct db_options *options, struct err *err);

#endif
