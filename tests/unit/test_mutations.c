/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A good signature, and what becomes of it when one thing changes: each part by one byte for each
 * key and envelope, then each rule of the signature once, then every byte of two envelopes.
 */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define NOW STAGE_NOW
/* The last octets of tag 1 and the time 2024-01-15T12:00:00Z, behind their name. */
#define COSE_TIME "signingTime\xc1\x1a\x65\xa5\x1e\x40"

static const char *const keys[] = { "rsa2048", "rsa3072", "rsa4096", "p256", "p384",
	"p521" };
static const char *const forms[] = { "jws", "cose" };

struct bench {
	struct stage stage;
	struct judge stamped; /* strict, a token always demanded */
	struct judge plain; /* strict, no tsa store */
	struct judge after; /* strict, a token demanded after expiry */
	struct judge logged; /* audit */
	struct judge alone; /* strict, one self-signed signer */
};

static void
bench_open(struct bench *b)
{
	stage_open(&b->stage);
	stage_judge(&b->stamped, &b->stage, "stamped", "'level':'strict'",
	    "'ca:root','tsa:root'");
	stage_judge(&b->plain, &b->stage, "plain", "'level':'strict'",
	    "'ca:root','signingAuthority:root'");
	stage_judge(&b->after, &b->stage, "after",
	    "'level':'strict','verifyTimestamp':'afterCertExpiry'",
	    "'ca:root','tsa:root'");
	stage_judge(
	    &b->logged, &b->stage, "logged", "'level':'audit'", "'ca:root','tsa:root'");
	stage_judge(&b->alone, &b->stage, "alone", "'level':'strict'", "'ca:alone'");
}

static void
bench_close(struct bench *b)
{
	judge_close(&b->stamped);
	judge_close(&b->plain);
	judge_close(&b->after);
	judge_close(&b->logged);
	judge_close(&b->alone);
	stage_close(&b->stage);
}

static struct forge_chain
signer(struct bench *b, const char *key)
{
	struct forge_cert leaf = stage_leaf(&b->stage, key);

	return stage_signer(&b->stage, &leaf);
}

/* --- one byte of each part, for each key and form ------------------------------------------ */

#define TOKEN_LAST SIZE_MAX /* offset of the last byte of the token */

static void
test_parts(struct bench *b, const char *key, enum forge_form form)
{
	const struct {
		enum forge_part part;
		const char *name, *near;
		size_t at;
		enum reason reason;
	} rows[] = {
		{ FORGE_PART_NONE, "nothing", NULL, 0, REASON_NONE },
		{ FORGE_PART_PAYLOAD, "payload", "\"size\":", 0, REASON_SIG_INVALID },
		{ FORGE_PART_PROTECTED, "protected header",
		    form == FORGE_JWS ? "signingTime\":\"2024" : COSE_TIME, 0,
		    REASON_SIG_INVALID },
		{ FORGE_PART_SIGNATURE, "signature", NULL, 20, REASON_SIG_INVALID },
		{ FORGE_PART_TOKEN, "token's signature", NULL, TOKEN_LAST,
		    REASON_TST_SIGNATURE },
		{ FORGE_PART_TOKEN, "token's time", "202402", 0, REASON_TST_ATTRS },
		{ FORGE_PART_TOKEN, "token's signer", "Time Stamping Signer", 0,
		    REASON_TST_ESS_HASH },
	};
	struct forge_chain c = signer(b, key);
	struct forge_token token = { .tsa = &b->stage.tsa, .time = "2024-02-01" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_envelope spec = { .form = form,
			.signer = &c,
			.token = &token,
			.flip = rows[i].part,
			.flip_near = rows[i].near,
			.flip_at = rows[i].at };

		if (rows[i].at == TOKEN_LAST)
			spec.flip_at =
			    forge_token(b->stage.f, &token, BYTES_LIT("x")).len - 1;
		is_reason(stage_verdict(&b->stage, &b->stamped, spec), rows[i].reason,
		    "%s %s: one byte of %s", key, forms[form], rows[i].name);
	}
}

