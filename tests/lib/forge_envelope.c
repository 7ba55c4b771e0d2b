/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notary Project envelopes: JWS in flattened JSON form, and COSE_Sign1. Both hold the same
 * attributes, so one list is made and written twice.
 */
#include "tests/lib/forge.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "base/when.h"

#define NOTARY "io.cncf.notary."
#define PAYLOAD_TYPE "application/vnd.cncf.notary.payload.v1+json"
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define PART_MAX ((size_t)4 << 20)

static const char *
or_else(const char *value, const char *usual)
{
	return value == NULL ? usual : value;
}

struct bytes
forge_payload(struct forge *f, const struct forge_target *t)
{
	return str_bytes(arena_printf(forge_mem(f),
	    "{\"targetArtifact\":{\"mediaType\":%s,\"digest\":%s,\"size\":%llu%s%s}}",
	    forge_json(f, or_else(t->media_type, MANIFEST_TYPE)).ptr,
	    forge_json(f, t->digest).ptr, (unsigned long long)t->size,
	    t->annotations == NULL ? "" : ",\"annotations\":",
	    or_else(t->annotations, "")));
}

const char *
forge_envelope_type(enum forge_form form)
{
	return form == FORGE_JWS ? "application/jose+json" : "application/cose";
}

/* --- signing ----------------------------------------------------------------------------- */

static int
key_step(EVP_PKEY *key) /* 0, 1, 2 for the three hashes */
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA"))
		return bits == 4096 ? 2 : bits == 3072 ? 1 : 0;
	return bits == 521 ? 2 : bits == 384 ? 1 : 0;
}

const char *
forge_key_hash(EVP_PKEY *key)
{
	static const char *const hashes[] = { "SHA256", "SHA384", "SHA512" };

	return hashes[key_step(key)];
}

static struct bytes
plain_ecdsa(struct forge *f, EVP_PKEY *key, struct bytes der)
{
	const unsigned char *at = der.ptr;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
	int width = (EVP_PKEY_get_bits(key) + 7) / 8;
	uint8_t *out = arena_alloc(forge_mem(f), 2 * (size_t)width);

	if (sig == NULL || BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, width) != width ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + width, width) != width)
		forge_die("envelope: ECDSA value");
	ECDSA_SIG_free(sig);
	return bytes_of(out, 2 * (size_t)width);
}

struct bytes
forge_sign(struct forge *f, EVP_PKEY *key, struct bytes message, enum forge_sigform form,
    int salt)
{
	const char *hash = EVP_PKEY_is_a(key, "ED25519") ? NULL : forge_key_hash(key);
	uint8_t *out = arena_alloc(forge_mem(f), 2048);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	size_t len = 2048;
	bool fine = EVP_DigestSignInit_ex(ctx, &pctx, hash, NULL, NULL, key, NULL) == 1;

	if (fine && EVP_PKEY_is_a(key, "RSA") && form != FORGE_SIG_PKCS1)
		fine = EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, salt == 0
								  ? RSA_PSS_SALTLEN_DIGEST
							      : salt < 0 ? 0
									 : salt) == 1;
	if (!fine || EVP_DigestSign(ctx, out, &len, message.ptr, message.len) != 1)
		forge_die("envelope: cannot sign");
	EVP_MD_CTX_free(ctx);
	if (EVP_PKEY_is_a(key, "EC") && form == FORGE_SIG_RIGHT)
		return plain_ecdsa(f, key, bytes_of(out, len));
	return bytes_of(out, len);
}

/* --- the attributes ------------------------------------------------------------------------ */

enum kind { TEXT, TIME, OTHER };

struct attribute {
	const char *name;
	enum kind kind;
	const char *text; /* OTHER: JSON text */
	struct bytes cbor; /* OTHER: CBOR, or empty */
	bool critical;
};

struct attributes {
	struct attribute at[24];
	size_t n;
};

static void
attribute_add(struct attributes *a, struct attribute one)
{
	if (a->n == COUNT(a->at))
		forge_die("envelope: too many headers");
	a->at[a->n++] = one;
}

static bool
by_authority(const struct forge_envelope *e)
{
	return strcmp(or_else(e->scheme, "notary.x509"),
		   "notary.x509.signingAuthority") == 0;
}

