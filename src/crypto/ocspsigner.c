/* SPDX-License-Identifier: Apache-2.0 */
/* What an OCSP response is about, and whether its signer may say it. */
#include <stdarg.h>
#include <stdio.h>

#include <openssl/objects.h>

#include "crypto/dn.h"
#include "crypto/ocsp.h"
#include "crypto/ossl_types.h"
#include "crypto/weaksig.h"

/*
 * SHA-1 of a name or key: RFC 6960 sections 4.1.1 and 4.2.1 use it to find an issuer, not
 * to prove anything; the signature does that.
 */
static bool
sha1_is(struct ossl *lib, struct bytes data, struct bytes want)
{
	unsigned char value[EVP_MAX_MD_SIZE];
	size_t len = 0;

	ossl_forget();
	if (EVP_Q_digest(lib->ctx, "SHA1", NULL, data.ptr, data.len, value, &len) != 1)
		len = 0;
	ossl_forget();
	return len > 0 && bytes_equal(bytes_of(value, len), want);
}

static bool
hash_is(
    struct ossl *lib, const struct ocsp_single *s, struct bytes data, struct bytes want)
{
	unsigned char value[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (s->hash_sha1)
		return sha1_is(lib, data, want);
	if (s->hash == DIGEST_NONE)
		return false;
	ossl_forget();
	if (EVP_Digest(data.ptr, data.len, value, &len, lib->md[s->hash], NULL) != 1)
		len = 0;
	ossl_forget();
	return len > 0 && bytes_equal(bytes_of(value, len), want);
}

/* The key as it is hashed: content of the BIT STRING, without the octet of spare bits. */
static struct bytes
key_bits(const struct cert *c)
{
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(c->x509);

	return bytes_of(ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits));
}

bool
ocsp_asks_issuer(const struct ocsp_single *s, const struct cert *issuer)
{
	return hash_is(issuer->lib, s, issuer->info.subject_der, s->issuer_name_hash) &&
	       hash_is(issuer->lib, s, key_bits(issuer), s->issuer_key_hash);
}

bool
ocsp_answers(
    const struct ocsp_single *s, const struct cert *cert, const struct cert *issuer)
{
	return bytes_equal(s->serial, cert->info.serial) &&
	       bytes_equal(cert->info.issuer_der, issuer->info.subject_der) &&
	       ocsp_asks_issuer(s, issuer);
}

/* Any hash that the library knows; false: `want` cannot be that of `data`. */
static bool
may_be_hash(
    struct ossl *lib, const struct ocsp_single *s, struct bytes data, struct bytes want)
{
	unsigned char value[EVP_MAX_MD_SIZE];
	const unsigned char *at;
	ASN1_OBJECT *oid;
	size_t len = 0;
	uint8_t der[DER_OID_MOST + 2];
	bool known;

	if (s->hash_sha1 || s->hash != DIGEST_NONE)
		return hash_is(lib, s, data, want);
	if (s->hash_oid.len > DER_OID_MOST)
		return true;
	der[0] = DER_OID;
	der[1] = (uint8_t)s->hash_oid.len;
	memcpy(der + 2, s->hash_oid.ptr, s->hash_oid.len);
	at = der;
	ossl_forget();
	oid = d2i_ASN1_OBJECT(NULL, &at, (long)s->hash_oid.len + 2);
	known = oid != NULL && OBJ_obj2nid(oid) != NID_undef &&
		EVP_Q_digest(lib->ctx, OBJ_nid2sn(OBJ_obj2nid(oid)), NULL, data.ptr,
		    data.len, value, &len) == 1;
	ASN1_OBJECT_free(oid);
	ossl_forget();
	return !known || bytes_equal(bytes_of(value, len), want);
}

bool
ocsp_may_answer(
    const struct ocsp_single *s, const struct cert *cert, const struct cert *issuer)
{
	return bytes_equal(s->serial, cert->info.serial) &&
	       may_be_hash(issuer->lib, s, key_bits(issuer), s->issuer_key_hash);
}

bool
ocsp_nocheck(const struct cert *responder)
{
	return responder->info.ocsp_nocheck;
}

struct job {
	const struct ocsp *ocsp;
	const struct cert *issuer;
	struct when time;
	char *detail;
	size_t len;
};

