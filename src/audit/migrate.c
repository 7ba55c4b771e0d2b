/* SPDX-License-Identifier: Apache-2.0 */
/* Generations of the schema. */
#include "audit/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "audit/block.h"
#include "base/buf.h"
#include "base/embed.h"

DEFINE_AUTO(sqlite3, sqlite3_close)

static struct where
where_of(const struct db *db)
{
	return (struct where){ .file = str_of(db->place.path) };
}

/* --- a new file --- */

/* RFC 9562 section 5.4: 122 random bits. */
static int
random_uuid(char out[37], struct err *err)
{
	unsigned char r[16];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return err_sys(err, REASON_INTERNAL, NULL, "no random number");
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	snprintf(out, 37,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0],
	    r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12],
	    r[13], r[14], r[15]);
	return 0;
}

/* "si-7.1 sr-4.3" to ["si-7.1","sr-4.3"]; the ids need no escaping. */
static void
controls_json(struct buf *out, const char *controls)
{
	buf_reset(out);
	buf_text(out, "[");
	for (const char *p = controls; *p != '\0';) {
		size_t n = strcspn(p, " ");

		buf_printf(out, "%s\"%.*s\"", p == controls ? "" : ",", (int)n, p);
		p += n;
		p += strspn(p, " ");
	}
	buf_text(out, "]");
}

