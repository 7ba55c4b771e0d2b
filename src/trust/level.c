/* SPDX-License-Identifier: Apache-2.0 */
/* Verification levels (trust policy specification, "Signature Verification details"). */
#include "trust/level.h"

#include "base/defs.h"

/* Of no level, and of a custom one until its statement says them: all count. */
static const enum action levels[LEVEL_COUNT][VALIDATION_COUNT] = {
	[LEVEL_PERMISSIVE] = { ACTION_ENFORCE, ACTION_ENFORCE, ACTION_LOG, ACTION_LOG,
	    ACTION_LOG },
	[LEVEL_AUDIT] = { ACTION_ENFORCE, ACTION_LOG, ACTION_LOG, ACTION_LOG, ACTION_LOG },
	[LEVEL_SKIP] = { ACTION_SKIP, ACTION_SKIP, ACTION_SKIP, ACTION_SKIP, ACTION_SKIP },
};

static const char *const validations[VALIDATION_COUNT] = {
	[VALIDATION_INTEGRITY] = "integrity",
	[VALIDATION_AUTHENTICITY] = "authenticity",
	[VALIDATION_TIMESTAMP] = "authenticTimestamp",
	[VALIDATION_EXPIRY] = "expiry",
	[VALIDATION_REVOCATION] = "revocation",
};

bool
level_named(enum level *out, struct str name)
{
	enum level l;

	if (!level_find(&l, name) || l == LEVEL_CUSTOM)
		return false;
	*out = l;
	return true;
}

bool
validation_find(enum validation *out, struct str name)
{
	for (enum validation v = 0; v < VALIDATION_COUNT; v++) {
		if (str_is(name, validations[v])) {
			*out = v;
			return true;
		}
	}
	return false;
}

const char *
validation_name(enum validation v)
{
	return validations[v];
}

void
level_actions(enum action out[VALIDATION_COUNT], enum level l)
{
	memcpy(out, levels[l], sizeof(levels[l]));
}
