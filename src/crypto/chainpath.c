/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths that OpenSSL builds: from the signer of a time-stamp token to an anchor.
 *
 * A path is kept with the window in which all its certificates are valid. Where two
 * certificates have one subject, the builder's choice may depend on the time; such a
 * result serves only the very same time, so that the order of the inputs never changes an
 * answer.
 */
#include <stdlib.h>

#include "crypto/ossl_types.h"

/*
 * Answers for one moment each could fill the memory and slow every search: so many are
 * kept.
 */
enum { DEPTH_MOST = 10, SECURITY_LEVEL = 2, EXACT_MOST = 64 };

struct chain_store {
	struct digest digest; /* of the set of anchors */
	X509_STORE *store;
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

void
chainpath_clear(struct chains *c)
{
	for (struct chain_store *s = c->stores; s != NULL; s = s->next)
		X509_STORE_free(s->store);
	c->stores = NULL;
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
	s->store = X509_STORE_new();
	if (s->store == NULL)
		memory_exhausted();
	for (size_t i = 0; i < anchors->count; i++) {
		/* An anchor that cannot be read gives no trust. */
		if (certs_get(&s->anchors[s->count], c->certs, anchors->ders[i], NULL,
			NULL) != 0)
			continue;
		if (X509_STORE_add_cert(s->store, s->anchors[s->count]->x509) != 1)
			memory_exhausted();
		s->count++;
	}
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
context_ready(X509_STORE_CTX *ctx, const struct chain_store *store,
    const struct cert *signer, STACK_OF(X509) * extra, struct when time)
{
	X509_VERIFY_PARAM *param;

	if (X509_STORE_CTX_init(ctx, store->store, signer->x509, extra) != 1 ||
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
	return X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_CHECK_SS_SIGNATURE) == 1;
}

static const struct cert *
cert_of(const X509 *x, const struct chain_path *key)
{
	if (x == key->signer->x509)
		return key->signer;
	for (size_t i = 0; i < key->store->count; i++)
		if (x == key->store->anchors[i]->x509)
			return key->store->anchors[i];
	for (size_t i = 0; i < key->extra_count; i++)
		if (x == key->extra[i]->x509)
			return key->extra[i];
	return NULL;
}

/* Issuers that name their purposes must name this one (what OpenSSL does not look at). */
static bool
issuers_fit(const struct chain *chain)
{
	const struct cert_info *info;

	for (size_t i = 1; i < chain->count; i++) {
		info = cert_info(chain->certs[i]);
		if (info->has_eku && (info->eku & (EKU_TIME | EKU_ANY)) == 0)
			return false;
	}
	return true;
}

static bool
ends_in_anchor(const struct chain *chain, const struct chain_store *store)
{
	for (size_t i = 0; i < store->count; i++)
		if (chain->count > 0 &&
		    chain->certs[chain->count - 1] == store->anchors[i])
			return true;
	return false;
}

/*
 * The found path as our own certificates, or NULL if anything about it is not as it must
 * be.
 */
static const struct chain *
path_keep(struct chains *c, const struct chain_path *key, const STACK_OF(X509) * found)
{
	int n = sk_X509_num(found);
	const struct cert **certs;
	struct chain *chain;

	if (n < 1)
		return NULL;
	chain = arena_alloc(&c->mem, sizeof(*chain));
	certs = arena_array(&c->mem, (size_t)n, sizeof(*certs));
	for (int i = 0; i < n; i++) {
		certs[i] = cert_of(sk_X509_value(found, i), key);
		if (certs[i] == NULL)
			return NULL;
	}
	chain->certs = certs;
	chain->count = (size_t)n;
	if (certs[0] != key->signer || !ends_in_anchor(chain, key->store) ||
	    !issuers_fit(chain) ||
	    chain_valid(chain, key->time, key->time, NULL) != REASON_NONE)
		return NULL;
	chain_check(chain, CHAIN_TIMESTAMPING);
	return chain;
}

static const struct chain *
path_build(struct chains *c, const struct chain_path *key)
{
	AUTO(X509_STORE_CTX_free) X509_STORE_CTX *ctx = NULL;
	struct ossl *lib = c->certs->lib;
	const struct chain *chain = NULL;
	STACK_OF(X509) * extra;

	ossl_forget();
	ctx = X509_STORE_CTX_new_ex(lib->ctx, NULL);
	extra = sk_X509_new_null();
	if (ctx == NULL || extra == NULL)
		memory_exhausted();
	for (size_t i = 0; i < key->extra_count; i++)
		if (sk_X509_push(extra, key->extra[i]->x509) <= 0)
			memory_exhausted();
	lib->counts.chains_built++;
	if (context_ready(ctx, key->store, key->signer, extra, key->time) &&
	    X509_verify_cert(ctx) == 1)
		chain = path_keep(c, key, X509_STORE_CTX_get0_chain(ctx));
	sk_X509_free(extra);
	ossl_forget();
	return chain;
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
	if (p->exact)
		return when_cmp(p->time, key->time) == 0;
	return chain_valid(p->chain, key->time, key->time, NULL) == REASON_NONE;
}

const struct chain *
chain_build(struct chains *cache, const struct cert *signer,
    const struct cert *const *extra, size_t extra_count,
    const struct chain_anchors *anchors, struct when time)
{
	struct chain_path key = { .signer = signer, .time = time }, *kept, **bucket;
	const struct cert **list;
	size_t met = 0;

	if (anchors->count == 0)
		return NULL;
	key.store = store_get(cache, anchors);
	key.extra_count = extra_count;
	list = xmalloc((extra_count + 1) * sizeof(*list));
	for (size_t i = 0; i < extra_count; i++)
		list[i] = extra[i];
	key.extra = list;
	bucket = &cache->paths[signer->info.sha256.value[0]];
	for (kept = *bucket; kept != NULL && !serves(kept, &key); kept = kept->next)
		met += kept->exact;
	if (kept == NULL) {
		kept = arena_alloc(&cache->mem, sizeof(*kept));
		*kept = key;
		kept->extra = arena_array(&cache->mem, extra_count + 1, sizeof(*list));
		memcpy(kept->extra, list, extra_count * sizeof(*list));
		kept->chain = path_build(cache, kept);
		kept->exact = kept->chain == NULL || ambiguous(kept);
		kept->next = *bucket;
		if (!kept->exact || met < EXACT_MOST)
			*bucket = kept;
	}
	free(list);
	return kept->chain;
}
