/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates that children told, by digest. */
#include "run/certbook.h"

#include <stdlib.h>

#include "crypto/ossl.h"

enum { BUCKETS = 1024 };
#define CERTS_MOST 1000000 /* of one run; what is kept of each are its texts, not its octets */

struct entry {
	struct entry *next;
	struct cert_facts facts; /* without octets */
};

struct certbook {
	struct arena mem;
	struct ossl *lib;
	struct hasher *hasher;
	const struct limits *limits;
	struct entry *buckets[BUCKETS];
	size_t count;
};

struct certbook *
certbook_new(const struct limits *limits)
{
	struct certbook *b = xmalloc(sizeof(*b));

	*b = (struct certbook){ .limits = limits, .lib = ossl_new() };
	b->hasher = hasher_new(b->lib);
	arena_init(&b->mem, 0);
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

/* Digests spread evenly, unless somebody tries many keys or serial numbers for that. */
static struct entry **
bucket_of(struct certbook *b, const struct digest *d)
{
	return &b->buckets[(d->value[0] << 8 | d->value[1]) % BUCKETS];
}

static const struct cert_facts *
find(struct certbook *b, const struct digest *d)
{
	if (d->alg != DIGEST_SHA256)
		return NULL;
	for (struct entry *e = *bucket_of(b, d); e != NULL; e = e->next)
		if (digest_equal(&e->facts.sha256, d))
			return &e->facts;
	return NULL;
}

/* Octets to facts; a certificate that is known already costs its hash. */
static int
complete(struct certbook *b, struct cert_facts *c, struct err *err)
{
	const struct cert_facts *known;
	struct bytes der = c->der;
	struct entry *e, **bucket;
	struct digest digest;
	struct err why;

	hasher_of(b->hasher, DIGEST_SHA256, der, &digest);
	known = find(b, &digest);
	if (known == NULL) {
		if (b->count == CERTS_MOST)
			return nonsense(err, "too many certificates");
		e = arena_alloc(&b->mem, sizeof(*e));
		if (certfacts_read(&e->facts, &b->mem, der, b->hasher, b->limits, &why) != 0)
			return err_set(err, REASON_PARSER_PROTOCOL, NULL,
			    "certificate that is none: %s", why.text);
		e->facts.der = (struct bytes){ NULL, 0 };
		bucket = bucket_of(b, &digest);
		e->next = *bucket;
		*bucket = e;
		b->count++;
		known = &e->facts;
	}
	*c = *known;
	c->der = der;
	return 0;
}

/* The subject of the first certificate; absent without a chain. */
static int
chain_known(struct str *subject, struct certbook *b, const struct digest *chain, size_t count,
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
