/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lists there are about one certificate: those that can be used, those that cannot
 * but are of its issuer, and those that say nothing about it (RFC 5280 sections 5 and
 * 6.3).
 *
 * A list is news if the issuer's key signed it, whatever the algorithm is worth and
 * whatever else is wrong with it. Where it cannot be used, it proves nothing good; but
 * the issuer said something after the list that says good, and it is not passed over.
 */
#include <stdlib.h>

#include "crypto/dn.h"
#include "verify/revoked_lists.h"

struct revoked_source
lists_source(const struct revfile *f)
{
	return (struct revoked_source){ f, f->crl.this_update, f->crl.next_update,
		f->crl.has_next_update };
}

void
lists_tell(struct asked *a, const struct revfile *f, enum reason reason, struct str why)
{
	if (!revoked_tell(a->out, reason, lists_source(f)))
		return;
	a->out->why = why;
	a->out->delta = (struct revoked_source){ .file = NULL };
	a->out->pointer = a->cert->crl_url_count > 0 ? a->cert->crl_urls[0] : STR_NONE;
}

bool
lists_fresh(const struct revoked_ask *ask, const struct crl *c)
{
	return c->has_next_update && when_cmp(c->next_update, ask->time) >= 0;
}

int
lists_scope_cmp(const struct crl *x, const struct crl *y)
{
	int c = x->points.present - y->points.present;

	return c != 0 ? c : bytes_cmp(x->points.der, y->points.der);
}

int
lists_age_cmp(const struct crl *x, const struct crl *y)
{
	int c = crl_number_cmp(x->number, y->number);

	return c != 0 ? c : when_cmp(x->this_update, y->this_update);
}

/* --- entries ----------------------------------------------------------------------- */

bool
lists_before_invalidity(const struct revoked_ask *ask, const struct crl_entry *e)
{
	return ask->has_signing_time && !e->unusable && e->has_invalidity &&
	       when_cmp(ask->signing_time, e->invalidity) < 0;
}

bool
lists_temporary(const struct crl_entry *e)
{
	return e->reason == CRL_HOLD || e->reason == CRL_REMOVE;
}

/* RFC 5280 section 5.3.3: an entry of an indirect list may be of another issuer. */
static bool
entry_is_ours(const struct asked *a, const struct crl_entry *e)
{
	struct arena *mem = a->ask->mem;

	return e->issuer.len == 0 ||
	       bytes_equal(dn_key(mem, e->issuer), dn_key(mem, a->cert->issuer_der));
}

static struct revoked_entries
entries_of(const struct asked *a, const struct crl *c)
{
	struct revoked_entries e = revoked_list_entries(a->ask->r, c, a->cert->serial);
	struct crl_entry *ours;
	size_t n = 0;

	if (!c->points.indirect || e.n == 0)
		return e;
	ours = arena_array(a->ask->mem, e.n, sizeof(*ours));
	for (size_t i = 0; i < e.n; i++)
		if (entry_is_ours(a, &e.v[i]))
			ours[n++] = e.v[i];
	return (struct revoked_entries){ ours, n };
}

/* The earliest entry of a revocation that nothing lifts; NULL: there is none. */
static const struct crl_entry *
revoking(const struct revoked_ask *ask, struct revoked_entries entries)
{
	const struct crl_entry *first = NULL;

	for (size_t i = 0; i < entries.n; i++) {
		const struct crl_entry *e = &entries.v[i];

		if (e->unusable || lists_temporary(e) || lists_before_invalidity(ask, e))
			continue;
		if (first == NULL || when_cmp(e->date, first->date) < 0)
			first = e;
	}
	return first;
}

/* The earliest such entry of all lists is reported. */
static void
convict(struct asked *a, const struct revfile *f, struct revoked_entries entries)
{
	const struct crl_entry *e = revoking(a->ask, entries);
	struct revoked_answer *out = a->out;

	if (e == NULL || (out->result == REVOCATION_REVOKED &&
			     when_cmp(out->revoked_at, e->date) <= 0))
		return;
	*out = (struct revoked_answer){ .result = REVOCATION_REVOKED,
		.reason = REASON_REVOCATION_REVOKED,
		.source = lists_source(f),
		.revoked_at = e->date,
		.revocation_reason = e->reason };
}

/* --- what a list covers ------------------------------------------------------------ */

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

