/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_DESCRIPTOR_H
#define OCI_DESCRIPTOR_H
/*
 * Content descriptors (OCI image specification, descriptor.md). Two descriptors match
 * when media type, digest and size are equal, all three.
 */
#include "base/arena.h"
#include "codec/jsonin.h"
#include "crypto/digest.h"

struct annotation {
	struct str key, value;
};

struct descriptor { /* views borrow from the arena it was parsed into */
	struct str media_type;
	struct str digest_text; /* as written */
	struct digest digest; /* alg DIGEST_NONE: well-formed, but not computable */
	uint64_t size;
	struct str artifact_type; /* informational: the manifest's own counts */
	struct annotation *annotations; /* sorted by key */
	size_t annotation_count;
	struct str platform; /* "os/arch[/variant]", absent without platform */
	bool foreign; /* has urls */
	/* embedded content, decoded, size checked, digest not; ptr NULL: none */
	struct bytes data;
};

#define DIGEST_UNKNOWN_MOST 255 /* octets of a digest that cannot be computed */
#define PLATFORM_MOST 64 /* octets of each part of a platform */

/*
 * Fails with json.type and json.case-alias, descriptor.invalid, descriptor.bad-size,
 * digest.malformed, descriptor.data-mismatch (length). An algorithm that cannot be
 * computed is no failure here (digest.alg DIGEST_NONE).
 */
int descriptor_parse(
    struct descriptor *out, struct arena *mem, struct jv value, struct err *err);
/*
 * What can be told of a value that is none: digest text, if it is one of 1 to DIGEST_UNKNOWN_MOST
 * octets, the digest, if it is well-formed, and annotations. Nothing of it was checked.
 */
void descriptor_glimpse(struct descriptor *out, struct arena *mem, struct jv value);
bool descriptor_match(const struct descriptor *a, const struct descriptor *b);
struct str descriptor_annotation(const struct descriptor *d, const char *key);
/* The content "{}", known by heart: absent is not missing. */
bool descriptor_is_empty(const struct descriptor *d);
/*
 * Sorted by key; a value that is no string fails with descriptor.invalid. Shared with
 * manifest.c.
 */
int annotations_parse(struct annotation **out, size_t *count, struct arena *mem,
    struct jv obj, struct err *err);
struct str annotations_get(const struct annotation *list, size_t count, const char *key);

#endif
