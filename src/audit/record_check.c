/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a child says is checked here, before the first row of an artifact is written: the
 * schema would refuse the same, but in the middle of a batch.
 */
#include <stdlib.h>

#include "audit/writer.h"
#include "codec/jsonscan.h"

static int
nonsense(struct err *err, const char *what)
{
	return err_set(err, REASON_PARSER_PROTOCOL, NULL, "%s", what);
}

static bool
digest_text_fits(struct str s)
{
	return s.ptr != NULL && s.len >= 1 && s.len <= 255;
}

static bool
reason_fits(enum reason reason)
{
	return reason > REASON_NONE && reason < REASON_COUNT;
}

int
writer_check_node(const struct node_record *n, struct err *err)
{
	if (!digest_text_fits(n->digest))
		return nonsense(err, "digest of a node");
	if ((unsigned)n->class >= CLASS_COUNT || (unsigned)n->state >= NODE_STATE_COUNT ||
	    (unsigned)n->found_by >= FOUND_COUNT || (unsigned)n->role >= ROLE_COUNT)
		return nonsense(err, "class, state or origin of a node");
	if (n->problem != REASON_NONE && !reason_fits(n->problem))
		return nonsense(err, "reason of a node");
	for (size_t i = 0; i < n->name_count; i++)
		if (n->names[i].text.ptr == NULL ||
		    (unsigned)n->names[i].source >= NAME_SOURCE_COUNT ||
		    (unsigned)n->names[i].use >= NAME_USE_COUNT)
			return nonsense(err, "name of a node");
	for (size_t i = 0; i < n->note_count; i++)
		if (!reason_fits(n->notes[i].reason))
			return nonsense(err, "note of a node");
	return 0;
}

static bool
index_fits(int index, size_t count)
{
	return index == -1 || (index >= 0 && (size_t)index < count);
}

static bool
data_fits(struct str data)
{
	return data.ptr == NULL || (data.len > 0 && data.ptr[0] == '{' &&
				       jsonscan(str_bytes(data), NULL, NULL, NULL) == 0);
}

static int
check_steps(const struct verdict *v, struct err *err)
{
	for (size_t i = 0; i < v->steps.n; i++) {
		const struct step *s = &v->steps.v[i];
		bool bad = s->outcome == OUTCOME_FAIL || s->outcome == OUTCOME_ERROR;

		if ((unsigned)s->name >= STEP_NAME_COUNT ||
		    (unsigned)s->action >= ACTION_COUNT ||
		    (unsigned)s->outcome >= OUTCOME_COUNT ||
		    !index_fits(s->signature, v->signatures.n))
			return nonsense(err, "step out of range");
		if (bad ? !reason_fits(s->reason) : s->reason != REASON_NONE)
			return nonsense(err, "step whose outcome and reason disagree");
		if (s->action == ACTION_SKIP && (bad || s->outcome == OUTCOME_PASS))
			return nonsense(err, "skipped step with a result");
		if (!data_fits(s->data))
			return nonsense(err, "step whose data is no JSON object");
	}
	return 0;
}

static int
check_findings(const struct verdict *v, struct err *err)
{
	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.v[i];

		if (!reason_fits(f->reason) || !index_fits(f->step, v->steps.n) ||
		    !index_fits(f->signature, v->signatures.n))
			return nonsense(err, "finding out of range");
		if (f->blocking && v->state == STATE_COMPLIANT)
			return nonsense(err, "compliant with a blocking finding");
	}
	return 0;
}

static int
by_digest(const void *a, const void *b)
{
	return digest_cmp(a, b);
}

/* Those that come with the verdict, sorted. */
static struct digest *
certs_of(struct record *r, const struct verdict *v)
{
	struct digest *list = arena_array(&r->mem, v->certs.n, sizeof(*list));

	for (size_t i = 0; i < v->certs.n; i++)
		list[i] = v->certs.v[i].sha256;
	if (v->certs.n > 1)
		qsort(list, v->certs.n, sizeof(*list), by_digest);
	return list;
}

