/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a signature needs besides that nothing failed: every step that must be there, and trust
 * stores that load, each of those that the statement names.
 */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"
#include "verify/notation_steps.h"

/* --- the guard at the end --- */

static const enum step_name needed[] = { STEP_ENVELOPE, STEP_INTEGRITY, STEP_AUTHENTICITY,
	STEP_IDENTITY, STEP_EXPIRY, STEP_TIMESTAMP, STEP_REVOCATION, STEP_BINDING };

enum how { PASS, SKIP, LOGGED, LEFT_OUT, OF_ANOTHER };

/* One signature of which all steps pass, but `odd`. */
static enum signature_state
end_with(struct arena *mem, enum step_name odd, enum how how)
{
	struct signature_record s = { .envelope = BYTES_LIT("{}"), .state = SIGNATURE_ERROR };
	struct verdict v;
	struct notation_check c = { .v = &v };

	arena_reset(mem);
	verdict_init(&v, mem, 100);
	VEC_PUSH(mem, &v.signatures, s);
	VEC_PUSH(mem, &v.signatures, s);
	for (size_t i = 0; i < COUNT(needed); i++) {
		if (needed[i] != odd || how == PASS)
			verdict_pass(&v, needed[i], ACTION_ENFORCE, 0, NULL);
		else if (how == SKIP)
			verdict_skip(&v, odd, ACTION_SKIP, 0, OUTCOME_SKIPPED, "skipped");
		else if (how == LOGGED)
			verdict_fail(&v, odd, ACTION_LOG, 0, REASON_CERT_UNTRUSTED, "logged");
		else if (how == OF_ANOTHER)
			verdict_pass(&v, odd, ACTION_ENFORCE, 1, NULL);
	}
	steps_end(&c);
	return v.signatures.v[0].state;
}

static void
test_end(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < COUNT(needed); i++) {
		const char *name = step_name(needed[i]);

		ok(end_with(&mem, needed[i], PASS) == SIGNATURE_VALID, "%s is there", name);
		ok(end_with(&mem, needed[i], SKIP) == SIGNATURE_VALID, "%s was skipped", name);
		ok(end_with(&mem, needed[i], LOGGED) == SIGNATURE_VALID, "%s is only logged",
		    name);
		ok(end_with(&mem, needed[i], LEFT_OUT) == SIGNATURE_ERROR,
		    "without %s no signature is valid", name);
		ok(end_with(&mem, needed[i], OF_ANOTHER) == SIGNATURE_ERROR,
		    "%s of another signature does not count", name);
	}
	arena_clear(&mem);
}

/* --- a store that does not load --- */

static size_t
steps_of(const struct judge *j, enum step_name name)
{
	size_t n = 0;

	for (size_t i = 0; i < j->verdict.steps.n; i++)
		n += j->verdict.steps.v[i].name == name;
	return n;
}

static void
one_broken(struct stage *st, const char *level, const char *stores, enum signature_state want)
{
	struct judge j;
	const struct signature_record *s;
	const struct step *step;

	stage_judge(&j, st, "broken", level, stores);
	stage_verdict(st, &j, (struct forge_envelope){ .signer = &st->ca });
	s = &j.verdict.signatures.v[0];
	step = judge_step(&j, STEP_AUTHENTICITY);
	ok(s->state == want, "%s, %s: state of the signature", level, stores);
	is_u64(steps_of(&j, STEP_AUTHENTICITY), 1, "authenticity is told once");
	ok(step != NULL && step->outcome == OUTCOME_FAIL, "and fails");
	is_reason(step == NULL ? REASON_NONE : step->reason, REASON_TRUSTSTORE_NOT_FOUND, "why");
	ok(s->trust_store.ptr == NULL && s->anchor.alg == DIGEST_NONE,
	    "and nothing is said to be trusted");
	is_u64(policy_anchors(&j.policy, &j.policy.statements[0], STORE_CA, &j.mem).count, 0,
	    "no anchor of the statement counts");
	judge_close(&j);
}

static void
test_stores(struct stage *st)
{
	static const char *const broken[] = { "'ca:root','ca:nowhere'",
		"'ca:nowhere','ca:root'", "'ca:nowhere','ca:root','ca:stranger'",
		"'ca:nowhere','ca:nobody'" };
	struct judge j;

	for (size_t i = 0; i < COUNT(broken); i++) {
		one_broken(st, "'level':'strict'", broken[i], SIGNATURE_INVALID);
		one_broken(st, "'level':'audit'", broken[i], SIGNATURE_VALID);
	}
	stage_judge(&j, st, "whole", "'level':'strict'", "'ca:stranger','ca:root'");
	is_reason(stage_verdict(st, &j, (struct forge_envelope){ .signer = &st->ca }),
	    REASON_NONE, "sibling: both load");
	is_str(j.verdict.signatures.v[0].trust_store, "ca:root", "sibling: trusted by one");
	judge_close(&j);
	/* One of another type is asked for by nobody. */
	stage_judge(
	    &j, st, "other", "'level':'strict'", "'signingAuthority:nowhere','ca:root'");
	is_reason(stage_verdict(st, &j, (struct forge_envelope){ .signer = &st->ca }),
	    REASON_NONE, "sibling: a store of another type does not load");
	judge_close(&j);
}

static void
test_tsa_stores(struct stage *st)
{
	static const struct {
		const char *stores;
		enum reason reason;
	} rows[] = {
		{ "'ca:root','tsa:root','tsa:nowhere'", REASON_TRUSTSTORE_NOT_FOUND },
		{ "'ca:root','tsa:nowhere','tsa:root'", REASON_TRUSTSTORE_NOT_FOUND },
		{ "'ca:root','tsa:root'", REASON_NONE },
	};
	struct forge_token token = { .tsa = &st->tsa,
		.time = "2024-02-01T12:00:00Z",
		.seconds = 1 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct judge j;

		stage_judge(&j, st, "tsa", "'level':'strict'", rows[i].stores);
		is_reason(stage_verdict(st, &j,
			      (struct forge_envelope){ .signer = &st->ca, .token = &token }),
		    rows[i].reason, "%s", rows[i].stores);
		is_u64(policy_anchors(&j.policy, &j.policy.statements[0], STORE_TSA, &j.mem)
			   .count,
		    rows[i].reason == REASON_NONE, "%s: anchors", rows[i].stores);
		judge_close(&j);
	}
}

int
main(void)
{
	struct stage st;

	test_end();
	stage_open(&st);
	test_stores(&st);
	test_tsa_stores(&st);
	stage_close(&st);
	return tap_done();
}
