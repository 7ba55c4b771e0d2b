/* SPDX-License-Identifier: Apache-2.0 */
/* The SignerInfo of a token (RFC 5652 section 5.3) and its signed attributes. */
#include "crypto/algid.h"
#include "crypto/tst_parts.h"

enum { ATTRS_MOST = 64 };

#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
static const char oid_tstinfo[] = PKCS9 "\x10\x01\x04";
static const char oid_content_type[] = PKCS9 "\x03";
static const char oid_message_digest[] = PKCS9 "\x04";
static const char oid_signing_time[] = PKCS9 "\x05";
static const char oid_certificate_v2[] = PKCS9 "\x10\x02\x2f";

bool
tst_is_tstinfo(struct bytes oid)
{
	return bytes_equal(oid, bytes_of(oid_tstinfo, sizeof(oid_tstinfo) - 1));
}

struct info { /* SignerInfo as it stands there */
	struct der version, sid, attrs, signature;
	struct algid digest_alg, signature_alg;
};

struct attrs { /* the attributes that count; tag 0: absent */
	struct der content_type, message_digest, signing_time, certificate;
	bool repeated; /* some type twice, or several values */
};

/*
 * Nobody hears what they say, for nobody signed it (RFC 5652 section 5.3); but the Notary Project's
 * verifier reads their types.
 */
static bool
unsigned_read(struct cursor *c)
{
	struct der field, attr, oid, values;
	struct cursor list, in;

	if (!der_next_is(c, DER_CONTEXT_CONS(1)))
		return true;
	if (!der_read(&field, c, DER_SHELL))
		return false;
	for (list = der_enter(c, &field); !der_done(&list);) {
		if (!der_take(&attr, &list, DER_SHELL, DER_SEQUENCE))
			return false;
		in = der_enter(&list, &attr);
		if (!der_take(&oid, &in, DER_SHELL, DER_OID) || !der_oid_ok(oid.content) ||
		    !der_oid_small(oid.content, NULL) ||
		    !der_take(&values, &in, DER_SHELL, DER_SET) || !der_done(&in))
			return false;
	}
	return true;
}

static int
info_read(struct info *s, struct cursor *c, const struct tst_input *in, struct err *err)
{
	*s = (struct info){ 0 };
	der_take(&s->version, c, DER_SHELL, DER_INTEGER);
	der_read(&s->sid, c, DER_SHELL);
	if (!algid_read(&s->digest_alg, c, DER_SHELL))
		return err_at(
		    err, REASON_TST_SYNTAX, in->at, c->pos, "malformed SignerInfo");
	if (der_next_is(c, DER_CONTEXT_CONS(0)))
		der_read(&s->attrs, c, DER_SHELL);
	if (!algid_read(&s->signature_alg, c, DER_SHELL))
		return err_at(
		    err, REASON_TST_SYNTAX, in->at, c->pos, "malformed SignerInfo");
	der_take(&s->signature, c, DER_SHELL, DER_OCTET_STRING);
	if (!unsigned_read(c) || !der_done(c))
		return err_at(
		    err, REASON_TST_SYNTAX, in->at, c->pos, "malformed SignerInfo");
	return 0;
}

static struct der *
slot_of(struct attrs *a, struct bytes oid)
{
	if (bytes_equal(oid, bytes_of(oid_content_type, sizeof(oid_content_type) - 1)))
		return &a->content_type;
	if (bytes_equal(
		oid, bytes_of(oid_message_digest, sizeof(oid_message_digest) - 1)))
		return &a->message_digest;
	if (bytes_equal(oid, bytes_of(oid_signing_time, sizeof(oid_signing_time) - 1)))
		return &a->signing_time;
	if (bytes_equal(
		oid, bytes_of(oid_certificate_v2, sizeof(oid_certificate_v2) - 1)))
		return &a->certificate;
	return NULL;
}

/*
 * Attribute ::= SEQUENCE { attrType, SET OF value }; RFC 5652 section 5.3: no type twice.
 */
