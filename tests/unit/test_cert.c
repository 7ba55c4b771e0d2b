/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates: every field, the table that parses each once, and files that hold
 * several.
 */
#include "crypto/cert.h"
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

static struct kit k;
static const struct bytes none = { NULL, 0 };

static void
test_fields(void)
{
	struct forge_ext odd = { "1.2.3.4", true, BYTES_LIT("\x05\x00") };
	struct kit_trio t = kit_trio(&k);
	const struct cert_info *info;
	struct bytes ders[3];
	const struct cert *c;
	char time[WHEN_TEXT];
	struct digest d;

	t.leaf.serial = 0x1234;
	t.leaf.crl_url = "http://crl.example/a.crl";
	t.leaf.delta_url = "http://crl.example/delta.crl";
	t.leaf.ocsp_url = "http://ocsp.example/";
	t.leaf.extra = &odd;
	t.leaf.extra_count = 1;
	kit_make(&k, ders, &t);
	is_reason(kit_cert(&k, &c, ders[0]), REASON_NONE, "leaf is parsed");
	info = cert_info(c);
	is_bytes(info->der, ders[0], "octets");
	hasher_of(k.hasher, DIGEST_SHA256, ders[0], &d);
	ok(digest_equal(&info->sha256, &d), "fingerprint");
	hasher_of(k.hasher, DIGEST_SHA256, der_at(ders[0], "0.6"), &d);
	ok(digest_equal(&info->spki_sha256, &d), "fingerprint of the key");
	is_bytes(info->subject_der, der_at(ders[0], "0.5"), "subject");
	is_bytes(info->issuer_der, der_at(ders[0], "0.3"), "issuer");
	is_bytes(info->serial, BYTES_LIT("\x12\x34"), "serial number");
	when_format(time, info->not_before);
	is_str(str_of(time), "2024-01-01T00:00:00Z", "begin");
	when_format(time, info->not_after);
	is_str(str_of(time), "2049-12-31T23:59:59Z", "end");
	ok(info->key == KEY_RSA && info->key_bits == 2048 &&
		info->sigalg == SIGALG_PS256 && info->key_reason == REASON_NONE,
	    "key");
	is_str(str_of(info->key_name), "RSA", "name of the key");
	is_str(
	    str_of(info->signed_with), "sha256WithRSAEncryption", "signature algorithm");
	ok(!info->weak_sigalg && info->v3 && !info->self_issued, "flags");
	ok(!info->has_bc && !info->is_ca && info->path_len == -1, "no basicConstraints");
	ok(info->has_ku && info->ku_critical && info->ku == USAGE_DIGITAL_SIGNATURE,
	    "keyUsage");
	ok(info->has_eku && !info->eku_critical && info->eku == EKU_CODE &&
		info->eku_count == 1,
	    "extendedKeyUsage");
	ok(info->unknown_critical, "critical extension");
	is_str(info->unknown_critical_oid, "1.2.3.4", "its OID");
	ok(info->has_crl && info->has_ocsp && info->has_freshest, "revocation pointers");
	ok(info->crl_url_count == 1 &&
		str_is(info->crl_urls[0], "http://crl.example/a.crl"),
	    "CRL URL");
	ok(info->ocsp_url_count == 1 &&
		str_is(info->ocsp_urls[0], "http://ocsp.example/"),
	    "OCSP URL");
	ok(info->ski.len == 20 && info->aki.len == 20, "key identifiers");
	is_str(cert_subject_text(c), "CN=Signer,O=Example,ST=WA,C=US", "subject as text");
	is_str(cert_issuer_text(c), "CN=Issuing,O=Example,ST=WA,C=US", "issuer as text");
}

