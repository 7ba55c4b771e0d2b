/* SPDX-License-Identifier: Apache-2.0 */
/* Files: opened so that nothing on the way can surprise us. Outputs are in outfile.c. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"

/* O_NONBLOCK: a FIFO must not hang us; O_NOCTTY: a terminal must not become ours. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

DEFINE_AUTO(char, free)
DEFINE_AUTO(DIR, closedir)

enum { READ_STEP = 32768, AGAIN_MOST = 16 };

void
file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static struct where
where_path(const char *path)
{
	return (struct where){ .file = str_of(path) };
}

static int
open_failed(const struct where *at, struct err *err)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return err_sys(err, REASON_FILE_MISSING, at, "cannot open");
	case ELOOP:
	case EXDEV:
		return err_sys(
		    err, REASON_FILE_SYMLINK, at, "symbolic link, want the file itself");
	case ENXIO:
	case ENODEV:
		return err_sys(
		    err, REASON_FILE_TYPE, at, "neither a plain file nor a folder");
	default:
		return err_sys(err, REASON_FILE_UNREADABLE, at, "cannot open");
	}
}

static const char *
type_name(mode_t mode)
{
	if (S_ISREG(mode))
		return "plain file";
	if (S_ISDIR(mode))
		return "folder";
	if (S_ISFIFO(mode))
		return "FIFO";
	if (S_ISSOCK(mode))
		return "socket";
	return "device";
}

/* The kind is asked of the descriptor, never of the name. */
static int
check_kind(int fd, enum file_kind kind, const struct where *at, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, at, "cannot ask for its type");
	if (kind == FILE_REGULAR ? S_ISREG(st.st_mode) : S_ISDIR(st.st_mode))
		return 0;
	return err_set(err, REASON_FILE_TYPE, at, "%s, want a %s", type_name(st.st_mode),
	    kind == FILE_REGULAR ? "plain file" : "folder");
}

int
file_open(int *fd, const char *path, enum file_kind kind, struct err *err)
{
	struct where at = where_path(path);
	AUTO(free) char *bare = NULL;
	AUTO_FD got = -1;
	size_t len = strlen(path);

	/* "link/" would be followed in spite of O_NOFOLLOW. */
	while (len > 1 && path[len - 1] == '/')
		len--;
	bare = xmalloc(len + 1);
	memcpy(bare, path, len);
	bare[len] = '\0';
	if (kind == FILE_REGULAR && path[len] != '\0')
		return err_set(
		    err, REASON_FILE_TYPE, &at, "the path of a plain file ends in /");
	got = open(bare, OPEN_FLAGS);
	if (got < 0)
		return open_failed(&at, err);
	if (check_kind(got, kind, &at, err) != 0)
		return -1;
	*fd = got;
	got = -1;
	return 0;
}

