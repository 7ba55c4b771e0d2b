/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of one layout: how it is built, and what callers ask of it. */
#include "store/graph.h"

#include <stdlib.h>

#include "store/graph_parts.h"

/* --- building --- */

/* Lists that grew beside the nodes become part of them. */
static void
finish(struct build *b)
{
	struct graph *g = b->g;

	g->nodes = arena_array(b->mem, b->all.n, sizeof(struct node *));
	g->node_count = b->all.n;
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		s->node.names = s->names.v;
		s->node.name_count = s->names.n;
		s->node.parents = s->parents.v;
		s->node.parent_count = s->parents.n;
		s->node.referrers = s->referrers.v;
		s->node.referrer_count = s->referrers.n;
		s->node.material = s->material.v;
		s->node.material_count = s->material.n;
		s->node.notes = s->notes.v;
		s->node.note_count = s->notes.n;
		g->nodes[i] = &s->node;
	}
	g->notes = b->notes.v;
	g->note_count = b->notes.n;
}

static int
build(struct build *b)
{
	map_init(&b->by_digest, b->mem);
	if (graph_walk(b) != 0 || graph_scan(b) != 0 ||
	    graph_link(b) != 0 || graph_support(b) != 0 ||
	    graph_material(b) != 0)
		return -1;
	graph_classify(b);
	graph_reach(b);
	if (names_end(b) != 0)
		return -1;
	finish(b);
	return 0;
}

int
graph_build(struct graph *out, struct store *store, const struct catalogue *catalogue,
    const struct graph_names *names, const struct limits *limits, const struct where *at,
    struct err *err)
{
	struct build b = {
		.g = out,
		.mem = &out->mem,
		.store = store,
		.hasher = store_hasher(store),
		.limits = limits,
		.from = catalogue,
		.names = names,
		.at = at,
		.err = err,
	};

	memset(out, 0, sizeof(*out));
	arena_init(&out->mem, 0);
	if (build(&b) == 0)
		return 0;
	graph_clear(out);
	return -1;
}

void
graph_clear(struct graph *g)
{
	arena_clear(&g->mem);
	memset(g, 0, sizeof(*g));
}

/* --- asking --- */

