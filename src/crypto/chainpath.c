/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths from the signer of a time-stamp token to an anchor. Every path that the certificates at
 * hand allow is looked at, in an order of its own, so that the order in which they were delivered
 * never changes an answer; the first one that is sound and that OpenSSL verifies, too, is taken, and
 * the further ones are kept behind it. Where none is, the first one tells what is wrong with it.
 *
 * A path is kept with the window in which all its certificates are valid. Where two
 * certificates have one subject, the choice may depend on the time; such a result serves only the
 * very same time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/ossl_types.h"

/*
 * Answers for one moment each could fill the memory and slow every search: so many are
 * kept.
 */
enum { DEPTH_MOST = 10, SECURITY_LEVEL = 2, EXACT_MOST = 64 };
/* Certificates that sign each other cannot keep the search busy. */
enum { STEPS_MOST = 512 };

struct chain_store {
	struct digest digest; /* of the set of anchors */
	const struct cert **anchors;
	size_t count;
	struct chain_store *next;
};

struct chain_path {
	const struct cert *signer;
	const struct cert **extra;
	size_t extra_count;
	const struct chain_store *store;
	bool exact; /* serves `time` alone, not the window */
	struct when time;
	const struct chain *chain; /* NULL: there is none */
	struct chain_path *next;
};

static int
by_digest(const void *a, const void *b)
{
	const struct cert *x = *(const struct cert *const *)a;
	const struct cert *y = *(const struct cert *const *)b;

	return digest_cmp(&x->info.sha256, &y->info.sha256);
}

static const struct chain_store *
store_get(struct chains *c, const struct chain_anchors *anchors)
{
	struct chain_store *s;

	for (s = c->stores; s != NULL; s = s->next)
		if (digest_equal(&s->digest, &anchors->digest))
			return s;
	s = arena_alloc(&c->mem, sizeof(*s));
	s->digest = anchors->digest;
	s->anchors = arena_array(&c->mem, anchors->count, sizeof(*s->anchors));
	for (size_t i = 0; i < anchors->count; i++) {
		/* An anchor that cannot be read gives no trust. */
		if (certs_get(&s->anchors[s->count], c->certs, anchors->ders[i], NULL,
			NULL) != 0)
			continue;
		s->count++;
	}
	if (s->count > 1)
		qsort(s->anchors, s->count, sizeof(*s->anchors), by_digest);
	s->next = c->stores;
	c->stores = s;
	return s;
}

/*
 * Two of OpenSSL's refusals are not ours.
 *
 * It takes the end of the validity as the first moment after it; RFC 5280 section 4.1.2.5
 * says "inclusive". And it calls a signer unfit whose extendedKeyUsage names timeStamping
 * and something else, or is not critical: the caller's own rule refuses that signer with
 * the right words.
 */
static int
on_fault(int ok, X509_STORE_CTX *ctx)
{
	const X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509 *cert = X509_STORE_CTX_get_current_cert(ctx);
	bool forgiven = false;
	uint32_t usage;

	if (ok == 1 || cert == NULL)
		return ok;
	if (X509_STORE_CTX_get_error(ctx) == X509_V_ERR_CERT_HAS_EXPIRED) {
		forgiven = ASN1_TIME_cmp_time_t(X509_get0_notAfter(cert),
			       X509_VERIFY_PARAM_get_time(param)) == 0;
	} else if (X509_STORE_CTX_get_error(ctx) == X509_V_ERR_INVALID_PURPOSE &&
		   X509_STORE_CTX_get_error_depth(ctx) == 0) {
		usage = X509_get_extended_key_usage(cert);
		forgiven = usage != UINT32_MAX && (usage & XKU_TIMESTAMP) != 0;
	}
	if (forgiven)
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return forgiven;
}

