/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP responses (RFC 6960 section 4.2): the frame and the answers. See ocspsigner.c for
 * trust.
 */
#include "crypto/ocsp.h"

#include "codec/der.h"
#include "crypto/algid.h"

enum { CERTS_MOST = 16, EXTENSIONS_MOST = 32, KEY_HASH_LEN = 20 };

/* id-pkix-ocsp-basic (RFC 6960 section 4.2.1) */
static const char oid_basic[] = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01";
/* id-sha1 (RFC 3279 section 2.1) */
static const char oid_sha1[] = "\x2b\x0e\x03\x02\x1a";

struct input {
	struct bytes der;
	struct arena *mem;
	const struct limits *limits;
	const struct where *at;
};

static int
refuse(struct err *err, enum reason reason, const struct input *in, struct bytes here,
    const char *text)
{
	struct where at = { 0 };

	if (in->at != NULL)
		at = *in->at;
	at.offset = here.ptr == NULL ? 0 : (uint64_t)(here.ptr - in->der.ptr);
	return err_set(err, reason, &at, "%s", text);
}

static int
malformed(
    struct err *err, const struct input *in, const struct cursor *c, const char *text)
{
	return refuse(
	    err, REASON_OCSP_MALFORMED, in, bytes_of(c->in.ptr + c->pos, 0), text);
}

/* DER all the way down. */
static int
strict(const struct input *in, struct bytes part, struct err *err)
{
	struct err inner;

	if (der_check(part, in->limits, NULL, &inner) == 0)
		return 0;
	if (part.len > 0)
		part = bytes_of(part.ptr + inner.offset, 0);
	return refuse(err, REASON_OCSP_MALFORMED, in, part, inner.text);
}

/* RFC 5280 section 4.1.2.5.2: seconds, no fraction, Z. */
static bool
time_read(struct when *out, struct cursor *c)
{
	struct der d;

	return der_take(&d, c, DER_STRICT, DER_GENERALIZED_TIME) && der_time(out, &d);
}

/* [n] EXPLICIT: a cursor inside. */
static bool
field_enter(struct cursor *in, struct cursor *c, uint8_t n)
{
	struct der field;

	if (!der_take(&field, c, DER_STRICT, (uint8_t)DER_CONTEXT_CONS(n)))
		return false;
	*in = der_enter(c, &field);
	return true;
}

/*
 * [1] EXPLICIT Extensions, if it comes next. None is evaluated here: those of RFC 6960
 * section 4.4 are hints, and a critical one may change what the answer means.
 */
static bool
extensions_read(bool *critical, struct cursor *c)
{
	struct bytes seen[EXTENSIONS_MOST];
	struct der_ext e;
	struct der list;
	struct cursor in;
	size_t n = 0;

	*critical = false;
	if (!der_next_is(c, DER_CONTEXT_CONS(1)))
		return true;
	if (!field_enter(&in, c, 1) || !der_take(&list, &in, DER_STRICT, DER_SEQUENCE) ||
	    !der_done(&in) || list.content.len == 0)
		return false;
	for (in = der_enter(&in, &list); !der_done(&in); n++) {
		if (n == COUNT(seen) || !der_ext_take(&e, &in))
			return false;
		for (size_t i = 0; i < n; i++)
			if (bytes_equal(seen[i], e.oid.content))
				return false;
		seen[n] = e.oid.content;
		*critical = *critical || e.critical;
	}
	return true;
}

bool
ocsp_cert_id_read(struct ocsp_single *s, struct cursor *c, enum der_form form)
{
	struct der seq, name, key, serial;
	struct algid alg;
	struct cursor in;

	if (!der_take(&seq, c, form, DER_SEQUENCE))
		return false;
	in = der_enter(c, &seq);
	if (!algid_read(&alg, &in, form) ||
	    !der_take(&name, &in, form, DER_OCTET_STRING) ||
	    !der_take(&key, &in, form, DER_OCTET_STRING) ||
	    !der_take(&serial, &in, form, DER_INTEGER) || !der_done(&in))
		return false;
	s->hash_oid = alg.oid;
	s->hash = alg.kind == ALGID_HASH ? alg.hash : DIGEST_NONE;
	s->hash_sha1 = bytes_equal(alg.oid, bytes_of(oid_sha1, sizeof(oid_sha1) - 1)) &&
		       (alg.params.tag == 0 || alg.params.tag == DER_NULL);
	s->issuer_name_hash = name.content;
	s->issuer_key_hash = key.content;
	s->serial = serial.content;
	return true;
}

/*
 * RevokedInfo ::= SEQUENCE { revocationTime, revocationReason [0] EXPLICIT OPTIONAL }. A
 * reason that RFC 5280 section 5.3.1 does not know is none: revoked it stays.
 */
