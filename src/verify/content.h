/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_CONTENT_H
#define VERIFY_CONTENT_H
/*
 * Are the octets below an artifact the ones its descriptors name? A signature covers a manifest,
 * the manifest its config and layers by digest: an artifact is judged together with what of it is
 * in the input. Absent children and layers are inventory, absent configs an error (exporters leave
 * the former out on purpose).
 */
#include "verify/verifier.h"

/* Appends discovery steps. True: nothing stands against the content. */
bool content_check(struct verdict *v, struct store *store, const struct node *subject);

#endif
