/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates with any defect that a chain rule is about. */
#include "tests/lib/forge.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static void
must(bool fine, const char *what)
{
	if (!fine) {
		ERR_print_errors_fp(stderr);
		forge_die("certificate: %s", what);
	}
}

/* "C=US,O=a\,b+OU=c": types as OpenSSL knows them, or dotted numbers. */
static X509_NAME *
name_of(const char *text)
{
	X509_NAME *name = X509_NAME_new();
	char type[64], value[512];
	const char *p = text;
	int set = 0;

	while (*p != '\0') {
		size_t t = 0, v = 0;

		while (*p == ' ')
			p++;
		while (*p != '=' && *p != '\0' && t + 1 < sizeof(type))
			type[t++] = *p++;
		must(*p == '=', text);
		p++;
		while (*p != ',' && *p != '+' && *p != '\0' && v + 1 < sizeof(value)) {
			if (*p == '\\' && p[1] != '\0')
				p++;
			value[v++] = *p++;
		}
		type[t] = value[v] = '\0';
		must(X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8,
			 (const unsigned char *)value, (int)v, -1, set) == 1,
		    text);
		set = *p == '+' ? -1 : 0;
		p += *p != '\0';
	}
	return name;
}

static void
set_time(struct forge *f, ASN1_TIME *out, const char *when)
{
	must(ASN1_TIME_set_string_X509(out, forge_asn1_time(f, when)) == 1, when);
}

static void
add_conf(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(ext != NULL && X509_add_ext(x, ext, -1) == 1, value);
	X509_EXTENSION_free(ext);
}

static void
add_key_usage(X509 *x, const struct forge_cert *spec)
{
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();

	/* KU_* holds the octets of the BIT STRING, first octet low. */
	for (int i = 0; i < 9; i++) {
		unsigned mask = i < 8 ? 0x80u >> i : 0x8000u;

		if ((spec->key_usage & mask) != 0)
			ASN1_BIT_STRING_set_bit(bits, i, 1);
	}
	must(X509_add1_ext_i2d(
		 x, NID_key_usage, bits, !spec->key_usage_lax, X509V3_ADD_DEFAULT) == 1,
	    "key usage");
	ASN1_BIT_STRING_free(bits);
}

static void
add_extra(X509 *x, const struct forge_ext *e)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(e->oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	must(
	    oid != NULL && ASN1_OCTET_STRING_set(value, e->der.ptr, (int)e->der.len) == 1,
	    e->oid);
	ext = X509_EXTENSION_create_by_OBJ(NULL, oid, e->critical, value);
	must(ext != NULL && X509_add_ext(x, ext, -1) == 1, e->oid);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
}

static void
add_extensions(struct forge *f, X509 *x, X509 *issuer, const struct forge_cert *spec)
{
	struct arena *mem = forge_mem(f);

	if (!spec->no_key_ids) {
		add_conf(x, issuer, NID_subject_key_identifier, "hash");
		add_conf(x, issuer, NID_authority_key_identifier, "keyid");
	}
	if (spec->basic != FORGE_BASIC_NONE)
		add_conf(x, issuer, NID_basic_constraints,
		    arena_printf(mem, "%sCA:%s%s", spec->basic_lax ? "" : "critical,",
			spec->basic == FORGE_BASIC_CA ? "TRUE" : "FALSE",
			!spec->has_path_len
			    ? ""
			    : arena_printf(mem, ",pathlen:%u", spec->path_len).ptr)
			.ptr);
	if (spec->key_usage != 0)
		add_key_usage(x, spec);
	if (spec->eku != NULL)
		add_conf(x, issuer, NID_ext_key_usage,
		    arena_printf(
			mem, "%s%s", spec->eku_critical ? "critical," : "", spec->eku)
			.ptr);
	if (spec->crl_url != NULL)
		add_conf(x, issuer, NID_crl_distribution_points,
		    arena_printf(mem, "URI:%s", spec->crl_url).ptr);
	if (spec->delta_url != NULL)
		add_conf(x, issuer, NID_freshest_crl,
		    arena_printf(mem, "URI:%s", spec->delta_url).ptr);
	if (spec->ocsp_url != NULL)
		add_conf(x, issuer, NID_info_access,
		    arena_printf(mem, "OCSP;URI:%s", spec->ocsp_url).ptr);
	for (size_t i = 0; i < spec->extra_count; i++)
		add_extra(x, &spec->extra[i]);
}

static void
set_names(X509 *x, X509 *issuer, const struct forge_cert *spec)
{
	X509_NAME *subject = name_of(spec->subject);
	X509_NAME *other = spec->issuer_name == NULL ? NULL : name_of(spec->issuer_name);

	X509_set_subject_name(x, subject);
	if (other != NULL)
		X509_set_issuer_name(x, other);
	else
		X509_set_issuer_name(
		    x, issuer == NULL ? subject : X509_get_subject_name(issuer));
	X509_NAME_free(subject);
	X509_NAME_free(other);
}

static void
sign_cert(X509 *x, const struct forge_cert *spec)
{
	EVP_PKEY *key = spec->issuer_key == NULL ? spec->key : spec->issuer_key;
	const char *hash = spec->hash == NULL ? "SHA256" : spec->hash;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;

	if (EVP_PKEY_is_a(key, "ED25519"))
		hash = NULL;
	must(EVP_DigestSignInit_ex(ctx, &pctx, hash, NULL, NULL, key, NULL) == 1,
	    "sign init");
	if (spec->pss)
		must(EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
			 EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) ==
			     1,
		    "PSS");
	must(X509_sign_ctx(x, ctx) > 0, "sign");
	EVP_MD_CTX_free(ctx);
}

