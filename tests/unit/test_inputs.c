/* SPDX-License-Identifier: Apache-2.0 */
/* What the user names becomes a list of inputs (row E02 and the folders of row 6). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/exportname.h"
#include "run/inputs.h"
#include "tests/lib/tap.h"

static char root[] = "/tmp/assay-inputs-XXXXXX";
static const char *const *globs; /* --exclude of the next expansion */
static size_t glob_count;
static uint64_t most_listed, most_members;

static void
put(const char *name, const char *data, size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, len, f) != len || fclose(f) != 0)
		_exit(99);
}

static void
folder(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (mkdir(path, 0700) != 0)
		_exit(99);
}

static void
put_link(const char *name, const char *target)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (symlink(target, path) != 0)
		_exit(99);
}

/* A header of the oldest form: no magic, a name that fills its field, its sum and `wrong`. */
static void
put_old(const char *name, const char *before, unsigned wrong)
{
	char head[512] = { 0 }, text[16];
	unsigned sum = 8 * ' ';

	memset(head, 'n', 100);
	memcpy(head + 100, " 644 \0", 6);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	snprintf(text, sizeof(text), "%s%o", before, sum + wrong);
	memcpy(head + 148, text, strlen(text) + 1);
	put(name, head, sizeof(head));
}

static void
build(void)
{
	char ustar[512] = "blobs/sha256/x";

	memcpy(ustar + 257, "ustar", 5);
	if (mkdtemp(root) == NULL)
		_exit(99);
	folder("many");
	folder("many/layout");
	folder("many/layout/blobs");
	put("many/layout/index.json", "{}", 2);
	put("many/layout/inner.tar", ustar, 512);
	folder("many/deep");
	put("many/deep/b.tar", ustar, 512);
	put("many/a.tar.gz", "\x1f\x8b\x08\0", 4);
	put("many/notes.txt", "hello there", 11);
	put("many/x.tar.xz", "\xfd" "7zXZ\0\0\0", 8);
	folder("old");
	put_old("old/a", "0", 0);
	put_old("old/b", "  ", 0);
	put_old("old/c", "0", 1);
	folder("empty");
	put("list", "many/a.tar.gz\n", 14);
	folder("links");
	folder("links/sub");
	put("links/web.tar", "\x1f\x8b\x08\0", 4);
	put("links/sub/plain", "text", 4);
	put("outside.tar", "", 0);
	folder("outside");
	folder("outside/blobs");
	put("magic", "\x1f\x8b\x08\0", 4);
	put_link("links/alias.tar", "web.tar");
	put_link("links/sub/other", "../web.tar");
	put_link("links/dead.tar", "nothing");
	put_link("links/dead", "nothing");
	put_link("links/away.tar", "../outside.tar");
	put_link("links/layout", "../outside");
	put_link("links/unnamed", "../magic");
	put_link("links/text", "sub/plain");
	put_link("links/folder", "sub");
	folder("pool");
	folder("pool/blobs");
	folder("pool/blobs/sha256");
	put("pool/blobs/sha256/"
	    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
	    "\x1f\x8b\x08\0", 4);
	put("pool/blobs/sha256/stray.tar", "", 0);
	folder("dir");
	put("dir/manifest.json", "{}", 2);
	put("dir/version", "x", 1);
	put("dir/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
	    "\x1f\x8b\x08\0", 4);
	put("dir/extra.tgz", "", 0);
	folder("reg");
	folder("reg/blobs");
	folder("reg/repositories");
	put("reg/repositories/x.tar", "", 0);
	folder("lay");
	folder("lay/repositories");
	put("lay/index.json", "{}", 2);
	put("lay/repositories/x.tar", "", 0);
}

static int
expand(struct inputs *in, const char *const *names, size_t count, struct err *err)
{
	static char paths[4][512];
	char *args[4];
	struct limits limits;

	limits_default(&limits);
	if (most_listed > 0)
		limits.v[LIMIT_LISTED_FILES] = most_listed;
	if (most_members > 0)
		limits.v[LIMIT_MEMBERS] = most_members;
	for (size_t i = 0; i < count; i++) {
		if (names[i][0] == '@')
			snprintf(paths[i], sizeof(paths[i]), "@%s/%s", root, names[i] + 1);
		else
			snprintf(paths[i], sizeof(paths[i]), "%s/%s", root, names[i]);
		args[i] = paths[i];
	}
	return inputs_expand(in, args, count,
	    &(struct inputs_options){ .limits = &limits,
		.exclude = globs,
		.exclude_count = glob_count },
	    err);
}

