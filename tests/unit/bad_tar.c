/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogue T: archives that must not be believed. Each row has a sibling that passes. */
#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct mklayout l;
	struct mktar t;
};

static void
begin(struct bench *b)
{
	mktar_clear(&b->t);
	mktar_init(&b->t);
}

static void
begin_layout(struct bench *b)
{
	begin(b);
	mktar_layout(&b->t, &b->l, "");
}

/* What was built after the layout, ended as an archive ends. */
static void
refused(struct bench *b, enum reason want, const char *name)
{
	mktar_end(&b->t);
	is_reason(reader_tar(&b->r, &b->t), want, "%s", name);
}

/* Read, but with a note. */
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

static void
test_good(struct bench *b)
{
	begin_layout(b);
	mktar_end(&b->t);
	is_reason(reader_tar(&b->r, &b->t), REASON_NONE, "the layout alone is read");
	is_u64(store_stats(b->r.store).blobs, 4, "and has all its blobs");
	is_u64(b->r.facts.note_count, 0, "and nothing is odd about it");
}

static void
test_sizes(struct bench *b)
{
	struct bytes payload = BYTES_LIT("0123456789");

	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "size", "10"));
	mktar_head(&b->t, &(struct mktar_head){ .type = '0', .name = "x", .size = 0 });
	mktar_data(&b->t, payload);
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T01_pax_size_against_header");

	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "size", "10"));
	mktar_file(&b->t, "x", payload);
	refused(b, REASON_NONE, "pax size that agrees");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = '0',
		.name = "x",
		.size_field = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" });
	refused(b, REASON_TAR_BAD_SIZE, "bad_T13_negative_binary_size");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){
		.type = '0', .name = "x", .size_field = "\x80\0\0\0\x80\0\0\0\0\0\0\0" });
	refused(b, REASON_TAR_BAD_SIZE, "bad_T13_binary_size_2_63");

	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){
			      .type = '0', .name = "x", .size_field = "0000000001 9" });
	refused(b, REASON_TAR_BAD_SIZE, "bad_T13_octal_size_with_rest");

	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){
			      .type = '0', .name = "x", .size_field = "-0000000001" });
	refused(b, REASON_TAR_BAD_SIZE, "bad_T13_negative_octal_size");

	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "size", "9223372036854775808"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_BAD_SIZE, "bad_T13_pax_size_2_63");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){
		.type = '0', .name = "x", .size_field = "\x80\0\0\0\0\0\0\0\0\0\0\x0a" });
	mktar_data(&b->t, payload);
	refused(b, REASON_NONE, "binary size that is right");

	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){ .type = '5', .name = "d/", .size = 512 });
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T01_folder_with_data");

	begin_layout(b);
	mktar_head(
	    &b->t, &(struct mktar_head){
		       .type = '1', .name = "l", .link = "index.json", .size = 512 });
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T01_hard_link_with_data");
}

