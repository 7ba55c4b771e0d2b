/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the bundled exports, their policy folder and the certificates in fixtures/ (see
 * fixtures/README.md). Called by fixtures/generate.sh, which packs some folders as archives.
 *
 * usage: mkfixtures OUT           (srcdir names the source tree that holds fixtures/keys)
 */
#include "tests/lib/forge.h"

#include <stdio.h>
#include <stdlib.h>

#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar"

struct plant { /* everything that signs */
	struct forge *f;
	const char *out;
	struct forge_chain release_rsa, release_ec, expired, with_crl, stranger;
	struct forge_chain time;
};

enum harm { UNHARMED, TAMPERED_LAYER, TAMPERED_MANIFEST };

struct item { /* one image of one export */
	const char *name;
	const struct forge_chain *signer; /* NULL: unsigned */
	enum forge_form form;
	bool token, index, current, tag_index;
	enum harm harm;
	const char *verdict, *reason; /* for EXPECT */
};

struct export
{
	const char *folder, *shipped; /* shipped: name after generate.sh has packed it */
	struct item items[3];
};

/* A chain under the release CA, whose leaf differs in a few fields. */
static struct forge_chain
release_chain(struct plant *p, const char *key, const char *subject, uint64_t serial,
    const char *not_after, const char *crl_url)
{
	struct forge_chain c = forge_chain(p->f, forge_key(p->f, key), "Example Corp");
	struct forge_cert leaf =
	    forge_cert_leaf(c.key, subject, c.cert[1], forge_key(p->f, "ca-sub"));

	leaf.serial = serial;
	leaf.not_after = not_after;
	leaf.crl_url = crl_url;
	c.cert[0] = forge_cert(p->f, &leaf);
	return c;
}

static struct forge_chain
stranger_chain(struct plant *p)
{
	EVP_PKEY *ca = forge_key(p->f, "other-ca"), *key = forge_key(p->f, "other");
	struct forge_chain c = { .key = key, .count = 2 };
	struct forge_cert spec =
	    forge_cert_root(ca, "C=US,ST=WA,O=Example Corp,CN=Unknown Root CA");

	c.cert[1] = forge_cert(p->f, &spec);
	spec = forge_cert_leaf(
	    key, "C=US,ST=WA,O=Example Corp,CN=Release Signer", c.cert[1], ca);
	c.cert[0] = forge_cert(p->f, &spec);
	return c;
}

static void
make_plant(struct plant *p)
{
	p->release_rsa = release_chain(p, "rsa3072",
	    "C=US,ST=WA,L=Seattle,O=Example Corp,CN=Release Signer", 0x1001, NULL, NULL);
	p->release_ec = release_chain(p, "p256",
	    "C=US,ST=WA,L=Seattle,O=Example Corp,CN=Release Signer EC", 0x1002, NULL,
	    NULL);
	p->expired = release_chain(p, "rsa2048",
	    "C=US,ST=WA,L=Seattle,O=Example Corp,CN=Release Signer 2024 Q1", 0x1003,
	    "2024-03-01", NULL);
	p->with_crl = release_chain(p, "p384",
	    "C=US,ST=WA,L=Seattle,O=Example Corp,CN=Release Signer CRL", 0x1004, NULL,
	    "http://crl.example/release.crl");
	p->stranger = stranger_chain(p);
	p->time = forge_chain_tsa(p->f, forge_key(p->f, "tsa"), "Example Time");
}

