/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Supporting material: signatures, attestations, referrers and lists of them. It is not judged
 * itself, so nobody may become it by a claim. A node is supporting only if its content says so, if
 * nothing in it is of a kind that a runtime unpacks or a client installs, and if it cannot be asked
 * for by a name that is somebody's own.
 */
#include "oci/evidence.h"
#include "store/graph_parts.h"

/* --- content --- */

/* What a layer is, by its octets; not there or not readable: nothing. -1 only for ERR_ENV. */
static int
layer_evidence(enum evidence *out, struct build *b, const struct descriptor *d)
{
	struct bytes text = d->data;
	const struct blob *blob;
	struct err why;

	*out = EVIDENCE_NONE;
	if (text.ptr == NULL) {
		blob = store_find(b->store, &d->digest);
		if (blob == NULL || blob->state != BLOB_OK || blob->size != d->size)
			return 0;
		if (store_read(&text, b->store, &d->digest,
			b->limits->v[LIMIT_MANIFEST_BYTES], REASON_LIMIT_MANIFEST_HIT,
			&why) != 0) {
			if (reason_row(why.reason)->class != ERR_ENV)
				return 0;
			*b->err = why;
			return -1;
		}
	}
	*out = evidence_of(text, b->limits);
	return 0;
}

/*
 * The role that all layers together have. `unsigned_too`: in-toto statements count, as BuildKit
 * stores them.
 */
static int
layers_role(enum node_role *out, struct build *b, const struct manifest *m,
    bool unsigned_too)
{
	enum node_role role = ROLE_SIGNATURE;

	*out = ROLE_NONE;
	for (size_t i = 0; i < m->child_count; i++) {
		enum evidence e;

		if (layer_evidence(&e, b, &m->children[i]) != 0)
			return -1;
		if (e == EVIDENCE_NONE || (e == EVIDENCE_STATEMENT && !unsigned_too))
			return 0;
		if (e != EVIDENCE_SIMPLE_SIGNING)
			role = ROLE_ATTESTATION;
	}
	if (m->child_count > 0)
		*out = role;
	return 0;
}

static bool
has_installed_layer(const struct manifest *m)
{
	for (size_t i = 0; i < m->child_count; i++)
		if (media_is_installed(m->children[i].media_type))
			return true;
	return false;
}

/* Worth reading: with a layer of another kind the rest does not matter. */
static bool
may_be_evidence(const struct manifest *m)
{
	for (size_t i = 0; i < m->child_count; i++) {
		enum media type = media_of(m->children[i].media_type);

		if (type != MEDIA_COSIGN_SIMPLE && type != MEDIA_DSSE &&
		    type != MEDIA_INTOTO && type != MEDIA_SIGSTORE_BUNDLE)
			return false;
	}
	return m->child_count > 0;
}

/* A match in type, digest and size (image-spec descriptor.md), and its subject is here. */
static bool
is_referrer(const struct node *n)
{
	return n->subject != NULL && n->subject->state == NODE_PRESENT;
}

/*
 * By its form (Notary Project signature specification, "OCI signatures"): whoever calls a manifest
 * so, and gives it the configuration of an image or layers of another kind, has an image.
 */
static bool
is_notary_signature(const struct slot *s)
{
	const struct manifest *m = &s->node.manifest;

	if (media_of(s->node.effective_type) != MEDIA_NOTARY_SIGNATURE ||
	    manifest_has_image_config(m) || m->child_count == 0)
		return false;
	for (size_t i = 0; i < m->child_count; i++) {
		enum media type = media_of(m->children[i].media_type);

		if (type != MEDIA_JWS && type != MEDIA_COSE)
			return false;
	}
	return true;
}

/* --- names --- */

static bool
has_name(const struct slot *s, struct str text)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (str_equal(s->names.v[i].text, text))
			return true;
	return false;
}

/* Its subject has it, or an index that contains that one. */
static bool
name_of_subject(struct node *subject, struct str text)
{
	const struct slot *s = slot_of(subject);

	if (has_name(s, text))
		return true;
	for (size_t i = 0; i < s->parents.n; i++)
		if (has_name(slot_of(s->parents.v[i]), text))
			return true;
	return false;
}

/*
 * No name, or only such as mark it, or those of what it belongs to. A "kind" excuses any name, but
 * of what proves by its octets that it is such material alone.
 */
static bool
nameless(const struct slot *s, bool proven)
{
	for (size_t i = 0; i < s->plain_names.n; i++) {
		if (proven && s->plain_names.v[i].by_kind)
			continue;
		if (s->node.subject == NULL ||
		    !name_of_subject(s->node.subject, s->plain_names.v[i].text))
			return false;
	}
	return true;
}

/* --- manifests --- */

static int
manifest_role(enum node_role *out, struct build *b, const struct slot *s)
{
	const struct manifest *m = &s->node.manifest;

	*out = ROLE_NONE;
	if (has_installed_layer(m) || !nameless(s, true))
		return 0;
	if (may_be_evidence(m)) {
		if (layers_role(out, b, m,
			(s->claims & CLAIM_ATTESTATION) != 0 && !s->node.is_root) != 0)
			return -1;
		if (*out != ROLE_NONE)
			return 0;
	}
	if (!nameless(s, false))
		return 0;
	/* Some runtimes unpack a layer whatever its type says: then an image's config tells. */
	if (is_notary_signature(s))
		*out = ROLE_SIGNATURE;
	else if (is_referrer(&s->node) &&
		 (!manifest_has_image_config(m) || m->child_count == 0))
		*out = ROLE_REFERRER;
	return 0;
}

/* --- lists --- */

/*
 * An index whose present children are all supporting. One of which nothing is present could be any
 * index whose parts were left out: only the tag of a referrers list says otherwise
 * (distribution-spec, "Referrers Tag Schema").
 */
static enum node_role
index_role(const struct slot *s)
{
	bool list = s->node.is_fallback_index;
	size_t present = 0;

	if (is_referrer(&s->node) && s->node.child_count == 0)
		return ROLE_REFERRER;
	for (size_t i = 0; i < s->node.child_count; i++) {
		const struct node *child = s->node.children[i].node;

		if (child->state == NODE_ABSENT)
			continue;
		/* What a list of referrers contains is an entry of its own: judged if it is none. */
		if (child->role == ROLE_NONE && !(list && is_referrer(child)))
			return ROLE_NONE;
		present++;
	}
	return present > 0 || list ? ROLE_TAG_INDEX : ROLE_NONE;
}

static bool
is_index(const struct slot *s)
{
	return s->node.state == NODE_PRESENT && s->node.manifest.form == MANIFEST_INDEX &&
	       media_is_index(media_of(s->node.media_type));
}

/* Parts first: each index after all that it contains. */
static void
index_roles(struct build *b)
{
	size_t count;
	struct slot **order = slots_parents_first(b, &count);

	while (count > 0) {
		struct slot *s = order[--count];

		if (is_index(s) && nameless(s, true))
			s->node.role = index_role(s);
	}
}

/* --- all of it --- */

int
graph_support(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];
		enum media type = media_of(s->node.media_type);

		if (s->node.state != NODE_PRESENT || !media_is_manifest(type))
			continue;
		if (manifest_role(&s->node.role, b, s) != 0)
			return -1;
	}
	index_roles(b);
	return 0;
}
