/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of text in columns. */
#include "cli/table.h"

#include <assert.h>
#include <stdio.h>

#include "codec/text.h"
#include "report/out.h"

enum {
	GAP = 2, /* blanks between columns */
	CUT_LEAST = 12 /* columns that still tell something */
};

void
table_init(
    struct table *t, struct arena *mem, const struct table_column *columns, size_t count)
{
	assert(count <= TABLE_COLUMNS_MOST);
	*t = (struct table){ .mem = mem, .columns = columns, .column_count = count };
	for (size_t i = 0; i < count; i++)
		t->width[i] = strlen(columns[i].title);
}

void
table_add(struct table *t, const struct str *cells)
{
	struct str *row = arena_array(t->mem, t->column_count, sizeof(*row));

	for (size_t i = 0; i < t->column_count; i++) {
		AUTO(buf_clear) struct buf text = { .max = (size_t)1 << 20 };
		size_t width;

		text_show(&text, str_bytes(cells[i]));
		row[i] = arena_str(t->mem, (struct str){ buf_cstr(&text), text.len });
		width = text_width(row[i]);
		if (width > t->width[i])
			t->width[i] = width;
	}
	VEC_PUSH(t->mem, &t->rows, row);
}

/* The widest of those that can still be cut; column_count: none. */
static size_t
widest(const struct table *t)
{
	size_t found = t->column_count;

	for (size_t i = 0; i < t->column_count; i++)
		if (t->columns[i].cut != TABLE_WHOLE && t->width[i] > CUT_LEAST &&
		    (found == t->column_count || t->width[i] > t->width[found]))
			found = i;
	return found;
}

void
table_fit(struct table *t, size_t columns)
{
	size_t total = 0, i;

	for (i = 0; i < t->column_count; i++)
		total += t->width[i] + (i == 0 ? 0 : GAP);
	for (; columns != 0 && total > columns; total--) {
		i = widest(t);
		if (i == t->column_count)
			return;
		t->width[i]--;
	}
}

static void
row_print(const struct table *t, const struct str *row)
{
	size_t last = t->column_count;

	/* No blanks at the end of a line. */
	while (last > 0 && row[last - 1].len == 0)
		last--;
	for (size_t i = 0; i < last; i++) {
		struct str cell = out_cut(
		    t->mem, row[i], t->width[i], t->columns[i].cut == TABLE_MIDDLE);
		size_t used = text_width(cell);
		size_t pad = used < t->width[i] ? t->width[i] - used : 0;
		bool right = t->columns[i].right;

		printf("%*s%*s", i == 0 ? 0 : GAP, "", right ? (int)pad : 0, "");
		fwrite(cell.ptr, 1, cell.len, stdout);
		printf("%*s", right || i + 1 == last ? 0 : (int)pad, "");
	}
	putchar('\n');
}

void
table_print(const struct table *t)
{
	struct str titles[TABLE_COLUMNS_MOST];

	if (t->rows.n == 0)
		return;
	for (size_t i = 0; i < t->column_count; i++)
		titles[i] = str_of(t->columns[i].title);
	row_print(t, titles);
	for (size_t i = 0; i < t->rows.n; i++)
		row_print(t, t->rows.v[i]);
}
