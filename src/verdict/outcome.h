/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERDICT_OUTCOME_H
#define VERDICT_OUTCOME_H
/*
 * What is true of an input as a whole is true of everything in it: a blocking finding on an
 * input makes its artifacts noncompliant, and of an input that was refused, or not read to its
 * end, nothing is known. The record and the views ask here, so that both say the same.
 */
#include "verdict/verdict.h"

struct input_outcome {
	/*
	 * What its artifacts are at best: NonCompliant, Unknown, or NotApplicable: each as it was
	 * judged.
	 */
	enum state state;
	enum reason reason; /* REASON_NONE: nothing is wrong with the input itself */
	struct str detail; /* borrowed */
};

/*
 * Of the blocking findings of `end` the one of the highest severity, the first of several; or,
 * for an input that did not come to its end, `refused` with its detail.
 */
struct input_outcome outcome_of(
    const struct input_record *end, enum reason refused, struct str detail);

/*
 * State and primary reason of an artifact, with those of its input: the worse state counts, and
 * of equals the reason of higher severity, the artifact's own before another. A finding that
 * blocks belongs to it wherever the outcome has a reason. `state` and `reason` may be changed.
 */
void outcome_apply(const struct input_outcome *o, enum state *state, enum reason *reason);

/* The same for a verdict in memory, with the finding. */
void verdict_outcome(struct verdict *v, const struct input_outcome *o);

#endif
