/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REVSOURCE_H
#define CLI_REVSOURCE_H
/* Where revocation data lies: options that several commands share. */
#include "cli/config.h"
#include "trust/revdata.h"

struct revsource { /* C strings; NULL: not given */
	const char *crl_dir, *ocsp_dir, *cache, *map;
};

/* Ids of the rows below. */
enum { REVSOURCE_CRL_DIR = -200, REVSOURCE_OCSP_DIR, REVSOURCE_CACHE, REVSOURCE_MAP };
#define REVSOURCE_ROWS                                                                   \
	{ REVSOURCE_CRL_DIR, "crl-dir", "DIR",                                           \
		"revocation lists (crl/ of the policy folder)" },                        \
	    { REVSOURCE_OCSP_DIR, "ocsp-dir", "DIR",                                     \
		    "OCSP responses (ocsp/ of the policy folder)" },                     \
	    { REVSOURCE_CACHE, "notation-crl-cache", "DIR",                              \
		    "a copy of Notation's cache of revocation lists" },                  \
	{                                                                                \
		REVSOURCE_MAP, "crl-map", "FILE",                                        \
		    "JSON object: URL to file name of a revocation list"                 \
	}

/* Takes the value of such a row; false: the id is another's. */
bool revsource_set(struct revsource *s, int id, const char *value);
/* Reads all of it, and what the policy folder holds. Fails as revdata_load. */
int revsource_load(struct revdata *out, const struct revsource *s, struct config *c,
    struct ossl *lib, struct err *err);

#endif
