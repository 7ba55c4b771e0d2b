/* SPDX-License-Identifier: Apache-2.0 */
/* libarchive reads the archive that tarscan has passed; both must agree. */
#include "input/tarin.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "base/arena.h"

struct tarin {
	struct unpack *unpack;
	struct tarscan *scan;
	struct archive *archive;
	struct archive_entry *entry;
	struct tar_member member; /* views of name and link */
	struct buf name, link;
	uint64_t read;  /* octets of the member handed out */
	struct err err; /* what went wrong inside the callback */
	struct err cut; /* its reason is set if the end marker is missing */
	bool failed;
};

/* libarchive asks for octets: tarscan sees them first. */
static la_ssize_t
give_block(struct archive *a, void *ctx, const void **out)
{
	struct tarin *t = ctx;
	struct bytes block = { 0 };

	if (t->failed || unpack_next(&block, t->unpack, &t->err) != 0 ||
	    tarscan_push(t->scan, block, &t->err) != 0) {
		t->failed = true;
		archive_set_error(a, -1, "stopped");
		return ARCHIVE_FATAL;
	}
	*out = block.ptr;
	return (la_ssize_t)block.len;
}

/* Our own scan knows better what is wrong than libarchive does. */
static int
refuse(struct tarin *t, struct err *err)
{
	struct bytes rest = { 0 };

	/* libarchive also fails at an early end, which the scan reports when it is told.
	 */
	if (!t->failed && (unpack_next(&rest, t->unpack, &t->err) != 0 ||
			      (rest.len == 0 &&
				  tarscan_end(t->scan, &t->cut, &t->err) != 0)))
		t->failed = true;
	if (t->failed) {
		if (err != NULL)
			*err = t->err;
		return -1;
	}
	return err_set(err, REASON_TAR_DAMAGED, NULL, "libarchive: %s",
	    archive_error_string(t->archive) == NULL ? "no reason given"
						     : archive_error_string(t->archive));
}

int
tarin_open(
    struct tarin **out, struct unpack *u, const struct limits *limits, struct err *err)
{
	AUTO(tarin_close) struct tarin *t = xmalloc(sizeof(*t));

	*t = (struct tarin){ .unpack = u };
	buf_init(&t->name, (size_t)1 << 20);
	buf_init(&t->link, (size_t)1 << 20);
	t->scan = tarscan_new(
	    limits, unpack_form(u) == UNPACK_PLAIN ? unpack_totals(u).size : UINT64_MAX);
	t->archive = archive_read_new();
	t->entry = archive_entry_new();
	if (t->archive == NULL || t->entry == NULL)
		memory_exhausted();
	/* Only this format: the others of libarchive are where its defects are found. No
	 * filter. */
	if (archive_read_support_format_tar(t->archive) != ARCHIVE_OK)
		return err_set(
		    err, REASON_INTERNAL, NULL, "libarchive has no tar reader");
	if (archive_read_open(t->archive, t, NULL, give_block, NULL) != ARCHIVE_OK)
		return refuse(t, err);
	*out = TAKE(t);
	return 0;
}

void
tarin_close(struct tarin *t)
{
	if (t == NULL)
		return;
	archive_read_free(t->archive);
	archive_entry_free(t->entry);
	tarscan_free(t->scan);
	buf_clear(&t->name);
	buf_clear(&t->link);
	free(t);
}

static bool
is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i] >= 0x80)
			return false;
	return true;
}

/*
 * In the C locale libarchive 3.6.2 cannot convert names outside ASCII and says so with
 * WARN; what it hands out then is of no use. Such names are compared by size and kind
 * alone: no blob and no file of a layout has one.
 */
static bool
same_text(struct bytes ours, const char *theirs)
{
	if (!is_ascii(ours))
		return true;
	return bytes_equal(ours, str_bytes(str_of(theirs == NULL ? "" : theirs)));
}

static bool
same_kind(const struct tar_member *m, struct archive_entry *e)
{
	switch (m->kind) {
	case TAR_FILE:
		/* Hard links are of this type, too. */
		return archive_entry_filetype(e) == AE_IFREG &&
		       archive_entry_hardlink(e) == NULL;
	case TAR_FOLDER:
		return archive_entry_filetype(e) == AE_IFDIR;
	case TAR_HARDLINK:
		return same_text(m->link, archive_entry_hardlink(e));
	case TAR_SYMLINK:
		return archive_entry_filetype(e) == AE_IFLNK &&
		       same_text(m->link, archive_entry_symlink(e));
	case TAR_SPECIAL:
		return archive_entry_filetype(e) == AE_IFCHR ||
		       archive_entry_filetype(e) == AE_IFBLK ||
		       archive_entry_filetype(e) == AE_IFIFO;
	}
	return false;
}