static void
test_extended(struct bench *b)
{
	struct bytes path = record(b, "path", "b"), twice;
	uint8_t both[256];

	begin_layout(b);
	mktar_pax(&b->t, 'x', path);
	mktar_long(&b->t, 'L', BYTES_LIT("longname"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T02_pax_before_gnu_long_name");

	begin_layout(b);
	mktar_long(&b->t, 'L', BYTES_LIT("longname"));
	mktar_pax(&b->t, 'x', path);
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T02_gnu_long_name_before_pax");

	begin_layout(b);
	mktar_pax(&b->t, 'x', path);
	mktar_pax(&b->t, 'x', path);
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T02_two_pax_headers");

	begin_layout(b);
	mktar_pax(&b->t, 'g', path);
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T02_global_path");

	memcpy(both, path.ptr, path.len);
	memcpy(both + path.len, path.ptr, path.len);
	twice = bytes_of(both, path.len * 2);
	begin_layout(b);
	mktar_pax(&b->t, 'x', twice);
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T02_path_twice");

	begin_layout(b);
	mktar_pax(&b->t, 'g', record(b, "comment", "0123456789abcdef"));
	mktar_pax(&b->t, 'x', path);
	mktar_text(&b->t, "x", "");
	mktar_long(&b->t, 'K', BYTES_LIT("target"));
	mktar_long(&b->t, 'L', BYTES_LIT("longname"));
	mktar_member(&b->t, '2', "y", "z");
	noted(b, REASON_TAR_LINK_MEMBER, 1, "extended headers in order");

	begin_layout(b);
	mktar_pax(&b->t, 'x', BYTES_LIT("99 path=b\n"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_record_length_too_large");

	begin_layout(b);
	mktar_pax(&b->t, 'x', BYTES_LIT("09 path=b\n"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_record_length_with_zero");

	begin_layout(b);
	mktar_pax(&b->t, 'x', BYTES_LIT("10 path=bb"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_record_without_line_end");

	begin_layout(b);
	mktar_pax(&b->t, 'x', BYTES_LIT("9 pathbb\n"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_record_without_key");

	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "path", ""));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_empty_path");

	begin_layout(b);
	mktar_long(&b->t, 'L', BYTES_LIT("evil\0name"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_nul_in_gnu_long_name");

	begin_layout(b);
	mktar_pax(&b->t, 'x', path);
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_pax_header_without_member");

	begin_layout(b);
	mktar_head(&b->t, &(struct mktar_head){ .type = 'x', .name = "x" });
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_PAX_MALFORMED, "bad_T03_empty_pax_header");

	begin_layout(b);
	mktar_head(
	    &b->t, &(struct mktar_head){ .type = 'x', .name = "x", .size = 1048577 });
	mktar_zeros(&b->t, 1049088);
	refused(b, REASON_TAR_HEADER_TOO_LARGE, "bad_T05_pax_header_above_1_MiB");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = 'L', .name = "x", .size = UINT64_C(1) << 32 });
	refused(b, REASON_TAR_HEADER_TOO_LARGE, "bad_T05_long_name_of_4_GiB");

	begin_layout(b);
	mktar_pax(
	    &b->t, 'x', mktar_record(&b->r.mem, "path", BYTES_LIT("index.json\0x")));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_BAD_NAME, "bad_T06_nul_in_pax_path");
}

/* T04: the overflow was in libarchive's handling of large pax attributes; the scan bounds
 * them. */
static void
test_heap(struct bench *b)
{
	struct buf value = { .max = (size_t)2 << 20 };

	while (value.len < 1040000)
		buf_text(&value, "SCHILY.xattr.user.a");
	begin_layout(b);
	mktar_pax(&b->t, 'x',
	    mktar_record(&b->r.mem, "SCHILY.xattr.user.x", buf_bytes(&value)));
	mktar_text(&b->t, "x", "");
	mktar_end(&b->t);
	ok(reader_tar(&b->r, &b->t) != REASON_INTERNAL, "bad_T04_large_pax_attribute");
	buf_clear(&value);
}

static void
test_duplicates(struct bench *b)
{
	const char *blob = blob_name(&b->r.mem, &b->l.layer);

	begin_layout(b);
	mktar_text(&b->t, "index.json", "{\"manifests\":[]}");
	refused(b, REASON_TAR_DUPLICATE_MEMBER, "bad_T07_index_twice");

	begin_layout(b);
	mktar_text(&b->t, "./index.json", "{\"manifests\":[]}");
	refused(b, REASON_TAR_DUPLICATE_MEMBER, "bad_T07_index_twice_with_dot");

	begin_layout(b);
	mktar_text(&b->t, ".//oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
	refused(b, REASON_TAR_DUPLICATE_MEMBER, "bad_T07_layout_twice_with_slashes");

	begin_layout(b);
	mktar_text(&b->t, blob, "not really a layer");
	noted(b, REASON_TAR_DUPLICATE_BLOB, 1, "bad_T08_blob_twice_alike");

	begin_layout(b);
	mktar_text(&b->t, blob, "something else");
	refused(b, REASON_TAR_DUPLICATE_MEMBER, "bad_T08_blob_twice_differing");

	begin(b);
	mktar_text(&b->t, blob, "something else");
	mktar_layout(&b->t, &b->l, "");
	refused(b, REASON_TAR_DUPLICATE_MEMBER, "bad_T08_wrong_blob_first");
}

static void
test_names(struct bench *b)
{
	static const struct {
		const char *name, *member;
		enum reason want;
	} rows[] = {
		{ "bad_T09_parent", "../index.json", REASON_TAR_PATH_ESCAPE },
		{ "bad_T09_absolute", "/index.json", REASON_TAR_PATH_ESCAPE },
		{ "bad_T09_empty", "", REASON_TAR_PATH_ESCAPE },
		{ "bad_T09_inner_parent", "a/../index.json", REASON_TAR_PATH_ESCAPE },
		{ "bad_T09_inner_dot", "a/./b", REASON_TAR_PATH_ESCAPE },
		{ "bad_T21_newline", "a\nb", REASON_TAR_BAD_NAME },
		{ "bad_T21_escape_code", "a\033[2J", REASON_TAR_BAD_NAME },
		{ "bad_T21_delete", "a\177", REASON_TAR_BAD_NAME },
		{ "bad_T21_invalid_utf8", "a\xff\xfe", REASON_TAR_BAD_NAME },
		{ "bad_T16_foreign_name", "caf\xc3\xa9.txt", REASON_TAR_FOREIGN_NAME },
	};
	struct bytes longest;
	uint8_t name[1100];

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_layout(b);
		mktar_text(&b->t, rows[i].member, "x");
		noted(b, rows[i].want, 1, rows[i].name);
		is_u64(store_stats(b->r.store).blobs, 4, "%s leaves the rest alone",
		    rows[i].name);
	}

	begin_layout(b);
	mktar_text(&b->t, "index.json/", "");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T09_trailing_slash");

	begin_layout(b);
	mktar_text(&b->t, "index.json/", "x");
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T09_trailing_slash_and_data");

	memset(name, 'n', sizeof(name));
	longest = bytes_of(name, 1025);
	begin_layout(b);
	mktar_long(&b->t, 'L', longest);
	mktar_text(&b->t, "n", "x");
	noted(b, REASON_TAR_BAD_NAME, 1, "bad_T21_name_of_1025_octets");

	begin_layout(b);
	mktar_pax(&b->t, 'x', mktar_record(&b->r.mem, "path", bytes_of(name, 256)));
	mktar_text(&b->t, "n", "x");
	noted(b, REASON_TAR_BAD_NAME, 1, "bad_T21_part_of_a_name_of_256_octets");

	for (size_t i = 255; i < sizeof(name); i += 256)
		name[i] = '/';
	begin_layout(b);
	mktar_pax(&b->t, 'x', mktar_record(&b->r.mem, "path", bytes_of(name, 1023)));
	mktar_text(&b->t, "n", "x");
	noted(b, REASON_TAR_BAD_NAME, 0, "name of 1023 octets in parts of 255");

	begin_layout(b);
	mktar_pax(&b->t, 'x',
	    mktar_record(&b->r.mem, "path", BYTES_LIT("blobs/sha256/caf\xc3\xa9")));
	mktar_text(&b->t, "n", "x");
	refused(b, REASON_TAR_DAMAGED, "bad_T16_foreign_name_in_blobs");

	begin_layout(b);
	mktar_pax(
	    &b->t, 'x', mktar_record(&b->r.mem, "path", BYTES_LIT("caf\xc3\xa9.txt")));
	mktar_text(&b->t, "n", "x");
	noted(b, REASON_TAR_FOREIGN_NAME, 1, "bad_T16_foreign_name_in_pax");

	begin_layout(b);
	mktar_text(&b->t, "._index.json", "x");
	mktar_text(&b->t, ".DS_Store", "x");
	mktar_text(&b->t, "__MACOSX/x", "x");
	mktar_end(&b->t);
	is_reason(reader_tar(&b->r, &b->t), REASON_NONE, "litter of macOS is ignored");
	is_u64(b->r.facts.note_count, 0, "and not noted");
}

static void
test_links(struct bench *b)
{
	const char *blob = blob_name(&b->r.mem, &b->l.layer);
	const char *beside = arena_printf(&b->r.mem, "beside/%s", blob).ptr;

	begin_layout(b);
	mktar_member(&b->t, '2', "link", "index.json");
	noted(b, REASON_TAR_LINK_MEMBER, 1, "bad_T10_symbolic_link");

	begin_layout(b);
	mktar_member(&b->t, '1', "link", "index.json");
	noted(b, REASON_TAR_LINK_MEMBER, 1, "bad_T10_hard_link");

	begin_layout(b);
	mktar_member(&b->t, '2', "a/layer.tar", "../b/layer.tar");
	mktar_member(&b->t, '2', "b/layer.tar", "../c/layer.tar");
	noted(b, REASON_TAR_LINK_MEMBER, 2, "bad_T10_layer_links_in_a_layout");

	/* Folders of layouts are not read, but their links are no fault. */
	begin(b);
	mktar_layout(&b->t, &b->l, "");
	mktar_member(&b->t, '1', beside, blob);
	refused(b, REASON_INPUT_FORM, "hard link between names of one blob");
	is_u64(reader_note(&b->r, REASON_TAR_LINK_MEMBER), 0, "is no link to complain of");

	begin(b);
	mktar_layout(&b->t, &b->l, "");
	mktar_member(&b->t, '1', beside, blob_name(&b->r.mem, &b->l.config));
	noted(b, REASON_TAR_LINK_MEMBER, 1, "bad_T10_hard_link_to_another_blob");

	begin(b);
	mktar_member(&b->t, '1', beside, blob);
	mktar_layout(&b->t, &b->l, "");
	noted(b, REASON_TAR_LINK_MEMBER, 1, "bad_T10_hard_link_before_its_target");

	begin(b);
	for (size_t i = 0; i < b->l.count; i++)
		if (strcmp(b->l.v[i].name, "index.json") != 0)
			mktar_file(&b->t, b->l.v[i].name, b->l.v[i].data);
	mktar_member(&b->t, '2', "index.json", "other.json");
	mktar_file(&b->t, "other.json", b->l.v[4].data);
	refused(b, REASON_LAYOUT_NO_INDEX, "bad_T10_index_only_as_a_link");

	begin_layout(b);
	mktar_member(&b->t, '3', "dev", "");
	mktar_member(&b->t, '4', "disk", "");
	mktar_member(&b->t, '6', "fifo", "");
	noted(b, REASON_TAR_SPECIAL_MEMBER, 3, "bad_T11_device_and_fifo");
}

static void
test_sparse(struct bench *b)
{
	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = 'S', .name = "x", .magic = "ustar  \0" });
	refused(b, REASON_TAR_SPARSE, "bad_T12_gnu_sparse_type");

	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "GNU.sparse.realsize", "9223372036854775807"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_SPARSE, "bad_T12_pax_sparse");

	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "SCHILY.realsize", "9223372036854775807"));
	mktar_text(&b->t, "x", "");
	refused(b, REASON_TAR_SPARSE, "bad_T12_star_real_size");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = '0', .name = "x", .size = UINT64_C(1) << 32 });
	refused(b, REASON_INPUT_TRUNCATED, "bad_T12_size_beyond_the_archive");
}

