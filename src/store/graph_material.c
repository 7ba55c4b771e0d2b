/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures and attestations without a subject, as Cosign stores them under a tag (cosign
 * specification, "Storage"): what each says that it belongs to. A claim that only helps to find
 * it; nothing is believed.
 */
#include "oci/evidence.h"
#include "store/graph_parts.h"

/* The digest in the payload of its first layer that tells one. -1 only for ERR_ENV. */
static int
claimed(struct str *out, struct build *b, const struct slot *s)
{
	const struct manifest *m = &s->node.manifest;
	struct bytes text;
	struct err why;

	*out = STR_NONE;
	for (size_t i = 0; i < m->child_count && out->ptr == NULL; i++) {
		text = m->children[i].data;
		if (text.ptr == NULL &&
		    store_read(&text, b->store, &m->children[i].digest,
			b->limits->v[LIMIT_MANIFEST_BYTES], REASON_LIMIT_MANIFEST_HIT,
			&why) != 0) {
			if (reason_row(why.reason)->class != ERR_ENV)
				continue;
			*b->err = why;
			return -1;
		}
		*out = evidence_claimed_digest(b->mem, text, b->limits);
	}
	return 0;
}

static bool
same_name(const struct slot *a, const struct slot *b)
{
	for (size_t i = 0; i < a->names.n; i++)
		for (size_t k = 0; k < b->names.n; k++)
			if (str_equal(a->names.v[i].text, b->names.v[k].text))
				return true;
	return false;
}

/* An attestation that a "kind" marks and no digest: it carries the name of its image. */
static struct slot *
by_name(const struct build *b, const struct slot *s)
{
	if ((s->claims & CLAIM_COSIGN) == 0 || s->names.n == 0)
		return NULL;
	for (size_t i = 0; i < b->from->count; i++)
		if (b->entries[i]->node.role == ROLE_NONE && same_name(b->entries[i], s))
			return b->entries[i];
	return NULL;
}

static bool
is_material(const struct slot *s)
{
	return (s->node.role == ROLE_SIGNATURE || s->node.role == ROLE_ATTESTATION) &&
	       s->node.subject == NULL && (s->claims & CLAIM_ATTESTATION) == 0 &&
	       media_of(s->node.effective_type) != MEDIA_NOTARY_SIGNATURE;
}

int
graph_material(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i], *of;
		struct str digest = s->mark;

		if (!is_material(s))
			continue;
		if (digest.ptr == NULL && claimed(&digest, b, s) != 0)
			return -1;
		of = digest.ptr != NULL ? slot_find(b, digest) : by_name(b, s);
		if (of != NULL && of != s &&
		    of->material.n < b->limits->v[LIMIT_REFERRERS])
			VEC_PUSH(b->mem, &of->material, &s->node);
	}
	return 0;
}
