/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H
/* Every count, size, depth and time that input can drive has a row in limits.def. */
#include "base/err.h"

enum limit {
#define X(id, name, value, most, meaning) LIMIT_##id,
#include "base/limits.def"
#undef X
	LIMIT_COUNT
};

struct limits {
	uint64_t v[LIMIT_COUNT];
};

struct limit_row {
	const char *name;       /* as in --limit-NAME */
	uint64_t value, most;   /* default; what the flag accepts */
	const char *meaning;
};

void limits_default(struct limits *limits);
const struct limit_row *limit_row(enum limit id);
/* One --limit-NAME=VALUE. Fails with usage.limit. */
int limits_set(struct limits *limits, struct str name, struct str value, struct err *err);

#endif
