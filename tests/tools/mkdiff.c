/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the cases that tests/run-differential.sh puts before assay and before the Notary Project's
 * own verifier (tests/lib/diffcase.h tells what a case is).
 *
 * usage: mkdiff OUT           (srcdir names the source tree that holds fixtures/keys)
 */
#include <stdio.h>

#include "base/defs.h"
#include "tests/lib/diffcase.h"
#include "tests/tools/mkdiff.h"

static const char *
named(struct diffcases *d, const char *fmt, const char *a, const char *b, const char *c)
{
	return arena_printf(forge_mem(d->f), "%s-%s-%s-%s", fmt, a, b, c).ptr;
}

const char *
mkdiff_text(struct diffcases *d, const char *a, const char *b)
{
	return arena_printf(forge_mem(d->f), "%s%s", a, b).ptr;
}

void
mkdiff_both(struct diffcases *d, const char *name, struct diffcase c, struct forge_envelope env)
{
	static const char *const forms[] = { "-jws", "-cose" };

	c.envelopes = &env;
	c.envelope_count = 1;
	for (int i = 0; i < 2; i++) {
		env.form = i == 0 ? FORGE_JWS : FORGE_COSE;
		diffcase_write(d, mkdiff_text(d, name, forms[i]), &c);
	}
}

/* A leaf under the committed authority that differs in what the caller sets. */
static struct forge_chain
signer(struct diffcases *d, struct forge_cert leaf)
{
	struct forge_chain c = d->ca;

	c.key = leaf.key;
	c.cert[0] = forge_cert(d->f, &leaf);
	return c;
}

static struct forge_cert
leaf(struct diffcases *d, const char *key)
{
	return forge_cert_leaf(forge_key(d->f, key), "C=US,ST=WA,O=Example,CN=Signer",
	    d->ca.cert[1], forge_key(d->f, "ca-sub"));
}

/* --- good signatures: every key, both envelopes ---------------------------------------------- */

static void
algorithms(struct diffcases *d)
{
	static const char *const keys[] = { "rsa2048", "rsa3072", "rsa4096", "p256", "p384",
		"p521" };

	for (size_t i = 0; i < COUNT(keys); i++) {
		struct forge_chain c = signer(d, leaf(d, keys[i]));

		mkdiff_both(d, mkdiff_text(d, "good-", keys[i]), (struct diffcase){ 0 },
		    (struct forge_envelope){ .signer = &c });
	}
}

/* --- each level against each kind of trouble ------------------------------------------------- */

static const struct {
	const char *name, *json;
} levels[] = {
	{ "strict", "'level':'strict'" },
	{ "permissive", "'level':'permissive'" },
	{ "audit", "'level':'audit'" },
	{ "skip", "'level':'skip'" },
	{ "custom", "'level':'strict','override':{'authenticity':'log','revocation':'skip'}" },
	{ "lenient", "'level':'strict','override':{'expiry':'log','authenticTimestamp':'log'}" },
};

static void
trouble(struct diffcases *d, const char *name, struct diffcase c, struct forge_envelope env)
{
	for (size_t i = 0; i < COUNT(levels); i++) {
		struct diffcase one = c;

		one.verification = levels[i].json;
		env.form = i % 2 == 0 ? FORGE_JWS : FORGE_COSE;
		one.envelopes = &env;
		one.envelope_count = c.envelope_count;
		if (i == 3)
			one.document =
			    "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],"
			    "'signatureVerification':{'level':'skip'}}]}";
		diffcase_write(d, named(d, "level", name, levels[i].name,
				      env.form == FORGE_JWS ? "jws" : "cose"), &one);
	}
}

