/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What OCSP responses say of one certificate (RFC 6960 sections 3.2 and 4.2.2).
 *
 * A response answers for a certificate only if name, key and serial number all fit, and
 * only if the issuer signed it or appointed the signer. As with lists, a revocation for
 * ever is believed of a response that is out of date, too; good is not.
 */
#include "verify/revoked_parts.h"

struct response { /* one file under way */
	const struct revoked_ask *ask;
	struct revoked_answer *out;
	const struct revfile *file;
	struct revoked_source checked; /* the list about its signer */
};

static struct revoked_source
source_of(const struct revfile *f, const struct ocsp_single *s)
{
	return (struct revoked_source){ f, s->this_update, s->next_update,
		s->has_next_update };
}

static void
tell(struct response *p, const struct ocsp_single *s, enum reason reason, struct str why)
{
	const struct cert_info *c = cert_info(p->ask->cert);

	if (!revoked_tell(p->out, reason, source_of(p->file, s)))
		return;
	p->out->why = why;
	p->out->delta = p->out->responder = (struct revoked_source){ .file = NULL };
	p->out->pointer = c->ocsp_url_count > 0 ? c->ocsp_urls[0] : STR_NONE;
}

/*
 * RFC 6960 section 4.2.2.2.1: was the delegate revoked? Without id-pkix-ocsp-nocheck a
 * list of the issuer must say that it was not. A list that says it was is believed in
 * any case.
 */
static enum reason
delegate_check(struct response *p, const struct cert *delegate, struct str *why)
{
	struct revoked_ask ask = { .r = p->ask->r,
		.mem = p->ask->mem,
		.cert = delegate,
		.issuer = p->ask->issuer,
		.time = p->ask->time };
	struct revoked_answer a;

	revoked_by_crl(&a, &ask);
	if (a.result == REVOCATION_REVOKED) {
		*why = arena_printf(ask.mem, "is signed by %.*s, which was revoked",
		    STR_ARG(cert_subject_text(delegate)));
		return REASON_OCSP_RESPONDER;
	}
	if (a.result == REVOCATION_GOOD) {
		p->checked = a.source;
		return REASON_NONE;
	}
	if (ocsp_nocheck(delegate))
		return REASON_NONE;
	*why = arena_printf(ask.mem,
	    "is signed by %.*s, of which no list says that it holds (%s)",
	    STR_ARG(cert_subject_text(delegate)), reason_code(a.reason));
	return REASON_OCSP_RESPONDER_UNCHECKED;
}

/* May the signer answer for the issuer? */
static enum reason
signer_check(struct response *p, struct str *why)
{
	const struct ocsp *o = &p->file->ocsp;
	const struct revoked_responder *signer;

	if (o->weak) {
		*why = STR("has a signature with a weak or unknown algorithm");
		return REASON_OCSP_BAD_SIGNATURE;
	}
	signer = revoked_responder(p->ask->r, o, p->ask->issuer, p->ask->time);
	if (signer->reason != REASON_NONE) {
		*why = arena_printf(
		    p->ask->mem, "cannot be believed: %.*s", STR_ARG(signer->detail));
		return signer->reason;
	}
	return signer->cert == p->ask->issuer ? REASON_NONE
					      : delegate_check(p, signer->cert, why);
}

static bool
for_ever(const struct ocsp_single *s)
{
	return s->status == OCSP_REVOKED && s->reason != CRL_HOLD &&
	       s->reason != CRL_REMOVE;
}

static bool
fresh(const struct revoked_ask *ask, const struct ocsp_single *s)
{
	return s->has_next_update && when_cmp(s->next_update, ask->time) >= 0;
}

/* The earliest revocation of all responses is reported. */
static void
convict(struct response *p, const struct ocsp_single *s)
{
	struct revoked_answer *out = p->out;

	if (out->result == REVOCATION_REVOKED &&
	    when_cmp(out->revoked_at, s->revoked_at) <= 0)
		return;
	*out = (struct revoked_answer){ .result = REVOCATION_REVOKED,
		.reason = REASON_REVOCATION_REVOKED,
		.source = source_of(p->file, s),
		.responder = p->checked,
		.revoked_at = s->revoked_at,
		.revocation_reason = (enum crl_reason)s->reason };
}

