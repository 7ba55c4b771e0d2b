/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains: what passes, what is computed once, and the paths that are built for time
 * stamps.
 */
#include "crypto/chain.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

static struct kit k;

static void
test_sound(void)
{
	static const char *const leaves[] = { "rsa2048", "rsa3072", "rsa4096", "p256",
		"p384", "p521" };

	for (size_t i = 0; i < COUNT(leaves); i++) {
		struct forge_chain c =
		    forge_chain(k.forge, forge_key(k.forge, leaves[i]), "E");
		struct forge_chain s =
		    forge_chain_tsa(k.forge, forge_key(k.forge, leaves[i]), "E");

		is_reason(kit_forged(&k, &c, CHAIN_CODE_SIGNING), REASON_NONE, "leaf %s",
		    leaves[i]);
		is_reason(kit_forged(&k, &s, CHAIN_TIMESTAMPING), REASON_NONE, "TSA %s",
		    leaves[i]);
	}
}

static void
test_cache(void)
{
	struct forge_chain c = forge_chain(k.forge, forge_key(k.forge, "p256"), "Cache");
	const struct chain *first, *again, *other;
	struct ossl_counts before;
	struct err err;

	ok(chain_get(&first, k.chains, c.cert, 3, CHAIN_CODE_SIGNING, NULL, &err) == 0,
	    "chain");
	before = ossl_counts(k.lib);
	for (int i = 0; i < 100; i++)
		if (chain_get(&again, k.chains, c.cert, 3, CHAIN_CODE_SIGNING, NULL,
			&err) != 0 ||
		    again != first)
			ok(false, "the same chain");
	is_u64(ossl_counts(k.lib).signatures_checked, before.signatures_checked,
	    "no signature is checked again");
	is_u64(ossl_counts(k.lib).certs_parsed, before.certs_parsed,
	    "nothing is parsed again");
	ok(chain_get(&other, k.chains, c.cert, 3, CHAIN_TIMESTAMPING, NULL, &err) == 0 &&
		other != first && other->reason == REASON_TSA_EKU &&
		first->reason == REASON_NONE,
	    "another use is another chain");
	ok(chain_get(&other, k.chains, c.cert, 2, CHAIN_CODE_SIGNING, NULL, &err) == 0 &&
		other != first && other->reason == REASON_CHAIN_NO_ROOT,
	    "a part of it is another chain");
}

/* More chains than the first table of the cache holds. */
static void
test_many(void)
{
	struct forge_cert leaf = forge_cert_leaf(forge_key(k.forge, "p256"),
	    "C=US,ST=WA,O=E,CN=Many", (struct bytes){ NULL, 0 }, NULL);
	const struct chain *chains[150], *again;
	struct bytes ders[150];
	struct err err;
	size_t same = 0;

	for (unsigned i = 0; i < COUNT(ders); i++) {
		leaf.serial = 100 + i;
		ders[i] = forge_cert(k.forge, &leaf);
		chain_get(
		    &chains[i], k.chains, &ders[i], 1, CHAIN_CODE_SIGNING, NULL, &err);
	}
	for (size_t i = 0; i < COUNT(ders); i++)
		same += chain_get(&again, k.chains, &ders[i], 1, CHAIN_CODE_SIGNING, NULL,
			    &err) == 0 &&
			again == chains[i] && again->reason == REASON_NONE;
	is_u64(same, COUNT(ders), "each is found again");
}

static void
test_weak_ca(void)
{
	struct kit_trio t = kit_trio(&k);
	const struct chain *chain;
	struct bytes ders[3];
	struct err err;

	t.ca.key = forge_key_new(k.forge, "RSA-1024");
	kit_make(&k, ders, &t);
	ok(chain_get(&chain, k.chains, ders, 3, t.use, NULL, &err) == 0, "chain");
	is_reason(chain->reason, REASON_CA_KEY_WEAK, "a short CA key");
	ok(chain->ca_key_weak && chain->ca_key_weak_at == 1 && chain->reason_at == 1,
	    "which");
}

static struct when
at(const char *text)
{
	struct when w = { 0, 0 };

	when_parse(&w, str_of(text));
	return w;
}

struct paths {
	const struct cert *signer, *extra[4];
	size_t extra_count;
	struct bytes anchors[2];
	size_t anchor_count;
};

static const struct chain *
build(const struct paths *p, const char *when)
{
	struct chain_anchors set = { .ders = p->anchors, .count = p->anchor_count };

	hasher_begin(k.hasher, DIGEST_SHA256);
	for (size_t i = 0; i < set.count; i++)
		hasher_add(k.hasher, p->anchors[i]);
	hasher_end(k.hasher, &set.digest);
	return chain_build(k.chains, p->signer, p->extra, p->extra_count, &set, at(when));
}

/* Is there a sound one? */
static bool
trusted(const struct chain *path)
{
	return path != NULL && path->reason == REASON_NONE;
}

static struct paths
ordinary(void)
{
	struct forge_chain c =
	    forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "Paths");
	struct paths p = {
		.extra_count = 1, .anchors = { c.cert[2] }, .anchor_count = 1
	};

	kit_cert(&k, &p.signer, c.cert[0]);
	kit_cert(&k, &p.extra[0], c.cert[1]);
	return p;
}

