/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MAP_H
#define BASE_MAP_H
/*
 * The one hash table: from a key to the place of what it names in a list of the caller's.
 *
 * Keys are octets; a number or a pointer is the octets of it. The table keeps no keys: the list has
 * them, and `map_is` compares. So it can be asked, but not walked: whoever wants an order takes that
 * of the list, and nothing that is reported depends on a hash.
 *
 * Keys may be chosen by whoever made the input. Each table has a secret of its own, without which
 * nobody can make keys meet (SipHash, Aumasson and Bernstein, 2012); 32 bits of the hash stand in
 * the table, so that it grows without looking at a key again.
 */
#include "base/arena.h"

#define MAP_NONE UINT32_MAX     /* also: places are below it */

struct map {
	struct arena *mem;              /* where the slots are; NULL: on the heap, for map_clear */
	uint64_t *slots;                /* hash, then place + 1; 0: free; at most half are taken */
	size_t cap, count;
	uint64_t secret[2];
};

void map_init(struct map *m, struct arena *mem);
/* Empty, and can be filled again; slots of an arena are kept for that. */
void map_clear(struct map *m);

/* The hash of a key in this table. Of a key of several parts, each counts with its length. */
uint64_t map_hash(const struct map *m, struct bytes key);
uint64_t map_hash_parts(const struct map *m, const struct bytes *parts, size_t count);

/* Is what lies at `at` in the owner's list named by this key? */
typedef bool map_is(const void *owner, uint32_t at, const void *key);
/* The place of what the key names, or MAP_NONE. `hash` is that of the key, by the functions above. */
uint32_t map_find(
    const struct map *m, uint64_t hash, map_is *is, const void *owner, const void *key);
/* The key is not there yet. */
void map_add(struct map *m, uint64_t hash, uint32_t at);

/* How many slots beyond the first are looked at to find each key once: what collisions cost. */
uint64_t map_detours(const struct map *m);

#endif
