/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_CHECK_H
#define VERIFY_CHECK_H
/*
 * A check is what can be found out about a target: here, whether a signature of one family holds.
 * Each kind finds its candidates, judges one, and shows one without judging it. It knows nothing of
 * what is demanded (decide/demand.h), and nothing of another kind.
 *
 * A new family of signatures is one file in envelope/ (parse), one here (find, judge, show), and
 * one row in checkers.c.
 */
#include "store/graph.h"
#include "trust/policy.h"
#include "verdict/target.h"
#include "verdict/verdict.h"

struct revoker; /* verify/revoked.h */
struct blob_job; /* verify/blob.h */
struct blob_signature;

struct metadata { /* user metadata that a signature must carry */
	struct str key, value;
};

struct verify_tools { /* a worker's own; nothing in it is shared */
	struct certs *certs;
	struct chains *chains;
	struct hasher *hasher;
	const struct limits *limits;
	const struct policy *policy;
	struct revoker *revoker; /* NULL: no revocation data was given */
	struct when time; /* the one evaluation time of the run */
	bool time_chosen; /* by the user: it is not that of the run */
	bool allow_missing; /* an absent layer is only told */
	bool require_complete; /* a platform that was left out is a failure */
	uint64_t (*cpu_us)(void); /* processor time so far; NULL: no limit on it */
	const struct metadata *metadata; /* demanded of every signature; may be none */
	size_t metadata_count;
};

struct candidate { /* something that may be what is looked for */
	const struct checker *checker; /* that found it, and judges it */
	struct str digest; /* of the manifest or the file; in their order within a kind */
	const struct node *node; /* the manifest that holds it; NULL: a file */
	const struct blob_signature *file; /* that was given beside a file */
};

struct candidates {
	struct arena *mem;
	const struct checker *checker; /* that is finding */
	VEC(struct candidate) list;
};

struct check_job { /* one target under one statement, and one candidate after the other */
	const struct verify_tools *tools;
	const struct policy_statement *statement; /* NULL: to be shown, not judged */
	const struct target *target;
	struct store *store; /* of the target's input; NULL: a file */
	const struct blob_job *given; /* what the user gave beside a file; NULL: an image */
	const struct candidate *candidate;
	uint64_t cpu_began; /* tools->cpu_us when the target was begun */
};

struct checker {
	const char *name;
	/* Could this manifest be a candidate of this kind, whatever it refers to? */
	bool (*accepts)(const struct node *n);
	/* Those of the job's target, in the order of their digests. */
	void (*find)(struct candidates *out, const struct check_job *job);
	/*
	 * Append the job's candidate as one signature, and its steps. One that does not hold is 0
	 * with a failed step; -1 only for ERR_ENV.
	 */
	int (*judge)(struct verdict *v, const struct check_job *job, struct err *err);
	/* The same without judging: parsed and recorded only; what it signs is in its record. */
	int (*show)(struct verdict *v, const struct check_job *job, struct err *err);
};

/* Has the job's target used up its share of processor time? What is dear asks before each part. */
bool check_out_of_time(const struct check_job *job);

/* For `find`: another one, of the kind that is finding. */
void candidates_add(struct candidates *out, struct candidate one);
/* For `find`: the manifests that refer to the target and that the kind accepts. */
void candidates_referrers(struct candidates *out, const struct check_job *job);

#endif
