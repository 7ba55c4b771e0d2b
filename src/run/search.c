/* SPDX-License-Identifier: Apache-2.0 */
#include "run/search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "input/exportname.h"
#include "input/magic.h"

#define SEARCH_DEPTH 8

DEFINE_AUTO(DIR, closedir)

struct seen {                   /* identities, in order of appearance; open addressing over them */
	uint64_t dev, ino;
	struct str path, name;
};
struct folder {                 /* waiting to be searched */
	struct str path;
	unsigned depth;
};
struct link {
	struct str path;
	size_t folder;                  /* index into the folders that were named */
};
struct search {
	struct inputs *out;
	const struct inputs_options *options;
	struct str name;                /* given to what is added now */
	size_t below;                   /* octets of the path that was named, and its "/" */
	VEC(struct folder) queue;
	VEC(struct link) links;
	VEC(struct seen) seen;
	size_t *slots;                  /* index + 1 into seen */
	size_t slot_count;
};

struct search *
search_new(struct inputs *out, const struct inputs_options *options)
{
	struct search *s = xmalloc(sizeof(*s));

	*s = (struct search){ .out = out, .options = options };
	return s;
}

void
search_name(struct search *s, struct str name)
{
	s->name = name;
}

void
search_free(struct search *s)
{
	if (s == NULL)
		return;
	free(s->slots);
	free(s);
}

/* --- one input, once --- */

static size_t
slot_of(const struct search *s, uint64_t dev, uint64_t ino)
{
	size_t i = (size_t)((ino * UINT64_C(0x9e3779b97f4a7c15) ^ dev) >> 7);

	for (i &= s->slot_count - 1; s->slots[i] != 0; i = (i + 1) & (s->slot_count - 1)) {
		const struct seen *one = &s->seen.v[s->slots[i] - 1];

		if (one->dev == dev && one->ino == ino)
			break;
	}
	return i;
}

static const struct seen *
find(const struct search *s, const struct stat *st)
{
	size_t slot;

	if (s->slot_count == 0)
		return NULL;
	slot = s->slots[slot_of(s, st->st_dev, st->st_ino)];
	return slot == 0 ? NULL : &s->seen.v[slot - 1];
}

static void
remember(struct search *s, const struct stat *st, struct str path)
{
	struct seen one = { st->st_dev, st->st_ino, path, s->name };

	if (s->seen.n * 2 >= s->slot_count) {
		free(s->slots);
		s->slot_count = s->slot_count == 0 ? 256 : s->slot_count * 2;
		s->slots = xmalloc(s->slot_count * sizeof(*s->slots));
		memset(s->slots, 0, s->slot_count * sizeof(*s->slots));
		for (size_t k = 0; k < s->seen.n; k++)
			s->slots[slot_of(s, s->seen.v[k].dev, s->seen.v[k].ino)] = k + 1;
	}
	VEC_PUSH(&s->out->mem, &s->seen, one);
	s->slots[slot_of(s, one.dev, one.ino)] = s->seen.n;
}

int
search_add(struct search *s, struct str path, const struct stat *st, enum input_found found,
    enum reason reason, const char *detail, struct err *err)
{
	const struct limits *limits = s->options->limits;
	struct inputs *out = s->out;
	struct str copy = arena_str(&out->mem, path);
	struct input_item item = {
		.seq = out->items.n,
		.path = str_bytes(copy),
		.name = s->name,
		.size = st != NULL && S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
		.found = found,
		.reason = reason,
		.detail = detail == NULL ? STR_NONE : arena_str(&out->mem, str_of(detail)),
	};
	const struct seen *before;

	if (out->items.n >= limits->v[LIMIT_INPUT_FILES])
		return err_set(err, REASON_LIMIT_MEMBERS_HIT, NULL,
		    "more than %llu inputs (--limit-input-files)",
		    (unsigned long long)limits->v[LIMIT_INPUT_FILES]);
	if (found != INPUT_GIVEN)
		out->folders.v[out->folders.n - 1].any = true;
	before = st == NULL ? NULL : find(s, st);
	if (before != NULL && !str_equal(before->name, s->name))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "%.*s is given twice, by two names: %.*s and %.*s", STR_ARG(path),
		    STR_ARG(before->name.ptr == NULL ? STR("none") : before->name),
		    STR_ARG(s->name.ptr == NULL ? STR("none") : s->name));
	if (before != NULL) {
		out->twice++;
		return 0;
	}
	if (st != NULL)
		remember(s, st, copy);
	VEC_PUSH(&out->mem, &out->items, item);
	return 0;
}

