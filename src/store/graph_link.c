/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who refers to whom. A referrer's own subject decides (distribution-spec, "Referrers");
 * an index that lists it, or a tag, is a hint that may be stale or poisoned.
 */
#include "oci/reference.h"
#include "store/graph_parts.h"

#define DIGEST_SHOWN 80 /* of a digest that was not checked, in a note */

/* --- descriptors that do not agree --- */

/*
 * Every descriptor of a node must tell its type and size right, not only the first one:
 * otherwise one tool reads a manifest where another one reads something else.
 */
static void
check_descriptor(
    struct build *b, struct slot *parent, struct slot *s, const struct descriptor *d)
{
	if (!str_equal(d->media_type, s->node.media_type)) {
		slot_note(b, s, REASON_DESCRIPTOR_CONFLICT, "%.*s and %.*s",
		    STR_ARG(s->node.media_type), STR_ARG(d->media_type));
		if (parent != NULL)
			slot_note(b, parent, REASON_DESCRIPTOR_CONFLICT, "%.*s",
			    STR_ARG(s->node.digest_text));
		slot_break(b, s, REASON_DESCRIPTOR_CONFLICT, "%.*s and %.*s",
		    STR_ARG(s->node.media_type), STR_ARG(d->media_type));
	}
	if (s->node.state == NODE_PRESENT && d->size != s->node.size)
		slot_break(b, s, REASON_BLOB_SIZE_MISMATCH,
		    "%llu octets, described as %llu", (unsigned long long)s->node.size,
		    (unsigned long long)d->size);
}

static void
check_artifact_type(struct build *b, struct slot *s, const struct descriptor *d)
{
	if (d->artifact_type.len == 0 || s->node.state != NODE_PRESENT ||
	    s->node.effective_type.ptr == NULL ||
	    str_equal(d->artifact_type, s->node.effective_type))
		return;
	slot_note(b, s, REASON_REFERRER_TYPE_CONFLICT, "%.*s, listed as %.*s",
	    STR_ARG(str_upto(s->node.effective_type, MEDIA_TYPE_MOST)),
	    STR_ARG(str_upto(d->artifact_type, MEDIA_TYPE_MOST)));
	if (s->node.subject != NULL)
		slot_note(b, slot_of(s->node.subject), REASON_REFERRER_TYPE_CONFLICT,
		    "referrer %.*s", STR_ARG(s->node.digest_text));
}

static void
each_descriptor(struct build *b,
    void (*check)(struct build *, struct slot *, const struct descriptor *))
{
	for (size_t i = 0; i < b->from->count; i++)
		check(b, b->entries[i], &b->tops[i]);
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		for (size_t k = 0; k < s->node.child_count; k++)
			check(b, slot_of(s->node.children[k].node),
			    s->node.children[k].descriptor);
	}
}

static void
check_descriptors(struct build *b)
{
	for (size_t i = 0; i < b->from->count; i++)
		check_descriptor(b, NULL, b->entries[i], &b->tops[i]);
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		for (size_t k = 0; k < s->node.child_count; k++)
			check_descriptor(b, s, slot_of(s->node.children[k].node),
			    s->node.children[k].descriptor);
	}
}

/* --- subjects --- */

static bool
has_subject(const struct slot *s)
{
	return s->node.state == NODE_PRESENT && s->node.manifest.has_subject;
}

/*
 * A descriptor match is all three: media type, digest and size (image-spec
 * descriptor.md).
 */
