/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H
/*
 * Digests in the sense of the OCI image specification (descriptor.md, "Digests"): an algorithm and
 * its value. Only sha256, sha384 and sha512 with exact lower-case hex are computed.
 */
#include "base/err.h"

enum digest_alg { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
#define DIGEST_MOST 64          /* octets of the longest value */
#define DIGEST_TEXT 136         /* room for "sha512:" + 128 hex + NUL */

struct digest {                 /* a value: copy and compare it */
	enum digest_alg alg;
	uint8_t value[DIGEST_MOST];     /* the rest is zero */
};

size_t digest_len(enum digest_alg alg);                 /* octets; 0 for DIGEST_NONE */
const char *digest_alg_name(enum digest_alg alg);       /* "sha256" */
struct bytes digest_value(const struct digest *d);
bool digest_equal(const struct digest *a, const struct digest *b);
int digest_cmp(const struct digest *a, const struct digest *b);         /* algorithm, then value */
void digest_format(char out[DIGEST_TEXT], const struct digest *d);

/*
 * Parse "algorithm:hex". Fails with digest.malformed (grammar, upper case, wrong length) or
 * digest.unsupported (well-formed, but an algorithm that cannot be computed).
 */
int digest_parse(struct digest *out, struct str text, const struct where *at, struct err *err);
/* The same from a blob path's two parts: "sha256", "<hex>". */
int digest_from_parts(struct digest *out, struct str alg, struct str hex, const struct where *at,
    struct err *err);

/*
 * Streaming hash. One hasher per worker is reused: contexts and algorithms are fetched once
 * (hasher_new), so that a blob costs no look-up. Not re-entrant.
 */
struct hasher;
struct ossl;                    /* crypto/ossl.h: a worker's library context */
struct hasher *hasher_new(struct ossl *lib);
struct hasher *hasher_beside(const struct hasher *h);   /* a second stream at the same time */
void hasher_free(struct hasher *h);
DEFINE_AUTO(struct hasher, hasher_free)
void hasher_begin(struct hasher *h, enum digest_alg alg);
void hasher_add(struct hasher *h, struct bytes data);
void hasher_end(struct hasher *h, struct digest *out);
/* All three at once. */
void hasher_of(struct hasher *h, enum digest_alg alg, struct bytes data, struct digest *out);

#endif
