/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_FORGE_OCSP_H
#define TESTS_LIB_FORGE_OCSP_H
/*
 * OCSP responses (RFC 6960), right ones and wrong ones. As in forge.h, a zero means the
 * ordinary thing: one good answer, made by the issuer itself, fresh at STAGE_NOW.
 */
#include "tests/lib/forge.h"

#define FORGE_OCSP_THIS "2026-05-30T00:00:00Z"
#define FORGE_OCSP_NEXT "2026-06-08T00:00:00Z"

enum forge_ocsp_status { FORGE_OCSP_GOOD, FORGE_OCSP_REVOKED, FORGE_OCSP_UNKNOWN };

struct forge_ocsp_single {
	struct bytes cert; /* asked for; empty: that of the response */
	struct bytes issuer; /* in the CertID; empty: that of the response */
	uint64_t serial; /* 0: that of `cert` */
	const char *hash; /* of the CertID; NULL: SHA1; SHA256, SHA384, SHA512, MD5 */
	bool break_name_hash, break_key_hash;
	enum forge_ocsp_status status;
	const char *revoked_at; /* NULL: 2026-05-01 */
	unsigned reason; /* CRLReason + 1; 0: left out */
	const char *this_update, *next_update; /* NULL: FORGE_OCSP_THIS, _NEXT */
	bool no_next_update;
	bool extension, critical; /* an unknown one; critical: so marked */
};

struct forge_ocsp {
	struct bytes cert; /* asked for */
	struct bytes issuer; /* its issuer ... */
	EVP_PKEY *issuer_key; /* ... which signs, unless a responder does */
	struct bytes responder; /* delegated certificate; empty: the issuer itself */
	EVP_PKEY *responder_key;
	const struct forge_ocsp_single *singles; /* none: one good answer for `cert` */
	size_t single_count;
	bool no_singles; /* an empty list */
	bool by_key; /* ResponderID */
	struct bytes named; /* certificate that ResponderID names; empty: the signer's */
	bool no_certs; /* the delegated certificate is left out */
	struct bytes extra_certs; /* DER, before the delegated one */
	const char *hash; /* of the signature; NULL: SHA256 */
	bool pss;
	const char *produced_at; /* NULL: FORGE_OCSP_THIS */
	unsigned version; /* written if not 0: 1 is v1 (the default), 2 is v2 */
	unsigned status; /* OCSPResponseStatus, 3 is tryLater; not 0: no answer */
	bool status_with_answer;
	const char *type; /* NULL: id-pkix-ocsp-basic */
	bool extension, critical; /* an unknown one of the response */
	bool break_signature;
	struct bytes trailer; /* behind the outer value */
};

/* An OCSPResponse, DER. */
struct bytes forge_ocsp(struct forge *f, const struct forge_ocsp *spec);

/* A delegated responder (RFC 6960 section 4.2.2.2): OCSPSigning; nocheck: with that extension. */
struct forge_cert forge_cert_responder(EVP_PKEY *key, const char *subject,
    struct bytes issuer, EVP_PKEY *issuer_key, bool nocheck);

#endif
