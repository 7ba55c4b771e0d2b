/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_ROWS_H
#define TESTS_LIB_ROWS_H
/* One cell of a row of the record, by its alias; a test that asks for none that is there ends. */
#include "audit/query.h"

bool row_null(const struct query *q, const char *alias);
int64_t row_int(const struct query *q, const char *alias); /* 0 for NULL */
/* Absent for NULL; numbers as text; good until the next step, or some twenty numbers more. */
struct str row_str(const struct query *q, const char *alias);

#endif
