/* SPDX-License-Identifier: Apache-2.0 */
/* What the user names becomes a list of inputs (row E02 and the folders of row 6). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/inputs.h"
#include "tests/lib/tap.h"

static char root[] = "/tmp/assay-inputs-XXXXXX";

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
}

static int
expand(struct inputs *in, const char *const *names, size_t count, struct err *err)
{
	static char paths[4][512];
	char *args[4];
	struct limits limits;

	limits_default(&limits);
	for (size_t i = 0; i < count; i++) {
		if (names[i][0] == '@')
			snprintf(paths[i], sizeof(paths[i]), "@%s/%s", root, names[i] + 1);
		else
			snprintf(paths[i], sizeof(paths[i]), "%s/%s", root, names[i]);
		args[i] = paths[i];
	}
	return inputs_expand(in, args, count, &limits, err);
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
		"many/layout" };
	struct inputs in;
	struct err err;

	ok(expand(&in, names, 1, &err) == 0, "a folder of exports");
	is_u64(in.items.n, COUNT(want), "archives and layouts below it");
	for (size_t i = 0; i < in.items.n && i < COUNT(want); i++)
		ok(strcmp(tail(&in.items.v[i]), want[i]) == 0, "%s", want[i]);
	is_u64(in.ignored, 1, "a text file is counted, not judged");
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
	is_u64(in.ignored, 1, "bad_old_tar: the other is no archive");
	inputs_clear(&in);
}

int
main(void)
{
	char command[600];

	build();
	test_folder();
	test_others();
	bad_old_tar();
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ok(system(command) == 0, "scratch removed");
	return tap_done();
}
