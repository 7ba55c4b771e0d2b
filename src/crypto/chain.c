/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains as they are delivered: the certificate rules of the Notary Project signature
 * specification ("Certificate Requirements"), and the cache over them.
 *
 * X509_verify_cert is not used here: it builds a path of its own, and takes a leaf for
 * self-signed whose subject and issuer have one name, though another key signed it.
 */
#include "crypto/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/ossl_types.h"

enum { CHAIN_MOST = 32 };

/*
 * What a signer's key must not be for (besides digitalSignature and contentCommitment).
 */
static const unsigned eku_foreign =
    EKU_SERVER | EKU_CLIENT | EKU_EMAIL | EKU_TIME | EKU_OCSP | EKU_ANY;

static bool breaks(struct chain *chain, size_t i, enum reason reason, const char *fmt,
    ...) ATTR_PRINTF(4, 5);

/*
 * Records the rule that certificate `i` breaks; always false, so that a rule is one line.
 */
static bool
breaks(struct chain *chain, size_t i, enum reason reason, const char *fmt, ...)
{
	va_list args;

	chain->reason = reason;
	chain->reason_at = i;
	va_start(args, fmt);
	vsnprintf(chain->detail, sizeof(chain->detail), fmt, args);
	va_end(args);
	return false;
}

static bool
sigalg_allowed(struct chain *chain, size_t i)
{
	const struct cert_info *info = cert_info(chain->certs[i]);

	return !info->weak_sigalg ||
	       breaks(chain, i, REASON_CHAIN_WEAK_SIGALG,
		   "certificate %zu is signed with %s", i, info->signed_with);
}

/* Its key is of a kind and size that may be computed with. */
static bool
key_computable(struct chain *chain, size_t i)
{
	const struct cert *c = chain->certs[i];

	if (c->key_usable)
		return true;
	return breaks(chain, i,
	    c->ca_key_reason != REASON_NONE ? c->ca_key_reason : REASON_KEY_UNSUPPORTED,
	    "certificate %zu has a key of type %s, %u bits", i, c->info.key_name,
	    c->info.key_bits);
}

/*
 * May the certificate sign others at all? Version 3 needs cA, keyUsage if present
 * keyCertSign.
 */
static bool
may_issue(struct chain *chain, size_t i)
{
	const struct cert_info *info = cert_info(chain->certs[i]);

	if ((info->v3 || info->has_bc) && !info->is_ca)
		return breaks(chain, i, REASON_CA_BASIC_CONSTRAINTS,
		    "certificate %zu is no CA and signs certificate %zu", i,
		    i == 0 ? i : i - 1);
	if (info->has_ku && (info->ku & USAGE_CERT_SIGN) == 0)
		return breaks(chain, i, REASON_CA_KEY_USAGE,
		    "certificate %zu lacks keyCertSign", i);
	return true;
}

/* Rule 3: the last of several is a root. */
static bool
root_sound(struct chain *chain, size_t i)
{
	const struct cert *c = chain->certs[i];

	if (!c->info.self_issued)
		return breaks(chain, i, REASON_CHAIN_NO_ROOT,
		    "last certificate is not self-signed");
	if (!sigalg_allowed(chain, i) || !key_computable(chain, i))
		return false;
	if (!cert_signed_by(c, c))
		return breaks(chain, i, REASON_CHAIN_NO_ROOT,
		    "last certificate is not signed by its own key");
	return may_issue(chain, i);
}

bool
chain_is_reversed(const struct chain *chain)
{
	return chain->count > 1 && chain->certs[0]->info.is_ca &&
	       cert_self_signed(chain->certs[0]);
}

/* Rules 4 and 5: no other one is a root, and each is signed by the next. */
static bool
link_sound(struct chain *chain, size_t i)
{
	const struct cert *c = chain->certs[i], *issuer = chain->certs[i + 1];

	if (i == 0 && chain_is_reversed(chain))
		return breaks(chain, i, REASON_CHAIN_EXTRA_SELF_SIGNED,
		    "the chain was delivered root first, want the signer first");
	if (cert_self_signed(c))
		return breaks(chain, i, REASON_CHAIN_EXTRA_SELF_SIGNED,
		    "certificate %zu of %zu is self-signed", i, chain->count);
	if (!bytes_equal(c->info.issuer_der, issuer->info.subject_der))
		return breaks(chain, i, REASON_CHAIN_ORDER,
		    "issuer of certificate %zu is not the subject of the next", i);
	if (!sigalg_allowed(chain, i) || !key_computable(chain, i + 1))
		return false;
	if (!cert_signed_by(c, issuer))
		return breaks(chain, i, REASON_CHAIN_ORDER,
		    "certificate %zu is not signed by the key of the next", i);
	return may_issue(chain, i + 1);
}

