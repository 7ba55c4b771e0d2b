/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_NOTATION_H
#define VERIFY_NOTATION_H
/*
 * Notary Project signatures under a trust policy (Notary Project specifications:
 * signature-specification, trust-store-trust-policy, signing-and-verification-workflow).
 */
#include "envelope/envelope.h"
#include "verify/verifier.h"

bool notation_accepts(const struct node *referrer);
int notation_verify(struct verdict *v, const struct verify_job *job, struct err *err);
int notation_inspect(struct verdict *v, const struct verify_job *job, struct err *err);

#endif
