/* SPDX-License-Identifier: Apache-2.0 */
/* The table of signature types, and the judgement of one artifact over it. */
#include "verify/verifier.h"

#include "verify/content.h"
#include "verify/notation.h"
#include "verify/statements.h"

const struct verifier verifiers[] = {
	{ "notation", notation_accepts, notation_verify, notation_inspect },
	{ NULL, NULL, NULL, NULL },
};

const struct verifier *
verifier_for(const struct node *referrer)
{
	for (const struct verifier *f = verifiers; f->name != NULL; f++)
		if (f->accepts(referrer))
			return f;
	return NULL;
}

/* --- the signatures of one artifact under one statement --- */

struct others {                 /* signatures of families that are not judged */
	uint64_t count;
	struct str first;               /* the manifest of one */
};

static void
count_other(struct others *o, const struct node *n, uint64_t count)
{
	if (o->count == 0)
		o->first = n->digest_text;
	o->count += count;
}

static struct others
other_signatures(const struct node *subject)
{
	struct others o = { 0, STR_NONE };

	for (size_t i = 0; i < subject->material_count; i++)
		count_other(&o, subject->material[i], subject->material[i]->manifest.child_count);
	for (size_t i = 0; i < subject->referrer_count; i++) {
		const struct node *n = subject->referrers[i];
		enum media m = media_of(n->effective_type);

		if (m == MEDIA_COSIGN_SIG_CONFIG || m == MEDIA_SIGSTORE_BUNDLE)
			count_other(&o, n, 1);
	}
	return o;
}

/* Were there more referrers than the graph keeps? One of those may be the signature. */
static bool
referrers_cut(const struct node *subject)
{
	for (size_t i = 0; i < subject->note_count; i++)
		if (subject->notes[i].reason == REASON_LIMIT_REFERRERS_HIT)
			return true;
	return false;
}

static void
step_unsigned(struct verdict *v, const struct node *subject)
{
	struct others others = other_signatures(subject);

	if (referrers_cut(subject))
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_LIMIT_REFERRERS_HIT,
		    "no signature among the first %zu referrers, the others were not looked at",
		    subject->referrer_count);
	else if (others.count > 0)
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_NOT_FOUND,
		    "no Notary Project signature among %zu referrers; %llu of Cosign or Sigstore %s there and %s not judged, the first in %.*s",
		    subject->referrer_count, (unsigned long long)others.count,
		    others.count == 1 ? "is" : "are", others.count == 1 ? "is" : "are",
		    STR_ARG(others.first));
	else
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_NOT_FOUND,
		    "no signature among %zu referrers", subject->referrer_count);
}

/* Each artifact has a share of its own: one with dear signatures takes nothing from the others. */
static bool
out_of_time(const struct verify_job *job)
{
	uint64_t most = job->tools->limits->v[LIMIT_ARTIFACT_CPU] * 1000000;

	return job->tools->cpu_us != NULL && job->tools->cpu_us() - job->cpu_began > most;
}

static int
look_at_signatures(struct signed_tally *t, struct verdict *v, struct verify_job *job,
    struct err *err)
{
	uint64_t most = job->tools->limits->v[LIMIT_SIGNATURES];

	for (size_t i = 0; i < job->subject->referrer_count; i++) {
		const struct verifier *f;
		size_t at = v->signatures.n;

		job->referrer = job->subject->referrers[i];
		f = verifier_for(job->referrer);
		if (f == NULL)
			continue;
		t->found++;
		t->late = t->late || out_of_time(job);
		if (t->looked_at == most || t->late)
			continue;
		t->looked_at++;
		if (f->verify(v, job, err) != 0)
			return -1;
		for (; at < v->signatures.n; at++)
			t->valid += v->signatures.v[at].state == SIGNATURE_VALID;
	}
	return 0;
}

/* A note if a signature counts without them, else the reason to refuse. */
static void
step_limit(struct verdict *v, const struct signed_tally *t)
{
	if (t->found == t->looked_at)
		return;
	if (t->valid > 0)
		verdict_note(v,
		    t->late ? REASON_LIMIT_ARTIFACT_CPU_HIT : REASON_SIGNATURE_LIMIT, -1,
		    "%llu of %llu signatures were looked at",
		    (unsigned long long)t->looked_at, (unsigned long long)t->found);
	else if (t->late)
		verdict_error(v, STEP_DISCOVERY, -1, REASON_LIMIT_ARTIFACT_CPU_HIT,
		    "%llu of %llu signatures were looked at, none is valid",
		    (unsigned long long)t->looked_at, (unsigned long long)t->found);
	else
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_SIGNATURE_LIMIT,
		    "%llu of %llu signatures were looked at, none is valid",
		    (unsigned long long)t->looked_at, (unsigned long long)t->found);
}

bool
verify_tally(struct verdict *v, const struct signed_tally *t, size_t findings)
{
	step_limit(v, t);
	if (t->valid == 0)
		return false;   /* the findings of the signatures say why */
	verdict_unblock(v, findings);
	verdict_pass(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, "%llu of %llu signatures are valid",
	    (unsigned long long)t->valid, (unsigned long long)t->found);
	return true;
}

/* *proven: a signature that holds was found. Nothing else proves anything. */
static int
judge_under(bool *proven, struct verdict *v, struct verify_job *job, struct err *err)
{
	struct signed_tally t = { .found = 0 };
	size_t findings = v->findings.n;

	*proven = false;
	if (look_at_signatures(&t, v, job, err) != 0)
		return -1;
	if (t.found == 0) {
		step_unsigned(v, job->subject);
		return 0;
	}
	*proven = verify_tally(v, &t, findings);
	return 0;
}

