/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV (RFC 4180), of the columns that reports/csv.sql has: one row per judged artifact, and one
 * per input that has a reason of its own. Every field is quoted; what a spreadsheet would run as a
 * formula is disarmed (codec/text.h).
 */
#include <inttypes.h>
#include <stdio.h>

#include "codec/text.h"
#include "report/formats.h"

/* The last column is for the order alone. */
static size_t
columns_of(const struct query *q)
{
	int n = 0;

	while (query_alias(q, n) != NULL)
		n++;
	return n == 0 ? 0 : (size_t)n - 1;
}

static void
write_titles(struct buf *line, const struct query *q, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		buf_printf(line, "%s\"%s\"", i > 0 ? "," : "", query_alias(q, (int)i));
	buf_text(line, "\r\n");
}

static void
write_cell(struct buf *line, const struct query_cell *cell)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, cell->n);
	text_csv(line, cell->kind == CELL_INT ? str_of(number) : cell->text);
}

static int
write_rows(struct report_sink *sink, struct query *q, struct buf *line, size_t columns,
    struct err *err)
{
	struct query_cell cell;
	int got;

	while ((got = query_step(q, err)) == 1) {
		buf_reset(line);
		for (size_t i = 0; i < columns && query_cell(&cell, q, (int)i); i++) {
			if (i > 0)
				buf_u8(line, ',');
			write_cell(line, &cell);
		}
		buf_text(line, "\r\n");
		if (line->full)
			return err_set(err, REASON_INTERNAL, NULL, "row is too long");
		if (sink->write(sink->ctx, buf_bytes(line), err) != 0)
			return -1;
	}
	return got;
}

int
csv_write(struct report_sink *sink, struct db *db, const struct report_options *options,
    struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	AUTO(buf_clear) struct buf line = { .max = (size_t)256 << 20 };
	size_t columns;

	if (query_open(&q, db, "csv", err) != 0)
		return -1;
	query_bind_int(q, 1, options->run_id);
	columns = columns_of(q);
	write_titles(&line, q, columns);
	if (sink->write(sink->ctx, buf_bytes(&line), err) != 0)
		return -1;
	return write_rows(sink, q, &line, columns, err);
}
