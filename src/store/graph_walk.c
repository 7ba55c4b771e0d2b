/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the entries of the catalogue downwards, each node once: a queue instead of recursion. Octets are
 * hashed before they are parsed, so a cycle can be claimed but never met.
 */
#include <stdio.h>

#include "store/graph_parts.h"

/* --- octets --- */

/* False: the node is broken, or simply not there. */
static bool
blob_usable(struct build *b, struct slot *s, const struct blob *blob)
{
	enum reason r;

	switch (blob->state) {
	case BLOB_OK:
		return true;
	case BLOB_MISMATCH:
		r = REASON_BLOB_DIGEST_MISMATCH;
		break;
	case BLOB_UNREADABLE:
		r = REASON_BLOB_UNREADABLE;
		break;
	case BLOB_SYMLINK:
		r = REASON_BLOB_SYMLINK;
		break;
	case BLOB_NOT_FILE:
		r = REASON_BLOB_TYPE;
		break;
	default:
		r = REASON_INTERNAL;
		break;
	}
	slot_break(b, s, r, "%s", reason_row(r)->title);
	return false;
}

/* Embedded content must be what the digest says, whether it is needed or not. */
static bool
data_right(struct build *b, struct descriptor *d)
{
	struct digest now;

	if (d->data.ptr == NULL)
		return true;
	if (d->digest.alg == DIGEST_NONE) {
		d->data = (struct bytes){ NULL, 0 };
		return true;
	}
	hasher_of(b->hasher, d->digest.alg, d->data, &now);
	return digest_equal(&now, &d->digest);
}

static bool
all_data_right(struct build *b, struct slot *s)
{
	struct manifest *m = &s->node.manifest;
	const struct descriptor *bad = NULL;

	if (m->has_config && !data_right(b, &m->config))
		bad = &m->config;
	if (m->has_subject && !data_right(b, &m->subject))
		bad = &m->subject;
	for (size_t i = 0; i < m->child_count; i++)
		if (!data_right(b, &m->children[i]))
			bad = &m->children[i];
	if (bad == NULL)
		return true;
	slot_break(b, s, REASON_DESCRIPTOR_DATA_MISMATCH, "embedded data is not %.*s",
	    STR_ARG(bad->digest_text));
	return false;
}

/*
 * The text of a manifest, borrowed. Not *have: absent, or the node says why. -1 only for
 * ERR_ENV.
 */
static int
node_text(struct bytes *out, bool *have, struct build *b, struct slot *s)
{
	const struct blob *blob = store_find(b->store, &s->node.digest);
	uint64_t most = b->limits->v[LIMIT_MANIFEST_BYTES];
	struct err why;

	*have = blob == NULL && s->first != NULL && s->first->data.ptr != NULL;
	if (*have) {
		*out = s->first->data; /* hashed when its manifest was read */
		return 0;
	}
	if (blob == NULL || !blob_usable(b, s, blob))
		return 0;
	if (s->first != NULL && s->first->size != blob->size) {
		slot_break(b, s, REASON_BLOB_SIZE_MISMATCH,
		    "%llu octets, described as %llu", (unsigned long long)blob->size,
		    (unsigned long long)s->first->size);
		s->node.size = blob->size;
		return 0;
	}
	s->node.size = blob->size;
	*have = store_read(out, b->store, &s->node.digest, most,
		    REASON_LIMIT_MANIFEST_HIT, &why) == 0;
	if (*have)
		return 0;
	if (reason_row(why.reason)->class == ERR_ENV) {
		*b->err = why;
		return -1;
	}
	slot_break(b, s, why.reason, "%s", why.text);
	return 0;
}

/* --- one manifest --- */

static void
type_notes(struct build *b, struct slot *s)
{
	struct manifest *m = &s->node.manifest;
	enum media type = media_of(s->node.media_type);
	size_t foreign = 0;

	/* Docker's types know no subject: tools ignore it, so must we. */
	if (m->has_subject &&
	    (type == MEDIA_DOCKER_MANIFEST || type == MEDIA_DOCKER_LIST)) {
		m->has_subject = false;
		slot_note(b, s, REASON_MANIFEST_DOCKER_SUBJECT, "subject %.*s",
		    STR_ARG(m->subject.digest_text));
	}
	/*
	 * image-spec manifest.md: artifactType "MUST be set when config.mediaType is set
	 * to the empty value".
	 */
	if (m->form == MANIFEST_IMAGE && m->artifact_type.len == 0 &&
	    media_of(m->config.media_type) == MEDIA_EMPTY)
		slot_note(b, s, REASON_MANIFEST_NO_ARTIFACT_TYPE, "config is empty");
	for (size_t i = 0; m->form == MANIFEST_IMAGE && i < m->child_count; i++)
		foreign += m->children[i].foreign ||
			   media_is_foreign_layer(m->children[i].media_type);
	if (foreign > 0)
		slot_note(b, s, REASON_DESCRIPTOR_FOREIGN, "%zu layers", foreign);
}

