/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal and base 64: canonical forms only. Rows named bad_W06 are those of the catalogue. */
#include "codec/base64.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

static const struct {
	const char *name;
	enum base64_alphabet alphabet;
	struct str text;
	struct str want; /* absent: refused */
} rows[] = {
	/* RFC 4648 section 10. */
	{ "empty", BASE64_STANDARD, { "", 0 }, { "", 0 } },
	{ "f", BASE64_STANDARD, { "Zg==", 4 }, { "f", 1 } },
	{ "fo", BASE64_STANDARD, { "Zm8=", 4 }, { "fo", 2 } },
	{ "foo", BASE64_STANDARD, { "Zm9v", 4 }, { "foo", 3 } },
	{ "foob", BASE64_STANDARD, { "Zm9vYg==", 8 }, { "foob", 4 } },
	{ "fooba", BASE64_STANDARD, { "Zm9vYmE=", 8 }, { "fooba", 5 } },
	{ "foobar", BASE64_STANDARD, { "Zm9vYmFy", 8 }, { "foobar", 6 } },
	{ "+/", BASE64_STANDARD, { "+/+/", 4 }, { "\xfb\xff\xbf", 3 } },
	{ "url empty", BASE64_URL, { "", 0 }, { "", 0 } },
	{ "url f", BASE64_URL, { "Zg", 2 }, { "f", 1 } },
	{ "url fo", BASE64_URL, { "Zm8", 3 }, { "fo", 2 } },
	{ "url foob", BASE64_URL, { "Zm9vYg", 6 }, { "foob", 4 } },
	{ "url -_", BASE64_URL, { "-_-_", 4 }, { "\xfb\xff\xbf", 3 } },

	{ "bad_W06_url_padding_two", BASE64_URL, { "Zg==", 4 }, { NULL, 0 } },
	{ "bad_W06_url_padding_one", BASE64_URL, { "Zm8=", 4 }, { NULL, 0 } },
	{ "bad_W06_url_plus", BASE64_URL, { "Zm+v", 4 }, { NULL, 0 } },
	{ "bad_W06_url_slash", BASE64_URL, { "Zm/v", 4 }, { NULL, 0 } },
	{ "bad_W06_standard_minus", BASE64_STANDARD, { "Zm-v", 4 }, { NULL, 0 } },
	{ "bad_W06_standard_underscore", BASE64_STANDARD, { "Zm_v", 4 }, { NULL, 0 } },
	{ "bad_W06_blank_before", BASE64_URL, { " Zm9v", 5 }, { NULL, 0 } },
	{ "bad_W06_blank_behind", BASE64_URL, { "Zm9v ", 5 }, { NULL, 0 } },
	{ "bad_W06_blank_inside", BASE64_URL, { "Zm 9v", 5 }, { NULL, 0 } },
	{ "bad_W06_newline_behind", BASE64_STANDARD, { "Zm9v\n", 5 }, { NULL, 0 } },
	{ "bad_W06_newline_four", BASE64_STANDARD, { "Zm9v\r\n\r\n", 8 }, { NULL, 0 } },
	{ "bad_W06_spare_bits_two", BASE64_STANDARD, { "QR==", 4 }, { NULL, 0 } },
	{ "bad_W06_spare_bits_one", BASE64_STANDARD, { "Zm9=", 4 }, { NULL, 0 } },
	{ "bad_W06_url_spare_bits_two", BASE64_URL, { "QR", 2 }, { NULL, 0 } },
	{ "bad_W06_url_spare_bits_one", BASE64_URL, { "Zm9", 3 }, { NULL, 0 } },
	{ "bad_W06_no_padding", BASE64_STANDARD, { "Zg", 2 }, { NULL, 0 } },
	{ "bad_W06_half_padding", BASE64_STANDARD, { "Zg=", 3 }, { NULL, 0 } },
	{ "bad_W06_inner_padding", BASE64_STANDARD, { "Zg==Zg==", 8 }, { NULL, 0 } },
	{ "bad_W06_inner_padding_one", BASE64_STANDARD, { "Z=8=", 4 }, { NULL, 0 } },
	{ "bad_W06_much_padding", BASE64_STANDARD, { "Z===", 4 }, { NULL, 0 } },
	{ "bad_W06_only_padding", BASE64_STANDARD, { "====", 4 }, { NULL, 0 } },
	{ "bad_W06_one_character", BASE64_URL, { "Z", 1 }, { NULL, 0 } },
	{ "bad_W06_five_characters", BASE64_URL, { "Zm9vY", 5 }, { NULL, 0 } },
	{ "bad_W06_nul", BASE64_URL, { "Zm\0v", 4 }, { NULL, 0 } },
	{ "bad_W06_high_octet", BASE64_URL, { "Zm\xc3v", 4 }, { NULL, 0 } },
	{ "bad_W06_del", BASE64_URL, { "Zm9v\x7f\x7f\x7f\x7f", 8 }, { NULL, 0 } },
};

