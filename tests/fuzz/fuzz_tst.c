/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens: parse, and verify under the token's own roots. Parsed views stay inside the
 * input, and what passes carries the digest of its TSTInfo.
 */
#include <stdlib.h>

#include "crypto/tst.h"

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
judge(const struct tst *t, struct ossl *lib, const struct limits *limits)
{
	struct certs *certs = certs_new(lib, limits);
	struct chains *chains = chains_new(certs);
	struct hasher *h = hasher_new(lib);
	struct chain_anchors anchors = { .ders = t->certs, .count = t->cert_count };
	const struct chain *path = NULL;
	struct digest digest;
	char detail[160];

	hasher_of(h, DIGEST_SHA256, t->der, &anchors.digest);
	if (tst_verify(t, &path, certs, chains, h, &anchors, detail, sizeof(detail)) ==
	    REASON_NONE) {
		must(path != NULL && path->count > 0 && path->reason == REASON_NONE);
		hasher_of(h, t->digest_alg, t->tstinfo, &digest);
		must(bytes_equal(digest_value(&digest), t->message_digest_attr));
		must(chain_valid(path, t->time, t->time, NULL) == REASON_NONE);
	}
	(void)tst_imprint(t, h, t->der);
	hasher_free(h);
	chains_free(chains);
	certs_free(certs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ossl *lib;
	struct bytes in = bytes_of(data, size);
	struct limits limits;
	struct arena mem;
	struct err err;
	struct tst t;

	if (lib == NULL) {
		ossl_process_init();
		lib = ossl_new();
	}
	limits_default(&limits);
	arena_init(&mem, 0);
	if (tst_parse(&t, &mem, in, &limits, NULL, &err) == 0) {
		inside(t.tstinfo, in);
		inside(t.signed_attrs, in);
		inside(t.signature, in);
		inside(t.ess_issuer, in);
		must(t.imprint.len == digest_len(t.imprint_alg) && t.imprint.len > 0);
		must(when_cmp(t.lower, t.time) <= 0 && when_cmp(t.time, t.upper) <= 0);
		judge(&t, lib, &limits);
	}
	arena_clear(&mem);
	return 0;
}
