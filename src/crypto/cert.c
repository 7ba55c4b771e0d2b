/* SPDX-License-Identifier: Apache-2.0 */
/* One certificate, read strictly, and the table that parses each distinct one once. */
#include "crypto/cert.h"

#include <stdlib.h>

#include "codec/der.h"
#include "crypto/dn.h"
#include "crypto/ossl_types.h"

/*
 * Before a library parses, prints or compares: floods of names and extensions cost
 * nothing.
 */
enum { NAME_ATTRS_MOST = 64, EXTENSIONS_MOST = 64, SERIAL_MOST = 64, BUCKETS_FIRST = 64 };

struct frame { /* the fields of RFC 5280 section 4.1 */
	uint64_t version;
	bool odd_serial;
	struct der serial, issuer, subject, spki;
	struct algid inner, outer;
	struct when not_before, not_after;
	struct bytes extensions; /* the SEQUENCE, whole; empty: none */
};

static int
refuse(struct err *err, enum reason reason, const struct where *at, size_t offset,
    const char *text)
{
	struct where here = { 0 };

	if (at != NULL)
		here = *at;
	here.offset = offset;
	return err_set(err, reason, &here, "%s", text);
}

static int
refusal_tell(const struct cert *c, const struct where *at, struct err *err)
{
	return refuse(err, c->refusal, at, c->refusal_offset, c->refusal_text.ptr);
}

/* Name ::= SEQUENCE OF SET OF SEQUENCE { OID, value } (RFC 5280 section 4.1.2.4). */
static int
name_check(const struct cursor *top, const struct der *name, const struct where *at,
    struct err *err)
{
	struct cursor rdns = der_enter(top, name), attrs, attr;
	struct der rdn, pair, oid, value;
	size_t n = 0;

	while (!der_done(&rdns)) {
		if (!der_take(&rdn, &rdns, DER_STRICT, DER_SET) || rdn.content.len == 0)
			return refuse(
			    err, REASON_CERT_NOT_DER, at, rdns.pos, "malformed name");
		attrs = der_enter(&rdns, &rdn);
		while (!der_done(&attrs)) {
			if (!der_take(&pair, &attrs, DER_STRICT, DER_SEQUENCE))
				return refuse(err, REASON_CERT_NOT_DER, at, attrs.pos,
				    "malformed name");
			attr = der_enter(&attrs, &pair);
			if (!der_take(&oid, &attr, DER_STRICT, DER_OID) ||
			    !der_read(&value, &attr, DER_STRICT) || !der_done(&attr))
				return refuse(err, REASON_CERT_NOT_DER, at, pair.offset,
				    "malformed name");
			if (!der_oid_ok(oid.content) || ++n > NAME_ATTRS_MOST)
				return refuse(err, REASON_LIMIT_CERT_HIT, at, pair.offset,
				    "name has too many attributes or a huge type");
		}
	}
	return 0;
}