static struct bytes
cert_der(struct forge *f, X509 *x)
{
	int len = i2d_X509(x, NULL);
	uint8_t *out, *end;

	must(len > 0, "encode");
	out = end = arena_alloc(forge_mem(f), (size_t)len);
	i2d_X509(x, &end);
	return bytes_of(out, (size_t)len);
}

struct bytes
forge_cert(struct forge *f, const struct forge_cert *spec)
{
	const unsigned char *at = spec->issuer.ptr;
	X509 *issuer =
	    spec->issuer.len == 0 ? NULL : d2i_X509(NULL, &at, (long)spec->issuer.len);
	X509 *x = X509_new();
	struct bytes der;

	must(spec->issuer.len == 0 || issuer != NULL, "issuer");
	X509_set_version(x, spec->version1 ? X509_VERSION_1 : X509_VERSION_3);
	ASN1_INTEGER_set_uint64(
	    X509_get_serialNumber(x), spec->serial == 0 ? 1 : spec->serial);
	if (spec->long_serial)
		ASN1_STRING_set(X509_get_serialNumber(x), "123456789012345678901", 21);
	set_names(x, issuer, spec);
	set_time(f, X509_getm_notBefore(x),
	    spec->not_before == NULL ? "2024-01-01" : spec->not_before);
	set_time(f, X509_getm_notAfter(x),
	    spec->not_after == NULL ? "2049-12-31T23:59:59Z" : spec->not_after);
	must(X509_set_pubkey(x, spec->key) == 1, "public key");
	if (!spec->version1)
		add_extensions(f, x, issuer == NULL ? x : issuer, spec);
	sign_cert(x, spec);
	der = cert_der(f, x);
	if (spec->break_signature)
		der = forge_flip(f, der, der.len - 1, 1);
	X509_free(x);
	X509_free(issuer);
	return der;
}

struct forge_cert
forge_cert_root(EVP_PKEY *key, const char *subject)
{
	return (struct forge_cert){ .subject = subject,
		.key = key,
		.basic = FORGE_BASIC_CA,
		.key_usage = KU_KEY_CERT_SIGN | KU_CRL_SIGN };
}

struct forge_cert
forge_cert_ca(
    EVP_PKEY *key, const char *subject, struct bytes issuer, EVP_PKEY *issuer_key)
{
	struct forge_cert spec = forge_cert_root(key, subject);

	spec.issuer = issuer;
	spec.issuer_key = issuer_key;
	spec.serial = 2;
	spec.has_path_len = true;
	return spec;
}

struct forge_cert
forge_cert_leaf(
    EVP_PKEY *key, const char *subject, struct bytes issuer, EVP_PKEY *issuer_key)
{
	return (struct forge_cert){ .subject = subject,
		.key = key,
		.issuer = issuer,
		.issuer_key = issuer_key,
		.serial = 3,
		.key_usage = KU_DIGITAL_SIGNATURE,
		.eku = "codeSigning" };
}

struct forge_cert
forge_cert_tsa(
    EVP_PKEY *key, const char *subject, struct bytes issuer, EVP_PKEY *issuer_key)
{
	struct forge_cert spec = forge_cert_leaf(key, subject, issuer, issuer_key);

	spec.eku = "timeStamping";
	spec.eku_critical = true;
	return spec;
}

static struct forge_chain
chain_of(struct forge *f, EVP_PKEY *leaf, const char *organization, bool tsa)
{
	struct arena *mem = forge_mem(f);
	EVP_PKEY *root_key = forge_key(f, tsa ? "tsa-ca" : "ca");
	EVP_PKEY *sub_key = forge_key(f, tsa ? "tsa-sub" : "ca-sub");
	const char *name = tsa ? "Time Stamping" : "Release";
	struct forge_chain c = { .key = leaf, .count = 3 };
	struct forge_cert spec;

	spec = forge_cert_root(root_key,
	    arena_printf(mem, "C=US,ST=WA,O=%s,CN=%s Root CA", organization, name).ptr);
	c.cert[2] = forge_cert(f, &spec);
	spec = forge_cert_ca(sub_key,
	    arena_printf(mem, "C=US,ST=WA,O=%s,CN=%s Issuing CA", organization, name).ptr,
	    c.cert[2], root_key);
	c.cert[1] = forge_cert(f, &spec);
	spec = (tsa ? forge_cert_tsa : forge_cert_leaf)(leaf,
	    arena_printf(
		mem, "C=US,ST=WA,L=Seattle,O=%s,CN=%s Signer", organization, name)
		.ptr,
	    c.cert[1], sub_key);
	c.cert[0] = forge_cert(f, &spec);
	return c;
}

struct forge_chain
forge_chain(struct forge *f, EVP_PKEY *leaf, const char *organization)
{
	return chain_of(f, leaf, organization, false);
}

struct forge_chain
forge_chain_tsa(struct forge *f, EVP_PKEY *leaf, const char *organization)
{
	return chain_of(f, leaf, organization, true);
}

struct str
forge_pem(struct forge *f, struct bytes cert)
{
	const unsigned char *at = cert.ptr;
	X509 *x = d2i_X509(NULL, &at, (long)cert.len);
	BIO *out = BIO_new(BIO_s_mem());
	struct str text;
	char *ptr;
	long len;

	must(x != NULL && PEM_write_bio_X509(out, x) == 1, "PEM");
	len = BIO_get_mem_data(out, &ptr);
	text = arena_str(forge_mem(f), (struct str){ ptr, (size_t)len });
	BIO_free(out);
	X509_free(x);
	return text;
}
