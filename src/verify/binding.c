/* SPDX-License-Identifier: Apache-2.0 */
/* Is it this target that was signed? */
#include "verify/binding.h"

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

static bool
artifact_match(
    struct verdict *v, const struct target *t, const struct payload *p, int signature)
{
	if (str_equal(p->media_type, t->media_type) && str_equal(p->digest, t->digest) &&
	    p->size == t->size)
		return true;
	verdict_fail(v, STEP_BINDING, ACTION_ENFORCE, signature, REASON_PAYLOAD_TARGET_MISMATCH,
	    "signed is %.*s %.*s of %llu octets", STR_ARG(p->media_type), STR_ARG(p->digest),
	    (unsigned long long)p->size);
	return false;
}

/*
 * Notary Project signature specification, "Blob signatures": the digest is made with the hash of the
 * signature algorithm. A right digest of another hash is as wrong as a wrong one.
 */
static bool
file_match(struct verdict *v, const struct target *t, const struct digest *hash,
    const struct payload *p, int signature)
{
	char digest[DIGEST_TEXT];

	digest_format(digest, hash);
	if (hash->alg == DIGEST_NONE || !str_is(p->digest, digest) || p->size != t->size) {
		verdict_fail(v, STEP_BINDING, ACTION_ENFORCE, signature,
		    REASON_PAYLOAD_TARGET_MISMATCH,
		    "signed is %.*s of %llu octets, the file is %s of %llu octets",
		    STR_ARG(p->digest), (unsigned long long)p->size, digest,
		    (unsigned long long)t->size);
		return false;
	}
	if (t->media_type.ptr != NULL && !str_equal(t->media_type, p->media_type)) {
		verdict_fail(v, STEP_BINDING, ACTION_ENFORCE, signature,
		    REASON_PAYLOAD_TARGET_MISMATCH, "signed is media type %.*s, want %.*s",
		    STR_ARG(p->media_type), STR_ARG(t->media_type));
		return false;
	}
	return true;
}

static const char *
what_fits(const struct target *t)
{
	if (t->node != NULL)
		return "this artifact by media type, digest and size";
	return t->media_type.ptr == NULL ? "this file by digest and size"
					 : "this file by digest and size, and its media type";
}

int
binding_check(struct verdict *v, const struct check_job *job, const struct envelope *e,
    int signature, struct err *err)
{
	struct where at = { .blob = job->candidate->digest };
	const struct target *t = job->target;
	struct payload p;

	if (payload_parse(&p, v->mem, e->payload, job->tools->limits, &at, err) != 0)
		return verdict_take(v, STEP_BINDING, ACTION_ENFORCE, signature, err);
	v->signatures.v[signature].signed_digest = arena_str(v->mem, p.digest);
	if (t->node != NULL ? !artifact_match(v, t, &p, signature)
			    : !file_match(v, t, &t->hashes[sigalg_row(e->alg)->hash], &p, signature))
		return 0;
	verdict_pass(v, STEP_BINDING, ACTION_ENFORCE, signature, "the payload names %s",
	    what_fits(t));
	if (p.unknown.ptr != NULL)
		verdict_note(v, REASON_PAYLOAD_UNKNOWN_MEMBER, signature, "member %.*s",
		    STR_ARG(p.unknown));
	step_claims(v, job->tools, &p, signature);
	return 0;
}
