/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy may say but should not. Each warning is about what can be known before any
 * signature is seen; what depends on the signatures is the business of the audit.
 */
#include <stdio.h>

#include "trust/policy_parts.h"

#define DAY_US INT64_C(86400000000)

struct wise {
	struct policycheck *c;
	struct certs *certs;
	const struct policycheck_options *options;
	struct arena scratch;
};

struct subject { /* the statement that a warning is about */
	struct wise *w;
	const struct policy *doc;
	const struct policy_statement *statement;
};

/* A statement with a fault is told about that first. */
static bool
has_fault(const struct policycheck *c, const struct policy *doc, struct str pointer)
{
	for (size_t i = 0; i < c->items.n; i++) {
		const struct policycheck_item *item = &c->items.v[i];
		struct str rest = str_from(item->pointer, pointer.len);

		if (item->fault && str_equal(item->file, doc->doc.path) &&
		    str_starts(item->pointer, pointer) &&
		    (rest.len == 0 || rest.ptr[0] == '/'))
			return true;
	}
	return false;
}

static struct str
pointer_to(const struct subject *s, const char *member)
{
	return arena_printf(
	    &s->w->scratch, "/trustPolicies/%zu%s", s->statement->index, member);
}

static struct str
anchor_path(struct wise *w, const struct anchor_store *store, const struct anchor *a)
{
	return arena_printf(&w->scratch, "%.*s/%.*s/%.*s", STR_ARG(w->c->folder),
	    STR_ARG(store_folder(&w->scratch, store->type, store->name)),
	    STR_ARG(a->file));
}

/* What `assay policy init` left to be filled in. */
static void
wise_examples(const struct subject *s)
{
	const struct policy_statement *p = s->statement;

	for (size_t i = 0; i < p->scope_count; i++)
		if (str_is(p->scopes[i], POLICYCHECK_EXAMPLE_SCOPE))
			policycheck_warn(s->w->c, REASON_POLICY_EXAMPLE, s->doc->doc.path,
			    pointer_to(s, "/registryScopes"),
			    "scope %s: no registry has this name",
			    POLICYCHECK_EXAMPLE_SCOPE);
	for (size_t i = 0; i < p->identities.text_count; i++)
		if (str_is(p->identities.texts[i], POLICYCHECK_EXAMPLE_IDENTITY))
			policycheck_warn(s->w->c, REASON_POLICY_EXAMPLE, s->doc->doc.path,
			    pointer_to(s, "/trustedIdentities"),
			    "identity %s: nobody has this name",
			    POLICYCHECK_EXAMPLE_IDENTITY);
}

static const struct anchor_store *
store_of_type(const struct policy_statement *s, enum store_type type)
{
	for (size_t i = 0; i < s->store_count; i++)
		if (s->stores[i].type == type)
			return s->stores[i].store;
	return NULL;
}

static void
wise_scopes(const struct subject *s)
{
	const struct policy_statement *p = s->statement;

	if (p->level == LEVEL_SKIP && p->scope_count == 1 && str_is(p->scopes[0], "*"))
		policycheck_warn(s->w->c, REASON_POLICY_SKIP_ALL, s->doc->doc.path,
		    pointer_to(s, "/registryScopes/0"),
		    "artifacts of every other repository are not verified");
}

static void
wise_identities(const struct subject *s)
{
	const struct identities *ids = &s->statement->identities;
	struct str path = s->doc->doc.path;

	if (ids->any)
		policycheck_warn(s->w->c, REASON_POLICY_ANY_IDENTITY, path,
		    pointer_to(s, "/trustedIdentities/0"),
		    "identity *: whoever has a certificate below the stores may sign");
	for (size_t i = 0; i < ids->text_count; i++) {
		struct str text = ids->texts[i];
		char member[48];

		if (ids->any || str_starts(text, STR("x509.subject:")))
			continue;
		snprintf(member, sizeof(member), "/trustedIdentities/%zu", i);
		policycheck_warn(s->w->c, REASON_POLICY_UNUSABLE_IDENTITY, path,
		    pointer_to(s, member), "%.*s: nothing but x509.subject can match",
		    STR_ARG(str_upto(text, 200)));
	}
	if (!ids->any && ids->dn_count == 0)
		policycheck_warn(s->w->c, REASON_IDENTITY_NONE_USABLE, path,
		    pointer_to(s, "/trustedIdentities"),
		    "every signature fails: no identity can match");
}