static const char *
tail(const struct input_item *item)
{
	return (const char *)item->path.ptr + strlen(root) + 1;
}

static void
test_folder(void)
{
	const char *names[] = { "many" };
	static const char *const want[] = { "many/a.tar.gz", "many/x.tar.xz", "many/deep/b.tar",
		"many/layout", "many/layout/inner.tar" };
	struct inputs in;
	struct err err;

	ok(expand(&in, names, 1, &err) == 0, "a folder of exports");
	is_u64(in.items.n, COUNT(want), "archives and layouts below it");
	for (size_t i = 0; i < in.items.n && i < COUNT(want); i++)
		ok(strcmp(tail(&in.items.v[i]), want[i]) == 0, "%s", want[i]);
	is_u64(in.found[FOUND_OTHER], 1, "a text file is counted, not judged");
	ok(in.files.n == 1 && strcmp(in.files.v[0].path.ptr + strlen(root), "/many/notes.txt") == 0,
	    "and listed by its name");
	inputs_clear(&in);
}

static void
test_others(void)
{
	const char *twice[] = { "many/a.tar.gz", "many/../many/a.tar.gz" };
	const char *missing[] = { "nowhere", "many/a.tar.gz" };
	const char *empty[] = { "empty" };
	const char *text[] = { "many/notes.txt" };
	const char *list[] = { "@list" };
	struct inputs in;
	struct err err = { .reason = REASON_NONE };

	ok(expand(&in, twice, 2, &err) == 0, "bad_E02_one_file_by_two_paths");
	is_u64(in.items.n, 1, "is one input");
	is_u64(in.twice, 1, "and counted");
	inputs_clear(&in);
	ok(expand(&in, missing, 2, &err) == 0, "a missing input does not stop the others");
	is_reason(in.items.v[0].reason, REASON_INPUT_MISSING, "it says so");
	is_reason(in.items.v[1].reason, REASON_NONE, "the sibling goes on");
	inputs_clear(&in);
	ok(expand(&in, empty, 1, &err) == 0 && in.items.n == 1, "an empty folder is an input");
	is_reason(in.items.v[0].reason, REASON_INPUT_FORM, "that holds nothing to judge");
	inputs_clear(&in);
	ok(expand(&in, text, 1, &err) == 0 && in.items.n == 1,
	    "a file that was named is an input, whatever it is");
	inputs_clear(&in);
	ok(expand(&in, list, 1, &err) == 0 && in.items.n == 1, "a list");
	is_reason(in.items.v[0].reason, REASON_INPUT_MISSING, "its paths are those of the caller");
	inputs_clear(&in);
	ok(expand(&in, (const char *const[]){ "@none" }, 1, &err) == -1, "a list that is missing");
	is_reason(err.reason, REASON_FILE_MISSING, "stops");
	inputs_clear(&in);
}

/* What a loader would unpack is an input, though it has no magic; a wrong sum is no archive. */
static void
bad_old_tar(void)
{
	const char *names[] = { "old" };
	struct inputs in;
	struct err err;

	ok(expand(&in, names, 1, &err) == 0, "bad_old_tar: a folder");
	ok(in.items.n == 2 && strcmp(tail(&in.items.v[0]), "old/a") == 0 &&
	    strcmp(tail(&in.items.v[1]), "old/b") == 0, "bad_old_tar: those with the right sum");
	is_u64(in.found[FOUND_OTHER], 1, "bad_old_tar: the other is no archive");
	inputs_clear(&in);
}

static bool
has_item(const struct inputs *in, const char *name, enum reason reason)
{
	for (size_t i = 0; i < in->items.n; i++)
		if (strcmp(tail(&in->items.v[i]), name) == 0)
			return in->items.v[i].reason == reason;
	return false;
}