static enum reason say(const struct job *j, enum reason reason, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

static enum reason
say(const struct job *j, enum reason reason, const char *fmt, ...)
{
	va_list args;

	if (j->detail == NULL || j->len == 0)
		return reason;
	va_start(args, fmt);
	vsnprintf(j->detail, j->len, fmt, args);
	va_end(args);
	return reason;
}

/* As RFC 5280 section 7.1 compares them: a signature is asked for next. */
static bool
same_name(struct bytes a, struct bytes b)
{
	struct arena mem;
	bool same;

	if (bytes_equal(a, b))
		return true;
	arena_init(&mem, 0);
	same = bytes_equal(dn_key(&mem, a), dn_key(&mem, b));
	arena_clear(&mem);
	return same;
}

/* Does the ResponderID mean this certificate? */
static bool
named(const struct ocsp *o, const struct cert *c)
{
	if (o->responder_name.len > 0)
		return same_name(o->responder_name, c->info.subject_der);
	return sha1_is(c->lib, key_bits(c), o->responder_key);
}

/*
 * RFC 6960 section 4.2.2.2: a certificate by which the issuer itself lets another one
 * answer.
 */
static enum reason
appointed(const struct job *j, const struct cert *c)
{
	const struct cert_info *i = &c->info, *ca = &j->issuer->info;

	if (!same_name(i->issuer_der, ca->subject_der) || i->weak_sigalg ||
	    !cert_signed_by(c, j->issuer))
		return say(j, REASON_OCSP_RESPONDER,
		    "responder certificate is not from the issuer of the certificate");
	if (!ca->is_ca || (ca->has_ku && (ca->ku & USAGE_CERT_SIGN) == 0))
		return say(j, REASON_OCSP_RESPONDER,
		    "issuer of the responder certificate may not issue certificates");
	/* anyExtendedKeyUsage is not enough: the RFC wants this purpose by name. */
	if (!i->has_eku || (i->eku & EKU_OCSP) == 0)
		return say(j, REASON_OCSP_RESPONDER,
		    "responder certificate is not for OCSPSigning");
	/*
	 * An authority below the issuer would speak for its siblings and for itself. The
	 * RFC does not forbid it; nobody means it.
	 */
	if (i->is_ca)
		return say(j, REASON_OCSP_RESPONDER, "responder certificate is a CA's");
	if (i->has_ku && (i->ku & USAGE_DIGITAL_SIGNATURE) == 0)
		return say(j, REASON_OCSP_RESPONDER,
		    "key usage of the responder certificate lacks digitalSignature");
	if (i->unknown_critical)
		return say(j, REASON_OCSP_RESPONDER,
		    "responder certificate has the unknown critical extension %.100s",
		    i->unknown_critical_oid.ptr);
	if (when_cmp(j->time, i->not_before) < 0 || when_cmp(j->time, i->not_after) > 0)
		return say(j, REASON_OCSP_RESPONDER,
		    "responder certificate is not valid at the time of evaluation");
	return REASON_NONE;
}

static enum reason
signature_check(const struct job *j, const struct cert *signer)
{
	struct cursor c = cursor_of(j->ocsp->signature_alg);
	enum rawsig_kind kind = RAWSIG_PKCS1;
	struct algid alg;

	if (j->ocsp->weak || !algid_read(&alg, &c, DER_STRICT))
		return say(j, REASON_OCSP_BAD_SIGNATURE,
		    "signature algorithm %s is weak or unknown", j->ocsp->signed_with);
	if (signer->ca_key_reason != REASON_NONE)
		return say(j, REASON_OCSP_BAD_SIGNATURE, "key of the responder: %s",
		    reason_code(signer->ca_key_reason));
	if (alg.kind == ALGID_RSA_PSS)
		kind = RAWSIG_PSS;
	if (alg.kind == ALGID_ECDSA)
		kind = RAWSIG_ECDSA_DER;
	if (!rawsig_check_cms(signer, kind, alg.hash, j->ocsp->tbs, j->ocsp->signature))
		return say(j, REASON_OCSP_BAD_SIGNATURE,
		    "signature of the response is not by the key of %.100s",
		    signer->subject_text.ptr);
	return REASON_NONE;
}

/*
 * The answer of the first candidate that passes, else of the one that came farthest: a
 * bad signature by one who may answer says more than a stranger's certificate.
 */
enum reason
ocsp_responder(const struct cert **responder, const struct ocsp *o, struct certs *certs,
    const struct cert *issuer, struct when time, char *detail, size_t len)
{
	const struct job j = { o, issuer, time, detail, len };
	const struct job quiet = { o, issuer, time, NULL, 0 };
	enum reason best = REASON_NONE, reason;
	const struct cert *c;

	*responder = NULL;
	if (named(o, issuer)) {
		best = signature_check(&j, issuer);
		if (best == REASON_NONE) {
			*responder = issuer;
			return REASON_NONE;
		}
	}
	for (size_t i = 0; i < o->cert_count; i++) {
		if (certs_get_lax(&c, certs, o->certs[i], NULL, NULL) != 0 ||
		    c == issuer || !named(o, c))
			continue;
		reason = appointed(best == REASON_OCSP_BAD_SIGNATURE ? &quiet : &j, c);
		if (reason == REASON_NONE)
			reason = signature_check(&j, c);
		if (reason == REASON_NONE) {
			*responder = c;
			return REASON_NONE;
		}
		if (best != REASON_OCSP_BAD_SIGNATURE)
			best = reason;
	}
	if (best == REASON_NONE)
		best = say(&j, REASON_OCSP_RESPONDER,
		    "neither the issuer nor a certificate inside is the named responder");
	return best;
}

static bool
signed_by(const struct ocsp *o, const struct cert *signer)
{
	return weaksig_check(signer, o->signature_alg, o->tbs, o->signature);
}

bool
ocsp_meant(const struct ocsp *o, struct certs *certs, const struct cert *issuer)
{
	const struct cert *c;

	if (signed_by(o, issuer))
		return true;
	for (size_t i = 0; i < o->cert_count; i++)
		if (certs_get_lax(&c, certs, o->certs[i], NULL, NULL) == 0 && c != issuer &&
		    (c->info.eku & EKU_OCSP) != 0 &&
		    same_name(c->info.issuer_der, issuer->info.subject_der) &&
		    cert_signed_by(c, issuer) && signed_by(o, c))
			return true;
	return false;
}
