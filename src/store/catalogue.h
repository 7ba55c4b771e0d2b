/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H
/*
 * What an export says it holds, whoever wrote it: descriptors with names. A form of export makes
 * one (form/form.h), the graph is built of it, and nothing behind it asks which form it was.
 */
#include "oci/entryname.h"
#include "oci/manifest.h"

struct catalogue_entry {
	struct descriptor descriptor;
	const struct entry_name *names; /* best source first */
	size_t name_count;
	/*
	 * It cannot be used: why, and which of the list it is. Of its descriptor only what could be
	 * told is set (descriptor_glimpse). REASON_NONE: it can.
	 */
	enum reason reason;
	struct str detail;
	size_t place;
};

/* Everything in the arena it was made in, which outlives the graph. Zeroed: holds nothing. */
struct catalogue {
	struct digest index_digest; /* sha256 of the document that lists the entries */
	struct catalogue_entry *entries; /* those that can be used, in their order */
	size_t count;
	struct catalogue_entry *bad;
	size_t bad_count;
	/*
	 * Lists beside that one which some readers go by: images by content, and names by the hex
	 * of a digest. `fault`: it is there and cannot be read, why; absent otherwise.
	 */
	struct docker_image *images;
	size_t image_count;
	struct docker_tag *tags;
	size_t tag_count;
	struct str images_fault, tags_fault;
};

#endif
