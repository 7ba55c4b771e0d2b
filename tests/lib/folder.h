/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_FOLDER_H
#define TESTS_LIB_FOLDER_H
/*
 * A policy folder that loads, with one document and one store, to break one thing in it and see
 * that thing named. The same tests serve both kinds of document.
 */
#include "tests/lib/scratch.h"
#include "trust/policy.h"

#define STATEMENT(name, scopes)                                                          \
	"{'name':'" name "','registryScopes':[" scopes "],'signatureVerification':"      \
	"{'level':'strict'},'trustStores':['ca:a'],'trustedIdentities':['*']}"
#define DOC(list) "{'version':'1.0','trustPolicies':[" list "]}"
#define GOOD DOC(STATEMENT("s", "'r.io/a'"))

/* Which of the two documents is tried; set by main. */
extern enum policy_kind folder_kind;

struct folder {
	struct scratch dir;
	struct policy policy;
	struct err err;
};

/* The policy folder is PATH/o/p/q: two parents can be made bad. */
#define P "o/p/q/"
#define DOCUMENT                                                                         \
	(folder_kind == POLICY_BLOB ? P "trustpolicy.blob.json" : P "trustpolicy.json")
/* The name that is looked for first. */
#define FIRST                                                                            \
	(folder_kind == POLICY_BLOB ? P "trustpolicy.blob.json"                          \
				    : P "trustpolicy.oci.json")
#define STORE P "truststore/x509/ca/a"

/* Once, before all others; owned here. */
struct ossl *folder_library(void);
void folder_library_end(void);

void folder_begin(struct folder *f);
/* Text of a document of this kind: one about files has no scopes. */
struct str folder_text(struct arena *mem, const char *text);
/* The document, written with ' for ". */
void folder_put(const struct folder *f, const char *text);
/* REASON_NONE, or why f->policy was not loaded: f->err. */
enum reason folder_load(struct folder *f);
enum reason folder_load_at(struct folder *f, const char *rel, bool lenient);
/* Loaded, or refused with `reason` at the file PATH/rel. Both end the folder. */
void folder_loads(struct folder *f, const char *name);
void folder_refused(
    struct folder *f, enum reason reason, const char *rel, const char *name);

#endif