/* It comes with this verdict, or came with an earlier one: a child tells each once. */
static bool
has_cert(struct record *r, const struct digest *own, size_t count, const struct digest *d)
{
	char text[DIGEST_TEXT];
	struct err ignored;
	int64_t id;

	if (count > 0 && bsearch(d, own, count, sizeof(*own), by_digest) != NULL)
		return true;
	digest_format(text, d);
	if (idcache_get(r->certs, str_of(text)) != 0)
		return true;
	bind_text(r->st[W_CERT_GET], 1, text);
	return writer_id(&id, r, W_CERT_GET, &ignored) == 0 && id != 0;
}

/* Evidence is kept under its digest: the digest is computed here, never believed. */
static int
check_signature(struct record *r, const struct digest *own, size_t count,
    const struct signature_record *s, struct err *err)
{
	struct digest d;
	int64_t anchor;

	if ((unsigned)s->state >= SIGNATURE_STATE_COUNT ||
	    !digest_text_fits(s->manifest_digest))
		return nonsense(err, "signature out of range");
	if ((unsigned)s->format >= FORMAT_COUNT)
		return nonsense(err, "signature format");
	if (s->envelope.len > 0) {
		hasher_of(r->hasher, DIGEST_SHA256, s->envelope, &d);
		if (!digest_equal(&d, &s->envelope_digest))
			return nonsense(err, "envelope under a wrong digest");
	}
	if (writer_anchor(&anchor, r, s, err) != 0)
		return -1;
	if (anchor == 0 && s->anchor.alg != DIGEST_NONE)
		return nonsense(err, "anchor that was not loaded");
	for (size_t i = 0; i < s->chain_count; i++)
		if (!has_cert(r, own, count, &s->chain[i]))
			return nonsense(err, "chain of unknown certificates");
	for (size_t i = 0; i < s->tsa_count; i++)
		if (!has_cert(r, own, count, &s->tsa_chain[i]))
			return nonsense(err, "chain of unknown certificates");
	return 0;
}

static int
check_certs(struct record *r, const struct verdict *v, struct err *err)
{
	char digest[DIGEST_TEXT];
	struct digest d;

	for (size_t i = 0; i < v->certs.n; i++) {
		const struct cert_facts *c = &v->certs.v[i];

		if (c->sha256.alg != DIGEST_SHA256 ||
		    c->spki_sha256.alg != DIGEST_SHA256 || c->subject.ptr == NULL ||
		    c->issuer.ptr == NULL || c->serial.ptr == NULL ||
		    c->key_name.ptr == NULL || c->signed_with.ptr == NULL)
			return nonsense(err, "certificate without its fields");
		digest_format(digest, &c->sha256);
		if (idcache_get(r->certs, str_of(digest)) != 0)
			continue;
		hasher_of(r->hasher, DIGEST_SHA256, c->der, &d);
		if (!digest_equal(&d, &c->sha256))
			return nonsense(err, "certificate under a wrong digest");
	}
	return 0;
}

int
writer_check(struct record *r, const struct verdict *v, struct err *err)
{
	const struct digest *own;

	if (!digest_text_fits(v->digest) || (unsigned)v->state >= STATE_COUNT)
		return nonsense(err, "artifact out of range");
	if ((v->state == STATE_COMPLIANT) != (v->reason == REASON_NONE) ||
	    (v->reason != REASON_NONE && !reason_fits(v->reason)))
		return nonsense(err, "state and reason disagree");
	/* A waiver is applied by the parent; a child knows none. */
	if (v->state == STATE_EXEMPT)
		return nonsense(err, "exempt without a waiver");
	if (v->state == STATE_COMPLIANT &&
	    (v->statement.ptr == NULL || v->level == LEVEL_SKIP))
		return nonsense(
		    err, "compliant without a statement that demands something");
	if ((unsigned)v->level >= LEVEL_COUNT)
		return nonsense(err, "verification level");
	if ((unsigned)v->class >= CLASS_COUNT)
		return nonsense(err, "class of an artifact");
	if (check_steps(v, err) != 0 || check_findings(v, err) != 0 ||
	    check_certs(r, v, err) != 0)
		return -1;
	own = certs_of(r, v);
	for (size_t i = 0; i < v->signatures.n; i++)
		if (check_signature(r, own, v->certs.n, &v->signatures.v[i], err) != 0)
			return -1;
	return 0;
}
