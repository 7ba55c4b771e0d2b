/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_REVLOAD_H
#define TRUST_REVLOAD_H
/* Half of trust/revdata, for it alone: files and folders to lists, responses and problems. */
#include "base/buf.h"
#include "trust/revfile.h"

struct revload {
	struct revdata *d; /* everything lies in its arena */
	struct revreader reader;
	struct arena scratch; /* of the file at hand */
	struct buf text; /* the file at hand */
	uint64_t bytes_left, files_left;
	struct digest url; /* of the file at hand; DIGEST_NONE: not told */
	VEC(struct revfile *) files; /* as found: in no order, some twice */
	VEC(struct revproblem) problems;
};

void revload_init(struct revload *l, struct revdata *d, struct hasher *hasher,
    const struct limits *limits);
void revload_clear(struct revload *l);
/* Read all that the options name. Fails as revdata_load. */
int revload_read(
    struct revload *l, const struct revdata_options *options, struct err *err);

#endif