/*
 * Of several usable answers the latest decides between good and unknown. Each of them
 * is put into *latest; of two of the same time "unknown" stays.
 */
struct latest {
	const struct ocsp_single *single;
	const struct revfile *file;
	struct revoked_source checked;
};

static void
latest_take(struct latest *l, const struct response *p, const struct ocsp_single *s)
{
	if (l->single != NULL) {
		int c = when_cmp(s->this_update, l->single->this_update);

		if (c < 0 || (c == 0 && s->status != OCSP_UNKNOWN))
			return;
	}
	*l = (struct latest){ s, p->file, p->checked };
}

/* A hold that is out of date: not believed, but what is older was overtaken by it. */
static void
doubt_take(struct response *p, const struct ocsp_single *s)
{
	struct revoked_source *doubt = &p->out->doubt;

	if (s->status != OCSP_REVOKED || p->out->result != REVOCATION_UNKNOWN)
		return;
	if (doubt->file == NULL || when_cmp(doubt->this_update, s->this_update) < 0)
		*doubt = source_of(p->file, s);
}

static void
out_of_date(struct response *p, const struct ocsp_single *s)
{
	doubt_take(p, s);
	if (s->has_next_update)
		tell(p, s, REASON_OCSP_STALE, STR("is out of date"));
	else
		tell(p, s, REASON_OCSP_NO_NEXT_UPDATE,
		    STR("does not say how long it holds"));
}

/* RFC 6960 section 3.2, steps 5 and 6. */
static void
weigh(struct response *p, const struct ocsp_single *s, struct latest *latest)
{
	if (p->file->ocsp.unknown_critical || s->unknown_critical)
		tell(p, s, REASON_OCSP_UNSUPPORTED,
		    STR("has a critical extension that is not known"));
	else if (revdata_future(s->this_update, p->ask->time))
		tell(p, s, REASON_OCSP_NOT_YET_VALID, STR("is from the future"));
	else if (for_ever(s) || (s->status == OCSP_REVOKED && fresh(p->ask, s)))
		convict(p, s);
	else if (fresh(p->ask, s))
		latest_take(latest, p, s);
	else
		out_of_date(p, s);
}

static void
response_take(struct response *p, struct latest *latest)
{
	const struct ocsp *o = &p->file->ocsp;
	enum reason reason = REASON_NONE;
	struct str why = STR_NONE;
	bool asked = false;

	for (size_t i = 0; i < o->single_count; i++) {
		const struct ocsp_single *s = &o->singles[i];

		if (!ocsp_answers(s, p->ask->cert, p->ask->issuer))
			continue;
		if (!asked)
			reason = signer_check(p, &why);
		asked = true;
		if (reason != REASON_NONE)
			tell(p, s, reason, why);
		else
			weigh(p, s, latest);
	}
}

static void
conclude(struct response *p, const struct latest *l)
{
	const struct revoked_source *doubt = &p->out->doubt;

	if (l->single == NULL || p->out->result == REVOCATION_REVOKED)
		return;
	/* Why the newer one is not believed was told. */
	if (doubt->file != NULL &&
	    when_cmp(doubt->this_update, l->single->this_update) > 0)
		return;
	p->file = l->file;
	if (l->single->status != OCSP_GOOD) {
		tell(p, l->single, REASON_OCSP_UNKNOWN,
		    STR("does not know the certificate"));
		return;
	}
	*p->out = (struct revoked_answer){ .result = REVOCATION_GOOD,
		.source = source_of(l->file, l->single),
		.responder = l->checked };
}

void
revoked_by_ocsp(struct revoked_answer *out, const struct revoked_ask *ask)
{
	struct response p = { .ask = ask, .out = out };
	struct latest latest = { .single = NULL };
	size_t at = 0;

	revoked_unknown(out);
	while ((p.file = revdata_next_ocsp(
		    ask->r->data, cert_info(ask->cert)->serial, &at)) != NULL) {
		p.checked = (struct revoked_source){ .file = NULL };
		response_take(&p, &latest);
	}
	conclude(&p, &latest);
}
