/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for one test. */
#include "tests/lib/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/tap.h"

ATTR_NORETURN static void
die(const char *what)
{
	printf("Bail out! scratch: %s: errno %d\n", what, errno);
	exit(99);
}

void
scratch_open(struct scratch *s)
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(s->path, sizeof(s->path), "%s/assay-test-XXXXXX",
	    tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);

	if (n < 0 || (size_t)n >= sizeof(s->path) || mkdtemp(s->path) == NULL)
		die("mkdtemp");
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
remove_all(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		die(path);
}

void
scratch_close(struct scratch *s)
{
	remove_all(s->path);
}

const char *
scratch_at(const struct scratch *s, const char *rel)
{
	static char paths[4][8192];
	static unsigned next;
	char *path = paths[next++ % COUNT(paths)];

	if (snprintf(path, sizeof(paths[0]), "%s/%s", s->path, rel) < 0)
		die(rel);
	return path;
}

static void
make_folders(const struct scratch *s, const char *rel, bool last)
{
	char path[8192];
	size_t start = strlen(s->path) + 1, len;

	len = (size_t)snprintf(path, sizeof(path), "%s/%s", s->path, rel);
	for (size_t i = start; i <= len && i < sizeof(path); i++) {
		char c = path[i];

		if (c != '/' && !(c == '\0' && last))
			continue;
		path[i] = '\0';
		if (mkdir(path, 0755) == 0) {
			if (chmod(path, 0755) != 0)
				die(path);
		} else if (errno != EEXIST) {
			die(path);
		}
		path[i] = c;
	}
}

void
scratch_folder(const struct scratch *s, const char *rel)
{
	make_folders(s, rel, true);
}

void
scratch_put(const struct scratch *s, const char *rel, struct bytes data)
{
	const char *path = scratch_at(s, rel);
	FILE *out;

	make_folders(s, rel, false);
	out = fopen(path, "wb");
	if (out == NULL || fwrite(data.ptr, 1, data.len, out) != data.len ||
	    fclose(out) != 0 || chmod(path, 0644) != 0)
		die(path);
}

struct str
quoted(struct arena *mem, const char *text)
{
	size_t len = strlen(text);
	char *p = arena_alloc(mem, len + 1);

	for (size_t i = 0; i < len; i++)
		p[i] = text[i] == '\'' ? '"' : text[i];
	return (struct str){ p, len };
}

void
scratch_json(const struct scratch *s, const char *rel, const char *text)
{
	struct arena mem;

	arena_init(&mem, 0);
	scratch_put(s, rel, str_bytes(quoted(&mem, text)));
	arena_clear(&mem);
}

void
scratch_copy(const struct scratch *s, const char *rel, const char *fixture)
{
	struct bytes data = tap_file(3, "%s/fixtures/%s", tap_srcdir(), fixture);

	if (data.ptr == NULL)
		die(fixture);
	scratch_put(s, rel, data);
}

void
scratch_mode(const struct scratch *s, const char *rel, unsigned mode)
{
	if (chmod(scratch_at(s, rel), (mode_t)mode) != 0)
		die(rel);
}

void
scratch_link(const struct scratch *s, const char *rel, const char *target)
{
	make_folders(s, rel, false);
	if (symlink(target, scratch_at(s, rel)) != 0)
		die(rel);
}

void
scratch_fifo(const struct scratch *s, const char *rel)
{
	make_folders(s, rel, false);
	if (mkfifo(scratch_at(s, rel), 0644) != 0)
		die(rel);
}

void
scratch_remove(const struct scratch *s, const char *rel)
{
	remove_all(scratch_at(s, rel));
}