static void
attach(struct build *b, struct slot *r, struct slot *subject)
{
	const struct descriptor *d = &r->node.manifest.subject;

	if (str_equal(d->media_type, subject->node.media_type) &&
	    d->size == subject->node.size) {
		r->node.subject = &subject->node;
	} else {
		slot_note(b, r, REASON_REFERRER_SUBJECT_MISMATCH,
		    "subject %.*s is %.*s of %llu octets, named as %.*s of %llu",
		    STR_ARG(d->digest_text), STR_ARG(subject->node.media_type),
		    (unsigned long long)subject->node.size, STR_ARG(d->media_type),
		    (unsigned long long)d->size);
		slot_note(b, subject, REASON_REFERRER_SUBJECT_MISMATCH, "referrer %.*s",
		    STR_ARG(r->node.digest_text));
	}
	if (subject->node.state == NODE_ABSENT) {
		slot_note(b, r, REASON_REFERRER_ORPHAN, "subject %.*s",
		    STR_ARG(d->digest_text));
		if (b->orphans++ == 0)
			b->first_orphan = r;
	}
}

static int
link_subjects(struct build *b)
{
	size_t count =
	    b->all.n; /* subjects made on the way are absent: they refer to nothing */

	for (size_t i = 0; i < count; i++) {
		struct slot *r = b->all.v[i], *subject;

		if (!has_subject(r))
			continue;
		subject = slot_get(b, &r->node.manifest.subject, FOUND_SUBJECT, 1);
		if (subject == NULL)
			return -1;
		attach(b, r, subject);
	}
	return 0;
}

/* --- chains of referrers --- */

static void
cut(struct build *b, struct slot *s, enum reason r)
{
	if (s->node.subject != NULL)
		slot_note(b, slot_of(s->node.subject), r, "referrer %.*s is left out",
		    STR_ARG(s->node.digest_text));
	slot_note(b, s, r, "referrer of a referrer");
	slot_break(b, s, r, "referrer of a referrer");
	s->node.subject = NULL;
}

/*
 * Each node's distance from what refers to nothing. With digests that hold, a cycle
 * cannot be made; should one be here all the same, it is cut.
 */
static void
chain_of(struct build *b, struct slot *s)
{
	VEC(struct slot *) path = { NULL, 0, 0 };
	uint32_t length;

	while (s != NULL && s->chain == 0 && !s->on_path) {
		s->on_path = true;
		VEC_PUSH(b->mem, &path, s);
		s = s->node.subject == NULL ? NULL : slot_of(s->node.subject);
	}
	length = s == NULL ? 0 : s->chain;
	if (s != NULL && s->chain == 0)
		cut(b, path.v[path.n - 1], REASON_GRAPH_CYCLE);
	while (path.n > 0) {
		s = path.v[--path.n];
		s->on_path = false;
		s->chain = ++length;
		if (length > b->limits->v[LIMIT_GRAPH_DEPTH])
			cut(b, s, REASON_LIMIT_GRAPH_DEPTH_HIT);
	}
}

static void
link_chains(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++)
		if (b->all.v[i]->node.subject != NULL)
			chain_of(b, b->all.v[i]);
}

/* --- lists --- */

static void
list_referrers(struct build *b)
{
	uint64_t most = b->limits->v[LIMIT_REFERRERS];

	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *r = b->all.v[i], *s;

		if (r->node.subject == NULL)
			continue;
		s = slot_of(r->node.subject);
		if (s->referrers.n < most)
			VEC_PUSH(b->mem, &s->referrers, &r->node);
		else
			s->referrers_dropped++;
	}
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		if (s->referrers_dropped > 0)
			slot_note(b, s, REASON_LIMIT_REFERRERS_HIT,
			    "%llu more than the first %llu by digest",
			    (unsigned long long)s->referrers_dropped,
			    (unsigned long long)most);
	}
}

static void
list_parents(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *p = b->all.v[i];

		for (size_t k = 0; k < p->node.child_count; k++) {
			struct slot *c = slot_of(p->node.children[k].node);

			if (c->parents.n == 0 ||
			    c->parents.v[c->parents.n - 1] != &p->node)
				VEC_PUSH(b->mem, &c->parents, &p->node);
		}
	}
}

/* --- tag indexes --- */

/*
 * distribution-spec, "Referrers Tag Schema": is it the tag of this digest, both parts
 * cut?
 */
