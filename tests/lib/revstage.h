/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_REVSTAGE_H
#define TESTS_LIB_REVSTAGE_H
/*
 * A private authority and a time-stamping authority of three certificates each, whose
 * lower two name an OCSP responder and a revocation list, and folders with the data that
 * they ask for. Signatures over images as in tests/lib/stage.h.
 */
#include "verify/revoked.h"

#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/stage.h"

/* The certificates that can be revoked. */
enum rev_who { REV_LEAF, REV_CA, REV_TSA, REV_TSA_CA, REV_WHO_COUNT, REV_NOBODY };
/* How the data about one of them is supplied. */
enum rev_way { REV_CRL, REV_OCSP, REV_DELTA, REV_CACHE, REV_MAP, REV_WAY_COUNT };

struct rev_part {
	const char *name; /* for files and test lines */
	struct bytes cert, issuer;
	EVP_PKEY *issuer_key;
	const char *crl, *delta, *ocsp; /* URLs; delta: in the base list */
	uint64_t serial;
};

struct revstage {
	struct stage st;
	struct rev_part parts[REV_WHO_COUNT];
	unsigned folders;
	bool crl, ocsp, cache; /* something lies there */
	struct str map; /* rows; absent: no map */
};

void revstage_open(struct revstage *s);
void revstage_close(struct revstage *s);

/* An empty folder of data. */
void revstage_begin(struct revstage *s);
/* Ordinary good data about `who`; about all but one. */
void revstage_good(struct revstage *s, enum rev_who who, enum rev_way way);
void revstage_others(struct revstage *s, enum rev_who but, enum rev_way way);
/* A list of the issuer of `who`, unless the spec names another issuer or key. */
void revstage_list(struct revstage *s, enum rev_who who, struct forge_crl spec);
/* A response about `who` by its issuer, unless the spec names others. */
void revstage_answer(struct revstage *s, enum rev_who who, struct forge_ocsp spec);
/* From here on the judge has the data of this folder. */
void revstage_use(struct revstage *s, struct judge *j);

#endif
