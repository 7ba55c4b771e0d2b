/* SPDX-License-Identifier: Apache-2.0 */
/* What the kinds of checks share in finding their candidates. */
#include "verify/check.h"

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
