/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one judged artifact. */
#include <stdio.h>

#include "audit/bind.h"
#include "audit/writer.h"

struct job { /* one artifact being written */
	struct record *r;
	const struct verdict *v;
	int64_t input, artifact, evaluation;
	char (*envelopes)[DIGEST_TEXT]; /* of each signature; "" for none */
};

/* --- the artifact in its input --- */

static int
put_node(const struct job *j, struct err *err)
{
	const struct verdict *v = j->v;
	const struct node_record n = { .digest = v->digest,
		.media_type = v->media_type,
		.artifact_type = v->artifact_type,
		.platform = v->platform,
		.size = v->size,
		.class = v->class,
		.state = NODE_PRESENT,
		.found_by = FOUND_UNKNOWN,
		.judged = true };

	/* As a rule the inventory came first and this changes nothing. */
	return writer_node(j->r, j->input, j->artifact, &n, err);
}

static int
put_evaluation(struct job *j, struct err *err)
{
	const struct verdict *v = j->v;
	sqlite3_stmt *st = j->r->st[W_EVALUATION_PUT];
	size_t valid = 0;

	for (size_t i = 0; i < v->signatures.n; i++)
		valid += v->signatures.v[i].state == SIGNATURE_VALID;
	bind_record(st, &shape_verdict, v);
	bind_int(st, bind_param(st, "run_id"), j->r->run_id);
	bind_int(st, bind_param(st, "input_id"), j->input);
	bind_int(st, bind_param(st, "artifact_id"), j->artifact);
	bind_id(st, bind_param(st, "policy_id"),
	    v->statement.ptr == NULL ? 0 : j->r->policy_id);
	bind_u64(st, bind_param(st, "signatures_found"), v->signatures.n);
	bind_u64(st, bind_param(st, "signatures_valid"), valid);
	bind_text(st, bind_param(st, "checked_at"), j->r->started);
	if (writer_run(j->r, W_EVALUATION_PUT, err) != 0)
		return -1;
	j->evaluation = sqlite3_last_insert_rowid(j->r->db->sql);
	return 0;
}

/* --- signatures --- */

int
writer_anchor(
    int64_t *out, struct record *r, const struct signature_record *s, struct err *err)
{
	size_t colon = str_find(s->trust_store, ':');
	char digest[DIGEST_TEXT];

	*out = 0;
	if (s->anchor.alg == DIGEST_NONE || colon == s->trust_store.len)
		return 0;
	digest_format(digest, &s->anchor);
	bind_str(r->st[W_ANCHOR_GET], 1, str_upto(s->trust_store, colon));
	bind_str(r->st[W_ANCHOR_GET], 2, str_from(s->trust_store, colon + 1));
	bind_text(r->st[W_ANCHOR_GET], 3, digest);
	return writer_id(out, r, W_ANCHOR_GET, err);
}

/* Evidence first: the rows that refer to it need it. */
static int
put_blobs(const struct job *j, size_t seq, char token[DIGEST_TEXT], struct err *err)
{
	const struct signature_record *s = &j->v->signatures.v[seq];
	char *envelope = j->envelopes[seq];
	char type[256] = "application/octet-stream";

	token[0] = '\0';
	if (s->envelope_type.len > 0 && s->envelope_type.len < sizeof(type)) {
		memcpy(type, s->envelope_type.ptr, s->envelope_type.len);
		type[s->envelope_type.len] = '\0';
	}
	if (s->envelope.len > 0 &&
	    writer_blob(j->r, envelope, type, s->envelope, err) != 0)
		return -1;
	if (s->token.len == 0)
		return 0;
	writer_sha256(token, j->r, s->token);
	return writer_blob(j->r, token, "application/timestamp-token", s->token, err);
}

static int
put_signature_row(const struct job *j, size_t seq, const char *token, struct err *err)
{
	const struct signature_record *s = &j->v->signatures.v[seq];
	const char *envelope = j->envelopes[seq];
	sqlite3_stmt *st = j->r->st[W_SIGNATURE_PUT];
	int64_t anchor;

	if (writer_anchor(&anchor, j->r, s, err) != 0)
		return -1;
	bind_record(st, &shape_signature, s);
	bind_int(st, bind_param(st, "evaluation_id"), j->evaluation);
	bind_u64(st, bind_param(st, "seq"), seq);
	bind_text(st, bind_param(st, "envelope_digest"), envelope[0] == '\0' ? NULL : envelope);
	bind_text(st, bind_param(st, "token_digest"), token[0] == '\0' ? NULL : token);
	bind_id(st, bind_param(st, "anchor_id"), anchor);
	return writer_run(j->r, W_SIGNATURE_PUT, err);
}

