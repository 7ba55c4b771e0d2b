/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A good signature, and what becomes of it when one thing changes: each part by one byte for each
 * key and envelope, then each rule of the signature once, then every byte of two envelopes.
 */
#include <stdlib.h>

#include "tests/lib/forge.h"
#include "tests/lib/judge.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define NOW "2026-06-01T00:00:00Z"
#define NAME "registry.example/a/b"
/* The last octets of tag 1 and the time 2024-01-15T12:00:00Z, behind their name. */
#define COSE_TIME "signingTime\xc1\x1a\x65\xa5\x1e\x40"

static const char *const keys[] = { "rsa2048", "rsa3072", "rsa4096", "p256", "p384",
	"p521" };
static const char *const forms[] = { "jws", "cose" };

struct bench {
	struct scratch dir;
	struct forge *f; /* for what stays; a case has its own */
	struct judge stamped; /* strict, a token always demanded */
	struct judge plain; /* strict, no tsa store */
	struct judge after; /* strict, a token demanded after expiry */
	struct judge logged; /* audit */
	struct forge_chain tsa;
	unsigned cases;
};

static const char *
policy(struct bench *b, const char *name, const char *verification, const char *stores)
{
	struct forge_chain ca = forge_chain(b->f, forge_key(b->f, "rsa2048"), "Example");
	const char *dir = arena_printf(forge_mem(b->f), "%s/%s", b->dir.path, name).ptr;
	const char *rel[] = { "ca/root", "signingAuthority/root", "tsa/root" };

	for (size_t i = 0; i < COUNT(rel); i++)
		scratch_put(&b->dir,
		    arena_printf(
			forge_mem(b->f), "%s/truststore/x509/%s/root.pem", name, rel[i])
			.ptr,
		    str_bytes(forge_pem(b->f, i == 2 ? b->tsa.cert[2] : ca.cert[2])));
	scratch_json(&b->dir,
	    arena_printf(forge_mem(b->f), "%s/trustpolicy.json", name).ptr,
	    arena_printf(forge_mem(b->f),
		"{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],"
		"'signatureVerification':{%s},'trustStores':[%s],"
		"'trustedIdentities':['x509.subject:C=US,ST=WA,O=Example']}]}",
		verification, stores)
		.ptr);
	return dir;
}

static void
bench_open(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	scratch_open(&b->dir);
	b->f = forge_new();
	b->tsa = forge_chain_tsa(b->f, forge_key(b->f, "tsa"), "Example Time");
	judge_open(&b->stamped,
	    policy(b, "stamped", "'level':'strict'", "'ca:root','tsa:root'"), NOW);
	judge_open(&b->plain,
	    policy(b, "plain", "'level':'strict'", "'ca:root','signingAuthority:root'"),
	    NOW);
	judge_open(&b->after,
	    policy(b, "after",
		"'level':'strict',"
		"'verifyTimestamp':'afterCertExpiry'",
		"'ca:root','tsa:root'"),
	    NOW);
	judge_open(&b->logged,
	    policy(b, "logged", "'level':'audit'", "'ca:root','tsa:root'"), NOW);
}

static void
bench_close(struct bench *b)
{
	judge_close(&b->stamped);
	judge_close(&b->plain);
	judge_close(&b->after);
	judge_close(&b->logged);
	forge_free(b->f);
	scratch_close(&b->dir);
}

/* --- one layout with one signed image --------------------------------------------------- */

struct subject {
	struct forge_layout *layout;
	struct forge_desc image;
	const char *dir;
};

static struct subject
subject_new(struct bench *b, struct forge *f)
{
	struct subject s;
	struct forge_desc layer;

	s.dir = arena_printf(forge_mem(f), "%s/case-%u", b->dir.path, b->cases++).ptr;
	s.layout = forge_layout_new(f, s.dir);
	layer = forge_blob(
	    s.layout, "application/vnd.oci.image.layer.v1.tar", BYTES_LIT("layer"));
	s.image = forge_image(s.layout, "1", &layer, 1);
	return s;
}