/* All but alg, content type and crit, which the two forms name differently. */
static void
attributes_of(struct attributes *a, const struct forge_envelope *e)
{
	bool authority = by_authority(e);

	if (!e->no_scheme)
		attribute_add(a, (struct attribute){ .name = NOTARY "signingScheme",
				     .text = or_else(e->scheme, "notary.x509"),
				     .critical = true });
	if (!e->no_time)
		attribute_add(a,
		    (struct attribute){ .name = authority ? NOTARY "authenticSigningTime"
							  : NOTARY "signingTime",
			.kind = TIME,
			.text = or_else(e->signing_time, "2024-01-15T12:00:00Z"),
			.critical = authority });
	if (e->expiry != NULL)
		attribute_add(a, (struct attribute){ .name = NOTARY "expiry",
				     .kind = TIME,
				     .text = e->expiry,
				     .critical = true });
	if (e->plugin != NULL)
		attribute_add(a, (struct attribute){ .name = NOTARY "verificationPlugin",
				     .text = e->plugin,
				     .critical = true });
	if (e->plugin_min != NULL)
		attribute_add(
		    a, (struct attribute){ .name = NOTARY "verificationPluginMinVersion",
			   .text = e->plugin_min,
			   .critical = true });
	for (size_t i = 0; i < e->extra_count; i++)
		attribute_add(a, (struct attribute){ .name = e->extra[i].name,
				     .kind = OTHER,
				     .text = e->extra[i].json,
				     .cbor = e->extra[i].cbor,
				     .critical = e->extra[i].critical });
}

/* Names for crit: the given list, or the critical ones. */
static size_t
crit_names(
    const char *out[24], const struct attributes *a, const struct forge_envelope *e)
{
	size_t n = 0;

	if (e->crit != NULL) {
		while (n < 24 && e->crit[n] != NULL) {
			out[n] = e->crit[n];
			n++;
		}
		return n;
	}
	for (size_t i = 0; i < a->n; i++)
		if (a->at[i].critical)
			out[n++] = a->at[i].name;
	return n;
}

static struct bytes
flip_part(struct forge *f, const struct forge_envelope *e, enum forge_part part,
    struct bytes in)
{
	if (e->flip != part)
		return in;
	return forge_flip(f, in,
	    e->flip_near == NULL ? e->flip_at : forge_after(in, e->flip_near) - 1, 1);
}

static struct bytes
token_of(struct forge *f, const struct forge_envelope *e, struct bytes signature)
{
	struct bytes token =
	    e->token == NULL ? e->token_raw : forge_token(f, e->token, signature);

	return token.len == 0 ? token : flip_part(f, e, FORGE_PART_TOKEN, token);
}

static struct bytes
chain_cert(struct forge *f, const struct forge_envelope *e, size_t i)
{
	return i == 0 ? flip_part(f, e, FORGE_PART_CHAIN, e->signer->cert[0])
		      : e->signer->cert[i];
}

/* --- JWS ------------------------------------------------------------------------------------ */

static struct bytes
jws_protected(struct forge *f, const struct attributes *a, const struct forge_envelope *e)
{
	static const char *const algs[2][3] = { { "ES256", "ES384", "ES512" },
		{ "PS256", "PS384", "PS512" } };
	const char *alg =
	    algs[EVP_PKEY_is_a(e->signer->key, "RSA")][key_step(e->signer->key)];
	AUTO(buf_clear) struct buf b = { .max = PART_MAX };
	const char *crit[24];
	size_t n = crit_names(crit, a, e);

	if (e->protected_raw.len > 0)
		return e->protected_raw;
	if (!e->no_alg)
		buf_printf(&b, ",\"alg\":%s", forge_json(f, or_else(e->alg, alg)).ptr);
	if (!e->no_crit) {
		buf_text(&b, ",\"crit\":[");
		for (size_t i = 0; i < n; i++)
			buf_printf(
			    &b, "%s%s", i == 0 ? "" : ",", forge_json(f, crit[i]).ptr);
		buf_text(&b, "]");
	}
	if (!e->no_content_type)
		buf_printf(&b, ",\"cty\":%s",
		    forge_json(f, or_else(e->content_type, PAYLOAD_TYPE)).ptr);
	for (size_t i = 0; i < a->n; i++)
		buf_printf(&b, ",%s:%s", forge_json(f, a->at[i].name).ptr,
		    a->at[i].kind == OTHER ? a->at[i].text
					   : forge_json(f, a->at[i].text).ptr);
	buf_text(&b, "}");
	b.ptr[0] = '{';
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}

