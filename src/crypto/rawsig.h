/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_RAWSIG_H
#define CRYPTO_RAWSIG_H
/*
 * One signature over some octets, by the key of a certificate.
 *
 * The key decides the algorithm: RSASSA-PSS with MGF1 of the same hash and salt of hash length
 * (RFC 7518 3.5), ECDSA with r and s as plain octets of exact length, 0 < r, s < n (RFC 7518 3.4).
 */
#include "crypto/cert.h"

/*
 * The signed octets may come in parts (JWS: protected, ".", payload), hashed in order.
 * False for a signature of wrong length, a key that fits no algorithm, or a mismatch.
 */
bool rawsig_check(const struct cert *signer, const struct bytes *parts, size_t count,
    struct bytes signature);

/* Signatures of CMS SignerInfo: hash and kind as named there, DER-encoded ECDSA. */
enum rawsig_kind { RAWSIG_PKCS1, RAWSIG_PSS, RAWSIG_ECDSA_DER };
bool rawsig_check_cms(const struct cert *signer, enum rawsig_kind kind, enum digest_alg hash,
    struct bytes message, struct bytes signature);

#endif
