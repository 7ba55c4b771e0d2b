/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_PICKED_H
#define TESTS_LIB_PICKED_H
/* The first statement for a scope; NULL: none. */
#include "trust/policy.h"

static inline const struct policy_statement *
picked(const struct policy *p, struct str scope)
{
	const struct policy_statement *s;
	struct policy_pick *picks;
	struct arena mem;
	size_t count;

	arena_init(&mem, 0);
	picks = policy_select(&count, p, &mem, scope);
	s = count == 0 ? NULL : picks[0].statement;
	arena_clear(&mem);
	return s;
}

#endif
