/* SPDX-License-Identifier: Apache-2.0 */
/* The extensions of a revocation list (RFC 5280 section 5.2). */
#include <stdio.h>

#include "crypto/crl_parts.h"

enum {
	EXTS_MOST = 64,
	URLS_MOST = 32,
	URL_BYTES_MOST = 2048,
	NUMBER_BYTES_MOST = 20 /* RFC 5280 section 5.2.3 */
};

struct urls {
	struct str v[URLS_MOST];
	size_t n;
};

void
crl_critical_note(struct crl *c, struct arena *mem, const struct der_ext *e)
{
	char text[192];

	if (c->unknown_critical)
		return;
	c->unknown_critical = true;
	if (!der_oid_text(text, sizeof(text), e->oid.content))
		memcpy(text, "?", 2);
	c->unknown_critical_oid = arena_str(mem, str_of(text));
}

void
crl_issuers_settle(struct crl *c)
{
	if (!c->names_issuers || c->points.indirect || c->unknown_critical)
		return;
	c->unknown_critical = true;
	c->unknown_critical_oid = STR("2.5.29.29");
}

/* CRLNumber and BaseCRLNumber: not negative, at most 20 octets. */
static bool
number_read(struct bytes *out, struct cursor *c)
{
	struct der d;

	if (!der_take(&d, c, DER_STRICT, DER_INTEGER) || (d.content.ptr[0] & 0x80) != 0)
		return false;
	*out = d.content;
	if (out->ptr[0] == 0)
		*out = bytes_of(out->ptr + 1, out->len - 1);
	return out->len <= NUMBER_BYTES_MOST;
}

static bool
take_number(struct crl *out, struct arena *mem ATTR_UNUSED, struct cursor *c)
{
	return number_read(&out->number, c);
}

static bool
take_delta(struct crl *out, struct arena *mem ATTR_UNUSED, struct cursor *c)
{
	out->is_delta = true;
	return number_read(&out->base_number, c);
}

/* [0] keyIdentifier, [1] authorityCertIssuer, [2] authorityCertSerialNumber. */
static bool
take_aki(struct crl *out, struct arena *mem ATTR_UNUSED, struct cursor *c)
{
	struct der seq, field;
	struct cursor in;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(c, &seq);
	if (der_next_is(&in, DER_CONTEXT(0))) {
		der_read(&field, &in, DER_STRICT);
		out->aki = field.content;
	}
	if (der_next_is(&in, DER_CONTEXT_CONS(1)))
		der_read(&field, &in, DER_STRICT);
	if (der_next_is(&in, DER_CONTEXT(2)))
		der_read(&field, &in, DER_STRICT);
	return der_done(&in);
}

/* A URL is visible ASCII (RFC 3986). */
static bool
url_add(struct urls *urls, struct bytes url)
{
	if (url.len == 0 || url.len > URL_BYTES_MOST || urls->n == COUNT(urls->v))
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] >= 0x7f)
			return false;
	urls->v[urls->n++] = (struct str){ (const char *)url.ptr, url.len };
	return true;
}

/* GeneralNames ::= SEQUENCE SIZE (1..MAX); what is no URI is passed over. */
static bool
names_read(struct urls *urls, const struct cursor *c, const struct der *names)
{
	struct cursor in = der_enter(c, names);
	struct der name;

	if (names->content.len == 0)
		return false;
	while (!der_done(&in)) {
		if (!der_read(&name, &in, DER_STRICT) || (name.tag & 0xc0) != 0x80)
			return false;
		if (name.tag == DER_CONTEXT(6) && !url_add(urls, name.content))
			return false;
	}
	return true;
}

/*
 * [0] DistributionPointName: fullName [0] or nameRelativeToCRLIssuer [1]. The relative
 * form is never resolved.
 */
static bool
point_name_read(struct urls *urls, bool *relative, struct cursor *c)
{
	struct der field, name;
	struct cursor in;

	*relative = false;
	if (!der_take(&field, c, DER_STRICT, DER_CONTEXT_CONS(0)))
		return false;
	in = der_enter(c, &field);
	if (!der_read(&name, &in, DER_STRICT) || !der_done(&in))
		return false;
	*relative = name.tag == DER_CONTEXT_CONS(1);
	return *relative ||
	       (name.tag == DER_CONTEXT_CONS(0) && names_read(urls, &in, &name));
}

static void
urls_keep(
    const struct str **out, size_t *count, struct arena *mem, const struct urls *urls)
{
	struct str *list;

	*count = urls->n;
	if (urls->n == 0)
		return;
	list = arena_array(mem, urls->n, sizeof(*list));
	memcpy(list, urls->v, urls->n * sizeof(*list));
	*out = list;
}

/* [n] BOOLEAN DEFAULT FALSE: there and TRUE, or not there (X.690 section 11.5). */
static bool
flag_read(bool *out, struct cursor *c, uint8_t n)
{
	struct der d;

	*out = der_next_is(c, (uint8_t)DER_CONTEXT(n));
	return !*out || (der_read(&d, c, DER_STRICT) && d.content.len == 1 &&
			    d.content.ptr[0] == 0xff);
}

