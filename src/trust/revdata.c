/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation data that was brought along: its order, and how to find a list or a response. */
#include "trust/revdata.h"

#include <stdlib.h>

#include "crypto/dn.h"
#include "trust/revload.h"

/* One row of an index: sorted by key, then by the order of listings. */
struct revkey {
	struct bytes key;
	size_t at; /* in files, and behind them in faulty */
};

/* --- order --- */

/* The same list under the same URL, wherever it was found; the first path goes first. */
static int
compare_same(const void *a, const void *b)
{
	const struct revfile *const *x = a, *const *y = b;
	int c = ((*x)->kind > (*y)->kind) - ((*x)->kind < (*y)->kind);

	if (c == 0)
		c = digest_cmp(&(*x)->sha256, &(*y)->sha256);
	return c != 0 ? c : digest_cmp(&(*x)->url, &(*y)->url);
}

static int
compare_found(const void *a, const void *b)
{
	const struct revfile *const *x = a, *const *y = b;
	int c = compare_same(a, b);

	return c != 0 ? c : str_cmp((*x)->path, (*y)->path);
}

static int
compare_listed(const void *a, const void *b)
{
	const struct revfile *const *x = a, *const *y = b;
	int c = ((*x)->kind > (*y)->kind) - ((*x)->kind < (*y)->kind);

	if (c == 0)
		c = digest_cmp(&(*x)->sha256, &(*y)->sha256);
	if (c == 0)
		c = str_cmp((*x)->path, (*y)->path);
	return c != 0 ? c : digest_cmp(&(*x)->url, &(*y)->url);
}

static int
compare_problems(const void *a, const void *b)
{
	const struct revproblem *x = a, *y = b;
	int c = str_cmp(x->path, y->path);

	return c != 0 ? c : str_cmp(x->detail, y->detail);
}

static bool
are_twins(const struct revfile *a, const struct revfile *b)
{
	return compare_same(&a, &b) == 0 &&
	       (a->delta == NULL || b->delta == NULL ||
		   digest_equal(&a->delta->sha256, &b->delta->sha256));
}

/*
 * Keep each once. A base may lose a twin that had a delta: the delta goes to the one that stays.
 * Two with different deltas stay two.
 */
static void
drop_twins(struct revload *l)
{
	struct revfile **v = l->files.v;
	size_t n = 0;

	for (size_t i = 0; i < l->files.n; i++) {
		if (n == 0 || !are_twins(v[n - 1], v[i])) {
			v[n++] = v[i];
			continue;
		}
		if (v[n - 1]->delta == NULL)
			v[n - 1]->delta = v[i]->delta;
		/* A delta has none of its own: here it leads to the twin that stays. */
		if (v[i]->kind == REVFILE_DELTA)
			v[i]->delta = v[n - 1];
	}
	for (size_t i = 0; i < n; i++) {
		if (v[i]->delta != NULL && v[i]->delta->delta != NULL)
			v[i]->delta = v[i]->delta->delta;
	}
	l->files.n = n;
}

static const struct revfile *
file_at(const struct revdata *d, size_t at)
{
	return at < d->file_count ? d->files[at] : d->faulty[at - d->file_count];
}

static void
digest_files(struct revdata *d, struct hasher *hasher)
{
	hasher_begin(hasher, DIGEST_SHA256);
	for (size_t i = 0; i < d->file_count + d->faulty_count; i++) {
		const struct revfile *f = file_at(d, i);
		uint8_t head[] = { (uint8_t)f->kind, f->url.alg != DIGEST_NONE };

		hasher_add(hasher, bytes_of(head, sizeof(head)));
		hasher_add(hasher, digest_value(&f->sha256));
		hasher_add(hasher, digest_value(&f->url));
	}
	hasher_end(hasher, &d->digest);
}