static bool
context_ready(X509_STORE_CTX *ctx, X509_STORE *store, const struct cert *signer,
    STACK_OF(X509) * extra, struct when time)
{
	X509_VERIFY_PARAM *param;

	if (X509_STORE_CTX_init(ctx, store, signer->x509, extra) != 1 ||
	    X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_TIMESTAMP_SIGN) != 1)
		return false;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)time.sec);
	X509_VERIFY_PARAM_set_depth(param, DEPTH_MOST);
	/*
	 * "Not set" would let MD5, SHA-1 and short keys pass
	 * (X509_VERIFY_PARAM_set_flags(3)).
	 */
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	X509_STORE_CTX_set_verify_cb(ctx, on_fault);
	/* RFC 5280 section 6.1: any policy is wanted, but a certificate may demand that there is one. */
	return X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy)) == 1 &&
	       X509_VERIFY_PARAM_set_flags(
		   param, X509_V_FLAG_CHECK_SS_SIGNATURE | X509_V_FLAG_POLICY_CHECK) == 1;
}

/* Exactly this path, by OpenSSL: only its last certificate is trusted. */
static bool
library_agrees(struct ossl *lib, const struct chain *chain, struct when time)
{
	AUTO(X509_STORE_CTX_free) X509_STORE_CTX *ctx = NULL;
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *extra = sk_X509_new_null();
	bool yes;

	ossl_forget();
	ctx = X509_STORE_CTX_new_ex(lib->ctx, NULL);
	if (ctx == NULL || store == NULL || extra == NULL ||
	    X509_STORE_add_cert(store, chain->certs[chain->count - 1]->x509) != 1)
		memory_exhausted();
	for (size_t i = 1; i + 1 < chain->count; i++)
		if (sk_X509_push(extra, chain->certs[i]->x509) <= 0)
			memory_exhausted();
	lib->counts.chains_built++;
	yes = context_ready(ctx, store, chain->certs[0], extra, time) &&
	      X509_verify_cert(ctx) == 1 &&
	      sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) == (int)chain->count;
	X509_STORE_CTX_cleanup(ctx);
	sk_X509_free(extra);
	X509_STORE_free(store);
	ossl_forget();
	return yes;
}

static void
broken(struct chain *chain, size_t at, enum reason reason, const char *what)
{
	chain->reason = reason;
	chain->reason_at = at;
	snprintf(chain->detail, sizeof(chain->detail), "certificate %zu of the path %s",
	    at, what);
}

/* Issuers that name their purposes must name this one (what OpenSSL does not look at). */
static void
issuers_check(struct chain *chain)
{
	const struct cert_info *info;

	for (size_t i = 1; i < chain->count && chain->reason == REASON_NONE; i++) {
		info = cert_info(chain->certs[i]);
		if (info->has_eku && (info->eku & (EKU_TIME | EKU_ANY)) == 0)
			broken(
			    chain, i, REASON_TSA_EKU, "may not vouch for time stamping");
	}
}

static bool
has_extension(const struct cert *c, int nid)
{
	return X509_get_ext_by_NID(c->x509, nid, -1) >= 0;
}

/*
 * RFC 5280 section 6.1.3 (d): where anyPolicy is inhibited it does not count. OpenSSL lets it count for
 * what is mapped, so that the two together are refused.
 */
static void
policies_check(struct chain *chain)
{
	bool inhibited = false;

	for (size_t i = chain->count - 1; i-- > 0 && chain->reason == REASON_NONE;) {
		inhibited = inhibited || has_extension(chain->certs[i], NID_inhibit_any_policy);
		if (inhibited && has_extension(chain->certs[i], NID_policy_mappings))
			broken(chain, i, REASON_TSA_NOT_TRUSTED,
			    "maps policies where anyPolicy is inhibited");
	}
}

static void
validity_check(struct chain *chain, struct when time)
{
	enum reason reason;
	size_t at;

	if (chain->reason != REASON_NONE)
		return;
	reason = chain_valid(chain, time, time, &at);
	if (reason == REASON_CERT_EXPIRED)
		broken(chain, at, reason, "had expired at the time of the token");
	else if (reason != REASON_NONE)
		broken(chain, at, reason, "was not yet valid at the time of the token");
}

/* --- the search --- */

