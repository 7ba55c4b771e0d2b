/* SPDX-License-Identifier: Apache-2.0 */
/* Folders that are searched for exports: each entry is an input, searched in turn, or listed. */
#include "run/search_parts.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "input/exportname.h"
#include "run/exportfolder.h"

#define SEARCH_DEPTH 8
#define TRIED_MOST 200000       /* entries below the targets of links, of one run */

struct search *
search_new(struct inputs *out, const struct inputs_options *options)
{
	struct search *s = xmalloc(sizeof(*s));

	*s = (struct search){ .out = out, .options = options };
	map_init(&s->known, NULL);
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
	map_clear(&s->known);
	free(s);
}

/* --- one input, once --- */

static uint64_t
hash_of(const struct search *s, const struct stat *st)
{
	const uint64_t id[] = { st->st_dev, st->st_ino };

	return map_hash(&s->known, bytes_of(id, sizeof(id)));
}

static bool
is_seen(const void *owner, uint32_t at, const void *key)
{
	const struct seen *one = &((const struct search *)owner)->seen.v[at];
	const struct stat *st = key;

	return one->dev == st->st_dev && one->ino == st->st_ino;
}

struct seen *
search_find(const struct search *s, const struct stat *st)
{
	uint32_t at = map_find(&s->known, hash_of(s, st), is_seen, s, st);

	return at == MAP_NONE ? NULL : &s->seen.v[at];
}

struct seen *
search_meet(struct search *s, const struct stat *st)
{
	struct seen *before = search_find(s, st);
	struct seen one = { .dev = st->st_dev, .ino = st->st_ino };

	if (before != NULL)
		return before;
	map_add(&s->known, hash_of(s, st), (uint32_t)s->seen.n);
	VEC_PUSH(&s->out->mem, &s->seen, one);
	return &s->seen.v[s->seen.n - 1];
}

/* The same file again: by one name it is one input. */
static int
add_again(struct search *s, struct str path, const struct seen *before, struct err *err)
{
	if (!str_equal(before->name, s->name))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "%.*s is given twice, by two names: %.*s and %.*s", STR_ARG(path),
		    STR_ARG(before->name.ptr == NULL ? STR("none") : before->name),
		    STR_ARG(s->name.ptr == NULL ? STR("none") : s->name));
	s->out->twice++;
	return 0;
}

int
search_add(struct search *s, struct str path, const struct stat *st, enum input_found found,
    enum reason reason, const char *detail, struct err *err)
{
	const struct limits *limits = s->options->limits;
	struct inputs *out = s->out;
	struct seen *file = st == NULL ? NULL : search_meet(s, st);
	struct input_item item = {
		.seq = out->items.n,
		.name = s->name,
		.size = st != NULL && S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
		.found = found,
		.reason = reason,
	};

	if (s->trying) {
		s->found |= file == NULL || !file->input;
		return 0;
	}
	if (out->items.n >= limits->v[LIMIT_INPUT_FILES])
		return err_set(err, REASON_LIMIT_MEMBERS_HIT, NULL,
		    "more than %llu inputs (--limit-input-files)",
		    (unsigned long long)limits->v[LIMIT_INPUT_FILES]);
	if (found != INPUT_GIVEN)
		out->folders.v[out->folders.n - 1].any = true;
	if (file != NULL && file->input)
		return add_again(s, path, file, err);
	path = arena_str(&out->mem, path);
	item.path = str_bytes(path);
	if (detail != NULL)
		item.detail = arena_str(&out->mem, str_of(detail));
	if (file != NULL) {
		file->input = true;
		file->item = out->items.n;
		file->path = path;
		file->name = s->name;
	}
	VEC_PUSH(&out->mem, &out->items, item);
	return 0;
}

void
search_list(struct search *s, enum found_kind kind, struct str path, struct str detail)
{
	struct inputs *out = s->out;
	struct found_file file = { kind, path, detail };

	if (s->trying)
		return;
	out->found[kind]++;
	if (out->files.n < s->options->limits->v[LIMIT_LISTED_FILES])
		VEC_PUSH(&out->mem, &out->files, file);
}