static void
test_window(void)
{
	struct paths p = ordinary();
	const struct chain *path = build(&p, "2030-01-01T00:00:00Z");
	uint64_t built = ossl_counts(k.lib).chains_built;

	ok(path != NULL && path->count == 3 && path->reason == REASON_NONE, "a path");
	ok(build(&p, "2024-01-01T00:00:00Z") == path, "the first second");
	ok(build(&p, "2049-12-31T23:59:59Z") == path, "the last second");
	is_u64(ossl_counts(k.lib).chains_built, built, "all from the cache");
	is_reason(build(&p, "2049-12-31T23:59:59.000001Z")->reason, REASON_CERT_EXPIRED,
	    "a microsecond later");
	is_reason(build(&p, "2023-12-31T23:59:59.999999Z")->reason,
	    REASON_CERT_NOT_YET_VALID, "a microsecond before");
	built = ossl_counts(k.lib).chains_built;
	ok(!trusted(build(&p, "2023-12-31T23:59:59.999999Z")), "again");
	is_u64(ossl_counts(k.lib).chains_built, built, "a refusal is kept, too");
}

/* The last second is inside, also when no path was kept before. */
static void
test_edge(void)
{
	struct forge_chain c =
	    forge_chain_tsa(k.forge, forge_key(k.forge, "p384"), "Edge");
	struct paths p = {
		.extra_count = 1, .anchors = { c.cert[2] }, .anchor_count = 1
	};

	kit_cert(&k, &p.signer, c.cert[0]);
	kit_cert(&k, &p.extra[0], c.cert[1]);
	ok(!trusted(build(&p, "2049-12-31T23:59:59.5Z")), "half a second late");
	ok(build(&p, "2049-12-31T23:59:59Z") != NULL, "the end is inclusive");
}

/* An expired issuer and its valid twin: one name, one key, two certificates. */
static void
test_twins(void)
{
	struct paths p = ordinary();
	struct forge_cert old = forge_cert_ca(forge_key(k.forge, "tsa-sub"),
	    "C=US,ST=WA,O=Paths,CN=Time Stamping Issuing CA", p.anchors[0],
	    forge_key(k.forge, "tsa-ca"));
	const struct chain *early, *late;
	const struct cert *twin;

	old.serial = 77;
	old.not_after = "2026-01-01T00:00:00Z";
	kit_cert(&k, &twin, forge_cert(k.forge, &old));
	for (int swap = 0; swap < 2; swap++) {
		p = ordinary();
		p.extra[1] = twin;
		if (swap == 1) {
			p.extra[1] = p.extra[0];
			p.extra[0] = twin;
		}
		p.extra_count = 2;
		early = build(&p, "2025-01-01T00:00:00Z");
		late = build(&p, "2030-01-01T00:00:00Z");
		ok(early != NULL && late != NULL && late->certs[1] != twin,
		    "the valid twin serves when the other has expired");
		ok(build(&p, "2025-01-01T00:00:00Z") == early,
		    "the same time, the same answer");
	}
}

/* Purposes of issuers, when they name any. */
static void
test_purposes(void)
{
	struct forge_cert ca;
	struct paths p = ordinary();
	static const struct {
		const char *eku;
		bool found;
	} rows[] = {
		{ "timeStamping", true },
		{ "anyExtendedKeyUsage", true },
		{ "timeStamping,codeSigning", true },
		{ "codeSigning", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		ca = forge_cert_ca(forge_key(k.forge, "tsa-sub"),
		    "C=US,ST=WA,O=Paths,CN=Time Stamping Issuing CA", p.anchors[0],
		    forge_key(k.forge, "tsa-ca"));
		ca.eku = rows[i].eku;
		kit_cert(&k, &p.extra[0], forge_cert(k.forge, &ca));
		ok(trusted(build(&p, "2025-01-01T00:00:00Z")) == rows[i].found,
		    "issuer for %s", rows[i].eku);
	}
}

static void
test_security(void)
{
	struct paths p = ordinary();
	struct forge_cert ca = forge_cert_ca(forge_key(k.forge, "tsa-sub"),
	    "C=US,ST=WA,O=Paths,CN=Time Stamping Issuing CA", p.anchors[0],
	    forge_key(k.forge, "tsa-ca"));

	ca.hash = "SHA1";
	kit_cert(&k, &p.extra[0], forge_cert(k.forge, &ca));
	is_reason(build(&p, "2025-01-01T00:00:00Z")->reason, REASON_CHAIN_WEAK_SIGALG,
	    "an issuer signed with SHA-1");
	ca.hash = NULL;
	ca.break_signature = true;
	kit_cert(&k, &p.extra[0], forge_cert(k.forge, &ca));
	ok(build(&p, "2025-01-01T00:00:00Z") == NULL,
	    "an issuer whose signature is broken");
	p.anchor_count = 0;
	ok(build(&p, "2025-01-01T00:00:00Z") == NULL, "no anchors");
	p = ordinary();
	p.anchors[0] = BYTES_LIT("\x30\x00");
	ok(build(&p, "2025-01-01T00:00:00Z") == NULL, "an anchor that cannot be read");
	p = ordinary();
	p.extra_count = 0;
	ok(build(&p, "2025-01-01T00:00:00Z") == NULL, "no intermediate");
}

int
main(void)
{
	kit_open(&k);
	test_sound();
	test_cache();
	test_many();
	test_weak_ca();
	test_window();
	test_edge();
	test_twins();
	test_purposes();
	test_security();
	kit_close(&k);
	return tap_done();
}
