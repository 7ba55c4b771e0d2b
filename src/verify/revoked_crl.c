/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What revocation lists say of one certificate (RFC 5280 sections 5 and 6.3).
 *
 * Good needs a list that covers the certificate, is fresh, and has its delta where one
 * is announced. Revoked needs less: a list that the issuer signed and that is not from
 * the future. So a list that is stale, of another partition, of some reasons only, or
 * without its delta still proves a revocation that is for ever; only a hold is asked of
 * the best list alone, as a newer one may have lifted it.
 */
#include "verify/revoked_parts.h"

#define NOT_COVERED "does not cover the certificate"
#define RELATIVE "has a distribution point with a relative name"

enum { URLS_ASKED = 64 }; /* bits of `covers` */

struct opinion { /* of one base list */
	const struct revfile *file, *delta;
	struct revoked_entries entries;
	uint64_t covers; /* a bit for each URL of the certificate; all: covers it whole */
	bool fresh;
	bool held; /* the last word about a hold is that it stands ... */
	struct when held_at; /* ... since then */
	const struct revfile *by; /* the list that overtook it, see overtaken() */
	enum reason reason; /* why it does not prove good; REASON_NONE: it does */
};

struct asked { /* one certificate under way */
	const struct revoked_ask *ask;
	struct revoked_answer *out;
	const struct cert_info *cert;
	const struct digest *urls; /* of the certificate's URLs; NULL until wanted */
	VEC(struct opinion) bases;
	VEC(const struct revfile *) deltas; /* fresh ones */
	VEC(const struct revfile *)
	naming; /* all of the issuer that name it, of any age */
};

static struct revoked_source
source_of(const struct revfile *f)
{
	return (struct revoked_source){ f, f->crl.this_update, f->crl.next_update,
		f->crl.has_next_update };
}

static void
tell(struct asked *a, const struct revfile *f, enum reason reason, struct str why)
{
	if (!revoked_tell(a->out, reason, source_of(f)))
		return;
	a->out->why = why;
	a->out->delta = (struct revoked_source){ .file = NULL };
	a->out->pointer = a->cert->crl_url_count > 0 ? a->cert->crl_urls[0] : STR_NONE;
}

/* --- entries ----------------------------------------------------------------------- */

/*
 * RFC 5280 section 5.3.2: the key was good until then. That helps only a signature
 * whose time an authority vouches for (notary.x509.signingAuthority). Under notary.x509
 * the reference never uses it, not even with a time stamp, and neither is it used here.
 */
static bool
before_invalidity(const struct revoked_ask *ask, const struct crl_entry *e)
{
	return ask->has_signing_time && !e->unusable && e->has_invalidity &&
	       when_cmp(ask->signing_time, e->invalidity) < 0;
}

/* RFC 5280 section 5.3.1: any reason but these two is for ever. */
static bool
temporary(const struct crl_entry *e)
{
	return e->reason == CRL_HOLD || e->reason == CRL_REMOVE;
}

/* A revocation that nothing lifts? The earliest such entry of all lists is reported. */
static void
convict(struct asked *a, const struct revfile *f, struct revoked_entries entries)
{
	struct revoked_answer *out = a->out;

	for (size_t i = 0; i < entries.n; i++) {
		const struct crl_entry *e = &entries.v[i];

		if (e->unusable || temporary(e) || before_invalidity(a->ask, e))
			continue;
		if (out->result == REVOCATION_REVOKED &&
		    when_cmp(out->revoked_at, e->date) <= 0)
			continue;
		*out = (struct revoked_answer){ .result = REVOCATION_REVOKED,
			.reason = REASON_REVOCATION_REVOKED,
			.source = source_of(f),
			.revoked_at = e->date,
			.revocation_reason = e->reason };
	}
}

struct hold { /* the latest entry about a hold */
	const struct crl_entry *last;
	bool unusable;
};

