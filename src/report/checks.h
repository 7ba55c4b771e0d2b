/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_CHECKS_H
#define REPORT_CHECKS_H
/*
 * The checks of one judgement in words, one line each; what was found of the revocation of
 * each certificate stands below its check.
 */
#include "report/out.h"

/* The checks of the signature with this number, or (-1) of the artifact itself. */
int checks_write(struct out *o, struct db *db, int64_t evaluation, int64_t signature,
    size_t indent, struct err *err);

#endif
