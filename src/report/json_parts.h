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

struct json {
	struct jsonout j;
	struct buf buf;
	struct report_sink *sink;
	struct db *db;
	int64_t run_id;
	struct query *q[Q_COUNT]; /* asked again for each artifact */
	struct err *err;
};

/* One member from a column; NULL is null. */
void json_str_at(struct json *w, const char *key, struct query *q, int column);
void json_int_at(struct json *w, const char *key, struct query *q, int column);
/* Recorded JSON, checked again: a report is valid whatever was done to the file. */
void json_raw_at(
    struct json *w, const char *key, struct query *q, int column, const char *other);

/* Rows of one column table: {key: column, ...}. */
struct json_field {
	const char *key;
	int column;
	enum { FIELD_STR, FIELD_INT, FIELD_BOOL } kind;
};
void json_fields(
    struct json *w, struct query *q, const struct json_field *f, size_t count);
/* An array of objects, all of the same fields. The query is bound. */
int json_rows(struct json *w, const char *key, struct query *q,
    const struct json_field *f, size_t count);
/* The same of a query that is asked for the run. */
int json_section(struct json *w, const char *key, const char *name,
    const struct json_field *f, size_t count);
/* A question on the run with exactly one row. */
int json_one_row(struct query **out, struct json *w, const char *name);

/* json_run.c */
int json_write_head(struct json *w);
int json_write_summary(struct json *w);
int json_write_documents(struct json *w);
int json_write_revocation(struct json *w);

#endif
