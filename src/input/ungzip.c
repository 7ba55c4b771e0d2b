/* SPDX-License-Identifier: Apache-2.0 */
/* gzip members, decoded by zlib under limits. */
#include "input/ungzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"

#define HEADER_MOST ((size_t)64 * 1024)
#define TRAILER 8

/* RFC 1952 section 2.3.1 */
enum {
	FLAG_HCRC = 2,
	FLAG_EXTRA = 4,
	FLAG_NAME = 8,
	FLAG_COMMENT = 16,
	FLAG_RESERVED = 0xe0
};

enum stage { STATE_HEADER, STATE_BODY, STATE_TRAILER, STATE_NEXT };

struct ungzip {
	z_stream z;
	enum stage state;
	uint32_t crc, length; /* of the member; the length modulo 2^32 */
};

struct ungzip *
ungzip_new(void)
{
	struct ungzip *z = xmalloc(sizeof(*z));

	*z = (struct ungzip){ .state = STATE_HEADER };
	/* Raw deflate: the frame around it is read here. */
	if (inflateInit2(&z->z, -15) != Z_OK)
		memory_exhausted();
	return z;
}

void
ungzip_free(struct ungzip *z)
{
	if (z == NULL)
		return;
	inflateEnd(&z->z);
	free(z);
}

static uint32_t
little(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* The length of a NUL-ended field at `pos`, NUL included; 0 if it does not end in `head`.
 */
static size_t
text_field(struct bytes head, size_t pos)
{
	const uint8_t *end =
	    pos < head.len ? memchr(head.ptr + pos, 0, head.len - pos) : NULL;

	return end == NULL ? 0 : (size_t)(end - (head.ptr + pos)) + 1;
}

/* Octets of the header in `head`; 0 if it does not end there. */
static size_t
header_length(struct bytes head)
{
	unsigned flags = head.len < 10 ? 0 : head.ptr[3];
	size_t pos = 10, n;

	if (head.len < 10)
		return 0;
	if (flags & FLAG_EXTRA) {
		if (head.len - pos < 2)
			return 0;
		pos += 2 + little(head.ptr + pos, 2);
	}
	if (flags & FLAG_NAME) {
		if ((n = text_field(head, pos)) == 0)
			return 0;
		pos += n;
	}
	if (flags & FLAG_COMMENT) {
		if ((n = text_field(head, pos)) == 0)
			return 0;
		pos += n;
	}
	if (flags & FLAG_HCRC)
		pos += 2;
	return pos <= head.len ? pos : 0;
}

static int
read_header(struct ungzip *z, struct feed *in, struct err *err)
{
	struct bytes head;
	size_t n;

	if (feed_fill(in, HEADER_MOST, err) != 0)
		return -1;
	head = feed_window(in);
	if (head.len > HEADER_MOST)
		head.len = HEADER_MOST;
	if (head.len >= 3 && head.ptr[2] != Z_DEFLATED)
		return feed_fail(in, err, REASON_Z_HEADER, "gzip method is not deflate");
	if (head.len >= 4 && head.ptr[3] & FLAG_RESERVED)
		return feed_fail(in, err, REASON_Z_HEADER, "reserved gzip flag is set");
	n = header_length(head);
	if (n == 0 && head.len == HEADER_MOST)
		return feed_fail(
		    in, err, REASON_Z_HEADER, "gzip header is longer than 64 KiB");
	if (n == 0)
		return feed_fail(
		    in, err, REASON_INPUT_TRUNCATED, "file ends in a gzip header");
	/* RFC 1952 section 2.3.1: CRC16 is the low half of the CRC32 of all before it. */
	if (head.ptr[3] & FLAG_HCRC &&
	    little(head.ptr + n - 2, 2) != (crc32(0, head.ptr, (uInt)(n - 2)) & 0xffff))
		return feed_fail(
		    in, err, REASON_Z_HEADER, "checksum of the gzip header is wrong");
	feed_skip(in, n);
	if (inflateReset(&z->z) != Z_OK)
		return feed_fail(in, err, REASON_INTERNAL, "inflateReset failed");
	z->crc = (uint32_t)crc32(0, NULL, 0);
	z->length = 0;
	z->state = STATE_BODY;
	return 0;
}

static int
read_body(struct ungzip *z, struct feed *in, struct fill *out, struct err *err)
{
	struct bytes window;
	uint8_t *start = out->ptr + out->len;
	size_t made;
	int status;

	if (feed_fill(in, 1, err) != 0)
		return -1;
	window = feed_window(in);
	if (window.len == 0)
		return feed_fail(
		    in, err, REASON_INPUT_TRUNCATED, "file ends in a gzip member");
	z->z.next_in = (z_const Bytef *)(in->buf + in->at);
	z->z.avail_in = (uInt)window.len;
	z->z.next_out = start;
	z->z.avail_out = (uInt)(out->cap - out->len);
	status = inflate(&z->z, Z_NO_FLUSH);
	if (status == Z_MEM_ERROR)
		memory_exhausted();
	if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
		return feed_fail(in, err, REASON_Z_DAMAGED,
		    z->z.msg != NULL ? z->z.msg : "deflate stream is damaged");
	made = out->cap - out->len - z->z.avail_out;
	feed_skip(in, window.len - z->z.avail_in);
	z->crc = (uint32_t)crc32(z->crc, start, (uInt)made);
	z->length += (uint32_t)made;
	out->len += made;
	if (status == Z_STREAM_END)
		z->state = STATE_TRAILER;
	return 0;
}

static int
read_trailer(struct ungzip *z, struct feed *in, struct err *err)
{
	struct bytes tail;

	if (feed_fill(in, TRAILER, err) != 0)
		return -1;
	tail = feed_window(in);
	if (tail.len < TRAILER)
		return feed_fail(
		    in, err, REASON_INPUT_TRUNCATED, "file ends in a gzip trailer");
	if (little(tail.ptr, 4) != z->crc)
		return feed_fail(
		    in, err, REASON_Z_CHECKSUM, "CRC-32 of a gzip member is wrong");
	if (little(tail.ptr + 4, 4) != z->length)
		return feed_fail(
		    in, err, REASON_Z_CHECKSUM, "length of a gzip member is wrong");
	feed_skip(in, TRAILER);
	z->state = STATE_NEXT;
	return 0;
}

static int
look_for_member(struct ungzip *z, struct feed *in, bool *ended, struct err *err)
{
	struct bytes next;

	if (feed_fill(in, 2, err) != 0)
		return -1;
	next = feed_window(in);
	if (next.len >= 2 && next.ptr[0] == 0x1f && next.ptr[1] == 0x8b)
		z->state = STATE_HEADER;
	else
		*ended = true;
	return 0;
}

int
ungzip_run(
    struct ungzip *z, struct feed *in, struct fill *out, bool *ended, struct err *err)
{
	int status = 0;

	*ended = false;
	/* A full block may still be followed by the trailer: that is the next call's
	 * business. */
	while (status == 0 && !*ended && (out->len < out->cap || z->state != STATE_BODY))
		switch (z->state) {
		case STATE_HEADER:
			status = read_header(z, in, err);
			break;
		case STATE_BODY:
			status = read_body(z, in, out, err);
			break;
		case STATE_TRAILER:
			status = read_trailer(z, in, err);
			break;
		case STATE_NEXT:
			status = look_for_member(z, in, ended, err);
			break;
		}
	return status;
}
