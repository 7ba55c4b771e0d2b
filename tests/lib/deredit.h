/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_DEREDIT_H
#define TESTS_LIB_DEREDIT_H
/*
 * Surgery on DER: take a right structure, change one value, keep all lengths around it
 * right. So a refusal is about that value and not about a broken frame. Shares no code
 * with src/codec/der.c.
 *
 * A path is child numbers with dots, "0.6.1": child 1 of child 6 of child 0 of the outer
 * value. A step into an OCTET STRING takes its content as DER. A path that leads nowhere
 * ends the program.
 */
#include "base/arena.h"

/* The value at `path`, whole. */
struct bytes der_at(struct bytes der, const char *path);
/* Its content. */
struct bytes der_content(struct bytes value);
/* The value at `path` replaced by `with`: any number of values, none to remove it. */
struct bytes der_edit(
    struct arena *mem, struct bytes der, const char *path, struct bytes with);
/* `with` added behind the value at `path`. */
struct bytes der_add(
    struct arena *mem, struct bytes der, const char *path, struct bytes with);
/* The content of the value at `path` replaced; its tag stays. */
struct bytes der_fill(
    struct arena *mem, struct bytes der, const char *path, struct bytes content);
/* One value. */
struct bytes der_make(struct arena *mem, uint8_t tag, struct bytes content);
struct bytes der_join(struct arena *mem, struct bytes a, struct bytes b);

#endif
