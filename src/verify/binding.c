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

/* What the payload says beside the target. */
static void
rest(struct verdict *v, const struct verify_tools *tools, const struct payload *p, int signature)
{
	if (p->unknown.ptr != NULL)
		verdict_note(v, REASON_PAYLOAD_UNKNOWN_MEMBER, signature, "member %.*s",
		    STR_ARG(p->unknown));
	step_claims(v, tools, p, signature);
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
	rest(v, job->tools, &p, signature);
	return 0;
}

/*
 * Notary Project signature specification, "Blob signatures": the digest is made with the hash of the
 * signature algorithm. A right digest of another hash is as wrong as a wrong one.
 */
static bool
file_match(struct verdict *v, const struct binding_file *f, const struct payload *p, int signature)
{
	char digest[DIGEST_TEXT];

	digest_format(digest, &f->digest);
	if (f->digest.alg == DIGEST_NONE || !str_is(p->digest, digest) || p->size != f->size) {
		verdict_fail(v, STEP_BINDING, ACTION_ENFORCE, signature,
		    REASON_PAYLOAD_TARGET_MISMATCH,
		    "signed is %.*s of %llu octets, the file is %s of %llu octets",
		    STR_ARG(p->digest), (unsigned long long)p->size, digest,
		    (unsigned long long)f->size);
		return false;
	}
	if (f->media_type.ptr != NULL && !str_equal(f->media_type, p->media_type)) {
		verdict_fail(v, STEP_BINDING, ACTION_ENFORCE, signature,
		    REASON_PAYLOAD_TARGET_MISMATCH, "signed is media type %.*s, want %.*s",
		    STR_ARG(p->media_type), STR_ARG(f->media_type));
		return false;
	}
	return true;
}

int
binding_check_file(struct verdict *v, const struct verify_tools *tools,
    const struct binding_file *file, const struct envelope *e, int signature, struct err *err)
{
	struct payload p;

	if (payload_parse(&p, v->mem, e->payload, tools->limits, NULL, err) != 0)
		return verdict_take(v, STEP_BINDING, ACTION_ENFORCE, signature, err);
	v->signatures.v[signature].signed_digest = arena_str(v->mem, p.digest);
	if (!file_match(v, file, &p, signature))
		return 0;
	verdict_pass(v, STEP_BINDING, ACTION_ENFORCE, signature,
	    "the payload names this file by digest and size%s",
	    file->media_type.ptr == NULL ? "" : ", and its media type");
	rest(v, tools, &p, signature);
	return 0;
}
