/* SPDX-License-Identifier: Apache-2.0 */
/* Every value of a DER structure changed in every way (see derchange.h). */
#include "tests/lib/derchange.h"

#include "base/defs.h"
#include "tests/lib/deredit.h"

enum { PATHS_MOST = 512 };

static const struct bytes none = { NULL, 0 };
static const uint8_t tags[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13,
	0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e, 0x1f, 0x30, 0x31, 0x80, 0x81, 0x82, 0x84,
	0x86, 0x87, 0x88, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xbf };

struct place { /* a value, and where it stands */
	const struct derchange *d;
	struct arena *mem;
	struct bytes der, value, in;
	const char *path;
	uint8_t tag;
};

static void
with(const struct place *p, const char *how, struct bytes instead)
{
	p->d->each(p->d->context, arena_printf(p->mem, "%s-%s", p->path, how).ptr,
	    der_edit(p->mem, p->der, p->path, instead));
}

/* The same tag over another content. */
static void
filled(const struct place *p, const char *how, struct bytes content)
{
	with(p, how, der_make(p->mem, p->tag, content));
}

static struct bytes
reversed(const struct place *p)
{
	struct bytes out = none, one;
	size_t left = p->in.len;

	for (unsigned i = 0; left > 0; i++, left -= one.len) {
		one = der_at(p->value, arena_printf(p->mem, "%u", i).ptr);
		out = der_join(p->mem, one, out);
	}
	return out;
}

static void
bits(const struct place *p)
{
	struct forge *f = p->d->forge;

	filled(p, "shorter", bytes_of(p->in.ptr, p->in.len - 1));
	for (int i = 0; i < 8; i++) {
		filled(p, arena_printf(p->mem, "first%d", i).ptr,
		    forge_flip(f, p->in, 0, (uint8_t)(1 << i)));
		filled(p, arena_printf(p->mem, "last%d", i).ptr,
		    forge_flip(f, p->in, p->in.len - 1, (uint8_t)(1 << i)));
	}
}

struct odd {
	const char *name, *octets;
	size_t len;
};
#define ODD(name, octets) { name, octets, sizeof(octets) - 1 }
#define ROW_END { NULL, NULL, 0 }

