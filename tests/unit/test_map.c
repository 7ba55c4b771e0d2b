/* SPDX-License-Identifier: Apache-2.0 */
/* The hash table: what is put in is found, and nobody can make it slow. Costs are counted, not timed. */
#include <stdlib.h>

#include "base/map.h"
#include "tests/lib/tap.h"

enum { MANY = 20000, AIMED = 2000, AIMED_SLOTS = 4096 };

struct numbers { /* a list whose keys are numbers */
	uint64_t *v;
	size_t n;
};

static bool
is_number(const void *owner, uint32_t at, const void *key)
{
	const struct numbers *list = owner;

	return list->v[at] == *(const uint64_t *)key;
}

static uint64_t
hash_of(const struct map *m, uint64_t number)
{
	return map_hash(m, bytes_of(&number, sizeof(number)));
}

static uint32_t
find(const struct map *m, const struct numbers *list, uint64_t number)
{
	return map_find(m, hash_of(m, number), is_number, list, &number);
}

/* SipHash: A fast short-input PRF, appendix A. */
static void
test_hash(void)
{
	struct map m = { .secret = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) } };
	uint8_t text[15];
	struct bytes one[2] = { BYTES_LIT("ab"), BYTES_LIT("c") };
	struct bytes two[2] = { BYTES_LIT("a"), BYTES_LIT("bc") };
	struct map other;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)i;
	is_u64(map_hash(&m, bytes_of(text, sizeof(text))), UINT64_C(0xa129ca6149be45e5),
	    "the example of the paper");
	is_u64(map_hash(&m, bytes_of(NULL, 0)), UINT64_C(0x726fdb47dd0e0e31),
	    "nothing is a key like another");
	ok(map_hash(&m, bytes_of(text, 7)) != map_hash(&m, bytes_of(text, 8)), "the length counts");
	ok(map_hash_parts(&m, one, 2) != map_hash_parts(&m, two, 2),
	    "where a part ends counts");
	map_init(&other, NULL);
	ok(other.secret[0] != 0 || other.secret[1] != 0, "a table has a secret");
	ok(map_hash(&other, bytes_of(text, 15)) != map_hash(&m, bytes_of(text, 15)),
	    "another secret, another hash");
}

static void
fill(struct map *m, struct numbers *list, uint64_t factor)
{
	for (size_t i = 0; i < MANY; i++) {
		list->v[i] = i * factor;
		list->n = i + 1;
		map_add(m, hash_of(m, list->v[i]), (uint32_t)i);
	}
}

/* Each key is found at its place, before and after every growth; others are not. */
static void
test_growth(struct arena *mem, const char *where)
{
	struct numbers list = { xmalloc(MANY * sizeof(uint64_t)), 0 };
	size_t right = 0, absent = 0;
	bool always = true, sparse = true;
	struct map m;

	map_init(&m, mem);
	ok(find(&m, &list, 0) == MAP_NONE, "%s: an empty table has nothing", where);
	for (size_t i = 0; i < MANY; i++) {
		list.v[i] = i * 3;
		list.n = i + 1;
		map_add(&m, hash_of(&m, list.v[i]), (uint32_t)i);
		always = always && find(&m, &list, 0) == 0 && find(&m, &list, i * 3) == i;
		sparse = sparse && m.count * 2 <= m.cap + 1;
	}
	ok(always, "%s: the first and the last are there while it grows", where);
	ok(sparse, "%s: half of it stays free", where);
	is_u64(m.count, MANY, "%s: all are counted", where);
	for (size_t i = 0; i < MANY; i++) {
		right += find(&m, &list, i * 3) == i;
		absent += find(&m, &list, i * 3 + 1) == MAP_NONE;
	}
	is_u64(right, MANY, "%s: all are found", where);
	is_u64(absent, MANY, "%s: nothing else is", where);
	map_clear(&m);
	ok(find(&m, &list, 3) == MAP_NONE && m.count == 0, "%s: cleared, it is empty", where);
	map_add(&m, hash_of(&m, 3), 1);
	ok(find(&m, &list, 3) == 1, "%s: and can be filled again", where);
	map_clear(&m);
	free(list.v);
}

/* Two keys of one hash are two keys. */
static void
test_collision(void)
{
	uint64_t v[3] = { 10, 20, 30 };
	struct numbers list = { v, 3 };
	const uint64_t hash = UINT64_C(0xffffffff00000001); /* and the last place: it wraps */
	struct map m;

	map_init(&m, NULL);
	for (uint32_t i = 0; i < 3; i++)
		map_add(&m, hash, i);
	for (uint32_t i = 0; i < 3; i++)
		is_u64(map_find(&m, hash, is_number, &list, &v[i]), i, "key %u of one hash", i);
	is_u64(map_detours(&m), 0 + 1 + 2, "what they cost is told");
	v[0] = 11;
	ok(map_find(&m, hash, is_number, &list, &(uint64_t){ 10 }) == MAP_NONE,
	    "a hash alone names nothing");
	map_clear(&m);
}

/* Keys that make tables slow whose hash is a sum, a mask or the first octets. */
static void
test_patterns(void)
{
	static const uint64_t factors[] = { 1, 64, UINT64_C(1) << 20, UINT64_C(1) << 40,
		UINT64_C(0x0101010101010101) };
	struct numbers list = { xmalloc(MANY * sizeof(uint64_t)), 0 };

	for (size_t i = 0; i < COUNT(factors); i++) {
		struct map m;

		map_init(&m, NULL);
		fill(&m, &list, factors[i]);
		/* A half full table of random places has half a detour a key. */
		ok(map_detours(&m) < MANY, "multiples of %llx: %llu detours for %d keys",
		    (unsigned long long)factors[i], (unsigned long long)map_detours(&m), MANY);
		map_clear(&m);
	}
	free(list.v);
}

/* Keys that all want one slot of a table whose secret is known cost another one nothing. */
static void
test_hostile(void)
{
	struct map known, secret;
	uint64_t key = 0;

	map_init(&known, NULL);
	known.secret[0] = 1;
	known.secret[1] = 2;
	map_init(&secret, NULL);
	for (uint32_t i = 0; i < AIMED; i++) {
		while (++key, ((hash_of(&known, key) >> 32) & (AIMED_SLOTS - 1)) != 0)
			;
		map_add(&known, hash_of(&known, key), i);
		map_add(&secret, hash_of(&secret, key), i);
	}
	is_u64(known.cap, AIMED_SLOTS, "the keys are made for the table");
	is_u64(map_detours(&known), (uint64_t)AIMED * (AIMED - 1) / 2,
	    "who knows the secret makes it quadratic");
	ok(map_detours(&secret) < AIMED, "who does not, does not: %llu detours",
	    (unsigned long long)map_detours(&secret));
	map_clear(&known);
	map_clear(&secret);
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	test_hash();
	test_growth(NULL, "heap");
	test_growth(&mem, "arena");
	test_collision();
	test_patterns();
	test_hostile();
	arena_clear(&mem);
	return tap_done();
}