static void
jws_header(
    struct buf *b, struct forge *f, const struct forge_envelope *e, struct bytes token)
{
	const char *comma = "";

	buf_text(b, "\"header\":{");
	if (!e->no_chain) {
		buf_text(b, "\"x5c\":[");
		for (size_t i = 0; i < e->signer->count; i++)
			buf_printf(b, "%s\"%s\"", i == 0 ? "" : ",",
			    forge_base64(f, chain_cert(f, e, i)).ptr);
		buf_text(b, "]");
		comma = ",";
	}
	if (token.len > 0) {
		buf_printf(b, "%s\"" NOTARY "timestampSignature\":\"%s\"", comma,
		    forge_base64(f, token).ptr);
		comma = ",";
	}
	if (e->agent != NULL)
		buf_printf(b, "%s\"" NOTARY "signingAgent\":%s", comma,
		    forge_json(f, e->agent).ptr);
	buf_printf(b, "%s}", or_else(e->header_extra, ""));
}

static struct bytes
jws_envelope(struct forge *f, const struct attributes *a, const struct forge_envelope *e)
{
	struct bytes protected = jws_protected(f, a, e), signature, token;
	AUTO(buf_clear) struct buf b = { .max = PART_MAX };

	signature = forge_sign(f, e->signer->key,
	    str_bytes(arena_printf(forge_mem(f), "%s.%s",
		forge_base64url(f, protected).ptr, forge_base64url(f, e->payload).ptr)),
	    e->sigform, e->salt);
	token = token_of(f, e, signature);
	buf_printf(&b, "{\"payload\":\"%s\",",
	    forge_base64url(f, flip_part(f, e, FORGE_PART_PAYLOAD, e->payload)).ptr);
	buf_printf(&b, "\"protected\":\"%s\",",
	    forge_base64url(f, flip_part(f, e, FORGE_PART_PROTECTED, protected)).ptr);
	jws_header(&b, f, e, token);
	buf_printf(&b, ",\"signature\":\"%s\"%s}",
	    forge_base64url(f, flip_part(f, e, FORGE_PART_SIGNATURE, signature)).ptr,
	    or_else(e->outer_extra, ""));
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}

/* --- COSE ----------------------------------------------------------------------------------- */

enum { UINT, NEGATIVE, BSTR, TSTR, ARRAY, MAP, TAG };

static void
cbor_head(struct buf *b, unsigned major, uint64_t value)
{
	size_t n = value < 24            ? 0
		   : value <= UINT8_MAX  ? 1
		   : value <= UINT16_MAX ? 2
		   : value <= UINT32_MAX ? 4
					 : 8;
	unsigned info = n == 0   ? (unsigned)value
			: n == 1 ? 24
			: n == 2 ? 25
			: n == 4 ? 26
				 : 27;

	buf_u8(b, (uint8_t)(major << 5 | info));
	if (n > 0)
		buf_be(b, value, n);
}

static void
cbor_int(struct buf *b, int64_t value)
{
	if (value >= 0)
		cbor_head(b, UINT, (uint64_t)value);
	else
		cbor_head(b, NEGATIVE, (uint64_t)(-1 - value));
}

static void
cbor_text(struct buf *b, const char *text)
{
	cbor_head(b, TSTR, strlen(text));
	buf_text(b, text);
}

static void
cbor_octets(struct buf *b, struct bytes data)
{
	cbor_head(b, BSTR, data.len);
	buf_add(b, data);
}

