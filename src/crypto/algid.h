/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_ALGID_H
#define CRYPTO_ALGID_H
/*
 * AlgorithmIdentifier (RFC 5280 section 4.1.1.2) and the algorithms that assay knows by
 * OID. What is not in the table, or has parameters that do not belong to it, is
 * ALGID_OTHER.
 */
#include "codec/der.h"
#include "crypto/digest.h"

enum algid_kind {
	ALGID_OTHER,
	ALGID_HASH, /* SHA-256, SHA-384, SHA-512 */
	ALGID_RSA, /* rsaEncryption: a key, or in CMS PKCS #1 with a hash named elsewhere */
	ALGID_RSA_PKCS1, /* shaNWithRSAEncryption */
	ALGID_RSA_PSS, /* MGF1 of the same hash, salt of hash length */
	ALGID_ECDSA,
	ALGID_ED25519,
	ALGID_EC_KEY,
	ALGID_WEAK /* known and broken or too short: for its name */
};

struct algid {
	enum algid_kind kind;
	enum digest_alg hash;
	const char *name; /* "sha256WithRSAEncryption"; "unknown" */
	struct bytes whole, oid;
	struct der params; /* tag 0: none */
};

/*
 * The SEQUENCE that comes next. False only for a wrong form: an unknown algorithm is
 * ALGID_OTHER.
 */
bool algid_read(struct algid *out, struct cursor *c, enum der_form form);

#endif
