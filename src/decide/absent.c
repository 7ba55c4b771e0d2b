/* SPDX-License-Identifier: Apache-2.0 */
/* What is said where no signature was found. */
#include "decide/absent.h"

struct others { /* signatures of families that are not judged */
	uint64_t count;
	struct str first; /* the manifest of one */
};

static void
count_other(struct others *o, const struct node *n, uint64_t count)
{
	if (o->count == 0)
		o->first = n->digest_text;
	o->count += count;
}

static struct others
other_signatures(const struct node *subject)
{
	struct others o = { 0, STR_NONE };

	for (size_t i = 0; i < subject->material_count; i++)
		count_other(&o, subject->material[i], subject->material[i]->manifest.child_count);
	for (size_t i = 0; i < subject->referrer_count; i++) {
		const struct node *n = subject->referrers[i];
		enum media m = media_of(n->effective_type);

		if (m == MEDIA_COSIGN_SIG_CONFIG || m == MEDIA_SIGSTORE_BUNDLE)
			count_other(&o, n, 1);
	}
	return o;
}

/* Were there more referrers than the graph keeps? One of those may be the signature. */
static bool
referrers_cut(const struct node *subject)
{
	for (size_t i = 0; i < subject->note_count; i++)
		if (subject->notes[i].reason == REASON_LIMIT_REFERRERS_HIT)
			return true;
	return false;
}

static void
step_unsigned(struct verdict *v, const struct node *subject)
{
	struct others others = other_signatures(subject);

	if (referrers_cut(subject))
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_LIMIT_REFERRERS_HIT,
		    "no signature among the first %zu referrers, the others were not looked at",
		    subject->referrer_count);
	else if (others.count > 0)
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_NOT_FOUND,
		    "no Notary Project signature among %zu referrers; %llu of Cosign or Sigstore %s there and %s not judged, the first in %.*s",
		    subject->referrer_count, (unsigned long long)others.count,
		    others.count == 1 ? "is" : "are", others.count == 1 ? "is" : "are",
		    STR_ARG(others.first));
	else
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_NOT_FOUND,
		    "no signature among %zu referrers", subject->referrer_count);
}

void
absent_step(struct verdict *v, const struct target *target)
{
	if (target->node != NULL)
		step_unsigned(v, target->node);
	else
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_NOT_FOUND,
		    "no signature was given");
}