static bool
is_of_the_kind(const struct asked *a, const struct crl_points *p)
{
	bool is_ca = a->cert->has_bc && a->cert->is_ca;

	return !(p->only_users && is_ca) && !(p->only_cas && !is_ca);
}

/* The points of the certificate that a list covers only if it says so. */
static uint64_t
limited_points(const struct cert_info *c)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < c->crl_url_count && i < URLS_ASKED; i++)
		if (c->crl_url_limited[i])
			mask |= UINT64_C(1) << i;
	if (c->has_limited_point && c->crl_url_count < URLS_ASKED)
		mask |= UINT64_C(1) << c->crl_url_count;
	return mask;
}

/* The URLs that the list's own name and the place it was loaded from have in common. */
static uint64_t
named_points(struct asked *a, const struct revfile *f, bool from_url)
{
	const struct crl_points *p = &f->crl.points;
	uint64_t mask = 0;

	if (a->cert->crl_url_count > URLS_ASKED)
		return 0;
	for (size_t i = 0; i < a->cert->crl_url_count; i++)
		if ((!from_url || digest_equal(url_digest(a, i), &f->url)) &&
		    (!p->has_name || names_url(p, a->cert->crl_urls[i])))
			mask |= UINT64_C(1) << i;
	return mask;
}

/*
 * RFC 5280 section 6.3.3 (b) (2). A list with a name covers the distribution points of
 * that name; one that came from an URL by map or cache covers that URL alone, and only
 * if its own name agrees. A point with cRLIssuer wants an indirect list, which is never
 * used; one with reasons a list of some reasons, which never proves good.
 */
uint64_t
lists_covered(struct asked *a, const struct revfile *f)
{
	const struct crl_points *p = &f->crl.points;
	bool from_url = f->url.alg != DIGEST_NONE;
	uint64_t limited = limited_points(a->cert), mask;

	/* A relative name is never put together, so that its place is not known. */
	if (!is_of_the_kind(a, p) || p->relative)
		return 0;
	mask =
	    from_url || p->has_name ? named_points(a, f, from_url) : UINT64_MAX;
	return p->has_name && p->some_reasons ? mask : mask & ~limited;
}

/*
 * The same of a list that cannot be used: what is not known to be outside is inside. Who
 * signed it meant what it says of its scope, wherever it was loaded from.
 */
static uint64_t
may_cover(struct asked *a, const struct revfile *f)
{
	const struct crl_points *p = &f->crl.points;

	if (f->crl.fault.ptr == NULL && !is_of_the_kind(a, p))
		return 0;
	if (p->url_count == 0)
		return UINT64_MAX;
	return named_points(a, f, false);
}

/* --- one list ---------------------------------------------------------------------- */

struct flaw { /* why a list of the issuer cannot be used; REASON_NONE: it can */
	enum reason reason;
	struct str why;
};

/*
 * RFC 5280 sections 5.2 and 5.3: a list with an unknown critical extension must not be
 * used. Indirect ones are not supported.
 */
static struct flaw
kind_flaw(const struct asked *a, const struct crl *c)
{
	if (c->unknown_critical)
		return (struct flaw){ REASON_CRL_UNSUPPORTED,
			arena_printf(a->ask->mem,
			    "has the critical extension %.*s, which is not known",
			    STR_ARG(c->unknown_critical_oid)) };
	if (c->points.indirect)
		return (struct flaw){ REASON_CRL_UNSUPPORTED,
			STR("is indirect: it speaks for other issuers, too") };
	return (struct flaw){ REASON_NONE, STR_NONE };
}

static struct flaw
flaw_of(const struct asked *a, const struct crl *c)
{
	const struct cert_info *i = cert_info(a->ask->issuer);

	if (c->fault.ptr != NULL)
		return (struct flaw){ REASON_CRL_MALFORMED,
			arena_printf(
			    a->ask->mem, "cannot be read (%.*s)", STR_ARG(c->fault)) };
	if (i->has_ku && (i->ku & USAGE_CRL_SIGN) == 0)
		return (struct flaw){ REASON_CRL_BAD_SIGNATURE,
			STR("is of an issuer whose key usage lacks cRLSign") };
	if (c->weak)
		return (struct flaw){ REASON_CRL_BAD_SIGNATURE,
			STR("has a signature with a weak or unknown algorithm") };
	if (revdata_future(c->this_update, a->ask->time))
		return (struct flaw){ REASON_CRL_NOT_YET_VALID,
			STR("is from the future") };
	return kind_flaw(a, c);
}

