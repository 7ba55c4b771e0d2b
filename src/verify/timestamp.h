/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_TIMESTAMP_H
#define VERIFY_TIMESTAMP_H
/*
 * Authentic time stamp: was every certificate of the signing chain valid at a time that can be
 * believed? (Notary Project trust policy specification, "Trust Policy: Authentic Timestamp";
 * RFC 3161 for the tokens.)
 */
#include "envelope/envelope.h"
#include "verify/check.h"

struct timestamp_in {
	const struct envelope *envelope;
	const struct chain *chain;
	int signature;                  /* index in the verdict */
};

/* Appends one authenticTimestamp step, with the action of the statement. -1 only for ERR_ENV. */
int timestamp_check(struct verdict *v, const struct check_job *job, const struct timestamp_in *in,
    struct err *err);

#endif
