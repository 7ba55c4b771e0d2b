/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H
/* One line on stderr, on a terminal only, at most ten times a second. */
#include "run/inputs.h"

struct progress {
	bool on, shown;
	uint64_t last_us;
	uint64_t (*clock_us)(void);
};
void progress_init(struct progress *p, bool on, uint64_t (*clock_us)(void));
void progress_clear(struct progress *p);        /* wipes the line */
void progress_show(void *ctx, const struct input_item *item, uint64_t done, uint64_t ended,
    uint64_t total, uint64_t artifacts);

#endif
