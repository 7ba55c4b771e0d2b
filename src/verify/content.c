/* SPDX-License-Identifier: Apache-2.0 */
/* Are the octets below an artifact the ones its descriptors name? */
#include "verify/content.h"

#include "oci/mediatype.h"

#define PROBLEMS_MOST 100       /* told one by one; the rest is a number */

struct tally {                  /* of one artifact */
	uint64_t blobs, octets, absent, problems;
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
blob_absent(struct verdict *v, struct tally *t, const char *role, const struct descriptor *d)
{
	if (descriptor_is_empty(d) || d->data.ptr != NULL)
		return;
	t->absent++;
	if (strcmp(role, "config") != 0)
		return;         /* an absent layer is inventory */
	if (told(t))
		verdict_error(v, STEP_DISCOVERY, -1, REASON_BLOB_MISSING,
		    "config %.*s is not in the input", STR_ARG(d->digest_text));
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

static void
blob_check(struct verdict *v, struct tally *t, struct store *store, const struct node *n,
    const struct descriptor *d)
{
	const char *role = blob_role(n, d);
	const struct blob *b;

	if (d->digest.alg == DIGEST_NONE) {
		if (told(t))
			verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1,
			    REASON_DIGEST_UNSUPPORTED, "%s %.*s", role, STR_ARG(d->digest_text));
		return;
	}
	b = store_find(store, &d->digest);
	if (b == NULL) {
		blob_absent(v, t, role, d);
		return;
	}
	t->blobs++;
	t->octets += b->size;
	if ((b->state != BLOB_OK || b->size != d->size) && told(t))
		blob_refuse(v, role, d, b);
}

static void
node_blobs(struct verdict *v, struct tally *t, struct store *store, const struct node *n)
{
	if (n->manifest.has_config)
		blob_check(v, t, store, n, &n->manifest.config);
	if (n->manifest.form == MANIFEST_INDEX)
		return;
	for (size_t i = 0; i < n->manifest.child_count; i++)
		blob_check(v, t, store, n, &n->manifest.children[i]);
}

static void
child_check(struct verdict *v, struct tally *t, const struct node *child)
{
	if (child->state == NODE_ABSENT)
		t->absent++;
	if (child->state == NODE_BROKEN && told(t))
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1, child->problem,
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
parts_check(struct verdict *v, struct tally *t, struct store *store, const struct node *subject)
{
	VEC(const struct node *) queue = { NULL, 0, 0 };
	struct seen seen = { NULL, 0, 0 };
	size_t next = 0;

	seen_add(&seen, v->mem, subject);
	VEC_PUSH(v->mem, &queue, subject);
	while (next < queue.n) {
		const struct node *n = queue.v[next++];

		if (n->state != NODE_PRESENT)
			continue;
		node_blobs(v, t, store, n);
		for (size_t i = 0; i < n->child_count; i++) {
			const struct node *child = n->children[i].node;

			if (child == NULL || !seen_add(&seen, v->mem, child))
				continue;
			child_check(v, t, child);
			VEC_PUSH(v->mem, &queue, child);
		}
	}
}

bool
content_check(struct verdict *v, struct store *store, const struct node *subject)
{
	struct tally t = { 0, 0, 0, 0 };

	parts_check(v, &t, store, subject);
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
