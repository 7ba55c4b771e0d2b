/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Catalogue T24 and L19 for folders, and the limits on octets: what is hashed is bounded, and
 * what was hashed must still be there when the verdict is told.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/mktar.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define CALLS 6 /* of progress: four blobs, index.json, oci-layout */

struct bench {
	struct reader r;
	struct mklayout l;
	struct scratch s;
};

struct meddler {
	struct bench *bench;
	const char *path; /* relative to the scratch folder */
	void (*act)(const struct meddler *m);
	unsigned calls;
};

static void
lay_out(struct bench *b)
{
	if (access(scratch_at(&b->s, "l"), F_OK) == 0)
		scratch_remove(&b->s, "l");
	for (size_t i = 0; i < b->l.count; i++)
		scratch_put(&b->s, arena_printf(&b->r.mem, "l/%s", b->l.v[i].name).ptr,
		    b->l.v[i].data);
}

static enum reason
read_folder(struct bench *b)
{
	return reader_path(&b->r, scratch_at(&b->s, "l"));
}

static const char *
blob_at(struct bench *b, const struct digest *d)
{
	return arena_printf(&b->r.mem, "l/%s", blob_name(&b->r.mem, d)).ptr;
}

/* --- what others do to a file --- */

static void
leave_alone(const struct meddler *m)
{
	(void)m;
}

static void
write_same(const struct meddler *m)
{
	int fd = open(scratch_at(&m->bench->s, m->path), O_RDWR | O_CLOEXEC);
	char c;

	if (pread(fd, &c, 1, 0) != 1 || pwrite(fd, &c, 1, 0) != 1)
		puts("Bail out! cannot write");
	close(fd);
}

static void
change_mode(const struct meddler *m)
{
	if (chmod(scratch_at(&m->bench->s, m->path), 0600) != 0)
		puts("Bail out! chmod");
}

static void
put_back_time(const struct meddler *m)
{
	const char *path = scratch_at(&m->bench->s, m->path);
	struct timespec times[2];
	struct stat st;

	if (stat(path, &st) != 0)
		puts("Bail out! stat");
	write_same(m);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	utimensat(AT_FDCWD, path, times, 0);
}

static void
replace(const struct meddler *m)
{
	scratch_put(&m->bench->s, "other", BYTES_LIT("something else"));
	if (rename(scratch_at(&m->bench->s, "other"),
		scratch_at(&m->bench->s, m->path)) != 0)
		puts("Bail out! rename");
}

static void
link_away(const struct meddler *m)
{
	if (rename(scratch_at(&m->bench->s, m->path), scratch_at(&m->bench->s, "away")) !=
	    0)
		puts("Bail out! rename");
	scratch_link(&m->bench->s, m->path, scratch_at(&m->bench->s, "away"));
}

static void
take_away(const struct meddler *m)
{
	unlink(scratch_at(&m->bench->s, m->path));
}

static void
meddle(void *ctx, uint64_t done)
{
	struct meddler *m = ctx;

	(void)done;
	if (++m->calls == CALLS)
		m->act(m);
}

static void
test_swaps(struct bench *b)
{
	const struct {
		const char *name, *path;
		void (*act)(const struct meddler *m);
		enum reason want;
	} rows[] = {
		{ "a folder that nobody touches", "l/index.json", leave_alone,
		    REASON_NONE },
		{ "bad_T24_blob_written_to", blob_at(b, &b->l.layer), write_same,
		    REASON_INPUT_CHANGED },
		{ "bad_T24_blob_written_to_with_its_old_time", blob_at(b, &b->l.layer),
		    put_back_time, REASON_INPUT_CHANGED },
		{ "bad_T24_blob_replaced", blob_at(b, &b->l.layer), replace,
		    REASON_INPUT_CHANGED },
		{ "bad_T24_manifest_replaced", blob_at(b, &b->l.manifest), replace,
		    REASON_INPUT_CHANGED },
		{ "bad_T24_blob_removed", blob_at(b, &b->l.config), take_away,
		    REASON_INPUT_CHANGED },
		{ "bad_T24_blob_with_another_mode", blob_at(b, &b->l.envelope),
		    change_mode, REASON_INPUT_CHANGED },
		{ "bad_T24_blob_that_became_a_link", blob_at(b, &b->l.layer), link_away,
		    REASON_INPUT_CHANGED },
		{ "bad_T24_index_replaced", "l/index.json", replace,
		    REASON_INPUT_CHANGED },
		{ "bad_T24_version_written_to", "l/oci-layout", write_same,
		    REASON_INPUT_CHANGED },
		{ "another file beside them", "l/README", replace, REASON_NONE },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct meddler m = { b, rows[i].path, rows[i].act, 0 };

		lay_out(b);
		b->r.progress = meddle;
		b->r.progress_ctx = &m;
		is_reason(read_folder(b), rows[i].want, "%s", rows[i].name);
		if (rows[i].want != REASON_NONE)
			is_str(str_of(b->r.err.file), rows[i].path + 2, "%s: named",
			    rows[i].name);
		is_u64(m.calls, CALLS, "%s: after all was read", rows[i].name);
	}
	b->r.progress = NULL;
}

