/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H
/* Rows of text for a terminal, in columns as wide as their widest cell; every cell is escaped. */
#include "base/arena.h"

#define TABLE_COLUMNS_MOST 12

enum table_cut { TABLE_WHOLE, TABLE_END, TABLE_MIDDLE };

struct table_column {
	const char *title;
	bool right; /* numbers: aligned to the right */
	enum table_cut cut; /* where, if the table is to be made narrower */
};

struct table {
	struct arena *mem;
	const struct table_column *columns;
	size_t column_count;
	VEC(struct str *) rows;
	size_t width[TABLE_COLUMNS_MOST];
};

void table_init(
    struct table *t, struct arena *mem, const struct table_column *columns, size_t count);
/* `cells`: one for each column. An absent or empty one is blank. */
void table_add(struct table *t, const struct str *cells);
/*
 * Make columns that may be cut narrower, the widest first, until the rows take `columns`; as far as
 * that goes. 0: as wide as they are.
 */
void table_fit(struct table *t, size_t columns);
/* Titles and rows to standard output; nothing without rows. */
void table_print(const struct table *t);

#endif
