/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in the form in which they are looked up (RFC 5280 section 7.1, RFC 4518
 * section 2).
 *
 * Octets of an attribute's type, then its value without what does not count: string type,
 * letter case, white space at the ends and runs of it inside. Letters beyond ASCII are
 * not compared at all: what case and composition they have depends on tables, and who
 * looks up by a name asks for a signature next.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "codec/der.h"
#include "crypto/dn.h"

enum { ATTRS_MOST = 64, KEY_MOST = 1 << 20 };
enum { UNIVERSAL_STRING = 0x1c, NUMERIC_STRING = 0x12, VISIBLE_STRING = 0x1a };
enum { KIND_TEXT = 1, KIND_FOREIGN_TEXT = 2, KIND_OTHER = 3 };

/* Octets of a character: 1, 2, 4; 0: UTF-8; -1: no string. */
static int
width_of(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
		return 0;
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case DER_T61_STRING:
	case NUMERIC_STRING:
	case VISIBLE_STRING:
		return 1;
	case DER_BMP_STRING:
		return 2;
	case UNIVERSAL_STRING:
		return 4;
	default:
		return -1;
	}
}

/* The next character; false at the end, or where there is none. */
static bool
next_char(uint32_t *out, struct bytes *rest, int width)
{
	size_t n = (size_t)width;

	*out = 0;
	if (width == 0)
		n = utf8_next(out, rest->ptr, rest->len);
	if (n == 0 || n > rest->len)
		return false;
	for (size_t i = 0; i < n && width > 0; i++)
		*out = *out << 8 | rest->ptr[i];
	*rest = bytes_of(rest->ptr + n, rest->len - n);
	return true;
}

/* RFC 4518 section 2.2: nothing is left of these (the common ones). */
static bool
vanishes(uint32_t c)
{
	return c == 0xad || c == 0x034f || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2060 && c <= 0x2063) || (c >= 0xfe00 && c <= 0xfe0f) ||
	       c == 0xfeff || c == 0xfffc || (c < 0x20 && !(c >= 0x09 && c <= 0x0d)) ||
	       c == 0x7f;
}

/* RFC 4518 section 2.2: all of these are a space. */
static bool
is_space(uint32_t c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* False: some character is beyond ASCII, or none at all. */
static bool
text_fold(struct buf *out, struct bytes value, int width)
{
	size_t start = out->len;
	bool space = false;
	uint32_t c;

	while (value.len > 0) {
		if (!next_char(&c, &value, width))
			return false;
		/* Full-width forms are their plain ones (RFC 4518 section 2.3). */
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		if (vanishes(c))
			continue;
		if (is_space(c)) {
			space = true;
			continue;
		}
		if (c >= 0x80)
			return false;
		if (space && out->len > start)
			buf_u8(out, ' ');
		space = false;
		buf_u8(out, (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
	}
	return true;
}

static void
part_add(struct buf *out, uint8_t kind, struct bytes part)
{
	buf_u8(out, kind);
	for (unsigned shift = 32; shift > 0; shift -= 8)
		buf_u8(out, (uint8_t)(part.len >> (shift - 8)));
	buf_add(out, part);
}

static void
value_add(struct buf *out, const struct der *value)
{
	AUTO(buf_clear) struct buf text = { .max = KEY_MOST };
	int width = width_of(value->tag);

	if (width < 0)
		part_add(out, KIND_OTHER, value->whole);
	else if (text_fold(&text, value->content, width))
		part_add(out, KIND_TEXT, buf_bytes(&text));
	else
		buf_u8(out, KIND_FOREIGN_TEXT);
}

/* AttributeTypeAndValue; false: malformed. */
static bool
attr_add(struct buf *out, struct cursor *set)
{
	struct der pair, oid, value;
	struct cursor c;

	if (!der_take(&pair, set, DER_SHELL, DER_SEQUENCE))
		return false;
	c = der_enter(set, &pair);
	if (!der_take(&oid, &c, DER_SHELL, DER_OID) || !der_read(&value, &c, DER_SHELL) ||
	    !der_done(&c))
		return false;
	part_add(out, KIND_OTHER, oid.content);
	value_add(out, &value);
	return true;
}

static int
compare_parts(const void *a, const void *b)
{
	return bytes_cmp(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* The attributes of one RDN, a set, in an order of their own. */
static bool
rdn_add(struct buf *out, struct arena *mem, const struct cursor *rdns,
    const struct der *rdn)
{
	struct bytes parts[ATTRS_MOST];
	struct cursor set = der_enter(rdns, rdn);
	size_t n = 0;

	while (!der_done(&set)) {
		AUTO(buf_clear) struct buf one = { .max = KEY_MOST };

		if (n == COUNT(parts) || !attr_add(&one, &set) || one.full)
			return false;
		parts[n++] = arena_bytes(mem, buf_bytes(&one));
	}
	if (n > 1)
		qsort(parts, n, sizeof(*parts), compare_parts);
	buf_u8(out, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		buf_add(out, parts[i]);
	return true;
}

static bool
name_add(struct buf *out, struct arena *mem, struct bytes name)
{
	struct cursor top = cursor_of(name), rdns;
	struct der seq, rdn;

	if (!der_take(&seq, &top, DER_SHELL, DER_SEQUENCE) || !der_done(&top))
		return false;
	for (rdns = der_enter(&top, &seq); !der_done(&rdns);)
		if (!der_take(&rdn, &rdns, DER_SHELL, DER_SET) ||
		    !rdn_add(out, mem, &rdns, &rdn))
			return false;
	return !out->full;
}

struct bytes
dn_key(struct arena *mem, struct bytes name_der)
{
	AUTO(buf_clear) struct buf out = { .max = KEY_MOST };

	if (!name_add(&out, mem, name_der))
		return arena_bytes(mem, name_der);
	return arena_bytes(mem, buf_bytes(&out));
}
