/* SPDX-License-Identifier: Apache-2.0 */
/* Octets of blobs, again: by name, by offset, by a second pass; and whether anything changed since. */
#include "input/source.h"

#include <stdio.h>
#include <stdlib.h>

#include "input/member.h"
#include "input/tarin.h"

#define BLOB_PATH (DIGEST_TEXT + 8)

struct kept { /* one blob that the second pass brought back */
	struct digest digest;
	uint8_t *ptr;
	size_t len;
};

struct input_source {
	enum source_way way;
	int fd;
	const struct limits *limits;
	struct store *store;
	struct seen seen;
	unsigned passes;
	VEC(struct kept) kept; /* sorted by digest */
	struct arena mem;
};

static int
blob_failed(
    struct err *err, enum reason reason, const struct blob *b, const struct err *why)
{
	char name[DIGEST_TEXT];
	struct where at = { 0 };

	digest_format(name, &b->digest);
	at.blob = str_of(name);
	return err_set(err, reason, &at, "%.200s", why->text);
}

/* --- folder --- */

/* The name is made of a known algorithm and hex digits, nothing else. */
static void
blob_path(char path[BLOB_PATH], const struct digest *d)
{
	memcpy(path, "blobs/", 6);
	digest_format(path + 6, d);
	path[6 + strlen(digest_alg_name(d->alg))] = '/';
}

static int
read_named(void *ctx, struct buf *out, const struct blob *b, struct err *err)
{
	struct input_source *s = ctx;
	char path[BLOB_PATH];
	AUTO_FD fd = -1;
	struct err why;

	blob_path(path, &b->digest);
	if (file_open_at(&fd, s->fd, path, FILE_REGULAR, &why) != 0)
		return blob_failed(err,
		    why.reason == REASON_FILE_SYMLINK ? REASON_BLOB_SYMLINK
						      : REASON_BLOB_UNREADABLE,
		    b, &why);
	if (file_read(out, fd, REASON_BLOB_DIGEST_MISMATCH, NULL, &why) != 0)
		return blob_failed(err,
		    why.reason == REASON_BLOB_DIGEST_MISMATCH ? why.reason
							      : REASON_BLOB_UNREADABLE,
		    b, &why);
	return 0;
}

/* --- plain archive --- */

static int
read_offset(void *ctx, struct buf *out, const struct blob *b, struct err *err)
{
	struct input_source *s = ctx;
	uint8_t step[16384];
	struct err why;
	uint64_t done = 0;

	while (done < b->size) {
		size_t n = b->size - done < sizeof(step) ? (size_t)(b->size - done)
							 : sizeof(step);

		if (file_pread(step, n, s->fd, b->place + done, NULL, &why) != 0)
			return blob_failed(err, REASON_BLOB_UNREADABLE, b, &why);
		buf_add(out, bytes_of(step, n));
		done += n;
	}
	return 0;
}

/* --- compressed archive --- */

static int
compare_kept(const void *a, const void *b)
{
	return digest_cmp(
	    &((const struct kept *)a)->digest, &((const struct kept *)b)->digest);
}

struct second_pass {
	struct input_source *source;
	struct digest asked;
	uint64_t reserved, left; /* octets: for metadata still to come, and for all */
};

/*
 * Metadata first: its share is reserved. What fits beside it may also be asked for,
 * because an envelope that is neither JSON nor COSE must still be reported as such.
 */
static bool
wants(struct second_pass *p, const struct digest *d)
{
	const struct blob *b = store_find(p->source->store, d);
	bool asked = digest_equal(d, &p->asked), meta;

	if (b == NULL || b->state != BLOB_OK || store_cached(p->source->store, d) ||
	    b->size > p->source->limits->v[LIMIT_MANIFEST_BYTES])
		return false;
	meta = b->flags & BLOB_META;
	if (meta)
		p->reserved -= b->size < p->reserved ? b->size : p->reserved;
	if (!asked && (b->size > p->left || (!meta && b->size > p->left - p->reserved)))
		return false;
	p->left -= b->size < p->left ? b->size : p->left;
	if (p->reserved > p->left)
		p->reserved = p->left;
	return true;
}

static int
keep_member(struct second_pass *p, struct tarin *tar, const struct digest *d,
    uint64_t size, struct err *err)
{
	struct input_source *s = p->source;
	struct kept k = { .digest = *d, .len = (size_t)size };
	struct bytes data;
	size_t done = 0;

	k.ptr = xmalloc(k.len);
	VEC_PUSH(&s->mem, &s->kept, k);
	do {
		if (tarin_data(&data, tar, err) != 0)
			return -1;
		/* tarin_data never gives more than the size of the member. */
		if (data.len > 0)
			memcpy(k.ptr + done, data.ptr, data.len);
		done += data.len;
	} while (data.len > 0);
	return 0;
}

