/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_REVOCATION_H
#define REPORT_REVOCATION_H
/*
 * How well revocation was known in a run, and how old the data were, in one line; nothing
 * where nothing was given and nothing asked for.
 */
#include "report/out.h"

int revocation_line(struct out *o, struct db *db, int64_t run_id, struct err *err);

#endif
