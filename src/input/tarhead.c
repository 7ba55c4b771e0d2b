/* SPDX-License-Identifier: Apache-2.0 */
/* One header of a tar archive, field by field. */
#include "input/tarhead.h"

#include "base/defs.h"

/* Fields of a header block */
enum {
	AT_NAME = 0,
	AT_SIZE = 124,
	AT_TYPE = 156,
	AT_LINK = 157,
	AT_MAGIC = 257,
	AT_DEVICE = 329,
	AT_PREFIX = 345,
	AT_REST = 500
};
enum { LEN_NAME = 100, LEN_SIZE = 12, LEN_PREFIX = AT_REST - AT_PREFIX };

/* Numbers besides the size. What a reader cannot read ends its archive there. */
static const struct number {
	uint16_t at, len;
	bool is_time;  /* may lie before 1970 */
	uint64_t most; /* what fits where it is put */
	const char *name;
} numbers[] = {
	{ 100, 8, false, 0177777, "mode" },
	{ 108, 8, false, UINT32_MAX, "owner" },
	{ 116, 8, false, UINT32_MAX, "group" },
	{ 136, 12, true, UINT64_C(1) << 40, "time" },
	{ AT_DEVICE, 8, false, UINT32_MAX, "device" },
	{ AT_DEVICE + 8, 8, false, UINT32_MAX, "device" },
};

static bool
all_zero(const uint8_t *block, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (block[i] != 0)
			return false;
	return true;
}

static struct bytes
text(const uint8_t *block, size_t at, size_t len)
{
	const uint8_t *end = memchr(block + at, '\0', len);

	return bytes_of(block + at, end == NULL ? len : (size_t)(end - (block + at)));
}

/* GNU and star: first bit set, then a big-endian number; all bits set: a negative one. */
static bool
binary(uint64_t *out, const uint8_t *f, size_t len, bool negative)
{
	uint8_t fill = negative ? 0xff : 0;
	uint64_t v = 0;

	for (size_t i = 1; i < len; i++) {
		if (i + 8 < len && f[i] != fill)
			return false;
		v = v << 8 | (uint8_t)(f[i] ^ fill);
	}
	*out = v;
	return v <= INT64_MAX;
}

/*
 * Blanks, octal digits, then only blanks and NULs. Nothing but NULs is 0; nothing but blanks
 * is a fault for GNU tar alone.
 */
static bool
octal(uint64_t *out, const uint8_t *f, size_t len)
{
	uint64_t v = 0;
	size_t i = 0, digits;

	while (i < len && f[i] == ' ')
		i++;
	for (digits = i; i < len && f[i] >= '0' && f[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(f[i] - '0');
	*out = v;
	if (digits == i)
		return all_zero(f, 0, len);
	for (; i < len; i++)
		if (f[i] != ' ' && f[i] != '\0')
			return false;
	return true;
}

static bool
number_fits(const uint8_t *block, const struct number *n)
{
	const uint8_t *f = block + n->at;
	uint64_t v;

	if (f[0] == 0xff && n->is_time)
		return binary(&v, f, n->len, true) && v <= n->most;
	return (f[0] == 0x80 ? binary(&v, f, n->len, false) : octal(&v, f, n->len)) &&
	       v <= n->most;
}

static int
check_numbers(const uint8_t *block, const struct where *at, struct err *err)
{
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (!number_fits(block, &numbers[i]))
			return err_set(err, REASON_TAR_AMBIGUOUS, at,
			    "the %s in the header is no number that all readers take",
			    numbers[i].name);
	return 0;
}

static int
read_size(
    struct tarhead *out, const uint8_t *block, const struct where *at, struct err *err)
{
	const uint8_t *f = block + AT_SIZE;

	if (f[0] == 0x80 ? binary(&out->size, f, LEN_SIZE, false)
			 : octal(&out->size, f, LEN_SIZE))
		return 0;
	return err_set(
	    err, REASON_TAR_BAD_SIZE, at, "size field is no number below 2^63");
}

static int
read_format(
    struct tarhead *out, const uint8_t *block, const struct where *at, struct err *err)
{
	const uint8_t *magic = block + AT_MAGIC;

	if (memcmp(magic, "ustar  \0", 8) == 0)
		out->format = TAR_GNU;
	else if (memcmp(magic, "ustar\0", 6) == 0)
		out->format = TAR_USTAR;
	else if (all_zero(magic, 0, 8))
		out->format = TAR_V7;
	else
		return err_set(err, REASON_TAR_AMBIGUOUS, at,
		    "header is neither v7, ustar nor GNU");
	return 0;
}

/*
 * Octets where the format has no field: some readers take them for part of the name (Python's
 * tarfile any prefix), for times (Go's archive/tar in star's format) or for another format.
 */
static int
check_unused(
    const struct tarhead *h, const uint8_t *block, const struct where *at, struct err *err)
{
	size_t from = h->format == TAR_USTAR ? AT_REST : AT_PREFIX;

	/* GNU tar fills in the devices of v7 headers, too. */
	if (!all_zero(block, from, TAR_BLOCK) ||
	    (h->format == TAR_V7 && !all_zero(block, AT_MAGIC, AT_DEVICE)))
		return err_set(err, REASON_TAR_AMBIGUOUS, at,
		    "octets behind the last field of the header");
	if (!all_zero(block, AT_NAME + h->name.len, AT_NAME + LEN_NAME) ||
	    !all_zero(block, AT_LINK + h->link.len, AT_LINK + LEN_NAME) ||
	    (h->format == TAR_USTAR &&
		!all_zero(block, AT_PREFIX + h->prefix.len, AT_REST)))
		return err_set(err, REASON_TAR_AMBIGUOUS, at,
		    "octets behind the end of a name in the header");
	return 0;
}

/*
 * Nobody reads the name of an extended header, so nobody judges it: line ends there make a
 * header look like text to readers that try many formats.
 */
static int
check_extended(const struct tarhead *h, const struct where *at, struct err *err)
{
	if (h->type != 'x' && h->type != 'g' && h->type != 'L' && h->type != 'K')
		return 0;
	for (size_t i = 0; i < h->name.len; i++)
		if (h->name.ptr[i] < 0x20 || h->name.ptr[i] == 0x7f)
			return err_set(err, REASON_TAR_AMBIGUOUS, at,
			    "control octets in the name of an extended header");
	return 0;
}

int
tarhead_parse(
    struct tarhead *out, const uint8_t *block, const struct where *at, struct err *err)
{
	struct where place = *at;

	*out = (struct tarhead){ .type = (char)block[AT_TYPE],
		.name = text(block, AT_NAME, LEN_NAME),
		.link = text(block, AT_LINK, LEN_NAME) };
	place.pointer = (struct str){ (const char *)out->name.ptr, out->name.len };
	if (check_numbers(block, &place, err) != 0 ||
	    read_size(out, block, &place, err) != 0 ||
	    read_format(out, block, &place, err) != 0)
		return -1;
	if (out->format == TAR_USTAR)
		out->prefix = text(block, AT_PREFIX, LEN_PREFIX);
	if (check_unused(out, block, &place, err) != 0)
		return -1;
	return check_extended(out, &place, err);
}
