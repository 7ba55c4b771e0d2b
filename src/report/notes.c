/* SPDX-License-Identifier: Apache-2.0 */
/* Notes on a run, for people. */
#include "report/notes.h"

#include <inttypes.h>

#include "base/defs.h"

#define NOTES_SHOWN 10 /* of one reason */
#define LISTED_SHOWN 4 /* how many, and three names */

/* Columns of reports/notes.sql and reports/input-notes.sql. */
enum { NOTE_CODE, NOTE_MESSAGE = 2, NOTE_TITLE, NOTE_NTH = 5, NOTE_OF_REASON };

/* Notes that list files: a few names on one line, behind how many there are. */
static bool
is_list(struct str code)
{
	static const char *const codes[] = { "input.ignored", "input.alias", "input.excluded",
		"input.no-export" };

	for (size_t i = 0; i < COUNT(codes); i++)
		if (str_is(code, codes[i]))
			return true;
	return false;
}

static void
write_list(struct out *o, const struct query *q)
{
	int64_t nth = query_int(q, NOTE_NTH), all = query_int(q, NOTE_OF_REASON);

	if (nth > LISTED_SHOWN)
		return;
	if (nth == 1) {
		out_text(o, "Note: ");
		out_show(o, query_str(q, NOTE_TITLE));
		/* How many is known only at the end of a run: it is no note of its own. */
		if (str_is(query_str(q, NOTE_CODE), "input.no-export"))
			out_printf(o, ": %" PRId64, all);
	}
	out_text(o,
	    nth == 1 || (nth == 2 && !str_is(query_str(q, NOTE_CODE), "input.no-export"))
		? ": "
		: ", ");
	out_show(o, query_str(q, NOTE_MESSAGE));
	if (nth < all && nth < LISTED_SHOWN)
		return;
	if (all > nth)
		out_printf(o, " and %" PRId64 " more", all - nth);
	out_printf(o, " [%.*s]\n", STR_ARG(query_str(q, NOTE_CODE)));
}

/* Ten of a kind tell enough to people; JSON holds all. */
static void
write_note(struct out *o, const struct query *q)
{
	struct str message = query_str(q, NOTE_MESSAGE);
	int64_t nth = query_int(q, NOTE_NTH), all = query_int(q, NOTE_OF_REASON);

	if (nth > NOTES_SHOWN)
		return;
	out_text(o, "Note: ");
	out_show(o, query_str(q, NOTE_TITLE));
	if (message.len > 0) {
		out_text(o, ": ");
		out_show(o, message);
	}
	out_text(o, " [");
	out_show(o, query_str(q, NOTE_CODE));
	out_text(o, "]\n");
	if (nth == NOTES_SHOWN && all > nth)
		out_printf(o, "Note: %" PRId64 " more [%.*s]\n", all - nth,
		    STR_ARG(query_str(q, NOTE_CODE)));
}

int
notes_write(struct out *o, struct db *db, const char *name, int64_t run, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	int got;

	if (query_open(&q, db, name, err) != 0)
		return -1;
	query_bind_int(q, 1, run);
	while ((got = query_step(q, err)) == 1)
		(is_list(query_str(q, NOTE_CODE)) ? write_list : write_note)(o, q);
	return got;
}
