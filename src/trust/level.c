/* SPDX-License-Identifier: Apache-2.0 */
/* Verification levels (trust policy specification, "Signature Verification details"). */
#include "trust/level.h"

#include "base/defs.h"

static const struct {
	const char *name;
	enum level_action actions[VALIDATION_COUNT];
} levels[] = {
	[LEVEL_STRICT] = { "strict", { LEVEL_ENFORCE, LEVEL_ENFORCE, LEVEL_ENFORCE,
					 LEVEL_ENFORCE, LEVEL_ENFORCE } },
	[LEVEL_PERMISSIVE] = { "permissive",
	    { LEVEL_ENFORCE, LEVEL_ENFORCE, LEVEL_LOG, LEVEL_LOG, LEVEL_LOG } },
	[LEVEL_AUDIT] = { "audit",
	    { LEVEL_ENFORCE, LEVEL_LOG, LEVEL_LOG, LEVEL_LOG, LEVEL_LOG } },
	[LEVEL_SKIP] = { "skip", { LEVEL_SKIPPED, LEVEL_SKIPPED, LEVEL_SKIPPED,
				     LEVEL_SKIPPED, LEVEL_SKIPPED } },
	/* The actions of a custom level are its statement's; until it says them, all count. */
	[LEVEL_CUSTOM] = { "custom", { LEVEL_ENFORCE, LEVEL_ENFORCE, LEVEL_ENFORCE,
					 LEVEL_ENFORCE, LEVEL_ENFORCE } },
};

static const char *const validations[VALIDATION_COUNT] = {
	[VALIDATION_INTEGRITY] = "integrity",
	[VALIDATION_AUTHENTICITY] = "authenticity",
	[VALIDATION_TIMESTAMP] = "authenticTimestamp",
	[VALIDATION_EXPIRY] = "expiry",
	[VALIDATION_REVOCATION] = "revocation",
};

static const char *const actions[] = {
	[LEVEL_ENFORCE] = "enforce",
	[LEVEL_LOG] = "log",
	[LEVEL_SKIPPED] = "skip",
};

const char *
level_name(enum level l)
{
	return levels[l].name;
}

bool
level_find(enum level *out, struct str name)
{
	for (enum level l = LEVEL_STRICT; l < LEVEL_CUSTOM; l++) {
		if (str_is(name, levels[l].name)) {
			*out = l;
			return true;
		}
	}
	return false;
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

const char *
level_action_name(enum level_action a)
{
	return actions[a];
}

bool
level_action_find(enum level_action *out, struct str name)
{
	for (enum level_action a = LEVEL_ENFORCE; a <= LEVEL_SKIPPED; a++) {
		if (str_is(name, actions[a])) {
			*out = a;
			return true;
		}
	}
	return false;
}

void
level_actions(enum level_action out[VALIDATION_COUNT], enum level l)
{
	memcpy(out, levels[l].actions, sizeof(levels[l].actions));
}
