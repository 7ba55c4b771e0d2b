/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes fixtures/blobs: a file and its detached signatures, right ones and wrong ones, under the
 * authorities of the quickstart policy (see fixtures/README.md). Called by fixtures/generate.sh.
 *
 * usage: mkblobs OUT           (srcdir names the source tree that holds fixtures/keys)
 */
#include "tests/lib/forge.h"

#include <stdio.h>

static const char content[] = "tool 1.4\nA file that assay blob judges; not a program.\n";

struct plant {
	struct forge *f;
	const char *out;
	struct forge_chain ec, rsa, revocable, stranger, time;
	struct forge_token token;
};

static struct forge_chain
release_chain(struct plant *p, const char *key, uint64_t serial)
{
	struct forge_chain c = forge_chain(p->f, forge_key(p->f, key), "Example Corp");
	struct forge_cert leaf = forge_cert_leaf(c.key,
	    "C=US,ST=WA,L=Seattle,O=Example Corp,CN=Tool Signer", c.cert[1],
	    forge_key(p->f, "ca-sub"));

	leaf.serial = serial;
	c.cert[0] = forge_cert(p->f, &leaf);
	return c;
}

/* The signer of the export queue: revocation lists and responses for it are in fixtures/revocation. */
static struct forge_chain
revocable_chain(struct plant *p)
{
	struct forge_chain c = forge_chain(p->f, forge_key(p->f, "p384"), "Example Corp");
	struct forge_cert leaf = forge_cert_leaf(c.key,
	    "C=US,ST=WA,L=Seattle,O=Example Corp,CN=Release Signer CRL", c.cert[1],
	    forge_key(p->f, "ca-sub"));

	leaf.serial = 0x1004;
	leaf.crl_url = "http://crl.example/release.crl";
	c.cert[0] = forge_cert(p->f, &leaf);
	return c;
}

static struct forge_chain
stranger_chain(struct plant *p)
{
	EVP_PKEY *key = forge_key(p->f, "other");
	struct forge_chain c = { .key = key, .count = 1 };
	struct forge_cert leaf = forge_cert_leaf(
	    key, "C=US,ST=WA,O=Example Corp,CN=Tool Signer", (struct bytes){ NULL, 0 }, NULL);

	c.cert[0] = forge_cert(p->f, &leaf);
	return c;
}

/* `hash` as the payload calls it: by the rule that of the signer's key. */
static void
put(struct plant *p, const char *name, struct forge_envelope spec, const char *text)
{
	struct bytes data = forge_text(text);
	const char *hash = forge_key_hash(spec.signer->key);
	struct forge_target target = {
		.media_type = "text/plain",
		.digest = arena_printf(forge_mem(p->f), "sha%s:%.*s", hash + 3,
		    STR_ARG(forge_hex(p->f, forge_hash(p->f, hash, data))))
			      .ptr,
		.size = data.len,
		.annotations = "{\"buildId\":\"101\"}",
	};

	spec.payload = forge_payload(p->f, &target);
	spec.agent = "mkblobs/1";
	forge_write(p->out, name, forge_envelope(p->f, &spec));
}

int
main(int argc, char **argv)
{
	struct plant p = { .f = forge_new(), .out = argv[argc - 1] };

	if (argc != 2)
		forge_die("usage: mkblobs OUT");
	p.ec = release_chain(&p, "p384", 0x2001);
	p.rsa = release_chain(&p, "rsa2048", 0x2002);
	p.revocable = revocable_chain(&p);
	p.stranger = stranger_chain(&p);
	p.time = forge_chain_tsa(p.f, forge_key(p.f, "tsa"), "Example Time");
	p.token.tsa = &p.time;
	forge_write(p.out, "tool.txt", forge_text(content));
	put(&p, "tool.txt.jws.sig",
	    (struct forge_envelope){ .form = FORGE_JWS, .signer = &p.rsa, .token = &p.token },
	    content);
	put(&p, "tool.txt.cose.sig",
	    (struct forge_envelope){ .form = FORGE_COSE, .signer = &p.ec }, content);
	put(&p, "other.txt.jws.sig",
	    (struct forge_envelope){ .form = FORGE_JWS, .signer = &p.rsa }, "another file\n");
	put(&p, "expired.txt.cose.sig",
	    (struct forge_envelope){ .form = FORGE_COSE, .signer = &p.ec,
		.expiry = "2024-03-01T00:00:00Z" },
	    content);
	put(&p, "stranger.txt.jws.sig",
	    (struct forge_envelope){ .form = FORGE_JWS, .signer = &p.stranger }, content);
	put(&p, "revocable.txt.jws.sig",
	    (struct forge_envelope){ .form = FORGE_JWS, .signer = &p.revocable }, content);
	forge_free(p.f);
	return 0;
}
