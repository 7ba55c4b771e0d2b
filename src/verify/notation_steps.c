/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One envelope's octets, judged. steps_judge holds the order of the specification ("Signing and
 * Verification Workflow"); each step is a function above it.
 */
#include "verify/notation_steps.h"

#include "crypto/rawsig.h"
#include "envelope/cose.h"
#include "envelope/jws.h"
#include "verify/sigrecord.h"
#include "verify/timestamp.h"
#include "verify/x509steps.h"

static enum action
action_of(const struct notation_check *c, enum validation which)
{
	return c->job->statement->actions[which];
}

/* For the steps that any signer's chain takes. */
static struct x509_signer
signer_of(const struct notation_check *c)
{
	return (struct x509_signer){ c->v, c->job, c->signature, c->chain };
}

/* --- the envelope --- */

bool
steps_evidence(struct notation_check *c, struct bytes *octets)
{
	struct signature_record *s = &c->v->signatures.v[c->signature];

	if (octets->len == 0) {
		verdict_fail(c->v, STEP_ENVELOPE, ACTION_ENFORCE, c->signature,
		    REASON_ENVELOPE_EMPTY, "envelope of no octets");
		return false;
	}
	*octets = arena_bytes(c->v->mem, *octets);
	hasher_of(c->job->tools->hasher, DIGEST_SHA256, *octets, &s->envelope_digest);
	s->envelope = *octets;
	return true;
}

int
steps_parse(struct envelope *out, struct arena *mem, struct str type, struct bytes octets,
    const struct limits *limits, const struct where *at, struct err *err)
{
	if (media_of(type) == MEDIA_JWS)
		return jws_parse(out, mem, octets, limits, at, err);
	if (media_of(type) == MEDIA_COSE)
		return cose_parse(out, mem, octets, limits, at, err);
	return err_set(err, REASON_ENVELOPE_TYPE_UNSUPPORTED, at,
	    "envelope type %.*s, want %s or %s", STR_ARG(type), ENVELOPE_TYPE_JWS,
	    ENVELOPE_TYPE_COSE);
}

int
steps_envelope(struct notation_check *c, struct bytes octets, bool *good, struct err *err)
{
	struct x509_signer signer;

	*good = false;
	if (steps_parse(&c->envelope, c->v->mem,
		c->v->signatures.v[c->signature].envelope_type, octets,
		c->job->tools->limits, &c->at, err) != 0)
		return verdict_take(
		    c->v, STEP_ENVELOPE, ACTION_ENFORCE, c->signature, err);
	sigrecord_envelope(c->v, c->signature, &c->envelope);
	if (chain_get(&c->chain, c->job->tools->chains, c->envelope.certs,
		c->envelope.cert_count, CHAIN_CODE_SIGNING, &c->at, err) != 0)
		return verdict_take(
		    c->v, STEP_ENVELOPE, ACTION_ENFORCE, c->signature, err);
	sigrecord_chain(c->v, c->signature, c->chain);
	verdict_pass(c->v, STEP_ENVELOPE, ACTION_ENFORCE, c->signature,
	    "%s envelope with %zu certificates", signature_format_name(c->envelope.format),
	    c->envelope.cert_count);
	signer = signer_of(c);
	x509_note_serials(&signer);
	*good = true;
	return 0;
}

/* --- integrity --- */

/* The leaf's key decides the algorithm; the header must agree. */
static bool
algorithm_ok(struct notation_check *c)
{
	const struct cert_info *leaf = cert_info(c->chain->certs[0]);

	if (leaf->sigalg == SIGALG_NONE) {
		verdict_fail(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
		    leaf->key_reason, "key of the signer is %s %u", leaf->key_name,
		    leaf->key_bits);
		return false;
	}
	if (leaf->sigalg != c->envelope.alg) {
		verdict_fail(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
		    REASON_SIG_ALG_MISMATCH,
		    "header says %s, the key of the signer wants %s",
		    sigalg_row(c->envelope.alg)->jwa, sigalg_row(leaf->sigalg)->jwa);
		return false;
	}
	return true;
}

