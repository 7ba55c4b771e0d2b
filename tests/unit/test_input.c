/* SPDX-License-Identifier: Apache-2.0 */
/* Whole inputs: one layout in many wrappings is one layout; forms; second pass; foreign
 * exports. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "codec/jsonin.h"
#include "input/tarin.h"
#include "tests/lib/mktar.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct mklayout l;
	struct scratch s;
};

/* Digests, sizes, states and flags of all blobs: what two readings of one layout share.
 */
static void
picture(struct buf *out, struct bench *b)
{
	size_t count;
	const struct blob *all = store_all(b->r.store, &count);
	char name[DIGEST_TEXT];

	buf_reset(out);
	for (size_t i = 0; i < count; i++) {
		digest_format(name, &all[i].digest);
		buf_printf(out, "%s %llu %d %u\n", name, (unsigned long long)all[i].size,
		    (int)all[i].state, all[i].flags);
	}
	digest_format(name, &b->r.catalogue.index_digest);
	buf_printf(out, "%s, %zu entries", name, b->r.catalogue.count);
}

static void
same(struct bench *b, enum reason got, struct bytes want, const char *prefix,
    const char *name)
{
	struct buf now = { .max = 1 << 20 };
	struct bytes out;

	if (is_reason(got, REASON_NONE, "%s is read", name)) {
		picture(&now, b);
		is_bytes(buf_bytes(&now), want, "%s: the same store", name);
		is_str(b->r.facts.prefix, prefix, "%s: prefix", name);
		is_u64(b->r.facts.members, b->l.count, "%s: files", name);
		is_u64(b->r.facts.note_count, 0, "%s: no notes", name);
		ok(store_read(&out, b->r.store, &b->l.layer, 1000,
		       REASON_LIMIT_MANIFEST_HIT, &b->r.err) == 0 &&
			bytes_equal(out, BYTES_LIT("not really a layer")),
		    "%s: a dropped blob is read again", name);
	}
	buf_clear(&now);
}

static void
test_wrappings(struct bench *b)
{
	static const char *const prefixes[] = { "", "./", ".//./", "export/", "./a/b/" };
	static const char *const stripped[] = { "", "", "", "export/", "a/b/" };
	struct buf want = { .max = 1 << 20 };
	struct bytes tar;
	struct mktar t;
	char name[64];

	scratch_folder(&b->s, "l");
	for (size_t i = 0; i < b->l.count; i++)
		scratch_put(&b->s, arena_printf(&b->r.mem, "l/%s", b->l.v[i].name).ptr,
		    b->l.v[i].data);
	is_reason(
	    reader_path(&b->r, scratch_at(&b->s, "l")), REASON_NONE, "folder is read");
	ok(b->r.facts.kind == INPUT_OCI_DIR, "as a layout in a folder");
	picture(&want, b);
	same(b, reader_path(&b->r, scratch_at(&b->s, "l")), buf_bytes(&want), "",
	    "folder again");
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		mktar_init(&t);
		if (prefixes[i][0] != '\0')
			mktar_member(&t, '5', prefixes[i], NULL);
		mktar_layout(&t, &b->l, prefixes[i]);
		mktar_end(&t);
		tar = buf_bytes(&t.out);
		snprintf(name, sizeof(name), "tar below \"%s\"", prefixes[i]);
		same(b, reader_bytes(&b->r, tar), buf_bytes(&want), stripped[i], name);
		ok(b->r.facts.kind == INPUT_OCI_TAR, "%s: as a layout in a tar", name);
		snprintf(name, sizeof(name), "gzip below \"%s\"", prefixes[i]);
		same(b, reader_bytes(&b->r, mk_gzip(&b->r.mem, tar)), buf_bytes(&want),
		    stripped[i], name);
		is_u64(input_passes(b->r.source), 2, "%s: by a second pass", name);
		snprintf(name, sizeof(name), "zstd below \"%s\"", prefixes[i]);
		same(b, reader_bytes(&b->r, mk_zstd(&b->r.mem, tar, true)),
		    buf_bytes(&want), stripped[i], name);
		mktar_clear(&t);
	}
	buf_clear(&want);
}

