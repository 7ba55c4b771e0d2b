/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation lists: the frame (RFC 5280 section 5.1), files of them, and the signature. */
#include "crypto/crl.h"

#include "codec/hex.h"
#include "codec/pem.h"
#include "crypto/crl_parts.h"
#include "crypto/dn.h"
#include "crypto/ossl_types.h"
#include "crypto/weaksig.h"

/* RFC 7468 section 6. */
const char *const crl_pem_labels[] = { "X509 CRL", NULL };

enum { VERSION_2 = 1 };

typedef VEC(struct bytes) bytes_list;

int
crl_refuse(const struct crl_input *in, size_t offset, struct err *err, const char *text)
{
	return err_at(err, REASON_CRL_MALFORMED, in->at, offset, text);
}

static int
too_large(
    size_t len, const struct limits *limits, const struct where *at, struct err *err)
{
	return err_set(err, REASON_LIMIT_CRL_HIT, at,
	    "revocation list of %zu bytes, limit %llu", len,
	    (unsigned long long)limits->v[LIMIT_CRL_BYTES]);
}

static int
strict_check(const struct crl_input *in, struct err *err)
{
	struct err inner;

	if (in->der.len > in->limits->v[LIMIT_CRL_BYTES])
		return too_large(in->der.len, in->limits, in->at, err);
	if (der_check(in->der, in->limits, NULL, &inner) == 0)
		return 0;
	if (inner.reason == REASON_DER_SYNTAX)
		return crl_refuse(in, (size_t)inner.offset, err, inner.text);
	return err_set(err, inner.reason, in->at, "%s", inner.text);
}

/*
 * X.690 section 11.6: the parts of a SET OF stand in ascending order. A list in another
 * order can never have the issuer name of a certificate that was read strictly.
 */
static bool
rdn_sorted(const struct cursor *top, const struct der *rdn)
{
	struct cursor c = der_enter(top, rdn);
	struct bytes last = { NULL, 0 };
	struct der pair;

	while (!der_done(&c)) {
		if (!der_take(&pair, &c, DER_STRICT, DER_SEQUENCE) ||
		    bytes_cmp(last, pair.whole) > 0)
			return false;
		last = pair.whole;
	}
	return last.len > 0;
}

/* RFC 5280 section 5.1.2.3: a name that is not empty. */
static int
issuer_read(
    struct crl *out, const struct crl_input *in, struct cursor *c, struct err *err)
{
	struct der name, rdn;
	struct cursor rdns;

	if (!der_take(&name, c, DER_STRICT, DER_SEQUENCE) || name.content.len == 0)
		return crl_refuse(in, name.offset, err, "no issuer name");
	/* It has to be the name in a certificate, which is no larger than that. */
	if (name.whole.len > in->limits->v[LIMIT_CERT_BYTES])
		return crl_refuse(in, name.offset, err,
		    "issuer name is larger than a certificate may be");
	for (rdns = der_enter(c, &name); !der_done(&rdns);)
		if (!der_take(&rdn, &rdns, DER_STRICT, DER_SET) ||
		    !rdn_sorted(&rdns, &rdn))
			return crl_refuse(in, rdns.pos, err, "malformed issuer name");
	out->issuer_der = name.whole;
	out->issuer_text = dn_text(in->mem, name.whole);
	return 0;
}

