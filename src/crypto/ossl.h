/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_OSSL_H
#define CRYPTO_OSSL_H
/*
 * One worker's share of OpenSSL 3.0: a library context of its own with the default provider, no
 * configuration file, no engines, no default trust paths. Objects of one context are never used
 * by another worker. Headers of this folder show no OpenSSL type; crypto/ossl_types.h, for the
 * folder alone, does.
 *
 * The counters hold the rules that speed depends on (each distinct certificate parsed once, each
 * algorithm fetched once); tests read them.
 */
#include "base/err.h"

struct ossl;

struct ossl_counts {
	uint64_t certs_parsed, fetched, chains_built, signatures_checked;
};

/* Before anything else of OpenSSL in this process: no configuration is ever loaded. */
void ossl_process_init(void);
/* Ends the process if OpenSSL cannot give a context (memory). */
struct ossl *ossl_new(void);
void ossl_free(struct ossl *lib);
DEFINE_AUTO(struct ossl, ossl_free)
struct ossl_counts ossl_counts(const struct ossl *lib);
/* Library version as reported at run time. */
const char *ossl_version(void);

#endif
