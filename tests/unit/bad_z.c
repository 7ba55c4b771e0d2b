/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogue Z: compressed inputs that must not be believed. Each row has a sibling that
 * passes. */
#include <stdlib.h>
#include <zlib.h>

#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct bytes tar, gz, zst; /* one layout, three ways */
	struct buf work;
};

static struct bytes
joined(struct bench *b, struct bytes first, struct bytes second)
{
	buf_reset(&b->work);
	buf_add(&b->work, first);
	buf_add(&b->work, second);
	return buf_bytes(&b->work);
}

/* A copy with one octet changed; `at` counts from the end if negative. */
static struct bytes
changed(struct bench *b, struct bytes from, long at, uint8_t mask)
{
	buf_reset(&b->work);
	buf_add(&b->work, from);
	b->work.ptr[at < 0 ? from.len - (size_t)-at : (size_t)at] ^= mask;
	return buf_bytes(&b->work);
}

static void
refused(struct bench *b, struct bytes file, enum reason want, const char *name)
{
	is_reason(reader_bytes(&b->r, file), want, "%s", name);
}

static struct bytes
upto(struct bytes b, size_t n)
{
	return bytes_of(b.ptr, n);
}

/* Many zeros in one member, as a bomb has them. */
static struct bytes
bomb(struct bench *b, size_t plain)
{
	uint8_t *zeros = calloc(1, plain);
	struct bytes out = mk_gzip(&b->r.mem, bytes_of(zeros, plain));

	free(zeros);
	return out;
}

static void
test_good(struct bench *b)
{
	refused(b, b->tar, REASON_NONE, "plain is read");
	refused(b, b->gz, REASON_NONE, "gzip is read");
	ok(b->r.facts.compression == COMPRESSION_GZIP, "as gzip");
	refused(b, b->zst, REASON_NONE, "zstd is read");
	ok(b->r.facts.compression == COMPRESSION_ZSTD, "as zstd");
	refused(b, mk_zstd(&b->r.mem, b->tar, false), REASON_NONE,
	    "zstd without size is read");
}

static void
test_bombs(struct bench *b)
{
	struct mktar t;
	struct bytes gz;
	uint8_t *zeros;
	size_t size = (size_t)80 << 20;

	mktar_init(&t);
	mktar_raw(&t, b->tar);
	t.out.len -= 1024;
	zeros = calloc(1, size);
	mktar_file(&t, "zeros", bytes_of(zeros, size));
	free(zeros);
	mktar_end(&t);
	gz = mk_gzip(&b->r.mem, buf_bytes(&t.out));
	mktar_clear(&t);
	refused(b, gz, REASON_LIMIT_RATIO_HIT, "bad_Z01_ratio");
	b->r.limits.v[LIMIT_RATIO] = 2000;
	refused(b, gz, REASON_NONE, "the same within a higher limit");
	b->r.limits.v[LIMIT_EXPANDED_BYTES] = 1 << 20;
	refused(b, gz, REASON_LIMIT_EXPANDED_HIT, "bad_Z01_expanded_bytes");
	refused(b, b->gz, REASON_NONE, "a small input within that limit");
	limits_default(&b->r.limits);
	b->r.limits.v[LIMIT_INPUT_BYTES] = b->gz.len - 1;
	refused(b, b->gz, REASON_LIMIT_INPUT_HIT, "bad_Z01_input_bytes");
	limits_default(&b->r.limits);
}

