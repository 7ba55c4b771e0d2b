/* SPDX-License-Identifier: Apache-2.0 */
/* Is it this artifact that was signed? */
#include "verify/binding.h"

static bool
target_match(const struct payload *p, const struct node *n)
{
	return str_equal(p->media_type, n->media_type) && str_equal(p->digest, n->digest_text) &&
	    p->size == n->size;
}

static bool
metadata_has(const struct payload *p, const struct metadata *wanted)
{
	for (size_t i = 0; i < p->meta_count; i++)
		if (str_equal(p->meta[i].key, wanted->key))
			return str_equal(p->meta[i].value, wanted->value);
	return false;
}

/* What the caller demands must be there and equal; what he does not demand is ignored. */
static void
step_claims(struct verdict *v, const struct verify_tools *tools, const struct payload *p,
    int signature)
{
	for (size_t i = 0; i < tools->metadata_count; i++) {
		const struct metadata *m = &tools->metadata[i];

		if (metadata_has(p, m))
			continue;
		verdict_fail(v, STEP_CLAIMS, ACTION_ENFORCE, signature,
		    REASON_PAYLOAD_METADATA_MISMATCH, "user metadata %.*s=%.*s is not signed",
		    STR_ARG(m->key), STR_ARG(m->value));
		return;
	}
	if (tools->metadata_count > 0)
		verdict_pass(v, STEP_CLAIMS, ACTION_ENFORCE, signature,
		    "all demanded user metadata is signed");
}

int
binding_check(struct verdict *v, const struct verify_job *job, const struct envelope *e,
    int signature, struct err *err)
{
	struct where at = { .blob = job->referrer->digest_text };
	struct payload p;

	if (payload_parse(&p, v->mem, e->payload, job->tools->limits, &at, err) != 0)
		return verdict_take(v, STEP_BINDING, ACTION_ENFORCE, signature, err);
	v->signatures.v[signature].signed_digest = arena_str(v->mem, p.digest);
	if (!target_match(&p, job->subject)) {
		verdict_fail(v, STEP_BINDING, ACTION_ENFORCE, signature,
		    REASON_PAYLOAD_TARGET_MISMATCH, "signed is %.*s %.*s of %llu octets",
		    STR_ARG(p.media_type), STR_ARG(p.digest), (unsigned long long)p.size);
		return 0;
	}
	verdict_pass(v, STEP_BINDING, ACTION_ENFORCE, signature,
	    "the payload names this artifact by media type, digest and size");
	if (p.unknown.ptr != NULL)
		verdict_note(v, REASON_PAYLOAD_UNKNOWN_MEMBER, signature, "member %.*s",
		    STR_ARG(p.unknown));
	step_claims(v, job->tools, &p, signature);
	return 0;
}
