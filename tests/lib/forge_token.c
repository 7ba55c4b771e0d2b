/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 3161 tokens, written value by value. OpenSSL's own maker takes the wall clock for the
 * signing-time attribute and refuses a signer without the right EKU, and both are things that
 * tests must choose; that OpenSSL's checker accepts the result is a test of its own.
 */
#include "tests/lib/forge.h"

#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define OID_TSTINFO "1.2.840.113549.1.9.16.1.4"
#define OID_CONTENT_TYPE "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define OID_SIGNING_TIME "1.2.840.113549.1.9.5"
#define OID_SIGNING_CERT "1.2.840.113549.1.9.16.2.12"
#define OID_SIGNING_CERT_V2 "1.2.840.113549.1.9.16.2.47"

enum {
	SEQ = 0x30,
	SET = 0x31,
	OCTETS = 0x04,
	INTEGER = 0x02,
	UTC_TIME = 0x17,
	GEN_TIME = 0x18
};

static const char *
or_else(const char *value, const char *usual)
{
	return value == NULL ? usual : value;
}

static struct bytes
hash_oid(struct forge *f, const char *hash)
{
	const char *oid = strcmp(hash, "SHA256") == 0   ? "2.16.840.1.101.3.4.2.1"
			  : strcmp(hash, "SHA384") == 0 ? "2.16.840.1.101.3.4.2.2"
			  : strcmp(hash, "SHA512") == 0 ? "2.16.840.1.101.3.4.2.3"
			  : strcmp(hash, "SHA1") == 0   ? "1.3.14.3.2.26"
			  : strcmp(hash, "MD5") == 0    ? "1.2.840.113549.2.5"
							: NULL;

	if (oid == NULL)
		forge_die("token: no OID for %s", hash);
	return forge_der_oid(f, oid);
}

static struct bytes
null_value(struct forge *f)
{
	return forge_der(f, 0x05, 0);
}

static struct bytes
hash_alg(struct forge *f, const char *hash)
{
	return forge_der(f, SEQ, 2, hash_oid(f, hash), null_value(f));
}

/* issuer and serialNumber of a certificate, as one concatenation of two values. */
static struct bytes
issuer_serial(struct forge *f, struct bytes cert, bool general_name)
{
	const unsigned char *at = cert.ptr;
	X509 *x = d2i_X509(NULL, &at, (long)cert.len);
	struct bytes issuer, serial;
	uint8_t *name, *number, *end;
	int len;

	if (x == NULL)
		forge_die("token: signer certificate");
	len = i2d_X509_NAME(X509_get_issuer_name(x), NULL);
	name = end = arena_alloc(forge_mem(f), (size_t)len);
	i2d_X509_NAME(X509_get_issuer_name(x), &end);
	issuer = bytes_of(name, (size_t)len);
	len = i2d_ASN1_INTEGER(X509_get_serialNumber(x), NULL);
	number = end = arena_alloc(forge_mem(f), (size_t)len);
	i2d_ASN1_INTEGER(X509_get_serialNumber(x), &end);
	serial = bytes_of(number, (size_t)len);
	X509_free(x);
	if (general_name) /* GeneralNames with one directoryName [4] */
		issuer = forge_der(f, SEQ, 1, forge_der(f, 0xa4, 1, issuer));
	return forge_der(f, SEQ, 2, issuer, serial);
}

static struct bytes
accuracy(struct forge *f, const struct forge_token *t)
{
	struct bytes none = { NULL, 0 };

	if (t->seconds == 0 && t->millis == 0 && t->micros == 0)
		return none;
	return forge_der(f, SEQ, 3,
	    t->seconds == 0 ? none : forge_der_uint(f, INTEGER, t->seconds),
	    t->millis == 0 ? none : forge_der_uint(f, 0x80, t->millis),
	    t->micros == 0 ? none : forge_der_uint(f, 0x81, t->micros));
}

