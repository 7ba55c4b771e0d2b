/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of rows of the record, for tests. */
#include "tests/lib/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct query_cell
cell_of(const struct query *q, const char *alias)
{
	struct err err = { .reason = REASON_NONE };
	struct query_cell cell = { .kind = CELL_NULL };
	int place;

	if (query_place(&place, q, alias, &err) != 0 || !query_cell(&cell, q, place)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return cell;
}

bool
row_null(const struct query *q, const char *alias)
{
	return cell_of(q, alias).kind == CELL_NULL;
}

int64_t
row_int(const struct query *q, const char *alias)
{
	return cell_of(q, alias).n;
}

struct str
row_str(const struct query *q, const char *alias)
{
	static char numbers[20][24];
	static size_t next;
	struct query_cell cell = cell_of(q, alias);
	char *number;

	if (cell.kind == CELL_TEXT)
		return cell.text;
	if (cell.kind == CELL_NULL)
		return STR_NONE;
	number = numbers[next++ % 20];
	snprintf(number, sizeof(numbers[0]), "%" PRId64, cell.n);
	return str_of(number);
}
