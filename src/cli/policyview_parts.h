/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICYVIEW_PARTS_H
#define CLI_POLICYVIEW_PARTS_H
/* What policyview.c (check) and policyview_show.c share. */
#include "cli/policyview.h"

void policyview_colored(struct out *o, enum out_color color, const char *text);
/* The label of a line of two columns. */
void policyview_labelled(struct out *o, const char *label, size_t width);
/* A store, its anchors and how long they hold: as wide as its name at least. */
size_t policyview_store_width(const struct anchor_store *s, size_t least);
/* An object, and a line if it is to be `told` to people. */
void policyview_store(struct doc *d, const struct anchor_store *s,
    const struct policyview *v, size_t width, bool told);

#endif
