/* SPDX-License-Identifier: Apache-2.0 */
/* Small words of the JSON report: columns to members, rows to arrays. */
#include "codec/jsonscan.h"
#include "report/json_parts.h"

void
json_str_at(struct json *w, const char *key, struct query *q, int column)
{
	jsonout_str(&w->j, key, query_str(q, column));
}

void
json_int_at(struct json *w, const char *key, struct query *q, int column)
{
	if (query_null(q, column))
		jsonout_null(&w->j, key);
	else
		jsonout_i64(&w->j, key, query_int(q, column));
}

static void
bool_at(struct json *w, const char *key, struct query *q, int column)
{
	jsonout_bool(&w->j, key, query_int(q, column) != 0);
}

/* Recorded JSON, checked again: a report is valid whatever was done to the file. */
void
json_raw_at(
    struct json *w, const char *key, struct query *q, int column, const char *other)
{
	struct str text = query_str(q, column);

	if (text.ptr == NULL || jsonscan(str_bytes(text), NULL, NULL, NULL) != 0)
		text = str_of(other);
	jsonout_raw(&w->j, key, str_bytes(text));
}

void
json_fields(struct json *w, struct query *q, const struct json_field *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		switch (f[i].kind) {
		case FIELD_STR:
			json_str_at(w, f[i].key, q, f[i].column);
			break;
		case FIELD_INT:
			json_int_at(w, f[i].key, q, f[i].column);
			break;
		case FIELD_BOOL:
			bool_at(w, f[i].key, q, f[i].column);
			break;
		}
	}
}

/* An array of objects, all of the same fields. The query is bound. */
int
json_rows(struct json *w, const char *key, struct query *q, const struct json_field *f,
    size_t count)
{
	int got;

	jsonout_array_begin(&w->j, key);
	while ((got = query_step(q, w->err)) == 1) {
		jsonout_object_begin(&w->j, NULL);
		json_fields(w, q, f, count);
		jsonout_object_end(&w->j);
	}
	jsonout_array_end(&w->j);
	return got;
}

int
json_section(struct json *w, const char *key, const char *name,
    const struct json_field *f, size_t count)
{
	AUTO(query_close) struct query *q = NULL;

	if (query_open(&q, w->db, name, w->err) != 0)
		return -1;
	query_bind_int(q, 1, w->run_id);
	return json_rows(w, key, q, f, count);
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
