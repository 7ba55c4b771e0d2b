/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_MEMLAYOUT_H
#define TESTS_LIB_MEMLAYOUT_H
/* An image layout in memory: blobs, entries of index.json, and the graph over them. */
#include "form/form.h"
#include "store/graph.h"

struct ossl;
struct memblob {
	struct blob blob;
	const char *content;
};

struct memlayout {
	struct arena mem;
	struct limits limits;
	struct ossl *lib;
	struct hasher *hasher;
	struct store *store;
	struct graph graph;
	struct err err;
	VEC(struct memblob) blobs;
	VEC(const char *) entries; /* descriptors, JSON */
	const char *index_extra; /* further members of index.json, ",..." */
	const char *index_json; /* instead of the whole */
	const char *repository; /* --name */
	struct graph_names names; /* all else that names come from; trusted */
	/* Docker's lists beside index.json. */
	struct layout_documents documents;
	struct catalogue catalogue;
	bool built;
};

#define T_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define T_INDEX "application/vnd.oci.image.index.v1+json"
#define T_ARTIFACT "application/vnd.oci.artifact.manifest.v1+json"
#define T_DOCKER "application/vnd.docker.distribution.manifest.v2+json"
#define T_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define T_CONFIG "application/vnd.oci.image.config.v1+json"
#define T_LAYER "application/vnd.oci.image.layer.v1.tar+gzip"
#define T_EMPTY "application/vnd.oci.empty.v1+json"
#define T_NOTARY "application/vnd.cncf.notary.signature"
#define T_JWS "application/jose+json"
#define T_COSIGN "application/vnd.dev.cosign.simplesigning.v1+json"
/* What the layers of supporting material hold; with a text that makes it differ. */
#define ML_SIMPLE(salt)                                                                  \
	"{\"critical\":{\"identity\":{\"docker-reference\":\"\"},\"image\":{"              \
	"\"docker-manifest-digest\":\"sha256:0\"},\"type\":\"cosign container image "       \
	"signature\"},\"optional\":{\"salt\":\"" salt "\"}}"
#define ML_DSSE(salt)                                                                    \
	"{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"" salt             \
	"\",\"signatures\":[{\"sig\":\"MA==\"}]}"
#define ML_BUNDLE(salt)                                                                  \
	"{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","                \
	"\"verificationMaterial\":{},\"salt\":\"" salt "\"}"
#define ML_STATEMENT(salt)                                                               \
	"{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[],"                   \
	"\"predicateType\":\"" salt "\",\"predicate\":{}}"
#define EMPTY_SHA256                                                                     \
	"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

struct piece { /* a blob that was added, and its descriptor */
	const char *type, *digest;
	uint64_t size;
	const char *json; /* {"mediaType":...,"digest":...,"size":...} */
};

void ml_init(struct memlayout *l);
void ml_clear(struct memlayout *l);
const char *ml_text(struct memlayout *l, const char *fmt, ...) ATTR_PRINTF(2, 3);

/*
 * Describe and add; describe without adding; add content under a name that may be wrong.
 */
struct piece ml_blob(struct memlayout *l, const char *type, const char *content);
struct piece ml_piece(struct memlayout *l, const char *type, const char *content);
void ml_add(
    struct memlayout *l, const char *digest, const char *content, enum blob_state state);
/* {"mediaType":...} with further members, ",..." */
const char *ml_desc(struct memlayout *l, const struct piece *p, const char *extra);

/*
 * An image of one config and one layer, all there. `extra`: further members of the
 * manifest.
 */
struct piece ml_image(struct memlayout *l, const char *salt, const char *extra);
/* A manifest of a Notary Project signature whose subject is the descriptor `subject`. */
struct piece ml_signature(struct memlayout *l, const char *salt, const char *subject);
/* An index over descriptors, comma separated. */
struct piece ml_index(struct memlayout *l, const char *children, const char *extra);
/* An entry of index.json with annotations ("\"a\":\"b\"", or NULL). */
void ml_entry(struct memlayout *l, const struct piece *p, const char *annotations);
void ml_entry_raw(struct memlayout *l, const char *json);
#define REF_NAME "\"org.opencontainers.image.ref.name\":"
#define CONTAINERD_NAME "\"io.containerd.image.name\":"

/* Fills a store and builds; again after a change. 0, or -1 with l->err. */
int ml_build(struct memlayout *l);
struct node *ml_node(const struct memlayout *l, const char *digest);
bool ml_note(const struct node *n, enum reason r); /* does the node have it? */
bool ml_input_note(const struct memlayout *l, enum reason r);
bool ml_judged(struct memlayout *l, enum subjects which, const char *digest);
size_t ml_judged_count(struct memlayout *l, enum subjects which);

#endif
