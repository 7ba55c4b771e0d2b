/* SPDX-License-Identifier: Apache-2.0 */
/* One certificate, read strictly, and the table that parses each distinct one once. */
#include "crypto/cert.h"

#include <stdlib.h>

#include "crypto/certframe.h"
#include "crypto/dn.h"
#include "crypto/ossl_types.h"

/* OpenSSL's reading of the same octets, in the worker's context. */
static int
library_read(struct cert *c, const struct where *at, struct err *err)
{
	const unsigned char *end = c->der.ptr;
	unsigned char *again = NULL;
	bool same;
	int n;

	ossl_forget();
	c->x509 = X509_new_ex(c->lib->ctx, NULL);
	if (c->x509 == NULL)
		memory_exhausted();
	c->lib->counts.certs_parsed++;
	if (d2i_X509(&c->x509, &end, (long)c->der.len) == NULL ||
	    end != c->der.ptr + c->der.len) {
		ossl_forget();
		return err_set(err, REASON_CERT_NOT_DER, at, "not an X.509 certificate");
	}
	n = i2d_X509(c->x509, &again);
	same = n > 0 && bytes_equal(c->der, bytes_of(again, (size_t)n));
	OPENSSL_free(again);
	c->key = X509_get0_pubkey(c->x509);
	ossl_forget();
	if (!same)
		return err_set(err, REASON_CERT_NOT_DER, at, "encoding is not canonical");
	return 0;
}

static void
info_fill(struct cert *c, const struct cert_frame *f)
{
	struct cert_info *info = &c->info;

	info->der = c->der;
	info->subject_der = f->subject.whole;
	info->issuer_der = f->issuer.whole;
	info->serial = f->serial.content;
	info->odd_serial = f->odd_serial;
	info->not_before = f->not_before;
	info->not_after = f->not_after;
	info->signed_with = f->outer.name;
	info->weak_sigalg =
	    !(f->outer.kind == ALGID_ED25519 ||
		((f->outer.kind == ALGID_RSA_PKCS1 || f->outer.kind == ALGID_RSA_PSS ||
		     f->outer.kind == ALGID_ECDSA) &&
		    f->outer.hash != DIGEST_NONE));
	info->v3 = f->version == 2;
	info->self_issued = bytes_equal(info->subject_der, info->issuer_der);
	info->path_len = -1;
}

static void
cert_free(struct cert *c)
{
	struct arena mem;

	if (c->cache != NULL)
		EVP_PKEY_CTX_free(c->cache->verifier.ctx);
	NAME_CONSTRAINTS_free(c->constraints);
	X509_free(c->x509);
	/* The certificate lies in its own arena. */
	mem = c->mem;
	arena_clear(&mem);
}
DEFINE_AUTO(struct cert, cert_free)

static struct cert *
cert_new(struct ossl *lib, struct bytes der)
{
	struct arena mem;
	struct cert *c;

	arena_init(&mem, 0);
	c = arena_alloc(&mem, sizeof(*c));
	c->lib = lib;
	c->cache = arena_alloc(&mem, sizeof(*c->cache));
	c->der = arena_bytes(&mem, der);
	c->mem = mem;
	return c;
}

static int
refusal_tell(const struct cert *c, const struct where *at, struct err *err)
{
	return err_at(err, c->refusal, at, c->refusal_offset, c->refusal_text.ptr);
}

static int
cert_parse(struct cert **out, struct certs *table, struct bytes der,
    const struct where *at, struct err *err)
{
	AUTO(cert_free) struct cert *c = NULL;
	struct cert_parts parts;
	struct cert_frame f;

	c = cert_new(table->lib, der);
	if (certframe_read(&f, c->der, &table->limits, at, err) != 0)
		return -1;
	info_fill(c, &f);
	parts = (struct cert_parts){ f.inner.whole, f.spki.whole, f.extensions };
	certstrict_frame(c, &parts);
	if (library_read(c, at, err) != 0) {
		if (c->refusal != REASON_NONE)
			refusal_tell(c, at, err);
		return -1;
	}
	if (certkey_read(c, f.spki.whole, &table->limits, at, err) != 0 ||
	    certext_read(c, f.extensions, &table->limits, at, err) != 0)
		return -1;
	certstrict_content(c, &parts);
	hasher_of(table->hasher, DIGEST_SHA256, f.spki.whole, &c->info.spki_sha256);
	c->subject_text = dn_text(&c->mem, c->info.subject_der);
	c->issuer_text = dn_text(&c->mem, c->info.issuer_der);
	*out = TAKE(c);
	return 0;
}

