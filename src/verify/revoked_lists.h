/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_REVOKED_LISTS_H
#define VERIFY_REVOKED_LISTS_H
/*
 * One certificate and the lists of its issuer, for revoked_news.c (what there is) and
 * revoked_crl.c (what it proves).
 */
#include "verify/revoked_parts.h"

enum { URLS_ASKED = 64 }; /* bits of `covers` */

struct news { /* a list that names the certificate without a proof, or cannot be used */
	const struct revfile *file;
	uint64_t covers; /* as in struct opinion, as far as it may */
	bool usable;
	bool names; /* the certificate, in an entry that counts */
	struct revoked_news told; /* a date of revocation: it revokes for ever */
	bool revokes;
};

struct opinion { /* of one base list that can be used */
	const struct revfile *file, *delta;
	struct revoked_entries entries;
	uint64_t covers; /* a bit for each URL of the certificate; all: covers it whole */
	size_t group; /* of lists of one scope: where it begins */
	bool fresh;
	bool held; /* the last word about a hold is that it stands ... */
	struct when held_at; /* ... since then */
	const struct news *by; /* what overtook it */
	enum reason reason; /* why it does not prove good; REASON_NONE: it does */
};

struct asked { /* one certificate under way */
	const struct revoked_ask *ask;
	struct revoked_answer *out;
	const struct cert_info *cert;
	const struct digest *urls; /* of the certificate's URLs; NULL until wanted */
	VEC(struct opinion) bases; /* by scope, fresh ones first, newest first */
	VEC(const struct revfile *) deltas; /* fresh ones, by scope, newest first */
	VEC(struct news) news;
};

/*
 * All lists of the issuer: into bases, deltas and news; why others are neither is told.
 * What revokes for ever is in the answer at once.
 */
void lists_gather(struct asked *a);
/* What is newer than the list with its delta, and is not passed over; NULL: nothing. */
const struct news *lists_overtaking(const struct asked *a, const struct opinion *o);

/* A bit for each URL that the list covers; UINT64_MAX: the certificate whole. */
uint64_t lists_covered(struct asked *a, const struct revfile *f);
struct revoked_source lists_source(const struct revfile *f);
void lists_tell(
    struct asked *a, const struct revfile *f, enum reason reason, struct str why);
/*
 * RFC 5280 section 5.3.2: the key was good until then. That helps only a signature
 * whose time an authority vouches for (notary.x509.signingAuthority). Under notary.x509
 * the reference never uses it, not even with a time stamp, and neither is it used here.
 */
bool lists_before_invalidity(const struct revoked_ask *ask, const struct crl_entry *e);
/* RFC 5280 section 5.3.1: any reason but two is for ever. */
bool lists_temporary(const struct crl_entry *e);
bool lists_fresh(const struct revoked_ask *ask, const struct crl *c);

/* Of lists: an order of scopes; 0: of one scope. */
int lists_scope_cmp(const struct crl *x, const struct crl *y);
/* RFC 5280 section 5.2.3: the number says which list is the newer one. */
int lists_age_cmp(const struct crl *x, const struct crl *y);

#endif