static struct bytes
payload_for(struct forge *f, const struct subject *s)
{
	struct forge_target target = { .media_type = s->image.media_type,
		.digest = s->image.digest.ptr,
		.size = s->image.size };

	return forge_payload(f, &target);
}

static enum reason
judge_envelope(struct judge *j, struct subject *s, enum forge_form form,
    struct bytes envelope, const struct forge_chain *signer)
{
	struct forge_referrer ref = {
		.subject = s->image, .form = form, .envelope = envelope, .signer = signer
	};
	struct forge_desc signature = forge_referrer(s->layout, &ref);

	forge_entry(s->layout, &s->image, NAME ":1");
	forge_entry(s->layout, &signature, NULL);
	forge_layout_end(s->layout);
	return judge_folder(j, s->dir, NAME);
}

/* The envelope of `spec` over a new image; what spec leaves out is filled in. */
static enum reason
judge_spec(struct bench *b, struct forge *f, struct judge *j, struct forge_envelope spec)
{
	struct subject s = subject_new(b, f);

	if (spec.payload.len == 0)
		spec.payload = payload_for(f, &s);
	return judge_envelope(j, &s, spec.form, forge_envelope(f, &spec), spec.signer);
}

/* --- one byte of each part, for each key and form ------------------------------------------ */

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
		{ FORGE_PART_CHAIN, "chain", NULL, 0, REASON_CHAIN_ORDER },
		{ FORGE_PART_TOKEN, "token", NULL, 0, REASON_TST_SIGNATURE },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge *f = forge_new();
		struct forge_chain c = forge_chain(f, forge_key(f, key), "Example");
		struct forge_token token = { .tsa = &b->tsa, .time = "2024-02-01" };
		struct forge_envelope spec = { .form = form,
			.signer = &c,
			.token = &token,
			.flip = rows[i].part,
			.flip_near = rows[i].near,
			.flip_at = rows[i].at };

		/* The last byte of a certificate and of a token is one of its signature. */
		if (rows[i].part == FORGE_PART_CHAIN)
			spec.flip_at = c.cert[0].len - 1;
		else if (rows[i].part == FORGE_PART_TOKEN)
			spec.flip_at = forge_token(f, &token, BYTES_LIT("x")).len - 1;
		is_reason(judge_spec(b, f, &b->stamped, spec), rows[i].reason,
		    "%s %s: one byte of %s", key, forms[form], rows[i].name);
		forge_free(f);
	}
}

/* The signature of one image, attached to another that differs in one byte. */
static void
test_subject(struct bench *b, const char *key, enum forge_form form)
{
	struct forge *f = forge_new();
	struct forge_chain c = forge_chain(f, forge_key(f, key), "Example");
	struct forge_token token = { .tsa = &b->tsa };
	struct subject s = subject_new(b, f), other = subject_new(b, f);
	struct forge_envelope spec = {
		.form = form, .signer = &c, .token = &token, .payload = payload_for(f, &s)
	};
	struct forge_desc layer = forge_blob(
	    other.layout, "application/vnd.oci.image.layer.v1.tar", BYTES_LIT("layes"));

	other.image = forge_image(other.layout, "1", &layer, 1);
	is_reason(judge_envelope(&b->stamped, &other, form, forge_envelope(f, &spec), &c),
	    REASON_PAYLOAD_TARGET_MISMATCH, "%s %s: another subject", key, forms[form]);
	forge_free(f);
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

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int form = 0; form < 2; form++) {
			struct forge *f = forge_new();
			struct forge_chain c =
			    forge_chain(f, forge_key(f, "rsa2048"), "Example");
			struct forge_envelope spec = rows[i].spec;

			spec.form = form == 0 ? FORGE_JWS : FORGE_COSE;
			spec.signer = &c;
			if (form == 1 && spec.cose_alg != 0)
				spec.alg = NULL;
			is_reason(judge_spec(b, f, &b->plain, spec), rows[i].reason,
			    "%s: %s", forms[form], rows[i].name);
			forge_free(f);
		}
}

/* --- times ------------------------------------------------------------------------------------ */

enum who { PLAIN, STAMPED, AFTER, LOGGED };

