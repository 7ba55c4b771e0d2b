/* SPDX-License-Identifier: Apache-2.0 */
/* The table of levels, and the words of trust policies. */
#include "tests/lib/tap.h"
#include "trust/level.h"

static void
test_table(void)
{
	/* One letter per validation in the order of the enum: Enforce, Log, Skip. */
	static const struct {
		const char *name, *actions;
	} rows[] = {
		{ "strict", "EEEEE" },
		{ "permissive", "EELLL" },
		{ "audit", "ELLLL" },
		{ "skip", "SSSSS" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		enum action actions[VALIDATION_COUNT];
		char got[VALIDATION_COUNT + 1] = "";
		enum level l;

		if (!ok(level_named(&l, str_of(rows[i].name)), "level %s", rows[i].name))
			continue;
		level_actions(actions, l);
		for (size_t k = 0; k < VALIDATION_COUNT; k++)
			got[k] = "ELS"[actions[k]];
		is_str(str_of(got), rows[i].actions, "actions of %s", rows[i].name);
		is_str(str_of(level_name(l)), rows[i].name, "name of %s", rows[i].name);
	}
	is_str(str_of(level_name(LEVEL_CUSTOM)), "custom", "name of custom");
}

static void
test_words(void)
{
	static const char *const validations[] = { "integrity", "authenticity",
		"authenticTimestamp", "expiry", "revocation" };
	static const char *const actions[] = { "enforce", "log", "skip" };
	static const char *const wrong[] = { "", "Strict", "custom", "strict ",
		"strictly", "stric", "authentictimestamp", "Enforce", "warn" };
	enum action a;
	enum validation v;
	enum level l;

	for (size_t i = 0; i < COUNT(validations); i++)
		ok(validation_find(&v, str_of(validations[i])) && (size_t)v == i,
		    "validation %s", validations[i]);
	for (size_t i = 0; i < COUNT(actions); i++)
		ok(action_find(&a, str_of(actions[i])) && (size_t)a == i,
		    "action %s", actions[i]);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct str w = str_of(wrong[i]);

		ok(!level_named(&l, w) && !validation_find(&v, w) &&
			!action_find(&a, w),
		    "\"%s\" is no word", wrong[i]);
	}
	ok(!level_named(&l, STR_NONE), "no level is no word");
}

int
main(void)
{
	test_table();
	test_words();
	return tap_done();
}
