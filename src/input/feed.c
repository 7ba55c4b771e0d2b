/* SPDX-License-Identifier: Apache-2.0 */
/* Octets of a file in pieces, with their place, hashed as they go by. */
#include "input/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

void
feed_init(struct feed *f, int fd, uint64_t size)
{
	*f = (struct feed){ .fd = fd, .size = size };
	f->buf = xmalloc(FEED_BLOCK);
}

void
feed_clear(struct feed *f)
{
	free(f->buf);
	*f = (struct feed){ .fd = -1 };
}

int
feed_fail(const struct feed *f, struct err *err, enum reason reason, const char *text)
{
	struct where at = { .offset = feed_offset(f) };

	return err_set(err, reason, &at, "%s", text);
}

void
feed_hash(struct feed *f, struct hasher *hasher)
{
	f->hasher = hasher;
	hasher_add(hasher, feed_window(f));
}

static int
read_some(struct feed *f, struct err *err)
{
	ssize_t n;

	do {
		n = pread(f->fd, f->buf + f->len, FEED_BLOCK - f->len, (off_t)f->pos);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		struct where at = { .offset = f->pos };

		return err_sys(err, REASON_FILE_UNREADABLE, &at, "read failed");
	}
	if (n == 0)
		f->eof = true;
	if (f->hasher != NULL)
		hasher_add(f->hasher, bytes_of(f->buf + f->len, (size_t)n));
	f->len += (size_t)n;
	f->pos += (uint64_t)n;
	/* A file that grows while it is read might never end. */
	if (f->pos > f->size)
		return feed_fail(
		    f, err, REASON_INPUT_CHANGED, "file has grown while it was read");
	return 0;
}

int
feed_fill(struct feed *f, size_t want, struct err *err)
{
	if (f->at == f->len)
		f->at = f->len = 0;
	if (f->at + want > FEED_BLOCK) {
		memmove(f->buf, f->buf + f->at, f->len - f->at);
		f->len -= f->at;
		f->at = 0;
	}
	while (f->len - f->at < want && !f->eof)
		if (read_some(f, err) != 0)
			return -1;
	return 0;
}
