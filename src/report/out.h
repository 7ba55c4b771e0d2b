/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_OUT_H
#define REPORT_OUT_H
/*
 * Text on its way to a report's sink: escaped, cut and padded for people. Failures stick.
 */
#include "report/report.h"

/*
 * Longest text from outside that is shown to people, in columns; JSON and CSV hold it
 * whole.
 */
#define OUT_SHOWN 512
#define OUT_DOTS "\xe2\x80\xa6" /* where a text was cut; one column */

struct out {
	struct buf buf, cell; /* cell: one text being made fit */
	struct report_sink *sink;
	struct err *err;
	bool failed, color;
};

enum out_color {
	OUT_PLAIN,
	OUT_BOLD,
	OUT_RED,
	OUT_YELLOW,
	OUT_MAGENTA,
	OUT_GREEN,
	OUT_CYAN,
	OUT_DIM
};

/* `write` of a sink: standard output. */
int out_stdout(void *ctx, struct bytes data, struct err *err);

void out_init(struct out *o, struct report_sink *sink,
    const struct report_options *options, struct err *err);
/* Hands over what is left; -1 if anything failed before. Frees. */
int out_end(struct out *o);

/* Own words, as they are. */
void out_text(struct out *o, const char *text);
void out_printf(struct out *o, const char *fmt, ...) ATTR_PRINTF(2, 3);
void out_color(struct out *o, enum out_color color); /* until OUT_PLAIN */
/* Text from outside: escaped, at most OUT_SHOWN columns. */
void out_show(struct out *o, struct str text);
/*
 * The same in a column: cut to `most` columns (0: no cut) at the end or in the middle,
 * padded to `width`.
 */
void out_cell(struct out *o, struct str text, size_t width, size_t most, bool middle);
/* What is escaped already, cut in the same way; lies in the arena if it was cut. */
struct str out_cut(struct arena *mem, struct str shown, size_t most, bool middle);
/* Columns that out_show would take. */
size_t out_width(struct out *o, struct str text);
/*
 * Own words over several lines of at most `width` columns (0: one line), each after
 * `indent` blanks.
 */
void out_wrapped(struct out *o, struct str text, size_t indent, size_t width);

/* Does the name of a key leave its size open? That of a curve tells it. */
bool out_key_open(struct str name);

/* The colour that goes with a state. */
enum out_color out_state_color(struct str state);

#endif
