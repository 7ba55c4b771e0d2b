/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogue L, as far as reading goes: layouts that must not be believed. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/lib/mktar.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct mklayout l;
	struct scratch s;
};

static void
remove_it(struct bench *b, const char *rel)
{
	if (access(scratch_at(&b->s, rel), F_OK) == 0)
		scratch_remove(&b->s, rel);
}

/* A fresh folder with the layout in it. */
static void
lay_out(struct bench *b)
{
	remove_it(b, "l");
	for (size_t i = 0; i < b->l.count; i++)
		scratch_put(&b->s, arena_printf(&b->r.mem, "l/%s", b->l.v[i].name).ptr,
		    b->l.v[i].data);
}

static enum reason
read_folder(struct bench *b)
{
	return reader_path(&b->r, scratch_at(&b->s, "l"));
}

static const char *
layer_path(struct bench *b)
{
	return arena_printf(&b->r.mem, "l/%s", blob_name(&b->r.mem, &b->l.layer)).ptr;
}

/* The same as an archive, without or with another content for one file. */
static enum reason
read_tar(struct bench *b, const char *name, const char *text)
{
	struct mktar t;
	enum reason got;

	mktar_init(&t);
	for (size_t i = 0; i < b->l.count; i++)
		if (strcmp(b->l.v[i].name, name) != 0)
			mktar_file(&t, b->l.v[i].name, b->l.v[i].data);
	if (text != NULL)
		mktar_text(&t, name, text);
	mktar_end(&t);
	got = reader_tar(&b->r, &t);
	mktar_clear(&t);
	return got;
}

static void
test_version(struct bench *b)
{
	static const struct {
		const char *name, *text;
		enum reason want;
	} rows[] = {
		{ "bad_L01_other_version", "{\"imageLayoutVersion\":\"1.0.1\"}",
		    REASON_LAYOUT_VERSION },
		{ "bad_L01_no_json", "1.0.0", REASON_LAYOUT_VERSION },
		{ "bad_L01_no_version", "{}", REASON_LAYOUT_VERSION },
		{ "bad_L01_version_is_a_number", "{\"imageLayoutVersion\":1}",
		    REASON_LAYOUT_VERSION },
		{ "bad_L01_version_twice",
		    "{\"imageLayoutVersion\":\"1.0.0\",\"imageLayoutVersion\":\"1.0.0\"}",
		    REASON_LAYOUT_VERSION },
		{ "version with other members",
		    "{\"imageLayoutVersion\":\"1.0.0\",\"x\":1}", REASON_NONE },
	};
	char large[5000];

	for (size_t i = 0; i < COUNT(rows); i++) {
		is_reason(read_tar(b, "oci-layout", rows[i].text), rows[i].want,
		    "%s in a tar", rows[i].name);
		lay_out(b);
		scratch_put(&b->s, "l/oci-layout", str_bytes(str_of(rows[i].text)));
		is_reason(read_folder(b), rows[i].want, "%s in a folder", rows[i].name);
	}
	memset(large, ' ', sizeof(large));
	memcpy(large, "{\"imageLayoutVersion\":\"1.0.0\"}", 30);
	large[sizeof(large) - 1] = '\0';
	is_reason(
	    read_tar(b, "oci-layout", large), REASON_LAYOUT_VERSION, "bad_L01_too_large");
	is_reason(
	    read_tar(b, "oci-layout", NULL), REASON_NONE, "bad_L01_missing is read");
	is_u64(reader_note(&b->r, REASON_LAYOUT_NO_VERSION_FILE), 1,
	    "bad_L01_missing is noted");
}

static void
test_index(struct bench *b)
{
	is_reason(
	    read_tar(b, "index.json", NULL), REASON_LAYOUT_NO_INDEX, "bad_L02_missing");
	is_reason(read_tar(b, "index.json", "{\"manifests\":[}"), REASON_LAYOUT_NO_INDEX,
	    "bad_L02_no_json");
	is_reason(read_tar(b, "index.json", "{\"manifests\":[],\"manifests\":[]}"),
	    REASON_LAYOUT_NO_INDEX, "bad_L02_manifests_twice");
	is_reason(read_tar(b, "index.json", "{\"schemaVersion\":2}"),
	    REASON_LAYOUT_NO_INDEX, "bad_L02_no_index");
	is_reason(read_tar(b, "index.json", "{\"manifests\":[],\"layers\":[]}"),
	    REASON_LAYOUT_NO_INDEX, "bad_L02_index_and_manifest_at_once");
	is_reason(
	    read_tar(b, "index.json", "{\"schemaVersion\":2,\"manifests\":[]}"), REASON_NONE,
	    "an empty index");
	b->r.limits.v[LIMIT_INDEX_BYTES] = 100;
	is_reason(
	    read_tar(b, "none", NULL), REASON_LIMIT_INDEX_HIT, "bad_L02_index_too_large");
	limits_default(&b->r.limits);
	lay_out(b);
	scratch_remove(&b->s, "l/index.json");
	is_reason(read_folder(b), REASON_LAYOUT_NO_INDEX, "bad_L02_missing_in_folder");
	scratch_fifo(&b->s, "l/index.json");
	is_reason(read_folder(b), REASON_LAYOUT_NO_INDEX, "bad_L02_fifo_in_folder");
}