/* Each certificate: in its signature, and in its key. */
static void
test_chain(struct bench *b, const char *key, enum forge_form form)
{
	static const struct {
		const char *name;
		enum reason reason;
	} rows[] = {
		{ "signer", REASON_CHAIN_ORDER },
		{ "issuing CA", REASON_CHAIN_ORDER },
		{ "root", REASON_CHAIN_NO_ROOT },
	};
	struct forge_token token = { .tsa = &b->stage.tsa };
	struct forge_chain c = signer(b, key);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_chain bad = c;

		bad.cert[i] = forge_flip(b->stage.f, c.cert[i], c.cert[i].len - 1, 0);
		is_reason(stage_verdict(&b->stage, &b->stamped,
			      (struct forge_envelope){
				  .form = form, .signer = &bad, .token = &token }),
		    rows[i].reason, "%s %s: one byte of the certificate of the %s", key,
		    forms[form], rows[i].name);
	}
}

/* The signature of one image, attached to another that differs in one byte. */
static void
test_subject(struct bench *b, const char *key, enum forge_form form)
{
	struct forge_chain c = signer(b, key);
	struct forge_token token = { .tsa = &b->stage.tsa };
	struct forge_envelope spec = { .form = form, .signer = &c, .token = &token };
	struct subject s, other;
	struct bytes envelope;

	subject_open(&s, &b->stage);
	subject_new(&other, &b->stage);
	other.layer = forge_blob(
	    other.layout, "application/vnd.oci.image.layer.v1.tar", BYTES_LIT("layes"));
	other.image = forge_image(other.layout, "1", &other.layer, 1);
	forge_entry(other.layout, &other.image, STAGE_NAME ":1");
	envelope = subject_envelope(&s, spec);
	subject_attach(&s, form, envelope, &c);
	subject_attach(&other, form, envelope, &c);
	is_reason(subject_judge(&s, &b->stamped), REASON_NONE, "%s %s: its own subject",
	    key, forms[form]);
	is_reason(subject_judge(&other, &b->stamped), REASON_PAYLOAD_TARGET_MISMATCH,
	    "%s %s: another subject", key, forms[form]);
	subject_close(&other);
	subject_close(&s);
}

/* The manifest's own octets, after it was signed. */
static void
test_manifest(struct bench *b, const char *key, enum forge_form form)
{
	struct forge_chain c = signer(b, key);
	struct forge_token token = { .tsa = &b->stage.tsa };
	struct subject s;
	struct bytes text;

	subject_open(&s, &b->stage);
	subject_sign(
	    &s, (struct forge_envelope){ .form = form, .signer = &c, .token = &token });
	text = str_bytes(arena_printf(forge_mem(s.f), "%*s", (int)s.image.size, "{}"));
	forge_tamper(s.layout, &s.image, text);
	is_reason(subject_judge(&s, &b->stamped), REASON_BLOB_DIGEST_MISMATCH,
	    "%s %s: the manifest itself", key, forms[form]);
	subject_close(&s);
}

/* --- each rule once --------------------------------------------------------------------------- */