struct search {
	struct chains *cache;
	const struct chain_path *key;
	const struct cert *path[DEPTH_MOST + 2];
	size_t next[DEPTH_MOST + 2]; /* candidate to try behind path[i] */
	size_t depth; /* certificates in path */
	size_t steps;
	struct chain *best; /* the first sound one, or else the first that reached an anchor */
	struct chain *last; /* of the sound ones */
};

/* Anchors first: the shortest way out. */
static const struct cert *
candidate(const struct chain_path *key, size_t n)
{
	return n < key->store->count ? key->store->anchors[n]
				     : key->extra[n - key->store->count];
}

static bool
is_anchor(const struct chain_store *store, const struct cert *c)
{
	for (size_t i = 0; i < store->count; i++)
		if (store->anchors[i] == c)
			return true;
	return false;
}

static bool
on_path(const struct search *s, const struct cert *c)
{
	for (size_t i = 0; i < s->depth; i++)
		if (s->path[i] == c)
			return true;
	return false;
}

/* RFC 5280 section 4.2.1.10, as OpenSSL sees it and as the Notary Project's verifier does. */
static void
names_check(struct chains *c, struct chain *chain)
{
	const struct chain *names;
	size_t at, above;

	if (chain->reason != REASON_NONE)
		return;
	names = chain_names(c, chain);
	if (names->reason != REASON_NONE) {
		*chain = *names;
	} else if (!stampnames_allowed(chain, &at, &above)) {
		broken(chain, at, REASON_CERT_NAME_CONSTRAINTS,
		    "has a name that a certificate above it does not allow");
	}
}

/* Whole: judged, and kept if it is sound. */
static void
path_judge(struct search *s)
{
	struct chains *c = s->cache;
	struct chain *chain = arena_alloc(&c->mem, sizeof(*chain));
	const struct cert **certs = arena_array(&c->mem, s->depth, sizeof(*certs));

	memcpy(certs, s->path, s->depth * sizeof(*certs));
	chain->certs = certs;
	chain->count = s->depth;
	chain_check(chain, CHAIN_TIMESTAMPING);
	issuers_check(chain);
	policies_check(chain);
	validity_check(chain, s->key->time);
	names_check(c, chain);
	if (chain->reason == REASON_NONE &&
	    !library_agrees(c->certs->lib, chain, s->key->time))
		return;
	/* What is wrong with the signer alone is the caller's to say, for every path. */
	if (s->last == NULL && (s->best == NULL || chain->reason == REASON_NONE))
		s->best = chain;
	if (chain->reason != REASON_NONE)
		return;
	if (s->last != NULL)
		s->last->other = chain;
	s->last = chain;
}

/* Is candidate `n` one that comes earlier, too? Equal ones stand beside each other, but for anchors. */
static bool
tried(const struct search *s, size_t n)
{
	const struct cert *c = candidate(s->key, n);

	return (n > 0 && candidate(s->key, n - 1) == c) ||
	       (n >= s->key->store->count && is_anchor(s->key->store, c));
}

/* The next certificate behind the last one, or one step back. */
static void
advance(struct search *s)
{
	size_t total = s->key->store->count + s->key->extra_count, at = s->depth - 1;
	const struct cert *tip = s->path[at], *c;

	while (s->depth <= DEPTH_MOST && s->next[at] < total) {
		c = candidate(s->key, s->next[at]++);
		if (tried(s, s->next[at] - 1) || on_path(s, c) ||
		    !bytes_equal(tip->info.issuer_der, c->info.subject_der))
			continue;
		s->steps++;
		if (!cert_signed_by(tip, c))
			continue;
		s->path[s->depth] = c;
		s->next[s->depth++] = 0;
		return;
	}
	s->depth--;
}

static const struct chain *
path_build(struct chains *c, const struct chain_path *key)
{
	struct search s = { .cache = c, .key = key, .depth = 1 };
	const struct cert *tip;

	s.path[0] = key->signer;
	while (s.depth > 0 && s.steps < STEPS_MOST) {
		tip = s.path[s.depth - 1];
		if (!cert_self_signed(tip)) {
			advance(&s);
			continue;
		}
		if (is_anchor(key->store, tip))
			path_judge(&s);
		s.depth--;
	}
	/* One that nobody looked at may hold a certificate that was revoked. */
	if (s.depth > 0 && s.last != NULL) {
		s.best->reason = REASON_TSA_NOT_TRUSTED;
		snprintf(s.best->detail, sizeof(s.best->detail),
		    "more paths to an anchor than are looked at");
	}
	return s.best;
}

