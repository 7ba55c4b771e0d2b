/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_MAGIC_H
#define INPUT_MAGIC_H
/*
 * What a file is by its first octets. Only tar, gzip and zstd are read; the rest is known
 * by name, so that a refusal can say what to do about it. Extensions of names mean
 * nothing.
 */
#include "base/bytes.h"

enum magic_class {
	MAGIC_UNKNOWN, /* perhaps tar: the tar scan decides */
	MAGIC_TAR,     /* the first 512 octets are a tar header with a right checksum */
	MAGIC_GZIP,
	MAGIC_ZSTD,        /* a frame, or a skippable frame */
	MAGIC_ZSTD_OTHER,  /* legacy frames and dictionaries */
	MAGIC_COMPRESSION, /* a compression that is not read */
	MAGIC_ARCHIVE,     /* an archive that is not tar */
	MAGIC_ENCRYPTED,
	MAGIC_TEXT,        /* a JSON document on its own */
	MAGIC_POLYGLOT     /* a tar header that is also the start of one of those */
};

struct magic {
	enum magic_class class;
	const char *name;   /* "xz" */
	const char *advice; /* what converts it */
};

#define MAGIC_BYTES 32774 /* octets that are looked at, if there are so many */

struct magic magic_find(struct bytes first);
/* Is this 512-octet block a tar header with a right checksum (POSIX.1-1988, unsigned
 * sum)? */
bool magic_tar_header(const uint8_t *block);
/* Would some reader in use take it for one, by a checksum that others refuse? For refusals only. */
bool magic_tar_for_some(const uint8_t *block);

#endif
