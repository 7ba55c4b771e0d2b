/* SPDX-License-Identifier: Apache-2.0 */
/* From findings to a state: what blocks, which reason is first, and that nothing is compliant by itself. */
#include "verdict/verdict.h"

#include "tests/lib/tap.h"

static struct arena mem;

static struct verdict
fresh(uint64_t limit)
{
	struct verdict v;

	arena_clear(&mem);
	verdict_init(&v, &mem, limit);
	return v;
}

static void
is_state(struct verdict *v, enum verdict_end end, enum reason given, enum state state,
    enum reason reason, const char *what)
{
	verdict_close(v, end, given);
	is_str(str_of(state_name(v->state)), state_name(state), "%s: state", what);
	is_reason(v->reason, reason, "%s: reason", what);
}

static void
test_ends(void)
{
	struct verdict v = fresh(10);

	ok(v.state == STATE_UNKNOWN && v.reason == REASON_ARTIFACT_NOT_JUDGED,
	    "a verdict that nobody closed is not compliant");
	is_state(&v, END_UNPROVEN, REASON_NONE, STATE_ERROR, REASON_ARTIFACT_NOT_JUDGED,
	    "nothing failed, nothing proven");
	v = fresh(10);
	is_state(&v, END_PROVEN, REASON_NONE, STATE_COMPLIANT, REASON_NONE, "proven");
	v = fresh(10);
	is_state(&v, END_SKIPPED, REASON_POLICY_LEVEL_SKIP, STATE_NOT_APPLICABLE,
	    REASON_POLICY_LEVEL_SKIP, "skipped");
	v = fresh(10);
	is_state(&v, END_UNKNOWN, REASON_CHILD_ABSENT, STATE_UNKNOWN, REASON_CHILD_ABSENT,
	    "unknown");
	v = fresh(10);
	is_state(&v, END_UNKNOWN, REASON_NONE, STATE_UNKNOWN, REASON_ARTIFACT_NOT_JUDGED,
	    "unknown without a reason");
}

/* A blocking finding is stronger than any proof. */
static void
test_blocking(void)
{
	static const enum verdict_end ends[] = { END_PROVEN, END_UNPROVEN, END_SKIPPED,
		END_UNKNOWN };

	for (size_t i = 0; i < COUNT(ends); i++) {
		struct verdict v = fresh(10);

		verdict_fail(
		    &v, STEP_EXPIRY, ACTION_ENFORCE, 0, REASON_SIGNATURE_EXPIRED, "x");
		is_state(&v, ends[i], REASON_POLICY_LEVEL_SKIP, STATE_NONCOMPLIANT,
		    REASON_SIGNATURE_EXPIRED, "enforced failure");
		v = fresh(10);
		verdict_error(&v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING, "x");
		is_state(
		    &v, ends[i], REASON_NONE, STATE_ERROR, REASON_BLOB_MISSING, "error");
		v = fresh(10);
		/* What fails although the policy skips it, should not have been run: it counts. */
		verdict_fail(
		    &v, STEP_REVOCATION, ACTION_SKIP, 0, REASON_REVOCATION_NO_DATA, "x");
		is_state(&v, ends[i], REASON_NONE, STATE_NONCOMPLIANT,
		    REASON_REVOCATION_NO_DATA, "failure of a skipped step");
	}
}

static void
test_logged(void)
{
	struct verdict v = fresh(10);

	verdict_fail(&v, STEP_EXPIRY, ACTION_LOG, 0, REASON_SIGNATURE_EXPIRED, "x");
	verdict_note(&v, REASON_CA_KEY_WEAK, 0, "x");
	verdict_skip(&v, STEP_REVOCATION, ACTION_SKIP, 0, OUTCOME_SKIPPED, "x");
	ok(!verdict_signature_failed(&v, 0), "logged failures do not fail a signature");
	is_u64(v.steps.n, 2, "a note is no step");
	is_u64(v.findings.n, 2, "a skipped step is no finding");
	is_state(&v, END_PROVEN, REASON_NONE, STATE_COMPLIANT, REASON_NONE, "logged");
}

static void
test_primary(void)
{
	struct verdict v = fresh(10);

	verdict_fail(
	    &v, STEP_TIMESTAMP, ACTION_ENFORCE, 0, REASON_CERT_EXPIRED, "high, later");
	verdict_fail(
	    &v, STEP_EXPIRY, ACTION_ENFORCE, 0, REASON_SIGNATURE_EXPIRED, "medium");
	verdict_fail(
	    &v, STEP_AUTHENTICITY, ACTION_ENFORCE, 0, REASON_CERT_UNTRUSTED, "high");
	verdict_fail(&v, STEP_INTEGRITY, ACTION_LOG, 0, REASON_SIG_INVALID,
	    "critical, but only logged");
	verdict_error(&v, STEP_DISCOVERY, -1, REASON_SIGNATURE_RETRIEVAL, "high, error");
	is_state(&v, END_PROVEN, REASON_NONE, STATE_NONCOMPLIANT,
	    REASON_SIGNATURE_RETRIEVAL, "the first step of the highest severity");
	v = fresh(10);
	verdict_fail(
	    &v, STEP_EXPIRY, ACTION_ENFORCE, 0, REASON_SIGNATURE_EXPIRED, "medium");
	verdict_fail(
	    &v, STEP_BINDING, ACTION_ENFORCE, 0, REASON_PAYLOAD_TARGET_MISMATCH, "x");
	is_state(&v, END_PROVEN, REASON_NONE, STATE_NONCOMPLIANT,
	    REASON_PAYLOAD_TARGET_MISMATCH, "the highest severity");
}

