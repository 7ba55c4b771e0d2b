/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_WEAKSIG_H
#define CRYPTO_WEAKSIG_H
/*
 * Signatures with algorithms that are not trusted: MD5, SHA-1, parameters that nobody should use.
 *
 * That one holds never makes anything better. It is asked only whether bad news may be passed over:
 * who signed a revocation with SHA-1 meant it all the same.
 */
#include "crypto/cert.h"

/*
 * Is it a signature of the key of `signer` over `message`, by the AlgorithmIdentifier `alg` (DER),
 * whatever that is worth? RSA (PKCS #1 v1.5 and PSS) and ECDSA with any hash that the library
 * knows, Ed25519; false for all else.
 */
bool weaksig_check(const struct cert *signer, struct bytes alg, struct bytes message,
    struct bytes signature);

#endif
