/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_MEMBER_H
#define INPUT_MEMBER_H
/* Names of archive members and of files below a layout folder: one spelling, or refused.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "crypto/digest.h"

enum member_name {
	MEMBER_OK,
	MEMBER_TOP,     /* "./": the folder itself */
	MEMBER_LITTER,  /* what macOS leaves behind */
	MEMBER_ESCAPES, /* "..", absolute, empty, "/" at the end of a file, inner "." */
	MEMBER_BAD      /* control octets, not UTF-8, too long */
};

#define MEMBER_WRAPS 2 /* folders around an export that are stripped */
#define MEMBER_PARTS 8 /* more parts are counted, not kept */

struct member_path {
	struct bytes text;               /* without leading "./" and doubled "/" */
	struct bytes part[MEMBER_PARTS]; /* views of text */
	size_t count;
	bool ascii;
};

/* Views live in `text`, which is reset first; its limit is raised to fit the name. */
enum member_name member_parse(struct member_path *out, struct buf *text, struct bytes raw,
    bool folder, const struct limits *limits);

static inline bool
member_part_is(const struct member_path *p, size_t i, const char *name)
{
	return i < p->count && i < MEMBER_PARTS &&
	       bytes_equal(p->part[i], bytes_of(name, strlen(name)));
}

/* Is it "blobs/ALGORITHM/HEX" below at most two folders? *depth: how many. */
bool member_blob(struct digest *out, size_t *depth, const struct member_path *p);

#endif
