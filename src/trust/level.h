/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_LEVEL_H
#define TRUST_LEVEL_H
/*
 * Which validation is enforced, logged or skipped (Notary Project trust policy specification,
 * "Signature Verification details"). Integrity is enforced at every level but skip.
 */
#include "base/str.h"

enum level { LEVEL_STRICT, LEVEL_PERMISSIVE, LEVEL_AUDIT, LEVEL_SKIP, LEVEL_CUSTOM };
enum validation {
	VALIDATION_INTEGRITY, VALIDATION_AUTHENTICITY, VALIDATION_TIMESTAMP, VALIDATION_EXPIRY,
	VALIDATION_REVOCATION, VALIDATION_COUNT
};
enum level_action { LEVEL_ENFORCE, LEVEL_LOG, LEVEL_SKIPPED };

const char *level_name(enum level l);
bool level_find(enum level *out, struct str name);      /* never LEVEL_CUSTOM */
bool validation_find(enum validation *out, struct str name);    /* "authenticTimestamp" ... */
const char *validation_name(enum validation v);
const char *level_action_name(enum level_action a);     /* "enforce", "log", "skip" */
bool level_action_find(enum level_action *out, struct str name);
void level_actions(enum level_action out[VALIDATION_COUNT], enum level l);      /* the table; not for LEVEL_CUSTOM */

#endif