static void
test_links(struct bench *b)
{
	static const char *const own[] = { "index.json", "oci-layout", "blobs",
		"blobs/sha256", "manifest.json" };
	struct bytes out;

	for (size_t i = 0; i < COUNT(own); i++) {
		lay_out(b);
		remove_it(b, arena_printf(&b->r.mem, "l/%s", own[i]).ptr);
		scratch_link(&b->s, arena_printf(&b->r.mem, "l/%s", own[i]).ptr, "/tmp");
		is_reason(
		    read_folder(b), REASON_LAYOUT_SYMLINK, "bad_L03_link %s", own[i]);
	}
	lay_out(b);
	scratch_remove(&b->s, layer_path(b));
	scratch_link(&b->s, layer_path(b), "/etc/passwd");
	is_reason(read_folder(b), REASON_NONE, "bad_L03_linked_blob costs only the blob");
	ok(store_read(&out, b->r.store, &b->l.layer, 100, REASON_LIMIT_MANIFEST_HIT,
	       &b->r.err) != 0,
	    "bad_L03_linked_blob is not read");
	is_reason(b->r.err.reason, REASON_BLOB_SYMLINK, "bad_L03_linked_blob");
}

static void
test_content(struct bench *b)
{
	struct bytes out;

	is_reason(
	    read_tar(b, blob_name(&b->r.mem, &b->l.manifest), "{\"schemaVersion\":2}"),
	    REASON_NONE, "bad_L04_content is read");
	ok(store_find(b->r.store, &b->l.manifest)->state == BLOB_MISMATCH,
	    "bad_L04_content is seen");
	ok(!store_cached(b->r.store, &b->l.manifest), "bad_L04_content is not kept");
	ok(store_read(&out, b->r.store, &b->l.manifest, 1000, REASON_LIMIT_MANIFEST_HIT,
	       &b->r.err) != 0,
	    "bad_L04_content is not handed out");
	is_reason(b->r.err.reason, REASON_BLOB_DIGEST_MISMATCH, "bad_L04_content");
	lay_out(b);
	scratch_put(&b->s, layer_path(b), BYTES_LIT("not really a layer?"));
	is_reason(read_folder(b), REASON_NONE, "bad_L04_in_folder is read");
	ok(store_find(b->r.store, &b->l.layer)->state == BLOB_MISMATCH,
	    "bad_L04_in_folder");
	ok(store_find(b->r.store, &b->l.manifest)->state == BLOB_OK,
	    "the others are good");
}

static void
test_two_lists(struct bench *b)
{
	static const char form[] =
	    "[{\"Config\":\"%s\",\"RepoTags\":null,\"Layers\":[]}]";
	const char *good = blob_name(&b->r.mem, &b->l.config);

	is_reason(read_tar(b, "manifest.json", arena_printf(&b->r.mem, form, good).ptr),
	    REASON_NONE, "both lists are read");
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 0, "and agree");
	is_reason(
	    read_tar(b, "manifest.json",
		arena_printf(&b->r.mem, form,
		    "blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000")
		    .ptr),
	    REASON_NONE, "bad_L12_other_image is read");
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 1, "bad_L12_other_image");
	read_tar(
	    b, "manifest.json", arena_printf(&b->r.mem, form, "../../etc/passwd").ptr);
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 1, "bad_L12_path");
	read_tar(b, "manifest.json", "[{\"Config\":1},{}]");
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 2, "bad_L12_no_config");
	read_tar(b, "manifest.json", "[{]");
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 1, "bad_L12_no_json");
	read_tar(b, "manifest.json", "[]");
	is_u64(
	    reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 0, "a shorter list is fine");
	b->r.limits.v[LIMIT_MANIFEST_BYTES] = 100;
	is_reason(read_tar(b, "manifest.json", arena_printf(&b->r.mem, form, good).ptr),
	    REASON_LIMIT_MANIFEST_HIT, "bad_L12_list_too_large");
	limits_default(&b->r.limits);
	/* Older names of the configuration. */
	read_tar(b, "manifest.json",
	    arena_printf(&b->r.mem, form,
		arena_printf(&b->r.mem, "%s.json", good + strlen("blobs/sha256/")).ptr)
		.ptr);
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 0,
	    "HEX.json is the configuration");
}

