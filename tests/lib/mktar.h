/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_MKTAR_H
#define TESTS_LIB_MKTAR_H
/*
 * Archives made in memory, right or wrong in any one place, and a reader around
 * input_read that tests use. What does not work here ends the test program.
 */
#include "crypto/ossl.h"
#include "form/form.h"

struct mktar {
	struct buf out;
};

struct mktar_head {
	char type; /* '0' */
	const char *name, *link, *prefix;
	uint64_t size;          /* what the header declares */
	const char *size_field; /* 12 octets instead of it */
	const char *name_field; /* 100 octets instead of the name */
	uint16_t raw_at;        /* octets put last over whatever is there */
	struct bytes raw;
	const char *magic;      /* 8 octets instead of "ustar\0" "00" */
	bool bad_checksum;
};

void mktar_init(struct mktar *t);
void mktar_clear(struct mktar *t);
void mktar_head(struct mktar *t, const struct mktar_head *h);
/* Any octets, padded with zeros to 512. */
void mktar_data(struct mktar *t, struct bytes data);
void mktar_raw(struct mktar *t, struct bytes data);
void mktar_file(struct mktar *t, const char *name, struct bytes data);
void mktar_text(struct mktar *t, const char *name, const char *text);
void mktar_member(struct mktar *t, char type, const char *name, const char *link);
/* One extended header: records "path=x" and so on, their lengths put in front. */
void mktar_pax(struct mktar *t, char type, struct bytes records);
struct bytes mktar_record(struct arena *mem, const char *key, struct bytes value);
void mktar_long(
    struct mktar *t, char type, struct bytes name); /* GNU L or K, NUL added */
void mktar_zeros(struct mktar *t, size_t n);
void mktar_end(struct mktar *t); /* two zero blocks */

/* Compressed copies, in the arena. */
struct bytes mk_gzip(struct arena *mem, struct bytes plain);
struct bytes mk_zstd(struct arena *mem, struct bytes plain, bool stored_size);

/* A small layout: one image with a layer, an index and its referrer. */
#define MKLAYOUT_FILES 8
struct mklayout {
	struct {
		const char *name;
		struct bytes data;
	} v[MKLAYOUT_FILES];
	size_t count;
	struct digest config, layer, manifest, envelope;
};
struct reader;
void mklayout(struct mklayout *out, struct reader *r);
/* All its files, each name after `prefix`. */
void mktar_layout(struct mktar *t, const struct mklayout *l, const char *prefix);

/* --- reading --- */
struct reader {
	struct ossl *lib;
	struct hasher *hasher;
	struct limits limits;
	struct arena mem; /* of the test; cleared by reader_free */
	/* The last input. */
	struct input_facts facts;
	struct catalogue catalogue;
	struct store *store;
	struct input_source *source;
	struct err err;
	int fd, status;
	bool hash_file;
	void (*progress)(void *ctx, uint64_t done);
	void *progress_ctx;
};
void reader_init(struct reader *r);
void reader_free(struct reader *r);
/* Each drops the input before it. The reason is r->err.reason if the status is not 0,
 * else NONE. */
enum reason reader_bytes(struct reader *r, struct bytes file);
enum reason reader_path(struct reader *r, const char *path);
enum reason reader_tar(struct reader *r, const struct mktar *t);
uint64_t reader_note(
    const struct reader *r, enum reason reason); /* its count; 0: not there */
struct digest reader_digest(struct reader *r, enum digest_alg alg, struct bytes data);
const char *blob_name(struct arena *mem, const struct digest *d); /* "blobs/sha256/..." */
int memory_file(struct bytes data); /* descriptor of a file with these octets */

#endif