/* --- the artifact itself --- */

static void
describe(struct verdict *v, const struct node *n)
{
	v->digest = arena_str(v->mem, n->digest_text);
	v->media_type = arena_str(v->mem, n->media_type);
	v->artifact_type = arena_str(v->mem, n->effective_type);
	v->platform = arena_str(v->mem, n->platform);
	v->class = n->class;
	v->size = n->size;
}

/* Notes that say the artifact itself can be read in two ways, or was not read whole. */
static bool
note_blocks(enum reason r)
{
	return r == REASON_DESCRIPTOR_CONFLICT || r == REASON_LAYOUT_TAG_AMBIGUOUS ||
	    r == REASON_GRAPH_CYCLE || r == REASON_LIMIT_GRAPH_DEPTH_HIT ||
	    r == REASON_DESCRIPTOR_DATA_MISMATCH;
}

static void
node_notes(struct verdict *v, const struct node *n)
{
	for (size_t i = 0; i < n->note_count; i++) {
		const struct graph_note *note = &n->notes[i];

		if (note_blocks(note->reason))
			verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, note->reason, "%.*s",
			    STR_ARG(note->detail));
		else
			verdict_note(v, note->reason, -1, "%.*s", STR_ARG(note->detail));
	}
	for (size_t i = 0; i < n->name_fault_count; i++)
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1, n->name_faults[i].reason,
		    "%.*s", STR_ARG(n->name_faults[i].detail));
}

/* Octets there and right? False: the verdict is closed. */
static bool
present(struct verdict *v, const struct node *n)
{
	enum reason r = n->problem;

	if (n->state == NODE_PRESENT && n->class != CLASS_UNKNOWN)
		return true;
	if (n->state == NODE_PRESENT) {
		verdict_close(v, END_UNKNOWN,
		    media_of(n->media_type) == MEDIA_DOCKER_SCHEMA1 ? REASON_MANIFEST_SCHEMA1
								      : REASON_MANIFEST_UNKNOWN_TYPE);
		return false;
	}
	if (n->state == NODE_ABSENT && n->is_child && !n->is_root) {
		verdict_note(v, REASON_CHILD_ABSENT, -1, "%.*s", STR_ARG(n->digest_text));
		verdict_close(v, END_UNKNOWN, REASON_CHILD_ABSENT);
		return false;
	}
	if (n->state == NODE_ABSENT)
		verdict_error(v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING,
		    "the manifest is not in the input");
	else if (r == REASON_BLOB_UNREADABLE || r == REASON_LIMIT_METADATA_HIT)
		verdict_error(v, STEP_DISCOVERY, -1, r, "%.*s", STR_ARG(n->problem_detail));
	else
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, r, "%.*s",
		    STR_ARG(n->problem_detail));
	verdict_close(v, END_UNPROVEN, REASON_NONE);
	return false;
}

/* Of several statements the first that was not met is the one to tell. */
static void
tell_statement(struct verdict *v, const struct policy_statement *s, bool all_met)
{
	if (!all_met && v->statement.ptr != NULL)
		return;
	v->statement = s->name;
	v->level = s->level;
}

/* A statement that skips demands nothing and proves nothing. */
static enum verdict_end
end_of(const struct choice *c, size_t met, size_t skipped)
{
	if (c->list.n == 0 || met + skipped != c->list.n)
		return END_UNPROVEN;
	return met > 0 ? END_PROVEN : END_SKIPPED;
}

/* Every statement must be met. */
static int
judge(struct verdict *v, struct verify_job *job, const struct choice *c, enum verdict_end *end,
    struct err *err)
{
	size_t skipped = 0, met = 0;

	for (size_t i = 0; i < c->list.n; i++) {
		bool proven;

		if (!statements_step(v, &c->list.v[i]))
			continue;
		job->statement = c->list.v[i].statement;
		tell_statement(v, job->statement, met + skipped == i);
		if (job->statement->level == LEVEL_SKIP) {
			skipped++;
			verdict_skip(v, STEP_DISCOVERY, ACTION_SKIP, -1, OUTCOME_SKIPPED,
			    "statement %.*s skips verification",
			    STR_ARG(job->statement->name));
			continue;
		}
		if (judge_under(&proven, v, job, err) != 0)
			return -1;
		met += proven;
	}
	*end = end_of(c, met, skipped);
	return 0;
}

int
verify_artifact(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *subject, struct err *err)
{
	struct verify_job job = { .tools = tools, .store = store, .subject = subject };
	enum verdict_end end;
	struct choice c;

	job.cpu_began = tools->cpu_us == NULL ? 0 : tools->cpu_us();
	describe(v, subject);
	node_notes(v, subject);
	if (!present(v, subject))
		return 0;
	statements_choose(&c, v, tools, subject);
	content_check(v, tools, store, subject);
	if (judge(v, &job, &c, &end, err) != 0)
		return -1;
	verdict_close(v, end, end == END_SKIPPED ? REASON_POLICY_LEVEL_SKIP : REASON_NONE);
	return 0;
}

int
verify_inspect(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *referrer, struct err *err)
{
	struct verify_job job = { .tools = tools, .store = store, .referrer = referrer };
	const struct verifier *f = verifier_for(referrer);

	return f == NULL ? 0 : f->inspect(v, &job, err);
}
