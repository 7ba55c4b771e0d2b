/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DOC_H
#define CLI_DOC_H
/*
 * One document of a command, as text for people or as JSON, on standard output: a call per field.
 *
 * `name` is the member in JSON, `label` what stands before the value in text; where one of them is
 * NULL the field is not in that form. Values of text begin in one column, and are escaped. In a row
 * of a table `label` is the title of a column; a field that has no column there is not shown.
 */
#include "base/err.h"
#include "cli/table.h"
#include "codec/jsonout.h"
#include "report/out.h"

struct digest;

enum { DOC_COLUMN = 26 };       /* where values begin, unless labels are short */

struct doc {
	bool json;
	struct out *text;       /* where text goes; NULL: to standard output, as long as it is */
	int column, indent;     /* of text: where values begin, and labels */
	struct table table;     /* rows under way, if it has columns */
	struct str *cells;      /* the row that is open; NULL: none is */
	struct jsonout out;
	struct buf buf;
};

/* In JSON the object is open, and has told its format. */
void doc_begin(struct doc *d, bool json, const char *format, int column);
/* Closes it. 0, or -1: it could not be written. */
int doc_end(struct doc *d);

/* --- fields; an absent text is null, and no line --- */
void doc_str(struct doc *d, const char *name, const char *label, struct str value);
/* Absent: no member either. */
void doc_opt(struct doc *d, const char *name, const char *label, struct str value);
/* People are told the same in other words; absent: nothing. */
void doc_shown(struct doc *d, const char *name, const char *label, struct str value,
    struct str shown);
/* Of base/words.h, too: the word for none is null. */
void doc_word(struct doc *d, const char *name, const char *label, const char *value);
void doc_u64(struct doc *d, const char *name, const char *label, uint64_t value);
void doc_i64(struct doc *d, const char *name, const char *label, int64_t value);
void doc_null(struct doc *d, const char *name);
void doc_bool(struct doc *d, const char *name, const char *label, bool value); /* yes, no */
void doc_when(struct doc *d, const char *name, const char *label, struct when value);
/* None: null, and no line. */
void doc_digest(
    struct doc *d, const char *name, const char *label, const struct digest *value);
void doc_reason(struct doc *d, enum reason reason);     /* "reason": a code, or null */
void doc_item(struct doc *d, struct str value);         /* of the array that is open; JSON alone */
/* An array; in text a line each, the first with the label. */
void doc_strs(struct doc *d, const char *name, const char *label, const struct str *values,
    size_t count);

/*
 * Text alone, where a value is put together of several: blanks and the label, and the caller prints the
 * rest of the line. In JSON nothing, and false.
 */
bool doc_label(struct doc *d, const char *label);
/* Text alone: a line of its own; what follows stands deeper, until doc_back. */
void doc_title(struct doc *d, const char *title);
void doc_back(struct doc *d);

/* --- parts --- */
void doc_object(struct doc *d, const char *name);
void doc_object_end(struct doc *d);
void doc_array(struct doc *d, const char *name);
void doc_array_end(struct doc *d);

/*
 * --- rows: objects of whatever array is open, and lines of one table ---
 * The columns must live until doc_table_end; 0 `width`: as wide as it is.
 */
void doc_table(struct doc *d, struct arena *mem, const struct table_column *columns,
    size_t count);
void doc_row(struct doc *d);
void doc_row_end(struct doc *d);
/* Prints it. How many rows it had. */
size_t doc_table_end(struct doc *d, size_t width);

#endif