/* Has the builder a choice between two certificates with one subject? */
static bool
ambiguous(const struct chain_path *key)
{
	size_t total = key->extra_count + key->store->count;
	const struct cert *a, *b;

	for (size_t i = 0; i < total; i++)
		for (size_t k = 0; k < i; k++) {
			a = i < key->extra_count
				? key->extra[i]
				: key->store->anchors[i - key->extra_count];
			b = k < key->extra_count
				? key->extra[k]
				: key->store->anchors[k - key->extra_count];
			if (a != b &&
			    bytes_equal(a->info.subject_der, b->info.subject_der))
				return true;
		}
	return false;
}

static bool
serves(const struct chain_path *p, const struct chain_path *key)
{
	if (p->signer != key->signer || p->store != key->store ||
	    p->extra_count != key->extra_count)
		return false;
	for (size_t i = 0; i < p->extra_count; i++)
		if (p->extra[i] != key->extra[i])
			return false;
	if (p->exact || p->chain->reason != REASON_NONE)
		return when_cmp(p->time, key->time) == 0;
	return chain_valid(p->chain, key->time, key->time, NULL) == REASON_NONE;
}

static bool
is_of_signer(const void *cache, uint32_t at, const void *signer)
{
	return ((const struct chains *)cache)->paths.v[at]->signer == signer;
}

static uint64_t
signer_hash(const struct chains *c, const struct cert *signer)
{
	return map_hash(&c->by_signer, bytes_of(&signer, sizeof(signer)));
}

/* The place of the signer's paths. */
static uint32_t
paths_of(const struct chains *c, const struct cert *signer)
{
	return map_find(&c->by_signer, signer_hash(c, signer), is_of_signer, c, signer);
}

static void
path_keep(struct chains *c, struct chain_path *path)
{
	uint32_t at = paths_of(c, path->signer);

	if (at != MAP_NONE) {
		path->next = c->paths.v[at];
		c->paths.v[at] = path;
		return;
	}
	map_add(&c->by_signer, signer_hash(c, path->signer), (uint32_t)c->paths.n);
	VEC_PUSH(&c->mem, &c->paths, path);
}

const struct chain *
chain_build(struct chains *cache, const struct cert *signer,
    const struct cert *const *extra, size_t extra_count,
    const struct chain_anchors *anchors, struct when time)
{
	struct chain_path key = { .signer = signer, .time = time }, *kept;
	const struct cert **list;
	uint32_t at = paths_of(cache, signer);
	size_t met = 0;

	if (anchors->count == 0)
		return NULL;
	key.store = store_get(cache, anchors);
	key.extra_count = extra_count;
	list = xmalloc((extra_count + 1) * sizeof(*list));
	for (size_t i = 0; i < extra_count; i++)
		list[i] = extra[i];
	if (extra_count > 1)
		qsort(list, extra_count, sizeof(*list), by_digest);
	key.extra = list;
	kept = at == MAP_NONE ? NULL : cache->paths.v[at];
	for (; kept != NULL && !serves(kept, &key); kept = kept->next)
		met += kept->exact;
	if (kept == NULL) {
		kept = arena_alloc(&cache->mem, sizeof(*kept));
		*kept = key;
		kept->extra = arena_array(&cache->mem, extra_count + 1, sizeof(*list));
		memcpy(kept->extra, list, extra_count * sizeof(*list));
		kept->chain = path_build(cache, kept);
		kept->exact = kept->chain == NULL || kept->chain->reason != REASON_NONE ||
			      ambiguous(kept);
		if (!kept->exact || met < EXACT_MOST)
			path_keep(cache, kept);
	}
	free(list);
	return kept->chain;
}
