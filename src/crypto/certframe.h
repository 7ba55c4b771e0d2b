/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CERTFRAME_H
#define CRYPTO_CERTFRAME_H
/* The fields of a certificate, by our own reader alone (RFC 5280 section 4.1). */
#include "base/limits.h"
#include "crypto/algid.h"

struct cert_frame { /* the fields of RFC 5280 section 4.1 */
	uint64_t version;
	bool odd_serial;
	struct der serial, issuer, subject, spki;
	struct algid inner, outer;
	struct when not_before, not_after;
	struct bytes extensions; /* the SEQUENCE, whole; empty: none */
};

/*
 * The octets are DER, whole, and a certificate; views borrow from them. Fails with cert.* reasons,
 * der.* limits and limit.cert.
 */
int certframe_read(struct cert_frame *f, struct bytes der, const struct limits *limits,
    const struct where *at, struct err *err);

#endif