static void
test_facts(struct bench *b)
{
	struct mktar t;
	struct digest want;
	struct bytes gz;

	mktar_init(&t);
	mktar_layout(&t, &b->l, "");
	mktar_text(&t, "README", "x");
	mktar_text(&t, "repositories", "{}");
	mktar_text(&t, "blobs/blake3/abc", "x");
	mktar_text(&t, "blobs/sha256/tmp-file", "x");
	mktar_end(&t);
	gz = mk_gzip(&b->r.mem, buf_bytes(&t.out));
	want = reader_digest(&b->r, DIGEST_SHA256, gz);
	b->r.hash_file = true;
	is_reason(reader_bytes(&b->r, gz), REASON_NONE, "layout with other files");
	b->r.hash_file = false;
	ok(digest_equal(&b->r.facts.digest, &want), "digest of the file");
	is_u64(b->r.facts.size, gz.len, "size of the file");
	is_u64(b->r.facts.expanded, t.out.len, "size of the archive");
	is_u64(b->r.facts.members, b->l.count + 4, "files");
	is_u64(b->r.facts.ignored, 3, "files without meaning");
	ok(b->r.facts.has_layout_file && b->r.facts.has_repositories &&
		!b->r.facts.has_manifest_json,
	    "files with meaning");
	is_u64(b->r.facts.passes, 1, "one pass");
	ok(store_cached(b->r.store, &b->l.manifest) &&
		store_cached(b->r.store, &b->l.envelope),
	    "manifest and envelope are kept");
	ok(!store_cached(b->r.store, &b->l.config) &&
		!store_cached(b->r.store, &b->l.layer),
	    "configuration and layer are not");
	mktar_clear(&t);
}

static enum reason
form_of(struct bench *b, const char *const *names, size_t count)
{
	struct mktar t;
	enum reason got;
	char name[128];
	const char *text;

	mktar_init(&t);
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s", names[i]);
		text = strchr(name, '=');
		if (text != NULL)
			*strchr(name, '=') = '\0';
		mktar_text(&t, name, text == NULL ? "x" : names[i] + (text - name) + 1);
	}
	mktar_end(&t);
	got = reader_tar(&b->r, &t);
	mktar_clear(&t);
	return got;
}

static void
test_forms(struct bench *b)
{
	static const struct {
		const char *say;
		const char *names[6];
		enum reason want;
	} rows[] = {
		{ "Zarf",
		    { "zarf.yaml", "checksums.txt",
			"images/index.json={\"manifests\":[]}" },
		    REASON_INPUT_FORM },
		{ "storage folder of a registry",
		    { "docker/registry/v2/blobs/sha256/ab/abcd/data" },
		    REASON_INPUT_FORM },
		{ "storage folder of a registry",
		    { "var/lib/docker/registry/v2/repositories/x/_layers/y" },
		    REASON_INPUT_FORM },
		{ "oc-mirror",
		    { "working-dir/x", "docker/registry/v2/blobs/sha256/ab/abcd/data" },
		    REASON_INPUT_FORM },
		{ "several layouts",
		    { "a/index.json={\"manifests\":[]}", "a/oci-layout",
			"b/index.json={}" },
		    REASON_INPUT_FORM },
		{ "several layouts",
		    { "README", "a/index.json={\"manifests\":[]}", "a/oci-layout" },
		    REASON_INPUT_FORM },
		{ "other layouts",
		    { "index.json={\"manifests\":[]}",
			"oci-layout={\"imageLayoutVersion\":\"1.0.0\"}",
			"a/index.json={\"manifests\":[]}" },
		    REASON_INPUT_FORM },
		{ "docker-archive",
		    { "manifest.json=[{\"Config\":\"x.json\"}]", "x.json={}" },
		    REASON_FORM_NO_MANIFEST_DIGEST },
		{ "imgpkg", { "manifest.json=[{\"Image\":{}}]" }, REASON_INPUT_FORM },
		{ "imgpkg", { "manifest.json=[{\"ImageIndex\":{}}]" },
		    REASON_INPUT_FORM },
		{ "\"dir\"", { "manifest.json={\"schemaVersion\":2}", "version" },
		    REASON_INPUT_FORM },
		{ "1.10", { "repositories={}", "abc/layer.tar" }, REASON_INPUT_FORM },
		{ "Ollama", { "manifests/x/y/z/latest", "blobs/sha256-abcd" },
		    REASON_INPUT_FORM },
		{ "no known form", { "manifest.json=[]", "x" }, REASON_INPUT_FORM },
		{ "README, src", { "README", "src/main.c" }, REASON_INPUT_FORM },
		{ "blobs", { "index.json={\"manifests\":[]}" }, REASON_INPUT_FORM },
		{ "not there", { "oci-layout" }, REASON_LAYOUT_NO_INDEX },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = 0;

		while (n < COUNT(rows[i].names) && rows[i].names[n] != NULL)
			n++;
		is_reason(
		    form_of(b, rows[i].names, n), rows[i].want, "form: %s", rows[i].say);
		ok(strstr(b->r.err.text, rows[i].say) != NULL, "form: says \"%s\"",
		    rows[i].say);
		if (strstr(b->r.err.text, rows[i].say) == NULL)
			tap_note("%s", b->r.err.text);
	}
	ok(b->r.facts.kind == INPUT_UNKNOWN, "no kind");
}