static bool
step_integrity(struct notation_check *c)
{
	const struct envelope *e = &c->envelope;

	if (!algorithm_ok(c))
		return false;
	if (!rawsig_check(c->chain->certs[0], e->signed_parts, e->signed_part_count,
		e->signature)) {
		if (chain_is_reversed(c->chain))
			verdict_fail(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
			    c->chain->reason, "%s", c->chain->detail);
		else
			verdict_fail(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
			    REASON_SIG_INVALID,
			    "the signature is not one of %.*s over these octets",
			    STR_ARG(cert_subject_text(c->chain->certs[0])));
		return false;
	}
	if (c->chain->reason != REASON_NONE) {
		verdict_fail(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
		    c->chain->reason, "certificate %zu of the chain: %s",
		    c->chain->reason_at, c->chain->detail);
		return false;
	}
	if (!str_is(e->content_type, ENVELOPE_PAYLOAD_TYPE)) {
		verdict_fail(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
		    REASON_PAYLOAD_TYPE_UNSUPPORTED, "payload type %.*s, want %s",
		    STR_ARG(e->content_type), ENVELOPE_PAYLOAD_TYPE);
		return false;
	}
	verdict_pass(c->v, STEP_INTEGRITY, ACTION_ENFORCE, c->signature,
	    "%s signature and certificate chain hold", sigalg_row(e->alg)->text);
	if (c->chain->ca_key_weak)
		verdict_note(c->v, REASON_CA_KEY_WEAK, c->signature, "%.*s",
		    STR_ARG(
			cert_subject_text(c->chain->certs[c->chain->ca_key_weak_at])));
	return true;
}

/* Plug-ins and critical attributes that nobody here understands: refused at every level. */
static bool
step_critical(struct notation_check *c)
{
	if (c->envelope.has_plugin) {
		verdict_fail(c->v, STEP_ENVELOPE, ACTION_ENFORCE, c->signature,
		    REASON_ENVELOPE_PLUGIN_REQUIRED, "plug-in %.*s is demanded",
		    STR_ARG(c->envelope.plugin));
		return false;
	}
	for (size_t i = 0; i < c->envelope.attr_count; i++) {
		const struct envelope_attr *a = &c->envelope.attrs[i];

		if (!a->critical)
			continue;
		verdict_fail(c->v, STEP_ENVELOPE, ACTION_ENFORCE, c->signature,
		    REASON_ENVELOPE_CRITICAL_UNKNOWN,
		    "critical attribute %.*s is not known", STR_ARG(a->name));
		return false;
	}
	return true;
}

/* --- authenticity --- */

static enum store_type
store_for(enum envelope_scheme scheme)
{
	return scheme == SCHEME_X509 ? STORE_CA : STORE_SIGNING_AUTHORITY;
}

/* The anchor, and who signed. */
static void
step_trust(struct notation_check *c)
{
	enum action action = action_of(c, VALIDATION_AUTHENTICITY);
	struct x509_signer signer = signer_of(c);

	c->trusted = x509_authenticity(&signer, action, store_for(c->envelope.scheme),
	    envelope_scheme_name(c->envelope.scheme));
	x509_identity(&signer, action);
}

/* --- times --- */

static void
step_expiry(struct notation_check *c)
{
	enum action action = action_of(c, VALIDATION_EXPIRY);
	char text[WHEN_TEXT];

	if (!c->envelope.has_expiry) {
		verdict_pass(c->v, STEP_EXPIRY, action, c->signature,
		    "the signature does not expire");
		return;
	}
	when_format_us(text, c->envelope.expiry);
	if (when_cmp(c->job->tools->time, c->envelope.expiry) >= 0)
		verdict_fail(c->v, STEP_EXPIRY, action, c->signature,
		    REASON_SIGNATURE_EXPIRED, "expired at %s", text);
	else
		verdict_pass(
		    c->v, STEP_EXPIRY, action, c->signature, "expires at %s", text);
}

