/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CERT_H
#define CRYPTO_CERT_H
/*
 * One X.509 certificate (RFC 5280) and its fields, and the table that parses each distinct one
 * once per worker.
 *
 * Strict: DER only (RFC 5280 4.1, X.690 10 and 11), nothing behind it, re-encoding gives the same
 * octets, both algorithm fields equal (4.1.1.2), dates in the two allowed forms (4.1.2.5), serial
 * positive and at most 20 octets (4.1.2.2), no extension twice (4.2). Nothing is said about trust.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/when.h"
#include "crypto/digest.h"
#include "crypto/ossl.h"
#include "crypto/sigalg.h"

struct cert;            /* opaque: holds OpenSSL objects; owned by the intern table */
struct certs;           /* intern table: exact DER -> struct cert */

struct certs *certs_new(struct ossl *lib, const struct limits *limits);
void certs_free(struct certs *c);
DEFINE_AUTO(struct certs, certs_free)

/*
 * The certificate with exactly these octets, parsed at most once. *out is borrowed and lives as
 * long as the table. Fails with limit.cert, limit.der-depth, cert.not-der, cert.alg-mismatch,
 * cert.time, cert.serial, cert.extension, cert.name, cert.alt-name. The table only grows: who
 * reads very many certificates frees it and the chains over it between two artifacts.
 */
int certs_get(const struct cert **out, struct certs *table, struct bytes der,
    const struct where *at, struct err *err);
/*
 * The same without what only the Notary Project's verifier refuses (names that do not fit their
 * string type, for one): for revocation data, where bad news counts whoever wrote the names.
 */
int certs_get_lax(const struct cert **out, struct certs *table, struct bytes der,
    const struct where *at, struct err *err);
size_t certs_count(const struct certs *table);

enum key_kind { KEY_OTHER, KEY_RSA, KEY_EC, KEY_RSA_PSS };

struct cert_info {              /* plain values; all views borrow from the certificate */
	struct bytes der;
	struct digest sha256, spki_sha256;
	struct bytes subject_der, issuer_der;   /* whole Name, tag included */
	struct bytes serial;                    /* content octets of the INTEGER */
	struct when not_before, not_after;
	enum key_kind key;
	unsigned key_bits;
	const char *key_name;           /* "RSA", "EC P-256", "Ed25519" ... for display */
	enum sigalg sigalg;             /* that fits the key, or SIGALG_NONE: the leaf decides */
	bool odd_serial;                /* zero, or longer than 20 octets (RFC 5280 section 4.1.2.2) */
	bool key_unreadable;            /* the reference refuses whatever holds this certificate */
	enum reason key_reason;         /* why sigalg is NONE: key.unsupported, key.weak, key.explicit-params */
	const char *signed_with;        /* signature algorithm of the issuer, for display: "sha256WithRSAEncryption" */
	bool weak_sigalg;               /* MD5, SHA-1, or none that is known */
	bool v3;
	bool self_issued;               /* subject and issuer octets equal */
	bool has_bc, bc_critical, is_ca;
	int64_t path_len;               /* -1: none */
	bool has_ku, ku_critical;
	unsigned ku;                    /* USAGE_ bits */
	bool has_eku, eku_critical;
	unsigned eku;                   /* EKU_ bits */
	size_t eku_count;               /* all values, unknown ones too */
	bool unknown_critical;          /* a critical extension this program does not evaluate */
	struct str unknown_critical_oid;
	bool has_name_constraints;
	bool has_ocsp, has_crl, has_freshest;   /* names at least one pointer of that kind */
	const struct str *ocsp_urls, *crl_urls;
	size_t ocsp_url_count, crl_url_count;
	/*
	 * A point with cRLIssuer or reasons is covered only by a list that says so (RFC 5280 6.3.3): the
	 * URLs of such points, and whether there is one without a URL.
	 */
	const bool *crl_url_limited;
	bool has_limited_point;
	bool ocsp_nocheck;              /* id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1) */
	struct bytes ski, aki;          /* key identifiers, may be empty */
};

enum { USAGE_DIGITAL_SIGNATURE = 1, USAGE_NON_REPUDIATION = 2, USAGE_KEY_ENCIPHERMENT = 4,
	USAGE_DATA_ENCIPHERMENT = 8, USAGE_KEY_AGREEMENT = 16, USAGE_CERT_SIGN = 32, USAGE_CRL_SIGN = 64,
	USAGE_ENCIPHER_ONLY = 128, USAGE_DECIPHER_ONLY = 256 };
enum { EKU_SERVER = 1, EKU_CLIENT = 2, EKU_CODE = 4, EKU_EMAIL = 8, EKU_TIME = 16, EKU_OCSP = 32,
	EKU_ANY = 64, EKU_UNKNOWN = 128 };

const struct cert_info *cert_info(const struct cert *c);

/* RFC 4514 text of subject or issuer, control characters escaped: for people and the record. */
struct str cert_subject_text(const struct cert *c);
struct str cert_issuer_text(const struct cert *c);
/* Subject as `openssl`-neutral short form used by notation views: last RDN first, "," without space. */

/* Is `c` signed by the key of `issuer`? Nothing but the signature is looked at. Memoised per pair. */
bool cert_signed_by(const struct cert *c, const struct cert *issuer);
/* Signed by its own key and issuer name = subject name, octet for octet. */
bool cert_self_signed(const struct cert *c);

/*
 * Split a trust store file (PEM: every block must be a certificate, text around is ignored; else
 * DER certificates back to back) into DER. Fails with truststore.cert; an empty file fails.
 */
int cert_split(struct bytes **out, size_t *count, struct arena *mem, struct bytes file,
    const struct where *at, struct err *err);

#endif
