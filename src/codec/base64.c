/* SPDX-License-Identifier: Apache-2.0 */
/* Base 64 of RFC 4648, canonical form only. */
#include "codec/base64.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

enum { BAD = 0x80 }; /* above any six bits, so that one OR of all values shows it */

static const char alphabets[][65] = {
	[BASE64_STANDARD] = LETTERS "+/",
	[BASE64_URL] = LETTERS "-_",
};

/* Value of each octet; a row of sixteen per line. */
#define B16 BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD
#define HIGH_HALF B16, B16, B16, B16, B16, B16, B16, B16
#define DIGITS 52, 53, 54, 55, 56, 57, 58, 59, 60, 61
#define UPPER                                                                            \
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,    \
	    22, 23, 24, 25
#define LOWER                                                                            \
	26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45,  \
	    46, 47, 48, 49, 50, 51
static const uint8_t values[][256] = {
	[BASE64_STANDARD] = {
		B16, B16,
		/* SP to / */ BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, 62, BAD, BAD, BAD, 63,
		DIGITS, /* : to @ */ BAD, BAD, BAD, BAD, BAD, BAD, BAD,
		UPPER, /* [ to ` */ BAD, BAD, BAD, BAD, BAD, BAD,
		LOWER, /* { to DEL */ BAD, BAD, BAD, BAD, BAD,
		HIGH_HALF,
	},
	[BASE64_URL] = {
		B16, B16,
		/* SP to / */ BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, 62, BAD, BAD,
		DIGITS, /* : to @ */ BAD, BAD, BAD, BAD, BAD, BAD, BAD,
		UPPER, /* [ to ` */ BAD, BAD, BAD, BAD, 63, BAD,
		LOWER, /* { to DEL */ BAD, BAD, BAD, BAD, BAD,
		HIGH_HALF,
	},
};

/* The last two or three characters. False if they are bad or a spare bit is set. */
static bool
decode_tail(uint8_t *out, const uint8_t *table, const uint8_t *in, size_t n)
{
	uint8_t a = table[in[0]], b = table[in[1]], c = n == 3 ? table[in[2]] : 0;

	if (((a | b | c) & BAD) != 0)
		return false;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	if (n == 2)
		return (b & 15) == 0;
	out[1] = (uint8_t)(b << 4 | c >> 2);
	return (c & 3) == 0;
}

bool
base64_decode(
    struct bytes *out, struct arena *mem, enum base64_alphabet alphabet, struct str text)
{
	const uint8_t *table = values[alphabet], *in = (const uint8_t *)text.ptr;
	size_t len = text.len, quads, rest;
	uint8_t *p, *start, bad = 0;

	if (alphabet == BASE64_STANDARD) {
		if (len % 4 != 0)
			return false;
		/* At most two; any other "=" is no character of the alphabet. */
		len -= len != 0 && in[len - 1] == '=';
		len -= len % 4 == 3 && in[len - 1] == '=';
	}
	quads = len / 4;
	rest = len % 4;
	if (rest == 1)
		return false;
	start = p = arena_alloc(mem, quads * 3 + 2);
	for (size_t i = 0; i < quads; i++, in += 4, p += 3) {
		uint8_t a = table[in[0]], b = table[in[1]], c = table[in[2]],
			d = table[in[3]];

		bad |= a | b | c | d;
		p[0] = (uint8_t)(a << 2 | b >> 4);
		p[1] = (uint8_t)(b << 4 | c >> 2);
		p[2] = (uint8_t)(c << 6 | d);
	}
	if ((bad & BAD) != 0 || (rest != 0 && !decode_tail(p, table, in, rest)))
		return false;
	*out = bytes_of(start, quads * 3 + (rest == 0 ? 0 : rest - 1));
	return true;
}

struct str
base64_encode(struct arena *mem, enum base64_alphabet alphabet, struct bytes in)
{
	const char *letters = alphabets[alphabet];
	const uint8_t *s = in.ptr;
	size_t triples = in.len / 3, rest = in.len % 3;
	char *start = arena_array(mem, triples + 2, 4), *p = start;
	uint32_t v;

	for (size_t i = 0; i < triples; i++, s += 3, p += 4) {
		v = (uint32_t)s[0] << 16 | (uint32_t)s[1] << 8 | s[2];
		p[0] = letters[v >> 18];
		p[1] = letters[v >> 12 & 63];
		p[2] = letters[v >> 6 & 63];
		p[3] = letters[v & 63];
	}
	if (rest != 0) {
		v = (uint32_t)s[0] << 16 | (rest == 2 ? (uint32_t)s[1] << 8 : 0);
		*p++ = letters[v >> 18];
		*p++ = letters[v >> 12 & 63];
		if (rest == 2)
			*p++ = letters[v >> 6 & 63];
		for (size_t i = rest; alphabet == BASE64_STANDARD && i < 3; i++)
			*p++ = '=';
	}
	return (struct str){ start, (size_t)(p - start) };
}
