/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation lists with any defect that a rule is about. */
#include "tests/lib/forge_crl.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "tests/lib/deredit.h"

#define OID_UNKNOWN "1.3.6.1.4.1.32473.9"
#define SERIAL_LEN 16

static const struct bytes none = { NULL, 0 };

static void
must(bool fine, const char *what)
{
	if (!fine) {
		ERR_print_errors_fp(stderr);
		forge_die("revocation list: %s", what);
	}
}

static struct bytes
buf_keep(struct forge *f, const struct buf *b)
{
	return arena_bytes(forge_mem(f), bytes_of(b->ptr, b->len));
}

/* RFC 5280 section 5.1.2.4: UTCTime through 2049, then GeneralizedTime. */
static struct bytes
time_der(struct forge *f, const char *when)
{
	struct bytes text = forge_text(forge_asn1_time(f, when));

	if (memcmp(text.ptr, "2050", 4) < 0)
		return forge_der(f, 0x17, 1, bytes_of(text.ptr + 2, text.len - 2));
	return forge_der(f, 0x18, 1, text);
}

static struct bytes
ext_der(struct forge *f, const char *oid, bool critical, struct bytes value)
{
	return forge_der(f, 0x30, 3, forge_der_oid(f, oid),
	    critical ? forge_der(f, 0x01, 1, bytes_of("\xff", 1)) : none,
	    forge_der(f, 0x04, 1, value));
}

static void
ext_add(
    struct forge *f, struct buf *out, const char *oid, bool critical, struct bytes value)
{
	buf_add(out, ext_der(f, oid, critical, value));
}

static void
extra_add(struct forge *f, struct buf *out, const struct forge_ext *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ext_add(f, out, v[i].oid, v[i].critical, v[i].der);
}

static struct bytes
issuer_name(struct forge *f, X509 *issuer)
{
	const X509_NAME *name = X509_get_subject_name(issuer);
	int len = i2d_X509_NAME(name, NULL);
	uint8_t *out, *end;

	must(len > 0, "issuer name");
	out = end = arena_alloc(forge_mem(f), (size_t)len);
	i2d_X509_NAME(name, &end);
	return bytes_of(out, (size_t)len);
}

/* The subject of a certificate, DER. */
static struct bytes
cert_name(struct forge *f, struct bytes cert)
{
	const unsigned char *at = cert.ptr;
	X509 *x = d2i_X509(NULL, &at, (long)cert.len);
	struct bytes name;

	must(x != NULL, "no certificate");
	name = issuer_name(f, x);
	X509_free(x);
	return name;
}