static void
test_headers(struct bench *b)
{
	static const char *const repeated[] = { "io.cncf.notary.signingScheme",
		"io.cncf.notary.signingScheme", NULL };
	static const char *const absent[] = { "io.cncf.notary.signingScheme",
		"io.cncf.notary.expiry", NULL };
	static const char *const none[] = { NULL };
	static const struct forge_header critical = { .name = "example.odd",
		.json = "1",
		.cbor = { (const uint8_t *)"\x01", 1 },
		.critical = true };
	static const struct forge_header odd = {
		.name = "example.odd", .json = "1", .cbor = { (const uint8_t *)"\x01", 1 }
	};
	const struct {
		const char *name;
		struct forge_envelope spec;
		enum reason reason;
	} rows[] = {
		{ "an unknown header", { .extra = &odd, .extra_count = 1 }, REASON_NONE },
		{ "a critical unknown header", { .extra = &critical, .extra_count = 1 },
		    REASON_ENVELOPE_CRITICAL_UNKNOWN },
		{ "a plug-in", { .plugin = "example.plugin" },
		    REASON_ENVELOPE_PLUGIN_REQUIRED },
		{ "a minimum version without plug-in", { .plugin_min = "1.0.0" },
		    REASON_ENVELOPE_CRITICAL_UNKNOWN },
		{ "an expiry to come", { .expiry = "2040-01-01T00:00:00Z" },
		    REASON_NONE },
		{ "an expiry that is now", { .expiry = NOW }, REASON_SIGNATURE_EXPIRED },
		{ "an expiry a second from now", { .expiry = "2026-06-01T00:00:01Z" },
		    REASON_NONE },
		{ "an expiry at the time of signing",
		    { .expiry = "2024-01-15T12:00:00Z" }, REASON_SIG_EXPIRY_INVALID },
		{ "no algorithm", { .no_alg = true }, REASON_SIG_ALG },
		{ "no critical list", { .no_crit = true }, REASON_SIG_CRIT },
		{ "an empty critical list", { .crit = none }, REASON_SIG_CRIT },
		{ "a critical name twice", { .crit = repeated }, REASON_SIG_CRIT },
		{ "a critical name that is not there", { .crit = absent },
		    REASON_SIG_CRIT },
		{ "no scheme", { .no_scheme = true }, REASON_SIG_CRIT },
		{ "no signing time", { .no_time = true }, REASON_SIG_TIME },
		{ "no content type", { .no_content_type = true }, REASON_SIG_HEADER },
		{ "another content type", { .content_type = "application/json" },
		    REASON_PAYLOAD_TYPE_UNSUPPORTED },
		{ "another algorithm of RSA", { .alg = "PS512", .cose_alg = -39 },
		    REASON_SIG_ALG_MISMATCH },
		{ "PKCS #1", { .sigform = FORGE_SIG_PKCS1 }, REASON_SIG_INVALID },
		{ "PKCS #1 by name", { .sigform = FORGE_SIG_PKCS1, .alg = "RS256" },
		    REASON_SIG_ALG },
		{ "a salt of 20 octets", { .salt = 20 }, REASON_SIG_INVALID },
		{ "no salt", { .salt = -1 }, REASON_SIG_INVALID },
		{ "no chain", { .no_chain = true }, REASON_CHAIN_EMPTY },
		{ "a payload that is no object", { .payload = BYTES_LIT("[]") },
		    REASON_PAYLOAD_MALFORMED },
	};

	struct forge_chain c = signer(b, "rsa2048");

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int form = 0; form < 2; form++) {
			struct forge_envelope spec = rows[i].spec;

			spec.form = form == 0 ? FORGE_JWS : FORGE_COSE;
			spec.signer = &c;
			if (form == 1 && spec.cose_alg != 0)
				spec.alg = NULL;
			is_reason(stage_verdict(&b->stage, &b->plain, spec),
			    rows[i].reason, "%s: %s", forms[form], rows[i].name);
		}
}

/* --- times ------------------------------------------------------------------------------------ */

enum who { PLAIN, STAMPED, AFTER, LOGGED };

/* A leaf of given dates. */
static struct forge_chain
dated_chain(struct bench *b, const char *from, const char *to)
{
	struct forge_cert leaf = stage_leaf(&b->stage, "p256");

	leaf.not_before = from;
	leaf.not_after = to;
	return stage_signer(&b->stage, &leaf);
}

#define SPRING "2024-01-01", "2024-03-01"
#define LONG "2024-01-01", "2049-01-01"
#define AUTHORITY "notary.x509.signingAuthority"

