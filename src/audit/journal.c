/* SPDX-License-Identifier: Apache-2.0 */
/* What lies beside the database. */
#include "audit/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* sqlite.org, "File Format", 3: the header of a rollback journal. */
static const uint8_t magic[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
enum { HEADER = 28, SECTOR_AT = 20, PAGE_AT = 24 };

static int
foreign(const char *name, const char *what, struct err *err)
{
	struct where at = { .file = str_of(name) };

	return err_set(
	    err, REASON_DB_CORRUPT, &at, "not left by a run of assay: %s", what);
}

static int
no_log(const struct place *p, const char *ending, struct err *err)
{
	char name[256];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", p->name, ending);
	if (fstatat(p->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
		return 0;
	return foreign(name, "a write-ahead log", err);
}

static int
check_owner(
    const struct place *p, const char *name, const struct stat *st, struct err *err)
{
	struct stat db;

	if (!S_ISREG(st->st_mode) || st->st_nlink > 1)
		return foreign(name, "no plain file of one name", err);
	if (fstatat(p->dir, p->name, &db, AT_SYMLINK_NOFOLLOW) != 0)
		return foreign(name, "without a database", err);
	if (st->st_uid != db.st_uid)
		return foreign(name, "of another owner than the database", err);
	return 0;
}

static void
journal_name(char out[256], const struct place *p)
{
	snprintf(out, 256, "%s-journal", p->name);
}

static uint64_t
number(const uint8_t *at)
{
	struct cursor c = cursor_of(bytes_of(at, 4));

	return cursor_be(&c, 4);
}

static int
check_content(bool *hot, const char *name, int fd, off_t size, struct err *err)
{
	uint8_t head[HEADER] = { 0 }, tail[sizeof(magic)] = { 0 };
	ssize_t n = pread(fd, head, sizeof(head), 0);
	uint64_t page = number(head + PAGE_AT), sector = number(head + SECTOR_AT);

	/* Zeros instead of a header: nothing was written under it, and SQLite leaves it alone. */
	if (n <= 0 || head[0] == 0)
		return n < 0 ? err_sys(err, REASON_DB_OPEN, NULL, "cannot read %s", name)
			     : 0;
	if ((size_t)n < sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0 ||
	    page < 512 || page > 65536 || (page & (page - 1)) != 0 || sector < 32 ||
	    sector > 65536 || (sector & (sector - 1)) != 0)
		return foreign(name, "no journal", err);
	if (pread(fd, tail, sizeof(tail), size - (off_t)sizeof(tail)) !=
		(ssize_t)sizeof(tail) ||
	    memcmp(tail, magic, sizeof(magic)) == 0)
		return foreign(name, "a journal that names another file", err);
	*hot = true;
	return 0;
}

int
journal_look(bool *hot, const struct place *p, struct err *err)
{
	char name[256];
	AUTO_FD fd = -1;
	struct stat st;

	*hot = false;
	if (no_log(p, "-wal", err) != 0 || no_log(p, "-shm", err) != 0)
		return -1;
	journal_name(name, p);
	if (fstatat(p->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0
				       : err_sys(err, REASON_DB_OPEN, NULL,
					     "cannot ask for %s", name);
	if (check_owner(p, name, &st, err) != 0)
		return -1;
	fd = openat(
	    p->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return 0; /* a run has just committed */
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_sys(err, REASON_DB_OPEN, NULL, "cannot open %s", name);
	return check_content(hot, name, fd, st.st_size, err);
}

int
journal_trust(const struct place *p, struct err *err)
{
	char name[256];
	struct stat st;

	journal_name(name, p);
	if (fstatat(p->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_sys(err, REASON_DB_OPEN, NULL, "cannot ask for %s", name);
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return foreign(name, "others own it or may write it", err);
	return place_trusted(p, err);
}
