/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H
/* What text.c (verdict, table, what to do) and text_numbers.c (the summary) share. */
#include "report/formats.h"
#include "report/out.h"

/* What is read of reports/run.sql. */
struct run_row {
	struct str uuid, series, status, effect, started_at, verify_time,
	    verify_time_source, compared_with, previous_started_at;
};
/* What is read of reports/summary.sql. */
struct summary_row {
	int64_t inputs, inputs_with_reason, artifacts, distinct_digests, with_warnings,
	    applicable;
	int64_t by_state[STATE_COUNT], inputs_by_state[STATE_COUNT];
	struct query_number compliant_permille, accepted_permille;
	struct str state;
};

struct text {
	struct out out;
	struct db *db;
	const struct report_options *options;
	struct query *run_query, *summary_query; /* their one rows stay open */
	struct run_row run;
	struct summary_row summary;
	struct err *err;
};

/* A question about the run; with exactly one row, which stays open. */
int text_ask(struct query **out, struct text *t, const char *name,
    const struct query_column *columns, size_t count);
int text_ask_one(struct query **out, void *row, struct text *t, const char *name,
    const struct query_column *columns, size_t count);
/* The run and its numbers. */
int text_ask_run(struct text *t);
const char *text_plural(int64_t n); /* "s", or nothing */
void text_colored(struct out *o, enum out_color color, struct str text);
/* How many different digests there are, if that is another number than that of artifacts. */
void text_digests(struct text *t, const char *before, const char *after);

/* The summary at the end. */
int text_numbers(struct text *t);

#endif
