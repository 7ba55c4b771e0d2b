/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_REVOKED_PARTS_H
#define VERIFY_REVOKED_PARTS_H
/*
 * What the parts of the revocation check share: revoked.c (chain and report),
 * revoked_memo.c (what a worker remembers), revoked_crl.c and revoked_ocsp.c (what
 * lists and responses say of one certificate).
 */
#include "verify/revoked.h"

/* --- what a worker remembers ------------------------------------------------------- */

struct revoked_entries { /* what a list says of a serial number */
	const struct crl_entry *v;
	size_t n;
};

struct revoked_responder { /* who signed a response, at `time` */
	struct when time;
	enum reason reason; /* REASON_NONE, or why nobody counts */
	const struct cert *cert;
	struct str detail;
};

struct revoked_memo; /* a hash table in the revoker's arena */

struct revoker {
	const struct revdata *data;
	struct certs *certs;
	struct hasher *hasher;
	const struct limits *limits;
	struct arena mem;
	struct revoked_memo **memo;
	struct revoker_counts counts;
};

/* Why the list is not one of this issuer; NULL: it is, its signature holds. */
const char *revoked_list_fault(
    struct revoker *r, const struct crl *c, const struct cert *issuer);
struct revoked_entries revoked_list_entries(
    struct revoker *r, const struct crl *c, struct bytes serial);
const struct revoked_responder *revoked_responder(
    struct revoker *r, const struct ocsp *o, const struct cert *issuer, struct when time);

/* --- one certificate --------------------------------------------------------------- */

struct revoked_ask {
	struct revoker *r;
	struct arena *mem;
	const struct cert *cert, *issuer;
	struct when time;
	bool has_signing_time; /* as in struct revoked_question */
	struct when signing_time;
};

struct revoked_source { /* a file, and the part of it that is about the certificate */
	const struct revfile *file; /* NULL: none */
	struct when this_update, next_update;
	bool has_next_update;
};

struct revoked_answer {
	enum revocation result;
	enum reason reason; /* NONE: good */
	/* No file is about the certificate, but this one should have been; NULL: none. */
	const struct revproblem *problem;
	/* What decided, or told the most; the oldest of several that good rests on. */
	struct revoked_source source, delta;
	/* The list that showed the OCSP responder to be good. */
	struct revoked_source responder;
	/*
	 * Of an unknown: the newest file that names the certificate as one on hold, or in
	 * words that cannot be used. It proves nothing, and good may not be older.
	 */
	struct revoked_source doubt;
	struct when revoked_at; /* REVOCATION_REVOKED */
	enum crl_reason revocation_reason;
	struct str why; /* words about the source; absent if there is none */
	struct str pointer; /* URL of what is missing; may be absent */
};

/* The digests that a map or a cache knows the URLs of the certificate's lists by. */
const struct digest *revoked_urls(const struct revoked_ask *ask);
/* Unknown with revocation.no-data if nothing is about this issuer. */
void revoked_by_crl(struct revoked_answer *out, const struct revoked_ask *ask);
/* The same for a response about this very certificate. */
void revoked_by_ocsp(struct revoked_answer *out, const struct revoked_ask *ask);

/*
 * The answer is unknown by now: `reason` from `source` takes the place of a reason that
 * tells less. True if it did; the words are then the caller's to fill in.
 */
bool revoked_tell(
    struct revoked_answer *out, enum reason reason, struct revoked_source source);
void revoked_unknown(struct revoked_answer *out);

#endif
