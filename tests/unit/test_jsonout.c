/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: forms, escapes, refusals. */
#include "codec/jsonout.h"
#include "codec/jsonscan.h"
#include "tests/lib/tap.h"

static void
write_sample(struct jsonout *j)
{
	jsonout_object_begin(j, NULL);
	jsonout_text(j, "name", "a");
	jsonout_u64(j, "big", UINT64_MAX);
	jsonout_i64(j, "small", INT64_MIN);
	jsonout_bool(j, "yes", true);
	jsonout_null(j, "none");
	jsonout_str(j, "absent", STR_NONE);
	jsonout_array_begin(j, "list");
	jsonout_u64(j, NULL, 1);
	jsonout_object_begin(j, NULL);
	jsonout_object_end(j);
	jsonout_array_begin(j, NULL);
	jsonout_array_end(j);
	jsonout_raw(j, NULL, BYTES_LIT("{\"r\":0}"));
	jsonout_array_end(j);
	jsonout_key(j, STR("a\"key"));
	jsonout_bool(j, NULL, false);
	jsonout_object_end(j);
}

static const char compact[] =
    "{\"name\":\"a\",\"big\":18446744073709551615,\"small\":-9223372036854775808,\"yes\":true,"
    "\"none\":null,\"absent\":null,\"list\":[1,{},[],{\"r\":0}],\"a\\\"key\":false}\n";
static const char pretty[] = "{\n"
			     "  \"name\": \"a\",\n"
			     "  \"big\": 18446744073709551615,\n"
			     "  \"small\": -9223372036854775808,\n"
			     "  \"yes\": true,\n"
			     "  \"none\": null,\n"
			     "  \"absent\": null,\n"
			     "  \"list\": [\n"
			     "    1,\n"
			     "    {},\n"
			     "    [],\n"
			     "    {\"r\":0}\n"
			     "  ],\n"
			     "  \"a\\\"key\": false\n"
			     "}\n";

static void
test_forms(void)
{
	AUTO(buf_clear) struct buf b = { .max = 4096 };
	struct jsonout j;

	jsonout_init(&j, &b, NULL, NULL, false);
	write_sample(&j);
	ok(jsonout_end(&j) == 0, "compact");
	is_str(str_of(buf_cstr(&b)), compact, "compact text");
	buf_reset(&b);
	jsonout_init(&j, &b, NULL, NULL, true);
	write_sample(&j);
	ok(jsonout_end(&j) == 0, "pretty");
	is_str(str_of(buf_cstr(&b)), pretty, "pretty text");
	buf_reset(&b);
	jsonout_init(&j, &b, NULL, NULL, true);
	jsonout_text(&j, NULL, "alone");
	ok(jsonout_end(&j) == 0, "a value alone");
	is_str(str_of(buf_cstr(&b)), "\"alone\"\n", "is a document");
}