static void
test_checksums(struct bench *b)
{
	refused(b, changed(b, b->gz, -8, 1), REASON_Z_CHECKSUM, "bad_Z02_gzip_crc");
	refused(b, changed(b, b->gz, -4, 1), REASON_Z_CHECKSUM, "bad_Z02_gzip_length");
	refused(b, changed(b, b->zst, -1, 1), REASON_Z_CHECKSUM, "bad_Z02_zstd_checksum");
	/* Frame header: magic, descriptor, then two octets of size (256 is added). */
	if (ok((b->zst.ptr[4] & 0xe0) == 0x60,
		"the sample stores its size in two octets"))
		refused(
		    b, changed(b, b->zst, 5, 1), REASON_Z_CHECKSUM, "bad_Z02_zstd_size");
	refused(b, changed(b, b->gz, 40, 0x55), REASON_Z_DAMAGED, "bad_Z02_gzip_data");
	refused(b, upto(b->gz, b->gz.len - 3), REASON_INPUT_TRUNCATED,
	    "bad_T14_gzip_trailer");
	refused(
	    b, upto(b->gz, b->gz.len / 2), REASON_INPUT_TRUNCATED, "bad_T14_gzip_data");
	refused(
	    b, upto(b->zst, b->zst.len / 2), REASON_INPUT_TRUNCATED, "bad_T14_zstd_data");
	refused(b, upto(b->zst, b->zst.len - 2), REASON_INPUT_TRUNCATED,
	    "bad_T14_zstd_checksum");
	refused(b, upto(b->zst, 5), REASON_INPUT_TRUNCATED, "bad_T14_zstd_header");
	refused(b, upto(b->gz, 8), REASON_INPUT_TRUNCATED, "bad_T14_gzip_header");
}

static void
test_trailing(struct bench *b)
{
	static const uint8_t zeros[2048];
	struct bytes none = bytes_of(zeros, sizeof(zeros)), x = BYTES_LIT("hidden");

	refused(b, joined(b, b->gz, x), REASON_Z_TRAILING_DATA, "bad_Z03_after_gzip");
	refused(b, joined(b, b->zst, x), REASON_Z_TRAILING_DATA, "bad_Z03_after_zstd");
	refused(
	    b, joined(b, b->gz, none), REASON_NONE, "bad_Z03_zeros_after_gzip is read");
	is_u64(
	    reader_note(&b->r, REASON_Z_TRAILING_ZEROS), 1, "bad_Z03_zeros_after_gzip");
	refused(
	    b, joined(b, b->zst, none), REASON_NONE, "bad_Z03_zeros_after_zstd is read");
	is_u64(
	    reader_note(&b->r, REASON_Z_TRAILING_ZEROS), 1, "bad_Z03_zeros_after_zstd");
	joined(b, b->gz, none);
	buf_add(&b->work, x);
	refused(
	    b, buf_bytes(&b->work), REASON_Z_TRAILING_DATA, "bad_Z03_data_after_zeros");
	refused(b, b->gz, REASON_NONE, "without any of it");
	is_u64(b->r.facts.note_count, 0, "there is no note");
}

static void
test_members(struct bench *b)
{
	size_t half = b->tar.len / 2;
	struct bytes a = upto(b->tar, half),
		     z = bytes_of(b->tar.ptr + half, b->tar.len - half);
	struct bytes empty = mk_gzip(&b->r.mem, bytes_of("", 0));

	refused(b, joined(b, mk_gzip(&b->r.mem, a), mk_gzip(&b->r.mem, z)), REASON_NONE,
	    "bad_Z04_two_gzip_members");
	is_u64(
	    store_stats(b->r.store).blobs, 4, "bad_Z04_two_gzip_members are one stream");
	refused(b, joined(b, mk_zstd(&b->r.mem, a, true), mk_zstd(&b->r.mem, z, false)),
	    REASON_NONE, "bad_Z04_two_zstd_frames");
	is_u64(
	    store_stats(b->r.store).blobs, 4, "bad_Z04_two_zstd_frames are one stream");
	refused(b, joined(b, empty, b->gz), REASON_NONE, "bad_Z04_empty_member_first");
	refused(b, joined(b, b->gz, b->zst), REASON_Z_TRAILING_DATA,
	    "bad_Z04_zstd_after_gzip");
	refused(
	    b, joined(b, b->gz, b->gz), REASON_TAR_TRAILING_DATA, "bad_Z04_two_archives");
	refused(b, empty, REASON_INPUT_EMPTY, "bad_Z04_only_an_empty_member");
	joined(b, mk_gzip(&b->r.mem, a), mk_gzip(&b->r.mem, z));
	b->work.ptr[b->work.len - 8] ^= 1;
	refused(b, buf_bytes(&b->work), REASON_Z_CHECKSUM,
	    "bad_Z04_checksum_of_second_member");
}

