/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What OCSP responses say of one certificate (RFC 6960 sections 3.2 and 4.2.2).
 *
 * A response answers for a certificate only if name, key and serial number all fit, and
 * only if the issuer signed it or appointed the signer. As with lists, a revocation for
 * ever is believed of a response that is out of date, too; good is not. And as with lists,
 * one that the issuer meant but that cannot be used is not passed over for what is older.
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
		.time = p->ask->time,
		.budget = p->ask->budget,
		.late = p->ask->late,
		.time_chosen = p->ask->time_chosen };
	struct revoked_answer a;

	revoked_by_crl(&a, &ask);
	/* Dismissed only by a list that can be used; else it is in doubt. */
	if (a.result != REVOCATION_REVOKED && a.bad.source.file != NULL) {
		*why = arena_printf(ask.mem, "is signed by %.*s, which %.*s revokes",
		    STR_ARG(cert_subject_text(delegate)),
		    STR_ARG(a.bad.source.file->path));
		return REASON_OCSP_RESPONDER_UNCHECKED;
	}
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

struct signer { /* who says it */
	enum reason reason; /* REASON_NONE: he may */
	struct str why;
	/* He may not now, or not with this algorithm; but the issuer meant him to. */
	bool meant;
	bool bad_only; /* whatever else he says is no news */
};

