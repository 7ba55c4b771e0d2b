/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: verdict, table of what is not compliant, what to do; then the numbers. */
#include <inttypes.h>
#include <stdio.h>

#include "report/notes.h"
#include "report/text_parts.h"

#define ROW_ROOM 1024

/* What is read of reports/table.sql. */
struct table_row {
	struct str state, name, digest, reason_code, detail, path;
	bool several;
};
static const struct query_column table_columns[] = { COLUMN(struct table_row, state),
	COLUMN(struct table_row, name), COLUMN(struct table_row, digest),
	COLUMN(struct table_row, reason_code), COLUMN(struct table_row, detail),
	COLUMN(struct table_row, path), COLUMN(struct table_row, several) };

/* --- the head --- */

static void
head_incomplete(struct text *t)
{
	struct str status = t->run.status;
	struct out *o = &t->out;

	if (str_is(status, "complete"))
		return;
	out_color(o, OUT_RED);
	if (str_is(status, "running"))
		out_text(o,
		    "INCOMPLETE: this run is still running or was killed; what follows is not all");
	else
		out_printf(o, "INCOMPLETE: this run %s; what follows is not all",
		    str_is(status, "failed") ? "failed" : "was interrupted");
	out_color(o, OUT_PLAIN);
	out_text(o, "\n");
}

static void
head_verdict(struct text *t)
{
	struct str state = t->summary.state;
	int64_t applicable = t->summary.applicable;
	int64_t bad = applicable - t->summary.by_state[STATE_COMPLIANT] -
		      t->summary.by_state[STATE_EXEMPT];
	int64_t refused = t->summary.inputs_with_reason;
	struct out *o = &t->out;

	out_color(o, OUT_BOLD);
	text_colored(o, out_state_color(state), state);
	out_text(o, ": ");
	if (t->summary.artifacts == 0)
		out_text(o, "nothing was judged");
	else if (applicable == 0)
		out_text(o, "no artifact is one that the policy wants judged");
	else if (bad > 0)
		out_printf(o, "%" PRId64 " of %" PRId64 " artifact%s not compliant", bad,
		    applicable, text_plural(applicable));
	else
		out_printf(o, "%" PRId64 " of %" PRId64 " artifact%s compliant%s",
		    applicable, applicable, text_plural(applicable),
		    t->summary.by_state[STATE_EXEMPT] > 0 ? " or exempt" : "");
	text_digests(t, " (", ")");
	if (refused > 0)
		out_printf(o, "; %" PRId64 " input%s need%s attention", refused,
		    text_plural(refused), refused == 1 ? "s" : "");
	out_text(o, "\n");
}

struct input_row {
	struct str path;
};

static int
head_inputs(struct text *t)
{
	static const struct query_column columns[] = { COLUMN(struct input_row, path) };
	AUTO(query_close) struct query *q = NULL;
	int64_t all = t->summary.inputs;
	struct out *o = &t->out;
	struct input_row row;
	int got = 0, n = 0;

	if (text_ask(&q, t, "inputs", columns, COUNT(columns)) != 0)
		return -1;
	out_printf(o, "Audited %" PRId64 " input%s", all, text_plural(all));
	while (n < 3 && (got = query_row(q, &row, t->err)) == 1) {
		out_text(o, n++ == 0 ? ": " : ", ");
		out_show(o, row.path);
	}
	if (all > n)
		out_printf(o, " and %" PRId64 " more", all - n);
	out_text(o, "\n");
	return got < 0 ? -1 : 0;
}

static void
head_time(struct text *t)
{
	struct out *o = &t->out;

	if (str_is(t->run.verify_time_source, "option")) {
		out_color(o, OUT_YELLOW);
		out_printf(o,
		    "Judged as of %.*s, a time GIVEN BY OPTION (--at); the run began at %.*s",
		    STR_ARG(t->run.verify_time), STR_ARG(t->run.started_at));
		out_color(o, OUT_PLAIN);
	} else {
		out_printf(o, "Judged as of %.*s (clock)", STR_ARG(t->run.verify_time));
	}
	out_text(o, "\n");
}

