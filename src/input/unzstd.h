/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_UNZSTD_H
#define INPUT_UNZSTD_H
/*
 * zstd frames (RFC 8878), one after the other, skippable frames among them. Frame headers
 * are read here, so that the window, the dictionary and the stored size have one reading.
 * A stage of unpack.
 */
#include "input/feed.h"
#include "input/fill.h"

struct unzstd;
struct unzstd *unzstd_new(uint64_t window_most);
void unzstd_free(struct unzstd *z);

/*
 * As ungzip_run. *skipped grows by the octets of skippable frames. Fails with
 * limit.window, z.unsupported, z.checksum, z.damaged, input.truncated and what feed_fill
 * says.
 */
int unzstd_run(struct unzstd *z, struct feed *in, struct fill *out, uint64_t *skipped,
    bool *ended, struct err *err);

#endif