static bool
is_listed(const struct inputs *in, const char *name, enum found_kind kind)
{
	for (size_t i = 0; i < in->files.n; i++)
		if (strcmp(in->files.v[i].path.ptr + strlen(root) + 1, name) == 0)
			return in->files.v[i].kind == kind;
	return false;
}

/* Links are other names of inputs, or promises that nobody looked at. */
static void
test_links(void)
{
	const char *names[] = { "links" }, *alone[] = { "links/sub", "links/web.tar" };
	static const struct {
		const char *name;
		enum reason reason;
	} items[] = {
		{ "links/web.tar", REASON_NONE },
		{ "links/dead.tar", REASON_FILE_SYMLINK },
		{ "links/away.tar", REASON_FILE_SYMLINK },
		{ "links/layout", REASON_FILE_SYMLINK },
		{ "links/unnamed", REASON_FILE_SYMLINK },
	};
	static const struct {
		const char *name;
		enum found_kind kind;
	} files[] = {
		{ "links/alias.tar", FOUND_ALIAS },
		{ "links/sub/other", FOUND_ALIAS },
		{ "links/dead", FOUND_OTHER },
		{ "links/text", FOUND_OTHER },
		{ "links/folder", FOUND_OTHER },
		{ "links/sub/plain", FOUND_OTHER },
	};
	struct inputs in;
	struct err err;

	ok(expand(&in, names, 1, &err) == 0, "a folder with links");
	is_u64(in.items.n, COUNT(items), "has so many inputs");
	for (size_t i = 0; i < COUNT(items); i++)
		ok(has_item(&in, items[i].name, items[i].reason), "%s: %s", items[i].name,
		    reason_code(items[i].reason));
	is_u64(in.files.n, COUNT(files), "and so many other files");
	for (size_t i = 0; i < COUNT(files); i++)
		ok(is_listed(&in, files[i].name, files[i].kind), "%s is listed as kind %d",
		    files[i].name, (int)files[i].kind);
	inputs_clear(&in);
	ok(expand(&in, alone, 2, &err) == 0 && in.items.n == 1,
	    "a folder is not empty whose link leads to another input");
	inputs_clear(&in);
	ok(expand(&in, alone, 1, &err) == 0 && in.items.n == 1, "the same folder alone");
	is_reason(in.items.v[0].reason, REASON_FILE_SYMLINK, "leads to what is not judged");
	inputs_clear(&in);
}

/* What lies beside the files of an export is looked at, its blobs are not. */
static void
test_beside(void)
{
	const char *names[] = { "pool", "dir", "reg", "lay" };
	static const char *const want[] = { "pool", "pool/blobs/sha256/stray.tar", "dir",
		"dir/extra.tgz", "reg", "lay", "lay/repositories/x.tar" };
	struct inputs in;
	struct err err;

	ok(expand(&in, names, 4, &err) == 0, "exports with others beside them");
	is_u64(in.items.n, COUNT(want), "are so many inputs");
	for (size_t i = 0; i < in.items.n && i < COUNT(want); i++)
		ok(strcmp(tail(&in.items.v[i]), want[i]) == 0, "%s", want[i]);
	is_u64(in.files.n, 0, "and nothing else");
	inputs_clear(&in);
}

static void
test_exclude(void)
{
	const char *names[] = { "many" };
	static const struct {
		const char *glob, *gone;
		size_t items;
	} rows[] = {
		{ "*.gz", "many/a.tar.gz", 4 },
		{ "deep", "many/deep", 4 },
		{ "deep/*.tar", "many/deep/b.tar", 4 },
		{ "*/inner.tar", "many/layout/inner.tar", 4 },
		{ "notes*", "many/notes.txt", 5 },
	};
	static const char *const all[] = { "*" };
	struct inputs in;
	struct err err;

	glob_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		globs = &rows[i].glob;
		ok(expand(&in, names, 1, &err) == 0, "without %s", rows[i].glob);
		is_u64(in.items.n, rows[i].items, "%s: what is left", rows[i].glob);
		is_u64(in.found[FOUND_EXCLUDED], 1, "%s: one is left out", rows[i].glob);
		ok(is_listed(&in, rows[i].gone, FOUND_EXCLUDED), "%s: %s", rows[i].glob,
		    rows[i].gone);
		inputs_clear(&in);
	}
	globs = all;
	ok(expand(&in, names, 1, &err) == 0 && in.items.n == 1, "without anything");
	is_reason(in.items.v[0].reason, REASON_INPUT_FORM, "nothing is left to judge");
	inputs_clear(&in);
	glob_count = 0;
}