static int
write_head(struct text *t)
{
	head_incomplete(t);
	head_verdict(t);
	if (head_inputs(t) != 0)
		return -1;
	head_time(t);
	if (notes_write(&t->out, t->db, "notes", t->options->run_id, t->err) != 0)
		return -1;
	return notes_write(&t->out, t->db, "input-notes", t->options->run_id, t->err);
}

/* --- the table --- */

struct widths {
	size_t state, name, digest, reason,
	    detail; /* as wide as the widest; detail 0: own line */
	bool own_line, cut;
	uint64_t rows;
};

static struct str
row_name(const struct table_row *row, char *room, size_t size)
{
	struct str name = row->name, path = row->path;

	if (row->digest.ptr == NULL)
		return path;
	if (name.ptr == NULL)
		snprintf(room, size, "(no name, in %.*s)", STR_ARG(str_upto(path, 400)));
	else if (row->several)
		/* The digest does not tell which of several it is. */
		snprintf(room, size, "%.*s (in %.*s)", STR_ARG(str_upto(name, 400)),
		    STR_ARG(str_upto(path, 400)));
	else
		return name;
	return str_of(room);
}

/*
 * On a terminal the algorithm and 12 digits are enough to tell; elsewhere all of it is
 * written.
 */
static struct str
row_digest(const struct table_row *row, const struct text *t, char *room, size_t size)
{
	struct str digest = row->digest;
	size_t colon = str_find(digest, ':');

	if (digest.ptr == NULL)
		return STR("-");
	if (t->options->width == 0 || digest.len <= colon + 13)
		return digest;
	snprintf(room, size, "%.*s%s", STR_ARG(str_upto(digest, colon + 13)), OUT_DOTS);
	return str_of(room);
}

static void
widen(size_t *width, size_t value)
{
	if (value > *width)
		*width = value;
}

static int
measure(struct widths *w, struct text *t, struct query *q)
{
	char room[ROW_ROOM];
	struct table_row row;
	int got;

	*w = (struct widths){ .state = 5, .name = 4, .digest = 6, .reason = 6 };
	while ((got = query_row(q, &row, t->err)) == 1) {
		widen(&w->state, row.state.len);
		widen(&w->name, out_width(&t->out, row_name(&row, room, sizeof(room))));
		widen(&w->digest,
		    out_width(&t->out, row_digest(&row, t, room, sizeof(room))));
		widen(&w->reason, row.reason_code.len);
		w->rows++;
	}
	return got;
}

/*
 * Two blanks between columns. What is left after the fixed ones is shared by name and
 * detail; where that is little, reason and detail get a line of their own.
 */
static void
share(struct widths *w, unsigned total)
{
	size_t fixed = w->state + w->digest + w->reason + 8, rest;

	if (total == 0) {
		/* No cut; but one very long name should not push all others away. */
		if (w->name > 60)
			w->name = 60;
		return;
	}
	w->cut = true;
	w->own_line = total < fixed + 50;
	if (w->own_line) {
		fixed = w->state + w->digest + 4;
		rest = total > fixed + 16 ? total - fixed : 16;
		w->name = w->name < rest ? w->name : rest;
	} else {
		rest = total - fixed;
		w->name = w->name < rest / 2 ? w->name : rest / 2;
		w->detail = rest - w->name;
	}
}

static void
write_detail(struct text *t, const struct widths *w, const struct table_row *row)
{
	struct str reason = row->reason_code, detail = row->detail;
	struct out *o = &t->out;

	if (reason.ptr == NULL)
		reason = STR("-");
	if (w->own_line) {
		size_t used = 6 + reason.len;

		if (row->reason_code.ptr == NULL && detail.len == 0)
			return;
		out_text(o, "\n    ");
		out_show(o, reason);
		if (detail.len > 0) {
			out_text(o, ": ");
			out_cell(o, detail, 0,
			    t->options->width > used + 16 ? t->options->width - used : 16,
			    false);
		}
		return;
	}
	out_text(o, "  ");
	if (detail.len == 0) {
		out_show(o, reason);
		return;
	}
	out_cell(o, reason, w->reason + 2, 0, false);
	if (w->cut)
		out_cell(o, detail, 0, w->detail, false);
	else
		out_show(o, detail);
}

