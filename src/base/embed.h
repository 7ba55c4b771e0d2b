/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H
/* The files of schema/ and reports/, built in by build-aux/embed.sh, found by their path. */
#include "base/str.h"

struct embed_file {
	const char *name;       /* "reports/summary.sql" */
	struct str text;        /* checked UTF-8; a NUL follows */
};

extern const struct embed_file embed_files[];
extern const size_t embed_count;

/* The text, or absent. */
struct str embed_find(const char *name);

#endif
