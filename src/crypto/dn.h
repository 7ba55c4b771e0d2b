/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_DN_H
#define CRYPTO_DN_H
/*
 * Distinguished names: text of trusted identities (RFC 4514, as the Notary Project trust policy
 * specification narrows it), the subject of a certificate, and the match between them.
 */
#include "base/arena.h"
#include "crypto/cert.h"

struct dn_attr {
	struct str type, value;         /* "C", "US"; values as UTF-8 */
};

struct dn {                     /* attributes, each type at most once */
	struct dn_attr *attrs;
	size_t count;
};

/*
 * Parse the text behind "x509.subject:". C, ST and O must be there; S counts as ST. Fails with
 * policy.identity.
 */
int dn_parse(struct dn *out, struct arena *mem, struct str text, const struct where *at,
    struct err *err);
/*
 * The subject of a certificate as the same map. Only C, O, OU, CN, SERIALNUMBER, L, ST, STREET
 * and POSTALCODE are known. Fails with identity.subject-unsupported (another type, the same type
 * twice, C, ST or O missing, "=#") or identity.malformed (NUL, string type not allowed).
 */
int dn_of_subject(struct dn *out, struct arena *mem, const struct cert *c,
    const struct where *at, struct err *err);
/* Every attribute of `wanted` is in `have` with an equal value: octets, no folding. */
bool dn_within(const struct dn *wanted, const struct dn *have);

/* RFC 4514 text of a DER Name: last RDN first, "," without space, repeated types joined by "+";
 * control characters escaped. Never fails: what cannot be read is shown as #hex. */
struct str dn_text(struct arena *mem, struct bytes name_der);

/*
 * What a DER Name is looked up by: two names that are one by RFC 5280 section 7.1 (string types,
 * letter case and white space do not matter) have equal octets here. So may have two that differ in
 * letters beyond ASCII: a match is a reason to ask for a signature, never a proof. What is no Name
 * is its own key.
 */
struct bytes dn_key(struct arena *mem, struct bytes name_der);

#endif