struct certs *
certs_new(struct ossl *lib, const struct limits *limits)
{
	struct certs *t = xmalloc(sizeof(*t));

	*t = (struct certs){ .lib = lib, .hasher = hasher_new(lib), .limits = *limits };
	arena_init(&t->mem, 0);
	map_init(&t->by_digest, &t->mem);
	return t;
}

void
certs_free(struct certs *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->all.n; i++)
		cert_free(t->all.v[i]);
	hasher_free(t->hasher);
	arena_clear(&t->mem);
	free(t);
}

static bool
is_cert(const void *table, uint32_t at, const void *der)
{
	const struct certs *t = table;

	return bytes_equal(t->all.v[at]->der, *(const struct bytes *)der);
}

int
certs_get(const struct cert **out, struct certs *table, struct bytes der,
    const struct where *at, struct err *err)
{
	const struct cert *c;

	if (certs_get_lax(&c, table, der, at, err) != 0)
		return -1;
	if (c->refusal != REASON_NONE)
		return refusal_tell(c, at, err);
	*out = c;
	return 0;
}

int
certs_get_lax(const struct cert **out, struct certs *table, struct bytes der,
    const struct where *at, struct err *err)
{
	struct digest digest;
	struct cert *c;
	uint64_t hash;
	uint32_t known;

	if (der.len > table->limits.v[LIMIT_CERT_BYTES])
		return err_set(err, REASON_LIMIT_CERT_HIT, at,
		    "certificate of %zu bytes, limit %llu", der.len,
		    (unsigned long long)table->limits.v[LIMIT_CERT_BYTES]);
	hasher_of(table->hasher, DIGEST_SHA256, der, &digest);
	hash = map_hash(&table->by_digest, digest_value(&digest));
	known = map_find(&table->by_digest, hash, is_cert, table, &der);
	if (known != MAP_NONE) {
		*out = table->all.v[known];
		return 0;
	}
	if (cert_parse(&c, table, der, at, err) != 0)
		return -1;
	c->info.sha256 = digest;
	map_add(&table->by_digest, hash, (uint32_t)table->all.n);
	VEC_PUSH(&table->mem, &table->all, c);
	*out = c;
	return 0;
}

size_t
certs_count(const struct certs *table)
{
	return table->all.n;
}

const struct cert_info *
cert_info(const struct cert *c)
{
	return &c->info;
}

struct str
cert_subject_text(const struct cert *c)
{
	return c->subject_text;
}

struct str
cert_issuer_text(const struct cert *c)
{
	return c->issuer_text;
}

bool
cert_signed_by(const struct cert *c, const struct cert *issuer)
{
	struct cert_cache *cache = c->cache;
	bool yes;

	for (size_t i = 0; i < cache->memo_count; i++)
		if (cache->memos[i].issuer == issuer)
			return cache->memos[i].yes;
	/* No arithmetic with keys of absurd size. */
	if (!issuer->key_usable)
		return false;
	ossl_forget();
	c->lib->counts.signatures_checked++;
	yes = X509_verify(c->x509, issuer->key) == 1;
	ossl_forget();
	if (cache->memo_count < COUNT(cache->memos))
		cache->memos[cache->memo_count++] = (struct cert_memo){ issuer, yes };
	return yes;
}

bool
cert_self_signed(const struct cert *c)
{
	return c->info.self_issued && cert_signed_by(c, c);
}
