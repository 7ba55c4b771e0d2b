/* SPDX-License-Identifier: Apache-2.0 */
/* Digests: grammar, text, order, and the hash itself against published values. */
#include "crypto/digest.h"
#include "crypto/ossl.h"
#include "tests/lib/tap.h"

#include <stdlib.h>

#define HEX32 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEX64 HEX32 HEX32

static const struct {
	const char *text;
	enum reason want;
} rows[] = {
	{ "sha256:" HEX32, REASON_NONE },
	{ "sha512:" HEX64, REASON_NONE },
	{ "sha384:" HEX32 "0123456789abcdef0123456789abcdef", REASON_NONE },
	{ "sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    REASON_DIGEST_MALFORMED },
	{ "SHA256:" HEX32, REASON_DIGEST_MALFORMED },
	{ "sha256:" HEX64, REASON_DIGEST_MALFORMED },
	{ "sha256:e3b0", REASON_DIGEST_MALFORMED },
	{ "sha256:", REASON_DIGEST_MALFORMED },
	{ "sha256", REASON_DIGEST_MALFORMED },
	{ ":" HEX32, REASON_DIGEST_MALFORMED },
	{ "", REASON_DIGEST_MALFORMED },
	{ " sha256:" HEX32, REASON_DIGEST_MALFORMED },
	{ "sha256:" HEX32 "\n", REASON_DIGEST_MALFORMED },
	{ "sha256:g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    REASON_DIGEST_MALFORMED },
	{ "sha256::" HEX32, REASON_DIGEST_MALFORMED },
	{ "sha256+:" HEX32, REASON_DIGEST_MALFORMED },
	{ "../sha256:" HEX32, REASON_DIGEST_MALFORMED },
	{ "md5:d41d8cd98f00b204e9800998ecf8427e", REASON_DIGEST_UNSUPPORTED },
	{ "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", REASON_DIGEST_UNSUPPORTED },
	{ "blake3:" HEX32, REASON_DIGEST_UNSUPPORTED },
	{ "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
	    REASON_DIGEST_UNSUPPORTED },
};

static void
test_parse(void)
{
	char text[DIGEST_TEXT];
	struct digest d;
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		err.reason = REASON_NONE;
		digest_parse(&d, str_of(rows[i].text), NULL, &err);
		is_reason(err.reason, rows[i].want, "digest %.40s", rows[i].text);
		if (rows[i].want != REASON_NONE)
			continue;
		digest_format(text, &d);
		is_str(str_of(text), rows[i].text, "and back");
	}
	ok(digest_from_parts(&d, STR("sha256"), STR(HEX32), NULL, &err) == 0,
	    "from two parts");
	ok(digest_from_parts(&d, STR("sha512"), STR(HEX32), NULL, &err) != 0,
	    "wrong length");
}

static void
test_values(void)
{
	struct digest a = { DIGEST_SHA256, { 1 } }, b = { DIGEST_SHA256, { 2 } };
	struct digest c = { DIGEST_SHA512, { 1 } };

	ok(digest_equal(&a, &a) && !digest_equal(&a, &b) && !digest_equal(&a, &c),
	    "equal");
	ok(digest_cmp(&a, &b) < 0 && digest_cmp(&b, &a) > 0 && digest_cmp(&a, &a) == 0 &&
		digest_cmp(&b, &c) < 0,
	    "order");
	ok(digest_len(DIGEST_SHA256) == 32 && digest_len(DIGEST_SHA384) == 48 &&
		digest_len(DIGEST_SHA512) == 64 && digest_len(DIGEST_NONE) == 0,
	    "lengths");
	ok(strcmp(digest_alg_name(DIGEST_SHA384), "sha384") == 0, "name");
}

/* FIPS 180-4 example "abc", and the empty message. */
static void
test_hash(struct hasher *h)
{
	static const struct {
		enum digest_alg alg;
		const char *text, *want;
	} hashes[] = {
		{ DIGEST_SHA256, "", "sha256:" HEX32 },
		{ DIGEST_SHA256, "abc",
		    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ DIGEST_SHA384, "abc",
		    "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		    "8086072ba1e7cc2358baeca134c825a7" },
		{ DIGEST_SHA512, "abc",
		    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	};
	char text[DIGEST_TEXT];
	struct digest d;

	for (size_t i = 0; i < COUNT(hashes); i++) {
		hasher_of(h, hashes[i].alg, str_bytes(str_of(hashes[i].text)), &d);
		digest_format(text, &d);
		is_str(str_of(text), hashes[i].want, "hash of \"%s\"", hashes[i].text);
	}
	hasher_begin(h, DIGEST_SHA256);
	hasher_add(h, BYTES_LIT("a"));
	hasher_add(h, (struct bytes){ NULL, 0 });
	hasher_add(h, BYTES_LIT("bc"));
	hasher_end(h, &d);
	digest_format(text, &d);
	is_str(str_of(text), hashes[1].want, "in parts");
	hasher_begin(h, DIGEST_SHA512);
	hasher_add(h, BYTES_LIT("given up"));
	hasher_of(h, DIGEST_SHA256, BYTES_LIT("abc"), &d);
	digest_format(text, &d);
	is_str(str_of(text), hashes[1].want, "after one that was given up");
}

int
main(void)
{
	struct hasher *h;
	struct ossl *lib;
	struct digest d;

	setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
	setenv("OPENSSL_MODULES", "/nonexistent", 1);
	ossl_process_init();
	lib = ossl_new();
	h = hasher_new(lib);
	test_parse();
	test_values();
	test_hash(h);
	for (int i = 0; i < 1000; i++)
		hasher_of(
		    h, (enum digest_alg)(DIGEST_SHA256 + i % 3), BYTES_LIT("x"), &d);
	is_u64(ossl_counts(lib).fetched, 3, "each algorithm is fetched once");
	ok(strncmp(ossl_version(), "3.", 2) == 0, "library version %s", ossl_version());
	hasher_free(h);
	hasher_free(NULL);
	ossl_free(lib);
	ossl_free(NULL);
	return tap_done();
}
