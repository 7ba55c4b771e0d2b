/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists: split a file, parse each list, look up each entry that stands in it.
 * Views stay inside the input, and a list that is accepted knows every entry it counts.
 */
#include <stdlib.h>

#include "codec/der.h"
#include "crypto/crl.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
inside(struct bytes part, struct bytes whole)
{
	must(part.len == 0 ||
	     (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len));
}

static void
views(const struct crl *c)
{
	inside(c->tbs, c->der);
	inside(c->signature_alg, c->der);
	inside(c->signature, c->der);
	inside(c->issuer_der, c->tbs);
	inside(c->number, c->tbs);
	inside(c->base_number, c->tbs);
	inside(c->aki, c->tbs);
	inside(c->points.der, c->tbs);
	inside(c->entries, c->tbs);
	for (size_t i = 0; i < c->points.url_count; i++)
		inside(str_bytes(c->points.urls[i]), c->points.der);
	for (size_t i = 0; i < c->freshest_count; i++)
		inside(str_bytes(c->freshest[i]), c->tbs);
	must(c->number.len <= 20 && c->base_number.len <= 20);
	must(crl_number_cmp(c->number, c->number) == 0);
}

/* Every entry is found under its own number, and the first of a number comes first. */
static void
entries(const struct crl *c, struct arena *mem)
{
	struct cursor list = cursor_of(c->entries), in;
	struct crl_entry *found;
	struct der entry, serial;
	uint64_t count = 0;
	size_t n;

	while (!der_done(&list)) {
		must(der_take(&entry, &list, DER_STRICT, DER_SEQUENCE));
		in = der_enter(&list, &entry);
		must(der_take(&serial, &in, DER_STRICT, DER_INTEGER));
		/* Entries times entries: a few are enough. */
		if (count++ > 64)
			continue;
		found = crl_lookup(&n, c, serial.content, mem);
		must(n >= 1 && n <= c->entry_count);
		for (size_t i = 0; i < n; i++)
			must(crl_reason_name(found[i].reason) != NULL);
	}
	must(count == c->entry_count);
	(void)crl_lookup(&n, c, (struct bytes){ NULL, 0 }, mem);
	must(n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hasher *hasher;
	struct limits limits;
	struct bytes *list;
	struct arena mem;
	struct err err;
	struct crl c;
	size_t count;

	if (hasher == NULL) {
		ossl_process_init();
		hasher = hasher_new(ossl_new());
	}
	limits_default(&limits);
	arena_init(&mem, 0);
	if (crl_split(&list, &count, &mem, bytes_of(data, size), &limits, NULL, &err) ==
	    0) {
		must(count > 0);
		for (size_t i = 0; i < count; i++) {
			if (crl_parse(&c, &mem, list[i], hasher, &limits, NULL, &err) !=
			    0)
				continue;
			views(&c);
			entries(&c, &mem);
		}
	} else {
		must(err.reason == REASON_CRL_MALFORMED ||
		     err.reason == REASON_LIMIT_CRL_HIT);
	}
	arena_clear(&mem);
	return 0;
}