static void
test_kinds(struct bench *b)
{
	struct bytes out;

	lay_out(b);
	scratch_remove(&b->s, layer_path(b));
	scratch_fifo(&b->s, layer_path(b));
	is_reason(read_folder(b), REASON_NONE, "bad_L15_fifo costs only the blob");
	store_read(
	    &out, b->r.store, &b->l.layer, 100, REASON_LIMIT_MANIFEST_HIT, &b->r.err);
	is_reason(b->r.err.reason, REASON_BLOB_TYPE, "bad_L15_fifo");
	scratch_remove(&b->s, layer_path(b));
	scratch_folder(&b->s, layer_path(b));
	read_folder(b);
	ok(store_find(b->r.store, &b->l.layer)->state == BLOB_NOT_FILE, "bad_L15_folder");
	if (geteuid() == 0) {
		/* Root reads everything: no file refuses. */
		struct blob blob = { .digest = b->l.layer, .state = BLOB_UNREADABLE };
		struct store *store = store_new(&b->r.limits, b->r.hasher);
		bool again;

		store_add(store, &blob, bytes_of(NULL, 0), &again, &b->r.err);
		store_read(
		    &out, store, &b->l.layer, 100, REASON_LIMIT_MANIFEST_HIT, &b->r.err);
		store_free(store);
	} else {
		lay_out(b);
		scratch_mode(&b->s, layer_path(b), 0);
		is_reason(read_folder(b), REASON_NONE,
		    "bad_L16_unreadable costs only the blob");
		store_read(&out, b->r.store, &b->l.layer, 100, REASON_LIMIT_MANIFEST_HIT,
		    &b->r.err);
	}
	is_reason(b->r.err.reason, REASON_BLOB_UNREADABLE, "bad_L16_unreadable");
}

/* Ten thousand blobs that nothing needs: about a hundred octets each, and none kept. */
static void
test_many(struct bench *b)
{
	struct mktar t;
	char text[32];
	struct digest d;
	struct arena mem = { 0 };

	mktar_init(&t);
	mktar_layout(&t, &b->l, "");
	for (unsigned i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "blob number %u", i);
		d = reader_digest(&b->r, DIGEST_SHA256, str_bytes(str_of(text)));
		mktar_text(&t, blob_name(&mem, &d), text);
	}
	mktar_end(&t);
	is_reason(reader_tar(&b->r, &t), REASON_NONE, "bad_L18_many is read");
	is_u64(store_stats(b->r.store).blobs, 10004, "bad_L18_many are counted");
	ok(store_stats(b->r.store).cached_bytes < 1000, "bad_L18_many are not kept");
	mktar_clear(&t);
	arena_clear(&mem);
}

/* L19: what is parsed is what was hashed, whoever swaps the file in between. */
static void
test_swap(struct bench *b)
{
	const char *path =
	    arena_printf(&b->r.mem, "l/%s", blob_name(&b->r.mem, &b->l.manifest)).ptr;
	struct bytes good = b->l.v[3].data, out;
	unsigned wrong = 0, refused = 0;
	struct digest d;

	lay_out(b);
	/* Nothing stays in memory, so every reading opens the file again. */
	b->r.limits.v[LIMIT_METADATA_BYTES] = 0;
	is_reason(read_folder(b), REASON_NONE, "bad_L19_swap is read");
	for (unsigned i = 0; i < 200; i++) {
		scratch_put(&b->s, path,
		    i % 2 == 0 ? good : BYTES_LIT("{\"schemaVersion\":2,\"evil\":true}"));
		if (store_read(&out, b->r.store, &b->l.manifest, 1 << 20,
			REASON_LIMIT_MANIFEST_HIT, &b->r.err) != 0) {
			refused += b->r.err.reason == REASON_BLOB_DIGEST_MISMATCH;
			continue;
		}
		d = reader_digest(&b->r, DIGEST_SHA256, out);
		wrong += !digest_equal(&d, &b->l.manifest);
	}
	is_u64(wrong, 0, "bad_L19_swap: what is handed out has its digest");
	is_u64(refused, 100, "bad_L19_swap: the rest is refused");
	limits_default(&b->r.limits);
}

int
main(void)
{
	struct bench b;

	reader_init(&b.r);
	mklayout(&b.l, &b.r);
	scratch_open(&b.s);
	lay_out(&b);
	is_reason(read_folder(&b), REASON_NONE, "the layout itself is read");
	is_u64(b.r.facts.note_count, 0, "without a note");
	test_version(&b);
	test_index(&b);
	test_links(&b);
	test_content(&b);
	test_two_lists(&b);
	test_kinds(&b);
	test_many(&b);
	test_swap(&b);
	scratch_close(&b.s);
	reader_free(&b.r);
	return tap_done();
}
