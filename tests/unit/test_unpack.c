/* SPDX-License-Identifier: Apache-2.0 */
/* Streams out of files: blocks, totals, and what a file is by its first octets. */
#include <stdio.h>

#include "input/magic.h"
#include "input/unpack.h"
#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

/* All octets of a file, or the reason why not. */
static enum reason
unpack_all(struct buf *out, struct unpack_totals *totals, struct bytes file,
    const struct limits *limits)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	struct err err = { 0 };
	AUTO_FD fd = memory_file(file);
	struct bytes block;

	buf_reset(out);
	if (unpack_open(&u, fd, limits, &err) != 0)
		return err.reason;
	do {
		if (unpack_next(&block, u, &err) != 0)
			return err.reason;
		buf_add(out, block);
	} while (block.len > 0);
	*totals = unpack_totals(u);
	/* The end stays the end. */
	if (unpack_next(&block, u, &err) != 0 || block.len != 0)
		return REASON_INTERNAL;
	return REASON_NONE;
}

/* Octets that compress, but not too well. */
static struct bytes
sample(struct arena *mem, size_t len)
{
	uint8_t *p = arena_alloc(mem, len + 1);
	uint64_t state = 1;

	for (size_t i = 0; i < len; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
		p[i] = (uint8_t)(state >> 60);
	}
	return bytes_of(p, len);
}

static void
test_lengths(struct arena *mem, const struct limits *limits)
{
	static const size_t lens[] = { 1, 511, 512, 65536, (1 << 20) - 1, 1 << 20,
		(1 << 20) + 1, (3 << 20) + 17 };
	struct buf out = { .max = (size_t)16 << 20 };
	struct unpack_totals t = { 0 };
	struct bytes plain, packed[4];

	for (size_t i = 0; i < COUNT(lens); i++) {
		plain = sample(mem, lens[i]);
		packed[0] = plain;
		packed[1] = mk_gzip(mem, plain);
		packed[2] = mk_zstd(mem, plain, true);
		packed[3] = mk_zstd(mem, plain, false);
		for (size_t k = 0; k < COUNT(packed); k++) {
			is_reason(unpack_all(&out, &t, packed[k], limits), REASON_NONE,
			    "%zu octets, way %zu", lens[i], k);
			is_bytes(buf_bytes(&out), plain, "%zu octets, way %zu: the same",
			    lens[i], k);
			is_u64(t.expanded, plain.len, "%zu octets, way %zu: counted",
			    lens[i], k);
			is_u64(t.done, packed[k].len, "%zu octets, way %zu: all of it",
			    lens[i], k);
		}
	}
	buf_clear(&out);
}

/* A tar archive whose first member has this name, as ustar or as v7. */
static enum magic_class
named(const char *name, size_t len, bool v7)
{
	enum magic_class class;
	char field[100] = "";
	struct mktar t;

	memcpy(field, name, len);
	mktar_init(&t);
	mktar_head(&t, &(struct mktar_head){ .type = '0',
			   .name = "",
			   .name_field = field,
			   .magic = v7 ? "\0\0\0\0\0\0\0\0" : NULL });
	class = magic_find(buf_bytes(&t.out)).class;
	mktar_clear(&t);
	return class;
}

/* A tar header is one whatever its name looks like, unless some reader sees both. */
static void
test_magic(void)
{
	static const struct {
		const char *name;
		size_t len;
		enum magic_class ustar, v7;
	} rows[] = {
#define ROW(name, ustar, v7) { name, sizeof(name) - 1, MAGIC_##ustar, MAGIC_##v7 }
		ROW("blobs/sha256/", TAR, TAR),
		ROW("BZh.txt", TAR, TAR),
		ROW("begin 644 x", TAR, TAR),
		ROW("{", TAR, TAR),
		ROW("070701", TAR, POLYGLOT),
		ROW("xar!", TAR, POLYGLOT),
		ROW("MZ", TAR, POLYGLOT),
		ROW("WARC/1.0", TAR, POLYGLOT),
		ROW("BZh91AY&SY", POLYGLOT, POLYGLOT),
		ROW("\x1f\x8b\x08", POLYGLOT, POLYGLOT),
		ROW("\x28\xb5\x2f\xfd", POLYGLOT, POLYGLOT),
		ROW("\x50\x2a\x4d\x18", POLYGLOT, POLYGLOT),
		ROW("\xfd"
		    "7zXZ",
		    POLYGLOT, POLYGLOT),
		ROW("]\0\0\x80", POLYGLOT, POLYGLOT),
		ROW("\x04\x22\x4d\x18", POLYGLOT, POLYGLOT),
		ROW("LZIP\1", POLYGLOT, POLYGLOT),
#undef ROW
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		ok(named(rows[i].name, rows[i].len, false) == rows[i].ustar,
		    "ustar that begins as row %zu is %s", i,
		    rows[i].ustar == MAGIC_TAR ? "tar" : "two things");
		ok(named(rows[i].name, rows[i].len, true) == rows[i].v7,
		    "v7 that begins as row %zu is %s", i,
		    rows[i].v7 == MAGIC_TAR ? "tar" : "two things");
	}
	ok(magic_find(bytes_of("", 0)).class == MAGIC_UNKNOWN, "nothing is nothing");
	ok(magic_find(BYTES_LIT("\x1f")).class == MAGIC_UNKNOWN,
	    "half a magic is nothing");
}

