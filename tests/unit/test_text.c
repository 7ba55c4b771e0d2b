/* SPDX-License-Identifier: Apache-2.0 */
/* Text: checks on the way in, escapes on the way out. Row names of the catalogue where they apply. */
#include "codec/text.h"
#include "tests/lib/tap.h"

static const struct {
	const char *name;
	struct str raw;
	const char *show, *html, *csv;
} rows[] = {
	{ "plain", { "a b~", 4 }, "a b~", "a b~", "\"a b~\"" },
	{ "empty", { "", 0 }, "", "", "\"\"" },
	{ "accents", { "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80", 9 },
	    "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80",
	    "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80",
	    "\"\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80\"" },
	{ "bad_H01_escape_sequence", { "\x1b[2J", 4 }, "\\u{001B}[2J", "\\u{001B}[2J",
	    "\"\\u{001B}[2J\"" },
	{ "bad_H01_c1",
	    { "\xc2\x9b"
	      "2J",
		4 },
	    "\\u{009B}2J", "\\u{009B}2J", "\"\\u{009B}2J\"" },
	{ "bad_H01_del", { "\x7f", 1 }, "\\u{007F}", "\\u{007F}", "\"\\u{007F}\"" },
	{ "bad_H01_invalid", { "a\xff\xc3(", 4 }, "a\\xFF\\xC3(", "a\\xFF\\xC3(",
	    "\"a\\xFF\\xC3(\"" },
	{ "bad_H01_surrogate", { "\xed\xa0\x80", 3 }, "\\xED\\xA0\\x80",
	    "\\xED\\xA0\\x80", "\"\\xED\\xA0\\x80\"" },
	{ "bad_H01_nul", { "a\0b", 3 }, "a\\u{0000}b", "a\\u{0000}b", "\"a\\u{0000}b\"" },
	{ "bad_J16_bidi", { "\xe2\x80\xaegnp", 6 }, "\\u{202E}gnp", "\\u{202E}gnp",
	    "\"\\u{202E}gnp\"" },
	{ "bad_J16_isolate", { "\xe2\x81\xa6", 3 }, "\\u{2066}", "\\u{2066}",
	    "\"\\u{2066}\"" },
	{ "bad_J16_zero_width",
	    { "a\xe2\x80\x8b"
	      "b",
		5 },
	    "a\\u{200B}b", "a\\u{200B}b", "\"a\\u{200B}b\"" },
	{ "bad_J16_mark", { "\xef\xbb\xbf", 3 }, "\\u{FEFF}", "\\u{FEFF}",
	    "\"\\u{FEFF}\"" },
	{ "bad_J16_tag", { "\xf3\xa0\x81\x81", 4 }, "\\u{E0041}", "\\u{E0041}",
	    "\"\\u{E0041}\"" },
	{ "bad_J16_combining_flood",
	    { "a\xcc\x80\xcc\x80\xcc\x80\xcc\x80\xcc\x80\xcc\x80"
	      "b",
		14 },
	    "a\xcc\x80\xcc\x80\xcc\x80\xcc\x80\\u{0300}\\u{0300}b",
	    "a\xcc\x80\xcc\x80\xcc\x80\xcc\x80\\u{0300}\\u{0300}b",
	    "\"a\xcc\x80\xcc\x80\xcc\x80\xcc\x80\\u{0300}\\u{0300}b\"" },
	{ "bad_H02_newline", { "a\nok\r\n", 6 }, "a\\u{000A}ok\\u{000D}\\u{000A}",
	    "a\\u{000A}ok\\u{000D}\\u{000A}", "\"a\\u{000A}ok\\u{000D}\\u{000A}\"" },
	{ "bad_H02_line_separator", { "\xe2\x80\xa8", 3 }, "\\u{2028}", "\\u{2028}",
	    "\"\\u{2028}\"" },
	{ "bad_H03_equals", { "=1+1", 4 }, "=1+1", "=1+1", "\"'=1+1\"" },
	{ "bad_H03_plus", { "+1", 2 }, "+1", "+1", "\"'+1\"" },
	{ "bad_H03_minus", { "-1", 2 }, "-1", "-1", "\"'-1\"" },
	{ "bad_H03_at", { "@x", 2 }, "@x", "@x", "\"'@x\"" },
	{ "bad_H03_tab", { "\tx", 2 }, "\\u{0009}x", "\\u{0009}x", "\"'\\u{0009}x\"" },
	{ "bad_H03_return", { "\rx", 2 }, "\\u{000D}x", "\\u{000D}x", "\"'\\u{000D}x\"" },
	{ "bad_H03_nul", { "\0=", 2 }, "\\u{0000}=", "\\u{0000}=", "\"'\\u{0000}=\"" },
	{ "bad_H03_blanks", { "  =x", 4 }, "  =x", "  =x", "\"'  =x\"" },
	{ "bad_H03_full_width", { "\xef\xbc\x9dx", 4 }, "\xef\xbc\x9dx", "\xef\xbc\x9dx",
	    "\"'\xef\xbc\x9dx\"" },
	{ "formula signs inside", { "a=b", 3 }, "a=b", "a=b", "\"a=b\"" },
	{ "quotes", { "\"a\",'", 5 }, "\"a\",'", "&quot;a&quot;,&#39;",
	    "\"\"\"a\"\",'\"" },
	{ "bad_H04_markup", { "<b>&", 4 }, "<b>&", "&lt;b&gt;&amp;", "\"<b>&\"" },
};

