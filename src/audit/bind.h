/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_BIND_H
#define AUDIT_BIND_H
/*
 * Records bound to the parameters of a statement by name: what verdict/shape.h calls a field, the
 * statement calls ":field". Fields that the statement has no parameter for are left out, those that
 * it has besides are bound one by one; tests/unit/test_shape.c compares both.
 */
#include "audit/handle.h"
#include "verdict/shape.h"

void bind_record(sqlite3_stmt *st, const struct shape *shape, const void *record);
/* A finding, and ":severity" of its reason; no message is an empty one. */
void bind_finding(sqlite3_stmt *st, const struct finding *f);

/* The parameter ":name", which must be there: for the bind_ functions of audit/handle.h. */
int bind_param(sqlite3_stmt *st, const char *name);
void bind_id(sqlite3_stmt *st, int n, int64_t id); /* 0: NULL */

#endif
