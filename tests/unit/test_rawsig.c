/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One signature over some octets: the six algorithms, and everything that is nearly one
 * of them.
 */
#include "crypto/rawsig.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

static struct kit k;
static struct bytes message;

static const struct {
	const char *key;
	enum sigalg alg;
	bool rsa;
	enum digest_alg hash;
} keys[] = {
	{ "rsa2048", SIGALG_PS256, true, DIGEST_SHA256 },
	{ "rsa3072", SIGALG_PS384, true, DIGEST_SHA384 },
	{ "rsa4096", SIGALG_PS512, true, DIGEST_SHA512 },
	{ "p256", SIGALG_ES256, false, DIGEST_SHA256 },
	{ "p384", SIGALG_ES384, false, DIGEST_SHA384 },
	{ "p521", SIGALG_ES512, false, DIGEST_SHA512 },
};

static const struct cert *
signer(EVP_PKEY *key)
{
	struct forge_cert spec =
	    forge_cert_leaf(key, "C=US,ST=WA,O=E,CN=x", (struct bytes){ NULL, 0 }, NULL);
	const struct cert *c = NULL;

	is_reason(kit_cert(&k, &c, forge_cert(k.forge, &spec)), REASON_NONE, "a signer");
	return c;
}

static bool
holds(const struct cert *c, struct bytes signature)
{
	return rawsig_check(c, &message, 1, signature);
}

/* Part `half` (0: r, 1: s) of an ECDSA signature replaced. */
static struct bytes
with_half(struct bytes signature, size_t half, struct bytes value)
{
	struct bytes copy = arena_bytes(k.mem, signature);
	uint8_t *out = arena_alloc(k.mem, copy.len);

	memcpy(out, copy.ptr, copy.len);
	memcpy(out + half * copy.len / 2, value.ptr, value.len);
	return bytes_of(out, copy.len);
}

static void
test_ecdsa(const struct cert *c, struct bytes signature, const char *name)
{
	size_t n = signature.len / 2;
	uint8_t *zero = arena_alloc(k.mem, n), *ones = arena_alloc(k.mem, n);
	struct bytes r = bytes_of(signature.ptr, n), s = bytes_of(signature.ptr + n, n);
	uint8_t *wide = arena_alloc(k.mem, signature.len + 2);

	memset(ones, 0xff, n);
	ok(!holds(c, with_half(signature, 0, bytes_of(zero, n))), "bad_W09 %s: r is zero",
	    name);
	ok(!holds(c, with_half(signature, 1, bytes_of(zero, n))), "bad_W09 %s: s is zero",
	    name);
	ok(!holds(c, with_half(signature, 0, bytes_of(ones, n))),
	    "bad_W09 %s: r beyond the order", name);
	ok(!holds(c, with_half(signature, 1, bytes_of(ones, n))),
	    "bad_W09 %s: s beyond the order", name);
	ok(!holds(c, with_half(with_half(signature, 0, s), 1, r)), "%s: r and s swapped",
	    name);
	memcpy(wide + 1, r.ptr, n);
	memcpy(wide + n + 2, s.ptr, n);
	ok(!holds(c, bytes_of(wide, signature.len + 2)), "bad_W09 %s: both padded", name);
}

static void
test_algorithms(void)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		EVP_PKEY *key = forge_key(k.forge, keys[i].key);
		const struct cert *c = signer(key);
		struct bytes sig = forge_sign(k.forge, key, message, FORGE_SIG_RIGHT, 0);
		const struct sigalg_row *row = sigalg_row(keys[i].alg);

		ok(cert_info(c)->sigalg == keys[i].alg && row->rsa == keys[i].rsa &&
			row->hash == keys[i].hash,
		    "%s means %s", keys[i].key, row->jwa);
		is_u64(sig.len, row->signature_len, "%s: length", row->jwa);
		ok(holds(c, sig), "%s holds", row->jwa);
		ok(holds(c, sig), "%s holds again, prepared", row->jwa);
		for (size_t at = 0; at < sig.len; at += sig.len / 4)
			ok(!holds(c, forge_flip(k.forge, sig, at, 0x10)), "%s: bit %zu",
			    row->jwa, at);
		ok(!holds(c, bytes_of(sig.ptr, sig.len - 1)), "%s: cut", row->jwa);
		ok(!holds(c, (struct bytes){ NULL, 0 }), "%s: empty", row->jwa);
		ok(!rawsig_check(c, (struct bytes[]){ forge_text("other") }, 1, sig),
		    "%s: other message", row->jwa);
		if (keys[i].rsa) {
			ok(!holds(
			       c, forge_sign(k.forge, key, message, FORGE_SIG_PKCS1, 0)),
			    "%s: PKCS #1 v1.5 is no PSS", row->jwa);
			ok(!holds(
			       c, forge_sign(k.forge, key, message, FORGE_SIG_RIGHT, 20)),
			    "%s: salt of 20", row->jwa);
			ok(!holds(
			       c, forge_sign(k.forge, key, message, FORGE_SIG_RIGHT, -1)),
			    "%s: no salt", row->jwa);
		} else {
			ok(!holds(c, forge_sign(k.forge, key, message, FORGE_SIG_DER, 0)),
			    "%s: DER", row->jwa);
			test_ecdsa(c, sig, row->jwa);
		}
	}
}

