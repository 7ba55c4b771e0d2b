/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERDICT_SHAPE_H
#define VERDICT_SHAPE_H
/*
 * The shape of every record that crosses the pipe and stands in the database: its fields, their
 * types and bounds, once. The pipe writes and reads by it (run/wire.h), the record binds by it the
 * parameter ":name" of a statement, which is also the column; and what a child says is believed
 * only if it fits (shape_fits).
 *
 * A new field: its member, its row in shape.c, its column and parameter in schema/.
 */
#include "verdict/verdict.h"

enum field_type {
	FIELD_WORD,     /* an enum of base/words.h: one octet on the pipe, a word in a column */
	FIELD_REASON,   /* enum reason: a code, or NULL for none */
	FIELD_BOOL,
	FIELD_INT,      /* int, from 0 to `most` */
	FIELD_U64,      /* any 64 bits, up to `most` */
	FIELD_INDEX,    /* int: into a list of the same message, or -1: NULL */
	FIELD_STR,      /* struct str, UTF-8, up to `most` octets */
	FIELD_CHARS,    /* char[most]: a C string, cut to fit */
	FIELD_BYTES,    /* struct bytes */
	FIELD_DIGEST,   /* struct digest; none: NULL */
	FIELD_WHEN,     /* struct when */
	FIELD_DIGESTS   /* struct digest *, as many as the size_t at `other` says */
};
enum { /* flags */
	FIELD_NEEDED = 1,       /* what is absent is nonsense; of REASON: none is */
	FIELD_NAMED = 2,        /* at most 255 octets, as digests have */
	FIELD_ONLY_IF = 4,      /* a column of NULL unless the bool at `other` is set */
	FIELD_DERIVED = 8       /* made by the parent: never on the pipe */
};
enum list_name { LIST_CHECKS, LIST_STEPS, LIST_SIGNATURES, LIST_OTHER };

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	size_t at, other;
	const struct words *words;
	uint64_t most;          /* 0: no bound of its own */
	enum list_name into;    /* of an INDEX */
};
struct shape;
struct shape_list {             /* records of another shape: an array and its length */
	const struct shape *of;
	size_t at, count_at;
	enum list_name name;
};
struct shape {
	const char *name;
	size_t size;
	const struct field *fields;
	size_t count;
	const struct shape_list *lists; /* whose records have no lists */
	size_t list_count;
	/* What must hold between fields; NULL: nothing. */
	bool (*sound)(const void *record);
};

extern const struct shape shape_check, shape_step, shape_finding, shape_signature, shape_cert, shape_verdict,
    shape_name, shape_node, shape_edge, shape_input;

/* Octets that a record takes on the pipe at least: bounds how many there can be. */
size_t shape_least(const struct shape *shape);
/*
 * Does the record, with its lists, keep all that its shape says? *why: what of it does not; NULL
 * if nobody wants to know.
 */
bool shape_fits(const struct shape *shape, const void *record, const char **why);

#endif
