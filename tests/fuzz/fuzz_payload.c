/* SPDX-License-Identifier: Apache-2.0 */
/* The signed payload: what parses has its three values, and parses the same twice. */
#include <stdlib.h>

#include "envelope/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool cond)
{
	if (!cond)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { .reason = REASON_NONE };
	struct payload a, b;
	struct limits limits;
	struct arena mem;

	limits_default(&limits);
	arena_init(&mem, 0);
	if (payload_parse(&a, &mem, bytes_of(data, size), &limits, NULL, &err) == 0) {
		demand(a.media_type.len > 0 && a.digest.len > 0 && a.size <= INT64_MAX);
		demand(payload_parse(
			   &b, &mem, bytes_of(data, size), &limits, NULL, &err) == 0);
		demand(str_equal(a.digest, b.digest) && a.size == b.size);
		demand(a.meta_count == b.meta_count);
		for (size_t i = 0; i < a.meta_count; i++)
			demand(a.meta[i].key.len <= size && a.meta[i].value.len <= size);
	} else {
		demand(err.reason != REASON_NONE);
	}
	arena_clear(&mem);
	return 0;
}
