/* SPDX-License-Identifier: Apache-2.0 */
/* OCSP responses, written value by value: OpenSSL's maker has no way to make wrong ones. */
#include "tests/lib/forge_ocsp.h"

#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { SEQ = 0x30, OCTETS = 0x04, INTEGER = 0x02, ENUMERATED = 0x0a, GEN_TIME = 0x18 };

static const char *
or_else(const char *value, const char *usual)
{
	return value == NULL ? usual : value;
}

static struct bytes
part_or(struct bytes value, struct bytes usual)
{
	return value.len == 0 ? usual : value;
}

static const struct {
	const char *hash, *oid, *rsa, *ecdsa;
} algs[] = {
	{ "SHA1", "1.3.14.3.2.26", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1" },
	{ "SHA256", "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11",
	    "1.2.840.10045.4.3.2" },
	{ "SHA384", "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12",
	    "1.2.840.10045.4.3.3" },
	{ "SHA512", "2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13",
	    "1.2.840.10045.4.3.4" },
	{ "MD5", "1.2.840.113549.2.5", "1.2.840.113549.1.1.4", "1.2.840.10045.4.1" },
};

static size_t
alg_of(const char *hash)
{
	for (size_t i = 0; i < COUNT(algs); i++)
		if (strcmp(algs[i].hash, hash) == 0)
			return i;
	forge_die("ocsp: no OID for %s", hash);
}

static struct bytes
hash_alg(struct forge *f, const char *hash)
{
	return forge_der(
	    f, SEQ, 2, forge_der_oid(f, algs[alg_of(hash)].oid), forge_der(f, 0x05, 0));
}

struct names { /* of a certificate, DER */
	struct bytes subject, key, serial;
};

static struct bytes
taken(struct forge *f, int len, const uint8_t *data)
{
	return arena_bytes(forge_mem(f), bytes_of(data, (size_t)len));
}

static struct names
names_of(struct forge *f, struct bytes cert)
{
	const unsigned char *at = cert.ptr;
	X509 *x = d2i_X509(NULL, &at, (long)cert.len);
	const ASN1_BIT_STRING *key;
	unsigned char *der = NULL;
	struct names n;
	int len;

	if (x == NULL)
		forge_die("ocsp: certificate");
	len = i2d_X509_NAME(X509_get_subject_name(x), &der);
	n.subject = taken(f, len, der);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_ASN1_INTEGER(X509_get_serialNumber(x), &der);
	n.serial = taken(f, len, der);
	OPENSSL_free(der);
	key = X509_get0_pubkey_bitstr(x);
	n.key = taken(f, ASN1_STRING_length(key), ASN1_STRING_get0_data(key));
	X509_free(x);
	return n;
}

/* Extensions ::= SEQUENCE OF Extension, one, unknown to everybody. */
static struct bytes
extensions(struct forge *f, bool any, bool critical)
{
	struct bytes none = { NULL, 0 };

	if (!any && !critical)
		return none;
	return forge_der(f, SEQ, 1,
	    forge_der(f, SEQ, 3, forge_der_oid(f, "1.3.6.1.4.1.32473.7"),
		critical ? forge_der(f, 0x01, 1, bytes_of("\xff", 1)) : none,
		forge_der(f, OCTETS, 1, forge_der(f, 0x05, 0))));
}

static struct bytes
gen_time(struct forge *f, const char *when)
{
	return forge_der(f, GEN_TIME, 1, forge_text(forge_asn1_time(f, when)));
}

static struct bytes
cert_status(struct forge *f, const struct forge_ocsp_single *s)
{
	struct bytes none = { NULL, 0 }, reason = none;

	if (s->status == FORGE_OCSP_GOOD)
		return forge_der(f, 0x80, 0);
	if (s->status == FORGE_OCSP_UNKNOWN)
		return forge_der(f, 0x82, 0);
	if (s->reason != 0)
		reason =
		    forge_der(f, 0xa0, 1, forge_der_uint(f, ENUMERATED, s->reason - 1));
	return forge_der(
	    f, 0xa1, 2, gen_time(f, or_else(s->revoked_at, "2026-05-01")), reason);
}

/* CertID (RFC 6960 section 4.1.1) */
static struct bytes
cert_id(struct forge *f, const struct forge_ocsp *spec, const struct forge_ocsp_single *s)
{
	const char *hash = or_else(s->hash, "SHA1");
	struct names cert = names_of(f, part_or(s->cert, spec->cert));
	struct names issuer = names_of(f, part_or(s->issuer, spec->issuer));
	struct bytes name = forge_hash(f, hash, issuer.subject);
	struct bytes key = forge_hash(f, hash, issuer.key);

	if (s->break_name_hash)
		name = forge_flip(f, name, 0, 1);
	if (s->break_key_hash)
		key = forge_flip(f, key, key.len - 1, 1);
	return forge_der(f, SEQ, 4, hash_alg(f, hash), forge_der(f, OCTETS, 1, name),
	    forge_der(f, OCTETS, 1, key),
	    s->serial == 0 ? cert.serial : forge_der_uint(f, INTEGER, s->serial));
}

static struct bytes
single(struct forge *f, const struct forge_ocsp *spec, const struct forge_ocsp_single *s)
{
	struct bytes none = { NULL, 0 }, next = none, ext = none;

	if (!s->no_next_update)
		next = forge_der(
		    f, 0xa0, 1, gen_time(f, or_else(s->next_update, FORGE_OCSP_NEXT)));
	if (s->extension || s->critical)
		ext = forge_der(f, 0xa1, 1, extensions(f, true, s->critical));
	return forge_der(f, SEQ, 5, cert_id(f, spec, s), cert_status(f, s),
	    gen_time(f, or_else(s->this_update, FORGE_OCSP_THIS)), next, ext);
}

static struct bytes
responses(struct forge *f, const struct forge_ocsp *spec)
{
	static const struct forge_ocsp_single usual = { .status = FORGE_OCSP_GOOD };
	struct bytes all = { NULL, 0 };

	if (spec->no_singles)
		return forge_der(f, SEQ, 0);
	if (spec->single_count == 0)
		return forge_der(f, SEQ, 1, single(f, spec, &usual));
	for (size_t i = 0; i < spec->single_count; i++) {
		struct bytes more = single(f, spec, &spec->singles[i]);
		uint8_t *room = arena_alloc(forge_mem(f), all.len + more.len);

		if (all.len > 0)
			memcpy(room, all.ptr, all.len);
		memcpy(room + all.len, more.ptr, more.len);
		all = bytes_of(room, all.len + more.len);
	}
	return forge_der(f, SEQ, 1, all);
}

/* ResponseData (RFC 6960 section 4.2.1) */
static struct bytes
response_data(struct forge *f, const struct forge_ocsp *spec)
{
	struct names signer =
	    names_of(f, part_or(spec->named, part_or(spec->responder, spec->issuer)));
	struct bytes none = { NULL, 0 }, version = none, ext = none, id;

	if (spec->version != 0)
		version =
		    forge_der(f, 0xa0, 1, forge_der_uint(f, INTEGER, spec->version - 1));
	if (spec->extension || spec->critical)
		ext = forge_der(f, 0xa1, 1, extensions(f, true, spec->critical));
	id = spec->by_key
		 ? forge_der(f, 0xa2, 1,
		       forge_der(f, OCTETS, 1, forge_hash(f, "SHA1", signer.key)))
		 : forge_der(f, 0xa1, 1, signer.subject);
	return forge_der(f, SEQ, 5, version, id,
	    gen_time(f, or_else(spec->produced_at, FORGE_OCSP_THIS)), responses(f, spec),
	    ext);
}

static struct bytes
signature_alg(struct forge *f, const struct forge_ocsp *spec, EVP_PKEY *key)
{
	const char *hash = or_else(spec->hash, "SHA256");
	struct bytes alg = hash_alg(f, hash), mgf, params;

	if (EVP_PKEY_is_a(key, "EC"))
		return forge_der(f, SEQ, 1, forge_der_oid(f, algs[alg_of(hash)].ecdsa));
	if (!spec->pss)
		return forge_der(f, SEQ, 2, forge_der_oid(f, algs[alg_of(hash)].rsa),
		    forge_der(f, 0x05, 0));
	mgf = forge_der(f, SEQ, 2, forge_der_oid(f, "1.2.840.113549.1.1.8"), alg);
	params =
	    forge_der(f, SEQ, 3, forge_der(f, 0xa0, 1, alg), forge_der(f, 0xa1, 1, mgf),
		forge_der(f, 0xa2, 1,
		    forge_der_uint(f, INTEGER, forge_hash(f, hash, alg).len)));
	return forge_der(f, SEQ, 2, forge_der_oid(f, "1.2.840.113549.1.1.10"), params);
}

static struct bytes
signature(struct forge *f, const struct forge_ocsp *spec, EVP_PKEY *key, struct bytes tbs)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	uint8_t room[1024];
	size_t len = sizeof(room);

	if (EVP_DigestSignInit_ex(
		ctx, &pctx, or_else(spec->hash, "SHA256"), NULL, NULL, key, NULL) != 1)
		forge_die("ocsp: sign init");
	if (spec->pss &&
	    (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) != 1))
		forge_die("ocsp: PSS");
	if (EVP_DigestSign(ctx, room, &len, tbs.ptr, tbs.len) != 1)
		forge_die("ocsp: sign");
	EVP_MD_CTX_free(ctx);
	if (spec->break_signature)
		room[len - 1] ^= 1;
	return forge_der(f, 0x03, 2, bytes_of("\0", 1),
	    arena_bytes(forge_mem(f), bytes_of(room, len)));
}

