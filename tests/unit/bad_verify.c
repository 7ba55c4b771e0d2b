/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the catalogue of bad input that show only in the verdict on an artifact: one named test
 * per defect, in both envelopes where it has a place in both, under a policy whose plain signature
 * passes.
 */
#include <openssl/core_names.h>
#include <stdlib.h>

#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define AUTHORITY "notary.x509.signingAuthority"

struct bench {
	struct stage st;
	struct judge plain; /* strict, ca and signingAuthority */
	struct judge only_ca, only_authority;
};

static void
bench_open(struct bench *b)
{
	stage_open(&b->st);
	stage_judge(&b->plain, &b->st, "plain", "'level':'strict'",
	    "'ca:root','signingAuthority:root'");
	stage_judge(&b->only_ca, &b->st, "only-ca", "'level':'strict'", "'ca:root'");
	stage_judge(&b->only_authority, &b->st, "only-authority", "'level':'strict'",
	    "'signingAuthority:root'");
}

static void
bench_close(struct bench *b)
{
	judge_close(&b->plain);
	judge_close(&b->only_ca);
	judge_close(&b->only_authority);
	stage_close(&b->st);
}

static struct forge_chain
signer(struct bench *b, const char *key)
{
	struct forge_cert leaf = stage_leaf(&b->st, key);

	return stage_signer(&b->st, &leaf);
}

/* --- W: what the header says, and what it is believed ----------------------------------------- */