/* Parse what was hashed. The node is present only if all of it is right. */
static void
node_parse(struct build *b, struct slot *s, struct bytes text)
{
	struct where at = { .file = b->at == NULL ? STR_NONE : b->at->file,
		.blob = s->node.digest_text };
	struct manifest *m = &s->node.manifest;
	struct err why;

	if (manifest_parse(m, b->mem, text, media_of(s->node.media_type), b->limits, &at,
		&why) != 0) {
		slot_break(b, s, why.reason, "%s%s%s", why.pointer,
		    why.pointer[0] != '\0' ? ": " : "", why.text);
		return;
	}
	/*
	 * image-spec descriptor.md and manifest.md: the type inside must be the
	 * descriptor's.
	 */
	if (m->media_type.ptr != NULL && !str_equal(m->media_type, s->node.media_type)) {
		slot_break(b, s, REASON_MANIFEST_AMBIGUOUS,
		    "type inside %.*s, described as %.*s",
		    STR_ARG(str_upto(m->media_type, MEDIA_TYPE_MOST)),
		    STR_ARG(s->node.media_type));
		return;
	}
	if (!all_data_right(b, s))
		return;
	s->node.state = NODE_PRESENT;
	s->node.size = text.len;
	s->node.effective_type = manifest_effective_type(m);
	type_notes(b, s);
}

/* A type that is not read: only whether it is there, and right. */
static void
leaf_load(struct build *b, struct slot *s)
{
	const struct blob *blob = store_find(b->store, &s->node.digest);

	if (blob == NULL) {
		if ((s->first != NULL && s->first->data.ptr != NULL) ||
		    (s->first != NULL && descriptor_is_empty(s->first)))
			s->node.state = NODE_PRESENT;
		return;
	}
	if (!blob_usable(b, s, blob))
		return;
	if (s->first != NULL && s->first->size != blob->size)
		slot_break(b, s, REASON_BLOB_SIZE_MISMATCH,
		    "%llu octets, described as %llu", (unsigned long long)blob->size,
		    (unsigned long long)s->first->size);
	else
		s->node.state = NODE_PRESENT;
	s->node.size = blob->size;
}

static int
slot_load(struct build *b, struct slot *s)
{
	enum media type = media_of(s->node.media_type);
	struct bytes text;
	bool have;

	if (s->node.state == NODE_BROKEN)
		return 0;
	if (!media_is_manifest(type) && !media_is_index(type)) {
		leaf_load(b, s);
		return 0;
	}
	if (s->depth > b->limits->v[LIMIT_GRAPH_DEPTH]) {
		slot_break(b, s, REASON_LIMIT_GRAPH_DEPTH_HIT,
		    "index below index, level %u", s->depth);
		slot_note(b, s, REASON_LIMIT_GRAPH_DEPTH_HIT,
		    "index below index, level %u", s->depth);
		return 0;
	}
	if (node_text(&text, &have, b, s) != 0)
		return -1;
	if (have)
		node_parse(b, s, text);
	return 0;
}

/* --- children --- */

/*
 * BuildKit's "attestation-storage" document: platform unknown/unknown, and annotations
 * that name a sibling.
 */
static bool
is_attestation(const struct descriptor *d)
{
	return str_is(d->platform, "unknown/unknown") &&
	       str_is(descriptor_annotation(d, "vnd.docker.reference.type"),
		   "attestation-manifest");
}

static void
attestation_orphan(
    struct build *b, struct slot *parent, struct slot *child, const struct descriptor *d)
{
	struct str names = descriptor_annotation(d, "vnd.docker.reference.digest");
	struct slot *sibling = names.ptr == NULL ? NULL : slot_find(b, names);

	/* Children of one index are made before any of them is looked at. */
	if (sibling != NULL && sibling->seen_by == parent)
		return;
	slot_note(b, parent, REASON_ATTESTATION_ORPHAN, "%.*s", STR_ARG(d->digest_text));
	slot_note(b, child, REASON_ATTESTATION_ORPHAN, "of %.*s",
	    STR_ARG(str_upto(names, DIGEST_TEXT)));
}

