/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_JOURNAL_H
#define AUDIT_JOURNAL_H
/*
 * Inside this folder only: what lies beside the database. A run that was cut short while it wrote
 * leaves a journal, from which the next run restores what was there before (sqlite.org, "File
 * Format", 3). Whatever else is there was not written by assay.
 */
#include "audit/place.h"

/*
 * Is there nothing that must not be there? Fails with db.corrupt for a write-ahead log, a journal of
 * another owner than the database, and one that is none or names a super-journal. *hot: a run of
 * this database may have left a journal, or be writing it.
 */
int journal_look(bool *hot, const struct place *p, struct err *err);
/*
 * For who is going to write, and holds the run lock: a journal is played back, so it must be ours,
 * and lie where nobody else may write, whatever --insecure-permissions says of the database.
 */
int journal_trust(const struct place *p, struct err *err);

#endif