static bool
is_excluded(const struct search *s, struct str path)
{
	const char *slash = strrchr(path.ptr, '/');
	const char *name = slash == NULL ? path.ptr : slash + 1;

	for (size_t i = 0; i < s->options->exclude_count; i++) {
		const char *glob = s->options->exclude[i];
		bool whole = strchr(glob, '/') != NULL;

		if (whole && s->trying)
			continue;       /* what a link leads to is not below the folder */
		if (fnmatch(glob, whole ? path.ptr + s->below : name, whole ? FNM_PATHNAME : 0) == 0)
			return true;
	}
	return false;
}

enum input_found
search_found_by(const char *name)
{
	switch (exportname_of(name)) {
	case NAME_EXPORT:
		return INPUT_BY_NAME;
	case NAME_PART:
		return INPUT_BY_PART;
	case NAME_OTHER:
		break;
	}
	return INPUT_BY_CONTENT;
}

/* --- entries --- */

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
	bool promised = exportname_of(name) != NAME_OTHER;

	if (!S_ISREG(st->st_mode) && promised)
		return search_add(s, path, st, search_found_by(name), REASON_INPUT_TYPE,
		    "the name of an export, but no plain file", err);
	if (S_ISREG(st->st_mode) &&
	    (promised || (st->st_size > 0 && export_magic(dir, name, O_NOFOLLOW))))
		return search_add(s, path, st, search_found_by(name), REASON_NONE, NULL, err);
	search_list(s, FOUND_OTHER, path, STR_NONE);
	return 0;
}

/* What no export claims. `st` NULL: it cannot be looked at. */
static int
take_entry(struct search *s, int dir, const struct folder *f, const char *name,
    const struct stat *st, struct err *err)
{
	struct str path = join(s, f->path, name);
	struct folder below = { .path = path, .depth = f->depth + 1 };

	if (is_excluded(s, path)) {
		search_list(s, FOUND_EXCLUDED, path, STR_NONE);
		return 0;
	}
	if (st == NULL)
		return search_add(s, path, NULL, search_found_by(name), REASON_INPUT_MISSING,
		    "cannot be looked at", err);
	if (S_ISDIR(st->st_mode)) {
		VEC_PUSH(&s->out->mem, &s->queue, below);
		return 0;
	}
	if (S_ISLNK(st->st_mode)) {
		struct link link = { path, s->out->folders.n - 1 };

		VEC_PUSH(&s->out->mem, &s->links, link);
		return 0;
	}
	return take_file(s, dir, path, name, st, err);
}

/* --- folders --- */

/* Taken for a part of the export that the folder promises to be, and not looked at by itself. */
static void
promise(struct search *s, size_t owner, const char *name)
{
	struct input_item *item;

	if (s->trying)
		return;         /* the folder is what the link leads to */
	item = &s->out->items.v[owner];
	if (item->promised.ptr == NULL)
		item->promised = arena_str(&s->out->mem, str_of(name));
}

static void
push_own(struct search *s, const struct folder *f, const char *name, enum place place,
    const struct folder *owner)
{
	struct folder own = { join(s, f->path, name), f->depth + 1, place, owner->owner,
		owner->indexed };

	VEC_PUSH(&s->out->mem, &s->queue, own);
}

/* In an ordinary folder. */
static int
take_any(struct search *s, int dir, const struct folder *f, const struct folder_form *form,
    const char *name, const struct stat *st, struct err *err)
{
	switch (st == NULL ? FOLDER_BESIDE : folder_own(form, dir, name, st)) {
	case FOLDER_READ:
		return 0;
	case FOLDER_BLOBS:
		push_own(s, f, name, PLACE_BLOBS, f);
		return 0;
	case FOLDER_PROMISED:
		promise(s, f->owner, name);
		return 0;
	case FOLDER_BESIDE:
		break;
	}
	return take_entry(s, dir, f, name, st, err);
}

/*
 * In "blobs" and the folders of its algorithms. The blobs may be a million and were left out of
 * the list; whatever else is there is no blob, and looked at like anything beside an export.
 */
static int
take_in_blobs(struct search *s, int dir, const struct folder *f, const char *name,
    const struct stat *st, struct err *err)
{
	bool folder = st != NULL && S_ISDIR(st->st_mode);

	if (folder && f->place == PLACE_BLOBS && folder_blob_alg(name)) {
		push_own(s, f, name, PLACE_ALG, f);
		return 0;
	}
	if (folder && f->place == PLACE_ALG && !f->indexed && folder_blob_part(name)) {
		promise(s, f->owner, name);
		return 0;
	}
	return take_entry(s, dir, f, name, st, err);
}