static const struct odd numbers[] = { ODD("zero", "\0"), ODD("minus-1", "\xff"),
	ODD("one", "\x01"), ODD("two", "\x02"), ODD("999", "\x03\xe7"),
	ODD("1000", "\x03\xe8"), ODD("minus-128", "\x80"), ODD("led", "\0\x01"),
	ODD("minus-led", "\xff\xff"), ODD("31-bits", "\x7f\xff\xff\xff"),
	ODD("32-bits", "\0\x80\0\0\0"), ODD("63-bits", "\x7f\xff\xff\xff\xff\xff\xff\xff"),
	ODD("64-bits", "\0\xff\xff\xff\xff\xff\xff\xff\xff"),
	ODD("minus-63-bits", "\x80\0\0\0\0\0\0\0"),
	ODD("128-bits", "\x7f" "123456789abcdef"),
	ODD("520-bits", "\x01" "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
	ROW_END };
static const struct odd identifiers[] = { ODD("31-bits", "\x2a\x87\xff\xff\xff\x7f"),
	ODD("32-bits", "\x2a\x88\x80\x80\x80\0"),
	ODD("63-bits", "\x2a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
	ODD("first-31-bits", "\x87\xff\xff\xff\x7f"), ODD("first-32-bits", "\x88\x80\x80\x80\0"),
	ODD("led", "\x2a\x80\x01"), ODD("cut", "\x2a\x81"), ODD("one", "\x2a"), ROW_END };
static const struct odd times[] = { ODD("long-z", "20240201000000Z"), ODD("short-z", "240201000000Z"),
	ODD("minutes", "2402010000Z"), ODD("long-minutes", "202402010000Z"),
	ODD("short-offset", "240201000000+0100"), ODD("long-offset", "20240201000000+0100"),
	ODD("zero-offset", "20240201000000+0000"), ODD("local", "20240201000000"),
	ODD("small-z", "20240201000000z"), ODD("tenth", "20240201000000.1Z"),
	ODD("tenth-0", "20240201000000.10Z"), ODD("point", "20240201000000.Z"),
	ODD("comma", "20240201000000,1Z"), ODD("fraction-0", "20240201000000.0Z"),
	ODD("nine", "20240201000000.123456789Z"), ODD("ten", "20240201000000.1234567891Z"),
	ODD("point-offset", "20240201000000.1+0100"), ODD("leap", "20240229000000Z"),
	ODD("no-leap", "20230229000000Z"), ODD("second-60", "20240131235960Z"),
	ODD("hour-24", "20240201240000Z"), ODD("month-13", "20241301000000Z"),
	ODD("day-0", "20240200000000Z"), ODD("year-0", "00000201000000Z"),
	ODD("year-1950", "500201000000Z"), ODD("year-2049", "491231235959Z"),
	ODD("blank", "2024020100000 Z"), ODD("sign", "+0240201000000Z"),
	ODD("behind", "20240201000000Z "), ROW_END };

static void
odd_forms(const struct place *p)
{
	const struct odd *rows = p->tag == 0x02 || p->tag == 0x80 || p->tag == 0x81 ? numbers
				 : p->tag == 0x06				     ? identifiers
				 : p->tag == 0x17 || p->tag == 0x18		     ? times
										     : NULL;

	for (; rows != NULL && rows->name != NULL; rows++)
		filled(p, rows->name, bytes_of(rows->octets, rows->len));
	/* BOOLEAN: TRUE is FF alone (X.690 section 11.1), FALSE a default that is left out. */
	if (p->tag == 0x01)
		filled(p, "false", BYTES_LIT("\0"));
}

static void
changes(const struct place *p)
{
	with(p, "removed", none);
	with(p, "twice", der_join(p->mem, p->value, p->value));
	filled(p, "empty", none);
	filled(p, "longer", der_join(p->mem, p->in, BYTES_LIT("\x05\x00")));
	filled(p, "led", der_join(p->mem, BYTES_LIT("\x00"), p->in));
	for (size_t i = 0; i < sizeof(tags); i++)
		if (tags[i] != p->tag)
			with(p, arena_printf(p->mem, "tag%02x", tags[i]).ptr,
			    der_make(p->mem, tags[i], p->in));
	if ((p->tag & 0x20) != 0) {
		filled(p, "reversed", reversed(p));
		return;
	}
	if (p->in.len > 0)
		bits(p);
	odd_forms(p);
}

/* How many whole values does the content hold? 0: none, or something else. */
static unsigned
children(struct bytes in)
{
	unsigned n = 0;
	size_t len;

	for (; in.len >= 2; n++) {
		len = in.ptr[1];
		if ((in.ptr[0] & 0x1f) == 0x1f || (len >= 0x80 && (len != 0x81 && len != 0x82)))
			return 0;
		len = len < 0x80 ? 2 + len
		      : len == 0x81 && in.len > 2 ? 3u + in.ptr[2]
		      : in.len > 3 ? 4u + ((unsigned)in.ptr[2] << 8 | in.ptr[3])
				   : in.len + 1;
		if (len > in.len)
			return 0;
		in = bytes_of(in.ptr + len, in.len - len);
	}
	return in.len == 0 ? n : 0;
}

static bool
is_spared(const struct derchange *d, const char *path)
{
	for (size_t i = 0; d->spared != NULL && d->spared[i] != NULL; i++)
		if (strcmp(d->spared[i], path) == 0)
			return true;
	return false;
}

void
derchange_all(const struct derchange *d, struct bytes der)
{
	struct arena *mem = forge_mem(d->forge);
	const char *todo[PATHS_MOST];
	unsigned count;
	size_t n = 0;

	for (unsigned i = children(der_content(der)); i-- > 0;)
		todo[n++] = arena_printf(mem, "%u", i).ptr;
	while (n > 0) {
		struct place p = { .d = d, .mem = mem, .der = der, .path = todo[--n] };

		if (is_spared(d, p.path))
			continue;
		p.value = der_at(der, p.path);
		p.in = der_content(p.value);
		p.tag = p.value.ptr[0];
		changes(&p);
		/* What stands in an OCTET STRING may be DER, too. */
		count = (p.tag & 0x20) != 0 || p.tag == 0x04 ? children(p.in) : 0;
		while (count-- > 0 && n < COUNT(todo))
			todo[n++] = arena_printf(mem, "%s.%u", p.path, count).ptr;
	}
}