/* A layer that is a real archive: one header block, one file, two zero blocks (ustar). */
static struct bytes
layer_tar(struct forge *f, const char *text)
{
	size_t len = strlen(text), blocks = (len + 511) / 512;
	uint8_t *tar = arena_alloc(forge_mem(f), (3 + blocks) * 512);
	char *h = (char *)tar;
	unsigned sum = 0;

	snprintf(h, 100, "app/RELEASE");
	snprintf(h + 100, 8, "0000644");
	snprintf(h + 108, 8, "0000000");
	snprintf(h + 116, 8, "0000000");
	snprintf(h + 124, 12, "%011o", (unsigned)len);
	snprintf(h + 136, 12, "%011o", 1705320000u); /* 2024-01-15T12:00:00Z */
	memset(h + 148, ' ', 8);
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < 512; i++)
		sum += tar[i];
	snprintf(h + 148, 8, "%06o", sum);
	memcpy(tar + 512, text, len);
	return bytes_of(tar, (3 + blocks) * 512);
}

static struct forge_desc
make_image(
    struct forge_layout *l, struct forge *f, const struct item *it, const char *platform)
{
	struct str text = arena_printf(forge_mem(f),
	    "%s%s\nA bundled example of assay; not a "
	    "runnable program.\n",
	    it->name, platform);
	struct bytes tar = layer_tar(f, text.ptr);
	struct forge_desc layer = forge_blob(l, LAYER_TYPE, tar);
	struct forge_desc image = forge_image(l, text.ptr, &layer, 1);

	if (it->harm == TAMPERED_LAYER)
		forge_tamper(l, &layer, forge_flip(f, tar, 512, 0x20));
	return image;
}

static struct forge_desc
sign_image(struct plant *p, struct forge_layout *l, const struct item *it,
    const struct forge_desc *image)
{
	struct forge_token token = { .tsa = &p->time,
		.time = "2024-02-01T10:00:00Z",
		.seconds = 1,
		.signing_time = "2024-02-01T10:00:00Z",
		.hash = "SHA512",
		.serial = 0x2001 };
	struct forge_target target = { .media_type = image->media_type,
		.digest = image->digest.ptr,
		.size = image->size };
	struct forge_envelope env = { .form = it->form,
		.payload = forge_payload(p->f, &target),
		.signer = it->signer,
		.signing_time = "2024-02-01T09:59:58Z",
		.agent = "assay-forge/1",
		.token = it->token ? &token : NULL };
	struct forge_referrer ref = { .subject = *image,
		.form = it->form,
		.envelope = forge_envelope(p->f, &env),
		.signer = it->signer,
		.legacy = !it->current,
		.created = "2024-02-01T09:59:58Z" };

	return forge_referrer(l, &ref);
}

static void
make_item(struct plant *p, struct forge_layout *l, const struct item *it, FILE *expect,
    const char *shipped)
{
	struct forge_desc parts[2], image, signature;

	parts[0] = make_image(l, p->f, it, it->index ? " first platform" : "");
	image = parts[0];
	if (it->index) {
		parts[1] = make_image(l, p->f, it, " second platform");
		image = forge_index(l, parts, 2);
	}
	forge_entry(l, &image, it->name);
	fprintf(expect, "%s\t%s\t%s\t%s\t%s\n", shipped, it->name, image.digest.ptr,
	    it->verdict, it->reason);
	if (it->signer != NULL) {
		signature = sign_image(p, l, it, &image);
		if (it->tag_index)
			forge_referrers_tag(l, &image, &signature, 1);
		else
			forge_entry(l, &signature, NULL);
	}
	if (it->harm == TAMPERED_MANIFEST) {
		struct bytes text = str_bytes(
		    arena_printf(forge_mem(p->f), "%*s", (int)image.size, "{}"));

		forge_tamper(l, &image, text);
	}
}

