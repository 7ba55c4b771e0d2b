/* SPDX-License-Identifier: Apache-2.0 */
/* Outputs: a reader sees the old file or the whole new one, never a part. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

DEFINE_AUTO(char, free)

/* The one that is being written, for outfile_abandon: where it lies, and its name until the end. */
static volatile int under_way_in = -1;
static char under_way[sizeof(((struct outfile *)NULL)->temp)];

static int
write_failed(const struct outfile *out, const char *what, struct err *err)
{
	struct where at = { .file = str_of(out->path) };
	bool disk = errno == ENOSPC || errno == EDQUOT || errno == EIO || errno == EFBIG;

	return err_sys(
	    err, disk ? REASON_RESOURCE_DISK : REASON_FILE_WRITE, &at, "%s", what);
}

/* A name that nobody can guess, so that nobody can be there before us. */
static int
temp_create(struct outfile *out, struct err *err)
{
	uint64_t number;

	for (int i = 0; i < 16; i++) {
		if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
			return write_failed(out, "no random number", err);
		snprintf(out->temp, sizeof(out->temp), ".assay-%016llx.tmp",
		    (unsigned long long)number);
		memcpy(under_way, out->temp, sizeof(under_way));
		under_way_in = out->dir;
		out->fd = openat(out->dir, out->temp,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (out->fd >= 0)
			return 0;
		out->temp[0] = '\0';
		if (errno != EEXIST)
			break;
	}
	return write_failed(out, "cannot create", err);
}

static int
outfile_start(struct outfile *out, struct err *err)
{
	struct where at = { .file = str_of(out->path) };
	const char *slash = strrchr(out->path, '/');
	AUTO(free) char *folder = NULL;
	struct stat st;

	out->name = xcopy_text(slash == NULL ? out->path : slash + 1,
	    strlen(slash == NULL ? out->path : slash + 1));
	if (out->name[0] == '\0' || strcmp(out->name, ".") == 0 ||
	    strcmp(out->name, "..") == 0)
		return err_set(
		    err, REASON_FILE_TYPE, &at, "a folder, want the name of a file");
	if (slash == NULL)
		folder = xcopy_text(".", 1);
	else
		folder = xcopy_text(
		    out->path, slash == out->path ? 1 : (size_t)(slash - out->path));
	out->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dir < 0)
		return write_failed(out, "cannot open its folder", err);
	/* A plain file or link is replaced; renaming over a device would destroy it. */
	if (fstatat(out->dir, out->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return err_set(err, REASON_FILE_TYPE, &at, "exists and is no plain file");
	return temp_create(out, err);
}

int
outfile_open(struct outfile *out, const char *path, struct err *err)
{
	*out = (struct outfile){
		.fd = -1, .dir = -1, .path = xcopy_text(path, strlen(path))
	};
	if (strcmp(path, "-") == 0) {
		out->fd = STDOUT_FILENO;
		return 0;
	}
	if (outfile_start(out, err) == 0)
		return 0;
	outfile_close(out);
	return -1;
}

int
outfile_write(struct outfile *out, struct bytes data, struct err *err)
{
	while (data.len != 0) {
		ssize_t n = write(out->fd, data.ptr, data.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return write_failed(out, "cannot write", err);
		data = bytes_of(data.ptr + n, data.len - (size_t)n);
	}
	return 0;
}

int
outfile_commit(struct outfile *out, struct err *err)
{
	int fd = out->fd;

	if (out->dir < 0)
		return 0; /* standard output */
	if (fsync(fd) != 0)
		return write_failed(out, "cannot sync", err);
	out->fd = -1;
	if (close(fd) != 0)
		return write_failed(out, "cannot close", err);
	if (renameat(out->dir, out->temp, out->dir, out->name) != 0)
		return write_failed(out, "cannot rename", err);
	out->temp[0] = '\0';
	under_way_in = -1;
	/* The name is on the disk only after its folder is. */
	if (fsync(out->dir) != 0 && errno != EINVAL)
		return write_failed(out, "cannot sync its folder", err);
	return 0;
}

void
outfile_close(struct outfile *out)
{
	if (out == NULL || out->path == NULL)
		return;
	if (out->dir >= 0) {
		file_close(&out->fd);
		if (out->temp[0] != '\0')
			unlinkat(out->dir, out->temp, 0);
		under_way_in = -1;
		file_close(&out->dir);
	}
	free(out->name);
	free(out->path);
	*out = (struct outfile){ .fd = -1, .dir = -1 };
}

void
outfile_abandon(void)
{
	if (under_way_in >= 0)
		unlinkat(under_way_in, under_way, 0);
}