static void
test_nested(struct bench *b)
{
	refused(b, mk_gzip(&b->r.mem, b->gz), REASON_Z_NESTED, "bad_Z05_gzip_in_gzip");
	refused(
	    b, mk_zstd(&b->r.mem, b->gz, true), REASON_Z_NESTED, "bad_Z05_gzip_in_zstd");
	refused(b, mk_gzip(&b->r.mem, b->zst), REASON_Z_NESTED, "bad_Z05_zstd_in_gzip");
	refused(b, mk_gzip(&b->r.mem, BYTES_LIT("BZh91AY&SY....")), REASON_Z_NESTED,
	    "bad_Z05_bzip2_in_gzip");
	refused(b, mk_gzip(&b->r.mem, BYTES_LIT("PK\3\4....")), REASON_INPUT_FORMAT,
	    "bad_T22_zip_in_gzip");
}

static void
test_frames(struct bench *b)
{
	static const uint8_t skippable[] = { 0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3,
		4 };
	/* Window descriptor 0x88 asks for 2^27 octets, 0x68 for 2^23, 0x69 for an eighth
	 * more. */
	static const uint8_t wide[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x88, 1, 0, 0 };
	static const uint8_t over[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x69, 1, 0, 0 };
	static const uint8_t fits[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x68, 1, 0, 0 };
	/* Single segment of 2^32 octets: the window is the content. */
	static const uint8_t single[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 1, 0,
		0, 0, 1, 0, 0 };
	static const uint8_t dict[] = { 0x28, 0xb5, 0x2f, 0xfd, 1, 0x58, 7, 1, 0, 0 };
	static const uint8_t legacy[] = { 0x25, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0, 0, 0 };
	static const uint8_t reserved[] = { 0x28, 0xb5, 0x2f, 0xfd, 8, 0x58, 1, 0, 0 };

	refused(b, bytes_of(wide, sizeof(wide)), REASON_LIMIT_WINDOW_HIT,
	    "bad_Z06_window_2_27");
	refused(b, bytes_of(over, sizeof(over)), REASON_LIMIT_WINDOW_HIT,
	    "bad_Z06_window_just_above");
	refused(b, bytes_of(single, sizeof(single)), REASON_LIMIT_WINDOW_HIT,
	    "bad_Z06_single_segment");
	refused(b, bytes_of(fits, sizeof(fits)), REASON_INPUT_EMPTY,
	    "window of the limit itself");
	refused(
	    b, bytes_of(dict, sizeof(dict)), REASON_Z_UNSUPPORTED, "bad_Z07_dictionary");
	refused(
	    b, bytes_of(legacy, sizeof(legacy)), REASON_Z_UNSUPPORTED, "bad_Z07_legacy");
	refused(b, bytes_of(reserved, sizeof(reserved)), REASON_Z_DAMAGED,
	    "bad_Z07_reserved_flag");
	refused(b, joined(b, bytes_of(skippable, sizeof(skippable)), b->zst), REASON_NONE,
	    "bad_Z07_skippable_frame_first");
	refused(b, joined(b, b->zst, bytes_of(skippable, sizeof(skippable))), REASON_NONE,
	    "bad_Z07_skippable_frame_last");
	refused(b, joined(b, b->zst, bytes_of(skippable, 10)), REASON_INPUT_TRUNCATED,
	    "bad_Z07_skippable_frame_cut");
	refused(b, bytes_of(skippable, sizeof(skippable)), REASON_INPUT_EMPTY,
	    "bad_Z07_only_a_skippable_frame");
	b->r.limits.v[LIMIT_EXPANDED_BYTES] = b->tar.len;
	refused(b, b->zst, REASON_NONE, "expanded size of the limit itself");
	refused(b, joined(b, bytes_of(skippable, sizeof(skippable)), b->zst),
	    REASON_LIMIT_EXPANDED_HIT, "bad_Z07_skippable_frames_count");
	limits_default(&b->r.limits);
}