static void
hold_take(
    struct hold *h, const struct asked *a, struct revoked_entries entries, bool delta)
{
	for (size_t i = 0; i < entries.n; i++) {
		const struct crl_entry *e = &entries.v[i];

		/* RFC 5280 section 5.3.1: removeFromCRL appears in delta lists alone. */
		if (e->unusable || (e->reason == CRL_REMOVE && !delta)) {
			h->unusable = true;
			continue;
		}
		if (!temporary(e) || before_invalidity(a->ask, e))
			continue;
		/*
		 * Of the same date: the first one, so that a release must be later than
		 * the hold.
		 */
		if (h->last == NULL || when_cmp(h->last->date, e->date) < 0)
			h->last = e;
	}
}

/* --- what a list is, and what it covers -------------------------------------------- */

/*
 * Lists that say nothing about this certificate that can be understood; absent: fine.
 * RFC 5280 sections 5.2 and 5.3: one with an unknown critical extension must not be
 * used.
 */
static struct str
kind_fault(const struct asked *a, const struct crl *c)
{
	if (c->unknown_critical)
		return arena_printf(a->ask->mem,
		    "has the critical extension %.*s, which is not known",
		    STR_ARG(c->unknown_critical_oid));
	if (c->points.indirect)
		return STR("is indirect: it speaks for other issuers, too");
	if (c->points.only_attributes)
		return STR("is of attribute certificates");
	return STR_NONE;
}

static bool
names_url(const struct crl_points *p, struct str url)
{
	for (size_t i = 0; i < p->url_count; i++)
		if (str_equal(p->urls[i], url))
			return true;
	return false;
}

const struct digest *
revoked_urls(const struct revoked_ask *ask)
{
	const struct cert_info *c = cert_info(ask->cert);
	struct digest *urls = arena_array(ask->mem, c->crl_url_count, sizeof(*urls));

	for (size_t i = 0; i < c->crl_url_count; i++)
		hasher_of(ask->r->hasher, DIGEST_SHA256, str_bytes(c->crl_urls[i]), &urls[i]);
	return urls;
}

static const struct digest *
url_digest(struct asked *a, size_t at)
{
	if (a->urls == NULL)
		a->urls = revoked_urls(a->ask);
	return &a->urls[at];
}

/*
 * RFC 5280 section 6.3.3 (b) (2). A list with a name covers the distribution points of
 * that name; one that came from an URL by map or cache covers that URL alone, and only
 * if its own name agrees.
 */
static uint64_t
covered(struct asked *a, const struct revfile *f)
{
	const struct crl_points *p = &f->crl.points;
	bool is_ca = a->cert->has_bc && a->cert->is_ca;
	bool from_url = f->url.alg != DIGEST_NONE;
	uint64_t mask = 0;

	/* A relative name is never put together, so that its place is not known. */
	if ((p->only_users && is_ca) || (p->only_cas && !is_ca) || p->relative)
		return 0;
	if (!from_url && !p->has_name)
		return UINT64_MAX;
	if (a->cert->crl_url_count > URLS_ASKED)
		return 0;
	for (size_t i = 0; i < a->cert->crl_url_count; i++)
		if ((!from_url || digest_equal(url_digest(a, i), &f->url)) &&
		    (!p->has_name || names_url(p, a->cert->crl_urls[i])))
			mask |= UINT64_C(1) << i;
	return mask;
}

static bool
fresh(const struct revoked_ask *ask, const struct crl *c)
{
	return c->has_next_update && when_cmp(c->next_update, ask->time) >= 0;
}

static bool
same_scope(const struct crl *x, const struct crl *y)
{
	return x->points.present == y->points.present &&
	       bytes_equal(x->points.der, y->points.der);
}

/* RFC 5280 section 5.2.3: the number says which list is the newer one. */
static int
age_cmp(const struct crl *x, const struct crl *y)
{
	int c = crl_number_cmp(x->number, y->number);

	return c != 0 ? c : when_cmp(x->this_update, y->this_update);
}

/* --- deltas ------------------------------------------------------------------------ */

