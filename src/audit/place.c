/* SPDX-License-Identifier: Apache-2.0 */
/* Where the database lies. */
#include "audit/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/log.h"

DEFINE_AUTO(char, free)

static struct where
where_of(const char *path)
{
	return (struct where){ .file = str_of(path) };
}

/*
 * SQLite of several distributions reads "file:x?mode=memory" as a URI and ":memory:" as
 * no file at all: the record would be lost without a word.
 */
static int
check_name(const char *path, struct err *err)
{
	struct where at = where_of(path);
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (strncmp(path, "file:", 5) == 0 || path[0] == ':')
		return err_set(err, REASON_DB_OPEN, &at, "no plain file name");
	if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return err_set(
		    err, REASON_DB_OPEN, &at, "a folder, want the name of a file");
	if (strlen(name) > 200)
		return err_set(err, REASON_DB_OPEN, &at, "name is too long");
	return 0;
}

static int
make_folders(const char *folder, struct err *err)
{
	struct where at = where_of(folder);
	AUTO(free) char *part = xcopy_text(folder, strlen(folder));

	for (char *p = part + 1;; p++) {
		char end = *p;

		if (end != '/' && end != '\0')
			continue;
		*p = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST && errno != EISDIR)
			return err_sys(
			    err, REASON_DB_OPEN, &at, "cannot make its folder");
		if (end == '\0')
			return 0;
		*p = end;
	}
}

/* Opens the folder and keeps the path without links. */
static int
open_folder(struct place *out, const char *path, bool make, struct err *err)
{
	struct where at = where_of(path);
	const char *slash = strrchr(path, '/');
	AUTO(free) char *folder = NULL;
	AUTO(free) char *real = NULL;
	size_t len;

	if (slash == NULL)
		folder = xcopy_text(".", 1);
	else
		folder = xcopy_text(path, slash == path ? 1 : (size_t)(slash - path));
	if (make && make_folders(folder, err) != 0)
		return -1;
	real = realpath(folder, NULL);
	if (real == NULL && errno == ENOENT)
		return err_set(err, REASON_DB_OPEN, &at,
		    "its folder does not exist (--create makes it)");
	if (real == NULL)
		return err_sys(err, REASON_DB_OPEN, &at, "cannot open its folder");
	out->dir = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dir < 0)
		return err_sys(err, REASON_DB_OPEN, &at, "cannot open its folder");
	len = strcmp(real, "/") == 0 ? 0 : strlen(real);
	slash = slash == NULL ? path : slash + 1;
	out->path = xmalloc(len + strlen(slash) + 2);
	snprintf(out->path, len + strlen(slash) + 2, "%.*s/%s", (int)len, real, slash);
	out->name = out->path + len + 1;
	return 0;
}

/* file_trusted speaks of inputs; here it is the database that cannot be used. */
static int
trusted(int fd, const char *path, struct err *err)
{
	struct where at = where_of(path);
	struct err why = { .reason = REASON_NONE };

	if (file_trusted(fd, &at, &why) != 0)
		return err_set(err, REASON_DB_OPEN, &at, "%s", why.text);
	return 0;
}

/* The folder and all above it: who can rename one of them can replace the record. */
int
place_trusted(const struct place *p, struct err *err)
{
	AUTO_FD fd = dup(p->dir);
	struct stat here, above;

	for (int i = 0; i < PATH_MAX; i++) {
		AUTO_FD up = -1;

		if (fd < 0 || trusted(fd, p->path, err) != 0)
			return -1;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (up < 0 || fstat(fd, &here) != 0 || fstat(up, &above) != 0)
			return err_sys(
			    err, REASON_DB_OPEN, NULL, "cannot ask for its folders");
		if (here.st_dev == above.st_dev && here.st_ino == above.st_ino)
			return 0;
		close(fd);
		fd = up;
		up = -1;
	}
	return err_set(err, REASON_DB_OPEN, NULL, "folders are nested too deep");
}

static pid_t
lock_holder(int fd)
{
	char text[24];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	long pid;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	pid = strtol(text, NULL, 10);
	return pid > 0 && pid < INT_MAX ? (pid_t)pid : 0;
}

