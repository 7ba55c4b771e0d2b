/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the record can check of a verdict, before the first row of it is written: evidence under
 * its digest, certificates that were told, anchors that were loaded. Whether it fits its shape was
 * checked when it came in (verdict/shape.h).
 */
#include <stdlib.h>

#include "audit/writer.h"

static int
nonsense(struct err *err, const char *what)
{
	return err_set(err, REASON_PARSER_PROTOCOL, NULL, "%s", what);
}

/* Here, before the first write: a row that is refused would take the open batch with it. */
int
writer_check_digest(struct str digest, struct err *err)
{
	return digest.len > 0 ? 0 : nonsense(err, "digest of no octets");
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

	if (s->envelope.len > 0) {
		hasher_of(r->hasher, DIGEST_SHA256, s->envelope, &d);
		if (!digest_equal(&d, &s->envelope_digest))
			return nonsense(err, "envelope under a wrong digest");
	}
	if (s->check < 0)
		return nonsense(err, "signature that no check looked at");
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

	if (writer_check_digest(v->digest, err) != 0 || check_certs(r, v, err) != 0)
		return -1;
	own = certs_of(r, v);
	for (size_t i = 0; i < v->signatures.n; i++)
		if (check_signature(r, own, v->certs.n, &v->signatures.v[i], err) != 0)
			return -1;
	return 0;
}
