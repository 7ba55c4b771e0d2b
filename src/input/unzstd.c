/* SPDX-License-Identifier: Apache-2.0 */
/* zstd frames, decoded by libzstd under limits. */
#include "input/unzstd.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/arena.h"

#define MAGIC 4
#define HEADER_MOST 18 /* RFC 8878 section 3.1.1: 4 + 1 + 1 + 4 + 8 */
#define SIZE_UNKNOWN UINT64_MAX

enum stage { STATE_NEXT, STATE_SKIP, STATE_BODY };

struct unzstd {
	ZSTD_DCtx *ctx;
	uint64_t window_most;
	enum stage state;
	uint32_t skip;       /* octets of a skippable frame still to pass */
	uint64_t size, made; /* of the frame: as stored, and so far */
};

struct unzstd *
unzstd_new(uint64_t window_most)
{
	struct unzstd *z = xmalloc(sizeof(*z));
	int log = 10;

	*z = (struct unzstd){ .window_most = window_most };
	z->ctx = ZSTD_createDCtx();
	if (z->ctx == NULL)
		memory_exhausted();
	/* The header is checked against the exact limit below; this is the second lock. A
	 * window written for a single-segment frame may be one step larger than its
	 * content. */
	while (log < 30 && UINT64_C(1) << log < window_most)
		log++;
	ZSTD_DCtx_setParameter(z->ctx, ZSTD_d_windowLogMax, log + 1);
	return z;
}

void
unzstd_free(struct unzstd *z)
{
	if (z == NULL)
		return;
	ZSTD_freeDCtx(z->ctx);
	free(z);
}

static uint64_t
little(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* RFC 8878 section 3.1.1.1.2: exponent and eighths of a window; the smallest that holds
 * `size`. */
static uint8_t
window_octet(uint64_t size)
{
	for (unsigned v = 0; v < 256; v++) {
		uint64_t base = UINT64_C(1) << (10 + (v >> 3));

		if (base + (base >> 3) * (v & 7) >= size)
			return (uint8_t)v;
	}
	return 255;
}

struct header {
	size_t len; /* octets in the stream */
	bool checksum, single;
	uint8_t window_octet;
	uint64_t window, size; /* size: SIZE_UNKNOWN if not stored */
};

/* RFC 8878 section 3.1.1.1. `in` begins after the magic number. */
static int
parse_header(struct header *h, struct unzstd *z, const struct feed *f, struct bytes in,
    struct err *err)
{
	static const uint8_t dict_len[] = { 0, 1, 2, 4 }, size_len[] = { 0, 2, 4, 8 };
	struct cursor c = cursor_of(in);
	uint8_t flags = cursor_u8(&c);
	struct bytes dict, size;

	h->single = flags & 0x20;
	h->checksum = flags & 0x04;
	h->window_octet = h->single ? 0 : cursor_u8(&c);
	dict = cursor_take(&c, dict_len[flags & 3]);
	size = cursor_take(&c, flags >> 6 == 0 && h->single ? 1 : size_len[flags >> 6]);
	if (c.failed)
		return feed_fail(
		    f, err, REASON_INPUT_TRUNCATED, "file ends in a zstd header");
	if (flags & 0x08)
		return feed_fail(f, err, REASON_Z_DAMAGED, "reserved zstd flag is set");
	if (little(dict.ptr, dict.len) != 0)
		return feed_fail(
		    f, err, REASON_Z_UNSUPPORTED, "zstd frame needs a dictionary");
	h->size = size.len == 0 ? SIZE_UNKNOWN : little(size.ptr, size.len);
	if (size.len == 2)
		h->size += 256;
	h->window = UINT64_C(1) << (10 + (h->window_octet >> 3));
	h->window += (h->window >> 3) * (h->window_octet & 7);
	if (h->single)
		h->window = h->size;
	h->len = MAGIC + c.pos;
	if (h->window > z->window_most) {
		struct where at = { .offset = feed_offset(f) };

		return err_set(err, REASON_LIMIT_WINDOW_HIT, &at,
		    "zstd window of %llu octets, limit %llu",
		    (unsigned long long)h->window, (unsigned long long)z->window_most);
	}
	return 0;
}

/*
 * Hand the decoder a header that says the same but for the size: libzstd 1.5.4 reports a
 * wrong size as mere corruption, so the size is compared here.
 */
static int
begin_frame(struct unzstd *z, struct feed *in, struct err *err)
{
	struct bytes window = feed_window(in);
	struct header h = { 0 };
	uint8_t head[6] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0 };
	ZSTD_inBuffer given = { head, sizeof(head), 0 };
	ZSTD_outBuffer none = { NULL, 0, 0 };
	size_t status;

	if (window.len > HEADER_MOST)
		window.len = HEADER_MOST;
	if (parse_header(
		&h, z, in, bytes_of(window.ptr + MAGIC, window.len - MAGIC), err) != 0)
		return -1;
	head[4] = h.checksum ? 0x04 : 0;
	head[5] = h.single ? window_octet(h.window) : h.window_octet;
	ZSTD_DCtx_reset(z->ctx, ZSTD_reset_session_only);
	status = ZSTD_decompressStream(z->ctx, &none, &given);
	if (ZSTD_isError(status) &&
	    ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation)
		memory_exhausted();
	if (ZSTD_isError(status) || given.pos != given.size)
		return feed_fail(
		    in, err, REASON_Z_DAMAGED, "zstd header is not accepted");
	feed_skip(in, h.len);
	z->size = h.size;
	z->made = 0;
	z->state = STATE_BODY;
	return 0;
}

