/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_KIT_H
#define TESTS_LIB_KIT_H
/* One worker's crypto state and a forge, for tests of src/crypto. */
#include "crypto/tst.h"
#include "tests/lib/forge.h"

struct kit {
	struct limits limits;
	struct ossl *lib;
	struct certs *certs;
	struct chains *chains;
	struct hasher *hasher;
	struct forge *forge;
	struct arena *mem; /* the forge's */
	char detail[256]; /* words of the last refusal */
};

void kit_open(struct kit *k);
void kit_close(struct kit *k);

/* The reason why the certificate cannot be read, or NONE; *out may be NULL. */
enum reason kit_cert(struct kit *k, const struct cert **out, struct bytes der);
/* The same for a chain, or the rule that it breaks. */
enum reason kit_chain(
    struct kit *k, const struct bytes *ders, size_t count, enum chain_use use);
enum reason kit_forged(struct kit *k, const struct forge_chain *c, enum chain_use use);
/* Parse, imprint, signer: the first reason. Anchors as DER. */
enum reason kit_token(struct kit *k, struct bytes token, struct bytes message,
    const struct bytes *anchors, size_t count);

/* A leaf, an issuing CA and a root, of which a test changes one thing. */
struct kit_trio {
	struct forge_cert leaf, ca, root;
	enum chain_use use;
};

struct kit_trio kit_trio(struct kit *k);
/*
 * Leaf first. Made from the root down, so that a changed CA is the issuer of what is
 * below it.
 */
void kit_make(struct kit *k, struct bytes ders[3], const struct kit_trio *t);

#endif
