/* SPDX-License-Identifier: Apache-2.0 */
/* Cases about time-stamp tokens and about revocation (see mkdiff.c). */
#include "base/defs.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/tools/mkdiff.h"

#define LEAF_URL "http://crl.example/leaf.crl"
#define CA_URL "http://crl.example/ca.crl"
#define TSA_URL "http://crl.example/tsa.crl"
#define TSA_CA_URL "http://crl.example/tsa-ca.crl"
#define DELTA_URL "http://crl.example/leaf-delta.crl"
#define OCSP_URL "http://ocsp.example/leaf"
#define LONG_AGO "2025-01-01T00:00:00Z"
#define STAMPED "'ca:root','tsa:root'"

/* --- tokens ---------------------------------------------------------------------------------- */

/* A time-stamping chain whose signer differs. */
static struct forge_chain
authority(struct diffcases *d, struct forge_cert spec)
{
	struct forge_chain c = d->tsa;

	c.cert[0] = forge_cert(d->f, &spec);
	return c;
}

static struct forge_cert
stamper(struct diffcases *d)
{
	return forge_cert_tsa(forge_key(d->f, "tsa"), "C=US,ST=WA,O=Example Time,CN=Stamper",
	    d->tsa.cert[1], forge_key(d->f, "tsa-sub"));
}

static void
stamped(struct diffcases *d, const char *name, struct forge_token token, const char *more)
{
	if (token.tsa == NULL)
		token.tsa = &d->tsa;
	mkdiff_both(d, mkdiff_text(d, "token-", name),
	    (struct diffcase){ .stores = STAMPED, .verification = more },
	    (struct forge_envelope){ .token = &token });
}