static void
test_listing(void)
{
	const char *names[] = { "links" };
	struct inputs in;
	struct err err;

	most_listed = 2;
	ok(expand(&in, names, 1, &err) == 0 && in.files.n == 2, "as many are listed as may be");
	is_u64(in.found[FOUND_OTHER] + in.found[FOUND_ALIAS], 6, "all are counted");
	inputs_clear(&in);
	most_listed = 0;
}

/* --- exports beside, below and behind the parts of another --- */

#define HEX64 "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

/* One thing in a scratch folder, by its first letter: what it is; then its path there. */
static void
make(const char *thing)
{
	static const char ustar[512] = { [257] = 'u', 's', 't', 'a', 'r' };
	const char *target = strchr(thing, '>');
	int len = target == NULL ? (int)strlen(thing) - 1 : (int)(target - thing) - 1;
	char command[900], path[300], at[400];

	snprintf(path, sizeof(path), "b/%.*s", len, thing + 1);
	snprintf(command, sizeof(command), "mkdir -p \"$(dirname '%s/%s')\"", root, path);
	if (system(command) != 0)
		_exit(99);
	snprintf(at, sizeof(at), "%s/%s", root, path);
	switch (thing[0]) {
	case 'd':
		folder(path);
		return;
	case 'e':       /* a layout */
		snprintf(command, sizeof(command), "mkdir -p '%s/blobs/sha256'", at);
		if (system(command) != 0)
			_exit(99);
		snprintf(at, sizeof(at), "%s/index.json", path);
		put(at, "{}", 2);
		return;
	case 't':
		put(path, ustar, sizeof(ustar));
		return;
	case 'z':       /* a skippable frame of zstd */
		put(path, "\x5a\x2a\x4d\x18\1\0\0\0x", 9);
		return;
	case 'l':
		put_link(path, target + 1);
		return;
	case 'p':
		if (mkfifo(at, 0600) != 0)
			_exit(99);
		return;
	default:
		put(path, "{}", 2);
	}
}

