/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DECIDE_DECIDE_H
#define DECIDE_DECIDE_H
/*
 * One target judged: what stands in its way itself, which statements of the policy apply, whether
 * their demands are met by the checks that can meet them, and the state that follows. Nothing here
 * reads an envelope; nothing that reads one decides.
 */
#include "verify/check.h"

/*
 * Judge an artifact of an input into *v (initialised by verdict_init), closed. Returns -1 only for
 * ERR_ENV reasons. The order is that of the Notary Project specification, "Signature Evaluation".
 */
int decide_artifact(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *n, struct err *err);
/* The same for a file by the signatures given with it; what is told of the file is the caller's. */
int decide_file(struct verdict *v, const struct verify_tools *tools, const struct target *file,
    const struct blob_job *given, struct err *err);

#endif