static int
children_add(struct build *b, struct slot *s, enum found_by found, bool reachable)
{
	const struct manifest *m = &s->node.manifest;
	uint64_t most = b->limits->v[LIMIT_GRAPH_EDGES];
	struct slot *child;

	b->edges += m->child_count;
	if (b->edges > most)
		return err_set(b->err, REASON_LIMIT_GRAPH_EDGES_HIT, b->at,
		    "more than %llu entries in all indexes together",
		    (unsigned long long)most);
	s->node.children = arena_array(b->mem, m->child_count, sizeof(*s->node.children));
	for (size_t i = 0; i < m->child_count; i++) {
		child = slot_get(b, &m->children[i], found, s->depth + 1);
		if (child == NULL)
			return -1;
		child->node.is_child = true;
		child->node.reachable = child->node.reachable || reachable;
		if (child->seen_by == s)
			child->repeated_by = s;
		child->seen_by = s;
		if (is_attestation(&m->children[i]))
			child->claims |= CLAIM_ATTESTATION;
		name_part(b, child, &m->children[i]);
		s->node.children[i] = (struct edge){ &child->node, &m->children[i] };
		s->node.child_count = i + 1;
	}
	for (size_t i = 0; i < m->child_count; i++)
		if (is_attestation(&m->children[i]))
			attestation_orphan(
			    b, s, slot_of(s->node.children[i].node), &m->children[i]);
	return 0;
}

static void
mark(struct build *b, const struct descriptor *d)
{
	if (d->digest.alg != DIGEST_NONE)
		store_mark(b->store, &d->digest, BLOB_REACHED);
}

/* What a node names is no find for the blob scan. */
static void
mark_parts(struct build *b, const struct slot *s)
{
	const struct manifest *m = &s->node.manifest;

	if (s->node.digest.alg != DIGEST_NONE)
		store_mark(b->store, &s->node.digest, BLOB_REACHED);
	if (s->node.state != NODE_PRESENT)
		return;
	if (m->has_config)
		mark(b, &m->config);
	for (size_t i = 0; i < m->child_count; i++)
		mark(b, &m->children[i]);
}

static bool
is_index(const struct slot *s)
{
	return s->node.state == NODE_PRESENT &&
	       media_is_index(media_of(s->node.media_type));
}

static int
walk_queue(struct build *b)
{
	enum found_by found;

	for (size_t next = 0; next < b->all.n; next++) {
		struct slot *s = b->all.v[next];

		if (slot_load(b, s) != 0)
			return -1;
		found = (s->claims & CLAIM_FALLBACK) != 0 && !s->plain ? FOUND_TAG_INDEX
								       : FOUND_CHILD;
		if (is_index(s) && children_add(b, s, found, true) != 0)
			return -1;
		mark_parts(b, s);
	}
	return 0;
}

/* --- entries of the catalogue --- */

static void
root_add(struct build *b, struct slot *s)
{
	if (!s->node.is_root)
		b->g->roots[b->g->root_count++] = &s->node;
	s->node.is_root = s->node.reachable = true;
}

/*
 * An entry that cannot be used is a fault of the artifact that it names; one that names none is a
 * fault of the whole.
 */
static int
bad_entry_add(struct build *b, const struct catalogue_entry *e)
{
	const struct descriptor *d = &e->descriptor;
	struct slot *s;

	if (d->digest_text.ptr == NULL) {
		build_note(b, e->reason, "entry %zu of index.json: %.*s", e->place,
		    STR_ARG(e->detail));
		return 0;
	}
	s = slot_find(b, d->digest_text);
	if (s == NULL)
		s = slot_new(b, d->digest_text, &d->digest);
	if (s == NULL)
		return -1;
	s->node.found_by = FOUND_ROOT;
	slot_break(b, s, e->reason, "entry %zu of index.json: %.*s", e->place,
	    STR_ARG(e->detail));
	root_add(b, s);
	name_entry(b, s, e);
	s->plain = true; /* whatever it claims to be */
	return 0;
}