static int
times_read(struct crl *out, const struct crl_input *in, struct cursor *c, struct err *err)
{
	struct der time;

	if (!der_read(&time, c, DER_STRICT) || !der_time(&out->this_update, &time))
		return crl_refuse(in, time.offset, err,
		    "thisUpdate is not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
	out->has_next_update =
	    der_next_is(c, DER_UTC_TIME) || der_next_is(c, DER_GENERALIZED_TIME);
	if (out->has_next_update &&
	    (!der_read(&time, c, DER_STRICT) || !der_time(&out->next_update, &time)))
		return crl_refuse(in, time.offset, err,
		    "nextUpdate is not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
	return 0;
}

/* TBSCertList (RFC 5280 section 5.1.2). */
static int
tbs_read(struct crl *out, struct algid *inner, const struct crl_input *in,
    struct cursor *c, struct err *err)
{
	struct der version, list;
	uint64_t number;

	/*
	 * A list without a version is of version 1, has neither number nor extensions
	 * and says nothing about what it covers (RFC 5280 section 5.1.2.1 wants 2).
	 */
	if (!der_take(&version, c, DER_STRICT, DER_INTEGER) ||
	    !der_uint(&number, &version) || number != VERSION_2)
		return crl_refuse(in, version.offset, err, "not a list of version 2");
	if (!algid_read(inner, c, DER_STRICT))
		return crl_refuse(in, c->pos, err, "malformed signature algorithm");
	if (issuer_read(out, in, c, err) != 0 || times_read(out, in, c, err) != 0)
		return -1;
	if (der_next_is(c, DER_SEQUENCE)) {
		der_read(&list, c, DER_STRICT);
		if (crl_entries_walk(out, in, c, &list, err) != 0)
			return -1;
	}
	if (der_next_is(c, DER_CONTEXT_CONS(0)) &&
	    crl_extensions_read(out, in, c, err) != 0)
		return -1;
	if (!der_done(c))
		return crl_refuse(in, c->pos, err, "unknown field in the list");
	return 0;
}

static bool
known_and_sound(const struct algid *alg)
{
	if (alg->kind == ALGID_ED25519)
		return true;
	return (alg->kind == ALGID_RSA_PKCS1 || alg->kind == ALGID_RSA_PSS ||
		   alg->kind == ALGID_ECDSA) &&
	       alg->hash != DIGEST_NONE;
}

/* CertificateList (RFC 5280 section 5.1.1). */
static int
frame_read(struct crl *out, const struct crl_input *in, struct err *err)
{
	struct cursor top = cursor_of(in->der), c, body;
	struct algid inner = { .kind = ALGID_OTHER }, outer;
	struct der whole, tbs, signature;

	if (!der_take(&whole, &top, DER_STRICT, DER_SEQUENCE) || !der_done(&top))
		return crl_refuse(in, 0, err, "no SEQUENCE");
	c = der_enter(&top, &whole);
	if (!der_take(&tbs, &c, DER_STRICT, DER_SEQUENCE) ||
	    !algid_read(&outer, &c, DER_STRICT) ||
	    !der_take(&signature, &c, DER_STRICT, DER_BIT_STRING) ||
	    !der_bits(&out->signature, &signature) || !der_done(&c))
		return crl_refuse(in, c.pos, err, "not a revocation list");
	out->tbs = tbs.whole;
	out->signature_alg = outer.whole;
	out->signed_with = outer.name;
	out->weak = !known_and_sound(&outer);
	body = der_enter(&c, &tbs);
	if (tbs_read(out, &inner, in, &body, err) != 0)
		return -1;
	/* RFC 5280 section 5.1.1.2: both fields are the same. */
	if (!bytes_equal(inner.whole, outer.whole))
		return crl_refuse(in, (size_t)(inner.whole.ptr - in->der.ptr), err,
		    "inner and outer signature algorithm differ");
	return 0;
}

int
crl_parse(struct crl *out, struct arena *mem, struct bytes der, struct hasher *hasher,
    const struct limits *limits, const struct where *at, struct err *err)
{
	const struct crl_input in = { der, mem, limits, at };
	struct crl c = { .der = der };

	if (strict_check(&in, err) != 0 || frame_read(&c, &in, err) != 0)
		return -1;
	crl_issuers_settle(&c);
	hasher_of(hasher, DIGEST_SHA256, der, &c.sha256);
	*out = c;
	return 0;
}

static bool
one_sequence(struct bytes file)
{
	struct cursor c = cursor_of(file);
	struct der d;

	return der_take(&d, &c, DER_STRICT, DER_SEQUENCE) && der_done(&c);
}

static int
pem_split(bytes_list *list, struct arena *mem, struct bytes file,
    const struct limits *limits, const struct where *at, struct err *err)
{
	struct str rest = { (const char *)file.ptr, file.len };
	enum pem_found found;
	struct bytes der;

	while ((found = pem_next(&der, mem, &rest, crl_pem_labels)) != PEM_END) {
		if (found == PEM_OTHER)
			return err_set(
			    err, REASON_CRL_MALFORMED, at, "PEM block is no X509 CRL");
		if (found == PEM_MALFORMED)
			return err_set(err, REASON_CRL_MALFORMED, at,
			    "malformed PEM block %zu", list->n);
		if (der.len > limits->v[LIMIT_CRL_BYTES])
			return too_large(der.len, limits, at, err);
		VEC_PUSH(mem, list, der);
	}
	return 0;
}

size_t
crl_file_most(const struct limits *limits)
{
	return limits->v[LIMIT_CRL_BYTES] * 3 + 4096;
}

int
crl_split(struct bytes **out, size_t *count, struct arena *mem, struct bytes file,
    const struct limits *limits, const struct where *at, struct err *err)
{
	bytes_list list = { NULL, 0, 0 };

	if (one_sequence(file)) {
		if (file.len > limits->v[LIMIT_CRL_BYTES])
			return too_large(file.len, limits, at, err);
		VEC_PUSH(mem, &list, file);
	} else if (pem_split(&list, mem, file, limits, at, err) != 0) {
		return -1;
	}
	if (list.n == 0)
		return err_set(err, REASON_CRL_MALFORMED, at,
		    file.len == 0 ? "file is empty"
				  : "neither PEM nor one DER revocation list");
	*out = list.v;
	*count = list.n;
	return 0;
}

/* RFC 8410: the message is hashed inside; there is nothing to choose. */
static bool
ed25519_check(const struct crl *c, const struct cert *issuer)
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *ctx = NULL;
	bool yes;

	if (!issuer->key_usable || !EVP_PKEY_is_a(issuer->key, "ED25519"))
		return false;
	ossl_forget();
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL)
		memory_exhausted();
	issuer->lib->counts.signatures_checked++;
	yes = EVP_DigestVerifyInit_ex(
		  ctx, NULL, NULL, issuer->lib->ctx, NULL, issuer->key, NULL) == 1 &&
	      EVP_DigestVerify(
		  ctx, c->signature.ptr, c->signature.len, c->tbs.ptr, c->tbs.len) == 1;
	ossl_forget();
	return yes;
}

