/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CERTFACTS_H
#define CRYPTO_CERTFACTS_H
/*
 * A certificate as plain values, for people and the record. They are made of the octets alone, by
 * our own reader: so the process that keeps the record need not believe the one that verified, nor
 * give the octets to a library.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/when.h"
#include "crypto/digest.h"

struct cert;

struct cert_facts {
	struct bytes der;
	struct digest sha256, spki_sha256;
	struct str subject, issuer;     /* RFC 4514, control characters escaped */
	struct str serial;              /* hex */
	struct when not_before, not_after;
	struct str key_name, signed_with;       /* "EC P-256", "sha256WithRSAEncryption" */
	unsigned key_bits;              /* 0: not told by its name */
	bool is_ca;
};

/* Texts live in `mem`, or as long as the program; `der` is borrowed. Fails as certframe_read. */
int certfacts_read(struct cert_facts *out, struct arena *mem, struct bytes der, struct hasher *h,
    const struct limits *limits, struct err *err);
/* The same of a certificate that was read already, borrowed from it. */
void certfacts_of(struct cert_facts *out, struct arena *mem, const struct cert *c);

#endif
