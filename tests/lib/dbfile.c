/* SPDX-License-Identifier: Apache-2.0 */
/* Database files that a test spoils. */
#include "tests/lib/dbfile.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

void
dbfile_refused(const char *path, enum db_mode mode, enum reason want, const char *name)
{
	struct err err = { .reason = REASON_NONE };
	struct db *db = sample_open(path, mode, &err);

	is_reason(db == NULL ? err.reason : REASON_NONE, want, "%s", name);
	if (db == NULL)
		tap_note("%s", err.text);
	db_close(db);
}

void
dbfile_accepted(const char *path, enum db_mode mode, const char *name)
{
	struct err err = { .reason = REASON_NONE };
	struct db *db = sample_open(path, mode, &err);

	if (!ok(db != NULL, "%s", name))
		tap_note("%s: %s", reason_code(err.reason), err.text);
	db_close(db);
}

void
dbfile_change(const char *path, const char *sql_text)
{
	sqlite3 *sql = NULL;

	if (sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		NULL) != SQLITE_OK ||
	    sqlite3_exec(sql, sql_text, NULL, NULL, NULL) != SQLITE_OK)
		ok(false, "change: %s", sqlite3_errmsg(sql));
	sqlite3_close(sql);
}

const char *
dbfile_fresh(const char *name)
{
	const char *path = sample_path(name);

	db_close(sample_open(path, DB_WRITE, NULL));
	return path;
}

void
dbfile_put(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ok(fd >= 0 && write(fd, text, len) == (ssize_t)len, "file made");
	close(fd);
}

uint64_t
dbfile_sum(const char *path)
{
	int fd = open(path, O_RDONLY), n;
	uint64_t sum = 14695981039346656037u;
	unsigned char buf[4096];

	while ((n = (int)read(fd, buf, sizeof(buf))) > 0)
		for (int i = 0; i < n; i++)
			sum = (sum ^ buf[i]) * 1099511628211u;
	close(fd);
	return sum;
}
