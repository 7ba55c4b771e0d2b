/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements of the policy apply to a target. */
#include "decide/statements.h"

#include <stdlib.h>

#include "codec/jsonout.h"

struct choosing {
	struct choice *out;
	struct verdict *v;
	const struct policy *policy;
	size_t *position; /* by statement: place in the list, counted from 1 */
};

/* --- names --- */

struct counted { /* a name that chooses, and its place */
	const struct node_name *name;
	size_t place;
};

static int
by_scope(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;
	int c = str_cmp(x->name->written, y->name->written);

	return c != 0 ? c : (x->place > y->place) - (x->place < y->place);
}

static int
by_place(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* Of names with one scope the first, in their order. */
static struct counted *
names_once(size_t *count, struct arena *mem, const struct node_name *names, size_t all)
{
	struct counted *list = arena_array(mem, all, sizeof(*list));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < all; i++)
		if (names[i].use == NAME_CHOOSES)
			list[n++] = (struct counted){ &names[i], i };
	if (n > 1)
		qsort(list, n, sizeof(*list), by_scope);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 ||
		    !str_equal(list[i].name->written, list[kept - 1].name->written))
			list[kept++] = list[i];
	if (kept > 1)
		qsort(list, kept, sizeof(*list), by_place);
	*count = kept;
	return list;
}

/* --- statements --- */

static void
add(struct choosing *c, const struct policy_pick *pick, struct str name, struct str scope)
{
	struct chosen new = { .name = name, .scope = scope };

	if (pick == NULL) {
		VEC_PUSH(c->v->mem, &c->out->list, new);
		return;
	}
	if (c->position[pick->statement->index] != 0) {
		c->out->list.v[c->position[pick->statement->index] - 1].more++;
		return;
	}
	new.statement = pick->statement;
	new.match = pick->match;
	new.by = pick->scope;
	VEC_PUSH(c->v->mem, &c->out->list, new);
	c->position[pick->statement->index] = c->out->list.n;
}

/*
 * "index.docker.io/library/nginx" and "docker.io/library/nginx" are one repository. Where the
 * specification finds neither the name as written nor "*" it refuses; here the scope that means
 * the same counts, which must not happen in silence.
 */
static void
note_normalised(
    struct verdict *v, const struct policy_pick *picks, size_t count, struct str scope)
{
	for (size_t i = 0; i < count; i++)
		if (picks[i].match != POLICY_MATCH_NORMAL)
			return;
	if (count > 0)
		verdict_note(v, REASON_POLICY_SCOPE_NORMALISED, -1,
		    "%.*s is judged by scope %.*s of statement %.*s", STR_ARG(scope),
		    STR_ARG(picks[0].scope), STR_ARG(picks[0].statement->name));
}

static void
add_name(struct choosing *c, struct str name, struct str scope)
{
	struct policy_pick *picks;
	size_t count;

	picks = policy_select(&count, c->policy, c->v->mem, scope);
	for (size_t i = 0; i < count; i++)
		add(c, &picks[i], name, scope);
	if (count == 0)
		add(c, NULL, name, scope);
	note_normalised(c->v, picks, count, scope);
}

void
statements_choose(struct choice *out, struct verdict *v, const struct verify_tools *tools,
    const struct node *subject)
{
	struct choosing c = { .out = out, .v = v, .policy = tools->policy };
	const struct node_name *names;
	struct counted *list;
	size_t count;

	memset(out, 0, sizeof(*out));
	c.position =
	    arena_array(v->mem, tools->policy->statement_count, sizeof(*c.position));
	names = graph_names_of(subject, &count);
	list = names_once(&count, v->mem, names, count);
	for (size_t i = 0; i < count; i++)
		add_name(&c, list[i].name->text, list[i].name->written);
	if (count == 0)
		add_name(&c, STR_NONE, STR_NONE);
}

void
statements_choose_file(struct choice *out, struct verdict *v, const struct blob_job *job)
{
	struct chosen one = {
		.statement = job->statement, .name = job->statement_name, .file = true
	};

	memset(out, 0, sizeof(*out));
	VEC_PUSH(v->mem, &out->list, one);
}

/* --- the step --- */

static bool
step_file(struct verdict *v, const struct chosen *c)
{
	const struct policy_statement *s = c->statement;

	if (s == NULL && c->name.ptr == NULL) {
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1, REASON_POLICY_NO_MATCH,
		    "no statement is global (globalPolicy), and none was named");
		return false;
	}
	if (s == NULL) {
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1, REASON_POLICY_NO_MATCH,
		    "no statement is named %.*s", STR_ARG(c->name));
		return false;
	}
	verdict_pass(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1, "%sstatement %.*s (%s)",
	    c->name.ptr == NULL ? "global " : "", STR_ARG(s->name), level_name(s->level));
	return true;
}


static struct str
step_json(const struct verdict *v, const struct chosen *c)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)1 << 20 };
	struct jsonout out;

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	jsonout_str(&out, "statement", c->statement->name);
	jsonout_text(&out, "level", level_name(c->statement->level));
	jsonout_str(&out, "name", c->name);
	jsonout_str(&out, "scope", c->scope);
	jsonout_text(&out, "match", policy_match_name(c->match));
	jsonout_str(&out, "by_scope", c->by);
	jsonout_u64(&out, "more_names", c->more);
	jsonout_object_end(&out);
	if (out.failed)
		return STR_NONE;
	return arena_str(v->mem, (struct str){ (const char *)text.ptr, text.len });
}

/* Unless the scope of the statement is the name itself. */
static const char *
how(struct arena *mem, const struct chosen *c)
{
	struct str by = STR(""), more = STR("");

	if (c->scope.ptr != NULL && c->match != POLICY_MATCH_EXACT)
		by = arena_printf(mem, ", by %.*s", STR_ARG(c->by));
	if (c->more > 0)
		more =
		    arena_printf(mem, ", and for %llu more", (unsigned long long)c->more);
	return arena_printf(mem, "%.*s%.*s", STR_ARG(by), STR_ARG(more)).ptr;
}

bool
statements_step(struct verdict *v, const struct chosen *c)
{
	if (c->file)
		return step_file(v, c);
	if (c->statement == NULL && c->scope.ptr == NULL) {
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1,
		    REASON_POLICY_NAMELESS,
		    "no usable name, and no statement has scope *");
		return false;
	}
	if (c->statement == NULL) {
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1,
		    REASON_POLICY_NO_MATCH, "%.*s: no statement has scope %.*s or *",
		    STR_ARG(c->name), STR_ARG(c->scope));
		return false;
	}
	verdict_pass(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1,
	    "statement %.*s (%s) for %.*s%s", STR_ARG(c->statement->name),
	    level_name(c->statement->level),
	    STR_ARG(c->scope.ptr == NULL ? STR("an artifact without a usable name")
					 : c->scope),
	    how(v->mem, c));
	verdict_data(v, step_json(v, c));
	return true;
}