/* Tries ten times a second: no clock is read. */
static int
wait_lock(const struct place *p, const struct db_options *options, struct err *err)
{
	struct where at = where_of(p->path);

	for (unsigned tries = 0;; tries++) {
		struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };

		if (flock(p->lock, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys(
			    err, REASON_DB_OPEN, &at, "cannot take the run lock");
		if (options->stop != NULL && *options->stop != 0)
			return err_set(err, REASON_RUN_INTERRUPTED, NULL,
			    "ended by signal %d", *options->stop);
		if (tries / 10 >= options->lock_timeout && lock_holder(p->lock) == 0)
			return err_set(
			    err, REASON_DB_BUSY, &at, "another run holds the run lock");
		if (tries / 10 >= options->lock_timeout)
			return err_set(err, REASON_DB_BUSY, &at,
			    "process %ld holds the run lock", (long)lock_holder(p->lock));
		nanosleep(&pause, NULL);
	}
}

static int
take_lock(struct place *p, const struct db_options *options, struct err *err)
{
	struct where at = where_of(p->path);
	char name[256], pid[24];
	struct stat st;
	int n;

	snprintf(name, sizeof(name), "%s.lock", p->name);
	p->lock = openat(
	    p->dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (p->lock < 0)
		return err_sys(err, REASON_DB_OPEN, &at, "cannot make the run lock");
	if (fstat(p->lock, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(err, REASON_DB_OPEN, &at, "run lock is no plain file");
	if (wait_lock(p, options, err) != 0)
		return -1;
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(p->lock, 0) != 0 || pwrite(p->lock, pid, (size_t)n, 0) != n)
		return err_sys(err, REASON_DB_OPEN, &at, "cannot write the run lock");
	return 0;
}

static bool
on_network(int fd)
{
	static const long kinds[] = { NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,
		0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */, CODA_SUPER_MAGIC,
		AFS_SUPER_MAGIC };
	struct statfs fs;

	if (fstatfs(fd, &fs) != 0)
		return false;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if ((long)fs.f_type == kinds[i])
			return true;
	return false;
}

static int
check_file(
    const struct place *p, int fd, const struct db_options *options, struct err *err)
{
	struct where at = where_of(p->path);
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(err, REASON_DB_OPEN, &at, "cannot ask for its kind");
	if (S_ISLNK(st.st_mode))
		return err_set(
		    err, REASON_DB_OPEN, &at, "a symbolic link, want a plain file");
	if (!S_ISREG(st.st_mode))
		return err_set(err, REASON_DB_OPEN, &at, "no plain file");
	if (!options->insecure_permissions && trusted(fd, p->path, err) != 0)
		return -1;
	if (st.st_nlink > 1)
		log_warn("%s: has %lu names; a copy under another name has no lock",
		    p->path, (unsigned long)st.st_nlink);
	if (on_network(fd))
		log_warn(
		    "%s: lies on a network file system, where locks may fail", p->path);
	return 0;
}

static int
create_file(const struct place *p, struct err *err)
{
	struct where at = where_of(p->path);
	AUTO_FD fd = openat(
	    p->dir, p->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	/* SQLite would make it 0644; its journals inherit the mode. */
	if (fd < 0 || fchmod(fd, 0600) != 0)
		return err_sys(err, REASON_DB_OPEN, &at, "cannot create");
	return 0;
}

static int
find_file(const struct place *p, enum db_mode mode, const struct db_options *options,
    struct err *err)
{
	struct where at = where_of(p->path);
	AUTO_FD fd = openat(p->dir, p->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		return check_file(p, fd, options, err);
	if (errno == ENOENT && mode == DB_WRITE)
		return create_file(p, err);
	return err_sys(err, REASON_DB_OPEN, &at, "cannot open");
}

static bool
missing(const struct place *p)
{
	struct stat st;

	return fstatat(p->dir, p->name, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
}

int
place_open(struct place *out, const char *path, enum db_mode mode,
    const struct db_options *options, struct err *err)
{
	const bool make = mode == DB_WRITE && options->make_folders;
	struct err first;

	*out = (struct place){ .dir = -1, .lock = -1 };
	if (check_name(path, err) != 0 || open_folder(out, path, make, err) != 0)
		return -1;
	if (!options->insecure_permissions && place_trusted(out, err) != 0)
		return -1;
	/* Looked at first, so that no lock is left beside what is no database. */
	if (find_file(out, DB_READ, options, &first) != 0 &&
	    (mode == DB_READ || !missing(out))) {
		*err = first;
		return -1;
	}
	return 0;
}

int
place_claim(struct place *p, const struct db_options *options, struct err *err)
{
	if (take_lock(p, options, err) != 0)
		return -1;
	return find_file(p, DB_WRITE, options, err);
}

void
place_close(struct place *p)
{
	/* The lock file stays: removing it would race with one who waits for it. */
	file_close(&p->lock);
	file_close(&p->dir);
	free(p->path);
	*p = (struct place){ .dir = -1, .lock = -1 };
}
