/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detached signatures of files: names, every key and envelope, what the payload must say, levels,
 * statements, several signatures; and the vectors that the Notary Project's own tools made.
 */
#include "verify/blob.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define JWS "application/jose+json"
#define COSE "application/cose"
#define AUTHORITY "notary.x509.signingAuthority"
#define IDENTITY "'trustedIdentities':['x509.subject:C=US,ST=WA,O=Example']}"
#define STORES "'trustStores':['ca:root','signingAuthority:root']," IDENTITY

static const char *const forms[] = { "jws", "cose" };
static const char document[] =
    "{'version':'1.0','trustPolicies':["
    "{'name':'strict','globalPolicy':true,'signatureVerification':{'level':'strict'}," STORES ","
    "{'name':'permissive','signatureVerification':{'level':'permissive'}," STORES ","
    "{'name':'audit','signatureVerification':{'level':'audit'}," STORES ","
    "{'name':'stamped','signatureVerification':{'level':'strict'},"
    "'trustStores':['ca:root','tsa:root']," IDENTITY ","
    "{'name':'stranger','signatureVerification':{'level':'strict'},"
    "'trustStores':['ca:stranger']," IDENTITY ","
    "{'name':'nobody','signatureVerification':{'level':'strict'},'trustStores':['ca:root'],"
    "'trustedIdentities':['x509.subject:C=US,ST=WA,O=Other']},"
    "{'name':'skip','signatureVerification':{'level':'skip'}}]}";

struct bench {
	struct stage st;
	struct judge j;                 /* its policy is the one for files */
	struct forge *f;                /* of one test */
	struct bytes file;
};

static void
load_policy(struct judge *j, const char *folder)
{
	struct policy_options options = { .kind = POLICY_BLOB, .limits = &j->limits };
	struct err err;

	policy_clear(&j->policy);
	if (policy_load(&j->policy, folder, j->lib, &options, &err) != 0)
		forge_die("%s: %s %s", folder, reason_code(err.reason), err.text);
}

static void
bench_open(struct bench *b)
{
	const char *folder;

	stage_open(&b->st);
	folder = stage_policy(&b->st, "policy",
	    stage_statement(&b->st, "'level':'strict'", "'ca:root'"));
	scratch_json(&b->st.dir, "policy/trustpolicy.blob.json", document);
	judge_open(&b->j, folder, STAGE_NOW);
	load_policy(&b->j, folder);
	b->f = forge_new();
	b->file = BYTES_LIT("what is in the file\n");
}

static void
bench_close(struct bench *b)
{
	forge_free(b->f);
	judge_close(&b->j);
	stage_close(&b->st);
}

/* --- one judgement ------------------------------------------------------------------------- */

static struct verify_tools
tools_of(struct bench *b)
{
	return (struct verify_tools){ .certs = b->j.certs,
		.chains = b->j.chains,
		.hasher = b->j.hasher,
		.limits = &b->j.limits,
		.policy = &b->j.policy,
		.time = b->j.time,
		.metadata = b->j.metadata,
		.metadata_count = b->j.metadata_count };
}

/* As the child does it: which hashes, one pass, the verdict. */
static enum reason
judge_job(struct bench *b, struct blob_job *job)
{
	struct verify_tools tools = tools_of(b);
	struct digest digests[DIGEST_SHA512 + 1] = { { .alg = DIGEST_NONE } };
	struct verdict *v = &b->j.verdict;
	struct err err;
	unsigned wanted;

	arena_clear(&b->j.mem);
	verdict_init(v, &b->j.mem, b->j.limits.v[LIMIT_FINDINGS]);
	job->statement = policy_select_blob(&b->j.policy, job->statement_name);
	wanted = blob_hashes(&tools, job);
	for (int alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++)
		if ((wanted & 1U << alg) != 0)
			hasher_of(b->j.hasher, (enum digest_alg)alg, b->file, &digests[alg]);
	if (blob_verify(v, &tools, job, digests, b->file.len, &err) != 0)
		return err.reason;
	return v->reason;
}

static enum reason
judge_one(struct bench *b, const char *statement, const struct blob_signature *s)
{
	struct blob_job job = { .statement_name = str_of(statement),
		.signatures = s,
		.signature_count = 1,
		.media_type = STR_NONE };

	return judge_job(b, &job);
}

