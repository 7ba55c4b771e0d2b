/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_BLOBIN_H
#define INPUT_BLOBIN_H
/* A file of any kind, read once from its start to its end and hashed; it is never held in memory. */
#include "input/input.h"

#define BLOBIN_STEP ((size_t)64 << 10)

struct blobin {
	/* by enum digest_alg; DIGEST_NONE: not asked */
	struct digest digests[DIGEST_SHA512 + 1];
	uint64_t size;
};

/*
 * Hash with each algorithm of `wanted` (1 << enum digest_alg). Fails with limit.input, input.changed,
 * file.unreadable. Options: limits and progress.
 */
int blobin_read(struct blobin *out, struct ossl *lib, int fd, unsigned wanted,
    const struct input_options *options, struct err *err);

#endif
