/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Catalogue T00: archives that GNU tar, bsdtar, Python's tarfile and Go's archive/tar do not
 * unpack alike. Each row has a sibling that passes. tests/run-archives.sh asks the four.
 */
#include <stdio.h>

#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct mklayout l;
	struct mktar t;
};

#define USTAR "ustar\0" "00"
#define GNU "ustar  \0"
#define V7 "\0\0\0\0\0\0\0\0"

static void
begin_layout(struct bench *b)
{
	mktar_clear(&b->t);
	mktar_init(&b->t);
	mktar_layout(&b->t, &b->l, "");
}

/* What was built after the layout, ended as an archive ends. */
static void
refused(struct bench *b, enum reason want, const char *name)
{
	mktar_end(&b->t);
	is_reason(reader_tar(&b->r, &b->t), want, "%s", name);
}

static void
noted(struct bench *b, enum reason want, uint64_t count, const char *name)
{
	mktar_end(&b->t);
	if (is_reason(reader_tar(&b->r, &b->t), REASON_NONE, "%s is read", name))
		is_u64(reader_note(&b->r, want), count, "%s is noted as %s", name,
		    reason_code(want));
}

static struct bytes
record(struct bench *b, const char *key, const char *value)
{
	return mktar_record(&b->r.mem, key, bytes_of(value, strlen(value)));
}

/* One header with octets of its own in one field. */
static void
test_headers(struct bench *b)
{
#define RAW(octets) octets, sizeof(octets) - 1
	static const struct {
		const char *name, *magic;
		uint16_t at;
		const char *raw;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "mode_in_hex", USTAR, 100, RAW("0x1ff\0"), REASON_TAR_AMBIGUOUS },
		{ "mode_of_blanks", USTAR, 100, RAW("        "),
		    REASON_TAR_AMBIGUOUS },
		{ "mode_with_bits_of_its_own", USTAR, 100, RAW("1000644"),
		    REASON_TAR_AMBIGUOUS },
		{ "owner_with_sign", USTAR, 108, RAW("-000001"),
		    REASON_TAR_AMBIGUOUS },
		{ "owner_above_32_bits", USTAR, 108, RAW("\x80\0\0\1\0\0\0\0"),
		    REASON_TAR_AMBIGUOUS },
		{ "group_with_a_leading_NUL", USTAR, 116, RAW("\0" "000001"),
		    REASON_TAR_AMBIGUOUS },
		{ "size_of_blanks", USTAR, 124, RAW("            "),
		    REASON_TAR_BAD_SIZE },
		{ "time_with_an_underline", USTAR, 136, RAW("1_0"),
		    REASON_TAR_AMBIGUOUS },
		{ "time_far_ahead", USTAR, 136, RAW("\x80\1\0\0\0\0\0\0"),
		    REASON_TAR_AMBIGUOUS },
		{ "device_that_is_text", USTAR, 329, RAW("device"),
		    REASON_TAR_AMBIGUOUS },
		{ "octets_behind_the_name", USTAR, 2, RAW("x"),
		    REASON_TAR_AMBIGUOUS },
		{ "octets_behind_the_link", USTAR, 159, RAW("x"),
		    REASON_TAR_AMBIGUOUS },
		{ "octets_behind_an_empty_prefix", USTAR, 346, RAW("x"),
		    REASON_TAR_AMBIGUOUS },
		{ "star_trailer", USTAR, 508, RAW("tar\0"), REASON_TAR_AMBIGUOUS },
		{ "prefix_in_a_GNU_header", GNU, 345, RAW("blobs"),
		    REASON_TAR_AMBIGUOUS },
		{ "prefix_in_a_v7_header", V7, 345, RAW("blobs"),
		    REASON_TAR_AMBIGUOUS },
		{ "version_without_a_magic", V7, 263, RAW("00"),
		    REASON_TAR_AMBIGUOUS },
		{ "owner_of_a_v7_header", V7, 265, RAW("root"),
		    REASON_TAR_AMBIGUOUS },
		{ "type_7", USTAR, 156, RAW("7"), REASON_TAR_AMBIGUOUS },
		{ "type_of_a_volume_label", GNU, 156, RAW("V"),
		    REASON_TAR_AMBIGUOUS },
		{ "a_plain_header", USTAR, 156, RAW("0"), REASON_NONE },
		{ "numbers_that_are_all_NUL", USTAR, 100,
		    RAW("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		    REASON_NONE },
		{ "numbers_with_blanks", USTAR, 100,
		    RAW("   644 \0     0 \0     0 \0"), REASON_NONE },
		{ "mode_with_the_type_of_a_file", USTAR, 100, RAW("0100644\0"),
		    REASON_NONE },
		{ "owner_in_binary", GNU, 108, RAW("\x80\0\0\0\xff\xff\xff\xfe"),
		    REASON_NONE },
		{ "time_before_1970", GNU, 136,
		    RAW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe"),
		    REASON_NONE },
		{ "devices_of_a_v7_header", V7, 329, RAW("0000000\0" "0000000"),
		    REASON_NONE },
		{ "a_prefix", USTAR, 345, RAW("folder"), REASON_NONE },
		{ "version_of_blanks", USTAR, 263, RAW("  "), REASON_NONE },
	};
#undef RAW
	char text[80];

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_layout(b);
		mktar_head(&b->t, &(struct mktar_head){ .type = '0',
				      .name = "x",
				      .magic = rows[i].magic,
				      .raw_at = rows[i].at,
				      .raw = bytes_of(rows[i].raw, rows[i].len) });
		snprintf(text, sizeof(text), "%s%s",
		    rows[i].want == REASON_NONE ? "" : "bad_T00_", rows[i].name);
		refused(b, rows[i].want, text);
	}
	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = '0', .name = "x", .magic = GNU, .prefix = "y" });
	mktar_end(&b->t);
	reader_tar(&b->r, &b->t);
	is_str(str_of(b->r.err.pointer), "x", "the refusal names the member");
	is_u64(b->r.err.offset, b->t.out.len - 1024 - 512, "and where its header is");
}

