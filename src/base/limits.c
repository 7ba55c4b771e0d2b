/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit: its default, its flag and its name. */
#include "base/limits.h"

#include <assert.h>
#include <inttypes.h>

#include "base/num.h"

#define X(id, name, value, most, meaning) [LIMIT_##id] = { name, value, most, meaning },
static const struct limit_row rows[LIMIT_COUNT] = {
#include "base/limits.def"
};
#undef X

void
limits_default(struct limits *limits)
{
	for (size_t i = 0; i < LIMIT_COUNT; i++)
		limits->v[i] = rows[i].value;
}

const struct limit_row *
limit_row(enum limit id)
{
	assert(id < LIMIT_COUNT);
	return &rows[id];
}

int
limits_set(struct limits *limits, struct str name, struct str value, struct err *err)
{
	uint64_t v;

	for (size_t i = 0; i < LIMIT_COUNT; i++) {
		if (!str_is(name, rows[i].name))
			continue;
		if (!num_parse_size(&v, value) || v == 0 || v > rows[i].most)
			return err_set(err, REASON_USAGE_LIMIT, NULL,
			    "--limit-%s=%.*s, want 1 to %" PRIu64, rows[i].name,
			    STR_ARG(value), rows[i].most);
		limits->v[i] = v;
		return 0;
	}
	return err_set(
	    err, REASON_USAGE_LIMIT, NULL, "no limit is named %.*s", STR_ARG(name));
}