static uint64_t
reason_number(const char *name)
{
	static const char *const names[] = { "unspecified", "keyCompromise",
		"cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "", "removeFromCRL",
		"privilegeWithdrawn", "aACompromise" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return strtoull(name, NULL, 10);
}

static struct bytes
entry_der(struct forge *f, const struct forge_crl_entry *e)
{
	AUTO(buf_clear) struct buf exts = { .max = 1 << 20 };
	struct bytes serial = e->serial.len > 0 ? forge_der(f, 0x02, 1, e->serial)
						: forge_der_uint(f, 0x02, e->number);

	if (e->reason != NULL)
		ext_add(f, &exts, "2.5.29.21", false,
		    forge_der_uint(f, 0x0a, reason_number(e->reason)));
	if (e->invalidity != NULL)
		ext_add(f, &exts, "2.5.29.24", false,
		    forge_der(f, 0x18, 1, forge_text(forge_asn1_time(f, e->invalidity))));
	if (e->unknown_critical)
		ext_add(f, &exts, OID_UNKNOWN, true, forge_der(f, 0x05, 0));
	if (e->issuer.len > 0)
		ext_add(f, &exts, "2.5.29.29", true,
		    forge_der(f, 0x30, 1,
			forge_der(f, 0xa4, 1, cert_name(f, e->issuer))));
	extra_add(f, &exts, e->extra, e->extra_count);
	return forge_der(f, 0x30, 3, serial,
	    time_der(f, e->date == NULL ? "2024-01-10" : e->date),
	    exts.len == 0 ? none : forge_der(f, 0x30, 1, buf_keep(f, &exts)));
}

static void
flood_serial(uint8_t out[SERIAL_LEN], size_t i)
{
	memset(out, 0x5a, SERIAL_LEN);
	for (size_t k = 0; k < 4; k++)
		out[4 + k] = (uint8_t)(i >> (8 * (3 - k)));
}

struct bytes
forge_crl_flood_serial(struct forge *f, size_t i)
{
	uint8_t serial[SERIAL_LEN];

	flood_serial(serial, i);
	return arena_bytes(forge_mem(f), bytes_of(serial, sizeof(serial)));
}

static struct bytes
entries_der(struct forge *f, const struct forge_crl *spec)
{
	static const char date[] = "\x17\x0d"
				   "240110000000Z";
	AUTO(buf_clear) struct buf out = { .max = 64 << 20 };
	uint8_t serial[SERIAL_LEN];

	for (size_t i = 0; i < spec->entry_count; i++)
		buf_add(&out, entry_der(f, &spec->entries[i]));
	for (size_t i = 0; i < spec->flood; i++) {
		flood_serial(serial, i);
		buf_add(&out, bytes_of("\x30\x21\x02\x10", 4));
		buf_add(&out, bytes_of(serial, sizeof(serial)));
		buf_add(&out, bytes_of(date, sizeof(date) - 1));
	}
	/* RFC 5280 section 5.1.2.6: without entries the list is absent. */
	return out.len == 0 ? none : forge_der(f, 0x30, 1, buf_keep(f, &out));
}

static struct bytes
names_der(struct forge *f, const char *const *urls)
{
	AUTO(buf_clear) struct buf out = { .max = 1 << 20 };

	for (; *urls != NULL; urls++)
		buf_add(&out, forge_der(f, 0x86, 1, forge_text(*urls)));
	return forge_der(f, 0xa0, 1, forge_der(f, 0xa0, 1, buf_keep(f, &out)));
}

static struct bytes
flag_der(struct forge *f, unsigned number, bool set)
{
	return set ? forge_der(f, (uint8_t)(0x80 | number), 1, bytes_of("\xff", 1))
		   : none;
}

static struct bytes
point_der(struct forge *f, const struct forge_crl_point *p)
{
	struct bytes name = none;

	if (p->urls != NULL)
		name = names_der(f, p->urls);
	else if (p->relative != NULL)
		name = forge_der(f, 0xa0, 1,
		    forge_der(f, 0xa1, 1,
			forge_der(f, 0x30, 2, forge_der_oid(f, "2.5.4.3"),
			    forge_der(f, 0x0c, 1, forge_text(p->relative)))));
	return forge_der(f, 0x30, 6, name, flag_der(f, 1, p->only_users),
	    flag_der(f, 2, p->only_cas),
	    p->some_reasons ? forge_der(f, 0x83, 1, bytes_of("\x05\x60", 2)) : none,
	    flag_der(f, 4, p->indirect), flag_der(f, 5, p->only_attributes));
}

static struct bytes
freshest_der(struct forge *f, const char *const *urls)
{
	AUTO(buf_clear) struct buf out = { .max = 1 << 20 };

	for (; *urls != NULL; urls++) {
		const char *const one[] = { *urls, NULL };

		buf_add(&out, forge_der(f, 0x30, 1, names_der(f, one)));
	}
	return forge_der(f, 0x30, 1, buf_keep(f, &out));
}

static struct bytes
extensions_der(struct forge *f, const struct forge_crl *spec, X509 *issuer)
{
	AUTO(buf_clear) struct buf out = { .max = 1 << 20 };
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(issuer);
	struct bytes aki = spec->aki;

	if (aki.len == 0 && ski != NULL)
		aki =
		    bytes_of(ASN1_STRING_get0_data(ski), (size_t)ASN1_STRING_length(ski));
	if (!spec->no_aki && aki.len > 0)
		ext_add(f, &out, "2.5.29.35", false,
		    forge_der(f, 0x30, 1, forge_der(f, 0x80, 1, aki)));
	if (spec->number_raw.len > 0)
		ext_add(
		    f, &out, "2.5.29.20", false, forge_der(f, 0x02, 1, spec->number_raw));
	else if (!spec->no_number)
		ext_add(f, &out, "2.5.29.20", false,
		    forge_der_uint(f, 0x02, spec->number == 0 ? 1 : spec->number));
	if (spec->delta)
		ext_add(f, &out, "2.5.29.27", true, forge_der_uint(f, 0x02, spec->base));
	if (spec->point != NULL)
		ext_add(
		    f, &out, "2.5.29.28", !spec->point->lax, point_der(f, spec->point));
	if (spec->freshest != NULL)
		ext_add(f, &out, "2.5.29.46", false, freshest_der(f, spec->freshest));
	if (spec->unknown_critical)
		ext_add(f, &out, OID_UNKNOWN, true, forge_der(f, 0x05, 0));
	extra_add(f, &out, spec->extra, spec->extra_count);
	if (out.len == 0)
		return none;
	return forge_der(f, 0xa0, 1, forge_der(f, 0x30, 1, buf_keep(f, &out)));
}

static EVP_MD_CTX *
signer_new(const struct forge_crl *spec, const char *hash)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;

	if (EVP_PKEY_is_a(spec->key, "ED25519"))
		hash = NULL;
	else if (hash == NULL)
		hash = "SHA256";
	must(EVP_DigestSignInit_ex(ctx, &pctx, hash, NULL, NULL, spec->key, NULL) == 1,
	    "sign init");
	if (spec->pss)
		must(EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
			 EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) ==
			     1,
		    "PSS");
	return ctx;
}

