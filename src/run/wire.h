/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_WIRE_H
#define RUN_WIRE_H
/*
 * Verdicts through the pipe, from the child that parses hostile octets to the parent that keeps
 * the record. Frames of at most 1 MiB, fixed tags; the parent treats every octet as hostile: what
 * does not fit the shape of its record (verdict/shape.h) is not believed.
 *
 * What the parent can make of other fields is not sent: of a certificate the octets alone.
 *
 * frame: u32 length of the body | u8 tag | u8 more | body. Frames of one message follow each other,
 * all but the last with more = 1.
 */
#include "base/buf.h"
#include "base/file.h"
#include "verdict/shape.h"

enum wire_tag {
	WIRE_PROGRESS = 1,      /* u64: octets read so far */
	WIRE_NODE, WIRE_EDGE, WIRE_VERDICT,
	WIRE_END,               /* input_record: the input was read and judged to its end */
	WIRE_REFUSED,           /* an error: the input was not */
	WIRE_FILE               /* before an end: a file of a folder that was read */
};
#define WIRE_FRAME_MOST ((size_t)1 << 20)
#define WIRE_MESSAGE_MOST ((size_t)96 << 20)
#define WIRE_PATH_MOST ((size_t)255)            /* "blobs/", an algorithm and its digits */
#define WIRE_TEXT_MOST ((size_t)16 << 20)       /* the longest string that --limit-json-string allows */

struct file_record {
	struct str path;                /* below the folder */
	struct file_id then;            /* when it was opened */
};

/* --- child --- */
struct wire_out {
	int fd;
	struct buf body, pending;       /* of a message; frames not yet written. Both reused */
	bool failed;                    /* the parent is gone */
};
void wire_out_init(struct wire_out *w, int fd);
void wire_out_clear(struct wire_out *w);
/* Messages are written in pieces of some size; this writes what is left. */
int wire_flush(struct wire_out *w);
int wire_progress(struct wire_out *w, uint64_t done);   /* flushes */
int wire_node(struct wire_out *w, const struct node_record *node);
int wire_edge(struct wire_out *w, const struct edge_record *edge);
int wire_verdict(struct wire_out *w, const struct verdict *v);
int wire_file(struct wire_out *w, const struct file_record *file);
int wire_end(struct wire_out *w, const struct input_record *record);
int wire_refused(struct wire_out *w, const struct err *why);

/* --- parent --- */
struct wire_in {
	int fd;                         /* non-blocking */
	struct buf raw, message;        /* octets read; the message under way */
	size_t taken;                   /* of raw: done with */
	uint8_t *block;                 /* one read */
	bool ended;                     /* end of file seen */
};
struct wire_message {           /* views live in `mem` */
	enum wire_tag tag;
	size_t size;                    /* octets of its body */
	uint64_t progress;
	struct node_record node;
	struct edge_record edge;
	struct verdict verdict;
	struct input_record end;
	struct err refused;
	struct file_record file;
};
/*
 * What a tag carries: a record of that shape, at that place of a message. Both ends go by it.
 */
struct wire_kind {
	const struct shape *shape;
	size_t at;
};
extern const struct wire_kind wire_kinds[WIRE_FILE + 1];

void wire_in_init(struct wire_in *w, int fd);
void wire_in_clear(struct wire_in *w);
/* Read what is there. Fails with parser.protocol (frame too long) or resource.process (read error). */
int wire_fill(struct wire_in *w, struct err *err);
/* 1: a message was taken into *out; 0: none is complete; -1: parser.protocol. */
int wire_take(struct wire_message *out, struct wire_in *w, struct arena *mem, struct err *err);

#endif
