/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time-stamp tokens: what passes, what each value may be, and what is computed only once.
 */
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

/* Places in a token of the forge. */
#define AT_ALGS "1.0.1"
#define AT_INFO "1.0.2.1.0.0"
#define AT_CERTS "1.0.3"
#define AT_SIGNER "1.0.4.0"

static struct kit k;
static struct forge_chain tsa;
static struct bytes message;

/* A token by the ordinary authority, checked against its own root. */
static enum reason
verdict(struct bytes token)
{
	return kit_token(&k, token, message, &tsa.cert[2], 1);
}

static struct forge_token
good(void)
{
	return (struct forge_token){ .tsa = &tsa };
}

static struct bytes
made(const struct forge_token *spec)
{
	return forge_token(k.forge, spec, message);
}

static struct bytes
plain(void)
{
	struct forge_token spec = good();

	return made(&spec);
}

static void
refused(const char *name, struct bytes token, enum reason want)
{
	is_reason(verdict(token), want, "%s", name);
}

static void
siblings(void)
{
	static const char *const keys[] = { "rsa2048", "rsa3072", "rsa4096", "p256",
		"p384", "p521", "tsa" };
	static const char *const hashes[] = { "SHA256", "SHA384", "SHA512" };
	struct forge_token spec;

	for (size_t i = 0; i < COUNT(keys); i++)
		for (size_t h = 0; h < COUNT(hashes); h++)
			for (int form = 0; form < 3; form++) {
				struct forge_chain c = forge_chain_tsa(
				    k.forge, forge_key(k.forge, keys[i]), "Example");

				spec = (struct forge_token){ .tsa = &c,
					.hash = hashes[h],
					.imprint_hash = hashes[(h + 1) % 3],
					.ess_hash = hashes[(h + 2) % 3],
					.pss = form == 1 && keys[i][0] != 'p',
					.named_sigalg = form == 2,
					.ess_issuer_serial = form == 2,
					.signing_time = "2024-02-01T00:00:01Z" };
				is_reason(
				    kit_token(&k, made(&spec), message, &c.cert[2], 1),
				    REASON_NONE, "good token: %s %s form %d", keys[i],
				    hashes[h], form);
			}
}

/*
 * Values of TSTInfo that make no sense; the signature would fail, too, but comes later.
 */
static void
info_values(void)
{
	static const struct {
		const char *name, *path, *der;
		size_t len;
	} rows[] = {
		{ "time with offset", "4",
		    "\x18\x13"
		    "20240201000000+0100",
		    21 },
		{ "time without seconds", "4",
		    "\x18\x0d"
		    "202402010000Z",
		    15 },
		{ "time with zero behind the fraction", "4",
		    "\x18\x12"
		    "20240201000000.50Z",
		    20 },
		{ "time with empty fraction", "4",
		    "\x18\x10"
		    "20240201000000.Z",
		    18 },
		{ "time with comma", "4",
		    "\x18\x11"
		    "20240201000000,5Z",
		    19 },
		{ "leap second", "4",
		    "\x18\x0f"
		    "20241231235960Z",
		    17 },
		{ "UTCTime", "4",
		    "\x17\x0d"
		    "240201000000Z",
		    15 },
		{ "accuracy negative", "5", "\x30\x03\x02\x01\xff", 5 },
		{ "accuracy millis 0", "5", "\x30\x03\x80\x01\x00", 5 },
		{ "accuracy millis 1000", "5", "\x30\x04\x80\x02\x03\xe8", 6 },
		{ "accuracy micros 1000", "5", "\x30\x04\x81\x02\x03\xe8", 6 },
		{ "accuracy huge", "5", "\x30\x07\x02\x05\x7f\x00\x00\x00\x00", 9 },
		{ "serial missing", "3", "", 0 },
		{ "policy missing", "1", "", 0 },
	};
	struct forge_token spec = good();
	struct bytes token, info;

	spec.seconds = 1;
	token = made(&spec);
	is_reason(verdict(token), REASON_NONE, "sibling: token with accuracy");
	for (size_t i = 0; i < COUNT(rows); i++) {
		info = der_edit(k.mem, der_at(token, AT_INFO), rows[i].path,
		    bytes_of(rows[i].der, rows[i].len));
		refused(
		    rows[i].name, der_edit(k.mem, token, AT_INFO, info), REASON_TST_INFO);
	}
}

