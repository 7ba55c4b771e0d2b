/* SPDX-License-Identifier: Apache-2.0 */
/* Are the octets below an artifact the ones its descriptors name? */
#include "verify/content.h"

#include "base/map.h"
#include "oci/mediatype.h"

#define PROBLEMS_MOST 100       /* told one by one; the rest is a number */

struct tally {                  /* of one artifact */
	struct verdict *v;
	struct store *store;
	const struct verify_tools *tools;
	uint64_t blobs, octets, absent, problems;
	/* Of an index: images that are here whole, and those of which nothing is. */
	uint64_t whole, elsewhere, supporting;
};

struct queue {                  /* nodes that were met, each once; found by pointer */
	VEC(const struct node *) nodes;
	struct map places;
};

static bool
told(struct tally *t)
{
	return t->problems++ < PROBLEMS_MOST;
}

static const char *
blob_role(const struct node *n, const struct descriptor *d)
{
	return n->manifest.has_config && d == &n->manifest.config ? "config" : "layer";
}

static void
blob_refuse(struct verdict *v, const char *role, const struct descriptor *d, const struct blob *b)
{
	enum reason reason = REASON_BLOB_SIZE_MISMATCH;

	switch (b->state) {
	case BLOB_OK:
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, reason,
		    "%s %.*s is %llu octets, described as %llu", role, STR_ARG(d->digest_text),
		    (unsigned long long)b->size, (unsigned long long)d->size);
		return;
	case BLOB_UNREADABLE:
		verdict_error(v, STEP_DISCOVERY, -1, REASON_BLOB_UNREADABLE, "%s %.*s", role,
		    STR_ARG(d->digest_text));
		return;
	case BLOB_MISMATCH:
		reason = REASON_BLOB_DIGEST_MISMATCH;
		break;
	case BLOB_SYMLINK:
		reason = REASON_BLOB_SYMLINK;
		break;
	case BLOB_NOT_FILE:
		reason = REASON_BLOB_TYPE;
		break;
	}
	verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, reason, "%s %.*s", role,
	    STR_ARG(d->digest_text));
}

/*
 * There as a blob, as embedded data (checked when the manifest was read), or known by heart. A
 * digest that cannot be computed is told as that.
 */
static bool
is_here(const struct tally *t, const struct descriptor *d)
{
	return d->data.ptr != NULL || descriptor_is_empty(d) || d->digest.alg == DIGEST_NONE ||
	    store_find(t->store, &d->digest) != NULL;
}

static void
blob_check(struct tally *t, const struct node *n, const struct descriptor *d)
{
	const char *role = blob_role(n, d);
	const struct blob *b;

	if (d->digest.alg == DIGEST_NONE) {
		if (told(t))
			verdict_fail(t->v, STEP_DISCOVERY, ACTION_ENFORCE, -1,
			    REASON_DIGEST_UNSUPPORTED, "%s %.*s", role, STR_ARG(d->digest_text));
		return;
	}
	b = store_find(t->store, &d->digest);
	if (b == NULL) {
		t->absent += !is_here(t, d);
		return;
	}
	t->blobs++;
	t->octets += b->size;
	if ((b->state != BLOB_OK || b->size != d->size) && told(t))
		blob_refuse(t->v, role, d, b);
}

static void
node_blobs(struct tally *t, const struct node *n)
{
	if (n->manifest.has_config)
		blob_check(t, n, &n->manifest.config);
	if (n->manifest.form == MANIFEST_INDEX)
		return;
	for (size_t i = 0; i < n->manifest.child_count; i++)
		blob_check(t, n, &n->manifest.children[i]);
}

/* --- is it whole? --- */

struct lack {                   /* of one manifest */
	size_t wanted, absent;          /* layers that belong into an export */
	const struct descriptor *first; /* of those that are absent */
	bool config;
};

/*
 * image-spec layer.md, "Non-Distributable Layers": they stay where they are, and their type says
 * so in the octets of the manifest itself. A list of addresses alone is no such thing.
 */
static struct lack
lack_of(const struct tally *t, const struct manifest *m)
{
	struct lack l = { 0, 0, NULL, m->has_config && !is_here(t, &m->config) };

	for (size_t i = 0; i < m->child_count; i++) {
		const struct descriptor *d = &m->children[i];

		if (media_is_foreign_layer(d->media_type))
			continue;
		l.wanted++;
		if (is_here(t, d))
			continue;
		if (l.absent++ == 0)
			l.first = d;
	}
	return l;
}