/* RFC 3161 section 2.4.2 */
static struct bytes
tst_info(struct forge *f, const struct forge_token *t, struct bytes message)
{
	const char *hash = or_else(t->imprint_hash, "SHA256");
	struct bytes imprint = forge_hash(f, hash, message);

	if (t->break_imprint)
		imprint = forge_flip(f, imprint, 0, 1);
	return forge_der(f, SEQ, 7,
	    forge_der_uint(f, INTEGER, t->info_version == 0 ? 1 : t->info_version),
	    forge_der_oid(f, or_else(t->policy, "1.3.6.1.4.1.32473.1")),
	    forge_der(f, SEQ, 2, hash_alg(f, hash), forge_der(f, OCTETS, 1, imprint)),
	    forge_der_uint(f, INTEGER, t->serial == 0 ? 1 : t->serial),
	    forge_der(f, GEN_TIME, 1,
		forge_text(forge_asn1_time(f, or_else(t->time, "2024-02-01")))),
	    accuracy(f, t), t->info_extra);
}

static struct bytes
attribute(struct forge *f, const char *oid, struct bytes value)
{
	return forge_der(f, SEQ, 2, forge_der_oid(f, oid), forge_der(f, SET, 1, value));
}

/* RFC 5035 section 3 and 4: version 2 leaves out the hash algorithm where it is SHA-256. */
static struct bytes
ess_attribute(struct forge *f, const struct forge_token *t)
{
	struct bytes cert = t->ess_cert.len == 0 ? t->tsa->cert[0] : t->ess_cert;
	const char *hash =
	    t->ess == FORGE_ESS_V1 ? "SHA1" : or_else(t->ess_hash, "SHA256");
	struct bytes none = { NULL, 0 }, id;

	if (t->ess == FORGE_ESS_NONE)
		return none;
	id = forge_der(f, SEQ, 3,
	    t->ess == FORGE_ESS_V1 || strcmp(hash, "SHA256") == 0
		? none
		: forge_der(f, SEQ, 1, hash_oid(f, hash)),
	    forge_der(f, OCTETS, 1, forge_hash(f, hash, cert)),
	    t->ess_issuer_serial ? issuer_serial(f, cert, true) : none);
	return attribute(f,
	    t->ess == FORGE_ESS_V1 ? OID_SIGNING_CERT : OID_SIGNING_CERT_V2,
	    forge_der(f, SEQ, 1, forge_der(f, SEQ, 1, id)));
}

static struct bytes
time_attribute(struct forge *f, const char *when)
{
	struct bytes none = { NULL, 0 };
	const char *text;

	if (when == NULL)
		return none;
	text = forge_asn1_time(f, when);
	/* RFC 5652 section 11.3: UTCTime through 2049 */
	if (strncmp(text, "2050", 4) < 0)
		return attribute(
		    f, OID_SIGNING_TIME, forge_der(f, UTC_TIME, 1, forge_text(text + 2)));
	return attribute(
	    f, OID_SIGNING_TIME, forge_der(f, GEN_TIME, 1, forge_text(text)));
}

