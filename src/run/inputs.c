/* SPDX-License-Identifier: Apache-2.0 */
/* What the user named, as a list of inputs. */
#include "run/inputs.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "oci/reference.h"

#define SEARCH_DEPTH 8
#define LIST_MOST ((size_t)16 << 20)

struct seen {                   /* identities, in order of appearance; open addressing over them */
	uint64_t dev, ino;
	struct str name;
};
struct folder {                 /* waiting to be searched */
	struct str path;
	unsigned depth;
};
struct expansion {
	struct inputs *out;
	VEC(struct folder) queue;
	struct str name;                /* of what is being added */
	const struct limits *limits;
	VEC(struct seen) seen;
	size_t *slots;                  /* index + 1 into seen */
	size_t slot_count;
};

/* --- one input, once --- */

static size_t
slot_of(const struct expansion *e, uint64_t dev, uint64_t ino)
{
	size_t i = (size_t)((ino * UINT64_C(0x9e3779b97f4a7c15) ^ dev) >> 7);

	for (i &= e->slot_count - 1; e->slots[i] != 0; i = (i + 1) & (e->slot_count - 1)) {
		const struct seen *s = &e->seen.v[e->slots[i] - 1];

		if (s->dev == dev && s->ino == ino)
			break;
	}
	return i;
}

/* NULL: never; it is kept. */
static const struct seen *
seen_before(struct expansion *e, const struct stat *st)
{
	struct seen s = { (uint64_t)st->st_dev, (uint64_t)st->st_ino, e->name };
	size_t i;

	if (e->seen.n * 2 >= e->slot_count) {
		e->slot_count = e->slot_count == 0 ? 256 : e->slot_count * 2;
		e->slots = arena_array(&e->out->mem, e->slot_count, sizeof(*e->slots));
		for (size_t k = 0; k < e->seen.n; k++)
			e->slots[slot_of(e, e->seen.v[k].dev, e->seen.v[k].ino)] = k + 1;
	}
	i = slot_of(e, s.dev, s.ino);
	if (e->slots[i] != 0)
		return &e->seen.v[e->slots[i] - 1];
	VEC_PUSH(&e->out->mem, &e->seen, s);
	e->slots[i] = e->seen.n;
	return NULL;
}

static int
add_item(struct expansion *e, struct str path, const struct stat *st, enum reason reason,
    const char *detail, struct err *err)
{
	struct inputs *out = e->out;
	struct str copy = arena_str(&out->mem, path);
	struct input_item item = {
		.seq = out->items.n,
		.path = str_bytes(copy),
		.name = e->name,
		.size = st != NULL && S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
		.reason = reason,
		.detail = str_of(detail),
	};
	const struct seen *before;

	if (out->items.n >= e->limits->v[LIMIT_INPUT_FILES])
		return err_set(err, REASON_LIMIT_MEMBERS_HIT, NULL,
		    "more than %llu inputs (--limit-input-files)",
		    (unsigned long long)e->limits->v[LIMIT_INPUT_FILES]);
	before = st == NULL ? NULL : seen_before(e, st);
	if (before != NULL && !str_equal(before->name, e->name))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "%.*s is given twice, by two names: %.*s and %.*s", STR_ARG(path),
		    STR_ARG(before->name.ptr == NULL ? STR("none") : before->name),
		    STR_ARG(e->name.ptr == NULL ? STR("none") : e->name));
	if (before != NULL) {
		out->twice++;
		return 0;
	}
	VEC_PUSH(&out->mem, &out->items, item);
	return 0;
}

/* --- folders --- */

