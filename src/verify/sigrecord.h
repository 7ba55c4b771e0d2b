/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_SIGRECORD_H
#define VERIFY_SIGRECORD_H
/* From parsed signatures and certificates to the plain values that the record keeps. */
#include "envelope/envelope.h"
#include "verify/check.h"

/* Start a signature in the verdict, by the digest of its manifest or file; yields its index. */
int sigrecord_begin(struct verdict *v, struct str digest);
void sigrecord_envelope(struct verdict *v, int signature, const struct envelope *e);
/* The chain of signer or TSA: digests into the signature, certificates beside it. */
void sigrecord_chain(struct verdict *v, int signature, const struct chain *chain);
void sigrecord_tsa(struct verdict *v, int signature, const struct chain *path);

#endif
