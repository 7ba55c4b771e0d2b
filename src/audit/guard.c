/* SPDX-License-Identifier: Apache-2.0 */
/* What SQLite may do to the file system. */
#include "audit/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define JOURNAL "-journal"

struct guard_file { /* SQLite's, then ours; the real one lies behind */
	sqlite3_file base;
	sqlite3_file *real;
	bool reads;
};

static sqlite3_file *
real_of(sqlite3_file *f)
{
	return ((struct guard_file *)f)->real;
}

static bool
read_only(sqlite3_file *f)
{
	return ((struct guard_file *)f)->reads;
}

/* --- a file --- */

static int
file_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int
file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), out, n, at);
}

static int
file_write(sqlite3_file *f, const void *in, int n, sqlite3_int64 at)
{
	if (read_only(f))
		return SQLITE_READONLY;
	return real_of(f)->pMethods->xWrite(real_of(f), in, n, at);
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (read_only(f))
		return SQLITE_READONLY;
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int
file_sync(sqlite3_file *f, int flags)
{
	return read_only(f) ? SQLITE_OK : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *out)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), out);
}

static int
file_lock(sqlite3_file *f, int level)
{
	/* More than to read is wanted for one thing here: to play a journal back, or remove it. */
	if (read_only(f) && level > SQLITE_LOCK_SHARED)
		return SQLITE_READONLY_ROLLBACK;
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int
file_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int
file_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int
file_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int
file_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

/* Version 1: without shared memory there is no write-ahead log, and nothing is mapped. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_device,
};

/* --- names --- */

static bool
is_journal(const struct guard *g, const char *name)
{
	size_t len = strlen(g->path);

	return strncmp(name, g->path, len) == 0 && strcmp(name + len, JOURNAL) == 0;
}

static bool
may_open(const struct guard *g, const char *name, int flags)
{
	if (name == NULL)
		return true; /* temporary, under a name that SQLite makes up */
	if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
		return strcmp(name, g->path) == 0;
	return (flags & SQLITE_OPEN_MAIN_JOURNAL) != 0 && is_journal(g, name) &&
	       (!g->reads || (flags & SQLITE_OPEN_READONLY) != 0);
}

static int
guard_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	const struct guard *g = vfs->pAppData;
	struct guard_file *file = (struct guard_file *)f;
	const int writes = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	int real = flags, got = 0, code;

	file->base.pMethods = NULL;
	file->real = (sqlite3_file *)(file + 1);
	file->reads = g->reads && name != NULL;
	if (!may_open(g, name, flags))
		return SQLITE_CANTOPEN;
	if (file->reads)
		real = (flags & ~writes) | SQLITE_OPEN_READONLY;
	code = g->real->xOpen(g->real, name, file->real, real, &got);
	if (out != NULL)
		*out = file->reads ? flags : got;
	if (file->real->pMethods != NULL)
		file->base.pMethods = &methods;
	return code;
}

static int
guard_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	const struct guard *g = vfs->pAppData;

	if (g->reads || !is_journal(g, name))
		return SQLITE_IOERR_DELETE;
	return g->real->xDelete(g->real, name, sync);
}

void
guard_init(struct guard *g, const char *path, bool reads)
{
	memset(g, 0, sizeof(*g));
	g->real = sqlite3_vfs_find(NULL);
	g->path = path;
	g->reads = reads;
	g->vfs = *g->real;
	/* SQLite finds it by name: one that no other connection has. */
	snprintf(g->name, sizeof(g->name), "assay-%jx", (uintmax_t)(uintptr_t)g);
	g->vfs.zName = g->name;
	g->vfs.pNext = NULL;
	g->vfs.pAppData = g;
	g->vfs.szOsFile = (int)sizeof(struct guard_file) + g->real->szOsFile;
	g->vfs.xOpen = guard_open;
	g->vfs.xDelete = guard_delete;
	sqlite3_vfs_register(&g->vfs, 0);
}

void
guard_clear(struct guard *g)
{
	if (g->real != NULL)
		sqlite3_vfs_unregister(&g->vfs);
	g->real = NULL;
}
