/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_HANDMADE_H
#define TESTS_LIB_HANDMADE_H
/*
 * JWS envelopes put together by hand, for what forge_envelope() has no word for: a header as a
 * text, an RSA signature with any parameters, a token over any octets.
 */
#include "tests/lib/forge.h"

/* The protected header of an ordinary signature with this alg. */
const char *handmade_protected(struct forge *f, const char *alg);
/* What is signed (RFC 7515 section 5.1). */
struct bytes handmade_input(struct forge *f, const char *protected, struct bytes payload);

struct handmade_rsa {
	const char *hash, *mgf; /* NULL: SHA256; mgf: of MGF1 */
	bool pkcs1; /* else PSS */
	int salt; /* octets, or RSA_PSS_SALTLEN_ of openssl/rsa.h */
};
struct bytes handmade_rsa(
    struct forge *f, EVP_PKEY *key, const struct handmade_rsa *how, struct bytes message);

struct handmade_jws {
	const char *protected;
	struct bytes payload, signature;
	const struct forge_chain *signer;
	struct bytes token; /* empty: none */
};
struct bytes handmade_jws(struct forge *f, const struct handmade_jws *j);

#endif
