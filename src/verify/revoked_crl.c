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
#include "verify/revoked_lists.h"

#define NOT_COVERED "does not cover the certificate"
#define RELATIVE "has a distribution point with a relative name"
#define LIMITED \
	"does not cover a distribution point of the certificate with cRLIssuer or reasons"

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
		if (!lists_temporary(e) || lists_before_invalidity(a->ask, e))
			continue;
		/*
		 * Of the same date: the first one, so that a release must be later than
		 * the hold.
		 */
		if (h->last == NULL || when_cmp(h->last->date, e->date) < 0)
			h->last = e;
	}
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
	return crl_number_cmp(delta->crl.base_number, base->crl.number) <= 0 &&
	       crl_number_cmp(base->crl.number, delta->crl.number) < 0 &&
	       delta_named(a, base, delta);
}

/* Where the deltas of the scope of `base` begin. */
static size_t
deltas_begin(const struct asked *a, const struct revfile *base)
{
	size_t low = 0, high = a->deltas.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (lists_scope_cmp(&a->deltas.v[mid]->crl, &base->crl) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The newest that fits. */
static const struct revfile *
delta_of(const struct asked *a, const struct revfile *base)
{
	for (size_t i = deltas_begin(a, base); i < a->deltas.n; i++) {
		const struct revfile *d = a->deltas.v[i];

		if (lists_scope_cmp(&base->crl, &d->crl) != 0)
			break;
		if (delta_fits(a, base, d))
			return d;
	}
	return NULL;
}

static bool
delta_wanted(const struct asked *a, const struct crl *base)
{
	return base->has_freshest || a->cert->has_freshest;
}

/* What first keeps it from proving good, in the order of RFC 5280 section 6.3.3. */
static void
opinion_form(struct asked *a, struct opinion *o)
{
	const struct crl *c = &o->file->crl;
	struct hold hold = { .last = NULL };

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

static void
opinions_form(struct asked *a)
{
	for (size_t i = 0; i < a->bases.n; i++)
		opinion_form(a, &a->bases.v[i]);
}

/* --- all lists together ------------------------------------------------------------ */

/* Is no other fresh list of its scope better, among those for `unit` (0: among all)? */
static bool
is_best(const struct asked *a, const struct opinion *o, uint64_t unit)
{
	for (size_t i = o->group; i < a->bases.n; i++) {
		const struct opinion *p = &a->bases.v[i];

		/* Newest first: nothing better comes behind. */
		if (p == o || !p->fresh ||
		    lists_scope_cmp(&p->file->crl, &o->file->crl) != 0 ||
		    lists_age_cmp(&p->file->crl, &o->file->crl) <= 0)
			return true;
		if (unit == 0 || (p->covers & unit) != 0)
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
			.source = lists_source(o->file),
			.revoked_at = o->held_at,
			.revocation_reason = CRL_HOLD };
		if (o->delta != NULL)
			a->out->delta = lists_source(o->delta);
		return true;
	}
	return false;
}

/*
 * Newer news of the issuer, that the certificate is named or that cannot be used, puts what
 * the older list says in doubt, though it proves nothing either.
 */
static bool
is_overtaken(const struct asked *a, struct opinion *o)
{
	o->by = lists_overtaking(a, o);
	if (o->by != NULL)
		o->reason = o->by->told.reason;
	return o->by != NULL;
}

/* Which list proves good for this URL; NULL: none. */
static const struct opinion *
unit_proof(const struct asked *a, uint64_t unit)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		struct opinion *o = &a->bases.v[i];

		if (o->fresh && (o->covers & unit) != 0 && o->reason == REASON_NONE &&
		    is_best(a, o, unit) && !is_overtaken(a, o))
			return o;
	}
	return NULL;
}

static struct str
words_for(const struct asked *a, const struct opinion *o)
{
	enum reason reason = o->reason;

	if (o->by != NULL)
		return arena_printf(a->ask->mem, "is older than %.*s, which %.*s",
		    STR_ARG(o->by->file->path), STR_ARG(o->by->told.why));
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
		lists_tell(a, o->file, o->reason, words_for(a, o));
		if (o->reason == REASON_CRL_DELTA_MISSING &&
		    a->out->source.file == o->file)
			a->out->pointer = o->file->crl.freshest_count > 0
					      ? o->file->crl.freshest[0]
					      : STR_NONE;
	}
	return told;
}

/* No list covers this point; its URL: absent if it has none. */
static void
uncovered_tell(struct asked *a, struct str url, bool limited)
{
	for (size_t i = 0; i < a->bases.n; i++) {
		const struct opinion *o = &a->bases.v[i];

		if (o->file->crl.points.relative)
			lists_tell(
			    a, o->file, REASON_CRL_UNSUPPORTED, STR(RELATIVE));
		else
			lists_tell(a, o->file, REASON_CRL_SCOPE,
			    limited ? STR(LIMITED) : STR(NOT_COVERED));
	}
	if (a->out->reason == REASON_CRL_SCOPE)
		a->out->pointer = url;
}

/* Is there no such point with names? Nobody says that the list is of it. */
static bool
point_is_limited(const struct cert_info *c, size_t at)
{
	return at < c->crl_url_count ? c->crl_url_limited[at] : c->has_limited_point;
}

static struct when
as_of(const struct opinion *o)
{
	return o->delta != NULL ? o->delta->crl.this_update : o->file->crl.this_update;
}

static void
prove(struct asked *a, const struct opinion *oldest)
{
	*a->out = (struct revoked_answer){ .result = REVOCATION_GOOD,
		.source = lists_source(oldest->file),
		.as_of = as_of(oldest) };
	if (oldest->delta != NULL)
		a->out->delta = lists_source(oldest->delta);
}

/*
 * Each URL of the certificate must be covered, as the reference demands, and each point
 * that has none but wants a list of its own; without either, all of it.
 */
static void
cover(struct asked *a)
{
	size_t urls = a->cert->crl_url_count, units = urls + a->cert->has_limited_point;
	const struct opinion *oldest = NULL;
	bool good = true;

	for (size_t i = 0; i < (units == 0 ? 1 : units) && i < URLS_ASKED; i++) {
		uint64_t unit = UINT64_C(1) << i;
		const struct opinion *o = unit_proof(a, unit);

		if (o == NULL) {
			if (!unit_tell(a, unit, true) && !unit_tell(a, unit, false))
				uncovered_tell(a,
				    i < urls ? a->cert->crl_urls[i] : STR_NONE,
				    point_is_limited(a->cert, i));
			good = false;
		} else if (oldest == NULL || when_cmp(o->file->crl.this_update,
						 oldest->file->crl.this_update) < 0) {
			oldest = o;
		}
	}
	if (good && oldest != NULL)
		prove(a, oldest);
}

void
revoked_by_crl(struct revoked_answer *out, const struct revoked_ask *ask)
{
	struct asked a = { .ask = ask, .out = out, .cert = cert_info(ask->cert) };

	revoked_unknown(out);
	lists_gather(&a);
	if (out->result == REVOCATION_REVOKED)
		return;
	opinions_form(&a);
	if (!convict_hold(&a))
		cover(&a);
}
