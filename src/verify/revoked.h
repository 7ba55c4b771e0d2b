/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_REVOKED_H
#define VERIFY_REVOKED_H
/*
 * Revocation of a chain. Without revocation data: a certificate that names an OCSP responder or a
 * revocation list is unknown, never good; one that names neither cannot be revoked. The last
 * certificate (the root) is not asked about.
 */
#include "verify/verifier.h"

enum revocation { REVOCATION_GOOD, REVOCATION_UNKNOWN };

struct revoked_result {
	enum revocation result;         /* worst of the chain */
	size_t at;                      /* index of the first certificate that is not good */
	struct str pointer;             /* what it names: a URL, may be empty */
	struct str data;                /* JSON object for the step: one entry per certificate */
};
void revoked_chain(struct revoked_result *out, struct arena *mem, const struct chain *chain);

#endif
