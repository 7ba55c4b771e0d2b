/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_CBORIN_H
#define CODEC_CBORIN_H
/*
 * Strict CBOR reader (RFC 8949) over octets in memory: the only user of libcbor.
 *
 * cborin_open looks at the whole document first and refuses whatever could be read in two
 * ways: indefinite lengths, heads that are not in their shortest form (RFC 8949 4.2.1),
 * labels that stand twice in one map at any depth, labels other than integers of 63 bits
 * and text, text that is not UTF-8 or holds NUL, simple values but false, true, null and
 * undefined, and octets after the item. A declared count is compared with the octets
 * left, and never sizes memory. After that the items are pulled one by one; they borrow
 * from the document.
 *
 * Nothing is recursive. Memory grows with the labels really read, which the item limit
 * bounds.
 */
#include "base/arena.h"
#include "base/limits.h"

#define CBORIN_DEPTH_MOST 64 /* what --limit-cbor-depth accepts */

enum cborin_kind {
	CBORIN_END, /* no more items: also what a reader gets who goes too far */
	CBORIN_UINT,
	CBORIN_NINT,
	CBORIN_BYTES,
	CBORIN_TEXT,
	CBORIN_ARRAY,
	CBORIN_MAP,
	CBORIN_TAG,
	CBORIN_FLOAT,
	CBORIN_BOOL,
	CBORIN_NULL,
	CBORIN_UNDEFINED
};

struct cborin_item {
	enum cborin_kind kind;
	/* UINT: n; NINT: -1 - n; TAG: its number; BOOL: 0, 1; ARRAY: items; MAP: pairs */
	uint64_t value;
	double number; /* FLOAT of any width */
	struct bytes content; /* BYTES, TEXT */
	struct bytes raw; /* head and content; of ARRAY, MAP and TAG only the head */
	uint64_t offset; /* of the head, in the file */
};

enum cborin_tags { CBORIN_TAGS_REFUSED, CBORIN_TAGS_ALLOWED };

struct cborin {
	struct bytes in;
	size_t pos;
	uint64_t base; /* offset of in.ptr in the file */
};

/*
 * Check the whole document and stand before its first item. `base` is the offset of `doc`
 * in its file, for the places of errors. Fails with cbor.syntax, cbor.indefinite,
 * cbor.non-canonical, cbor.duplicate-key, cbor.label, cbor.text, cbor.tag,
 * cbor.trailing-data, limit.cbor-depth, limit.cbor-items.
 */
int cborin_open(struct cborin *c, struct bytes doc, uint64_t base, enum cborin_tags tags,
    const struct limits *limits, const struct where *at, struct err *err);

/* The next head, and its content if it is no container. */
struct cborin_item cborin_next(struct cborin *c);

/* Go behind everything in `item`, which cborin_next gave last; returns all its octets. */
struct bytes cborin_skip(struct cborin *c, const struct cborin_item *item);

/* The integer, if it is one and fits. */
bool cborin_int(int64_t *out, const struct cborin_item *item);

static inline struct str
cborin_text(const struct cborin_item *item) /* absent unless TEXT */
{
	return item->kind == CBORIN_TEXT
		   ? (struct str){ (const char *)item->content.ptr, item->content.len }
		   : STR_NONE;
}

/* For messages: "a byte string", "null". */
const char *cborin_kind_name(enum cborin_kind kind);

/*
 * A value for people: text as it is, numbers in decimal, everything else as h'...' of
 * `raw`.
 */
struct str cborin_show(
    struct arena *mem, const struct cborin_item *item, struct bytes raw);

/* Version of the library behind it: the one it was built with, it reports none. */
const char *cborin_library(void);

#endif
