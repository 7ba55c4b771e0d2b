/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures shown without being judged, and what each step keeps: always strict JSON, whatever
 * the names in it are.
 */
#include <stdio.h>

#include "codec/jsonin.h"
#include "verify/checkers.h"
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define DIGEST "sha256:a000000000000000000000000000000000000000000000000000000000000001"

struct bench {
	struct stage st;
	struct judge j;
	struct store *store; /* of the signature that is shown */
};

/* A signature manifest's node over one envelope. */
static void
holder(struct node *n, struct descriptor *d, struct bench *b, enum forge_form form,
    struct bytes envelope)
{
	struct blob blob = { .size = envelope.len, .flags = BLOB_META };
	struct err err;
	bool again;

	hasher_of(b->j.hasher, DIGEST_SHA256, envelope, &blob.digest);
	*d = (struct descriptor){ .media_type = str_of(forge_envelope_type(form)),
		.digest_text = STR(DIGEST),
		.digest = blob.digest,
		.size = envelope.len };
	*n = (struct node){ .digest_text = STR(DIGEST),
		.media_type = STR("application/vnd.oci.image.manifest.v1+json"),
		.state = NODE_PRESENT,
		.effective_type = STR("application/vnd.cncf.notary.signature") };
	n->manifest = (struct manifest){ .has_config = true,
		.config = { .media_type = n->effective_type },
		.children = d,
		.child_count = 1 };
	store_free(b->store);
	b->store = store_new(&b->j.limits, b->j.hasher);
	store_add(b->store, &blob, envelope, &again, &err);
}

static int
inspect(struct bench *b, enum forge_form form, struct bytes envelope)
{
	struct verify_tools tools = { .certs = b->j.certs,
		.chains = b->j.chains,
		.hasher = b->j.hasher,
		.limits = &b->j.limits,
		.policy = &b->j.policy,
		.time = b->j.time };
	struct descriptor d;
	struct node n;
	struct err err;

	arena_clear(&b->j.mem);
	verdict_init(&b->j.verdict, &b->j.mem, 1000);
	holder(&n, &d, b, form, envelope);
	return checker_show(&b->j.verdict, &tools, b->store, &n, &err);
}

static struct bytes
envelope(struct bench *b, struct forge_envelope spec)
{
	struct forge_target t = { .digest = DIGEST,
		.size = 42,
		.annotations = "{\"a\\u001b\":\"\\\"\\\\\\u202e\"}" };

	if (spec.payload.ptr == NULL)
		spec.payload = forge_payload(b->st.f, &t);
	if (spec.signer == NULL)
		spec.signer = &b->st.ca;
	return forge_envelope(b->st.f, &spec);
}

/* The document of the signature: some step carries it. */
static struct jv
shown(struct json **doc, struct bench *b)
{
	const struct verdict *v = &b->j.verdict;
	struct err err = { .reason = REASON_NONE };
	struct str data = STR_NONE;

	for (size_t i = 0; i < v->steps.n && data.ptr == NULL; i++)
		data = v->steps.v[i].data;
	if (data.ptr == NULL ||
	    jsonin_parse(doc, str_bytes(data), &b->j.limits, NULL, &err) != 0) {
		tap_note("not JSON: %.*s %s", STR_ARG(data), err.text);
		return (struct jv){ 0 };
	}
	return jsonin_root(*doc);
}

static void
is_member(struct jv obj, const char *name, const char *want, const char *what)
{
	struct str got = STR("(absent)");
	struct err err;

	if (jsonin_present(jsonin_get(obj, name)))
		jsonin_as_str(&got, jsonin_get(obj, name), &err);
	is_str(got, want, "%s: %s", what, name);
}

static void
is_number(struct jv obj, const char *name, uint64_t want, const char *what)
{
	uint64_t got = 0;
	struct err err;

	jsonin_u64(&got, obj, name, &err);
	is_u64(got, want, "%s: %s", what, name);
}