static int
cmp_bytes(const void *a, const void *b)
{
	return bytes_cmp(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* The attributes in the order of DER (X.690 section 11.6), under `tag`. */
static struct bytes
signed_attributes(struct forge *f, const struct forge_token *t, struct bytes info,
    const char *content_type, uint8_t tag)
{
	struct bytes digest = forge_hash(f, or_else(t->hash, "SHA256"), info);
	struct bytes a[5];

	if (t->attrs_raw.len > 0)
		return forge_der(f, tag, 1, t->attrs_raw);
	if (t->break_digest)
		digest = forge_flip(f, digest, 0, 1);
	a[0] = attribute(f, OID_CONTENT_TYPE, forge_der_oid(f, content_type));
	a[1] = attribute(f, OID_MESSAGE_DIGEST, forge_der(f, OCTETS, 1, digest));
	a[2] = ess_attribute(f, t);
	a[3] = time_attribute(f, t->signing_time);
	a[4] = t->attrs_extra;
	qsort(a, COUNT(a), sizeof(a[0]), cmp_bytes);
	return forge_der(f, tag, 5, a[0], a[1], a[2], a[3], a[4]);
}

static struct bytes
pss_parameters(struct forge *f, const char *hash)
{
	struct bytes alg = hash_alg(f, hash);
	size_t salt = forge_hash(f, hash, alg).len;

	return forge_der(f, SEQ, 3, forge_der(f, 0xa0, 1, alg),
	    forge_der(f, 0xa1, 1,
		forge_der(f, SEQ, 2, forge_der_oid(f, "1.2.840.113549.1.1.8"), alg)),
	    forge_der(f, 0xa2, 1, forge_der_uint(f, INTEGER, salt)));
}

/* "SHA256": 0, "SHA384": 1, "SHA512": 2 */
static unsigned
hash_step(const char *hash)
{
	return hash[3] == '3' ? 1 : hash[3] == '5' ? 2 : 0;
}

static struct bytes
signature_alg(struct forge *f, const struct forge_token *t)
{
	const char *hash = or_else(t->hash, "SHA256");
	struct arena *mem = forge_mem(f);

	if (!EVP_PKEY_is_a(t->tsa->key, "RSA"))
		return forge_der(f, SEQ, 1,
		    forge_der_oid(
			f, arena_printf(mem, "1.2.840.10045.4.3.%u", 2 + hash_step(hash))
			       .ptr));
	if (t->pss)
		return forge_der(f, SEQ, 2, forge_der_oid(f, "1.2.840.113549.1.1.10"),
		    pss_parameters(f, hash));
	if (t->named_sigalg)
		return forge_der(f, SEQ, 2,
		    forge_der_oid(f,
			arena_printf(mem, "1.2.840.113549.1.1.%u", 11 + hash_step(hash))
			    .ptr),
		    null_value(f));
	return forge_der(
	    f, SEQ, 2, forge_der_oid(f, "1.2.840.113549.1.1.1"), null_value(f));
}

static struct bytes
raw_signature(struct forge *f, const struct forge_token *t, struct bytes message)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	uint8_t *out = arena_alloc(forge_mem(f), 2048);
	size_t len = 2048;
	bool fine;

	fine = EVP_DigestSignInit_ex(ctx, &pctx, or_else(t->hash, "SHA256"), NULL, NULL,
		   t->tsa->key, NULL) == 1;
	if (fine && t->pss)
		fine =
		    EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	if (!fine || EVP_DigestSign(ctx, out, &len, message.ptr, message.len) != 1)
		forge_die("token: cannot sign");
	EVP_MD_CTX_free(ctx);
	return bytes_of(out, len);
}

/* RFC 5652 section 5.3 */
static struct bytes
signer_info(struct forge *f, const struct forge_token *t, struct bytes info,
    const char *content_type)
{
	struct bytes none = { NULL, 0 };
	struct bytes set = signed_attributes(f, t, info, content_type, SET);
	struct bytes signature = raw_signature(f, t, t->no_attrs ? info : set);

	if (t->break_signature)
		signature = forge_flip(f, signature, signature.len / 2, 1);
	return forge_der(f, SEQ, 6,
	    forge_der_uint(f, INTEGER, t->signer_version == 0 ? 1 : t->signer_version),
	    issuer_serial(f, t->tsa->cert[0], false),
	    hash_alg(f, or_else(t->hash, "SHA256")),
	    t->no_attrs ? none : signed_attributes(f, t, info, content_type, 0xa0),
	    signature_alg(f, t), forge_der(f, OCTETS, 1, signature));
}

struct bytes
forge_token(struct forge *f, const struct forge_token *t, struct bytes message)
{
	const char *content_type = or_else(t->content_type, OID_TSTINFO);
	struct bytes none = { NULL, 0 };
	struct bytes info = t->info_raw.len > 0 ? t->info_raw : tst_info(f, t, message);
	struct bytes certs, signers, content, token;

	certs = forge_der(f, 0xa0, 4, t->tsa->cert[0], t->tsa->cert[1], t->tsa->cert[2],
	    t->tsa->cert[3]);
	signers = t->no_signer ? none : signer_info(f, t, info, content_type);
	content = forge_der(f, SEQ, 5,
	    forge_der_uint(f, INTEGER, t->data_version == 0 ? 3 : t->data_version),
	    forge_der(f, SET, 1, hash_alg(f, or_else(t->hash, "SHA256"))),
	    forge_der(f, SEQ, 2, forge_der_oid(f, content_type),
		forge_der(f, 0xa0, 1, forge_der(f, OCTETS, 1, info))),
	    t->no_certs ? none : certs,
	    forge_der(f, SET, 2, signers, t->two_signers ? signers : none));
	token = forge_der(
	    f, SEQ, 2, forge_der_oid(f, OID_SIGNED_DATA), forge_der(f, 0xa0, 1, content));
	if (t->trailer.len > 0) {
		uint8_t *out = arena_alloc(forge_mem(f), token.len + t->trailer.len);

		memcpy(out, token.ptr, token.len);
		memcpy(out + token.len, t->trailer.ptr, t->trailer.len);
		token = bytes_of(out, token.len + t->trailer.len);
	}
	return token;
}