static void
write_row(struct text *t, const struct widths *w, const struct table_row *row)
{
	struct str state = row->state;
	char name[ROW_ROOM], digest[300];
	struct out *o = &t->out;

	out_color(o, out_state_color(state));
	out_cell(o, state, w->state, 0, false);
	out_color(o, OUT_PLAIN);
	out_text(o, "  ");
	out_cell(
	    o, row_name(row, name, sizeof(name)), w->name, w->cut ? w->name : 0, true);
	out_text(o, "  ");
	out_cell(o, row_digest(row, t, digest, sizeof(digest)),
	    w->own_line ? 0 : w->digest, 0, false);
	write_detail(t, w, row);
	out_text(o, "\n");
}

static void
write_titles(struct text *t, const struct widths *w)
{
	struct out *o = &t->out;

	out_text(o, "\n");
	out_color(o, OUT_BOLD);
	out_printf(o, "%-*s  %-*s  ", (int)w->state, "STATE", (int)w->name, "NAME");
	if (w->own_line)
		out_text(o, "DIGEST\n    REASON: DETAIL");
	else
		out_printf(o, "%-*s  %-*s  %s", (int)w->digest, "DIGEST", (int)w->reason,
		    "REASON", "DETAIL");
	out_color(o, OUT_PLAIN);
	out_text(o, "\n");
}

static int
write_table(struct text *t)
{
	AUTO(query_close) struct query *q = NULL;
	struct table_row row;
	struct widths w;
	int got;

	if (text_ask(&q, t, "table", table_columns, COUNT(table_columns)) != 0)
		return -1;
	query_bind_int(q, 2, t->options->all);
	if (measure(&w, t, q) != 0)
		return -1;
	if (w.rows == 0)
		return 0;
	share(&w, t->options->width);
	write_titles(t, &w);
	query_reset(q);
	query_bind_int(q, 1, t->options->run_id);
	query_bind_int(q, 2, t->options->all);
	while ((got = query_row(q, &row, t->err)) == 1)
		write_row(t, &w, &row);
	return got;
}

/* --- what to do --- */

struct remedy_row {
	struct str reason_code, title, severity, remedy;
	int64_t artifacts, inputs;
};
#define REMEDY(member) COLUMN(struct remedy_row, member)

static int
write_remedies(struct text *t)
{
	static const struct query_column columns[] = { REMEDY(reason_code), REMEDY(title),
		REMEDY(severity), REMEDY(remedy), REMEDY(artifacts), REMEDY(inputs) };
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	struct remedy_row row;
	bool first = true;
	int got;

	if (text_ask(&q, t, "remedies", columns, COUNT(columns)) != 0)
		return -1;
	while ((got = query_row(q, &row, t->err)) == 1) {
		int64_t artifacts = row.artifacts, inputs = row.inputs;

		out_text(o, first ? "\nWhat to do\n" : "");
		first = false;
		out_text(o, "  ");
		text_colored(o, OUT_BOLD, row.reason_code);
		out_text(o, " (");
		out_show(o, row.severity);
		if (artifacts > 0)
			out_printf(o, ", %" PRId64 " artifact%s", artifacts,
			    text_plural(artifacts));
		if (inputs > 0)
			out_printf(
			    o, ", %" PRId64 " input%s", inputs, text_plural(inputs));
		out_text(o, "): ");
		out_show(o, row.title);
		out_text(o, ".\n");
		out_wrapped(o, row.remedy, 6, t->options->width);
	}
	return got;
}

static int
write_all(struct text *t)
{
	if (text_ask_run(t) != 0 || write_head(t) != 0 || write_table(t) != 0 ||
	    write_remedies(t) != 0)
		return -1;
	return text_numbers(t);
}

int
text_write(struct report_sink *sink, struct db *db, const struct report_options *options,
    struct err *err)
{
	struct text t = { .db = db, .options = options, .err = err };
	int result;

	out_init(&t.out, sink, options, err);
	result = write_all(&t);
	query_close(t.run_query);
	query_close(t.summary_query);
	if (out_end(&t.out) != 0)
		return -1;
	return result;
}