static struct jv
item(struct jv array, size_t at)
{
	struct jv v = jsonin_first(array);

	while (at-- > 0)
		v = jsonin_next(v);
	return v;
}

static const char *
fingerprint(struct bench *b, struct bytes der)
{
	struct forge *f = b->st.f;

	return arena_printf(forge_mem(f), "sha256:%.*s",
	    STR_ARG(forge_hex(f, forge_hash(f, "SHA256", der))))
	    .ptr;
}

/* The certificates of the view are those that were put in, each with its facts. */
static void
are_certs(struct bench *b, struct jv array, const struct forge_chain *chain,
    const char *organization, const char *what)
{
	is_u64(jsonin_count(array), chain->count, "%s: certificates", what);
	for (size_t i = 0; i < chain->count; i++) {
		struct jv c = item(array, i);
		struct str subject = STR_NONE;
		struct err err;

		is_member(c, "sha256", fingerprint(b, chain->cert[i]), what);
		ok(jsonin_str(&subject, c, "subject", &err) == 0 &&
			str_starts(subject, STR("CN=")) &&
			memmem(subject.ptr, subject.len, organization,
			    strlen(organization)) != NULL,
		    "%s: certificate %zu names its subject, last part first", what, i);
		is_member(c, "not_before", "2024-01-01T00:00:00Z", what);
		is_member(c, "not_after", "2049-12-31T23:59:59Z", what);
		if (i + 1 < chain->count) {
			struct str issuer = STR_NONE, next = STR_NONE;

			jsonin_str(&issuer, c, "issuer", &err);
			jsonin_str(&next, item(array, i + 1), "subject", &err);
			ok(issuer.len > 0 && str_equal(issuer, next),
			    "%s: issuer of %zu is the subject of the next", what, i);
		}
	}
}

static void
is_signer(struct jv certs, size_t want, const char *what)
{
	for (size_t i = 0; i < jsonin_count(certs); i++) {
		bool signer = false;
		struct err err;

		jsonin_bool(&signer, item(certs, i), "signer", &err);
		ok(signer == (i == want), "%s: certificate %zu %s the token", what, i,
		    i == want ? "signs" : "does not sign");
	}
}

static void
test_token_shown(
    struct bench *b, struct jv stamp, struct bytes signature, const char *what)
{
	struct forge *f = b->st.f;

	is_member(stamp, "time", "2024-02-01T00:00:00Z", what);
	is_member(stamp, "lower", "2024-01-31T23:59:59.75Z", what);
	is_member(stamp, "upper", "2024-02-01T00:00:00.25Z", what);
	is_number(stamp, "accuracy_us", 250000, what);
	is_member(stamp, "policy", "1.3.6.1.4.1.32473.77", what);
	is_member(stamp, "serial", "0badcafe", what);
	is_member(stamp, "imprint_algorithm", "sha384", what);
	if (signature.len > 0)
		is_member(stamp, "imprint",
		    forge_hex(f, forge_hash(f, "SHA384", signature)).ptr, what);
	is_member(stamp, "signing_time", "2024-02-01T00:00:00Z", what);
	are_certs(
	    b, jsonin_get(stamp, "certificates"), &b->st.tsa, "O=Example Time", what);
	is_signer(jsonin_get(stamp, "certificates"), 0, what);
}

/* The signature's octets in a COSE envelope: the last item of the array. */
static struct bytes
cose_signature(struct bytes envelope, size_t len)
{
	return (struct bytes){ envelope.ptr + envelope.len - len, len };
}

