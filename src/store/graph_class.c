/* SPDX-License-Identifier: Apache-2.0 */
/* What a node is, what can be reached, and what is missing. */
#include <stdlib.h>

#include "store/graph_parts.h"

#define MISSING_KEPT 1000

/* --- classes --- */

static bool
has_image_config(const struct manifest *m)
{
	enum media config = m->has_config ? media_of(m->config.media_type) : MEDIA_OTHER;

	return m->form == MANIFEST_IMAGE &&
	       (config == MEDIA_OCI_CONFIG || config == MEDIA_DOCKER_CONFIG);
}

/* Could a runtime start it? Then it is an image, and no claim hides it from judgement. */
static bool
is_runnable(const struct manifest *m)
{
	if (!has_image_config(m))
		return false;
	for (size_t i = 0; i < m->child_count; i++)
		if (media_is_image_layer(m->children[i].media_type))
			return true;
	return false;
}

static bool
evidence_layer(struct str type)
{
	enum media m = media_of(type);

	return m == MEDIA_COSIGN_SIMPLE || m == MEDIA_DSSE || m == MEDIA_INTOTO ||
	       m == MEDIA_SIGSTORE_BUNDLE;
}

/* All layers are signatures or attestations. */
static bool
is_evidence(const struct manifest *m)
{
	for (size_t i = 0; i < m->child_count; i++)
		if (!evidence_layer(m->children[i].media_type))
			return false;
	return m->child_count > 0;
}

/* As Cosign names it when it attaches one. */
static bool
materials_layer(struct str type)
{
	static const char *const begins[] = { "text/spdx", "application/spdx",
		"application/vnd.cyclonedx", "application/vnd.syft",
		"application/vnd.dev.cosign." };

	for (size_t i = 0; i < COUNT(begins); i++)
		if (str_starts(type, str_of(begins[i])))
			return true;
	return false;
}

/*
 * What Cosign attaches by tag or kind: the configuration of an image or one of its own,
 * and layers that are evidence or a bill of materials. Anything else under such a name is
 * what it is: an artifact can be fetched by any name.
 */
static bool
is_cosign_material(const struct manifest *m)
{
	const struct str own = STR("application/vnd.dev.cosign.");

	if (!has_image_config(m) && !str_starts(m->config.media_type, own) &&
	    media_of(m->config.media_type) != MEDIA_EMPTY)
		return false;
	for (size_t i = 0; i < m->child_count; i++)
		if (!evidence_layer(m->children[i].media_type) &&
		    !materials_layer(m->children[i].media_type))
			return false;
	return m->child_count > 0;
}

/*
 * Cosign's signature manifest has an image's configuration type and no subject: its
 * layers tell (cosign specification, "Storage").
 */
static bool
is_cosign_signature(const struct manifest *m)
{
	for (size_t i = 0; i < m->child_count; i++)
		if (media_of(m->children[i].media_type) != MEDIA_COSIGN_SIMPLE)
			return false;
	return has_image_config(m) && m->child_count > 0;
}

static bool
is_supporting(const struct slot *s)
{
	const struct manifest *m = &s->node.manifest;

	if (s->node.is_fallback_index)
		return true;
	/*
	 * Some runtimes unpack a layer whatever its media type says: with a configuration
	 * of an image only known evidence is no image.
	 */
	if (m->has_subject)
		return !has_image_config(m) || m->child_count == 0 || is_evidence(m);
	if (m->form == MANIFEST_INDEX)
		return false;
	/*
	 * An entry with a name of its own, or one that claims nothing, takes a claim
	 * back.
	 */
	if ((s->claims & CLAIM_COSIGN) != 0 && !s->plain && is_cosign_material(m))
		return true;
	if ((s->claims & CLAIM_ATTESTATION) != 0 && !s->node.named && is_evidence(m))
		return true;
	return is_cosign_signature(m);
}

static enum node_class
class_of(const struct slot *s)
{
	enum media type = media_of(s->node.media_type);

	if (s->node.state != NODE_PRESENT ||
	    (!media_is_manifest(type) && !media_is_index(type)))
		return CLASS_UNKNOWN;
	if (is_runnable(&s->node.manifest))
		return CLASS_IMAGE;
	if (is_supporting(s))
		return CLASS_SUPPORTING;
	if (s->node.manifest.form == MANIFEST_INDEX)
		return CLASS_INDEX;
	return has_image_config(&s->node.manifest) ? CLASS_IMAGE : CLASS_ARTIFACT;
}

void
graph_classify(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		s->node.class = class_of(s);
		s->node.claims_supporting =
		    s->claims != 0 && !s->plain && s->node.is_root;
	}
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

	for (size_t i = 0; i < b->top.child_count; i++)
		refer(&m, &b->top.children[i], false);
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
