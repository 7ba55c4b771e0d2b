/* SPDX-License-Identifier: Apache-2.0 */
/* What the kinds of checks share: finding their candidates, and knowing when to stop. */
#include "verify/check.h"

/* Each target has a share of its own: one with dear signatures takes nothing from the others. */
bool
check_out_of_time(const struct check_job *job)
{
	uint64_t most = job->tools->limits->v[LIMIT_ARTIFACT_CPU] * 1000000;

	return job->tools->cpu_us != NULL && job->tools->cpu_us() - job->cpu_began > most;
}

void
candidates_add(struct candidates *out, struct candidate one)
{
	one.checker = out->checker;
	VEC_PUSH(out->mem, &out->list, one);
}

void
candidates_referrers(struct candidates *out, const struct check_job *job)
{
	const struct node *n = job->target->node;

	for (size_t i = 0; n != NULL && i < n->referrer_count; i++)
		if (out->checker->accepts(n->referrers[i]))
			candidates_add(out,
			    (struct candidate){ .digest = n->referrers[i]->digest_text,
				.node = n->referrers[i] });
}
