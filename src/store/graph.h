/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_GRAPH_H
#define STORE_GRAPH_H
/*
 * The graph of one layout: manifests and indexes, what they contain, and who refers to
 * whom (OCI image specification, image-layout.md; distribution specification,
 * "Referrers").
 *
 * Nodes are visited once each, by digest, without recursion. A referrer is a manifest or
 * index whose own octets carry a subject; an index that lists it proves nothing.
 * Everything is sorted by digest, so two runs agree. Memory: the graph's arena.
 */
#include "base/words.h"
#include "oci/manifest.h"
#include "oci/naming.h"
#include "store/catalogue.h"
#include "store/store.h"

struct node_name {
	struct str text; /* as in the export */
	/*
	 * "registry/repository" as it is written, after the user's rewriting; absent: not a
	 * full name. `scope`: the same, normalised.
	 */
	struct str written, scope;
	struct str tag, digest; /* absent: none in it */
	enum name_source source;
	enum name_use use;
	bool inside; /* of an entry of another index than index.json */
	const struct naming_line *line; /* of the user's map; NULL: none fits */
};

struct graph_note { /* something true about a node, or about the input (node NULL) */
	enum reason reason;
	struct str detail;
};

struct node;
struct edge {
	struct node *node;
	const struct descriptor *descriptor; /* as the parent wrote it */
};

struct node {
	struct digest digest;
	/* identity; also for algorithms that cannot be computed */
	struct str digest_text;
	/* of the first descriptor that led here; inner or implied for blob-scan */
	struct str media_type;
	uint64_t size; /* of the octets if present, else as described */
	enum node_state state;
	enum reason problem; /* NODE_BROKEN: why */
	struct str problem_detail;
	enum node_class class;
	enum found_by found_by;
	bool is_root, is_child, is_fallback_index;
	bool reachable; /* from index.json, through indexes and referrers */
	bool named; /* a root entry gave it a name and did not call it supporting */
	enum node_role role; /* of a supporting node */
	/*
	 * Docker's list, or the index that contains it, gives it a repository that no such index
	 * has: whoever goes by that name has it alone, so it counts as an entry of its own
	 */
	bool listed;
	struct str platform; /* from a descriptor, if any said so */
	struct str effective_type; /* of the manifest; absent if unknown */
	struct manifest manifest; /* when PRESENT and a manifest or index */
	struct node_name *names; /* its own */
	size_t name_count;
	/* of the indexes that contain it, one of a repository */
	const struct node_name *part_names;
	size_t part_name_count;
	/* those of both that it is judged by; see graph_names_of */
	const struct node_name *judged_by;
	size_t judged_by_count;
	/* names that block: malformed ones that could have chosen, and those of other octets */
	const struct graph_note *name_faults;
	size_t name_fault_count;
	struct edge *children; /* entries of an index, in order */
	size_t child_count;
	struct node **parents; /* indexes that contain it, by digest */
	size_t parent_count;
	struct node *subject; /* of a referrer; NULL if none */
	/*
	 * by digest; each names this node as its subject, matching in type, digest
	 * and size
	 */
	struct node **referrers;
	size_t referrer_count; /* at most limit referrers; see notes */
	/* by digest; signatures and attestations that no subject ties to it: Cosign's */
	struct node **material;
	size_t material_count;
	struct graph_note *notes;
	size_t note_count;
};

struct graph {
	struct arena mem;
	struct node **nodes; /* manifests and indexes, by digest */
	size_t node_count;
	struct node **roots; /* in the order of index.json, each once */
	size_t root_count;
	struct graph_note *notes; /* about the input */
	size_t note_count;
	struct digest index_digest; /* sha256 of what lists the entries */
	struct docker_image *docker_images; /* of Docker's list beside index.json */
	size_t docker_count;
	uint64_t blobs_unreachable; /* blobs that nothing reachable refers to */
	/* distinct digests referred to and not there: children, configs, layers */
	uint64_t missing;
	struct str *missing_digests; /* sorted; at most 1000 kept */
	size_t missing_count;
};

struct graph_names { /* where names come from besides the export */
	struct naming user; /* what the user says; wins */
	bool parts_judged; /* what an index contains is judged by the names of both */
};

/*
 * Build the graph from the catalogue and all manifest-like blobs. A defect in one node is a
 * note or a broken node. The catalogue outlives the graph. Fails only with limit.graph-nodes,
 * limit.graph-edges, usage.name (the user's one name for an input of several repositories)
 * and ERR_ENV reasons.
 */
int graph_build(struct graph *out, struct store *store, const struct catalogue *catalogue,
    const struct graph_names *names, const struct limits *limits, const struct where *at,
    struct err *err);
void graph_clear(struct graph *g);

struct node *graph_find(const struct graph *g, const struct digest *d);

enum subjects { SUBJECTS_ROOTS, SUBJECTS_PLATFORMS, SUBJECTS_ALL };
/*
 * The nodes that get a verdict, by digest, each once. In the graph's arena. ROOTS:
 * entries of index.json that are not supporting, without those that are unnamed and part
 * of another one; what a supporting index contains counts as an entry, too. A root that
 * is broken or absent is judged.
 */
struct node **graph_subjects(struct graph *g, enum subjects which, size_t *count);
/*
 * Docker's own list beside index.json: `docker load` takes images from it, whatever
 * index.json says. Each of them must be one of `subjects` or part of one, with the same
 * configuration and layers; else a note on the input, layout.two-indexes.
 */
void graph_docker_list(
    struct graph *g, struct node *const *subjects, size_t count);
/*
 * The names that an artifact is judged by, whose `use` is NAME_CHOOSES, and others. Its own; for
 * want of one those of the indexes that contain it (a child is part of it); both, if parts are
 * judged.
 */
const struct node_name *graph_names_of(const struct node *n, size_t *count);

#endif