/* Sums of the octets of a header whose checksum field is blanks: unsigned, and with a sign. */
static void
sums(int sum[2], const uint8_t *block)
{
	sum[0] = sum[1] = 0;
	for (size_t i = 0; i < 512; i++) {
		uint8_t c = i >= 148 && i < 156 ? ' ' : block[i];

		sum[0] += c;
		sum[1] += c < 0x80 ? c : c - 0x100;
	}
}

/*
 * Readers spell the checksum of a header in more ways than writers do. Compressed data that begins
 * as such a header is unpacked as tar by some of them, before anybody asks what it is.
 */
static void
test_checksums(void)
{
	const struct {
		const char *what;
		struct bytes before;
		int digits;
		const char *after;
		int which; /* 0: unsigned, 1: signed; 2: a sum that is wrong */
	} rows[] = {
		{ "as every writer", BYTES_LIT(""), 6, "", 0 },
		{ "signed octets", BYTES_LIT(""), 6, "", 1 },
		{ "leading NUL", BYTES_LIT("\0"), 6, "", 0 },
		{ "leading tabulator", BYTES_LIT("\t"), 6, "", 0 },
		{ "leading vertical tabulator", BYTES_LIT("\v"), 6, "", 0 },
		{ "anything behind it", BYTES_LIT(""), 6, "x!", 0 },
		{ "a sign", BYTES_LIT("+"), 6, "", 0 },
		{ "a base", BYTES_LIT("0o"), 5, "", 0 },
		{ "an underscore", BYTES_LIT("0_"), 5, "", 0 },
		{ "signed octets behind a tabulator", BYTES_LIT("\t"), 6, "", 1 },
		{ "sibling: another sum", BYTES_LIT(""), 6, "", 2 },
	};
	static const char *const begin[] = { "\x1f\x8b\x08", "\x28\xb5\x2f\xfd",
		"\x50\x2a\x4d\x18" };

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(begin); k++) {
			uint8_t block[512] = { 0 };
			char text[32];
			int sum[3];
			size_t n;

			memcpy(block, begin[k], strlen(begin[k]));
			memset(block + 100, 0xe1, 20);
			memcpy(block + 124, "00000001234", 11);
			sums(sum, block);
			sum[2] = sum[0] + 1;
			n = rows[i].before.len;
			memcpy(text, rows[i].before.ptr, n);
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%0*o%s",
			    rows[i].digits, (unsigned)sum[rows[i].which], rows[i].after);
			memcpy(block + 148, text, n < 8 ? n : 8);
			ok((magic_find(bytes_of(block, 512)).class == MAGIC_POLYGLOT) ==
				(rows[i].which != 2),
			    "bad_T00_checksum: %s, row %zu", rows[i].what, k);
		}
}

/* Compressed data is not refused for what chance may write. */
static void
test_chance(void)
{
	uint64_t state = 88172645463325252u;
	unsigned both = 0;

	for (int i = 0; i < 200000; i++) {
		uint8_t block[512];

		for (size_t k = 0; k < sizeof(block); k += 8) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			memcpy(block + k, &state, 8);
		}
		memcpy(block, "\x1f\x8b\x08", 3);
		both += magic_find(bytes_of(block, 512)).class == MAGIC_POLYGLOT;
	}
	ok(both <= 4, "of 200,000 random blocks %u look like two things", both);
}

static void
test_refusals(struct arena *mem, const struct limits *limits)
{
	struct buf out = { .max = (size_t)16 << 20 };
	struct unpack_totals t = { 0 };
	struct mktar tar;

	is_reason(unpack_all(&out, &t, bytes_of("", 0), limits), REASON_INPUT_EMPTY,
	    "empty file");
	is_reason(unpack_all(&out, &t, BYTES_LIT("{\"schemaVersion\":2}"), limits),
	    REASON_INPUT_FORM, "a manifest on its own");
	is_reason(unpack_all(&out, &t, mk_gzip(mem, BYTES_LIT("[]")), limits),
	    REASON_INPUT_FORM, "a document on its own in gzip");
	mktar_init(&tar);
	mktar_text(&tar, "\x1f\x8b\x08", "x");
	is_reason(unpack_all(&out, &t, buf_bytes(&tar.out), limits), REASON_TAR_AMBIGUOUS,
	    "tar and gzip at once");
	mktar_clear(&tar);
	buf_clear(&out);
}

int
main(void)
{
	struct limits limits;
	struct arena mem = { 0 };

	limits_default(&limits);
	test_lengths(&mem, &limits);
	test_magic();
	test_checksums();
	test_chance();
	test_refusals(&mem, &limits);
	arena_clear(&mem);
	return tap_done();
}
