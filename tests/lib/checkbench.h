/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_CHECKBENCH_H
#define TESTS_LIB_CHECKBENCH_H
/*
 * A policy folder of which policycheck has nothing to say, to change one thing in it and see all
 * that is said then. Texts are JSON with ' for ".
 */
#include "tests/lib/forge.h"
#include "tests/lib/scratch.h"
#include "trust/policycheck.h"

#define NAME(n) "'name':'" n "'"
#define SCOPES(s) ",'registryScopes':[" s "]"
#define LEVEL(l) ",'signatureVerification':{'level':'" l "'}"
#define VERIFY(v) ",'signatureVerification':{" v "}"
#define STORES(s) ",'trustStores':[" s "]"
#define IDS(i) ",'trustedIdentities':[" i "]"
#define DN "x509.subject:C=US,ST=WA,O=Example"
#define TRUST STORES("'ca:a','tsa:t'") IDS("'" DN "'")
#define DOC(list) "{'version':'1.0','trustPolicies':[" list "]}"
#define ONE(members) DOC("{" members "}")
#define HEAD NAME("s") SCOPES("'r.io/a'")
#define GOOD ONE(HEAD LEVEL("strict") TRUST)
#define AT "/trustPolicies/0"

#define CA "truststore/x509/ca/a"
#define TSA "truststore/x509/tsa/t"

struct checkbench {
	struct ossl *lib;
	struct forge *forge;
	struct bytes ca, tsa, ca_crl, tsa_crl;
	EVP_PKEY *ca_key, *tsa_key;
	/* of the test at hand */
	struct scratch dir;
	struct policycheck_options options;
	struct policycheck check;
};

struct expect {
	bool fault;
	enum reason reason;
	const char *file; /* below the folder; "" is the folder itself */
	const char *pointer;
};
enum { WARNING, FAULT };

/* Keys, certificates and lists, made once; ends the program if they cannot be. */
void checkbench_open(struct checkbench *b);
void checkbench_close(struct checkbench *b);
/* A new folder with one document, two stores and their lists; judged as of June 2026. */
void checkbench_begin(struct checkbench *b);
/* The same with this trustpolicy.json. */
void checkbench_document(struct checkbench *b, const char *text);
/* All items and no other, in order; faults come first. Ends the test, and the folder. */
void checkbench_said(
    struct checkbench *b, const struct expect *want, size_t count, const char *name);

#define SAID(b, name, ...)                                                               \
	do {                                                                             \
		const struct expect want_[] = { __VA_ARGS__ };                           \
		checkbench_said(b, want_, COUNT(want_), name);                           \
	} while (0)

#endif