/* [3] ReasonFlags, a BIT STRING under an implicit tag. */
static bool
reasons_read(bool *out, struct cursor *c)
{
	struct der d;

	*out = der_next_is(c, DER_CONTEXT(3));
	return !*out || (der_read(&d, c, DER_STRICT) && d.content.len >= 1 &&
			    d.content.len <= 3 && d.content.ptr[0] < 8);
}

/* IssuingDistributionPoint (RFC 5280 section 5.2.5), which is never empty. */
static bool
take_point(struct crl *out, struct arena *mem, struct cursor *c)
{
	struct crl_points *p = &out->points;
	struct urls urls = { .n = 0 };
	struct der seq;
	struct cursor in;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE) || seq.content.len == 0)
		return false;
	p->present = true;
	p->der = seq.whole;
	in = der_enter(c, &seq);
	p->has_name = der_next_is(&in, DER_CONTEXT_CONS(0));
	if (p->has_name && !point_name_read(&urls, &p->relative, &in))
		return false;
	if (!flag_read(&p->only_users, &in, 1) || !flag_read(&p->only_cas, &in, 2) ||
	    !reasons_read(&p->some_reasons, &in) || !flag_read(&p->indirect, &in, 4) ||
	    !flag_read(&p->only_attributes, &in, 5))
		return false;
	urls_keep(&p->urls, &p->url_count, mem, &urls);
	return der_done(&in);
}

/* FreshestCRL ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint (section 5.2.6). */
static bool
take_freshest(struct crl *out, struct arena *mem, struct cursor *c)
{
	struct urls urls = { .n = 0 };
	struct der seq, point, field;
	struct cursor list, in;
	bool relative;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE) || seq.content.len == 0)
		return false;
	for (list = der_enter(c, &seq); !der_done(&list);) {
		if (!der_take(&point, &list, DER_STRICT, DER_SEQUENCE))
			return false;
		in = der_enter(&list, &point);
		if (der_next_is(&in, DER_CONTEXT_CONS(0)) &&
		    !point_name_read(&urls, &relative, &in))
			return false;
		if (der_next_is(&in, DER_CONTEXT(1)))
			der_read(&field, &in, DER_STRICT);
		if (der_next_is(&in, DER_CONTEXT_CONS(2)))
			der_read(&field, &in, DER_STRICT);
		if (!der_done(&in))
			return false;
	}
	out->has_freshest = true;
	urls_keep(&out->freshest, &out->freshest_count, mem, &urls);
	return true;
}

/* All of these are evaluated: critical is fine. */
static const struct ext_row {
	const char *oid;
	bool (*take)(struct crl *out, struct arena *mem, struct cursor *c);
} rows[] = {
	{ "\x55\x1d\x14", take_number },
	{ "\x55\x1d\x1b", take_delta },
	{ "\x55\x1d\x1c", take_point },
	{ "\x55\x1d\x23", take_aki },
	{ "\x55\x1d\x2e", take_freshest },
};

static const struct ext_row *
row_of(const struct der_ext *e)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (der_ext_is(e, rows[i].oid))
			return &rows[i];
	return NULL;
}

static bool
known_take(struct crl *out, const struct crl_input *in, const struct ext_row *row,
    const struct der_ext *e)
{
	struct cursor c = cursor_of(e->value.content);

	return der_check(e->value.content, in->limits, NULL, NULL) == 0 &&
	       row->take(out, in->mem, &c) && der_done(&c);
}

static int
refuse(const struct crl_input *in, const struct der_ext *e, struct err *err,
    const char *text)
{
	char oid[192], line[256];

	if (!der_oid_text(oid, sizeof(oid), e->oid.content))
		memcpy(oid, "?", 2);
	snprintf(line, sizeof(line), "extension %s %s", oid, text);
	return crl_refuse(in, e->seq.offset, err, line);
}

static int
one_read(
    struct crl *out, const struct crl_input *in, const struct der_ext *e, struct err *err)
{
	const struct ext_row *row = row_of(e);

	if (row != NULL && !known_take(out, in, row, e))
		return refuse(in, e, err, "is malformed");
	if (row == NULL && e->critical)
		crl_critical_note(out, in->mem, e);
	return 0;
}

int
crl_extensions_read(
    struct crl *out, const struct crl_input *in, struct cursor *c, struct err *err)
{
	struct bytes seen[EXTS_MOST];
	struct cursor inner, list;
	struct der field, seq;
	struct der_ext e;
	size_t count = 0;

	der_read(&field, c, DER_STRICT);
	inner = der_enter(c, &field);
	if (!der_take(&seq, &inner, DER_STRICT, DER_SEQUENCE) || !der_done(&inner) ||
	    seq.content.len == 0)
		return crl_refuse(in, field.offset, err, "malformed list of extensions");
	for (list = der_enter(&inner, &seq); !der_done(&list);) {
		if (!der_ext_take(&e, &list))
			return refuse(in, &e, err, "is malformed");
		if (count == COUNT(seen))
			return crl_refuse(in, e.seq.offset, err, "too many extensions");
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], e.oid.content))
				return refuse(in, &e, err, "stands twice");
		seen[count++] = e.oid.content;
		if (one_read(out, in, &e, err) != 0)
			return -1;
	}
	return 0;
}
