/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H
/*
 * Views: octets (struct bytes) and a cursor over them. A view owns nothing.
 *
 * The cursor remembers failure, so a reader takes ten fields and asks `failed` once; `pos` is
 * the byte offset that goes into an error. See base/str.h for checked text.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *ptr;
	size_t len;
};

struct cursor {
	struct bytes in;
	size_t pos;
	bool failed;
};

#define BYTES_LIT(lit) ((struct bytes){ (const uint8_t *)(lit), sizeof(lit) - 1 })

static inline struct bytes
bytes_of(const void *ptr, size_t len)
{
	return (struct bytes){ ptr, len };
}

static inline bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Order by content, a prefix first: the order of every sorted list in assay. */
static inline int
bytes_cmp(struct bytes a, struct bytes b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

static inline bool
bytes_starts(struct bytes a, struct bytes prefix)
{
	return a.len >= prefix.len &&
	    (prefix.len == 0 || memcmp(a.ptr, prefix.ptr, prefix.len) == 0);
}

/* What is behind the first n octets; n <= b.len. C knows no sum of a null pointer, not even with 0. */
static inline struct bytes
bytes_from(struct bytes b, size_t n)
{
	return (struct bytes){ b.ptr == NULL ? NULL : b.ptr + n, b.len - n };
}

static inline struct cursor
cursor_of(struct bytes in)
{
	return (struct cursor){ in, 0, false };
}

static inline size_t
cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : c->in.len - c->pos;
}

static inline struct bytes
cursor_take(struct cursor *c, size_t n)
{
	struct bytes none = { NULL, 0 };

	if (c->failed || n > c->in.len - c->pos) {
		c->failed = true;
		return none;
	}
	if (c->in.ptr == NULL)
		return none; /* n is 0 */
	c->pos += n;
	return (struct bytes){ c->in.ptr + (c->pos - n), n };
}

static inline uint8_t
cursor_u8(struct cursor *c)
{
	struct bytes b = cursor_take(c, 1);

	return b.len == 0 ? 0 : b.ptr[0];
}

/* Big endian, n octets, n <= 8. */
static inline uint64_t
cursor_be(struct cursor *c, size_t n)
{
	struct bytes b = cursor_take(c, n);
	uint64_t v = 0;

	for (size_t i = 0; i < b.len; i++)
		v = v << 8 | b.ptr[i];
	return v;
}

#endif
