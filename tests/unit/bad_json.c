/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that must be refused: one row for each numbered defect, and beside it what passes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/jsonin.h"
#include "codec/jsonscan.h"
#include "codec/text.h"
#include "tests/lib/tap.h"

#define D(lit)                                                                           \
	{                                                                                \
		(const uint8_t *)(lit), sizeof(lit) - 1                                  \
	}

static const struct row {
	const char *name;
	struct bytes doc;
	enum reason want;
	uint64_t offset;
} rows[] = {
	{ "names that differ", D("{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":1},{\"a\":1}]}"),
	    0, 0 },
	{ "bad_J01_duplicate_key", D("{\"a\":1,\"a\":1}"), REASON_JSON_DUPLICATE_KEY, 8 },
	{ "bad_J01_duplicate_escaped", D("{\"digest\":1,\"d\\u0069gest\":2}"),
	    REASON_JSON_DUPLICATE_KEY, 13 },
	{ "bad_J01_duplicate_both_escaped", D("{\"\\u00e9\":1,\"\xc3\xa9\":2}"),
	    REASON_JSON_DUPLICATE_KEY, 13 },
	{ "bad_J01_duplicate_pair", D("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"),
	    REASON_JSON_DUPLICATE_KEY, 19 },
	{ "bad_J01_duplicate_short_escape", D("{\"a\\/b\":1,\"a/b\":2}"),
	    REASON_JSON_DUPLICATE_KEY, 11 },
	{ "bad_J01_duplicate_control", D("{\"\\n\":1,\"\\u000A\":2}"),
	    REASON_JSON_DUPLICATE_KEY, 9 },
	{ "bad_J01_duplicate_empty", D("{\"\":1,\"\":2}"), REASON_JSON_DUPLICATE_KEY, 7 },
	{ "bad_J01_duplicate_deep", D("[{\"x\":[{\"b\":0,\"a\":1,\"a\":1}]}]"),
	    REASON_JSON_DUPLICATE_KEY, 21 },
	{ "bad_J01_duplicate_after_child", D("{\"a\":{\"b\":1},\"a\":1}"),
	    REASON_JSON_DUPLICATE_KEY, 14 },
	{ "bad_J01_duplicate_thrice", D("{\"b\":0,\"a\":1,\"a\":1,\"a\":1,\"b\":1}"),
	    REASON_JSON_DUPLICATE_KEY, 14 },
	{ "names equal but for case are two names", D("{\"a\":1,\"A\":1}"), 0, 0 },

	{ "blanks around", D(" \t\r\n{ } \t\r\n"), 0, 0 },
	{ "bad_J03_trailing_word", D("{} x"), REASON_JSON_TRAILING_DATA, 3 },
	{ "bad_J03_trailing_value", D("{}{}"), REASON_JSON_TRAILING_DATA, 2 },
	{ "bad_J03_trailing_nul", D("{}\0"), REASON_JSON_TRAILING_DATA, 2 },
	{ "bad_J03_trailing_bracket", D("[]]"), REASON_JSON_TRAILING_DATA, 2 },
	{ "bad_J03_trailing_comma", D("{},"), REASON_JSON_TRAILING_DATA, 2 },

	{ "bad_J04_bom", D("\xef\xbb\xbf{}"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf16_be_mark", D("\xfe\xff\0{\0}"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf16_le_mark", D("\xff\xfe{\0}\0"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf16_be", D("\0{\0}"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf16_le", D("{\0}\0"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf32_be", D("\0\0\0{\0\0\0}"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf32_le", D("{\0\0\0}\0\0\0"), REASON_JSON_ENCODING, 0 },
	{ "bad_J04_utf32_mark", D("\0\0\xfe\xff\0\0\0{"), REASON_JSON_ENCODING, 0 },

	{ "UTF-8 and pairs", D("[\"\xc3\xa9\xf0\x9f\x98\x80\\ud83d\\ude00\"]"), 0, 0 },
	{ "bad_J05_invalid", D("[\"a\xff\"]"), REASON_JSON_ENCODING, 3 },
	{ "bad_J05_overlong", D("[\"\xc0\xaf\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_overlong_nul", D("[\"\xc0\x80\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_cut", D("[\"\xe2\x82\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_surrogate_bytes", D("[\"\xed\xa0\x80\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_beyond", D("[\"\xf4\x90\x80\x80\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_lone_high", D("[\"\\ud800\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_lone_high_then_text", D("[\"\\ud800x\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_lone_high_then_escape", D("[\"\\ud800\\n\"]"), REASON_JSON_ENCODING,
	    2 },
	{ "bad_J05_lone_low", D("[\"\\udc00\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_reversed", D("[\"\\udc00\\ud800\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_high_high", D("[\"\\ud800\\ud800\"]"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_in_key", D("{\"\xff\":1}"), REASON_JSON_ENCODING, 2 },
	{ "bad_J05_long_string", D("[\"0123456789012345678901234\xff\"]"),
	    REASON_JSON_ENCODING, 27 },

	{ "DEL is allowed", D("[\"\x7f\"]"), 0, 0 },
	{ "bad_J06_control", D("[\"a\x01\"]"), REASON_JSON_SYNTAX, 3 },
	{ "bad_J06_newline", D("[\"a\n\"]"), REASON_JSON_SYNTAX, 3 },
	{ "bad_J06_tab", D("[\"0123456789abcdef\t0123456789\"]"), REASON_JSON_SYNTAX,
	    18 },
	{ "bad_J06_blank_vt", D("[\x0b]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J06_blank_ff", D("[\x0c]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J06_blank_1f",
	    D("[1,\x1f"
	      "2]"),
	    REASON_JSON_SYNTAX, 3 },
	{ "bad_J06_blank_nbsp",
	    D("[\xc2\xa0"
	      "1]"),
	    REASON_JSON_SYNTAX, 1 },

	{ "bad_J07_raw_nul", D("[\"good\0evil\"]"), REASON_JSON_NUL, 6 },
	{ "bad_J07_escaped_nul", D("[\"good\\u0000evil\"]"), REASON_JSON_NUL, 6 },
	{ "bad_J07_nul_in_key", D("{\"a\\u0000\":1}"), REASON_JSON_NUL, 3 },
	{ "an escaped backslash is no escape", D("[\"\\\\u0000\"]"), 0, 0 },

	{ "numbers", D("[0,-0,1,-1,10,0.5,1e5,1E+5,1e-5,0.0,-0.0e-0]"), 0, 0 },
	{ "bad_J08_leading_zero", D("[01]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_leading_zero_alone", D("01"), REASON_JSON_SYNTAX, 0 },
	{ "bad_J08_leading_zero_minus", D("[-01]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_point_at_end", D("[1.]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_point_at_start", D("[.5]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_plus", D("[+1]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_minus_alone", D("[-]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_exponent_empty", D("[1e]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_exponent_sign", D("[1e+]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_two_points", D("[1.2.3]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_nan", D("[NaN]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_infinity", D("[-Infinity]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_hexadecimal", D("[0x10]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_underscore", D("[1_000]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_comment", D("[/* x */1]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_line_comment", D("[1//x\n]"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_hash_comment", D("{#x\n}"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_trailing_comma", D("[1,]"), REASON_JSON_SYNTAX, 3 },
	{ "bad_J08_trailing_comma_object", D("{\"a\":1,}"), REASON_JSON_SYNTAX, 7 },
	{ "bad_J08_leading_comma", D("[,1]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_two_commas", D("[1,,2]"), REASON_JSON_SYNTAX, 3 },
	{ "bad_J08_single_quotes", D("['a']"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_bare_key", D("{a:1}"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_number_key", D("{1:1}"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_no_colon", D("{\"a\" 1}"), REASON_JSON_SYNTAX, 5 },
	{ "bad_J08_no_comma", D("[1 2]"), REASON_JSON_SYNTAX, 3 },
	{ "bad_J08_wrong_bracket", D("[1}"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_wrong_brace", D("{\"a\":1]"), REASON_JSON_SYNTAX, 6 },
	{ "bad_J08_empty_wrong", D("[}"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_closed_only", D("]"), REASON_JSON_SYNTAX, 0 },
	{ "bad_J08_word_case", D("[True]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_word_longer", D("[nullx]"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_word_cut", D("[tru"), REASON_JSON_SYNTAX, 1 },
	{ "bad_J08_unknown_escape", D("[\"\\x41\"]"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_bad_unicode", D("[\"\\u00g0\"]"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_short_unicode", D("[\"\\u12\"]"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_open_array", D("[1"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_open_object", D("{\"a\":"), REASON_JSON_SYNTAX, 5 },
	{ "bad_J08_open_string", D("\"a"), REASON_JSON_SYNTAX, 2 },
	{ "bad_J08_open_escape", D("\"a\\"), REASON_JSON_SYNTAX, 3 },

	{ "integers that a double holds",
	    D("[9007199254740991,9007199254740992,9007199254740994,18446744073709549568,"
	      "-9007199254740992,1e308,1e307,1e-306,0e999,0.000e-999]"),
	    REASON_JSON_NUMBER_RANGE, 91 },
	{ "the same without 1e308",
	    D("[9007199254740991,9007199254740992,9007199254740994,18446744073709549568,"
	      "-9007199254740992,9.9e307,1e307,1e-306,0e999,0.000e-999]"),
	    0, 0 },
	{ "bad_J09_2_53_plus_1", D("[9007199254740993]"), REASON_JSON_NUMBER_RANGE, 1 },
	{ "bad_J09_minus_2_53_plus_1", D("[-9007199254740993]"), REASON_JSON_NUMBER_RANGE,
	    1 },
	{ "bad_J09_int64_most", D("[9223372036854775807]"), REASON_JSON_NUMBER_RANGE, 1 },
	{ "bad_J09_2_64", D("[18446744073709551616]"), REASON_JSON_NUMBER_RANGE, 1 },
	{ "bad_J09_infinite", D("[1e999]"), REASON_JSON_NUMBER_RANGE, 1 },
	{ "bad_J09_infinite_digits", D("[10000000000e300]"), REASON_JSON_NUMBER_RANGE,
	    1 },
	{ "bad_J09_vanishing", D("[1e-999]"), REASON_JSON_NUMBER_RANGE, 1 },
	{ "bad_J09_exponent_overflow", D("[1e99999999999999999999]"),
	    REASON_JSON_NUMBER_RANGE, 1 },
	{ "bad_J09_long",
	    D("[0.0000000000000000000000000000000000000000000000000000000000000001]"),
	    REASON_JSON_NUMBER_RANGE, 1 },

	{ "bad_J14_empty", D(""), REASON_JSON_TYPE, 0 },
	{ "bad_J14_blanks", D(" \n\t"), REASON_JSON_TYPE, 3 },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct where at = { .file = STR("doc.json"), .blob = STR("sha256:1") };
		AUTO(jsonin_free) struct json *json = NULL;
		struct err err = { .reason = REASON_NONE };
		/* In memory of exactly its size, so that a sanitizer sees reads beyond. */
		uint8_t *copy = malloc(rows[i].doc.len + 1);
		struct bytes doc = { copy + 1, rows[i].doc.len };
		int rc;

		memcpy(copy + 1, rows[i].doc.ptr, doc.len);
		rc = jsonin_parse(&json, doc, NULL, &at, &err);
		free(copy);
		is_reason(err.reason, rows[i].want, "%s", rows[i].name);
		ok((rc == 0) == (rows[i].want == REASON_NONE) &&
			(rc == 0) == (json != NULL),
		    "  and a document only on success");
		if (rows[i].want == REASON_NONE)
			continue;
		is_u64(err.offset, rows[i].offset, "  and the offset");
		ok(strcmp(err.file, "doc.json") == 0 && strcmp(err.blob, "sha256:1") == 0,
		    "  and the place");
	}
}

static void
test_case_alias(void)
{
	static const char *const names[] = { "digest", "size", "kind" };
	static const struct {
		const char *name;
		struct bytes doc;
		enum reason want, want_strict;
		const char *pointer;
	} cases[] = {
		{ "known names", D("{\"digest\":1,\"size\":2}"), 0, 0, "" },
		{ "unknown name", D("{\"digest\":1,\"other\":2}"), 0,
		    REASON_JSON_UNKNOWN_MEMBER, "/other" },
		{ "bad_J02_case_alias", D("{\"Digest\":1}"), REASON_JSON_CASE_ALIAS,
		    REASON_JSON_CASE_ALIAS, "/Digest" },
		{ "bad_J02_beside_right_one", D("{\"size\":1,\"sIZE\":1}"),
		    REASON_JSON_CASE_ALIAS, REASON_JSON_CASE_ALIAS, "/sIZE" },
		{ "bad_J02_long_s", D("{\"dige\\u017ft\":1}"), REASON_JSON_CASE_ALIAS,
		    REASON_JSON_CASE_ALIAS, "/dige\xc5\xbft" },
		{ "bad_J02_kelvin", D("{\"\xe2\x84\xaaind\":1}"), REASON_JSON_CASE_ALIAS,
		    REASON_JSON_CASE_ALIAS, "/\xe2\x84\xaaind" },
		{ "longer names are others", D("{\"Digests\":1,\"Siz\":1}"), 0,
		    REASON_JSON_UNKNOWN_MEMBER, "/Digests" },
		{ "no object", D("[]"), REASON_JSON_TYPE, REASON_JSON_TYPE, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO(jsonin_free) struct json *json = NULL;
		struct err err = { .reason = REASON_NONE },
			   strict = { .reason = REASON_NONE };

		jsonin_parse(&json, cases[i].doc, NULL, NULL, &err);
		jsonin_known(jsonin_root(json), names, COUNT(names), false, &err);
		jsonin_known(jsonin_root(json), names, COUNT(names), true, &strict);
		is_reason(err.reason, cases[i].want, "%s", cases[i].name);
		is_reason(
		    strict.reason, cases[i].want_strict, "%s, strict", cases[i].name);
		is_str(str_of(strict.pointer), cases[i].pointer, "  and the place");
	}
}

/* `head`, then `n` times `unit`, then `tail`. */
static struct bytes
repeat(struct buf *b, const char *head, const char *unit, size_t n, const char *tail)
{
	buf_reset(b);
	buf_text(b, head);
	for (size_t i = 0; i < n; i++)
		buf_text(b, unit);
	buf_text(b, tail);
	return buf_bytes(b);
}

static enum reason
scan(struct bytes doc, const struct limits *limits)
{
	struct err err = { .reason = REASON_NONE };

	jsonscan(doc, limits, NULL, &err);
	return err.reason;
}

static enum reason
parse(struct bytes doc)
{
	AUTO(jsonin_free) struct json *json = NULL;
	struct err err = { .reason = REASON_NONE };

	jsonin_parse(&json, doc, NULL, NULL, &err);
	return err.reason;
}

static void
test_limits(void)
{
	AUTO(buf_clear) struct buf b = { .max = (size_t)32 << 20 };
	struct limits limits;

	limits_default(&limits);
	repeat(&b, "", "[", 64, "");
	for (int i = 0; i < 64; i++)
		buf_u8(&b, ']');
	is_reason(parse(buf_bytes(&b)), REASON_NONE, "64 levels");
	repeat(&b, "", "[", 65, "");
	is_reason(parse(buf_bytes(&b)), REASON_LIMIT_JSON_DEPTH_HIT, "bad_J10_depth");
	is_reason(parse(repeat(&b, "", "{\"a\":", 65, "")), REASON_LIMIT_JSON_DEPTH_HIT,
	    "bad_J10_depth_objects");
	is_reason(parse(repeat(&b, "", "[", (size_t)4 << 20, "")),
	    REASON_LIMIT_JSON_DEPTH_HIT, "bad_J10_depth_millions");
	limits.v[LIMIT_JSON_DEPTH] = 100000;
	is_reason(scan(repeat(&b, "", "[", 513, ""), &limits),
	    REASON_LIMIT_JSON_DEPTH_HIT, "bad_J10_depth_beyond_any_limit");

	/* The array itself is the first value. */
	is_reason(scan(repeat(&b, "[", "0,", 999998, "0]"), NULL), REASON_NONE,
	    "a million values");
	is_reason(parse(repeat(&b, "[", "0,", 999999, "0]")),
	    REASON_LIMIT_JSON_TOKENS_HIT, "bad_J11_tokens");
	is_reason(parse(repeat(&b, "[", "0,", (size_t)2 << 20, "0]")),
	    REASON_LIMIT_JSON_TOKENS_HIT, "bad_J11_four_mebibytes");
	is_reason(parse(repeat(&b, "[", "{},", 999999, "0]")),
	    REASON_LIMIT_JSON_TOKENS_HIT, "bad_J11_objects");

	is_reason(parse(repeat(&b, "[\"", "x", 1 << 20, "\"]")), REASON_NONE,
	    "a string of 1 MiB");
	is_reason(parse(repeat(&b, "[\"", "x", (1 << 20) + 1, "\"]")),
	    REASON_LIMIT_JSON_STRING_HIT, "bad_J13_string");
	is_reason(parse(repeat(&b, "{\"", "x", (size_t)16 << 20, "\":1}")),
	    REASON_LIMIT_JSON_STRING_HIT, "bad_J13_key");
	is_reason(parse(repeat(&b, "[\"", "\\u0041", (size_t)2 << 20, "\"]")),
	    REASON_LIMIT_JSON_STRING_HIT, "bad_J13_escapes");
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* An object of n members; `twice` is the number of one more, or n for none. */
static struct bytes
many_keys(struct buf *b, unsigned n, unsigned twice)
{
	buf_reset(b);
	buf_u8(b, '{');
	for (unsigned i = 0; i < n; i++)
		buf_printf(b, "%s\"key-%u\":%u", i == 0 ? "" : ",", i, i);
	if (twice < n)
		buf_printf(b, ",\"key-%u\":0", twice);
	buf_u8(b, '}');
	return buf_bytes(b);
}

enum { STAGES = 15, BLOCK = 8, SLOTS = 1 << 17 };

/* The hash of jsonkey.c (FNV-1a), continued over a block of eight letters. */
static uint32_t
hash_block(uint32_t h, unsigned number, char block[BLOCK + 1])
{
	number *= 2654435761u; /* spread: neighbours hardly ever collide */
	for (size_t i = 0; i < BLOCK; i++, number /= 16) {
		block[i] = (char)('a' + number % 16);
		h = (h ^ (uint8_t)block[i]) * 16777619u;
	}
	block[BLOCK] = '\0';
	return h;
}

/* Two blocks that lead from one state to one other: by birthday some 77,000 tries. */
static bool
find_pair(char pair[2][BLOCK + 1], uint32_t *state)
{
	struct slot {
		uint32_t hash, number;
	} *slots = calloc(SLOTS, sizeof(*slots));
	bool found = false;

	for (unsigned i = 1; slots != NULL && !found && i < 1u << 20; i++) {
		uint32_t h = hash_block(*state, i, pair[0]);
		struct slot *slot = &slots[h % SLOTS];

		if (slot->number != 0 && slot->hash == h) {
			hash_block(*state, slot->number, pair[1]);
			*state = h;
			found = true;
		}
		*slot = (struct slot){ h, i };
	}
	free(slots);
	return found;
}

/* 2^15 names of one hash: one of two blocks at each stage. */
static void
test_one_hash(void)
{
	AUTO(buf_clear) struct buf b = { .max = (size_t)32 << 20 };
	char pairs[STAGES][2][BLOCK + 1];
	uint32_t state = 2166136261u;
	double start = seconds();
	bool found = true;

	for (size_t i = 0; i < STAGES; i++)
		found = found && find_pair(pairs[i], &state);
	ok(found, "names of one hash");
	for (int twice = 0; twice < 2; twice++) {
		buf_reset(&b);
		for (unsigned n = 0; n < 1u << STAGES; n++) {
			buf_text(&b, n == 0 ? "{\"" : ",\"");
			for (unsigned i = 0; i < STAGES; i++)
				buf_text(&b, pairs[i][n >> i & 1]);
			buf_text(&b, "\":0");
		}
		if (twice != 0) {
			buf_text(&b, ",\"");
			for (unsigned i = 0; i < STAGES; i++)
				buf_text(&b, pairs[i][i & 1]);
			buf_text(&b, "\":0");
		}
		buf_u8(&b, '}');
		is_reason(scan(buf_bytes(&b), NULL),
		    twice != 0 ? REASON_JSON_DUPLICATE_KEY : REASON_NONE,
		    "bad_J12_one_hash: 32,768 names of one hash%s",
		    twice != 0 ? ", one twice" : "");
	}
	ok(seconds() - start < 20, "bad_J12_one_hash: and no quadratic time");
}

/* The bound on time is wide: each name compared with each would take minutes. */
static void
test_many_keys(void)
{
	AUTO(buf_clear) struct buf b = { .max = (size_t)32 << 20 };
	const unsigned n = 200000;
	double start = seconds();

	is_reason(scan(many_keys(&b, n, n), NULL), REASON_NONE, "200,000 names");
	is_reason(scan(many_keys(&b, n, 77777), NULL), REASON_JSON_DUPLICATE_KEY,
	    "bad_J12_many_keys: one of them twice");
	is_reason(scan(repeat(&b, "{\"a\":[", "{\"a\":0},", 200000, "0]}"), NULL),
	    REASON_NONE, "as many small objects");
	is_reason(parse(many_keys(&b, n, n)), REASON_NONE, "parsed");
	ok(seconds() - start < 20, "bad_J12_many_keys: and no quadratic time");
}

static void
test_types(void)
{
	static const struct {
		const char *name;
		struct bytes doc;
		enum reason str, u64, obj;
	} cases[] = {
		{ "a string", D("{\"v\":\"x\"}"), 0, REASON_JSON_TYPE, REASON_JSON_TYPE },
		{ "a number", D("{\"v\":12}"), REASON_JSON_TYPE, 0, REASON_JSON_TYPE },
		{ "an object", D("{\"v\":{}}"), REASON_JSON_TYPE, REASON_JSON_TYPE, 0 },
		{ "bad_J14_null", D("{\"v\":null}"), REASON_JSON_TYPE, REASON_JSON_TYPE,
		    REASON_JSON_TYPE },
		{ "bad_J14_array", D("{\"v\":[]}"), REASON_JSON_TYPE, REASON_JSON_TYPE,
		    REASON_JSON_TYPE },
		{ "bad_J14_true", D("{\"v\":true}"), REASON_JSON_TYPE, REASON_JSON_TYPE,
		    REASON_JSON_TYPE },
		{ "bad_J14_number_text", D("{\"v\":\"12\"}"), 0, REASON_JSON_TYPE,
		    REASON_JSON_TYPE },
		{ "bad_J14_fraction", D("{\"v\":12.0}"), REASON_JSON_TYPE,
		    REASON_JSON_NUMBER_RANGE, REASON_JSON_TYPE },
		{ "bad_J14_exponent", D("{\"v\":1e3}"), REASON_JSON_TYPE,
		    REASON_JSON_NUMBER_RANGE, REASON_JSON_TYPE },
		{ "bad_J14_negative", D("{\"v\":-1}"), REASON_JSON_TYPE,
		    REASON_JSON_NUMBER_RANGE, REASON_JSON_TYPE },
		{ "bad_J14_minus_zero", D("{\"v\":-0}"), REASON_JSON_TYPE,
		    REASON_JSON_NUMBER_RANGE, REASON_JSON_TYPE },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO(jsonin_free) struct json *json = NULL;
		struct err err[6] = { { .reason = REASON_NONE } };
		struct jv root, v;
		struct str s;
		/* Where a member may be absent, null is an absent one. */
		bool null = strcmp(cases[i].name, "bad_J14_null") == 0, present;
		uint64_t n;

		jsonin_parse(&json, cases[i].doc, NULL, NULL, &err[0]);
		root = jsonin_root(json);
		jsonin_str(&s, root, "v", &err[0]);
		jsonin_opt_str(&s, root, "v", &err[1]);
		jsonin_u64(&n, root, "v", &err[2]);
		jsonin_opt_u64(&n, &present, root, "v", &err[3]);
		jsonin_obj(&v, root, "v", &err[4]);
		jsonin_opt_obj(&v, root, "v", &err[5]);
		is_reason(err[0].reason, cases[i].str, "%s as string", cases[i].name);
		is_reason(
		    err[1].reason, null ? REASON_NONE : cases[i].str, "%s as optional string", cases[i].name);
		is_reason(err[2].reason, cases[i].u64, "%s as number", cases[i].name);
		is_reason(
		    err[3].reason, null ? REASON_NONE : cases[i].u64, "%s as optional number", cases[i].name);
		is_reason(err[4].reason, cases[i].obj, "%s as object", cases[i].name);
		is_reason(
		    err[5].reason, null ? REASON_NONE : cases[i].obj, "%s as optional object", cases[i].name);
		for (size_t k = 0; k < COUNT(err); k++)
			if (err[k].reason != REASON_NONE &&
			    strcmp(err[k].pointer, "/v") != 0)
				ok(false, "  place of %zu is \"%s\"", k, err[k].pointer);
	}
}

static void
test_top(void)
{
	static const char *const tops[] = { "[]", "\"x\"", "1", "null", "true" };

	for (size_t i = 0; i < COUNT(tops); i++) {
		AUTO(jsonin_free) struct json *json = NULL;
		struct err err = { .reason = REASON_NONE };
		struct str s;

		jsonin_parse(&json, str_bytes(str_of(tops[i])), NULL, NULL, &err);
		is_reason(err.reason, REASON_NONE, "%s is JSON", tops[i]);
		jsonin_str(&s, jsonin_root(json), "v", &err);
		is_reason(err.reason, REASON_JSON_TYPE, "bad_J14_top: %s has no members",
		    tops[i]);
		is_str(str_of(err.pointer), "", "  and the place is the top");
	}
}

/* Kept as data, shown escaped. */
static void
test_hidden(void)
{
	static const struct bytes doc = D("[\"a\\u202eb\xe2\x80\x8b\\u0300\"]");
	AUTO(jsonin_free) struct json *json = NULL;
	AUTO(buf_clear) struct buf out = { .max = 100 };
	struct str s = STR_NONE;
	struct err err;

	jsonin_parse(&json, doc, NULL, NULL, &err);
	jsonin_as_str(&s, jsonin_first(jsonin_root(json)), &err);
	is_str(s,
	    "a\xe2\x80\xae"
	    "b\xe2\x80\x8b\xcc\x80",
	    "bad_J16_hidden: kept as data");
	text_show(&out, str_bytes(s));
	is_str(str_of(buf_cstr(&out)), "a\\u{202E}b\\u{200B}\xcc\x80",
	    "bad_J16_hidden: shown escaped");
}

int
main(void)
{
	test_rows();
	test_case_alias();
	test_limits();
	test_many_keys();
	test_one_hash();
	test_types();
	test_top();
	test_hidden();
	return tap_done();
}