static void
w02_c08(struct bench *b)
{
	static const struct {
		const char *name, *key, *alg;
		int64_t cose;
	} rows[] = {
		{ "bad_W02_rsa2048_as_ps384", "rsa2048", "PS384", -38 },
		{ "bad_W02_rsa2048_as_ps512", "rsa2048", "PS512", -39 },
		{ "bad_W02_rsa3072_as_ps256", "rsa3072", "PS256", -37 },
		{ "bad_W02_rsa4096_as_ps256", "rsa4096", "PS256", -37 },
		{ "bad_W02_rsa2048_as_es256", "rsa2048", "ES256", -7 },
		{ "bad_W02_p256_as_ps256", "p256", "PS256", -37 },
		{ "bad_W02_p256_as_es384", "p256", "ES384", -35 },
		{ "bad_W02_p384_as_es256", "p384", "ES256", -7 },
		{ "bad_W02_p521_as_es384", "p521", "ES384", -35 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_chain c = signer(b, rows[i].key);

		is_reason(
		    stage_verdict(&b->st, &b->plain,
			(struct forge_envelope){ .signer = &c, .alg = rows[i].alg }),
		    REASON_SIG_ALG_MISMATCH, "%s", rows[i].name);
		is_reason(
		    stage_verdict(&b->st, &b->plain,
			(struct forge_envelope){
			    .form = FORGE_COSE, .signer = &c, .cose_alg = rows[i].cose }),
		    REASON_SIG_ALG_MISMATCH, "bad_C08%s",
		    rows[i].name + strlen("bad_W02"));
		stage_passes(&b->st, &b->plain, "W02, C08 sibling: the key's own",
		    (struct forge_envelope){ .signer = &c });
	}
	is_reason(stage_verdict(&b->st, &b->plain,
		      (struct forge_envelope){ .form = FORGE_COSE, .alg = "ES256" }),
	    REASON_SIG_ALG, "bad_C08_alg_as_text");
	is_reason(stage_verdict(&b->st, &b->plain,
		      (struct forge_envelope){ .form = FORGE_COSE, .no_alg = true }),
	    REASON_SIG_ALG, "bad_C08_no_alg");
}

/* What stands unprotected beside a good signature is refused, not believed. */
static void
w04(struct bench *b)
{
	static const struct {
		const char *name, *header;
		enum reason reason;
	} rows[] = {
		{ "W04 sibling: a name that means nothing", ",\"example\":1",
		    REASON_NONE },
		{ "bad_W04_expiry", ",\"io.cncf.notary.expiry\":\"2049-01-01T00:00:00Z\"",
		    REASON_SIG_HEADER },
		{ "bad_W04_scheme", ",\"io.cncf.notary.signingScheme\":\"" AUTHORITY "\"",
		    REASON_SIG_HEADER },
		{ "bad_W04_authentic_time",
		    ",\"io.cncf.notary.authenticSigningTime\":\"2024-02-01T00:00:00Z\"",
		    REASON_SIG_HEADER },
		{ "bad_W04_alg", ",\"alg\":\"ES256\"", REASON_SIG_HEADER },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		is_reason(stage_verdict(&b->st, &b->plain,
			      (struct forge_envelope){ .header_extra = rows[i].header }),
		    rows[i].reason, "%s", rows[i].name);
}

static void
w08(struct bench *b)
{
	static const char shape[] =
	    "{\"targetArtifact\":{\"mediaType\":\"%s\",\"digest\":"
	    "\"%s\",\"size\":%s},\"more\":{}}";
	struct subject s;
	const char *size, *more;

	subject_open(&s, &b->st);
	size = arena_printf(forge_mem(b->st.f), "%llu", (unsigned long long)s.image.size)
		   .ptr;
	more =
	    arena_printf(forge_mem(b->st.f), "%llu", (unsigned long long)s.image.size + 1)
		.ptr;
	const struct {
		const char *name, *type, *digest, *size;
		enum reason reason;
	} rows[] = {
		{ "W08 sibling: an unknown member is told", s.image.media_type,
		    s.image.digest.ptr, size, REASON_NONE },
		{ "bad_W08_type", "application/vnd.oci.image.index.v1+json",
		    s.image.digest.ptr, size, REASON_PAYLOAD_TARGET_MISMATCH },
		{ "bad_W08_digest", s.image.media_type, s.layer.digest.ptr, size,
		    REASON_PAYLOAD_TARGET_MISMATCH },
		{ "bad_W08_size", s.image.media_type, s.image.digest.ptr, more,
		    REASON_PAYLOAD_TARGET_MISMATCH },
		{ "bad_W08_size_fraction", s.image.media_type, s.image.digest.ptr, "1.0",
		    REASON_JSON_NUMBER_RANGE },
		{ "bad_W08_size_negative", s.image.media_type, s.image.digest.ptr, "-1",
		    REASON_JSON_NUMBER_RANGE },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		stage_both(&b->st, &b->plain, rows[i].name,
		    (struct forge_envelope){
			.payload = str_bytes(arena_printf(forge_mem(b->st.f), shape,
			    rows[i].type, rows[i].digest, rows[i].size)) },
		    rows[i].reason);
	stage_both(&b->st, &b->plain, "bad_W08_content_type",
	    (struct forge_envelope){ .content_type = "application/json" },
	    REASON_PAYLOAD_TYPE_UNSUPPORTED);
	stage_both(&b->st, &b->plain, "bad_W08_not_json",
	    (struct forge_envelope){ .payload = BYTES_LIT("hello") }, REASON_JSON_SYNTAX);
	subject_close(&s);
}

static EVP_PKEY *
small_exponent(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	size_t bits = 2048;
	unsigned e = 3;
	OSSL_PARAM params[] = { OSSL_PARAM_construct_size_t(
				    OSSL_PKEY_PARAM_RSA_BITS, &bits),
		OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_E, &e),
		OSSL_PARAM_construct_end() };
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_params(ctx, params) != 1 ||
	    EVP_PKEY_generate(ctx, &key) != 1)
		forge_die("key with exponent 3");
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* Signatures of the old kind, and keys for which they could be made without the private half. */
static void
w10(struct bench *b)
{
	EVP_PKEY *key = small_exponent();
	struct forge_chain c = b->st.ca;
	struct forge_cert leaf = stage_leaf(&b->st, "rsa2048"), ca;
	struct forge_chain rsa = stage_signer(&b->st, &leaf);

	leaf.key = key;
	c = stage_signer(&b->st, &leaf);
	stage_both(&b->st, &b->plain, "bad_W10_exponent_3",
	    (struct forge_envelope){ .signer = &c }, REASON_KEY_WEAK);
	c = b->st.ca;
	ca = forge_cert_ca(key, "C=US,ST=WA,O=Example,CN=Weak", b->st.ca.cert[2],
	    forge_key(b->st.f, "ca"));
	c.cert[1] = forge_cert(b->st.f, &ca);
	leaf = forge_cert_leaf(c.key, "C=US,ST=WA,O=Example,CN=Signer", c.cert[1], key);
	c.cert[0] = forge_cert(b->st.f, &leaf);
	stage_both(&b->st, &b->plain, "bad_W10_exponent_3_of_the_issuer",
	    (struct forge_envelope){ .signer = &c }, REASON_KEY_WEAK);
	stage_both(&b->st, &b->plain, "bad_W10_pkcs1",
	    (struct forge_envelope){ .signer = &rsa, .sigform = FORGE_SIG_PKCS1 },
	    REASON_SIG_INVALID);
	stage_passes(&b->st, &b->plain, "W10 sibling: PSS",
	    (struct forge_envelope){ .signer = &rsa });
	EVP_PKEY_free(key);
}

static void
w12_w13_w14(struct bench *b)
{
	static const struct forge_header odd = { .name = "example.odd",
		.json = "1",
		.cbor = { (const uint8_t *)"\x01", 1 },
		.critical = true };
	const struct {
		const char *name;
		struct judge *judge;
		struct forge_envelope spec;
		enum reason reason;
	} rows[] = {
		{ "W12 sibling: signed now", &b->plain, { .signing_time = STAGE_NOW },
		    REASON_NONE },
		/* Clocks may be five minutes apart. */
		{ "W12 sibling: five minutes to come", &b->plain,
		    { .signing_time = "2026-06-01T00:05:00Z" }, REASON_NONE },
		{ "bad_W12_to_come", &b->plain, { .signing_time = "2026-06-01T00:05:01Z" },
		    REASON_SIG_TIME },
		{ "W12 sibling: authority, five minutes to come", &b->plain,
		    { .scheme = AUTHORITY, .signing_time = "2026-06-01T00:05:00Z" },
		    REASON_NONE },
		{ "bad_W12_authority_to_come", &b->plain,
		    { .scheme = AUTHORITY, .signing_time = "2026-06-01T00:05:01Z" },
		    REASON_SIG_TIME },
		{ "W12 sibling: five minutes before the signer", &b->plain,
		    { .signing_time = "2023-12-31T23:55:00Z" }, REASON_NONE },
		{ "bad_W12_before_the_signer", &b->plain,
		    { .signing_time = "2023-12-31T23:54:59Z" }, REASON_SIG_TIME },
		{ "bad_W13_x509_needs_ca", &b->only_authority, { .scheme = NULL },
		    REASON_CERT_UNTRUSTED },
		{ "W13 sibling: x509 with ca", &b->only_ca, { .scheme = NULL },
		    REASON_NONE },
		{ "bad_W13_authority_needs_its_own", &b->only_ca, { .scheme = AUTHORITY },
		    REASON_CERT_UNTRUSTED },
		{ "W13 sibling: authority with its own", &b->only_authority,
		    { .scheme = AUTHORITY }, REASON_NONE },
		{ "bad_W14_plugin", &b->plain, { .plugin = "example" },
		    REASON_ENVELOPE_PLUGIN_REQUIRED },
		{ "bad_W14_plugin_version_alone", &b->plain, { .plugin_min = "1.0.0" },
		    REASON_ENVELOPE_CRITICAL_UNKNOWN },
		{ "bad_W14_critical", &b->plain, { .extra = &odd, .extra_count = 1 },
		    REASON_ENVELOPE_CRITICAL_UNKNOWN },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		stage_both(
		    &b->st, rows[i].judge, rows[i].name, rows[i].spec, rows[i].reason);
}

/* --- X: chains ------------------------------------------------------------------------------------ */

/* What passes and is told all the same. */
static void
test_notes(struct bench *b)
{
	struct forge_chain signer = { .count = 2 };
	struct forge_cert root = forge_cert_root(
	    forge_key(b->st.f, "ca"), "C=US,ST=WA,O=Example,CN=Release Root CA");
	struct forge_cert leaf;

	stage_both(&b->st, &b->plain, "W12 sibling: a second to come",
	    (struct forge_envelope){ .signing_time = "2026-06-01T00:00:01Z" }, REASON_NONE);
	ok(judge_found(&b->plain, REASON_SIG_TIME_SKEW, false), "it is told");
	signer.key = forge_key(b->st.f, "p256");
	signer.cert[1] = forge_cert(b->st.f, &root);
	leaf = forge_cert_leaf(
	    signer.key, "C=US,ST=WA,O=Example,CN=Signer", signer.cert[1], root.key);
	leaf.long_serial = true;
	signer.cert[0] = forge_cert(b->st.f, &leaf);
	stage_verdict(&b->st, &b->plain,
	    (struct forge_envelope){ .signer = &signer });
	ok(judge_found(&b->plain, REASON_CERT_SERIAL_ODD, false),
	    "X22 sibling: a serial number of 21 octets is told");
}

/* One thing about the certificate at `at` is changed; those below are issued again. */
struct made {
	struct forge_cert cert[3];
	EVP_PKEY *keys[3];
};

static struct made
usual(struct bench *b, const char *key)
{
	struct made m = { .keys = { forge_key(b->st.f, key), forge_key(b->st.f, "ca-sub"),
			      forge_key(b->st.f, "ca") } };

	m.cert[2] = forge_cert_root(m.keys[2], "C=US,ST=WA,O=Example,CN=Release Root CA");
	m.cert[1] = forge_cert_ca(m.keys[1], "C=US,ST=WA,O=Example,CN=Release Issuing CA",
	    (struct bytes){ NULL, 0 }, m.keys[2]);
	m.cert[0] = forge_cert_leaf(m.keys[0], "C=US,ST=WA,O=Example,CN=Signer",
	    (struct bytes){ NULL, 0 }, m.keys[1]);
	return m;
}

static struct forge_chain
issue(struct bench *b, struct made *m)
{
	struct forge_chain c = { .key = m->cert[0].key, .count = 3 };

	for (size_t i = 3; i-- > 0;) {
		if (i < 2) {
			m->cert[i].issuer = c.cert[i + 1];
			m->cert[i].issuer_key = m->cert[i + 1].key;
		}
		c.cert[i] = forge_cert(b->st.f, &m->cert[i]);
	}
	return c;
}

/* The root of such a chain is trusted, so that nothing else is wrong with it. */
static void
chain_refused(struct bench *b, const char *name, struct made *m, enum reason reason)
{
	struct forge_chain c = issue(b, m);
	const char *dir = stage_policy(
	    &b->st, "chain", stage_statement(&b->st, "'level':'strict'", "'ca:own'"));
	struct judge j;

	scratch_put(&b->st.dir, "chain/truststore/x509/ca/own/root.der", c.cert[2]);
	judge_open(&j, dir, STAGE_NOW);
	stage_both(&b->st, &j, name, (struct forge_envelope){ .signer = &c }, reason);
	judge_close(&j);
}

static void
x04_x05_x06(struct bench *b)
{
	struct made m = usual(b, "p256");

	chain_refused(b, "X04 to X13 sibling: nothing changed", &m, REASON_NONE);
	m.cert[0].basic = FORGE_BASIC_CA;
	chain_refused(b, "bad_X04_leaf_is_ca", &m, REASON_LEAF_IS_CA);
	m = usual(b, "p256");
	m.cert[1].basic = FORGE_BASIC_NONE;
	chain_refused(
	    b, "bad_X04_issuer_without_constraints", &m, REASON_CA_BASIC_CONSTRAINTS);
	m = usual(b, "p256");
	m.cert[1].basic = FORGE_BASIC_LEAF;
	chain_refused(b, "bad_X04_issuer_is_no_ca", &m, REASON_CA_BASIC_CONSTRAINTS);
	m = usual(b, "p256");
	m.cert[2].has_path_len = true;
	chain_refused(b, "bad_X04_path_len", &m, REASON_CA_PATH_LEN);
	m = usual(b, "p256");
	m.cert[0].key_usage = 0;
	chain_refused(b, "bad_X05_no_key_usage", &m, REASON_LEAF_KEY_USAGE_MISSING);
	m = usual(b, "p256");
	m.cert[0].key_usage_lax = true;
	chain_refused(
	    b, "bad_X05_key_usage_not_critical", &m, REASON_LEAF_KEY_USAGE_NOT_CRITICAL);
	m = usual(b, "p256");
	m.cert[0].key_usage = KU_NON_REPUDIATION;
	chain_refused(b, "bad_X05_no_digital_signature", &m, REASON_LEAF_KEY_USAGE);
	m = usual(b, "p256");
	m.cert[0].key_usage = KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN;
	chain_refused(b, "bad_X05_cert_sign", &m, REASON_LEAF_KEY_USAGE);
	m = usual(b, "p256");
	m.cert[1].key_usage = KU_CRL_SIGN;
	chain_refused(b, "bad_X05_issuer_without_cert_sign", &m, REASON_CA_KEY_USAGE);
	m = usual(b, "p256");
	m.cert[0].eku = "timeStamping";
	chain_refused(b, "bad_X06_time_stamping", &m, REASON_LEAF_EKU);
	m = usual(b, "p256");
	m.cert[0].eku = "codeSigning,serverAuth";
	chain_refused(b, "bad_X06_server", &m, REASON_LEAF_EKU);
	m = usual(b, "p256");
	m.cert[0].eku = "anyExtendedKeyUsage";
	chain_refused(b, "bad_X06_any", &m, REASON_LEAF_EKU);
	m = usual(b, "p256");
	m.cert[0].eku = NULL;
	chain_refused(b, "X06 sibling: no purpose named", &m, REASON_NONE);
}

static void
x09_x10(struct bench *b)
{
	static const char *const names[] = { "bad_X10_leaf_expired",
		"bad_X09_issuer_expired", "bad_X09_root_expired" };
	static const char *const early[] = { "bad_X10_leaf_not_yet_valid",
		"bad_X09_issuer_not_yet_valid", "bad_X09_root_not_yet_valid" };

	for (size_t i = 0; i < 3; i++) {
		struct made m = usual(b, "p256");

		m.cert[i].not_after = "2026-05-31T23:59:59Z";
		chain_refused(b, names[i], &m, REASON_CERT_EXPIRED);
		m.cert[i].not_after = STAGE_NOW;
		chain_refused(b, "X09, X10 sibling: its last second", &m, REASON_NONE);
		m = usual(b, "p256");
		m.cert[i].not_before = "2026-06-01T00:00:01Z";
		/* A signer that is not valid yet cannot have signed yet either. */
		chain_refused(b, early[i], &m,
		    i == 0 ? REASON_SIG_TIME : REASON_CERT_NOT_YET_VALID);
		m.cert[i].not_before = i == 0 ? "2024-01-15T12:00:00Z" : STAGE_NOW;
		chain_refused(b, "X09, X10 sibling: its first second", &m, REASON_NONE);
	}
}

static void
x12_x13(struct bench *b)
{
	static const struct {
		const char *name, *kind;
	} keys[] = {
		{ "bad_X12_rsa_1024", "RSA-1024" },
		{ "bad_X12_rsa_2560", "RSA-2560" },
		{ "bad_X12_p224", "P-224" },
		{ "bad_X12_secp256k1", "secp256k1" },
		{ "bad_X12_brainpool", "brainpoolP256r1" },
	};
	static const char *const weak[] = { "bad_X13_leaf", "bad_X13_issuer",
		"bad_X13_root" };
	struct made m;

	for (size_t i = 0; i < COUNT(keys); i++) {
		m = usual(b, "p256");
		m.cert[0].key = forge_key_new(b->st.f, keys[i].kind);
		chain_refused(b, keys[i].name, &m, REASON_KEY_UNSUPPORTED);
	}
	for (size_t i = 0; i < COUNT(weak); i++) {
		m = usual(b, "p256");
		m.cert[i].hash = "SHA1";
		chain_refused(b, weak[i], &m, REASON_CHAIN_WEAK_SIGALG);
	}
}

static void
with_anchor(struct bench *b, const char *name, const struct bytes *anchors, size_t count,
    const struct forge_chain *c, enum reason reason)
{
	const char *dir = stage_policy(
	    &b->st, "anchored", stage_statement(&b->st, "'level':'strict'", "'ca:own'"));
	struct judge j;

	scratch_folder(&b->st.dir, "anchored/truststore/x509/ca/own");
	for (size_t i = 0; i < count; i++)
		scratch_put(&b->st.dir,
		    arena_printf(
			forge_mem(b->st.f), "anchored/truststore/x509/ca/own/%zu.der", i)
			.ptr,
		    anchors[i]);
	judge_open(&j, dir, STAGE_NOW);
	stage_both(&b->st, &j, name, (struct forge_envelope){ .signer = c }, reason);
	judge_close(&j);
	scratch_remove(&b->st.dir, "anchored/truststore/x509/ca/own");
}

static void
x03_x18_x23_x24(struct bench *b)
{
	struct made m = usual(b, "p256");
	struct forge_chain twin;
	struct bytes both[2];

	/* Same names, another key at the top. */
	m.cert[2].key = forge_key(b->st.f, "other-ca");
	twin = issue(b, &m);
	stage_both(&b->st, &b->plain, "bad_X03_root_only_in_the_envelope",
	    (struct forge_envelope){ .signer = &twin }, REASON_CERT_UNTRUSTED);
	stage_passes(&b->st, &b->plain, "X03 sibling",
	    (struct forge_envelope){ .signer = &b->st.ca });
	both[0] = b->st.ca.cert[2];
	both[1] = twin.cert[2];
	with_anchor(b, "X18 sibling: two anchors of one name, first", both, 2, &b->st.ca,
	    REASON_NONE);
	with_anchor(b, "X18 sibling: two anchors of one name, second", both, 2, &twin,
	    REASON_NONE);
	with_anchor(b, "bad_X18_twin", &both[1], 1, &b->st.ca, REASON_CERT_UNTRUSTED);
	with_anchor(
	    b, "bad_X18_twin_other_way", &both[0], 1, &twin, REASON_CERT_UNTRUSTED);
	/*
	 * A chain ends in its root even where the anchor stands below it; then the Notary Project
	 * lets it be one.
	 */
	with_anchor(b, "X23 sibling: an issuing CA as anchor", &b->st.ca.cert[1], 1,
	    &b->st.ca, REASON_NONE);
	twin = b->st.ca;
	twin.count = 2;
	with_anchor(b, "bad_X23_chain_without_root", &b->st.ca.cert[1], 1, &twin,
	    REASON_CHAIN_NO_ROOT);
	setenv("SSL_CERT_FILE",
	    scratch_at(&b->st.dir, "plain/truststore/x509/ca/root/root.pem"), 1);
	setenv(
	    "SSL_CERT_DIR", scratch_at(&b->st.dir, "plain/truststore/x509/ca/root"), 1);
	m = usual(b, "p256");
	m.cert[2].key = forge_key(b->st.f, "other-ca");
	twin = issue(b, &m);
	with_anchor(b, "bad_X24_host_ca_file", &twin.cert[2], 1, &b->st.ca,
	    REASON_CERT_UNTRUSTED);
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
}

/* --- G, L: graph and layout --------------------------------------------------------------------------- */

/* Some other document about the image. */
static void
decoy(struct subject *s, unsigned i)
{
	struct forge_desc d = forge_blob(s->layout,
	    "application/vnd.oci.image.manifest.v1+json",
	    str_bytes(arena_printf(forge_mem(s->f),
		"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
		"\"artifactType\":\"example/x\",\"config\":{\"mediaType\":\"application/"
		"vnd.oci.empty.v1+json\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb"
		"4fc21fe77e8310c060f61caaff8a\",\"size\":2},\"layers\":[],\"subject\":%s,"
		"\"annotations\":{\"n\":\"%u\"}}",
		forge_desc_json(s->f, &s->image, NULL).ptr, i)));

	forge_entry(s->layout, &d, NULL);
}

static void
g03_g10_g11(struct bench *b)
{
	struct subject s;
	struct forge_desc image;
	uint64_t hashed;
	enum reason r;

	subject_open(&s, &b->st);
	for (unsigned i = 0; i < 5; i++)
		subject_sign(&s, (struct forge_envelope){
				     .flip = FORGE_PART_SIGNATURE, .flip_at = i });
	b->plain.limits.v[LIMIT_SIGNATURES] = 3;
	is_reason(subject_judge(&s, &b->plain), REASON_SIG_INVALID,
	    "bad_G03_more_than_the_limit");
	ok(judge_found(&b->plain, REASON_SIGNATURE_LIMIT, true) &&
		b->plain.verdict.signatures.n == 3,
	    "bad_G03: the limit is told and blocks");
	b->plain.limits.v[LIMIT_SIGNATURES] = 100;
	subject_close(&s);

	/* Others that refer to the image may push its signature out of the list. */
	subject_open(&s, &b->st);
	for (unsigned i = 0; i < 40; i++)
		decoy(&s, i);
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	is_reason(subject_judge(&s, &b->plain), REASON_NONE,
	    "G03 sibling: one signature among 41 referrers");
	for (uint64_t most = 1; most <= 41; most += 8) {
		b->plain.limits.v[LIMIT_REFERRERS] = most;
		r = subject_judge(&s, &b->plain);
		ok(r == REASON_LIMIT_REFERRERS_HIT ||
			(r == REASON_NONE && b->plain.verdict.signatures.n == 1),
		    "bad_G03_behind_%llu_referrers: %s", (unsigned long long)most,
		    reason_code(r));
	}
	b->plain.limits.v[LIMIT_REFERRERS] = 1000;
	subject_close(&s);

	subject_new(&s, &b->st);
	image = s.image;
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	s.image = forge_index(s.layout, &image, 1);
	forge_entry(s.layout, &s.image, STAGE_NAME ":1");
	is_reason(subject_judge(&s, &b->plain), REASON_SIGNATURE_NOT_FOUND,
	    "bad_G10_signature_of_a_part");
	b->plain.subjects = SUBJECTS_ALL;
	s.image = image;
	is_reason(subject_judge(&s, &b->plain), REASON_NONE, "G10 sibling: the part");
	b->plain.subjects = SUBJECTS_ROOTS;
	subject_close(&s);

	/* Judged a hundred times, hashed once. */
	subject_open(&s, &b->st);
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	subject_judge(&s, &b->plain);
	hashed = ossl_counts(b->plain.lib).signatures_checked;
	subject_judge(&s, &b->plain);
	is_u64(ossl_counts(b->plain.lib).signatures_checked, hashed + 1,
	    "bad_G11: chains are checked once, signatures each time");
	subject_close(&s);
}

static void
l04_l05_l06(struct bench *b)
{
	static const struct {
		const char *name;
		int what;
		enum reason reason;
		enum state state;
	} rows[] = {
		{ "L04 to L06 sibling", 0, REASON_NONE, STATE_COMPLIANT },
		{ "bad_L04_manifest", 1, REASON_BLOB_DIGEST_MISMATCH,
		    STATE_NONCOMPLIANT },
		{ "bad_L04_layer", 2, REASON_BLOB_DIGEST_MISMATCH, STATE_NONCOMPLIANT },
		{ "bad_L04_signature_manifest", 3, REASON_SIGNATURE_NOT_FOUND,
		    STATE_NONCOMPLIANT },
		{ "bad_L05_manifest", 4, REASON_BLOB_MISSING, STATE_ERROR },
		{ "bad_L06_manifest", 5, REASON_BLOB_SIZE_MISMATCH, STATE_NONCOMPLIANT },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_desc signature, entry;
		struct subject s;

		subject_new(&s, &b->st);
		entry = s.image;
		entry.size += rows[i].what == 5;
		forge_entry(s.layout, &entry, STAGE_NAME ":1");
		signature = subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
		if (rows[i].what == 1)
			forge_tamper(s.layout, &s.image, BYTES_LIT("{}"));
		else if (rows[i].what == 2)
			forge_tamper(s.layout, &s.layer, BYTES_LIT("layes"));
		else if (rows[i].what == 3)
			forge_tamper(s.layout, &signature, BYTES_LIT("{}"));
		else if (rows[i].what == 4)
			scratch_remove(
			    &b->st.dir, arena_printf(forge_mem(s.f), "%s/blobs/sha256/%s",
					    s.dir + strlen(b->st.dir.path) + 1,
					    s.image.digest.ptr + 7)
					    .ptr);
		is_reason(
		    subject_judge(&s, &b->plain), rows[i].reason, "%s", rows[i].name);
		ok(b->plain.verdict.state == rows[i].state, "%s: %s", rows[i].name,
		    state_name(b->plain.verdict.state));
		subject_close(&s);
	}
}

/* --- R: revocation --------------------------------------------------------------------------------------- */

static void
r09(struct bench *b)
{
	struct made m = usual(b, "p256");

	m.cert[0].crl_url = "http://crl.example/a.crl";
	chain_refused(b, "bad_R09_crl_of_the_leaf", &m, REASON_REVOCATION_NO_DATA);
	m = usual(b, "p256");
	m.cert[0].ocsp_url = "http://ocsp.example/";
	chain_refused(b, "bad_R09_ocsp_of_the_leaf", &m, REASON_REVOCATION_NO_DATA);
	m = usual(b, "p256");
	m.cert[0].delta_url = "http://crl.example/d.crl";
	chain_refused(b, "bad_R09_delta_of_the_leaf", &m, REASON_REVOCATION_NO_DATA);
	m = usual(b, "p256");
	m.cert[1].crl_url = "http://crl.example/b.crl";
	chain_refused(b, "bad_R09_crl_of_the_issuer", &m, REASON_REVOCATION_NO_DATA);
	m = usual(b, "p256");
	m.cert[2].crl_url = "http://crl.example/c.crl";
	chain_refused(b, "R09 sibling: nobody revokes a root", &m, REASON_NONE);
}

int
main(void)
{
	struct bench b;

	bench_open(&b);
	w02_c08(&b);
	w04(&b);
	w08(&b);
	w10(&b);
	w12_w13_w14(&b);
	test_notes(&b);
	x03_x18_x23_x24(&b);
	x04_x05_x06(&b);
	x09_x10(&b);
	x12_x13(&b);
	g03_g10_g11(&b);
	l04_l05_l06(&b);
	r09(&b);
	bench_close(&b);
	return tap_done();
}