static void
settle(struct revload *l)
{
	struct revdata *d = l->d;

	if (l->files.n > 1)
		qsort(l->files.v, l->files.n, sizeof(*l->files.v), compare_found);
	drop_twins(l);
	d->files = l->files.v;
	d->file_count = l->files.n;
	if (l->faulty.n > 1)
		qsort(
		    l->faulty.v, l->faulty.n, sizeof(*l->faulty.v), compare_found);
	d->faulty = l->faulty.v;
	d->faulty_count = l->faulty.n;
	/* Before the paths count: the digest is of what was said, not of how it was called. */
	digest_files(d, l->reader.hasher);
	if (d->file_count > 1)
		qsort(d->files, d->file_count, sizeof(*d->files), compare_listed);
	if (l->problems.n > 1)
		qsort(l->problems.v, l->problems.n, sizeof(*l->problems.v),
		    compare_problems);
	d->problems = l->problems.v;
	d->problem_count = l->problems.n;
}

/* --- finding --- */

static int
compare_keys(const void *a, const void *b)
{
	const struct revkey *x = a, *y = b;
	int c = bytes_cmp(x->key, y->key);

	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static void
index_file(struct revdata *d, const struct revfile *f, size_t at)
{
	if (f->kind != REVFILE_OCSP) {
		d->by_issuer[d->issuer_count++] =
		    (struct revkey){ dn_key(&d->mem, f->crl.issuer_der), at };
		return;
	}
	for (size_t k = 0; k < f->ocsp.single_count; k++)
		d->by_serial[d->serial_count++] =
		    (struct revkey){ f->ocsp.singles[k].serial, at };
}

static void
index_files(struct revdata *d)
{
	size_t all = d->file_count + d->faulty_count, lists = 0, serials = 0;

	for (size_t i = 0; i < all; i++) {
		const struct revfile *f = file_at(d, i);

		lists += f->kind != REVFILE_OCSP;
		serials += f->kind == REVFILE_OCSP ? f->ocsp.single_count : 0;
	}
	d->by_issuer = arena_array(&d->mem, lists, sizeof(*d->by_issuer));
	d->by_serial = arena_array(&d->mem, serials, sizeof(*d->by_serial));
	for (size_t i = 0; i < all; i++)
		index_file(d, file_at(d, i), i);
	if (lists > 1)
		qsort(d->by_issuer, lists, sizeof(*d->by_issuer), compare_keys);
	if (serials > 1)
		qsort(d->by_serial, serials, sizeof(*d->by_serial), compare_keys);
}

static size_t
first_key(const struct revkey *keys, size_t count, struct bytes key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bytes_cmp(keys[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The next file under `key`, asked for at the beginning alone; several rows of one count once. */
static const struct revfile *
next_file(const struct revdata *d, const struct revkey *keys, size_t count,
    struct bytes key, size_t *at)
{
	size_t i = *at;

	if (i == 0) {
		i = first_key(keys, count, key);
	} else {
		key = keys[i - 1].key;
		while (i < count && keys[i].at == keys[i - 1].at &&
		       bytes_equal(keys[i].key, key))
			i++;
	}
	if (i >= count || !bytes_equal(keys[i].key, key))
		return NULL;
	*at = i + 1;
	return file_at(d, keys[i].at);
}

const struct revfile *
revdata_next_crl(const struct revdata *d, struct bytes issuer_der, size_t *at)
{
	const struct revfile *f;
	struct arena mem;

	arena_init(&mem, 0);
	f = next_file(d, d->by_issuer, d->issuer_count,
	    *at == 0 ? dn_key(&mem, issuer_der) : issuer_der, at);
	arena_clear(&mem);
	return f;
}

const struct revfile *
revdata_next_ocsp(const struct revdata *d, struct bytes serial, size_t *at)
{
	return next_file(d, d->by_serial, d->serial_count, serial, at);
}

/* --- all of it --- */

int
revdata_load(struct revdata *out, const struct revdata_options *options,
    struct hasher *hasher, struct err *err)
{
	struct limits defaults;
	struct revload l;
	struct err own;
	int ret;

	if (err == NULL)
		err = &own;
	limits_default(&defaults);
	*out = (struct revdata){ 0 };
	arena_init(&out->mem, 0);
	revload_init(
	    &l, out, hasher, options->limits != NULL ? options->limits : &defaults);
	ret = revload_read(&l, options, err);
	if (ret == 0) {
		settle(&l);
		index_files(out);
	}
	revload_clear(&l);
	if (ret != 0)
		revdata_clear(out);
	return ret;
}

void
revdata_clear(struct revdata *d)
{
	if (d == NULL)
		return;
	arena_clear(&d->mem);
	*d = (struct revdata){ 0 };
}
