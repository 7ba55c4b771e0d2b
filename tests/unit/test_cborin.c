/* SPDX-License-Identifier: Apache-2.0 */
/* The CBOR reader: what it refuses and where, what it yields. */
#include "codec/cborin.h"
#include "tests/lib/envbuild.h"
#include "tests/lib/tap.h"

static struct limits limits;

static const struct {
	const char *name, *doc;
	enum reason want;
	uint64_t offset;
} rows[] = {
	{ "integer", "0", REASON_NONE, 0 },
	{ "largest integer", "18446744073709551615", REASON_NONE, 0 },
	{ "negative integer", "-37", REASON_NONE, 0 },
	{ "text", "'tschüss'", REASON_NONE, 0 },
	{ "empty containers", "[[], {}, '', h'']", REASON_NONE, 0 },
	{ "map of map", "{1: {1: 1}, 2: {1: 1}, '1': 3, -2: 4}", REASON_NONE, 0 },
	{ "simple values", "[true, false, null, #f7#]", REASON_NONE, 0 },
	{ "floats", "[#f93c00#, #fa3f800000#, #fb3ff0000000000000#, #f97e00#]",
	    REASON_NONE, 0 },
	{ "every one-octet tag",
	    "[0(1), 1(1), 2(1), 6(1), 16(1), 18(1), 20(1), 21(1), 23(1)]", REASON_NONE,
	    0 },
	{ "longer tags", "[24(1), 55799(1), 4294967296(1)]", REASON_NONE, 0 },
	{ "nothing", "", REASON_CBOR_SYNTAX, 0 },
	{ "array too short", "[1, #82#, 1]", REASON_CBOR_SYNTAX, 2 },
	{ "text too short", "#6361#", REASON_CBOR_SYNTAX, 0 },
	{ "head cut", "#19 01#", REASON_CBOR_SYNTAX, 0 },
	{ "reserved head", "[1, #1c#]", REASON_CBOR_SYNTAX, 2 },
	{ "break", "[1, #ff#]", REASON_CBOR_SYNTAX, 2 },
	{ "break in an integer", "#1f#", REASON_CBOR_SYNTAX, 0 },
	{ "unassigned simple value", "[#e0#]", REASON_CBOR_SYNTAX, 1 },
	{ "two-octet simple value", "[#f8ff#]", REASON_CBOR_SYNTAX, 1 },
	{ "tag of nothing", "#c1#", REASON_CBOR_SYNTAX, 0 },
	{ "indefinite array", "#9f 01 ff#", REASON_CBOR_INDEFINITE, 0 },
	{ "indefinite map", "#bf 01 01 ff#", REASON_CBOR_INDEFINITE, 0 },
	{ "indefinite text", "[#7f 61 61 ff#]", REASON_CBOR_INDEFINITE, 1 },
	{ "indefinite octets", "#5f 41 61 ff#", REASON_CBOR_INDEFINITE, 0 },
	{ "long integer 1", "[#18 17#]", REASON_CBOR_NON_CANONICAL, 1 },
	{ "long integer 2", "#19 00ff#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long integer 4", "#1a 0000ffff#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long integer 8", "#1b 00000000ffffffff#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long negative", "#38 00#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long array", "#98 01 01#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long map", "#b8 01 01 01#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long tag", "#d8 12 01#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long text", "#78 01 61#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "long octets", "#5b 0000000000000001 61#", REASON_CBOR_NON_CANONICAL, 0 },
	{ "label twice", "{1: 2, 'a': 1, 1: 3}", REASON_CBOR_DUPLICATE_KEY, 6 },
	{ "text label twice", "{'a': 2, 'b': 1, 'a': 3}", REASON_CBOR_DUPLICATE_KEY, 7 },
	{ "label twice inside", "[{1: {-1: 1, -1: 1}}]", REASON_CBOR_DUPLICATE_KEY, 6 },
	{ "label of octets", "{h'01': 1}", REASON_CBOR_LABEL, 1 },
	{ "label of an array", "{1: 1, []: 1}", REASON_CBOR_LABEL, 3 },
	{ "label beyond 63 bits", "{9223372036854775808: 1}", REASON_CBOR_LABEL, 1 },
	{ "label below 63 bits", "{-9223372036854775809: 1}", REASON_CBOR_LABEL, 1 },
	{ "labels at the ends", "{9223372036854775807: 1, -9223372036854775808: 1}",
	    REASON_NONE, 0 },
	{ "label tagged", "{1(1): 1}", REASON_CBOR_LABEL, 1 },
	{ "text not UTF-8", "[#62 c328#]", REASON_CBOR_TEXT, 1 },
	{ "text with NUL", "#63 610062#", REASON_CBOR_TEXT, 0 },
	{ "trailing item", "1, 2", REASON_CBOR_TRAILING_DATA, 1 },
};

static void
test_rows(struct arena *mem)
{
	struct cborin c;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { .reason = REASON_NONE };
		int rc = cborin_open(&c, env_cbor(mem, rows[i].doc), 100,
		    CBORIN_TAGS_ALLOWED, &limits, NULL, &err);

		is_reason(
		    rc == 0 ? REASON_NONE : err.reason, rows[i].want, "%s", rows[i].name);
		if (rows[i].want != REASON_NONE)
			is_u64(
			    err.offset, 100 + rows[i].offset, "%s: place", rows[i].name);
	}
}

