/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_GRAPH_PARTS_H
#define STORE_GRAPH_PARTS_H
/*
 * What graph.c and its parts share while a graph is built; nobody else includes it.
 *
 * Order of work: graph_walk (entries, children, blob scan), graph_link (conflicts,
 * subjects, referrers, parents), graph_class (classes, what is reachable, what is
 * missing).
 */
#include "base/map.h"
#include "store/graph.h"

enum { /* what an entry says its node is; believed only if it fits */
	CLAIM_FALLBACK = 1, /* tag of a referrers index */
	CLAIM_COSIGN = 2, /* Cosign's tag or kind */
	CLAIM_ATTESTATION = 4 /* BuildKit's platform and annotations */
};

struct plain_name { /* of an entry */
	struct str text;
	bool by_kind; /* the entry says with a "kind" that it is a signature or the like */
};

struct slot { /* a node under construction */
	struct node node; /* first: a struct node made here is a struct slot */
	const struct descriptor *first; /* led here; NULL: blob scan */
	uint32_t depth; /* 1: entry of index.json */
	uint32_t chain; /* 1: refers to nothing; 0: not known yet */
	bool on_path;
	bool plain; /* a root entry claims nothing */
	unsigned claims;
	struct str fallback_tag;
	const struct slot *seen_by, *repeated_by; /* indexes that list it (again) */
	size_t pending; /* indexes that have not handed their names down */
	const struct node_name *down; /* what its parts take over */
	size_t down_count;
	VEC(struct graph_note) notes;
	VEC(struct node_name) names;
	VEC(struct graph_note) faults, wrong; /* of names: malformed; all that block */
	bool user_named; /* the user named it, whatever the export says */
	bool by_option; /* by the one name for the whole input */
	VEC(struct plain_name) plain_names; /* that do not mark it: no digest tags */
	VEC(struct node *) parents;
	VEC(struct node *) referrers;
	VEC(struct node *) material;
	struct str mark; /* digest in a tag or kind: what it belongs to */
	uint64_t referrers_dropped;
};

struct tagged { /* a name that selects one entry */
	struct str name;
	struct slot *slot;
};

struct build {
	struct graph *g;
	struct arena *mem; /* the graph's */
	struct store *store;
	struct hasher *hasher;
	const struct limits *limits;
	const struct graph_names *names;
	const struct where *at;
	struct err *err;

	VEC(struct slot *)
	all; /* in the order they were met; sorted by digest after the walk */
	struct map by_digest; /* by the text of it, to places in `all` */

	const struct catalogue *from;
	struct descriptor *tops; /* of its usable entries, in order; embedded data is checked */
	struct slot **entries; /* their nodes */
	uint64_t edges; /* entries of indexes so far */
	VEC(struct tagged) tagged;
	uint64_t listed_names; /* that Docker's files gave, over all nodes */
	VEC(struct graph_note) notes;
	uint64_t orphans;
	const struct slot *first_orphan;
};

static inline struct slot *
slot_of(struct node *n)
{
	return (struct slot *)n;
}

/* --- graph_slot.c --- */
struct slot *slot_find(const struct build *b, struct str digest_text);
/* A new, absent node. NULL: limit.graph-nodes, b->err is set. */
struct slot *slot_new(
    struct build *b, struct str digest_text, const struct digest *digest);
/* The node a descriptor names, made if need be. */
struct slot *slot_get(
    struct build *b, const struct descriptor *d, enum found_by found, uint32_t depth);
void slots_sort(struct build *b);
/* All nodes, each after every index that contains it. In the graph's arena. */
struct slot **slots_parents_first(struct build *b, size_t *count);
/* At most a hundred notes of one reason for a node, each once. */
void slot_note(struct build *b, struct slot *s, enum reason r, const char *fmt, ...)
    ATTR_PRINTF(4, 5);
void slot_break(struct build *b, struct slot *s, enum reason r, const char *fmt, ...)
    ATTR_PRINTF(4, 5);
void build_note(struct build *b, enum reason r, const char *fmt, ...) ATTR_PRINTF(3, 4);

/* --- graph_walk.c: ERR_ENV reasons and limit.graph-nodes --- */
int graph_walk(struct build *b);
int graph_scan(struct build *b);

/* --- graph_name.c: what the export says --- */
void name_entry(struct build *b, struct slot *s, const struct catalogue_entry *e);
/* An entry of another index: only what is meant as a full name. */
void name_part(struct build *b, struct slot *s, const struct descriptor *d);
/* One name from a file beside index.json. False: it could not be kept, which was noted. */
bool name_claim(struct build *b, struct slot *s, struct node_name *out, struct str text,
    enum name_source source);
/* The name leads to this node: told if it leads to another one, too. */
void name_selects(struct build *b, struct slot *s, const struct node_name *n);

/* --- graph_docker.c --- */
void docker_names(struct build *b);
/* Nodes, and an entry of the list against one, by digests of configuration and layers. */
int docker_node_cmp(const void *a, const void *b);
int docker_image_cmp(const struct docker_image *image, const struct manifest *m);

/* --- graph_inherit.c --- */
void names_hand_down(struct build *b); /* fills part_names */

/* --- graph_named.c: what becomes of it; after the classes are known --- */
int names_end(struct build *b); /* usage.name */

/* --- graph_link.c --- */
int graph_link(struct build *b);

/* --- graph_support.c: is it supporting material, and why? --- */
int graph_support(struct build *b); /* sets role; before the classes */

/* --- graph_material.c: signatures and attestations without a subject --- */
int graph_material(struct build *b); /* after the roles */

/* --- graph_class.c --- */
void graph_classify(struct build *b);
void graph_reach(struct build *b); /* reachable, missing, unreachable blobs */

#endif