/*
 * A claimed signing time after the evaluation time, or before the signer's certificate began, is a
 * lie or a wrong clock; clocks may be a little apart. The reference looks at neither; it never makes
 * a signature better.
 */
static void
step_signing_time(struct notation_check *c)
{
	const struct cert_info *leaf = cert_info(c->chain->certs[0]);
	struct when t = c->envelope.signing_time;
	const char *wrong = NULL;
	char text[WHEN_TEXT];
	bool far = false;

	if (when_cmp(t, c->job->tools->time) > 0) {
		wrong = "is after the time of verification";
		far = when_cmp(t, when_add_us(c->job->tools->time, WHEN_SKEW_US)) > 0;
	} else if (c->envelope.scheme == SCHEME_X509 &&
		   when_cmp(t, leaf->not_before) < 0) {
		wrong = "is before the validity of the signer's certificate";
		far = when_cmp(when_add_us(t, WHEN_SKEW_US), leaf->not_before) < 0;
	}
	if (wrong == NULL)
		return;
	when_format_us(text, t);
	if (far)
		verdict_fail(c->v, STEP_TIMESTAMP, action_of(c, VALIDATION_TIMESTAMP),
		    c->signature, REASON_SIG_TIME, "signing time %s %s", text, wrong);
	else
		verdict_note(c->v, REASON_SIG_TIME_SKEW, c->signature,
		    "signing time %s %s, by less than five minutes", text, wrong);
}

static int
step_timestamp(struct notation_check *c, struct err *err)
{
	struct timestamp_in in = {
		.envelope = &c->envelope,
		.chain = c->chain,
		.signature = c->signature,
	};

	step_signing_time(c);
	return timestamp_check(c->v, c->job, &in, err);
}

static void
step_revocation(struct notation_check *c)
{
	enum action action = action_of(c, VALIDATION_REVOCATION);
	struct x509_signer signer = signer_of(c);
	/* Only a signing authority vouches for when it signed. */
	bool told = c->envelope.scheme == SCHEME_SIGNING_AUTHORITY;

	/* Who is refused already cannot ask for it: lists are large, and a chain is soon made. */
	if (action != ACTION_SKIP && !c->trusted &&
	    action_of(c, VALIDATION_AUTHENTICITY) == ACTION_ENFORCE)
		verdict_skip(c->v, STEP_REVOCATION, action, c->signature,
		    OUTCOME_NOT_APPLICABLE, "not asked: no certificate of the chain is trusted");
	else
		x509_revocation(&signer, action, told ? &c->envelope.signing_time : NULL);
}

/* --- all of it, in order --- */

int
steps_judge(struct notation_check *c, bool *holds, struct err *err)
{
	*holds = false;
	if (!step_integrity(c) || !step_critical(c))
		return 0;
	step_trust(c);
	step_expiry(c);
	if (step_timestamp(c, err) != 0)
		return -1;
	step_revocation(c);
	*holds = true;
	return 0;
}

/* Did the last step that must be there come to its end? Forgetting one can only refuse. */
static bool
complete(const struct notation_check *c)
{
	static const enum step_name needed[] = { STEP_ENVELOPE, STEP_INTEGRITY,
		STEP_AUTHENTICITY, STEP_IDENTITY, STEP_EXPIRY, STEP_TIMESTAMP,
		STEP_REVOCATION, STEP_BINDING };
	unsigned have = 0;

	for (size_t i = 0; i < c->v->steps.n; i++)
		if (c->v->steps.v[i].signature == c->signature)
			have |= 1U << c->v->steps.v[i].name;
	for (size_t i = 0; i < COUNT(needed); i++)
		if ((have & 1U << needed[i]) == 0)
			return false;
	return true;
}

void
steps_end(struct notation_check *c)
{
	struct signature_record *s = &c->v->signatures.v[c->signature];

	if (verdict_signature_failed(c->v, c->signature))
		s->state = s->envelope.ptr == NULL ? SIGNATURE_ERROR : SIGNATURE_INVALID;
	else
		s->state = complete(c) ? SIGNATURE_VALID : SIGNATURE_ERROR;
}
