/* SPDX-License-Identifier: Apache-2.0 */
/* assay tree: who contains whom, and who refers to whom. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/view.h"

#define DEPTH_MOST 128
#define SIGNATURE_TYPE "application/vnd.cncf.notary.signature"

struct branch { /* one node under another, waiting to be shown */
	const struct node_record *node;
	struct str parent; /* digest; absent at the top */
	bool referrer, last;
	unsigned depth;
};

struct tree {
	struct arena mem;
	struct view *view;
	const struct survey_input *input;
	bool *drawn; /* by index of node: shown once in full; in JSON: is shown */
	bool open[DEPTH_MOST]; /* a line runs down at this depth */
};

static size_t
index_of(const struct tree *t, const struct node_record *n)
{
	return (size_t)(n - t->input->nodes.v);
}

/* First edge of a parent: edges come grouped by parent, in the order of the nodes. */
static size_t
first_edge(const struct tree *t, struct str parent)
{
	size_t lo = 0, hi = t->input->edges.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (str_cmp(t->input->edges.v[mid].parent, parent) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
print_indent(const struct tree *t, const struct branch *b)
{
	for (unsigned i = 1; i < b->depth; i++)
		fputs(t->open[i] ? "\u2502   " : "    ", stdout);
	if (b->depth > 0)
		fputs(b->last ? "\u2514\u2500\u2500 " : "\u251c\u2500\u2500 ", stdout);
}

/* What refers to another needs no name, least of all the one that was given for the whole input. */
static void
print_names(const struct node_record *n)
{
	bool supporting = n->class == CLASS_SUPPORTING;

	for (size_t i = 0; i < n->name_count; i++) {
		if (!view_name_shown(n, i) ||
		    (supporting && n->names[i].source == NAME_OPTION))
			continue;
		view_print(n->names[i].text);
		fputs("  ", stdout);
	}
}

/* Is the node a signature of what it refers to, and one that verdicts speak of? */
static bool
is_signature(const struct verdict *judged, const struct node_record *n)
{
	if (judged == NULL)
		return false;
	for (size_t i = 0; i < judged->signatures.n; i++)
		if (str_equal(judged->signatures.v[i].manifest_digest, n->digest))
			return true;
	return str_is(n->artifact_type, SIGNATURE_TYPE);
}

/* The first thing that went wrong with it; REASON_NONE if nothing did. */
static enum reason
signature_reason(const struct verdict *judged, const struct node_record *n)
{
	for (size_t i = 0; i < judged->findings.n; i++) {
		const struct finding *f = &judged->findings.v[i];

		if (f->signature >= 0 && f->step >= 0 &&
		    str_equal(
			judged->signatures.v[f->signature].manifest_digest, n->digest))
			return f->reason;
	}
	return REASON_NONE;
}

/* What is only logged leaves a signature valid. */
static bool
only_logged(const char *word)
{
	return strcmp(word, signature_state_name(SIGNATURE_VALID)) == 0;
}

static void
print_word(const struct tree *t, const char *word, enum reason why)
{
	fputs("  [", stdout);
	show_word(word, t->view->style.color);
	if (why != REASON_NONE)
		printf("%s%s", only_logged(word) ? ", logged " : ": ", reason_code(why));
	putchar(']');
}

/* One word for the artifact, one for a signature under what it signs; nothing without a policy. */
static void
print_verdicts(const struct tree *t, const struct branch *b)
{
	const struct node_record *n = b->node;
	const struct verdict *own = view_verdict(t->view, t->input, n->digest);
	const struct verdict *over = b->referrer && b->parent.ptr != NULL
					 ? survey_verdict(t->input, b->parent)
					 : NULL;

	if (is_signature(over, n))
		print_word(
		    t, show_signature_word(over, n->digest), signature_reason(over, n));
	if (own != NULL)
		print_word(t, state_name(own->state), own->reason);
}

static void
print_node(const struct tree *t, const struct branch *b, bool again)
{
	const struct node_record *n = b->node;
	bool image = n->class == CLASS_IMAGE;

	print_names(n);
	view_digest(t->view, n->digest);
	if (b->referrer)
		fputs("  refers: ", stdout);
	else
		printf("  %s", node_class_name(n->class));
	if (n->artifact_type.len > 0 && (b->referrer || !image)) {
		if (!b->referrer)
			fputs(": ", stdout);
		view_print(n->artifact_type);
	} else if (b->referrer) {
		view_print(n->media_type);
	}
	if (n->platform.len > 0) {
		fputs("  ", stdout);
		view_print(n->platform);
	}
	if (n->state != NODE_PRESENT)
		printf("  [%s%s%s]", node_state_name(n->state),
		    n->problem == REASON_NONE ? "" : ": ", reason_code(n->problem));
	if (t->view->judge.on && !again)
		print_verdicts(t, b);
	if (n->found_by != FOUND_ROOT && n->found_by != FOUND_CHILD)
		printf("  (found by %s)", found_by_name(n->found_by));
	puts(again ? "  (see above)" : "");
}

/* Push what hangs below a node, in reverse, so that the first comes off the stack first. */
static void
push_below(
    struct tree *t, const struct branch *b, struct branch **stack, size_t *n, size_t *cap)
{
	size_t from = first_edge(t, b->node->digest), to = from;

	while (to < t->input->edges.n &&
	       str_equal(t->input->edges.v[to].parent, b->node->digest))
		to++;
	for (size_t i = to; i > from; i--) {
		const struct edge_record *e = &t->input->edges.v[i - 1];
		const struct node_record *child = survey_find(t->input, e->child);
		struct branch below = { child, b->node->digest,
			e->kind != EDGE_MANIFEST, i == to, b->depth + 1 };

		if (child == NULL)
			continue;
		if (*n == *cap)
			*stack = arena_grow(&t->mem, *stack, *n, cap, sizeof(**stack));
		(*stack)[(*n)++] = below;
	}
}

static void
draw(struct tree *t, const struct node_record *root)
{
	struct branch *stack = NULL;
	size_t n = 0, cap = 0;
	struct branch next = { root, STR_NONE, false, true, 0 };

	stack = arena_grow(&t->mem, stack, 0, &cap, sizeof(*stack));
	stack[n++] = next;
	while (n > 0) {
		bool again;

		next = stack[--n];
		again = t->drawn[index_of(t, next.node)];
		print_indent(t, &next);
		print_node(t, &next, again && next.depth > 0);
		t->drawn[index_of(t, next.node)] = true;
		if (next.depth < DEPTH_MOST)
			t->open[next.depth] = !next.last;
		if (!again && next.depth + 1 < DEPTH_MOST)
			push_below(t, &next, &stack, &n, &cap);
	}
}

/* Tops first: what nothing contains and what refers to nothing. Then whatever is left. */
static void
draw_all(struct tree *t)
{
	const struct view *v = t->view;
	bool *below = arena_array(&t->mem, t->input->nodes.n, sizeof(*below));

	for (size_t i = 0; i < t->input->edges.n; i++) {
		const struct node_record *n =
		    survey_find(t->input, t->input->edges.v[i].child);

		if (n != NULL)
			below[index_of(t, n)] = true;
	}
	for (size_t i = 0; i < t->input->nodes.n; i++) {
		const struct node_record *n = &t->input->nodes.v[i];

		if (v->reference.ptr == NULL
			? !below[i] && n->class != CLASS_SUPPORTING
			: view_wanted(v, n->digest, n))
			draw(t, n);
	}
	for (size_t i = 0; v->reference.ptr == NULL && i < t->input->nodes.n; i++)
		if (!t->drawn[i] && !below[i])
			draw(t, &t->input->nodes.v[i]);
}

static void
node_json(struct view *v, const struct survey_input *input, const struct node_record *n)
{
	struct doc *d = &v->doc;
	const struct verdict *judged = view_verdict(v, input, n->digest);

	doc_object(d, NULL);
	doc_str(d, "digest", NULL, n->digest);
	doc_str(d, "media_type", NULL, n->media_type);
	doc_str(d, "artifact_type", NULL, n->artifact_type);
	doc_u64(d, "size", NULL, n->size);
	doc_str(d, "platform", NULL, n->platform);
	doc_word(d, "class", NULL, node_class_name(n->class));
	doc_word(d, "state", NULL, node_state_name(n->state));
	if (n->problem != REASON_NONE)
		doc_reason(d, n->problem);
	doc_word(d, "found_by", NULL, found_by_name(n->found_by));
	doc_bool(d, "is_root", NULL, n->is_root);
	if (judged != NULL)
		show_verdict(d, judged, &v->style);
	else if (v->judge.on)
		doc_null(d, "verdict");
	doc_array(d, "names");
	for (size_t i = 0; i < n->name_count; i++) {
		doc_object(d, NULL);
		doc_str(d, "name", NULL, n->names[i].text);
		doc_word(d, "source", NULL, name_source_name(n->names[i].source));
		doc_word(d, "use", NULL, name_use_name(n->names[i].use));
		doc_str(d, "scope", NULL, n->names[i].scope);
		doc_object_end(d);
	}
	doc_array_end(d);
	doc_array(d, "notes");
	for (size_t i = 0; i < n->note_count; i++) {
		doc_object(d, NULL);
		doc_reason(d, n->notes[i].reason);
		doc_str(d, "message", NULL, n->notes[i].message);
		doc_object_end(d);
	}
	doc_array_end(d);
	doc_object_end(d);
}

static void
edge_json(struct view *v, const struct survey_input *input, const struct edge_record *e)
{
	struct doc *d = &v->doc;
	const struct verdict *judged =
	    e->kind != EDGE_MANIFEST ? survey_verdict(input, e->parent) : NULL;
	const struct node_record *child = survey_find(input, e->child);

	doc_object(d, NULL);
	doc_str(d, "parent", NULL, e->parent);
	doc_str(d, "child", NULL, e->child);
	doc_word(d, "kind", NULL, edge_kind_name(e->kind));
	if (child != NULL && is_signature(judged, child)) {
		enum reason why = signature_reason(judged, child);

		const char *word = show_signature_word(judged, e->child);

		doc_word(d, "verdict", NULL, word);
		if (why != REASON_NONE)
			doc_reason(d, why);
	}
	doc_object_end(d);
}

/* The nodes that a reference names, and all that hangs below them; without one, all. */
static void
mark_wanted(struct tree *t)
{
	const struct survey_input *input = t->input;
	size_t *stack = arena_array(&t->mem, input->nodes.n, sizeof(*stack));
	size_t n = 0;

	for (size_t i = 0; i < input->nodes.n; i++) {
		t->drawn[i] =
		    view_wanted(t->view, input->nodes.v[i].digest, &input->nodes.v[i]);
		if (t->drawn[i])
			stack[n++] = i;
	}
	while (n > 0) {
		struct str parent = input->nodes.v[stack[--n]].digest;

		for (size_t e = first_edge(t, parent);
		     e < input->edges.n && str_equal(input->edges.v[e].parent, parent);
		     e++) {
			const struct node_record *c =
			    survey_find(input, input->edges.v[e].child);

			if (c == NULL || t->drawn[index_of(t, c)])
				continue;
			t->drawn[index_of(t, c)] = true;
			stack[n++] = index_of(t, c);
		}
	}
}

static void
show_json(struct tree *t)
{
	const struct survey_input *input = t->input;
	struct view *v = t->view;
	struct doc *d = &v->doc;

	mark_wanted(t);
	doc_object(d, NULL);
	view_input_json(d, input);
	doc_array(d, "nodes");
	for (size_t i = 0; i < input->nodes.n; i++)
		if (t->drawn[i])
			node_json(v, input, &input->nodes.v[i]);
	doc_array_end(d);
	doc_array(d, "edges");
	for (size_t i = 0; i < input->edges.n; i++) {
		const struct node_record *parent =
		    survey_find(input, input->edges.v[i].parent);

		if (parent != NULL && t->drawn[index_of(t, parent)])
			edge_json(v, input, &input->edges.v[i]);
	}
	doc_array_end(d);
	doc_object_end(d);
}

static int
show(void *ctx, const struct survey_input *input, struct err *err)
{
	struct view *v = ctx;
	struct tree t = { .view = v, .input = input };

	(void)err;
	view_count(v, input);
	arena_init(&t.mem, 0);
	t.drawn = arena_array(&t.mem, input->nodes.n, sizeof(*t.drawn));
	if (v->json) {
		show_json(&t);
	} else {
		view_input_head(v, input);
		if (input->why != NULL && input->why->text[0] != '\0')
			view_text("    ", str_of(input->why->text));
		draw_all(&t);
	}
	v->inputs++;
	arena_clear(&t.mem);
	return 0;
}

static int
run(struct config *c, const struct command *self, int argc, char **argv)
{
	return view_main(c, self, argc, argv, WORKER_TREE, show);
}

const struct command command_tree = {
	.name = "tree",
	.operands = "INPUT [REF]",
	.summary = "The referrer graph of an export",
	.description =
	    "Shows what each image contains and what refers to it, and how it was found. REF is a\n"
	    "digest, the start of one (15 characters or more), or a name in the export. With --policy\n"
	    "each artifact, and each signature under it, has its verdict in a word.\n",
	.examples = "  assay tree web.tar\n"
		    "  assay tree --format json layout/ registry.example/shop/web:1.4\n",
	.least = 1,
	.most = 2,
	.limits = true,
	.rows = view_rows,
	.run = run,
};
