/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs by digest: what is there, of which size, and their octets on demand. */
#include "store/store.h"

#include <stdlib.h>

#include "base/map.h"

#define NONE MAP_NONE
#define ENTRY_COST 128 /* what an entry of the cache costs beside its content */

struct entry { /* one cached content, in a list by last use */
	struct digest
	    digest; /* blobs are sorted once: their places change, this does not */
	uint32_t blob;
	uint32_t newer, older;
	uint8_t *ptr; /* NULL: the entry is free; `newer` is the next free one */
	size_t len;
};

struct store {
	const struct limits *limits;
	struct hasher *hasher;
	struct store_source source;

	struct blob *blobs;
	uint32_t *held; /* per blob: its entry, or NONE */
	size_t count, cap;
	struct map by_digest; /* to numbers of blobs */
	bool sorted;

	struct entry *entries;
	uint32_t entry_count, entry_cap, free_entry, newest, oldest;
	uint64_t cache_used;

	struct buf reread;
	struct store_stats stats;
};

struct store *
store_new(const struct limits *limits, struct hasher *hasher)
{
	struct store *s = xmalloc(sizeof(*s));

	*s = (struct store){ .limits = limits,
		.hasher = hasher,
		.free_entry = NONE,
		.newest = NONE,
		.oldest = NONE };
	map_init(&s->by_digest, NULL);
	buf_init(&s->reread, 0);
	return s;
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->entry_count; i++)
		free(s->entries[i].ptr);
	free(s->entries);
	free(s->blobs);
	free(s->held);
	map_clear(&s->by_digest);
	buf_clear(&s->reread);
	free(s);
}

void
store_set_source(struct store *s, const struct store_source *source)
{
	s->source = *source;
}

/* --- table --- */

static bool
is_blob(const void *store, uint32_t at, const void *digest)
{
	const struct store *s = store;

	return digest_equal(&s->blobs[at].digest, digest);
}

static uint64_t
hash_of(const struct store *s, const struct digest *d)
{
	return map_hash(&s->by_digest, digest_value(d));
}

static void
grow(struct store *s)
{
	if (s->count == s->cap) {
		s->cap = s->cap == 0 ? 256 : s->cap * 2;
		s->blobs = xrealloc(s->blobs, s->cap * sizeof(*s->blobs));
		s->held = xrealloc(s->held, s->cap * sizeof(*s->held));
	}
}

static uint32_t
find_blob(const struct store *s, const struct digest *d)
{
	return map_find(&s->by_digest, hash_of(s, d), is_blob, s, d);
}

const struct blob *
store_find(const struct store *s, const struct digest *d)
{
	uint32_t at = find_blob(s, d);

	return at == NONE ? NULL : &s->blobs[at];
}

void
store_mark(struct store *s, const struct digest *d, unsigned flag)
{
	uint32_t at = find_blob(s, d);

	if (at != NONE)
		s->blobs[at].flags |= flag;
}

struct hasher *
store_hasher(const struct store *s)
{
	return s->hasher;
}

/* --- cache --- */

static void
unlink_entry(struct store *s, uint32_t at)
{
	struct entry *e = &s->entries[at];

	if (e->newer != NONE)
		s->entries[e->newer].older = e->older;
	else
		s->newest = e->older;
	if (e->older != NONE)
		s->entries[e->older].newer = e->newer;
	else
		s->oldest = e->newer;
}

static void
link_newest(struct store *s, uint32_t at)
{
	struct entry *e = &s->entries[at];

	e->newer = NONE;
	e->older = s->newest;
	if (s->newest != NONE)
		s->entries[s->newest].newer = at;
	else
		s->oldest = at;
	s->newest = at;
}

static void
drop_entry(struct store *s, uint32_t at)
{
	struct entry *e = &s->entries[at];

	unlink_entry(s, at);
	s->held[e->blob] = NONE;
	s->cache_used -= e->len + ENTRY_COST;
	s->stats.cached_bytes -= e->len;
	s->stats.evicted++;
	free(e->ptr);
	e->ptr = NULL;
	e->newer = s->free_entry;
	s->free_entry = at;
}

static uint32_t
new_entry(struct store *s)
{
	uint32_t at = s->free_entry;

	if (at != NONE) {
		s->free_entry = s->entries[at].newer;
		return at;
	}
	if (s->entry_count == s->entry_cap) {
		s->entry_cap = s->entry_cap == 0 ? 64 : s->entry_cap * 2;
		s->entries = xrealloc(s->entries, s->entry_cap * sizeof(*s->entries));
	}
	return s->entry_count++;
}

/* Keep a copy of the content, least recently used ones making room. */
static void
cache(struct store *s, uint32_t blob, struct bytes content)
{
	uint64_t most = s->limits->v[LIMIT_METADATA_BYTES];
	uint32_t at;

	if (content.len + ENTRY_COST > most) {
		s->stats.evicted++;
		return;
	}
	while (s->cache_used + content.len + ENTRY_COST > most)
		drop_entry(s, s->oldest);
	at = new_entry(s);
	s->entries[at] = (struct entry){ .digest = s->blobs[blob].digest,
		.blob = blob,
		.ptr = xmalloc(content.len),
		.len = content.len };
	if (content.len > 0)
		memcpy(s->entries[at].ptr, content.ptr, content.len);
	link_newest(s, at);
	s->held[blob] = at;
	s->cache_used += content.len + ENTRY_COST;
	s->stats.cached_bytes += content.len;
}

bool
store_cached(const struct store *s, const struct digest *d)
{
	uint32_t at = find_blob(s, d);

	return at != NONE && s->held[at] != NONE;
}

