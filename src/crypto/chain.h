/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CHAIN_H
#define CRYPTO_CHAIN_H
/*
 * Certificate chains.
 *
 * A signing chain is checked as delivered: no path building, no reordering (Notary Project
 * signature specification, "Certificate Chain"). Dates are not part of the rules: a chain carries
 * its window of validity, and whoever uses it compares the time that counts with that window, so
 * one cached chain serves every time.
 */
#include "crypto/cert.h"

enum chain_use { CHAIN_CODE_SIGNING, CHAIN_TIMESTAMPING, CHAIN_NAMES };

struct chain {                  /* plain; certificates are borrowed from the intern table */
	const struct cert **certs;
	size_t count;
	enum reason reason;             /* REASON_NONE, or the first rule broken, in the order of the rules */
	size_t reason_at;               /* index of the certificate it is about */
	char detail[160];               /* words for the reason; "" if none */
	bool ca_key_weak;               /* warning ca.key-weak */
	size_t ca_key_weak_at;
	const struct chain *other;      /* of chain_build: a further sound path of the same signer; NULL: none */
};

struct chains;                  /* cache: exact certificates in order + use -> struct chain */
struct chains *chains_new(struct certs *certs);
void chains_free(struct chains *c);
DEFINE_AUTO(struct chains, chains_free)

/*
 * Parse and check the ordered list `ders` (leaf first). *out is borrowed and lives as long as the
 * cache. Fails as certs_get does, with limit.chain, or with chain.empty for no certificate; a broken rule is no
 * failure but out->reason.
 */
int chain_get(const struct chain **out, struct chains *cache, const struct bytes *ders,
    size_t count, enum chain_use use, const struct where *at, struct err *err);
/*
 * The same certificates under the rule that is dear: names against name constraints (RFC 5280
 * section 4.2.1.10). For a chain that an anchor was found for; cached like the others.
 */
const struct chain *chain_names(struct chains *cache, const struct chain *chain);
/* Root first, signer last: a list the wrong way round. */
bool chain_is_reversed(const struct chain *chain);
/* The rules alone, over parsed certificates. */
void chain_check(struct chain *chain, enum chain_use use);

/*
 * Where in the chain is `from`..`to` not inside the validity (both ends inclusive)? REASON_NONE, or
 * cert.not-yet-valid / cert.expired with the index of the first certificate.
 */
enum reason chain_valid(const struct chain *chain, struct when from, struct when to, size_t *at);

/*
 * Path from `signer` to one of `anchors`, evaluated at `time`, intermediates only from `extra`,
 * every certificate fit for time stamping (RFC 3161 2.3). The last certificate is the anchor.
 * The signer must name timeStamping; whether it names it alone and critical is for the caller
 * (chain->reason of the result says so). NULL: no path. All sound paths are looked for; the further ones
 * hang behind the first as `other`, and where there are too many to look at, that is its reason. Built by OpenSSL at security level 2, with the time set; the cache keeps a path with its
 * window and asks OpenSSL again outside of it.
 */
struct chain_anchors {          /* DER of trust anchors; the digest identifies the set */
	const struct bytes *ders;
	size_t count;
	struct digest digest;
};
const struct chain *chain_build(struct chains *cache, const struct cert *signer,
    const struct cert *const *extra, size_t extra_count, const struct chain_anchors *anchors,
    struct when time);

#endif