static void
tell_layers(struct tally *t, const struct lack *l)
{
	if (t->tools->allow_missing)
		verdict_fail(t->v, STEP_DISCOVERY, ACTION_LOG, -1, REASON_BLOB_MISSING,
		    "%zu of %zu layers are not in the input: --allow-missing", l->absent,
		    l->wanted);
	else if (told(t))
		verdict_error(t->v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING,
		    "%zu of %zu layers are not in the input, the first is %.*s", l->absent,
		    l->wanted, STR_ARG(l->first->digest_text));
}

/*
 * A signature covers a manifest and by digest all below it: what was not hashed here was not
 * judged. An image of an index may be left out, as exporters do for a platform: then none of its
 * layers is here.
 */
static void
whole_check(struct tally *t, const struct node *n, bool part)
{
	const struct manifest *m = &n->manifest;
	struct lack l;

	/* A part of another type is hashed, but nobody looks into it. */
	if (!media_is_manifest(media_of(n->media_type)))
		return;
	if (part && n->class == CLASS_SUPPORTING) {
		t->supporting++;
		return;
	}
	l = lack_of(t, m);
	if (part && l.wanted > 0 && l.absent == l.wanted && !t->tools->allow_missing) {
		t->elsewhere++;
		return;
	}
	if (l.config && told(t))
		verdict_error(t->v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING,
		    "config %.*s is not in the input", STR_ARG(m->config.digest_text));
	if (l.absent > 0)
		tell_layers(t, &l);
	if (!l.config && (l.absent == 0 || t->tools->allow_missing))
		t->whole++;
}

/* An index stands for the images below it: one of them at least must be here. */
static void
index_check(struct tally *t, const struct node *index)
{
	if (t->elsewhere > 0 && t->tools->require_complete && told(t))
		verdict_fail(t->v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_CHILD_ABSENT,
		    "%llu images of the index are not in the input",
		    (unsigned long long)t->elsewhere);
	if (t->whole > 0 || t->problems > 0 ||
	    (t->elsewhere == 0 && t->supporting > 0))
		return;
	told(t);
	verdict_error(t->v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING,
	    index->child_count == 0 ? "the index is empty"
				    : "no image of the index is in the input whole");
}

static void
child_check(struct tally *t, const struct node *child)
{
	if (child->state == NODE_ABSENT) {
		t->absent++;
		t->elsewhere++;
	}
	if (child->state == NODE_BROKEN && told(t))
		verdict_fail(t->v, STEP_DISCOVERY, ACTION_ENFORCE, -1, child->problem,
		    "part %.*s: %.*s", STR_ARG(child->digest_text),
		    STR_ARG(child->problem_detail));
}

static bool
is_node(const void *queue, uint32_t at, const void *node)
{
	return ((const struct queue *)queue)->nodes.v[at] == node;
}

/* False if it was there already. */
static bool
queue_add(struct queue *q, struct arena *mem, const struct node *n)
{
	uint64_t hash = map_hash(&q->places, bytes_of(&n, sizeof(n)));

	if (map_find(&q->places, hash, is_node, q, n) != MAP_NONE)
		return false;
	map_add(&q->places, hash, (uint32_t)q->nodes.n);
	VEC_PUSH(mem, &q->nodes, n);
	return true;
}

/* All parts below an index, each once, without recursion. */
static void
parts_check(struct tally *t, const struct node *subject)
{
	struct arena *mem = t->v->mem;
	struct queue queue = { .nodes = { NULL, 0, 0 } };

	map_init(&queue.places, mem);
	queue_add(&queue, mem, subject);
	for (size_t next = 0; next < queue.nodes.n; next++) {
		const struct node *n = queue.nodes.v[next];

		if (n->state != NODE_PRESENT)
			continue;
		node_blobs(t, n);
		whole_check(t, n, n != subject);
		for (size_t i = 0; i < n->child_count; i++) {
			const struct node *child = n->children[i].node;

			if (child != NULL && queue_add(&queue, mem, child))
				child_check(t, child);
		}
	}
}

bool
content_check(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *subject)
{
	struct tally t = { .v = v, .store = store, .tools = tools };

	parts_check(&t, subject);
	if (subject->manifest.form == MANIFEST_INDEX)
		index_check(&t, subject);
	if (t.problems > PROBLEMS_MOST)
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, REASON_LIMIT_FINDINGS_HIT,
		    "%llu problems more below it",
		    (unsigned long long)(t.problems - PROBLEMS_MOST));
	if (t.problems == 0)
		verdict_pass(v, STEP_DISCOVERY, ACTION_ENFORCE, -1,
		    "%llu blobs below it match their digests (%llu octets), %llu are not in the input",
		    (unsigned long long)t.blobs, (unsigned long long)t.octets,
		    (unsigned long long)t.absent);
	return t.problems == 0;
}