static int
put_chain(const struct job *j, size_t seq, const char *chain,
    const struct digest *digests, size_t count, struct err *err)
{
	sqlite3_stmt *st = j->r->st[W_CHAIN_PUT];
	char digest[DIGEST_TEXT];
	int64_t cert;

	for (size_t i = 0; i < count; i++) {
		digest_format(digest, &digests[i]);
		cert = idcache_get(j->r->certs, str_of(digest));
		if (cert == 0) {
			bind_text(j->r->st[W_CERT_GET], 1, digest);
			if (writer_id(&cert, j->r, W_CERT_GET, err) != 0)
				return -1;
		}
		bind_int(st, 1, j->evaluation);
		bind_u64(st, 2, seq);
		bind_text(st, 3, chain);
		bind_u64(st, 4, i);
		bind_int(st, 5, cert);
		if (writer_run(j->r, W_CHAIN_PUT, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_checks(const struct job *j, struct err *err)
{
	sqlite3_stmt *st = j->r->st[W_CHECK_PUT];

	for (size_t i = 0; i < j->v->checks.n; i++) {
		bind_record(st, &shape_check, &j->v->checks.v[i]);
		bind_int(st, bind_param(st, "evaluation_id"), j->evaluation);
		bind_u64(st, bind_param(st, "seq"), i);
		if (writer_run(j->r, W_CHECK_PUT, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_signatures(struct job *j, struct err *err)
{
	const struct verdict *v = j->v;
	char token[DIGEST_TEXT];
	int64_t cert;

	j->envelopes = arena_array(&j->r->mem, v->signatures.n, sizeof(*j->envelopes));
	for (size_t i = 0; i < v->certs.n; i++)
		if (writer_cert(&cert, j->r, &v->certs.v[i], err) != 0)
			return -1;
	for (size_t i = 0; i < v->signatures.n; i++) {
		const struct signature_record *s = &v->signatures.v[i];

		if (s->envelope.len > 0)
			digest_format(j->envelopes[i], &s->envelope_digest);
		if (put_blobs(j, i, token, err) != 0 ||
		    put_signature_row(j, i, token, err) != 0 ||
		    put_chain(j, i, "signing", s->chain, s->chain_count, err) != 0 ||
		    put_chain(j, i, "tsa", s->tsa_chain, s->tsa_count, err) != 0)
			return -1;
	}
	return 0;
}

/* --- steps and findings --- */

static int
put_steps(const struct job *j, struct err *err)
{
	sqlite3_stmt *st = j->r->st[W_STEP_PUT];

	for (size_t i = 0; i < j->v->steps.n; i++) {
		bind_record(st, &shape_step, &j->v->steps.v[i]);
		bind_int(st, bind_param(st, "evaluation_id"), j->evaluation);
		bind_u64(st, bind_param(st, "seq"), i);
		if (writer_run(j->r, W_STEP_PUT, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_finding(const struct job *j, size_t seq, const struct finding *f, struct err *err)
{
	sqlite3_stmt *st = j->r->st[W_FINDING_PUT];
	char print[65];

	block_fingerprint(print, j->r->hasher, reason_code(f->reason), j->v->digest,
	    f->signature < 0 ? "" : j->envelopes[f->signature]);
	bind_finding(st, f);
	bind_int(st, bind_param(st, "evaluation_id"), j->evaluation);
	bind_u64(st, bind_param(st, "seq"), seq);
	bind_text(st, bind_param(st, "fingerprint"), print);
	return writer_run(j->r, W_FINDING_PUT, err);
}

static int
put_findings(const struct job *j, struct err *err)
{
	const struct verdict *v = j->v;
	bool named = v->state == STATE_COMPLIANT;

	for (size_t i = 0; i < v->findings.n; i++) {
		named = named || v->findings.v[i].reason == v->reason;
		if (put_finding(j, i, &v->findings.v[i], err) != 0)
			return -1;
	}
	if (named)
		return 0;
	/* Every state but Compliant has something to read, also where no step failed. */
	return put_finding(j, v->findings.n,
	    &(struct finding){ .reason = v->reason,
		.blocking = v->state < STATE_COMPLIANT,
		.message = str_of(reason_row(v->reason)->title),
		FINDING_ALONE },
	    err);
}

int
writer_verdict(struct record *r, int64_t input, const struct verdict *v, struct err *err)
{
	struct job j = { .r = r, .v = v, .input = input };
	int result;

	arena_clear(&r->mem);
	result = writer_artifact(&j.artifact, r, v->digest, err) != 0 ||
			 put_node(&j, err) != 0 || put_evaluation(&j, err) != 0 ||
			 put_checks(&j, err) != 0 || put_signatures(&j, err) != 0 || put_steps(&j, err) != 0 ||
			 put_findings(&j, err) != 0
		     ? -1
		     : 0;
	arena_clear(&r->mem);
	return result;
}

/* --- what was announced and never came --- */

/* 1: a digest that should have a verdict and has none, behind *artifact; 0: no more. */
static int
next_unjudged(
    char out[256], int64_t *artifact, struct record *r, int64_t input, struct err *err)
{
	sqlite3_stmt *st = r->st[W_INPUT_UNJUDGED];
	int got;

	bind_int(st, 1, input);
	bind_int(st, 2, *artifact);
	got = handle_row(r->db, st, err);
	if (got == 1) {
		*artifact = sqlite3_column_int64(st, 0);
		snprintf(out, 256, "%s", (const char *)sqlite3_column_text(st, 1));
	}
	sqlite3_reset(st);
	return got;
}

int
writer_unjudged(struct record *r, int64_t input, struct err *err)
{
	int64_t artifact = 0;
	char digest[256];
	struct arena mem;
	struct verdict v;
	int got;

	arena_init(&mem, 0);
	while ((got = next_unjudged(digest, &artifact, r, input, err)) == 1) {
		if (handle_stopped(r->db)) {
			got = handle_interrupted(r->db, err);
			break;
		}
		/* As it starts: unknown, not judged. */
		verdict_init(&v, &mem, 0);
		v.digest = str_of(digest);
		if (writer_verdict(r, input, &v, err) != 0) {
			got = -1;
			break;
		}
	}
	arena_clear(&mem);
	return got;
}