static void
test_records(struct bench *b)
{
	static const struct {
		const char *name, *key, *value;
		enum reason want;
	} rows[] = {
		{ "blank_before_path", " path", "index.json", REASON_TAR_PAX_MALFORMED },
		{ "blank_behind_path", "path ", "index.json", REASON_TAR_PAX_MALFORMED },
		{ "tab_before_path", "\tpath", "index.json", REASON_TAR_PAX_MALFORMED },
		{ "blank_before_sparse", " GNU.sparse.major", "1",
		    REASON_TAR_PAX_MALFORMED },
		{ "dump_of_a_folder", "GNU.dumpdir", "Yx", REASON_TAR_AMBIGUOUS },
		{ "volume_of_GNU_tar", "GNU.volume.filename", "x", REASON_TAR_AMBIGUOUS },
		{ "time_that_is_no_number", "mtime", "nan", REASON_TAR_PAX_MALFORMED },
		{ "time_with_an_exponent", "mtime", "1e9", REASON_TAR_PAX_MALFORMED },
		{ "time_without_digits", "atime", "-", REASON_TAR_PAX_MALFORMED },
		{ "time_that_ends_in_its_point", "ctime", "1.", REASON_TAR_PAX_MALFORMED },
		{ "time_of_thirteen_digits", "mtime", "1000000000000",
		    REASON_TAR_PAX_MALFORMED },
		{ "owner_that_is_no_number", "uid", "root", REASON_TAR_PAX_MALFORMED },
		{ "owner_above_32_bits", "gid", "4294967296", REASON_TAR_PAX_MALFORMED },
		{ "size_with_sign", "size", "+0", REASON_TAR_BAD_SIZE },
		{ "target_of_a_file", "linkpath", "index.json", REASON_TAR_AMBIGUOUS },
		{ "blanks_inside_a_key", "SCHILY.xattr.user.a b", "x", REASON_NONE },
		{ "time_with_a_fraction", "mtime", "-1.500000000", REASON_NONE },
		{ "largest_owner", "uid", "4294967295", REASON_NONE },
		{ "unknown_key", "VENDOR.x", "", REASON_NONE },
		{ "name_of_a_character_set", "hdrcharset", "BINARY", REASON_NONE },
		{ "empty_name_of_an_owner", "uname", "", REASON_NONE },
	};
	char text[80];

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_layout(b);
		mktar_pax(&b->t, 'x', record(b, rows[i].key, rows[i].value));
		mktar_text(&b->t, "x", "");
		snprintf(text, sizeof(text), "%s%s",
		    rows[i].want == REASON_NONE ? "" : "bad_T00_", rows[i].name);
		refused(b, rows[i].want, text);
	}
	begin_layout(b);
	mktar_pax(&b->t, 'x', mktar_record(&b->r.mem, "uname", BYTES_LIT("a\0b")));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T00_NUL_in_an_owner");
}

