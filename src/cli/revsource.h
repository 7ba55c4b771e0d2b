/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REVSOURCE_H
#define CLI_REVSOURCE_H
/* Where revocation data lies: options that several commands share. */
#include "cli/config.h"
#include "trust/revdata.h"

struct revsource { /* C strings; NULL: not given */
	const char *crl_dir, *ocsp_dir, *cache, *map;
};

#define REVSOURCE_ROWS                                                                   \
	OPT_ROW_PATH(REVSOURCE, revsource, crl_dir, "crl-dir", "DIR",                    \
	    "revocation lists (crl/ of the policy folder)"),                             \
	    OPT_ROW_PATH(REVSOURCE, revsource, ocsp_dir, "ocsp-dir", "DIR",              \
		"OCSP responses (ocsp/ of the policy folder)"),                          \
	    OPT_ROW_PATH(REVSOURCE, revsource, cache, "notation-crl-cache", "DIR",       \
		"a copy of Notation's cache of revocation lists"),                       \
	    OPT_ROW_PATH(REVSOURCE, revsource, map, "crl-map", "FILE",                   \
		"JSON object: URL to file name of a revocation list")

/* Reads all of it, and what the policy folder holds. Fails as revdata_load. */
int revsource_load(struct revdata *out, const struct revsource *s, struct config *c,
    struct ossl *lib, struct err *err);

#endif
