/* SPDX-License-Identifier: Apache-2.0 */
/* Reasons, and errors with their place. */
#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

#define X(id, code, class, severity, title, remedy, controls)                            \
	[REASON_##                                                                       \
	    id] = { code, ERR_##class, SEVERITY_##severity, title, remedy, controls },
static const struct reason_row rows[REASON_COUNT] = {
	[REASON_NONE] = { "", ERR_FINDING, SEVERITY_INFO, "", "", "" },
#include "base/reason.def"
};
#undef X

const struct reason_row *
reason_row(enum reason r)
{
	assert(r < REASON_COUNT);
	return &rows[r];
}

const char *
reason_code(enum reason r)
{
	return reason_row(r)->code;
}

bool
reason_find(enum reason *out, struct str code)
{
	for (unsigned i = 1; i < REASON_COUNT; i++) {
		if (str_is(code, rows[i].code)) {
			*out = (enum reason)i;
			return true;
		}
	}
	return false;
}

/*
 * The fields of an error go into the record, so they are always whole UTF-8 without NUL: bytes
 * that are no UTF-8 are written as \xNN, and what does not fit is cut between characters.
 */
static void
field_set(char *out, size_t size, struct bytes in)
{
	size_t n = 0;

	for (size_t i = 0, len; i < in.len; i += len) {
		uint32_t cp;
		char hex[5];

		len = utf8_next(&cp, in.ptr + i, in.len - i);
		if (len == 0 || cp == 0) {
			len = 1;
			if (n + sizeof(hex) > size)
				break;
			snprintf(hex, sizeof(hex), "\\x%02X", in.ptr[i]);
			memcpy(out + n, hex, 4);
			n += 4;
			continue;
		}
		if (n + len >= size)
			break;
		memcpy(out + n, in.ptr + i, len);
		n += len;
	}
	out[n] = '\0';
}

ATTR_PRINTF(5, 0)
static int
err_vset(struct err *err, enum reason reason, int sys, const struct where *at,
    const char *fmt, va_list args)
{
	char text[sizeof(err->text)];
	int n;

	*err = (struct err){ .reason = reason, .sys = sys };
	n = vsnprintf(text, sizeof(text), fmt, args);
	if (n > 0) {
		size_t len = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
		uint32_t cp;

		/* A character that vsnprintf cut in two is dropped, not shown as bytes. */
		for (size_t back = 1; (size_t)n > len && back < 4 && back < len; back++) {
			if ((uint8_t)text[len - back] < 0xc0)
				continue;
			if (utf8_next(&cp, (const uint8_t *)text + len - back, back) == 0)
				len -= back;
			break;
		}
		field_set(err->text, sizeof(err->text), bytes_of(text, len));
	}
	if (at == NULL)
		return -1;
	field_set(err->file, sizeof(err->file), str_bytes(at->file));
	field_set(err->blob, sizeof(err->blob), str_bytes(at->blob));
	field_set(err->pointer, sizeof(err->pointer), str_bytes(at->pointer));
	err->offset = at->offset;
	return -1;
}

int
err_set(struct err *err, enum reason reason, const struct where *at, const char *fmt, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	va_start(args, fmt);
	err_vset(err, reason, 0, at, fmt, args);
	va_end(args);
	return -1;
}

int
err_at(struct err *err, enum reason reason, const struct where *at, uint64_t offset,
    const char *text)
{
	struct where here = { 0 };

	if (at != NULL)
		here = *at;
	here.offset = offset;
	return err_set(err, reason, &here, "%s", text);
}

int
err_sys(struct err *err, enum reason reason, const struct where *at, const char *fmt, ...)
{
	int sys = errno;
	va_list args;

	if (err == NULL)
		return -1;
	va_start(args, fmt);
	err_vset(err, reason, sys, at, fmt, args);
	va_end(args);
	return -1;
}

static void
show_part(struct buf *out, const char *part, const char *after)
{
	struct utf8_walk w = { .in = str_bytes(str_of(part)) };
	struct utf8_unit u;

	if (part[0] == '\0')
		return;
	while (utf8_step(&w, &u))
		utf8_write(out, &w, &u);
	buf_text(out, after);
}

void
err_show(struct buf *out, const struct err *err)
{
	show_part(out, err->file, ": ");
	show_part(out, err->blob, ": ");
	show_part(out, err->pointer, ": ");
	if (err->offset != 0)
		buf_printf(out, "offset %" PRIu64 ": ", err->offset);
	show_part(
	    out, err->text[0] != '\0' ? err->text : reason_row(err->reason)->title, "");
	if (err->sys != 0) {
		/* Not strerror(): it shares its memory between threads. */
		const char *what = strerrordesc_np(err->sys);

		buf_printf(out, ": %s", what == NULL ? "unknown error" : what);
	}
}
