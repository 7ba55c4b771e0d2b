/* SPDX-License-Identifier: Apache-2.0 */
/* A signer's chain of certificates against what the statement trusts, whatever was signed. */
#include "verify/x509steps.h"

#include "verify/revoked.h"

/* RFC 5280 section 4.1.2.2: zero and long serial numbers are to be handled gracefully. */
void
x509_note_serials(const struct x509_signer *c)
{
	for (size_t i = 0; i < c->chain->count; i++)
		if (cert_info(c->chain->certs[i])->odd_serial)
			verdict_note(c->v, REASON_CERT_SERIAL_ODD, c->signature, "%.*s",
			    STR_ARG(cert_subject_text(c->chain->certs[i])));
}

static const struct anchor *
anchor_in_chain(const struct anchor_store *store, const struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		const struct cert_info *info = cert_info(chain->certs[i]);

		for (size_t k = 0; k < store->count; k++)
			if (digest_equal(&store->anchors[k].cert.sha256, &info->sha256) &&
			    bytes_equal(store->anchors[k].cert.der, info->der))
				return &store->anchors[k];
	}
	return NULL;
}

static void
authentic(const struct x509_signer *c, enum action action, const struct policy_store_ref *ref,
    const struct anchor *anchor)
{
	struct signature_record *s = &c->v->signatures.v[c->signature];
	char digest[DIGEST_TEXT];

	digest_format(digest, &anchor->cert.sha256);
	s->trust_store = arena_printf(
	    c->v->mem, "%s:%.*s", store_type_name(ref->type), STR_ARG(ref->name));
	s->anchor = anchor->cert.sha256;
	verdict_pass(c->v, STEP_AUTHENTICITY, action, c->signature,
	    "%.*s is in trust store %.*s", STR_ARG(anchor->cert.subject),
	    STR_ARG(s->trust_store));
	verdict_data(c->v, arena_printf(c->v->mem, "{\"anchor\":\"%s\"}", digest));
}

/* Name constraints cost the most of all rules over a chain: who is not trusted cannot ask for it. */
static bool
names_allowed(const struct x509_signer *c)
{
	const struct chain *names = chain_names(c->job->tools->chains, c->chain);

	if (names->reason == REASON_NONE)
		return true;
	verdict_fail(c->v, STEP_AUTHENTICITY, ACTION_ENFORCE, c->signature, names->reason,
	    "certificate %zu of the chain: %s", names->reason_at, names->detail);
	return false;
}

bool
x509_authenticity(const struct x509_signer *c, enum action action, enum store_type type,
    const char *scheme)
{
	const struct policy_store_ref *found = NULL;
	const struct anchor *anchor = NULL;
	size_t stores = 0;

	for (size_t i = 0; i < c->job->statement->store_count; i++) {
		const struct policy_store_ref *ref = &c->job->statement->stores[i];

		if (ref->type != type)
			continue;
		stores++;
		if (ref->store->reason != REASON_NONE) {
			verdict_fail(c->v, STEP_AUTHENTICITY, action, c->signature,
			    ref->store->reason, "trust store %s:%.*s: %.*s",
			    store_type_name(type), STR_ARG(ref->name),
			    STR_ARG(ref->store->detail));
			return false;
		}
		if (anchor == NULL &&
		    (anchor = anchor_in_chain(ref->store, c->chain)) != NULL)
			found = ref;
	}
	if (anchor != NULL) {
		if (!names_allowed(c))
			return false;
		authentic(c, action, found, anchor);
		return true;
	}
	if (stores == 0)
		verdict_fail(c->v, STEP_AUTHENTICITY, action, c->signature,
		    REASON_CERT_UNTRUSTED,
		    "scheme %s needs a trust store of type %s, the statement names none",
		    scheme, store_type_name(type));
	else
		verdict_fail(c->v, STEP_AUTHENTICITY, action, c->signature,
		    REASON_CERT_UNTRUSTED,
		    "no certificate of the chain of %.*s is in a trust store of type %s (%zu named)",
		    STR_ARG(cert_subject_text(c->chain->certs[0])), store_type_name(type),
		    stores);
	return false;
}

void
x509_identity(const struct x509_signer *c, enum action action)
{
	const struct cert *leaf = c->chain->certs[0];
	struct str detail = STR("");
	enum reason reason;

	reason =
	    identities_match(&c->job->statement->identities, leaf, c->v->mem, &detail);
	if (reason != REASON_NONE)
		verdict_fail(c->v, STEP_IDENTITY, action, c->signature, reason, "%.*s",
		    STR_ARG(detail));
	else if (c->job->statement->identities.any)
		verdict_pass(c->v, STEP_IDENTITY, action, c->signature,
		    "any identity is accepted; signer is %.*s",
		    STR_ARG(cert_subject_text(leaf)));
	else
		verdict_pass(c->v, STEP_IDENTITY, action, c->signature,
		    "%.*s is a trusted identity", STR_ARG(cert_subject_text(leaf)));
}

void
x509_revocation(const struct x509_signer *c, enum action action, const struct when *signed_at)
{
	struct revoked_question question = {
		.chain = c->chain,
		.time = c->job->tools->time,
		.time_chosen = c->job->tools->time_chosen,
		.has_signing_time = signed_at != NULL,
		.signing_time = signed_at == NULL ? c->job->tools->time : *signed_at,
		.budget = c->job,
	};
	struct revoked_result r;

	if (action == ACTION_SKIP) {
		verdict_skip(c->v, STEP_REVOCATION, action, c->signature, OUTCOME_SKIPPED,
		    "the policy skips revocation");
		return;
	}
	revoked_chain(&r, c->job->tools->revoker, c->v->mem, &question);
	if (r.result == REVOCATION_GOOD)
		verdict_pass(c->v, STEP_REVOCATION, action, c->signature, "%.*s",
		    STR_ARG(r.detail));
	else if (r.late && r.result == REVOCATION_UNKNOWN)
		verdict_error(c->v, STEP_REVOCATION, c->signature,
		    REASON_LIMIT_ARTIFACT_CPU_HIT, "%.*s", STR_ARG(r.detail));
	else
		verdict_fail(c->v, STEP_REVOCATION, action, c->signature, r.reason,
		    "%.*s", STR_ARG(r.detail));
	verdict_data(c->v, r.data);
}
