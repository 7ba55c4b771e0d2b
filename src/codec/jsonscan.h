/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_JSONSCAN_H
#define CODEC_JSONSCAN_H
/*
 * Strict scan of one JSON document (RFC 8259): runs before any parser sees the bytes.
 *
 * What passes has one reading only: no member name twice in an object (compared after
 * unescaping), no bytes after the value, no byte order mark, valid UTF-8 and paired surrogates,
 * no NUL, no integer that a double cannot hold exactly, no number outside its range.
 *
 * No recursion. Memory is at most four times the document. The document is at most 4 GiB.
 * The offset in *err is the offset of the offending byte (or token) in the document; at->offset
 * is not looked at. `limits` NULL means the defaults; depth, tokens and string are used.
 *
 * Fails with the reasons json.syntax, json.encoding, json.nul, json.duplicate-key,
 * json.trailing-data, json.number-range, json.type (no value at all), limit.json-depth,
 * limit.json-tokens, limit.json-string.
 */
#include "base/buf.h"
#include "base/limits.h"

int jsonscan(struct bytes doc, const struct limits *limits, const struct where *at,
    struct err *err);

/*
 * The same scan, and bit i of *found is set if the top value is an object with a member named
 * names[i] after unescaping. count is at most 32. *found is set only on success.
 */
int jsonscan_top(uint32_t *found, struct bytes doc, const char *const *names,
    size_t count, const struct limits *limits, struct err *err);

/*
 * The same scan, and `plain` (reset first) gets one octet for each number in document order: 1 if
 * it is written as a plain non-negative integer, else 0. For jsonin.
 */
int jsonscan_numbers(struct buf *plain, struct bytes doc, const struct limits *limits,
    const struct where *at, struct err *err);

#endif
