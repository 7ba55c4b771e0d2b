/* SPDX-License-Identifier: Apache-2.0 */
/* The octets of an archive whatever it is packed with, counted and bounded. */
#include "input/unpack.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/file.h"
#include "input/feed.h"
#include "input/fill.h"
#include "input/magic.h"
#include "input/ungzip.h"
#include "input/unzstd.h"

/* The ratio counts from here on: small files may well be zeros. */
#define RATIO_FROM (UINT64_C(64) << 20)

struct unpack {
	struct feed in;
	const struct limits *limits;
	struct file_id id;
	enum unpack_form form;
	struct ungzip *gzip;
	struct unzstd *zstd;
	uint8_t *block; /* plain octets; NULL for a plain file */
	size_t given;   /* of a plain file: octets of the window now with the caller */
	uint64_t expanded, skipped;
	bool begun, stream_ended, ended, trailing_zeros;
};

static int
refuse_magic(const struct magic *m, struct err *err)
{
	switch (m->class) {
	case MAGIC_COMPRESSION:
		return err_set(err, REASON_INPUT_COMPRESSION, NULL,
		    "%s is not read, convert it: %s", m->name, m->advice);
	case MAGIC_ARCHIVE:
		return err_set(err, REASON_INPUT_FORMAT, NULL,
		    "%s is not read, convert it: %s", m->name, m->advice);
	case MAGIC_ZSTD_OTHER:
		return err_set(err, REASON_Z_UNSUPPORTED, NULL, "%s is not read: %s",
		    m->name, m->advice);
	case MAGIC_ENCRYPTED:
		return err_set(err, REASON_INPUT_ENCRYPTED, NULL,
		    "encrypted with %s: decrypt it and audit what comes out", m->name);
	case MAGIC_TEXT:
		return err_set(err, REASON_INPUT_FORM, NULL, "a %s on its own: %s",
		    m->name, m->advice);
	case MAGIC_POLYGLOT:
		return err_set(err, REASON_TAR_AMBIGUOUS, NULL,
		    "first block is a tar header and the start of %s as well", m->name);
	case MAGIC_UNKNOWN:
	case MAGIC_TAR:
	case MAGIC_GZIP:
	case MAGIC_ZSTD:
		break;
	}
	return 0;
}

static int
detect(struct unpack *u, struct err *err)
{
	struct magic m;

	if (feed_fill(&u->in, MAGIC_BYTES, err) != 0)
		return -1;
	if (feed_window(&u->in).len == 0)
		return err_set(err, REASON_INPUT_EMPTY, NULL, "file is empty");
	m = magic_find(feed_window(&u->in));
	if (refuse_magic(&m, err) != 0)
		return -1;
	if (m.class == MAGIC_GZIP) {
		u->form = UNPACK_GZIP;
		u->gzip = ungzip_new();
	} else if (m.class == MAGIC_ZSTD) {
		u->form = UNPACK_ZSTD;
		u->zstd = unzstd_new(u->limits->v[LIMIT_ZSTD_WINDOW]);
	}
	if (u->form != UNPACK_PLAIN)
		u->block = xmalloc(FEED_BLOCK);
	return 0;
}

int
unpack_open(struct unpack **out, int fd, const struct limits *limits, struct err *err)
{
	AUTO(unpack_close) struct unpack *u = xmalloc(sizeof(*u));

	*u = (struct unpack){ .limits = limits };
	if (file_identify(&u->id, fd, err) != 0)
		return -1;
	if (u->id.size > limits->v[LIMIT_INPUT_BYTES])
		return err_set(err, REASON_LIMIT_INPUT_HIT, NULL,
		    "%llu octets, limit %llu", (unsigned long long)u->id.size,
		    (unsigned long long)limits->v[LIMIT_INPUT_BYTES]);
	feed_init(&u->in, fd, u->id.size);
	if (detect(u, err) != 0)
		return -1;
	*out = TAKE(u);
	return 0;
}

void
unpack_close(struct unpack *u)
{
	if (u == NULL)
		return;
	feed_clear(&u->in);
	ungzip_free(u->gzip);
	unzstd_free(u->zstd);
	free(u->block);
	free(u);
}

void
unpack_hash(struct unpack *u, struct hasher *hasher)
{
	feed_hash(&u->in, hasher);
}

void
unpack_any(struct unpack *u)
{
	u->begun = true;
}

static int
check_limits(const struct unpack *u, struct err *err)
{
	uint64_t made = u->expanded + u->skipped,
		 most = u->limits->v[LIMIT_EXPANDED_BYTES];
	uint64_t taken = feed_offset(&u->in), allowed;

	if (made > most)
		return err_set(err, REASON_LIMIT_EXPANDED_HIT, NULL,
		    "more than %llu octets", (unsigned long long)most);
	if (u->form == UNPACK_PLAIN || made <= RATIO_FROM)
		return 0;
	if (!__builtin_mul_overflow(taken, u->limits->v[LIMIT_RATIO], &allowed) &&
	    made > allowed)
		return err_set(err, REASON_LIMIT_RATIO_HIT, NULL,
		    "%llu octets out of %llu, limit %llu to 1", (unsigned long long)made,
		    (unsigned long long)taken,
		    (unsigned long long)u->limits->v[LIMIT_RATIO]);
	return 0;
}

