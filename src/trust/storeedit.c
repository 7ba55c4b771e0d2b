/* SPDX-License-Identifier: Apache-2.0 */
/* Changing trust stores: check first, write beside, move in; and remove. */
#include "trust/storeedit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "codec/text.h"

enum { FOLDER_MODE = 0700 };

int
storeedit_open(struct storeedit *e, const char *policy, bool lenient,
    const struct limits *limits, struct err *err)
{
	struct err why;

	*e = (struct storeedit){ .dir = -1, .lenient = lenient, .limits = *limits };
	arena_init(&e->mem, 0);
	e->policy = arena_str(&e->mem, str_of(policy)).ptr;
	ossl_process_init();
	e->lib = ossl_new();
	e->certs = certs_new(e->lib, &e->limits);
	if (file_open(&e->dir, policy, FILE_FOLDER, &why) == 0 ||
	    why.reason == REASON_FILE_MISSING)
		return 0;
	if (err != NULL)
		*err = why;
	storeedit_close(e);
	return -1;
}

void
storeedit_close(struct storeedit *e)
{
	file_close(&e->dir);
	certs_free(e->certs);
	ossl_free(e->lib);
	arena_clear(&e->mem);
	*e = (struct storeedit){ .dir = -1 };
}

/* As a folder is listed: by file, then by digest. */
static int
compare_files(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;
	int c = str_cmp(x->file, y->file);

	return c != 0 ? c : digest_cmp(&x->cert.sha256, &y->cert.sha256);
}

int
storeedit_load(struct anchor_store *out, struct storeedit *e, enum store_type type,
    struct str name, struct err *err)
{
	struct err why;

	if (e->dir < 0) {
		*out = (struct anchor_store){ .type = type,
			.name = name,
			.reason = REASON_TRUSTSTORE_NOT_FOUND,
			.detail = STR("there is no policy folder") };
		return 0;
	}
	if (anchors_load(out, &e->mem, e->dir, type, name, e->certs, &e->limits,
		e->lenient, &why) == 0) {
		if (out->count > 0)
			qsort(out->anchors, out->count, sizeof(*out->anchors),
			    compare_files);
		return 0;
	}
	if (reason_row(why.reason)->class == ERR_ENV) {
		if (err != NULL)
			*err = why;
		return -1;
	}
	out->reason = why.reason;
	out->detail = arena_printf(&e->mem, "%s: %s", why.file, why.text);
	out->count = 0;
	return 0;
}

int
storeedit_all(
    struct anchor_store **out, size_t *count, struct storeedit *e, struct err *err)
{
	struct anchor_store *list = NULL;
	size_t n = 0;

	*out = NULL;
	*count = 0;
	if (e->dir < 0)
		return 0;
	if (anchors_list(&list, &n, &e->mem, e->dir, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct str name = list[i].name;

		if (storeedit_load(&list[i], e, list[i].type, name, err) != 0)
			return -1;
	}
	*out = list;
	*count = n;
	return 0;
}

/* --- add ---------------------------------------------------------------------------- */

static const struct anchor *
anchor_find(const struct anchor_store *store, const struct digest *sha256)
{
	for (size_t i = 0; i < store->count; i++)
		if (digest_equal(&store->anchors[i].cert.sha256, sha256))
			return &store->anchors[i];
	return NULL;
}

/* In which file all of the certificates are; absent: some are new. */
static struct str
there_already(const struct anchor_store *store, const struct storeedit_file *f)
{
	const struct anchor *a = NULL;

	for (size_t i = 0; i < f->count; i++) {
		a = anchor_find(store, &f->anchors[i].cert.sha256);
		if (a == NULL)
			return STR_NONE;
	}
	return a == NULL ? STR_NONE : a->file;
}

static size_t
new_certs(const struct anchor_store *store, const struct storeedit_file *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += anchor_find(store, &f->anchors[i].cert.sha256) == NULL;
	return n;
}

static int
exists_already(struct err *err, struct storeedit *e, const struct anchor_store *store,
    struct str name)
{
	struct where at = { .file = arena_printf(&e->mem, "%.*s/%.*s",
				STR_ARG(store_folder(&e->mem, store->type, store->name)),
				STR_ARG(text_shown(&e->mem, name))) };

