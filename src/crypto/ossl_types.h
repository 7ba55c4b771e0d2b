/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_OSSL_TYPES_H
#define CRYPTO_OSSL_TYPES_H
/*
 * What the files of this folder share of OpenSSL. No header outside crypto/ includes
 * this.
 */
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/map.h"
#include "crypto/algid.h"
#include "crypto/chain.h"
#include "crypto/ossl.h"
#include "crypto/rawsig.h"

DEFINE_AUTO(X509, X509_free)
DEFINE_AUTO(EVP_MD_CTX, EVP_MD_CTX_free)
DEFINE_AUTO(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
DEFINE_AUTO(X509_STORE_CTX, X509_STORE_CTX_free)

struct ossl {
	OSSL_LIB_CTX *ctx;
	OSSL_PROVIDER *provider;
	EVP_MD *md[DIGEST_SHA512 + 1]; /* by enum digest_alg; fetched once */
	EVP_MD_CTX *md_ctx; /* for rawsig; never busy between calls */
	struct ossl_counts counts;
};

/*
 * One prepared verification context of a key; performance: preparing costs as much as
 * hashing.
 */
struct cert_verifier {
	EVP_PKEY_CTX *ctx;
	enum rawsig_kind kind;
	enum digest_alg hash;
};

struct cert_memo { /* "is it signed by that one?" */
	const struct cert *issuer;
	bool yes;
};

struct cert_cache { /* what changes behind a const struct cert */
	struct cert_verifier verifier;
	struct cert_memo memos[8]; /* more issuers than that are not remembered */
	size_t memo_count;
};

struct cert {
	struct cert_info info;
	struct ossl *lib;
	struct bytes der; /* own copy, which info views */
	X509 *x509;
	EVP_PKEY *key; /* borrowed from x509; NULL if OpenSSL knows no such key */
	bool key_usable; /* decoded, and of a size that may be computed with */
	enum reason ca_key_reason; /* why the key may not sign certificates, or NONE */
	NAME_CONSTRAINTS *constraints; /* NULL: none */
	/* A critical subjectAltName or nameConstraints of kinds that nobody compares. */
	bool only_other_names;
	enum reason refusal; /* what certs_get says; NONE: sound */
	size_t refusal_offset;
	struct str refusal_text;
	struct str subject_text, issuer_text;
	struct cert_cache *cache;
	struct arena mem; /* holds this struct too */
};

struct certs { /* each distinct one once */
	struct ossl *lib;
	struct hasher *hasher;
	struct limits limits;
	struct arena mem;
	VEC(struct cert *) all; /* in the order they came */
	struct map by_digest; /* to places in it */
};

struct chains {
	struct certs *certs;
	struct arena mem;
	VEC(struct chain_entry *) checked; /* delivered chains */
	struct map by_certs;
	VEC(struct chain_path *) paths; /* built ones: of each signer a list, the newest first */
	struct map by_signer;
	struct chain_store *stores; /* one per set of anchors */
};

/*
 * Are all names of a stamper's chain allowed by the constraints above them, as the Notary Project's verifier
 * sees it? If not: the certificate, and the one that constrains it.
 */
bool stampnames_allowed(const struct chain *chain, size_t *at, size_t *above);

/* Forget OpenSSL's error queue: an old entry must not be taken for a new one. */
static inline void
ossl_forget(void)
{
	ERR_clear_error();
}

/*
 * Parts of reading a certificate whose frame is sound; both fill c->info. The key: fails
 * with cert.not-der. The extensions: fails with cert.extension and limit.cert.
 */
/* For display: of a key that cannot be read "unknown". Bits: 0 where the name does not tell. */
void certkey_name(const char **name, unsigned *bits, struct bytes spki);
int certkey_read(struct cert *c, struct bytes spki, const struct limits *limits,
    const struct where *at, struct err *err);
int certext_read(struct cert *c, struct bytes extensions, const struct limits *limits,
    const struct where *at, struct err *err);
/*
 * What the reference refuses beyond that. First the frame, before OpenSSL reads it, because
 * OpenSSL does not say which name it cannot read; then what it read. Both keep the first fault
 * in c->refusal.
 */
struct cert_parts {
	struct bytes signature_alg, spki, extensions;
};
void certstrict_frame(struct cert *c, const struct cert_parts *parts);
void certstrict_content(struct cert *c, const struct cert_parts *parts);

#endif
