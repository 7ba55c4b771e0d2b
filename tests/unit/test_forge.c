/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forge itself: OpenSSL's own checkers accept what it makes, and each knob changes what it
 * says. Without this, a test of a refusal could be green because the thing was never right.
 */
#include "tests/lib/forge.h"
#include "tests/lib/tap.h"

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/ts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const leaf_keys[] = { "rsa2048", "rsa3072", "rsa4096", "p256", "p384",
	"p521" };

static X509 *
x509(struct bytes der)
{
	const unsigned char *at = der.ptr;

	return d2i_X509(NULL, &at, (long)der.len);
}

static X509_STORE *
store_of(const struct forge_chain *c)
{
	X509_STORE *store = X509_STORE_new();
	X509 *root = x509(c->cert[c->count - 1]);

	X509_STORE_add_cert(store, root);
	X509_STORE_set_flags(store, X509_V_FLAG_NO_CHECK_TIME);
	X509_free(root);
	return store;
}

static bool
chain_holds(const struct forge_chain *c)
{
	X509_STORE *store = store_of(c);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *between = sk_X509_new_null();
	X509 *leaf = x509(c->cert[0]);
	bool good;

	for (size_t i = 1; i + 1 < c->count; i++)
		sk_X509_push(between, x509(c->cert[i]));
	X509_STORE_CTX_init(ctx, store, leaf, between);
	good = X509_verify_cert(ctx) == 1;
	X509_free(leaf);
	sk_X509_pop_free(between, X509_free);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return good;
}

static void
test_chains(struct forge *f)
{
	for (size_t i = 0; i < COUNT(leaf_keys); i++) {
		struct forge_chain c =
		    forge_chain(f, forge_key(f, leaf_keys[i]), "Example");

		ok(chain_holds(&c), "chain of three over %s", leaf_keys[i]);
	}
	struct forge_chain tsa = forge_chain_tsa(f, forge_key(f, "tsa"), "Example");
	struct forge_chain other = tsa;

	ok(chain_holds(&tsa), "chain of three for a TSA");
	other.cert[0] = forge_flip(f, other.cert[0], other.cert[0].len - 1, 1);
	ok(!chain_holds(&other), "one bit of the leaf's signature");
}

static void
test_cert_knobs(struct forge *f)
{
	EVP_PKEY *key = forge_key(f, "p256");
	struct forge_ext odd = { "1.2.3.4", true, BYTES_LIT("\x05\x00") };
	struct forge_cert spec =
	    forge_cert_leaf(key, "C=US,ST=WA,O=a\\,b,CN=x+OU=y", BYTES_LIT(""), NULL);
	X509 *x;

	spec.hash = "SHA384";
	spec.serial = 0x1122334455;
	spec.not_after = "2024-03-01T01:02:03Z";
	spec.crl_url = "http://crl.example/ca.crl";
	spec.ocsp_url = "http://ocsp.example/";
	spec.key_usage = KU_DIGITAL_SIGNATURE | KU_DECIPHER_ONLY;
	spec.eku = "codeSigning,1.2.3.5";
	spec.basic = FORGE_BASIC_LEAF;
	spec.extra = &odd;
	spec.extra_count = 1;
	x = x509(forge_cert(f, &spec));
	ok(x != NULL && X509_verify(x, key) == 1,
	    "self-signed leaf with every extension");
	ok(X509_get_signature_nid(x) == NID_ecdsa_with_SHA384, "hash of the signature");
	ok(X509_get_ext_by_NID(x, NID_crl_distribution_points, -1) >= 0 &&
		X509_get_ext_by_NID(x, NID_info_access, -1) >= 0,
	    "CRL and OCSP pointers");
	ok(X509_get_key_usage(x) == spec.key_usage, "key usage bits");
	ok((X509_get_extension_flags(x) & (EXFLAG_CA | EXFLAG_CRITICAL)) ==
		EXFLAG_CRITICAL,
	    "no CA; an unknown critical extension");
	ok(X509_NAME_entry_count(X509_get_subject_name(x)) == 5,
	    "five attributes in the name");
	X509_free(x);

	spec = forge_cert_leaf(key, "CN=v1", BYTES_LIT(""), NULL);
	spec.version1 = true;
	x = x509(forge_cert(f, &spec));
	ok(X509_get_version(x) == X509_VERSION_1 && X509_get_ext_count(x) == 0,
	    "version 1");
	X509_free(x);
	spec = forge_cert_root(forge_key(f, "ca"), "CN=pss");
	spec.pss = true;
	x = x509(forge_cert(f, &spec));
	ok(X509_get_signature_nid(x) == NID_rsassaPss && X509_verify(x, spec.key) == 1,
	    "RSASSA-PSS certificate");
	X509_free(x);
	ok(bytes_equal(forge_chain(f, forge_key(f, "rsa2048"), "A").cert[0],
	       forge_chain(f, forge_key(f, "rsa2048"), "A").cert[0]),
	    "RSA certificates are the same bytes each time");
}

