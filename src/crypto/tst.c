/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3161 tokens: the frame, TSTInfo, and the parts that tstsigner.c reads. */
#include "crypto/tst.h"

#include "codec/der.h"
#include "codec/hex.h"
#include "crypto/algid.h"
#include "crypto/tst_parts.h"

enum { BAG_MOST = 32, SERIAL_MOST = 64, SECONDS_MOST = 1000000000 };

/* id-signedData (RFC 5652 section 5.1). */
static const char oid_signed_data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
/* The baseline policy of ETSI EN 319 421 section 5: accuracy of one second or better. */
static const char policy_baseline[] = "0.4.0.2023.1.1";

struct frame { /* SignedData (RFC 5652 section 5.1) */
	struct der algs, encap, certs, signers;
	struct cursor content; /* where `encap` was read */
	struct cursor top; /* where the others were */
	uint64_t version;
};

static size_t
offset_in(struct bytes token, struct bytes part)
{
	return (size_t)(part.ptr - token.ptr);
}

int
tst_strict(
    const struct tst_input *in, struct bytes part, enum reason reason, struct err *err)
{
	struct err inner;
	size_t offset;

	if (der_check(part, in->limits, NULL, &inner) == 0)
		return 0;
	offset = offset_in(in->token, part) + (size_t)inner.offset;
	return err_at(err, inner.reason == REASON_DER_SYNTAX ? reason : inner.reason,
	    in->at, offset, inner.text);
}

static int
shell_check(const struct tst_input *in, struct err *err)
{
	uint64_t most = in->limits->v[LIMIT_TST_BYTES];
	struct err inner;

	if (in->token.len > most)
		return err_set(err, REASON_LIMIT_TST_HIT, in->at,
		    "token of %zu bytes, limit %llu", in->token.len,
		    (unsigned long long)most);
	if (der_check_shell(in->token, in->limits, NULL, &inner) == 0)
		return 0;
	return err_at(err,
	    inner.reason == REASON_DER_SYNTAX ? REASON_TST_SYNTAX : inner.reason, in->at,
	    (size_t)inner.offset, inner.text);
}

/*
 * RFC 5652 section 5.1. Nothing hangs on these: the signer names its own. But the Notary Project's
 * verifier reads each.
 */
static bool
algs_read(const struct frame *f)
{
	struct cursor c = der_enter(&f->top, &f->algs);
	struct algid alg;

	while (!der_done(&c))
		if (!algid_read(&alg, &c, DER_SHELL) || !der_oid_small(alg.oid, NULL))
			return false;
	return f->algs.content.len > 0;
}

static int
frame_read(struct frame *f, const struct tst_input *in, struct err *err)
{
	struct cursor top = cursor_of(in->token), c;
	struct der info, type, content, data, number, crls;

	if (!der_take(&info, &top, DER_SHELL, DER_SEQUENCE) || !der_done(&top))
		return err_at(
		    err, REASON_TST_SYNTAX, in->at, 0, "token is no SEQUENCE");
	c = der_enter(&top, &info);
	/*
	 * TimeStampResp begins with PKIStatusInfo, ContentInfo with an OID (RFC 3161
	 * 2.4.2).
	 */
	if (der_next_is(&c, DER_SEQUENCE))
		return err_at(err, REASON_TST_STATUS, in->at, c.pos,
		    "a TimeStampResp, want the token inside it");
	if (!der_take(&type, &c, DER_SHELL, DER_OID) ||
	    !bytes_equal(
		type.content, bytes_of(oid_signed_data, sizeof(oid_signed_data) - 1)) ||
	    !der_take(&content, &c, DER_SHELL, DER_CONTEXT_CONS(0)) || !der_done(&c))
		return err_at(err, REASON_TST_SYNTAX, in->at, c.pos,
		    "content type is not signedData");
	c = der_enter(&c, &content);
	if (!der_take(&data, &c, DER_SHELL, DER_SEQUENCE) || !der_done(&c))
		return err_at(err, REASON_TST_SYNTAX, in->at, c.pos, "no SignedData");
	*f = (struct frame){ .top = der_enter(&c, &data) };
	if (!der_take(&number, &f->top, DER_SHELL, DER_INTEGER) ||
	    !der_uint(&f->version, &number) || f->version != 3)
		return err_at(err, REASON_TST_SYNTAX, in->at, number.offset,
		    "SignedData version is not 3");
	der_take(&f->algs, &f->top, DER_SHELL, DER_SET);
	der_take(&f->encap, &f->top, DER_SHELL, DER_SEQUENCE);
	if (der_next_is(&f->top, DER_CONTEXT_CONS(0)))
		der_read(&f->certs, &f->top, DER_SHELL);
	/* RFC 5652 section 10.2.1. The Notary Project's verifier reads no list that stands there. */
	if (der_next_is(&f->top, DER_CONTEXT_CONS(1)) &&
	    (!der_read(&crls, &f->top, DER_SHELL) || crls.content.len > 0))
		return err_at(err, REASON_TST_SYNTAX, in->at, f->top.pos,
		    "revocation lists in the token");
	der_take(&f->signers, &f->top, DER_SHELL, DER_SET);
	if (!der_done(&f->top))
		return err_at(
		    err, REASON_TST_SYNTAX, in->at, f->top.pos, "malformed SignedData");
	if (!algs_read(f))
		return err_at(err, REASON_TST_SYNTAX, in->at, f->algs.offset,
		    "digestAlgorithms is empty or malformed");
	return 0;
}