/* A delta that came from an URL must be one that the base names. */
static bool
delta_named(
    const struct asked *a, const struct revfile *base, const struct revfile *delta)
{
	if (delta->url.alg == DIGEST_NONE || base->delta == delta ||
	    digest_equal(&delta->url, &base->url) || base->crl.freshest_count == 0)
		return true;
	for (size_t i = 0; i < base->crl.freshest_count; i++) {
		struct digest d;

		hasher_of(a->ask->r->hasher, DIGEST_SHA256,
		    str_bytes(base->crl.freshest[i]), &d);
		if (digest_equal(&d, &delta->url))
			return true;
	}
	return false;
}

/*
 * RFC 5280 section 5.2.4: same issuer and key (both are signed by it), same scope, base
 * in reach.
 */
static bool
delta_fits(const struct asked *a, const struct revfile *base, const struct revfile *delta)
{
	return delta->crl.is_delta && same_scope(&base->crl, &delta->crl) &&
	       crl_number_cmp(delta->crl.base_number, base->crl.number) <= 0 &&
	       crl_number_cmp(base->crl.number, delta->crl.number) < 0 &&
	       delta_named(a, base, delta);
}

static const struct revfile *
delta_of(const struct asked *a, const struct revfile *base)
{
	const struct revfile *best = NULL;

	for (size_t i = 0; i < a->deltas.n; i++) {
		const struct revfile *d = a->deltas.v[i];

		if (delta_fits(a, base, d) &&
		    (best == NULL || age_cmp(&d->crl, &best->crl) > 0))
			best = d;
	}
	return best;
}

static bool
delta_wanted(const struct asked *a, const struct crl *base)
{
	return base->has_freshest || a->cert->has_freshest;
}

/* --- one list ---------------------------------------------------------------------- */

/*
 * A list that must not be used may still be the newest one to name the certificate: what
 * older lists say does not count then. One that speaks for others may mean others.
 */
static void
naming_take(struct asked *a, const struct revfile *f)
{
	struct revoked_source *doubt = &a->out->doubt;
	struct revoked_entries e;

	if (f->crl.points.indirect || f->crl.points.only_attributes)
		return;
	e = revoked_list_entries(a->ask->r, &f->crl, a->cert->serial);
	for (size_t i = 0; i < e.n; i++)
		if (!before_invalidity(a->ask, &e.v[i])) {
			VEC_PUSH(a->ask->mem, &a->naming, f);
			if (doubt->file == NULL ||
			    when_cmp(doubt->this_update, f->crl.this_update) < 0)
				*doubt = source_of(f);
			return;
		}
}

/*
 * Is the list of this issuer, of this time, and of a kind that can be used? Else told
 * why not.
 */
static bool
admissible(struct asked *a, const struct revfile *f)
{
	const char *fault = revoked_list_fault(a->ask->r, &f->crl, a->ask->issuer);
	struct str kind;

	if (fault != NULL) {
		tell(a, f, REASON_CRL_BAD_SIGNATURE, str_of(fault));
		return false;
	}
	if (revdata_future(f->crl.this_update, a->ask->time)) {
		tell(a, f, REASON_CRL_NOT_YET_VALID, STR("is from the future"));
		return false;
	}
	naming_take(a, f);
	kind = kind_fault(a, &f->crl);
	if (kind.ptr != NULL) {
		tell(a, f, REASON_CRL_UNSUPPORTED, kind);
		return false;
	}
	return true;
}

static void
gather(struct asked *a)
{
	const struct revoked_ask *ask = a->ask;
	const struct revfile *f;
	size_t at = 0;

	while ((f = revdata_next_crl(ask->r->data, a->cert->issuer_der, &at)) != NULL) {
		struct opinion o = { .file = f };

		if (f->kind == REVFILE_OCSP || !admissible(a, f))
			continue;
		o.entries = revoked_list_entries(ask->r, &f->crl, a->cert->serial);
		convict(a, f, o.entries);
		o.fresh = fresh(ask, &f->crl);
		if (f->kind == REVFILE_CRL && !f->crl.is_delta)
			VEC_PUSH(ask->mem, &a->bases, o);
		else if (o.fresh)
			VEC_PUSH(ask->mem, &a->deltas, f);
	}
}

