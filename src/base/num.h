/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NUM_H
#define BASE_NUM_H
/* Checked arithmetic, and numbers from text. Nothing computed from input goes around these. */
#include "base/str.h"

static inline bool
num_add(uint64_t *sum, uint64_t a, uint64_t b)
{
	return !__builtin_add_overflow(a, b, sum);
}

static inline bool
num_mul(uint64_t *product, uint64_t a, uint64_t b)
{
	return !__builtin_mul_overflow(a, b, product);
}

/* Plain digits, no sign, no leading zero but "0" itself, no overflow of 64 bits. */
bool num_parse(uint64_t *out, struct str text);
/* The same with an optional suffix K, M, G or T (powers of 1024): option values. */
bool num_parse_size(uint64_t *out, struct str text);

#endif
