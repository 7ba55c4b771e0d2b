/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H
/*
 * Files, opened so that nothing on the way can surprise us: close-on-exec, no symbolic links, no
 * blocking on FIFOs, and below a directory by openat2(2) with RESOLVE_BENEATH (where the kernel
 * has none: component by component). Every open is followed by fstat on the descriptor.
 */
#include "base/buf.h"
#include "base/err.h"

struct file_id {                /* what must not change while a file is read */
	uint64_t dev, ino, size;
	int64_t mtime_ns, ctime_ns;
};

enum file_kind { FILE_REGULAR, FILE_FOLDER };

/*
 * Open `path` (a C string, as given by the user) and demand its kind. Follows no link in the last
 * component. Fails with file.missing, file.symlink, file.type, file.unreadable.
 */
int file_open(int *fd, const char *path, enum file_kind kind, struct err *err);
/* The same below `dir`; `path` is relative, without "." or ".." parts. Links anywhere: file.symlink. */
int file_open_at(int *fd, int dir, const char *path, enum file_kind kind, struct err *err);
int file_identify(struct file_id *out, int fd, struct err *err);
/* The same of what stands under a relative path now, itself a link or not. */
int file_identify_at(struct file_id *out, int dir, const char *path, struct err *err);
bool file_same(const struct file_id *a, const struct file_id *b);
/* Read all of fd into out (reset first), at most out->max bytes: else reason `too_large`. */
int file_read(struct buf *out, int fd, enum reason too_large, const struct where *at,
    struct err *err);
/* Full read at an offset; short or failing reads: file.unreadable. */
int file_pread(void *out, size_t len, int fd, uint64_t offset, const struct where *at,
    struct err *err);
/* Names in a directory but "." and "..", sorted by bytes, in the arena. More: limit.members. */
struct arena;
int file_list(struct str **names, size_t *count, struct arena *mem, int dir, size_t most,
    struct err *err);
/* The same without those that `leave` says yes to; `plain`: it is a plain file. */
typedef bool file_leave(const void *ctx, const char *name, bool plain);
int file_list_but(struct str **names, size_t *count, struct arena *mem, int dir, size_t most,
    file_leave *leave, const void *ctx, struct err *err);

/*
 * Refuse a file or folder that somebody else could have changed: owned by neither root nor us, or
 * writable by group or others (a sticky directory is fine). Fails with file.permissions.
 */
int file_trusted(int fd, const struct where *at, struct err *err);

/* An output: written beside its name, synced, then renamed. close without commit removes it. */
struct outfile {
	int fd, dir;
	char temp[64];
	char *name;             /* last component */
	char *path;             /* as given; "-" is standard output */
};
int outfile_open(struct outfile *out, const char *path, struct err *err);
int outfile_write(struct outfile *out, struct bytes data, struct err *err);
int outfile_commit(struct outfile *out, struct err *err);
void outfile_close(struct outfile *out);
/*
 * For a signal handler that ends the process: removes what is half written. One output is written
 * at a time.
 */
void outfile_abandon(void);

void file_close(int *fd);       /* -1 is fine; leaves -1 */
#define AUTO_FD __attribute__((cleanup(file_close))) int

#endif
