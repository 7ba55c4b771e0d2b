/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICYINIT_H
#define CLI_POLICYINIT_H
/* A policy folder to start with: what `assay policy init` writes. */
#include <stdbool.h>

/*
 * Write trustpolicy.json, README.txt and empty folders below `path`, which is made if it is not
 * there. Writes nothing if one of them exists, and takes back what it wrote if it cannot go on.
 * Yields the exit status.
 */
int policyinit(const char *path, bool quiet);

#endif