static void
test_shown(struct bench *b, enum forge_form form)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	const char *what = form == FORGE_JWS ? "jws" : "cose";
	static const struct forge_header extra[] = {
		{ .name = "example \"odd\"",
		    .json = "\"a\\u0007b\"",
		    .cbor = { (const uint8_t *)"\x63\x61\x07\x62", 4 } },
		{ .name = "example.critical",
		    .json = "\"yes\"",
		    .critical = true,
		    .cbor = { (const uint8_t *)"\x63yes", 4 } },
	};
	struct forge_token token = { .tsa = &b->st.tsa,
		.millis = 250,
		.serial = 0xbadcafe,
		.policy = "1.3.6.1.4.1.32473.77",
		.imprint_hash = "SHA384",
		.signing_time = "2024-02-01" };
	struct bytes octets = envelope(b, (struct forge_envelope){ .form = form,
					      .token = &token,
					      .expiry = "2025-01-01T00:00:00Z",
					      .plugin = "com.example.plugin",
					      .plugin_min = "1.2.3",
					      .extra = extra,
					      .extra_count = COUNT(extra),
					      .agent = "agent \x1b[31m" });
	const struct signature_record *s;
	struct jv root, attributes, artifact, others, extended;
	bool critical = false;
	struct err err;

	ok(inspect(b, form, octets) == 0, "%s: shown", what);
	s = &b->j.verdict.signatures.v[0];
	ok(b->j.verdict.signatures.n == 1 && s->state == SIGNATURE_SKIPPED &&
		b->j.verdict.findings.n == 0,
	    "%s: nothing is judged", what);
	is_str(s->algorithm, "ECDSA-SHA-256", "%s: algorithm", what);
	is_str(s->envelope_type,
	    form == FORGE_JWS ? "application/jose+json" : "application/cose",
	    "%s: envelope", what);
	root = shown(&doc, b);
	attributes = jsonin_get(root, "signed_attributes");
	artifact = jsonin_get(root, "signed_artifact");
	others = jsonin_get(root, "unsigned_attributes");
	extended = jsonin_get(attributes, "extended");
	is_member(attributes, "content_type",
	    "application/vnd.cncf.notary.payload.v1+json", what);
	is_member(attributes, "signing_scheme", "notary.x509", what);
	is_member(attributes, "signing_time", "2024-01-15T12:00:00Z", what);
	is_member(attributes, "expiry", "2025-01-01T00:00:00Z", what);
	is_member(attributes, "verification_plugin", "com.example.plugin", what);
	is_member(attributes, "verification_plugin_min_version", "1.2.3", what);
	is_u64(jsonin_count(extended), 2, "%s: extended", what);
	is_member(item(extended, 0), "name", "example \"odd\"", what);
	is_member(item(extended, 0), "value", form == FORGE_JWS ? "a\ab" : "a\ab", what);
	is_member(item(extended, 1), "name", "example.critical", what);
	jsonin_bool(&critical, item(extended, 1), "critical", &err);
	ok(critical, "%s: critical is told", what);
	is_member(
	    artifact, "media_type", "application/vnd.oci.image.manifest.v1+json", what);
	is_member(artifact, "digest", DIGEST, what);
	is_number(artifact, "size", 42, what);
	is_member(item(jsonin_get(root, "user_metadata"), 0), "name", "a\x1b", what);
	is_member(item(jsonin_get(root, "user_metadata"), 0), "value", "\"\\\xe2\x80\xae",
	    what);
	is_member(others, "signing_agent", "agent \x1b[31m", what);
	are_certs(b, jsonin_get(root, "certificates"), &b->st.ca, "O=Example", what);
	/* P-256: r and s of 32 octets each. */
	test_token_shown(b, jsonin_get(others, "timestamp"),
	    form == FORGE_COSE ? cose_signature(octets, 64) : (struct bytes){ NULL, 0 },
	    what);
}

/* What is not there is left out, not shown as something. */
static void
test_plain(struct bench *b)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct forge_target t = { .digest = DIGEST, .size = 42 };
	struct jv root, attributes;

	inspect(b, FORGE_JWS,
	    envelope(
		b, (struct forge_envelope){ .payload = forge_payload(b->st.f, &t) }));
	root = shown(&doc, b);
	attributes = jsonin_get(root, "signed_attributes");
	ok(!jsonin_present(jsonin_get(attributes, "expiry")), "plain: does not expire");
	ok(!jsonin_present(jsonin_get(attributes, "verification_plugin")),
	    "plain: no plug-in");
	is_u64(
	    jsonin_count(jsonin_get(attributes, "extended")), 0, "plain: not extended");
	is_u64(jsonin_count(jsonin_get(root, "user_metadata")), 0,
	    "plain: no user metadata");
	ok(jsonin_present(jsonin_get(root, "unsigned_attributes")) &&
		!jsonin_present(
		    jsonin_get(jsonin_get(root, "unsigned_attributes"), "timestamp")),
	    "plain: no token");
}

