/* SPDX-License-Identifier: Apache-2.0 */
/* What an input as a whole does to the artifacts in it. */
#include "tests/lib/tap.h"
#include "verdict/outcome.h"

enum { TWO_INDEXES, ESCAPE, DAMAGED, NOTE, FINE, KINDS };

static struct input_outcome
outcome(int kind)
{
	/* Severities: medium, high, high. */
	static struct finding two = { .reason = REASON_LAYOUT_TWO_INDEXES,
		.blocking = true,
		.message = { "a", 1 } };
	static struct finding escape[] = {
		{ .reason = REASON_LAYOUT_TWO_INDEXES, .blocking = true },
		{ .reason = REASON_TAR_PATH_ESCAPE,
		    .blocking = true,
		    .message = { "b", 1 } },
		{ .reason = REASON_TAR_LINK_MEMBER, .blocking = true },
	};
	static struct finding note = { .reason = REASON_TAR_DUPLICATE_BLOB };
	struct input_record end = { .members = 1 };

	switch (kind) {
	case TWO_INDEXES:
		end.findings = &two;
		end.finding_count = 1;
		break;
	case ESCAPE:
		end.findings = escape;
		end.finding_count = 3;
		break;
	case DAMAGED:
		return outcome_of(NULL, REASON_TAR_DAMAGED, STR("c"));
	case NOTE:
		end.findings = &note;
		end.finding_count = 1;
		break;
	default:
		break;
	}
	return outcome_of(&end, REASON_NONE, STR_NONE);
}

static void
test_of(void)
{
	static const struct {
		enum state state;
		enum reason reason;
		const char *detail;
	} rows[KINDS] = {
		[TWO_INDEXES] = { STATE_NONCOMPLIANT, REASON_LAYOUT_TWO_INDEXES, "a" },
		[ESCAPE] = { STATE_NONCOMPLIANT, REASON_TAR_PATH_ESCAPE, "b" },
		[DAMAGED] = { STATE_UNKNOWN, REASON_TAR_DAMAGED, "c" },
		[NOTE] = { STATE_NOT_APPLICABLE, REASON_NONE, NULL },
		[FINE] = { STATE_NOT_APPLICABLE, REASON_NONE, NULL },
	};

	for (int i = 0; i < KINDS; i++) {
		struct input_outcome o = outcome(i);

		is_u64(o.state, rows[i].state, "kind %d: state", i);
		is_reason(o.reason, rows[i].reason, "kind %d", i);
		if (rows[i].detail != NULL)
			is_str(o.detail, rows[i].detail, "kind %d: detail", i);
	}
}

static void
test_apply(void)
{
	static const struct {
		int kind;
		enum state before;
		enum reason why;
		enum state after;
		enum reason then;
	} rows[] = {
		{ TWO_INDEXES, STATE_COMPLIANT, REASON_NONE, STATE_NONCOMPLIANT,
		    REASON_LAYOUT_TWO_INDEXES },
		{ TWO_INDEXES, STATE_NOT_APPLICABLE, REASON_POLICY_LEVEL_SKIP,
		    STATE_NONCOMPLIANT, REASON_LAYOUT_TWO_INDEXES },
		{ TWO_INDEXES, STATE_ERROR, REASON_BLOB_MISSING, STATE_NONCOMPLIANT,
		    REASON_LAYOUT_TWO_INDEXES },
		{ TWO_INDEXES, STATE_NONCOMPLIANT, REASON_SIGNATURE_NOT_FOUND,
		    STATE_NONCOMPLIANT, REASON_SIGNATURE_NOT_FOUND },
		{ ESCAPE, STATE_NONCOMPLIANT, REASON_SIGNATURE_EXPIRED,
		    STATE_NONCOMPLIANT, REASON_TAR_PATH_ESCAPE },
		{ DAMAGED, STATE_COMPLIANT, REASON_NONE, STATE_UNKNOWN,
		    REASON_TAR_DAMAGED },
		{ DAMAGED, STATE_EXEMPT, REASON_SIGNATURE_NOT_FOUND, STATE_UNKNOWN,
		    REASON_TAR_DAMAGED },
		{ DAMAGED, STATE_UNKNOWN, REASON_ARTIFACT_NOT_JUDGED, STATE_UNKNOWN,
		    REASON_TAR_DAMAGED },
		{ DAMAGED, STATE_ERROR, REASON_BLOB_MISSING, STATE_ERROR,
		    REASON_BLOB_MISSING },
		{ DAMAGED, STATE_NONCOMPLIANT, REASON_SIGNATURE_EXPIRED,
		    STATE_NONCOMPLIANT, REASON_SIGNATURE_EXPIRED },
		{ NOTE, STATE_COMPLIANT, REASON_NONE, STATE_COMPLIANT, REASON_NONE },
		{ FINE, STATE_NOT_APPLICABLE, REASON_POLICY_LEVEL_SKIP,
		    STATE_NOT_APPLICABLE, REASON_POLICY_LEVEL_SKIP },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct input_outcome o = outcome(rows[i].kind);
		enum state state = rows[i].before;
		enum reason reason = rows[i].why;

		outcome_apply(&o, &state, &reason);
		is_str(
		    str_of(state_name(state)), state_name(rows[i].after), "row %zu", i);
		is_reason(reason, rows[i].then, "row %zu", i);
	}
}

/* In memory the finding comes along, and blocks; without one nothing changes. */
static void
test_verdict(void)
{
	struct input_outcome o = outcome(TWO_INDEXES), none = outcome(NOTE);
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	verdict_init(&v, &mem, 0);
	verdict_close(&v, END_PROVEN, REASON_NONE);
	verdict_outcome(&v, &none);
	ok(v.state == STATE_COMPLIANT && v.findings.n == 0, "a note changes nothing");
	verdict_outcome(&v, &o);
	is_str(str_of(state_name(v.state)), "NonCompliant", "state");
	is_reason(v.reason, REASON_LAYOUT_TWO_INDEXES, "reason");
	ok(v.findings.n == 1 && v.findings.v[0].blocking &&
		v.findings.v[0].reason == REASON_LAYOUT_TWO_INDEXES &&
		v.findings.v[0].step == -1 && v.findings.v[0].signature == -1,
	    "the finding, whatever the limit of findings");
	is_str(v.findings.v[0].message, "a", "its message");
	arena_clear(&mem);
}

int
main(void)
{
	test_of();
	test_apply();
	test_verdict();
	return tap_done();
}
