/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures shown without being judged, and what each step keeps: always strict JSON, whatever
 * the names in it are.
 */
#include <stdio.h>

#include "codec/jsonin.h"
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
	return verify_inspect(&b->j.verdict, &tools, b->store, &n, &err);
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

/* The document of the last step. */
static struct jv
shown(struct json **doc, struct bench *b)
{
	const struct verdict *v = &b->j.verdict;
	struct err err = { .reason = REASON_NONE };
	struct str data = v->steps.n == 0 ? STR_NONE : v->steps.v[v->steps.n - 1].data;

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
test_shown(struct bench *b, enum forge_form form)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	const char *what = form == FORGE_JWS ? "jws" : "cose";
	static const struct forge_header extra = { .name = "example \"odd\"",
		.json = "\"a\\u0007b\"",
		.cbor = { (const uint8_t *)"\x63\x61\x07\x62", 4 } };
	struct forge_token token = { .tsa = &b->st.tsa, .millis = 250 };
	const struct signature_record *s;
	struct jv root, attributes, artifact, stamp;

	ok(inspect(b, form,
	       envelope(b, (struct forge_envelope){ .form = form,
			       .token = &token,
			       .expiry = "2025-01-01T00:00:00Z",
			       .extra = &extra,
			       .extra_count = 1,
			       .agent = "agent \x1b[31m" })) == 0,
	    "%s: shown", what);
	s = &b->j.verdict.signatures.v[0];
	ok(b->j.verdict.signatures.n == 1 && s->state == SIGNATURE_SKIPPED &&
		b->j.verdict.findings.n == 0,
	    "%s: nothing is judged", what);
	root = shown(&doc, b);
	attributes = jsonin_get(root, "signed_attributes");
	artifact = jsonin_get(root, "signed_artifact");
	stamp = jsonin_get(root, "timestamp");
	is_member(attributes, "signing_scheme", "notary.x509", what);
	is_member(attributes, "signing_time", "2024-01-15T12:00:00Z", what);
	is_member(attributes, "expiry", "2025-01-01T00:00:00Z", what);
	is_member(artifact, "digest", DIGEST, what);
	is_member(stamp, "time", "2024-02-01T00:00:00Z", what);
	is_member(stamp, "lower", "2024-01-31T23:59:59.750000Z", what);
	is_member(stamp, "upper", "2024-02-01T00:00:00.250000Z", what);
	is_u64(jsonin_count(jsonin_get(stamp, "certificates")), 3, "%s: of the authority",
	    what);
	is_u64(jsonin_count(jsonin_get(attributes, "extended")), 1, "%s: extended", what);
	is_member(jsonin_first(jsonin_get(attributes, "extended")), "name",
	    "example \"odd\"", what);
	is_member(jsonin_first(jsonin_get(root, "user_metadata")), "name", "a\x1b", what);
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

		inspect(b, FORGE_JWS,
		    envelope(b, (struct forge_envelope){ .token_raw = rows[i].token }));
		is_member(jsonin_get(shown(&doc, b), "timestamp"), "error", rows[i].code,
		    rows[i].name);
	}
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
	test_bad_tokens(&b);
	test_unjudged(&b);
	test_data(&b);
	store_free(b.store);
	judge_close(&b.j);
	stage_close(&b.st);
	return tap_done();
}
