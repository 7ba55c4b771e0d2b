/* SPDX-License-Identifier: Apache-2.0 */
/* Member names inside a JSON document, compared after unescaping. */
#include "codec/jsonkey.h"

#include <stdlib.h>

#include "base/arena.h"

enum { INSERTION_MOST = 16 };

/* The octets of an unescaped name, one by one. */
struct key_octets {
	const uint8_t *p;
	uint8_t held[4];
	uint8_t next, count;
};

static unsigned
hex4(const uint8_t *p)
{
	unsigned v = 0;

	for (size_t i = 0; i < 4; i++) {
		unsigned c = p[i];

		v = v << 4 | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return v;
}

static void
hold_code_point(struct key_octets *k, uint32_t cp)
{
	static const uint8_t lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
	uint8_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	k->next = 0;
	k->count = n;
	for (uint8_t i = n; i-- > 1; cp >>= 6)
		k->held[i] = (uint8_t)(0x80 | (cp & 0x3f));
	k->held[0] = (uint8_t)(lead[n] | cp);
}

/* RFC 8259 section 7. k->p is behind the backslash. */
static int
next_escaped(struct key_octets *k)
{
	uint32_t cp;

	switch (*k->p++) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'u':
		break;
	default:
		return k->p[-1];
	}
	cp = hex4(k->p);
	k->p += 4;
	if (cp >= 0xd800 && cp <= 0xdbff) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (hex4(k->p + 2) - 0xdc00);
		k->p += 6;
	}
	hold_code_point(k, cp);
	return k->held[k->next++];
}

/* -1 at the closing quote. */
static int
next_octet(struct key_octets *k)
{
	if (k->next < k->count)
		return k->held[k->next++];
	if (*k->p == '"')
		return -1;
	if (*k->p == '\\') {
		k->p++;
		return next_escaped(k);
	}
	return *k->p++;
}

uint32_t
jsonkey_hash(const uint8_t *key)
{
	struct key_octets k = { .p = key };
	uint32_t h = 2166136261u;
	int c;

	while ((c = next_octet(&k)) >= 0)
		h = (h ^ (uint32_t)c) * 16777619u;
	return h;
}

static int
key_cmp(const uint8_t *a, const uint8_t *b)
{
	struct key_octets ka = { .p = a }, kb = { .p = b };
	int ca, cb;

	do {
		ca = next_octet(&ka);
		cb = next_octet(&kb);
	} while (ca == cb && ca >= 0);
	return (ca > cb) - (ca < cb);
}

bool
jsonkey_is(const uint8_t *key, struct str name)
{
	struct key_octets k = { .p = key };

	for (size_t i = 0; i < name.len; i++)
		if (next_octet(&k) != (uint8_t)name.ptr[i])
			return false;
	return next_octet(&k) < 0;
}

void
jsonkeys_push(struct jsonkeys *keys, uint32_t hash, uint32_t offset)
{
	if (keys->n == keys->cap) {
		/* By half: with 5 octets for the shortest member, under 4 times the document. */
		keys->cap = keys->cap == 0 ? 64 : keys->cap + keys->cap / 2;
		keys->v = xrealloc(keys->v, keys->cap * sizeof(*keys->v));
	}
	keys->v[keys->n++] = (uint64_t)hash << 32 | offset;
}

void
jsonkeys_clear(struct jsonkeys *keys)
{
	free(keys->v);
	*keys = (struct jsonkeys){ NULL, 0, 0 };
}

/* By hash, then by content, then by place. */
static bool
entry_before(uint64_t a, uint64_t b, const uint8_t *doc)
{
	int c;

	if (a >> 32 != b >> 32)
		return a < b;
	c = key_cmp(doc + (uint32_t)a, doc + (uint32_t)b);
	return c != 0 ? c < 0 : a < b;
}

static void
insertion_sort(uint64_t *v, size_t n, const uint8_t *doc)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t x = v[i];
		size_t k = i;

		for (; k > 0 && entry_before(x, v[k - 1], doc); k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

static void
sift_down(uint64_t *v, size_t root, size_t n, const uint8_t *doc)
{
	uint64_t x = v[root];

	for (size_t child; (child = 2 * root + 1) < n; root = child) {
		if (child + 1 < n && entry_before(v[child], v[child + 1], doc))
			child++;
		if (!entry_before(x, v[child], doc))
			break;
		v[root] = v[child];
	}
	v[root] = x;
}

/* In place and n log n at worst: the names are the attacker's. */
static void
heap_sort(uint64_t *v, size_t n, const uint8_t *doc)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(v, i, n, doc);
	for (size_t i = n; i-- > 1;) {
		uint64_t x = v[0];

		v[0] = v[i];
		v[i] = x;
		sift_down(v, 0, i, doc);
	}
}

bool
jsonkeys_twice(uint32_t *offset, struct jsonkeys *keys, size_t first, const uint8_t *doc)
{
	size_t n = keys->n - first;
	bool twice = false;
	uint64_t *v;

	keys->n = first;
	if (n < 2)
		return false;
	v = keys->v + first;
	if (n <= INSERTION_MOST)
		insertion_sort(v, n, doc);
	else
		heap_sort(v, n, doc);
	for (size_t i = 1; i < n; i++) {
		uint32_t at = (uint32_t)v[i];

		if (v[i] >> 32 != v[i - 1] >> 32 ||
		    key_cmp(doc + (uint32_t)v[i - 1], doc + at) != 0)
			continue;
		if (!twice || at < *offset)
			*offset = at;
		twice = true;
	}
	return twice;
}