/* Rule 2. */
static bool
single_sound(struct chain *chain)
{
	const struct cert *c = chain->certs[0];

	if (!c->info.self_issued)
		return breaks(chain, 0, REASON_CHAIN_SELF_SIGNED_INVALID,
		    "the only certificate is not self-signed");
	if (!sigalg_allowed(chain, 0) || !key_computable(chain, 0))
		return false;
	return cert_signed_by(c, c) ||
	       breaks(chain, 0, REASON_CHAIN_SELF_SIGNED_INVALID,
		   "the only certificate is not signed by its own key");
}

struct word {
	unsigned bit;
	const char *text;
};
/* RFC 5280 sections 4.2.1.3 and 4.2.1.12, in the words of the standard. */
static const struct word usages[] = { { USAGE_KEY_ENCIPHERMENT, "keyEncipherment" },
	{ USAGE_DATA_ENCIPHERMENT, "dataEncipherment" },
	{ USAGE_KEY_AGREEMENT, "keyAgreement" }, { USAGE_CERT_SIGN, "keyCertSign" },
	{ USAGE_CRL_SIGN, "cRLSign" }, { USAGE_ENCIPHER_ONLY, "encipherOnly" },
	{ USAGE_DECIPHER_ONLY, "decipherOnly" }, { 0, NULL } };
static const struct word purposes[] = { { EKU_SERVER, "serverAuth" },
	{ EKU_CLIENT, "clientAuth" }, { EKU_EMAIL, "emailProtection" },
	{ EKU_TIME, "timeStamping" }, { EKU_OCSP, "OCSPSigning" },
	{ EKU_ANY, "anyExtendedKeyUsage" }, { 0, NULL } };

/* The words of all bits that are set, with commas. */
static const char *
words_of(char out[112], const struct word *words, unsigned bits)
{
	size_t n = 0;

	out[0] = '\0';
	for (; words->text != NULL; words++)
		if ((bits & words->bit) != 0 && n < 90)
			n += (size_t)snprintf(
			    out + n, 112 - n, "%s%s", n > 0 ? ", " : "", words->text);
	return out;
}

/* Rules 8 to 13. */
static bool
leaf_sound(struct chain *chain, enum chain_use use)
{
	const struct cert_info *info = cert_info(chain->certs[0]);
	const unsigned allowed = USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION;
	char text[112];

	if (info->is_ca)
		return breaks(chain, 0, REASON_LEAF_IS_CA, "signing certificate is a CA");
	if (!info->has_ku)
		return breaks(chain, 0, REASON_LEAF_KEY_USAGE_MISSING, "no keyUsage");
	if (use == CHAIN_CODE_SIGNING && !info->ku_critical)
		return breaks(chain, 0, REASON_LEAF_KEY_USAGE_NOT_CRITICAL,
		    "keyUsage is not critical");
	if ((info->ku & USAGE_DIGITAL_SIGNATURE) == 0)
		return breaks(
		    chain, 0, REASON_LEAF_KEY_USAGE, "keyUsage lacks digitalSignature");
	if ((info->ku & ~allowed) != 0)
		return breaks(chain, 0, REASON_LEAF_KEY_USAGE,
		    "keyUsage names %s beside digitalSignature",
		    words_of(text, usages, info->ku));
	if (use == CHAIN_CODE_SIGNING && (info->eku & eku_foreign) != 0)
		return breaks(chain, 0, REASON_LEAF_EKU,
		    "extendedKeyUsage names %s, which is not code signing",
		    words_of(text, purposes, info->eku & eku_foreign));
	/* RFC 3161 section 2.3. */
	if (use == CHAIN_TIMESTAMPING &&
	    !(info->eku == EKU_TIME && info->eku_count == 1 && info->eku_critical))
		return breaks(chain, 0, REASON_TSA_EKU,
		    "extendedKeyUsage is not critical timeStamping alone");
	if (info->sigalg == SIGALG_NONE)
		return breaks(chain, 0,
		    info->key_reason != REASON_NONE ? info->key_reason
						    : REASON_KEY_UNSUPPORTED,
		    "signing key of type %s, %u bits", info->key_name, info->key_bits);
	return true;
}