static void
make_exports(struct plant *p)
{
	const struct export exports[] = {
		{ "web", "web.tar",
		    { { "registry.example/shop/web:1.4", &p->release_rsa, FORGE_JWS,
			.current = true, .verdict = "compliant", .reason = "-" } } },
		{ "api", "api",
		    { { "registry.example/shop/api:2.0", &p->release_ec, FORGE_COSE,
			.current = true, .index = true, .tag_index = true,
			.verdict = "compliant", .reason = "-" } } },
		{ "cache", "cache.tar.gz",
		    { { "registry.example/shop/cache:7.2", NULL, FORGE_JWS,
			.verdict = "noncompliant", .reason = "signature.not-found" } } },
		{ "proxy", "proxy.tar.zst",
		    { { "registry.example/shop/proxy:3.0", &p->stranger, FORGE_JWS,
			.verdict = "noncompliant", .reason = "cert.untrusted" } } },
		{ "batch", "batch-wrapped.tar.gz",
		    { { "registry.example/shop/batch:1.1", &p->expired, FORGE_COSE,
			  .verdict = "noncompliant", .reason = "timestamp.missing" },
			{ "registry.example/shop/batch:1.2", &p->expired, FORGE_JWS,
			    .token = true, .verdict = "compliant", .reason = "-" } } },
		{ "pay", "pay.tar",
		    { { "registry.example/shop/pay:5.1", &p->release_rsa, FORGE_COSE,
			.harm = TAMPERED_LAYER, .verdict = "noncompliant",
			.reason = "blob.digest-mismatch" } } },
		{ "login", "login.tar.gz",
		    { { "registry.example/shop/login:1.0", &p->release_ec, FORGE_JWS,
			.harm = TAMPERED_MANIFEST, .verdict = "noncompliant",
			.reason = "blob.digest-mismatch" } } },
		{ "queue", "queue.tar.zst",
		    { { "registry.example/shop/queue:4.4", &p->with_crl, FORGE_COSE,
			.verdict = "noncompliant", .reason = "revocation.no-data" } } },
		{ "tools", "tools.tar.gz",
		    { { "registry.example/tools/cli:0.9", &p->expired, FORGE_JWS,
			  .verdict = "compliant", .reason = "timestamp.missing" },
			{ "registry.example/lab/demo:0.1", &p->stranger, FORGE_COSE,
			    .verdict = "compliant", .reason = "cert.untrusted" } } },
	};
	const char *dir = arena_printf(forge_mem(p->f), "%s/exports", p->out).ptr;
	FILE *expect;

	forge_mkdir(dir);
	expect = fopen(arena_printf(forge_mem(p->f), "%s/EXPECT", dir).ptr, "w");
	if (expect == NULL)
		forge_die("cannot write EXPECT");
	fputs(
	    "# export\tname\tdigest\tverdict under policies/quickstart\treason (first finding)\n",
	    expect);
	for (size_t i = 0; i < COUNT(exports); i++) {
		struct forge_layout *l = forge_layout_new(p->f,
		    arena_printf(forge_mem(p->f), "%s/%s", dir, exports[i].folder).ptr);

		for (size_t k = 0; k < COUNT(exports[i].items); k++)
			if (exports[i].items[k].name != NULL)
				make_item(p, l, &exports[i].items[k], expect,
				    exports[i].shipped);
		forge_layout_end(l);
	}
	if (fclose(expect) != 0)
		forge_die("cannot write EXPECT");
}

static void
write_pem(struct plant *p, const char *path, struct bytes cert)
{
	forge_write(p->out, path, str_bytes(forge_pem(p->f, cert)));
}