struct node *
graph_find(const struct graph *g, const struct digest *d)
{
	size_t low = 0, high = g->node_count;

	if (d->alg == DIGEST_NONE)
		return NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = digest_cmp(&g->nodes[mid]->digest, d);

		if (c == 0)
			return g->nodes[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct node_name *
graph_names_of(const struct node *n, size_t *count)
{
	*count = n->judged_by_count;
	return n->judged_by;
}

/* --- what gets a verdict --- */

struct pick {
	struct graph *g;
	struct node **queue; /* each node at most once */
	size_t queued;
	uint8_t *mark; /* by position in g->nodes */
};
enum { MARK_QUEUED = 1, MARK_ENTRY = 2, MARK_PART = 4, MARK_JUDGED = 8 };

static uint8_t *
mark_of(const struct pick *p, const struct node *n)
{
	size_t low = 0, high = p->g->node_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct node *at = p->g->nodes[mid];
		int c = digest_cmp(&at->digest, &n->digest);

		if (c == 0)
			c = str_cmp(at->digest_text, n->digest_text);
		if (c == 0)
			return &p->mark[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	abort(); /* every node is in the list */
}

static void
push(struct pick *p, struct node *n, uint8_t mark)
{
	uint8_t *m = mark_of(p, n);

	*m |= mark;
	if ((*m & MARK_QUEUED) != 0)
		return;
	*m |= MARK_QUEUED;
	p->queue[p->queued++] = n;
}

static void
queue_clear(struct pick *p)
{
	p->queued = 0;
	for (size_t i = 0; i < p->g->node_count; i++)
		p->mark[i] &= (uint8_t)~MARK_QUEUED;
}

/* A list that is not judged itself: supporting, or a referrer that index.json does not name. */
static bool
is_open_list(const struct node *n)
{
	return n->class == CLASS_SUPPORTING ||
	       (n->class == CLASS_INDEX && n->subject != NULL && !n->is_root);
}

/*
 * What such an index contains is an entry like those of index.json: nothing may hide in
 * it.
 */
static void
pick_entries(struct pick *p)
{
	for (size_t i = 0; i < p->g->root_count; i++)
		push(p, p->g->roots[i], MARK_ENTRY);
	for (size_t i = 0; i < p->g->node_count; i++)
		if (p->g->nodes[i]->listed)
			push(p, p->g->nodes[i], MARK_ENTRY);
	for (size_t i = 0; i < p->g->node_count; i++)
		if (p->g->nodes[i]->reachable && is_open_list(p->g->nodes[i]))
			push(p, p->g->nodes[i], 0);
	for (size_t next = 0; next < p->queued; next++) {
		const struct node *n = p->queue[next];

		if (!is_open_list(n))
			continue;
		for (size_t k = 0; k < n->child_count; k++)
			if (n->children[k].node->state != NODE_ABSENT)
				push(p, n->children[k].node, MARK_ENTRY);
	}
	queue_clear(p);
}

/* Everything below the indexes with `from`. */
static void
pick_parts(struct pick *p, uint8_t from)
{
	for (size_t i = 0; i < p->g->node_count; i++) {
		const struct node *n = p->g->nodes[i];

		if ((p->mark[i] & from) == 0 || n->class != CLASS_INDEX)
			continue;
		for (size_t k = 0; k < n->child_count; k++)
			push(p, n->children[k].node, MARK_PART);
	}
	for (size_t next = 0; next < p->queued; next++) {
		const struct node *n = p->queue[next];

		if (n->class != CLASS_INDEX)
			continue;
		for (size_t k = 0; k < n->child_count; k++)
			push(p, n->children[k].node, MARK_PART);
	}
	queue_clear(p);
}

/*
 * Whatever stands in index.json and is not supporting, be it readable or not: fail
 * closed.
 */
static bool
judged_as_entry(const struct node *n)
{
	if (n->class == CLASS_SUPPORTING)
		return false;
	/* A leaf of another type inside a tag index names nothing that could be run. */
	return n->class != CLASS_UNKNOWN || n->state != NODE_PRESENT || n->is_root;
}

static bool
is_manifest_type(const struct node *n)
{
	enum media type = media_of(n->media_type);

	return media_is_manifest(type) || media_is_index(type) ||
	       type == MEDIA_DOCKER_SCHEMA1;
}

static void
judge_entries(struct pick *p)
{
	for (size_t i = 0; i < p->g->node_count; i++) {
		const struct node *n = p->g->nodes[i];

		if ((p->mark[i] & MARK_ENTRY) == 0 || !judged_as_entry(n))
			continue;
		/*
		 * An entry with a name can be asked for by that name, even if it is also
		 * a part.
		 */
		if ((p->mark[i] & MARK_PART) == 0 || n->named)
			p->mark[i] |= MARK_JUDGED;
	}
}

static void
judge_parts(struct pick *p)
{
	for (size_t i = 0; i < p->g->node_count; i++) {
		const struct node *n = p->g->nodes[i];

		if ((p->mark[i] & MARK_PART) != 0 && n->class != CLASS_SUPPORTING &&
		    is_manifest_type(n))
			p->mark[i] |= MARK_JUDGED;
	}
}

static void
judge_rest(struct pick *p)
{
	for (size_t i = 0; i < p->g->node_count; i++) {
		const struct node *n = p->g->nodes[i];

		if (n->state == NODE_BROKEN ||
		    (n->state == NODE_PRESENT && is_manifest_type(n) &&
			n->class != CLASS_SUPPORTING))
			p->mark[i] |= MARK_JUDGED;
	}
}

struct node **
graph_subjects(struct graph *g, enum subjects which, size_t *count)
{
	struct pick p = { .g = g };
	struct node **list;

	p.queue = arena_array(&g->mem, g->node_count, sizeof(struct node *));
	p.mark = arena_array(&g->mem, g->node_count, 1);
	pick_entries(&p);
	pick_parts(&p, MARK_ENTRY);
	judge_entries(&p);
	if (which != SUBJECTS_ROOTS)
		judge_parts(&p);
	if (which == SUBJECTS_ALL)
		judge_rest(&p);
	*count = 0;
	list = p.queue;
	for (size_t i = 0; i < g->node_count; i++)
		if ((p.mark[i] & MARK_JUDGED) != 0)
			list[(*count)++] = g->nodes[i];
	return list;
}

/* --- Docker's list --- */

/* What was judged, itself or as a part, and has a configuration: by content. */
static struct node **
judged_images(struct graph *g, struct node *const *subjects, size_t count, size_t *found)
{
	struct pick p = { .g = g };
	struct node **list;

	p.queue = arena_array(&g->mem, g->node_count, sizeof(struct node *));
	p.mark = arena_array(&g->mem, g->node_count, 1);
	for (size_t i = 0; i < count; i++)
		push(&p, subjects[i], MARK_JUDGED);
	for (size_t next = 0; next < p.queued; next++)
		for (size_t k = 0; k < p.queue[next]->child_count; k++)
			push(&p, p.queue[next]->children[k].node, MARK_PART);
	list = p.queue;
	*found = 0;
	for (size_t i = 0; i < p.queued; i++) {
		struct node *n = p.queue[i];

		if (n->state == NODE_PRESENT && n->manifest.form == MANIFEST_IMAGE &&
		    n->manifest.has_config)
			list[(*found)++] = n;
	}
	if (*found > 1)
		qsort(list, *found, sizeof(*list), docker_node_cmp);
	return list;
}

static bool
is_judged(struct node *const *images, size_t count, const struct docker_image *image)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = docker_image_cmp(image, &images[mid]->manifest);

		if (c == 0)
			return true;
		if (c > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static void
input_note(struct graph *g, enum reason r, struct str detail)
{
	struct graph_note *more = arena_array(&g->mem, g->note_count + 1, sizeof(*more));

	if (g->note_count > 0)
		memcpy(more, g->notes, g->note_count * sizeof(*more));
	more[g->note_count++] = (struct graph_note){ r, detail };
	g->notes = more;
}

void
graph_docker_list(struct graph *g, struct node *const *subjects, size_t count)
{
	size_t found, first = 0, strange = 0;
	struct node **images;

	if (g->docker_count == 0)
		return;
	images = judged_images(g, subjects, count, &found);
	for (size_t i = g->docker_count; i-- > 0;) {
		if (is_judged(images, found, &g->docker_images[i]))
			continue;
		first = i;
		strange++;
	}
	if (strange > 0)
		input_note(g, REASON_LAYOUT_TWO_INDEXES,
		    arena_printf(&g->mem,
			"%zu of %zu images in manifest.json are none of those judged, the first is entry %zu",
			strange, g->docker_count, first));
}
