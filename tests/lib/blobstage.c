/* SPDX-License-Identifier: Apache-2.0 */
/* A file, a policy for files, and signatures over the file. */
#include "tests/lib/blobstage.h"

static const char document[] =
    "{'version':'1.0','trustPolicies':["
    "{'name':'strict','globalPolicy':true,'signatureVerification':{'level':'strict'}," BLOB_STORES ","
    "{'name':'permissive','signatureVerification':{'level':'permissive'}," BLOB_STORES ","
    "{'name':'audit','signatureVerification':{'level':'audit'}," BLOB_STORES ","
    "{'name':'stamped','signatureVerification':{'level':'strict'},"
    "'trustStores':['ca:root','tsa:root']," BLOB_IDENTITY ","
    "{'name':'stranger','signatureVerification':{'level':'strict'},"
    "'trustStores':['ca:stranger']," BLOB_IDENTITY ","
    "{'name':'nobody','signatureVerification':{'level':'strict'},'trustStores':['ca:root'],"
    "'trustedIdentities':['x509.subject:C=US,ST=WA,O=Other']},"
    "{'name':'skip','signatureVerification':{'level':'skip'}}]}";

void
blobstage_policy(struct judge *j, const char *folder)
{
	struct policy_options options = { .kind = POLICY_BLOB, .limits = &j->limits };
	struct err err;

	policy_clear(&j->policy);
	if (policy_load(&j->policy, folder, j->lib, &options, &err) != 0)
		forge_die("%s: %s %s", folder, reason_code(err.reason), err.text);
}

void
blobstage_open(struct blobstage *b)
{
	const char *folder;

	stage_open(&b->st);
	folder = stage_policy(&b->st, "policy",
	    stage_statement(&b->st, "'level':'strict'", "'ca:root'"));
	scratch_json(&b->st.dir, "policy/trustpolicy.blob.json", document);
	judge_open(&b->j, folder, STAGE_NOW);
	blobstage_policy(&b->j, folder);
	b->f = forge_new();
	b->file = BYTES_LIT("what is in the file\n");
}

void
blobstage_close(struct blobstage *b)
{
	forge_free(b->f);
	judge_close(&b->j);
	stage_close(&b->st);
}

/* --- one judgement ------------------------------------------------------------------------- */

struct verify_tools
blobstage_tools(struct blobstage *b)
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
enum reason
blobstage_job(struct blobstage *b, struct blob_job *job)
{
	struct verify_tools tools = blobstage_tools(b);
	struct digest digests[DIGEST_SHA512 + 1] = { { .alg = DIGEST_NONE } };
	struct target file = { .media_type = job->media_type,
		.size = b->file.len,
		.hashes = digests };
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
	if (decide_file(v, &tools, &file, job, &err) != 0)
		return err.reason;
	return v->reason;
}

enum reason
blobstage_one(struct blobstage *b, const char *statement, const struct blob_signature *s)
{
	struct blob_job job = { .statement_name = str_of(statement),
		.signatures = s,
		.signature_count = 1,
		.media_type = STR_NONE };

	return blobstage_job(b, &job);
}

struct blob_signature
blobstage_signature(enum forge_form form, struct bytes octets)
{
	return (struct blob_signature){ .name = STR("file.sig"),
		.envelope_type = form == FORGE_JWS ? STR(BLOB_JWS) : STR(BLOB_COSE),
		.octets = octets };
}

const char *
blobstage_digest(struct blobstage *b, const char *hash, struct bytes data)
{
	const char *name = strcmp(hash, "SHA256") == 0 ? "sha256"
	    : strcmp(hash, "SHA384") == 0	       ? "sha384"
						       : "sha512";

	return arena_printf(forge_mem(b->f), "%s:%.*s", name,
	    STR_ARG(forge_hex(b->f, forge_hash(b->f, hash, data))))
	    .ptr;
}

/* What is missing in the spec is right: payload over the file, signer of the stage. */
struct blob_signature
blobstage_sign(struct blobstage *b, struct forge_envelope spec, struct forge_target t)
{
	if (spec.signer == NULL)
		spec.signer = &b->st.ca;
	if (t.digest == NULL)
		t.digest = blobstage_digest(b, forge_key_hash(spec.signer->key), b->file);
	if (t.size == 0)
		t.size = b->file.len;
	if (t.media_type == NULL)
		t.media_type = "application/octet-stream";
	if (spec.payload.len == 0)
		spec.payload = forge_payload(b->f, &t);
	return blobstage_signature(spec.form, forge_envelope(b->f, &spec));
}

struct blob_signature
blobstage_plain(struct blobstage *b, enum forge_form form)
{
	return blobstage_sign(b, (struct forge_envelope){ .form = form },
	    (struct forge_target){ .size = 0 });
}