static void
test_parts(void)
{
	EVP_PKEY *key = forge_key(k.forge, "p256");
	const struct cert *c = signer(key);
	struct bytes sig =
	    forge_sign(k.forge, key, forge_text("head.body"), FORGE_SIG_RIGHT, 0);
	struct bytes parts[] = { forge_text("head"), forge_text("."),
		forge_text("body") };

	ok(rawsig_check(c, parts, 3, sig), "octets in parts");
	ok(!rawsig_check(c, parts, 2, sig), "a part left out");
	ok(!rawsig_check(signer(forge_key(k.forge, "other")), parts, 3, sig),
	    "another key");
	ok(!rawsig_check(signer(forge_key_new(k.forge, "RSA-1024")), parts, 3, sig),
	    "a key that fits no algorithm");
}

static void
test_cms(void)
{
	EVP_PKEY *rsa = forge_key(k.forge, "rsa2048"), *ec = forge_key(k.forge, "p256");
	const struct cert *r = signer(rsa), *e = signer(ec);
	struct bytes pkcs1 = forge_sign(k.forge, rsa, message, FORGE_SIG_PKCS1, 0);
	struct bytes pss = forge_sign(k.forge, rsa, message, FORGE_SIG_RIGHT, 0);
	struct bytes der = forge_sign(k.forge, ec, message, FORGE_SIG_DER, 0);
	const struct {
		const char *name;
		const struct cert *c;
		enum rawsig_kind kind;
		enum digest_alg hash;
		struct bytes sig;
		bool want;
	} rows[] = {
		{ "PKCS #1", r, RAWSIG_PKCS1, DIGEST_SHA256, pkcs1, true },
		{ "PSS", r, RAWSIG_PSS, DIGEST_SHA256, pss, true },
		{ "ECDSA", e, RAWSIG_ECDSA_DER, DIGEST_SHA256, der, true },
		{ "PSS as PKCS #1", r, RAWSIG_PKCS1, DIGEST_SHA256, pss, false },
		{ "PKCS #1 as PSS", r, RAWSIG_PSS, DIGEST_SHA256, pkcs1, false },
		{ "PKCS #1 with another hash", r, RAWSIG_PKCS1, DIGEST_SHA384, pkcs1,
		    false },
		{ "PSS with another hash", r, RAWSIG_PSS, DIGEST_SHA512, pss, false },
		{ "ECDSA with another hash", e, RAWSIG_ECDSA_DER, DIGEST_SHA384, der,
		    false },
		{ "no hash", r, RAWSIG_PKCS1, DIGEST_NONE, pkcs1, false },
		{ "ECDSA with an RSA key", r, RAWSIG_ECDSA_DER, DIGEST_SHA256, der,
		    false },
		{ "PSS with an EC key", e, RAWSIG_PSS, DIGEST_SHA256, pss, false },
		{ "cut", r, RAWSIG_PKCS1, DIGEST_SHA256, bytes_of(pkcs1.ptr, 255),
		    false },
		{ "byte behind the DER", e, RAWSIG_ECDSA_DER, DIGEST_SHA256,
		    bytes_of(der.ptr, der.len - 1), false },
		{ "PKCS #1 again", r, RAWSIG_PKCS1, DIGEST_SHA256, pkcs1, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(rawsig_check_cms(rows[i].c, rows[i].kind, rows[i].hash, message,
		       rows[i].sig) == rows[i].want,
		    "CMS: %s", rows[i].name);
}

static void
test_table(void)
{
	static const char *const names[] = { "RS256", "HS256", "none", "EdDSA", "ps256",
		"PS256 ", "ES256K", "" };
	static const int64_t ids[] = { 0, -8, -257, -47, 37, INT64_MIN };

	for (int alg = SIGALG_PS256; alg <= SIGALG_ES512; alg++) {
		const struct sigalg_row *row = sigalg_row((enum sigalg)alg);

		ok(row != NULL && sigalg_by_jwa(str_of(row->jwa)) == row->id &&
			sigalg_by_cose(row->cose) == row->id,
		    "%s by both names", row->jwa);
	}
	ok(sigalg_row(SIGALG_NONE) == NULL, "no row for none");
	for (size_t i = 0; i < COUNT(names); i++)
		ok(sigalg_by_jwa(str_of(names[i])) == SIGALG_NONE, "no algorithm \"%s\"",
		    names[i]);
	for (size_t i = 0; i < COUNT(ids); i++)
		ok(sigalg_by_cose(ids[i]) == SIGALG_NONE, "no algorithm %lld",
		    (long long)ids[i]);
}

int
main(void)
{
	kit_open(&k);
	message = forge_text("octets");
	test_table();
	test_algorithms();
	test_parts();
	test_cms();
	kit_close(&k);
	return tap_done();
}