static void
test_writers(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf show = { .max = 256 };
		AUTO(buf_clear) struct buf html = { .max = 256 };
		AUTO(buf_clear) struct buf csv = { .max = 256 };
		AUTO(buf_clear) struct buf again = { .max = 256 };

		text_show(&show, str_bytes(rows[i].raw));
		text_html(&html, rows[i].raw);
		text_csv(&csv, rows[i].raw);
		text_show(&again, buf_bytes(&show));
		is_str(str_of(buf_cstr(&show)), rows[i].show, "%s, shown", rows[i].name);
		is_str(str_of(buf_cstr(&html)), rows[i].html, "%s, HTML", rows[i].name);
		is_str(str_of(buf_cstr(&csv)), rows[i].csv, "%s, CSV", rows[i].name);
		is_bytes(
		    buf_bytes(&again), buf_bytes(&show), "%s, shown twice", rows[i].name);
	}
}

static void
test_checks(void)
{
	struct str s = STR_NONE;

	ok(text_is_utf8(BYTES_LIT("plain ASCII, longer than eight")), "ASCII");
	ok(text_is_utf8(BYTES_LIT("1234567\xc3\xa9 1234567\xe2\x82\xac")), "UTF-8");
	ok(!text_is_utf8(BYTES_LIT("12345678\xc3")), "cut at the end");
	ok(!text_is_utf8(BYTES_LIT("1234567\xff"
				   "12345678")),
	    "in the middle");
	ok(text_is_utf8(BYTES_LIT("a\0b")), "NUL is UTF-8");
	ok(!text_check(&s, BYTES_LIT("a\0b")) && s.ptr == NULL, "but no text");
	ok(!text_check(&s, BYTES_LIT("a\xff")) && s.ptr == NULL, "nor are other bytes");
	ok(text_check(&s, BYTES_LIT("ab")) && str_is(s, "ab"), "text");
	ok(text_check(&s, bytes_of(NULL, 0)) && s.ptr != NULL && s.len == 0,
	    "empty text is not absent");
	is_u64(text_width(STR("abc")), 3, "width of ASCII");
	is_u64(text_width(STR("e\xcc\x81")), 1, "width of a combining mark");
	is_u64(
	    text_width(STR("\xe6\xbc\xa2\xe5\xad\x97")), 4, "width of wide characters");
	is_u64(text_width(STR("")), 0, "width of nothing");
}

int
main(void)
{
	test_writers();
	test_checks();
	return tap_done();
}
