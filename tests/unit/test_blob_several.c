/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detached signatures of files: their names, the statement that counts, several signatures, views; and
 * the vectors that the Notary Project's own tools made.
 */
#include <stdio.h>

#include "tests/lib/blobstage.h"
#include "tests/lib/tap.h"
#include "verify/checkers.h"

static const char *const forms[] = { "jws", "cose" };

/* --- names ----------------------------------------------------------------------------------- */

static void
test_names(void)
{
	static const struct {
		const char *path, *type;
	} rows[] = {
		{ "a.jws.sig", BLOB_JWS },
		{ "a.cose.sig", BLOB_COSE },
		{ "a.tar.gz.jws.sig", BLOB_JWS },
		{ "A.JWS.SIG", BLOB_JWS },
		{ "a.Cose.Sig", BLOB_COSE },
		{ "dir.jws.sig/a.cose.sig", BLOB_COSE },
		{ "/x/y/a.jws.sig", BLOB_JWS },
		{ ".jws.sig", BLOB_JWS },
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

/* --- statements ------------------------------------------------------------------------------ */

static void
test_statements(struct blobstage *b)
{
	struct blob_signature s = blobstage_plain(b, FORGE_JWS);
	struct blob_signature broken = blobstage_signature(FORGE_JWS, BYTES_LIT("no signature"));
	struct blob_job job = { .signatures = &s, .signature_count = 0 };
	struct verify_tools tools = blobstage_tools(b);

	is_reason(blobstage_one(b, NULL, &s), REASON_NONE, "the global statement");
	is_str(b->j.verdict.statement, "strict", "is recorded by its name");
	is_u64(b->j.verdict.level, LEVEL_STRICT, "and its level");
	is_reason(blobstage_one(b, "audit", &s), REASON_NONE, "one by its name");
	is_str(b->j.verdict.statement, "audit", "recorded");
	is_reason(blobstage_one(b, "Audit", &s), REASON_POLICY_NO_MATCH, "names are exact");
	is_reason(blobstage_one(b, "", &s), REASON_POLICY_NO_MATCH, "an empty name is a name");
	ok(b->j.verdict.signatures.n == 0 && b->j.verdict.state == STATE_NONCOMPLIANT,
	    "without statement no signature is judged");
	is_reason(blobstage_one(b, "skip", &broken), REASON_POLICY_LEVEL_SKIP, "level skip");
	ok(b->j.verdict.state == STATE_NOT_APPLICABLE && b->j.verdict.signatures.n == 0,
	    "reads no signature and is not compliant");
	is_reason(blobstage_one(b, NULL, &broken), REASON_SIG_FORM, "any other level reads it");
	job.statement = policy_select_blob(&b->j.policy, STR("skip"));
	job.signature_count = 1;
	is_u64(blob_hashes(&tools, &job), 0, "skip hashes nothing");
	job.statement_name = STR("strict");
	job.signature_count = 0;
	is_reason(blobstage_job(b, &job), REASON_SIGNATURE_NOT_FOUND, "no signature at all");
}

/* A policy without a global statement has nothing for a file that names none. */
static void
test_no_global(struct blobstage *b)
{
	struct blob_signature s = blobstage_plain(b, FORGE_JWS);
	struct blobstage other = *b;

	judge_open(&other.j, scratch_at(&b->st.dir, "policy"), STAGE_NOW);
	scratch_json(&b->st.dir, "policy/trustpolicy.blob.json",
	    "{'version':'1.0','trustPolicies':[{'name':'a','signatureVerification':"
	    "{'level':'strict'}," BLOB_STORES "]}");
	blobstage_policy(&other.j, scratch_at(&b->st.dir, "policy"));
	is_reason(blobstage_one(&other, NULL, &s), REASON_POLICY_NO_MATCH, "none is global");
	is_reason(blobstage_one(&other, "a", &s), REASON_NONE, "one is named");
	judge_close(&other.j);
}

/* --- several signatures ------------------------------------------------------------------------ */

static enum reason
judge_several(struct blobstage *b, const struct blob_signature *list, size_t count)
{
	struct blob_job job = { .signatures = list, .signature_count = count };

	return blobstage_job(b, &job);
}

static void
test_several(struct blobstage *b)
{
	struct bytes right = b->file;
	struct blob_signature good = blobstage_plain(b, FORGE_JWS), other = blobstage_plain(b, FORGE_COSE);
	struct blob_signature wrong, gone = { .name = STR("gone.jws.sig"),
		.envelope_type = STR(BLOB_JWS), .reason = REASON_FILE_MISSING, .detail = STR("none") };
	const struct verdict *v = &b->j.verdict;

	b->file = BYTES_LIT("another file");
	wrong = blobstage_plain(b, FORGE_JWS);
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
		list[1] = blobstage_signature(FORGE_COSE, good.octets);
		is_reason(judge_several(b, list, 2), REASON_NONE, "one named in two ways");
		is_u64(v->signatures.n, 2, "is read in both");
	}
}

/* Beyond the limit nothing is looked at; that is told, and refused if it could matter. */
static void
test_limit(struct blobstage *b)
{
	struct blob_signature list[8];
	bool first = false, last = false;
	uint64_t limit = b->j.limits.v[LIMIT_SIGNATURES];

	for (int i = 0; i < 64 && !(first && last); i++) {
		enum reason got;

		list[0] = blobstage_plain(b, FORGE_JWS);
		list[1] = blobstage_sign(b, (struct forge_envelope){ .form = FORGE_COSE },
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
test_inspect(struct blobstage *b)
{
	struct verify_tools tools = blobstage_tools(b);
	struct verdict *v = &b->j.verdict;
	struct err err;

	for (int form = 0; form < 3; form++) {
		struct blob_signature s = form == 2 ? blobstage_signature(FORGE_JWS, BYTES_LIT("{}"))
						    : blobstage_plain(b, form ? FORGE_COSE : FORGE_JWS);

		arena_clear(&b->j.mem);
		verdict_init(v, &b->j.mem, 10);
		ok(checker_show_file(v, &tools, &s, &err) == 0 && v->signatures.n == 1, "inspected");
		if (form == 2) {
			ok(v->findings.n > 0 && v->signatures.v[0].state == SIGNATURE_ERROR,
			    "what is none is said to be none");
			continue;
		}
		is_str(v->signatures.v[0].signed_digest, blobstage_digest(b, "SHA256", b->file), "%s: what it signs",
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
vector_judge(struct blobstage *b, const char *level, struct bytes anchor)
{
	char text[512];

	snprintf(text, sizeof(text), VECTOR_POLICY, level);
	scratch_put(&b->st.dir, "vectors/truststore/x509/ca/a/anchor", anchor);
	scratch_json(&b->st.dir, "vectors/trustpolicy.blob.json", text);
	blobstage_policy(&b->j, scratch_at(&b->st.dir, "vectors"));
}

static struct blob_signature
vector_signature(struct blobstage *b, const char *name)
{
	struct bytes octets = tap_file(0, "%s/notation/blob/%s", tap_vectors(), name);

	return blobstage_signature(FORGE_JWS, arena_bytes(forge_mem(b->f), octets));
}

static void
vector_file(struct blobstage *b, const char *name)
{
	b->file = arena_bytes(forge_mem(b->f),
	    tap_file(0, "%s/notation/blob/%s", tap_vectors(), name));
}

static void
test_example(struct blobstage *b)
{
	struct blob_signature s = vector_signature(b, "example.blob.jws.sig");
	struct blob_job job = { .signatures = &s, .signature_count = 1 };
	struct metadata m = { STR("buildId"), STR("101") };

	vector_file(b, "example.blob");
	vector_judge(b, "strict", tap_file(1, "%s/notation/blob/example.blob.crt", tap_vectors()));
	is_reason(blobstage_job(b, &job), REASON_NONE, "vector example.blob: strict");
	job.media_type = STR("video/mp4");
	is_reason(blobstage_job(b, &job), REASON_NONE, "vector example.blob: media type");
	job.media_type = STR("video/mpeg");
	is_reason(blobstage_job(b, &job), REASON_PAYLOAD_TARGET_MISMATCH,
	    "vector example.blob: another media type");
	job.media_type = STR_NONE;
	b->j.metadata = &m;
	b->j.metadata_count = 1;
	is_reason(blobstage_job(b, &job), REASON_NONE, "vector example.blob: buildId=101");
	m.value = STR("100");
	is_reason(blobstage_job(b, &job), REASON_PAYLOAD_METADATA_MISMATCH,
	    "vector example.blob: another buildId");
	b->j.metadata_count = 0;
	judge_at(&b->j, "2124-05-01T00:00:00Z");
	is_reason(blobstage_job(b, &job), REASON_CERT_EXPIRED, "vector example.blob: in 2124");
	judge_at(&b->j, STAGE_NOW);
	vector_file(b, "LICENSE");
	is_reason(blobstage_job(b, &job), REASON_PAYLOAD_TARGET_MISMATCH,
	    "vector example.blob: another file");
}

/* Its certificate is its own anchor: nobody supplied another. */
static void
test_license(struct blobstage *b)
{
	struct blob_signature s = vector_signature(b, "LICENSE.jws.sig");
	struct blob_job job = { .signatures = &s, .signature_count = 1 };
	struct verify_tools tools = blobstage_tools(b);
	struct bytes anchor;
	struct err err;

	arena_clear(&b->j.mem);
	verdict_init(&b->j.verdict, &b->j.mem, 10);
	ok(checker_show_file(&b->j.verdict, &tools, &s, &err) == 0 && b->j.verdict.certs.n == 1,
	    "vector LICENSE: one certificate");
	anchor = arena_bytes(forge_mem(b->f), b->j.verdict.certs.v[0].der);
	vector_file(b, "LICENSE");
	vector_judge(b, "strict", anchor);
	is_reason(blobstage_job(b, &job), REASON_CERT_EXPIRED, "vector LICENSE: expired at strict");
	ok(judge_step(&b->j, STEP_INTEGRITY)->outcome == OUTCOME_PASS &&
		judge_step(&b->j, STEP_BINDING)->outcome == OUTCOME_PASS,
	    "vector LICENSE: integrity holds and the file matches");
	judge_at(&b->j, "2024-12-31T12:00:00Z");
	is_reason(blobstage_job(b, &job), REASON_NONE, "vector LICENSE: while it was valid");
	judge_at(&b->j, STAGE_NOW);
	vector_judge(b, "audit", anchor);
	is_reason(blobstage_job(b, &job), REASON_NONE, "vector LICENSE: logged at audit");
	ok(judge_found(&b->j, REASON_CERT_EXPIRED, false), "vector LICENSE: and told");
	vector_file(b, "example.blob");
	is_reason(blobstage_job(b, &job), REASON_PAYLOAD_TARGET_MISMATCH,
	    "vector LICENSE: another file at audit");
}

int
main(void)
{
	struct blobstage b;

	blobstage_open(&b);
	test_names();
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
	blobstage_close(&b);
	return tap_done();
}
