/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_JSONOUT_H
#define CODEC_JSONOUT_H
/*
 * Streaming writer of one JSON value, no tree.
 *
 * Text goes to `buf`; with a flush function the buffer is handed over and reset whenever it holds
 * more than 32 KiB, so its limit must be above that plus the longest string times six. A failure
 * (full buffer, flush, nesting above 64, wrong nesting) sticks; jsonout_end reports it.
 *
 * Inside an object each value needs a key: as argument, or by jsonout_key just before and NULL as
 * argument. Output is valid UTF-8: bytes that are not become U+FFFD. Control characters, DEL, and
 * code points that a terminal would not show are written as \uNNNN.
 */
#include "base/buf.h"
#include "base/when.h"

struct jsonout {
	struct buf *buf;
	int (*flush)(void *ctx, struct bytes data); /* may be NULL; 0 or -1 */
	void *ctx;
	bool pretty, failed, keyed;
	unsigned depth;
	uint64_t objects, filled; /* a bit per level: is an object; has a value */
};

void jsonout_init(struct jsonout *j, struct buf *buf,
    int (*flush)(void *ctx, struct bytes data), void *ctx, bool pretty);

void jsonout_key(struct jsonout *j, struct str key);
void jsonout_object_begin(struct jsonout *j, const char *key);
void jsonout_object_end(struct jsonout *j);
void jsonout_array_begin(struct jsonout *j, const char *key);
void jsonout_array_end(struct jsonout *j);
void jsonout_str(struct jsonout *j, const char *key, struct str value); /* absent: null */
void jsonout_text(struct jsonout *j, const char *key, const char *value); /* NULL: null */
/* Of base/words.h: the word for none is null. */
void jsonout_word(struct jsonout *j, const char *key, const char *word);
void jsonout_u64(struct jsonout *j, const char *key, uint64_t value);
void jsonout_i64(struct jsonout *j, const char *key, int64_t value);
void jsonout_bool(struct jsonout *j, const char *key, bool value);
void jsonout_when(struct jsonout *j, const char *key, struct when value); /* RFC 3339, UTC */
void jsonout_null(struct jsonout *j, const char *key);
/* `value` is one whole JSON value, taken as it is. */
void jsonout_raw(struct jsonout *j, const char *key, struct bytes value);

/* Everything closed? Final newline, final flush. 0, or -1 if anything went wrong before. */
int jsonout_end(struct jsonout *j);

#endif