/* No input: counted, and listed while there is room. */
static void
list(struct search *s, enum found_kind kind, struct str path, struct str detail)
{
	struct inputs *out = s->out;
	struct found_file file = { kind, path, detail };

	out->found[kind]++;
	if (out->files.n < s->options->limits->v[LIMIT_LISTED_FILES])
		VEC_PUSH(&out->mem, &out->files, file);
}

static bool
is_excluded(const struct search *s, struct str path)
{
	const char *below = path.ptr + s->below, *slash = strrchr(path.ptr, '/');
	const char *name = slash == NULL ? path.ptr : slash + 1;

	for (size_t i = 0; i < s->options->exclude_count; i++) {
		const char *glob = s->options->exclude[i];
		bool whole = strchr(glob, '/') != NULL;

		if (fnmatch(glob, whole ? below : name, whole ? FNM_PATHNAME : 0) == 0)
			return true;
	}
	return false;
}

/* --- what a file is --- */

/* Could this be an export by its first octets? */
static bool
is_archive(struct bytes head)
{
	struct magic m = magic_find(head);

	switch (m.class) {
	case MAGIC_TAR:
	case MAGIC_GZIP:
	case MAGIC_ZSTD:
	case MAGIC_POLYGLOT:
		return true;
	case MAGIC_COMPRESSION:
		return strcmp(m.name, "xz") == 0 || strcmp(m.name, "bzip2") == 0 ||
		    strncmp(m.name, "lz4", 3) == 0;
	case MAGIC_ARCHIVE:
		return strcmp(m.name, "zip") == 0;
	case MAGIC_TEXT:
		return bytes_starts(head, BYTES_LIT("{\"Sha256Sum\""));
	case MAGIC_ZSTD_OTHER:
	case MAGIC_ENCRYPTED:
	case MAGIC_UNKNOWN:
		break;
	}
	return head.len == 512 &&
	    (memcmp(head.ptr + 257, "ustar", 5) == 0 || magic_tar_for_some(head.ptr));
}

/* A file that cannot be opened is an input: opening it again says why. */
static bool
has_magic(int dir, const char *name, int flags)
{
	AUTO_FD fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags);
	uint8_t head[512];
	ssize_t n;

	if (fd < 0)
		return true;
	n = pread(fd, head, sizeof(head), 0);
	return n < 0 || is_archive(bytes_of(head, (size_t)n));
}

static enum input_found
found_by(enum export_name name)
{
	switch (name) {
	case NAME_EXPORT:
		return INPUT_BY_NAME;
	case NAME_PART:
		return INPUT_BY_PART;
	case NAME_OTHER:
		break;
	}
	return INPUT_BY_CONTENT;
}

/* --- folders --- */

struct form {                   /* what makes a folder an input of its own */
	bool index, version, blobs, manifest;
};

