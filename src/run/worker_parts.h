/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_WORKER_PARTS_H
#define RUN_WORKER_PARTS_H
/* What the kinds of input have in common. Private to worker.c and worker_blob.c. */
#include "run/worker.h"

struct worker_progress { /* the ctx of worker_progress */
	struct wire_out *out;
	uint64_t calls, done;
};
void worker_progress(void *ctx, uint64_t done);

uint64_t worker_clock(const struct worker_options *o);
struct verify_tools worker_tools(const struct worker *w, const struct worker_options *o);
/* A verdict, if need be without its evidence. Fails with resource.process. */
int worker_tell(struct wire_out *out, struct verdict *v, struct err *err);

/* A file and its signatures, or a signature alone: as worker_run. */
int worker_blob(struct worker *w, const struct worker_options *options, int input,
    bool is_dir, struct wire_out *out);

#endif