/* A leaf of given dates under the ordinary CAs. */
static struct forge_chain
dated_chain(struct forge *f, const char *from, const char *to)
{
	struct forge_chain c = forge_chain(f, forge_key(f, "p256"), "Example");
	struct forge_cert leaf = forge_cert_leaf(
	    c.key, "C=US,ST=WA,O=Example,CN=dated", c.cert[1], forge_key(f, "ca-sub"));

	leaf.not_before = from;
	leaf.not_after = to;
	c.cert[0] = forge_cert(f, &leaf);
	return c;
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
		/* What is not valid yet cannot have signed yet either. */
		{ "a second early", PLAIN, "2026-06-01T00:00:01Z", "2040-01-01", NULL, 0,
		    NULL, NOW, REASON_SIG_TIME },
		{ "signed before its certificate", PLAIN, LONG, NULL, 0, NULL,
		    "2023-12-31T23:59:59Z", REASON_SIG_TIME },
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
		struct forge *f = forge_new();
		struct forge_chain c = dated_chain(f, rows[i].from, rows[i].to);
		struct forge_token token = {
			.tsa = &b->tsa, .time = rows[i].stamp, .seconds = rows[i].seconds
		};
		struct forge_envelope spec = { .signer = &c,
			.scheme = rows[i].scheme,
			.signing_time = rows[i].signed_at,
			.token = rows[i].stamp == NULL ? NULL : &token };

		is_reason(judge_spec(b, f, judges[rows[i].who], spec), rows[i].reason,
		    "%s", rows[i].name);
		if (rows[i].who == LOGGED)
			ok(judge_found(&b->logged, REASON_TIMESTAMP_MISSING, false),
			    "%s: kept as a finding that does not block", rows[i].name);
		forge_free(f);
	}
}

/* --- tokens ------------------------------------------------------------------------------------- */

#define T .tsa = &b->tsa
#define OID_DATA "1.2.840.113549.1.7.1"

static void
test_tokens(struct bench *b)
{
	struct forge_chain stranger =
	    forge_chain_tsa(b->f, forge_key(b->f, "other"), "Stranger");
	struct forge_chain soft = b->tsa;
	struct forge_cert leaf = forge_cert_tsa(
	    b->tsa.key, "CN=soft", b->tsa.cert[1], forge_key(b->f, "tsa-sub"));
	struct forge_cert root =
	    forge_cert_root(forge_key(b->f, "other-ca"), "CN=Stranger Root");

	leaf.eku_critical = false;
	soft.cert[0] = forge_cert(b->f, &leaf);
	/* A chain of its own, so that its root is no anchor of ours. */
	stranger.cert[1] = forge_cert(b->f, &root);
	stranger.count = 2;
	stranger.cert[2] = (struct bytes){ NULL, 0 };
	leaf = forge_cert_tsa(
	    stranger.key, "CN=stranger", stranger.cert[1], forge_key(b->f, "other-ca"));
	stranger.cert[0] = forge_cert(b->f, &leaf);

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
		{ "ESS of another", { T, .ess_cert = b->tsa.cert[1] },
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
		{ "early time", { T, .time = "2023-12-31" }, REASON_TSA_NOT_TRUSTED },
		{ "purpose not critical", { .tsa = &soft }, REASON_TSA_EKU },
		{ "another authority", { .tsa = &stranger }, REASON_TSA_NOT_TRUSTED },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge *f = forge_new();
		struct forge_chain c = forge_chain(f, forge_key(f, "p256"), "Example");
		struct forge_envelope spec = {
			.form = FORGE_COSE, .signer = &c, .token = &rows[i].token
		};

		is_reason(judge_spec(b, f, &b->stamped, spec), rows[i].reason,
		    "token: %s", rows[i].name);
		forge_free(f);
	}
}

/* --- every byte ----------------------------------------------------------------------------------- */