static void
test_folder_forms(struct bench *b)
{
	static const struct {
		const char *file, *text;
		enum reason want;
		enum input_kind kind;
	} rows[] = {
		{ "f/docker/registry/v2/blobs/x", "x", REASON_INPUT_FORM, INPUT_UNKNOWN },
		{ "f/blobs/sha256-abcd", "x", REASON_INPUT_FORM, INPUT_UNKNOWN },
		{ "f/manifest.json", "[{\"Config\":\"x.json\"}]",
		    REASON_FORM_NO_MANIFEST_DIGEST, INPUT_DOCKER_ARCHIVE },
		{ "f/manifest.json", "{\"schemaVersion\":2}", REASON_INPUT_FORM,
		    INPUT_UNKNOWN },
		{ "f/README", "x", REASON_INPUT_FORM, INPUT_UNKNOWN },
		{ "f/a/index.json", "{\"manifests\":[]}", REASON_INPUT_FORM,
		    INPUT_UNKNOWN },
		{ "f/blobs", "x", REASON_INPUT_FORM, INPUT_UNKNOWN },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		scratch_put(&b->s, rows[i].file, str_bytes(str_of(rows[i].text)));
		is_reason(reader_path(&b->r, scratch_at(&b->s, "f")), rows[i].want,
		    "folder with %s", rows[i].file + 2);
		ok(b->r.facts.kind == rows[i].kind, "folder with %s: kind",
		    rows[i].file + 2);
		scratch_remove(&b->s, "f");
	}
	scratch_folder(&b->s, "f");
	is_reason(reader_path(&b->r, scratch_at(&b->s, "f")), REASON_INPUT_FORM,
	    "empty folder");
	scratch_remove(&b->s, "f");
}

/* Longer digests, whose names fit no plain header. */
static void
test_algorithms(struct bench *b)
{
	static const enum digest_alg algs[] = { DIGEST_SHA384, DIGEST_SHA512 };
	struct bytes data = BYTES_LIT("{\"schemaVersion\":2}"), out;
	struct digest d[2];
	struct mktar t;
	const char *name;

	mktar_init(&t);
	mktar_layout(&t, &b->l, "");
	for (size_t i = 0; i < COUNT(algs); i++) {
		d[i] = reader_digest(&b->r, algs[i], data);
		name = blob_name(&b->r.mem, &d[i]);
		if (i == 0)
			mktar_long(&t, 'L', str_bytes(str_of(name)));
		else
			mktar_pax(&t, 'x',
			    mktar_record(&b->r.mem, "path", str_bytes(str_of(name))));
		mktar_text(&t, "x", "{\"schemaVersion\":2}");
	}
	mktar_end(&t);
	is_reason(reader_tar(&b->r, &t), REASON_NONE, "sha384 and sha512 are read");
	for (size_t i = 0; i < COUNT(algs); i++)
		ok(store_read(&out, b->r.store, &d[i], 100, REASON_LIMIT_MANIFEST_HIT,
		       &b->r.err) == 0 &&
			bytes_equal(out, data),
		    "%s: content", digest_alg_name(algs[i]));
	mktar_clear(&t);
}