static int
validity_read(struct frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	struct der seq, before, after;
	struct cursor in;

	if (!der_take(&seq, c, DER_STRICT, DER_SEQUENCE))
		return refuse(
		    err, REASON_CERT_NOT_DER, at, c->pos, "validity is no SEQUENCE");
	in = der_enter(c, &seq);
	if (!der_read(&before, &in, DER_STRICT) || !der_read(&after, &in, DER_STRICT) ||
	    !der_done(&in) || !der_time(&f->not_before, &before) ||
	    !der_time(&f->not_after, &after))
		return refuse(err, REASON_CERT_TIME, at, seq.offset,
		    "validity dates are not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
	return 0;
}

/*
 * RFC 5280 section 4.1.2.2: positive, at most 20 octets; users "SHOULD be prepared to gracefully
 * handle" zero and longer ones, which are in the field. A sign octet is not counted.
 */
static int
serial_check(struct frame *f, const struct where *at, struct err *err)
{
	struct bytes v = f->serial.content;

	if (v.len > 1 && v.ptr[0] == 0x00)
		v = bytes_of(v.ptr + 1, v.len - 1);
	if ((f->serial.content.ptr[0] & 0x80) != 0 || v.len > SERIAL_MOST)
		return refuse(err, REASON_CERT_SERIAL, at, f->serial.offset,
		    "serial number is negative or longer than 64 octets");
	f->odd_serial = (v.len == 1 && v.ptr[0] == 0) || v.len > 20;
	return 0;
}

static int
version_read(struct frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	struct der field, number;
	struct cursor in;

	f->version = 0;
	if (!der_next_is(c, DER_CONTEXT_CONS(0)))
		return 0;
	der_read(&field, c, DER_STRICT);
	in = der_enter(c, &field);
	/* v1 is the default, and DER does not write defaults (X.690 section 11.5). */
	if (!der_read(&number, &in, DER_STRICT) || !der_done(&in) ||
	    !der_uint(&f->version, &number) || f->version < 1 || f->version > 2)
		return refuse(
		    err, REASON_CERT_NOT_DER, at, field.offset, "wrong version");
	return 0;
}

static int
extensions_find(
    struct frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	struct der field, seq, ext;
	struct cursor in, list;
	size_t n = 0;

	/*
	 * issuerUniqueID and subjectUniqueID: obsolete (RFC 5280 section 4.1.2.8), not
	 * used.
	 */
	for (uint8_t i = 1; i <= 2; i++)
		if (f->version >= 1 && der_next_is(c, (uint8_t)DER_CONTEXT(i)))
			der_read(&field, c, DER_STRICT);
	if (der_done(c))
		return 0;
	if (f->version != 2 || !der_take(&field, c, DER_STRICT, DER_CONTEXT_CONS(3)) ||
	    !der_done(c))
		return refuse(err, REASON_CERT_NOT_DER, at, c->pos,
		    "unknown field in the certificate");
	in = der_enter(c, &field);
	if (!der_take(&seq, &in, DER_STRICT, DER_SEQUENCE) || !der_done(&in) ||
	    seq.content.len == 0)
		return refuse(err, REASON_CERT_EXTENSION, at, field.offset,
		    "malformed list of extensions");
	list = der_enter(&in, &seq);
	while (!der_done(&list)) {
		if (!der_take(&ext, &list, DER_STRICT, DER_SEQUENCE))
			return refuse(err, REASON_CERT_EXTENSION, at, list.pos,
			    "malformed list of extensions");
		if (++n > EXTENSIONS_MOST)
			return refuse(err, REASON_LIMIT_CERT_HIT, at, ext.offset,
			    "too many extensions");
	}
	f->extensions = seq.whole;
	return 0;
}

/* How many elements stand in the SEQUENCEs of `der`, `depth` levels down. */
static uint64_t
elements(struct bytes der, int depth)
{
	struct cursor top = cursor_of(der), in;
	struct der seq, one;
	uint64_t n = 0;

	if (!der_read(&seq, &top, DER_STRICT))
		return 0;
	for (in = der_enter(&top, &seq); !in.failed && in.pos < in.in.len;) {
		if (!der_read(&one, &in, DER_STRICT))
			break;
		n += depth == 0 ? 1 : elements(one.whole, depth - 1);
	}
	return n;
}

/*
 * Alternative names, and entries of name constraints: compared with each other when a chain is
 * checked, and each an object of its own once a library has them.
 */
static bool
names_within(struct bytes extensions, uint64_t most)
{
	struct cursor top = cursor_of(extensions), list;
	struct der_ext e;
	struct der seq;

	if (extensions.len == 0 || !der_take(&seq, &top, DER_STRICT, DER_SEQUENCE))
		return true;
	for (list = der_enter(&top, &seq); !list.failed && list.pos < list.in.len;) {
		if (!der_ext_take(&e, &list))
			return true; /* refused with a better word later */
		if ((der_ext_is(&e, "\x55\x1d\x11") && elements(e.value.content, 0) > most) ||
		    (der_ext_is(&e, "\x55\x1d\x1e") && elements(e.value.content, 1) > most))
			return false;
	}
	return true;
}

static int
tbs_read(struct frame *f, struct cursor *c, const struct where *at, struct err *err)
{
	if (version_read(f, c, at, err) != 0)
		return -1;
	if (!der_take(&f->serial, c, DER_STRICT, DER_INTEGER) ||
	    !algid_read(&f->inner, c, DER_STRICT) ||
	    !der_take(&f->issuer, c, DER_STRICT, DER_SEQUENCE))
		return refuse(err, REASON_CERT_NOT_DER, at, c->pos,
		    "no serial, algorithm or issuer");
	if (serial_check(f, at, err) != 0 ||
	    name_check(c, &f->issuer, at, err) != 0 || validity_read(f, c, at, err) != 0)
		return -1;
	if (!der_take(&f->subject, c, DER_STRICT, DER_SEQUENCE) ||
	    !der_take(&f->spki, c, DER_STRICT, DER_SEQUENCE))
		return refuse(err, REASON_CERT_NOT_DER, at, c->pos, "no subject or key");
	if (name_check(c, &f->subject, at, err) != 0)
		return -1;
	return extensions_find(f, c, at, err);
}

static int
frame_read(struct frame *f, struct bytes der, const struct where *at, struct err *err)
{
	struct cursor top = cursor_of(der), outer, inner;
	struct der cert, tbs, sig;

	*f = (struct frame){ 0 };
	if (!der_take(&cert, &top, DER_STRICT, DER_SEQUENCE) || !der_done(&top))
		return refuse(err, REASON_CERT_NOT_DER, at, 0, "no SEQUENCE");
	outer = der_enter(&top, &cert);
	if (!der_take(&tbs, &outer, DER_STRICT, DER_SEQUENCE) ||
	    !algid_read(&f->outer, &outer, DER_STRICT) ||
	    !der_take(&sig, &outer, DER_STRICT, DER_BIT_STRING) || !der_done(&outer))
		return refuse(
		    err, REASON_CERT_NOT_DER, at, outer.pos, "not a certificate");
	inner = der_enter(&outer, &tbs);
	if (tbs_read(f, &inner, at, err) != 0)
		return -1;
	/* RFC 5280 section 4.1.1.2: both fields are the same. */
	if (!bytes_equal(f->inner.whole, f->outer.whole))
		return refuse(err, REASON_CERT_ALG_MISMATCH, at, f->issuer.offset,
		    "inner and outer signature algorithm differ");
	return 0;
}

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
info_fill(struct cert *c, const struct frame *f)
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
cert_parse(struct cert **out, struct certs *table, struct bytes der,
    const struct where *at, struct err *err)
{
	AUTO(cert_free) struct cert *c = NULL;
	struct cert_parts parts;
	struct err inner;
	struct frame f;

	if (der_check(der, &table->limits, at, &inner) != 0)
		return refuse(err,
		    inner.reason == REASON_DER_SYNTAX ? REASON_CERT_NOT_DER
						      : inner.reason,
		    at, (size_t)inner.offset, inner.text);
	c = cert_new(table->lib, der);
	if (frame_read(&f, c->der, at, err) != 0)
		return -1;
	if (!names_within(f.extensions, table->limits.v[LIMIT_CERT_NAMES]))
		return refuse(err, REASON_LIMIT_CERT_HIT, at, 0,
		    "more alternative names or name constraints than the limit cert-names");
	info_fill(c, &f);
	parts = (struct cert_parts){ f.inner.whole, f.spki.whole, f.extensions };
	certstrict_frame(c, &parts);
	if (library_read(c, at, err) != 0)
		return c->refusal == REASON_NONE ? -1 : refusal_tell(c, at, err);
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

	*t = (struct certs){ .lib = lib,
		.hasher = hasher_new(lib),
		.limits = *limits,
		.bucket_count = BUCKETS_FIRST };
	t->buckets = xmalloc(t->bucket_count * sizeof(struct cert *));
	memset(t->buckets, 0, t->bucket_count * sizeof(struct cert *));
	return t;
}

void
certs_free(struct certs *t)
{
	struct cert *next;

	if (t == NULL)
		return;
	for (size_t i = 0; i < t->bucket_count; i++)
		for (struct cert *c = t->buckets[i]; c != NULL; c = next) {
			next = c->next;
			cert_free(c);
		}
	hasher_free(t->hasher);
	free(t->buckets);
	free(t);
}

/* The digest spreads evenly, and nobody can aim at one bucket. */
static struct cert **
bucket_of(struct certs *t, const struct digest *d)
{
	size_t h;

	memcpy(&h, d->value, sizeof(h));
	return &t->buckets[h & (t->bucket_count - 1)];
}

static void
table_grow(struct certs *t)
{
	struct cert **old = t->buckets, **bucket, *next;
	size_t old_count = t->bucket_count;

	t->bucket_count *= 2;
	t->buckets = xmalloc(t->bucket_count * sizeof(struct cert *));
	memset(t->buckets, 0, t->bucket_count * sizeof(struct cert *));
	for (size_t i = 0; i < old_count; i++)
		for (struct cert *c = old[i]; c != NULL; c = next) {
			next = c->next;
			bucket = bucket_of(t, &c->info.sha256);
			c->next = *bucket;
			*bucket = c;
		}
	free(old);
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
	struct cert **bucket, *c;

	if (der.len > table->limits.v[LIMIT_CERT_BYTES])
		return err_set(err, REASON_LIMIT_CERT_HIT, at,
		    "certificate of %zu bytes, limit %llu", der.len,
		    (unsigned long long)table->limits.v[LIMIT_CERT_BYTES]);
	hasher_of(table->hasher, DIGEST_SHA256, der, &digest);
	for (c = *bucket_of(table, &digest); c != NULL; c = c->next)
		if (bytes_equal(c->der, der)) {
			*out = c;
			return 0;
		}
	if (cert_parse(&c, table, der, at, err) != 0)
		return -1;
	c->info.sha256 = digest;
	if (table->count >= table->bucket_count)
		table_grow(table);
	bucket = bucket_of(table, &digest);
	c->next = *bucket;
	*bucket = c;
	table->count++;
	*out = c;
	return 0;
}

size_t
certs_count(const struct certs *table)
{
	return table->count;
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
