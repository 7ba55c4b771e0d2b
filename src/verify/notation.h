/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_NOTATION_H
#define VERIFY_NOTATION_H
/*
 * Notary Project signatures under a trust policy (Notary Project specifications:
 * signature-specification, trust-store-trust-policy, signing-and-verification-workflow): of an
 * artifact in manifests that refer to it, of a file in files beside it. See verify/check.h.
 */
#include "verify/check.h"

bool notation_accepts(const struct node *n);
void notation_find(struct candidates *out, const struct check_job *job);
int notation_judge(struct verdict *v, const struct check_job *job, struct err *err);
int notation_show(struct verdict *v, const struct check_job *job, struct err *err);

#endif
