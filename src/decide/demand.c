/* SPDX-License-Identifier: Apache-2.0 */
/* The candidates of one target under one demand: found, looked at, counted. */
#include "decide/demand.h"

#include "decide/absent.h"

struct tally {
	uint64_t found, looked_at, valid;
	bool late; /* the target's share of processor time was used up */
};

static void
find(struct candidates *out, const struct check_job *job, const struct demand *demand)
{
	for (size_t i = 0; i < demand->kind_count; i++) {
		out->checker = demand->kinds[i];
		out->checker->find(out, job);
	}
}

static int
look_at(struct tally *t, struct verdict *v, struct check_job *job, const struct candidates *c,
    struct err *err)
{
	uint64_t most = job->tools->limits->v[LIMIT_SIGNATURES];

	t->found = c->list.n;
	for (size_t i = 0; i < c->list.n && t->looked_at < most; i++) {
		size_t at = v->signatures.n;

		t->late = t->late || check_out_of_time(job);
		if (t->late)
			break;
		t->looked_at++;
		job->candidate = &c->list.v[i];
		if (job->candidate->checker->judge(v, job, err) != 0)
			return -1;
		for (; at < v->signatures.n; at++)
			t->valid += v->signatures.v[at].state == SIGNATURE_VALID;
	}
	return 0;
}

static bool
enough(const struct tally *t, const struct demand *demand)
{
	return t->valid > 0 && t->valid >= demand->count &&
	       (demand->mode == CHECK_ANY || t->valid == t->found);
}

/* Not all were looked at: a note if the demand is met without them, else the reason to refuse. */
static void
step_limit(struct verdict *v, const struct tally *t, bool met)
{
	const char *none = t->valid == 0 ? ", none is valid" : "";

	if (t->found == t->looked_at)
		return;
	if (met)
		verdict_note(v,
		    t->late ? REASON_LIMIT_ARTIFACT_CPU_HIT : REASON_SIGNATURE_LIMIT, -1,
		    "%llu of %llu signatures were looked at",
		    (unsigned long long)t->looked_at, (unsigned long long)t->found);
	else if (t->late)
		verdict_error(v, STEP_DISCOVERY, -1, REASON_LIMIT_ARTIFACT_CPU_HIT,
		    "%llu of %llu signatures were looked at%s",
		    (unsigned long long)t->looked_at, (unsigned long long)t->found, none);
	else
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_LIMIT,
		    "%llu of %llu signatures were looked at%s",
		    (unsigned long long)t->looked_at, (unsigned long long)t->found, none);
}

/* Some hold, and too few: where none does, or all must, the findings of the bad ones say why. */
static void
step_count(struct verdict *v, const struct tally *t, const struct demand *demand)
{
	if (t->valid > 0 && t->valid < demand->count)
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_COUNT,
		    "%llu of %llu signatures are valid, %llu are demanded",
		    (unsigned long long)t->valid, (unsigned long long)t->found,
		    (unsigned long long)demand->count);
}

static int
meet(struct tally *t, bool *met, struct verdict *v, struct check_job *job,
    const struct demand *demand, struct err *err)
{
	struct candidates found = { .mem = v->mem };
	size_t findings = v->findings.n;

	find(&found, job, demand);
	if (found.list.n == 0) {
		absent_step(v, job->target);
		return 0;
	}
	if (look_at(t, v, job, &found, err) != 0)
		return -1;
	*met = enough(t, demand);
	step_limit(v, t, *met);
	if (!*met) {
		step_count(v, t, demand);
		return 0;
	}
	verdict_unblock(v, findings);
	verdict_pass(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, "%llu of %llu signatures are valid",
	    (unsigned long long)t->valid, (unsigned long long)t->found);
	return 0;
}

int
demand_meet(bool *met, struct verdict *v, struct check_job *job, const struct demand *demand,
    struct err *err)
{
	const struct check_record check = { .kind = demand->kind,
		.statement = job->statement->name,
		.mode = demand->mode,
		.demanded = demand->count };
	struct tally t = { .found = 0 };

	*met = false;
	verdict_check_begin(v, &check);
	if (meet(&t, met, v, job, demand, err) != 0)
		return -1;
	verdict_check_end(
	    v, t.found, t.looked_at, t.valid, *met ? OUTCOME_PASS : OUTCOME_FAIL);
	return 0;
}
