/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CRL_H
#define CRYPTO_CRL_H
/*
 * Certificate revocation lists (RFC 5280 section 5), base and delta.
 *
 * The list is read where it lies: OpenSSL would hold some 300 octets for each entry, which makes
 * 112 MB of a list of 14 MB. Strict DER, nothing behind it, both algorithm fields equal. Parsing
 * says nothing about trust: who signed it and what it covers are questions of their own. All views
 * borrow from the octets or the arena.
 */
#include "crypto/cert.h"

struct crl_points { /* IssuingDistributionPoint, RFC 5280 section 5.2.5 */
	bool present;
	struct bytes der; /* the extension's value, for comparison */
	bool has_name; /* a distributionPoint is there ... */
	bool relative; /* ... as nameRelativeToCRLIssuer: never resolved */
	const struct str *urls; /* ... or with these URIs in fullName; may be none */
	size_t url_count;
	bool only_users, only_cas, only_attributes, some_reasons, indirect;
};

extern const char *const crl_pem_labels[]; /* for pem_next */

struct crl {
	struct bytes der;
	struct digest sha256; /* of der */
	struct bytes tbs; /* what is signed, tag included */
	struct bytes signature_alg; /* AlgorithmIdentifier */
	struct bytes signature;
	const char *signed_with; /* "sha256WithRSAEncryption"; "unknown" */
	bool weak; /* MD5, SHA-1, or none that is known */
	struct bytes issuer_der; /* whole Name, tag included */
	struct str issuer_text; /* RFC 4514, escaped, for people */
	struct when this_update, next_update;
	bool has_next_update;
	struct bytes number; /* big-endian, no leading zero octets; ptr NULL: absent */
	bool is_delta;
	struct bytes base_number; /* deltaCRLIndicator, as number */
	struct bytes aki; /* keyIdentifier; empty: absent */
	struct crl_points points;
	bool has_freshest; /* names at least one place of a delta */
	const struct str *freshest; /* URIs */
	size_t freshest_count;
	/*
	 * A critical extension of the list, or of any entry, that is not evaluated here: then it says
	 * nothing about any certificate (RFC 5280 sections 5.2 and 5.3).
	 */
	bool unknown_critical;
	struct str unknown_critical_oid;
	/*
	 * Some entry has a critical certificateIssuer (RFC 5280 section 5.3.3), which an indirect list
	 * alone may have.
	 */
	bool names_issuers;
	/* Of crl_parse_faulty: why it was refused; it can prove nothing good. Else absent. */
	struct str fault;
	struct bytes entries; /* content of revokedCertificates; may be empty */
	uint64_t entry_count;
};

/*
 * Parse one list. Every entry is walked once, so that a later look-up cannot meet a malformed
 * frame. Fails with limit.crl and crl.malformed.
 */
int crl_parse(struct crl *out, struct arena *mem, struct bytes der, struct hasher *hasher,
    const struct limits *limits, const struct where *at, struct err *err);

/*
 * What can be known of a list that crl_parse refused: enough to ask who signed it, how old it is and
 * whether it names a certificate. So damage by those who make it never hides that it is there. Octets
 * behind it are left out. What it does not say in a way that can be read is taken for the worst: it
 * covers everything, it is newer than all. `fault`, which lives as long, says why it was refused.
 * False: not even that can be known.
 */
bool crl_parse_faulty(struct crl *out, struct arena *mem, struct bytes octets,
    struct hasher *hasher, struct str fault);

/*
 * Split a file into the DER of its lists: PEM ("X509 CRL" blocks, text around is ignored, another
 * block is a fault) or one DER value. In the arena. The limit is of one list; crl_file_most() is what
 * a file may have: a base and its delta in PEM, a third longer, and some text. Fails with crl.malformed and limit.crl.
 */
size_t crl_file_most(const struct limits *limits);
int crl_split(struct bytes **out, size_t *count, struct arena *mem, struct bytes file,
    const struct limits *limits, const struct where *at, struct err *err);

/*
 * Is it signed by the key of `issuer`? Nothing but the signature is looked at; false also for a
 * weak or unknown algorithm. Costs a hash over the whole list: the caller remembers the answer.
 */
bool crl_signed_by(const struct crl *c, const struct cert *issuer);
/* The same by an algorithm that proves nothing good (crypto/weaksig.h). */
bool crl_signed_weakly(const struct crl *c, const struct cert *issuer);

/* -1, 0, 1; an absent number is less than any. */
int crl_number_cmp(struct bytes a, struct bytes b);
/* Lower-case hex of a number, "" if absent. */
struct str crl_number_text(struct arena *mem, struct bytes number);

/* RFC 5280 section 5.3.1; CRL_NO_REASON: the extension is absent. */
enum crl_reason {
	CRL_NO_REASON = -1,
	CRL_UNSPECIFIED = 0,
	CRL_KEY_COMPROMISE = 1,
	CRL_CA_COMPROMISE = 2,
	CRL_AFFILIATION_CHANGED = 3,
	CRL_SUPERSEDED = 4,
	CRL_CESSATION = 5,
	CRL_HOLD = 6,
	CRL_REMOVE = 8,
	CRL_PRIVILEGE_WITHDRAWN = 9,
	CRL_AA_COMPROMISE = 10
};
const char *crl_reason_name(
    enum crl_reason r); /* "keyCompromise"; "unspecified" for NONE */

struct crl_entry { /* one that names the serial number asked for */
	bool unusable; /* extensions malformed, or an unknown critical one */
	/* Name of the certificate's issuer in an indirect list; absent: the list's own */
	struct bytes issuer;
	struct when date;
	enum crl_reason reason;
	bool has_invalidity;
	struct when invalidity;
};
/*
 * All entries with this serial number (content octets of the INTEGER), in order; in the arena. Of a
 * faulty list as far as it can be read.
 */
struct crl_entry *crl_lookup(
    size_t *count, const struct crl *c, struct bytes serial, struct arena *mem);

#endif