static int
second_pass(struct second_pass *p, struct err *err)
{
	struct input_source *s = p->source;
	AUTO(unpack_close) struct unpack *u = NULL;
	AUTO(tarin_close) struct tarin *tar = NULL;
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct member_path path = { 0 };
	struct tar_member m;
	struct digest d;
	size_t depth;
	bool more = true;

	if (unpack_open(&u, s->fd, s->limits, err) != 0 ||
	    tarin_open(&tar, u, s->limits, err) != 0)
		return -1;
	while (more) {
		if (tarin_next(&m, tar, &more, err) != 0)
			return -1;
		if (!more || m.kind != TAR_FILE ||
		    member_parse(&path, &text, m.name, false, s->limits) != MEMBER_OK ||
		    !member_blob(&d, &depth, &path) || !wants(p, &d))
			continue;
		if (m.size > s->limits->v[LIMIT_MANIFEST_BYTES])
			return err_set(err, REASON_INPUT_CHANGED, NULL,
			    "a blob has another size in the second pass");
		if (keep_member(p, tar, &d, m.size, err) != 0)
			return -1;
	}
	return 0;
}

static int
read_kept(void *ctx, struct buf *out, const struct blob *b, struct err *err)
{
	struct input_source *s = ctx;
	struct kept key = { .digest = b->digest }, *k;
	struct second_pass pass = { .source = s, .asked = b->digest };
	struct err why = { .text =
			       "dropped, and one more pass brought back all that fits" };

	if (s->passes == 1) {
		s->passes = 2;
		pass.left = s->limits->v[LIMIT_METADATA_BYTES];
		pass.reserved = store_dropped(s->store);
		if (pass.reserved > pass.left)
			pass.reserved = pass.left;
		if (second_pass(&pass, err) != 0)
			return -1;
		if (s->kept.n > 0)
			qsort(s->kept.v, s->kept.n, sizeof(*s->kept.v), compare_kept);
	}
	k = s->kept.n == 0
		? NULL
		: bsearch(&key, s->kept.v, s->kept.n, sizeof(*s->kept.v), compare_kept);
	if (k == NULL)
		return blob_failed(err, REASON_LIMIT_METADATA_HIT, b, &why);
	/* The store compares the size and the hash. */
	buf_add(out, bytes_of(k->ptr, k->len));
	return 0;
}

/* --- all --- */

enum source_way
source_way_of(bool is_dir, enum input_compression compression)
{
	if (is_dir)
		return SOURCE_FOLDER;
	return compression == COMPRESSION_NONE ? SOURCE_OFFSETS : SOURCE_STREAM;
}

struct input_source *
source_new(enum source_way way, int fd, const struct limits *limits, struct store *store,
    const struct seen *seen)
{
	struct input_source *s = xmalloc(sizeof(*s));
	struct store_source hook = { .ctx = s };

	*s = (struct input_source){ .way = way,
		.fd = fd,
		.limits = limits,
		.store = store,
		.seen = *seen,
		.passes = 1 };
	switch (way) {
	case SOURCE_FOLDER:
		hook.read = read_named;
		break;
	case SOURCE_OFFSETS:
		hook.read = read_offset;
		break;
	case SOURCE_STREAM:
		hook.read = read_kept;
		hook.keeps = true;
		break;
	}
	store_set_source(store, &hook);
	return s;
}

void
input_source_free(struct input_source *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->kept.n; i++)
		free(s->kept.v[i].ptr);
	arena_clear(&s->mem);
	free(s);
}

/* --- at the end --- */

/* What was hashed under a name must still be what stands there. */
static int
check_named(void *ctx, const char *path, const struct file_id *then, struct err *err)
{
	const struct input_source *s = ctx;
	struct where at = { .file = str_of(path) };
	struct file_id now;

	if (file_identify_at(&now, s->fd, path, NULL) == 0 && file_same(then, &now))
		return 0;
	return err_set(err, REASON_INPUT_CHANGED, &at,
	    "size, time or inode is not what it was when the file was hashed");
}

int
input_files(const struct input_source *s, input_file *tell, void *ctx, struct err *err)
{
	char path[BLOB_PATH];
	size_t count;
	const struct blob *all = store_all(s->store, &count);
	int told;

	if (s->way != SOURCE_FOLDER)
		return 0;
	for (size_t i = 0; i < s->seen.own_count; i++) {
		told = tell(ctx, s->seen.own[i].name, &s->seen.own[i].id, err);
		if (told != 0)
			return told;
	}
	for (size_t i = 0; i < count; i++) {
		if (all[i].state != BLOB_OK && all[i].state != BLOB_MISMATCH)
			continue;
		blob_path(path, &all[i].digest);
		told = tell(ctx, path, &s->seen.blobs.v[all[i].place], err);
		if (told != 0)
			return told;
	}
	return 0;
}

int
input_settled(struct input_source *s, struct err *err)
{
	struct file_id now;

	if (s->way == SOURCE_FOLDER)
		return input_files(s, check_named, s, err);
	if (file_identify(&now, s->fd, err) != 0)
		return -1;
	if (!file_same(&s->seen.archive, &now))
		return err_set(err, REASON_INPUT_CHANGED, NULL,
		    "size, time or inode changed after the file was read");
	if (s->seen.cut.reason == REASON_NONE)
		return 0;
	*err = s->seen.cut;
	return -1;
}

unsigned
input_passes(const struct input_source *s)
{
	return s == NULL ? 0 : s->passes;
}
