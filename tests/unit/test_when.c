/* SPDX-License-Identifier: Apache-2.0 */
/* Moments: RFC 3339 in and out. */
#include "base/when.h"
#include "tests/lib/tap.h"

static const struct {
	const char *text;
	bool good;
	int64_t sec;
	uint32_t usec;
} rows[] = {
	{ "1970-01-01T00:00:00Z", true, 0, 0 },
	{ "2026-01-31T12:34:56Z", true, 1769862896, 0 },
	{ "2000-02-29T00:00:00Z", true, 951782400, 0 },
	{ "0001-01-01T00:00:00Z", true, INT64_C(-62135596800), 0 },
	{ "9999-12-31T23:59:59.999999Z", true, INT64_C(253402300799), 999999 },
	{ "1969-12-31T23:59:59.5Z", true, -1, 500000 },
	{ "2026-01-31t12:34:56Z", false, 0, 0 },
	{ "2026-01-31T12:34:56z", false, 0, 0 },
	{ "2026-01-31T14:34:56+02:00", true, 1769862896, 0 },
	{ "2026-01-31T07:04:56-05:30", true, 1769862896, 0 },
	{ "2026-01-31T12:34:56-00:00", true, 1769862896, 0 },
	{ "2026-01-31T12:34:56.1200000000Z", true, 1769862896, 120000 },
	{ "2026-01-31T12:34:56.1234567891234Z", true, 1769862896, 123456 },
	{ "2026-01-31T12:34:56.Z", false, 0, 0 },
	{ "2026-01-31T12:34:56,5Z", false, 0, 0 },
	{ "2026-01-31 12:34:56Z", false, 0, 0 },
	{ "2026-01-31T12:34:56", false, 0, 0 },
	{ "2026-01-31T12:34:56ZZ", false, 0, 0 },
	{ "2026-01-31T12:34:56Z ", false, 0, 0 },
	{ " 2026-01-31T12:34:56Z", false, 0, 0 },
	{ "2026-01-31T12:34Z", false, 0, 0 },
	{ "2026-1-31T12:34:56Z", false, 0, 0 },
	{ "2026-02-29T00:00:00Z", false, 0, 0 },
	{ "1900-02-29T00:00:00Z", false, 0, 0 },
	{ "2026-04-31T00:00:00Z", false, 0, 0 },
	{ "2026-00-01T00:00:00Z", false, 0, 0 },
	{ "2026-13-01T00:00:00Z", false, 0, 0 },
	{ "2026-01-00T00:00:00Z", false, 0, 0 },
	{ "2026-01-31T24:00:00Z", false, 0, 0 },
	{ "2026-01-31T12:60:00Z", false, 0, 0 },
	{ "2016-12-31T23:59:60Z", false, 0, 0 },
	{ "0000-12-31T23:59:59Z", false, 0, 0 },
	{ "0001-01-01T00:00:00+00:01", false, 0, 0 },
	{ "9999-12-31T23:59:59-00:01", false, 0, 0 },
	{ "2026-01-31T12:34:56+24:00", false, 0, 0 },
	{ "2026-01-31T12:34:56+02:60", false, 0, 0 },
	{ "2026-01-31T12:34:56+0200", false, 0, 0 },
	{ "2026-01-31T12:34:56+02", false, 0, 0 },
	{ "+2026-01-31T12:34:56Z", false, 0, 0 },
	{ "-026-01-31T12:34:56Z", false, 0, 0 },
	{ "2026-01-31", false, 0, 0 },
	{ "", false, 0, 0 },
};

static void
test_parse(void)
{
	struct when w;

	for (size_t i = 0; i < COUNT(rows); i++) {
		bool good = when_parse(&w, str_of(rows[i].text));

		ok(good == rows[i].good &&
			(!good || (w.sec == rows[i].sec && w.usec == rows[i].usec)),
		    "time \"%s\"", rows[i].text);
	}
	ok(!when_parse(&w, STR("2026-01-31T12:34:56Z\0")), "NUL behind the time");
	ok(when_parse_option(&w, STR("2026-01-31")) && w.sec == 1769817600 && w.usec == 0,
	    "an option may be a date");
	ok(when_parse_option(&w, STR("2026-01-31T12:34:56Z")) && w.sec == 1769862896,
	    "or a time");
	ok(!when_parse_option(&w, STR("2026-01-32")) &&
		!when_parse_option(&w, STR("2026-01-31T")),
	    "a real one");
	ok(when_from_unix(&w, 0) && !when_from_unix(&w, INT64_C(253402300800)) &&
		!when_from_unix(&w, INT64_MIN) &&
		!when_from_unix(&w, INT64_C(-62135596801)),
	    "Unix times within the years");
}

/* Every day of the calendar once, out and in again. */
static void
test_days(void)
{
	char text[WHEN_TEXT];
	struct when w, back;
	bool same = true;
	int64_t day = -719162; /* 0001-01-01 */

	for (; day * 86400 < INT64_C(253402300799); day++) {
		when_from_unix(&w, day * 86400 + (day & 0xffff));
		when_format(text, w);
		same = same && when_parse(&back, str_of(text)) && when_cmp(w, back) == 0;
	}
	ok(same && day == 2932897, "every day from 0001 to 9999");
}

static void
test_format(void)
{
	char text[WHEN_TEXT];

	when_format(text, (struct when){ 1769862896, 120000 });
	is_str(str_of(text), "2026-01-31T12:34:56Z", "whole seconds");
	when_format_us(text, (struct when){ 1769862896, 120000 });
	is_str(str_of(text), "2026-01-31T12:34:56.120000Z", "with fraction");
	when_format_us(text, (struct when){ 1769862896, 0 });
	is_str(str_of(text), "2026-01-31T12:34:56Z", "without fraction");
	when_format(text, (struct when){ INT64_MIN, 0 });
	is_str(str_of(text), "-9223372036854775808", "no date that far");
}

static void
test_add(void)
{
	struct when w = { 100, 500000 };

	w = when_add_us(w, 600000);
	ok(w.sec == 101 && w.usec == 100000, "carry");
	w = when_add_us(w, -200000);
	ok(w.sec == 100 && w.usec == 900000, "borrow");
	w = when_add_us(w, -101000000);
	ok(w.sec == -1 && w.usec == 900000, "below zero");
	w = when_add_us((struct when){ INT64_C(253402300799), 999999 }, 1);
	ok(w.sec == INT64_C(253402300799) && w.usec == 999999, "saturates at the end");
	w = when_add_us((struct when){ INT64_C(-62135596800), 0 }, INT64_MIN);
	ok(w.sec == INT64_C(-62135596800) && w.usec == 0, "saturates at the start");
	w = when_add_us((struct when){ INT64_MAX, 0 }, INT64_MAX);
	ok(w.sec == INT64_C(253402300799), "saturates without overflow");
	ok(when_cmp((struct when){ 1, 2 }, (struct when){ 1, 3 }) < 0 &&
		when_cmp((struct when){ 2, 0 }, (struct when){ 1, 3 }) > 0 &&
		when_cmp((struct when){ 1, 2 }, (struct when){ 1, 2 }) == 0,
	    "order");
}

int
main(void)
{
	test_parse();
	test_days();
	test_format();
	test_add();
	return tap_done();
}
