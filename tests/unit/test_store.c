/* SPDX-License-Identifier: Apache-2.0 */
/* The store: lookup, order, the cache and its limit, and what is read again. */
#include <stdio.h>

#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

struct bench {
	struct reader r;
	struct store *store;
};

/* A source that makes up contents: "content N", where N is the place. */
struct maker {
	unsigned reads;
	bool lie, fail;
};

static int
make(void *ctx, struct buf *out, const struct blob *b, struct err *err)
{
	struct maker *m = ctx;

	m->reads++;
	if (m->fail)
		return err_set(err, REASON_BLOB_UNREADABLE, NULL, "no");
	buf_printf(out, "content %llu", (unsigned long long)b->place + m->lie);
	return 0;
}

static struct digest
add(struct bench *b, unsigned n, unsigned flags)
{
	char text[32];
	struct blob blob = { .place = n, .state = BLOB_OK, .flags = flags };
	struct err err = { 0 };
	bool again;

	snprintf(text, sizeof(text), "content %u", n);
	blob.size = strlen(text);
	blob.digest = reader_digest(&b->r, DIGEST_SHA256, str_bytes(str_of(text)));
	store_add(b->store, &blob, str_bytes(str_of(text)), &again, &err);
	return blob.digest;
}

static enum reason
get(struct bytes *out, struct bench *b, const struct digest *d)
{
	struct err err = { 0 };

	return store_read(out, b->store, d, 1000, REASON_LIMIT_MANIFEST_HIT, &err) == 0
		   ? REASON_NONE
		   : err.reason;
}

static void
fresh(struct bench *b, uint64_t metadata, struct maker *m)
{
	struct store_source source = { .ctx = m, .read = make };

	store_free(b->store);
	b->r.limits.v[LIMIT_METADATA_BYTES] = metadata;
	b->store = store_new(&b->r.limits, b->r.hasher);
	if (m != NULL)
		store_set_source(b->store, &source);
}

static void
test_find(struct bench *b)
{
	struct digest d, last = { 0 };
	const struct blob *all;
	size_t count, wrong = 0;

	fresh(b, 1 << 20, NULL);
	d = reader_digest(&b->r, DIGEST_SHA512, BYTES_LIT("x"));
	ok(store_find(b->store, &d) == NULL, "nothing in an empty store");
	all = store_all(b->store, &count);
	is_u64(count, 0, "no blobs");
	for (unsigned i = 0; i < 5000; i++)
		add(b, i, 0);
	for (unsigned i = 0; i < 5000; i++) {
		char text[32];

		snprintf(text, sizeof(text), "content %u", i);
		last = reader_digest(&b->r, DIGEST_SHA256, str_bytes(str_of(text)));
		wrong += store_find(b->store, &last) == NULL ||
			 store_find(b->store, &last)->place != i;
	}
	is_u64(wrong, 0, "5000 blobs are found");
	store_mark(b->store, &last, BLOB_REACHED);
	all = store_all(b->store, &count);
	is_u64(count, 5000, "all are listed");
	for (size_t i = 1; i < count; i++)
		wrong += digest_cmp(&all[i - 1].digest, &all[i].digest) >= 0;
	is_u64(wrong, 0, "in order");
	ok(store_find(b->store, &last)->flags == BLOB_REACHED,
	    "marks stay with their blob");
	ok(store_find(b->store, &d) == NULL, "another algorithm is another name");
}

static void
test_twice(struct bench *b)
{
	struct digest d;
	struct blob blob;
	struct bytes out;
	struct err err = { 0 };
	bool again = false;

	fresh(b, 1 << 20, NULL);
	d = add(b, 1, BLOB_META);
	blob = *store_find(b->store, &d);
	ok(store_add(b->store, &blob, bytes_of(NULL, 0), &again, &err) == 0 && again,
	    "the same again is fine");
	is_reason(get(&out, b, &d), REASON_NONE, "and can be read");
	blob.state = BLOB_MISMATCH;
	store_add(b->store, &blob, bytes_of(NULL, 0), &again, &err);
	is_reason(get(&out, b, &d), REASON_BLOB_DIGEST_MISMATCH, "the worse state stays");
	blob.state = BLOB_OK;
	store_add(b->store, &blob, BYTES_LIT("content 1"), &again, &err);
	is_reason(get(&out, b, &d), REASON_BLOB_DIGEST_MISMATCH, "for good");
	b->r.limits.v[LIMIT_MEMBERS] = 1;
	blob.digest.value[0] ^= 1;
	ok(store_add(b->store, &blob, bytes_of(NULL, 0), &again, &err) != 0,
	    "one blob too many");
	is_reason(err.reason, REASON_LIMIT_MEMBERS_HIT, "is refused");
	limits_default(&b->r.limits);
}

