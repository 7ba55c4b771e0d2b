/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H
/*
 * The blobs of one input, by digest, however it came. An input reader fills it in one pass; every
 * blob was hashed while it went by, and octets that are read again are hashed again. What is
 * parsed is exactly the buffer that was hashed.
 *
 * Per blob about 64 octets stay; manifests and envelopes ("metadata") are kept whole in a cache with a
 * byte limit (limit metadata-bytes). What was dropped from it is fetched again through the source
 * (a plain archive by offset, a folder by name); a compressed stream needs a second pass.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "crypto/digest.h"

enum blob_state {
	BLOB_OK,                /* hashed; content matches the name */
	BLOB_MISMATCH,          /* content does not match */
	BLOB_UNREADABLE,        /* EACCES, EIO ... */
	BLOB_SYMLINK, BLOB_NOT_FILE
};

enum { BLOB_JSON = 1,           /* first octet "{" and small enough for a manifest: maybe a manifest */
	BLOB_META = 2,          /* looked like a manifest or envelope: a candidate for the cache */
	BLOB_REACHED = 4        /* set by the graph: something refers to it */
};

struct blob {
	struct digest digest;
	uint64_t size;                  /* real octets seen */
	uint64_t place;                 /* the source's: offset in the archive, or index of a name */
	enum blob_state state;
	unsigned flags;
};

struct store;

/* Reads the octets of one blob again, at most out->max. The store hashes them. */
struct store_source {
	void *ctx;
	int (*read)(void *ctx, struct buf *out, const struct blob *blob, struct err *err);
	bool keeps;             /* what was read once stays with the source: no second copy in the cache */
};

struct store *store_new(const struct limits *limits, struct hasher *hasher);
void store_free(struct store *s);
DEFINE_AUTO(struct store, store_free)

/* --- filling (input readers) --- */
/*
 * Add one hashed blob; `content` is kept in the cache if it fits and flags has BLOB_META. Adding a digest that
 * is there already: same state and size is fine (*again set), else the worse state stays. Fails with
 * limit.members.
 */
int store_add(struct store *s, const struct blob *blob, struct bytes content, bool *again,
    struct err *err);
void store_set_source(struct store *s, const struct store_source *source);

/* --- asking --- */
/* NULL: not there. The pointer is good until the next store_add. */
const struct blob *store_find(const struct store *s, const struct digest *d);
void store_mark(struct store *s, const struct digest *d, unsigned flag);
/* The hasher given to store_new: for octets that are no blob (embedded data, index.json). */
struct hasher *store_hasher(const struct store *s);
/*
 * The whole content, borrowed until the next store_read. Fails with blob.missing,
 * blob.digest-mismatch, blob.unreadable, blob.symlink, blob.type, `too_large` (more than `most`
 * octets), limit.metadata (dropped from the cache and no source can bring it back).
 */
int store_read(struct bytes *out, struct store *s, const struct digest *d, uint64_t most,
    enum reason too_large, struct err *err);

/* Is the content held in memory? For sources that must decide what to bring back. */
bool store_cached(const struct store *s, const struct digest *d);
/* Octets of good metadata that are not held. */
uint64_t store_dropped(const struct store *s);

/*
 * All blobs, sorted by digest, once filling is over: pointers from store_find end here. *count
 * items, borrowed.
 */
const struct blob *store_all(struct store *s, size_t *count);

struct store_stats {
	uint64_t blobs, bytes, cached_bytes, evicted, rereads;
};
struct store_stats store_stats(const struct store *s);

#endif
