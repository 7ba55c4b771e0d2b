/* SPDX-License-Identifier: Apache-2.0 */
/* Are the octets below an artifact the ones its descriptors name? */
#include "verify/content.h"

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

/* Nodes that were queued: open addressing over pointers, so that a wide index stays linear. */
struct seen {
	const struct node **slots;
	size_t cap, count;
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

static size_t
slot_of(const struct seen *s, const struct node *n)
{
	size_t i = (size_t)((uintptr_t)n / 64 * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	for (i &= s->cap - 1; s->slots[i] != NULL && s->slots[i] != n; i = (i + 1) & (s->cap - 1))
		;
	return i;
}

/* False if it was there already. */
static bool
seen_add(struct seen *s, struct arena *mem, const struct node *n)
{
	struct seen old = *s;
	size_t i;

	if (s->count * 2 >= s->cap) {
		s->cap = s->cap == 0 ? 64 : s->cap * 2;
		s->slots = arena_array(mem, s->cap, sizeof(*s->slots));
		for (size_t k = 0; k < old.cap; k++)
			if (old.slots[k] != NULL)
				s->slots[slot_of(s, old.slots[k])] = old.slots[k];
	}
	i = slot_of(s, n);
	if (s->slots[i] == n)
		return false;
	s->slots[i] = n;
	s->count++;
	return true;
}

/* All parts below an index, each once, without recursion. */
static void
parts_check(struct tally *t, const struct node *subject)
{
	struct arena *mem = t->v->mem;
	VEC(const struct node *) queue = { NULL, 0, 0 };
	struct seen seen = { NULL, 0, 0 };
	size_t next = 0;

	seen_add(&seen, mem, subject);
	VEC_PUSH(mem, &queue, subject);
	while (next < queue.n) {
		const struct node *n = queue.v[next++];

		if (n->state != NODE_PRESENT)
			continue;
		node_blobs(t, n);
		whole_check(t, n, n != subject);
		for (size_t i = 0; i < n->child_count; i++) {
			const struct node *child = n->children[i].node;

			if (child == NULL || !seen_add(&seen, mem, child))
				continue;
			child_check(t, child);
			VEC_PUSH(mem, &queue, child);
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
