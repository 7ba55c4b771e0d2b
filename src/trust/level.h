/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_LEVEL_H
#define TRUST_LEVEL_H
/*
 * Which validation is enforced, logged or skipped (Notary Project trust policy specification,
 * "Signature Verification details"). Integrity is enforced at every level but skip.
 */
#include "base/words.h"

enum validation {
	VALIDATION_INTEGRITY, VALIDATION_AUTHENTICITY, VALIDATION_TIMESTAMP, VALIDATION_EXPIRY,
	VALIDATION_REVOCATION, VALIDATION_COUNT
};

bool level_named(enum level *out, struct str name);     /* one that a policy may name: never LEVEL_CUSTOM */
bool validation_find(enum validation *out, struct str name);    /* "authenticTimestamp" ... */
const char *validation_name(enum validation v);
void level_actions(enum action out[VALIDATION_COUNT], enum level l);      /* the table; of no level and of LEVEL_CUSTOM: all enforced */

#endif