/* --- second pass --- */

static void
test_second_pass(struct bench *b)
{
	struct digest d[40], other;
	struct bytes out, gz;
	struct mktar t;
	char text[1200];
	unsigned good = 0;

	mktar_init(&t);
	for (unsigned i = 0; i < 40; i++) {
		memset(text, ' ', sizeof(text));
		text[sizeof(text) - 1] = '\0';
		memcpy(text, "{\"payload\":\"", 12);
		snprintf(text + 1000, 100, "%u\"}", i);
		d[i] = reader_digest(&b->r, DIGEST_SHA256, str_bytes(str_of(text)));
		mktar_text(&t, blob_name(&b->r.mem, &d[i]), text);
	}
	mktar_layout(&t, &b->l, "");
	mktar_end(&t);
	gz = mk_gzip(&b->r.mem, buf_bytes(&t.out));
	b->r.limits.v[LIMIT_METADATA_BYTES] = 41 * 1024;
	is_reason(
	    reader_bytes(&b->r, gz), REASON_NONE, "more metadata than the cache holds");
	ok(store_dropped(b->r.store) > 0, "some was dropped");
	is_u64(input_passes(b->r.source), 1, "one pass until now");
	for (unsigned i = 0; i < 40; i++)
		good += store_read(&out, b->r.store, &d[i], 1 << 20,
			    REASON_LIMIT_MANIFEST_HIT, &b->r.err) == 0;
	is_u64(good, 40, "all of it can be read");
	is_u64(input_passes(b->r.source), 2, "by one more pass");

	b->r.limits.v[LIMIT_METADATA_BYTES] = 10 * 1024;
	is_reason(reader_bytes(&b->r, gz), REASON_NONE, "far more metadata than that");
	good = 0;
	for (unsigned i = 0; i < 40; i++)
		good += store_read(&out, b->r.store, &d[i], 1 << 20,
			    REASON_LIMIT_MANIFEST_HIT, &b->r.err) == 0;
	ok(good >= 12 && good < 40, "%u of 40 are read", good);
	is_reason(b->r.err.reason, REASON_LIMIT_METADATA_HIT, "the rest says why not");
	is_u64(input_passes(b->r.source), 2, "and never a third pass");

	is_reason(reader_tar(&b->r, &t), REASON_NONE, "the same, not compressed");
	good = 0;
	for (unsigned i = 0; i < 40; i++)
		good += store_read(&out, b->r.store, &d[i], 1 << 20,
			    REASON_LIMIT_MANIFEST_HIT, &b->r.err) == 0;
	is_u64(good, 40, "all of it can be read, by offset");
	is_u64(input_passes(b->r.source), 1, "without another pass");
	limits_default(&b->r.limits);

	/* Content that is neither manifest nor envelope: what names it as one must get an
	 * answer. */
	other = b->l.layer;
	is_reason(reader_bytes(&b->r, gz), REASON_NONE, "compressed, with a large cache");
	ok(store_read(
	       &out, b->r.store, &other, 1000, REASON_LIMIT_MANIFEST_HIT, &b->r.err) == 0,
	    "a layer can be read");
	is_u64(input_passes(b->r.source), 2, "by a second pass");
	mktar_clear(&t);
}

/* --- memory --- */