static bool
revoked_read(struct ocsp_single *s, struct cursor in)
{
	struct cursor inner;
	struct der reason;

	if (!time_read(&s->revoked_at, &in))
		return false;
	if (der_done(&in))
		return true;
	if (!field_enter(&inner, &in, 0) || !der_done(&in) ||
	    !der_take(&reason, &inner, DER_STRICT, DER_ENUMERATED) || !der_done(&inner) ||
	    reason.content.len == 0)
		return false;
	if (reason.content.len == 1 && reason.content.ptr[0] <= 10 &&
	    reason.content.ptr[0] != 7)
		s->reason = reason.content.ptr[0];
	return true;
}

static bool
status_read(struct ocsp_single *s, struct cursor *c)
{
	struct der d;

	s->reason = -1;
	if (!der_read(&d, c, DER_STRICT))
		return false;
	switch (d.tag) {
	case DER_CONTEXT(0):
		s->status = OCSP_GOOD;
		return d.content.len == 0;
	case DER_CONTEXT_CONS(1):
		s->status = OCSP_REVOKED;
		return revoked_read(s, der_enter(c, &d));
	case DER_CONTEXT(2):
		s->status = OCSP_UNKNOWN;
		return d.content.len == 0;
	default:
		return false;
	}
}

/* SingleResponse (RFC 6960 section 4.2.1) */
static bool
single_read(struct ocsp_single *s, struct cursor *c)
{
	struct cursor in, inner;
	struct der seq;

	*s = (struct ocsp_single){ .status = OCSP_UNKNOWN };
	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(c, &seq);
	if (!ocsp_cert_id_read(s, &in, DER_STRICT) || !status_read(s, &in) ||
	    !time_read(&s->this_update, &in))
		return false;
	s->has_next_update = der_next_is(&in, DER_CONTEXT_CONS(0));
	if (s->has_next_update &&
	    (!field_enter(&inner, &in, 0) || !time_read(&s->next_update, &inner) ||
		!der_done(&inner) || when_cmp(s->next_update, s->this_update) < 0))
		return false;
	return extensions_read(&s->unknown_critical, &in) && der_done(&in);
}

static int
singles_read(struct ocsp *o, struct cursor *c, const struct input *in, struct err *err)
{
	VEC(struct ocsp_single) list = { NULL, 0, 0 };
	struct ocsp_single s;
	struct cursor inner;
	struct der seq;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return malformed(err, in, c, "no list of answers");
	for (inner = der_enter(c, &seq); !der_done(&inner);) {
		if (!single_read(&s, &inner))
			return malformed(err, in, &inner, "malformed answer");
		VEC_PUSH(in->mem, &list, s);
	}
	if (list.n == 0)
		return malformed(err, in, c, "response without an answer");
	o->singles = list.v;
	o->single_count = list.n;
	return 0;
}

/* ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash }, both EXPLICIT */
static bool
responder_read(struct ocsp *o, struct cursor *c)
{
	struct cursor in;
	struct der d;

	if (der_next_is(c, DER_CONTEXT_CONS(1))) {
		if (!field_enter(&in, c, 1) ||
		    !der_take(&d, &in, DER_STRICT, DER_SEQUENCE))
			return false;
		o->responder_name = d.whole;
	} else {
		if (!field_enter(&in, c, 2) ||
		    !der_take(&d, &in, DER_STRICT, DER_OCTET_STRING) ||
		    d.content.len != KEY_HASH_LEN)
			return false;
		o->responder_key = d.content;
	}
	return der_done(&in);
}

/* ResponseData; the version is v1, the default, which DER does not write. */
static int
data_read(struct ocsp *o, struct cursor c, const struct input *in, struct err *err)
{
	if (der_next_is(&c, DER_CONTEXT_CONS(0)))
		return malformed(err, in, &c, "version of the response is not v1");
	if (!responder_read(o, &c))
		return malformed(err, in, &c, "malformed responder name");
	if (!time_read(&o->produced_at, &c))
		return malformed(err, in, &c, "producedAt is not YYYYMMDDHHMMSSZ");
	if (singles_read(o, &c, in, err) != 0)
		return -1;
	if (!extensions_read(&o->unknown_critical, &c) || !der_done(&c))
		return malformed(err, in, &c, "malformed extensions of the response");
	return 0;
}

/* certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL: bytes only. */
static int
certs_read(struct ocsp *o, struct cursor *c, const struct input *in, struct err *err)
{
	struct cursor inner;
	struct der seq, cert;

	if (der_done(c))
		return 0;
	if (!field_enter(&inner, c, 0) || !der_done(c) ||
	    !der_take(&seq, &inner, DER_STRICT, DER_SEQUENCE) || !der_done(&inner))
		return malformed(err, in, c, "malformed list of certificates");
	o->certs = arena_array(in->mem, CERTS_MOST, sizeof(*o->certs));
	for (inner = der_enter(&inner, &seq); !der_done(&inner);) {
		if (!der_take(&cert, &inner, DER_STRICT, DER_SEQUENCE))
			return malformed(
			    err, in, &inner, "entry of certs is no certificate");
		if (o->cert_count == CERTS_MOST)
			return malformed(err, in, &inner, "more than 16 certificates");
		o->certs[o->cert_count++] = cert.whole;
	}
	return 0;
}

/*
 * BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs
 * }
 */
static int
basic_read(struct ocsp *o, struct bytes basic, const struct input *in, struct err *err)
{
	struct cursor top = cursor_of(basic), c;
	struct der seq, tbs, bits;
	struct algid alg;

	if (strict(in, basic, err) != 0)
		return -1;
	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE) || !der_done(&top))
		return malformed(err, in, &top, "no BasicOCSPResponse");
	c = der_enter(&top, &seq);
	if (!der_take(&tbs, &c, DER_STRICT, DER_SEQUENCE))
		return malformed(err, in, &c, "no ResponseData");
	if (data_read(o, der_enter(&c, &tbs), in, err) != 0)
		return -1;
	if (!algid_read(&alg, &c, DER_STRICT) ||
	    !der_take(&bits, &c, DER_STRICT, DER_BIT_STRING) ||
	    !der_bits(&o->signature, &bits))
		return malformed(err, in, &c, "no signature");
	o->tbs = tbs.whole;
	o->signature_alg = alg.whole;
	o->signed_with = alg.name;
	o->weak = alg.hash == DIGEST_NONE ||
		  (alg.kind != ALGID_RSA_PKCS1 && alg.kind != ALGID_RSA_PSS &&
		      alg.kind != ALGID_ECDSA);
	return certs_read(o, &c, in, err);
}

/* OCSPResponseStatus (RFC 6960 section 4.2.1) */
static const char *
status_name(uint8_t status)
{
	static const char *const names[] = { "successful", "malformedRequest",
		"internalError", "tryLater", "a status that does not exist",
		"sigRequired", "unauthorized" };

	return names[status < COUNT(names) ? status : 4];
}

/* OCSPResponse ::= SEQUENCE { responseStatus, responseBytes [0] EXPLICIT OPTIONAL } */
static int
outer_read(struct bytes *basic, const struct input *in, struct err *err)
{
	struct cursor top = cursor_of(in->der), c, inner;
	struct der seq, status, bytes, type, octets;
	uint8_t value;

	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE) || !der_done(&top))
		return malformed(err, in, &top, "no OCSPResponse");
	c = der_enter(&top, &seq);
	if (!der_take(&status, &c, DER_STRICT, DER_ENUMERATED) || status.content.len != 1)
		return malformed(err, in, &c, "no responseStatus");
	value = status.content.ptr[0];
	if (value != 0)
		return err_set(err, REASON_OCSP_STATUS, in->at,
		    "responder says %s (%u), want successful", status_name(value),
		    (unsigned)value);
	if (!field_enter(&inner, &c, 0) || !der_done(&c) ||
	    !der_take(&bytes, &inner, DER_STRICT, DER_SEQUENCE) || !der_done(&inner))
		return malformed(err, in, &c, "no responseBytes");
	c = der_enter(&inner, &bytes);
	if (!der_take(&type, &c, DER_STRICT, DER_OID) ||
	    !der_take(&octets, &c, DER_STRICT, DER_OCTET_STRING) || !der_done(&c))
		return malformed(err, in, &c, "malformed responseBytes");
	if (!bytes_equal(type.content, bytes_of(oid_basic, sizeof(oid_basic) - 1)))
		return refuse(err, REASON_OCSP_STATUS, in, type.whole,
		    "response is not of the basic type");
	*basic = octets.content;
	return 0;
}

int
ocsp_parse(struct ocsp *out, struct arena *mem, struct bytes der, struct hasher *hasher,
    const struct limits *limits, const struct where *at, struct err *err)
{
	const struct input in = { der, mem, limits, at };
	uint64_t most = limits->v[LIMIT_OCSP_BYTES];
	struct ocsp o = { .der = der };
	struct bytes basic = { NULL, 0 };

	if (der.len > most)
		return err_set(err, REASON_LIMIT_OCSP_HIT, at,
		    "response of %zu bytes, limit %llu", der.len,
		    (unsigned long long)most);
	if (strict(&in, der, err) != 0 || outer_read(&basic, &in, err) != 0 ||
	    basic_read(&o, basic, &in, err) != 0)
		return -1;
	hasher_of(hasher, DIGEST_SHA256, der, &o.sha256);
	*out = o;
	return 0;
}
