/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_TARHEAD_H
#define INPUT_TARHEAD_H
/*
 * One header block of a tar archive (POSIX.1-1988 10.1.1; GNU and v7), field by field.
 *
 * What writers put there, and no more: readers skip, guess at or stumble over the rest, each
 * in its own way, and then unpack different files from the same octets.
 */
#include "base/err.h"

#define TAR_BLOCK ((size_t)512)

enum tar_format { TAR_V7, TAR_USTAR, TAR_GNU };

struct tarhead {
	enum tar_format format;
	char type;
	uint64_t size;
	struct bytes name, prefix, link; /* views of the block, up to the first NUL */
};

/*
 * `block` has a right checksum (magic.h). Fails with tar.ambiguous and tar.bad-size; the place
 * says where it starts, and the name of the member is added to it.
 */
int tarhead_parse(
    struct tarhead *out, const uint8_t *block, const struct where *at, struct err *err);

#endif
