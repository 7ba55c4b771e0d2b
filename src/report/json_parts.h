/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_JSON_PARTS_H
#define REPORT_JSON_PARTS_H
/* Inside the JSON report only: its state, and the words that its parts share. */
#include "codec/jsonout.h"
#include "report/report.h"

/* The longest string of the record, six times over, and room (codec/jsonout.h). */
#define BUFFER_MOST ((size_t)128 << 20)

enum json_query {
	Q_NAMES,
	Q_PARENTS,
	Q_PARTS,
	Q_SIGNATURES,
	Q_CHAINS,
	Q_STEPS,
	Q_FINDINGS,
	Q_COUNT
};

/* Columns of a row, from one to another: where they are. */
struct json_span {
	int first, last;
};

struct json {
	struct jsonout j;
	struct buf buf;
	struct report_sink *sink;
	struct db *db;
	int64_t run_id;
	struct query *q[Q_COUNT]; /* asked again for each artifact */
	struct json_span span[Q_COUNT];
	struct err *err;
};

/* Fails with internal.error if the query has no such column. */
int json_span(struct json_span *out, const struct query *q, const char *first,
    const char *last, struct err *err);
/*
 * The columns as members of the object that is open: in the order and by the aliases of the query.
 * What is called "inventory.images" there is the member images of an object inventory, and the
 * object is null where its first column is. Recorded JSON is checked again: a report is valid
 * whatever was done to the file.
 */
void json_members(struct json *w, const struct query *q, struct json_span span);
/* The same of columns that are used once. */
int json_part(struct json *w, const struct query *q, const char *first, const char *last);
/* Recorded JSON that is no such member; `other` for what is none. */
void json_raw(struct json *w, const char *key, struct str text, const char *other);
/* An array of objects. The query is bound. */
int json_rows(struct json *w, const char *key, struct query *q, struct json_span span);
/* The same of a query that is asked for the run. */
int json_section(struct json *w, const char *key, const char *name, const char *first,
    const char *last);
/* A question on the run with exactly one row. */
int json_one_row(struct query **out, struct json *w, const char *name);

/* json_run.c */
int json_write_head(struct json *w);
int json_write_summary(struct json *w);
int json_write_documents(struct json *w);
int json_write_revocation(struct json *w);

#endif