static void
test_ca_fields(void)
{
	struct kit_trio t = kit_trio(&k);
	const struct cert_info *info;
	struct bytes ders[3];
	const struct cert *c;

	t.ca.path_len = 5;
	t.ca.eku = "codeSigning,1.2.3,OCSPSigning,anyExtendedKeyUsage";
	kit_make(&k, ders, &t);
	kit_cert(&k, &c, ders[1]);
	info = cert_info(c);
	ok(info->has_bc && info->bc_critical && info->is_ca && info->path_len == 5, "CA");
	ok(info->ku == (USAGE_CERT_SIGN | USAGE_CRL_SIGN), "usage of a CA");
	ok(info->eku == (EKU_CODE | EKU_OCSP | EKU_ANY | EKU_UNKNOWN) &&
		info->eku_count == 4,
	    "purposes, unknown ones too");
	kit_cert(&k, &c, ders[2]);
	info = cert_info(c);
	ok(info->self_issued && info->path_len == -1 && cert_self_signed(c), "root");
	t.root.version1 = true;
	t.ca.no_key_ids = t.leaf.no_key_ids = true;
	kit_make(&k, ders, &t);
	is_reason(kit_cert(&k, &c, ders[2]), REASON_NONE, "version 1");
	ok(!cert_info(c)->v3 && !cert_info(c)->has_bc && !cert_info(c)->has_ku,
	    "has no fields");
}

static void
test_usage_bits(void)
{
	static const struct {
		unsigned theirs, ours;
	} bits[] = {
		{ KU_DIGITAL_SIGNATURE, USAGE_DIGITAL_SIGNATURE },
		{ KU_NON_REPUDIATION, USAGE_NON_REPUDIATION },
		{ KU_KEY_ENCIPHERMENT, USAGE_KEY_ENCIPHERMENT },
		{ KU_DATA_ENCIPHERMENT, USAGE_DATA_ENCIPHERMENT },
		{ KU_KEY_AGREEMENT, USAGE_KEY_AGREEMENT },
		{ KU_KEY_CERT_SIGN, USAGE_CERT_SIGN },
		{ KU_CRL_SIGN, USAGE_CRL_SIGN },
		{ KU_ENCIPHER_ONLY, USAGE_ENCIPHER_ONLY },
		{ KU_DECIPHER_ONLY, USAGE_DECIPHER_ONLY },
	};
	struct kit_trio t = kit_trio(&k);
	const struct cert *c;

	for (size_t i = 0; i < COUNT(bits); i++) {
		t.leaf.issuer_key = t.leaf.key;
		t.leaf.key_usage = bits[i].theirs;
		ok(kit_cert(&k, &c, forge_cert(k.forge, &t.leaf)) == REASON_NONE &&
			cert_info(c)->ku == bits[i].ours,
		    "keyUsage bit %zu", i);
	}
}

static void
test_keys(void)
{
	static const struct {
		const char *key, *name;
		enum key_kind kind;
		unsigned bits;
		enum sigalg alg;
	} rows[] = {
		{ "rsa2048", "RSA", KEY_RSA, 2048, SIGALG_PS256 },
		{ "rsa3072", "RSA", KEY_RSA, 3072, SIGALG_PS384 },
		{ "rsa4096", "RSA", KEY_RSA, 4096, SIGALG_PS512 },
		{ "p256", "EC P-256", KEY_EC, 256, SIGALG_ES256 },
		{ "p384", "EC P-384", KEY_EC, 384, SIGALG_ES384 },
		{ "p521", "EC P-521", KEY_EC, 521, SIGALG_ES512 },
		{ "+P-224", "EC P-224", KEY_EC, 224, SIGALG_NONE },
		{ "+ED25519", "Ed25519", KEY_OTHER, 256, SIGALG_NONE },
	};
	struct kit_trio t = kit_trio(&k);
	const struct cert *c;

	for (size_t i = 0; i < COUNT(rows); i++) {
		t.leaf.key = rows[i].key[0] == '+'
				 ? forge_key_new(k.forge, rows[i].key + 1)
				 : forge_key(k.forge, rows[i].key);
		t.leaf.issuer_key = forge_key(k.forge, "ca");
		is_reason(kit_cert(&k, &c, forge_cert(k.forge, &t.leaf)), REASON_NONE,
		    "%s", rows[i].key);
		ok(cert_info(c)->key == rows[i].kind &&
			cert_info(c)->key_bits == rows[i].bits &&
			cert_info(c)->sigalg == rows[i].alg &&
			(cert_info(c)->key_reason == REASON_NONE) ==
			    (rows[i].alg != SIGALG_NONE),
		    "%s: what it is", rows[i].key);
		is_str(str_of(cert_info(c)->key_name), rows[i].name, "%s: name",
		    rows[i].key);
	}
}

