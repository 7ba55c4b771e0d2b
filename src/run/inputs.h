/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_INPUTS_H
#define RUN_INPUTS_H
/*
 * What the user named, as a list of inputs: archives, layout folders, folders that hold several,
 * and @LIST files with one path a line, or a path, a tab and the HOST/REPO that is its name. One
 * file named by two paths is one input.
 */
#include "base/arena.h"
#include "base/limits.h"

struct input_item {
	uint64_t seq;
	struct bytes path;              /* exact octets; a NUL follows */
	struct str name;                /* HOST/REPO that the list gives it; absent: none */
	uint64_t size;                  /* of a file on disk, for progress; 0 for a folder */
	enum reason reason;             /* REASON_NONE, or why it cannot be opened: it is recorded as such */
	struct str detail;
};
struct inputs {
	struct arena mem;
	VEC(struct input_item) items;
	uint64_t ignored;               /* files below searched folders that are no archive */
	uint64_t twice;                 /* named more than once */
};

/*
 * Expand the arguments, in their order; folders in the order of their sorted names. Fails with
 * file.* (a LIST that cannot be read), names.map (a line of it whose name is none),
 * usage.option (one input by two names), limit.members (limit input-files).
 */
int inputs_expand(struct inputs *out, char *const *args, size_t count, const struct limits *limits,
    struct err *err);
void inputs_clear(struct inputs *inputs);

#endif