static void
test_escapes(void)
{
	static const struct {
		struct str in;
		const char *want;
	} rows[] = {
		{ { "\"\\/", 3 }, "\"\\\"\\\\/\"\n" },
		{ { "\n\r\t\b\0\x1f", 6 }, "\"\\n\\r\\t\\u0008\\u0000\\u001f\"\n" },
		{ { "\x7f\xc2\x9b", 3 }, "\"\\u007f\\u009b\"\n" },
		{ { "\xe2\x80\xa8\xe2\x80\xae", 6 }, "\"\\u2028\\u202e\"\n" },
		{ { "\xf3\xa0\x81\x81", 4 }, "\"\\udb40\\udc41\"\n" },
		{ { "\xc3\xa9\xf0\x9f\x98\x80", 6 }, "\"\xc3\xa9\xf0\x9f\x98\x80\"\n" },
		{ { "a\xff\xc3(\xed\xa0\x80", 7 },
		    "\"a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf b = { .max = 256 };
		struct jsonout j;

		jsonout_init(&j, &b, NULL, NULL, false);
		jsonout_str(&j, NULL, rows[i].in);
		ok(jsonout_end(&j) == 0, "string %zu", i);
		is_str(str_of(buf_cstr(&b)), rows[i].want, "string %zu, text", i);
	}
}

struct sink {
	struct buf all;
	unsigned calls, fail_at;
};

static int
sink_take(void *ctx, struct bytes data)
{
	struct sink *sink = ctx;

	if (++sink->calls == sink->fail_at)
		return -1;
	return buf_add(&sink->all, data);
}

/* An array of `n` strings through a buffer of 64 KiB. */
static int
write_long(struct sink *sink, size_t n)
{
	AUTO(buf_clear) struct buf b = { .max = 65536 };
	struct jsonout j;

	jsonout_init(&j, &b, sink_take, sink, false);
	jsonout_array_begin(&j, NULL);
	for (size_t i = 0; i < n; i++)
		jsonout_text(&j, NULL, "a string of some forty-two characters here");
	jsonout_array_end(&j);
	return jsonout_end(&j);
}

static void
test_flush(void)
{
	struct sink sink = { .all = { .max = 1 << 22 } };
	struct err err;

	ok(write_long(&sink, 10000) == 0, "longer than the buffer");
	ok(sink.calls > 10, "goes out in parts");
	ok(jsonscan(buf_bytes(&sink.all), NULL, NULL, &err) == 0,
	    "that make one document");
	is_u64(sink.all.len, 10000 * 45 + 2, "and nothing is lost");
	buf_reset(&sink.all);
	sink = (struct sink){ .all = sink.all, .fail_at = 3 };
	ok(write_long(&sink, 10000) == -1, "a failing flush is reported");
	is_u64(sink.calls, 3, "and ends the writing");
	buf_clear(&sink.all);
}

/* Programs that would not make one JSON document. */
static void
misuse(struct jsonout *j, int how)
{
	switch (how) {
	case 0: /* nothing at all */
		return;
	case 1: /* two values */
		jsonout_null(j, NULL);
		jsonout_null(j, NULL);
		return;
	case 2: /* not closed */
		jsonout_array_begin(j, NULL);
		return;
	case 3: /* closed as something else */
		jsonout_array_begin(j, NULL);
		jsonout_object_end(j);
		return;
	case 4: /* key in an array */
		jsonout_array_begin(j, NULL);
		jsonout_null(j, "k");
		jsonout_array_end(j);
		return;
	case 5: /* no key in an object */
		jsonout_object_begin(j, NULL);
		jsonout_null(j, NULL);
		jsonout_object_end(j);
		return;
	case 6: /* key without value */
		jsonout_object_begin(j, NULL);
		jsonout_key(j, STR("k"));
		jsonout_object_end(j);
		return;
	case 7: /* closed too often */
		jsonout_array_begin(j, NULL);
		jsonout_array_end(j);
		jsonout_array_end(j);
		return;
	case 8: /* two documents */
		jsonout_array_begin(j, NULL);
		jsonout_array_end(j);
		jsonout_null(j, NULL);
		return;
	case 9: /* too deep */
		for (int i = 0; i < 65; i++)
			jsonout_array_begin(j, NULL);
		for (int i = 0; i < 65; i++)
			jsonout_array_end(j);
		return;
	default: /* key at the top */
		jsonout_null(j, "k");
		return;
	}
}

static void
test_misuse(void)
{
	AUTO(buf_clear) struct buf b = { .max = 4096 }, tiny = { .max = 20 };
	struct jsonout j;

	for (int i = 0; i <= 10; i++) {
		buf_reset(&b);
		jsonout_init(&j, &b, NULL, NULL, false);
		misuse(&j, i);
		ok(jsonout_end(&j) == -1, "misuse %d", i);
	}
	buf_reset(&b);
	jsonout_init(&j, &b, NULL, NULL, false);
	for (int i = 0; i < 64; i++)
		jsonout_array_begin(&j, NULL);
	for (int i = 0; i < 64; i++)
		jsonout_array_end(&j);
	ok(jsonout_end(&j) == 0 && b.len == 129, "64 levels are fine");
	jsonout_init(&j, &tiny, NULL, NULL, false);
	write_sample(&j);
	ok(jsonout_end(&j) == -1, "a full buffer is reported");
}

int
main(void)
{
	test_forms();
	test_escapes();
	test_flush();
	test_misuse();
	return tap_done();
}
