/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public key of a certificate: what it is, and what it may be used for.
 *
 * The facts are read from the octets by our own reader, so that a key of absurd size is
 * known before anything is computed with it; the key object itself is OpenSSL's.
 */
#include "codec/der.h"
#include "crypto/ossl_types.h"

/*
 * CA keys: 2048 to 8192 bits; signers exactly 2048, 3072 or 4096 (Notary Project
 * signature specification, "Signature Algorithm Requirements").
 */
enum { RSA_BITS_LEAST = 2048, RSA_BITS_MOST = 8192, RSA_EXPONENT_BYTES_MOST = 8 };

#define OID(text) (text), sizeof(text) - 1 /* some hold a zero octet */
static const struct curve {
	const char *oid;
	size_t oid_len;
	unsigned bits;
	enum sigalg alg;
	const char *name;
} curves[] = {
	{ OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"), 256, SIGALG_ES256, "EC P-256" },
	{ OID("\x2b\x81\x04\x00\x22"), 384, SIGALG_ES384, "EC P-384" },
	{ OID("\x2b\x81\x04\x00\x23"), 521, SIGALG_ES512, "EC P-521" },
	{ OID("\x2a\x86\x48\xce\x3d\x03\x01\x01"), 192, SIGALG_NONE, "EC P-192" },
	{ OID("\x2b\x81\x04\x00\x21"), 224, SIGALG_NONE, "EC P-224" },
	{ OID("\x2b\x81\x04\x00\x0a"), 256, SIGALG_NONE, "EC secp256k1" },
};

static unsigned
bit_length(struct bytes v)
{
	unsigned bits;

	while (v.len > 0 && v.ptr[0] == 0)
		v = bytes_of(v.ptr + 1, v.len - 1);
	if (v.len == 0)
		return 0;
	bits = (unsigned)v.len * 8;
	for (uint8_t top = v.ptr[0]; top < 0x80; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* Both verdicts on one key; the first fault stays. */
static void
fault(struct cert *c, enum reason leaf, enum reason ca)
{
	if (c->info.key_reason == REASON_NONE)
		c->info.key_reason = leaf;
	if (c->ca_key_reason == REASON_NONE)
		c->ca_key_reason = ca;
}

static void
rsa_judge(struct cert *c, struct bytes modulus, struct bytes exponent)
{
	struct cert_info *info = &c->info;
	uint64_t e = 0;

	if ((modulus.ptr[0] & 0x80) != 0 || (exponent.ptr[0] & 0x80) != 0 ||
	    exponent.len > RSA_EXPONENT_BYTES_MOST || info->key_bits > RSA_BITS_MOST) {
		c->key_usable = false;
		fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
		return;
	}
	for (size_t i = 0; i < exponent.len; i++)
		e = e << 8 | exponent.ptr[i];
	for (int alg = SIGALG_PS256; alg <= SIGALG_PS512; alg++)
		if (sigalg_row((enum sigalg)alg)->key_bits == info->key_bits)
			info->sigalg = (enum sigalg)alg;
	if (info->sigalg == SIGALG_NONE)
		fault(c, REASON_KEY_UNSUPPORTED, REASON_NONE);
	/* FIPS 186-5 section A.1.1: the exponent is odd and above 2^16. */
	if (e < 65537 || (e & 1) == 0 || (modulus.ptr[modulus.len - 1] & 1) == 0)
		fault(c, REASON_KEY_WEAK, REASON_KEY_WEAK);
	if (info->key_bits < RSA_BITS_LEAST)
		fault(c, REASON_KEY_UNSUPPORTED, REASON_CA_KEY_WEAK);
}

/* RSAPublicKey ::= SEQUENCE { modulus, publicExponent } (RFC 8017 section A.1.1). */
static bool
rsa_numbers(struct der *n, struct der *e, struct bytes key)
{
	struct cursor top = cursor_of(key), in;
	struct der seq;

	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return false;
	in = der_enter(&top, &seq);
	return der_take(n, &in, DER_STRICT, DER_INTEGER) &&
	       der_take(e, &in, DER_STRICT, DER_INTEGER) && der_done(&in);
}

static int
rsa_read(struct cert *c, struct bytes key, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct der n, e;

	if (der_check(key, limits, at, NULL) != 0)
		return err_set(err, REASON_CERT_NOT_DER, at, "RSA key is not DER");
	if (!rsa_numbers(&n, &e, key))
		return err_set(err, REASON_CERT_NOT_DER, at, "malformed RSA key");
	rsa_judge(c, n.content, e.content);
	return 0;
}

/* The name decides, not the size: secp256k1 and brainpool have 256 bits, too. */
static const struct curve *
curve_of(const struct der *params)
{
	for (size_t i = 0; params->tag == DER_OID && i < COUNT(curves); i++)
		if (bytes_equal(
			params->content, bytes_of(curves[i].oid, curves[i].oid_len)))
			return &curves[i];
	return NULL;
}

static void
ec_judge(struct cert *c, const struct der *params, struct bytes point)
{
	const struct curve *curve = curve_of(params);

	if (params->tag != DER_OID) {
		/*
		 * RFC 5480 section 2.1.1: named curves only; explicit ones allow forged
		 * keys.
		 */
		c->key_usable = false;
		fault(c, REASON_KEY_EXPLICIT_PARAMS, REASON_KEY_EXPLICIT_PARAMS);
		return;
	}
	if (curve == NULL) {
		c->key_usable = false;
		fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
		return;
	}
	c->info.sigalg = curve->alg;
	if (curve->alg == SIGALG_NONE)
		fault(c, REASON_KEY_UNSUPPORTED,
		    curve->bits < 256 ? REASON_CA_KEY_WEAK : REASON_KEY_UNSUPPORTED);
	/*
	 * Uncompressed points only (RFC 5480 section 2.2 makes the other form optional).
	 */
	if (point.len != 1 + 2 * (size_t)((curve->bits + 7) / 8) || point.ptr[0] != 0x04)
		fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
}

/* SubjectPublicKeyInfo ::= SEQUENCE { algorithm, subjectPublicKey } */
static bool
spki_read(struct algid *alg, struct bytes *key, struct bytes spki)
{
	struct cursor top = cursor_of(spki), in;
	struct der seq, bits;

	der_take(&seq, &top, DER_STRICT, DER_SEQUENCE);
	in = der_enter(&top, &seq);
	return algid_read(alg, &in, DER_STRICT) &&
	       der_take(&bits, &in, DER_STRICT, DER_BIT_STRING) && der_done(&in) &&
	       der_bits(key, &bits);
}

void
certkey_name(const char **name, unsigned *bits, struct bytes spki)
{
	const struct curve *curve;
	struct bytes key;
	struct algid alg;
	struct der n, e;

	*name = "unknown";
	*bits = 0;
	if (!spki_read(&alg, &key, spki))
		return;
	switch (alg.kind) {
	case ALGID_RSA:
		*name = "RSA";
		if (rsa_numbers(&n, &e, key))
			*bits = bit_length(n.content);
		return;
	case ALGID_EC_KEY:
		curve = curve_of(&alg.params);
		*name = curve == NULL ? "EC" : curve->name;
		*bits = curve == NULL ? 0 : curve->bits;
		return;
	case ALGID_ED25519:
		*name = "Ed25519";
		*bits = 256;
		return;
	case ALGID_RSA_PSS:
		*name = "RSASSA-PSS";
		return;
	case ALGID_OTHER:
	case ALGID_HASH:
	case ALGID_RSA_PKCS1:
	case ALGID_ECDSA:
	case ALGID_WEAK:
		*name = alg.name;
		return;
	}
}

int
certkey_read(struct cert *c, struct bytes spki, const struct limits *limits,
    const struct where *at, struct err *err)
{
	struct cert_info *info = &c->info;
	struct bytes key;
	struct algid alg;
	int bad = 0;

	certkey_name(&info->key_name, &info->key_bits, spki);
	c->key_usable = true;
	if (!spki_read(&alg, &key, spki))
		return err_set(err, REASON_CERT_NOT_DER, at, "malformed public key");
	switch (alg.kind) {
	case ALGID_RSA:
		info->key = KEY_RSA;
		/* RFC 3279 section 2.3.1: the parameters are NULL. */
		if (alg.params.tag != DER_NULL)
			fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
		bad = rsa_read(c, key, limits, at, err);
		break;
	case ALGID_EC_KEY:
		info->key = KEY_EC;
		ec_judge(c, &alg.params, key);
		break;
	case ALGID_ED25519:
		fault(c, REASON_KEY_UNSUPPORTED, REASON_NONE);
		break;
	case ALGID_RSA_PSS:
		info->key = KEY_RSA_PSS;
		c->key_usable = false;
		fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
		break;
	case ALGID_OTHER:
	case ALGID_HASH:
	case ALGID_RSA_PKCS1:
	case ALGID_ECDSA:
	case ALGID_WEAK:
		c->key_usable = false;
		fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
		break;
	}
	if (bad != 0)
		return -1;
	/* A point that is not on its curve, for one. */
	if (c->key == NULL) {
		c->key_usable = false;
		fault(c, REASON_KEY_UNSUPPORTED, REASON_KEY_UNSUPPORTED);
	}
	if (info->key_reason != REASON_NONE)
		info->sigalg = SIGALG_NONE;
	return 0;
}
