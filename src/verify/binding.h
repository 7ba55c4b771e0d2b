/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_BINDING_H
#define VERIFY_BINDING_H
/*
 * Is it this target that was signed? The payload of a verified envelope against the target of the
 * job, and user metadata that the caller demands. Neither is ever only logged.
 */
#include "envelope/envelope.h"
#include "verify/check.h"

/*
 * Appends a binding step, and a claims step if metadata is demanded. -1 only for ERR_ENV. Of an
 * artifact media type, digest and size count; of a file digest and size, and the media type if
 * somebody told one.
 */
int binding_check(struct verdict *v, const struct check_job *job, const struct envelope *e,
    int signature, struct err *err);

#endif