/* May the signer answer for the issuer? */
static struct signer
signer_check(struct response *p)
{
	const struct ocsp *o = &p->file->ocsp;
	const struct revoked_responder *r =
	    revoked_responder(p->ask->r, o, p->ask->issuer, p->ask->time);
	struct signer s = { .reason = r->reason, .meant = r->meant, .why = r->detail };

	if (o->fault.ptr != NULL) {
		s.reason = REASON_OCSP_MALFORMED;
		s.why = arena_printf(
		    p->ask->mem, "cannot be read (%.*s)", STR_ARG(o->fault));
	} else if (o->weak) {
		s.reason = REASON_OCSP_BAD_SIGNATURE;
		s.why = STR("has a signature with a weak or unknown algorithm");
	} else if (s.reason != REASON_NONE) {
		s.bad_only = true;
		s.why = arena_printf(
		    p->ask->mem, "cannot be believed: %.*s", STR_ARG(r->detail));
	} else if (r->cert != p->ask->issuer) {
		s.bad_only = true;
		s.reason = delegate_check(p, r->cert, &s.why);
		s.meant = s.reason == REASON_OCSP_RESPONDER_UNCHECKED;
	}
	return s;
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

/* Not believed, but what is older was overtaken by it. */
static void
doubt_take(
    struct response *p, const struct ocsp_single *s, enum reason reason, struct str why)
{
	const struct revoked_news n = { .source = source_of(p->file, s),
		.reason = reason,
		.why = why };

	revoked_news_take(&p->out->doubt, &n);
}

/*
 * News that cannot be used: a revocation for ever, unless its very words are in doubt;
 * a hold; or something else that is not known to be good.
 */
static void
flawed_take(struct response *p, const struct ocsp_single *s, enum reason reason,
    struct str why, bool clear)
{
	struct revoked_news n = { .source = source_of(p->file, s),
		.reason = reason,
		.why = why,
		.revoked_at = s->revoked_at,
		.revocation_reason = (enum crl_reason)s->reason };

	if (for_ever(s) && clear)
		revoked_news_take(&p->out->bad, &n);
	else
		revoked_news_take(&p->out->doubt, &n);
}

/* Told, noted, and not passed over if it is news. */
static void
refuse(struct response *p, const struct ocsp_single *s, const struct signer *by)
{
	bool revokes = s->status == OCSP_REVOKED;

	tell(p, s, by->reason, by->why);
	revoked_note(p->ask, p->file, by->reason, by->why);
	/* If he alone is at fault, his good words are no news against what is older. */
	if (by->meant && (revokes || !by->bad_only))
		flawed_take(
		    p, s, by->reason, by->why, p->file->ocsp.fault.ptr == NULL);
}

static void
out_of_date(struct response *p, const struct ocsp_single *s)
{
	enum reason reason = REASON_OCSP_NO_NEXT_UPDATE;
	struct str why = STR("does not say how long it holds");

	if (s->has_next_update) {
		reason = REASON_OCSP_STALE;
		why = STR("is out of date");
	}
	if (s->status == OCSP_REVOKED)
		doubt_take(p, s, reason, why);
	tell(p, s, reason, why);
}

/* RFC 6960 section 3.2, steps 5 and 6: what keeps an answer from being used. */
static struct signer
flaw_of(const struct response *p, const struct ocsp_single *s)
{
	if (p->file->ocsp.unknown_critical || s->unknown_critical)
		return (struct signer){ REASON_OCSP_UNSUPPORTED,
			STR("has a critical extension that is not known"), true, false };
	if (revdata_future(s->this_update, p->ask->time))
		/* At a chosen time, what is later counts only against. */
		return (struct signer){ REASON_OCSP_NOT_YET_VALID,
			STR("is from the future"), true, p->ask->time_chosen };
	return (struct signer){ .reason = REASON_NONE };
}

static void
weigh(struct response *p, const struct ocsp_single *s, struct latest *latest)
{
	const struct signer flaw = flaw_of(p, s);

	if (flaw.reason != REASON_NONE)
		refuse(p, s, &flaw);
	else if (for_ever(s) || (s->status == OCSP_REVOKED && fresh(p->ask, s)))
		convict(p, s);
	else if (fresh(p->ask, s))
		latest_take(latest, p, s);
	else
		out_of_date(p, s);
}

/* Of this number, but not surely of this issuer: what it revokes is in doubt. */
static void
perhaps(struct response *p, const struct ocsp_single *s, const struct signer *by)
{
	const struct str why =
	    STR("revokes a certificate of this number and key, of an issuer that is named "
		"in another way");

	if (s->status != OCSP_REVOKED || (by->reason != REASON_NONE && !by->meant))
		return;
	revoked_note(p->ask, p->file, REASON_OCSP_UNSUPPORTED, why);
	doubt_take(p, s, REASON_OCSP_UNSUPPORTED, why);
}

static void
response_take(struct response *p, struct latest *latest)
{
	const struct ocsp *o = &p->file->ocsp;
	struct signer by = { .reason = REASON_NONE };
	bool asked = false;

	for (size_t i = 0; i < o->single_count; i++) {
		const struct ocsp_single *s = &o->singles[i];
		bool surely = ocsp_answers(s, p->ask->cert, p->ask->issuer);

		if (!surely && !ocsp_may_answer(s, p->ask->cert, p->ask->issuer))
			continue;
		if (!asked)
			by = signer_check(p);
		asked = true;
		if (!surely)
			perhaps(p, s, &by);
		else if (by.reason != REASON_NONE)
			refuse(p, s, &by);
		else
			weigh(p, s, latest);
	}
}

static void
conclude(struct response *p, const struct latest *l)
{
	if (l->single == NULL || p->out->result == REVOCATION_REVOKED)
		return;
	p->file = l->file;
	if (l->single->status != OCSP_GOOD) {
		tell(p, l->single, REASON_OCSP_UNKNOWN,
		    STR("does not know the certificate"));
		return;
	}
	*p->out = (struct revoked_answer){ .result = REVOCATION_GOOD,
		.source = source_of(l->file, l->single),
		.responder = l->checked,
		.as_of = l->single->this_update,
		.bad = p->out->bad,
		.doubt = p->out->doubt };
}

void
revoked_by_ocsp(struct revoked_answer *out, const struct revoked_ask *ask)
{
	struct response p = { .ask = ask, .out = out };
	struct latest latest = { .single = NULL };
	size_t at = 0;

	revoked_unknown(out);
	while ((p.file = revdata_next_ocsp(ask->r->data, cert_info(ask->cert)->serial, &at)) !=
		NULL &&
	    !revoked_late(ask)) {
		p.checked = (struct revoked_source){ .file = NULL };
		response_take(&p, &latest);
	}
	conclude(&p, &latest);
}
