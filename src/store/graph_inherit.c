/* SPDX-License-Identifier: Apache-2.0 */
/* Which names an index hands down to its parts. */
#include <stdlib.h>

#include "store/graph_parts.h"

#define PART_NAMES_MOST 256 /* repositories of the indexes that contain one node */

/* By repository; of two names for one as written, one that chooses first, then by source. */
static int
by_scope(const void *a, const void *b)
{
	const struct node_name *x = a, *y = b;
	int c = str_cmp(x->scope, y->scope);

	if (c == 0)
		c = str_cmp(x->written, y->written);
	if (c == 0)
		c = (x->use > y->use) - (x->use < y->use);
	if (c == 0)
		c = (x->source > y->source) - (x->source < y->source);
	return c != 0 ? c : str_cmp(x->text, y->text);
}

static int
place_cmp(const struct node_name *a, const struct node_name *b)
{
	int c = str_cmp(a->scope, b->scope);

	return c != 0 ? c : str_cmp(a->written, b->written);
}

/* What the parts of a node take over: one name for each repository, sorted. */
static struct node_name *
own_to_parts(size_t *count, struct build *b, const struct slot *s)
{
	struct node_name *list = arena_array(b->mem, s->names.n, sizeof(*list));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].written.ptr != NULL &&
		    s->names.v[i].use != NAME_IGNORED && s->names.v[i].use != NAME_SPARE)
			list[n++] = s->names.v[i];
	if (n > 1)
		qsort(list, n, sizeof(*list), by_scope);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || place_cmp(&list[i], &list[kept - 1]) != 0)
			list[kept++] = list[i];
	*count = kept;
	return list;
}

static void
too_many_names(struct build *b, struct slot *s)
{
	slot_break(b, s, REASON_LIMIT_FINDINGS_HIT, "part of more than %d repositories",
	    PART_NAMES_MOST);
	s->node.class = CLASS_UNKNOWN;
}

/* Two sorted lists as one; false: it would be too long. */
static bool
merge(const struct node_name **out, size_t *count, struct build *b,
    const struct node_name *x, size_t xs, const struct node_name *y, size_t ys)
{
	struct node_name all[PART_NAMES_MOST];
	size_t i = 0, k = 0, n = 0;
	bool news = false;

	while (i < xs || k < ys) {
		int c = i == xs ? 1 : k == ys ? -1 : place_cmp(&x[i], &y[k]);
		bool second = c > 0 || (c == 0 && y[k].use < x[i].use);

		if (n == COUNT(all))
			return false;
		all[n++] = second ? y[k] : x[i];
		news = news || second;
		i += c <= 0;
		k += c >= 0;
	}
	*count = n;
	*out = !news
		   ? x
		   : memcpy(arena_array(b->mem, n, sizeof(*all)), all, n * sizeof(*all));
	return true;
}

static void
give_names(struct build *b, const struct slot *from, struct slot *to)
{
	struct node *n = &to->node;

	if (from->down_count == 0 || n->part_names == from->down)
		return;
	if (n->part_name_count == 0) {
		n->part_names = from->down; /* shared: most parts have one parent */
		n->part_name_count = from->down_count;
		return;
	}
	/* Each merge costs as much as both lists are long. */
	if (from->down_count > PART_NAMES_MOST || n->part_name_count > PART_NAMES_MOST ||
	    !merge(&n->part_names, &n->part_name_count, b, n->part_names,
		n->part_name_count, from->down, from->down_count))
		too_many_names(b, to);
}

/* Its own names and those it was handed: what is inside can be had by all of them. */
static void
give_all(struct build *b, struct slot *s)
{
	const struct node_name *own;
	size_t count;

	if (s->node.child_count == 0)
		return;
	own = own_to_parts(&count, b, s);
	if (count == 0 || s->node.part_name_count == 0) {
		s->down = count == 0 ? s->node.part_names : own;
		s->down_count = count == 0 ? s->node.part_name_count : count;
	} else if (count > PART_NAMES_MOST || s->node.part_name_count > PART_NAMES_MOST ||
		   !merge(&s->down, &s->down_count, b, own, count, s->node.part_names,
		       s->node.part_name_count)) {
		for (size_t k = 0; k < s->node.child_count; k++)
			too_many_names(b, slot_of(s->node.children[k].node));
		return;
	}
	for (size_t k = 0; k < s->node.child_count; k++)
		give_names(b, s, slot_of(s->node.children[k].node));
}

/* From indexes to their parts, each index after all that contain it. */
void
names_hand_down(struct build *b)
{
	size_t count;
	struct slot **order = slots_parents_first(b, &count);

	for (size_t i = 0; i < count; i++)
		give_all(b, order[i]);
}