bool
crl_signed_by(const struct crl *c, const struct cert *issuer)
{
	struct cursor top = cursor_of(c->signature_alg);
	struct algid alg;

	if (c->weak || !algid_read(&alg, &top, DER_STRICT) || !der_done(&top))
		return false;
	switch (alg.kind) {
	case ALGID_RSA_PKCS1:
		return rawsig_check_cms(
		    issuer, RAWSIG_PKCS1, alg.hash, c->tbs, c->signature);
	case ALGID_RSA_PSS:
		return rawsig_check_cms(
		    issuer, RAWSIG_PSS, alg.hash, c->tbs, c->signature);
	case ALGID_ECDSA:
		return rawsig_check_cms(
		    issuer, RAWSIG_ECDSA_DER, alg.hash, c->tbs, c->signature);
	case ALGID_ED25519:
		return ed25519_check(c, issuer);
	case ALGID_OTHER:
	case ALGID_HASH:
	case ALGID_RSA:
	case ALGID_EC_KEY:
	case ALGID_WEAK:
		break;
	}
	return false;
}

bool
crl_signed_weakly(const struct crl *c, const struct cert *issuer)
{
	return weaksig_check(issuer, c->signature_alg, c->tbs, c->signature);
}

int
crl_number_cmp(struct bytes a, struct bytes b)
{
	if (a.ptr == NULL || b.ptr == NULL)
		return (a.ptr != NULL) - (b.ptr != NULL);
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return bytes_cmp(a, b) < 0 ? -1 : bytes_cmp(a, b) > 0;
}

struct str
crl_number_text(struct arena *mem, struct bytes number)
{
	char *text;

	if (number.ptr == NULL)
		return STR("");
	if (number.len == 0)
		return STR("00");
	text = arena_alloc(mem, 2 * number.len + 1);
	hex_encode(text, number);
	return (struct str){ text, 2 * number.len };
}
