/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, and what people are shown raw. */
#include "base/utf8.h"

#include "base/defs.h"

struct range {
	uint32_t first, last;
};

static bool
in_ranges(const struct range *table, size_t count, uint32_t cp)
{
	for (size_t i = 0; i < count && table[i].first <= cp; i++)
		if (cp <= table[i].last)
			return true;
	return false;
}

bool
utf8_hidden(uint32_t cp)
{
	/* Unicode general categories Cc and Cf, line separators, fillers, non-characters. */
	static const struct range table[] = {
		{ 0x0000, 0x001f },
		{ 0x007f, 0x009f },
		{ 0x00ad, 0x00ad },
		{ 0x034f, 0x034f },
		{ 0x0600, 0x0605 },
		{ 0x061c, 0x061c },
		{ 0x06dd, 0x06dd },
		{ 0x070f, 0x070f },
		{ 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0x3164, 0x3164 },
		{ 0xfdd0, 0xfdef },
		{ 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff },
		{ 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff },
	};

	if (cp >= 0x20 && cp < 0x7f)
		return false;
	return in_ranges(table, COUNT(table), cp) || (cp & 0xfffe) == 0xfffe;
}

bool
utf8_combining(uint32_t cp)
{
	static const struct range table[] = {
		{ 0x0300, 0x036f },
		{ 0x0483, 0x0489 },
		{ 0x0591, 0x05bd },
		{ 0x0610, 0x061a },
		{ 0x064b, 0x065f },
		{ 0x0e31, 0x0e31 },
		{ 0x0e34, 0x0e3a },
		{ 0x0e47, 0x0e4e },
		{ 0x1ab0, 0x1aff },
		{ 0x1dc0, 0x1dff },
		{ 0x20d0, 0x20ff },
		{ 0x302a, 0x302f },
		{ 0x3099, 0x309a },
		{ 0xfe20, 0xfe2f },
	};

	return cp >= 0x300 && in_ranges(table, COUNT(table), cp);
}

bool
utf8_step(struct utf8_walk *w, struct utf8_unit *u)
{
	const size_t most_marks = 4;
	size_t n;

	if (w->pos >= w->in.len)
		return false;
	n = utf8_next(&u->cp, w->in.ptr + w->pos, w->in.len - w->pos);
	u->valid = n != 0;
	if (!u->valid) {
		u->cp = w->in.ptr[w->pos];
		n = 1;
	}
	w->marks = u->valid && utf8_combining(u->cp) ? w->marks + 1 : 0;
	u->shown = u->valid && !utf8_hidden(u->cp) && w->marks <= most_marks;
	u->len = (uint8_t)n;
	w->pos += n;
	return true;
}

void
utf8_write(struct buf *out, const struct utf8_walk *w, const struct utf8_unit *u)
{
	if (u->shown)
		buf_add(out, bytes_of(w->in.ptr + (w->pos - u->len), u->len));
	else if (u->valid)
		buf_printf(out, "\\u{%04X}", (unsigned)u->cp);
	else
		buf_printf(out, "\\x%02X", (unsigned)u->cp);
}
