/* SPDX-License-Identifier: Apache-2.0 */
/* Authentic time stamp: was the signing chain valid at a time that can be believed? */
#include "verify/timestamp.h"

#include <stdio.h>

#include "crypto/tst.h"
#include "verify/revoked.h"
#include "verify/sigrecord.h"

static enum action
action_of(const struct check_job *job)
{
	return job->statement->actions[VALIDATION_TIMESTAMP] == ACTION_ENFORCE ? ACTION_ENFORCE
									       : ACTION_LOG;
}

static const char *
show(char out[WHEN_TEXT], struct when w)
{
	when_format_us(out, w);
	return out;
}

/* "1 s", "500 ms" or "250 us": in the largest unit that holds it whole. */
static const char *
show_accuracy(char out[WHEN_TEXT], int64_t us)
{
	if (us % 1000000 == 0)
		snprintf(out, WHEN_TEXT, "%lld s", (long long)(us / 1000000));
	else if (us % 1000 == 0)
		snprintf(out, WHEN_TEXT, "%lld ms", (long long)(us / 1000));
	else
		snprintf(out, WHEN_TEXT, "%lld us", (long long)us);
	return out;
}

static struct str
subject_at(const struct chain *chain, size_t at)
{
	return cert_subject_text(chain->certs[at]);
}

/* Scheme notary.x509.signingAuthority: the authority vouches for the signing time; T is not used. */
static void
check_authority(struct verdict *v, const struct check_job *job, const struct timestamp_in *in)
{
	struct when signed_at = in->envelope->signing_time;
	char text[WHEN_TEXT];
	size_t at;

	/* Every digit counts, at both ends of a validity. */
	if (chain_valid(in->chain, signed_at, in->envelope->signing_time_end, &at) != REASON_NONE)
		verdict_fail(v, STEP_TIMESTAMP, action_of(job), in->signature,
		    REASON_CERT_NOT_VALID_AT_SIGNING, "%.*s was not valid at %s",
		    STR_ARG(subject_at(in->chain, at)), show(text, signed_at));
	else
		verdict_pass(v, STEP_TIMESTAMP, action_of(job), in->signature,
		    "all certificates were valid at the authentic signing time %s",
		    show(text, signed_at));
}

/* No token is wanted: every certificate must be valid now. A token that is there gives nothing. */
static void
check_now(struct verdict *v, const struct check_job *job, const struct timestamp_in *in)
{
	struct when now = job->tools->time;
	char text[WHEN_TEXT], edge[WHEN_TEXT];
	const struct cert_info *c;
	enum reason reason;
	size_t at;

	reason = chain_valid(in->chain, now, now, &at);
	if (reason == REASON_NONE) {
		verdict_pass(v, STEP_TIMESTAMP, action_of(job), in->signature,
		    "all certificates are valid at %s", show(text, now));
		return;
	}
	c = cert_info(in->chain->certs[at]);
	show(edge, reason == REASON_CERT_EXPIRED ? c->not_after : c->not_before);
	verdict_fail(v, STEP_TIMESTAMP, action_of(job), in->signature, reason, "%.*s %s %s",
	    STR_ARG(subject_at(in->chain, at)),
	    reason == REASON_CERT_EXPIRED ? "expired at" : "is not valid before", edge);
}

static bool
names_tsa_store(const struct policy_statement *s)
{
	for (size_t i = 0; i < s->store_count; i++)
		if (s->stores[i].type == STORE_TSA)
			return true;
	return false;
}

static bool
token_wanted(const struct check_job *job, const struct chain *chain)
{
	if (!names_tsa_store(job->statement))
		return false;
	if (!job->statement->timestamp_after_expiry)
		return true;
	for (size_t i = 0; i < chain->count; i++)
		if (when_cmp(cert_info(chain->certs[i])->not_after, job->tools->time) < 0)
			return true;
	return false;
}

/* The tsa stores of the statement must load, all of them. */
static const struct anchor_store *
broken_tsa_store(const struct policy_statement *s)
{
	for (size_t i = 0; i < s->store_count; i++)
		if (s->stores[i].type == STORE_TSA && s->stores[i].store->reason != REASON_NONE)
			return s->stores[i].store;
	return NULL;
}

/* The whole interval genTime -/+ accuracy lies in the validity of every certificate, root included. */
static enum reason
check_window(const struct chain *chain, const struct tst *t, size_t *at)
{
	enum reason reason = chain_valid(chain, t->lower, t->upper, at);

	if (reason == REASON_NONE)
		return REASON_NONE;
	return reason == REASON_CERT_NOT_YET_VALID ? REASON_TIMESTAMP_BEFORE_VALIDITY
						   : REASON_TIMESTAMP_AFTER_VALIDITY;
}

struct token {                  /* one check under way */
	const struct timestamp_in *in;
	struct tst tst;
	const struct chain *path;
	char detail[256];
};

/* RFC 3161 and the trust in its signer, in the order of the specification; words go to detail. */
static enum reason
token_verify(struct token *t, struct verdict *v, const struct check_job *job)
{
	const struct verify_tools *tools = job->tools;
	const struct anchor_store *broken;
	struct chain_anchors anchors;
	enum reason reason;

	reason = tst_imprint(&t->tst, tools->hasher, t->in->envelope->signature);
	if (reason != REASON_NONE) {
		snprintf(t->detail, sizeof(t->detail),
		    "imprint is not that of this signature");
		return reason;
	}
	broken = broken_tsa_store(job->statement);
	if (broken != NULL) {
		snprintf(t->detail, sizeof(t->detail), "trust store tsa:%.*s: %.*s",
		    STR_ARG(broken->name), STR_ARG(broken->detail));
		return broken->reason;
	}
	anchors = policy_anchors(tools->policy, job->statement, STORE_TSA, v->mem);
	if (anchors.count == 0) {
		snprintf(t->detail, sizeof(t->detail), "the tsa stores hold no certificate");
		return REASON_TRUSTSTORE_EMPTY;
	}
	return tst_verify(&t->tst, &t->path, tools->certs, tools->chains, tools->hasher, &anchors,
	    t->detail, sizeof(t->detail));
}

