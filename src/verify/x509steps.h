/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_X509STEPS_H
#define VERIFY_X509STEPS_H
/*
 * Steps over the chain of certificates of a signer that families of signatures share: is it
 * anchored, is it somebody the statement accepts, was any of it revoked (RFC 5280). Whether the
 * signature is one of the leaf's key is the family's own question, and comes before these.
 */
#include "crypto/chain.h"
#include "verify/check.h"

struct x509_signer {
	struct verdict *v;
	const struct check_job *job; /* here only its tools and statement are looked at */
	int signature; /* index in the verdict */
	const struct chain *chain; /* leaf first, sound by itself */
};

/* RFC 5280 section 4.1.2.2: zero and long serial numbers are to be handled gracefully: told. */
void x509_note_serials(const struct x509_signer *c);
/*
 * Some certificate of the chain must be, octet for octet, in a store of that type that the
 * statement names. A store that does not load fails the step, even beside one that has the anchor.
 * `scheme` is what needs the store, to tell. True: anchored, and recorded with the signature.
 */
bool x509_authenticity(const struct x509_signer *c, enum action action, enum store_type type,
    const char *scheme);
void x509_identity(const struct x509_signer *c, enum action action);
/* `signed_at`: when it was signed, of a signer whose word on that counts; NULL: not known. */
void x509_revocation(const struct x509_signer *c, enum action action,
    const struct when *signed_at);

#endif
