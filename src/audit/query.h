/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_QUERY_H
#define AUDIT_QUERY_H
/*
 * Questions to the record: each is a file reports/NAME.sql, built in, with numbered
 * parameters; rows are handed out one by one. No SQL is written in C.
 */
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
int64_t query_int(const struct query *q, int column); /* 0 for NULL */
bool query_null(const struct query *q, int column);
struct str query_str(
    const struct query *q, int column); /* absent for NULL; good until the next step */
struct bytes query_bytes(const struct query *q, int column);

/* The run that `name` means: a UUID (or a unique start of at least 8 characters), or "latest", or
 * "latest" within `series` if that is not absent. Fails with db.run. */
int query_run(
    int64_t *run_id, struct db *db, struct str name, struct str series, struct err *err);

#endif
