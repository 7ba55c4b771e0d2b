/* SPDX-License-Identifier: Apache-2.0 */
/* AlgorithmIdentifier: the table of OIDs, and which parameters each may have. */
#include "crypto/algid.h"

#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define X962 "\x2a\x86\x48\xce\x3d"
#define NIST "\x60\x86\x48\x01\x65\x03\x04"

static const struct algid_row {
	const char *oid;
	enum algid_kind kind;
	enum digest_alg hash;
	const char *name;
} rows[] = {
	{ PKCS1 "\x0b", ALGID_RSA_PKCS1, DIGEST_SHA256, "sha256WithRSAEncryption" },
	{ PKCS1 "\x0c", ALGID_RSA_PKCS1, DIGEST_SHA384, "sha384WithRSAEncryption" },
	{ PKCS1 "\x0d", ALGID_RSA_PKCS1, DIGEST_SHA512, "sha512WithRSAEncryption" },
	{ PKCS1 "\x0a", ALGID_RSA_PSS, DIGEST_NONE, "rsassaPss" },
	{ PKCS1 "\x01", ALGID_RSA, DIGEST_NONE, "rsaEncryption" },
	{ X962 "\x04\x03\x02", ALGID_ECDSA, DIGEST_SHA256, "ecdsa-with-SHA256" },
	{ X962 "\x04\x03\x03", ALGID_ECDSA, DIGEST_SHA384, "ecdsa-with-SHA384" },
	{ X962 "\x04\x03\x04", ALGID_ECDSA, DIGEST_SHA512, "ecdsa-with-SHA512" },
	{ X962 "\x02\x01", ALGID_EC_KEY, DIGEST_NONE, "id-ecPublicKey" },
	{ "\x2b\x65\x70", ALGID_ED25519, DIGEST_NONE, "ED25519" },
	{ NIST "\x02\x01", ALGID_HASH, DIGEST_SHA256, "sha256" },
	{ NIST "\x02\x02", ALGID_HASH, DIGEST_SHA384, "sha384" },
	{ NIST "\x02\x03", ALGID_HASH, DIGEST_SHA512, "sha512" },
	{ "\x2b\x0e\x03\x02\x1a", ALGID_WEAK, DIGEST_NONE, "sha1" },
	{ "\x2a\x86\x48\x86\xf7\x0d\x02\x05", ALGID_WEAK, DIGEST_NONE, "md5" },
	{ PKCS1 "\x02", ALGID_WEAK, DIGEST_NONE, "md2WithRSAEncryption" },
	{ PKCS1 "\x04", ALGID_WEAK, DIGEST_NONE, "md5WithRSAEncryption" },
	{ PKCS1 "\x05", ALGID_WEAK, DIGEST_NONE, "sha1WithRSAEncryption" },
	{ PKCS1 "\x0e", ALGID_WEAK, DIGEST_NONE, "sha224WithRSAEncryption" },
	{ X962 "\x04\x01", ALGID_WEAK, DIGEST_NONE, "ecdsa-with-SHA1" },
	{ X962 "\x04\x03\x01", ALGID_WEAK, DIGEST_NONE, "ecdsa-with-SHA224" },
	{ "\x2a\x86\x48\xce\x38\x04\x01", ALGID_WEAK, DIGEST_NONE, "dsaEncryption" },
	{ "\x2a\x86\x48\xce\x38\x04\x03", ALGID_WEAK, DIGEST_NONE, "dsaWithSHA1" },
	{ NIST "\x03\x02", ALGID_WEAK, DIGEST_NONE, "dsa_with_SHA256" },
};

static const struct algid_row *
row_of(struct bytes oid)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (bytes_equal(oid, bytes_of(rows[i].oid, strlen(rows[i].oid))))
			return &rows[i];
	return NULL;
}

static bool
null_or_absent(const struct der *params)
{
	return params->tag == 0 || (params->tag == DER_NULL && params->content.len == 0);
}

/* SEQUENCE { OID, anything or nothing }. */
static bool
frame_read(struct der *oid, struct der *params, struct bytes *whole, struct cursor *c,
    enum der_form form)
{
	struct der seq;
	struct cursor in;

