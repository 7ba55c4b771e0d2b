/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_POLICYCHECK_H
#define TRUST_POLICYCHECK_H
/*
 * All that can be said about a policy folder: every fault, with its place, and what is legal but
 * unwise. A fault is what policy_load would refuse, or a store that cannot be used; a warning is
 * not. Nothing here is for judging: see policy.h.
 */
#include "trust/policy.h"
#include "trust/revdata.h"

#define POLICYCHECK_DOCS 2 /* by enum policy_kind */
#define POLICYCHECK_FAULTS_MOST 200 /* per folder; `more` tells that there are more */
#define POLICYCHECK_WARNINGS_MOST 1000

struct policycheck_item {
	bool fault;
	enum reason reason;
	struct str file; /* path, with the folder */
	struct str pointer; /* RFC 6901 in a document, else empty */
	struct str statement; /* its name, if the pointer leads into one */
	struct str text;
};

struct policycheck {
	struct arena mem;
	struct str folder;
	bool found[POLICYCHECK_DOCS]; /* there is such a document */
	bool sound[POLICYCHECK_DOCS]; /* and it has no fault */
	struct policy docs[POLICYCHECK_DOCS]; /* as far as they could be read */
	/* every one that a document names, by type and name */
	struct anchor_store *stores;
	size_t store_count;
	bool has_revdata; /* revocation data could be read, if there is any */
	struct revdata revdata;
	VEC(struct policycheck_item) items; /* faults, then warnings */
	size_t fault_count, warning_count;
	bool more;
};

struct policycheck_options {
	struct when at; /* expired, stale: at this time */
	unsigned warn_days; /* anchors that expire so soon are told */
	bool insecure_permissions; /* a warning instead of faults */
	const struct limits *limits; /* NULL: defaults */
	const struct revdata_options *revdata; /* NULL: crl/ and ocsp/ of the folder */
};

/* Never fails: what hinders it is a fault, too. policycheck_clear() it. */
void policycheck_run(struct policycheck *out, const char *path, struct ossl *lib,
    const struct policycheck_options *options);
void policycheck_clear(struct policycheck *c);

/*
 * The scope and the identity that `assay policy init` writes. Nothing can have them: the domain
 * invalid is reserved (RFC 2606 section 2), and XX is no country (ISO 3166-1, user-assigned).
 */
#define POLICYCHECK_EXAMPLE_SCOPE "registry.invalid/team/image"
#define POLICYCHECK_EXAMPLE_IDENTITY                                                     \
	"x509.subject: C=XX, ST=Example, O=Example Organization"

#endif
