/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_FEED_H
#define INPUT_FEED_H
/*
 * A file read forwards in large steps, with a window of octets in memory. For the stages
 * of unpack only. The descriptor's own position is not used, so one descriptor can be
 * read twice.
 */
#include "crypto/digest.h"

#define FEED_BLOCK ((size_t)1 << 20)

struct feed {
	int fd;
	uint64_t size;  /* of the file when it was opened */
	uint64_t pos;   /* of the octet after the window */
	uint8_t *buf;   /* FEED_BLOCK octets */
	size_t at, len; /* window: buf[at .. len) */
	bool eof;
	struct hasher *hasher; /* gets all octets as they are read; NULL: nobody does */
};

void feed_init(struct feed *f, int fd, uint64_t size);
void feed_clear(struct feed *f);
/* From the first octet on, which the window must still hold. */
void feed_hash(struct feed *f, struct hasher *hasher);
/*
 * Have at least `want` octets in the window (at most FEED_BLOCK), or all that are left.
 * Fails with file.unreadable, and input.changed if the file has grown.
 */
int feed_fill(struct feed *f, size_t want, struct err *err);

static inline struct bytes
feed_window(const struct feed *f)
{
	return (struct bytes){ f->buf + f->at, f->len - f->at };
}

static inline void
feed_skip(struct feed *f, size_t n)
{
	f->at += n;
}

/* Offset in the file of the first octet of the window. */
static inline uint64_t
feed_offset(const struct feed *f)
{
	return f->pos - (f->len - f->at);
}

/* err_set with the place in the file; returns -1. */
int feed_fail(
    const struct feed *f, struct err *err, enum reason reason, const char *text);

#endif
