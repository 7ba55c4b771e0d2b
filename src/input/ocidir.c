/* SPDX-License-Identifier: Apache-2.0 */
/* A folder, read as the members of an export. */
#include "input/ocidir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP ((size_t)1 << 20)

DEFINE_AUTO(DIR, closedir)

struct walk {
	struct intake *in;
	const struct input_options *options;
	uint8_t *step; /* STEP octets */
	uint64_t done;
};

/* Values of the names in one blobs/ALGORITHM folder, side by side: 32 octets for a
 * sha256. */
struct names {
	uint8_t *v;
	size_t count, cap, len;
};

/* What is wrong with the host, not with the file. */
static bool
is_ours(const struct err *why)
{
	return why->sys == EMFILE || why->sys == ENFILE || why->sys == ENOMEM;
}

/* --- blobs --- */

/* Limits of an input hold for all its files together; a sparse file can be of any size. */
static int
check_limits(const struct walk *w, uint64_t size, const char *name, struct err *err)
{
	static const struct {
		enum limit limit;
		enum reason reason;
	} rows[] = {
		{ LIMIT_INPUT_BYTES, REASON_LIMIT_INPUT_HIT },
		{ LIMIT_EXPANDED_BYTES, REASON_LIMIT_EXPANDED_HIT },
	};
	struct where at = { .file = str_of(name) };

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t most = w->options->limits->v[rows[i].limit];

		if (w->done > most || size > most - w->done)
			return err_set(err, rows[i].reason, &at,
			    "%llu octets, %llu before it, limit %llu",
			    (unsigned long long)size, (unsigned long long)w->done,
			    (unsigned long long)most);
	}
	return 0;
}

/*
 * The octets of a file that had `size` when it was opened. *ok: all were read; a file that grows
 * might never end.
 */
static int
read_octets(bool *ok, struct walk *w, int fd, uint64_t size, const char *name,
    struct err *err)
{
	struct where at = { .file = str_of(name) };
	uint64_t done = 0;
	ssize_t n;

	*ok = false;
	for (;;) {
		n = read(fd, w->step, STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (uint64_t)n;
		if (done > size)
			return err_set(err, REASON_INPUT_CHANGED, &at,
			    "file has grown while it was read");
		if (intake_data(w->in, bytes_of(w->step, (size_t)n), err) != 0)
			return -1;
		w->done += (uint64_t)n;
		if (w->options->progress != NULL)
			w->options->progress(w->options->progress_ctx, w->done);
	}
	*ok = n == 0;
	return 0;
}

static int
open_failed(
    struct walk *w, const struct digest *d, const struct err *why, struct err *err)
{
	if (is_ours(why)) {
		*err = *why;
		return -1;
	}
	/* Gone since it was listed: as if it had never been there. */
	if (why->reason == REASON_FILE_MISSING)
		return 0;
	if (why->reason == REASON_FILE_SYMLINK)
		return intake_defect(w->in, d, BLOB_SYMLINK, err);
	if (why->reason == REASON_FILE_TYPE)
		return intake_defect(w->in, d, BLOB_NOT_FILE, err);
	return intake_defect(w->in, d, BLOB_UNREADABLE, err);
}

static int
read_blob(struct walk *w, int folder, const struct digest *d, struct err *err)
{
	char path[sizeof("blobs/") + DIGEST_TEXT] = "blobs/", *name;
	struct seen *seen = &w->in->seen;
	AUTO_FD fd = -1;
	struct err why = { 0 };
	struct file_id id;
	bool wanted = false, ok = false;

	digest_format(path + 6, d);
	name = strchr(path, ':');
	*name++ = '/';
	if (intake_begin(w->in, str_bytes(str_of(path)), seen->blobs.n, &wanted, err) != 0)
		return -1;
	if (file_open_at(&fd, folder, name, FILE_REGULAR, &why) != 0)
		return open_failed(w, d, &why, err);
	if (file_identify(&id, fd, err) != 0 || check_limits(w, id.size, path, err) != 0)
		return -1;
	VEC_PUSH(w->in->mem, &seen->blobs, id);
	if (read_octets(&ok, w, fd, id.size, path, err) != 0)
		return -1;
	return ok ? intake_end(w->in, err)
		  : intake_defect(w->in, d, BLOB_UNREADABLE, err);
}

static void
add_name(struct names *names, const struct digest *d)
{
	if (names->count == names->cap) {
		names->cap = names->cap == 0 ? 256 : names->cap * 2;
		names->v = xrealloc(names->v, names->cap * names->len);
	}
	memcpy(names->v + names->count++ * names->len, d->value, names->len);
}

static int
compare32(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static int
compare48(const void *a, const void *b)
{
	return memcmp(a, b, 48);
}

static int
compare64(const void *a, const void *b)
{
	return memcmp(a, b, 64);
}

static void
sort_names(struct names *names)
{
	if (names->count > 1)
		qsort(names->v, names->count, names->len,
		    names->len == 32   ? compare32
		    : names->len == 48 ? compare48
				       : compare64);
}

/* Lower-case hex sorts as its value does, so this is the byte order of the names. */
static int
list_blobs(
    struct names *names, struct walk *w, int folder, enum digest_alg alg, struct err *err)
{
	AUTO_FD fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct digest d;
	struct dirent *e;

	if (dir == NULL)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, NULL, "cannot list the blobs");
	fd = -1;
	names->len = digest_len(alg);
	for (;;) {
		errno = 0;
		e = readdir(dir);
		if (e == NULL)
			break;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (names->count >= w->options->limits->v[LIMIT_MEMBERS])
			return err_set(
			    err, REASON_LIMIT_MEMBERS_HIT, NULL, "too many blobs");
		if (digest_from_parts(&d, str_of(digest_alg_name(alg)), str_of(e->d_name),
			NULL, NULL) == 0)
			add_name(names, &d);
		else
			w->in->ignored++;
	}
	if (errno != 0)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, NULL, "cannot list the blobs");
	sort_names(names);
	return 0;
}

