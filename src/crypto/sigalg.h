/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SIGALG_H
#define CRYPTO_SIGALG_H
/*
 * The six signature algorithms of the Notary Project signature specification ("Signature
 * Algorithm Requirements"), in one table: JWA name (RFC 7518 3.1), COSE id (RFC 9053, RFC 8230), key rule.
 */
#include "crypto/digest.h"

enum sigalg {
	SIGALG_NONE,
	SIGALG_PS256, SIGALG_PS384, SIGALG_PS512,
	SIGALG_ES256, SIGALG_ES384, SIGALG_ES512
};

struct sigalg_row {
	enum sigalg id;
	const char *jwa;                /* "PS256" */
	int64_t cose;                   /* -37 */
	const char *text;               /* "RSASSA-PSS-SHA-256", as views print it */
	enum digest_alg hash;
	bool rsa;
	unsigned key_bits;              /* RSA modulus, or EC field: 256, 384, 521 */
	size_t signature_len;           /* octets: modulus length, or 2 * field length (RFC 7518 3.4) */
};

const struct sigalg_row *sigalg_row(enum sigalg id);            /* NULL for SIGALG_NONE */
enum sigalg sigalg_by_jwa(struct str name);
enum sigalg sigalg_by_cose(int64_t id);

#endif