/* As OpenSSL writes it: into an empty list that nobody sees. */
static struct bytes
algorithm_der(struct forge *f, const struct forge_crl *spec, const char *hash)
{
	EVP_MD_CTX *ctx = signer_new(spec, hash);
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, 0);
	const X509_ALGOR *alg;
	uint8_t *out, *end;
	int len;

	must(X509_CRL_set1_lastUpdate(crl, time) == 1, "time");
	must(X509_CRL_sign_ctx(crl, ctx) > 0, "algorithm");
	X509_CRL_get0_signature(crl, NULL, &alg);
	len = i2d_X509_ALGOR(alg, NULL);
	must(len > 0, "algorithm");
	out = end = arena_alloc(forge_mem(f), (size_t)len);
	i2d_X509_ALGOR(alg, &end);
	ASN1_TIME_free(time);
	X509_CRL_free(crl);
	EVP_MD_CTX_free(ctx);
	return bytes_of(out, (size_t)len);
}

static struct bytes
signature_der(struct forge *f, const struct forge_crl *spec, struct bytes tbs)
{
	EVP_MD_CTX *ctx = signer_new(spec, spec->hash);
	size_t len = 0;
	uint8_t *out;

	must(EVP_DigestSign(ctx, NULL, &len, tbs.ptr, tbs.len) == 1, "sign");
	out = arena_alloc(forge_mem(f), len);
	must(EVP_DigestSign(ctx, out, &len, tbs.ptr, tbs.len) == 1, "sign");
	EVP_MD_CTX_free(ctx);
	if (spec->break_signature)
		out[len - 1] ^= 1;
	return forge_der(f, 0x03, 2, bytes_of("\0", 1), bytes_of(out, len));
}

struct bytes
forge_crl(struct forge *f, const struct forge_crl *spec)
{
	const unsigned char *at = spec->issuer.ptr;
	X509 *issuer = d2i_X509(NULL, &at, (long)spec->issuer.len);
	const char *this = spec->this_update, *next = spec->next_update;
	const char *inner = spec->inner_hash == NULL ? spec->hash : spec->inner_hash;
	struct bytes tbs, whole;

	must(issuer != NULL && spec->key != NULL, "no issuer");
	tbs = forge_der(f, 0x30, 7, spec->version1 ? none : forge_der_uint(f, 0x02, 1),
	    algorithm_der(f, spec, inner), spec->issuer_name.len > 0 ? spec->issuer_name : issuer_name(f, issuer),
	    time_der(f, this == NULL ? "2024-01-01" : this),
	    spec->no_next_update
		? none
		: time_der(f, next == NULL ? "2049-12-31T23:59:59Z" : next),
	    entries_der(f, spec),
	    spec->version1 ? none : extensions_der(f, spec, issuer));
	whole = forge_der(f, 0x30, 3, tbs, algorithm_der(f, spec, spec->hash),
	    signature_der(f, spec, tbs));
	X509_free(issuer);
	return der_join(forge_mem(f), whole, spec->trailer);
}

struct forge_crl
forge_crl_of(struct bytes issuer, EVP_PKEY *issuer_key)
{
	return (struct forge_crl){ .issuer = issuer, .key = issuer_key };
}

struct str
forge_crl_pem(struct forge *f, struct bytes crl)
{
	struct str text = forge_base64(f, crl);
	AUTO(buf_clear) struct buf out = { .max = 64 << 20 };

	buf_printf(&out, "-----BEGIN X509 CRL-----\n");
	for (size_t i = 0; i < text.len; i += 64)
		buf_printf(&out, "%.*s\n", STR_ARG(str_upto(str_from(text, i), 64)));
	buf_printf(&out, "-----END X509 CRL-----\n");
	return arena_str(forge_mem(f), (struct str){ (const char *)out.ptr, out.len });
}
