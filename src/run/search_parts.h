/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_SEARCH_PARTS_H
#define RUN_SEARCH_PARTS_H
/* What the parts of a search share: search.c walks folders, searchlink.c says what links are. */
#include "base/map.h"
#include "run/search.h"

#include <sys/stat.h>

struct seen {                   /* identities, in order of appearance */
	uint64_t dev, ino;
	struct str path, name;
	size_t item;                    /* its number among the inputs, if it is one */
	bool input, walked;             /* an input; a folder of which every entry was looked at */
};
enum place { PLACE_ANY, PLACE_BLOBS, PLACE_ALG };
struct folder {                 /* waiting to be searched */
	struct str path;
	unsigned depth;
	enum place place;
	size_t owner;                   /* PLACE_BLOBS, PLACE_ALG: the number of the input it is of */
	bool indexed;                   /* the same: it has an index, and so is no registry's storage */
};
struct link {
	struct str path;
	size_t folder;                  /* index into the folders that were named */
};
struct search {
	struct inputs *out;
	const struct inputs_options *options;
	struct str name;                /* given to what is added now */
	size_t below;                   /* octets of the path that was named, and its "/" */
	VEC(struct folder) queue;
	VEC(struct link) links;
	VEC(struct seen) seen;
	struct map known;               /* places in seen, by device and inode */
	/* While a link's target is tried: nothing is added, only asked for. */
	bool trying, found;             /* found: an input that the run does not have */
	size_t tried;                   /* entries looked at, over all links */
	VEC(size_t) walked;             /* by this try: indices into seen */
};

/* The identity of a file, NULL: not met before. Valid until the next is added. */
struct seen *search_find(const struct search *s, const struct stat *st);
/* The same, added if it was not met before. */
struct seen *search_meet(struct search *s, const struct stat *st);
/* No input: counted, and listed while there is room. */
void search_list(struct search *s, enum found_kind kind, struct str path, struct str detail);
enum input_found search_found_by(const char *name);
/* All that waits in the queue. Fails with limit.members, usage.option and for want of memory. */
int search_queue(struct search *s, struct err *err);
int search_told_empty(struct search *s, const struct searched *folder, struct err *err);

#endif
