/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_BINDING_H
#define VERIFY_BINDING_H
/*
 * Is it this artifact that was signed? The payload of a verified envelope against the artifact
 * under test, and user metadata that the caller demands. Neither is ever only logged.
 */
#include "envelope/envelope.h"
#include "verify/verifier.h"

/*
 * Appends a binding step, and a claims step if metadata is demanded. -1 only for ERR_ENV. All three
 * count: media type, digest and size.
 */
int binding_check(struct verdict *v, const struct verify_job *job, const struct envelope *e,
    int signature, struct err *err);

struct binding_file {           /* a file under test */
	struct digest digest;           /* by the hash of the signature algorithm, no other */
	uint64_t size;
	struct str media_type;          /* absent: not compared */
};
/* The same for a file: digest, size, and the media type if somebody told one. */
int binding_check_file(struct verdict *v, const struct verify_tools *tools,
    const struct binding_file *file, const struct envelope *e, int signature, struct err *err);

#endif
