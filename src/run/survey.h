/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_SURVEY_H
#define RUN_SURVEY_H
/*
 * A batch that records nothing: the inventory of inputs, their signatures parsed and, under a
 * policy, judged; kept in memory one input at a time for `assay tree` and `assay inspect`.
 */
#include "run/batch.h"

struct survey_input {           /* one input, whole; lives until the callback returns */
	const struct input_item *item;
	VEC(struct node_record) nodes;          /* by digest */
	VEC(struct edge_record) edges;
	/*
	 * One per signature manifest, by subject, then by manifest. The digest is the subject's, or
	 * the manifest's own if it has none. Octets of evidence are left out; so are the details of
	 * steps beyond 128 MiB of them.
	 */
	VEC(struct verdict) signatures;
	VEC(struct verdict) verdicts;           /* on artifacts, by digest; none without a policy */
	const struct input_record *end;         /* NULL: refused */
	const struct err *why;                  /* then why */
};

struct survey_options {
	struct worker_options worker;   /* WORKER_TREE or WORKER_INSPECT; with a policy it judges */
	int (*show)(void *ctx, const struct survey_input *input, struct err *err);
	void *ctx;
};

int survey_run(struct batch_result *result, const struct inputs *inputs,
    const struct survey_options *options, struct err *err);

/* Look-up in the sorted lists; NULL if not there. */
const struct node_record *survey_find(const struct survey_input *s, struct str digest);
const struct verdict *survey_verdict(const struct survey_input *s, struct str digest);
/* The signatures of one subject lie side by side: the first of them, and how many there are. */
const struct verdict *survey_signatures(const struct survey_input *s, struct str digest,
    size_t *count);

#endif