static void
test_ends(struct bench *b)
{
	size_t whole;

	begin_layout(b);
	whole = b->t.out.len;
	b->t.out.len = whole - 700;
	is_reason(
	    reader_tar(&b->r, &b->t), REASON_INPUT_TRUNCATED, "bad_T14_ends_in_data");
	b->t.out.len = 100;
	is_reason(reader_tar(&b->r, &b->t), REASON_INPUT_TRUNCATED,
	    "bad_T14_ends_in_first_header");
	b->t.out.len = 1024 + 200;
	is_reason(
	    reader_tar(&b->r, &b->t), REASON_INPUT_TRUNCATED, "bad_T14_ends_in_header");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = '0', .name = "x", .bad_checksum = true });
	mktar_text(&b->t, "y", "");
	refused(b, REASON_TAR_DAMAGED, "bad_T15_header_checksum");

	begin_layout(b);
	mktar_head(
	    &b->t, &(struct mktar_head){ .type = '0', .name = "x", .magic = "ustarXXX" });
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T15_unknown_magic");

	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = 'M', .name = "x", .magic = "ustar  \0" });
	refused(b, REASON_TAR_AMBIGUOUS, "bad_T15_private_type");

	begin_layout(b);
	is_reason(
	    reader_tar(&b->r, &b->t), REASON_INPUT_TRUNCATED, "bad_T17_no_end_marker");
	mktar_zeros(&b->t, 512);
	is_reason(
	    reader_tar(&b->r, &b->t), REASON_INPUT_TRUNCATED, "bad_T17_lone_zero_block");
	mktar_zeros(&b->t, 511);
	is_reason(reader_tar(&b->r, &b->t), REASON_INPUT_TRUNCATED,
	    "bad_T17_second_block_of_zeros_is_cut");
	mktar_zeros(&b->t, 1);
	is_reason(reader_tar(&b->r, &b->t), REASON_NONE, "two zero blocks are read");
	is_u64(b->r.facts.note_count, 0, "and nothing is noted");
	mktar_zeros(&b->t, (size_t)3 << 20);
	is_reason(reader_tar(&b->r, &b->t), REASON_NONE,
	    "3 MiB of zeros after the end are fine");
	mktar_raw(&b->t, BYTES_LIT("x"));
	is_reason(reader_tar(&b->r, &b->t), REASON_TAR_TRAILING_DATA,
	    "bad_T18_octet_far_after_the_end");

	begin_layout(b);
	mktar_end(&b->t);
	mktar_layout(&b->t, &b->l, "");
	refused(b, REASON_TAR_TRAILING_DATA, "bad_T18_archive_after_the_end");

	begin_layout(b);
	mktar_zeros(&b->t, 512);
	mktar_text(&b->t, "hidden", "x");
	refused(b, REASON_TAR_TRAILING_DATA, "bad_T18_member_after_a_lone_zero_block");

	begin(b);
	is_reason(reader_tar(&b->r, &b->t), REASON_INPUT_EMPTY, "bad_T19_empty_file");
	mktar_zeros(&b->t, 10240);
	is_reason(reader_tar(&b->r, &b->t), REASON_INPUT_EMPTY, "bad_T19_only_zeros");
}