static int
next_frame(
    struct unzstd *z, struct feed *in, uint64_t *skipped, bool *ended, struct err *err)
{
	struct bytes window;

	if (feed_fill(in, HEADER_MOST, err) != 0)
		return -1;
	window = feed_window(in);
	if (window.len >= MAGIC && memcmp(window.ptr, "\x28\xb5\x2f\xfd", MAGIC) == 0)
		return begin_frame(z, in, err);
	/* RFC 8878 section 3.1.2 */
	if (window.len >= MAGIC && (window.ptr[0] & 0xf0) == 0x50 &&
	    memcmp(window.ptr + 1, "\x2a\x4d\x18", 3) == 0) {
		if (window.len < MAGIC + 4)
			return feed_fail(in, err, REASON_INPUT_TRUNCATED,
			    "file ends in a zstd header");
		z->skip = (uint32_t)little(window.ptr + MAGIC, 4);
		*skipped += UINT64_C(8) + z->skip;
		feed_skip(in, MAGIC + 4);
		z->state = STATE_SKIP;
		return 0;
	}
	*ended = true;
	return 0;
}

static int
skip_frame(struct unzstd *z, struct feed *in, struct err *err)
{
	struct bytes window;
	size_t n;

	if (z->skip == 0) {
		z->state = STATE_NEXT;
		return 0;
	}
	if (feed_fill(in, 1, err) != 0)
		return -1;
	window = feed_window(in);
	if (window.len == 0)
		return feed_fail(in, err, REASON_INPUT_TRUNCATED,
		    "file ends in a skippable zstd frame");
	n = window.len < z->skip ? window.len : z->skip;
	feed_skip(in, n);
	z->skip -= (uint32_t)n;
	return 0;
}

static int
decode_failed(const struct feed *in, size_t status, struct err *err)
{
	ZSTD_ErrorCode code = ZSTD_getErrorCode(status);

	if (code == ZSTD_error_memory_allocation)
		memory_exhausted();
	if (code == ZSTD_error_checksum_wrong)
		return feed_fail(
		    in, err, REASON_Z_CHECKSUM, "checksum of a zstd frame is wrong");
	return feed_fail(in, err, REASON_Z_DAMAGED, ZSTD_getErrorName(status));
}

static int
read_body(struct unzstd *z, struct feed *in, struct fill *out, struct err *err)
{
	ZSTD_outBuffer room = { out->ptr, out->cap, out->len };
	ZSTD_inBuffer given;
	struct bytes window;
	size_t status;

	if (feed_fill(in, 1, err) != 0)
		return -1;
	window = feed_window(in);
	given = (ZSTD_inBuffer){ window.ptr, window.len, 0 };
	status = ZSTD_decompressStream(z->ctx, &room, &given);
	if (ZSTD_isError(status))
		return decode_failed(in, status, err);
	if (given.pos == 0 && room.pos == out->len && window.len == 0)
		return feed_fail(
		    in, err, REASON_INPUT_TRUNCATED, "file ends in a zstd frame");
	z->made += room.pos - out->len;
	out->len = room.pos;
	feed_skip(in, given.pos);
	if (z->size != SIZE_UNKNOWN &&
	    (z->made > z->size || (status == 0 && z->made != z->size)))
		return feed_fail(
		    in, err, REASON_Z_CHECKSUM, "size of a zstd frame is wrong");
	if (status == 0)
		z->state = STATE_NEXT;
	return 0;
}

int
unzstd_run(struct unzstd *z, struct feed *in, struct fill *out, uint64_t *skipped,
    bool *ended, struct err *err)
{
	int status = 0;

	*ended = false;
	while (status == 0 && !*ended && (out->len < out->cap || z->state != STATE_BODY))
		switch (z->state) {
		case STATE_NEXT:
			status = next_frame(z, in, skipped, ended, err);
			break;
		case STATE_SKIP:
			status = skip_frame(z, in, err);
			break;
		case STATE_BODY:
			status = read_body(z, in, out, err);
			break;
		}
	return status;
}
