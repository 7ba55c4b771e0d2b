/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TOOLS_MKDIFF_H
#define TESTS_TOOLS_MKDIFF_H
/*
 * What the parts of mkdiff share: mkdiff.c, mkdiff_time.c for tokens and revocation, mkdiff_strict.c for
 * what assay alone refuses.
 */
#include "tests/lib/diffcase.h"

/* One case for a JWS and one for a COSE envelope: NAME-jws, NAME-cose. */
void mkdiff_both(struct diffcases *d, const char *name, struct diffcase c,
    struct forge_envelope env);
const char *mkdiff_text(struct diffcases *d, const char *a, const char *b);

void mkdiff_tokens(struct diffcases *d);
void mkdiff_revocation(struct diffcases *d);
void mkdiff_strict(struct diffcases *d);

#endif