static void
troubles(struct diffcases *d)
{
	struct diffcase signed_once = { .envelope_count = 1 }, c;
	struct forge_token token = { .tsa = &d->tsa };
	struct forge_cert old = leaf(d, "p256"), young = leaf(d, "p256"), other = leaf(d, "p256");
	struct forge_chain expired, early, outsider;

	old.not_before = "2024-01-01";
	old.not_after = "2025-01-01";
	expired = signer(d, old);
	young.not_before = "2045-01-01";
	early = signer(d, young);
	other.subject = "C=US,ST=WA,O=Elsewhere,CN=Signer";
	outsider = signer(d, other);

	trouble(d, "unsigned", (struct diffcase){ 0 }, (struct forge_envelope){ 0 });
	trouble(d, "none", signed_once, (struct forge_envelope){ 0 });
	trouble(d, "untrusted", signed_once, (struct forge_envelope){ .signer = &d->stranger });
	trouble(d, "identity", signed_once, (struct forge_envelope){ .signer = &outsider });
	trouble(d, "certificate-expired", signed_once,
	    (struct forge_envelope){ .signer = &expired });
	trouble(d, "certificate-early", signed_once, (struct forge_envelope){ .signer = &early });
	trouble(d, "signature-expired", signed_once,
	    (struct forge_envelope){ .expiry = "2024-06-01T00:00:00Z" });
	trouble(d, "payload-changed", signed_once,
	    (struct forge_envelope){ .flip = FORGE_PART_PAYLOAD, .flip_at = 40 });
	c = signed_once;
	c.stores = "'ca:root','tsa:root'";
	trouble(d, "timestamp-missing", c, (struct forge_envelope){ 0 });
	trouble(d, "timestamp-good", c,
	    (struct forge_envelope){ .signer = &expired, .token = &token });
	c.stores = "'ca:missing'";
	trouble(d, "store-missing", c, (struct forge_envelope){ 0 });
	c.stores = "'signingAuthority:root'";
	trouble(d, "store-type", c, (struct forge_envelope){ 0 });
}

/* --- envelopes ------------------------------------------------------------------------------- */

static const char *const crit_double[] = { "io.cncf.notary.signingScheme",
	"io.cncf.notary.signingScheme", NULL };
static const char *const crit_absent[] = { "io.cncf.notary.signingScheme",
	"io.cncf.notary.expiry", NULL };
static const char *const crit_none[] = { NULL };

static void
envelopes(struct diffcases *d)
{
	static const struct forge_header plain = { .name = "com.example.note", .json = "\"x\"" };
	static const struct forge_header critical = { .name = "com.example.rule",
		.json = "\"x\"",
		.critical = true };
	const struct {
		const char *name;
		struct forge_envelope env;
	} rows[] = {
		{ "expiry-later", { .expiry = "2048-01-01T00:00:00Z" } },
		{ "expiry-before-signing", { .expiry = "2024-01-01T00:00:00Z" } },
		{ "extended", { .extra = &plain, .extra_count = 1 } },
		{ "critical-unknown", { .extra = &critical, .extra_count = 1 } },
		{ "plugin", { .plugin = "com.example.plugin" } },
		{ "plugin-version", { .plugin = "com.example.plugin", .plugin_min = "1.0.0" } },
		{ "content-type", { .content_type = "application/json" } },
		{ "no-content-type", { .no_content_type = true } },
		{ "no-alg", { .no_alg = true } },
		{ "no-crit", { .no_crit = true } },
		{ "no-scheme", { .no_scheme = true } },
		{ "no-time", { .no_time = true } },
		{ "no-chain", { .no_chain = true } },
		{ "crit-double", { .crit = crit_double } },
		{ "crit-absent", { .crit = crit_absent } },
		{ "crit-empty", { .crit = crit_none } },
		{ "scheme-unknown", { .scheme = "notary.x509.other" } },
		{ "alg-other", { .alg = "ES384", .cose_alg = -35 } },
		{ "der-signature", { .sigform = FORGE_SIG_DER } },
		{ "signature-changed", { .flip = FORGE_PART_SIGNATURE, .flip_at = 5 } },
		{ "chain-changed", { .flip = FORGE_PART_CHAIN, .flip_at = 90 } },
		{ "agent", { .agent = "forge/1" } },
		{ "authority-in-ca-store", { .scheme = "notary.x509.signingAuthority" } },
		{ "signing-time-future", { .signing_time = "2047-01-01T00:00:00Z" } },
		{ "signing-time-before-leaf", { .signing_time = "2020-01-01T00:00:00Z" } },
	};
	struct forge_chain rsa = signer(d, leaf(d, "rsa2048"));

	for (size_t i = 0; i < COUNT(rows); i++)
		mkdiff_both(d, mkdiff_text(d, "envelope-", rows[i].name), (struct diffcase){ 0 },
		    rows[i].env);
	mkdiff_both(d, "envelope-pkcs1", (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &rsa, .sigform = FORGE_SIG_PKCS1 });
	mkdiff_both(d, "envelope-salt-8", (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &rsa, .salt = 8 });
	mkdiff_both(d, "envelope-alg-rs256", (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &rsa, .alg = "RS256", .cose_alg = -257 });
	mkdiff_both(d, "authority-good",
	    (struct diffcase){ .stores = "'signingAuthority:root'" },
	    (struct forge_envelope){ .scheme = "notary.x509.signingAuthority" });
	mkdiff_both(d, "authority-time-outside",
	    (struct diffcase){ .stores = "'signingAuthority:root'" },
	    (struct forge_envelope){ .scheme = "notary.x509.signingAuthority",
		.signing_time = "2023-01-01T00:00:00Z" });
}

