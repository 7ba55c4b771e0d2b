/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside: checked on the way in, escaped on the way out. */
#include "codec/text.h"

#include "base/defs.h"
#include "base/utf8.h"

/* Eight octets at once: is none of them above 0x7f? */
static bool
all_ascii(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return (v & UINT64_C(0x8080808080808080)) == 0;
}

bool
text_is_utf8(struct bytes b)
{
	uint32_t cp;

	for (size_t i = 0, n; i < b.len; i += n) {
		if (b.len - i >= 8 && all_ascii(b.ptr + i)) {
			n = 8;
			continue;
		}
		n = utf8_next(&cp, b.ptr + i, b.len - i);
		if (n == 0)
			return false;
	}
	return true;
}

bool
text_check(struct str *out, struct bytes b)
{
	if (!text_is_utf8(b) || (b.len != 0 && memchr(b.ptr, 0, b.len) != NULL))
		return false;
	/* Empty text is text: absent is only what was not there. */
	*out = (struct str){ b.len == 0 ? "" : (const char *)b.ptr, b.len };
	return true;
}

void
text_show(struct buf *out, struct bytes raw)
{
	struct utf8_walk w = { .in = raw };
	struct utf8_unit u;

	while (utf8_step(&w, &u))
		utf8_write(out, &w, &u);
}

struct str
text_shown(struct arena *mem, struct str raw)
{
	AUTO(buf_clear) struct buf b = { .max = 65536 };

	text_show(&b, str_bytes(raw));
	return arena_str(mem, (struct str){ buf_cstr(&b), b.len });
}

static const char *
html_entity(uint32_t cp)
{
	switch (cp) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
text_html(struct buf *out, struct str s)
{
	struct utf8_walk w = { .in = str_bytes(s) };
	struct utf8_unit u;

	while (utf8_step(&w, &u)) {
		const char *entity = u.shown ? html_entity(u.cp) : NULL;

		if (entity != NULL)
			buf_text(out, entity);
		else
			utf8_write(out, &w, &u);
	}
}

/* OWASP "CSV injection": also the full-width forms, which spreadsheets fold. */
static bool
starts_formula(struct str field)
{
	static const uint32_t starts[] = { '=', '+', '-', '@', '\t', '\r', '\n', '\0',
		0xff1d, 0xff0b, 0xff0d, 0xff20 };
	uint32_t cp;

	while (field.len != 0 && field.ptr[0] == ' ')
		field = str_from(field, 1);
	if (utf8_next(&cp, str_bytes(field).ptr, field.len) == 0)
		return false;
	for (size_t i = 0; i < COUNT(starts); i++)
		if (cp == starts[i])
			return true;
	return false;
}

void
text_csv(struct buf *out, struct str field)
{
	struct utf8_walk w = { .in = str_bytes(field) };
	struct utf8_unit u;

	buf_text(out, starts_formula(field) ? "\"'" : "\"");
	while (utf8_step(&w, &u)) {
		if (u.shown && u.cp == '"')
			buf_u8(out, '"');
		utf8_write(out, &w, &u);
	}
	buf_u8(out, '"');
}

static bool
is_wide(uint32_t cp)
{
	/* Unicode Standard Annex 11, the large blocks of class W and F. */
	return (cp >= 0x1100 && cp <= 0x115f) || (cp >= 0x2e80 && cp <= 0x303e) ||
	       (cp >= 0x3041 && cp <= 0xa4cf) || (cp >= 0xa960 && cp <= 0xa97c) ||
	       (cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0xf900 && cp <= 0xfaff) ||
	       (cp >= 0xfe30 && cp <= 0xfe6f) || (cp >= 0xff01 && cp <= 0xff60) ||
	       (cp >= 0xffe0 && cp <= 0xffe6) || (cp >= 0x1f300 && cp <= 0x1f64f) ||
	       (cp >= 0x1f680 && cp <= 0x1f6ff) || (cp >= 0x1f900 && cp <= 0x1f9ff) ||
	       (cp >= 0x20000 && cp <= 0x3fffd);
}

size_t
text_width(struct str s)
{
	struct utf8_walk w = { .in = str_bytes(s) };
	struct utf8_unit u;
	size_t width = 0;

	while (utf8_step(&w, &u)) {
		if (!u.valid)
			width++;
		else if (!utf8_hidden(u.cp) && !utf8_combining(u.cp))
			width += is_wide(u.cp) ? 2 : 1;
	}
	return width;
}
