/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICYVIEW_PARTS_H
#define CLI_POLICYVIEW_PARTS_H
/* What policyview.c (check) and policyview_show.c share. */
#include "cli/policyview.h"

void policyview_colored(struct out *o, enum out_color color, const char *text);
/* The label of a line of two columns. */
void policyview_labelled(struct out *o, const char *label, size_t width);
/* A store, its anchors and how long they hold: as wide as its name at least, as a line, as JSON. */
size_t policyview_store_width(const struct anchor_store *s, size_t least);
void policyview_store_line(struct out *o, const struct anchor_store *s,
    const struct policyview *v, size_t width);
void policyview_json_store(
    struct jsonout *j, const struct anchor_store *s, const struct policyview *v);
void policyview_json_digest(struct jsonout *j, const char *key, const struct digest *d);

#endif