static struct blob_signature
signature(enum forge_form form, struct bytes octets)
{
	return (struct blob_signature){ .name = STR("file.sig"),
		.envelope_type = form == FORGE_JWS ? STR(JWS) : STR(COSE),
		.octets = octets };
}

static const char *
digest_text(struct bench *b, const char *hash, struct bytes data)
{
	const char *name = strcmp(hash, "SHA256") == 0 ? "sha256"
	    : strcmp(hash, "SHA384") == 0	       ? "sha384"
						       : "sha512";

	return arena_printf(forge_mem(b->f), "%s:%.*s", name,
	    STR_ARG(forge_hex(b->f, forge_hash(b->f, hash, data))))
	    .ptr;
}

/* What is missing in the spec is right: payload over the file, signer of the stage. */
static struct blob_signature
sign(struct bench *b, struct forge_envelope spec, struct forge_target t)
{
	if (spec.signer == NULL)
		spec.signer = &b->st.ca;
	if (t.digest == NULL)
		t.digest = digest_text(b, forge_key_hash(spec.signer->key), b->file);
	if (t.size == 0)
		t.size = b->file.len;
	if (t.media_type == NULL)
		t.media_type = "application/octet-stream";
	if (spec.payload.len == 0)
		spec.payload = forge_payload(b->f, &t);
	return signature(spec.form, forge_envelope(b->f, &spec));
}

static struct blob_signature
sign_plain(struct bench *b, enum forge_form form)
{
	return sign(b, (struct forge_envelope){ .form = form },
	    (struct forge_target){ .size = 0 });
}

static bool
blocked(const struct bench *b, enum reason reason)
{
	return b->j.verdict.state == STATE_NONCOMPLIANT && judge_found(&b->j, reason, true);
}

/* --- names ----------------------------------------------------------------------------------- */

