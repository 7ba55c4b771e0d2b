/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_TARSCAN_H
#define INPUT_TARSCAN_H
/*
 * Own strict scan of a tar stream (POSIX.1-2001 pax, ustar, GNU and v7), fed with blocks.
 * It lists the members; libarchive must list the same ones (tarin.h), else the archive
 * has two readings.
 *
 * Where known readers differ, the archive is refused instead of read: repeated or mixed
 * extended headers, names or sizes in global headers, links and folders with data, sparse
 * members, octets after the end marker. Memory: one extended header (at most 1 MiB) and
 * the members of one block.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"

enum tar_kind { TAR_FILE, TAR_FOLDER, TAR_HARDLINK, TAR_SYMLINK, TAR_SPECIAL };

struct tar_member {
	enum tar_kind kind;
	struct bytes name, link; /* raw octets, no NUL inside */
	uint64_t size;           /* of the data; 0 if not a file */
	uint64_t offset;         /* of the data in the stream */
	bool foreign_owner;      /* pax header names a user or group outside ASCII */
};

struct tarscan;
/* `total`: octets of the stream if known, else UINT64_MAX. */
struct tarscan *tarscan_new(const struct limits *limits, uint64_t total);
void tarscan_free(struct tarscan *s);
DEFINE_AUTO(struct tarscan, tarscan_free)

/* The next octets. Fails with tar.*, limit.members, input.format, input.truncated. */
int tarscan_push(struct tarscan *s, struct bytes block, struct err *err);
/*
 * No more octets. Fails with input.truncated, input.empty, tar.pax-malformed. An archive that is
 * whole but for its end marker may have lost members: *cut then says so (input.truncated).
 */
int tarscan_end(struct tarscan *s, struct err *cut, struct err *err);

/* The oldest member not taken yet; false if there is none. Views live until the next
 * push. */
bool tarscan_take(struct tar_member *out, struct tarscan *s);

#endif