static bool
key_differs(const struct asked *a, const struct crl *c)
{
	const struct cert_info *i = cert_info(a->ask->issuer);

	return c->aki.len > 0 && i->ski.len > 0 && !bytes_equal(c->aki, i->ski);
}

/*
 * Is the list by the key of this issuer? The name alone proves nothing, and a key
 * identifier only helps to choose (RFC 5280 section 5.2.1): the signature decides.
 */
static bool
is_of_issuer(struct asked *a, const struct revfile *f)
{
	bool differs = key_differs(a, &f->crl);
	struct str why = STR("is not signed by the key of the issuer");

	if (revoked_list_signed(a->ask->r, &f->crl, a->ask->issuer)) {
		if (differs)
			revoked_note(a->ask, f, REASON_CRL_KEY_IDENTIFIER,
			    STR("names another key than that of the issuer, which "
				"signed it"));
		return true;
	}
	if (differs)
		why = STR("is of another key of an issuer with this name");
	lists_tell(a, f, REASON_CRL_BAD_SIGNATURE, why);
	revoked_note(a->ask, f, REASON_CRL_BAD_SIGNATURE, why);
	return false;
}

/* Does some entry count? */
static bool
names(const struct revoked_ask *ask, struct revoked_entries e)
{
	for (size_t i = 0; i < e.n; i++)
		if (!lists_before_invalidity(ask, &e.v[i]))
			return true;
	return false;
}

static bool
unreadable(struct revoked_entries e)
{
	for (size_t i = 0; i < e.n; i++)
		if (e.v[i].unusable)
			return true;
	return false;
}

/* Said in doubt of what is older; kept also for what says good without a list. */
static void
news_add(struct asked *a, const struct news *n)
{
	if (n->revokes)
		revoked_news_take(&a->out->bad, &n->told);
	else if (n->names || n->covers != 0)
		revoked_news_take(&a->out->doubt, &n->told);
	VEC_PUSH(a->ask->mem, &a->news, *n);
}

/* A list that can be used names the certificate: a hold, or an entry without a meaning. */
static void
usable_news(struct asked *a, const struct revfile *f, struct revoked_entries entries)
{
	bool hold = !unreadable(entries);
	struct news n = { .file = f, .usable = true, .names = true };

	n.told = (struct revoked_news){ .source = lists_source(f),
		.reason = hold ? REASON_CRL_STALE : REASON_CRL_ENTRY,
		.why = hold ? STR("has the certificate on hold")
			    : STR("names the certificate in an entry that cannot be used") };
	if (names(a->ask, entries))
		news_add(a, &n);
}

static void
flawed_news(struct asked *a, const struct revfile *f, const struct flaw *flaw,
    struct revoked_entries entries)
{
	const struct crl_entry *e = revoking(a->ask, entries);
	struct news n = { .file = f, .names = names(a->ask, entries) };

	n.covers = may_cover(a, f);
	n.revokes = e != NULL;
	n.told = (struct revoked_news){ .source = lists_source(f),
		.reason = flaw->reason,
		.why = flaw->why };
	if (e != NULL) {
		n.told.revoked_at = e->date;
		n.told.revocation_reason = e->reason;
	}
	lists_tell(a, f, flaw->reason, flaw->why);
	revoked_note(a->ask, f, flaw->reason, flaw->why);
	/* At a chosen time, what is later counts against the certificate only. */
	if (flaw->reason == REASON_CRL_NOT_YET_VALID && a->ask->time_chosen && !n.names)
		return;
	news_add(a, &n);
}

static void
list_take(struct asked *a, const struct revfile *f)
{
	struct opinion o = { .file = f };
	struct flaw flaw;

	if (!is_of_issuer(a, f))
		return;
	if (f->crl.points.only_attributes) {
		lists_tell(a, f, REASON_CRL_UNSUPPORTED,
		    STR("is of attribute certificates"));
		return;
	}
	o.entries = entries_of(a, &f->crl);
	flaw = flaw_of(a, &f->crl);
	if (flaw.reason != REASON_NONE) {
		flawed_news(a, f, &flaw, o.entries);
		return;
	}
	usable_news(a, f, o.entries);
	convict(a, f, o.entries);
	o.fresh = lists_fresh(a->ask, &f->crl);
	o.covers = lists_covered(a, f);
	if (o.covers == 0 && o.entries.n == 0)
		revoked_note(a->ask, f, REASON_CRL_SCOPE,
		    STR("is of another distribution point, or kind of certificates"));
	if (!f->crl.is_delta)
		VEC_PUSH(a->ask->mem, &a->bases, o);
	else if (o.fresh)
		VEC_PUSH(a->ask->mem, &a->deltas, f);
}