/* What first keeps it from proving good, in the order of RFC 5280 section 6.3.3. */
static void
opinion_form(struct asked *a, struct opinion *o)
{
	const struct crl *c = &o->file->crl;
	struct hold hold = { .last = NULL };

	o->covers = covered(a, o->file);
	o->delta = o->fresh ? delta_of(a, o->file) : NULL;
	hold_take(&hold, a, o->entries, false);
	if (o->delta != NULL)
		hold_take(&hold, a,
		    revoked_list_entries(a->ask->r, &o->delta->crl, a->cert->serial),
		    true);
	o->held = o->fresh && hold.last != NULL && hold.last->reason == CRL_HOLD;
	if (o->held)
		o->held_at = hold.last->date;
	if (o->covers == 0 || c->points.some_reasons)
		o->reason = REASON_CRL_SCOPE;
	else if (!c->has_next_update)
		o->reason = REASON_CRL_NO_NEXT_UPDATE;
	else if (!o->fresh)
		o->reason = REASON_CRL_STALE;
	else if (hold.unusable)
		o->reason = REASON_CRL_ENTRY;
	else if (o->delta == NULL && delta_wanted(a, c))
		o->reason = REASON_CRL_DELTA_MISSING;
	else if (o->held)
		o->reason = REASON_REVOCATION_REVOKED;
}

/*
 * Numbers of different scopes have nothing to do with each other: there the time says
 * which is newer. A list that can be used speaks for itself.
 */
static bool
is_newer(const struct asked *a, const struct revfile *f, const struct opinion *o,
    const struct revfile *newest)
{
	if (same_scope(&f->crl, &o->file->crl))
		return age_cmp(&f->crl, &newest->crl) > 0;
	return (f->crl.unknown_critical || !fresh(a->ask, &f->crl)) &&
	       when_cmp(f->crl.this_update, newest->crl.this_update) > 0;
}

/*
 * A newer list that names the certificate, but that is out of date, cannot
 * be read, or is a delta of another base: what the older one says was overtaken, though
 * the newer one proves nothing either.
 */
static const struct revfile *
overtaken(const struct asked *a, const struct opinion *o)
{
	const struct revfile *newest = o->delta != NULL ? o->delta : o->file;

	for (size_t i = 0; i < a->naming.n; i++) {
		const struct revfile *f = a->naming.v[i];

		if (f != o->file && f != o->delta && is_newer(a, f, o, newest))
			return f;
	}
	return NULL;
}

static void
opinions_form(struct asked *a)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		struct opinion *o = &a->bases.v[i];

		opinion_form(a, o);
		o->by = o->reason == REASON_NONE ? overtaken(a, o) : NULL;
		if (o->by != NULL)
			o->reason = o->by->crl.unknown_critical ? REASON_CRL_ENTRY
								: REASON_CRL_STALE;
	}
}

/* --- all lists together ------------------------------------------------------------ */

/* Is no other fresh list of its scope better, among those for `unit` (0: among all)? */
static bool
is_best(const struct asked *a, const struct opinion *o, uint64_t unit)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		const struct opinion *p = &a->bases.v[i];

		if (p->fresh && (unit == 0 || (p->covers & unit) != 0) &&
		    same_scope(&p->file->crl, &o->file->crl) &&
		    age_cmp(&p->file->crl, &o->file->crl) > 0)
			return false;
	}
	return true;
}

static bool
hold_stands(const struct asked *a, const struct opinion *o)
{
	if (!o->held)
		return false;
	if (is_best(a, o, 0))
		return true;
	for (unsigned i = 0; i < URLS_ASKED; i++)
		if ((o->covers & UINT64_C(1) << i) != 0 &&
		    is_best(a, o, UINT64_C(1) << i))
			return true;
	return false;
}

static bool
convict_hold(struct asked *a)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		const struct opinion *o = &a->bases.v[i];

		if (!hold_stands(a, o))
			continue;
		*a->out = (struct revoked_answer){ .result = REVOCATION_REVOKED,
			.reason = REASON_REVOCATION_REVOKED,
			.source = source_of(o->file),
			.revoked_at = o->held_at,
			.revocation_reason = CRL_HOLD };
		if (o->delta != NULL)
			a->out->delta = source_of(o->delta);
		return true;
	}
	return false;
}

