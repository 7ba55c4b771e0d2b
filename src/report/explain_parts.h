/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_EXPLAIN_PARTS_H
#define REPORT_EXPLAIN_PARTS_H
/* What explain.c (verdict, identity, policy, findings) and explain_signatures.c share. */
#include "report/explain.h"
#include "report/out.h"

/* What is read of reports/explain.sql. */
struct judged_row {
	int64_t input_id, artifact_id, signatures_found, signatures_valid, referrers;
	struct query_number size;
	struct str digest, media_type, artifact_type, platform, class, found_by, state,
	    reason_code, title, severity, remedy, statement, level, policy_digest,
	    source_path, checked_at, waiver, justification, approved_by, expires_at, path,
	    input_digest, uuid, series, status, verify_time, verify_time_source;
};
struct explain {
	struct out out;
	struct db *db;
	const struct report_options *options;
	struct judged_row what; /* of a question whose one row stays open */
	int64_t evaluation;
	struct err *err;
};

/* A question with two numbers as parameters, for rows of these columns. */
int explain_ask(struct query **out, struct explain *x, const char *name,
    const struct query_column *columns, size_t count, int64_t a, int64_t b);
#define ASK(out, x, name, columns, a, b)                                                 \
	explain_ask(out, x, name, columns, COUNT(columns), a, b)
/* "  label      value", if there is one. */
void explain_line(struct explain *x, size_t indent, const char *label, struct str value);
void explain_head(struct explain *x, const char *title);
int explain_signatures(struct explain *x);

#endif
