/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
/*
 * UTF-8, strictly as RFC 3629 has it, and the one rule of what people are shown raw.
 * It stands on this floor because errors and diagnostics need it; see codec/text.h for the rest.
 */
#include "base/buf.h"

/* Length of the code point at p (1..4) and its value, or 0 if the bytes there are no UTF-8. */
static inline size_t
utf8_next(uint32_t *cp, const uint8_t *p, size_t left)
{
	if (left >= 1 && p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (left >= 2 && p[0] >= 0xc2 && p[0] <= 0xdf && (p[1] & 0xc0) == 0x80) {
		*cp = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		return 2;
	}
	if (left >= 3 && (p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80) {
		*cp = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 |
		      (p[2] & 0x3f);
		/* Overlong forms and surrogates (RFC 3629 section 4). */
		return *cp < 0x800 || (*cp >= 0xd800 && *cp <= 0xdfff) ? 0 : 3;
	}
	if (left >= 4 && (p[0] & 0xf8) == 0xf0 && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80 && (p[3] & 0xc0) == 0x80) {
		*cp = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
		      (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
		return *cp < 0x10000 || *cp > 0x10ffff ? 0 : 4;
	}
	return 0;
}

/* Control characters, direction overrides, invisible code points, non-characters. */
bool utf8_hidden(uint32_t cp);
/* Marks that are drawn over the character before them. */
bool utf8_combining(uint32_t cp);

/*
 * A walk over bytes, unit by unit, as they may be shown: `shown` false means that the unit must be
 * escaped. A byte that is no UTF-8 is a unit with valid false. Floods of combining marks are cut:
 * from the fifth in a row on they are escaped.
 */
struct utf8_unit {
	uint32_t cp; /* code point, or the byte */
	uint8_t len;
	bool valid, shown;
};
struct utf8_walk {
	struct bytes in;
	size_t pos;
	unsigned marks;
};
bool utf8_step(struct utf8_walk *w, struct utf8_unit *u); /* false at the end */
/* \xNN or \u{NNNN} for a unit that is not shown; else the unit's bytes. */
void utf8_write(struct buf *out, const struct utf8_walk *w, const struct utf8_unit *u);

#endif
