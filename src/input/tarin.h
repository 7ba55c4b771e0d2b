/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_TARIN_H
#define INPUT_TARIN_H
/*
 * A tar archive, member by member: the only file that includes libarchive.
 *
 * libarchive reads tar and nothing else, from the blocks of unpack; the same blocks go
 * through tarscan, and each member must come out of both alike. Nothing is ever written
 * to a file system.
 */
#include "input/tarscan.h"
#include "input/unpack.h"

struct tarin;

/* `u` stays the caller's and must outlive *out. */
int tarin_open(
    struct tarin **out, struct unpack *u, const struct limits *limits, struct err *err);
void tarin_close(struct tarin *t);
DEFINE_AUTO(struct tarin, tarin_close)

/*
 * The next member; *more is false at the end, and then the stream was read to its last
 * octet. Its views live until the next call. Data not asked for is passed over. Fails
 * with tar.*, z.*, input.*, limit.*.
 */
int tarin_next(struct tar_member *out, struct tarin *t, bool *more, struct err *err);
/* The next octets of the member, borrowed until the next call; length 0 at their end. */
int tarin_data(struct bytes *out, struct tarin *t, struct err *err);

/* At the end: why the archive may have lost members; NULL if it has its end marker. */
const struct err *tarin_cut(const struct tarin *t);

/* Version of libarchive at run time, "3.6.2". */
const char *tarin_library(void);

#endif
