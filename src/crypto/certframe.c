/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a certificate, by our own reader alone (RFC 5280 section 4.1): what a library is
 * given afterwards has the right form, and no flood in it.
 */
#include "crypto/certframe.h"

/*
 * Before a library parses, prints or compares: floods of names and extensions cost
 * nothing.
 */
enum { NAME_ATTRS_MOST = 64, EXTENSIONS_MOST = 64, SERIAL_MOST = 64 };

/* Name ::= SEQUENCE OF SET OF SEQUENCE { OID, value } (RFC 5280 section 4.1.2.4). */
static int
name_check(const struct cursor *top, const struct der *name, const struct where *at,
    struct err *err)
{
	struct cursor rdns = der_enter(top, name), attrs, attr;
	struct der rdn, pair, oid, value;
	size_t n = 0;

	while (!der_done(&rdns)) {
		if (!der_take(&rdn, &rdns, DER_STRICT, DER_SET) || rdn.content.len == 0)
			return err_at(
			    err, REASON_CERT_NOT_DER, at, rdns.pos, "malformed name");
		attrs = der_enter(&rdns, &rdn);
		while (!der_done(&attrs)) {
			if (!der_take(&pair, &attrs, DER_STRICT, DER_SEQUENCE))
				return err_at(err, REASON_CERT_NOT_DER, at, attrs.pos,
				    "malformed name");
			attr = der_enter(&attrs, &pair);
			if (!der_take(&oid, &attr, DER_STRICT, DER_OID) ||
			    !der_read(&value, &attr, DER_STRICT) || !der_done(&attr))
				return err_at(err, REASON_CERT_NOT_DER, at, pair.offset,
				    "malformed name");
			if (!der_oid_ok(oid.content) || ++n > NAME_ATTRS_MOST)
				return err_at(err, REASON_LIMIT_CERT_HIT, at, pair.offset,
				    "name has too many attributes or a huge type");
		}
	}
	return 0;
}