static struct bytes
basic_response(struct forge *f, const struct forge_ocsp *spec)
{
	EVP_PKEY *key =
	    spec->responder_key != NULL ? spec->responder_key : spec->issuer_key;
	struct bytes tbs = response_data(f, spec), certs = { NULL, 0 }, list = certs;

	if (!spec->no_certs)
		list = spec->responder;
	if (list.len > 0 || spec->extra_certs.len > 0)
		certs =
		    forge_der(f, 0xa0, 1, forge_der(f, SEQ, 2, spec->extra_certs, list));
	return forge_der(f, SEQ, 4, tbs, signature_alg(f, spec, key),
	    signature(f, spec, key, tbs), certs);
}

struct bytes
forge_ocsp(struct forge *f, const struct forge_ocsp *spec)
{
	const char *type = or_else(spec->type, "1.3.6.1.5.5.7.48.1.1");
	struct bytes answer = { NULL, 0 }, outer;
	uint8_t *room;

	if (spec->status == 0 || spec->status_with_answer)
		answer = forge_der(f, 0xa0, 1,
		    forge_der(f, SEQ, 2, forge_der_oid(f, type),
			forge_der(f, OCTETS, 1, basic_response(f, spec))));
	outer = forge_der(f, SEQ, 2, forge_der_uint(f, ENUMERATED, spec->status), answer);
	if (spec->trailer.len == 0)
		return outer;
	room = arena_alloc(forge_mem(f), outer.len + spec->trailer.len);
	memcpy(room, outer.ptr, outer.len);
	memcpy(room + outer.len, spec->trailer.ptr, spec->trailer.len);
	return bytes_of(room, outer.len + spec->trailer.len);
}

struct forge_cert
forge_cert_responder(EVP_PKEY *key, const char *subject, struct bytes issuer,
    EVP_PKEY *issuer_key, bool nocheck)
{
	/* id-pkix-ocsp-nocheck is NULL (RFC 6960 section 4.2.2.2.1). */
	static const struct forge_ext ext = { "1.3.6.1.5.5.7.48.1.5", false,
		{ (const uint8_t *)"\x05\x00", 2 } };
	struct forge_cert spec = forge_cert_leaf(key, subject, issuer, issuer_key);

	spec.serial = 0x0c5b;
	spec.eku = "OCSPSigning";
	if (nocheck) {
		spec.extra = &ext;
		spec.extra_count = 1;
	}
	return spec;
}
