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
	*q = (struct query){ .db = db };
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

int64_t
query_int(const struct query *q, int column)
{
	return sqlite3_column_int64(q->st, column);
}

bool
query_null(const struct query *q, int column)
{
	return sqlite3_column_type(q->st, column) == SQLITE_NULL;
}

struct str
query_str(const struct query *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q->st, column);

	if (text == NULL)
		return STR_NONE;
	return (struct str){ text, (size_t)sqlite3_column_bytes(q->st, column) };
}

struct bytes
query_bytes(const struct query *q, int column)
{
	const void *data = sqlite3_column_blob(q->st, column);

	return bytes_of(
	    data, data == NULL ? 0 : (size_t)sqlite3_column_bytes(q->st, column));
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

static int
one_run(
    int64_t *out, struct db *db, const char *question, struct str value, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	int64_t first;
	int got;

	if (query_open(&q, db, question, err) != 0)
		return -1;
	query_bind_str(q, 1, value);
	got = query_step(q, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(err, REASON_DB_RUN, NULL, "no run %.*s", STR_ARG(value));
	first = query_int(q, 0);
	got = query_step(q, err);
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
