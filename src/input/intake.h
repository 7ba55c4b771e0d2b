/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_INTAKE_H
#define INPUT_INTAKE_H
/*
 * One member after the other, from a folder or an archive, into the store: names are
 * judged, blobs hashed as they go by, the few files that say what an export is kept
 * whole. No order is assumed, so what the export is comes out at the end (form/form.h).
 *
 * Memory: the blobs of the store, the kept files, and one blob that may be a manifest.
 */
#include "input/input.h"
#include "input/tarnames.h"

enum intake_file { /* files that have a meaning at the top of an export */
	FILE_INDEX,
	FILE_LAYOUT,
	FILE_MANIFEST, /* content is kept */
	FILE_REPOSITORIES,
	FILE_VERSION,
	FILE_ZARF,
	FILE_CHECKSUMS,
	INTAKE_FILES
};

struct kept_file {
	bool there;
	uint8_t *ptr;
	size_t len;
};

#define INTAKE_TOPS 10
#define INTAKE_OWN 4

struct seen { /* files that were read, as they were when they were opened */
	struct file_id archive;
	VEC(struct file_id) blobs; /* of a folder; blob.place is an index */
	struct {
		const char *name;
		struct file_id id;
	} own[INTAKE_OWN]; /* of a folder: index.json and its like */
	size_t own_count;
	struct err cut; /* its reason is set if the archive may have lost members */
};

struct intake {
	struct store *store;
	struct hasher *hasher;
	const struct limits *limits;
	struct arena *mem;
	struct buf path_text;

	/* What all files lie below: at most MEMBER_WRAPS folders; `wraps` of them still
	 * common. */
	bool any;
	struct str wrap[MEMBER_WRAPS];
	size_t wraps;
	struct kept_file files[INTAKE_FILES]; /* below exactly those folders */
	/* Blobs, by how many folders lie around "blobs/". */
	uint64_t blobs_at[MEMBER_WRAPS + 1];
	bool blobs_folder[MEMBER_WRAPS + 1];
	bool inner_index;              /* an index.json deeper than that */
	bool registry, mirror, ollama; /* marks of forms that are not read */
	char tops[INTAKE_TOPS][32];    /* first names seen, escaped */
	size_t top_count;

	enum input_found found;
	struct str inner; /* a member that may be an export itself, escaped; absent: none */
	bool archive; /* names may stand twice, be links, or lie below one */
	struct tarnames names;
	struct seen seen;
	uint64_t members, ignored;
	uint64_t layer_links; /* symbolic links as docker-archives have them */
	struct str first_layer_link;
	VEC(struct input_note) notes;

	/* The member in hand. */
	enum { HAND_NONE, HAND_BLOB, HAND_FILE } hand;
	enum { CONTENT_NO, CONTENT_OPEN, CONTENT_JSON, CONTENT_COSE } content;
	struct blob blob;
	struct kept_file *file;
	size_t file_most;
	struct buf keep;
};

void intake_init(struct intake *in, struct store *store, struct hasher *hasher,
    const struct limits *limits, struct arena *mem);
void intake_clear(struct intake *in);

/*
 * A plain file: begin, its data in pieces, end. `place` is for the store's source.
 * *wanted is false if the content has no meaning: then neither data nor end. Fails with
 * tar.duplicate-member, tar.damaged, layout.version, limit.index, limit.manifest,
 * limit.members.
 */
int intake_begin(
    struct intake *in, struct bytes name, uint64_t place, bool *wanted, struct err *err);
int intake_data(struct intake *in, struct bytes data, struct err *err);
int intake_end(struct intake *in, struct err *err);
/* The same for a blob that could not be read: `state` is kept instead. */
int intake_defect(
    struct intake *in, const struct digest *d, enum blob_state state, struct err *err);

/* Other members: nothing of them is used, but for a hard link from one name of a blob to
 * another. */
int intake_folder(struct intake *in, struct bytes name, struct err *err);
int intake_link(struct intake *in, struct bytes name, struct bytes target, bool hard,
    struct err *err);
int intake_special(struct intake *in, struct bytes name, struct err *err);

/* One note for each reason; the detail (escaped here) is of the first. */
void intake_note(struct intake *in, enum reason reason, struct bytes detail);

#endif
