/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_SEARCH_H
#define RUN_SEARCH_H
/*
 * Folders that are searched for exports. An input is a layout, whole or broken; a file with an
 * export's name or the first octets of one; and whatever has such a name and cannot be that. All
 * else is counted and listed.
 *
 * Links are not followed: one to an input of the run is another name of it, any other that
 * promises an export cannot be opened. Only the end of all searches can tell.
 */
#include "run/inputs.h"

struct search;
struct search *search_new(struct inputs *out, const struct inputs_options *options);
void search_free(struct search *s);
DEFINE_AUTO(struct search, search_free)

/* The HOST/REPO that the user gives what is added from now on; absent: none. */
void search_name(struct search *s, struct str name);

struct stat;
/*
 * One input more, unless the same file is one already. `st` NULL: it is not there. Fails with
 * limit.members, and usage.option: the same file has another name given.
 */
int search_add(struct search *s, struct str path, const struct stat *st,
    enum input_found found, enum reason reason, const char *detail, struct err *err);
/*
 * All below a folder; `path` is followed by a NUL and lives as long as the list. A folder without
 * anything to judge is an input that says so.
 */
int search_folder(struct search *s, struct str path, struct err *err);
/* What the links are that were met. */
int search_links(struct search *s, struct err *err);

#endif