uint64_t
store_dropped(const struct store *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->blobs[i].state == BLOB_OK && s->blobs[i].flags & BLOB_META &&
		    s->held[i] == NONE)
			sum += s->blobs[i].size;
	return sum;
}

/* --- filling --- */

static void
merge(struct store *s, uint32_t at, const struct blob *blob)
{
	struct blob *have = &s->blobs[at];

	/* Of two readings of one name only an equal one is good. */
	if (have->state == BLOB_OK &&
	    (blob->state != BLOB_OK || blob->size != have->size)) {
		have->state = blob->state == BLOB_OK ? BLOB_MISMATCH : blob->state;
		if (s->held[at] != NONE)
			drop_entry(s, s->held[at]);
	}
	have->flags |= blob->flags & BLOB_REACHED;
}

int
store_add(struct store *s, const struct blob *blob, struct bytes content, bool *again,
    struct err *err)
{
	uint32_t at = find_blob(s, &blob->digest);

	*again = at != NONE;
	if (*again) {
		merge(s, at, blob);
		return 0;
	}
	if (s->count >= s->limits->v[LIMIT_MEMBERS] || s->count >= NONE - 1)
		return err_set(
		    err, REASON_LIMIT_MEMBERS_HIT, NULL, "more than %zu blobs", s->count);
	grow(s);
	s->sorted = false;
	at = (uint32_t)s->count++;
	s->blobs[at] = *blob;
	s->held[at] = NONE;
	map_add(&s->by_digest, hash_of(s, &blob->digest), at);
	s->stats.blobs++;
	s->stats.bytes += blob->size;
	if (blob->state == BLOB_OK && blob->flags & BLOB_META)
		cache(s, at, content);
	return 0;
}

static int
compare_blobs(const void *a, const void *b)
{
	return digest_cmp(
	    &((const struct blob *)a)->digest, &((const struct blob *)b)->digest);
}

const struct blob *
store_all(struct store *s, size_t *count)
{
	*count = s->count;
	if (s->count == 0 || s->sorted)
		return s->blobs;
	s->sorted = true;
	qsort(s->blobs, s->count, sizeof(*s->blobs), compare_blobs);
	map_clear(&s->by_digest);
	for (size_t i = 0; i < s->count; i++)
		map_add(&s->by_digest, hash_of(s, &s->blobs[i].digest), (uint32_t)i);
	for (size_t i = 0; i < s->count; i++)
		s->held[i] = NONE;
	for (uint32_t i = s->newest; i != NONE; i = s->entries[i].older) {
		s->entries[i].blob = find_blob(s, &s->entries[i].digest);
		s->held[s->entries[i].blob] = i;
	}
	return s->blobs;
}

struct store_stats
store_stats(const struct store *s)
{
	return s->stats;
}

/* --- reading --- */

static int
fail(struct err *err, enum reason reason, const struct digest *d, const char *text)
{
	char name[DIGEST_TEXT];
	struct where at = { 0 };

	digest_format(name, d);
	at.blob = str_of(name);
	return err_set(err, reason, &at, "%s", text);
}

static int
check_state(const struct blob *b, struct err *err)
{
	switch (b->state) {
	case BLOB_OK:
		return 0;
	case BLOB_MISMATCH:
		return fail(err, REASON_BLOB_DIGEST_MISMATCH, &b->digest,
		    "content does not match the name");
	case BLOB_UNREADABLE:
		return fail(err, REASON_BLOB_UNREADABLE, &b->digest, "could not be read");
	case BLOB_SYMLINK:
		return fail(err, REASON_BLOB_SYMLINK, &b->digest, "is a symbolic link");
	case BLOB_NOT_FILE:
		break;
	}
	return fail(err, REASON_BLOB_TYPE, &b->digest, "is no plain file");
}

/* Octets that are read again are hashed again: the medium may have changed since. */
static int
read_again(struct bytes *out, struct store *s, uint32_t at, struct err *err)
{
	const struct blob *b = &s->blobs[at];
	struct digest now;

	if (s->source.read == NULL)
		return fail(err, REASON_LIMIT_METADATA_HIT, &b->digest,
		    "not kept, and cannot be read again");
	s->stats.rereads++;
	buf_clear(&s->reread);
	buf_init(&s->reread, (size_t)b->size);
	if (s->source.read(s->source.ctx, &s->reread, b, err) != 0)
		return -1;
	hasher_of(s->hasher, b->digest.alg, buf_bytes(&s->reread), &now);
	if (s->reread.len != b->size || !digest_equal(&now, &b->digest)) {
		buf_clear(&s->reread);
		return fail(err, REASON_BLOB_DIGEST_MISMATCH, &b->digest,
		    "content has changed since it was hashed");
	}
	*out = buf_bytes(&s->reread);
	if (b->flags & BLOB_META && !s->source.keeps)
		cache(s, at, *out);
	return 0;
}

int
store_read(struct bytes *out, struct store *s, const struct digest *d, uint64_t most,
    enum reason too_large, struct err *err)
{
	uint32_t at = find_blob(s, d), entry;
	struct where place = { 0 };
	char name[DIGEST_TEXT];

	if (at == NONE)
		return fail(err, REASON_BLOB_MISSING, d, "not in this input");
	if (check_state(&s->blobs[at], err) != 0)
		return -1;
	if (s->blobs[at].size > most) {
		digest_format(name, d);
		place.blob = str_of(name);
		return err_set(err, too_large, &place, "%llu octets, limit %llu",
		    (unsigned long long)s->blobs[at].size, (unsigned long long)most);
	}
	entry = s->held[at];
	if (entry == NONE)
		return read_again(out, s, at, err);
	unlink_entry(s, entry);
	link_newest(s, entry);
	*out = bytes_of(s->entries[entry].ptr, s->entries[entry].len);
	return 0;
}
