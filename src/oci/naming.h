/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_NAMING_H
#define OCI_NAMING_H
/*
 * What the user says about names: the repository of an input, where short names come from, hosts
 * that stand for others, names to leave out, and a map from artifacts to repositories.
 *
 * A name inside an export is the exporter's claim; only the user can give it weight. All texts are
 * borrowed from the arena they were parsed into, or from argv.
 */
#include "base/arena.h"
#include "base/err.h"

struct naming_rewrite { /* whole components of a path */
	struct str from, from_normal, to;
};
struct naming_line { /* of a scope map: what it selects gets the repository */
	struct str selector, target;
	bool by_digest;
};

struct naming {
	struct str repository; /* HOST/REPO of the whole input; absent: none */
	struct str registry; /* HOST of short names; absent: they stay short */
	const struct naming_rewrite *rewrites;
	size_t rewrite_count;
	const struct str *ignored; /* patterns */
	size_t ignored_count;
	const struct naming_line *lines; /* the first that fits counts */
	size_t line_count;
	const size_t *digest_lines; /* those by digest: indices into lines, by selector */
	size_t digest_line_count;
	bool trusted; /* full names in the export choose statements */
};

/*
 * "HOST/REPO" as --name and the map give it: what the Notary Project specification allows as a
 * scope. Fails with usage.option; `option` begins the text.
 */
int naming_target(struct str text, const char *option, struct err *err);
/* "FROM=TO": each a host, or a host and a path. Fails with usage.option. */
int naming_rewrite_parse(
    struct naming_rewrite *out, struct arena *mem, struct str text, struct err *err);
/*
 * Lines "SELECTOR HOST/REPO"; a selector is a digest, a pattern for whole names ("/" or ":" in
 * it), or a pattern for tags. Blank lines and those that begin with "#" say nothing. Fills the lines of *out.
 * Fails with names.map; the text says which line.
 */
int naming_map_parse(struct naming *out, struct arena *mem, struct bytes text,
    const struct where *at, struct err *err);

/* Did the user take this name out? `written`: its repository, absent if it is no full name. */
bool naming_ignores(const struct naming *n, struct str text, struct str written);
/* The repository after the longest rewrite that fits, else as it is. */
struct str naming_rewritten(
    const struct naming *n, struct arena *mem, struct str written);
/*
 * The first line for an artifact by one of its names; absent texts fit no pattern. NULL: none.
 */
const struct naming_line *naming_line_for(const struct naming *n, struct str digest,
    struct str text, struct str written, struct str tag);
/* Marks the lines of this digest; `lines` has a mark for each line of the map. */
void naming_mark(const struct naming *n, struct str digest, bool *lines);

#endif
