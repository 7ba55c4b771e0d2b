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
	VEC(struct revfile *) faulty; /* of those that became problems */
	VEC(struct revproblem) problems;
};

void revload_init(struct revload *l, struct revdata *d, struct hasher *hasher,
    const struct limits *limits);
void revload_clear(struct revload *l);
/* Read all that the options name. Fails as revdata_load. */
int revload_read(
    struct revload *l, const struct revdata_options *options, struct err *err);

/*
 * Into l->faulty, as far as can be known who signed it, after it was refused for `fault`: one list; a
 * file of lists, DER or PEM; an entry of a Notation cache; one response.
 */
void revload_faulty_list(
    struct revload *l, struct bytes octets, struct str path, struct str fault);
void revload_faulty_file(
    struct revload *l, struct bytes file, struct str path, struct str fault);
void revload_faulty_entry(
    struct revload *l, struct bytes text, struct str path, struct str fault);
void revload_faulty_answer(
    struct revload *l, struct bytes octets, struct str path, struct str fault);

#endif
