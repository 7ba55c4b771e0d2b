/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_MANIFEST_H
#define OCI_MANIFEST_H
/*
 * Image manifests, image indexes and what else stands in their place (OCI image
 * specification, manifest.md, image-index.md; Docker schema 2; the withdrawn OCI
 * artifact manifest), parsed into one plain struct. Only the octets are looked at:
 * whether the media type fits the descriptor is the graph's business.
 */
#include "base/limits.h"
#include "oci/descriptor.h"
#include "oci/mediatype.h"

enum manifest_form {
	MANIFEST_IMAGE, /* config and layers */
	MANIFEST_INDEX, /* manifests */
	MANIFEST_ARTIFACT /* blobs: the withdrawn artifact manifest */
};

struct manifest {
	enum manifest_form form;
	struct str media_type; /* inside the document; absent if not there */
	struct str artifact_type; /* as written; absent if not there */
	bool has_config, has_subject;
	struct descriptor config, subject;
	struct descriptor *children; /* layers, blobs or manifests, in order */
	size_t child_count;
	struct annotation *annotations;
	size_t annotation_count;
};

/*
 * Parse a document with `type` known from a descriptor, or MEDIA_OTHER when it is not
 * known and the members decide. Fails with json.*, manifest.malformed,
 * manifest.ambiguous (members of two kinds, or of another kind than `type`),
 * limit.layers, limit.index-entries, and as descriptor_parse.
 */
int manifest_parse(struct manifest *out, struct arena *mem, struct bytes text,
    enum media type, const struct limits *limits, const struct where *at,
    struct err *err);

/* Entries of an index.json that cannot be used: the rest of it still can. */
struct manifest_defect {
	size_t entry; /* its number in the list */
	enum reason reason;
	struct str detail;
	/*
	 * What can be told of it, for who looks for the artifact that it names: digest_text
	 * (absent: none, or not of 1 to 255 octets), digest (DIGEST_NONE unless well-formed) and
	 * annotations.
	 */
	struct descriptor told;
};
struct manifest_defects {
	struct manifest_defect v[100];
	size_t count;
};
/*
 * The same for the index.json of a layout: a malformed entry goes to *defects and not to
 * out->children. With more of them than fit, fails as descriptor_parse.
 */
int manifest_parse_layout(struct manifest *out, struct manifest_defects *defects,
    struct arena *mem, struct bytes text, const struct limits *limits,
    const struct where *at, struct err *err);

/*
 * One image of the list that Docker writes beside index.json ("manifest.json") and reads
 * first: the digests of the blobs it names. Absent: it names a file that is no blob.
 */
struct docker_image {
	struct str config;
	struct str *layers;
	size_t layer_count;
	struct str *tags; /* RepoTags: names as people type them */
	size_t tag_count;
};
/*
 * Go's decoder takes names in any case and the last of several: both are refused. Fails
 * with json.*.
 */
int docker_list_parse(struct docker_image **out, size_t *count, struct arena *mem,
    struct bytes text, const struct limits *limits, const struct where *at,
    struct err *err);

struct docker_tag { /* of the file "repositories" beside it, which older ones read */
	struct str name; /* "repository:tag" */
	struct str hex; /* of what it names; which kind of digest depends on the writer */
};
int docker_repositories_parse(struct docker_tag **out, size_t *count, struct arena *mem,
    struct bytes text, const struct limits *limits, const struct where *at,
    struct err *err);

/* artifactType if not empty, else config.mediaType; absent for a plain index. */
struct str manifest_effective_type(const struct manifest *m);
bool manifest_has_image_config(const struct manifest *m);
struct str manifest_annotation(const struct manifest *m, const char *key);
/*
 * Could these octets be a manifest or index, by their top-level members? A cheap test
 * that says yes too often, never no.
 */
bool manifest_like(struct bytes text, const struct limits *limits);

#endif
