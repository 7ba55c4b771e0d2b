/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_OCSP_H
#define CRYPTO_OCSP_H
/*
 * OCSP responses (RFC 6960) that were brought along as files.
 *
 * Strict DER, nothing behind it, responseStatus successful, type id-pkix-ocsp-basic. Parsing says
 * nothing about trust. All views borrow from the octets or the arena.
 */
#include "codec/der.h"
#include "crypto/cert.h"

enum ocsp_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };

struct ocsp_single { /* SingleResponse, RFC 6960 section 4.2.1 */
	enum digest_alg hash; /* of the CertID; DIGEST_NONE: none that is allowed */
	bool hash_sha1; /* SHA-1, allowed here alone: it names, it does not protect */
	struct bytes hash_oid; /* as it stands there */
	struct bytes issuer_name_hash, issuer_key_hash;
	struct bytes serial; /* content octets of the INTEGER */
	enum ocsp_status status;
	struct when revoked_at; /* OCSP_REVOKED */
	int reason; /* CRLReason, -1: none */
	struct when this_update, next_update;
	bool has_next_update;
	bool unknown_critical; /* a critical single extension: not usable */
};

struct ocsp {
	struct bytes der;
	struct digest sha256; /* of der */
	struct bytes tbs; /* ResponseData, tag included */
	struct bytes signature_alg, signature;
	const char *signed_with;
	bool weak; /* MD5, SHA-1, or none that is known */
	struct bytes responder_name; /* whole Name; empty: by key */
	struct bytes responder_key; /* SHA-1 of the key (KeyHash); empty: by name */
	struct when produced_at;
	struct bytes *certs; /* DER, as found; not parsed yet */
	size_t cert_count;
	struct ocsp_single *singles;
	size_t single_count;
	bool unknown_critical; /* a critical extension of the response */
	/* Of ocsp_parse_faulty: why it was refused; it can prove nothing good. Else absent. */
	struct str fault;
};

/* Fails with limit.ocsp, ocsp.malformed, ocsp.status (not successful, or another type). */
int ocsp_parse(struct ocsp *out, struct arena *mem, struct bytes der,
    struct hasher *hasher, const struct limits *limits, const struct where *at,
    struct err *err);

/*
 * What can be known of a response that ocsp_parse refused: enough to ask who signed it, and whether it
 * revokes a certificate. As crl_parse_faulty does for lists.
 */
bool ocsp_parse_faulty(struct ocsp *out, struct arena *mem, struct bytes octets,
    struct hasher *hasher, struct str fault);
/* CertID (RFC 6960 section 4.1.1), the next value of `c`, into the first members of *s. */
bool ocsp_cert_id_read(struct ocsp_single *s, struct cursor *c, enum der_form form);

/*
 * Is this answer about `cert`, issued by `issuer`? Names and key are hashed again with the named
 * hash: SHA-1, SHA-256, SHA-384, SHA-512; all three parts must fit.
 */
bool ocsp_answers(
    const struct ocsp_single *s, const struct cert *cert, const struct cert *issuer);
/*
 * May it be, though it does not? The serial number fits, and the key as far as its hash can be known,
 * but the name is written in another way, or the hash is one that is not allowed.
 */
bool ocsp_may_answer(
    const struct ocsp_single *s, const struct cert *cert, const struct cert *issuer);

/* Is this answer about some certificate of this issuer? Its name and its key must fit, as above. */
bool ocsp_asks_issuer(const struct ocsp_single *s, const struct cert *issuer);

/*
 * Who signed the response? The issuer itself, or a certificate in the response that the issuer's
 * key signed, whose issuer name is the issuer's subject, that names OCSPSigning, may sign
 * (keyUsage, if any, has digitalSignature), fits the ResponderID and is valid at `time` (RFC 6960
 * section 4.2.2.2); no CA is one, and keys and algorithms are as strong as in chains. REASON_NONE
 * with *responder set (`issuer`, or the delegate), or ocsp.bad-signature, ocsp.responder. `detail`
 * gets words, at most `len`. Whether a delegate was revoked is asked elsewhere.
 */
enum reason ocsp_responder(const struct cert **responder, const struct ocsp *o,
    struct certs *certs, const struct cert *issuer, struct when time, char *detail,
    size_t len);
/*
 * Nobody may say it, as above; but did the issuer sign it, or a certificate inside that the issuer's
 * key signed and that names OCSPSigning, by whatever algorithm and at whatever time? Then it is
 * news, though it proves nothing good.
 */
bool ocsp_meant(const struct ocsp *o, struct certs *certs, const struct cert *issuer);
/* Does the certificate carry id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1)? */
bool ocsp_nocheck(const struct cert *responder);

#endif
