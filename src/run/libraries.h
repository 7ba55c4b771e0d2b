/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_LIBRARIES_H
#define RUN_LIBRARIES_H
/* The libraries this process runs with, as they report themselves: part of every record. */
#include "base/arena.h"

struct library {
	const char *name, *version;
};
extern const size_t library_count;
struct library library_at(size_t i);            /* sorted by name */
struct str libraries_json(struct arena *mem);   /* {"cbor":"0.8.0",...} */

#endif
