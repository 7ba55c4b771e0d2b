/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_TARNAMES_H
#define INPUT_TARNAMES_H
/*
 * The names of an archive's members, and what stands under each. Whoever unpacks follows a
 * link that came before, writes over a file or cannot make a folder of it; so one name is one
 * thing, and what lies below a name is below a folder.
 *
 * Memory: eight octets for each name and folder, and in the map twice as many; up to double
 * that for room to grow.
 */
#include "base/map.h"
#include "input/member.h"

enum tarnames_kind { TARNAMES_FOLDER = 1, TARNAMES_FILE = 2, TARNAMES_OTHER = 3 };

struct tarnames { /* zeroed: empty */
	uint64_t *names; /* in the order they were met, with their kinds */
	size_t cap, count;
	struct map places; /* to places in `names`; its secret makes names, too */
};
void tarnames_clear(struct tarnames *t);

/*
 * One more member. Fails with tar.ambiguous: the name, or one above it, is something else
 * already; a link or device stands twice; or the name is that of a layout's file but for the
 * case of its letters, so that both are one file on many machines.
 */
int tarnames_add(struct tarnames *t, const struct member_path *p, enum tarnames_kind kind,
    struct err *err);

#endif
