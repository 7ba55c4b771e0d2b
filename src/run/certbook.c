/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates that children told, by digest. */
#include "run/certbook.h"

#include <stdlib.h>

#include "base/map.h"
#include "crypto/ossl.h"

#define CERTS_MOST 1000000 /* of one run; what is kept of each are its texts, not its octets */

struct certbook {
	struct arena mem;
	struct ossl *lib;
	struct hasher *hasher;
	const struct limits *limits;
	VEC(struct cert_facts *) known; /* without octets */
	struct map by_digest; /* to places in `known` */
};

struct certbook *
certbook_new(const struct limits *limits)
{
	struct certbook *b = xmalloc(sizeof(*b));

	*b = (struct certbook){ .limits = limits, .lib = ossl_new() };
	b->hasher = hasher_new(b->lib);
	arena_init(&b->mem, 0);
	map_init(&b->by_digest, &b->mem);
	return b;
}

void
certbook_free(struct certbook *b)
{
	if (b == NULL)
		return;
	arena_clear(&b->mem);
	hasher_free(b->hasher);
	ossl_free(b->lib);
	free(b);
}

static int
nonsense(struct err *err, const char *what)
{
	return err_set(err, REASON_PARSER_PROTOCOL, NULL, "%s", what);
}

static bool
is_cert(const void *book, uint32_t at, const void *digest)
{
	const struct certbook *b = book;

	return digest_equal(&b->known.v[at]->sha256, digest);
}

static const struct cert_facts *
find(const struct certbook *b, const struct digest *d)
{
	uint32_t at = map_find(
	    &b->by_digest, map_hash(&b->by_digest, digest_value(d)), is_cert, b, d);

	return at == MAP_NONE ? NULL : b->known.v[at];
}

/* Its texts stay, its octets do not. */
static int
learn(struct certbook *b, struct bytes der, struct err *err)
{
	struct cert_facts *facts;
	struct err why;

	if (b->known.n == CERTS_MOST)
		return nonsense(err, "too many certificates");
	facts = arena_alloc(&b->mem, sizeof(*facts));
	if (certfacts_read(facts, &b->mem, der, b->hasher, b->limits, &why) != 0)
		return err_set(err, REASON_PARSER_PROTOCOL, NULL,
		    "certificate that is none: %s", why.text);
	facts->der = (struct bytes){ NULL, 0 };
	map_add(&b->by_digest, map_hash(&b->by_digest, digest_value(&facts->sha256)),
	    (uint32_t)b->known.n);
	VEC_PUSH(&b->mem, &b->known, facts);
	return 0;
}

/* Octets to facts; a certificate that is known already costs its hash. */
static int
complete(struct certbook *b, struct cert_facts *c, struct err *err)
{
	const struct cert_facts *known;
	struct bytes der = c->der;
	struct digest digest;

	hasher_of(b->hasher, DIGEST_SHA256, der, &digest);
	known = find(b, &digest);
	if (known == NULL) {
		if (learn(b, der, err) != 0)
			return -1;
		known = b->known.v[b->known.n - 1];
	}
	*c = *known;
	c->der = der;
	return 0;
}

/* The subject of the first certificate; absent without a chain. */
static int
chain_known(struct str *subject, const struct certbook *b, const struct digest *chain, size_t count,
    struct err *err)
{
	*subject = STR_NONE;
	for (size_t i = 0; i < count; i++) {
		const struct cert_facts *c = find(b, &chain[i]);

		if (c == NULL)
			return nonsense(err, "chain of unknown certificates");
		if (i == 0)
			*subject = c->subject;
	}
	return 0;
}

static bool
anchor_fits(const struct signature_record *s)
{
	bool fits = s->anchor.alg == DIGEST_NONE;

	for (size_t i = 0; i < s->chain_count && !fits; i++)
		fits = digest_equal(&s->chain[i], &s->anchor);
	return fits;
}

int
certbook_complete(struct certbook *b, struct verdict *v, struct err *err)
{
	for (size_t i = 0; i < v->certs.n; i++)
		if (complete(b, &v->certs.v[i], err) != 0)
			return -1;
	for (size_t i = 0; i < v->signatures.n; i++) {
		struct signature_record *s = &v->signatures.v[i];

		if (chain_known(&s->signer, b, s->chain, s->chain_count, err) != 0 ||
		    chain_known(&s->tsa_subject, b, s->tsa_chain, s->tsa_count, err) != 0)
			return -1;
		if (!anchor_fits(s))
			return nonsense(err, "anchor that is not in its chain");
	}
	return 0;
}