static void
algorithms(void)
{
	static const struct {
		const char *name, *digest, *signature;
		enum reason want;
	} rows[] = {
		{ "digest SHA-1", "1.3.14.3.2.26", NULL, REASON_TST_ALG },
		{ "digest MD5", "1.2.840.113549.2.5", NULL, REASON_TST_ALG },
		{ "sha1WithRSA", NULL, "1.2.840.113549.1.1.5", REASON_TST_ALG },
		{ "hashes disagree", NULL, "1.2.840.113549.1.1.12", REASON_TST_ALG },
		{ "DSA", NULL, "2.16.840.1.101.3.4.3.2", REASON_TST_ALG },
		{ "ecPublicKey", NULL, "1.2.840.10045.2.1", REASON_TST_ALG },
		{ "Ed25519", NULL, "1.3.101.112", REASON_TST_ALG },
		{ "PSS without parameters", NULL, "1.2.840.113549.1.1.10",
		    REASON_TST_ALG },
		{ "ECDSA with an RSA key", NULL, "1.2.840.10045.4.3.2", REASON_TST_ALG },
		{ "named algorithm, right hash", NULL, "1.2.840.113549.1.1.11",
		    REASON_NONE },
		{ "other digest, right form", "2.16.840.1.101.3.4.2.3", NULL,
		    REASON_TST_SIGNATURE },
	};
	struct forge_token spec = good();
	struct bytes token, alg;

	for (size_t i = 0; i < COUNT(rows); i++) {
		token = plain();
		if (rows[i].digest != NULL) {
			alg = forge_der(
			    k.forge, 0x30, 1, forge_der_oid(k.forge, rows[i].digest));
			token = der_edit(k.mem, token, AT_SIGNER ".2", alg);
		}
		if (rows[i].signature != NULL) {
			alg = forge_der(
			    k.forge, 0x30, 1, forge_der_oid(k.forge, rows[i].signature));
			token = der_edit(k.mem, token, AT_SIGNER ".4", alg);
		}
		refused(rows[i].name, token, rows[i].want);
	}
	spec.pss = true;
	token = made(&spec);
	is_reason(verdict(token), REASON_NONE, "sibling: PSS");
	refused("PSS with salt 20",
	    der_edit(
		k.mem, token, AT_SIGNER ".4.1.2.0", forge_der_uint(k.forge, 0x02, 20)),
	    REASON_TST_ALG);
	refused("PSS with MGF1 of another hash",
	    der_edit(k.mem, token, AT_SIGNER ".4.1.1.0.1.0",
		forge_der_oid(k.forge, "2.16.840.1.101.3.4.2.2")),
	    REASON_TST_ALG);
}

/*
 * Whatever byte is changed, the token is never accepted, or nothing that counts was
 * changed.
 */
static void
every_byte(void)
{
	struct forge_chain c =
	    forge_chain_tsa(k.forge, forge_key(k.forge, "p256"), "Example");
	struct forge_token spec = { .tsa = &c };
	struct bytes token = made(&spec), bag = der_at(token, AT_CERTS);
	struct bytes algs = der_at(token, AT_ALGS);
	size_t passed = 0;

	for (size_t i = 0; i < token.len; i += 3) {
		struct bytes changed =
		    forge_flip(k.forge, token, i, (uint8_t)(1u << (i % 8)));
		size_t at = i;

		if (kit_token(&k, changed, message, &c.cert[2], 1) != REASON_NONE)
			continue;
		/*
		 * Neither the set of hints nor the certificates are signed by the token.
		 */
		if ((at >= (size_t)(algs.ptr - token.ptr) &&
			at < (size_t)(algs.ptr - token.ptr) + algs.len) ||
		    (at >= (size_t)(bag.ptr - token.ptr) &&
			at < (size_t)(bag.ptr - token.ptr) + bag.len))
			continue;
		tap_note("byte %zu of %zu changed and nobody saw it", i, token.len);
		passed++;
	}
	is_u64(passed, 0, "no changed byte goes unseen");
}

/* The rules that speed depends on, as counts (they never flake). */
static void
counts(void)
{
	struct forge_token spec = good();
	struct ossl_counts before, after;
	size_t certs;

	verdict(plain());
	before = ossl_counts(k.lib);
	certs = certs_count(k.certs);
	for (unsigned i = 0; i < 50; i++) {
		spec.serial = 100 + i;
		spec.time = arena_printf(k.mem, "2024-02-01T00:00:%02uZ", i).ptr;
		if (verdict(made(&spec)) != REASON_NONE)
			ok(false, "token %u", i);
	}
	after = ossl_counts(k.lib);
	is_u64(after.certs_parsed, before.certs_parsed, "no certificate is parsed again");
	is_u64(certs_count(k.certs), certs, "none is interned twice");
	is_u64(after.chains_built, before.chains_built, "no path is built again");
	is_u64(after.signatures_checked, before.signatures_checked + 50,
	    "one signature a token, none for its chain");
	ok(after.fetched <= 10, "at most ten algorithms were fetched");
}

/* One path serves every time in its window, and no time outside of it. */
static void
window(void)
{
	struct forge_token spec = good();

	spec.time = "2030-06-01T00:00:00Z";
	is_reason(verdict(made(&spec)), REASON_NONE, "inside the window");
	spec.time = "2051-06-01T00:00:00Z";
	is_reason(verdict(made(&spec)), REASON_CERT_EXPIRED, "behind the window");
	is_reason(
	    verdict(made(&spec)), REASON_CERT_EXPIRED, "and again, from the cache");
	spec.time = "2030-06-01T00:00:01Z";
	is_reason(verdict(made(&spec)), REASON_NONE, "inside again");
}

int
main(void)
{
	kit_open(&k);
	message = forge_text("the signature of an envelope");
	tsa = forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "Example");
	siblings();
	info_values();
	algorithms();
	counts();
	window();
	every_byte();
	kit_close(&k);
	return tap_done();
}
