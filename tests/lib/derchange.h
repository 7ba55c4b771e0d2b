/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_DERCHANGE_H
#define TESTS_LIB_DERCHANGE_H
/*
 * Every value of a DER structure, changed in every way that a reader could stumble over: removed,
 * doubled, emptied, longer, shorter, under each other tag, with bits turned, in another order; and
 * numbers, object identifiers and times in odd forms. The lengths around it are kept right.
 */
#include "tests/lib/forge.h"

struct derchange {
	struct forge *forge;
	/* `name`: path (deredit.h) and change, "0.3-removed" */
	void (*each)(void *context, const char *name, struct bytes der);
	void *context;
	const char *const *spared; /* paths that are changed by somebody else; NULL: none */
};

void derchange_all(const struct derchange *d, struct bytes der);

#endif
