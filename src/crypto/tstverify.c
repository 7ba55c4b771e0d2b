/* SPDX-License-Identifier: Apache-2.0 */
/* Is a token signed by an authority that the anchors vouch for, at its own time? */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/algid.h"
#include "crypto/rawsig.h"
#include "crypto/tst_parts.h"

enum { BAG_MOST = 32, ATTRS_MOST = 64 };

struct job {
	const struct tst *tst;
	struct hasher *hasher;
	const struct cert *bag[BAG_MOST];
	const struct cert *signer;
	const struct chain *path;
	char *detail;
	size_t detail_len;
};

static enum reason say(struct job *j, enum reason reason, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

static enum reason
say(struct job *j, enum reason reason, const char *fmt, ...)
{
	va_list args;

	if (j->detail == NULL || j->detail_len == 0)
		return reason;
	va_start(args, fmt);
	vsnprintf(j->detail, j->detail_len, fmt, args);
	va_end(args);
	return reason;
}

/* Every certificate of the token must be a sound one, needed or not. */
static enum reason
bag_open(struct job *j, struct certs *certs)
{
	struct err err;

	if (j->tst->cert_count > BAG_MOST)
		return say(j, REASON_LIMIT_CHAIN_HIT, "too many certificates");
	for (size_t i = 0; i < j->tst->cert_count; i++) {
		if (certs_get(&j->bag[i], certs, j->tst->certs[i], NULL, &err) != 0)
			return say(j, REASON_TST_SYNTAX,
			    "certificate %zu of the token: %s: %s", i,
			    reason_code(err.reason), err.text);
		if (cert_info(j->bag[i])->key_unreadable)
			return say(j, REASON_TST_SYNTAX,
			    "certificate %zu of the token: its public key cannot be read",
			    i);
	}
	return REASON_NONE;
}

static const struct cert *
bag_find(const struct job *j, struct bytes issuer, struct bytes serial)
{
	const struct cert_info *info;

	for (size_t i = 0; i < j->tst->cert_count; i++) {
		info = cert_info(j->bag[i]);
		if (bytes_equal(info->issuer_der, issuer) &&
		    bytes_equal(info->serial, serial))
			return j->bag[i];
	}
	return NULL;
}

/*
 * By name only, never "the first one in the bag": both names must mean the same
 * certificate.
 */
static enum reason
signer_find(struct job *j)
{
	const struct tst *t = j->tst;

	j->signer = bag_find(j, t->sid_issuer, t->sid_serial);
	if (j->signer == NULL)
		return say(j, REASON_TST_SIGNER_CERT,
		    "signer is not among %zu certificates", t->cert_count);
	if (t->ess_issuer.len > 0 &&
	    bag_find(j, t->ess_issuer, t->ess_serial) != j->signer)
		return say(j, REASON_TST_SIGNER_CERT,
		    "signingCertificateV2 names another certificate than the signer");
	return REASON_NONE;
}

static enum reason
ess_check(struct job *j)
{
	const struct cert_info *info = cert_info(j->signer);
	struct digest digest = info->sha256;

	if (j->tst->ess_alg == DIGEST_NONE)
		return say(j, REASON_TST_ESS_HASH, "hash algorithm is not allowed");
	if (j->tst->ess_alg != DIGEST_SHA256)
		hasher_of(j->hasher, j->tst->ess_alg, info->der, &digest);
	if (!bytes_equal(digest_value(&digest), j->tst->ess_hash))
		return say(j, REASON_TST_ESS_HASH,
		    "hash in signingCertificateV2 is not that of the signer certificate");
	return REASON_NONE;
}

static enum reason
path_find(struct job *j, struct chains *chains, const struct chain_anchors *anchors)
{
	const struct cert *extra[BAG_MOST];
	size_t count = 0;

	for (size_t i = 0; i < j->tst->cert_count; i++)
		if (j->bag[i] != j->signer)
			extra[count++] = j->bag[i];
	j->path = chain_build(chains, j->signer, extra, count, anchors, j->tst->time_end);
	/* Every digit of genTime counts, at both ends of a validity. */
	if (j->path != NULL && j->path->reason == REASON_NONE &&
	    chain_valid(j->path, j->tst->time, j->tst->time_end, NULL) != REASON_NONE)
		j->path = NULL;
	if (j->path == NULL)
		return say(j, REASON_TSA_NOT_TRUSTED,
		    "no path from %.100s to a tsa anchor at the time of the token",
		    cert_subject_text(j->signer).ptr);
	return REASON_NONE;
}

/* X.690 section 11.6: by their octets, the shorter one as if zeros followed. */
static int
by_octets(const void *a, const void *b)
{
	return bytes_cmp(*(const struct bytes *)a, *(const struct bytes *)b);
}

/*
 * RFC 5652 section 5.4: what is signed is the DER of SET OF, whatever tag and order the attributes
 * have in the SignerInfo. The caller frees; ptr NULL: too many.
 */
static struct bytes
signed_octets(struct bytes attrs)
{
	struct cursor top = cursor_of(attrs), c;
	struct bytes parts[ATTRS_MOST];
	struct der field, one;
	size_t n = 0, at;
	uint8_t *out;

	if (!der_read(&field, &top, DER_STRICT))
		return (struct bytes){ NULL, 0 };
	for (c = der_enter(&top, &field); !der_done(&c); parts[n++] = one.whole)
		if (n == COUNT(parts) || !der_read(&one, &c, DER_STRICT))
			return (struct bytes){ NULL, 0 };
	if (n > 1)
		qsort(parts, n, sizeof(*parts), by_octets);
	out = xmalloc(attrs.len);
	memcpy(out, attrs.ptr, attrs.len);
	out[0] = DER_SET;
	at = attrs.len - field.content.len;
	for (size_t i = 0; i < n; at += parts[i++].len)
		memcpy(out + at, parts[i].ptr, parts[i].len);
	return bytes_of(out, attrs.len);
}

static enum reason
signature_check(struct job *j)
{
	const struct tst *t = j->tst;
	struct cursor c = cursor_of(t->signature_alg);
	enum key_kind wanted = KEY_RSA;
	enum rawsig_kind kind = RAWSIG_PKCS1;
	struct algid alg;
	struct bytes message;
	bool yes;

	if (!algid_read(&alg, &c, DER_SHELL))
		return say(j, REASON_TST_ALG, "malformed signature algorithm");
	if (alg.kind == ALGID_RSA_PSS)
		kind = RAWSIG_PSS;
	if (alg.kind == ALGID_ECDSA) {
		kind = RAWSIG_ECDSA_DER;
		wanted = KEY_EC;
	}
	if (cert_info(j->signer)->key != wanted)
		return say(j, REASON_TST_ALG,
		    "signature algorithm %s with a key of type %s", alg.name,
		    cert_info(j->signer)->key_name);
	message = signed_octets(t->signed_attrs);
	if (message.ptr == NULL)
		return say(j, REASON_TST_ATTRS, "malformed signed attributes");
	yes = rawsig_check_cms(j->signer, kind, t->digest_alg, message, t->signature);
	free((void *)(uintptr_t)message.ptr);
	return yes ? REASON_NONE
		   : say(j, REASON_TST_SIGNATURE,
			 "signature of the token does not match");
}

static enum reason
attrs_check(struct job *j)
{
	const struct tst *t = j->tst;
	struct digest digest;

	if (!tst_is_tstinfo(t->content_type_attr))
		return say(
		    j, REASON_TST_ATTRS, "contentType attribute is not id-ct-TSTInfo");
	hasher_of(j->hasher, t->digest_alg, t->tstinfo, &digest);
	if (!bytes_equal(digest_value(&digest), t->message_digest_attr))
		return say(j, REASON_TST_ATTRS,
		    "messageDigest attribute is not the digest of the TSTInfo");
	return REASON_NONE;
}

static enum reason
time_check(struct job *j)
{
	const struct tst *t = j->tst;
	size_t at;

	if (t->has_signing_time &&
	    chain_valid(j->path, t->signing_time, t->signing_time, &at) != REASON_NONE)
		return say(j, REASON_TST_SIGNING_TIME,
		    "signingTime is outside the validity of certificate %zu", at);
	return REASON_NONE;
}

static enum reason
path_check(struct job *j)
{
	const struct cert_info *info = cert_info(j->signer);

	/* RFC 3161 section 2.3: this purpose, only this, and critical. */
	if (info->eku != EKU_TIME || info->eku_count != 1 || !info->eku_critical)
		return say(j, REASON_TSA_EKU,
		    "extendedKeyUsage is not critical timeStamping alone");
	if (j->path->reason != REASON_NONE)
		return say(j, j->path->reason, "%s", j->path->detail);
	return REASON_NONE;
}

enum reason
tst_verify(const struct tst *t, const struct chain **path, struct certs *certs,
    struct chains *chains, struct hasher *h, const struct chain_anchors *anchors,
    char *detail, size_t detail_len)
{
	struct job j = {
		.tst = t, .hasher = h, .detail = detail, .detail_len = detail_len
	};
	enum reason r;

	if (path != NULL)
		*path = NULL;
	say(&j, REASON_NONE, "%s", "");
	if ((r = bag_open(&j, certs)) != REASON_NONE ||
	    (r = signer_find(&j)) != REASON_NONE || (r = ess_check(&j)) != REASON_NONE ||
	    (r = path_find(&j, chains, anchors)) != REASON_NONE)
		return r;
	if (path != NULL)
		*path = j.path;
	if ((r = signature_check(&j)) != REASON_NONE ||
	    (r = attrs_check(&j)) != REASON_NONE || (r = time_check(&j)) != REASON_NONE)
		return r;
	return path_check(&j);
}
