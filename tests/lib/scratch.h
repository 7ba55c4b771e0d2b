/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_SCRATCH_H
#define TESTS_LIB_SCRATCH_H
/*
 * A folder for one test below $TMPDIR or /tmp, and files in it. Nothing here can fail: what does
 * not work ends the test program. Modes are exact, whatever the umask.
 */
#include "base/arena.h"

struct scratch {
	char path[4096];
};

void scratch_open(struct scratch *s);
void scratch_close(struct scratch *s);          /* removes all of it */
/* "PATH/REL", in static memory until the fourth call after this one. */
const char *scratch_at(const struct scratch *s, const char *rel);
void scratch_folder(const struct scratch *s, const char *rel);         /* parents too, 0755 */
void scratch_put(const struct scratch *s, const char *rel, struct bytes data);  /* parents too, 0644 */
/* JSON written with ' for ". */
void scratch_json(const struct scratch *s, const char *rel, const char *text);
struct str quoted(struct arena *mem, const char *text);
/* A copy of "$srcdir/fixtures/NAME". */
void scratch_copy(const struct scratch *s, const char *rel, const char *fixture);
void scratch_mode(const struct scratch *s, const char *rel, unsigned mode);
void scratch_link(const struct scratch *s, const char *rel, const char *target);
void scratch_fifo(const struct scratch *s, const char *rel);
void scratch_remove(const struct scratch *s, const char *rel); /* with all below it */

#endif