/* Every entry is a plain certificate (RFC 5652 section 10.2.2 has older kinds, too). */
static int
bag_read(
    struct tst *t, const struct frame *f, const struct tst_input *in, struct err *err)
{
	uint64_t most = in->limits->v[LIMIT_CHAIN];
	struct cursor c = f->top;
	struct der cert;

	t->certs = arena_array(in->mem, BAG_MOST, sizeof(*t->certs));
	if (f->certs.tag == 0)
		return 0;
	for (c = der_enter(&c, &f->certs); !der_done(&c);) {
		if (!der_take(&cert, &c, DER_SHELL, DER_SEQUENCE))
			return err_at(err, REASON_TST_SYNTAX, in->at, c.pos,
			    "entry of certificates is no certificate");
		if (t->cert_count >= most || t->cert_count >= BAG_MOST)
			return err_at(err, REASON_LIMIT_CHAIN_HIT, in->at,
			    cert.offset, "more certificates in the token than the limit");
		if (tst_strict(in, cert.whole, REASON_TST_SYNTAX, err) != 0)
			return -1;
		t->certs[t->cert_count++] = cert.whole;
	}
	return 0;
}

static int
content_read(
    struct tst *t, const struct frame *f, const struct tst_input *in, struct err *err)
{
	struct cursor c = der_enter(&f->top, &f->encap), inner;
	struct der type, content, octets;

	if (!der_take(&type, &c, DER_SHELL, DER_OID))
		return err_at(
		    err, REASON_TST_SYNTAX, in->at, c.pos, "no eContentType");
	if (!tst_is_tstinfo(type.content))
		return err_at(err, REASON_TST_CONTENT_TYPE, in->at, type.offset,
		    "eContentType is not id-ct-TSTInfo");
	if (!der_take(&content, &c, DER_SHELL, DER_CONTEXT_CONS(0)) || !der_done(&c))
		return err_at(err, REASON_TST_SYNTAX, in->at, c.pos,
		    "content is detached or malformed");
	inner = der_enter(&c, &content);
	if (!der_take(&octets, &inner, DER_SHELL, DER_OCTET_STRING) || !der_done(&inner))
		return err_at(err, REASON_TST_SYNTAX, in->at, inner.pos,
		    "content is not one OCTET STRING");
	t->tstinfo = octets.content;
	return 0;
}

