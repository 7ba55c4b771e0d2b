/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_NOTES_H
#define REPORT_NOTES_H
/* Notes on a run, for people: a line each, and one line for a list of files. */
#include "audit/query.h"
#include "report/out.h"

/* `name`: of the query. */
int notes_write(struct out *o, struct db *db, const char *name, int64_t run, struct err *err);

#endif
