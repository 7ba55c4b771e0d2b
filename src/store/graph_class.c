/* SPDX-License-Identifier: Apache-2.0 */
/* What a node is, what can be reached, and what is missing. */
#include <stdlib.h>

#include "store/graph_parts.h"

#define MISSING_KEPT 1000

/* --- classes --- */

static enum node_class
class_of(const struct slot *s)
{
	enum media type = media_of(s->node.media_type);

	if (s->node.state != NODE_PRESENT ||
	    (!media_is_manifest(type) && !media_is_index(type)))
		return CLASS_UNKNOWN;
	if (s->node.role != ROLE_NONE)
		return CLASS_SUPPORTING;
	if (s->node.manifest.form == MANIFEST_INDEX)
		return CLASS_INDEX;
	return manifest_has_image_config(&s->node.manifest) ? CLASS_IMAGE : CLASS_ARTIFACT;
}

void
graph_classify(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++)
		b->all.v[i]->node.class = class_of(b->all.v[i]);
}

/* --- what can be reached --- */

struct queue {
	VEC(struct slot *) v;
	struct arena *mem;
};

static void
reach(struct queue *q, struct node *n)
{
	struct slot *s = slot_of(n);

	if (s->on_path)
		return;
	s->on_path = true; /* from here on: queued */
	n->reachable = true;
	VEC_PUSH(q->mem, &q->v, s);
}

/*
 * From the entries through indexes and to referrers. A subject that is only named is not
 * reached.
 */
static void
reach_all(struct build *b)
{
	struct queue q = { { NULL, 0, 0 }, b->mem };

	for (size_t i = 0; i < b->all.n; i++)
		b->all.v[i]->on_path = false;
	for (size_t i = 0; i < b->g->root_count; i++)
		reach(&q, b->g->roots[i]);
	for (size_t next = 0; next < q.v.n; next++) {
		struct slot *s = q.v.v[next];

		for (size_t k = 0; k < s->node.child_count; k++)
			reach(&q, s->node.children[k].node);
		for (size_t k = 0; k < s->referrers.n; k++)
			reach(&q, s->referrers.v[k]);
	}
}

/* --- what is missing --- */

struct missing {
	VEC(struct str) digests;
	struct build *b;
};

static void
refer(struct missing *m, const struct descriptor *d, bool may_lack)
{
	if (d->digest.alg == DIGEST_NONE)
		return;
	store_mark(m->b->store, &d->digest, BLOB_REACHED);
	if (may_lack || d->data.ptr != NULL || descriptor_is_empty(d) ||
	    store_find(m->b->store, &d->digest) != NULL)
		return;
	VEC_PUSH(m->b->mem, &m->digests, d->digest_text);
}

static void
refer_parts(struct missing *m, const struct slot *s)
{
	const struct manifest *doc = &s->node.manifest;

	if (s->node.digest.alg != DIGEST_NONE)
		store_mark(m->b->store, &s->node.digest, BLOB_REACHED);
	if (s->node.state != NODE_PRESENT)
		return;
	if (doc->has_config)
		refer(m, &doc->config, false);
	/*
	 * A list of referrers may be stale; layers with an address of their own stay
	 * away.
	 */
	for (size_t i = 0; i < doc->child_count; i++)
		refer(m, &doc->children[i],
		    s->node.is_fallback_index || doc->children[i].foreign ||
			media_is_foreign_layer(doc->children[i].media_type));
}

static int
by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
missing_end(struct missing *m)
{
	struct graph *g = m->b->g;

	if (m->digests.n > 1)
		qsort(m->digests.v, m->digests.n, sizeof(struct str), by_text);
	g->missing_digests = arena_array(m->b->mem,
	    m->digests.n < MISSING_KEPT ? m->digests.n : MISSING_KEPT,
	    sizeof(struct str));
	for (size_t i = 0; i < m->digests.n; i++) {
		if (i > 0 && str_equal(m->digests.v[i], m->digests.v[i - 1]))
			continue;
		g->missing++;
		if (g->missing_count < MISSING_KEPT)
			g->missing_digests[g->missing_count++] = m->digests.v[i];
	}
}

static void
count_missing(struct build *b)
{
	struct missing m = { { NULL, 0, 0 }, b };

	for (size_t i = 0; i < b->from->count; i++)
		refer(&m, &b->tops[i], false);
	for (size_t i = 0; i < b->all.n; i++)
		if (b->all.v[i]->node.reachable)
			refer_parts(&m, b->all.v[i]);
	missing_end(&m);
}

/* --- what nothing refers to --- */

static void
count_unreachable(struct build *b)
{
	uint64_t wrong = 0;
	size_t count;
	const struct blob *blobs = store_all(b->store, &count);

	for (size_t i = 0; i < count; i++) {
		if ((blobs[i].flags & BLOB_REACHED) != 0)
			continue;
		b->g->blobs_unreachable++;
		wrong += blobs[i].state == BLOB_MISMATCH;
	}
	if (b->g->blobs_unreachable > 0)
		build_note(b, REASON_LAYOUT_UNREFERENCED,
		    "%llu blobs, of which %llu do not match their digest",
		    (unsigned long long)b->g->blobs_unreachable,
		    (unsigned long long)wrong);
}

static void
note_unreferenced(struct build *b)
{
	const struct slot *first = NULL;
	uint64_t count = 0;

	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		if (s->node.reachable || s->node.state != NODE_PRESENT ||
		    s->node.class == CLASS_SUPPORTING)
			continue;
		slot_note(b, s, REASON_LAYOUT_UNREFERENCED_MANIFEST, "found by %s",
		    found_by_name(s->node.found_by));
		if (count++ == 0)
			first = s;
	}
	if (first != NULL)
		build_note(b, REASON_LAYOUT_UNREFERENCED_MANIFEST,
		    "%llu, the first is %.*s", (unsigned long long)count,
		    STR_ARG(first->node.digest_text));
}

void
graph_reach(struct build *b)
{
	reach_all(b);
	count_missing(b);
	count_unreachable(b);
	note_unreferenced(b);
}