static enum reason
reason_of(struct bytes doc, enum cborin_tags tags, const struct limits *l)
{
	struct err err = { .reason = REASON_NONE };
	struct cborin c;

	return cborin_open(&c, doc, 0, tags, l, NULL, &err) == 0 ? REASON_NONE
								 : err.reason;
}

static void
test_limits(struct arena *mem)
{
	struct limits l = limits;

	l.v[LIMIT_CBOR_DEPTH] = 3;
	l.v[LIMIT_CBOR_ITEMS] = 5;
	is_reason(reason_of(env_cbor(mem, "[[[]]]"), CBORIN_TAGS_ALLOWED, &l),
	    REASON_NONE, "as deep as allowed");
	is_reason(reason_of(env_cbor(mem, "[[[[]]]]"), CBORIN_TAGS_ALLOWED, &l),
	    REASON_LIMIT_CBOR_DEPTH_HIT, "one deeper");
	is_reason(reason_of(env_cbor(mem, "[[1(1(1))]]"), CBORIN_TAGS_ALLOWED, &l),
	    REASON_LIMIT_CBOR_DEPTH_HIT, "tags count as levels");
	is_reason(reason_of(env_cbor(mem, "[1,2,3,4]"), CBORIN_TAGS_ALLOWED, &l),
	    REASON_NONE, "as many as allowed");
	is_reason(reason_of(env_cbor(mem, "[1,2,3,4,5]"), CBORIN_TAGS_ALLOWED, &l),
	    REASON_LIMIT_CBOR_ITEMS_HIT, "one more");
	is_reason(reason_of(env_cbor(mem, "[[1,2],[1]]"), CBORIN_TAGS_ALLOWED, &l),
	    REASON_LIMIT_CBOR_ITEMS_HIT, "in parts");
	is_reason(reason_of(env_cbor(mem, "[1(1)]"), CBORIN_TAGS_REFUSED, &limits),
	    REASON_CBOR_TAG, "tag where none is allowed");
	is_reason(reason_of(env_cbor(mem, "[1]"), CBORIN_TAGS_REFUSED, &limits),
	    REASON_NONE, "no tag there");
}

static void
test_pull(struct arena *mem)
{
	struct cborin c;
	struct cborin_item item, map;
	int64_t n = 0;

	if (!ok(cborin_open(&c,
		    env_cbor(
			mem, "{-7: [1, {2: h'0102'}], 'text': 1(#f93e00#), 3: true}"),
		    10, CBORIN_TAGS_ALLOWED, &limits, NULL, NULL) == 0,
		"document to walk"))
		return;
	map = cborin_next(&c);
	ok(map.kind == CBORIN_MAP && map.value == 3 && map.offset == 10, "map of three");
	item = cborin_next(&c);
	ok(cborin_int(&n, &item) && n == -7, "negative label");
	item = cborin_next(&c);
	ok(item.kind == CBORIN_ARRAY && item.value == 2, "array of two");
	is_bytes(cborin_skip(&c, &item), BYTES_LIT("\x82\x01\xa1\x02\x42\x01\x02"),
	    "skipped whole");
	item = cborin_next(&c);
	is_str(cborin_text(&item), "text", "text label");
	item = cborin_next(&c);
	ok(item.kind == CBORIN_TAG && item.value == 1, "tag 1");
	item = cborin_next(&c);
	ok(item.kind == CBORIN_FLOAT && item.number >= 1.5 && item.number <= 1.5,
	    "half float");
	ok(!cborin_int(&n, &item), "a float is no integer");
	item = cborin_next(&c);
	item = cborin_next(&c);
	ok(item.kind == CBORIN_BOOL && item.value == 1, "boolean");
	ok(cborin_next(&c).kind == CBORIN_END && cborin_next(&c).kind == CBORIN_END,
	    "end");
}

static void
test_show(struct arena *mem)
{
	static const struct {
		const char *doc, *want;
	} shown[] = {
		{ "'text'", "text" },
		{ "12", "12" },
		{ "-12", "-12" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "-18446744073709551615", "h'3bfffffffffffffffe'" },
		{ "true", "true" },
		{ "false", "false" },
		{ "null", "null" },
		{ "#f7#", "undefined" },
		{ "h'0aff'", "h'0aff'" },
		{ "[1, 2]", "h'820102'" },
		{ "1(5)", "h'c105'" },
		{ "#f97e00#", "h'f97e00'" },
	};
	struct cborin c;
	struct cborin_item item;

	for (size_t i = 0; i < COUNT(shown); i++) {
		if (cborin_open(&c, env_cbor(mem, shown[i].doc), 0, CBORIN_TAGS_ALLOWED,
			&limits, NULL, NULL) != 0) {
			ok(false, "shown %s", shown[i].doc);
			continue;
		}
		item = cborin_next(&c);
		is_str(cborin_show(mem, &item, cborin_skip(&c, &item)), shown[i].want,
		    "shown %s", shown[i].doc);
	}
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	limits_default(&limits);
	test_rows(&mem);
	test_limits(&mem);
	test_pull(&mem);
	test_show(&mem);
	arena_clear(&mem);
	return tap_done();
}