struct hidden {
	const char *things[5];
	const char *want;               /* the input, or what is listed */
	enum reason reason;
	int listed;                     /* kind of what is listed, -1: an input */
};
static const struct hidden hidden[] = {
	/* in the blobs of a layout, beside what is a digest to the letter */
	{ { "egood", "egood/blobs/x" }, "good/blobs/x", REASON_NONE, -1 },
	{ { "egood", "egood/blobs/x/y" }, "good/blobs/x/y", REASON_NONE, -1 },
	{ { "egood", "egood/blobs/sha256/x" }, "good/blobs/sha256/x", REASON_NONE, -1 },
	{ { "egood", "egood/blobs/sha256/" HEX64 }, "good/blobs/sha256/" HEX64, REASON_NONE, -1 },
	{ { "egood", "egood/blobs/sha256/ab" }, "good/blobs/sha256/ab", REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/x/y/e.tar" }, "good/blobs/x/y/e.tar", REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/sha256/" HEX64 ".tar" }, "good/blobs/sha256/" HEX64 ".tar",
		REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/sha256/" HEX64 "00" }, "good/blobs/sha256/" HEX64 "00",
		REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/sha512/" HEX64 }, "good/blobs/sha512/" HEX64, REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/" HEX64 }, "good/blobs/" HEX64, REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/.e.tar" }, "good/blobs/.e.tar", REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/e" }, "good/blobs/e", REASON_NONE, -1 },
	{ { "egood", "tgood/blobs/e.tar" }, "good/blobs/e.tar", REASON_NONE, -1 },
	{ { "egood", "lgood/blobs/e.tar>../none" }, "good/blobs/e.tar", REASON_FILE_SYMLINK, -1 },
	{ { "egood", "pgood/blobs/e.tar" }, "good/blobs/e.tar", REASON_INPUT_TYPE, -1 },
	{ { "egood", "tgood/blobs/sha256/" HEX64 }, NULL, REASON_NONE, -1 },
	{ { "egood", "fgood/blobs/sha256/x" }, "good/blobs/sha256/x", REASON_NONE, FOUND_OTHER },
	/* in place of the files of an export */
	{ { "esub/index.json" }, "sub/index.json", REASON_NONE, -1 },
	{ { "fsub/index.json", "tsub/oci-layout" }, "sub/oci-layout", REASON_NONE, -1 },
	{ { "tsub/manifest.json" }, "sub/manifest.json", REASON_NONE, -1 },
	{ { "fsub/index.json", "tsub/blobs" }, "sub/blobs", REASON_NONE, -1 },
	{ { "fsub/manifest.json", "esub/repositories" }, "sub/repositories", REASON_NONE, -1 },
	{ { "fsub/manifest.json", "tsub/repositories" }, "sub/repositories", REASON_NONE, -1 },
	{ { "fsub/manifest.json", "esub/repositories/x" }, "sub/repositories/x", REASON_NONE, -1 },
	{ { "fsub/blobs", "esub/repositories/x" }, "sub/repositories/x", REASON_NONE, -1 },
	{ { "fsub/index.json", "dsub/blobs", "esub/repositories/x" }, "sub/repositories/x",
		REASON_NONE, -1 },
	{ { "fsub/manifest.json", "esub/version" }, "sub/version", REASON_NONE, -1 },
	{ { "fsub/manifest.json", "esub/signature-1" }, "sub/signature-1", REASON_NONE, -1 },
	{ { "fsub/manifest.json", "esub/sha256:x" }, "sub/sha256:x", REASON_NONE, -1 },
	/* behind links */
	{ { "lsub/x>../../c", "f../c/deep/notes", "t../c/deep/e" }, "sub/x", REASON_FILE_SYMLINK,
		-1 },
	{ { "lsub/x>../../c", "f../c/notes", "l../c/y>../c2", "e../c2/deep/e" }, "sub/x",
		REASON_FILE_SYMLINK, -1 },
	{ { "lsub/x>../../c", "lsub/y>../../c", "e../c/e" }, "sub/y", REASON_FILE_SYMLINK, -1 },
	{ { "lsub/x>../../c", "f../c/notes", "l../c/loop>." }, "sub/x", REASON_NONE, FOUND_OTHER },
	{ { "lsub/x>../own", "eown/e" }, "sub/x", REASON_NONE, FOUND_OTHER },
	{ { "lsub/x>.", "esub/e" }, "sub/x", REASON_NONE, FOUND_OTHER },
	/* without a name */
	{ { "zsub/e" }, "sub/e", REASON_NONE, -1 },
};

static void
bad_hidden(const struct hidden *row)
{
	const char *names[] = { "b" };
	char command[600], want[400];
	struct inputs in;
	struct err err;

	snprintf(command, sizeof(command), "rm -rf '%s/b' '%s/c' '%s/c2' && mkdir '%s/b'", root,
	    root, root, root);
	if (system(command) != 0)
		_exit(99);
	for (size_t i = 0; i < COUNT(row->things) && row->things[i] != NULL; i++)
		make(row->things[i]);
	snprintf(want, sizeof(want), "b/%s", row->want == NULL ? "good" : row->want);
	ok(expand(&in, names, 1, &err) == 0, "%s, %s", row->things[0],
	    row->things[1] == NULL ? "alone" : row->things[1]);
	if (row->listed >= 0)
		ok(is_listed(&in, want, (enum found_kind)row->listed), "%s is listed", want);
	else
		ok(has_item(&in, want, row->reason), "%s is an input", want);
	if (row->want == NULL)
		ok(in.items.n == 1 && in.files.n == 0, "and nothing else is");
	inputs_clear(&in);
}