static void
test_times(struct bench *b)
{
	static const struct {
		const char *name;
		enum who who;
		const char *from, *to; /* of the leaf */
		const char *stamp; /* time of the token; NULL: none */
		unsigned seconds; /* its accuracy */
		const char *scheme, *signed_at;
		enum reason reason;
	} rows[] = {
		{ "valid now", PLAIN, LONG, NULL, 0, NULL, NULL, REASON_NONE },
		{ "expired", PLAIN, SPRING, NULL, 0, NULL, NULL, REASON_CERT_EXPIRED },
		{ "expired, a token nobody asked for", PLAIN, SPRING, "2024-02-01", 0,
		    NULL, NULL, REASON_CERT_EXPIRED },
		{ "last second", PLAIN, "2024-01-01", NOW, NULL, 0, NULL, NULL,
		    REASON_NONE },
		{ "a second late", PLAIN, "2024-01-01", "2026-05-31T23:59:59Z", NULL, 0,
		    NULL, NULL, REASON_CERT_EXPIRED },
		{ "first second", PLAIN, NOW, "2040-01-01", NULL, 0, NULL, NOW,
		    REASON_NONE },
		{ "a second early", PLAIN, "2026-06-01T00:00:01Z", "2040-01-01", NULL, 0,
		    NULL, NOW, REASON_CERT_NOT_YET_VALID },
		{ "signed a little before its certificate", PLAIN, LONG, NULL, 0, NULL,
		    "2023-12-31T23:55:00Z", REASON_NONE },
		{ "signed before its certificate", PLAIN, LONG, NULL, 0, NULL,
		    "2023-12-31T23:54:59Z", REASON_SIG_TIME },
		{ "signed tomorrow", PLAIN, LONG, NULL, 0, NULL, "2026-06-02T00:00:00Z",
		    REASON_SIG_TIME },
		{ "valid now, no token", AFTER, LONG, NULL, 0, NULL, NULL, REASON_NONE },
		{ "valid now, a token demanded", STAMPED, LONG, NULL, 0, NULL, NULL,
		    REASON_TIMESTAMP_MISSING },
		{ "expired, no token", AFTER, SPRING, NULL, 0, NULL, NULL,
		    REASON_TIMESTAMP_MISSING },
		{ "expired, a token in time", AFTER, SPRING, "2024-02-01", 0, NULL, NULL,
		    REASON_NONE },
		{ "expired, a token in the last second", AFTER, SPRING, "2024-03-01", 0,
		    NULL, NULL, REASON_NONE },
		{ "expired, a token that may be late", AFTER, SPRING, "2024-03-01", 1,
		    NULL, NULL, REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "expired, a late token", AFTER, SPRING, "2024-03-01T00:00:01Z", 0, NULL,
		    NULL, REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "expired, a token that may be early", AFTER, SPRING, "2024-01-01", 1,
		    NULL, NULL, REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "expired, no token, logged", LOGGED, SPRING, NULL, 0, NULL, NULL,
		    REASON_NONE },
		{ "authority, expired since", PLAIN, SPRING, NULL, 0, AUTHORITY,
		    "2024-02-01T00:00:00Z", REASON_NONE },
		{ "authority, expired before", PLAIN, SPRING, NULL, 0, AUTHORITY,
		    "2024-03-01T00:00:01Z", REASON_CERT_NOT_VALID_AT_SIGNING },
		{ "authority, not in the store of its kind", AFTER, LONG, NULL, 0,
		    AUTHORITY, NULL, REASON_CERT_UNTRUSTED },
	};

	struct judge *judges[] = { &b->plain, &b->stamped, &b->after, &b->logged };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_chain c = dated_chain(b, rows[i].from, rows[i].to);
		struct forge_token token = { .tsa = &b->stage.tsa,
			.time = rows[i].stamp,
			.seconds = rows[i].seconds };
		struct forge_envelope spec = { .signer = &c,
			.scheme = rows[i].scheme,
			.signing_time = rows[i].signed_at,
			.token = rows[i].stamp == NULL ? NULL : &token };

		is_reason(stage_verdict(&b->stage, judges[rows[i].who], spec),
		    rows[i].reason, "%s", rows[i].name);
		if (rows[i].who == LOGGED)
			ok(judge_found(&b->logged, REASON_TIMESTAMP_MISSING, false),
			    "%s: kept as a finding that does not block", rows[i].name);
	}
}

/* --- tokens ------------------------------------------------------------------------------------- */

#define T .tsa = &b->stage.tsa
#define OID_DATA "1.2.840.113549.1.7.1"

/* An authority of its own, whose root is no anchor of ours. */
static struct forge_chain
stranger_tsa(struct forge *f)
{
	struct forge_chain c = { .key = forge_key(f, "other"), .count = 2 };
	struct forge_cert root =
	    forge_cert_root(forge_key(f, "other-ca"), "CN=Stranger Root");
	struct forge_cert leaf;

	c.cert[1] = forge_cert(f, &root);
	leaf = forge_cert_tsa(c.key, "CN=stranger", c.cert[1], forge_key(f, "other-ca"));
	c.cert[0] = forge_cert(f, &leaf);
	return c;
}

/* The same with a purpose that is not critical, under our own. */
static struct forge_chain
soft_tsa(struct bench *b)
{
	struct forge_chain c = b->stage.tsa;
	struct forge_cert leaf =
	    forge_cert_tsa(c.key, "CN=soft", c.cert[1], forge_key(b->stage.f, "tsa-sub"));

	leaf.eku_critical = false;
	c.cert[0] = forge_cert(b->stage.f, &leaf);
	return c;
}