/* --- payloads -------------------------------------------------------------------------------- */

static void
payloads(struct diffcases *d)
{
	static const struct {
		const char *name, *media_type, *digest;
		uint64_t size;
	} rows[] = {
		{ "digest", NULL, "sha256:0000000000000000000000000000000000000000000000000000000000000000", 100 },
		{ "type", "application/vnd.docker.distribution.manifest.v2+json", NULL, 0 },
		{ "size", NULL, NULL, 7 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_target t = { .media_type = rows[i].media_type,
			.digest = rows[i].digest != NULL ? rows[i].digest
				: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
			.size = rows[i].size };

		mkdiff_both(d, mkdiff_text(d, "payload-", rows[i].name), (struct diffcase){ 0 },
		    (struct forge_envelope){ .payload = forge_payload(d->f, &t) });
	}
}

/* --- certificate chains ----------------------------------------------------------------------- */

static void
chain_case(struct diffcases *d, const char *name, struct forge_chain chain)
{
	mkdiff_both(d, mkdiff_text(d, "chain-", name), (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &chain });
}

static void
leaves(struct diffcases *d)
{
	static const struct {
		const char *name;
		unsigned usage;
		const char *eku;
		bool usage_lax, is_ca, no_basic;
	} rows[] = {
		{ .name = "leaf-ca", .usage = KU_DIGITAL_SIGNATURE, .eku = "codeSigning", .is_ca = true },
		{ .name = "leaf-no-basic", .usage = KU_DIGITAL_SIGNATURE, .eku = "codeSigning", .no_basic = true },
		{ .name = "usage-none", .eku = "codeSigning" },
		{ .name = "usage-lax", .usage = KU_DIGITAL_SIGNATURE, .eku = "codeSigning", .usage_lax = true },
		{ .name = "usage-cert-sign", .usage = KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN, .eku = "codeSigning" },
		{ .name = "usage-encipher", .usage = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT, .eku = "codeSigning" },
		{ .name = "usage-repudiation", .usage = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, .eku = "codeSigning" },
		{ .name = "usage-wrong", .usage = KU_NON_REPUDIATION, .eku = "codeSigning" },
		{ .name = "eku-none", .usage = KU_DIGITAL_SIGNATURE },
		{ .name = "eku-server", .usage = KU_DIGITAL_SIGNATURE, .eku = "serverAuth" },
		{ .name = "eku-client-too", .usage = KU_DIGITAL_SIGNATURE, .eku = "codeSigning,clientAuth" },
		{ .name = "eku-time", .usage = KU_DIGITAL_SIGNATURE, .eku = "timeStamping" },
		{ .name = "eku-any", .usage = KU_DIGITAL_SIGNATURE, .eku = "anyExtendedKeyUsage" },
		{ .name = "eku-unknown", .usage = KU_DIGITAL_SIGNATURE, .eku = "codeSigning,1.2.3.4" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_cert spec = leaf(d, "p256");

		spec.key_usage = rows[i].usage;
		spec.key_usage_lax = rows[i].usage_lax;
		spec.eku = rows[i].eku;
		if (rows[i].is_ca)
			spec.basic = FORGE_BASIC_CA;
		else if (!rows[i].no_basic)
			spec.basic = FORGE_BASIC_LEAF;
		chain_case(d, rows[i].name, signer(d, spec));
	}
}

static void
keys(struct diffcases *d)
{
	static const char *const kinds[] = { "RSA-1024", "P-224", "secp256k1", "ED25519" };

	for (size_t i = 0; i < 2; i++) {
		struct forge_cert spec = leaf(d, "p256");

		spec.key = forge_key_new(d->f, kinds[i]);
		chain_case(d, kinds[i], signer(d, spec));
	}
}

static void
orders(struct diffcases *d)
{
	struct forge_chain c = d->ca;
	struct forge_cert spec = leaf(d, "p256");

	c.count = 2;
	chain_case(d, "no-root", c);
	c.count = 1;
	chain_case(d, "leaf-alone", c);
	c = d->ca;
	c.cert[1] = d->ca.cert[2];
	c.cert[2] = d->ca.cert[1];
	chain_case(d, "order", c);
	c = d->ca;
	c.cert[3] = d->ca.cert[2];
	c.count = 4;
	chain_case(d, "root-twice", c);
	spec.hash = "SHA1";
	chain_case(d, "sha1", signer(d, spec));
	spec = leaf(d, "p256");
	spec.break_signature = true;
	chain_case(d, "broken-signature", signer(d, spec));
	spec = leaf(d, "p256");
	spec.subject = "C=US,ST=WA,O=Example,CN=Release Issuing CA";
	chain_case(d, "same-name", signer(d, spec));
	mkdiff_both(d, "chain-self-signed", (struct diffcase){ .stores = "'ca:alone'" },
	    (struct forge_envelope){ .signer = &d->alone });
	mkdiff_both(d, "chain-self-signed-untrusted", (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &d->alone });
	mkdiff_both(d, "anchor-intermediate", (struct diffcase){ .stores = "'ca:intermediate'" },
	    (struct forge_envelope){ 0 });
	mkdiff_both(d, "anchor-leaf",
	    (struct diffcase){ .stores = "'ca:extra'", .extra_anchor = d->ca.cert[0] },
	    (struct forge_envelope){ 0 });
	mkdiff_both(d, "anchor-one-of-two",
	    (struct diffcase){ .stores = "'ca:stranger','ca:root'" },
	    (struct forge_envelope){ 0 });
}

/* --- identities and scopes ---------------------------------------------------------------------- */

static void
identities(struct diffcases *d)
{
	static const struct {
		const char *name, *json;
	} rows[] = {
		{ "any", "'*'" },
		{ "exact", "'x509.subject:C=US,ST=WA,L=Seattle,O=Example,CN=Release Signer'" },
		{ "order", "'x509.subject:CN=Release Signer,O=Example,ST=WA,C=US'" },
		{ "blanks", "'x509.subject: C = US , ST = WA , O = Example'" },
		{ "state-alias", "'x509.subject:C=US,S=WA,O=Example'" },
		{ "case-value", "'x509.subject:C=US,ST=WA,O=example'" },
		{ "case-name", "'x509.subject:c=US,ST=WA,O=Example'" },
		{ "wider", "'x509.subject:C=US,ST=WA,O=Example,OU=None'" },
		{ "second", "'x509.subject:C=US,ST=WA,O=Nobody','x509.subject:C=US,ST=WA,O=Example'" },
		{ "other-kind", "'x509.other:C=US,ST=WA,O=Example'" },
		{ "no-organization", "'x509.subject:C=US,ST=WA'" },
		{ "twice", "'x509.subject:C=US,C=US,ST=WA,O=Example'" },
		{ "hash", "'x509.subject:C=US,ST=WA,O=#abc'" },
		{ "plus", "'x509.subject:C=US,ST=WA,O=Example+CN=Release Signer'" },
		{ "overlap", "'x509.subject:C=US,ST=WA,O=Example','x509.subject:C=US,ST=WA,O=Example,CN=x'" },
		{ "any-and-one", "'*','x509.subject:C=US,ST=WA,O=Example'" },
		{ "empty", "''" },
		{ "semicolon", "'x509.subject:C=US;ST=WA;O=Example'" },
	};
	static const struct {
		const char *name, *subject;
	} subjects[] = {
		{ "mail", "C=US,ST=WA,O=Example,emailAddress=a@example.com" },
		{ "domain", "C=US,ST=WA,O=Example,DC=example" },
		{ "two-units", "C=US,ST=WA,O=Example,OU=a,OU=b" },
		{ "escaped", "C=US,ST=WA,O=Example,CN=a\\,b" },
		{ "no-state", "C=US,O=Example,CN=x" },
		{ "street", "C=US,ST=WA,O=Example,street=Main,postalCode=1,CN=x" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		mkdiff_both(d, mkdiff_text(d, "identity-", rows[i].name),
		    (struct diffcase){ .identities = rows[i].json },
		    (struct forge_envelope){ 0 });
	for (size_t i = 0; i < COUNT(subjects); i++) {
		struct forge_cert spec = leaf(d, "p256");
		struct forge_chain c;

		spec.subject = subjects[i].subject;
		c = signer(d, spec);
		mkdiff_both(d, mkdiff_text(d, "subject-", subjects[i].name),
		    (struct diffcase){ 0 }, (struct forge_envelope){ .signer = &c });
	}
}

static void
scopes(struct diffcases *d)
{
	static const struct {
		const char *name, *json, *repository;
	} rows[] = {
		{ "exact", "'registry.example/a/b'", NULL },
		{ "prefix", "'registry.example/a'", NULL },
		{ "other", "'registry.example/a/c'", NULL },
		{ "case", "'registry.example/a/B'", NULL },
		{ "two", "'registry.example/x','registry.example/a/b'", NULL },
		{ "star-inside", "'registry.example/a/*'", NULL },
		{ "star-and-one", "'*','registry.example/a/b'", NULL },
		{ "twice", "'registry.example/a/b','registry.example/a/b'", NULL },
		{ "tag", "'registry.example/a/b:1'", NULL },
		{ "scheme", "'https://registry.example/a/b'", NULL },
		{ "port", "'localhost:5000/a/b'", "localhost:5000/a/b" },
		{ "underscore", "'registry.example/a__b'", "registry.example/a__b" },
	};
	struct forge_envelope env = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diffcase c = { .scopes = rows[i].json,
			.repository = rows[i].repository,
			.envelopes = &env,
			.envelope_count = 1 };

		diffcase_write(d, mkdiff_text(d, "scope-", rows[i].name), &c);
	}
}

/* --- policies that are refused, or not ----------------------------------------------------------- */

static void
policies(struct diffcases *d)
{
#define STATEMENT(more)                                                                    \
	"{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],"             \
	"'trustStores':['ca:root'],'trustedIdentities':['*']," more "}]}"
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "plain", STATEMENT("'signatureVerification':{'level':'strict'}") },
		{ "level-unknown", STATEMENT("'signatureVerification':{'level':'none'}") },
		{ "level-missing", STATEMENT("'signatureVerification':{}") },
		{ "override-integrity", STATEMENT("'signatureVerification':{'level':'strict','override':{'integrity':'log'}}") },
		{ "override-skip-expiry", STATEMENT("'signatureVerification':{'level':'strict','override':{'expiry':'skip'}}") },
		{ "override-unknown", STATEMENT("'signatureVerification':{'level':'strict','override':{'x':'log'}}") },
		{ "override-empty", STATEMENT("'signatureVerification':{'level':'strict','override':{}}") },
		{ "timestamp-unknown", STATEMENT("'signatureVerification':{'level':'strict','verifyTimestamp':'never'}") },
		{ "timestamp-after", STATEMENT("'signatureVerification':{'level':'strict','verifyTimestamp':'afterCertExpiry'}") },
		{ "skip-with-stores", STATEMENT("'signatureVerification':{'level':'skip'}") },
		{ "unknown-member", STATEMENT("'signatureVerification':{'level':'strict'},'note':'x'") },
		{ "member-case", STATEMENT("'SignatureVerification':{'level':'strict'}") },
		{ "duplicate-member", STATEMENT("'signatureVerification':{'level':'audit'},'signatureVerification':{'level':'strict'}") },
		{ "version", "{'version':'2.0','trustPolicies':[]}" },
		{ "empty", "{'version':'1.0','trustPolicies':[]}" },
		{ "no-json", "{" },
		{ "trailing", STATEMENT("'signatureVerification':{'level':'strict'}") " x" },
		{ "name-empty", "{'version':'1.0','trustPolicies':[{'name':'','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustStores':['ca:root'],'trustedIdentities':['*']}]}" },
		{ "name-twice", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustStores':['ca:root'],'trustedIdentities':['*']},{'name':'a','registryScopes':['registry.example/x'],'signatureVerification':{'level':'strict'},'trustStores':['ca:root'],'trustedIdentities':['*']}]}" },
		{ "exact-before-star", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'audit'},'trustStores':['ca:root'],'trustedIdentities':['*']},{'name':'b','registryScopes':['registry.example/a/b'],'signatureVerification':{'level':'strict'},'trustStores':['ca:stranger'],'trustedIdentities':['*']}]}" },
		{ "store-form", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustStores':['root'],'trustedIdentities':['*']}]}" },
		{ "store-kind", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustStores':['root:root'],'trustedIdentities':['*']}]}" },
		{ "store-dots", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustStores':['ca:..'],'trustedIdentities':['*']}]}" },
		{ "no-stores", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustedIdentities':['*']}]}" },
		{ "no-identities", "{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],'signatureVerification':{'level':'strict'},'trustStores':['ca:root']}]}" },
	};
#undef STATEMENT
	struct forge_envelope env = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diffcase c = { .document = rows[i].text,
			.envelopes = &env,
			.envelope_count = 1 };

		diffcase_write(d, mkdiff_text(d, "policy-", rows[i].name), &c);
	}
}

/* --- several signatures -------------------------------------------------------------------------- */

static void
several(struct diffcases *d)
{
	struct forge_envelope good = { 0 }, bad = { .signer = &d->stranger },
			      broken = { .flip = FORGE_PART_SIGNATURE, .flip_at = 3 };
	const struct {
		const char *name;
		struct forge_envelope list[3];
		size_t count;
	} rows[] = {
		{ "good-and-untrusted", { good, bad }, 2 },
		{ "good-and-broken", { good, broken }, 2 },
		{ "all-bad", { bad, broken }, 2 },
		{ "two-good", { good, { .form = FORGE_COSE } }, 2 },
		{ "one-of-three", { bad, broken, { .form = FORGE_COSE } }, 3 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diffcase c = { .envelopes = rows[i].list,
			.envelope_count = rows[i].count };

		diffcase_write(d, mkdiff_text(d, "several-", rows[i].name), &c);
	}
}

int
main(int argc, char **argv)
{
	struct diffcases d;

	if (argc != 2)
		forge_die("usage: mkdiff OUT");
	diffcases_open(&d, argv[1]);
	algorithms(&d);
	troubles(&d);
	envelopes(&d);
	payloads(&d);
	leaves(&d);
	keys(&d);
	orders(&d);
	identities(&d);
	scopes(&d);
	policies(&d);
	several(&d);
	mkdiff_tokens(&d);
	mkdiff_revocation(&d);
	mkdiff_strict(&d);
	printf("%u cases\n", d.count);
	diffcases_close(&d);
	return 0;
}
