/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_VERIFIER_H
#define VERIFY_VERIFIER_H
/*
 * Judging one artifact: the table of signature types, and the dispatcher over it.
 *
 * A new signature type is one file in envelope/ (parse), one here (judge), and one row in the
 * table of verifier.c.
 */
#include "store/graph.h"
#include "trust/policy.h"
#include "verdict/verdict.h"

struct revoker;                 /* verify/revoked.h */

struct metadata {               /* user metadata that a signature must carry */
	struct str key, value;
};

struct verify_tools {           /* a worker's own; nothing in it is shared */
	struct certs *certs;
	struct chains *chains;
	struct hasher *hasher;
	const struct limits *limits;
	const struct policy *policy;
	struct revoker *revoker;        /* NULL: no revocation data was given */
	struct when time;               /* the one evaluation time of the run */
	bool allow_missing;             /* an absent layer is only told */
	bool require_complete;          /* a platform that was left out is a failure */
	uint64_t (*cpu_us)(void);       /* processor time so far; NULL: no limit on it */
	const struct metadata *metadata;        /* demanded of every signature; may be none */
	size_t metadata_count;
};

struct verify_job {             /* one signature of one artifact under one statement */
	const struct verify_tools *tools;
	const struct policy_statement *statement;
	struct store *store;
	const struct node *subject, *referrer;
	uint64_t cpu_began;             /* tools->cpu_us when the artifact was begun */
};

struct verifier {
	const char *name;               /* as in policy and reports */
	bool (*accepts)(const struct node *referrer);
	/*
	 * Append one signature and its steps. A failed signature is 0 with a failed step; -1 only
	 * for ERR_ENV.
	 */
	int (*verify)(struct verdict *v, const struct verify_job *job, struct err *err);
	/* The same without judging: parsed and recorded only; statement and subject are not set. */
	int (*inspect)(struct verdict *v, const struct verify_job *job, struct err *err);
};

extern const struct verifier verifiers[];       /* ends with a NULL name */
const struct verifier *verifier_for(const struct node *referrer);

/*
 * Judge `subject` into *v (initialised by verdict_init), closed. Returns -1 only for ERR_ENV
 * reasons. The order is that of the Notary Project specification, "Signature Evaluation".
 */
int verify_artifact(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *subject, struct err *err);

struct signed_tally {           /* of the signatures of one subject under one statement */
	uint64_t found, looked_at, valid;
	bool late;                      /* the artifact's share of processor time was used up */
};
/*
 * After the last of them; findings from index `findings` on are theirs. True: one is valid, which
 * proves the subject; then what is wrong with the others stops blocking.
 */
bool verify_tally(struct verdict *v, const struct signed_tally *t, size_t findings);

/* What `assay inspect` shows: the signature parsed, nothing judged. Never fails but for ERR_ENV. */
int verify_inspect(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *referrer, struct err *err);

#endif
