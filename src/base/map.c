/* SPDX-License-Identifier: Apache-2.0 */
/* A table of hashes under a secret, with open addressing. */
#include "base/map.h"

#include <stdlib.h>
#include <sys/random.h>

#define FIRST ((size_t)64) /* slots */

void
map_init(struct map *m, struct arena *mem)
{
	*m = (struct map){ .mem = mem };
	if (getrandom(m->secret, sizeof(m->secret), 0) != (ssize_t)sizeof(m->secret))
		memory_exhausted();
}

void
map_clear(struct map *m)
{
	m->count = 0;
	if (m->mem != NULL && m->cap > 0) {
		memset(m->slots, 0, m->cap * sizeof(*m->slots));
		return;
	}
	free(m->slots);
	m->slots = NULL;
	m->cap = 0;
}

/* --- SipHash-2-4 --- */

struct sip {
	uint64_t v[4];
};

static uint64_t
rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void
sip_rounds(struct sip *s, unsigned count)
{
	uint64_t *v = s->v;

	while (count-- > 0) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static void
sip_word(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	sip_rounds(s, 2);
	s->v[0] ^= word;
}

/* Little endian, as the paper has it, on every machine. */
static uint64_t
word_at(const uint8_t *p, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)p[i] << (8 * i);
	return word;
}

/* Ends with a word that has the length: of one part it is the whole of SipHash's message. */
static void
sip_part(struct sip *s, struct bytes part)
{
	size_t whole = part.len & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
		sip_word(s, word_at(part.ptr + i, 8));
	sip_word(s,
	    (uint64_t)part.len << 56 |
		(part.len == whole ? 0 : word_at(part.ptr + whole, part.len - whole)));
}

uint64_t
map_hash_parts(const struct map *m, const struct bytes *parts, size_t count)
{
	struct sip s = { { m->secret[0] ^ UINT64_C(0x736f6d6570736575),
	    m->secret[1] ^ UINT64_C(0x646f72616e646f6d),
	    m->secret[0] ^ UINT64_C(0x6c7967656e657261),
	    m->secret[1] ^ UINT64_C(0x7465646279746573) } };

	for (size_t i = 0; i < count; i++)
		sip_part(&s, parts[i]);
	s.v[2] ^= 0xff;
	sip_rounds(&s, 4);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

uint64_t
map_hash(const struct map *m, struct bytes key)
{
	return map_hash_parts(m, &key, 1);
}

/* --- the table --- */

static uint32_t
kept(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

uint32_t
map_find(const struct map *m, uint64_t hash, map_is *is, const void *owner, const void *key)
{
	if (m->cap == 0)
		return MAP_NONE;
	for (size_t i = kept(hash) & (m->cap - 1); m->slots[i] != 0; i = (i + 1) & (m->cap - 1)) {
		uint32_t at = (uint32_t)m->slots[i] - 1;

		if (kept(m->slots[i]) == kept(hash) && is(owner, at, key))
			return at;
	}
	return MAP_NONE;
}

static void
put(struct map *m, uint64_t slot)
{
	size_t i = kept(slot) & (m->cap - 1);

	while (m->slots[i] != 0)
		i = (i + 1) & (m->cap - 1);
	m->slots[i] = slot;
}

static void
grow(struct map *m)
{
	const struct map old = *m;

	m->cap = old.cap == 0 ? FIRST : old.cap * 2;
	if (m->mem != NULL) {
		m->slots = arena_array(m->mem, m->cap, sizeof(*m->slots));
	} else {
		/* No product can be too large: places are counted in 32 bits. */
		m->slots = xmalloc(m->cap * sizeof(*m->slots));
		memset(m->slots, 0, m->cap * sizeof(*m->slots));
	}
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i] != 0)
			put(m, old.slots[i]);
	if (m->mem == NULL)
		free(old.slots);
}

void
map_add(struct map *m, uint64_t hash, uint32_t at)
{
	/* With so many, 32 bits of a hash would not spread them any more. */
	if (at == MAP_NONE || m->count >= UINT32_MAX / 4)
		memory_exhausted();
	if (m->count * 2 >= m->cap)
		grow(m);
	put(m, (uint64_t)kept(hash) << 32 | (at + 1));
	m->count++;
}

uint64_t
map_detours(const struct map *m)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i] != 0)
			sum += (i - kept(m->slots[i])) & (m->cap - 1);
	return sum;
}