/* T23: what only matters to whoever unpacks is passed over. */
static void
test_attributes(struct bench *b)
{
	begin_layout(b);
	mktar_pax(&b->t, 'x', record(b, "SCHILY.xattr.security.capability", "x"));
	mktar_text(&b->t, "x", "");
	mktar_pax(&b->t, 'x', record(b, "LIBARCHIVE.xattr.user.a", "eA"));
	mktar_text(&b->t, "y", "");
	mktar_pax(&b->t, 'x',
	    record(b, "SCHILY.acl.access", "user::rwx,group::r-x,other::r-x"));
	mktar_text(&b->t, "z", "");
	mktar_end(&b->t);
	is_reason(
	    reader_tar(&b->r, &b->t), REASON_NONE, "bad_T23_attributes_are_ignored");
}

int
main(void)
{
	struct bench b;

	reader_init(&b.r);
	mktar_init(&b.t);
	mklayout(&b.l, &b.r);
	test_good(&b);
	test_sizes(&b);
	test_extended(&b);
	test_heap(&b);
	test_duplicates(&b);
	test_names(&b);
	test_links(&b);
	test_sparse(&b);
	test_ends(&b);
	test_attributes(&b);
	mktar_clear(&b.t);
	reader_free(&b.r);
	return tap_done();
}