static int
attrs_read(struct attrs *a, const struct cursor *outer, const struct der *set,
    const struct tst_input *in, struct err *err)
{
	struct cursor c = der_enter(outer, set), pair, values;
	struct bytes seen[ATTRS_MOST];
	struct der attr, oid, value_set, value, *slot;
	size_t count = 0;

	*a = (struct attrs){ .repeated = false };
	while (!der_done(&c)) {
		if (count == COUNT(seen) ||
		    !der_take(&attr, &c, DER_STRICT, DER_SEQUENCE))
			return err_at(err, REASON_TST_ATTRS, in->at, c.pos,
			    "malformed signed attributes");
		pair = der_enter(&c, &attr);
		if (!der_take(&oid, &pair, DER_STRICT, DER_OID) ||
		    !der_oid_small(oid.content, NULL) ||
		    !der_take(&value_set, &pair, DER_STRICT, DER_SET) || !der_done(&pair))
			return err_at(err, REASON_TST_ATTRS, in->at, attr.offset,
			    "malformed signed attribute");
		for (size_t i = 0; i < count; i++)
			a->repeated = a->repeated || bytes_equal(seen[i], oid.content);
		seen[count++] = oid.content;
		values = der_enter(&pair, &value_set);
		slot = slot_of(a, oid.content);
		if (slot == NULL)
			continue;
		if (!der_read(&value, &values, DER_STRICT))
			return err_at(err, REASON_TST_ATTRS, in->at, attr.offset,
			    "signed attribute without value");
		if (!der_done(&values))
			a->repeated = true;
		if (slot->tag == 0)
			*slot = value;
	}
	return 0;
}

/* IssuerSerial ::= SEQUENCE { GeneralNames, serialNumber } with one directoryName [4]. */
static bool
issuer_serial_read(struct tst *t, struct cursor *c)
{
	struct der seq, names, name, dn, serial;
	struct cursor in, list, inner;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(c, &seq);
	if (!der_take(&names, &in, DER_STRICT, DER_SEQUENCE) ||
	    !der_take(&serial, &in, DER_STRICT, DER_INTEGER) || !der_done(&in))
		return false;
	list = der_enter(&in, &names);
	if (!der_take(&name, &list, DER_STRICT, DER_CONTEXT_CONS(4)) || !der_done(&list))
		return false;
	inner = der_enter(&list, &name);
	if (!der_take(&dn, &inner, DER_STRICT, DER_SEQUENCE) || !der_done(&inner))
		return false;
	t->ess_issuer = dn.whole;
	t->ess_serial = serial.content;
	return true;
}

/*
 * ESSCertIDv2 (RFC 5035 section 4): hash algorithm if not SHA-256, hash, issuer and
 * serial.
 */