/* Relative, and each part a name of its own: neither empty nor "." nor "..". */
static bool
path_is_plain(const char *path)
{
	const char *p = path;

	for (;;) {
		size_t n = strcspn(p, "/");

		if (n == 0 || (n == 1 && p[0] == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		if (p[n] == '\0')
			return true;
		p += n + 1;
	}
}

static int
open_beneath(int dir, const char *path)
{
	struct open_how how = {
		.flags = OPEN_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	/* EAGAIN: something was renamed on the way (openat2(2)). */
	for (int i = 0; i < AGAIN_MOST; i++) {
		fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			return (int)fd;
	}
	return -1;
}

/* For kernels and sandboxes without openat2: component by component. */
static int
open_stepwise(int dir, const char *path)
{
	AUTO_FD at = -1;
	const char *p = path;
	char name[256];

	for (;;) {
		size_t n = strcspn(p, "/");
		bool last = p[n] == '\0';
		struct stat st;
		int next;

		if (n >= sizeof(name)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, p, n);
		name[n] = '\0';
		next = openat(
		    at < 0 ? dir : at, name, OPEN_FLAGS | (last ? 0 : O_DIRECTORY));
		if (next < 0 && errno == ENOTDIR &&
		    fstatat(at < 0 ? dir : at, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			/* O_DIRECTORY hides that the part was a link. */
			errno = S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
		}
		if (next < 0 || last)
			return next;
		file_close(&at);
		at = next;
		p += n + 1;
	}
}

int
file_open_at(int *fd, int dir, const char *path, enum file_kind kind, struct err *err)
{
	struct where at = where_path(path);
	AUTO_FD got = -1;

	if (!path_is_plain(path))
		return err_set(
		    err, REASON_FILE_MISSING, &at, "not a relative path of plain names");
	got = open_beneath(dir, path);
	if (got < 0 && (errno == ENOSYS || errno == EPERM))
		got = open_stepwise(dir, path);
	if (got < 0)
		return open_failed(&at, err);
	if (check_kind(got, kind, &at, err) != 0)
		return -1;
	*fd = got;
	got = -1;
	return 0;
}

static struct file_id
id_of(const struct stat *st)
{
	return (struct file_id){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
	};
}

int
file_identify(struct file_id *out, int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, NULL, "cannot ask for its state");
	*out = id_of(&st);
	return 0;
}

int
file_identify_at(struct file_id *out, int dir, const char *path, struct err *err)
{
	struct where at = where_path(path);
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, &at, "cannot ask for its state");
	*out = id_of(&st);
	return 0;
}

bool
file_same(const struct file_id *a, const struct file_id *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

int
file_read(struct buf *out, int fd, enum reason too_large, const struct where *at,
    struct err *err)
{
	uint8_t step[READ_STEP];
	struct stat st;

	buf_reset(out);
	/* Said at once if the size is known; what counts is what is read. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size > out->max)
		return err_set(err, too_large, at, "%" PRIu64 " bytes, want at most %zu",
		    (uint64_t)st.st_size, out->max);
	for (;;) {
		ssize_t n = read(fd, step, sizeof(step));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, REASON_FILE_UNREADABLE, at, "cannot read");
		if (n == 0)
			return 0;
		if (buf_add(out, bytes_of(step, (size_t)n)) != 0)
			return err_set(
			    err, too_large, at, "want at most %zu bytes", out->max);
	}
}

int
file_pread(void *out, size_t len, int fd, uint64_t offset, const struct where *at,
    struct err *err)
{
	uint8_t *p = out;
	size_t done = 0;

	if (offset > INT64_MAX - len)
		return err_set(err, REASON_FILE_UNREADABLE, at, "offset beyond any file");
	while (done < len) {
		ssize_t n = pread(fd, p + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, REASON_FILE_UNREADABLE, at, "cannot read");
		if (n == 0)
			return err_set(err, REASON_FILE_UNREADABLE, at,
			    "%zu bytes at offset %" PRIu64 ", want %zu", done, offset,
			    len);
		done += (size_t)n;
	}
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool
is_plain(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_REG;
	return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

int
file_list(struct str **names, size_t *count, struct arena *mem, int dir, size_t most,
    struct err *err)
{
	return file_list_but(names, count, mem, dir, most, NULL, NULL, err);
}

int
file_list_but(struct str **names, size_t *count, struct arena *mem, int dir, size_t most,
    file_leave *leave, const void *ctx, struct err *err)
{
	/* A descriptor of its own: a shared one would share the reading position. */
	AUTO_FD fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	VEC(struct str) list = { NULL, 0, 0 };

	if (d == NULL)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, NULL, "cannot list the folder");
	fd = -1;
	for (;;) {
		struct dirent *e;

		errno = 0;
		e = readdir(d);
		if (e == NULL && errno != 0)
			return err_sys(
			    err, REASON_FILE_UNREADABLE, NULL, "cannot list the folder");
		if (e == NULL)
			break;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (leave != NULL && leave(ctx, e->d_name, is_plain(dir, e)))
			continue;
		if (list.n == most)
			return err_set(err, REASON_LIMIT_MEMBERS_HIT, NULL,
			    "more than %zu files in a folder", most);
		VEC_PUSH(mem, &list, arena_str(mem, str_of(e->d_name)));
	}
	if (list.n > 1)
		qsort(list.v, list.n, sizeof(*list.v), compare_names);
	*names = list.v;
	*count = list.n;
	return 0;
}

int
file_trusted(int fd, const struct where *at, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(
		    err, REASON_FILE_UNREADABLE, at, "cannot ask for its owner");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(err, REASON_FILE_PERMISSIONS, at,
		    "owner is user %u, want root or user %u", (unsigned)st.st_uid,
		    (unsigned)geteuid());
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
	    !(S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0))
		return err_set(err, REASON_FILE_PERMISSIONS, at,
		    "mode %04o, want no write for group and others",
		    (unsigned)st.st_mode & 07777);
	return 0;
}