static int
read_names(struct walk *w, int folder, enum digest_alg alg, const struct names *names,
    struct err *err)
{
	struct digest d = { .alg = alg };

	for (size_t i = 0; i < names->count; i++) {
		memcpy(d.value, names->v + i * names->len, names->len);
		if (read_blob(w, folder, &d, err) != 0)
			return -1;
	}
	return 0;
}

static int
symlink_found(struct err *err, const char *path)
{
	struct where at = { .file = str_of(path) };

	return err_set(err, REASON_LAYOUT_SYMLINK, &at, "symbolic link");
}

static int
read_algorithm(struct walk *w, int blobs, enum digest_alg alg, struct err *err)
{
	struct names names = { 0 };
	AUTO_FD folder = -1;
	struct err why = { 0 };
	int status;

	if (file_open_at(&folder, blobs, digest_alg_name(alg), FILE_FOLDER, &why) != 0) {
		if (why.reason == REASON_FILE_MISSING)
			return 0;
		if (why.reason == REASON_FILE_SYMLINK)
			return symlink_found(err, digest_alg_name(alg));
		*err = why;
		return -1;
	}
	status = list_blobs(&names, w, folder, alg, err);
	if (status == 0)
		status = read_names(w, folder, alg, &names, err);
	free(names.v);
	return status;
}