static bool
cert_id_read(struct tst *t, struct cursor *c)
{
	struct algid alg = { .kind = ALGID_HASH, .hash = DIGEST_SHA256 };
	struct der id, hash;
	struct cursor in;

	if (!der_take(&id, c, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(c, &id);
	if (der_next_is(&in, DER_SEQUENCE) && !algid_read(&alg, &in, DER_STRICT))
		return false;
	if (!der_take(&hash, &in, DER_STRICT, DER_OCTET_STRING))
		return false;
	/* Another algorithm is not the parser's business: the comparison will fail. */
	t->ess_alg = alg.kind == ALGID_HASH ? alg.hash : DIGEST_NONE;
	t->ess_hash = hash.content;
	if (alg.oid.len > 0 && !der_oid_small(alg.oid, NULL))
		return false;
	return der_done(&in) || (issuer_serial_read(t, &in) && der_done(&in));
}

/* SigningCertificateV2: only the first identifier counts (RFC 5035 section 3), each must be one. */
static bool
ess_read(struct tst *t, const struct der *value)
{
	struct cursor top = cursor_of(value->whole), c, ids;
	struct der seq, list, skipped;
	struct tst further;

	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return false;
	c = der_enter(&top, &seq);
	if (!der_take(&list, &c, DER_STRICT, DER_SEQUENCE))
		return false;
	ids = der_enter(&c, &list);
	if (!cert_id_read(t, &ids))
		return false;
	while (!der_done(&ids))
		if (!cert_id_read(&further, &ids))
			return false;
	return der_done(&c) ||
	       (der_take(&skipped, &c, DER_STRICT, DER_SEQUENCE) && der_done(&c));
}

static int
attrs_take(struct tst *t, const struct attrs *a, size_t offset,
    const struct tst_input *in, struct err *err)
{
	if (a->repeated)
		return err_at(err, REASON_TST_ATTRS, in->at, offset,
		    "signed attribute or its value stands twice");
	if (a->content_type.tag != DER_OID)
		return err_at(err, REASON_TST_ATTRS, in->at, offset,
		    "contentType attribute is missing or malformed");
	if (a->message_digest.tag != DER_OCTET_STRING)
		return err_at(err, REASON_TST_ATTRS, in->at, offset,
		    "messageDigest attribute is missing or malformed");
	t->content_type_attr = a->content_type.content;
	t->message_digest_attr = a->message_digest.content;
	t->has_signing_time = a->signing_time.tag != 0;
	if (t->has_signing_time && !der_time(&t->signing_time, &a->signing_time))
		return err_at(err, REASON_TST_ATTRS, in->at, a->signing_time.offset,
		    "malformed signingTime attribute");
	return 0;
}

static int
sid_read(struct tst *t, const struct cursor *outer, const struct der *sid,
    const struct tst_input *in, struct err *err)
{
	struct der issuer, serial;
	struct cursor c;

	/* Version 1 goes with issuerAndSerialNumber (RFC 5652 section 5.3). */
	if (sid->tag != DER_SEQUENCE)
		return err_at(err, REASON_TST_SYNTAX, in->at, sid->offset,
		    "signer is not named by issuer and serial number");
	c = der_enter(outer, sid);
	if (!der_take(&issuer, &c, DER_SHELL, DER_SEQUENCE) ||
	    !der_take(&serial, &c, DER_SHELL, DER_INTEGER) || !der_done(&c))
		return err_at(err, REASON_TST_SYNTAX, in->at, sid->offset,
		    "malformed name of the signer");
	t->sid_issuer = issuer.whole;
	t->sid_serial = serial.content;
	return 0;
}

static int
algs_take(
    struct tst *t, const struct info *s, const struct tst_input *in, struct err *err)
{
	const struct algid *alg = &s->signature_alg;
	bool known = alg->kind == ALGID_RSA || alg->kind == ALGID_RSA_PKCS1 ||
		     alg->kind == ALGID_RSA_PSS || alg->kind == ALGID_ECDSA;

	if (s->digest_alg.kind != ALGID_HASH)
		return err_at(err, REASON_TST_ALG, in->at, s->version.offset,
		    "digest algorithm is not SHA-256, SHA-384 or SHA-512");
	if (!known)
		return err_set(
		    err, REASON_TST_ALG, in->at, "signature algorithm %s", alg->name);
	if (alg->kind != ALGID_RSA && alg->hash != s->digest_alg.hash)
		return err_at(err, REASON_TST_ALG, in->at, s->version.offset,
		    "signature algorithm and digest algorithm disagree");
	t->digest_alg = s->digest_alg.hash;
	t->signature_alg = alg->whole;
	t->signature = s->signature.content;
	return 0;
}

int
tst_signer_read(struct tst *t, const struct cursor *c, const struct der *signers,
    const struct tst_input *in, struct err *err)
{
	struct cursor list = der_enter(c, signers), inner;
	struct der signer;
	struct attrs attrs;
	struct info s;
	uint64_t version;

	/* RFC 3161 section 2.4.2: no signature but that of the TSA. */
	if (!der_take(&signer, &list, DER_SHELL, DER_SEQUENCE) || !der_done(&list))
		return err_at(err, REASON_TST_SIGNERS, in->at, signers->offset,
		    "not exactly one SignerInfo");
	inner = der_enter(&list, &signer);
	if (info_read(&s, &inner, in, err) != 0)
		return -1;
	if (s.attrs.tag == 0)
		return err_at(
		    err, REASON_TST_ESS, in->at, signer.offset, "no signed attributes");
	/*
	 * They are signed as DER, so they must be DER as they stand (RFC 5652 section
	 * 5.4).
	 */
	if (tst_strict(in, s.attrs.whole, REASON_TST_SYNTAX, err) != 0)
		return -1;
	t->signed_attrs = s.attrs.whole;
	if (attrs_read(&attrs, &inner, &s.attrs, in, err) != 0)
		return -1;
	if (attrs.certificate.tag == 0)
		return err_at(err, REASON_TST_ESS, in->at, s.attrs.offset,
		    "no signingCertificateV2 attribute");
	if (!ess_read(t, &attrs.certificate))
		return err_at(err, REASON_TST_ESS, in->at, attrs.certificate.offset,
		    "malformed signingCertificateV2 attribute");
	if (!der_uint(&version, &s.version) || version != 1)
		return err_at(err, REASON_TST_SIGNER_VERSION, in->at,
		    s.version.offset, "SignerInfo version is not 1");
	if (attrs_take(t, &attrs, s.attrs.offset, in, err) != 0 ||
	    sid_read(t, &inner, &s.sid, in, err) != 0)
		return -1;
	return algs_take(t, &s, in, err);
}
