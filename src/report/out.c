/* SPDX-License-Identifier: Apache-2.0 */
/* Text on its way to a report's sink. */
#include "report/out.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "codec/text.h"

enum { FLUSH_AT = 32768 };

int
out_stdout(void *ctx, struct bytes data, struct err *err)
{
	(void)ctx;
	if (fwrite(data.ptr, 1, data.len, stdout) != data.len)
		return err_sys(err, REASON_FILE_WRITE, NULL, "standard output");
	return 0;
}

void
out_init(struct out *o, struct report_sink *sink, const struct report_options *options,
    struct err *err)
{
	*o = (struct out){ .sink = sink, .err = err, .color = options->color };
	buf_init(&o->buf, (size_t)64 << 20);
	buf_init(&o->cell, (size_t)64 << 20);
}

static void
flush(struct out *o, size_t above)
{
	if (o->failed || o->buf.len <= above)
		return;
	if (o->sink->write(o->sink->ctx, buf_bytes(&o->buf), o->err) != 0)
		o->failed = true;
	buf_reset(&o->buf);
}

int
out_end(struct out *o)
{
	flush(o, 0);
	buf_clear(&o->buf);
	buf_clear(&o->cell);
	return o->failed ? -1 : 0;
}

void
out_text(struct out *o, const char *text)
{
	buf_text(&o->buf, text);
	flush(o, FLUSH_AT);
}

void
out_printf(struct out *o, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	out_text(o, text);
}

void
out_color(struct out *o, enum out_color color)
{
	static const char *const codes[] = { "\x1b[0m", "\x1b[1m", "\x1b[1;31m",
		"\x1b[33m", "\x1b[35m", "\x1b[32m", "\x1b[36m", "\x1b[2m" };

	if (o->color)
		out_text(o, codes[color]);
}

enum out_color
out_state_color(struct str state)
{
	static const struct {
		const char *state;
		enum out_color color;
	} rows[] = { { "NonCompliant", OUT_RED }, { "Error", OUT_MAGENTA },
		{ "Unknown", OUT_YELLOW }, { "Compliant", OUT_GREEN },
		{ "Exempt", OUT_CYAN } };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_is(state, rows[i].state))
			return rows[i].color;
	return OUT_DIM;
}

/* --- text from outside --- */

/* Escaped into o->cell; what is very long is cut before, so that nothing here is slow. */
static struct str
escaped(struct out *o, struct str text)
{
	buf_reset(&o->cell);
	text_show(&o->cell, str_bytes(str_upto(text, (size_t)OUT_SHOWN * 8)));
	return (struct str){ (const char *)o->cell.ptr, o->cell.len };
}

/* Length in octets of the longest start that takes at most `columns`. */
static size_t
fitting(struct str text, size_t columns)
{
	struct utf8_walk w = { .in = str_bytes(text) };
	struct utf8_unit u;
	size_t used = 0, end = 0;

	while (utf8_step(&w, &u)) {
		used += text_width((struct str){ text.ptr + end, w.pos - end });
		if (used > columns)
			break;
		end = w.pos;
	}
	return end;
}

/*
 * Start of the shortest end that takes more than total - columns: the last `columns`
 * columns.
 */
static size_t
tail_start(struct str text, size_t columns)
{
	size_t all = text_width(text);
	size_t pos = all <= columns ? 0 : fitting(text, all - columns);

	/* A wide character may stand across the cut. */
	while (pos < text.len && text_width(str_from(text, pos)) > columns) {
		pos++;
		while (pos < text.len && ((unsigned char)text.ptr[pos] & 0xc0) == 0x80)
			pos++;
	}
	return pos;
}

static void
put(struct out *o, struct str text)
{
	buf_str(&o->buf, text);
}

void
out_cell(struct out *o, struct str text, size_t width, size_t most, bool middle)
{
	struct str shown = escaped(o, text);
	size_t columns = text_width(shown), dot = 1;
	bool long_text = text.len > (size_t)OUT_SHOWN * 8;

	if (most == 0 || most > OUT_SHOWN)
		most = OUT_SHOWN;
	if (columns <= most && !long_text) {
		put(o, shown);
		for (; columns < width; columns++)
			buf_u8(&o->buf, ' ');
		flush(o, FLUSH_AT);
		return;
	}
	if (most < dot + 2)
		most = dot + 2;
	if (middle) {
		size_t head = (most - dot) / 2, tail = most - dot - head;

		put(o, str_upto(shown, fitting(shown, head)));
		buf_text(&o->buf, OUT_DOTS);
		put(o, str_from(shown, tail_start(shown, tail)));
	} else {
		put(o, str_upto(shown, fitting(shown, most - dot)));
		buf_text(&o->buf, OUT_DOTS);
	}
	for (columns = most; columns < width; columns++)
		buf_u8(&o->buf, ' ');
	flush(o, FLUSH_AT);
}

struct str
out_cut(struct arena *mem, struct str shown, size_t most, bool middle)
{
	size_t room = most < 3 ? 2 : most - 1; /* beside the dots */
	size_t tail = middle ? room - room / 2 : 0;
	struct str head, end;

	if (text_width(shown) <= most)
		return shown;
	head = str_upto(shown, fitting(shown, room - tail));
	end = str_from(shown, tail_start(shown, tail));
	return arena_printf(mem, "%.*s" OUT_DOTS "%.*s", STR_ARG(head), STR_ARG(end));
}

void
out_show(struct out *o, struct str text)
{
	out_cell(o, text, 0, 0, false);
	if (text.len > (size_t)OUT_SHOWN * 8 || text_width(escaped(o, text)) > OUT_SHOWN)
		out_printf(o, " (%zu octets in all)", text.len);
}

size_t
out_width(struct out *o, struct str text)
{
	size_t n = text_width(escaped(o, text));

	return n > OUT_SHOWN ? OUT_SHOWN : n;
}

void
out_wrapped(struct out *o, struct str text, size_t indent, size_t width)
{
	size_t room = width > indent + 20 ? width - indent : 0;

	while (text.len > 0) {
		size_t n = text.len;

		if (room != 0 && n > room) {
			n = room;
			while (n > 0 && text.ptr[n] != ' ')
				n--;
			if (n == 0)
				n = str_find(text, ' ');
		}
		out_printf(o, "%*s", (int)indent, "");
		out_show(o, str_upto(text, n));
		out_text(o, "\n");
		text = str_from(text, n);
		while (text.len > 0 && text.ptr[0] == ' ')
			text = str_from(text, 1);
	}
}

bool
out_key_open(struct str name)
{
	return str_starts(name, STR("RSA"));
}
