/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What speed rests on, as counts that never flake: each distinct certificate is parsed once, each
 * algorithm fetched once, each chain checked and each path built once; what an artifact more costs
 * is its own two signatures.
 */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

enum { ARTIFACTS = 50 };

static void
is_cost(struct ossl_counts before, struct ossl_counts after, uint64_t certs,
    uint64_t paths, uint64_t signatures, const char *what)
{
	is_u64(after.certs_parsed - before.certs_parsed, certs, "%s: certificates parsed",
	    what);
	is_u64(after.fetched - before.fetched, 0, "%s: algorithms fetched", what);
	is_u64(after.chains_built - before.chains_built, paths, "%s: paths built", what);
	is_u64(after.signatures_checked - before.signatures_checked, signatures,
	    "%s: signatures checked", what);
}

static enum reason
stamped(struct stage *st, struct judge *j, const struct forge_chain *signer, unsigned i)
{
	const char *time =
	    arena_printf(forge_mem(st->f), "2024-02-%02uT%02u:00:00Z", 1 + i % 20, i % 24)
		.ptr;
	struct forge_token token = { .tsa = &st->tsa, .time = time, .seconds = 1 };

	return stage_verdict(st, j,
	    (struct forge_envelope){ .form = i % 2 == 0 ? FORGE_JWS : FORGE_COSE,
		.signer = signer,
		.token = &token });
}

/* One signer, one authority: 50 artifacts of different times. */
static void
test_same_signer(struct stage *st, struct judge *j)
{
	struct ossl_counts start, first;
	unsigned good = 0;

	judge_renew(j);
	start = ossl_counts(j->lib);
	is_u64(start.fetched, 3, "a worker fetches its algorithms once");
	good += stamped(st, j, &st->ca, 0) == REASON_NONE;
	first = ossl_counts(j->lib);
	/* Three certificates and three signatures on them for each chain; two of the artifact. */
	is_cost(start, first, 6, 1, 8, "first artifact");
	for (unsigned i = 1; i < ARTIFACTS; i++)
		good += stamped(st, j, &st->ca, i) == REASON_NONE;
	is_u64(good, ARTIFACTS, "all are compliant");
	is_cost(
	    first, ossl_counts(j->lib), 0, 0, (ARTIFACTS - 1) * 2, "49 artifacts more");
}

/* Many signatures of one artifact, by five signers under one CA. */
static void
test_signers(struct stage *st, struct judge *j)
{
	static const char *const keys[] = { "rsa2048", "rsa3072", "p256", "p384",
		"p521" };
	struct ossl_counts start, first;
	struct forge_token token = { .tsa = &st->tsa };
	struct subject s;

	subject_open(&s, st);
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct forge_cert leaf = stage_leaf(st, keys[i]);
		struct forge_chain c = stage_signer(st, &leaf);

		for (int k = 0; k < 4; k++)
			subject_sign(
			    &s, (struct forge_envelope){ .signer = &c, .token = &token });
	}
	judge_renew(j);
	start = ossl_counts(j->lib);
	is_reason(subject_judge(&s, j), REASON_NONE, "twenty signatures");
	first = ossl_counts(j->lib);
	/*
	 * Five leaves, two CAs, three of the authority. The links of the chains are checked once:
	 * five leaves, the issuing CA, the root, and three of the authority.
	 */
	is_cost(start, first, 10, 1, 40 + 10, "twenty signatures");
	is_reason(subject_judge(&s, j), REASON_NONE, "the same again");
	is_cost(first, ossl_counts(j->lib), 0, 0, 40, "the same again");
	subject_close(&s);
}

/* What is refused before its signature is looked at, costs none. */
static void
test_refused(struct stage *st, struct judge *j)
{
	struct ossl_counts before = ossl_counts(j->lib);

	is_reason(stage_verdict(st, j, (struct forge_envelope){ .alg = "ES384" }),
	    REASON_SIG_ALG_MISMATCH, "an algorithm that does not fit");
	is_cost(before, ossl_counts(j->lib), 0, 0, 0, "an algorithm that does not fit");
	before = ossl_counts(j->lib);
	is_reason(stage_verdict(st, j,
		      (struct forge_envelope){
			  .token_raw = BYTES_LIT("0"), .outer_extra = ",\"a\":1" }),
	    REASON_SIG_FORM, "a form that is refused");
	is_cost(before, ossl_counts(j->lib), 0, 0, 0, "a form that is refused");
}

int
main(void)
{
	struct stage st;
	struct judge j;

	stage_open(&st);
	stage_judge(&j, &st, "stamped", "'level':'strict'", "'ca:root','tsa:root'");
	test_same_signer(&st, &j);
	test_signers(&st, &j);
	/* In the cache by now, so that only the refusal is counted. */
	stage_verdict(&st, &j, (struct forge_envelope){ .plugin = NULL });
	test_refused(&st, &j);
	judge_close(&j);
	stage_close(&st);
	return tap_done();
}
