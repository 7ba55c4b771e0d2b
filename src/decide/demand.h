/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DECIDE_DEMAND_H
#define DECIDE_DEMAND_H
/*
 * What a statement asks of a target, as data: which kinds of checks can meet it, how many must
 * hold, and whether one that fails spoils it. Nothing else proves anything.
 */
#include "verify/check.h"

struct demand {
	enum check_kind kind; /* what it is about */
	const struct checker *const *kinds; /* any of these */
	size_t kind_count;
	uint64_t count; /* so many must hold, at least one */
	enum check_mode mode; /* all: none of those that were found may fail */
};

/*
 * Looks at the candidates of the job's target, up to the limits of signatures and of processor
 * time; the job's candidate is set for each. *met: the demand is. Then, unless all had to hold,
 * what is wrong with the others is told and does not block. Not met: a blocking finding says why.
 * Returns -1 only for ERR_ENV.
 */
int demand_meet(bool *met, struct verdict *v, struct check_job *job, const struct demand *demand,
    struct err *err);

#endif
