/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP responses that are refused: who says it, about whom, when, and over which octets the
 * signature is. Read by lengths alone, in any form of them; extensions are not looked at.
 */
#include "codec/der.h"
#include "crypto/ocsp.h"

enum { CERTS_MOST = 16, SINGLES_MOST = 1024 };

static struct when
time_or_latest(const struct der *d)
{
	struct when w;

	if (!der_time(&w, d))
		when_from_civil(&w, 9999, 12, 31, 23, 59, 59);
	return w;
}

/* [n] EXPLICIT, if it comes next: a cursor inside. */
static bool
field_enter(struct cursor *in, struct cursor *c, uint8_t n)
{
	struct der field;

	if (!der_next_is(c, (uint8_t)DER_CONTEXT_CONS(n)) ||
	    !der_read(&field, c, DER_SHELL))
		return false;
	*in = der_enter(c, &field);
	return true;
}

/* CertID, certStatus, thisUpdate: what stands behind them narrows, and is left. */
static bool
single_read(struct ocsp_single *s, struct cursor *list)
{
	struct der seq, status, time;
	struct cursor c;

	*s = (struct ocsp_single){ .status = OCSP_UNKNOWN, .reason = -1 };
	if (!der_take(&seq, list, DER_SHELL, DER_SEQUENCE))
		return false;
	c = der_enter(list, &seq);
	if (!ocsp_cert_id_read(s, &c, DER_SHELL) || !der_read(&status, &c, DER_SHELL))
		return false;
	if ((status.tag & ~0x20) == DER_CONTEXT(0))
		s->status = OCSP_GOOD;
	else if ((status.tag & ~0x20) == DER_CONTEXT(1))
		s->status = OCSP_REVOKED;
	der_read(&time, &c, DER_SHELL);
	s->this_update = time_or_latest(&time);
	s->revoked_at = s->this_update;
	return true;
}

static void
singles_read(struct ocsp *o, struct cursor list, struct arena *mem)
{
	VEC(struct ocsp_single) found = { NULL, 0, 0 };
	struct ocsp_single s;

	while (!der_done(&list) && found.n < SINGLES_MOST && single_read(&s, &list))
		VEC_PUSH(mem, &found, s);
	o->singles = found.v;
	o->single_count = found.n;
}

/* ResponseData (RFC 6960 section 4.2.1) */
static bool
data_read(struct ocsp *o, struct cursor c, struct arena *mem)
{
	struct der field, list;
	struct cursor in;

	if (der_next_is(&c, DER_CONTEXT_CONS(0)))
		der_read(&field, &c, DER_SHELL);
	if (field_enter(&in, &c, 1)) {
		der_read(&field, &in, DER_SHELL);
		o->responder_name = field.whole;
	} else if (field_enter(&in, &c, 2)) {
		der_read(&field, &in, DER_SHELL);
		o->responder_key = field.content;
	}
	if (!der_read(&field, &c, DER_SHELL) ||
	    !der_take(&list, &c, DER_SHELL, DER_SEQUENCE))
		return false;
	o->produced_at = time_or_latest(&field);
	singles_read(o, der_enter(&c, &list), mem);
	return o->single_count > 0;
}

static void
certs_read(struct ocsp *o, struct cursor *c, struct arena *mem)
{
	struct der seq, cert;
	struct cursor in;

	if (!field_enter(&in, c, 0) || !der_take(&seq, &in, DER_SHELL, DER_SEQUENCE))
		return;
	o->certs = arena_array(mem, CERTS_MOST, sizeof(*o->certs));
	in = der_enter(&in, &seq);
	while (o->cert_count < CERTS_MOST && !der_done(&in) &&
	       der_read(&cert, &in, DER_SHELL))
		o->certs[o->cert_count++] = cert.whole;
}

static bool
basic_read(struct ocsp *o, struct bytes basic, struct arena *mem)
{
	struct cursor top = cursor_of(basic), c;
	struct der seq, tbs, alg, bits;

	if (!der_take(&seq, &top, DER_SHELL, DER_SEQUENCE))
		return false;
	c = der_enter(&top, &seq);
	if (!der_take(&tbs, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_take(&alg, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_take(&bits, &c, DER_SHELL, DER_BIT_STRING) ||
	    !der_bits(&o->signature, &bits) || !data_read(o, der_enter(&c, &tbs), mem))
		return false;
	o->tbs = tbs.whole;
	o->signature_alg = alg.whole;
	certs_read(o, &c, mem);
	return true;
}

bool
ocsp_parse_faulty(struct ocsp *out, struct arena *mem, struct bytes octets,
    struct hasher *hasher, struct str fault)
{
	struct ocsp o = { .der = octets,
		.fault = fault,
		.signed_with = "unknown",
		.weak = true };
	struct cursor top = cursor_of(octets), c, in;
	struct der seq, field, basic;

	if (!der_take(&seq, &top, DER_SHELL, DER_SEQUENCE))
		return false;
	c = der_enter(&top, &seq);
	if (!der_take(&field, &c, DER_SHELL, DER_ENUMERATED) || !field_enter(&in, &c, 0) ||
	    !der_take(&seq, &in, DER_SHELL, DER_SEQUENCE))
		return false;
	in = der_enter(&in, &seq);
	if (!der_take(&field, &in, DER_SHELL, DER_OID) ||
	    !der_take(&basic, &in, DER_SHELL, DER_OCTET_STRING) ||
	    !basic_read(&o, basic.content, mem))
		return false;
	hasher_of(hasher, DIGEST_SHA256, octets, &o.sha256);
	*out = o;
	return true;
}
