/* SPDX-License-Identifier: Apache-2.0 */
/* One worker's crypto state and a forge, for tests of src/crypto. */
#include "tests/lib/kit.h"

#include <stdio.h>

void
kit_open(struct kit *k)
{
	ossl_process_init();
	*k = (struct kit){ .lib = ossl_new() };
	limits_default(&k->limits);
	k->certs = certs_new(k->lib, &k->limits);
	k->chains = chains_new(k->certs);
	k->hasher = hasher_new(k->lib);
	k->forge = forge_new();
	k->mem = forge_mem(k->forge);
}

void
kit_close(struct kit *k)
{
	forge_free(k->forge);
	hasher_free(k->hasher);
	chains_free(k->chains);
	certs_free(k->certs);
	ossl_free(k->lib);
}

static enum reason
keep(struct kit *k, const struct err *err)
{
	snprintf(k->detail, sizeof(k->detail), "%s", err->text);
	return err->reason;
}

enum reason
kit_cert(struct kit *k, const struct cert **out, struct bytes der)
{
	const struct cert *c;
	struct err err;

	if (certs_get(&c, k->certs, der, NULL, &err) != 0)
		return keep(k, &err);
	if (out != NULL)
		*out = c;
	return REASON_NONE;
}

enum reason
kit_chain(struct kit *k, const struct bytes *ders, size_t count, enum chain_use use)
{
	const struct chain *chain;
	struct err err;

	if (chain_get(&chain, k->chains, ders, count, use, NULL, &err) != 0)
		return keep(k, &err);
	/* As for a chain that an anchor was found for. */
	if (chain->reason == REASON_NONE)
		chain = chain_names(k->chains, chain);
	snprintf(k->detail, sizeof(k->detail), "%s", chain->detail);
	return chain->reason;
}

enum reason
kit_forged(struct kit *k, const struct forge_chain *c, enum chain_use use)
{
	return kit_chain(k, c->cert, c->count, use);
}

enum reason
kit_token(struct kit *k, struct bytes token, struct bytes message,
    const struct bytes *anchors, size_t count)
{
	struct chain_anchors set = { .ders = anchors, .count = count };
	enum reason reason;
	struct err err;
	struct tst t;

	k->detail[0] = '\0';
	if (tst_parse(&t, k->mem, token, &k->limits, NULL, &err) != 0)
		return keep(k, &err);
	reason = tst_imprint(&t, k->hasher, message);
	if (reason != REASON_NONE)
		return reason;
	hasher_begin(k->hasher, DIGEST_SHA256);
	for (size_t i = 0; i < count; i++)
		hasher_add(k->hasher, anchors[i]);
	hasher_end(k->hasher, &set.digest);
	return tst_verify(
	    &t, NULL, k->certs, k->chains, k->hasher, &set, k->detail, sizeof(k->detail));
}

struct kit_trio
kit_trio(struct kit *k)
{
	struct kit_trio t = { .use = CHAIN_CODE_SIGNING };
	EVP_PKEY *ca = forge_key(k->forge, "ca"), *sub = forge_key(k->forge, "ca-sub");
	struct bytes none = { NULL, 0 };

	t.root = forge_cert_root(ca, "C=US,ST=WA,O=Example,CN=Root");
	t.ca = forge_cert_ca(sub, "C=US,ST=WA,O=Example,CN=Issuing", none, ca);
	t.leaf = forge_cert_leaf(
	    forge_key(k->forge, "rsa2048"), "C=US,ST=WA,O=Example,CN=Signer", none, sub);
	return t;
}

void
kit_make(struct kit *k, struct bytes ders[3], const struct kit_trio *t)
{
	struct forge_cert ca = t->ca, leaf = t->leaf;

	ders[2] = forge_cert(k->forge, &t->root);
	if (ca.issuer.len == 0)
		ca.issuer = ders[2];
	if (ca.issuer_key == NULL)
		ca.issuer_key = t->root.key;
	ders[1] = forge_cert(k->forge, &ca);
	if (leaf.issuer.len == 0)
		leaf.issuer = ders[1];
	leaf.issuer_key = ca.key;
	ders[0] = forge_cert(k->forge, &leaf);
}
