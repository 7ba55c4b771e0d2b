/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_UNGZIP_H
#define INPUT_UNGZIP_H
/*
 * gzip members (RFC 1952), one after the other. zlib inflates; header, CRC and length are
 * checked here, because readers are known that skip them. A stage of unpack.
 */
#include "input/feed.h"
#include "input/fill.h"

struct ungzip;
struct ungzip *ungzip_new(void);
void ungzip_free(struct ungzip *z);

/*
 * Add plain octets to `out` until it is full or the stream has ended (*ended; what is
 * left in the feed is no member). Fails with z.header, z.checksum, z.damaged,
 * input.truncated and what feed_fill says.
 */
int ungzip_run(
    struct ungzip *z, struct feed *in, struct fill *out, bool *ended, struct err *err);

#endif