static bool
exists_in(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static struct form
form_of(int dir)
{
	return (struct form){ exists_in(dir, "index.json"), exists_in(dir, "oci-layout"),
		exists_in(dir, "blobs"), exists_in(dir, "manifest.json") };
}

static bool
is_layout(const struct form *f)
{
	return f->index || f->version || f->blobs;
}

/* A digest in hex, as docker-archives and "dir" exports name what they hold. */
static bool
is_digest(const char *name)
{
	size_t hex = strspn(name, "0123456789abcdef");

	return hex == 64 && (name[hex] == '\0' || name[hex] == '.');
}

/* A list of docker's beside manifest.json, or the folder of a registry beside its blobs. */
static bool
is_repositories(int dir, const struct form *f, const char *name)
{
	struct stat st;

	return strcmp(name, "repositories") == 0 &&
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (S_ISREG(st.st_mode) || (S_ISDIR(st.st_mode) && !f->index));
}

/* Is it part of the export that the folder is? What lies beside that is looked at. */
static bool
is_own(int dir, const struct form *f, const char *name)
{
	static const char *const names[] = { "index.json", "oci-layout", "blobs",
		"manifest.json" };

	if (!is_layout(f) && !f->manifest)
		return false;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return is_repositories(dir, f, name) ||
	    (!is_layout(f) &&
	    (is_digest(name) || strcmp(name, "version") == 0 ||
		strncmp(name, "sha256:", 7) == 0 || strncmp(name, "signature-", 10) == 0));
}

static struct str
join(struct search *s, struct str path, const char *name)
{
	return arena_printf(&s->out->mem, "%.*s%s%s", STR_ARG(path),
	    path.len > 0 && path.ptr[path.len - 1] == '/' ? "" : "/", name);
}

/* Neither a folder nor a link. */
static int
take_file(struct search *s, int dir, struct str path, const char *name, const struct stat *st,
    struct err *err)
{
	enum export_name promise = exportname_of(name);

	if (!S_ISREG(st->st_mode) && promise != NAME_OTHER)
		return search_add(s, path, st, found_by(promise), REASON_INPUT_TYPE,
		    "the name of an export, but no plain file", err);
	if (S_ISREG(st->st_mode) &&
	    (promise != NAME_OTHER || (st->st_size > 0 && has_magic(dir, name, O_NOFOLLOW))))
		return search_add(s, path, st, found_by(promise), REASON_NONE, NULL, err);
	list(s, FOUND_OTHER, path, STR_NONE);
	return 0;
}

/* *subfolder: what must be searched, too. */
static int
take_entry(struct search *s, int dir, const struct folder *f, const char *name,
    struct str *subfolder, struct err *err)
{
	struct str path = join(s, f->path, name);
	struct stat st;

	*subfolder = STR_NONE;
	if (is_excluded(s, path)) {
		list(s, FOUND_EXCLUDED, path, STR_NONE);
		return 0;
	}
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return search_add(s, path, NULL, found_by(exportname_of(name)),
		    REASON_INPUT_MISSING, "cannot be looked at", err);
	if (S_ISDIR(st.st_mode)) {
		*subfolder = path;
		return 0;
	}
	if (S_ISLNK(st.st_mode)) {
		struct link link = { path, s->out->folders.n - 1 };

		VEC_PUSH(&s->out->mem, &s->links, link);
		return 0;
	}
	return take_file(s, dir, path, name, &st, err);
}

static int
take_stray(struct search *s, struct str path, const char *name, const struct stat *st,
    struct err *err)
{
	if (!is_excluded(s, path))
		return search_add(s, path, st, found_by(exportname_of(name)), REASON_NONE, NULL,
		    err);
	list(s, FOUND_EXCLUDED, path, STR_NONE);
	return 0;
}

/*
 * The blobs of a layout may be a million: their names are not kept. What is no blob among them and
 * has the name of an export is one of its own.
 */
static int
search_blobs(struct search *s, int dir, struct str path, unsigned depth, struct err *err)
{
	AUTO_FD fd = openat(dir, depth == 0 ? "blobs" : strrchr(path.ptr, '/') + 1,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO(closedir) DIR *names = fd < 0 ? NULL : fdopendir(fd);
	int here = fd;
	struct dirent *e;
	int status = 0;

	if (names == NULL)
		return 0;       /* reading the layout says so */
	fd = -1;
	while (status == 0 && (e = readdir(names)) != NULL) {
		struct stat st;

		if (e->d_name[0] == '.' || strspn(e->d_name, "0123456789abcdef") >= 64)
			continue;
		if (fstatat(here, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth == 0)
			status = search_blobs(s, here, join(s, path, e->d_name), 1, err);
		else if (S_ISREG(st.st_mode) && exportname_of(e->d_name) != NAME_OTHER)
			status = take_stray(s, join(s, path, e->d_name), e->d_name, &st, err);
	}
	return status;
}

static int
search_names(struct search *s, int dir, const struct folder *f, const struct form *form,
    struct err *err)
{
	struct str *names;
	size_t count;

	if (file_list(&names, &count, &s->out->mem, dir, s->options->limits->v[LIMIT_MEMBERS],
		err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct folder below = { STR_NONE, f->depth + 1 };

		if (is_own(dir, form, names[i].ptr))
			continue;
		if (take_entry(s, dir, f, names[i].ptr, &below.path, err) != 0)
			return -1;
		if (below.path.ptr != NULL)
			VEC_PUSH(&s->out->mem, &s->queue, below);
	}
	return 0;
}

/* One folder: an input itself if it has the files of one; what else it holds is looked at. */
static int
search_one(struct search *s, size_t at, struct err *err)
{
	const struct folder f = s->queue.v[at];
	AUTO_FD fd = -1;
	struct form form;
	struct stat st;

	if (file_open(&fd, f.path.ptr, FILE_FOLDER, err) != 0)
		return search_add(s, f.path, NULL, INPUT_BY_CONTENT, err->reason,
		    "folder cannot be opened", err);
	if (fstat(fd, &st) != 0)
		return err_sys(err, REASON_FILE_UNREADABLE, NULL, "fstat");
	form = form_of(fd);
	if (is_layout(&form) || form.manifest) {
		if (search_add(s, f.path, &st, INPUT_BY_CONTENT, REASON_NONE, NULL, err) != 0)
			return -1;
	} else if (f.depth > SEARCH_DEPTH) {
		return search_add(s, f.path, &st, INPUT_BY_CONTENT, REASON_LIMIT_MEMBERS_HIT,
		    "folders nested too deep", err);
	}
	if (form.blobs && search_blobs(s, fd, join(s, f.path, "blobs"), 0, err) != 0)
		return -1;
	return search_names(s, fd, &f, &form, err);
}

/* A folder without anything to judge must not pass in silence. */
static int
told_empty(struct search *s, const struct searched *folder, struct err *err)
{
	struct stat st;

	return search_add(s, folder->path, stat(folder->path.ptr, &st) == 0 ? &st : NULL,
	    INPUT_GIVEN, REASON_INPUT_FORM, "no layout and no archive below it", err);
}

int
search_folder(struct search *s, struct str path, struct err *err)
{
	struct searched folder = { .path = path, .first = s->out->items.n };
	size_t links = s->links.n, at = s->out->folders.n;
	struct folder top = { path, 0 };

	VEC_PUSH(&s->out->mem, &s->out->folders, folder);
	s->queue.n = 0;
	s->below = path.len + (path.ptr[path.len - 1] != '/');
	VEC_PUSH(&s->out->mem, &s->queue, top);
	for (size_t i = 0; i < s->queue.n; i++)
		if (search_one(s, i, err) != 0)
			return -1;
	s->out->folders.v[at].end = s->out->items.n;
	/* What its links are is not known yet. */
	if (s->out->folders.v[at].any || s->links.n > links)
		return 0;
	s->out->folders.v[at].any = true;
	return told_empty(s, &s->out->folders.v[at], err);
}

/* --- links --- */

/* Does what a link leads to promise an export, too? */
static bool
leads_to_export(const char *path, const struct stat *st)
{
	AUTO_FD fd = -1;
	struct form form;

	if (S_ISREG(st->st_mode))
		return st->st_size > 0 && has_magic(AT_FDCWD, path, 0);
	if (!S_ISDIR(st->st_mode))
		return false;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	form = form_of(fd);
	return is_layout(&form) || form.manifest;
}

static int
take_link(struct search *s, const struct link *link, struct err *err)
{
	struct searched *folder = &s->out->folders.v[link->folder];
	const struct str path = link->path;
	const char *slash = strrchr(path.ptr, '/');
	enum export_name promise = exportname_of(slash == NULL ? path.ptr : slash + 1);
	bool there;
	const struct seen *input;
	struct stat st;

	there = stat(path.ptr, &st) == 0;
	input = there ? find(s, &st) : NULL;
	if (input != NULL) {
		list(s, FOUND_ALIAS, path, input->path);
		folder->any = true;
		return 0;
	}
	if (promise == NAME_OTHER && !(there && leads_to_export(path.ptr, &st))) {
		list(s, FOUND_OTHER, path, STR("link"));
		return 0;
	}
	folder->any = true;
	return search_add(s, path, NULL, found_by(promise), REASON_FILE_SYMLINK,
	    there ? "link to what is no input of this run: name its target"
		  : "link to nothing that is there",
	    err);
}

int
search_links(struct search *s, struct err *err)
{
	for (size_t i = 0; i < s->links.n; i++)
		if (take_link(s, &s->links.v[i], err) != 0)
			return -1;
	for (size_t i = 0; i < s->out->folders.n; i++)
		if (!s->out->folders.v[i].any &&
		    told_empty(s, &s->out->folders.v[i], err) != 0)
			return -1;
	return 0;
}