/* Folders of algorithms that cannot be computed are counted, not entered. */
static int
count_others(struct walk *w, int blobs, struct err *err)
{
	AUTO_FD fd = openat(blobs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (dir == NULL)
		return err_sys(err, REASON_FILE_UNREADABLE, NULL, "cannot list blobs");
	fd = -1;
	while ((e = readdir(dir)) != NULL) {
		if (strncmp(e->d_name, "sha256-", 7) == 0)
			w->in->ollama = true;
		if (e->d_name[0] != '.' && strcmp(e->d_name, "sha256") != 0 &&
		    strcmp(e->d_name, "sha384") != 0 && strcmp(e->d_name, "sha512") != 0)
			w->in->ignored++;
	}
	return 0;
}

static int
read_blobs(struct walk *w, int top, struct err *err)
{
	AUTO_FD blobs = -1;
	struct err why = { 0 };

	if (file_open_at(&blobs, top, "blobs", FILE_FOLDER, &why) != 0) {
		if (why.reason == REASON_FILE_SYMLINK)
			return symlink_found(err, "blobs");
		if (why.reason == REASON_FILE_TYPE || why.reason == REASON_FILE_MISSING)
			return 0;
		*err = why;
		return -1;
	}
	if (intake_folder(w->in, BYTES_LIT("blobs"), err) != 0 ||
	    count_others(w, blobs, err) != 0)
		return -1;
	for (enum digest_alg alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++)
		if (read_algorithm(w, blobs, alg, err) != 0)
			return -1;
	return 0;
}

/* --- the layout's own files --- */

static int
own_file_failed(struct walk *w, const char *name, const struct err *why, struct err *err)
{
	struct where at = { .file = str_of(name) };

	if (is_ours(why)) {
		*err = *why;
		return -1;
	}
	if (why->reason == REASON_FILE_MISSING)
		return 0;
	if (why->reason == REASON_FILE_SYMLINK)
		return symlink_found(err, name);
	if (strcmp(name, "repositories") == 0 && why->reason == REASON_FILE_TYPE)
		return 0; /* a folder of that name lists nothing */
	/* They do not govern: what cannot be compared with the layout is a note. */
	if (strcmp(name, "manifest.json") == 0 || strcmp(name, "repositories") == 0) {
		intake_note(
		    w->in, REASON_LAYOUT_TWO_INDEXES, str_bytes(str_of(why->text)));
		return 0;
	}
	errno = why->sys;
	return err_sys(err,
	    strcmp(name, "oci-layout") == 0 ? REASON_LAYOUT_VERSION
					    : REASON_LAYOUT_NO_INDEX,
	    &at, "%s", why->text);
}

static int
read_own_file(struct walk *w, int top, const char *name, struct err *err)
{
	struct seen *seen = &w->in->seen;
	AUTO_FD fd = -1;
	struct err why = { 0 };
	struct file_id id;
	bool wanted = false, ok = false;

	if (file_open_at(&fd, top, name, FILE_REGULAR, &why) != 0)
		return own_file_failed(w, name, &why, err);
	if (intake_begin(w->in, str_bytes(str_of(name)), 0, &wanted, err) != 0)
		return -1;
	if (!wanted)
		return 0;
	if (file_identify(&id, fd, err) != 0 || check_limits(w, id.size, name, err) != 0)
		return -1;
	seen->own[seen->own_count].name = name;
	seen->own[seen->own_count++].id = id;
	if (read_octets(&ok, w, fd, id.size, name, err) != 0)
		return -1;
	if (!ok) {
		err_sys(&why, REASON_FILE_UNREADABLE, NULL, "cannot read");
		return own_file_failed(w, name, &why, err);
	}
	return intake_end(w->in, err);
}

/* NULL if it is none. */
static const char *
own_file(const char *name)
{
	static const char *const names[INTAKE_OWN] = { "index.json", "oci-layout",
		"manifest.json", "repositories" };

	for (size_t i = 0; i < INTAKE_OWN; i++)
		if (strcmp(name, names[i]) == 0)
			return names[i];
	return NULL;
}

/* Everything else has no meaning here; plain files are counted, folders are not entered.
 */
static int
count_file(struct walk *w, int top, const char *name, struct err *err)
{
	struct stat st;
	bool wanted;

	if (fstatat(top, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
		return 0;
	return intake_begin(w->in, str_bytes(str_of(name)), 0, &wanted, err);
}

static bool
has_folder(int top, const char *path)
{
	AUTO_FD fd = -1;

	return file_open_at(&fd, top, path, FILE_FOLDER, NULL) == 0;
}

static int
read_top(struct walk *w, int top, const struct str *names, size_t count, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		const char *name = names[i].ptr;

		if (strcmp(name, "blobs") == 0)
			status = read_blobs(w, top, err);
		else if (own_file(name) != NULL)
			status = read_own_file(w, top, own_file(name), err);
		else if (strcmp(name, "docker") == 0)
			w->in->registry |= has_folder(top, "docker/registry/v2");
		else
			status = count_file(w, top, name, err);
	}
	if (!w->in->files[FILE_INDEX].there && has_folder(top, "blobs"))
		w->in->registry |= has_folder(top, "repositories");
	return status;
}

int
ocidir_read(
    struct intake *in, int dir, const struct input_options *options, struct err *err)
{
	struct walk w = { .in = in, .options = options };
	struct arena mem = { 0 };
	struct str *names = NULL;
	size_t count = 0;
	int status;

	status = file_list(
	    &names, &count, &mem, dir, (size_t)options->limits->v[LIMIT_MEMBERS], err);
	if (status == 0) {
		w.step = xmalloc(STEP);
		/* Whatever lies below a folder, nothing wraps it. */
		in->any = true;
		status = read_top(&w, dir, names, count, err);
	}
	free(w.step);
	arena_clear(&mem);
	return status;
}