	if (!der_take(&seq, c, form, DER_SEQUENCE))
		return false;
	in = der_enter(c, &seq);
	*whole = seq.whole;
	*params = (struct der){ 0 };
	if (!der_take(oid, &in, form, DER_OID) || !der_oid_ok(oid->content))
		return false;
	if (in.pos < in.in.len && !der_read(params, &in, form))
		return false;
	return der_done(&in);
}

static bool
hash_read(enum digest_alg *out, struct cursor *c)
{
	const struct algid_row *row;
	struct der oid, params;
	struct bytes whole;

	if (!frame_read(&oid, &params, &whole, c, DER_STRICT) || !null_or_absent(&params))
		return false;
	row = row_of(oid.content);
	if (row == NULL || row->kind != ALGID_HASH)
		return false;
	*out = row->hash;
	return true;
}

/* [n] EXPLICIT, if it comes next: a cursor inside. */
static bool
field_enter(struct cursor *in, struct cursor *c, uint8_t n)
{
	struct der field;

	if (!der_next_is(c, (uint8_t)DER_CONTEXT_CONS(n)))
		return false;
	if (!der_read(&field, c, DER_STRICT))
		return false;
	*in = der_enter(c, &field);
	return true;
}

static bool
mgf_read(enum digest_alg *out, struct cursor *c)
{
	static const uint8_t mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
		0x08 };
	struct der oid, params;
	struct bytes whole;
	struct cursor in;

	if (!frame_read(&oid, &params, &whole, c, DER_STRICT) ||
	    !bytes_equal(oid.content, bytes_of(mgf1, sizeof(mgf1))) || params.tag == 0)
		return false;
	in = cursor_of(params.whole);
	return hash_read(out, &in) && der_done(&in);
}

/*
 * RSASSA-PSS-params (RFC 4055 section 3.1). The defaults mean SHA-1, so hash and
 * generator must be there; the salt has the length of the hash (RFC 7518 section 3.5 for
 * the envelope, and the common practice elsewhere); the trailer is 1.
 */
static bool
pss_read(enum digest_alg *out, const struct der *params)
{
	enum digest_alg hash = DIGEST_NONE, mgf = DIGEST_NONE;
	struct cursor top = cursor_of(params->whole), c, in;
	struct der seq, number;
	uint64_t v;

	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return false;
	c = der_enter(&top, &seq);
	if (!field_enter(&in, &c, 0) || !hash_read(&hash, &in) || !der_done(&in))
		return false;
	if (!field_enter(&in, &c, 1) || !mgf_read(&mgf, &in) || !der_done(&in) ||
	    mgf != hash)
		return false;
	if (!field_enter(&in, &c, 2) || !der_read(&number, &in, DER_STRICT) ||
	    !der_done(&in) || !der_uint(&v, &number) || v != digest_len(hash))
		return false;
	if (field_enter(&in, &c, 3) &&
	    (!der_read(&number, &in, DER_STRICT) || !der_done(&in) ||
		!der_uint(&v, &number) || v != 1))
		return false;
	*out = hash;
	return der_done(&c);
}

bool
algid_read(struct algid *out, struct cursor *c, enum der_form form)
{
	const struct algid_row *row;
	struct der oid;
	bool fits = false;

	*out = (struct algid){ .kind = ALGID_OTHER, .name = "unknown" };
	if (!frame_read(&oid, &out->params, &out->whole, c, form))
		return false;
	out->oid = oid.content;
	row = row_of(oid.content);
	if (row == NULL)
		return true;
	out->name = row->name;
	out->hash = row->hash;
	switch (row->kind) {
	case ALGID_OTHER:
		break;
	case ALGID_HASH:
	case ALGID_RSA:
	case ALGID_RSA_PKCS1:
	case ALGID_ECDSA:
		fits = null_or_absent(&out->params);
		break;
	case ALGID_RSA_PSS:
		/* As a key it may have no parameters; hash stays DIGEST_NONE then. */
		fits = out->params.tag == 0 || pss_read(&out->hash, &out->params);
		break;
	case ALGID_ED25519:
		fits = out->params.tag == 0;
		break;
	case ALGID_EC_KEY:
	case ALGID_WEAK:
		fits = true;
		break;
	}
	if (fits)
		out->kind = row->kind;
	else
		out->hash = DIGEST_NONE;
	return true;
}