static void
test_table(void)
{
	struct kit_trio t = kit_trio(&k);
	struct ossl_counts before = ossl_counts(k.lib);
	size_t count = certs_count(k.certs);
	const struct cert *first[200], *again;
	struct bytes ders[200], broken;
	size_t same = 0;

	t.leaf.key = t.leaf.issuer_key = forge_key(k.forge, "p256");
	for (unsigned i = 0; i < COUNT(ders); i++) {
		t.leaf.serial = 1000 + i;
		ders[i] = forge_cert(k.forge, &t.leaf);
		kit_cert(&k, &first[i], ders[i]);
	}
	for (size_t i = 0; i < COUNT(ders); i++) {
		/* Other memory, same octets. */
		kit_cert(&k, &again, arena_bytes(k.mem, ders[i]));
		same += again == first[i] && bytes_equal(cert_info(again)->der, ders[i]);
	}
	is_u64(same, COUNT(ders), "same octets, same certificate");
	is_u64(ossl_counts(k.lib).certs_parsed - before.certs_parsed, COUNT(ders),
	    "each is parsed once");
	is_u64(certs_count(k.certs) - count, COUNT(ders), "each is kept once");
	broken = der_fill(k.mem, ders[0], "0.1", BYTES_LIT("\x80"));
	count = certs_count(k.certs);
	is_reason(kit_cert(&k, NULL, broken), REASON_CERT_SERIAL, "a broken one");
	is_reason(kit_cert(&k, NULL, broken), REASON_CERT_SERIAL, "the same again");
	is_u64(certs_count(k.certs), count, "is not kept");
}

static void
test_memo(void)
{
	struct kit_trio t = kit_trio(&k);
	const struct cert *c[3];
	struct ossl_counts before;
	struct bytes ders[3];

	t.leaf.serial = 4711;
	kit_make(&k, ders, &t);
	for (size_t i = 0; i < 3; i++)
		kit_cert(&k, &c[i], ders[i]);
	before = ossl_counts(k.lib);
	for (int i = 0; i < 10; i++) {
		if (!cert_signed_by(c[0], c[1]) || cert_signed_by(c[0], c[2]))
			ok(false, "signed by one and not by the other");
	}
	is_u64(ossl_counts(k.lib).signatures_checked - before.signatures_checked, 2,
	    "each pair is computed once");
	ok(!cert_self_signed(c[0]) && cert_self_signed(c[2]), "self-signed or not");
}

static void
test_split(void)
{
	struct kit_trio t = kit_trio(&k);
	struct bytes c[3], *list;
	struct str pem[3], text;
	size_t count;
	struct err err;

	kit_make(&k, c, &t);
	for (size_t i = 0; i < 3; i++)
		pem[i] = forge_pem(k.forge, c[i]);
	text = arena_printf(
	    k.mem, "Some words\n%.*s\r\nmore\n%.*s", STR_ARG(pem[0]), STR_ARG(pem[1]));
	ok(cert_split(&list, &count, k.mem, str_bytes(text), NULL, &err) == 0 &&
		count == 2 && bytes_equal(list[0], c[0]) && bytes_equal(list[1], c[1]),
	    "two PEM blocks with text around");
	ok(cert_split(&list, &count, k.mem, der_join(k.mem, c[0], c[1]), NULL, &err) ==
		    0 &&
		count == 2 && bytes_equal(list[1], c[1]),
	    "DER back to back");
	ok(cert_split(&list, &count, k.mem, c[2], NULL, &err) == 0 && count == 1,
	    "DER alone");
	static const char *const bad[] = {
		"",
		"\n",
		"words\n",
		"-----BEGIN CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n####\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nBQA=\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nMAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nProc-Type: 4\n\nMAA=\n-----END CERTIFICATE-----\n",
		"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
		"-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n",
		("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
		 "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"),
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		err.reason = REASON_NONE;
		cert_split(&list, &count, k.mem, str_bytes(str_of(bad[i])), NULL, &err);
		is_reason(err.reason, REASON_TRUSTSTORE_CERT, "bad file %zu", i);
	}
	ok(cert_split(&list, &count, k.mem, der_join(k.mem, c[0], BYTES_LIT("\n")), NULL,
	       &err) != 0,
	    "a byte behind the DER");
	ok(cert_split(&list, &count, k.mem, none, NULL, &err) != 0, "an empty file");
}

int
main(void)
{
	kit_open(&k);
	test_fields();
	test_ca_fields();
	test_usage_bits();
	test_keys();
	test_table();
	test_memo();
	test_split();
	kit_close(&k);
	return tap_done();
}