static void
test_tokens(struct bench *b)
{
	struct forge_chain stranger = stranger_tsa(b->stage.f);
	struct forge_chain soft = soft_tsa(b);
	const struct {
		const char *name;
		struct forge_token token;
		enum reason reason;
	} rows[] = {
		{ "plain", { T }, REASON_NONE },
		{ "imprint of SHA-512", { T, .imprint_hash = "SHA512" }, REASON_NONE },
		{ "imprint of SHA-1", { T, .imprint_hash = "SHA1" },
		    REASON_TST_IMPRINT_ALG },
		{ "another imprint", { T, .break_imprint = true }, REASON_TST_IMPRINT },
		{ "PSS", { T, .pss = true }, REASON_NONE },
		{ "algorithm with its hash", { T, .named_sigalg = true }, REASON_NONE },
		{ "ESS of SHA-384", { T, .ess_hash = "SHA384" }, REASON_NONE },
		{ "ESS with serial", { T, .ess_issuer_serial = true }, REASON_NONE },
		{ "ESS version 1", { T, .ess = FORGE_ESS_V1 }, REASON_TST_ESS },
		{ "no ESS", { T, .ess = FORGE_ESS_NONE }, REASON_TST_ESS },
		{ "ESS of another", { T, .ess_cert = b->stage.tsa.cert[1] },
		    REASON_TST_ESS_HASH },
		{ "SignedData version 4", { T, .data_version = 4 }, REASON_TST_SYNTAX },
		{ "SignerInfo version 3", { T, .signer_version = 3 },
		    REASON_TST_SIGNER_VERSION },
		{ "TSTInfo version 2", { T, .info_version = 2 }, REASON_TST_INFO },
		{ "plain data", { T, .content_type = OID_DATA },
		    REASON_TST_CONTENT_TYPE },
		{ "two signers", { T, .two_signers = true }, REASON_TST_SIGNERS },
		{ "no signer", { T, .no_signer = true }, REASON_TST_SIGNERS },
		{ "no signed attributes", { T, .no_attrs = true }, REASON_TST_ESS },
		{ "no certificates", { T, .no_certs = true }, REASON_TST_SIGNER_CERT },
		{ "broken digest", { T, .break_digest = true }, REASON_TST_ATTRS },
		{ "broken signature", { T, .break_signature = true },
		    REASON_TST_SIGNATURE },
		{ "octets behind it", { T, .trailer = BYTES_LIT("\0") },
		    REASON_TST_SYNTAX },
		{ "signing time", { T, .signing_time = "2024-02-01" }, REASON_NONE },
		{ "early signing", { T, .signing_time = "2023-12-31" },
		    REASON_TST_SIGNING_TIME },
		{ "early time", { T, .time = "2023-12-31" }, REASON_CERT_NOT_YET_VALID },
		{ "purpose not critical", { .tsa = &soft }, REASON_TSA_EKU },
		{ "another authority", { .tsa = &stranger }, REASON_TSA_NOT_TRUSTED },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		is_reason(stage_verdict(&b->stage, &b->stamped,
			      (struct forge_envelope){
				  .form = FORGE_COSE, .token = &rows[i].token }),
		    rows[i].reason, "token: %s", rows[i].name);
}

/* --- every byte ----------------------------------------------------------------------------------- */

/* Octets that no signature covers and that nobody believes: they may change without a word. */
struct span {
	size_t from, to;
};

struct free_spans {
	struct span v[3];
	size_t n;
};

static struct span
span_of(struct bytes in, struct bytes part)
{
	const uint8_t *hit = memmem(in.ptr, in.len, part.ptr, part.len);
	size_t at;

	if (hit == NULL)
		forge_die("a part of %zu octets is not there", part.len);
	at = (size_t)(hit - in.ptr);
	return (struct span){ at, at + part.len };
}

/* The token of a JWS, decoded; *from is where its text stands. */
static struct bytes
jws_token(struct forge *f, struct bytes envelope, size_t *from)
{
	const uint8_t *text, *end;
	uint8_t *raw;
	size_t len;

	*from = forge_after(envelope, "timestampSignature\":\"");
	text = envelope.ptr + *from;
	end = memchr(text, '"', envelope.len - *from);
	if (end == NULL)
		forge_die("no token");
	len = (size_t)(end - text);
	raw = arena_alloc(forge_mem(f), len);
	EVP_DecodeBlock(raw, text, (int)len);
	return bytes_of(raw, len / 4 * 3);
}

/*
 * The name and value of the signing agent. In a token: its copy of the root, since only the
 * store's counts, and the list of digest algorithms beside the signer's own (RFC 5652 section 5.1:
 * a hint for one-pass readers).
 */
static struct free_spans
spans_free(struct bench *b, enum forge_form form, struct bytes envelope, bool stamped)
{
	static const char digests[] =
	    "\x31\x0f\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"
	    "\x01\x05";
	struct free_spans s = { .n = 1 };
	struct bytes token = envelope;
	size_t from = 0;

	s.v[0] = span_of(envelope, BYTES_LIT("io.cncf.notary.signingAgent"));
	s.v[0].to += strlen("\":\"example/1");
	if (!stamped)
		return s;
	if (form == FORGE_JWS)
		token = jws_token(b->stage.f, envelope, &from);
	s.v[s.n++] = span_of(token, bytes_of(digests, sizeof(digests) - 1));
	s.v[s.n++] = span_of(token, b->stage.tsa.cert[2]);
	for (size_t i = 1; form == FORGE_JWS && i < s.n; i++)
		s.v[i] = (struct span){ from + s.v[i].from * 4 / 3,
			from + (s.v[i].to * 4 + 2) / 3 };
	return s;
}

static bool
within(const struct free_spans *s, size_t at)
{
	for (size_t i = 0; i < s->n; i++)
		if (at >= s->v[i].from && at < s->v[i].to)
			return true;
	return false;
}

struct flips { /* of one envelope */
	struct judge *judge;
	enum forge_form form;
	struct judge_target target;
	struct bytes envelope;
	struct free_spans spans;
	size_t tried, wrong, tolerated;
};

static void
flip(struct flips *x, uint8_t *copy, size_t at, uint8_t mask)
{
	enum reason r;

	copy[at] ^= mask;
	r = judge_bare(x->judge, &x->target, forge_envelope_type(x->form),
	    bytes_of(copy, x->envelope.len));
	copy[at] ^= mask;
	if ((r == REASON_NONE) != (x->judge->verdict.state == STATE_COMPLIANT))
		tap_note("byte %zu: state and reason disagree", at);
	if (++x->tried % 2000 == 0)
		judge_renew(x->judge); /* certificates that were met once only */
	if (r != REASON_NONE)
		return;
	if (within(&x->spans, at))
		x->tolerated++;
	else if (x->wrong++ < 10)
		tap_note("compliant with bits %02x of byte %zu changed", mask, at);
}

/*
 * Each byte gets another value, and none of these envelopes may be compliant but those in the
 * spans above. `every` bit by itself for the small envelope, one bit of each byte for the large.
 */
static void
test_every_byte(struct bench *b, enum forge_form form, bool stamped)
{
	struct forge_token token = { .tsa = &b->stage.tsa };
	struct flips x = { .judge = stamped ? &b->stamped : &b->alone, .form = form };
	struct forge_envelope spec = { .form = form,
		.signer = stamped ? &b->stage.ca : &b->stage.alone,
		.token = stamped ? &token : NULL,
		.agent = "example/1" };
	struct subject s;
	uint8_t *copy;

	subject_new(&s, &b->stage);
	x.target = subject_target(&s);
	x.envelope = subject_envelope(&s, spec);
	x.spans = spans_free(b, form, x.envelope, stamped);
	copy = arena_alloc(forge_mem(s.f), x.envelope.len);
	memcpy(copy, x.envelope.ptr, x.envelope.len);
	is_reason(judge_bare(x.judge, &x.target, forge_envelope_type(form), x.envelope),
	    REASON_NONE, "%s%s: unchanged", forms[form], stamped ? " with token" : "");
	for (size_t at = 0; at < x.envelope.len; at++)
		for (unsigned bit = 0; bit < 8; bit++)
			if (!stamped || bit == at % 8)
				flip(&x, copy, at, (uint8_t)(1U << bit));
	ok(x.wrong == 0, "%s%s: %zu changes of one bit", forms[form],
	    stamped ? " with token" : "", x.tried);
	ok(x.tolerated > 0, "%s%s: %zu of them where nobody looks", forms[form],
	    stamped ? " with token" : "", x.tolerated);
	subject_close(&s);
}

int
main(void)
{
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < COUNT(keys); i++)
		for (int form = 0; form < 2; form++) {
			enum forge_form f = form == 0 ? FORGE_JWS : FORGE_COSE;

			test_parts(&b, keys[i], f);
			test_chain(&b, keys[i], f);
			test_subject(&b, keys[i], f);
			test_manifest(&b, keys[i], f);
		}
	test_headers(&b);
	test_times(&b);
	test_tokens(&b);
	for (int stamped = 0; stamped < 2; stamped++) {
		test_every_byte(&b, FORGE_JWS, stamped);
		test_every_byte(&b, FORGE_COSE, stamped);
	}
	bench_close(&b);
	return tap_done();
}
