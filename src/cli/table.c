/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of text in columns. */
#include "cli/table.h"

#include <assert.h>
#include <stdio.h>

#include "codec/text.h"

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

static void
row_print(const struct table *t, const struct str *row)
{
	size_t last = t->column_count;

	/* No blanks at the end of a line. */
	while (last > 0 && row[last - 1].len == 0)
		last--;
	for (size_t i = 0; i < last; i++) {
		size_t pad = t->width[i] - text_width(row[i]);
		bool right = t->columns[i].right;

		printf("%s%*s", i == 0 ? "" : "  ", right ? (int)pad : 0, "");
		fwrite(row[i].ptr, 1, row[i].len, stdout);
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