static bool
is_blob(const void *ctx, const char *name, bool plain)
{
	const struct folder *f = ctx;

	return plain && f->place == PLACE_ALG &&
	    folder_blob_name(strrchr(f->path.ptr, '/') + 1, name);
}

static int
search_names(struct search *s, int dir, const struct folder *f, const struct folder_form *form,
    struct err *err)
{
	struct str *names;
	size_t count;

	if (file_list_but(&names, &count, &s->out->mem, dir,
		s->options->limits->v[LIMIT_MEMBERS], is_blob, f, err) != 0)
		return search_add(s, f->path, NULL, INPUT_BY_CONTENT, err->reason,
		    "folder cannot be listed", err);
	s->tried += s->trying ? count + 1 : 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = names[i].ptr;
		struct stat there;
		const struct stat *st =
		    fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW) == 0 ? &there : NULL;
		int done = f->place == PLACE_ANY
		    ? take_any(s, dir, f, form, name, st, err)
		    : take_in_blobs(s, dir, f, name, st, err);

		if (done != 0)
			return -1;
	}
	return 0;
}

/* An input itself if it has the files of one. `f` learns which. */
static int
take_folder(struct search *s, struct folder *f, const struct folder_form *form,
    const struct stat *st, bool *deep, struct err *err)
{
	*deep = false;
	if (f->place != PLACE_ANY)
		return 0;
	if (folder_form_is_export(form)) {
		f->indexed = form->index;
		if (search_add(s, f->path, st, INPUT_BY_CONTENT, REASON_NONE, NULL, err) != 0)
			return -1;
		f->owner = search_meet(s, st)->item;
		return 0;
	}
	*deep = f->depth > SEARCH_DEPTH;
	return !*deep ? 0
		      : search_add(s, f->path, st, INPUT_BY_CONTENT, REASON_LIMIT_MEMBERS_HIT,
			    "folders nested too deep", err);
}

static void
walked(struct search *s, const struct stat *st)
{
	struct seen *folder = search_meet(s, st);
	size_t at = (size_t)(folder - s->seen.v);

	folder->walked = true;
	if (s->trying)
		VEC_PUSH(&s->out->mem, &s->walked, at);
}

static int
search_one(struct search *s, struct folder f, struct err *err)
{
	AUTO_FD fd = -1;
	struct folder_form form = { .index = false };
	const struct seen *before;
	struct stat st;
	bool deep;

	if (file_open(&fd, f.path.ptr, FILE_FOLDER, err) != 0)
		return search_add(s, f.path, NULL, INPUT_BY_CONTENT, err->reason,
		    "folder cannot be opened", err);
	if (fstat(fd, &st) != 0)
		return err_sys(err, REASON_FILE_UNREADABLE, NULL, "fstat");
	before = search_find(s, &st);
	if (s->trying && before != NULL && before->walked)
		return 0;
	if (f.place == PLACE_ANY)
		form = folder_form_of(fd);
	if (take_folder(s, &f, &form, &st, &deep, err) != 0)
		return -1;
	if (deep)
		return 0;
	walked(s, &st);
	return search_names(s, fd, &f, &form, err);
}

int
search_queue(struct search *s, struct err *err)
{
	for (size_t i = 0; i < s->queue.n && !s->found; i++) {
		if (search_one(s, s->queue.v[i], err) != 0)
			return -1;
		s->found |= s->trying && s->tried > TRIED_MOST;
	}
	s->queue.n = 0;
	return 0;
}

/* A folder without anything to judge must not pass in silence. */
int
search_told_empty(struct search *s, const struct searched *folder, struct err *err)
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
	struct folder top = { .path = path };

	VEC_PUSH(&s->out->mem, &s->out->folders, folder);
	s->below = path.len + (path.ptr[path.len - 1] != '/');
	VEC_PUSH(&s->out->mem, &s->queue, top);
	if (search_queue(s, err) != 0)
		return -1;
	s->out->folders.v[at].end = s->out->items.n;
	/* What its links are is not known yet. */
	if (s->out->folders.v[at].any || s->links.n > links)
		return 0;
	s->out->folders.v[at].any = true;
	return search_told_empty(s, &s->out->folders.v[at], err);
}
