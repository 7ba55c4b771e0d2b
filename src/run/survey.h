/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_SURVEY_H
#define RUN_SURVEY_H
/*
 * A batch that judges nothing: the inventory of inputs, and their signatures parsed, kept in
 * memory one input at a time for `assay tree` and `assay inspect`.
 */
#include "run/batch.h"

struct survey_input {           /* one input, whole; lives until the callback returns */
	const struct input_item *item;
	VEC(struct node_record) nodes;          /* by digest */
	VEC(struct edge_record) edges;
	VEC(struct verdict) signatures;         /* one per signature manifest; digest names the subject */
	const struct input_record *end;         /* NULL: refused */
	const struct err *why;                  /* then why */
};

struct survey_options {
	enum worker_mode mode;          /* WORKER_TREE or WORKER_INSPECT */
	const struct limits *limits;
	struct str repository;
	uint64_t (*clock_us)(void);
	const volatile int *stop;
	int (*show)(void *ctx, const struct survey_input *input, struct err *err);
	void *ctx;
};

int survey_run(struct batch_result *result, const struct inputs *inputs,
    const struct survey_options *options, struct err *err);

/* Look-up in the sorted nodes; NULL if not there. */
const struct node_record *survey_find(const struct survey_input *s, struct str digest);

#endif
