/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_BLOCK_H
#define AUDIT_BLOCK_H
/* Inside this folder only: judgements that are there, under what became of their input. */
#include "audit/handle.h"
#include "crypto/digest.h"
#include "verdict/outcome.h"

/*
 * The same problem of the same octets has the same fingerprint in every run: no name,
 * path, tag or time goes into it. `envelope` is the digest of the signature's, or "".
 */
void block_fingerprint(char out[65], struct hasher *h, const char *code,
    struct str digest, const char *envelope);

/* Each artifact of the input gets the input's reason as a finding that blocks (verdict/outcome.h). */
int block_artifacts(struct db *db, struct hasher *h, int64_t input,
    const struct input_outcome *o, struct err *err);

/* What is said of an input that a run did not come to the end of. */
#define BLOCK_NOT_ENDED "the run ended before this input did"

/*
 * For whoever holds the run lock: runs that still say they are running are interrupted, inputs
 * that did not come to their end are unknown, and so is all that is in them.
 */
int block_stale(struct db *db, const char *now, struct err *err);

#endif