/* Rule 7, and the key. */
static bool
ca_sound(struct chain *chain, size_t i, enum chain_use use)
{
	const struct cert_info *info = cert_info(chain->certs[i]);

	if (!info->has_bc || !info->is_ca || !info->bc_critical)
		return breaks(chain, i, REASON_CA_BASIC_CONSTRAINTS,
		    "basicConstraints of certificate %zu: %s", i,
		    !info->has_bc  ? "missing"
		    : !info->is_ca ? "not a CA"
				   : "not critical");
	/* All certificates between this one and the leaf count, self-issued ones too. */
	if (info->path_len >= 0 && (uint64_t)info->path_len < i - 1)
		return breaks(chain, i, REASON_CA_PATH_LEN,
		    "certificate %zu allows %lld below it, has %zu", i,
		    (long long)info->path_len, i - 1);
	if (!info->has_ku || (info->ku & USAGE_CERT_SIGN) == 0)
		return breaks(chain, i, REASON_CA_KEY_USAGE,
		    "certificate %zu lacks keyCertSign", i);
	if (use == CHAIN_CODE_SIGNING && !info->ku_critical)
		return breaks(chain, i, REASON_CA_KEY_USAGE,
		    "keyUsage of certificate %zu is not critical", i);
	if (chain->certs[i]->ca_key_reason != REASON_NONE)
		return breaks(chain, i, chain->certs[i]->ca_key_reason,
		    "certificate %zu has a key of type %s, %u bits", i, info->key_name,
		    info->key_bits);
	return true;
}

/*
 * What is marked critical and not understood is refused (RFC 5280 section 4.2). For a signing chain
 * this is stricter than the Notary Project, which looks at no other extension there. For a stamper's
 * its verifier builds a path, and takes names of kinds that it does not compare for not understood.
 */
static bool
extensions_sound(struct chain *chain, size_t i, enum chain_use use)
{
	const struct cert *c = chain->certs[i];

	if (c->info.unknown_critical)
		return breaks(chain, i, REASON_CERT_CRITICAL_EXTENSION,
		    "certificate %zu has critical extension %.*s", i,
		    STR_ARG(c->info.unknown_critical_oid));
	return use != CHAIN_TIMESTAMPING || !c->only_other_names ||
	       breaks(chain, i, REASON_CERT_CRITICAL_EXTENSION,
		   "certificate %zu has critical subjectAltName or nameConstraints of kinds "
		   "that are not compared", i);
}

/* RFC 5280 section 4.2.1.10: they hold for every certificate below. */
static bool
constraints_met(struct chain *chain, size_t i)
{
	const struct cert *c = chain->certs[i];
	int result;

	for (size_t k = 0; c->constraints != NULL && k < i; k++) {
		ossl_forget();
		result = NAME_CONSTRAINTS_check(chain->certs[k]->x509, c->constraints);
		ossl_forget();
		if (result != X509_V_OK)
			return breaks(chain, k, REASON_CERT_NAME_CONSTRAINTS,
			    "certificate %zu breaks the name constraints of %zu", k, i);
	}
	return true;
}

static bool
cert_sound(struct chain *chain, size_t i, enum chain_use use)
{
	if (chain->count == 1)
		return single_sound(chain) && leaf_sound(chain, use) &&
		       extensions_sound(chain, 0, use);
	if (i + 1 == chain->count ? !root_sound(chain, i) : !link_sound(chain, i))
		return false;
	if (i == 0 ? !leaf_sound(chain, use) : !ca_sound(chain, i, use))
		return false;
	return extensions_sound(chain, i, use);
}

void
chain_check(struct chain *chain, enum chain_use use)
{
	chain->reason = REASON_NONE;
	chain->reason_at = 0;
	chain->detail[0] = '\0';
	chain->ca_key_weak = false;
	chain->ca_key_weak_at = 0;
	for (size_t i = chain->count; i-- > 1;)
		if (chain->certs[i]->ca_key_reason == REASON_CA_KEY_WEAK) {
			chain->ca_key_weak = true;
			chain->ca_key_weak_at = i;
		}
	if (chain->count == 0)
		breaks(chain, 0, REASON_CHAIN_EMPTY, "no certificate");
	for (size_t i = 0; i < chain->count; i++)
		if (use == CHAIN_NAMES ? !constraints_met(chain, i)
				       : !cert_sound(chain, i, use))
			return;
}