static void
test_others(struct bench *b)
{
	static const struct {
		const char *name;
		struct bytes start;
	} rows[] = {
		{ "bad_Z08_xz", { (const uint8_t *)"\xfd"
						   "7zXZ\0\0",
				    7 } },
		{ "bad_Z08_bzip2", { (const uint8_t *)"BZh91AY&SY", 10 } },
		{ "bad_Z08_lz4", { (const uint8_t *)"\x04\x22\x4d\x18", 4 } },
		{ "bad_Z08_lzip", { (const uint8_t *)"LZIP\1", 5 } },
		{ "bad_Z08_compress", { (const uint8_t *)"\x1f\x9d\x90", 3 } },
		{ "bad_Z08_lzma", { (const uint8_t *)"\x5d\0\0\x80\0", 5 } },
		{ "bad_Z08_lzop", { (const uint8_t *)"\x89LZO\0", 5 } },
		{ "bad_Z08_rpm", { (const uint8_t *)"\xed\xab\xee\xdb", 4 } },
		{ "bad_Z08_uuencode", { (const uint8_t *)"begin 644 x\n", 12 } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		refused(b, rows[i].start, REASON_INPUT_COMPRESSION, rows[i].name);
		ok(strstr(b->r.err.text, "convert") != NULL, "%s says what converts it",
		    rows[i].name);
	}
}

static struct bytes
gzip_with(struct bench *b, uint8_t flags, size_t filler, const char *end, size_t end_len)
{
	uint8_t head[10] = { 0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3 };

	buf_reset(&b->work);
	buf_add(&b->work, bytes_of(head, sizeof(head)));
	while (filler-- > 0)
		buf_u8(&b->work, 'n');
	buf_add(&b->work, bytes_of(end, end_len));
	buf_add(&b->work, bytes_of(b->gz.ptr + 10, b->gz.len - 10));
	return buf_bytes(&b->work);
}

static void
test_headers(struct bench *b)
{
	uint8_t crc[2];
	struct bytes file;
	uint32_t sum;

	refused(b, gzip_with(b, 8, 1000, "\0", 1), REASON_NONE, "gzip with a name");
	refused(
	    b, gzip_with(b, 8, 70000, "\0", 1), REASON_Z_HEADER, "bad_Z09_endless_name");
	refused(b, gzip_with(b, 16, 70000, "\0", 1), REASON_Z_HEADER,
	    "bad_Z09_endless_comment");
	gzip_with(b, 4, 0, "\xff\xff", 2);
	while (b->work.len < 70000)
		buf_u8(&b->work, 'n');
	refused(b, buf_bytes(&b->work), REASON_Z_HEADER, "bad_Z09_extra_field");
	refused(
	    b, gzip_with(b, 4, 0, "\3\0abc", 5), REASON_NONE, "gzip with an extra field");
	refused(
	    b, gzip_with(b, 0x20, 0, "", 0), REASON_Z_HEADER, "bad_Z09_reserved_flag");
	refused(b, changed(b, b->gz, 2, 1), REASON_Z_HEADER, "bad_Z09_unknown_method");
	refused(
	    b, gzip_with(b, 2, 0, "\1\1", 2), REASON_Z_HEADER, "bad_Z09_header_checksum");
	file = gzip_with(b, 2, 0, "\0\0", 2);
	sum = (uint32_t)crc32(0, file.ptr, 10);
	crc[0] = (uint8_t)sum;
	crc[1] = (uint8_t)(sum >> 8);
	refused(b, gzip_with(b, 2, 0, (const char *)crc, 2), REASON_NONE,
	    "gzip with a right header checksum");
}

int
main(void)
{
	struct bench b = { .work = { .max = (size_t)64 << 20 } };
	struct mklayout l;
	struct mktar t;

	reader_init(&b.r);
	mklayout(&l, &b.r);
	mktar_init(&t);
	mktar_layout(&t, &l, "");
	mktar_end(&t);
	b.tar = buf_bytes(&t.out);
	b.gz = mk_gzip(&b.r.mem, b.tar);
	b.zst = mk_zstd(&b.r.mem, b.tar, true);
	test_good(&b);
	test_bombs(&b);
	test_checksums(&b);
	test_trailing(&b);
	test_members(&b);
	test_nested(&b);
	test_frames(&b);
	test_others(&b);
	test_headers(&b);
	refused(&b, bomb(&b, 1000), REASON_INPUT_EMPTY, "zeros alone are no archive");
	mktar_clear(&t);
	buf_clear(&b.work);
	reader_free(&b.r);
	return tap_done();
}
