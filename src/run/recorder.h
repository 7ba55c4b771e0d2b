/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RECORDER_H
#define RUN_RECORDER_H
/* A batch whose sink is the audit database: the body of `assay audit`. */
#include "audit/record.h"
#include "run/batch.h"
#include "trust/revdata.h"

/* The policy as documents and anchors for the record; arrays in `mem`. Expired anchors (at `now`)
 * and policy warnings become notes. */
void recorder_policy(struct record_run *run, struct arena *mem, const struct policy *policy,
    struct when now);

/* One more document that shaped the run, in `mem`; its octets stay the caller's. */
void recorder_document(struct record_run *run, struct arena *mem, const struct record_doc *doc);

/*
 * Revocation data and the files that gave none, in the order of their listing; the array in `mem`,
 * texts and octets stay those of `data`.
 */
void recorder_revocation(struct record_run *run, struct arena *mem, const struct revdata *data);

struct recorder_watch {         /* for a terminal; may be NULL */
	void *ctx;
	void (*progress)(void *ctx, const struct input_item *item, uint64_t done,
	    uint64_t ended, uint64_t total, uint64_t artifacts);
};

/*
 * Run the batch into the record. Nothing is written below `record` but through it. Digests in the
 * user's map of names that no input has become a note. The caller ends the record.
 */
int recorder_run(struct batch_result *result, struct record *record, const struct inputs *inputs,
    const struct batch_options *options, const struct recorder_watch *watch, struct err *err);

#endif