static int
entry_add(struct build *b, size_t at)
{
	const struct catalogue_entry *e = &b->from->entries[at];
	struct descriptor *d = &b->tops[at];
	struct slot *s;

	*d = e->descriptor;
	s = slot_get(b, d, FOUND_ROOT, 1);
	if (s == NULL)
		return -1;
	if (!data_right(b, d)) {
		slot_break(b, s, REASON_DESCRIPTOR_DATA_MISMATCH, "embedded data is not %.*s",
		    STR_ARG(d->digest_text));
		d->data = (struct bytes){ NULL, 0 };
	}
	root_add(b, s);
	b->entries[at] = s;
	name_entry(b, s, e);
	return 0;
}

static int
entries_add(struct build *b)
{
	const struct catalogue *from = b->from;

	b->g->index_digest = from->index_digest;
	b->tops = arena_array(b->mem, from->count, sizeof(*b->tops));
	b->entries = arena_array(b->mem, from->count, sizeof(struct slot *));
	b->g->roots =
	    arena_array(b->mem, from->count + from->bad_count, sizeof(struct node *));
	for (size_t i = 0; i < from->count; i++)
		if (entry_add(b, i) != 0)
			return -1;
	for (size_t i = 0; i < from->bad_count; i++)
		if (bad_entry_add(b, &from->bad[i]) != 0)
			return -1;
	return 0;
}

int
graph_walk(struct build *b)
{
	return entries_add(b) != 0 ? -1 : walk_queue(b);
}

/* --- blobs that nothing names --- */

static struct str
implied_type(const struct manifest *m)
{
	if (m->media_type.ptr != NULL)
		return m->media_type;
	return str_of(
	    media_text(m->form == MANIFEST_INDEX ? MEDIA_OCI_INDEX : MEDIA_OCI_MANIFEST));
}

/* Does it parse far enough to be called a manifest at all? */
static bool
no_manifest(enum reason r)
{
	return r == REASON_MANIFEST_MALFORMED || r == REASON_JSON_TYPE;
}

static int
scan_blob(struct build *b, const struct digest *d, uint64_t size)
{
	char name[DIGEST_TEXT];
	struct manifest m = { .form = MANIFEST_IMAGE };
	struct bytes text;
	struct slot *s;
	struct err why;
	enum media type = MEDIA_OTHER;
	bool broken;

	if (store_read(&text, b->store, d, b->limits->v[LIMIT_MANIFEST_BYTES],
		REASON_LIMIT_MANIFEST_HIT, &why) != 0) {
		if (reason_row(why.reason)->class != ERR_ENV)
			return 0;
		*b->err = why;
		return -1;
	}
	if (!manifest_like(text, b->limits))
		return 0;
	broken =
	    manifest_parse(&m, b->mem, text, MEDIA_OTHER, b->limits, NULL, &why) != 0;
	if (!broken)
		type = media_of(implied_type(&m));
	if (broken ? no_manifest(why.reason)
		   : !media_is_manifest(type) && !media_is_index(type))
		return 0;
	digest_format(name, d);
	s = slot_new(b, arena_str(b->mem, str_of(name)), d);
	if (s == NULL)
		return -1;
	s->depth = 1;
	s->node.found_by = FOUND_BLOB_SCAN;
	s->node.size = size;
	s->node.media_type = implied_type(&m);
	if (broken)
		slot_break(b, s, why.reason, "%s", why.text);
	else
		node_parse(b, s, text);
	return 0;
}

/*
 * Referrers that nothing names: `cosign save` leaves bundles behind like that. Safe,
 * because a signature proves itself; an image that is found so does not become an entry.
 */
int
graph_scan(struct build *b)
{
	size_t count, first = b->all.n;
	const struct blob *blobs = store_all(b->store, &count);
	char name[DIGEST_TEXT];

	for (size_t i = 0; i < count; i++) {
		if (blobs[i].state != BLOB_OK || (blobs[i].flags & BLOB_JSON) == 0 ||
		    (blobs[i].flags & BLOB_REACHED) != 0)
			continue;
		digest_format(name, &blobs[i].digest);
		if (slot_find(b, str_of(name)) == NULL &&
		    scan_blob(b, &blobs[i].digest, blobs[i].size) != 0)
			return -1;
	}
	/*
	 * Their children were mostly met by the scan, too; what is made now is walked
	 * like the rest.
	 */
	for (size_t i = first; i < b->all.n; i++) {
		if (b->all.v[i]->first != NULL && slot_load(b, b->all.v[i]) != 0)
			return -1;
		if (is_index(b->all.v[i]) &&
		    children_add(b, b->all.v[i], FOUND_CHILD, false) != 0)
			return -1;
	}
	return 0;
}
