/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H
/*
 * Patterns as people write them for names and paths: "*" stands for any octets, "/" included and
 * none as well, "?" for one octet; anything else for itself. The whole text must fit.
 */
#include "base/str.h"

/* Costs at most as much as both lengths multiplied. */
bool glob_match(struct str pattern, struct str text);

#endif
