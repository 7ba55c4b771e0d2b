/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_UNPACK_H
#define INPUT_UNPACK_H
/*
 * A file as a stream of plain octets: as it is, or out of gzip or zstd. The compression
 * is told by content. Everything that a checksum or a length says is checked; other
 * compressions and archive formats are refused by name, with the command that converts
 * them.
 *
 * Memory: two blocks of 1 MiB, and the zstd window.
 */
#include "base/err.h"
#include "base/limits.h"
#include "crypto/digest.h"

enum unpack_form { UNPACK_PLAIN, UNPACK_GZIP, UNPACK_ZSTD };

struct unpack_totals {
	uint64_t size;       /* octets of the file */
	uint64_t done;       /* of these, taken so far */
	uint64_t expanded;   /* plain octets handed out */
	bool trailing_zeros; /* after the last member or frame; known at the end */
};

struct unpack;

/*
 * Begin at the start of `fd`, a plain file that stays the caller's. Fails with
 * input.empty, limit.input, input.compression, input.format, input.form (a JSON
 * document), z.unsupported and tar.ambiguous (first octets are two things at once).
 */
int unpack_open(
    struct unpack **out, int fd, const struct limits *limits, struct err *err);
void unpack_close(struct unpack *u);
DEFINE_AUTO(struct unpack, unpack_close)

/* Right after unpack_open: `hasher`, which has begun, gets every octet of the file as it is read. */
void unpack_hash(struct unpack *u, struct hasher *hasher);

/* Before the first block: what comes out may be anything. */
void unpack_any(struct unpack *u);

/*
 * The next block, at most 1 MiB, borrowed until the next call; length 0 at the end, and
 * again after it. Before it says "end" it makes sure that the file has not changed. Fails
 * with z.*, limit.*, input.truncated, input.changed.
 */
int unpack_next(struct bytes *block, struct unpack *u, struct err *err);

enum unpack_form unpack_form(const struct unpack *u);
struct unpack_totals unpack_totals(const struct unpack *u);

/* Versions of the libraries at run time, "1.2.13". */
const char *unpack_zlib(void);
const char *unpack_zstd(void);

#endif