static void
token_rows(struct diffcases *d)
{
	const struct {
		const char *name;
		struct forge_token token;
	} rows[] = {
		{ "good", { .seconds = 1 } },
		{ "sha384", { .imprint_hash = "SHA384", .hash = "SHA384" } },
		{ "pss", { .pss = true } },
		{ "named-algorithm", { .named_sigalg = true } },
		{ "imprint-sha1", { .imprint_hash = "SHA1" } },
		{ "no-ess", { .ess = FORGE_ESS_NONE } },
		{ "ess-v1", { .ess = FORGE_ESS_V1 } },
		{ "ess-sha512", { .ess_hash = "SHA512" } },
		{ "ess-other", { .ess_cert = d->tsa.cert[1] } },
		{ "ess-serial", { .ess_issuer_serial = true } },
		{ "no-certs", { .no_certs = true } },
		{ "no-signer", { .no_signer = true } },
		{ "two-signers", { .two_signers = true } },
		{ "no-attributes", { .no_attrs = true } },
		{ "info-version-2", { .info_version = 2 } },
		{ "signer-version-3", { .signer_version = 3 } },
		{ "data-version-4", { .data_version = 4 } },
		{ "plain-data", { .content_type = "1.2.840.113549.1.7.1" } },
		{ "broken-imprint", { .break_imprint = true } },
		{ "broken-digest", { .break_digest = true } },
		{ "broken-signature", { .break_signature = true } },
		{ "trailing", { .trailer = BYTES_LIT("x") } },
		{ "before-signer", { .time = "2024-01-01T00:00:00Z", .seconds = 1 } },
		{ "edge", { .time = "2024-01-01T00:00:00Z" } },
		{ "before-authority", { .time = "2023-12-31T00:00:00Z" } },
		{ "signing-time-inside", { .signing_time = "2024-02-01T00:00:00Z" } },
		{ "signing-time-outside", { .signing_time = "2019-02-01T00:00:00Z" } },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		stamped(d, rows[i].name, rows[i].token, NULL);
	stamped(d, "logged", (struct forge_token){ .break_signature = true },
	    "'level':'permissive'");
	stamped(d, "after-expiry-only", (struct forge_token){ .break_signature = true },
	    "'level':'strict','verifyTimestamp':'afterCertExpiry'");
	mkdiff_both(d, "token-unasked", (struct diffcase){ 0 },
	    (struct forge_envelope){ .token_raw = BYTES_LIT("no token") });
}

static void
token_authorities(struct diffcases *d)
{
	struct forge_cert spec = stamper(d);
	struct forge_chain c;

	spec.eku_critical = false;
	c = authority(d, spec);
	stamped(d, "eku-lax", (struct forge_token){ .tsa = &c }, NULL);
	spec = stamper(d);
	spec.eku = "timeStamping,codeSigning";
	c = authority(d, spec);
	stamped(d, "eku-two", (struct forge_token){ .tsa = &c }, NULL);
	spec = stamper(d);
	spec.eku = "codeSigning";
	c = authority(d, spec);
	stamped(d, "eku-other", (struct forge_token){ .tsa = &c }, NULL);
	spec = stamper(d);
	spec.not_after = "2024-06-01";
	c = authority(d, spec);
	stamped(d, "authority-expired-since", (struct forge_token){ .tsa = &c }, NULL);
	stamped(d, "authority-expired-then",
	    (struct forge_token){ .tsa = &c, .time = "2024-07-01T00:00:00Z" }, NULL);
	c = d->stranger;
	c.key = forge_key(d->f, "tsa");
	spec = forge_cert_tsa(c.key, "C=US,ST=WA,O=Stranger Time,CN=Stamper", d->stranger.cert[1],
	    forge_key(d->f, "other-ca"));
	c.cert[0] = forge_cert(d->f, &spec);
	stamped(d, "authority-untrusted", (struct forge_token){ .tsa = &c }, NULL);
}

void
mkdiff_tokens(struct diffcases *d)
{
	token_rows(d);
	token_authorities(d);
}

/* --- revocation ------------------------------------------------------------------------------ */

struct plant {                  /* a signer and a stamper whose certificates name their lists */
	struct diffcases *d;
	struct forge_chain signer, tsa;
	EVP_PKEY *root_key, *sub_key, *tsa_root_key, *tsa_sub_key;
};

static struct forge_chain
chain_with_lists(struct diffcases *d, const struct forge_chain *like, EVP_PKEY *root_key,
    EVP_PKEY *sub_key, const char *sub_name, const char *sub_url, struct forge_cert leaf)
{
	struct forge_chain c = *like;
	struct forge_cert sub = forge_cert_ca(sub_key, sub_name, like->cert[2], root_key);

	sub.crl_url = sub_url;
	c.cert[1] = forge_cert(d->f, &sub);
	leaf.issuer = c.cert[1];
	leaf.issuer_key = sub_key;
	c.key = leaf.key;
	c.cert[0] = forge_cert(d->f, &leaf);
	return c;
}

static struct forge_chain
signer_of(struct plant *p, struct forge_cert leaf)
{
	return chain_with_lists(p->d, &p->d->ca, p->root_key, p->sub_key,
	    "C=US,ST=WA,O=Example,CN=Release Issuing CA", CA_URL, leaf);
}

static struct forge_cert
revocable(struct plant *p)
{
	struct forge_cert leaf = forge_cert_leaf(forge_key(p->d->f, "p256"),
	    "C=US,ST=WA,O=Example,CN=Revocable", p->d->ca.cert[1], p->sub_key);

	leaf.crl_url = LEAF_URL;
	leaf.serial = 0x77;
	return leaf;
}

static void
plant(struct plant *p, struct diffcases *d)
{
	struct forge_cert leaf;

	p->d = d;
	p->root_key = forge_key(d->f, "ca");
	p->sub_key = forge_key(d->f, "ca-sub");
	p->tsa_root_key = forge_key(d->f, "tsa-ca");
	p->tsa_sub_key = forge_key(d->f, "tsa-sub");
	p->signer = signer_of(p, revocable(p));
	leaf = forge_cert_tsa(forge_key(d->f, "tsa"), "C=US,ST=WA,O=Example Time,CN=Stamper",
	    d->tsa.cert[1], p->tsa_sub_key);
	leaf.crl_url = TSA_URL;
	leaf.serial = 0x88;
	p->tsa = chain_with_lists(d, &d->tsa, p->tsa_root_key, p->tsa_sub_key,
	    "C=US,ST=WA,O=Example Time,CN=Time Stamping Issuing CA", TSA_CA_URL, leaf);
}

static struct bytes
list(struct plant *p, struct forge_crl spec)
{
	return forge_crl(p->d->f, &spec);
}

static struct forge_crl
leaf_list(struct plant *p)
{
	return forge_crl_of(p->signer.cert[1], p->sub_key);
}

static struct forge_crl
ca_list(struct plant *p)
{
	return forge_crl_of(p->signer.cert[2], p->root_key);
}

/* The leaf's list as given beside a good one for the intermediate. */
static void
revocation(struct plant *p, const char *name, struct bytes leaf, const char *verification)
{
	struct diffurl urls[] = {
		{ .url = LEAF_URL, .base = leaf },
		{ .url = CA_URL, .base = list(p, ca_list(p)) },
	};

	mkdiff_both(p->d, mkdiff_text(p->d, "crl-", name),
	    (struct diffcase){ .urls = urls, .url_count = 2, .verification = verification },
	    (struct forge_envelope){ .signer = &p->signer });
}

static void
lists(struct plant *p)
{
	static const struct forge_crl_entry plain[] = { { .number = 0x77 } },
	    held[] = { { .number = 0x77, .reason = "certificateHold" } },
	    other[] = { { .number = 0x78 } },
	    critical[] = { { .number = 0x77, .unknown_critical = true } },
	    later[] = { { .number = 0x77, .invalidity = "2030-01-01T00:00:00Z" } },
	    released[] = { { .number = 0x77, .reason = "certificateHold", .date = "2024-01-10" },
		{ .number = 0x77, .reason = "removeFromCRL", .date = "2024-02-10" } };
	static const char *const others[] = { "http://crl.example/elsewhere.crl", NULL };
	static const char *const fits[] = { LEAF_URL, NULL };
	static const struct forge_crl_point elsewhere = { .urls = others },
	    here = { .urls = fits }, cas = { .only_cas = true }, some = { .some_reasons = true },
	    indirect = { .indirect = true };
	const struct {
		const char *name;
		const struct forge_crl_entry *entries;
		size_t count;
		const struct forge_crl_point *point;
		const char *this_update, *next_update, *hash;
		bool no_next, unknown_critical, broken, wrong_key, no_aki;
	} rows[] = {
		{ .name = "good" },
		{ .name = "revoked", .entries = plain, .count = 1 },
		{ .name = "hold", .entries = held, .count = 1 },
		{ .name = "other-serial", .entries = other, .count = 1 },
		{ .name = "critical-entry", .entries = critical, .count = 1 },
		{ .name = "invalidity-later", .entries = later, .count = 1 },
		{ .name = "released-in-base", .entries = released, .count = 2 },
		{ .name = "stale", .next_update = LONG_AGO },
		{ .name = "stale-revoked", .entries = plain, .count = 1, .next_update = LONG_AGO },
		{ .name = "no-next-update", .no_next = true },
		{ .name = "future", .this_update = "2047-01-01T00:00:00Z" },
		{ .name = "wrong-key", .wrong_key = true },
		{ .name = "wrong-key-no-id", .wrong_key = true, .no_aki = true },
		{ .name = "broken", .broken = true },
		{ .name = "sha1", .hash = "SHA1" },
		{ .name = "unknown-critical", .unknown_critical = true },
		{ .name = "point-elsewhere", .point = &elsewhere },
		{ .name = "point-here", .point = &here },
		{ .name = "point-cas", .point = &cas },
		{ .name = "point-reasons", .point = &some },
		{ .name = "point-indirect", .point = &indirect },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_crl spec = leaf_list(p);

		spec.entries = rows[i].entries;
		spec.entry_count = rows[i].count;
		spec.point = rows[i].point;
		spec.this_update = rows[i].this_update;
		spec.next_update = rows[i].next_update;
		spec.no_next_update = rows[i].no_next;
		spec.unknown_critical = rows[i].unknown_critical;
		spec.break_signature = rows[i].broken;
		spec.hash = rows[i].hash;
		spec.no_aki = rows[i].no_aki;
		if (rows[i].wrong_key)
			spec.key = forge_key(p->d->f, "other-ca");
		revocation(p, rows[i].name, list(p, spec), NULL);
	}
	revocation(p, "malformed", BYTES_LIT("no list"), NULL);
}

static void
levels(struct plant *p)
{
	static const struct forge_crl_entry plain[] = { { .number = 0x77 } };
	struct forge_crl spec = leaf_list(p);
	struct diffurl ca_only = { .url = CA_URL, .base = list(p, ca_list(p)) };
	struct diffcase none = { .urls = &ca_only, .url_count = 1 };

	spec.entries = plain;
	spec.entry_count = 1;
	revocation(p, "revoked-logged", list(p, spec), "'level':'permissive'");
	revocation(p, "revoked-skipped", list(p, spec),
	    "'level':'strict','override':{'revocation':'skip'}");
	mkdiff_both(p->d, "crl-none", none, (struct forge_envelope){ .signer = &p->signer });
	none.verification = "'level':'permissive'";
	mkdiff_both(p->d, "crl-none-logged", none, (struct forge_envelope){ .signer = &p->signer });
}

static void
intermediate(struct plant *p)
{
	static const struct forge_crl_entry plain[] = { { .number = 2 } };
	struct forge_crl spec = ca_list(p);
	struct diffurl urls[] = { { .url = LEAF_URL, .base = list(p, leaf_list(p)) },
		{ .url = CA_URL } };

	spec.entries = plain;
	spec.entry_count = 1;
	urls[1].base = list(p, spec);
	mkdiff_both(p->d, "crl-intermediate-revoked",
	    (struct diffcase){ .urls = urls, .url_count = 2 },
	    (struct forge_envelope){ .signer = &p->signer });
}

static void
deltas(struct plant *p)
{
	static const char *const freshest[] = { DELTA_URL, NULL };
	static const struct forge_crl_entry plain[] = { { .number = 0x77 } },
	    held[] = { { .number = 0x77, .reason = "certificateHold", .date = "2024-01-10" } },
	    removed[] = { { .number = 0x77, .reason = "removeFromCRL", .date = "2024-02-10" } };
	const struct {
		const char *name;
		const struct forge_crl_entry *in_base, *in_delta;
		uint64_t base, number;
		const char *next_update;
		bool absent;
	} rows[] = {
		{ .name = "good", .base = 5, .number = 6 },
		{ .name = "revoked", .in_delta = plain, .base = 5, .number = 6 },
		{ .name = "released", .in_base = held, .in_delta = removed, .base = 5, .number = 6 },
		{ .name = "missing", .absent = true },
		{ .name = "newer-base", .base = 7, .number = 8 },
		{ .name = "not-newer", .base = 4, .number = 5 },
		{ .name = "stale", .base = 5, .number = 6, .next_update = LONG_AGO },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_crl base = leaf_list(p), delta = leaf_list(p);
		struct diffurl urls[] = { { .url = LEAF_URL, .delta_url = DELTA_URL },
			{ .url = CA_URL, .base = list(p, ca_list(p)) } };

		base.number = 5;
		base.freshest = freshest;
		base.entries = rows[i].in_base;
		base.entry_count = rows[i].in_base != NULL;
		urls[0].base = list(p, base);
		delta.delta = true;
		delta.base = rows[i].base;
		delta.number = rows[i].number;
		delta.next_update = rows[i].next_update;
		delta.entries = rows[i].in_delta;
		delta.entry_count = rows[i].in_delta != NULL;
		if (!rows[i].absent)
			urls[0].delta = list(p, delta);
		mkdiff_both(p->d, mkdiff_text(p->d, "delta-", rows[i].name),
		    (struct diffcase){ .urls = urls, .url_count = 2 },
		    (struct forge_envelope){ .signer = &p->signer });
	}
}

static void
stampers(struct plant *p)
{
	static const struct forge_crl_entry leaf_gone[] = { { .number = 0x88 } },
	    ca_gone[] = { { .number = 2 } };
	const struct {
		const char *name;
		const struct forge_crl_entry *leaf, *ca;
		const char *verification;
		bool absent, stale;
	} rows[] = {
		{ .name = "good" },
		{ .name = "revoked", .leaf = leaf_gone },
		{ .name = "ca-revoked", .ca = ca_gone },
		{ .name = "none", .absent = true },
		{ .name = "stale", .stale = true },
		{ .name = "revoked-skipped", .leaf = leaf_gone,
		    .verification = "'level':'strict','override':{'revocation':'skip'}" },
		{ .name = "revoked-logged", .leaf = leaf_gone, .verification = "'level':'permissive'" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_crl leaf = forge_crl_of(p->tsa.cert[1], p->tsa_sub_key);
		struct forge_crl ca = forge_crl_of(p->tsa.cert[2], p->tsa_root_key);
		struct forge_token token = { .tsa = &p->tsa };
		struct diffurl urls[2] = { { .url = TSA_URL }, { .url = TSA_CA_URL } };

		leaf.entries = rows[i].leaf;
		leaf.entry_count = rows[i].leaf != NULL;
		leaf.next_update = rows[i].stale ? LONG_AGO : NULL;
		ca.entries = rows[i].ca;
		ca.entry_count = rows[i].ca != NULL;
		urls[0].base = list(p, leaf);
		urls[1].base = list(p, ca);
		mkdiff_both(p->d, mkdiff_text(p->d, "tsa-", rows[i].name),
		    (struct diffcase){ .urls = urls,
			.url_count = rows[i].absent ? 0 : 2,
			.stores = STAMPED,
			.verification = rows[i].verification },
		    (struct forge_envelope){ .token = &token });
	}
}

static void
responses(struct plant *p)
{
	struct forge *f = p->d->f;
	EVP_PKEY *key = forge_key(f, "rsa2048");
	struct forge_cert leaf = revocable(p);
	struct forge_chain chain;
	struct bytes able, unable, foreign;
	struct forge_cert spec;

	leaf.crl_url = NULL;
	leaf.ocsp_url = OCSP_URL;
	chain = signer_of(p, leaf);
	spec = forge_cert_responder(key, "C=US,O=Example,CN=Responder", chain.cert[1], p->sub_key, true);
	able = forge_cert(f, &spec);
	spec.eku = "codeSigning";
	unable = forge_cert(f, &spec);
	spec = forge_cert_responder(key, "C=US,O=Example,CN=Responder", p->d->stranger.cert[1],
	    forge_key(f, "other-ca"), true);
	foreign = forge_cert(f, &spec);
	const struct {
		const char *name;
		struct forge_ocsp_single single;
		struct bytes responder;
		unsigned status;
		bool broken;
	} rows[] = {
		{ .name = "good" },
		{ .name = "good-sha256", .single = { .hash = "SHA256" } },
		{ .name = "revoked", .single = { .status = FORGE_OCSP_REVOKED } },
		{ .name = "unknown", .single = { .status = FORGE_OCSP_UNKNOWN } },
		{ .name = "stale", .single = { .next_update = LONG_AGO, .this_update = "2024-12-01" } },
		{ .name = "no-next-update", .single = { .no_next_update = true } },
		{ .name = "future", .single = { .this_update = "2047-01-01T00:00:00Z" } },
		{ .name = "other-serial", .single = { .serial = 0x99 } },
		{ .name = "other-issuer", .single = { .break_name_hash = true } },
		{ .name = "critical", .single = { .extension = true, .critical = true } },
		{ .name = "delegate", .responder = able },
		{ .name = "delegate-no-eku", .responder = unable },
		{ .name = "delegate-foreign", .responder = foreign },
		{ .name = "try-later", .status = 3 },
		{ .name = "broken", .broken = true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_ocsp_single single = rows[i].single;
		struct forge_ocsp answer = { .cert = chain.cert[0],
			.issuer = chain.cert[1],
			.issuer_key = p->sub_key,
			.responder = rows[i].responder,
			.responder_key = rows[i].responder.len > 0 ? key : NULL,
			.singles = &single,
			.single_count = 1,
			.status = rows[i].status,
			.break_signature = rows[i].broken };
		struct diffurl urls[2] = { { .url = OCSP_URL, .ocsp = true },
			{ .url = CA_URL, .base = list(p, ca_list(p)) } };

		if (single.next_update == NULL)
			single.next_update = "2049-01-01T00:00:00Z";
		urls[0].base = forge_ocsp(f, &answer);
		mkdiff_both(p->d, mkdiff_text(p->d, "ocsp-", rows[i].name),
		    (struct diffcase){ .urls = urls, .url_count = 2 },
		    (struct forge_envelope){ .signer = &chain });
	}
}

void
mkdiff_revocation(struct diffcases *d)
{
	struct plant p;

	plant(&p, d);
	lists(&p);
	levels(&p);
	intermediate(&p);
	deltas(&p);
	stampers(&p);
	responses(&p);
}
