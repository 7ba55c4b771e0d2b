/* SPDX-License-Identifier: Apache-2.0 */
/* Small words of the JSON report: columns to members, rows to arrays. */
#include <string.h>

#include "codec/jsonscan.h"
#include "report/json_parts.h"

/* A member of this name is true or false in every object; SQLite knows no such type. */
static const char *const truths[] = { "blocking", "own", "is_root", "is_ca", "in_use",
	"policy_changed", "anchors_changed" };
/* A member of this name holds JSON that was recorded as text, or this. */
static const struct {
	const char *name, *other;
} raws[] = { { "argv", "[]" }, { "limits", "{}" }, { "libraries", "{}" } };

void
json_raw(struct json *w, const char *key, struct str text, const char *other)
{
	if (text.ptr == NULL || jsonscan(str_bytes(text), NULL, NULL, NULL) != 0)
		text = str_of(other);
	jsonout_raw(&w->j, key, str_bytes(text));
}

static bool
is_truth(const char *name)
{
	for (size_t i = 0; i < COUNT(truths); i++)
		if (strcmp(name, truths[i]) == 0)
			return true;
	return false;
}

static void
member(struct json *w, const char *name, const struct query_cell *cell)
{
	for (size_t i = 0; i < COUNT(raws); i++)
		if (strcmp(name, raws[i].name) == 0) {
			json_raw(w, name, cell->text, raws[i].other);
			return;
		}
	switch (cell->kind) {
	case CELL_NULL:
		jsonout_null(&w->j, name);
		break;
	case CELL_INT:
		if (is_truth(name))
			jsonout_bool(&w->j, name, cell->n != 0);
		else
			jsonout_i64(&w->j, name, cell->n);
		break;
	case CELL_TEXT:
		jsonout_str(&w->j, name, cell->text);
		break;
	}
}

/* Up to the point of "inventory.images"; absent where there is none. */
static struct str
group_of(const char *alias)
{
	struct str all = str_of(alias);
	size_t point = str_find(all, '.');

	return point == all.len ? STR_NONE : str_upto(all, point);
}

/* The object that the next column belongs to, if that is another; is it there? */
static bool
turn(struct json *w, struct str *open, bool there, const struct query_cell *cell)
{
	struct str group = group_of(cell->alias);

	if (str_equal(group, *open))
		return there;
	if (open->ptr != NULL && there)
		jsonout_object_end(&w->j);
	*open = group;
	if (group.ptr == NULL)
		return true;
	jsonout_key(&w->j, group);
	if (cell->kind == CELL_NULL)
		jsonout_null(&w->j, NULL);
	else
		jsonout_object_begin(&w->j, NULL);
	return cell->kind != CELL_NULL;
}

void
json_members(struct json *w, const struct query *q, struct json_span span)
{
	struct str group = STR_NONE;
	struct query_cell cell;
	bool there = true;

	for (int i = span.first; i <= span.last && query_cell(&cell, q, i); i++) {
		there = turn(w, &group, there, &cell);
		if (there)
			member(w, cell.alias + (group.ptr == NULL ? 0 : group.len + 1),
			    &cell);
	}
	if (group.ptr != NULL && there)
		jsonout_object_end(&w->j);
}

int
json_span(struct json_span *out, const struct query *q, const char *first,
    const char *last, struct err *err)
{
	return query_place(&out->first, q, first, err) == 0 &&
		       query_place(&out->last, q, last, err) == 0
		   ? 0
		   : -1;
}

int
json_part(struct json *w, const struct query *q, const char *first, const char *last)
{
	struct json_span span;

	if (json_span(&span, q, first, last, w->err) != 0)
		return -1;
	json_members(w, q, span);
	return 0;
}

int
json_rows(struct json *w, const char *key, struct query *q, struct json_span span)
{
	int got;

	jsonout_array_begin(&w->j, key);
	while ((got = query_step(q, w->err)) == 1) {
		jsonout_object_begin(&w->j, NULL);
		json_members(w, q, span);
		jsonout_object_end(&w->j);
	}
	jsonout_array_end(&w->j);
	return got;
}

int
json_section(struct json *w, const char *key, const char *name, const char *first,
    const char *last)
{
	AUTO(query_close) struct query *q = NULL;
	struct json_span span;

	if (query_open(&q, w->db, name, w->err) != 0 ||
	    json_span(&span, q, first, last, w->err) != 0)
		return -1;
	query_bind_int(q, 1, w->run_id);
	return json_rows(w, key, q, span);
}

int
json_one_row(struct query **out, struct json *w, const char *name)
{
	int got;

	if (query_open(out, w->db, name, w->err) != 0)
		return -1;
	query_bind_int(*out, 1, w->run_id);
	got = query_step(*out, w->err);
	if (got == 0)
		return err_set(w->err, REASON_DB_RUN, NULL, "run is not recorded");
	return got < 0 ? -1 : 0;
}