static int
validity_read(struct cert_frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	struct der seq, before, after;
	struct cursor in;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return err_at(
		    err, REASON_CERT_NOT_DER, at, c->pos, "validity is no SEQUENCE");
	in = der_enter(c, &seq);
	if (!der_read(&before, &in, DER_STRICT) || !der_read(&after, &in, DER_STRICT) ||
	    !der_done(&in) || !der_time(&f->not_before, &before) ||
	    !der_time(&f->not_after, &after))
		return err_at(err, REASON_CERT_TIME, at, seq.offset,
		    "validity dates are not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
	return 0;
}

/*
 * RFC 5280 section 4.1.2.2: positive, at most 20 octets; users "SHOULD be prepared to gracefully
 * handle" zero and longer ones, which are in the field. A sign octet is not counted.
 */
static int
serial_check(struct cert_frame *f, const struct where *at, struct err *err)
{
	struct bytes v = f->serial.content;

	if (v.len > 1 && v.ptr[0] == 0x00)
		v = bytes_of(v.ptr + 1, v.len - 1);
	if ((f->serial.content.ptr[0] & 0x80) != 0 || v.len > SERIAL_MOST)
		return err_at(err, REASON_CERT_SERIAL, at, f->serial.offset,
		    "serial number is negative or longer than 64 octets");
	f->odd_serial = (v.len == 1 && v.ptr[0] == 0) || v.len > 20;
	return 0;
}

static int
version_read(struct cert_frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	struct der field, number;
	struct cursor in;

	f->version = 0;
	if (!der_next_is(c, DER_CONTEXT_CONS(0)))
		return 0;
	der_read(&field, c, DER_STRICT);
	in = der_enter(c, &field);
	/* v1 is the default, and DER does not write defaults (X.690 section 11.5). */
	if (!der_read(&number, &in, DER_STRICT) || !der_done(&in) ||
	    !der_uint(&f->version, &number) || f->version < 1 || f->version > 2)
		return err_at(
		    err, REASON_CERT_NOT_DER, at, field.offset, "wrong version");
	return 0;
}

static int
extensions_find(
    struct cert_frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	struct der field, seq, ext;
	struct cursor in, list;
	size_t n = 0;

	/*
	 * issuerUniqueID and subjectUniqueID: obsolete (RFC 5280 section 4.1.2.8), not
	 * used.
	 */
	for (uint8_t i = 1; i <= 2; i++)
		if (f->version >= 1 && der_next_is(c, (uint8_t)DER_CONTEXT(i)))
			der_read(&field, c, DER_STRICT);
	if (der_done(c))
		return 0;
	if (f->version != 2 || !der_take(&field, c, DER_STRICT, DER_CONTEXT_CONS(3)) ||
	    !der_done(c))
		return err_at(err, REASON_CERT_NOT_DER, at, c->pos,
		    "unknown field in the certificate");
	in = der_enter(c, &field);
	if (!der_take(&seq, &in, DER_STRICT, DER_SEQUENCE) || !der_done(&in) ||
	    seq.content.len == 0)
		return err_at(err, REASON_CERT_EXTENSION, at, field.offset,
		    "malformed list of extensions");
	list = der_enter(&in, &seq);
	while (!der_done(&list)) {
		if (!der_take(&ext, &list, DER_STRICT, DER_SEQUENCE))
			return err_at(err, REASON_CERT_EXTENSION, at, list.pos,
			    "malformed list of extensions");
		if (++n > EXTENSIONS_MOST)
			return err_at(err, REASON_LIMIT_CERT_HIT, at, ext.offset,
			    "too many extensions");
	}
	f->extensions = seq.whole;
	return 0;
}

/* --- what it would cost --- */

enum { ELEMENTS_DEEP = 16, ELEMENTS_PER_NAME = 4 };

/* How many elements stand in `der`, in all; more than `most` are not counted. */
static uint64_t
elements(struct bytes der, uint64_t most, int deep)
{
	struct cursor in = cursor_of(der);
	struct der one;
	uint64_t n = 0;

	while (n <= most && in.pos < in.in.len && der_read(&one, &in, DER_STRICT)) {
		n++;
		if ((one.tag & 0x20) != 0 /* constructed */ && deep > 0)
			n += elements(one.content, most - n, deep - 1);
	}
	return n;
}

/* The entries of a SEQUENCE; `below`: those of its entries together. */
static uint64_t
entries(struct bytes der, bool below)
{
	struct cursor top = cursor_of(der), in;
	struct der seq, one;
	uint64_t n = 0;

	if (!der_read(&seq, &top, DER_STRICT))
		return 0;
	for (in = der_enter(&top, &seq); !in.failed && in.pos < in.in.len;) {
		if (!der_read(&one, &in, DER_STRICT))
			break;
		n += below ? entries(one.whole, false) : 1;
	}
	return n;
}

/*
 * Alternative names, and entries of name constraints, are compared with each other when a chain is
 * checked; and whatever stands in an extension is an object of its own once a library has it:
 * distribution points, policies, places to ask.
 */
static bool
names_within(struct bytes extensions, uint64_t most)
{
	struct cursor top = cursor_of(extensions), list;
	struct der_ext e;
	struct der seq;

	if (extensions.len == 0 || !der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return true;
	for (list = der_enter(&top, &seq); !list.failed && list.pos < list.in.len;) {
		if (!der_ext_take(&e, &list))
			return true; /* refused with a better word later */
		if ((der_ext_is(&e, "\x55\x1d\x11") && entries(e.value.content, false) > most) ||
		    (der_ext_is(&e, "\x55\x1d\x1e") && entries(e.value.content, true) > most) ||
		    elements(e.value.content, most * ELEMENTS_PER_NAME, ELEMENTS_DEEP) >
			most * ELEMENTS_PER_NAME)
			return false;
	}
	return true;
}

static int
tbs_read(struct cert_frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	if (version_read(f, c, at, err) != 0)
		return -1;
	if (!der_take(&f->serial, c, DER_STRICT, DER_INTEGER) ||
	    !algid_read(&f->inner, c, DER_STRICT) ||
	    !der_take(&f->issuer, c, DER_STRICT, DER_SEQUENCE))
		return err_at(err, REASON_CERT_NOT_DER, at, c->pos,
		    "no serial, algorithm or issuer");
	if (serial_check(f, at, err) != 0 ||
	    name_check(c, &f->issuer, at, err) != 0 || validity_read(f, c, at, err) != 0)
		return -1;
	if (!der_take(&f->subject, c, DER_STRICT, DER_SEQUENCE) ||
	    !der_take(&f->spki, c, DER_STRICT, DER_SEQUENCE))
		return err_at(err, REASON_CERT_NOT_DER, at, c->pos, "no subject or key");
	if (name_check(c, &f->subject, at, err) != 0)
		return -1;
	return extensions_find(f, c, at, err);
}

int
certframe_read(struct cert_frame *f, struct bytes der, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct cursor top = cursor_of(der), outer, inner;
	struct der cert, tbs, sig;
	struct err wrong;

	*f = (struct cert_frame){ 0 };
	if (der_check(der, limits, at, &wrong) != 0)
		return err_at(err,
		    wrong.reason == REASON_DER_SYNTAX ? REASON_CERT_NOT_DER : wrong.reason, at,
		    (size_t)wrong.offset, wrong.text);
	if (!der_take(&cert, &top, DER_STRICT, DER_SEQUENCE) || !der_done(&top))
		return err_at(err, REASON_CERT_NOT_DER, at, 0, "no SEQUENCE");
	outer = der_enter(&top, &cert);
	if (!der_take(&tbs, &outer, DER_STRICT, DER_SEQUENCE) ||
	    !algid_read(&f->outer, &outer, DER_STRICT) ||
	    !der_take(&sig, &outer, DER_STRICT, DER_BIT_STRING) || !der_done(&outer))
		return err_at(
		    err, REASON_CERT_NOT_DER, at, outer.pos, "not a certificate");
	inner = der_enter(&outer, &tbs);
	if (tbs_read(f, &inner, at, err) != 0)
		return -1;
	/* RFC 5280 section 4.1.1.2: both fields are the same. */
	if (!bytes_equal(f->inner.whole, f->outer.whole))
		return err_at(err, REASON_CERT_ALG_MISMATCH, at, f->issuer.offset,
		    "inner and outer signature algorithm differ");
	if (!names_within(f->extensions, limits->v[LIMIT_CERT_NAMES]))
		return err_at(err, REASON_LIMIT_CERT_HIT, at, 0,
		    "more alternative names, name constraints or other entries of an extension than the limit cert-names");
	return 0;
}