/* --- all of them ------------------------------------------------------------------- */

static int
compare_bases(const void *x, const void *y)
{
	const struct opinion *a = x, *b = y;
	int c = lists_scope_cmp(&a->file->crl, &b->file->crl);

	if (c == 0)
		c = b->fresh - a->fresh;
	if (c == 0)
		c = lists_age_cmp(&b->file->crl, &a->file->crl);
	if (c == 0)
		c = digest_cmp(&a->file->sha256, &b->file->sha256);
	return c != 0 ? c : digest_cmp(&a->file->url, &b->file->url);
}

static int
compare_deltas(const void *x, const void *y)
{
	const struct revfile *a = *(const struct revfile *const *)x;
	const struct revfile *b = *(const struct revfile *const *)y;
	int c = lists_scope_cmp(&a->crl, &b->crl);

	if (c == 0)
		c = lists_age_cmp(&b->crl, &a->crl);
	if (c == 0)
		c = digest_cmp(&a->sha256, &b->sha256);
	return c != 0 ? c : digest_cmp(&a->url, &b->url);
}

static void
sort_all(struct asked *a)
{
	if (a->bases.n > 1)
		qsort(a->bases.v, a->bases.n, sizeof(*a->bases.v), compare_bases);
	if (a->deltas.n > 1)
		qsort(a->deltas.v, a->deltas.n, sizeof(*a->deltas.v), compare_deltas);
	for (size_t i = 1; i < a->bases.n; i++)
		a->bases.v[i].group =
		    lists_scope_cmp(&a->bases.v[i - 1].file->crl,
			&a->bases.v[i].file->crl) == 0
			? a->bases.v[i - 1].group
			: i;
}

void
lists_gather(struct asked *a)
{
	const struct revfile *f;
	size_t at = 0;

	while ((f = revdata_next_crl(a->ask->r->data, a->cert->issuer_der, &at)) != NULL &&
	    !revoked_late(a->ask))
		list_take(a, f);
	sort_all(a);
}

/*
 * Numbers of different scopes have nothing to do with each other: there the time says
 * which is newer. A list that can be used and is not out of date speaks for itself there.
 */
static bool
usable_is_newer(const struct asked *a, const struct revfile *f, const struct opinion *o,
    const struct revfile *newest)
{
	if (lists_scope_cmp(&f->crl, &o->file->crl) == 0)
		return lists_age_cmp(&f->crl, &newest->crl) > 0;
	return !lists_fresh(a->ask, &f->crl) &&
	       when_cmp(f->crl.this_update, newest->crl.this_update) > 0;
}

/*
 * By its time or, in one scope, by its number; where neither tells, if it names the
 * certificate.
 */
static bool
flawed_is_newer(
    const struct news *n, const struct opinion *o, const struct revfile *newest)
{
	const struct crl *c = &n->file->crl;
	int by_time = when_cmp(c->this_update, newest->crl.this_update);
	int least = n->names ? 0 : 1;

	if (!n->names && (n->covers & o->covers) == 0)
		return false;
	if (by_time > 0 || lists_scope_cmp(c, &o->file->crl) != 0)
		return by_time >= least;
	return lists_age_cmp(c, &newest->crl) >= least;
}

const struct news *
lists_overtaking(const struct asked *a, const struct opinion *o)
{
	const struct revfile *newest = o->delta != NULL ? o->delta : o->file;
	const struct news *found = NULL;

	for (size_t i = 0; i < a->news.n; i++) {
		const struct news *n = &a->news.v[i];

		if (n->file == o->file || n->file == o->delta)
			continue;
		if (n->usable ? !usable_is_newer(a, n->file, o, newest)
			      : !flawed_is_newer(n, o, newest))
			continue;
		if (n->revokes)
			return n;
		if (found == NULL)
			found = n;
	}
	return found;
}