static bool
tag_names(struct str tag, struct str digest_text)
{
	size_t colon = str_find(digest_text, ':');
	struct str alg = str_upto(str_upto(digest_text, colon), 32);
	struct str hex = str_upto(str_from(digest_text, colon + 1), 64);

	if (tag.len != alg.len + 1 + hex.len || tag.ptr[alg.len] != '-' ||
	    !str_equal(str_from(tag, alg.len + 1), hex))
		return false;
	for (size_t i = 0; i < alg.len; i++)
		if (tag.ptr[i] != (alg.ptr[i] == '+' ? '-' : alg.ptr[i]))
			return false;
	return true;
}

/* The node that a tag names, if its digest was not cut. */
static struct slot *
tag_subject(struct build *b, struct str tag)
{
	struct str alg, hex, suffix;

	if (!reference_digest_tag(tag, &alg, &hex, &suffix))
		return NULL;
	return slot_find(
	    b, arena_printf(b->mem, "%.*s:%.*s", STR_ARG(alg), STR_ARG(hex)));
}

static void
check_listed(
    struct build *b, struct slot *index, struct slot *subject, struct slot *child)
{
	struct str named = child->node.manifest.subject.digest_text;

	if (child->node.state == NODE_ABSENT) {
		slot_note(b, index, REASON_REFERRER_LISTED_ABSENT, "%.*s",
		    STR_ARG(child->node.digest_text));
		if (subject != NULL)
			slot_note(b, subject, REASON_REFERRER_LISTED_ABSENT, "%.*s",
			    STR_ARG(child->node.digest_text));
		return;
	}
	if (child->node.state == NODE_BROKEN ||
	    (has_subject(child) && tag_names(index->fallback_tag, named)))
		return;
	slot_note(b, child, REASON_REFERRER_NOT_ATTACHED, "listed by %.*s, subject %.*s",
	    STR_ARG(index->fallback_tag),
	    STR_ARG(has_subject(child) ? str_upto(named, DIGEST_SHOWN) : STR("absent")));
	slot_note(b, index, REASON_REFERRER_NOT_ATTACHED, "%.*s",
	    STR_ARG(child->node.digest_text));
	if (subject != NULL)
		slot_note(b, subject, REASON_REFERRER_NOT_ATTACHED, "%.*s",
		    STR_ARG(child->node.digest_text));
}

static void
check_tag_index(struct build *b, struct slot *s)
{
	struct slot *subject = tag_subject(b, s->fallback_tag);

	for (size_t k = 0; k < s->node.child_count; k++)
		check_listed(b, s, subject, slot_of(s->node.children[k].node));
}

static void
check_lists(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		if (s->repeated_by != NULL && s->node.subject != NULL) {
			slot_note(b, s, REASON_REFERRER_DUPLICATE, "in %.*s",
			    STR_ARG(s->repeated_by->node.digest_text));
			slot_note(b, slot_of(s->node.subject), REASON_REFERRER_DUPLICATE,
			    "%.*s", STR_ARG(s->node.digest_text));
		}
		/*
		 * Only entries that all say so: an index with another name is an index.
		 */
		if ((s->claims & CLAIM_FALLBACK) == 0 || s->plain ||
		    s->node.state != NODE_PRESENT ||
		    s->node.manifest.form != MANIFEST_INDEX)
			continue;
		s->node.is_fallback_index = true;
		check_tag_index(b, s);
	}
}

int
graph_link(struct build *b)
{
	check_descriptors(b);
	slots_sort(b);
	if (link_subjects(b) != 0)
		return -1;
	slots_sort(b);
	link_chains(b);
	list_referrers(b);
	list_parents(b);
	each_descriptor(b, check_artifact_type);
	check_lists(b);
	if (b->orphans > 0)
		build_note(b, REASON_REFERRER_ORPHAN, "%llu referrers, the first is %.*s",
		    (unsigned long long)b->orphans,
		    STR_ARG(b->first_orphan->node.digest_text));
	return 0;
}
