/* SPDX-License-Identifier: Apache-2.0 */
/* DER: strict scan of a whole structure, and a reader over a cursor. */
#include "codec/der.h"

#include <stdio.h>

/*
 * X.690 section 8.1.2.4: numbers from 31 on, seven bits an octet, no leading zero octet.
 */
static bool
tag_high(struct cursor *c)
{
	uint32_t number = 0;
	uint8_t octet;

	for (int i = 0; i < 4; i++) {
		octet = cursor_u8(c);
		if (c->failed || (i == 0 && octet == 0x80))
			return false;
		number = number << 7 | (octet & 0x7f);
		if ((octet & 0x80) == 0)
			return number >= 31;
	}
	return false;
}

static bool
header_read(uint8_t *tag, size_t *len, struct cursor *c, enum der_form form)
{
	uint8_t first;
	uint64_t value;
	size_t n;

	*tag = cursor_u8(c);
	if (!c->failed && (*tag & 0x1f) == 0x1f && !tag_high(c))
		return false;
	first = cursor_u8(c);
	if (c->failed)
		return false;
	*len = first;
	if (first < 0x80)
		return true;
	/* 80 is the indefinite form, FF is reserved (X.690 section 8.1.3.5). */
	n = first & 0x7f;
	if (n == 0 || n > 4)
		return false;
	value = cursor_be(c, n);
	*len = (size_t)value;
	if (c->failed)
		return false;
	/* X.690 section 10.1: the fewest octets that hold the length. */
	return form == DER_SHELL || (value >= 0x80 && value >> (8 * (n - 1)) != 0);
}

bool
der_read(struct der *out, struct cursor *c, enum der_form form)
{
	size_t start = c->pos, len = 0;

	*out = (struct der){ .offset = start };
	if (c->failed || !header_read(&out->tag, &len, c, form)) {
		c->failed = true;
		return false;
	}
	out->content = cursor_take(c, len);
	if (c->failed)
		return false;
	out->whole = bytes_of(c->in.ptr + start, c->pos - start);
	return true;
}

bool
der_next_is(const struct cursor *c, uint8_t tag)
{
	return !c->failed && c->pos < c->in.len && c->in.ptr[c->pos] == tag;
}

bool
der_take(struct der *out, struct cursor *c, enum der_form form, uint8_t tag)
{
	if (!der_next_is(c, tag)) {
		*out = (struct der){ .offset = c->pos };
		c->failed = true;
		return false;
	}
	return der_read(out, c, form);
}

struct cursor
der_enter(const struct cursor *c, const struct der *d)
{
	size_t end = d->offset + d->whole.len;

	return (struct cursor){ { c->in.ptr, end }, end - d->content.len, c->failed };
}

bool
der_done(const struct cursor *c)
{
	return !c->failed && c->pos == c->in.len;
}

static bool
integer_ok(struct bytes v)
{
	if (v.len == 0)
		return false;
	/* X.690 section 8.3.2: the first nine bits are neither all zero nor all one. */
	return v.len == 1 || !((v.ptr[0] == 0x00 && v.ptr[1] < 0x80) ||
				 (v.ptr[0] == 0xff && v.ptr[1] >= 0x80));
}

static bool
oid_form_ok(struct bytes oid)
{
	bool start = true;

	for (size_t i = 0; i < oid.len; i++) {
		if (start && oid.ptr[i] == 0x80)
			return false;
		start = oid.ptr[i] < 0x80;
	}
	return oid.len > 0 && start;
}

static bool
bits_ok(struct bytes v)
{
	if (v.len == 0 || v.ptr[0] > 7 || (v.len == 1 && v.ptr[0] != 0))
		return false;
	return v.len == 1 || (v.ptr[v.len - 1] & ((1u << v.ptr[0]) - 1)) == 0;
}