static bool
all_zero(struct bytes b)
{
	return b.len == 0 || (b.ptr[0] == 0 && memcmp(b.ptr, b.ptr + 1, b.len - 1) == 0);
}

/* What follows the last member or frame: nothing, or zeros as tapes and copying tools add
 * them. */
static int
read_trailing(struct unpack *u, struct err *err)
{
	struct bytes rest;

	for (;;) {
		if (feed_fill(&u->in, 1, err) != 0)
			return -1;
		rest = feed_window(&u->in);
		if (rest.len == 0)
			return 0;
		if (!all_zero(rest))
			return feed_fail(&u->in, err, REASON_Z_TRAILING_DATA,
			    "octets after the compressed stream");
		u->trailing_zeros = true;
		feed_skip(&u->in, rest.len);
	}
}

static int
next_plain(struct bytes *block, struct unpack *u, struct err *err)
{
	feed_skip(&u->in, u->given);
	u->given = 0;
	if (feed_fill(&u->in, FEED_BLOCK, err) != 0)
		return -1;
	*block = feed_window(&u->in);
	u->given = block->len;
	return 0;
}

static int
next_unpacked(struct bytes *block, struct unpack *u, struct err *err)
{
	struct fill out = { u->block, 0, FEED_BLOCK };
	int status;

	if (!u->stream_ended) {
		status = u->form == UNPACK_GZIP
			     ? ungzip_run(u->gzip, &u->in, &out, &u->stream_ended, err)
			     : unzstd_run(u->zstd, &u->in, &out, &u->skipped,
				   &u->stream_ended, err);
		if (status != 0)
			return -1;
	}
	if (u->stream_ended && read_trailing(u, err) != 0)
		return -1;
	*block = bytes_of(out.ptr, out.len);
	return 0;
}

/* One layer only: what comes out must not be compressed again. */
static int
check_first(const struct unpack *u, struct bytes block, struct err *err)
{
	struct magic m = magic_find(block);

	if (u->form == UNPACK_PLAIN)
		return 0;
	if (m.class == MAGIC_GZIP || m.class == MAGIC_ZSTD ||
	    m.class == MAGIC_COMPRESSION || m.class == MAGIC_ZSTD_OTHER)
		return err_set(err, REASON_Z_NESTED, NULL, "%s inside %s", m.name,
		    u->form == UNPACK_GZIP ? "gzip" : "zstd");
	return refuse_magic(&m, err);
}

static int
check_same(const struct unpack *u, struct err *err)
{
	struct file_id now;

	if (file_identify(&now, u->in.fd, err) != 0)
		return -1;
	if (!file_same(&u->id, &now))
		return err_set(err, REASON_INPUT_CHANGED, NULL,
		    "size, time or inode changed while the file was read");
	return 0;
}

static int
next_block(struct bytes *block, struct unpack *u, struct err *err)
{
	if (u->form == UNPACK_PLAIN ? next_plain(block, u, err)
				    : next_unpacked(block, u, err))
		return -1;
	u->expanded += block->len;
	if (check_limits(u, err) != 0)
		return -1;
	if (!u->begun && block->len > 0 && check_first(u, *block, err) != 0)
		return -1;
	u->begun = true;
	if (block->len > 0)
		return 0;
	u->ended = true;
	if (u->in.pos != u->id.size)
		return err_set(
		    err, REASON_INPUT_CHANGED, NULL, "file has shrunk while it was read");
	return check_same(u, err);
}

int
unpack_next(struct bytes *block, struct unpack *u, struct err *err)
{
	struct err changed;

	*block = bytes_of(NULL, 0);
	if (u->ended)
		return 0;
	if (next_block(block, u, err) == 0)
		return 0;
	/* A file that somebody writes to looks damaged: say what really happened. */
	if (check_same(u, &changed) != 0 && err != NULL)
		*err = changed;
	return -1;
}

enum unpack_form
unpack_form(const struct unpack *u)
{
	return u->form;
}

struct unpack_totals
unpack_totals(const struct unpack *u)
{
	return (struct unpack_totals){ .size = u->id.size,
		.done = feed_offset(&u->in) + u->given,
		.expanded = u->expanded,
		.trailing_zeros = u->trailing_zeros };
}

const char *
unpack_zlib(void)
{
	return zlibVersion();
}

const char *
unpack_zstd(void)
{
	return ZSTD_versionString();
}