/* Since OpenSSL 3.4 the names say who owns the argument; it did so before, too. */
#if OPENSSL_VERSION_NUMBER < 0x30400000L
#define TS_VERIFY_CTX_set0_data TS_VERIFY_CTX_set_data
#define TS_VERIFY_CTX_set0_store TS_VERIFY_CTX_set_store
#endif

/* OpenSSL's two ways to check a token. */
static bool
ts_accepts(const struct forge_chain *tsa, struct bytes token, struct bytes message)
{
	const unsigned char *at = token.ptr;
	PKCS7 *p7 = d2i_PKCS7(NULL, &at, (long)token.len);
	TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
	bool good;

	TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_DATA);
	TS_VERIFY_CTX_set0_data(ctx, BIO_new_mem_buf(message.ptr, (int)message.len));
	TS_VERIFY_CTX_set0_store(ctx, store_of(tsa));
	good = p7 != NULL && TS_RESP_verify_token(ctx, p7) == 1;
	TS_VERIFY_CTX_free(ctx);
	PKCS7_free(p7);
	return good;
}

static bool
cms_accepts(const struct forge_chain *tsa, struct bytes token)
{
	const unsigned char *at = token.ptr;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)token.len);
	X509_STORE *store = store_of(tsa);
	bool good;

	X509_STORE_set_purpose(store, X509_PURPOSE_TIMESTAMP_SIGN);
	good = cms != NULL &&
	       CMS_verify(cms, NULL, store, NULL, NULL, CMS_CADES | CMS_BINARY) == 1;
	X509_STORE_free(store);
	CMS_ContentInfo_free(cms);
	return good;
}

static void
test_tokens(struct forge *f)
{
	static const char *const keys[] = { "tsa", "rsa2048", "p256", "p384", "p521" };
	struct bytes message = BYTES_LIT("the signature octets");

	for (size_t i = 0; i < COUNT(keys); i++) {
		struct forge_chain tsa =
		    forge_chain_tsa(f, forge_key(f, keys[i]), "Example");
		struct forge_token spec = { .tsa = &tsa,
			.seconds = 1,
			.millis = 500,
			.time = "2024-02-01T10:00:00.25Z",
			.hash = "SHA512",
			.imprint_hash = "SHA384",
			.ess_hash = "SHA384",
			.ess_issuer_serial = true };
		struct bytes token = forge_token(f, &spec, message);

		ok(ts_accepts(&tsa, token, message) && cms_accepts(&tsa, token),
		    "token by %s", keys[i]);
		ok(!ts_accepts(&tsa, token, BYTES_LIT("other octets")),
		    "%s: over other octets", keys[i]);
	}
	struct forge_chain tsa = forge_chain_tsa(f, forge_key(f, "tsa"), "Example");
	struct {
		const char *name;
		struct forge_token spec;
		bool good;
	} rows[] = {
		{ "plain", { .tsa = &tsa }, true },
		{ "signing time", { .tsa = &tsa, .signing_time = "2024-02-01" }, true },
		{ "late signing time", { .tsa = &tsa, .signing_time = "2051-02-01" },
		    true },
		{ "named signature algorithm", { .tsa = &tsa, .named_sigalg = true },
		    true },
		{ "broken signature", { .tsa = &tsa, .break_signature = true }, false },
		{ "broken digest", { .tsa = &tsa, .break_digest = true }, false },
		{ "no certificates", { .tsa = &tsa, .no_certs = true }, false },
		{ "no ESS", { .tsa = &tsa, .ess = FORGE_ESS_NONE }, false },
		{ "ESS names another", { .tsa = &tsa, .ess_cert = tsa.cert[1] }, false },
		{ "broken imprint", { .tsa = &tsa, .break_imprint = true }, false },
		{ "two signers", { .tsa = &tsa, .two_signers = true }, false },
		{ "no signer", { .tsa = &tsa, .no_signer = true }, false },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		ok(ts_accepts(&tsa, forge_token(f, &rows[i].spec, message), message) ==
			rows[i].good,
		    "token: %s", rows[i].name);
	struct forge_token pss = { .tsa = &tsa, .pss = true };
	ok(cms_accepts(&tsa, forge_token(f, &pss, message)), "token: PSS");
}

static bool
signature_holds(EVP_PKEY *key, struct bytes message, struct bytes sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	unsigned char *der = NULL;
	int len = (int)sig.len;
	bool good;

	EVP_DigestVerifyInit_ex(ctx, &pctx, forge_key_hash(key), NULL, NULL, key, NULL);
	if (EVP_PKEY_is_a(key, "RSA")) {
		EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST);
	} else {
		ECDSA_SIG *raw = ECDSA_SIG_new();

		ECDSA_SIG_set0(raw, BN_bin2bn(sig.ptr, len / 2, NULL),
		    BN_bin2bn(sig.ptr + len / 2, len / 2, NULL));
		len = i2d_ECDSA_SIG(raw, &der);
		ECDSA_SIG_free(raw);
	}
	good = EVP_DigestVerify(ctx, der == NULL ? sig.ptr : der, (size_t)len,
		   message.ptr, message.len) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	return good;
}