/* What DER says about the value of a universal type; NULL if all is well. */
static const char *
universal_check(const struct der *d)
{
	unsigned number = d->tag & 0x1f;
	bool constructed = (d->tag & 0x20) != 0;

	switch (number) {
	case 8:
	case 11:
	case 16:
	case 17:
	case 29:
		return constructed ? NULL : "constructed type in primitive form";
	default:
		break;
	}
	if (number == 0)
		return "end-of-contents octets";
	/* X.690 section 10.2: strings are not cut into parts. */
	if (constructed && number != 0x1f)
		return "primitive type in constructed form";
	switch (number) {
	case DER_BOOLEAN:
		return d->content.len == 1 &&
			       (d->content.ptr[0] == 0x00 || d->content.ptr[0] == 0xff)
			   ? NULL
			   : "BOOLEAN other than 00 or FF";
	case DER_INTEGER:
	case DER_ENUMERATED:
		return integer_ok(d->content) ? NULL : "INTEGER not in its shortest form";
	case DER_BIT_STRING:
		return bits_ok(d->content) ? NULL : "BIT STRING with wrong spare bits";
	case DER_NULL:
		return d->content.len == 0 ? NULL : "NULL with content";
	case DER_OID:
		return oid_form_ok(d->content) ? NULL : "malformed OBJECT IDENTIFIER";
	default:
		return NULL;
	}
}

/* Values are walked in order; `ends` holds where the open constructed ones end. */
static int
check(struct bytes whole, enum der_form form, const struct limits *limits,
    const struct where *at, struct err *err)
{
	uint64_t most = limits->v[LIMIT_DER_DEPTH];
	size_t ends[64];
	size_t depth = 0, start, len, end;
	struct cursor c = cursor_of(whole);
	const char *fault;
	struct der d;

	if (most > COUNT(ends))
		most = COUNT(ends);
	do {
		start = c.pos;
		if (!header_read(&d.tag, &len, &c, form))
			return err_at(
			    err, REASON_DER_SYNTAX, at, start, "malformed tag or length");
		end = depth == 0 ? whole.len : ends[depth - 1];
		if (c.pos > end || len > end - c.pos)
			return err_at(err, REASON_DER_SYNTAX, at, start,
			    "value is longer than what holds it");
		d.content = bytes_of(whole.ptr + c.pos, len);
		fault = form == DER_STRICT && (d.tag & 0xc0) == 0 ? universal_check(&d)
								  : NULL;
		if (fault != NULL)
			return err_at(err, REASON_DER_SYNTAX, at, start, fault);
		if ((d.tag & 0x20) != 0) {
			if (depth >= most)
				return err_at(err, REASON_LIMIT_DER_DEPTH_HIT, at, start,
				    "nested deeper than the limit");
			ends[depth++] = c.pos + len;
		} else {
			c.pos += len;
		}
		while (depth > 0 && c.pos == ends[depth - 1])
			depth--;
	} while (depth > 0);
	if (c.pos != whole.len)
		return err_at(
		    err, REASON_DER_SYNTAX, at, c.pos, "bytes after the value");
	return 0;
}

int
der_check(struct bytes whole, const struct limits *limits, const struct where *at,
    struct err *err)
{
	return check(whole, DER_STRICT, limits, at, err);
}

int
der_check_shell(struct bytes whole, const struct limits *limits, const struct where *at,
    struct err *err)
{
	return check(whole, DER_SHELL, limits, at, err);
}

bool
der_uint(uint64_t *out, const struct der *d)
{
	uint64_t v = 0;

	*out = 0;
	if (d->tag != DER_INTEGER || !integer_ok(d->content) || d->content.len > 8 ||
	    d->content.ptr[0] >= 0x80)
		return false;
	for (size_t i = 0; i < d->content.len; i++)
		v = v << 8 | d->content.ptr[i];
	*out = v;
	return true;
}

bool
der_bits(struct bytes *out, const struct der *d)
{
	*out = (struct bytes){ NULL, 0 };
	if (d->tag != DER_BIT_STRING || d->content.len == 0 || d->content.ptr[0] != 0)
		return false;
	*out = bytes_of(d->content.ptr + 1, d->content.len - 1);
	return true;
}

bool
der_oid_ok(struct bytes oid)
{
	return oid.len <= DER_OID_MOST && oid_form_ok(oid);
}

bool
der_oid_small(struct bytes oid, size_t *at)
{
	uint64_t arc = 0;

	for (size_t i = 0; i < oid.len; i++) {
		arc = arc << 7 | (oid.ptr[i] & 0x7f);
		if (arc > INT32_MAX) {
			if (at != NULL)
				*at = i;
			return false;
		}
		if (oid.ptr[i] < 0x80)
			arc = 0;
	}
	return true;
}