/* --- octets --- */

static void
grow(void *ctx, uint64_t done)
{
	const struct meddler *m = ctx;
	int fd = open(scratch_at(&m->bench->s, m->path), O_WRONLY | O_APPEND | O_CLOEXEC);

	(void)done;
	(void)!write(fd, "more", 4);
	close(fd);
}

static void
test_sparse(struct bench *b)
{
	const char *path = blob_at(b, &b->l.layer);

	lay_out(b);
	if (truncate(scratch_at(&b->s, path), (off_t)3 << 40) != 0) {
		ok(true, "bad_folder_sparse_blob_of_3_TiB # SKIP no such file can be made");
		return;
	}
	is_reason(read_folder(b), REASON_LIMIT_INPUT_HIT, "bad_folder_sparse_blob_of_3_TiB");
	is_str(str_of(b->r.err.file), path + 2, "the blob is named");
	ok(truncate(scratch_at(&b->s, path), (off_t)3 << 20) == 0, "the file is cut");
	is_reason(read_folder(b), REASON_NONE, "sparse blob of 3 MiB");
	is_u64(store_find(b->r.store, &b->l.layer)->state, BLOB_MISMATCH, "is hashed");
}

static void
test_limits(struct bench *b)
{
	static const struct {
		enum limit limit;
		enum reason reason;
	} rows[] = {
		{ LIMIT_INPUT_BYTES, REASON_LIMIT_INPUT_HIT },
		{ LIMIT_EXPANDED_BYTES, REASON_LIMIT_EXPANDED_HIT },
	};
	uint64_t sum = 0;

	lay_out(b);
	for (size_t i = 0; i < b->l.count; i++)
		sum += b->l.v[i].data.len;
	for (size_t i = 0; i < COUNT(rows); i++) {
		b->r.limits.v[rows[i].limit] = sum - 1;
		is_reason(read_folder(b), rows[i].reason, "bad_folder_files_above_%s",
		    reason_code(rows[i].reason));
		b->r.limits.v[rows[i].limit] = sum;
		is_reason(read_folder(b), REASON_NONE, "files of just the limit");
		limits_default(&b->r.limits);
	}
}

static void
test_growth(struct bench *b)
{
	struct meddler m = { .bench = b, .path = blob_at(b, &b->l.layer) };
	uint8_t *data = arena_alloc(&b->r.mem, (size_t)3 << 20);

	memset(data, 'x', (size_t)3 << 20);
	lay_out(b);
	scratch_put(&b->s, m.path, bytes_of(data, (size_t)3 << 20));
	b->r.progress = grow;
	b->r.progress_ctx = &m;
	is_reason(read_folder(b), REASON_INPUT_CHANGED, "bad_T24_blob_that_grows");
	b->r.progress = NULL;
	is_reason(read_folder(b), REASON_NONE, "the same blob when it has grown");
}

int
main(void)
{
	struct bench b;

	reader_init(&b.r);
	mklayout(&b.l, &b.r);
	scratch_open(&b.s);
	test_swaps(&b);
	test_sparse(&b);
	test_limits(&b);
	test_growth(&b);
	scratch_close(&b.s);
	reader_free(&b.r);
	return tap_done();
}