/* The value of a JSON string member, found by its name: these are our own bytes. */
static struct str
member(struct bytes json, const char *name)
{
	size_t at = forge_after(json, name) + 3;
	const uint8_t *end = memchr(json.ptr + at, '"', json.len - at);

	return (struct str){ (const char *)json.ptr + at, (size_t)(end - json.ptr) - at };
}

static void
test_jws(struct forge *f, const char *key)
{
	struct forge_chain c = forge_chain(f, forge_key(f, key), "Example");
	struct forge_target target = { .digest = "sha256:00", .size = 7 };
	struct forge_envelope spec = {
		.form = FORGE_JWS, .payload = forge_payload(f, &target), .signer = &c
	};
	struct bytes json = forge_envelope(f, &spec), sig;
	struct str text = member(json, "\"signature"), padded;
	uint8_t raw[600];
	char pad[4] = "===";

	pad[(4 - text.len % 4) % 4] = '\0';
	padded = arena_printf(forge_mem(f), "%.*s%s", STR_ARG(text), pad);
	for (size_t i = 0; i < padded.len; i++) {
		char *p = (char *)(uintptr_t)padded.ptr + i;

		*p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
	}
	sig = bytes_of(raw,
	    (size_t)EVP_DecodeBlock(raw, (const uint8_t *)padded.ptr, (int)padded.len) -
		strlen(pad));
	text = arena_printf(forge_mem(f), "%.*s.%.*s",
	    STR_ARG(member(json, "\"protected")), STR_ARG(member(json, "\"payload")));
	ok(signature_holds(c.key, str_bytes(text), sig), "JWS by %s", key);
	sig = forge_flip(f, sig, 3, 1);
	ok(!signature_holds(c.key, str_bytes(text), sig), "JWS by %s, one bit turned",
	    key);
}

static void
test_cose(struct forge *f, const char *key)
{
	struct forge_chain c = forge_chain(f, forge_key(f, key), "Example");
	struct forge_target target = { .digest = "sha256:00", .size = 7 };
	struct forge_envelope spec = { .form = FORGE_COSE,
		.payload = forge_payload(f, &target),
		.signer = &c,
		.no_chain = true,
		.expiry = "2040-01-01T00:00:00Z",
		.agent = "forge" };
	struct bytes cose = forge_envelope(f, &spec);
	size_t siglen = forge_sign(f, c.key, cose, FORGE_SIG_RIGHT, 0).len;
	struct bytes sig = bytes_of(cose.ptr + cose.len - siglen, siglen);
	size_t head = cose.ptr[2] == 0x58 ? 2 : 3; /* the protected header's length */
	size_t len = head == 2 ? cose.ptr[3] : (size_t)cose.ptr[3] << 8 | cose.ptr[4];
	AUTO(buf_clear) struct buf b = { .max = 4096 };

	ok(cose.ptr[0] == 0xd2 && cose.ptr[1] == 0x84,
	    "COSE by %s: tag 18, array of four", key);
	buf_add(&b, BYTES_LIT("\x84\x6aSignature1"));
	buf_add(&b, bytes_of(cose.ptr + 2, head + len));
	buf_add(&b, BYTES_LIT("\x40\x58"));
	buf_u8(&b, (uint8_t)spec.payload.len);
	buf_add(&b, spec.payload);
	ok(signature_holds(c.key, buf_bytes(&b), sig), "COSE by %s: signature", key);
}

