/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H
/* What text.c (verdict, table, what to do) and text_numbers.c (the summary) share. */
#include "report/formats.h"
#include "report/out.h"

struct text {
	struct out out;
	struct db *db;
	const struct report_options *options;
	struct query *run; /* its one row stays open */
	struct query *summary;
	struct err *err;
};

/* Columns of reports/run.sql. */
enum {
	RUN_UUID = 1,
	RUN_SERIES = 4,
	RUN_STATUS,
	RUN_STATE,
	RUN_EFFECT,
	RUN_STARTED,
	RUN_FINISHED,
	RUN_VERIFY,
	RUN_VERIFY_SOURCE,
	RUN_COMPARED_WITH = 23,
	RUN_PREVIOUS_STARTED
};
/* Columns of reports/summary.sql. */
enum {
	SUM_INPUTS,
	SUM_INPUT_REASONS,
	SUM_ARTIFACTS,
	SUM_STATES,
	SUM_COMPLIANT = 6,
	SUM_WARNED = 9,
	SUM_APPLICABLE,
	SUM_COMPLIANT_PERMILLE,
	SUM_ACCEPTED_PERMILLE,
	SUM_DIGESTS,
	SUM_INPUT_STATES,
	SUM_STATE = 20
};
/* A question about the run; with exactly one row, which stays open. */
int text_ask(struct query **out, struct text *t, const char *name);
int text_ask_one(struct query **out, struct text *t, const char *name);
const char *text_plural(int64_t n); /* "s", or nothing */
void text_colored(struct out *o, enum out_color color, struct str text);
/* How many different digests there are, if that is another number than that of artifacts. */
void text_digests(struct text *t, const char *before, const char *after);

/* The summary at the end. */
int text_numbers(struct text *t);

#endif