/* MessageImprint ::= SEQUENCE { hashAlgorithm, hashedMessage } */
static int
imprint_read(struct tst *t, struct cursor *c, const struct tst_input *in, struct err *err)
{
	size_t offset = offset_in(in->token, t->tstinfo) + c->pos;
	struct der seq, value;
	struct algid alg;
	struct cursor inner;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return err_at(
		    err, REASON_TST_INFO, in->at, offset, "no messageImprint");
	inner = der_enter(c, &seq);
	if (!algid_read(&alg, &inner, DER_STRICT) ||
	    !der_take(&value, &inner, DER_STRICT, DER_OCTET_STRING) || !der_done(&inner))
		return err_at(
		    err, REASON_TST_INFO, in->at, offset, "malformed messageImprint");
	if (alg.kind != ALGID_HASH || value.content.len != digest_len(alg.hash))
		return err_at(err, REASON_TST_IMPRINT_ALG, in->at, offset,
		    "imprint is not SHA-256, SHA-384 or SHA-512 of the right length");
	t->imprint_alg = alg.hash;
	t->imprint = value.content;
	return 0;
}

/* [n] IMPLICIT INTEGER (1..999), if it comes next. */
static bool
part_read(uint64_t *out, struct cursor *c, uint8_t n)
{
	struct der d;

	*out = 0;
	if (!der_next_is(c, (uint8_t)DER_CONTEXT(n)))
		return true;
	if (!der_read(&d, c, DER_STRICT))
		return false;
	d.tag = DER_INTEGER;
	return der_uint(out, &d) && *out >= 1 && *out <= 999;
}

/* Accuracy ::= SEQUENCE { seconds, millis [0], micros [1], each optional } */
static bool
accuracy_read(int64_t *out, struct cursor *c)
{
	uint64_t seconds = 0, millis, micros;
	struct der seq, d;
	struct cursor in;

	*out = 0;
	if (!der_next_is(c, DER_SEQUENCE))
		return true;
	if (!der_read(&seq, c, DER_STRICT))
		return false;
	in = der_enter(c, &seq);
	if (der_next_is(&in, DER_INTEGER) &&
	    (!der_read(&d, &in, DER_STRICT) || !der_uint(&seconds, &d) ||
		seconds > SECONDS_MOST))
		return false;
	if (!part_read(&millis, &in, 0) || !part_read(&micros, &in, 1) || !der_done(&in))
		return false;
	*out = (int64_t)(seconds * 1000000 + millis * 1000 + micros);
	return true;
}

/* *critical: an extension that nobody here can honour. */
static bool
extensions_read(bool *critical, struct cursor *c)
{
	struct der list, ext, oid, flag, value;
	struct cursor in, item;

	*critical = false;
	if (!der_next_is(c, DER_CONTEXT_CONS(1)))
		return true;
	if (!der_read(&list, c, DER_STRICT))
		return false;
	in = der_enter(c, &list);
	while (!der_done(&in)) {
		if (!der_take(&ext, &in, DER_STRICT, DER_SEQUENCE))
			return false;
		item = der_enter(&in, &ext);
		if (!der_take(&oid, &item, DER_STRICT, DER_OID) ||
		    !der_oid_small(oid.content, NULL))
			return false;
		if (der_next_is(&item, DER_BOOLEAN)) {
			if (!der_read(&flag, &item, DER_STRICT) || flag.content.len != 1)
				return false;
			*critical = *critical || flag.content.ptr[0] != 0;
		}
		if (!der_take(&value, &item, DER_STRICT, DER_OCTET_STRING) ||
		    !der_done(&item))
			return false;
	}
	return true;
}

static struct str
serial_text(struct arena *mem, struct bytes serial)
{
	char *text = arena_alloc(mem, 2 * serial.len + 1);

	hex_encode(text, serial);
	return (struct str){ text, 2 * serial.len };
}

