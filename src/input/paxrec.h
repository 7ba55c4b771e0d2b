/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_PAXREC_H
#define INPUT_PAXREC_H
/*
 * Records of a pax extended header (POSIX.1-2001, "pax Extended Header"): "LEN
 * KEY=VALUE\n". Only what moves or names a member is kept.
 */
#include "base/err.h"

struct paxrec {
	struct bytes path, link; /* ptr NULL: not said; views of the header */
	bool has_size;
	uint64_t size;
	bool foreign_owner; /* name of user or group outside ASCII */
};

/*
 * Parse all of `header`. A global header (`global`) may hold none of the three. What readers
 * know by its key must have a value that all of them take. Fails with tar.pax-malformed,
 * tar.ambiguous (said twice, globally, or to GNU tar alone), tar.bad-name (NUL in a name),
 * tar.bad-size, tar.sparse.
 */
int paxrec_parse(struct paxrec *out, struct bytes header, bool global,
    const struct where *at, struct err *err);

#endif
