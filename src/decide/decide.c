/* SPDX-License-Identifier: Apache-2.0 */
/* One target judged: its own octets, the statements that apply to it, their demands, the verdict. */
#include "decide/decide.h"

#include "decide/demand.h"
#include "decide/statements.h"
#include "verify/checkers.h"
#include "verify/content.h"

/* --- an artifact of an input --- */

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

/* --- statements and their demands --- */

/* Of several statements the first that was not met is the one to tell. */
static void
tell_statement(struct verdict *v, const struct policy_statement *s, bool all_met)
{
	if (!all_met && v->statement.ptr != NULL)
		return;
	v->statement = s->name;
	v->level = s->level;
}

/* What a statement of the trust policy asks: one Notary Project signature that it accepts. */
static const struct checker *const statement_kinds[] = { &checkers[CHECKER_NOTATION] };
static const struct demand statement_demand = { CHECK_SIGNATURE, statement_kinds,
	COUNT(statement_kinds), 1, CHECK_ANY };

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
meet(enum verdict_end *end, struct verdict *v, struct check_job *job, const struct choice *c,
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
		if (demand_meet(&proven, v, job, &statement_demand, err) != 0)
			return -1;
		met += proven;
	}
	*end = end_of(c, met, skipped);
	return 0;
}

static int
decide(struct verdict *v, struct check_job *job, const struct choice *c, struct err *err)
{
	enum verdict_end end;

	if (meet(&end, v, job, c, err) != 0)
		return -1;
	verdict_close(v, end, end == END_SKIPPED ? REASON_POLICY_LEVEL_SKIP : REASON_NONE);
	return 0;
}

static uint64_t
cpu_now(const struct verify_tools *tools)
{
	return tools->cpu_us == NULL ? 0 : tools->cpu_us();
}

int
decide_artifact(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *n, struct err *err)
{
	const struct target target = {
		.digest = n->digest_text,
		.media_type = n->media_type,
		.size = n->size,
		.node = n,
	};
	struct check_job job = {
		.tools = tools, .target = &target, .store = store, .cpu_began = cpu_now(tools)
	};
	struct choice c;

	describe(v, n);
	node_notes(v, n);
	if (!present(v, n))
		return 0;
	statements_choose(&c, v, tools, n);
	content_check(v, tools, store, n);
	return decide(v, &job, &c, err);
}

int
decide_file(struct verdict *v, const struct verify_tools *tools, const struct target *file,
    const struct blob_job *given, struct err *err)
{
	struct check_job job = {
		.tools = tools, .target = file, .given = given, .cpu_began = cpu_now(tools)
	};
	struct choice c;

	statements_choose_file(&c, v, given);
	return decide(v, &job, &c, err);
}
