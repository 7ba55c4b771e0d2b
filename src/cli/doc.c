/* SPDX-License-Identifier: Apache-2.0 */
/* One document of a command, as text or as JSON. */
#include "cli/doc.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/view.h"
#include "trust/anchors.h"

enum { DEEPER = 2 }; /* columns */

static int
flush(void *ctx, struct bytes data)
{
	(void)ctx;
	return fwrite(data.ptr, 1, data.len, stdout) == data.len ? 0 : -1;
}

void
doc_begin(struct doc *d, bool json, const char *format, int column)
{
	*d = (struct doc){ .json = json, .column = column };
	buf_init(&d->buf, (size_t)16 << 20);
	jsonout_init(&d->out, &d->buf, flush, NULL, true);
	if (!json)
		return;
	jsonout_object_begin(&d->out, NULL);
	jsonout_text(&d->out, "format", format);
}

int
doc_end(struct doc *d)
{
	int failed = 0;

	if (d->json) {
		jsonout_object_end(&d->out);
		failed = jsonout_end(&d->out);
	}
	buf_clear(&d->buf);
	return failed;
}

/* --- fields --- */

static void
label_print(struct doc *d, const char *label)
{
	/* One blank at least between label and value. */
	int width = d->column - d->indent > 1 ? d->column - d->indent - 1 : 1;

	if (d->text != NULL)
		out_printf(d->text, "%*s%-*s ", d->indent, "", width, label);
	else
		printf("%*s%-*s ", d->indent, "", width, label);
}

bool
doc_label(struct doc *d, const char *label)
{
	if (!d->json)
		label_print(d, label);
	return !d->json;
}

void
doc_title(struct doc *d, const char *title)
{
	if (!d->json && d->text != NULL)
		out_printf(d->text, "%*s%s\n", d->indent, "", title);
	else if (!d->json)
		printf("%*s%s\n", d->indent, "", title);
	d->indent += DEEPER;
}

void
doc_back(struct doc *d)
{
	d->indent -= DEEPER;
}

static void
value_print(struct doc *d, struct str value)
{
	if (d->text == NULL) {
		view_text("", value);
		return;
	}
	out_show(d->text, value);
	out_text(d->text, "\n");
}

static void
show(struct doc *d, const char *label, struct str value)
{
	if (label == NULL || value.ptr == NULL)
		return;
	if (d->table.column_count == 0) {
		label_print(d, label);
		value_print(d, value);
		return;
	}
	for (size_t i = 0; d->cells != NULL && i < d->table.column_count; i++)
		if (strcmp(d->table.columns[i].title, label) == 0)
			d->cells[i] = arena_str(d->table.mem, value);
}

void
doc_shown(struct doc *d, const char *name, const char *label, struct str value,
    struct str shown)
{
	if (!d->json)
		show(d, label, shown);
	else if (name != NULL)
		jsonout_str(&d->out, name, value);
}

void
doc_str(struct doc *d, const char *name, const char *label, struct str value)
{
	doc_shown(d, name, label, value, value);
}

void
doc_opt(struct doc *d, const char *name, const char *label, struct str value)
{
	if (value.ptr != NULL)
		doc_str(d, name, label, value);
}

void
doc_word(struct doc *d, const char *name, const char *label, const char *value)
{
	doc_str(
	    d, name, label, value == NULL || value[0] == '\0' ? STR_NONE : str_of(value));
}

void
doc_u64(struct doc *d, const char *name, const char *label, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	if (!d->json)
		show(d, label, str_of(text));
	else if (name != NULL)
		jsonout_u64(&d->out, name, value);
}

void
doc_i64(struct doc *d, const char *name, const char *label, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	if (!d->json)
		show(d, label, str_of(text));
	else if (name != NULL)
		jsonout_i64(&d->out, name, value);
}

void
doc_null(struct doc *d, const char *name)
{
	if (d->json)
		jsonout_null(&d->out, name);
}

void
doc_bool(struct doc *d, const char *name, const char *label, bool value)
{
	if (!d->json)
		show(d, label, value ? STR("yes") : STR("no"));
	else if (name != NULL)
		jsonout_bool(&d->out, name, value);
}

void
doc_when(struct doc *d, const char *name, const char *label, struct when value)
{
	char text[WHEN_TEXT];

	when_format(text, value);
	doc_str(d, name, label, str_of(text));
}

void
doc_digest(struct doc *d, const char *name, const char *label, const struct digest *value)
{
	char text[DIGEST_TEXT];

	if (value->alg == DIGEST_NONE) {
		doc_str(d, name, label, STR_NONE);
		return;
	}
	digest_format(text, value);
	doc_str(d, name, label, str_of(text));
}

void
doc_reason(struct doc *d, enum reason reason)
{
	doc_str(d, "reason", NULL,
	    reason == REASON_NONE ? STR_NONE : str_of(reason_code(reason)));
}

void
doc_item(struct doc *d, struct str value)
{
	if (d->json)
		jsonout_str(&d->out, NULL, value);
}

void
doc_strs(struct doc *d, const char *name, const char *label, const struct str *values,
    size_t count)
{
	if (d->json && name == NULL)
		return;
	doc_array(d, name);
	for (size_t i = 0; i < count; i++) {
		doc_item(d, values[i]);
		if (!d->json && label != NULL)
			show(d, i == 0 ? label : "", values[i]);
	}
	doc_array_end(d);
}

/* --- parts --- */

void
doc_object(struct doc *d, const char *name)
{
	if (d->json)
		jsonout_object_begin(&d->out, name);
}

void
doc_object_end(struct doc *d)
{
	if (d->json)
		jsonout_object_end(&d->out);
}

void
doc_array(struct doc *d, const char *name)
{
	if (d->json)
		jsonout_array_begin(&d->out, name);
}

void
doc_array_end(struct doc *d)
{
	if (d->json)
		jsonout_array_end(&d->out);
}

/* --- rows --- */

void
doc_table(
    struct doc *d, struct arena *mem, const struct table_column *columns, size_t count)
{
	table_init(&d->table, mem, columns, count);
}

void
doc_row(struct doc *d)
{
	doc_object(d, NULL);
	d->cells = arena_array(d->table.mem, d->table.column_count, sizeof(*d->cells));
}

void
doc_row_end(struct doc *d)
{
	doc_object_end(d);
	if (!d->json)
		table_add(&d->table, d->cells);
	d->cells = NULL;
}

size_t
doc_table_end(struct doc *d, size_t width)
{
	size_t rows = d->table.rows.n;

	table_fit(&d->table, width);
	table_print(&d->table);
	d->table = (struct table){ .column_count = 0 };
	return rows;
}
