/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_POLICY_PARTS_H
#define TRUST_POLICY_PARTS_H
/* What the files behind policy.h and policycheck.h share; for trust/policy*.c alone. */
#include "crypto/digest.h"
#include "trust/faults.h"
#include "trust/policycheck.h"

/* --- policyrule.c: a document and its rules --- */

/* One statement as written. A member may be absent, or present with a type that is a fault. */
struct policy_raw {
	struct jv at, name, scopes, global, verification, level, override, timestamp,
	    stores, identities;
};

struct policy_parsing {
	struct policy *out;
	struct arena *mem; /* of the result */
	struct arena scratch;
	struct policy_raw *raws;
	struct faults *faults;
};

/* Fill out->statements as far as they can be read. -1: as many faults as are wanted. */
int policy_rules(struct policy_parsing *p, struct jv root);

/*
 * As policy_parse, but every fault is added to `faults`, whose memory is not the policy's. *out
 * holds what could be read, for words about it, and never to judge by: policy_clear it.
 */
void policy_parse_all(struct policy *out, struct faults *faults, struct bytes text,
    enum policy_kind kind, const struct limits *limits, const struct where *at);

/* --- policydir.c: the folder --- */

struct policy_folder {
	const char *path;
	int fd;
	bool lenient; /* permissions are not demanded */
};

/* Open f->path. Faults of its permissions are not looked at. */
int policy_folder_open(struct policy_folder *f, struct err *err);
/* Could nobody else have changed the folder, or led us elsewhere on the way? */
int policy_folder_trusted(const struct policy_folder *f, struct faults *faults);
/* Does this entry exist? */
int policy_folder_has(
    bool *out, const struct policy_folder *f, const char *name, struct err *err);
/* A name that must not be there; NULL behind the last one. policy_refuse_file: -1 if it is. */
const char *policy_refused_name(size_t i);
int policy_refuse_file(const struct policy_folder *f, const char *name, struct err *err);
/* Names that are passed over with a warning. */
const char *policy_ignored_name(size_t i);
/* Open the document of one kind: *name as found. Its permissions are not looked at. */
int policy_document_open(int *fd, const char **name, const struct policy_folder *f,
    enum policy_kind kind, struct err *err);
/* The place in *err is below the folder; people want to see the whole path. Returns -1. */
int policy_below(const struct policy_folder *f, struct err *err);

/* --- policycheck.c and policywise.c: what is to be said about it --- */

void policycheck_warn(struct policycheck *c, enum reason reason, struct str file,
    struct str pointer, const char *fmt, ...) ATTR_PRINTF(5, 6);
/* Legal but unwise: statements, anchors, revocation data. `certs` is borrowed for the call. */
void policycheck_wise(struct policycheck *c, struct certs *certs,
    const struct policycheck_options *options);

#endif
