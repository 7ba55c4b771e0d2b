/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H
/*
 * The child: one input, read into a store, its graph, its artifacts judged, everything sent to the
 * parent. It has no database handle and no path names.
 *
 * struct worker is the state that a worker thread would own: library context, intern table of
 * certificates, chain cache, buffers. Nothing in it is shared.
 */
#include "input/input.h"
#include "run/wire.h"
#include "store/graph.h"
#include "verify/blob.h"
#include "verify/revoked.h"
#include "verify/check.h"

enum worker_mode {
	WORKER_AUDIT,           /* inventory and verdicts */
	WORKER_INSPECT,         /* inventory and signatures parsed; under a policy verdicts behind them */
	WORKER_TREE,            /* inventory; under a policy verdicts, too */
	WORKER_BLOB,            /* the input is a file, judged by the signatures in `blob` */
	WORKER_BLOB_INSPECT     /* the input is the signature of a file: parsed, not judged */
};

struct worker_blob {            /* octets of the signatures are read before the child is there */
	struct blob_job job;            /* WORKER_BLOB_INSPECT: one signature, its name and type alone */
	struct str name;                /* of the file, for people */
};

struct worker_options {         /* the same for every input of a run */
	enum worker_mode mode;
	const struct limits *limits;
	const struct policy *policy;    /* NULL unless something is judged */
	const struct revdata *revdata;  /* NULL: no revocation data */
	struct when time;
	bool time_chosen;               /* by the user: it is not that of the run */
	enum subjects subjects;
	struct naming naming;           /* what the user says of names */
	enum input_found found;         /* of the one input: the batch sets it in each child */
	const struct metadata *metadata; /* demanded user metadata */
	size_t metadata_count;
	const struct worker_blob *blob; /* NULL unless a mode above says so */
	bool hash_input, allow_missing, require_complete;
	uint64_t (*clock_us)(void);     /* monotonic; handed in by cli/ */
	uint64_t (*cpu_us)(void);       /* processor time of this process; likewise */
};

struct worker {
	struct ossl *lib;
	struct certs *certs;
	struct chains *chains;
	struct hasher *hasher;
	struct revoker *revoker;        /* NULL without revocation data */
	struct arena artifact;          /* reset for each artifact */
	struct worker_told *told;       /* certificates the parent has already */
};
void worker_init(struct worker *w, const struct limits *limits, const struct revdata *revdata);
void worker_clear(struct worker *w);

/* One input, to its end. 0 if the parent was told all (a refusal too), -1 if it could not be told. */
int worker_run(struct worker *w, const struct worker_options *options, int input, bool is_dir,
    struct wire_out *out);

#endif