static void
test_authority(struct bench *b)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct jv root;

	inspect(b, FORGE_COSE,
	    envelope(b, (struct forge_envelope){ .form = FORGE_COSE,
			    .scheme = "notary.x509.signingAuthority" }));
	root = shown(&doc, b);
	is_member(jsonin_get(root, "signed_attributes"), "signing_scheme",
	    "notary.x509.signingAuthority", "authority");
	is_member(jsonin_get(root, "signed_attributes"), "signing_time",
	    "2024-01-15T12:00:00Z", "authority");
}

/* A token that is not one over this signature is an error in the view, no more. */
static void
test_bad_tokens(struct bench *b)
{
	struct forge_token token = { .tsa = &b->st.tsa };
	struct bytes other = forge_token(b->st.f, &token, BYTES_LIT("other"));
	const struct {
		const char *name, *code;
		struct bytes token;
	} rows[] = {
		{ "of another signature", "tst.imprint", other },
		{ "no token", "tst.syntax", BYTES_LIT("0") },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(jsonin_free) struct json *doc = NULL;
		struct jv stamp;

		inspect(b, FORGE_JWS,
		    envelope(b, (struct forge_envelope){ .token_raw = rows[i].token }));
		stamp = jsonin_get(
		    jsonin_get(shown(&doc, b), "unsigned_attributes"), "timestamp");
		is_member(stamp, "reason", rows[i].code, rows[i].name);
		ok(!jsonin_present(jsonin_get(stamp, "time")) &&
			!jsonin_present(jsonin_get(stamp, "certificates")),
		    "%s: it says nothing else", rows[i].name);
	}
}

/* Of certificates in a token one that cannot be read costs itself alone. */
static void
test_odd_certificate(struct bench *b)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct forge_chain tsa = b->st.tsa;
	struct forge_token token = { .tsa = &tsa };
	struct bytes odd = forge_der(b->st.f, 0x30, 1, BYTES_LIT("\x02\x01\x01"));
	struct jv certs;

	tsa.cert[1] = odd;
	inspect(b, FORGE_JWS, envelope(b, (struct forge_envelope){ .token = &token }));
	certs = jsonin_get(
	    jsonin_get(jsonin_get(shown(&doc, b), "unsigned_attributes"), "timestamp"),
	    "certificates");
	is_u64(jsonin_count(certs), 3, "odd certificate: all are told");
	is_member(item(certs, 1), "sha256", fingerprint(b, odd), "odd certificate");
	is_member(item(certs, 1), "reason", "cert.not-der", "odd certificate");
	is_member(item(certs, 2), "sha256", fingerprint(b, tsa.cert[2]), "behind it");
}

