/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_SANDBOX_H
#define RUN_SANDBOX_H
/* Process hygiene: what every assay process gives up before it looks at input. */
#include "base/limits.h"

/*
 * First thing in main: descriptors 0 to 2 open, all others closed, umask, signals that must not
 * kill, no core dumps, no reading of its memory, no new privileges. False if the process runs with raised privileges (AT_SECURE).
 */
bool sandbox_process(void);
/* Clears the environment, the octets too: after cli/ has read what it needs. */
void sandbox_environment(void);
/*
 * In a fresh child: dies with its parent, and before it where memory runs out, resource limits, no files but `keep` and `out` and 0-2.
 * `parent` is the parent's pid before fork.
 */
int sandbox_child(const struct limits *limits, const int *keep, size_t count, int parent,
    struct err *err);

#endif