static long
peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* A layer of half a GiB that takes no room on the disk: the file has a hole. */
static void
test_memory(struct bench *b)
{
	const uint64_t size = UINT64_C(512) << 20;
	struct mktar t;
	long before, after;
	int fd;

	if (SANITIZED) {
		tap_skip("peak memory: not with sanitizers");
		return;
	}
	mktar_init(&t);
	mktar_layout(&t, &b->l, "");
	mktar_head(&t,
	    &(struct mktar_head){ .type = '0',
		.size = size,
		.name =
		    "blobs/sha256/9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767" });
	scratch_put(&b->s, "large.tar", buf_bytes(&t.out));
	fd = open(scratch_at(&b->s, "large.tar"), O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)(t.out.len + size + 1024)) != 0) {
		tap_skip("peak memory: no room for a file with a hole");
	} else {
		before = peak_kib();
		is_reason(reader_path(&b->r, scratch_at(&b->s, "large.tar")), REASON_NONE,
		    "an archive of half a GiB is read");
		after = peak_kib();
		ok(after - before < 16 * 1024, "for %ld KiB more", after - before);
		is_u64(store_stats(b->r.store).bytes > size, 1, "all of it");
	}
	file_close(&fd);
	mktar_clear(&t);
}

/* --- exports of real tools --- */

static void
check_layout(struct bench *b, struct jv want, const char *name)
{
	struct err err = { 0 };
	struct str s = { 0 };
	struct jv has;
	uint64_t n = 0;
	bool flag = false, ignored;

	jsonin_u64(&n, want, "blobs", &err);
	is_u64(store_stats(b->r.store).blobs, n, "%s: blobs", name);
	jsonin_u64(&n, want, "regular_files", &err);
	is_u64(b->r.facts.members, n, "%s: regular files", name);
	jsonin_str(&s, want, "prefix", &err);
	ok(str_equal(b->r.facts.prefix, s), "%s: prefix", name);
	jsonin_str(&s, want, "compression", &err);
	ok(str_is(s, input_compression_name(b->r.facts.compression)), "%s: compression",
	    name);
	has = jsonin_get(want, "has");
	jsonin_opt_bool(&flag, &ignored, has, "manifest.json", &err);
	ok(b->r.facts.has_manifest_json == flag, "%s: manifest.json", name);
	jsonin_opt_bool(&flag, &ignored, has, "repositories", &err);
	ok(b->r.facts.has_repositories == flag, "%s: repositories", name);
	jsonin_opt_bool(&flag, &ignored, has, "oci-layout", &err);
	ok(b->r.facts.has_layout_file == flag, "%s: oci-layout", name);
	is_u64(reader_note(&b->r, REASON_LAYOUT_TWO_INDEXES), 0, "%s: lists agree", name);
	for (struct jv root = jsonin_first(jsonin_get(want, "roots"));
	     jsonin_present(root); root = jsonin_next(root)) {
		AUTO(jsonin_free) struct json *doc = NULL;
		struct digest d;
		struct bytes out;

		if (jsonin_str(&s, root, "digest", &err) != 0 ||
		    digest_parse(&d, s, NULL, &err) != 0)
			continue;
		ok(store_read(&out, b->r.store, &d, 1 << 20, REASON_LIMIT_MANIFEST_HIT,
		       &err) == 0 &&
			jsonin_parse(&doc, out, &b->r.limits, NULL, &err) == 0,
		    "%s: root %.*s", name, STR_ARG(str_upto(s, 19)));
		ok(store_cached(b->r.store, &d), "%s: and it is kept", name);
	}
}

static void
unpack_into(struct bench *b, struct bytes file)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	AUTO(tarin_close) struct tarin *t = NULL;
	AUTO_FD fd = memory_file(file);
	struct buf content = { .max = 1 << 20 };
	struct tar_member m;
	struct bytes data;
	struct err err;
	bool more = true;

	if (unpack_open(&u, fd, &b->r.limits, &err) != 0 ||
	    tarin_open(&t, u, &b->r.limits, &err) != 0)
		return;
	while (tarin_next(&m, t, &more, &err) == 0 && more) {
		if (m.kind != TAR_FILE)
			continue;
		buf_reset(&content);
		while (tarin_data(&data, t, &err) == 0 && data.len > 0)
			buf_add(&content, data);
		scratch_put(&b->s,
		    arena_printf(&b->r.mem, "unpacked/%.*s", (int)m.name.len,
			(const char *)m.name.ptr)
			.ptr,
		    buf_bytes(&content));
	}
	buf_clear(&content);
}