/*
 * A certificate may live for an hour. Signatures of the signing authority's scheme carry a time
 * that is believed, others need a time stamp to outlive their certificate.
 */
static void
wise_timestamps(const struct subject *s)
{
	const struct policy_statement *p = s->statement;

	if (p->actions[VALIDATION_TIMESTAMP] != ACTION_ENFORCE ||
	    store_of_type(p, STORE_CA) == NULL || store_of_type(p, STORE_TSA) != NULL)
		return;
	policycheck_warn(s->w->c, REASON_POLICY_NO_TSA_STORE, s->doc->doc.path,
	    pointer_to(s, "/trustStores"),
	    "no tsa store: signatures of short-lived certificates cannot outlive them");
}

/* Is the same certificate in a ca store of the statement? */
static bool
is_ca_anchor(const struct policy_statement *p, const struct anchor *a)
{
	for (size_t i = 0; i < p->store_count; i++) {
		const struct anchor_store *store = p->stores[i].store;

		for (size_t k = 0; store->type == STORE_CA && k < store->count; k++)
			if (digest_equal(&store->anchors[k].cert.sha256, &a->cert.sha256))
				return true;
	}
	return false;
}

static void
wise_authority(const struct subject *s)
{
	const struct policy_statement *p = s->statement;
	const struct anchor_store *authority = store_of_type(p, STORE_SIGNING_AUTHORITY);

	if (authority == NULL || store_of_type(p, STORE_CA) == NULL)
		return;
	policycheck_warn(s->w->c, REASON_POLICY_SIGNING_AUTHORITY, s->doc->doc.path,
	    pointer_to(s, "/trustStores"),
	    "signingAuthority:%.*s beside a ca store: is there such a service?",
	    STR_ARG(authority->name));
	for (size_t i = 0; i < p->store_count; i++) {
		const struct anchor_store *store = p->stores[i].store;

		if (store->type != STORE_SIGNING_AUTHORITY)
			continue;
		for (size_t k = 0; k < store->count; k++) {
			if (!is_ca_anchor(p, &store->anchors[k]))
				continue;
			policycheck_warn(s->w->c, REASON_POLICY_SHARED_ANCHOR,
			    s->doc->doc.path, pointer_to(s, "/trustStores"),
			    "%.*s is in signingAuthority:%.*s and in a ca store",
			    STR_ARG(store->anchors[k].cert.subject), STR_ARG(store->name));
		}
	}
}

static void
wise_revocation(const struct subject *s)
{
	const struct policycheck *c = s->w->c;

	if (s->statement->actions[VALIDATION_REVOCATION] != ACTION_ENFORCE ||
	    !c->has_revdata || c->revdata.file_count != 0)
		return;
	policycheck_warn(s->w->c, REASON_POLICY_NO_REVOCATION_DATA, s->doc->doc.path,
	    pointer_to(s, "/signatureVerification"), "%s",
	    c->revdata.given
		? "crl/ and ocsp/ hold nothing that can be used: certificates that name OCSP or CRLs fail"
		: "neither crl/ nor ocsp/: certificates that name OCSP or CRLs fail");
}

/* A delta alone tells nothing: it is read together with a whole list (RFC 5280 section 5.2.4). */
static bool
has_list(const struct revdata *d, const struct cert *issuer)
{
	const struct revfile *f;
	size_t at = 0;

	do
		f = revdata_next_crl(d, cert_info(issuer)->subject_der, &at);
	while (f != NULL && f->kind == REVFILE_DELTA);
	return f != NULL;
}

