/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H
/*
 * One artifact of a recorded run in words: verdict, every check, evidence, remedy,
 * history.
 */
#include "report/report.h"

/*
 * `artifact` is a digest, at least its first 6 characters (with or without "sha256:"), or
 * a name of the export. A name, or a digest in several inputs, may mean several
 * judgements: each is explained. Fails with db.artifact (none; or the start of several
 * digests).
 */
int explain_write(struct report_sink *sink, struct db *db,
    const struct report_options *options, struct str artifact, struct err *err);

#endif