bool
der_oid_text(char *out, size_t size, struct bytes oid)
{
	uint64_t arc = 0, root;
	size_t used = 0;
	bool first = true;
	int n;

	out[0] = '\0';
	if (!der_oid_ok(oid))
		return false;
	for (size_t i = 0; i < oid.len; i++) {
		if (arc >> 57 != 0)
			goto refuse;
		arc = arc << 7 | (oid.ptr[i] & 0x7f);
		if (oid.ptr[i] >= 0x80)
			continue;
		/* X.690 section 8.19.4: the first two arcs share one number. */
		root = arc < 80 ? arc / 40 : 2;
		if (first)
			n = snprintf(out, size, "%llu.%llu", (unsigned long long)root,
			    (unsigned long long)(arc - root * 40));
		else
			n = snprintf(
			    out + used, size - used, ".%llu", (unsigned long long)arc);
		if (n < 0 || (size_t)n >= size - used)
			goto refuse;
		used += (size_t)n;
		first = false;
		arc = 0;
	}
	return true;
refuse:
	out[0] = '\0';
	return false;
}

static bool
digits(int *out, struct bytes text, size_t pos, size_t n)
{
	int v = 0;

	for (size_t i = pos; i < pos + n; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		v = v * 10 + (text.ptr[i] - '0');
	}
	*out = v;
	return true;
}

/* MMDDHHMMSS from `pos` on. */
static bool
civil(struct when *out, int year, struct bytes text, size_t pos)
{
	int part[5];

	for (size_t i = 0; i < COUNT(part); i++)
		if (!digits(&part[i], text, pos + 2 * i, 2))
			return false;
	return when_from_civil(out, year, part[0], part[1], part[2], part[3], part[4]);
}

bool
der_time(struct when *out, const struct der *d)
{
	struct bytes text = d->content;
	int year;

	if (text.len < 13 || text.ptr[text.len - 1] != 'Z')
		return false;
	if (d->tag == DER_UTC_TIME && text.len == 13 && digits(&year, text, 0, 2))
		return civil(out, year >= 50 ? 1900 + year : 2000 + year, text, 2);
	if (d->tag == DER_GENERALIZED_TIME && text.len == 15 && digits(&year, text, 0, 4))
		return civil(out, year, text, 4);
	return false;
}

bool
der_time_fraction(struct when *out, bool *more, const struct der *d)
{
	struct bytes text = d->content;
	uint32_t nsec = 0, unit = 100000000;
	int year;

	*more = false;
	if (d->tag != DER_GENERALIZED_TIME || text.len < 15 || text.len > 25 ||
	    text.ptr[text.len - 1] != 'Z' || !digits(&year, text, 0, 4) ||
	    !civil(out, year, text, 4))
		return false;
	if (text.len == 15)
		return true;
	if (text.ptr[14] != '.' || text.len == 16 || text.ptr[text.len - 2] == '0')
		return false;
	for (size_t i = 15; i < text.len - 1; i++, unit /= 10) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		nsec += (uint32_t)(text.ptr[i] - '0') * unit;
	}
	out->usec = nsec / 1000;
	*more = nsec % 1000 != 0;
	return true;
}

bool
der_ext_take(struct der_ext *e, struct cursor *list)
{
	struct cursor in;
	struct der flag;

	*e = (struct der_ext){ .critical = false };
	if (!der_take(&e->seq, list, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(list, &e->seq);
	if (!der_take(&e->oid, &in, DER_STRICT, DER_OID) || !der_oid_ok(e->oid.content))
		return false;
	if (der_next_is(&in, DER_BOOLEAN)) {
		/* FALSE is the default, which DER does not write (X.690 section 11.5). */
		if (!der_read(&flag, &in, DER_STRICT) || flag.content.ptr[0] != 0xff)
			return false;
		e->critical = true;
	}
	return der_take(&e->value, &in, DER_STRICT, DER_OCTET_STRING) && der_done(&in);
}

bool
der_ext_is(const struct der_ext *e, const char *oid)
{
	return bytes_equal(e->oid.content, bytes_of(oid, strlen(oid)));
}
