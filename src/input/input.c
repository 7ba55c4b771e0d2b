/* SPDX-License-Identifier: Apache-2.0 */
#include "input/input.h"

#include <stdlib.h>

#include "input/form.h"
#include "input/ocidir.h"
#include "input/ocitar.h"
#include "input/source.h"

const char *
input_kind_name(enum input_kind k)
{
	switch (k) {
	case INPUT_OCI_DIR:
		return "oci-layout-dir";
	case INPUT_OCI_TAR:
		return "oci-layout-tar";
	case INPUT_DOCKER_ARCHIVE:
		return "docker-archive";
	case INPUT_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *
input_compression_name(enum input_compression c)
{
	switch (c) {
	case COMPRESSION_GZIP:
		return "gzip";
	case COMPRESSION_ZSTD:
		return "zstd";
	case COMPRESSION_NONE:
		break;
	}
	return "none";
}

int
input_open(int *fd, bool *is_dir, const char *path, struct err *err)
{
	struct where at = { .file = str_of(path) };
	struct err why = { 0 };

	*is_dir = true;
	if (file_open(fd, path, FILE_FOLDER, &why) == 0)
		return 0;
	*is_dir = false;
	if (why.reason == REASON_FILE_TYPE &&
	    file_open(fd, path, FILE_REGULAR, &why) == 0)
		return 0;
	if (why.reason == REASON_FILE_TYPE)
		return err_set(
		    err, REASON_INPUT_TYPE, &at, "neither a plain file nor a folder");
	if (why.reason == REASON_FILE_MISSING)
		return err_set(err, REASON_INPUT_MISSING, &at, "does not exist");
	if (err != NULL)
		*err = why;
	return -1;
}

/* A pass of its own: the hasher follows one stream at a time, and the blobs need it in
 * the other. */
static int
hash_file(struct digest *out, struct hasher *hasher, int fd, struct err *err)
{
	const size_t step = (size_t)1 << 20;
	struct file_id id;
	uint8_t *buf;
	uint64_t done = 0;
	int status = 0;

	if (file_identify(&id, fd, err) != 0)
		return -1;
	buf = xmalloc(step);
	hasher_begin(hasher, DIGEST_SHA256);
	while (done < id.size && status == 0) {
		size_t n = id.size - done < step ? (size_t)(id.size - done) : step;

		status = file_pread(buf, n, fd, done, NULL, err);
		if (status == 0)
			hasher_add(hasher, bytes_of(buf, n));
		done += n;
	}
	hasher_end(hasher, out);
	free(buf);
	return status;
}

static enum input_compression
compression_of(enum unpack_form form)
{
	switch (form) {
	case UNPACK_GZIP:
		return COMPRESSION_GZIP;
	case UNPACK_ZSTD:
		return COMPRESSION_ZSTD;
	case UNPACK_PLAIN:
		break;
	}
	return COMPRESSION_NONE;
}

static int
read_archive(struct input_facts *facts, struct intake *in, int fd,
    const struct input_options *options, struct err *err)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	struct file_id before, after;
	struct unpack_totals totals;
	int status;

	if (file_identify(&before, fd, err) != 0)
		return -1;
	facts->size = before.size;
	if (options->hash_file && hash_file(&facts->digest, in->hasher, fd, err) != 0)
		return -1;
	if (unpack_open(&u, fd, options->limits, err) != 0)
		return -1;
	facts->compression = compression_of(unpack_form(u));
	status = ocitar_read(in, u, options, err);
	totals = unpack_totals(u);
	facts->expanded = totals.expanded;
	if (status != 0)
		return -1;
	/* unpack compared from its own start on. */
	if (file_identify(&after, fd, err) != 0)
		return -1;
	if (!file_same(&before, &after))
		return err_set(err, REASON_INPUT_CHANGED, NULL,
		    "size, time or inode changed while the file was read");
	return 0;
}

static int
read_input(struct input_facts *facts, struct intake *in, int fd, bool is_dir,
    const struct input_options *options, struct err *err)
{
	int status = is_dir ? ocidir_read(in, fd, options, err)
			    : read_archive(facts, in, fd, options, err);

	if (status != 0)
		return -1;
	return form_decide(facts, in, is_dir ? INPUT_OCI_DIR : INPUT_OCI_TAR, err);
}

int
input_read(struct input_facts *facts, struct store *store, struct input_source **keep,
    struct arena *mem, int fd, bool is_dir, struct hasher *hasher,
    const struct input_options *options, struct err *err)
{
	struct intake in;
	enum source_way way = SOURCE_FOLDER;
	int status;

	*facts = (struct input_facts){ .passes = 1, .prefix = STR("") };
	intake_init(&in, store, hasher, options->limits, mem);
	status = read_input(facts, &in, fd, is_dir, options, err);
	if (status != 0) {
		facts->members = in.members;
		facts->ignored = in.ignored;
		facts->notes = in.notes.v;
		facts->note_count = in.notes.n;
	}
	intake_clear(&in);
	if (status != 0)
		return -1;
	if (!is_dir)
		way = facts->compression == COMPRESSION_NONE ? SOURCE_OFFSETS
							     : SOURCE_STREAM;
	*keep = source_new(way, fd, options->limits, store);
	return 0;
}
