/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_PLACE_H
#define AUDIT_PLACE_H
/*
 * Where the database lies: its folder, its permissions, and the run lock beside it.
 *
 * The file itself is never opened here once it exists (only asked about with O_PATH):
 * closing a descriptor of it would drop the locks that SQLite holds (sqlite.org, "How To
 * Corrupt", 2.2).
 */
#include "audit/db.h"

struct place {
	int dir; /* the folder */
	int lock; /* FILE.lock, held; -1 for readers */
	char *path; /* absolute, no links in it */
	const char *name; /* its last component */
};

/* A missing file is one of DB_READ alone. Fails with db.open. */
int place_open(struct place *out, const char *path, enum db_mode mode,
    const struct db_options *options, struct err *err);
/* For a writer: takes the lock, makes a missing file (0600, empty). Fails with db.open and db.busy. */
int place_claim(struct place *p, const struct db_options *options, struct err *err);
void place_close(struct place *p);
/* May nobody else write the folder, or rename one above it? Fails with db.open. */
int place_trusted(const struct place *p, struct err *err);

#endif
