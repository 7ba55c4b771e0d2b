/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_INPUTS_H
#define RUN_INPUTS_H
/*
 * What the user named, as a list of inputs: archives, layout folders, folders that are searched
 * (search.h), and @LIST files with one path a line, or a path, a tab and the HOST/REPO that is its
 * name. One file named by two paths is one input.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "input/input.h"

struct input_item {
	uint64_t seq;
	struct bytes path;              /* exact octets; a NUL follows */
	struct str name;                /* HOST/REPO that the list gives it; absent: none */
	uint64_t size;                  /* of a file on disk, for progress; 0 for a folder */
	enum input_found found;
	enum reason reason;             /* REASON_NONE, or why it cannot be opened: it is recorded as such */
	struct str detail;
	/*
	 * A folder: the first entry that was taken for a part of the export that its files promise,
	 * and is no input of its own; absent: none. It must not end as no export.
	 */
	struct str promised;
};

/* What a search met that is no input. */
enum found_kind {
	FOUND_OTHER,                    /* neither the name nor the content of an export */
	FOUND_ALIAS,                    /* a link to an input of the same run */
	FOUND_EXCLUDED,                 /* left out by --exclude */
	FOUND_KINDS
};
struct found_file {
	enum found_kind kind;
	struct str path;                /* exact octets; a NUL follows */
	struct str detail;              /* absent: nothing to add */
};
struct searched {               /* a folder that was named and searched */
	struct str path;
	size_t first, end;              /* its items, but for those that are links */
	bool any;                       /* something in it is an input, of this name or another */
};

struct inputs {
	struct arena mem;
	VEC(struct input_item) items;
	VEC(struct searched) folders;
	VEC(struct found_file) files;   /* up to the limit listed-files, all kinds together */
	uint64_t found[FOUND_KINDS];    /* all, listed or not */
	uint64_t twice;                 /* named more than once */
};

struct inputs_options {
	const struct limits *limits;
	/*
	 * What a search leaves out, with all below it: fnmatch(3) over the name; if there is a "/" in
	 * the glob, over the path below the folder that was named.
	 */
	const char *const *exclude;
	size_t exclude_count;
};

/*
 * Expand the arguments, in their order; folders in the order of their sorted names. Fails with
 * file.* (a LIST that cannot be read), names.map (a line of it whose name is none),
 * usage.option (one input by two names), limit.members (limit input-files).
 */
int inputs_expand(struct inputs *out, char *const *args, size_t count,
    const struct inputs_options *options, struct err *err);
void inputs_clear(struct inputs *inputs);

#endif