static void
cbor_value(struct buf *b, const struct attribute *a)
{
	struct when w;

	if (a->kind == TIME) {
		if (!when_parse(&w, str_of(a->text)))
			forge_die("envelope: time %s", a->text);
		cbor_head(b, TAG, 1);
		cbor_int(b, w.sec);
	} else if (a->kind == OTHER && a->cbor.len > 0) {
		buf_add(b, a->cbor);
	} else {
		cbor_text(b, a->text);
	}
}

static struct bytes
cose_protected(
    struct forge *f, const struct attributes *a, const struct forge_envelope *e)
{
	static const int64_t algs[2][3] = { { -7, -35, -36 }, { -37, -38, -39 } };
	int64_t alg =
	    algs[EVP_PKEY_is_a(e->signer->key, "RSA")][key_step(e->signer->key)];
	AUTO(buf_clear) struct buf b = { .max = PART_MAX };
	const char *crit[24];
	size_t n = crit_names(crit, a, e);

	if (e->protected_raw.len > 0)
		return e->protected_raw;
	cbor_head(&b, MAP, a->n + !e->no_alg + !e->no_crit + !e->no_content_type);
	if (!e->no_alg) {
		cbor_int(&b, 1);
		if (e->alg != NULL)
			cbor_text(&b, e->alg);
		else
			cbor_int(&b, e->cose_alg == 0 ? alg : e->cose_alg);
	}
	if (!e->no_crit) {
		cbor_int(&b, 2);
		cbor_head(&b, ARRAY, n);
		for (size_t i = 0; i < n; i++)
			cbor_text(&b, crit[i]);
	}
	if (!e->no_content_type) {
		cbor_int(&b, 3);
		cbor_text(&b, or_else(e->content_type, PAYLOAD_TYPE));
	}
	for (size_t i = 0; i < a->n; i++) {
		cbor_text(&b, a->at[i].name);
		cbor_value(&b, &a->at[i]);
	}
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}

/* RFC 9052 section 4.4 */
static struct bytes
sig_structure(struct forge *f, struct bytes protected, struct bytes payload)
{
	AUTO(buf_clear) struct buf b = { .max = PART_MAX };

	cbor_head(&b, ARRAY, 4);
	cbor_text(&b, "Signature1");
	cbor_octets(&b, protected);
	cbor_octets(&b, BYTES_LIT(""));
	cbor_octets(&b, payload);
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}

static void
cose_unprotected(
    struct buf *b, struct forge *f, const struct forge_envelope *e, struct bytes token)
{
	cbor_head(b, MAP, (uint64_t)!e->no_chain + (token.len > 0) + (e->agent != NULL));
	if (!e->no_chain) {
		cbor_int(b, 33);
		cbor_head(b, ARRAY, e->signer->count);
		for (size_t i = 0; i < e->signer->count; i++)
			cbor_octets(b, chain_cert(f, e, i));
	}
	if (token.len > 0) {
		cbor_text(b, NOTARY "timestampSignature");
		cbor_octets(b, token);
	}
	if (e->agent != NULL) {
		cbor_text(b, NOTARY "signingAgent");
		cbor_text(b, e->agent);
	}
}

static struct bytes
cose_envelope(struct forge *f, const struct attributes *a, const struct forge_envelope *e)
{
	struct bytes protected = cose_protected(f, a, e), signature;
	AUTO(buf_clear) struct buf b = { .max = PART_MAX };

	signature = forge_sign(f, e->signer->key, sig_structure(f, protected, e->payload),
	    e->sigform, e->salt);
	cbor_head(&b, TAG, 18);
	cbor_head(&b, ARRAY, 4);
	cbor_octets(&b, flip_part(f, e, FORGE_PART_PROTECTED, protected));
	cose_unprotected(&b, f, e, token_of(f, e, signature));
	cbor_octets(&b, flip_part(f, e, FORGE_PART_PAYLOAD, e->payload));
	cbor_octets(&b, flip_part(f, e, FORGE_PART_SIGNATURE, signature));
	return arena_bytes(forge_mem(f), buf_bytes(&b));
}

struct bytes
forge_envelope(struct forge *f, const struct forge_envelope *e)
{
	struct attributes a = { .n = 0 };

	attributes_of(&a, e);
	return e->form == FORGE_JWS ? jws_envelope(f, &a, e) : cose_envelope(f, &a, e);
}
