/* SPDX-License-Identifier: Apache-2.0 */
/* Streaming writer of one JSON value. */
#include "codec/jsonout.h"

#include <inttypes.h>

#include "base/utf8.h"

enum { FLUSH_AT = 32768, DEPTH_MOST = 64 };

void
jsonout_init(struct jsonout *j, struct buf *buf,
    int (*flush)(void *ctx, struct bytes data), void *ctx, bool pretty)
{
	*j = (struct jsonout){ .buf = buf, .flush = flush, .ctx = ctx, .pretty = pretty };
}

static uint64_t
level_bit(const struct jsonout *j)
{
	return UINT64_C(1) << (j->depth - 1);
}

static bool
in_object(const struct jsonout *j)
{
	return j->depth != 0 && (j->objects & level_bit(j)) != 0;
}

static void
flush_buffer(struct jsonout *j, size_t above)
{
	/* Before the reset below forgets it. */
	if (j->buf->full)
		j->failed = true;
	if (j->flush == NULL || j->failed || j->buf->len <= above)
		return;
	if (j->flush(j->ctx, buf_bytes(j->buf)) != 0)
		j->failed = true;
	buf_reset(j->buf);
}

static void
new_line(struct jsonout *j)
{
	if (!j->pretty)
		return;
	buf_u8(j->buf, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		buf_text(j->buf, "  ");
}

/* Comma and line end before a key or, in an array, before a value. */
static void
separate(struct jsonout *j)
{
	if (j->depth == 0)
		return;
	if ((j->filled & level_bit(j)) != 0)
		buf_u8(j->buf, ',');
	j->filled |= level_bit(j);
	new_line(j);
}

static void
put_escaped(struct jsonout *j, uint32_t cp)
{
	switch (cp) {
	case '"':
		buf_text(j->buf, "\\\"");
		return;
	case '\\':
		buf_text(j->buf, "\\\\");
		return;
	case '\n':
		buf_text(j->buf, "\\n");
		return;
	case '\r':
		buf_text(j->buf, "\\r");
		return;
	case '\t':
		buf_text(j->buf, "\\t");
		return;
	default:
		break;
	}
	/* RFC 8259 section 7: beyond the basic plane, a surrogate pair. */
	if (cp >= 0x10000)
		buf_printf(j->buf, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10),
		    0xdc00 + ((cp - 0x10000) & 0x3ff));
	else
		buf_printf(j->buf, "\\u%04x", cp);
}

/* Length of the ASCII at p that stands for itself. */
static size_t
plain_run(const uint8_t *p, size_t left)
{
	size_t n = 0;

	while (n < left && p[n] >= 0x20 && p[n] < 0x7f && p[n] != '"' && p[n] != '\\')
		n++;
	return n;
}

static void
put_string(struct jsonout *j, struct str s)
{
	const uint8_t *p = str_bytes(s).ptr;
	uint32_t cp;

	buf_u8(j->buf, '"');
	for (size_t i = 0, n; i < s.len; i += n) {
		n = plain_run(p + i, s.len - i);
		if (n != 0) {
			buf_add(j->buf, bytes_of(p + i, n));
			continue;
		}
		n = utf8_next(&cp, p + i, s.len - i);
		if (n == 0) {
			n = 1;
			buf_text(j->buf, "\xef\xbf\xbd"); /* U+FFFD */
		} else if (cp == '"' || cp == '\\' || utf8_hidden(cp)) {
			put_escaped(j, cp);
		} else {
			buf_add(j->buf, bytes_of(p + i, n));
		}
	}
	buf_u8(j->buf, '"');
}

void
jsonout_key(struct jsonout *j, struct str key)
{
	flush_buffer(j, FLUSH_AT);
	if (!in_object(j) || j->keyed)
		j->failed = true;
	if (j->failed)
		return;
	separate(j);
	put_string(j, key);
	buf_text(j->buf, j->pretty ? ": " : ":");
	j->keyed = true;
}

/* All that goes before a value. False if nothing may be written any more. */
static bool
value_begin(struct jsonout *j, const char *key)
{
	if (key != NULL)
		jsonout_key(j, str_of(key));
	else
		flush_buffer(j, FLUSH_AT);
	/* A key in an object and only there; one value at the top. */
	if (in_object(j) != j->keyed || (j->depth == 0 && (j->filled & 1) != 0))
		j->failed = true;
	if (j->failed)
		return false;
	if (!j->keyed)
		separate(j);
	j->keyed = false;
	if (j->depth == 0)
		j->filled = 1;
	return true;
}

static void
open_level(struct jsonout *j, const char *key, bool object)
{
	if (!value_begin(j, key))
		return;
	if (j->depth == DEPTH_MOST) {
		j->failed = true;
		return;
	}
	j->depth++;
	j->filled &= ~level_bit(j);
	j->objects = object ? j->objects | level_bit(j) : j->objects & ~level_bit(j);
	buf_u8(j->buf, object ? '{' : '[');
}

static void
close_level(struct jsonout *j, bool object)
{
	bool filled;

	if (j->depth == 0 || in_object(j) != object || j->keyed)
		j->failed = true;
	if (j->failed)
		return;
	filled = (j->filled & level_bit(j)) != 0;
	j->depth--;
	if (filled)
		new_line(j);
	buf_u8(j->buf, object ? '}' : ']');
	if (j->depth == 0)
		j->filled = 1;
}

void
jsonout_object_begin(struct jsonout *j, const char *key)
{
	open_level(j, key, true);
}

void
jsonout_object_end(struct jsonout *j)
{
	close_level(j, true);
}

void
jsonout_array_begin(struct jsonout *j, const char *key)
{
	open_level(j, key, false);
}

void
jsonout_array_end(struct jsonout *j)
{
	close_level(j, false);
}

void
jsonout_str(struct jsonout *j, const char *key, struct str value)
{
	if (!value_begin(j, key))
		return;
	if (value.ptr == NULL)
		buf_text(j->buf, "null");
	else
		put_string(j, value);
}

void
jsonout_text(struct jsonout *j, const char *key, const char *value)
{
	jsonout_str(j, key, str_of(value));
}

void
jsonout_word(struct jsonout *j, const char *key, const char *word)
{
	jsonout_text(j, key, word[0] == '\0' ? NULL : word);
}

void
jsonout_u64(struct jsonout *j, const char *key, uint64_t value)
{
	if (value_begin(j, key))
		buf_printf(j->buf, "%" PRIu64, value);
}

void
jsonout_i64(struct jsonout *j, const char *key, int64_t value)
{
	if (value_begin(j, key))
		buf_printf(j->buf, "%" PRId64, value);
}

void
jsonout_bool(struct jsonout *j, const char *key, bool value)
{
	if (value_begin(j, key))
		buf_text(j->buf, value ? "true" : "false");
}

void
jsonout_null(struct jsonout *j, const char *key)
{
	if (value_begin(j, key))
		buf_text(j->buf, "null");
}

void
jsonout_when(struct jsonout *j, const char *key, struct when value)
{
	char text[WHEN_TEXT];

	when_format(text, value);
	jsonout_text(j, key, text);
}

void
jsonout_raw(struct jsonout *j, const char *key, struct bytes value)
{
	if (value_begin(j, key))
		buf_add(j->buf, value);
}

int
jsonout_end(struct jsonout *j)
{
	if (j->depth != 0 || j->filled != 1)
		j->failed = true;
	if (!j->failed)
		buf_u8(j->buf, '\n');
	flush_buffer(j, 0);
	return j->failed ? -1 : 0;
}