static void
test_unblock(void)
{
	struct verdict v = fresh(10);
	size_t from;

	verdict_fail(&v, STEP_INTEGRITY, ACTION_ENFORCE, 0, REASON_SIG_INVALID,
	    "of another statement");
	from = v.findings.n;
	verdict_fail(&v, STEP_INTEGRITY, ACTION_ENFORCE, 1, REASON_CERT_UNTRUSTED, "x");
	verdict_fail(
	    &v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_DESCRIPTOR_CONFLICT, "x");
	verdict_unblock(&v, from);
	ok(v.findings.v[0].blocking, "what stood before goes on blocking");
	ok(!v.findings.v[1].blocking, "the signatures of this statement do not");
	ok(v.findings.v[2].blocking, "what is about the artifact itself does");
	ok(verdict_signature_failed(&v, 0) && !verdict_signature_failed(&v, 1),
	    "the same by signature");
	is_u64(v.findings.n, 3, "nothing is forgotten");
	is_state(&v, END_PROVEN, REASON_NONE, STATE_NONCOMPLIANT, REASON_SIG_INVALID,
	    "unblocked from there on");
}

static void
test_limit(void)
{
	struct verdict v = fresh(3);

	for (unsigned i = 0; i < 10; i++)
		verdict_note(&v, REASON_CA_KEY_WEAK, -1, "%u", i);
	is_u64(v.findings.n, 3, "as many notes as the limit");
	for (unsigned i = 0; i < 10; i++)
		verdict_fail(&v, STEP_INTEGRITY, ACTION_ENFORCE, (int)i,
		    REASON_SIG_INVALID, "%u", i);
	is_u64(v.findings.n, 13, "what blocks is never dropped");
	verdict_fail(&v, STEP_EXPIRY, ACTION_LOG, 0, REASON_SIGNATURE_EXPIRED, "x");
	is_u64(v.findings.n, 13, "what is logged may be");
	is_u64(v.steps.n, 11, "steps are all there");
	is_state(&v, END_PROVEN, REASON_NONE, STATE_NONCOMPLIANT, REASON_SIG_INVALID,
	    "beyond the limit");
	ok(v.findings.v[13].reason == REASON_LIMIT_FINDINGS_HIT,
	    "that some were dropped is told");
	is_str(v.findings.v[13].message, "8 findings more", "and how many");
}

static void
test_take(void)
{
	struct err err = { .reason = REASON_NONE };
	struct verdict v = fresh(10);
	struct where at = { .pointer = STR("/a/0") };

	err_set(&err, REASON_JSON_TYPE, &at, "a number");
	ok(verdict_take(&v, STEP_ENVELOPE, ACTION_ENFORCE, 0, &err) == 0,
	    "an error of the input is a failed step");
	is_str(v.findings.v[0].message, "a number at /a/0", "with its place");
	ok(v.findings.v[0].blocking && v.steps.v[0].outcome == OUTCOME_FAIL,
	    "that blocks");
	v = fresh(10);
	err_set(&err, REASON_RESOURCE_PROCESS, NULL, "x");
	ok(verdict_take(&v, STEP_ENVELOPE, ACTION_LOG, 0, &err) == -1 && v.steps.n == 0,
	    "an error of the machine goes up");
}

/* Long messages are cut between characters. */
static void
test_message(void)
{
	struct verdict v = fresh(10);
	char text[2001];

	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	text[2000] = '\0';
	for (int odd = 0; odd < 2; odd++) {
		struct str m;

		verdict_note(&v, REASON_CA_KEY_WEAK, -1, "%s%s", odd ? "x" : "", text);
		m = v.findings.v[odd].message;
		ok(m.len > 1000 && m.len < 1024 && m.len % 2 == (size_t)odd,
		    "cut to %zu octets, not within a character", m.len);
	}
}

static void
test_certs(void)
{
	struct verdict v = fresh(10);
	struct cert_facts a = { .sha256 = { .alg = DIGEST_SHA256 } }, b = a;

	b.sha256.value[3] = 1;
	verdict_cert(&v, &a);
	verdict_cert(&v, &b);
	verdict_cert(&v, &a);
	is_u64(v.certs.n, 2, "each certificate once");
}

static void
test_worst(void)
{
	for (enum state a = STATE_NONCOMPLIANT; a < STATE_COUNT; a++)
		for (enum state b = a; b < STATE_COUNT; b++)
			ok(state_worst(a, b) == a && state_worst(b, a) == a,
			    "%s before %s", state_name(a), state_name(b));
}

int
main(void)
{
	arena_init(&mem, 0);
	test_ends();
	test_blocking();
	test_logged();
	test_primary();
	test_unblock();
	test_limit();
	test_take();
	test_message();
	test_certs();
	test_worst();
	arena_clear(&mem);
	return tap_done();
}
