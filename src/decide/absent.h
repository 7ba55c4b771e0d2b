/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DECIDE_ABSENT_H
#define DECIDE_ABSENT_H
/* Nothing was found that could meet a demand: what was there instead. */
#include "verify/check.h"

/* Appends the discovery step that fails. */
void absent_step(struct verdict *v, const struct target *target);

#endif