enum reason
chain_valid(const struct chain *chain, struct when from, struct when to, size_t *at)
{
	const struct cert_info *info;

	for (size_t i = 0; i < chain->count; i++) {
		info = cert_info(chain->certs[i]);
		if (at != NULL)
			*at = i;
		if (when_cmp(from, info->not_before) < 0)
			return REASON_CERT_NOT_YET_VALID;
		if (when_cmp(to, info->not_after) > 0)
			return REASON_CERT_EXPIRED;
	}
	if (at != NULL)
		*at = 0;
	/* An empty chain is valid at no time. */
	return chain->count == 0 ? REASON_CHAIN_EMPTY : REASON_NONE;
}

struct chain_entry {
	struct chain chain;
	enum chain_use use;
};

struct chains *
chains_new(struct certs *certs)
{
	struct chains *c = xmalloc(sizeof(*c));

	*c = (struct chains){ .certs = certs };
	arena_init(&c->mem, 0);
	map_init(&c->by_certs, &c->mem);
	map_init(&c->by_signer, &c->mem);
	return c;
}

void
chains_free(struct chains *c)
{
	if (c == NULL)
		return;
	arena_clear(&c->mem);
	free(c);
}

struct chain_key {
	const struct cert *const *certs;
	size_t count;
	enum chain_use use;
};

/* A certificate is its pointer: each distinct one is there once. */
static bool
is_chain(const void *cache, uint32_t at, const void *key)
{
	const struct chain_entry *e = ((const struct chains *)cache)->checked.v[at];
	const struct chain_key *k = key;

	return e->use == k->use && e->chain.count == k->count &&
	       memcmp(e->chain.certs, k->certs, k->count * sizeof(struct cert *)) == 0;
}

/*
 * Interned: the same octets are the same pointer, so that comparing pointers is comparing
 * DER.
 */
static const struct chain *
cache_get(
    struct chains *c, const struct cert *const *certs, size_t count, enum chain_use use)
{
	const struct chain_key key = { certs, count, use };
	const struct bytes parts[] = { bytes_of(&use, sizeof(use)),
		bytes_of(certs, count * sizeof(*certs)) };
	uint64_t hash = map_hash_parts(&c->by_certs, parts, COUNT(parts));
	uint32_t at = map_find(&c->by_certs, hash, is_chain, c, &key);
	struct chain_entry *e;
	const struct cert **kept;

	if (at != MAP_NONE)
		return &c->checked.v[at]->chain;
	e = arena_alloc(&c->mem, sizeof(*e));
	kept = arena_array(&c->mem, count, sizeof(*kept));
	for (size_t i = 0; i < count; i++)
		kept[i] = certs[i];
	e->chain = (struct chain){ .certs = kept, .count = count };
	e->use = use;
	map_add(&c->by_certs, hash, (uint32_t)c->checked.n);
	VEC_PUSH(&c->mem, &c->checked, e);
	chain_check(&e->chain, use);
	return &e->chain;
}

const struct chain *
chain_names(struct chains *cache, const struct chain *chain)
{
	return cache_get(cache, chain->certs, chain->count, CHAIN_NAMES);
}

int
chain_get(const struct chain **out, struct chains *cache, const struct bytes *ders,
    size_t count, enum chain_use use, const struct where *at, struct err *err)
{
	uint64_t most = cache->certs->limits.v[LIMIT_CHAIN];
	const struct cert *certs[CHAIN_MOST];

	if (count == 0)
		return err_set(err, REASON_CHAIN_EMPTY, at, "no certificate");
	if (count > most || count > COUNT(certs))
		return err_set(err, REASON_LIMIT_CHAIN_HIT, at,
		    "chain of %zu certificates, limit %llu", count,
		    (unsigned long long)most);
	for (size_t i = 0; i < count; i++)
		if (certs_get(&certs[i], cache->certs, ders[i], at, err) != 0)
			return -1;
	*out = cache_get(cache, certs, count, use);
	return 0;
}