static void
test_names(void)
{
	static const struct {
		const char *path, *type;
	} rows[] = {
		{ "a.jws.sig", JWS },
		{ "a.cose.sig", COSE },
		{ "a.tar.gz.jws.sig", JWS },
		{ "A.JWS.SIG", JWS },
		{ "a.Cose.Sig", COSE },
		{ "dir.jws.sig/a.cose.sig", COSE },
		{ "/x/y/a.jws.sig", JWS },
		{ ".jws.sig", JWS },
		{ "jws.sig", NULL },
		{ "dir.a/jws.sig", NULL },
		{ "x.jws.sig/a", NULL },
		{ "a.sig", NULL },
		{ "a.jws", NULL },
		{ "a.jws.sig.", NULL },
		{ "a.jws.sig/", NULL },
		{ "a.jwssig", NULL },
		{ "a.jwt.sig", NULL },
		{ "a.cose..sig", NULL },
		{ "a.jws.sign", NULL },
		{ "a.jws.sig ", NULL },
		{ "ajws.sig", NULL },
		{ "", NULL },
		{ "sig", NULL },
		{ ".", NULL },
		{ "..", NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str got = blob_envelope_type(str_of(rows[i].path));

		ok(rows[i].type == NULL ? got.ptr == NULL : str_is(got, rows[i].type),
		    "name '%s' is %s", rows[i].path,
		    rows[i].type == NULL ? "no signature's" : rows[i].type);
	}
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
check_hashes(struct bench *b, size_t key, const struct forge_envelope *spec)
{
	static const char *const all[] = { "SHA256", "SHA384", "SHA512" };
	const char *form = forms[spec->form == FORGE_COSE];

	for (size_t i = 0; i < COUNT(all); i++) {
		struct forge_target t = { .digest = digest_text(b, all[i], b->file) };
		struct blob_signature s = sign(b, *spec, t);
		bool right = strcmp(all[i], keys[key].hash) == 0;

		is_reason(judge_one(b, "strict", &s),
		    right ? REASON_NONE : REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s %s: digest by %s", keys[key].key, form, all[i]);
		is_reason(judge_one(b, "audit", &s),
		    right ? REASON_NONE : REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s %s: digest by %s, level audit", keys[key].key, form, all[i]);
	}
}

static void
check_record(struct bench *b, size_t key, bool authority, int form)
{
	const struct signature_record *s = &b->j.verdict.signatures.v[0];

	ok(b->j.verdict.state == STATE_COMPLIANT && b->j.verdict.signatures.n == 1 &&
		s->state == SIGNATURE_VALID && str_is(s->algorithm, keys[key].algorithm) &&
		str_is(s->format, form == 0 ? "notation-jws" : "notation-cose") &&
		str_is(s->scheme, authority ? AUTHORITY : "notary.x509") &&
		str_is(s->trust_store, authority ? "signingAuthority:root" : "ca:root") &&
		s->chain_count == 3 && s->envelope.len > 0 &&
		str_is(s->signed_digest, digest_text(b, keys[key].hash, b->file)),
	    "%s %s: recorded", keys[key].key, forms[form]);
}

static void
test_keys(struct bench *b)
{
	for (size_t i = 0; i < COUNT(keys) * 4; i++) {
		struct forge_cert leaf = stage_leaf(&b->st, keys[i / 4].key);
		struct forge_chain c = stage_signer(&b->st, &leaf);
		bool authority = i & 1;
		int form = (i & 2) != 0;
		struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS : FORGE_COSE,
			.signer = &c,
			.scheme = authority ? AUTHORITY : NULL };
		struct blob_signature s = sign(b, spec, (struct forge_target){ .size = 0 });
		struct blob_job job = { .signatures = &s, .signature_count = 1 };
		struct verify_tools tools = tools_of(b);

		is_reason(judge_one(b, "strict", &s), REASON_NONE, "%s %s%s", keys[i / 4].key,
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
test_target(struct bench *b)
{
	struct bytes right = b->file;
	const char *digest = digest_text(b, "SHA256", right);
	char *upper = xcopy_text(digest, strlen(digest));

	for (char *c = upper + strlen("sha256:"); *c != '\0'; c++)
		*c = *c >= 'a' && *c <= 'f' ? (char)(*c - 'a' + 'A') : *c;
	for (int form = 0; form < 2; form++) {
		struct forge_envelope spec = { .form = form == 0 ? FORGE_JWS : FORGE_COSE };
		struct blob_signature s = sign(b, spec, (struct forge_target){ .size = 0 });

		is_reason(judge_one(b, NULL, &s), REASON_NONE, "%s: the file", forms[form]);
		b->file = BYTES_LIT("what is in the file!");
		is_reason(judge_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: one octet differs", forms[form]);
		is_reason(judge_one(b, "audit", &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: one octet differs, level audit", forms[form]);
		ok(blocked(b, REASON_PAYLOAD_TARGET_MISMATCH), "%s: never only logged",
		    forms[form]);
		b->file = (struct bytes){ right.ptr, right.len - 1 };
		is_reason(judge_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: cut short", forms[form]);
		b->file = BYTES_LIT("");
		is_reason(judge_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH, "%s: empty",
		    forms[form]);
		b->file = right;
		s = sign(b, spec, (struct forge_target){ .size = right.len + 1 });
		is_reason(judge_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: another size is signed", forms[form]);
		is_reason(judge_one(b, "permissive", &s), REASON_PAYLOAD_TARGET_MISMATCH,
		    "%s: another size, level permissive", forms[form]);
		s = sign(b, spec, (struct forge_target){ .digest = upper });
		ok(judge_one(b, NULL, &s) != REASON_NONE, "%s: digest in upper case",
		    forms[form]);
		s = sign(b, spec, (struct forge_target){ .digest = "sha256:" });
		ok(judge_one(b, NULL, &s) != REASON_NONE, "%s: digest without value",
		    forms[form]);
	}
	free(upper);
}

/* An empty file is one like any other. */
static void
test_empty(struct bench *b)
{
	struct bytes right = b->file;
	struct blob_signature s;

	b->file = BYTES_LIT("");
	s = sign(b, (struct forge_envelope){ .form = FORGE_JWS },
	    (struct forge_target){ .size = 0 });
	is_reason(judge_one(b, NULL, &s), REASON_NONE, "a file of no octets");
	b->file = right;
	is_reason(judge_one(b, NULL, &s), REASON_PAYLOAD_TARGET_MISMATCH, "and one of some");
}

static void
test_media_type(struct bench *b)
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
		struct blob_signature s = sign(b, spec,
		    (struct forge_target){ .media_type = rows[i / 2].signed_type });
		struct blob_job job = { .statement_name = i & 4 ? STR("audit") : STR_NONE,
			.signatures = &s,
			.signature_count = 1,
			.media_type = str_of(rows[i / 2].wanted) };

		is_reason(judge_job(b, &job), rows[i / 2].reason, "%s: want %s, signed %s",
		    forms[i & 1], rows[i / 2].wanted == NULL ? "any" : rows[i / 2].wanted,
		    rows[i / 2].signed_type);
	}
}

static void
test_metadata(struct bench *b)
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
		struct blob_signature s = sign(b, spec,
		    (struct forge_target){ .annotations = "{\"buildId\":\"101\",\"x\":\"y\"}" });

		is_reason(judge_one(b, NULL, &s), REASON_NONE, "%s: nothing demanded",
		    forms[i & 1]);
		b->j.metadata = &m;
		b->j.metadata_count = 1;
		is_reason(judge_one(b, i & 2 ? "audit" : "strict", &s), rows[i / 2].reason,
		    "%s: %s=%s demanded", forms[i & 1], rows[i / 2].key, rows[i / 2].value);
		b->j.metadata = NULL;
		b->j.metadata_count = 0;
	}
}

/* --- the same steps as for images -------------------------------------------------------------- */

static void
test_defects(struct bench *b)
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
		{ "bad_W13_store_of_another_type", "stamped", { .scheme = AUTHORITY },
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
		s = sign(b, spec, (struct forge_target){ .size = 0 });
		is_reason(judge_one(b, rows[i / 2].statement, &s), rows[i / 2].reason, "%s %s",
		    rows[i / 2].name, forms[i & 1]);
		ok(blocked(b, rows[i / 2].reason) &&
			b->j.verdict.signatures.v[0].state == SIGNATURE_INVALID,
		    "%s %s: refused", rows[i / 2].name, forms[i & 1]);
	}
}

/* What only one level makes a warning. */
static void
test_levels(struct bench *b)
{
	struct forge_envelope expired = { .form = FORGE_JWS, .expiry = "2026-05-01T00:00:00Z" };
	struct forge_token token = { .tsa = &b->st.tsa };
	struct forge_envelope stamped = { .form = FORGE_COSE, .token = &token };
	struct blob_signature s = sign(b, expired, (struct forge_target){ .size = 0 });

	is_reason(judge_one(b, "permissive", &s), REASON_NONE, "expiry is logged");
	ok(judge_found(&b->j, REASON_SIGNATURE_EXPIRED, false), "and told");
	s = sign(b, stamped, (struct forge_target){ .size = 0 });
	is_reason(judge_one(b, "stamped", &s), REASON_NONE, "a time stamp of a trusted authority");
	ok(b->j.verdict.signatures.v[0].has_timestamp, "its time is recorded");
	is_reason(judge_one(b, "strict", &s), REASON_NONE, "not asked for, not looked at");
	ok(!b->j.verdict.signatures.v[0].has_timestamp, "and not believed");
}

/* A name that lies about the format, octets that are none. */
static void
test_octets(struct bench *b)
{
	struct blob_signature jws = sign_plain(b, FORGE_JWS), cose = sign_plain(b, FORGE_COSE);
	struct blob_signature s = signature(FORGE_COSE, jws.octets);

	is_reason(judge_one(b, "audit", &s), REASON_COSE_FORM, "bad_C07_jws_named_cose");
	s = signature(FORGE_JWS, cose.octets);
	ok(judge_one(b, "audit", &s) != REASON_NONE && b->j.verdict.state == STATE_NONCOMPLIANT,
	    "COSE named jws (%s)", reason_code(b->j.verdict.reason));
	s = signature(FORGE_JWS, BYTES_LIT(""));
	is_reason(judge_one(b, "audit", &s), REASON_ENVELOPE_EMPTY, "no octets");
	s = signature(FORGE_JWS, (struct bytes){ jws.octets.ptr, jws.octets.len - 1 });
	ok(judge_one(b, "audit", &s) != REASON_NONE, "cut short");
	s = (struct blob_signature){ .name = STR("big.jws.sig"),
		.envelope_type = STR(JWS),
		.reason = REASON_LIMIT_ENVELOPE_HIT,
		.detail = STR("more than 10 octets") };
	is_reason(judge_one(b, "audit", &s), REASON_LIMIT_ENVELOPE_HIT, "bad_W15_too_large");
	ok(b->j.verdict.state == STATE_NONCOMPLIANT, "and noncompliant");
	s.reason = REASON_FILE_MISSING;
	is_reason(judge_one(b, "audit", &s), REASON_SIGNATURE_RETRIEVAL, "not there");
	ok(b->j.verdict.state == STATE_ERROR, "that is an error, not a judgement");
}

/* --- statements ------------------------------------------------------------------------------ */

static void
test_statements(struct bench *b)
{
	struct blob_signature s = sign_plain(b, FORGE_JWS);
	struct blob_signature broken = signature(FORGE_JWS, BYTES_LIT("no signature"));
	struct blob_job job = { .signatures = &s, .signature_count = 0 };
	struct verify_tools tools = tools_of(b);

	is_reason(judge_one(b, NULL, &s), REASON_NONE, "the global statement");
	is_str(b->j.verdict.statement, "strict", "is recorded by its name");
	is_str(b->j.verdict.level, "strict", "and its level");
	is_reason(judge_one(b, "audit", &s), REASON_NONE, "one by its name");
	is_str(b->j.verdict.statement, "audit", "recorded");
	is_reason(judge_one(b, "Audit", &s), REASON_POLICY_NO_MATCH, "names are exact");
	is_reason(judge_one(b, "", &s), REASON_POLICY_NO_MATCH, "an empty name is a name");
	ok(b->j.verdict.signatures.n == 0 && b->j.verdict.state == STATE_NONCOMPLIANT,
	    "without statement no signature is judged");
	is_reason(judge_one(b, "skip", &broken), REASON_POLICY_LEVEL_SKIP, "level skip");
	ok(b->j.verdict.state == STATE_NOT_APPLICABLE && b->j.verdict.signatures.n == 0,
	    "reads no signature and is not compliant");
	is_reason(judge_one(b, NULL, &broken), REASON_SIG_FORM, "any other level reads it");
	job.statement = policy_select_blob(&b->j.policy, STR("skip"));
	job.signature_count = 1;
	is_u64(blob_hashes(&tools, &job), 0, "skip hashes nothing");
	job.statement_name = STR("strict");
	job.signature_count = 0;
	is_reason(judge_job(b, &job), REASON_SIGNATURE_NOT_FOUND, "no signature at all");
}

/* A policy without a global statement has nothing for a file that names none. */
static void
test_no_global(struct bench *b)
{
	struct blob_signature s = sign_plain(b, FORGE_JWS);
	struct bench other = *b;

	judge_open(&other.j, scratch_at(&b->st.dir, "policy"), STAGE_NOW);
	scratch_json(&b->st.dir, "policy/trustpolicy.blob.json",
	    "{'version':'1.0','trustPolicies':[{'name':'a','signatureVerification':"
	    "{'level':'strict'}," STORES "]}");
	load_policy(&other.j, scratch_at(&b->st.dir, "policy"));
	is_reason(judge_one(&other, NULL, &s), REASON_POLICY_NO_MATCH, "none is global");
	is_reason(judge_one(&other, "a", &s), REASON_NONE, "one is named");
	judge_close(&other.j);
}

/* --- several signatures ------------------------------------------------------------------------ */

static enum reason
judge_several(struct bench *b, const struct blob_signature *list, size_t count)
{
	struct blob_job job = { .signatures = list, .signature_count = count };

	return judge_job(b, &job);
}

static void
test_several(struct bench *b)
{
	struct bytes right = b->file;
	struct blob_signature good = sign_plain(b, FORGE_JWS), other = sign_plain(b, FORGE_COSE);
	struct blob_signature wrong, gone = { .name = STR("gone.jws.sig"),
		.envelope_type = STR(JWS), .reason = REASON_FILE_MISSING, .detail = STR("none") };
	const struct verdict *v = &b->j.verdict;

	b->file = BYTES_LIT("another file");
	wrong = sign_plain(b, FORGE_JWS);
	b->file = right;
	for (int turn = 0; turn < 2; turn++) {
		struct blob_signature list[] = { turn ? good : wrong, turn ? wrong : good, gone };

		is_reason(judge_several(b, list, 2), REASON_NONE, "a bad one hides no good one");
		ok(v->signatures.n == 2 && judge_found(&b->j, REASON_PAYLOAD_TARGET_MISMATCH, false),
		    "a good one hides no bad one");
		ok(str_cmp(v->signatures.v[0].manifest_digest, v->signatures.v[1].manifest_digest) <
			0,
		    "in the order of their digests");
		is_reason(judge_several(b, list, 3), REASON_NONE, "nor does one that is gone");
		ok(judge_found(&b->j, REASON_SIGNATURE_RETRIEVAL, false), "which is told");
	}
	{
		struct blob_signature list[] = { wrong, gone };

		is_reason(judge_several(b, list, 2), REASON_PAYLOAD_TARGET_MISMATCH,
		    "none is valid");
	}
	{
		struct blob_signature list[] = { good, other, good };

		is_reason(judge_several(b, list, 3), REASON_NONE, "three files");
		is_u64(v->signatures.n, 2, "of two signatures");
		list[1] = signature(FORGE_COSE, good.octets);
		is_reason(judge_several(b, list, 2), REASON_NONE, "one named in two ways");
		is_u64(v->signatures.n, 2, "is read in both");
	}
}

/* Beyond the limit nothing is looked at; that is told, and refused if it could matter. */
static void
test_limit(struct bench *b)
{
	struct blob_signature list[8];
	bool first = false, last = false;
	uint64_t limit = b->j.limits.v[LIMIT_SIGNATURES];

	for (int i = 0; i < 64 && !(first && last); i++) {
		enum reason got;

		list[0] = sign_plain(b, FORGE_JWS);
		list[1] = sign(b, (struct forge_envelope){ .form = FORGE_COSE },
		    (struct forge_target){ .size = 7 });
		b->j.limits.v[LIMIT_SIGNATURES] = 1;
		got = judge_several(b, list, 2);
		if (b->j.verdict.signatures.v[0].state == SIGNATURE_VALID) {
			first = got == REASON_NONE &&
			    judge_found(&b->j, REASON_SIGNATURE_LIMIT, false);
		} else {
			last = b->j.verdict.state == STATE_NONCOMPLIANT &&
			    judge_found(&b->j, REASON_SIGNATURE_LIMIT, true);
		}
		b->j.limits.v[LIMIT_SIGNATURES] = limit;
	}
	ok(first, "the one that was looked at is valid: a note");
	ok(last, "it is not: refused, with the limit as one reason");
}

/* --- views --------------------------------------------------------------------------------------- */

static void
test_inspect(struct bench *b)
{
	struct verify_tools tools = tools_of(b);
	struct verdict *v = &b->j.verdict;
	struct err err;

	for (int form = 0; form < 3; form++) {
		struct blob_signature s = form == 2 ? signature(FORGE_JWS, BYTES_LIT("{}"))
						    : sign_plain(b, form ? FORGE_COSE : FORGE_JWS);

		arena_clear(&b->j.mem);
		verdict_init(v, &b->j.mem, 10);
		ok(blob_inspect(v, &tools, &s, &err) == 0 && v->signatures.n == 1, "inspected");
		if (form == 2) {
			ok(v->findings.n > 0 && v->signatures.v[0].state == SIGNATURE_ERROR,
			    "what is none is said to be none");
			continue;
		}
		is_str(v->digest, digest_text(b, "SHA256", b->file), "%s: what it signs",
		    forms[form]);
		ok(v->findings.n == 0 && v->signatures.v[0].chain_count == 3 &&
			v->signatures.v[0].state == SIGNATURE_SKIPPED &&
			v->steps.v[v->steps.n - 1].data.len > 0,
		    "%s: all of it, nothing judged", forms[form]);
	}
}

/* --- vectors ---------------------------------------------------------------------------------------- */

#define VECTOR_POLICY                                                                     \
	"{'version':'1.0','trustPolicies':[{'name':'a','globalPolicy':true,"              \
	"'signatureVerification':{'level':'%s'},'trustStores':['ca:a'],"                  \
	"'trustedIdentities':['*']}]}"

static void
vector_judge(struct bench *b, const char *level, struct bytes anchor)
{
	char text[512];

	snprintf(text, sizeof(text), VECTOR_POLICY, level);
	scratch_put(&b->st.dir, "vectors/truststore/x509/ca/a/anchor", anchor);
	scratch_json(&b->st.dir, "vectors/trustpolicy.blob.json", text);
	load_policy(&b->j, scratch_at(&b->st.dir, "vectors"));
}

static struct blob_signature
vector_signature(struct bench *b, const char *name)
{
	struct bytes octets = tap_file(0, "%s/notation/blob/%s", tap_vectors(), name);

	return signature(FORGE_JWS, arena_bytes(forge_mem(b->f), octets));
}

static void
vector_file(struct bench *b, const char *name)
{
	b->file = arena_bytes(forge_mem(b->f),
	    tap_file(0, "%s/notation/blob/%s", tap_vectors(), name));
}

static void
test_example(struct bench *b)
{
	struct blob_signature s = vector_signature(b, "example.blob.jws.sig");
	struct blob_job job = { .signatures = &s, .signature_count = 1 };
	struct metadata m = { STR("buildId"), STR("101") };

	vector_file(b, "example.blob");
	vector_judge(b, "strict", tap_file(1, "%s/notation/blob/example.blob.crt", tap_vectors()));
	is_reason(judge_job(b, &job), REASON_NONE, "vector example.blob: strict");
	job.media_type = STR("video/mp4");
	is_reason(judge_job(b, &job), REASON_NONE, "vector example.blob: media type");
	job.media_type = STR("video/mpeg");
	is_reason(judge_job(b, &job), REASON_PAYLOAD_TARGET_MISMATCH,
	    "vector example.blob: another media type");
	job.media_type = STR_NONE;
	b->j.metadata = &m;
	b->j.metadata_count = 1;
	is_reason(judge_job(b, &job), REASON_NONE, "vector example.blob: buildId=101");
	m.value = STR("100");
	is_reason(judge_job(b, &job), REASON_PAYLOAD_METADATA_MISMATCH,
	    "vector example.blob: another buildId");
	b->j.metadata_count = 0;
	judge_at(&b->j, "2124-05-01T00:00:00Z");
	is_reason(judge_job(b, &job), REASON_CERT_EXPIRED, "vector example.blob: in 2124");
	judge_at(&b->j, STAGE_NOW);
	vector_file(b, "LICENSE");
	is_reason(judge_job(b, &job), REASON_PAYLOAD_TARGET_MISMATCH,
	    "vector example.blob: another file");
}

/* Its certificate is its own anchor: nobody supplied another. */
static void
test_license(struct bench *b)
{
	struct blob_signature s = vector_signature(b, "LICENSE.jws.sig");
	struct blob_job job = { .signatures = &s, .signature_count = 1 };
	struct verify_tools tools = tools_of(b);
	struct bytes anchor;
	struct err err;

	arena_clear(&b->j.mem);
	verdict_init(&b->j.verdict, &b->j.mem, 10);
	ok(blob_inspect(&b->j.verdict, &tools, &s, &err) == 0 && b->j.verdict.certs.n == 1,
	    "vector LICENSE: one certificate");
	anchor = arena_bytes(forge_mem(b->f), b->j.verdict.certs.v[0].der);
	vector_file(b, "LICENSE");
	vector_judge(b, "strict", anchor);
	is_reason(judge_job(b, &job), REASON_CERT_EXPIRED, "vector LICENSE: expired at strict");
	ok(judge_step(&b->j, STEP_INTEGRITY)->outcome == OUTCOME_PASS &&
		judge_step(&b->j, STEP_BINDING)->outcome == OUTCOME_PASS,
	    "vector LICENSE: integrity holds and the file matches");
	judge_at(&b->j, "2024-12-31T12:00:00Z");
	is_reason(judge_job(b, &job), REASON_NONE, "vector LICENSE: while it was valid");
	judge_at(&b->j, STAGE_NOW);
	vector_judge(b, "audit", anchor);
	is_reason(judge_job(b, &job), REASON_NONE, "vector LICENSE: logged at audit");
	ok(judge_found(&b->j, REASON_CERT_EXPIRED, false), "vector LICENSE: and told");
	vector_file(b, "example.blob");
	is_reason(judge_job(b, &job), REASON_PAYLOAD_TARGET_MISMATCH,
	    "vector LICENSE: another file at audit");
}

int
main(void)
{
	struct bench b;

	bench_open(&b);
	test_names();
	test_keys(&b);
	test_target(&b);
	test_empty(&b);
	test_media_type(&b);
	test_metadata(&b);
	test_defects(&b);
	test_levels(&b);
	test_octets(&b);
	test_statements(&b);
	test_several(&b);
	test_limit(&b);
	test_inspect(&b);
	test_no_global(&b);
	if (tap_vectors() != NULL) {
		test_example(&b);
		test_license(&b);
	} else {
		tap_skip("vectors not present");
	}
	bench_close(&b);
	return tap_done();
}
