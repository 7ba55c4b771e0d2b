/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_JSONKEY_H
#define CODEC_JSONKEY_H
/*
 * Member names inside a JSON document, for jsonscan: compared after unescaping, without copies.
 *
 * A name is given by a pointer behind its opening quote; the text up to the closing quote must
 * have been checked already. An entry is 8 octets: hash in the upper half, offset in the lower.
 */
#include "base/str.h"

struct jsonkeys {
	uint64_t *v;
	size_t n, cap;
};

uint32_t jsonkey_hash(const uint8_t *key);
bool jsonkey_is(const uint8_t *key, struct str name);

void jsonkeys_push(struct jsonkeys *keys, uint32_t hash, uint32_t offset);
void jsonkeys_clear(struct jsonkeys *keys);

/*
 * Look at the entries from `first` on, then drop them. True if a name stands there twice: *offset
 * is that of the earliest repetition. n log n comparisons at worst, equal hashes or not.
 */
bool jsonkeys_twice(
    uint32_t *offset, struct jsonkeys *keys, size_t first, const uint8_t *doc);

#endif
