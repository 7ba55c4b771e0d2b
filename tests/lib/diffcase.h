/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_DIFFCASE_H
#define TESTS_LIB_DIFFCASE_H
/*
 * Cases for the comparison with the Notary Project's own verifier: each a folder that both can read
 * as it is.
 *
 *   NAME/layout/    an OCI image layout with one image
 *   NAME/config/    a Notation configuration: trustpolicy.json, truststore/
 *   NAME/cache/     revocation lists as a Notation cache: SHA-256 of the URL -> JSON
 *   NAME/ocsp/      OCSP responses, for assay
 *   NAME/urls       "URL<tab>file" for each list and response, for who would download them
 *   NAME/reference  what to verify: repository@digest
 *
 * The reference knows no other time than the clock's, so what must be valid runs to 2049 and what
 * must be out of date ended in 2025.
 */
#include "tests/lib/forge.h"

struct diffurl {
	const char *url;
	struct bytes base, delta;       /* a list, its delta; or an OCSP response in base */
	const char *delta_url;
	bool ocsp;
};

struct diffcase {
	const char *verification;       /* JSON with ' for "; NULL: 'level':'strict' */
	const char *stores;             /* NULL: 'ca:root' */
	const char *identities;         /* NULL: the organization of the committed authority */
	const char *scopes;             /* NULL: '*' */
	const char *document;           /* instead: the whole trustpolicy.json */
	const char *repository;         /* NULL: registry.example/a/b */
	const struct forge_envelope *envelopes;
	size_t envelope_count;          /* 0: not signed */
	struct bytes (*edit)(struct forge *f, struct bytes envelope); /* NULL: as it was made */
	const struct diffurl *urls;
	size_t url_count;
	struct bytes extra_anchor;      /* store ca:extra */
};

struct diffcases {
	struct forge *f;                /* for what all cases share */
	const char *out;
	struct forge_chain ca, tsa, alone, stranger;
	unsigned count;
};

void diffcases_open(struct diffcases *d, const char *out);
void diffcases_close(struct diffcases *d);
/* Writes one case; ends the program on any failure. `name` has no blank and no slash. */
void diffcase_write(struct diffcases *d, const char *name, const struct diffcase *c);

#endif
