/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_TEXT_H
#define CODEC_TEXT_H
/*
 * Text from outside: checked on the way in, escaped on the way out.
 *
 * All writers here share one rule of what a reader must not be shown raw: bytes that are not
 * UTF-8 appear as \xNN; control characters (line ends too), direction overrides, invisible code
 * points and floods of combining marks as \u{NNNN}.
 */
#include "base/arena.h"
#include "base/buf.h"

/* Strict UTF-8 (RFC 3629): no surrogates, no overlong forms, at most U+10FFFF. NUL is allowed. */
bool text_is_utf8(struct bytes b);
/* *out views `b` if it is UTF-8 without NUL. */
bool text_check(struct str *out, struct bytes b);

/* For terminals and logs. Applied twice it changes nothing more. */
void text_show(struct buf *out, struct bytes raw);
/* The same in the arena, cut at 64 KiB. For names of files: on disk they are any octets. */
struct str text_shown(struct arena *mem, struct str raw);
/* For HTML, in text and in quoted attributes: also & < > " ' as entities. */
void text_html(struct buf *out, struct str s);
/*
 * One CSV field, always quoted (RFC 4180). One ' goes before a field that a spreadsheet would take
 * for a formula: first character, leading blanks aside, one of = + - @ TAB CR LF.
 */
void text_csv(struct buf *out, struct str field);

/* Columns on a terminal: 0 for combining marks, 2 for East Asian wide characters, else 1. */
size_t text_width(struct str s);

#endif
