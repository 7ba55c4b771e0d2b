/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_QUERY_H
#define AUDIT_QUERY_H
/*
 * Questions to the record: each is a file reports/NAME.sql, built in, with numbered
 * parameters; rows are handed out one by one, their columns by the aliases of that file. No SQL is
 * written in C.
 */
#include <stddef.h>

#include "audit/db.h"
#include "base/str.h"

struct query;

/*
 * `name` is the file's name without folder and ending: "summary". Fails with db.corrupt,
 * internal.error.
 */
int query_open(struct query **out, struct db *db, const char *name, struct err *err);
void query_close(struct query *q);
DEFINE_AUTO(struct query, query_close)
/* Parameters ?1, ?2 ... stay until the next query_reset. */
void query_reset(struct query *q);
void query_bind_int(struct query *q, int n, int64_t value);
void query_bind_str(struct query *q, int n, struct str value);
/* 1: a row is there; 0: no more; -1: error. Never re-entrant on one query. */
int query_step(struct query *q, struct err *err);

/* --- what a row is --- */

/*
 * No column is known by its number. Either a struct holds what is read of a row, and a table says
 * which alias of the query fills which member; or the row is passed on as it is, cell by cell, each
 * with its alias.
 */
struct query_column {
	const char *alias;
	size_t offset;
	enum { QUERY_STR, QUERY_BYTES, QUERY_INT, QUERY_BOOL, QUERY_NUMBER } kind;
};
struct query_number {
	int64_t n;
	bool given; /* not NULL */
};
#define QUERY_KIND(member)                                                               \
	_Generic((member), struct str                                                    \
		 : QUERY_STR, struct bytes                                               \
		 : QUERY_BYTES, int64_t                                                  \
		 : QUERY_INT, bool                                                       \
		 : QUERY_BOOL, struct query_number                                       \
		 : QUERY_NUMBER)
/* A member that is filled by the column of its name, and one that is by another. */
#define COLUMN(type, member) COLUMN_AS(type, member, #member)
#define COLUMN_AS(type, member, alias)                                                   \
	{                                                                                \
		alias, offsetof(type, member), QUERY_KIND(((type *)0)->member)           \
	}

/*
 * As query_open, for rows of this shape. A column that the query does not have fails here, with
 * internal.error; the table must live as long as the query.
 */
int query_rows(struct query **out, struct db *db, const char *name,
    const struct query_column *columns, size_t count, struct err *err);
/*
 * As query_step; fills the struct of that shape. NULL is an absent text, 0, false, or a number that
 * is not given; texts and octets are good until the next step.
 */
int query_row(struct query *q, void *row, struct err *err);

/* The alias of column `i`; NULL: there are no more. */
const char *query_alias(const struct query *q, int i);
/* Cell `i` of the row that is there; false: there are no more. */
struct query_cell {
	const char *alias;
	enum { CELL_NULL, CELL_INT, CELL_TEXT } kind;
	int64_t n;
	struct str text; /* good until the next step */
};
bool query_cell(struct query_cell *out, const struct query *q, int i);
/* The place of a column among the cells. Fails with internal.error. */
int query_place(int *out, const struct query *q, const char *alias, struct err *err);

/* The run that `name` means: a UUID (or a unique start of at least 8 characters), or "latest", or
 * "latest" within `series` if that is not absent. Fails with db.run. */
int query_run(
    int64_t *run_id, struct db *db, struct str name, struct str series, struct err *err);

#endif
