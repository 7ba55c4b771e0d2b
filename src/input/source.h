/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H
/*
 * Octets of blobs, read again: from a folder by name, from a plain archive by offset,
 * from a compressed one by a second pass that brings back all that was dropped, once.
 */
#include "input/intake.h"
#include "input/unpack.h"

enum source_way { SOURCE_FOLDER, SOURCE_OFFSETS, SOURCE_STREAM };
enum source_way source_way_of(bool is_dir, enum input_compression compression);

/*
 * `fd`, `limits` and `store` stay the caller's; of `seen`, which is copied, the lists. The
 * store's source is set to the new one.
 */
struct input_source *source_new(enum source_way way, int fd, const struct limits *limits,
    struct store *store, const struct seen *seen);

#endif
