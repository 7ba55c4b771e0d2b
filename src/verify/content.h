/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_CONTENT_H
#define VERIFY_CONTENT_H
/*
 * Are the octets below an artifact here, and the ones its descriptors name? A signature covers a
 * manifest, the manifest its config and layers by digest: an artifact is judged together with
 * what of it is in the input, and one that is not whole is an error. Layers whose type says that
 * they stay elsewhere (image-spec layer.md), and platforms of an index that were left out whole,
 * are inventory.
 */
#include "verify/check.h"

/* Appends discovery steps. True: nothing stands against the content. */
bool content_check(struct verdict *v, const struct verify_tools *tools, struct store *store,
    const struct node *subject);

#endif
