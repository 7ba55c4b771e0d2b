/* SPDX-License-Identifier: Apache-2.0 */
/* An input: opened, and its octets handed to the intake, whatever they come in. */
#include "input/intake.h"

#include <stdlib.h>

#include "input/companion.h"
#include "input/magic.h"
#include "input/ocidir.h"
#include "input/ocitar.h"
#include "input/source.h"

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

/* `whole` gets the octets of the file in the same pass; NULL: nobody asked. */
static int
read_stream(struct input_facts *facts, struct intake *in, int fd, struct hasher *whole,
    const struct input_options *options, struct err *err)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	int status;

	if (unpack_open(&u, fd, options->limits, err) != 0)
		return -1;
	if (whole != NULL)
		unpack_hash(u, whole);
	facts->compression = compression_of(unpack_form(u));
	status = ocitar_read(in, u, options, err);
	facts->expanded = unpack_totals(u).expanded;
	return status;
}

static int
read_archive(struct input_facts *facts, struct intake *in, int fd,
    const struct input_options *options, struct err *err)
{
	AUTO(hasher_free) struct hasher *whole = NULL;

	if (file_identify(&in->seen.archive, fd, err) != 0)
		return -1;
	facts->size = in->seen.archive.size;
	if (options->hash_file) {
		whole = hasher_beside(in->hasher);
		hasher_begin(whole, DIGEST_SHA256);
	}
	if (read_stream(facts, in, fd, whole, options, err) != 0)
		return -1;
	if (whole != NULL)
		hasher_end(whole, &facts->digest);
	return 0;
}

int
input_take(struct input_facts *facts, struct intake *in, int fd, bool is_dir,
    const struct input_options *options, struct err *err)
{
	in->found = options->found;
	return is_dir ? ocidir_read(in, fd, options, err)
		      : read_archive(facts, in, fd, options, err);
}

/* Compressed, whole to its end, and no tar: "no export" is not said of a broken one. */
static bool
is_other(int fd, const struct limits *limits)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	enum magic_class first = MAGIC_UNKNOWN;
	struct bytes block;

	if (unpack_open(&u, fd, limits, NULL) != 0 || unpack_form(u) == UNPACK_PLAIN)
		return false;
	unpack_any(u);
	for (bool begun = false;; begun = true) {
		if (unpack_next(&block, u, NULL) != 0)
			return false;
		if (block.len == 0)
			break;
		if (!begun)
			first = magic_find(block).class;
	}
	return first != MAGIC_TAR && first != MAGIC_POLYGLOT;
}

/*
 * What a search found for its name may be what lies beside exports; for its first octets, any
 * compressed file. Both are no export, once they were read whole. Parts are told as such.
 */
void
input_found(int fd, const struct input_options *options, struct err *err)
{
	bool none = false;

	if (options->found == INPUT_GIVEN ||
	    (err->reason != REASON_INPUT_FORMAT && err->reason != REASON_INPUT_FORM &&
		err->reason != REASON_INPUT_TRUNCATED))
		return;
	if (options->found == INPUT_BY_PART) {
		err_set(err, REASON_INPUT_FORM, NULL,
		    "by its name part of a split export, and not whole without the others: "
		    "join them in order, cat NAME.* > NAME");
		return;
	}
	if (options->found == INPUT_BY_CONTENT)
		none = is_other(fd, options->limits);
	else if (companion_is(&none, fd, NULL) != 0)
		return;
	if (none)
		err_set(err, REASON_INPUT_NO_EXPORT, NULL, "read whole, it is no archive");
}
