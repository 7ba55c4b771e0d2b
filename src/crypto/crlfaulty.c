/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists that are refused: who says it, when, and over which octets the signature is.
 *
 * Read by lengths alone, in any form of them. Extensions are not looked at: what they would
 * narrow stays wide.
 */
#include "crypto/crl_parts.h"
#include "crypto/dn.h"

/* A time that cannot be read is the latest there is. */
static struct when
time_or_latest(const struct der *d)
{
	struct when w;

	if (!der_time(&w, d))
		when_from_civil(&w, 9999, 12, 31, 23, 59, 59);
	return w;
}

/* version OPTIONAL, signature, issuer, thisUpdate, nextUpdate OPTIONAL, revokedCertificates */
static bool
tbs_read(struct crl *out, struct cursor c, struct arena *mem)
{
	struct der field, issuer;

	if (der_next_is(&c, DER_INTEGER))
		der_read(&field, &c, DER_SHELL);
	if (!der_take(&field, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_take(&issuer, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_read(&field, &c, DER_SHELL))
		return false;
	out->issuer_der = issuer.whole;
	out->issuer_text = dn_text(mem, issuer.whole);
	out->this_update = time_or_latest(&field);
	if (der_next_is(&c, DER_UTC_TIME) || der_next_is(&c, DER_GENERALIZED_TIME)) {
		der_read(&field, &c, DER_SHELL);
		out->has_next_update = der_time(&out->next_update, &field);
	}
	if (der_next_is(&c, DER_SEQUENCE) && der_read(&field, &c, DER_SHELL))
		out->entries = field.content;
	return true;
}

bool
crl_parse_faulty(struct crl *out, struct arena *mem, struct bytes octets,
    struct hasher *hasher, struct str fault)
{
	struct cursor top = cursor_of(octets), c;
	struct der whole, tbs, alg, bits;
	struct crl l = { .fault = fault, .signed_with = "unknown", .weak = true };

	if (!der_take(&whole, &top, DER_SHELL, DER_SEQUENCE))
		return false;
	c = der_enter(&top, &whole);
	if (!der_take(&tbs, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_take(&alg, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_take(&bits, &c, DER_SHELL, DER_BIT_STRING) ||
	    !der_bits(&l.signature, &bits) || !tbs_read(&l, der_enter(&c, &tbs), mem))
		return false;
	l.der = octets;
	l.tbs = tbs.whole;
	l.signature_alg = alg.whole;
	hasher_of(hasher, DIGEST_SHA256, octets, &l.sha256);
	*out = l;
	return true;
}