static int
write_reasons(struct db *db, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *put = NULL;
	AUTO(buf_clear) struct buf controls = { .max = 4096 };

	if (handle_prepare(&put, db, "reason-put", err) != 0)
		return -1;
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++) {
		const struct reason_row *row = reason_row((enum reason)i);

		controls_json(&controls, row->controls);
		bind_text(put, 1, row->code);
		bind_text(put, 2, row->title);
		bind_text(put, 3, severity_name(row->severity));
		bind_text(put, 4, row->remedy);
		bind_text(put, 5, buf_cstr(&controls));
		if (handle_run(db, put, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_meta(struct db *db, const char *key, const char *value, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *put = NULL;

	if (handle_prepare(&put, db, "meta-put", err) != 0)
		return -1;
	bind_text(put, 1, key);
	bind_text(put, 2, value);
	return handle_run(db, put, err);
}

static int
fill_new(struct db *db, const struct db_options *options, struct err *err)
{
	char uuid[37];

	if (random_uuid(uuid, err) != 0 ||
	    handle_script(db, embed_find("schema/0001_audit.sql"), "schema", err) != 0 ||
	    handle_pragma_set(db, "application_id", MIGRATE_APPLICATION, err) != 0 ||
	    handle_pragma_set(db, "user_version", MIGRATE_GENERATION, err) != 0 ||
	    write_reasons(db, err) != 0)
		return -1;
	return put_meta(db, "db_uuid", uuid, err) != 0 ||
		       put_meta(db, "created_at", options->now, err) != 0 ||
		       put_meta(db, "created_by", options->tool, err) != 0 ||
		       put_meta(db, "reasons_by", options->tool, err) != 0
		   ? -1
		   : 0;
}

static int
create(struct db *db, const struct db_options *options, struct err *err)
{
	if (handle_journal(db, err) != 0 || handle_begin(db, err) != 0)
		return -1;
	if (fill_new(db, options, err) != 0) {
		handle_rollback(db);
		return -1;
	}
	return handle_commit(db, true, err);
}

/* --- a file that is there --- */

/* What the schema must be: our own script, run in memory. */
static int
expected_schema(sqlite3 **out, struct err *err)
{
	AUTO(sqlite3_close) sqlite3 *mem = NULL;

	if (sqlite3_open_v2(":memory:", &mem,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
		NULL) != SQLITE_OK ||
	    sqlite3_exec(mem, embed_find("schema/0001_audit.sql").ptr, NULL, NULL,
		NULL) != SQLITE_OK)
		return err_set(
		    err, REASON_INTERNAL, NULL, "schema: %s", sqlite3_errmsg(mem));
	*out = TAKE(mem);
	return 0;
}

static struct bytes
column_octets(sqlite3_stmt *st, int i)
{
	const void *data = sqlite3_column_blob(st, i);

	return bytes_of(data, (size_t)sqlite3_column_bytes(st, i));
}

static bool
same_row(sqlite3_stmt *a, sqlite3_stmt *b)
{
	for (int i = 0; i < sqlite3_column_count(a); i++) {
		if (sqlite3_column_type(a, i) != sqlite3_column_type(b, i) ||
		    !bytes_equal(column_octets(a, i), column_octets(b, i)))
			return false;
	}
	return true;
}

/* Of two rows that should be one, the one that comes first is too much or missing. */
static const char *
odd_name(sqlite3_stmt *a, int has_a, sqlite3_stmt *b, int has_b)
{
	const char *x = has_a == 1 ? (const char *)sqlite3_column_text(a, 1) : NULL;
	const char *y = has_b == 1 ? (const char *)sqlite3_column_text(b, 1) : NULL;

	if (x == NULL || y == NULL)
		return x == NULL ? y : x;
	return strcmp(x, y) <= 0 ? x : y;
}

static int
compare_schema(struct db *db, struct db *want, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *a = NULL, *b = NULL;
	struct where at = where_of(db);

	if (handle_prepare(&a, db, "schema", err) != 0 ||
	    handle_prepare(&b, want, "schema", err) != 0)
		return -1;
	for (;;) {
		int x = handle_row(db, a, err), y = handle_row(want, b, err);

		if (x < 0 || y < 0)
			return -1;
		if (x == 0 && y == 0)
			return 0;
		if (x != y || !same_row(a, b))
			return err_set(err, REASON_DB_CORRUPT, &at,
			    "schema differs at %s", odd_name(a, x, b, y));
	}
}

static int
check_schema(struct db *db, struct err *err)
{
	struct db want = { .sql = NULL };
	int result;

	if (expected_schema(&want.sql, err) != 0)
		return -1;
	result = compare_schema(db, &want, err);
	sqlite3_close(want.sql);
	return result;
}

static int
get_meta(char *out, size_t size, struct db *db, const char *key, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *get = NULL;
	struct where at = where_of(db);
	const char *text;
	int got;

	if (handle_prepare(&get, db, "meta-get", err) != 0)
		return -1;
	bind_text(get, 1, key);
	got = handle_row(db, get, err);
	if (got < 0)
		return -1;
	text = got == 0 ? NULL : (const char *)sqlite3_column_text(get, 0);
	if (text == NULL || (size_t)sqlite3_column_bytes(get, 0) >= size)
		return err_set(err, REASON_DB_CORRUPT, &at, "no %s", key);
	snprintf(out, size, "%s", text);
	return 0;
}

/* Rows of the run refer to reasons: each that this program knows must be there. */
static int
has_reasons(bool *out, struct db *db, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *has = NULL;

	*out = true;
	if (handle_prepare(&has, db, "reason-has", err) != 0)
		return -1;
	for (int i = REASON_NONE + 1; i < REASON_COUNT && *out; i++) {
		int got;

		bind_text(has, 1, reason_code((enum reason)i));
		got = handle_row(db, has, err);
		sqlite3_reset(has);
		if (got < 0)
			return -1;
		*out = got == 1;
	}
	return 0;
}

/* Titles and remedies are those of the newest program that wrote; codes never go away. */
static int
refresh(struct db *db, const struct db_options *options, struct err *err)
{
	char by[128];
	bool all;

	if (get_meta(by, sizeof(by), db, "reasons_by", err) != 0 ||
	    has_reasons(&all, db, err) != 0)
		return -1;
	if ((strcmp(by, options->tool) != 0 || !all) &&
	    (write_reasons(db, err) != 0 ||
		put_meta(db, "reasons_by", options->tool, err) != 0))
		return -1;
	/* We hold the run lock: who was running is gone. */
	return block_stale(db, options->now, err);
}

static int
use(struct db *db, bool fresh, enum db_mode mode, const struct db_options *options,
    struct err *err)
{
	struct where at = where_of(db);

	/* The schema first: what else the file says is read by it. */
	if (check_schema(db, err) != 0 || (!fresh && handle_check(db, err) != 0) ||
	    get_meta(db->uuid, sizeof(db->uuid), db, "db_uuid", err) != 0)
		return -1;
	if (strlen(db->uuid) + 1 != sizeof(db->uuid))
		return err_set(err, REASON_DB_CORRUPT, &at, "no db_uuid");
	if (mode == DB_READ)
		return 0;
	if (handle_journal(db, err) != 0 || handle_begin(db, err) != 0)
		return -1;
	if (refresh(db, options, err) != 0) {
		handle_rollback(db);
		return -1;
	}
	return handle_commit(db, true, err);
}

static int
check_ids(bool *fresh, struct db *db, struct err *err)
{
	struct where at = where_of(db);
	int64_t application, generation, pages;

	if (handle_pragma(&application, db, "application_id", err) != 0 ||
	    handle_pragma(&generation, db, "user_version", err) != 0 ||
	    handle_pragma(&pages, db, "page_count", err) != 0)
		return -1;
	*fresh = application == 0 && generation == 0 && pages == 0;
	if (*fresh)
		return 0;
	if (application != MIGRATE_APPLICATION)
		return err_set(err, REASON_DB_CORRUPT, &at, "not a database of assay");
	if (generation != MIGRATE_GENERATION)
		return err_set(err, REASON_DB_VERSION, &at, "generation %lld, want %d%s",
		    (long long)generation, MIGRATE_GENERATION,
		    generation < MIGRATE_GENERATION ? " (assay db upgrade)" : "");
	return 0;
}

static int
open_any(struct db *db, bool *fresh, enum db_mode mode, const struct db_options *options,
    struct err *err)
{
	struct where at = where_of(db);

	if (check_ids(fresh, db, err) != 0)
		return -1;
	if (*fresh && mode == DB_READ)
		return err_set(err, REASON_DB_CORRUPT, &at, "empty, no run was recorded");
	if (*fresh && create(db, options, err) != 0)
		return -1;
	return use(db, *fresh, mode, options, err);
}

int
migrate_open(
    struct db *db, enum db_mode mode, const struct db_options *options, struct err *err)
{
	bool fresh = false;

	if (open_any(db, &fresh, mode, options, err) == 0)
		return 0;
	/* Whatever else goes wrong with a file that is there is the file's doing. */
	if (!fresh && err->reason == REASON_INTERNAL)
		err->reason = REASON_DB_CORRUPT;
	return -1;
}