static bool
has_answer(const struct revdata *d, const struct cert *issuer)
{
	for (size_t i = 0; i < d->file_count; i++) {
		const struct revfile *f = d->files[i];

		for (size_t k = 0; f->kind == REVFILE_OCSP && k < f->ocsp.single_count;
		     k++)
			if (ocsp_asks_issuer(&f->ocsp.singles[k], issuer))
				return true;
	}
	return false;
}

/*
 * The chain of a time-stamping authority is not known before a token is seen, but its anchor is:
 * something must tell what the anchor has revoked, a list of its name or an answer about one of
 * its certificates. Of the authorities between nothing can be said here.
 */
static void
wise_tsa_store(const struct subject *s, const struct anchor_store *store)
{
	struct policycheck *c = s->w->c;

	for (size_t i = 0; i < store->count; i++) {
		const struct anchor *a = &store->anchors[i];
		const struct cert *cert;

		if (certs_get(&cert, s->w->certs, a->cert.der, NULL, NULL) != 0 ||
		    has_list(&c->revdata, cert) || has_answer(&c->revdata, cert))
			continue;
		policycheck_warn(c, REASON_POLICY_NO_TSA_REVOCATION_DATA,
		    anchor_path(s->w, store, a), STR_NONE,
		    "neither list nor OCSP response of %.*s; authorities below it are not known yet",
		    STR_ARG(a->cert.subject));
	}
}

static void
wise_tsa(const struct subject *s)
{
	const struct policy_statement *p = s->statement;

	/* The revocation of its chain counts for the time stamp, whatever revocation says. */
	if (p->actions[VALIDATION_TIMESTAMP] != ACTION_ENFORCE || !s->w->c->has_revdata)
		return;
	for (size_t i = 0; i < p->store_count; i++)
		if (p->stores[i].type == STORE_TSA)
			wise_tsa_store(s, p->stores[i].store);
}

static void
wise_statement(const struct subject *s)
{
	wise_examples(s);
	wise_scopes(s);
	if (s->statement->level == LEVEL_SKIP)
		return;
	wise_identities(s);
	wise_timestamps(s);
	wise_authority(s);
	wise_revocation(s);
	wise_tsa(s);
}

/* The place of a scope in its document. */
static struct str
scope_pointer(struct wise *w, const struct policy_scope *s)
{
	size_t i = 0;

	while (i + 1 < s->statement->scope_count &&
	       !str_equal(s->statement->scopes[i], s->scope))
		i++;
	return arena_printf(&w->scratch, "/trustPolicies/%zu/registryScopes/%zu",
	    s->statement->index, i);
}

/*
 * The specification compares scopes as they are written; here a name that means both must meet
 * both.
 */
static void
wise_alike(struct wise *w, const struct policy *doc)
{
	for (size_t i = 1; i < doc->scope_count; i++) {
		const struct policy_scope *a = &doc->scopes[i - 1], *b = &doc->scopes[i];

		if (str_equal(a->normal, b->normal) && !str_equal(a->scope, b->scope))
			policycheck_warn(w->c, REASON_POLICY_SCOPE_ALIKE, doc->doc.path,
			    scope_pointer(w, b), "%.*s and %.*s of statement %.*s",
			    STR_ARG(b->scope), STR_ARG(a->scope),
			    STR_ARG(a->statement->name));
	}
}

static void
wise_document(struct wise *w, const struct policy *doc)
{
	wise_alike(w, doc);
	for (size_t i = 0; i < doc->statement_count; i++) {
		struct subject s = { w, doc, &doc->statements[i] };

		if (!has_fault(w->c, doc, pointer_to(&s, "")))
			wise_statement(&s);
	}
}

/* --- what grows old --- */

