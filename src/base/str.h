/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H
/*
 * Checked text: UTF-8, no NUL inside, not terminated. Whoever makes a struct str from input has
 * checked it (codec/text.h, codec/jsonin.h); `ptr` NULL means absent, length 0 means empty.
 */
#include "base/bytes.h"

struct str {
	const char *ptr;
	size_t len;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)(s).len, (s).ptr == NULL ? "" : (s).ptr

static inline struct str
str_of(const char *text)
{
	return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

static inline struct bytes
str_bytes(struct str s)
{
	return (struct bytes){ (const uint8_t *)s.ptr, s.len };
}

static inline bool
str_equal(struct str a, struct str b)
{
	return bytes_equal(str_bytes(a), str_bytes(b));
}

static inline bool
str_is(struct str a, const char *text)
{
	return str_equal(a, str_of(text));
}

static inline int
str_cmp(struct str a, struct str b)
{
	return bytes_cmp(str_bytes(a), str_bytes(b));
}

static inline bool
str_starts(struct str a, struct str prefix)
{
	return bytes_starts(str_bytes(a), str_bytes(prefix));
}

static inline struct str
str_from(struct str s, size_t pos)
{
	return pos >= s.len ? (struct str){ s.ptr, 0 }
			    : (struct str){ s.ptr + pos, s.len - pos };
}

static inline struct str
str_upto(struct str s, size_t len)
{
	return (struct str){ s.ptr, len < s.len ? len : s.len };
}

/* Index of the first `c`, or s.len. */
static inline size_t
str_find(struct str s, char c)
{
	const char *hit = s.len == 0 ? NULL : memchr(s.ptr, c, s.len);

	return hit == NULL ? s.len : (size_t)(hit - s.ptr);
}

#endif