static void
token_record(struct verdict *v, const struct token *t)
{
	struct signature_record *s = &v->signatures.v[t->in->signature];

	sigrecord_tsa(v, t->in->signature, t->path);
	s->has_timestamp = true;
	s->timestamp = t->tst.time;
	s->timestamp_accuracy_us = (uint64_t)t->tst.accuracy_us;
}

static void
token_pass(struct verdict *v, const struct check_job *job, const struct token *t,
    struct str revocation)
{
	char text[WHEN_TEXT], within[WHEN_TEXT];

	verdict_pass(v, STEP_TIMESTAMP, action_of(job), t->in->signature,
	    "stamped at %s (within %s) by %.*s; the signing chain was valid then",
	    show(text, t->tst.time), show_accuracy(within, t->tst.accuracy_us),
	    STR_ARG(subject_at(t->path, 0)));
	verdict_data(v, revocation);
}

/*
 * Which of several paths another verifier takes is its own choice: a certificate that was revoked counts
 * on each of them. That nothing is known of a further one is no matter.
 */
static void
revoked_paths(struct revoked_result *out, struct verdict *v, const struct check_job *job,
    const struct token *t)
{
	struct revoked_question question = {
		.chain = t->path,
		.time = job->tools->time,
		.time_chosen = job->tools->time_chosen,
		.budget = job,
	};
	struct revoked_result further;

	revoked_chain(out, job->tools->revoker, v->mem, &question);
	for (const struct chain *c = t->path->other; c != NULL; c = c->other) {
		if (out->result == REVOCATION_REVOKED)
			return;
		question.chain = c;
		revoked_chain(&further, job->tools->revoker, v->mem, &question);
		if (further.result == REVOCATION_REVOKED || (further.late && !out->late))
			*out = further;
	}
}

/* What the token proves about the chain: the window, and that its authority was not revoked. */
static void
token_judge(struct verdict *v, const struct check_job *job, const struct token *t)
{
	struct revoked_result revoked;
	enum reason reason;
	char text[WHEN_TEXT], within[WHEN_TEXT];
	size_t at;

	reason = check_window(t->in->chain, &t->tst, &at);
	if (reason != REASON_NONE) {
		verdict_fail(v, STEP_TIMESTAMP, action_of(job), t->in->signature, reason,
		    "stamped at %s (within %s), outside the validity of %.*s",
		    show(text, t->tst.time), show_accuracy(within, t->tst.accuracy_us),
		    STR_ARG(subject_at(t->in->chain, at)));
		return;
	}
	/* Always asked, whatever the policy says of revocation, and at T; no data is never good. */
	revoked_paths(&revoked, v, job, t);
	if (revoked.late && revoked.result == REVOCATION_UNKNOWN) {
		verdict_error(v, STEP_TIMESTAMP, t->in->signature, REASON_LIMIT_ARTIFACT_CPU_HIT,
		    "%.*s", STR_ARG(revoked.detail));
		verdict_data(v, revoked.data);
		return;
	}
	if (revoked.result != REVOCATION_GOOD) {
		verdict_fail(v, STEP_TIMESTAMP, action_of(job), t->in->signature,
		    revoked.result == REVOCATION_REVOKED ? REASON_TSA_REVOKED
							 : REASON_TSA_REVOCATION_UNKNOWN,
		    "%s: %.*s", reason_code(revoked.reason), STR_ARG(revoked.detail));
		verdict_data(v, revoked.data);
		return;
	}
	token_pass(v, job, t, revoked.data);
}

static int
check_token(struct verdict *v, const struct check_job *job, const struct timestamp_in *in,
    struct err *err)
{
	struct token t = { .in = in };
	enum reason reason;

	if (in->envelope->timestamp.len == 0) {
		verdict_fail(v, STEP_TIMESTAMP, action_of(job), in->signature,
		    REASON_TIMESTAMP_MISSING, "the policy demands a time stamp, there is none");
		return 0;
	}
	if (tst_parse(&t.tst, v->mem, in->envelope->timestamp, job->tools->limits, NULL, err) != 0)
		return verdict_take(v, STEP_TIMESTAMP, action_of(job), in->signature, err);
	reason = token_verify(&t, v, job);
	if (reason != REASON_NONE) {
		verdict_fail(v, STEP_TIMESTAMP, action_of(job), in->signature, reason, "%s",
		    t.detail[0] != '\0' ? t.detail : reason_row(reason)->title);
		return 0;
	}
	token_record(v, &t);
	token_judge(v, job, &t);
	return 0;
}

int
timestamp_check(struct verdict *v, const struct check_job *job, const struct timestamp_in *in,
    struct err *err)
{
	if (in->envelope->scheme == SCHEME_SIGNING_AUTHORITY) {
		check_authority(v, job, in);
		return 0;
	}
	if (token_wanted(job, in->chain))
		return check_token(v, job, in, err);
	check_now(v, job, in);
	return 0;
}