static void
wise_anchor(struct wise *w, const struct anchor_store *store, const struct anchor *a)
{
	struct when at = w->options->at;
	struct when soon = when_add_us(at, (int64_t)w->options->warn_days * DAY_US);
	char from[WHEN_TEXT], to[WHEN_TEXT];
	struct str path = anchor_path(w, store, a);

	when_format(from, a->cert.not_before);
	when_format(to, a->cert.not_after);
	if (when_cmp(a->cert.not_before, at) > 0)
		policycheck_warn(w->c, REASON_TRUST_ANCHOR_NOT_YET_VALID, path, STR_NONE,
		    "%.*s: from %s on", STR_ARG(a->cert.subject), from);
	if (when_cmp(a->cert.not_after, at) < 0)
		policycheck_warn(w->c, REASON_TRUST_ANCHOR_EXPIRED, path, STR_NONE,
		    "%.*s: until %s", STR_ARG(a->cert.subject), to);
	else if (when_cmp(a->cert.not_after, soon) < 0)
		policycheck_warn(w->c, REASON_TRUST_ANCHOR_EXPIRING, path, STR_NONE,
		    "%.*s: until %s", STR_ARG(a->cert.subject), to);
}

/* Paths of the policy folder's own data are below it, others are as they were given. */
static struct str
data_path(struct wise *w, struct str path)
{
	const struct revdata_options *o = w->options->revdata;

	if (((o == NULL || o->crl_dir == NULL) && str_starts(path, STR("crl/"))) ||
	    ((o == NULL || o->ocsp_dir == NULL) && str_starts(path, STR("ocsp/"))))
		return arena_printf(
		    &w->scratch, "%.*s/%.*s", STR_ARG(w->c->folder), STR_ARG(path));
	return path;
}

static void
wise_file(struct wise *w, const struct revfile *f)
{
	bool ocsp = f->kind == REVFILE_OCSP, has_next;
	struct when this_update, next_update, at = w->options->at;
	struct str path = data_path(w, f->path);
	char from[WHEN_TEXT], to[WHEN_TEXT];

	revfile_times(f, &this_update, &next_update, &has_next);
	when_format(from, this_update);
	when_format(to, next_update);
	if (revdata_future(this_update, at))
		policycheck_warn(w->c,
		    ocsp ? REASON_OCSP_NOT_YET_VALID : REASON_CRL_NOT_YET_VALID, path,
		    STR_NONE, "thisUpdate %s", from);
	if (!has_next)
		policycheck_warn(w->c,
		    ocsp ? REASON_OCSP_NO_NEXT_UPDATE : REASON_CRL_NO_NEXT_UPDATE, path,
		    STR_NONE, "thisUpdate %s, no nextUpdate", from);
	else if (when_cmp(next_update, at) < 0)
		policycheck_warn(w->c, ocsp ? REASON_OCSP_STALE : REASON_CRL_STALE, path,
		    STR_NONE, "nextUpdate %s", to);
}

static void
wise_revdata(struct wise *w)
{
	const struct revdata *d = &w->c->revdata;

	for (size_t i = 0; i < d->problem_count; i++)
		policycheck_warn(w->c, d->problems[i].reason,
		    data_path(w, d->problems[i].path), STR_NONE, "%.*s",
		    STR_ARG(d->problems[i].detail));
	for (size_t i = 0; i < d->file_count; i++)
		wise_file(w, d->files[i]);
}

void
policycheck_wise(
    struct policycheck *c, struct certs *certs, const struct policycheck_options *options)
{
	struct wise w = { .c = c, .certs = certs, .options = options };

	arena_init(&w.scratch, 0);
	for (size_t d = 0; d < POLICYCHECK_DOCS; d++)
		wise_document(&w, &c->docs[d]);
	for (size_t i = 0; i < c->store_count; i++)
		for (size_t k = 0; k < c->stores[i].count; k++)
			wise_anchor(&w, &c->stores[i], &c->stores[i].anchors[k]);
	if (c->has_revdata)
		wise_revdata(&w);
	arena_clear(&w.scratch);
}
