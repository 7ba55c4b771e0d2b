/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_REVOKED_H
#define VERIFY_REVOKED_H
/*
 * Was a certificate of the chain revoked (RFC 5280 section 6.3, RFC 6960; Notary
 * Project signature specification, "Certificate Revocation")? Asked of the files in
 * trust/revdata, for each certificate but the root. No data, stale data and bad data
 * are never good.
 */
#include "trust/revdata.h"
#include "verify/check.h"

/* Best first; a chain is as its worst certificate. */
enum revocation {
	REVOCATION_GOOD, /* non-revokable ones among them, or nothing else */
	REVOCATION_UNKNOWN,
	REVOCATION_REVOKED
};

/*
 * A worker's own memory: which list is signed by which issuer, what it says of a serial
 * number. Values are facts about octets, never verdicts: freshness is asked at each
 * use.
 */
struct revoker;
struct revoker *revoker_new(const struct revdata *data, struct certs *certs,
    struct hasher *hasher, const struct limits *limits);
void revoker_free(struct revoker *r);
DEFINE_AUTO(struct revoker, revoker_free)

/* What it cost so far: a list or a response is verified once per issuer. */
struct revoker_counts {
	uint64_t lists_verified, lists_searched, responses_verified;
};
struct revoker_counts revoker_counts(const struct revoker *r);

struct revoked_question {
	const struct chain *chain;
	struct when time; /* T: freshness of the data is judged at it */
	/*
	 * T was chosen, it is not the time of the run: data of a later date is nothing
	 * strange then, and counts only if it is bad news.
	 */
	bool time_chosen;
	/*
	 * An authentic signing time (scheme notary.x509.signingAuthority): an entry whose
	 * invalidityDate lies after it does not count. Nothing else may set it.
	 */
	bool has_signing_time;
	struct when signing_time;
	const struct check_job *budget; /* whose processor time it costs; NULL: no limit */
};

struct revoked_result {
	enum revocation result; /* worst of the chain */
	/* NONE, or of the first such certificate: revocation.revoked, or why unknown */
	enum reason reason;
	size_t at; /* index of that certificate */
	struct str detail; /* one line about it */
	/*
	 * JSON object for the step: {"certificates": [ { subject, serial, method,
	 * result, code, file, sha256, number, this_update, next_update, delta, notes ...
	 * } ]}. Notes are of each file that is or may be about the certificate and did not
	 * count, or not in the ordinary way.
	 */
	struct str data;
	/* Time was up before all files were looked at: what is left may say anything. */
	bool late;
	bool asked; /* some certificate was decided by data, or should have been */
};
/* `r` NULL: no data at all. */
void revoked_chain(struct revoked_result *out, struct revoker *r, struct arena *mem,
    const struct revoked_question *q);

#endif