static void
make_certs(struct plant *p)
{
	static const char *const folders[] = { "certs", "policies", "policies/quickstart",
		"policies/quickstart/truststore", "policies/quickstart/truststore/x509",
		"policies/quickstart/truststore/x509/ca",
		"policies/quickstart/truststore/x509/ca/example-release",
		"policies/quickstart/truststore/x509/tsa",
		"policies/quickstart/truststore/x509/tsa/example-time" };

	for (size_t i = 0; i < COUNT(folders); i++)
		forge_mkdir(
		    arena_printf(forge_mem(p->f), "%s/%s", p->out, folders[i]).ptr);
	write_pem(p, "policies/quickstart/truststore/x509/ca/example-release/root.pem",
	    p->release_rsa.cert[2]);
	write_pem(p, "policies/quickstart/truststore/x509/tsa/example-time/root.pem",
	    p->time.cert[2]);
	write_pem(p, "certs/release-root.pem", p->release_rsa.cert[2]);
	write_pem(p, "certs/release-issuing.pem", p->release_rsa.cert[1]);
	write_pem(p, "certs/signer-rsa3072.pem", p->release_rsa.cert[0]);
	write_pem(p, "certs/signer-p256.pem", p->release_ec.cert[0]);
	write_pem(p, "certs/signer-expired.pem", p->expired.cert[0]);
	write_pem(p, "certs/signer-crl.pem", p->with_crl.cert[0]);
	write_pem(p, "certs/stranger-root.pem", p->stranger.cert[1]);
	write_pem(p, "certs/stranger.pem", p->stranger.cert[0]);
	write_pem(p, "certs/time-root.pem", p->time.cert[2]);
	write_pem(p, "certs/time-issuing.pem", p->time.cert[1]);
	write_pem(p, "certs/time-signer.pem", p->time.cert[0]);
}

static void
make_policy(struct plant *p)
{
	static const char text[] =
	    "{\n"
	    "  \"version\": \"1.0\",\n"
	    "  \"trustPolicies\": [\n"
	    "    {\n"
	    "      \"name\": \"shop\",\n"
	    "      \"registryScopes\": [\n"
	    "        \"registry.example/shop/api\",\n"
	    "        \"registry.example/shop/batch\",\n"
	    "        \"registry.example/shop/cache\",\n"
	    "        \"registry.example/shop/login\",\n"
	    "        \"registry.example/shop/pay\",\n"
	    "        \"registry.example/shop/proxy\",\n"
	    "        \"registry.example/shop/queue\",\n"
	    "        \"registry.example/shop/web\"\n"
	    "      ],\n"
	    "      \"signatureVerification\": {\n"
	    "        \"level\": \"strict\",\n"
	    "        \"verifyTimestamp\": \"afterCertExpiry\"\n"
	    "      },\n"
	    "      \"trustStores\": [ \"ca:example-release\", \"tsa:example-time\" ],\n"
	    "      \"trustedIdentities\": [ \"x509.subject: C=US, ST=WA, O=Example Corp\" ]\n"
	    "    },\n"
	    "    {\n"
	    "      \"name\": \"tools\",\n"
	    "      \"registryScopes\": [ \"registry.example/tools/cli\" ],\n"
	    "      \"signatureVerification\": { \"level\": \"permissive\" },\n"
	    "      \"trustStores\": [ \"ca:example-release\", \"tsa:example-time\" ],\n"
	    "      \"trustedIdentities\": [ \"*\" ]\n"
	    "    },\n"
	    "    {\n"
	    "      \"name\": \"lab\",\n"
	    "      \"registryScopes\": [ \"registry.example/lab/demo\" ],\n"
	    "      \"signatureVerification\": { \"level\": \"audit\" },\n"
	    "      \"trustStores\": [ \"ca:example-release\" ],\n"
	    "      \"trustedIdentities\": [ \"*\" ]\n"
	    "    },\n"
	    "    {\n"
	    "      \"name\": \"everything-else\",\n"
	    "      \"registryScopes\": [ \"*\" ],\n"
	    "      \"signatureVerification\": { \"level\": \"strict\" },\n"
	    "      \"trustStores\": [ \"ca:example-release\", \"tsa:example-time\" ],\n"
	    "      \"trustedIdentities\": [ \"x509.subject: C=US, ST=WA, O=Example Corp\" ]\n"
	    "    }\n"
	    "  ]\n"
	    "}\n";

	forge_write(p->out, "policies/quickstart/trustpolicy.json", forge_text(text));
}

int
main(int argc, char **argv)
{
	struct plant p = { .f = forge_new() };

	if (argc != 2)
		forge_die("usage: mkfixtures OUT");
	p.out = argv[1];
	make_plant(&p);
	make_exports(&p);
	make_certs(&p);
	make_policy(&p);
	forge_free(p.f);
	return 0;
}