/* Octets that no signature covers and that nobody believes: they may change without a word. */
struct span {
	size_t from, to;
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

/*
 * In a token: its copy of the root, since only the store's counts, and the list of digest
 * algorithms beside the signer's own (RFC 5652 section 5.1: a hint for one-pass readers). Outside:
 * the name and value of the signing agent. `from` is where the token stands as text or octets.
 */
static size_t
free_spans(
    struct span out[3], struct bench *b, enum forge_form form, struct bytes envelope)
{
	static const char digests[] =
	    "\x31\x0f\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"
	    "\x01\x05";
	struct bytes agent = BYTES_LIT("io.cncf.notary.signingAgent"), token = envelope;
	size_t from = 0;
	uint8_t *raw;

	if (form == FORGE_JWS) {
		from = forge_after(envelope, "timestampSignature\":\"");
		token.ptr = envelope.ptr + from;
		token.len = (size_t)((const uint8_t *)memchr(
					 token.ptr, '"', envelope.len - from) -
				     token.ptr);
		raw = arena_alloc(forge_mem(b->f), token.len);
		EVP_DecodeBlock(raw, token.ptr, (int)token.len);
		token = bytes_of(raw, token.len / 4 * 3);
	}
	out[0] = span_of(token, bytes_of(digests, sizeof(digests) - 1));
	out[1] = span_of(token, b->tsa.cert[2]);
	if (form == FORGE_JWS)
		for (size_t i = 0; i < 2; i++)
			out[i] = (struct span){ from + out[i].from * 4 / 3,
				from + (out[i].to * 4 + 2) / 3 };
	out[2] = span_of(envelope, agent);
	out[2].to += strlen("\":\"example/1");
	return 3;
}

static bool
within(const struct span *spans, size_t count, size_t at)
{
	for (size_t i = 0; i < count; i++)
		if (at >= spans[i].from && at < spans[i].to)
			return true;
	return false;
}

static enum reason
judge_flipped(struct bench *b, enum forge_form form, struct bytes envelope, size_t at)
{
	struct forge *f = forge_new();
	struct subject s = subject_new(b, f);
	enum reason r = judge_envelope(&b->stamped, &s, form,
	    forge_flip(f, envelope, at, (uint8_t)(1u << at % 8)), NULL);

	scratch_remove(&b->dir, s.dir + strlen(b->dir.path) + 1);
	forge_free(f);
	return r;
}

/*
 * One byte after the other gets another value, and none of these envelopes may be compliant. Each
 * seventh byte only, unless ASSAY_TEST_LONG is set: there are twenty thousand.
 */
static void
test_every_byte(struct bench *b, enum forge_form form)
{
	struct forge_chain c = forge_chain(b->f, forge_key(b->f, "p256"), "Example");
	struct forge_token token = { .tsa = &b->tsa };
	struct subject s = subject_new(b, b->f);
	struct forge_envelope spec = { .form = form,
		.signer = &c,
		.token = &token,
		.payload = payload_for(b->f, &s),
		.agent = "example/1" };
	struct bytes envelope = forge_envelope(b->f, &spec);
	size_t step = getenv("ASSAY_TEST_LONG") == NULL ? 7 : 1, tried = 0, accepted = 0;
	struct span spans[3];
	size_t count = free_spans(spans, b, form, envelope);

	ok(judge_envelope(&b->stamped, &s, form, envelope, &c) == REASON_NONE,
	    "%s: unchanged", forms[form]);
	for (size_t at = 0; at < envelope.len; at += step) {
		if (within(spans, count, at))
			continue;
		tried++;
		if (judge_flipped(b, form, envelope, at) == REASON_NONE &&
		    accepted++ < 10)
			tap_note("%s: compliant with byte %zu changed", forms[form], at);
	}
	ok(accepted == 0 && tried > 900, "%s: %zu bytes changed, one at a time",
	    forms[form], tried);
}

int
main(void)
{
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < COUNT(keys); i++)
		for (int form = 0; form < 2; form++) {
			test_parts(&b, keys[i], form == 0 ? FORGE_JWS : FORGE_COSE);
			test_subject(&b, keys[i], form == 0 ? FORGE_JWS : FORGE_COSE);
		}
	test_headers(&b);
	test_times(&b);
	test_tokens(&b);
	test_every_byte(&b, FORGE_JWS);
	test_every_byte(&b, FORGE_COSE);
	bench_close(&b);
	return tap_done();
}
