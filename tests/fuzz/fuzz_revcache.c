/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of a Notation revocation cache: JSON around base64 around DER. What is accepted is a
 * base with nextUpdate, and at most one delta that knows the same URL.
 */
#include <stdlib.h>

#include "trust/revfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool cond)
{
	if (!cond)
		abort();
}

static void
check(const struct revfile *f, enum revfile_kind kind, const struct digest *url)
{
	demand(f->kind == kind && f->crl.is_delta == (kind == REVFILE_DELTA));
	demand(f->crl.has_next_update && f->crl.issuer_der.len != 0);
	demand(f->sha256.alg == DIGEST_SHA256 && digest_equal(&f->url, url));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct digest url = { .alg = DIGEST_SHA256, .value = { 1 } };
	struct err err = { .reason = REASON_NONE };
	struct revfile *base, *delta;
	struct limits limits;
	struct revreader r;
	struct arena mem;
	AUTO(ossl_free) struct ossl *lib = ossl_new();
	AUTO(hasher_free) struct hasher *hasher = hasher_new(lib);

	limits_default(&limits);
	arena_init(&mem, 0);
	r = (struct revreader){ &mem, hasher, &limits };
	if (revfile_cache(
		&base, &delta, &r, bytes_of(data, size), &url, STR("f"), &err) == 0) {
		check(base, REVFILE_CRL, &url);
		demand(base->delta == delta);
		if (delta != NULL)
			check(delta, REVFILE_DELTA, &url);
	} else {
		demand(err.reason != REASON_NONE &&
		       reason_row(err.reason)->class != ERR_ENV);
		revfile_detail(&mem, &err);
	}
	arena_clear(&mem);
	return 0;
}
