/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_ENTRYNAME_H
#define OCI_ENTRYNAME_H
/*
 * Names that a descriptor carries in its annotations: containerd's whole name, the
 * org.opencontainers.image.ref.name of OCI image specification annotations.md, and where
 * containerd had the content from. Nothing of them is judged here.
 */
#include "base/words.h"
#include "oci/descriptor.h"

struct entry_name {
	struct str text; /* as written; what it was pulled from is made a whole name */
	enum name_source source;
};

/* The best source first; *out in the arena. */
size_t entry_names(struct entry_name **out, struct arena *mem, const struct descriptor *d);

#endif