/* What stands between a header and the member that it is for. */
static void
test_order(struct bench *b)
{
	struct bytes path = record(b, "path", "y"), comment = record(b, "comment", "x");

	begin_layout(b);
	mktar_pax(&b->t, 'x', path);
	memcpy(b->t.out.ptr + b->t.out.len - 512 + path.len, "10 path=z\n", 10);
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_records_behind_a_pax_header");

	begin_layout(b);
	mktar_long(&b->t, 'L', BYTES_LIT("longname"));
	b->t.out.ptr[b->t.out.len - 1] = 'x';
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_octets_behind_a_GNU_long_name");

	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){
			      .type = 'x', .name = "a\nbegin 644 b\n", .size = path.len });
	mktar_data(&b->t, path);
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_lines_in_the_name_of_a_pax_header");

	begin_layout(b);
	mktar_long(&b->t, 'K', BYTES_LIT("index.json"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_GNU_target_of_a_file");

	begin_layout(b);
	mktar_pax(&b->t, 'g', comment);
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T00_global_header_at_the_end");

	for (unsigned n = 8; n <= 9; n++) {
		begin_layout(b);
		for (unsigned i = 0; i < n; i++)
			mktar_pax(&b->t, 'g', comment);
		mktar_text(&b->t, "x", "");
		refused(b, n == 8 ? REASON_NONE : REASON_TAR_AMBIGUOUS,
		    n == 8 ? "eight global headers" : "bad_T00_nine_headers_in_a_row");
	}

	begin_layout(b);
	mktar_end(&b->t);
	mktar_zeros(&b->t, 100);
	is_reason(reader_tar(&b->r, &b->t), REASON_NONE,
	    "zeros that are no whole block after the end");
}

/* Folders by their name, as v7 has them. */
static void
test_slashes(struct bench *b)
{
	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){ .type = '\0', .name = "d/", .magic = V7 });
	mktar_head(&b->t, &(struct mktar_head){ .type = '\0', .name = "e/", .magic = GNU });
	mktar_text(&b->t, "d/x", "");
	refused(b, REASON_NONE, "folders as v7 writes them");

	begin_layout(b);
	mktar_long(&b->t, 'L', BYTES_LIT("longname"));
	mktar_head(&b->t, &(struct mktar_head){ .type = '\0', .name = "d/", .magic = GNU });
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_folder_by_the_short_name_alone");

	begin_layout(b);
	mktar_long(&b->t, 'L', BYTES_LIT("longname/"));
	mktar_head(&b->t, &(struct mktar_head){ .type = '\0', .name = "d", .magic = GNU });
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_folder_by_the_long_name_alone");

	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){ .type = '0', .name = "d/", .magic = V7 });
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_file_with_the_name_of_a_folder");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = '0', .name = "", .prefix = "index.json" });
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_prefix_without_a_name");
}

static void
test_links(struct bench *b)
{
	static const char *const names[] = { "__MACOSX", "._x", ".DS_Store", "a/._b" };
	const char *blob = blob_name(&b->r.mem, &b->l.layer);
	char name[128];

	for (size_t i = 0; i < COUNT(names); i++) {
		for (unsigned k = 0; k < 2; k++) {
			begin_layout(b);
			mktar_member(&b->t, k == 0 ? '2' : '1', names[i], "index.json");
			noted(b, REASON_TAR_LINK_MEMBER, 1, "bad_T00_link_called_litter");
		}
		begin_layout(b);
		mktar_member(&b->t, '2', names[i], ".");
		snprintf(name, sizeof(name), "%s/index.json", names[i]);
		mktar_text(&b->t, name, "{\"manifests\":[]}");
		refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_path_below_a_link");
		begin_layout(b);
		mktar_text(&b->t, name, "{\"manifests\":[]}");
		refused(b, REASON_NONE, "the same below a folder");
	}
	begin_layout(b);
	mktar_text(&b->t, "d/x", "");
	mktar_member(&b->t, '2', "d", "blobs");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_link_in_place_of_a_folder");

	begin_layout(b);
	mktar_member(&b->t, '2', "d/", "blobs");
	mktar_text(&b->t, "d/x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_link_with_a_slash");

	begin_layout(b);
	mktar_member(&b->t, '2', "x", "index.json");
	mktar_text(&b->t, "x", "{\"manifests\":[]}");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_file_written_through_a_link");

	begin_layout(b);
	mktar_member(&b->t, '6', "._fifo", "");
	noted(b, REASON_TAR_SPECIAL_MEMBER, 1, "bad_T00_fifo_called_litter");

	begin_layout(b);
	mktar_text(&b->t, "blobs", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_file_in_place_of_a_folder");

	begin_layout(b);
	snprintf(name, sizeof(name), "%s/x", blob);
	mktar_text(&b->t, name, "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_path_below_a_file");

	begin_layout(b);
	mktar_member(&b->t, '5', "index.json", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_folder_in_place_of_a_file");
}

static void
test_letters(struct bench *b)
{
	static const char *const names[] = { "Index.json", "OCI-layout", "w/BLOBS/x",
		"Blobs/sha256/x", "MANIFEST.JSON" };

	for (size_t i = 0; i < COUNT(names); i++) {
		begin_layout(b);
		mktar_text(&b->t, names[i], "");
		refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_layout_name_in_other_letters");
	}
	begin_layout(b);
	mktar_text(&b->t, "README", "");
	mktar_text(&b->t, "VERSION", "");
	mktar_text(&b->t, "x/y/z/Index.json", "");
	refused(b, REASON_NONE, "other names in capitals");
}

/* Many names: the table of them grows, and tells two that are one. */
static void
test_many(struct bench *b)
{
	char name[32];

	begin_layout(b);
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "d%u/x%u", i % 100, i);
		mktar_text(&b->t, name, "");
	}
	refused(b, REASON_NONE, "three thousand files in a hundred folders");
	b->t.out.len -= 1024;
	mktar_text(&b->t, "d77", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T00_one_of_the_folders_is_a_file_too");
}

int
main(void)
{
	struct bench b;

	reader_init(&b.r);
	mktar_init(&b.t);
	mklayout(&b.l, &b.r);
	test_headers(&b);
	test_records(&b);
	test_order(&b);
	test_slashes(&b);
	test_links(&b);
	test_letters(&b);
	test_many(&b);
	mktar_clear(&b.t);
	reader_free(&b.r);
	return tap_done();
}
