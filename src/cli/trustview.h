/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TRUSTVIEW_H
#define CLI_TRUSTVIEW_H
/* Trust stores and their certificates, for people and for programs. */
#include "base/when.h"
#include "cli/doc.h"
#include "trust/anchors.h"

/* "12 days", "today", "expired". */
struct str trustview_left(struct arena *mem, struct when not_after, struct when now);
/* The date alone: "2034-01-01". */
struct str trustview_date(struct arena *mem, struct when w);

/*
 * One line for each certificate, cut to fit `width` columns (0: whole); then the stores that give
 * no trust, and why. In JSON one array "stores" with all of it.
 */
void trustview_list(struct doc *d, struct arena *mem, const struct anchor_store *stores,
    size_t count, struct when now, size_t width);
/* Each certificate in full. */
void trustview_show(struct doc *d, struct arena *mem, const struct anchor_store *stores,
    size_t count, struct when now);

#endif
