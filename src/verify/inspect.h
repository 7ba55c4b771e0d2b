/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_INSPECT_H
#define VERIFY_INSPECT_H
/* What a signature says of itself, as a JSON object for views. Nothing in it is judged. */
#include "envelope/envelope.h"
#include "verify/verifier.h"

struct str inspect_json(struct arena *mem, const struct verify_tools *tools,
    const struct envelope *e, const struct payload *p);

#endif