	return err_set(err, REASON_TRUSTSTORE_EXISTS, &at,
	    "the store has another file of this name");
}

/* The names that the store has on disk; a store that is not there has none. */
static int
room_check(const struct storeedit_file *f, struct storeedit *e,
    const struct anchor_store *store, struct err *err)
{
	struct str folder = store_folder(&e->mem, store->type, store->name);
	struct where at = { .file = folder };
	struct str *names = NULL;
	AUTO_FD fd = -1;
	struct err why;
	size_t n = 0;

	if (store->count + new_certs(store, f) > STORE_CERTS_MOST)
		return err_set(err, REASON_TRUSTSTORE_LIMIT, &at,
		    "more than %d certificates in one store", STORE_CERTS_MOST);
	if (e->dir < 0 ||
	    (file_open_at(&fd, e->dir, folder.ptr, FILE_FOLDER, &why) != 0 &&
		why.reason == REASON_FILE_MISSING))
		return 0;
	if (fd < 0) {
		if (err != NULL)
			*err = why;
		return -1;
	}
	if (file_list(&names, &n, &e->mem, fd, STORE_LISTED_MOST, err) != 0)
		return -1;
	if (n >= STORE_FILES_MOST)
		return err_set(err, REASON_TRUSTSTORE_LIMIT, &at,
		    "more than %d files in one store", STORE_FILES_MOST);
	for (size_t i = 0; i < n; i++)
		if (str_equal(names[i], f->name))
			return exists_already(err, e, store, f->name);
	return 0;
}

int
storeedit_check(struct storeedit_file *out, struct storeedit *e,
    const struct anchor_store *store, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct where at = { .file = text_shown(&e->mem, str_of(path)) };
	struct anchor_store got;

	*out =
	    (struct storeedit_file){ .name = str_of(slash == NULL ? path : slash + 1) };
	if (anchors_try(&got, &out->octets, &e->mem, path, store->type, e->certs, err) !=
	    0)
		return -1;
	/* The detail begins with the place, which is told by `at`. */
	if (got.reason != REASON_NONE)
		return err_set(err, got.reason, &at, "%.*s",
		    STR_ARG(str_from(got.detail, at.file.len + strlen(": "))));
	out->anchors = got.anchors;
	out->count = got.count;
	out->there = there_already(store, out);
	if (out->there.ptr != NULL)
		return 0;
	/* Two operands of one name: the first is noted, but not on the disk yet. */
	for (size_t i = 0; i < store->count; i++)
		if (str_equal(store->anchors[i].file, text_shown(&e->mem, out->name)))
			return exists_already(err, e, store, out->name);
	return room_check(out, e, store, err);
}

void
storeedit_note(
    struct storeedit *e, struct anchor_store *store, const struct storeedit_file *file)
{
	struct anchor *list =
	    arena_array(&e->mem, store->count + file->count, sizeof(*list));
	size_t n = store->count;