static void
test_knobs_of_envelopes(struct forge *f)
{
	struct forge_chain c = forge_chain(f, forge_key(f, "p256"), "Example");
	struct forge_target target = {
		.digest = "sha256:00", .size = 7, .annotations = "{\"a\":\"b\"}"
	};
	struct forge_header odd = {
		.name = "example.odd", .json = "[1]", .critical = true
	};
	struct forge_envelope spec = { .payload = forge_payload(f, &target),
		.signer = &c,
		.extra = &odd,
		.extra_count = 1,
		.agent = "forge",
		.token_raw = BYTES_LIT("x"),
		.outer_extra = ",\"more\":1",
		.header_extra = ",\"less\":2" };
	struct bytes json = forge_envelope(f, &spec);

	ok(memmem(json.ptr, json.len, ",\"less\":2}", 10) != NULL &&
		memmem(json.ptr, json.len, ",\"more\":1}", 10) != NULL,
	    "further members");
	ok(memmem(json.ptr, json.len, "timestampSignature\":\"eA==\"", 26) != NULL,
	    "raw token");
	ok(forge_after(spec.payload, "\"annotations\":{\"a\":\"b\"}}}") ==
		spec.payload.len,
	    "payload with user metadata");
	spec.flip = FORGE_PART_PAYLOAD;
	spec.flip_near = "sha256:0";
	ok(!bytes_equal(forge_envelope(f, &spec), json), "a flipped payload");
}

static void
test_layout(struct forge *f)
{
	struct arena *mem = forge_mem(f);
	const char *tmp = getenv("TMPDIR");
	char dir[512];
	struct forge_chain c = forge_chain(f, forge_key(f, "p256"), "Example");
	struct forge_layout *l;
	struct forge_desc layer, image, sig;
	struct stat st;

	snprintf(dir, sizeof(dir), "%s/forge.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(dir) == NULL)
		forge_die("no temporary folder");
	l = forge_layout_new(f, dir);
	layer =
	    forge_blob(l, "application/vnd.oci.image.layer.v1.tar", BYTES_LIT("layer"));
	image = forge_image(l, "1", &layer, 1);
	struct forge_target target = { .digest = image.digest.ptr, .size = image.size };
	struct forge_envelope env = {
		.form = FORGE_COSE, .payload = forge_payload(f, &target), .signer = &c
	};
	struct forge_referrer ref = { .subject = image,
		.form = FORGE_COSE,
		.envelope = forge_envelope(f, &env),
		.signer = &c };
	sig = forge_referrer(l, &ref);
	forge_entry(l, &image, "registry.example/a/b:1");
	forge_entry(l, &sig, NULL);
	forge_referrers_tag(l, &image, &sig, 1);
	forge_layout_end(l);
	is_u64(layer.digest.len, 71, "digest text");
	ok(stat(arena_printf(mem, "%s/blobs/sha256/%s", dir, sig.digest.ptr + 7).ptr,
	       &st) == 0 &&
		(uint64_t)st.st_size == sig.size,
	    "signature manifest in its place");
	ok(stat(arena_printf(mem, "%s/index.json", dir).ptr, &st) == 0, "index.json");
	ok(system(arena_printf(mem,
	       "cd %s/blobs/sha256 && for f in *; do echo \"$f  $f\"; done "
	       "| sha256sum -c --quiet",
	       dir)
		      .ptr) == 0,
	    "every blob has its digest for a name");
	ok(system(arena_printf(mem, "rm -r %s", dir).ptr) == 0, "scratch folder removed");
}

int
main(void)
{
	struct forge *f = forge_new();

	test_chains(f);
	test_cert_knobs(f);
	test_tokens(f);
	for (size_t i = 0; i < COUNT(leaf_keys); i++) {
		test_jws(f, leaf_keys[i]);
		test_cose(f, leaf_keys[i]);
	}
	test_knobs_of_envelopes(f);
	test_layout(f);
	forge_free(f);
	return tap_done();
}