static void
test_reading(struct bench *b)
{
	struct maker m = { 0 };
	struct digest d, none = { .alg = DIGEST_SHA256 };
	struct bytes out;
	struct err err = { 0 };

	fresh(b, 1 << 20, &m);
	d = add(b, 7, BLOB_META);
	is_reason(get(&out, b, &d), REASON_NONE, "cached content");
	is_bytes(out, BYTES_LIT("content 7"), "is the content");
	is_u64(m.reads, 0, "and is not read again");
	d = add(b, 8, 0);
	is_reason(get(&out, b, &d), REASON_NONE, "other content");
	is_bytes(out, BYTES_LIT("content 8"), "is read again");
	is_u64(m.reads, 1, "from the source");
	is_reason(get(&out, b, &d), REASON_NONE, "each time");
	is_u64(m.reads, 2, "it is asked for");
	m.lie = true;
	is_reason(
	    get(&out, b, &d), REASON_BLOB_DIGEST_MISMATCH, "changed content is refused");
	m.fail = true;
	is_reason(get(&out, b, &d), REASON_BLOB_UNREADABLE,
	    "what the source says is handed on");
	is_reason(get(&out, b, &none), REASON_BLOB_MISSING, "a blob that is not there");
	ok(store_read(&out, b->store, &d, 3, REASON_LIMIT_ENVELOPE_HIT, &err) != 0,
	    "a large blob");
	is_reason(
	    err.reason, REASON_LIMIT_ENVELOPE_HIT, "is too large for the one who asks");
	fresh(b, 1 << 20, NULL);
	d = add(b, 8, 0);
	is_reason(
	    get(&out, b, &d), REASON_LIMIT_METADATA_HIT, "without a source it is gone");
}

/* Room for ten entries of about nine octets and their cost. */
static void
test_cache(struct bench *b)
{
	struct maker m = { 0 };
	struct digest d[20];
	struct bytes out;
	size_t count, wrong = 0;

	fresh(b, 10 * (128 + 10), &m);
	for (unsigned i = 0; i < 20; i++) {
		d[i] = add(b, i, BLOB_META);
		/* The first is used all the time. */
		get(&out, b, &d[0]);
	}
	ok(store_cached(b->store, &d[0]), "what is used stays");
	ok(!store_cached(b->store, &d[1]), "what is not goes");
	ok(store_cached(b->store, &d[19]), "the newest is there");
	is_u64(store_stats(b->store).evicted, 10, "ten had to go");
	ok(store_stats(b->store).cached_bytes <= 100, "the limit holds");
	is_u64(store_dropped(b->store), 91, "and what went is known");
	is_u64(m.reads, 0, "nothing was read again");
	is_reason(get(&out, b, &d[1]), REASON_NONE, "what went comes back");
	is_u64(m.reads, 1, "from the source");
	ok(store_cached(b->store, &d[1]), "and is kept again");
	store_all(b->store, &count);
	for (unsigned i = 0; i < 20; i++) {
		char text[32];

		snprintf(text, sizeof(text), "content %u", i);
		wrong += get(&out, b, &d[i]) != REASON_NONE ||
			 !bytes_equal(out, str_bytes(str_of(text)));
	}
	is_u64(wrong, 0, "after sorting each content is still its own");
	is_u64(store_stats(b->store).rereads, m.reads, "rereads are counted");
	fresh(b, 64, &m);
	d[0] = add(b, 0, BLOB_META);
	ok(!store_cached(b->store, &d[0]), "what is larger than the cache is not kept");
	is_reason(get(&out, b, &d[0]), REASON_NONE, "but can be read");
}

int
main(void)
{
	struct bench b = { 0 };

	reader_init(&b.r);
	test_find(&b);
	test_twice(&b);
	test_reading(&b);
	test_cache(&b);
	store_free(b.store);
	reader_free(&b.r);
	return tap_done();
}