/* Version, policy and what stands before the time. */
static int
info_begin(struct tst *t, struct cursor *c, const struct tst_input *in, struct err *err)
{
	size_t base = offset_in(in->token, t->tstinfo);
	struct der number, policy, serial;
	char text[192];
	uint64_t version;

	if (!der_take(&number, c, DER_STRICT, DER_INTEGER) ||
	    !der_uint(&version, &number) || version != 1)
		return err_at(
		    err, REASON_TST_INFO, in->at, base, "TSTInfo version is not 1");
	if (!der_take(&policy, c, DER_STRICT, DER_OID) ||
	    !der_oid_text(text, sizeof(text), policy.content) ||
	    !der_oid_small(policy.content, NULL))
		return err_at(
		    err, REASON_TST_INFO, in->at, base + c->pos, "malformed policy");
	t->policy = arena_str(in->mem, str_of(text));
	if (imprint_read(t, c, in, err) != 0)
		return -1;
	if (!der_take(&serial, c, DER_STRICT, DER_INTEGER) ||
	    serial.content.len > SERIAL_MOST)
		return err_at(err, REASON_TST_INFO, in->at, base + c->pos,
		    "malformed serial number");
	t->serial = serial_text(in->mem, serial.content);
	return 0;
}

/* TSTInfo (RFC 3161 section 2.4.2), which the token signs: DER, nothing else. */
static int
info_read(struct tst *t, const struct tst_input *in, struct err *err)
{
	size_t base = offset_in(in->token, t->tstinfo);
	struct cursor top = cursor_of(t->tstinfo), c;
	struct der seq, time, skipped;
	bool more, critical;

	if (tst_strict(in, t->tstinfo, REASON_TST_INFO, err) != 0)
		return -1;
	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return err_at(
		    err, REASON_TST_INFO, in->at, base, "TSTInfo is no SEQUENCE");
	c = der_enter(&top, &seq);
	if (info_begin(t, &c, in, err) != 0)
		return -1;
	if (!der_read(&time, &c, DER_STRICT) ||
	    !der_time_fraction(&t->time, &more, &time))
		return err_at(
		    err, REASON_TST_INFO, in->at, base + c.pos, "malformed genTime");
	if (!accuracy_read(&t->accuracy_us, &c))
		return err_at(
		    err, REASON_TST_INFO, in->at, base + c.pos, "malformed accuracy");
	if (der_next_is(&c, DER_BOOLEAN))
		der_read(&skipped, &c, DER_STRICT); /* ordering */
	if (der_next_is(&c, DER_INTEGER))
		der_read(&skipped, &c, DER_STRICT); /* nonce: there is no client here */
	if (der_next_is(&c, DER_CONTEXT_CONS(0)))
		der_read(&skipped, &c, DER_STRICT); /* tsa: a hint */
	if (!extensions_read(&critical, &c) || !der_done(&c))
		return err_at(
		    err, REASON_TST_INFO, in->at, base + c.pos, "malformed TSTInfo");
	if (critical)
		return err_at(err, REASON_TST_EXTENSION, in->at, base,
		    "TSTInfo has a critical extension");
	if (t->accuracy_us == 0 && str_is(t->policy, policy_baseline))
		t->accuracy_us = 1000000;
	t->time_end = when_add_us(t->time, more ? 1 : 0);
	t->lower = when_add_us(t->time, -t->accuracy_us);
	/* genTime was cut down to microseconds: the upper end takes the next one. */
	t->upper = when_add_us(t->time, t->accuracy_us + (more ? 1 : 0));
	return 0;
}

int
tst_parse(struct tst *out, struct arena *mem, struct bytes token,
    const struct limits *limits, const struct where *at, struct err *err)
{
	const struct tst_input in = { token, mem, limits, at };
	struct tst t = { .der = token };
	struct frame f;

	if (shell_check(&in, err) != 0 || frame_read(&f, &in, err) != 0 ||
	    bag_read(&t, &f, &in, err) != 0 || content_read(&t, &f, &in, err) != 0 ||
	    info_read(&t, &in, err) != 0 ||
	    tst_signer_read(&t, &f.top, &f.signers, &in, err) != 0)
		return -1;
	*out = t;
	return 0;
}

enum reason
tst_imprint(const struct tst *t, struct hasher *h, struct bytes message)
{
	struct digest digest;

	hasher_of(h, t->imprint_alg, message, &digest);
	return bytes_equal(digest_value(&digest), t->imprint) ? REASON_NONE
							      : REASON_TST_IMPRINT;
}
