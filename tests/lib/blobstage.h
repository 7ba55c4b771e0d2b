/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_BLOBSTAGE_H
#define TESTS_LIB_BLOBSTAGE_H
/*
 * A file and a policy for files that trusts the authorities of tests/lib/stage.h, and signatures over
 * the file: what tests of detached signatures share.
 */
#include "tests/lib/stage.h"
#include "verify/blob.h"

#define BLOB_JWS "application/jose+json"
#define BLOB_COSE "application/cose"
#define BLOB_AUTHORITY "notary.x509.signingAuthority"
#define BLOB_IDENTITY "'trustedIdentities':['x509.subject:C=US,ST=WA,O=Example']}"
#define BLOB_STORES "'trustStores':['ca:root','signingAuthority:root']," BLOB_IDENTITY

struct blobstage {
	struct stage st;
	struct judge j;                 /* its policy is the one for files */
	struct forge *f;                /* of one test; may be made anew */
	struct bytes file;
};

/*
 * Statements: strict (global), permissive, audit, stamped (with a tsa store), stranger (another
 * authority), nobody (another identity), skip.
 */
void blobstage_open(struct blobstage *b);
void blobstage_close(struct blobstage *b);
/* Puts trustpolicy.blob.json of this folder in the place of j's policy. */
void blobstage_policy(struct judge *j, const char *folder);

struct verify_tools blobstage_tools(struct blobstage *b);
/* As the child does it: which hashes, one pass, the verdict in j; its primary reason. */
enum reason blobstage_job(struct blobstage *b, struct blob_job *job);
/* One signature; `statement` NULL: the global one. */
enum reason blobstage_one(
    struct blobstage *b, const char *statement, const struct blob_signature *s);

struct blob_signature blobstage_signature(enum forge_form form, struct bytes octets);
/* "sha384:..."; hash as forge_hash names it. */
const char *blobstage_digest(struct blobstage *b, const char *hash, struct bytes data);
/* What is missing in the spec is right: payload over the file, signer of the stage. */
struct blob_signature blobstage_sign(
    struct blobstage *b, struct forge_envelope spec, struct forge_target t);
struct blob_signature blobstage_plain(struct blobstage *b, enum forge_form form);

#endif
