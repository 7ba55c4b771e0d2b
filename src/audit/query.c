/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the record. */
#include "audit/query.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/handle.h"
#include "base/arena.h"
#include "base/embed.h"

struct query {
	struct db *db;
	sqlite3_stmt *st;
	const char *name;
	const struct query_column *columns; /* the shape of a row, if it has one */
	int *at; /* where each of them is */
	size_t count;
};

int
query_open(struct query **out, struct db *db, const char *name, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	char path[96];
	struct str text;

	snprintf(path, sizeof(path), "reports/%s.sql", name);
	text = embed_find(path);
	if (text.ptr == NULL)
		return err_set(err, REASON_INTERNAL, NULL, "no query %s", name);
	q = xmalloc(sizeof(*q));
	*q = (struct query){ .db = db, .name = name };
	if (handle_prepare_text(&q->st, db, text, name, err) != 0)
		return -1;
	*out = TAKE(q);
	return 0;
}

void
query_close(struct query *q)
{
	if (q == NULL)
		return;
	sqlite3_finalize(q->st);
	free(q->at);
	free(q);
}

void
query_reset(struct query *q)
{
	sqlite3_reset(q->st);
	sqlite3_clear_bindings(q->st);
}

void
query_bind_int(struct query *q, int n, int64_t value)
{
	sqlite3_bind_int64(q->st, n, value);
}

void
query_bind_str(struct query *q, int n, struct str value)
{
	if (value.ptr == NULL)
		sqlite3_bind_null(q->st, n);
	else
		sqlite3_bind_text64(
		    q->st, n, value.ptr, value.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int
query_step(struct query *q, struct err *err)
{
	return handle_row(q->db, q->st, err);
}

/* --- what a row is --- */

int
query_place(int *out, const struct query *q, const char *alias, struct err *err)
{
	int count = sqlite3_column_count(q->st);

	for (*out = 0; *out < count; (*out)++)
		if (strcmp(sqlite3_column_name(q->st, *out), alias) == 0)
			return 0;
	return err_set(
	    err, REASON_INTERNAL, NULL, "query %s has no column %s", q->name, alias);
}

int
query_rows(struct query **out, struct db *db, const char *name,
    const struct query_column *columns, size_t count, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;

	if (query_open(&q, db, name, err) != 0)
		return -1;
	q->columns = columns;
	q->count = count;
	q->at = xmalloc((count + 1) * sizeof(*q->at));
	for (size_t i = 0; i < count; i++)
		if (query_place(&q->at[i], q, columns[i].alias, err) != 0)
			return -1;
	*out = TAKE(q);
	return 0;
}

static struct str
text_at(sqlite3_stmt *st, int i)
{
	const char *text = (const char *)sqlite3_column_text(st, i);

	if (text == NULL)
		return STR_NONE;
	return (struct str){ text, (size_t)sqlite3_column_bytes(st, i) };
}

static struct bytes
bytes_at(sqlite3_stmt *st, int i)
{
	const void *data = sqlite3_column_blob(st, i);

	return bytes_of(data, data == NULL ? 0 : (size_t)sqlite3_column_bytes(st, i));
}

static void
fill(void *member, const struct query_column *column, sqlite3_stmt *st, int i)
{
	switch (column->kind) {
	case QUERY_STR:
		*(struct str *)member = text_at(st, i);
		break;
	case QUERY_BYTES:
		*(struct bytes *)member = bytes_at(st, i);
		break;
	case QUERY_INT:
		*(int64_t *)member = sqlite3_column_int64(st, i);
		break;
	case QUERY_BOOL:
		*(bool *)member = sqlite3_column_int64(st, i) != 0;
		break;
	case QUERY_NUMBER:
		*(struct query_number *)member =
		    (struct query_number){ sqlite3_column_int64(st, i),
			    sqlite3_column_type(st, i) != SQLITE_NULL };
		break;
	}
}

int
query_row(struct query *q, void *row, struct err *err)
{
	int got = query_step(q, err);

	for (size_t i = 0; got == 1 && i < q->count; i++)
		fill((char *)row + q->columns[i].offset, &q->columns[i], q->st, q->at[i]);
	return got;
}

const char *
query_alias(const struct query *q, int i)
{
	return sqlite3_column_name(q->st, i);
}

bool
query_cell(struct query_cell *out, const struct query *q, int i)
{
	*out = (struct query_cell){ .alias = query_alias(q, i) };
	if (out->alias == NULL)
		return false;
	switch (sqlite3_column_type(q->st, i)) {
	case SQLITE_NULL:
		break;
	case SQLITE_INTEGER:
		out->kind = CELL_INT;
		out->n = sqlite3_column_int64(q->st, i);
		break;
	default:
		out->kind = CELL_TEXT;
		out->text = text_at(q->st, i);
		break;
	}
	return true;
}

/* --- the run that a name means --- */

/* A UUID or its start: hexadecimal digits and dashes, so that no pattern gets in. */
static bool
uuid_start(struct str name)
{
	if (name.len < 8 || name.len > 36)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (strchr("0123456789abcdef-", name.ptr[i]) == NULL)
			return false;
	return true;
}

struct named_run {
	int64_t run_id;
};

static int
one_run(
    int64_t *out, struct db *db, const char *question, struct str value, struct err *err)
{
	static const struct query_column columns[] = { COLUMN(struct named_run, run_id) };
	AUTO(query_close) struct query *q = NULL;
	struct named_run run;
	int64_t first;
	int got;

	if (query_rows(&q, db, question, columns, COUNT(columns), err) != 0)
		return -1;
	query_bind_str(q, 1, value);
	got = query_row(q, &run, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(err, REASON_DB_RUN, NULL, "no run %.*s", STR_ARG(value));
	first = run.run_id;
	got = query_row(q, &run, err);
	if (got < 0)
		return -1;
	if (got == 1)
		return err_set(err, REASON_DB_RUN, NULL, "several runs begin with %.*s",
		    STR_ARG(value));
	*out = first;
	return 0;
}

int
query_run(
    int64_t *run_id, struct db *db, struct str name, struct str series, struct err *err)
{
	if (str_is(name, "latest"))
		return one_run(run_id, db, "run-latest", series, err);
	if (!uuid_start(name))
		return err_set(err, REASON_DB_RUN, NULL,
		    "%.*s, want latest, a UUID or at least its first 8 characters",
		    STR_ARG(name));
	return one_run(run_id, db, "run-find", name, err);
}
