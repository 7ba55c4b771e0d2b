/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detached signatures of files: every key and envelope, what the payload must say, and the steps that
 * they share with signatures of images.
 */
#include <stdlib.h>

#include "tests/lib/blobstage.h"
#include "tests/lib/tap.h"

static const char *const forms[] = { "jws", "cose" };

static bool
blocked(const struct blobstage *b, enum reason reason)
{
	return b->j.verdict.state == STATE_NONCOMPLIANT && judge_found(&b->j, reason, true);
}

/* --- every key -------------------------------------------------------------------------------- */

static const struct {
	const char *key, *algorithm, *hash;
} keys[] = {
	{ "rsa2048", "RSASSA-PSS-SHA-256", "SHA256" },
	{ "rsa3072", "RSASSA-PSS-SHA-384", "SHA384" },
	{ "rsa4096", "RSASSA-PSS-SHA-512", "SHA512" },
	{ "p256", "ECDSA-SHA-256", "SHA256" },
	{ "p384", "ECDSA-SHA-384", "SHA384" },
	{ "p521", "ECDSA-SHA-512", "SHA512" },
};

/* The right digest by another hash than that of the signature algorithm is a wrong one. */
static void
check_hashes(struct blobstage *b, size_t key, const struct forge_envelope *spec)
{
	static const char *const all[] = { "SHA256", "SHA384", "SHA512" };
	const char *form = forms[spec->form == FORGE_COSE];

	for (size_t i = 0; i < COUNT(all); i++) {
		struct forge_target t = { .digest = blobstage_digest(b, all[i], b->file) };
		struct blob_signature s = blobstage_sign(b, *spec, t);
		bool right = strcmp(all[i], keys[key].hash) == 0;

		is_reason(blobstage_one(b, "strict", &s),
		    right ? REASON_NONE : REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s %s: digest by %s", keys[key].key, form, all[i]);
		is_reason(blobstage_one(b, "audit", &s),
		    right ? REASON_NONE : REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s %s: digest by %s, level audit", keys[key].key, form, all[i]);
	}
}

static void
check_record(struct blobstage *b, size_t key, bool authority, int form)
{
	const struct signature_record *s = &b->j.verdict.signatures.v[0];

	ok(b->j.verdict.state == STATE_COMPLIANT && b->j.verdict.signatures.n == 1 &&
		s->state == SIGNATURE_VALID && str_is(s->algorithm, keys[key].algorithm) &&
		s->format == (form == 0 ? FORMAT_NOTATION_JWS : FORMAT_NOTATION_COSE) &&
		str_is(s->scheme, authority ? BLOB_AUTHORITY : "notary.x509") &&
		str_is(s->trust_store, authority ? "signingAuthority:root" : "ca:root") &&
		s->chain_count == 3 && s->envelope.len > 0 &&
		str_is(s->signed_digest, blobstage_digest(b, keys[key].hash, b->file)),
	    "%s %s: recorded", keys[key].key, forms[form]);
}

static void
test_keys(struct blobstage *b)
{
	for (size_t i = 0; i < COUNT(keys) * 4; i++) {
		struct forge_cert leaf = stage_leaf(&b->st, keys[i / 4].key);
		struct forge_chain c = stage_signer(&b->st, &leaf);
		bool authority = i & 1;
		int form = (i & 2) != 0;
		struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS : FORGE_COSE,
			.signer = &c,
			.scheme = authority ? BLOB_AUTHORITY : NULL };
		struct blob_signature s = blobstage_sign(b, spec, (struct forge_target){ .size = 0 });
		struct blob_job job = { .signatures = &s, .signature_count = 1 };
		struct verify_tools tools = blobstage_tools(b);

		is_reason(blobstage_one(b, "strict", &s), REASON_NONE, "%s %s%s", keys[i / 4].key,
		    forms[form], authority ? " authority" : "");
		check_record(b, i / 4, authority, form);
		job.statement = policy_select_blob(&b->j.policy, STR_NONE);
		is_u64(blob_hashes(&tools, &job), 1U << (DIGEST_SHA256 + i / 4 % 3),
		    "%s %s: its hash alone is asked for", keys[i / 4].key, forms[form]);
		if (!authority)
			check_hashes(b, i / 4, &spec);
		forge_free(b->f);
		b->f = forge_new();
	}
}

/* --- what the payload must say --------------------------------------------------------------- */

static void
test_target(struct blobstage *b)
{
	struct bytes right = b->file;
	const char *digest = blobstage_digest(b, "SHA256", right);
	char *upper = xcopy_text(digest, strlen(digest));

	for (char *c = upper + strlen("sha256:"); *c != '\0'; c++)
		*c = *c >= 'a' && *c <= 'f' ? (char)(*c - 'a' + 'A') : *c;
	for (int form = 0; form < 2; form++) {
		struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS : FORGE_COSE };
		struct blob_signature s = blobstage_sign(b, spec, (struct forge_target){ .size = 0 });

		is_reason(blobstage_one(b, NULL, &s), REASON_NONE, "%s: the file", forms[form]);
		b->file = BYTES_LIT("what is in the file!");
		is_reason(blobstage_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: one octet differs", forms[form]);
		is_reason(blobstage_one(b, "audit", &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: one octet differs, level audit", forms[form]);
		ok(blocked(b, REASON_PAYLOAD_TARGET_MISMATCH), "%s: never only logged",
		    forms[form]);
		b->file = (struct bytes){ right.ptr, right.len - 1 };
		is_reason(blobstage_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: cut short", forms[form]);
		b->file = BYTES_LIT("");
		is_reason(blobstage_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH, "%s: empty",
		    forms[form]);
		b->file = right;
		s = blobstage_sign(b, spec, (struct forge_target){ .size = right.len + 1 });
		is_reason(blobstage_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: another size is signed", forms[form]);
		is_reason(blobstage_one(b, "permissive", &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: another size, level permissive", forms[form]);
		s = blobstage_sign(b, spec, (struct forge_target){ .digest = upper });
		ok(blobstage_one(b, NULL, &s) != REASON_NONE, "%s: digest in upper case",
		    forms[form]);
		s = blobstage_sign(b, spec, (struct forge_target){ .digest = "sha256:" });
		ok(blobstage_one(b, NULL, &s) != REASON_NONE, "%s: digest without value",
		    forms[form]);
	}
	free(upper);
}

/* An empty file is one like any other. */
static void
test_empty(struct blobstage *b)
{
	struct bytes right = b->file;
	struct blob_signature s;

	b->file = BYTES_LIT("");
	s = blobstage_sign(b, (struct forge_envelope){ .form = FORGE_JWS },
	    (struct forge_target){ .size = 0 });
	is_reason(blobstage_one(b, NULL, &s), REASON_NONE, "a file of no octets");
	b->file = right;
	is_reason(blobstage_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH, "and one of some");
}

static void
test_media_type(struct blobstage *b)
{
	static const struct {
		const char *wanted, *signed_type;
		enum reason reason;
	} rows[] = {
		{ NULL, "video/mp4", REASON_NONE },
		{ "video/mp4", "video/mp4", REASON_NONE },
		{ "video/MP4", "video/mp4", REASON_PAYLOAD_TARGET_MISMATCH },
		{ "text/plain", "video/mp4", REASON_PAYLOAD_TARGET_MISMATCH },
		{ "application/octet-stream", "video/mp4", REASON_PAYLOAD_TARGET_MISMATCH },
	};

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		struct forge_envelope spec = { .form = i & 1 ? FORGE_COSE : FORGE_JWS };
		struct blob_signature s = blobstage_sign(b, spec,
		    (struct forge_target){ .media_type = rows[i / 2].signed_type });
		struct blob_job job = { .statement_name = i & 4 ? STR("audit") : STR_NONE,
			.signatures = &s,
			.signature_count = 1,
			.media_type = str_of(rows[i / 2].wanted) };

		is_reason(blobstage_job(b, &job), rows[i / 2].reason, "%s: want %s, signed %s",
		    forms[i & 1], rows[i / 2].wanted == NULL ? "any" : rows[i / 2].wanted,
		    rows[i / 2].signed_type);
	}
}

static void
test_metadata(struct blobstage *b)
{
	static const struct {
		const char *key, *value;
		enum reason reason;
	} rows[] = {
		{ "buildId", "101", REASON_NONE },
		{ "buildId", "102", REASON_PAYLOAD_METADATA_MISMATCH },
		{ "buildid", "101", REASON_PAYLOAD_METADATA_MISMATCH },
		{ "other", "101", REASON_PAYLOAD_METADATA_MISMATCH },
	};

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		struct forge_envelope spec = { .form = i & 1 ? FORGE_COSE : FORGE_JWS };
		struct metadata m = { str_of(rows[i / 2].key), str_of(rows[i / 2].value) };
		struct blob_signature s = blobstage_sign(b, spec,
		    (struct forge_target){ .annotations = "{\"buildId\":\"101\",\"x\":\"y\"}" });

		is_reason(blobstage_one(b, NULL, &s), REASON_NONE, "%s: nothing demanded",
		    forms[i & 1]);
		b->j.metadata = &m;
		b->j.metadata_count = 1;
		is_reason(blobstage_one(b, i & 2 ? "audit" : "strict", &s), rows[i / 2].reason,
		    "%s: %s=%s demanded", forms[i & 1], rows[i / 2].key, rows[i / 2].value);
		b->j.metadata = NULL;
		b->j.metadata_count = 0;
	}
}

/* --- the same steps as for images -------------------------------------------------------------- */

static void
test_defects(struct blobstage *b)
{
	static const struct forge_header unknown = { "com.example.new", "\"x\"", { NULL, 0 }, true };
	static const struct {
		const char *name, *statement;
		struct forge_envelope spec;
		enum reason reason;
	} rows[] = {
		{ "bad_W01_no_alg", "audit", { .alg = "none", .cose_alg = -8 }, REASON_SIG_ALG },
		{ "bad_W02_alg_of_another_key", "audit", { .alg = "ES384", .cose_alg = -35 },
		    REASON_SIG_ALG_MISMATCH },
		{ "bad_W08_content_type", "audit", { .content_type = "application/json" },
		    REASON_PAYLOAD_TYPE_UNSUPPORTED },
		{ "bad_W09_der_signature", "audit", { .sigform = FORGE_SIG_DER },
		    REASON_SIG_INVALID },
		{ "bad_W11_expiry_before_signing", "audit", { .expiry = "2024-01-01T00:00:00Z" },
		    REASON_SIG_EXPIRY_INVALID },
		{ "bad_W11_expired", "strict", { .expiry = "2026-05-01T00:00:00Z" },
		    REASON_SIGNATURE_EXPIRED },
		{ "bad_W12_signed_tomorrow", "strict", { .signing_time = "2026-07-01T00:00:00Z" },
		    REASON_SIG_TIME },
		{ "bad_W13_store_of_another_type", "stamped", { .scheme = BLOB_AUTHORITY },
		    REASON_CERT_UNTRUSTED },
		{ "bad_W14_critical", "audit", { .extra = &unknown, .extra_count = 1 },
		    REASON_ENVELOPE_CRITICAL_UNKNOWN },
		{ "bad_W14_plugin", "audit", { .plugin = "com.example.plugin" },
		    REASON_ENVELOPE_PLUGIN_REQUIRED },
		{ "payload changed", "audit", { .flip = FORGE_PART_PAYLOAD, .flip_at = 20 },
		    REASON_SIG_INVALID },
		{ "signature changed", "audit", { .flip = FORGE_PART_SIGNATURE, .flip_at = 9 },
		    REASON_SIG_INVALID },
		{ "a stranger's store", "stranger", { .form = FORGE_JWS }, REASON_CERT_UNTRUSTED },
		{ "an identity nobody named", "nobody", { .form = FORGE_JWS },
		    REASON_IDENTITY_MISMATCH },
		{ "no time stamp", "stamped", { .form = FORGE_JWS }, REASON_TIMESTAMP_MISSING },
	};

	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		struct forge_envelope spec = rows[i / 2].spec;
		struct blob_signature s;

		spec.form = i & 1 ? FORGE_COSE : FORGE_JWS;
		if (spec.form == FORGE_COSE)
			spec.alg = NULL;        /* there it is a number */
		s = blobstage_sign(b, spec, (struct forge_target){ .size = 0 });
		is_reason(blobstage_one(b, rows[i / 2].statement, &s), rows[i / 2].reason, "%s %s",
		    rows[i / 2].name, forms[i & 1]);
		ok(blocked(b, rows[i / 2].reason) &&
			b->j.verdict.signatures.v[0].state == SIGNATURE_INVALID,
		    "%s %s: refused", rows[i / 2].name, forms[i & 1]);
	}
}

/* What only one level makes a warning. */
static void
test_levels(struct blobstage *b)
{
	struct forge_envelope expired = { .form = FORGE_JWS, .expiry = "2026-05-01T00:00:00Z" };
	struct forge_token token = { .tsa = &b->st.tsa };
	struct forge_envelope stamped = { .form = FORGE_COSE, .token = &token };
	struct blob_signature s = blobstage_sign(b, expired, (struct forge_target){ .size = 0 });

	is_reason(blobstage_one(b, "permissive", &s), REASON_NONE, "expiry is logged");
	ok(judge_found(&b->j, REASON_SIGNATURE_EXPIRED, false), "and told");
	s = blobstage_sign(b, stamped, (struct forge_target){ .size = 0 });
	is_reason(blobstage_one(b, "stamped", &s), REASON_NONE, "a time stamp of a trusted authority");
	ok(b->j.verdict.signatures.v[0].has_timestamp, "its time is recorded");
	is_reason(blobstage_one(b, "strict", &s), REASON_NONE, "not asked for, not looked at");
	ok(!b->j.verdict.signatures.v[0].has_timestamp, "and not believed");
}

/* A name that lies about the format, octets that are none. */
static void
test_octets(struct blobstage *b)
{
	struct blob_signature jws = blobstage_plain(b, FORGE_JWS), cose = blobstage_plain(b, FORGE_COSE);
	struct blob_signature s = blobstage_signature(FORGE_COSE, jws.octets);

	is_reason(blobstage_one(b, "audit", &s), REASON_COSE_FORM, "bad_C07_jws_named_cose");
	s = blobstage_signature(FORGE_JWS, cose.octets);
	ok(blobstage_one(b, "audit", &s) != REASON_NONE && b->j.verdict.state == STATE_NONCOMPLIANT,
	    "COSE named jws (%s)", reason_code(b->j.verdict.reason));
	s = blobstage_signature(FORGE_JWS, BYTES_LIT(""));
	is_reason(blobstage_one(b, "audit", &s), REASON_ENVELOPE_EMPTY, "no octets");
	s = blobstage_signature(FORGE_JWS, (struct bytes){ jws.octets.ptr, jws.octets.len - 1 });
	ok(blobstage_one(b, "audit", &s) != REASON_NONE, "cut short");
	s = (struct blob_signature){ .name = STR("big.jws.sig"),
		.envelope_type = STR(BLOB_JWS),
		.reason = REASON_LIMIT_ENVELOPE_HIT,
		.detail = STR("more than 10 octets") };
	is_reason(blobstage_one(b, "audit", &s), REASON_LIMIT_ENVELOPE_HIT, "bad_W15_too_large");
	ok(b->j.verdict.state == STATE_NONCOMPLIANT, "and noncompliant");
	s.reason = REASON_FILE_MISSING;
	is_reason(blobstage_one(b, "audit", &s), REASON_SIGNATURE_RETRIEVAL, "not there");
	ok(b->j.verdict.state == STATE_ERROR, "that is an error, not a judgement");
}

int
main(void)
{
	struct blobstage b;

	blobstage_open(&b);
	test_keys(&b);
	test_target(&b);
	test_empty(&b);
	test_media_type(&b);
	test_metadata(&b);
	test_defects(&b);
	test_levels(&b);
	test_octets(&b);
	blobstage_close(&b);
	return tap_done();
}