static int
compare(struct tarin *t, struct err *err)
{
	const struct tar_member *m = &t->member;
	struct where at = { .offset = m->offset,
		.pointer = { (const char *)m->name.ptr, m->name.len } };

	if (archive_entry_sparse_count(t->entry) > 0)
		return err_set(err, REASON_TAR_SPARSE, &at, "sparse member");
	if (!same_text(m->name, archive_entry_pathname(t->entry)))
		return err_set(
		    err, REASON_TAR_AMBIGUOUS, &at, "two readers differ in a name");
	if (!same_kind(m, t->entry))
		return err_set(
		    err, REASON_TAR_AMBIGUOUS, &at, "two readers differ in a type");
	if (archive_entry_size(t->entry) != (la_int64_t)m->size)
		return err_set(
		    err, REASON_TAR_AMBIGUOUS, &at, "two readers differ in a size");
	return 0;
}

/* Copies: the scan's own views end with the next block. */
static bool
take_member(struct tarin *t)
{
	if (!tarscan_take(&t->member, t->scan))
		return false;
	buf_reset(&t->name);
	buf_reset(&t->link);
	buf_add(&t->name, t->member.name);
	buf_add(&t->link, t->member.link);
	t->member.name = buf_bytes(&t->name);
	t->member.link = buf_bytes(&t->link);
	t->read = 0;
	return true;
}

/* libarchive stops at the first zero block; what comes after it counts too. */
static int
drain(struct tarin *t, struct err *err)
{
	struct bytes block;
	struct tar_member extra;

	do {
		if (unpack_next(&block, t->unpack, err) != 0 ||
		    tarscan_push(t->scan, block, err) != 0)
			return -1;
	} while (block.len > 0);
	if (tarscan_end(t->scan, &t->cut, err) != 0)
		return -1;
	if (tarscan_take(&extra, t->scan))
		return err_set(err, REASON_TAR_AMBIGUOUS, NULL,
		    "two readers differ in the number of members");
	return 0;
}

int
tarin_next(struct tar_member *out, struct tarin *t, bool *more, struct err *err)
{
	int status = archive_read_next_header2(t->archive, t->entry);

	*more = false;
	if (status == ARCHIVE_EOF && !t->failed)
		return drain(t, err);
	if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
		return refuse(t, err);
	if (!take_member(t))
		return err_set(err, REASON_TAR_AMBIGUOUS, NULL,
		    "two readers differ in the number of members");
	/* The one warning that is no defect: text outside ASCII, which nobody uses here.
	 */
	if (status == ARCHIVE_WARN && is_ascii(t->member.name) &&
	    is_ascii(t->member.link) && !t->member.foreign_owner)
		return refuse(t, err);
	if (compare(t, err) != 0)
		return -1;
	*out = t->member;
	*more = true;
	return 0;
}

int
tarin_data(struct bytes *out, struct tarin *t, struct err *err)
{
	struct where at = { .offset = t->member.offset + t->read };
	const void *data = NULL;
	size_t len = 0;
	la_int64_t offset = 0;
	int status = archive_read_data_block(t->archive, &data, &len, &offset);

	*out = bytes_of(NULL, 0);
	if (status == ARCHIVE_EOF) {
		if (t->read != t->member.size)
			return err_set(err, REASON_TAR_AMBIGUOUS, &at,
			    "two readers differ in the data of a member");
		return 0;
	}
	if (status != ARCHIVE_OK)
		return refuse(t, err);
	if (offset < 0 || (uint64_t)offset != t->read || len > t->member.size - t->read)
		return err_set(err, REASON_TAR_AMBIGUOUS, &at,
		    "two readers differ in the data of a member");
	t->read += len;
	*out = bytes_of(data, len);
	return 0;
}

const struct err *
tarin_cut(const struct tarin *t)
{
	return t->cut.reason == REASON_NONE ? NULL : &t->cut;
}

const char *
tarin_library(void)
{
	const char *text = archive_version_string(), *blank = strchr(text, ' ');

	return blank == NULL ? text : blank + 1;
}
