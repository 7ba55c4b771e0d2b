/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement can ask: so many signatures of these kinds, any or all of them. The kinds here are
 * made up: each has as many candidates as a row says, and judges them by its letters.
 */
#include "decide/demand.h"
#include "tests/lib/tap.h"

/* By kind one letter a candidate: v holds, x does not, - is only logged as wrong. */
static const char *letters[2];

static void
find(struct candidates *out, const char *of)
{
	for (size_t i = 0; of[i] != '\0'; i++)
		candidates_add(out, (struct candidate){ .digest = { of + i, 1 } });
}

static void
find_first(struct candidates *out, const struct check_job *job)
{
	(void)job;
	find(out, letters[0]);
}

static void
find_second(struct candidates *out, const struct check_job *job)
{
	(void)job;
	find(out, letters[1]);
}

static int
judge(struct verdict *v, const struct check_job *job, struct err *err)
{
	char letter = job->candidate->digest.ptr[0];
	struct signature_record s = {
		.manifest_digest = job->candidate->digest,
		.state = letter == 'x' ? SIGNATURE_INVALID : SIGNATURE_VALID,
	};
	int at = (int)v->signatures.n;

	(void)err;
	VEC_PUSH(v->mem, &v->signatures, s);
	if (letter == 'x')
		verdict_fail(v, STEP_INTEGRITY, ACTION_ENFORCE, at, REASON_SIG_INVALID, "wrong");
	else if (letter == '-')
		verdict_fail(v, STEP_EXPIRY, ACTION_LOG, at, REASON_SIGNATURE_EXPIRED, "late");
	else
		verdict_pass(v, STEP_INTEGRITY, ACTION_ENFORCE, at, NULL);
	return 0;
}

static const struct checker first = { .name = "first", .find = find_first, .judge = judge };
static const struct checker second = { .name = "second", .find = find_second, .judge = judge };
static const struct checker *const both[] = { &first, &second };

static const struct row {
	const char *what, *first, *second;
	size_t kinds;
	uint64_t count, limit;
	bool all, met;
	enum reason reason; /* of the verdict */
} rows[] = {
	{ "none is there", "", "", 2, 1, 9, false, false, REASON_SIGNATURE_NOT_FOUND },
	{ "one of one", "v", "", 2, 1, 9, false, true, REASON_NONE },
	{ "of the other kind", "", "v", 2, 1, 9, false, true, REASON_NONE },
	{ "of a kind that cannot meet it", "", "v", 1, 1, 9, false, false,
	    REASON_SIGNATURE_NOT_FOUND },
	{ "one holds beside two that do not", "xvx", "", 2, 1, 9, false, true, REASON_NONE },
	{ "none holds", "xx", "x", 2, 1, 9, false, false, REASON_SIG_INVALID },
	{ "two of three", "vxv", "", 2, 2, 9, false, true, REASON_NONE },
	{ "two over two kinds", "v", "v", 2, 2, 9, false, true, REASON_NONE },
	{ "two are demanded, one is there", "v", "", 2, 2, 9, false, false,
	    REASON_SIGNATURE_COUNT },
	{ "two are demanded, one holds", "vx", "", 2, 2, 9, false, false, REASON_SIG_INVALID },
	{ "a count of none is a count of one", "x", "", 2, 0, 9, false, false,
	    REASON_SIG_INVALID },
	{ "all hold", "vv", "v", 2, 1, 9, true, true, REASON_NONE },
	{ "all must, one does not", "vv", "x", 2, 1, 9, true, false, REASON_SIG_INVALID },
	{ "all must, one is only logged", "v-", "", 2, 1, 9, true, true, REASON_NONE },
	{ "the limit comes after a good one", "vxx", "", 2, 1, 1, false, true, REASON_NONE },
	{ "the limit comes before", "xxv", "", 2, 1, 2, false, false, REASON_SIG_INVALID },
	{ "the limit comes before the second", "vvv", "", 2, 3, 2, false, false,
	    REASON_SIGNATURE_COUNT },
	{ "all must, and not all were looked at", "vvv", "", 2, 1, 2, true, false,
	    REASON_SIGNATURE_LIMIT },
};

static void
one(const struct row *r)
{
	struct limits limits;
	struct verify_tools tools = { .limits = &limits };
	struct target target = { .digest = STR("sha256:aa"), .size = 1 };
	const struct policy_statement statement = { .name = STR("s") };
	struct check_job job = { .tools = &tools, .target = &target, .statement = &statement };
	struct demand demand = { CHECK_SIGNATURE, both, r->kinds, r->count,
		r->all ? CHECK_ALL : CHECK_ANY };
	struct verdict v;
	struct arena mem;
	struct err err;
	bool met = !r->met;

	limits_default(&limits);
	limits.v[LIMIT_SIGNATURES] = r->limit;
	letters[0] = r->first;
	letters[1] = r->second;
	arena_init(&mem, 0);
	verdict_init(&v, &mem, 100);
	ok(demand_meet(&met, &v, &job, &demand, &err) == 0 && met == r->met, "%s", r->what);
	verdict_close(&v, met ? END_PROVEN : END_UNPROVEN, REASON_NONE);
	is_reason(v.reason, r->reason, "%s", r->what);
	ok((v.state == STATE_COMPLIANT) == r->met, "%s: nothing blocks what is met, and only that",
	    r->what);
	arena_clear(&mem);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		one(&rows[i]);
	return tap_done();
}