static void
test_rows(struct arena *mem)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bytes got = { NULL, 0 };
		bool good = base64_decode(&got, mem, rows[i].alphabet, rows[i].text);

		if (rows[i].want.ptr == NULL) {
			ok(!good && got.ptr == NULL, "%s", rows[i].name);
			continue;
		}
		ok(good && bytes_equal(got, str_bytes(rows[i].want)), "decode %s",
		    rows[i].name);
		ok(str_equal(base64_encode(mem, rows[i].alphabet, got), rows[i].text),
		    "encode %s", rows[i].name);
	}
}

/* Each octet in the alphabet or not, at each place of a group: the tables are right. */
static void
test_alphabets(struct arena *mem)
{
	for (int url = 0; url < 2; url++) {
		size_t good = 0;
		bool canonical = true;

		for (unsigned i = 0; i < 4 * 256; i++) {
			enum base64_alphabet alphabet =
			    url != 0 ? BASE64_URL : BASE64_STANDARD;
			char text[4] = { 'A', 'A', 'A', 'A' };
			struct bytes got;

			text[i % 4] = (char)(i / 4);
			if (!base64_decode(&got, mem, alphabet, (struct str){ text, 4 }))
				continue;
			good += got.len == 3;
			canonical =
			    canonical && str_equal(base64_encode(mem, alphabet, got),
					     (struct str){ text, 4 });
		}
		is_u64(good, 4 * 64, "64 characters, alphabet %d", url);
		ok(canonical, "one text for each value, alphabet %d", url);
	}
}

static void
test_lengths(struct arena *mem)
{
	bool same = true;
	uint8_t data[300];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7919 >> 3);
	for (size_t n = 0; n <= sizeof(data); n++) {
		for (int url = 0; url < 2; url++) {
			enum base64_alphabet alphabet =
			    url != 0 ? BASE64_URL : BASE64_STANDARD;
			struct str text = base64_encode(mem, alphabet, bytes_of(data, n));
			struct bytes back;

			same = same && base64_decode(&back, mem, alphabet, text) &&
			       bytes_equal(back, bytes_of(data, n));
		}
	}
	ok(same, "there and back, 0 to 300 octets");
}

static void
test_hex(void)
{
	static const char *const bad[] = { "0", "000", "0g", "AB", "aB", " 0", "0x",
		"00 ", "" };
	char text[9];
	uint8_t out[4];

	hex_encode(text, BYTES_LIT("\x00\x9f\xa0\xff"));
	is_str(str_of(text), "009fa0ff", "encode");
	ok(hex_decode(out, 4, STR("009fa0ff")) && memcmp(out, "\x00\x9f\xa0\xff", 4) == 0,
	    "decode");
	ok(hex_decode(out, 0, STR("")), "nothing");
	hex_encode(text, bytes_of(NULL, 0));
	is_str(str_of(text), "", "nothing, encoded");
	ok(!hex_decode(out, 3, STR("009fa0ff")) && !hex_decode(out, 4, STR("009fa0")),
	    "the length is exact");
	for (size_t i = 0; i < COUNT(bad); i++)
		ok(!hex_decode(out, 1, str_of(bad[i])), "not hexadecimal: \"%s\"",
		    bad[i]);
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	test_rows(&mem);
	test_alphabets(&mem);
	test_lengths(&mem);
	arena_clear(&mem);
	test_hex();
	return tap_done();
}
