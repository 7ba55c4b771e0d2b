/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_IDENTITY_H
#define TRUST_IDENTITY_H
/* Who may sign: the trusted identities of a policy statement. */
#include "crypto/dn.h"
#include "trust/faults.h"

struct identities {
	bool any;                       /* "*" */
	struct str *texts;              /* as written */
	size_t text_count;
	struct dn *dns;                 /* x509.subject ones, parsed */
	size_t dn_count;
};

/*
 * Parse the array of a statement, with the checks of the trust policy specification: policy.identity,
 * policy.identity-wildcard, policy.identity-overlap.
 */
int identities_parse(struct identities *out, struct arena *mem, struct jv array, struct err *err);
/* The same, but on and on: *out holds what is left, elements that are no text count as told. */
int identities_collect(struct identities *out, struct arena *mem, struct jv array,
    struct faults *faults);

/*
 * Does the subject of `leaf` satisfy one of them? REASON_NONE, identity.mismatch, identity.none-usable,
 * identity.subject-unsupported or identity.malformed; `detail` gets words.
 */
enum reason identities_match(const struct identities *ids, const struct cert *leaf,
    struct arena *mem, struct str *detail);

#endif
