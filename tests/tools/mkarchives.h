/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TOOLS_MKARCHIVES_H
#define TESTS_TOOLS_MKARCHIVES_H
/* Inside mkarchives only: an archive as a list of headers with their data, to be changed. */
#include "base/arena.h"
#include "base/buf.h"

struct part {
	uint8_t head[512];
	struct bytes data; /* with its padding */
	bool keep_sum;     /* the checksum is written as it is */
};
struct archive {
	struct arena mem;
	VEC(struct part) parts;
	struct buf tail; /* what ends it */
};

/* Read a whole one; a fresh copy of it is what each sample begins with. */
void archive_read(struct archive *a, struct bytes tar);
void archive_copy(struct archive *out, const struct archive *from);
void archive_clear(struct archive *a);
void archive_insert(struct archive *a, size_t at, struct part part);
void archive_remove(struct archive *a, size_t at);
/* Checksums are mended. */
void archive_write(struct buf *out, struct archive *a);

/* A header with its data; `magic` has 8 octets. */
struct part part_of(
    struct archive *a, char type, const char *name, const char *magic, struct bytes data);
struct bytes part_padded(struct archive *a, struct bytes data);
/* One pax record, its length put in front. */
struct bytes part_record(struct archive *a, struct bytes key, struct bytes value);
struct bytes part_name(const struct part *p);
void part_field(struct part *p, size_t at, size_t len, struct bytes value); /* filled with NUL */

#define MAGIC_OF_USTAR "ustar\0" "00"
#define MAGIC_OF_GNU "ustar  \0"
#define MAGIC_OF_V7 "\0\0\0\0\0\0\0\0"

/* One to three changes, by chance. */
struct chance {
	uint64_t state;
};
void archive_mutate(struct archive *a, struct chance *c);

/* One archive for each rule that readers differ about; NULL behind the last. */
const char *archive_rule(struct archive *a, size_t number);

#endif