static bool
exists_in(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A layout, whole or broken, is an input of its own; anything else is searched. */
static bool
is_layout(int dir)
{
	return exists_in(dir, "index.json") || exists_in(dir, "oci-layout") ||
	    exists_in(dir, "blobs") || exists_in(dir, "manifest.json");
}

/*
 * The oldest form of tar has no magic, only the sum of its first header: whoever unpacks it looks at
 * nothing else, and some add up signed octets.
 */
static bool
is_old_tar(const uint8_t head[512])
{
	uint32_t want = 0, sum = 0;
	int32_t with_sign = 0;
	size_t i = 148;

	while (i < 156 && (head[i] == ' ' || head[i] == '\0'))
		i++;
	if (i == 156)
		return false;
	for (; i < 156 && head[i] >= '0' && head[i] <= '7'; i++)
		want = want << 3 | (uint32_t)(head[i] - '0');
	for (i = 0; i < 512; i++) {
		uint8_t c = i >= 148 && i < 156 ? ' ' : head[i];

		sum += c;
		with_sign += c < 0x80 ? c : c - 0x100;
	}
	return want == sum || (int64_t)want == with_sign;
}

/* Could this file be an export? Archives and compressed files by their first octets. What is not is
 * counted, not judged. */
static bool
is_archive(int dir, const char *name)
{
	AUTO_FD fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	uint8_t head[512];
	ssize_t n;

	if (fd < 0)
		return true;    /* let opening it say why it cannot be read */
	n = pread(fd, head, sizeof(head), 0);
	if (n < 4)
		return false;
	if (memcmp(head, "\x1f\x8b", 2) == 0 || memcmp(head, "\x28\xb5\x2f\xfd", 4) == 0 ||
	    (head[0] >= 0x50 && head[0] <= 0x5f && memcmp(head + 1, "\x2a\x4d\x18", 3) == 0) ||
	    memcmp(head, "\xfd" "7zXZ", 5) == 0 || memcmp(head, "BZh", 3) == 0 ||
	    memcmp(head, "\x04\x22\x4d\x18", 4) == 0 || memcmp(head, "PK\x03\x04", 4) == 0)
		return true;
	return n == sizeof(head) &&
	    (memcmp(head + 257, "ustar", 5) == 0 || is_old_tar(head));
}

static int
search_entry(struct expansion *e, int dir, const struct folder *f, const char *name,
    struct str *subfolder, struct err *err)
{
	struct str path = arena_printf(&e->out->mem, "%.*s%s%s", STR_ARG(f->path),
	    f->path.len > 0 && f->path.ptr[f->path.len - 1] == '/' ? "" : "/", name);
	struct stat st;

	*subfolder = STR_NONE;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return add_item(e, path, NULL, REASON_INPUT_MISSING, "cannot be looked at", err);
	if (S_ISDIR(st.st_mode)) {
		*subfolder = path;
		return 0;
	}
	if (S_ISREG(st.st_mode) && is_archive(dir, name))
		return add_item(e, path, &st, REASON_NONE, NULL, err);
	e->out->ignored++;
	return 0;
}

/* One folder: an input itself, or its archives are, and its folders wait their turn. */
static int
search_one(struct expansion *e, size_t at, struct err *err)
{
	const struct folder f = e->queue.v[at];
	AUTO_FD fd = -1;
	struct str *names;
	struct stat st;
	size_t count;

	if (file_open(&fd, f.path.ptr, FILE_FOLDER, err) != 0)
		return add_item(e, f.path, NULL, err->reason, "folder cannot be opened", err);
	if (fstat(fd, &st) != 0)
		return err_sys(err, REASON_FILE_UNREADABLE, NULL, "fstat");
	if (is_layout(fd))
		return add_item(e, f.path, &st, REASON_NONE, NULL, err);
	if (f.depth > SEARCH_DEPTH)
		return add_item(e, f.path, &st, REASON_LIMIT_MEMBERS_HIT,
		    "folders nested too deep", err);
	if (file_list(&names, &count, &e->out->mem, fd, e->limits->v[LIMIT_MEMBERS], err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct folder below = { STR_NONE, f.depth + 1 };

		if (search_entry(e, fd, &f, names[i].ptr, &below.path, err) != 0)
			return -1;
		if (below.path.ptr != NULL)
			VEC_PUSH(&e->out->mem, &e->queue, below);
	}
	return 0;
}

static int
search(struct expansion *e, struct str path, struct err *err)
{
	struct folder top = { path, 0 };

	e->queue.n = 0;
	VEC_PUSH(&e->out->mem, &e->queue, top);
	for (size_t i = 0; i < e->queue.n; i++)
		if (search_one(e, i, err) != 0)
			return -1;
	return 0;
}

/* --- arguments --- */

static int
add_path(struct expansion *e, struct str path, struct err *err)
{
	struct str copy = arena_str(&e->out->mem, path);
	size_t before = e->out->items.n, twice = e->out->twice;
	struct stat st;

	if (path.len == 0)
		return err_set(err, REASON_USAGE_OPTION, NULL, "empty path");
	if (str_is(path, "-"))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "standard input is not read: an export must be a file or a folder");
	if (lstat(copy.ptr, &st) != 0)
		return add_item(e, path, NULL, REASON_INPUT_MISSING, "does not exist", err);
	if (!S_ISDIR(st.st_mode))
		return add_item(e, path, &st, REASON_NONE, NULL, err);
	if (search(e, copy, err) != 0)
		return -1;
	/* A folder without anything to judge must not pass in silence. */
	if (e->out->items.n == before && e->out->twice == twice)
		return add_item(e, path, &st, REASON_INPUT_FORM, "no layout and no archive below it",
		    err);
	return 0;
}

/* "PATH", or "PATH<tab>HOST/REPO". */
static int
add_line(struct expansion *e, struct str line, const struct where *at, struct err *err)
{
	size_t tab = line.len;
	int done;

	while (tab > 0 && line.ptr[tab - 1] != '\t')
		tab--;
	if (tab == 0)
		return add_path(e, line, err);
	e->name = str_from(line, tab);
	if (!reference_scope_valid(e->name))
		return err_set(err, REASON_NAMES_MAP, at, "%.*s, want a path, a tab and HOST/REPOSITORY",
		    STR_ARG(str_upto(e->name, 300)));
	e->name = arena_str(&e->out->mem, e->name);
	done = add_path(e, str_upto(line, tab - 1), err);
	e->name = STR_NONE;
	return done;
}

static int
add_list(struct expansion *e, const char *path, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = LIST_MOST };
	struct where at = { .file = str_of(path) };
	AUTO_FD fd = -1;
	struct str rest;

	if (file_open(&fd, path, FILE_REGULAR, err) != 0 ||
	    file_read(&text, fd, REASON_FILE_TOO_LARGE, &at, err) != 0)
		return -1;
	rest = (struct str){ (const char *)text.ptr, text.len };
	while (rest.len > 0) {
		struct str line = str_upto(rest, str_find(rest, '\n'));

		rest = str_from(rest, line.len + 1);
		if (line.len == 0)
			continue;
		if (memchr(line.ptr, '\0', line.len) != NULL)
			return err_set(err, REASON_FILE_TYPE, &at, "NUL in a path");
		if (add_line(e, line, &at, err) != 0)
			return -1;
	}
	return 0;
}

int
inputs_expand(struct inputs *out, char *const *args, size_t count, const struct limits *limits,
    struct err *err)
{
	struct expansion e = { .out = out, .limits = limits };

	memset(out, 0, sizeof(*out));
	arena_init(&out->mem, 0);
	for (size_t i = 0; i < count; i++) {
		int done = args[i][0] == '@' ? add_list(&e, args[i] + 1, err)
					     : add_path(&e, str_of(args[i]), err);

		if (done != 0)
			return -1;
	}
	return 0;
}

void
inputs_clear(struct inputs *inputs)
{
	arena_clear(&inputs->mem);
	memset(inputs, 0, sizeof(*inputs));
}
