/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_CHECKERS_H
#define VERIFY_CHECKERS_H
/* The kinds of checks there are: whoever wants all of them asks here, no kind does. */
#include "verify/check.h"

enum checker_id { CHECKER_NOTATION, CHECKER_COUNT };

extern const struct checker checkers[CHECKER_COUNT];

/* The kind that a manifest may be a candidate of; NULL: none. */
const struct checker *checker_for(const struct node *n);
/* One manifest that checker_for knows, shown. -1 only for ERR_ENV. */
int checker_show(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *n, struct err *err);
/* The same of a signature in a file; what it signs is in its record. */
int checker_show_file(struct verdict *v, const struct verify_tools *tools,
    const struct blob_signature *signature, struct err *err);

#endif
