/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_INPUT_H
#define INPUT_INPUT_H
/*
 * One input: opened, then read in one pass into a store. What form of export it is, is asked
 * afterwards (form/form.h).
 *
 * input_open runs in the parent and only opens; the child reads and parses. It needs no path
 * names, only the descriptor.
 */
#include "base/file.h"
#include "base/words.h"
#include "store/store.h"

enum input_found {              /* how the user came to it: below a folder much is no export */
	INPUT_GIVEN,                    /* named by the user */
	INPUT_BY_NAME, INPUT_BY_PART,   /* by a name that promises an archive, or a part of one */
	INPUT_BY_CONTENT                /* by its first octets, or a folder's files */
};

struct input_note {
	enum reason reason;
	struct str detail;              /* one line: names escaped */
	uint64_t count;                 /* how often; the detail is of the first */
};

struct input_facts {            /* in the arena of the intake */
	enum input_kind kind;
	enum input_compression compression;
	unsigned passes;                /* over the bytes of an archive; 1, or 2 if metadata was read again */
	struct str prefix;              /* wrapping folder that was stripped, "" if none */
	uint64_t size;                  /* octets on disk; 0 for a folder */
	uint64_t expanded;              /* octets after decompression */
	uint64_t members;               /* regular files */
	uint64_t ignored;               /* files that have no meaning here */
	struct digest digest;           /* sha256 of the file, if asked; else DIGEST_NONE */
	bool has_layout_file, has_manifest_json, has_repositories;
	struct input_note *notes;       /* I and N rows: findings on the input */
	size_t note_count;
};

struct input_options {
	const struct limits *limits;
	enum input_found found;
	bool hash_file;                 /* also compute the digest of the file itself */
	/* Called now and then with octets done so far; may be NULL. */
	void (*progress)(void *ctx, uint64_t done);
	void *progress_ctx;
};

/*
 * Opens an archive file or a folder: *is_dir says which. Fails with input.missing, input.type,
 * file.symlink and file.unreadable.
 */
int input_open(int *fd, bool *is_dir, const char *path, struct err *err);

/*
 * Everything, into the intake: from a folder, or from an archive whatever it is packed with. Fails
 * with tar.*, z.*, input.*, layout.*, limit.*; *facts is filled as far as known.
 */
struct intake;
int input_take(struct input_facts *facts, struct intake *in, int fd, bool is_dir,
    const struct input_options *options, struct err *err);
/*
 * What a search found for its name may be what lies beside exports; for its first octets, any
 * compressed file. Was *err said of one of these, read whole, it becomes input.no-export.
 */
void input_found(int fd, const struct input_options *options, struct err *err);
struct input_source; /* octets of blobs, again: source.h */
void input_source_free(struct input_source *s);
/*
 * At the very end, when everything was judged: is each file that was read what it was then, by
 * device, inode, size and both times? Fails with input.changed, and with input.truncated if an
 * archive has no end marker: what was judged of it may not be all.
 */
int input_settled(struct input_source *s, struct err *err);
/*
 * Each file of a folder that was read, for whoever looks at them later: its path below the folder
 * and what it was when it was opened. None for an archive. Ends where `tell` is not 0, with that.
 */
typedef int input_file(void *ctx, const char *path, const struct file_id *then, struct err *err);
int input_files(const struct input_source *s, input_file *tell, void *ctx, struct err *err);
/* Passes over the octets of an archive until now: facts.passes is as of the end of the first reading. */
unsigned input_passes(const struct input_source *s);
DEFINE_AUTO(struct input_source, input_source_free)


#endif