/* What is expired, untrusted or broken is shown all the same; what does not parse is told. */
static void
test_unjudged(struct bench *b)
{
	struct forge_chain stranger =
	    forge_chain(b->st.f, forge_key(b->st.f, "p256"), "Stranger");
	const struct {
		const char *name;
		struct bytes envelope;
		enum signature_state state;
		enum reason reason;
	} rows[] = {
		{ "a stranger",
		    envelope(b, (struct forge_envelope){ .signer = &stranger }),
		    SIGNATURE_SKIPPED, REASON_NONE },
		{ "a broken signature",
		    envelope(b, (struct forge_envelope){ .flip = FORGE_PART_SIGNATURE }),
		    SIGNATURE_SKIPPED, REASON_NONE },
		{ "no envelope", BYTES_LIT("{}"), SIGNATURE_ERROR, REASON_SIG_FORM },
		{ "nothing", BYTES_LIT(""), SIGNATURE_ERROR, REASON_ENVELOPE_EMPTY },
		{ "no certificates",
		    envelope(b, (struct forge_envelope){ .no_chain = true }),
		    SIGNATURE_ERROR, REASON_CHAIN_EMPTY },
		{ "no payload of ours",
		    envelope(b, (struct forge_envelope){ .payload = BYTES_LIT("[]") }),
		    SIGNATURE_SKIPPED, REASON_PAYLOAD_MALFORMED },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct verdict *v = &b->j.verdict;

		ok(inspect(b, FORGE_JWS, rows[i].envelope) == 0 && v->signatures.n == 1 &&
			v->signatures.v[0].state == rows[i].state,
		    "%s: shown as %s", rows[i].name, signature_state_name(rows[i].state));
		is_reason(v->findings.n == 0 ? REASON_NONE : v->findings.v[0].reason,
		    rows[i].reason, "%s: told", rows[i].name);
		ok(v->state != STATE_COMPLIANT, "%s: no verdict", rows[i].name);
		if (rows[i].reason == REASON_PAYLOAD_MALFORMED) {
			AUTO(jsonin_free) struct json *doc = NULL;
			struct jv root = shown(&doc, b);

			is_member(jsonin_get(root, "signed_attributes"), "signing_scheme",
			    "notary.x509", rows[i].name);
			ok(!jsonin_present(jsonin_get(root, "signed_artifact")),
			    "%s: no artifact", rows[i].name);
		}
	}
}

/* --- what steps keep ------------------------------------------------------------------------- */

static void
all_data_json(const struct judge *j, const char *name)
{
	size_t seen = 0, bad = 0;

	for (size_t i = 0; i < j->verdict.steps.n; i++) {
		AUTO(jsonin_free) struct json *doc = NULL;
		struct str data = j->verdict.steps.v[i].data;
		struct err err;

		if (data.ptr == NULL)
			continue;
		seen++;
		bad += jsonin_parse(&doc, str_bytes(data), &j->limits, NULL, &err) != 0 ||
		       jsonin_type(jsonin_root(doc)) != JSON_OBJECT;
	}
	ok(seen > 0 && bad == 0, "%s: %zu steps keep JSON", name, seen);
}

static void
test_data(struct bench *b)
{
	static const char *const subjects[] = { "C=US,ST=WA,O=Example,CN=x",
		"C=US,ST=WA,O=Example,CN=\"\\\\\x01\x1b[2J",
		"C=US,ST=WA,O=Example,CN=\xc3\xa4" };
	struct forge_token token = { .tsa = &b->st.tsa };

	for (size_t i = 0; i < COUNT(subjects); i++) {
		struct forge_cert leaf = stage_leaf(&b->st, "p256");
		struct forge_chain c;

		leaf.subject = subjects[i];
		leaf.crl_url = "http://crl.example/\"a\"\\";
		leaf.ocsp_url = "http://ocsp.example/";
		c = stage_signer(&b->st, &leaf);
		stage_verdict(&b->st, &b->j,
		    (struct forge_envelope){ .signer = &c, .token = &token });
		ok(judge_has(&b->j, REASON_REVOCATION_NO_DATA), "subject %zu: judged", i);
		all_data_json(
		    &b->j, arena_printf(forge_mem(b->st.f), "subject %zu", i).ptr);
	}
}

int
main(void)
{
	struct bench b = { .store = NULL };

	stage_open(&b.st);
	stage_judge(&b.j, &b.st, "any", "'level':'strict'", "'ca:root','tsa:root'");
	test_shown(&b, FORGE_JWS);
	test_shown(&b, FORGE_COSE);
	test_plain(&b);
	test_authority(&b);
	test_bad_tokens(&b);
	test_odd_certificate(&b);
	test_unjudged(&b);
	test_data(&b);
	store_free(b.store);
	judge_close(&b.j);
	stage_close(&b.st);
	return tap_done();
}
