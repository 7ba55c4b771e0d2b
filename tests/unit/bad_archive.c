/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogue T, rows of the file rather than of its members. Each has a sibling that
 * passes. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/mktar.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct mklayout l;
	struct mktar t;
};

static void
begin(struct bench *b)
{
	mktar_clear(&b->t);
	mktar_init(&b->t);
}

static void
begin_layout(struct bench *b)
{
	begin(b);
	mktar_layout(&b->t, &b->l, "");
}

/* What was built after the layout, ended as an archive ends. */
static void
refused(struct bench *b, enum reason want, const char *name)
{
	mktar_end(&b->t);
	is_reason(reader_tar(&b->r, &b->t), want, "%s", name);
}

static void
test_count(struct bench *b)
{
	char name[16];

	begin(b);
	for (unsigned i = 0; i < 101; i++) {
		snprintf(name, sizeof(name), "%u", i);
		mktar_text(&b->t, name, "");
	}
	b->r.limits.v[LIMIT_MEMBERS] = 100;
	refused(b, REASON_LIMIT_MEMBERS_HIT, "bad_T20_too_many_members");
	limits_default(&b->r.limits);
	is_reason(
	    reader_tar(&b->r, &b->t), REASON_INPUT_FORM, "101 members within the limit");
}

static void
test_formats(struct bench *b)
{
	static const struct {
		const char *name;
		struct bytes start;
	} rows[] = {
		{ "bad_T22_zip", { (const uint8_t *)"PK\3\4", 4 } },
		{ "bad_T22_7z", { (const uint8_t *)"7z\xbc\xaf\x27\x1c", 6 } },
		{ "bad_T22_rar", { (const uint8_t *)"Rar!\x1a\7\1", 7 } },
		{ "bad_T22_cpio", { (const uint8_t *)"070701", 6 } },
		{ "bad_T22_ar", { (const uint8_t *)"!<arch>\n", 8 } },
		{ "bad_T22_mtree", { (const uint8_t *)"#mtree", 6 } },
		{ "bad_T22_xar", { (const uint8_t *)"xar!", 4 } },
		{ "bad_T22_warc", { (const uint8_t *)"WARC/1.0", 8 } },
		{ "bad_T22_cab", { (const uint8_t *)"MSCF", 4 } },
		{ "bad_T22_anything", { (const uint8_t *)"hello, world", 12 } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(b);
		mktar_data(&b->t, rows[i].start);
		mktar_zeros(&b->t, 2048);
		is_reason(
		    reader_tar(&b->r, &b->t), REASON_INPUT_FORMAT, "%s", rows[i].name);
	}
	begin(b);
	mktar_zeros(&b->t, 32769);
	mktar_raw(&b->t, BYTES_LIT("CD001"));
	mktar_zeros(&b->t, 2048);
	is_reason(reader_tar(&b->r, &b->t), REASON_INPUT_FORMAT, "bad_T22_iso");
}

/* --- T24: a file that changes while it is read --- */

struct meddler {
	const char *path;
	bool grow;
	bool done;
};

static void
meddle(void *ctx, uint64_t done)
{
	struct meddler *m = ctx;
	int fd;

	(void)done;
	if (m->done)
		return;
	m->done = true;
	fd = open(m->path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (m->grow)
		(void)!pwrite(fd, "x", 1, (off_t)1 << 23);
	else
		(void)!ftruncate(fd, 4096);
	close(fd);
}

static void
test_change(struct bench *b)
{
	struct scratch s;
	struct meddler m = { 0 };

	scratch_open(&s);
	begin_layout(b);
	mktar_head(&b->t,
	    &(struct mktar_head){ .type = '0',
		.name =
		    "blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000",
		.size = 5 << 20 });
	mktar_zeros(&b->t, 5 << 20);
	mktar_end(&b->t);
	m.path = scratch_at(&s, "a.tar");
	b->r.progress = meddle;
	b->r.progress_ctx = &m;
	scratch_put(&s, "a.tar", buf_bytes(&b->t.out));
	is_reason(reader_path(&b->r, scratch_at(&s, "a.tar")), REASON_INPUT_CHANGED,
	    "bad_T24_shrinks");
	m = (struct meddler){ .path = m.path, .grow = true };
	m.path = scratch_at(&s, "a.tar");
	scratch_put(&s, "a.tar", buf_bytes(&b->t.out));
	is_reason(reader_path(&b->r, scratch_at(&s, "a.tar")), REASON_INPUT_CHANGED,
	    "bad_T24_grows");
	b->r.progress = NULL;
	scratch_put(&s, "a.tar", buf_bytes(&b->t.out));
	is_reason(reader_path(&b->r, scratch_at(&s, "a.tar")), REASON_NONE,
	    "the same file is read when nobody touches it");
	scratch_close(&s);
}

static void
test_types(struct bench *b)
{
	struct scratch s;

	scratch_open(&s);
	scratch_fifo(&s, "fifo");
	is_reason(reader_path(&b->r, scratch_at(&s, "fifo")), REASON_INPUT_TYPE,
	    "bad_T25_fifo");
	is_reason(reader_path(&b->r, "/dev/zero"), REASON_INPUT_TYPE, "bad_T25_device");
	is_reason(reader_path(&b->r, scratch_at(&s, "none")), REASON_INPUT_MISSING,
	    "bad_T25_missing");
	scratch_link(&s, "link", "fifo");
	is_reason(reader_path(&b->r, scratch_at(&s, "link")), REASON_FILE_SYMLINK,
	    "bad_T25_symbolic_link");
	scratch_close(&s);
}

int
main(void)
{
	struct bench b;

	reader_init(&b.r);
	mktar_init(&b.t);
	mklayout(&b.l, &b.r);
	test_count(&b);
	test_formats(&b);
	test_change(&b);
	test_types(&b);
	mktar_clear(&b.t);
	reader_free(&b.r);
	return tap_done();
}
