/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_BATCH_H
#define RUN_BATCH_H
/*
 * One batch: inputs in order, one child process each, at most `jobs` at a time. What the children
 * send goes to a sink. A child that dies, hangs or sends nonsense costs its input, not the run.
 */
#include "run/inputs.h"
#include "run/worker.h"

struct batch_sink {             /* each returns 0, or -1 with *err to stop the run; any may be NULL */
	void *ctx;
	int (*input_begin)(void *ctx, const struct input_item *item, struct err *err);
	int (*node)(void *ctx, uint64_t seq, const struct node_record *n, struct err *err);
	int (*edge)(void *ctx, uint64_t seq, const struct edge_record *e, struct err *err);
	int (*verdict)(void *ctx, uint64_t seq, const struct verdict *v, struct err *err);
	/* The end: `end` NULL if the input was refused, then *why says so. */
	int (*input_end)(void *ctx, uint64_t seq, const struct input_record *end,
	    const struct err *why, struct err *err);
	/* An input that ended in order: at the end of all another file stands under its path. */
	int (*input_changed)(void *ctx, uint64_t seq, const struct err *why, struct err *err);
	int (*idle)(void *ctx, uint64_t now_us, struct err *err);       /* several times a second */
	/* For a terminal: octets of this input read so far, inputs ended, artifacts judged. */
	void (*progress)(void *ctx, const struct input_item *item, uint64_t done);
};

struct batch_options {
	struct worker_options worker;
	unsigned jobs;
	const volatile int *stop;       /* a signal handler's flag: nonzero ends the batch in order */
	/* What reads an input in its child; NULL: worker_run. Children that lie are made so. */
	int (*child)(struct worker *w, const struct worker_options *options, int input,
	    bool is_dir, struct wire_out *out);
};

struct batch_result {
	uint64_t ended, refused, crashed, not_opened;
	uint64_t misnamed;              /* refused: the user gave one name for several repositories */
	uint64_t no_export;             /* found by a search, read whole, and none: told as a refusal */
	bool stopped;                   /* by *stop: inputs under way were abandoned */
};

int batch_run(struct batch_result *result, const struct inputs *inputs,
    const struct batch_options *options, const struct batch_sink *sink, struct err *err);

#endif
