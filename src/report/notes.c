/* SPDX-License-Identifier: Apache-2.0 */
/* Notes on a run, for people. */
#include "report/notes.h"

#include <inttypes.h>

#include "base/defs.h"

#define NOTES_SHOWN 10 /* of one reason */
#define LISTED_SHOWN 4 /* how many, and three names */

/* What is read of reports/notes.sql and reports/input-notes.sql. */
struct note_row {
	struct str reason_code, message, title;
	int64_t nth, of_reason;
};
static const struct query_column columns[] = { COLUMN(struct note_row, reason_code),
	COLUMN(struct note_row, message), COLUMN(struct note_row, title),
	COLUMN(struct note_row, nth), COLUMN(struct note_row, of_reason) };

/* Notes that list files: a few names on one line, behind how many there are. */
static bool
is_list(struct str code)
{
	static const char *const codes[] = { "input.ignored", "input.alias",
		"input.excluded", "input.no-export" };

	for (size_t i = 0; i < COUNT(codes); i++)
		if (str_is(code, codes[i]))
			return true;
	return false;
}

static void
write_list(struct out *o, const struct note_row *row)
{
	int64_t nth = row->nth, all = row->of_reason;

	if (nth > LISTED_SHOWN)
		return;
	if (nth == 1) {
		out_text(o, "Note: ");
		out_show(o, row->title);
		/* How many is known only at the end of a run: it is no note of its own. */
		if (str_is(row->reason_code, "input.no-export"))
			out_printf(o, ": %" PRId64, all);
	}
	out_text(o, nth == 1 || (nth == 2 && !str_is(row->reason_code, "input.no-export"))
			? ": "
			: ", ");
	out_show(o, row->message);
	if (nth < all && nth < LISTED_SHOWN)
		return;
	if (all > nth)
		out_printf(o, " and %" PRId64 " more", all - nth);
	out_printf(o, " [%.*s]\n", STR_ARG(row->reason_code));
}

/* Ten of a kind tell enough to people; JSON holds all. */
static void
write_note(struct out *o, const struct note_row *row)
{
	struct str message = row->message;
	int64_t nth = row->nth, all = row->of_reason;

	if (nth > NOTES_SHOWN)
		return;
	out_text(o, "Note: ");
	out_show(o, row->title);
	if (message.len > 0) {
		out_text(o, ": ");
		out_show(o, message);
	}
	out_text(o, " [");
	out_show(o, row->reason_code);
	out_text(o, "]\n");
	if (nth == NOTES_SHOWN && all > nth)
		out_printf(o, "Note: %" PRId64 " more [%.*s]\n", all - nth,
		    STR_ARG(row->reason_code));
}

int
notes_write(struct out *o, struct db *db, const char *name, int64_t run, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	struct note_row row;
	int got;

	if (query_rows(&q, db, name, columns, COUNT(columns), err) != 0)
		return -1;
	query_bind_int(q, 1, run);
	while ((got = query_row(q, &row, err)) == 1)
		(is_list(row.reason_code) ? write_list : write_note)(o, &row);
	return got;
}