	if (n > 0)
		memcpy(list, store->anchors, n * sizeof(*list));
	for (size_t i = 0; i < file->count; i++)
		if (anchor_find(store, &file->anchors[i].cert.sha256) == NULL)
			list[n++] = file->anchors[i];
	store->anchors = list;
	store->count = n;
}

static int
host_failed(struct err *err, enum reason reason, struct storeedit *e, struct str path,
    const char *what)
{
	struct where at = { .file = arena_printf(
				&e->mem, "%s/%.*s", e->policy, STR_ARG(path)) };

	return err_sys(err, reason, &at, "%s", what);
}

/* As `mkdir -p` makes them, for the owner alone. */
static int
policy_make(struct storeedit *e, struct err *err)
{
	size_t len = strlen(e->policy);
	char *part = arena_alloc(&e->mem, len + 1);
	struct where at = { .file = str_of(part) };

	for (size_t i = 1; i <= len; i++) {
		if (e->policy[i] != '/' && e->policy[i] != '\0')
			continue;
		memcpy(part, e->policy, i);
		part[i] = '\0';
		at.file.len = i;
		if (mkdir(part, FOLDER_MODE) != 0 && errno != EEXIST && errno != EISDIR)
			return err_sys(
			    err, REASON_FILE_WRITE, &at, "cannot make the folder");
	}
	return file_open(&e->dir, e->policy, FILE_FOLDER, err);
}

/* Makes and opens truststore, x509, TYPE and NAME, one after the other. */
static int
store_make(
    int *fd, struct storeedit *e, const struct anchor_store *store, struct err *err)
{
	struct str paths[STORE_FOLDERS];

	store_folders(paths, &e->mem, store->type, store->name);
	if (e->dir < 0 && policy_make(e, err) != 0)
		return -1;
	for (size_t i = 0; i < COUNT(paths); i++) {
		file_close(fd);
		if (mkdirat(e->dir, paths[i].ptr, FOLDER_MODE) != 0 && errno != EEXIST)
			return host_failed(err, REASON_FILE_WRITE, e, paths[i],
			    "cannot make the folder");
		/* A link on the way would lead the file elsewhere. */
		if (file_open_at(fd, e->dir, paths[i].ptr, FILE_FOLDER, err) != 0)
			return -1;
		if (!e->lenient &&
		    file_trusted(*fd, &(struct where){ .file = paths[i] }, err) != 0)
			return -1;
	}
	return 0;
}

/* Moves a whole file into the store, under a name that is free. */
static int
move_in(struct storeedit *e, int fd, const char *from, const char *name)
{
	struct stat st;

	if (renameat2(e->dir, from, fd, name, RENAME_NOREPLACE) == 0)
		return 0;
	/* Some network file systems do not know the flag. */
	if (errno != EINVAL)
		return -1;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return renameat(e->dir, from, fd, name);
}

int
storeedit_write(struct storeedit *e, const struct anchor_store *store,
    const struct storeedit_file *file, struct err *err)
{
	struct str place = arena_printf(&e->mem, "%.*s/%.*s",
	    STR_ARG(store_folder(&e->mem, store->type, store->name)),
	    STR_ARG(file->name));
	struct str temp =
	    arena_printf(&e->mem, "truststore/.assay-incoming-%ld", (long)getpid());
	struct outfile out;
	AUTO_FD fd = -1;
	int ret;

	if (store_make(&fd, e, store, err) != 0)
		return -1;
	if (outfile_open(
		&out, arena_printf(&e->mem, "%s/%s", e->policy, temp.ptr).ptr, err) != 0)
		return -1;
	ret = outfile_write(&out, file->octets, err);
	if (ret == 0)
		ret = outfile_commit(&out, err);
	outfile_close(&out);
	if (ret != 0)
		return -1;
	if (move_in(e, fd, temp.ptr, file->name.ptr) == 0) {
		/* The name is on the disk only after its folder is. */
		if (fsync(fd) != 0 && errno != EINVAL)
			return host_failed(
			    err, REASON_FILE_WRITE, e, place, "cannot sync its folder");
		return 0;
	}
	ret = errno == EEXIST
		  ? exists_already(err, e, store, file->name)
		  : host_failed(err, REASON_FILE_WRITE, e, place, "cannot rename");
	unlinkat(e->dir, temp.ptr, 0);
	return ret;
}

/* --- remove ------------------------------------------------------------------------- */

static int
store_open(
    int *fd, struct storeedit *e, enum store_type type, struct str store, struct err *err)
{
	struct str folder = store_folder(&e->mem, type, store);
	struct where at = { .file = folder };

	if (e->dir < 0)
		return err_set(err, REASON_TRUSTSTORE_NOT_FOUND, &at,
		    "there is no policy folder %s", e->policy);
	if (file_open_at(fd, e->dir, folder.ptr, FILE_FOLDER, err) == 0)
		return 0;
	if (err != NULL && err->reason == REASON_FILE_MISSING)
		return err_set(
		    err, REASON_TRUSTSTORE_NOT_FOUND, &at, "there is no such store");
	return -1;
}

static bool
is_folder(int fd, const char *name)
{
	struct stat st;

	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

int
storeedit_remove(struct storeedit *e, enum store_type type, struct str store,
    const char *file, struct err *err)
{
	struct str path = arena_printf(&e->mem, "%.*s/%.*s",
	    STR_ARG(store_folder(&e->mem, type, store)),
	    STR_ARG(text_shown(&e->mem, str_of(file))));
	struct where at = { .file = path };
	AUTO_FD fd = -1;

	if (file[0] == '\0' || strchr(file, '/') != NULL)
		return err_set(err, REASON_FILE_TYPE, &at,
		    "want the name of a file in the store, without a folder");
	if (store_open(&fd, e, type, store, err) != 0)
		return -1;
	if (is_folder(fd, file))
		return err_set(err, REASON_FILE_TYPE, &at, "folder, want a file");
	if (unlinkat(fd, file, 0) == 0)
		return 0;
	if (errno == ENOENT)
		return err_set(
		    err, REASON_FILE_MISSING, &at, "no such file in the store");
	return host_failed(err, REASON_FILE_WRITE, e, path, "cannot remove");
}

int
storeedit_remove_all(size_t *count, struct storeedit *e, enum store_type type,
    struct str store, struct err *err)
{
	struct str folder = store_folder(&e->mem, type, store), *names;
	struct where at = { .file = folder };
	AUTO_FD fd = -1;
	size_t n;

	*count = 0;
	if (store_open(&fd, e, type, store, err) != 0 ||
	    file_list(&names, &n, &e->mem, fd, STORE_LISTED_MOST, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is_folder(fd, names[i].ptr))
			return err_set(err, REASON_FILE_TYPE, &at,
			    "holds the folder %.*s; nothing was removed",
			    STR_ARG(text_shown(&e->mem, names[i])));
	for (size_t i = 0; i < n; i++) {
		if (storeedit_remove(e, type, store, names[i].ptr, err) != 0)
			return -1;
		++*count;
	}
	if (unlinkat(e->dir, folder.ptr, AT_REMOVEDIR) == 0)
		return 0;
	return host_failed(err, REASON_FILE_WRITE, e, folder, "cannot remove");
}