/* Which list proves good for this URL; NULL: none. */
static const struct opinion *
unit_proof(const struct asked *a, uint64_t unit)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		const struct opinion *o = &a->bases.v[i];

		if (o->fresh && (o->covers & unit) != 0 && o->reason == REASON_NONE &&
		    is_best(a, o, unit))
			return o;
	}
	return NULL;
}

static struct str
words_for(const struct asked *a, const struct opinion *o)
{
	enum reason reason = o->reason;

	if (o->by != NULL)
		return arena_printf(a->ask->mem,
		    "is older than %.*s, which names the certificate and cannot be used",
		    STR_ARG(o->by->path));
	if (reason == REASON_CRL_STALE)
		return STR("is out of date");
	if (reason == REASON_CRL_NO_NEXT_UPDATE)
		return STR("does not say how long it holds");
	if (reason == REASON_CRL_ENTRY)
		return STR("names the certificate in an entry that cannot be used");
	if (reason == REASON_CRL_DELTA_MISSING)
		return STR(
		    "goes with a delta list, and none that fits and holds is there");
	return STR(NOT_COVERED);
}

/* Why the best lists for this URL, fresh ones or others, do not prove good. */
static bool
unit_tell(struct asked *a, uint64_t unit, bool of_fresh)
{
	bool told = false;

	for (size_t i = 0; i < a->bases.n; i++) {
		const struct opinion *o = &a->bases.v[i];

		if ((o->covers & unit) == 0 || o->fresh != of_fresh ||
		    o->reason == REASON_NONE || !is_best(a, o, unit))
			continue;
		told = true;
		tell(a, o->file, o->reason, words_for(a, o));
		if (o->reason == REASON_CRL_DELTA_MISSING &&
		    a->out->source.file == o->file)
			a->out->pointer = o->file->crl.freshest_count > 0
					      ? o->file->crl.freshest[0]
					      : STR_NONE;
	}
	return told;
}

/* No list covers this URL; absent: the certificate whole. */
static void
uncovered_tell(struct asked *a, struct str url)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		const struct opinion *o = &a->bases.v[i];
		bool relative = o->file->crl.points.relative;

		tell(a, o->file, relative ? REASON_CRL_UNSUPPORTED : REASON_CRL_SCOPE,
		    relative ? STR(RELATIVE) : STR(NOT_COVERED));
	}
	if (a->out->reason == REASON_CRL_SCOPE)
		a->out->pointer = url;
}

/*
 * Each URL of the certificate must be covered, as the reference demands; without one,
 * all of it.
 */
static void
cover(struct asked *a)
{
	size_t urls = a->cert->crl_url_count, units = urls == 0 ? 1 : urls;
	const struct opinion *oldest = NULL;
	bool good = true;

	for (size_t i = 0; i < units && i < URLS_ASKED; i++) {
		uint64_t unit = UINT64_C(1) << i;
		const struct opinion *o = unit_proof(a, unit);

		if (o == NULL) {
			if (!unit_tell(a, unit, true) && !unit_tell(a, unit, false))
				uncovered_tell(
				    a, urls == 0 ? STR_NONE : a->cert->crl_urls[i]);
			good = false;
		} else if (oldest == NULL || when_cmp(o->file->crl.this_update,
						 oldest->file->crl.this_update) < 0) {
			oldest = o;
		}
	}
	if (!good || oldest == NULL)
		return;
	*a->out = (struct revoked_answer){ .result = REVOCATION_GOOD,
		.source = source_of(oldest->file) };
	if (oldest->delta != NULL)
		a->out->delta = source_of(oldest->delta);
}

void
revoked_by_crl(struct revoked_answer *out, const struct revoked_ask *ask)
{
	struct asked a = { .ask = ask, .out = out, .cert = cert_info(ask->cert) };

	revoked_unknown(out);
	gather(&a);
	if (out->result == REVOCATION_REVOKED)
		return;
	opinions_form(&a);
	if (!convict_hold(&a))
		cover(&a);
}
