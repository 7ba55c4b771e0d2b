/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_TAP_H
#define TESTS_LIB_TAP_H
/* Plain TAP: each check is a line in the log; tap_done prints the plan and gives the exit status. */
#include "base/err.h"

/* Each returns whether the check held, and goes on. The text is printf-like. */
bool ok(bool cond, const char *fmt, ...) ATTR_PRINTF(2, 3);
bool is_reason(enum reason got, enum reason want, const char *fmt, ...) ATTR_PRINTF(3, 4);
bool is_u64(uint64_t got, uint64_t want, const char *fmt, ...) ATTR_PRINTF(3, 4);
bool is_str(struct str got, const char *want, const char *fmt, ...) ATTR_PRINTF(3, 4);
bool is_bytes(struct bytes got, struct bytes want, const char *fmt, ...) ATTR_PRINTF(3, 4);
void tap_skip(const char *fmt, ...) ATTR_PRINTF(1, 2);  /* one test that could not run, and why */
void tap_note(const char *fmt, ...) ATTR_PRINTF(1, 2);
int tap_done(void);

/* A file, as named or below $srcdir ("fixtures/..."), whole, in static memory until the next call of the same slot; absent: ptr NULL. */
struct bytes tap_file(int slot, const char *fmt, ...) ATTR_PRINTF(2, 3);       /* slot 0..3, at most 8 MiB */
const char *tap_srcdir(void);
const char *tap_vectors(void);          /* folder of foreign vectors, or NULL */

#endif