/* What may be a part of an export is no input; but then the folder must be that export. */
static void
test_promised(void)
{
	static const struct {
		const char *things[3];
		const char *promised;
	} rows[] = {
		{ { "fsub/manifest.json", "tsub/" HEX64 }, HEX64 },
		{ { "fsub/manifest.json", "esub/" HEX64 }, HEX64 },
		{ { "fsub/manifest.json", "tsub/version" }, "version" },
		{ { "dsub/blobs", "esub/repositories/x" }, "repositories" },
		{ { "dsub/blobs", "esub/blobs/sha256/ab" }, "ab" },
		{ { "fsub/manifest.json", "fsub/" HEX64 ".json", "fsub/version" }, NULL },
		{ { "fsub/index.json", "tsub/blobs/sha256/" HEX64 }, NULL },
	};
	const char *names[] = { "b" };
	char command[600];
	struct inputs in;
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str got;

		snprintf(command, sizeof(command), "rm -rf '%s/b'", root);
		ok(system(command) == 0, "row %zu", i);
		for (size_t k = 0; k < COUNT(rows[i].things) && rows[i].things[k] != NULL; k++)
			make(rows[i].things[k]);
		ok(expand(&in, names, 1, &err) == 0 && in.items.n == 1, "one input");
		got = in.items.n == 0 ? STR_NONE : in.items.v[0].promised;
		ok(rows[i].promised == NULL ? got.ptr == NULL
					    : got.ptr != NULL && str_is(got, rows[i].promised),
		    "%s is promised", rows[i].promised == NULL ? "nothing" : rows[i].promised);
		inputs_clear(&in);
	}
}

/* More names than the limit, or none that can be told: this folder alone is an error. */
static void
bad_listing(void)
{
	const char *names[] = { "b" };
	char command[600];
	struct inputs in;
	struct err err;

	snprintf(command, sizeof(command), "rm -rf '%s/b'", root);
	ok(system(command) == 0, "bad_listing: a fresh folder");
	make("esub/a");
	make("tsub/e.tar");
	make("eother/a");
	most_members = 1;
	ok(expand(&in, names, 1, &err) == 0, "bad_listing: the search goes on");
	most_members = 0;
	ok(has_item(&in, "b", REASON_LIMIT_MEMBERS_HIT), "bad_listing: more names than the limit");
	inputs_clear(&in);
	most_members = 2;
	ok(expand(&in, names, 1, &err) == 0 && in.items.n == 3 &&
	    !has_item(&in, "b", REASON_LIMIT_MEMBERS_HIT), "bad_listing: as many as the limit");
	most_members = 0;
	inputs_clear(&in);
}

static void
test_promises(void)
{
	static const struct {
		const char *name;
		enum export_name want;
	} rows[] = {
		{ "web.tar", NAME_EXPORT },
		{ "WEB.TAR", NAME_EXPORT },
		{ ".tar", NAME_EXPORT },
		{ "web.tgz", NAME_EXPORT },
		{ "web.tar.zst", NAME_EXPORT },
		{ "web.tar.gz.gpg", NAME_EXPORT },
		{ "web.tar.sha256", NAME_EXPORT },
		{ "haul.tar.zst.001", NAME_PART },
		{ "haul.tar.zst.part000", NAME_PART },
		{ "zarf.part001", NAME_PART },
		{ "backup.tar.gz.aa", NAME_PART },
		{ "backup.tgz.00", NAME_PART },
		{ "tar", NAME_OTHER },
		{ "web.tar_old", NAME_OTHER },
		{ "guitar", NAME_OTHER },
		{ "a.tarball", NAME_OTHER },
		{ "notes.aa", NAME_OTHER },
		{ "photo.001", NAME_OTHER },
		{ "x.part", NAME_OTHER },
		{ "x.partial", NAME_OTHER },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(exportname_of(rows[i].name) == rows[i].want, "%s promises %d", rows[i].name,
		    (int)rows[i].want);
}

int
main(void)
{
	char command[600];

	build();
	test_folder();
	test_others();
	bad_old_tar();
	test_links();
	test_beside();
	test_exclude();
	test_listing();
	for (size_t i = 0; i < COUNT(hidden); i++)
		bad_hidden(&hidden[i]);
	test_promised();
	bad_listing();
	test_promises();
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ok(system(command) == 0, "scratch removed");
	return tap_done();
}
