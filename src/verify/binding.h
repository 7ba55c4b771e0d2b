/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_BINDING_H
#define VERIFY_BINDING_H
/*
 * Is it this artifact that was signed? The payload of a verified envelope against the artifact
 * under test (media type, digest and size, all three), and user metadata that the caller demands.
 * Neither is ever only logged.
 */
#include "envelope/envelope.h"
#include "verify/verifier.h"

/* Appends a binding step, and a claims step if metadata is demanded. -1 only for ERR_ENV. */
int binding_check(struct verdict *v, const struct verify_job *job, const struct envelope *e,
    int signature, struct err *err);

#endif
