/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_FAULTS_H
#define TRUST_FAULTS_H
/*
 * What is wrong with a policy folder. Whoever loads it wants the first fault alone; whoever
 * mends it wants all of them. Both take the same way through the checks, so that they never tell
 * different things.
 *
 * A check that fails adds its fault and goes on if it is told 0, and gives -1 upwards at once if
 * it is told -1: then there are as many as are wanted.
 */
#include "base/arena.h"
#include "codec/jsonin.h"

struct faults {
	struct arena *mem;
	size_t most;
	VEC(struct err) list; /* in the order of the checks */
};

/* Is it the machine that failed, not what was read? Such an error is never a fault of a file. */
bool faults_host(const struct err *err);
/* The same error at the place as people see it. Returns -1. */
int faults_host_error(struct err *err, const struct err *e, const struct where *at);

int faults_add(struct faults *f, const struct err *err);
/* The same for the place of a JSON value. */
int faults_fail(struct faults *f, enum reason r, struct jv v, const char *fmt, ...)
    ATTR_PRINTF(4, 5);

#endif
