/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H
/*
 * A growing buffer with a mandatory upper limit. Adding beyond the limit changes nothing, sets
 * `full` and returns -1, so a writer may add ten things and ask once.
 */
#include "base/defs.h"
#include "base/str.h"

struct buf {
	uint8_t *ptr;
	size_t len, cap, max;
	bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b);          /* frees; b is as after buf_init with the same max */
void buf_reset(struct buf *b);          /* keeps the memory, len 0 */
int buf_add(struct buf *b, struct bytes data);
int buf_str(struct buf *b, struct str s);
int buf_text(struct buf *b, const char *text);
int buf_u8(struct buf *b, uint8_t v);
int buf_be(struct buf *b, uint64_t v, size_t n);        /* big endian, n <= 8 */
int buf_printf(struct buf *b, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* A NUL behind the content (not counted): for library calls that want a C string. */
const char *buf_cstr(struct buf *b);

static inline struct bytes
buf_bytes(const struct buf *b)
{
	return (struct bytes){ b->ptr, b->len };
}

static inline void
buf_clear_auto(struct buf *b)           /* AUTO(buf_clear) struct buf b = { .max = N }; */
{
	buf_clear(b);
}

#endif