/* The archive's plain files as a folder, and the archive compressed: each reads alike. */
static void
check_wrappings(struct bench *b, const char *path, const char *name)
{
	struct buf want = { .max = 1 << 20 }, now = { .max = 1 << 20 };
	struct bytes file = tap_file(1, "%s", path), packed[2];

	picture(&want, b);
	packed[0] = mk_gzip(&b->r.mem, file);
	packed[1] = mk_zstd(&b->r.mem, file, true);
	for (size_t i = 0; i < COUNT(packed); i++) {
		is_reason(
		    reader_bytes(&b->r, packed[i]), REASON_NONE, "%s: compressed", name);
		picture(&now, b);
		is_bytes(
		    buf_bytes(&now), buf_bytes(&want), "%s: compressed, the same", name);
	}
	if (strstr(name, ".dir.tar") != NULL) {
		scratch_folder(&b->s, "unpacked");
		unpack_into(b, file);
		is_reason(reader_path(&b->r, scratch_at(&b->s, "unpacked")), REASON_NONE,
		    "%s: as a folder", name);
		picture(&now, b);
		is_bytes(
		    buf_bytes(&now), buf_bytes(&want), "%s: as a folder, the same", name);
		scratch_remove(&b->s, "unpacked");
	}
	buf_clear(&want);
	buf_clear(&now);
}

static void
check_export(struct bench *b, struct jv want)
{
	char name[256];
	struct err err = { 0 };
	struct str form = { 0 }, sha = { 0 };
	char text[DIGEST_TEXT];
	const char *path;
	bool is_long;

	snprintf(name, sizeof(name), "%.*s", STR_ARG(jsonin_key(want)));
	path = arena_printf(&b->r.mem, "%s/exports/%s", tap_vectors(), name).ptr;
	jsonin_str(&form, want, "form", &err);
	is_long = strstr(name, "long27") != NULL;
	if (is_long) {
		is_reason(reader_path(&b->r, path), REASON_LIMIT_WINDOW_HIT, "%s: window",
		    name);
		b->r.limits.v[LIMIT_ZSTD_WINDOW] = 134217728;
	}
	b->r.hash_file = true;
	if (str_is(form, "oci-layout")) {
		if (is_reason(reader_path(&b->r, path), REASON_NONE, "%s is read", name))
			check_layout(b, want, name);
	} else if (str_is(form, "docker-archive")) {
		is_reason(
		    reader_path(&b->r, path), REASON_FORM_NO_MANIFEST_DIGEST, "%s", name);
		ok(b->r.facts.kind == INPUT_DOCKER_ARCHIVE, "%s: kind", name);
		is_u64(b->r.facts.note_count, 0, "%s: its links are its own", name);
	} else {
		is_reason(reader_path(&b->r, path), REASON_INPUT_FORM, "%s", name);
	}
	jsonin_str(&sha, want, "file_sha256", &err);
	digest_format(text, &b->r.facts.digest);
	ok(str_equal(str_of(text + strlen("sha256:")), sha), "%s: digest of the file",
	    name);
	b->r.hash_file = false;
	if (str_is(form, "oci-layout") && b->r.facts.compression == COMPRESSION_NONE)
		check_wrappings(b, path, name);
	limits_default(&b->r.limits);
}

static void
test_exports(struct bench *b)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct bytes facts;
	struct err err = { 0 };

	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return;
	}
	facts = tap_file(0, "%s/exports/facts.json", tap_vectors());
	if (facts.ptr == NULL ||
	    jsonin_parse(&doc, facts, &b->r.limits, NULL, &err) != 0) {
		tap_skip("vectors not present");
		return;
	}
	for (struct jv v = jsonin_first(jsonin_root(doc)); jsonin_present(v);
	     v = jsonin_next(v))
		check_export(b, v);
}

int
main(void)
{
	struct bench b;

	reader_init(&b.r);
	mklayout(&b.l, &b.r);
	scratch_open(&b.s);
	test_memory(&b);
	test_wrappings(&b);
	test_facts(&b);
	test_forms(&b);
	test_folder_forms(&b);
	test_algorithms(&b);
	test_second_pass(&b);
	test_exports(&b);
	scratch_close(&b.s);
	reader_free(&b.r);
	return tap_done();
}
