/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: verdict, table of what is not compliant, what to do, numbers. */
#include <inttypes.h>
#include <stdio.h>

#include "report/formats.h"
#include "report/notes.h"
#include "report/out.h"
#include "report/revocation.h"

#define ROW_ROOM 1024

struct text {
	struct out out;
	struct db *db;
	const struct report_options *options;
	struct query *run; /* its one row stays open */
	struct query *summary;
	struct err *err;
};

/* Columns of reports/run.sql. */
enum {
	RUN_UUID = 1,
	RUN_SERIES = 4,
	RUN_STATUS,
	RUN_STATE,
	RUN_EFFECT,
	RUN_STARTED,
	RUN_FINISHED,
	RUN_VERIFY,
	RUN_VERIFY_SOURCE,
	RUN_COMPARED_WITH = 23,
	RUN_PREVIOUS_STARTED
};
/* Columns of reports/summary.sql. */
enum {
	SUM_INPUTS,
	SUM_INPUT_REASONS,
	SUM_ARTIFACTS,
	SUM_STATES,
	SUM_COMPLIANT = 6,
	SUM_WARNED = 9,
	SUM_APPLICABLE,
	SUM_COMPLIANT_PERMILLE,
	SUM_ACCEPTED_PERMILLE,
	SUM_DIGESTS,
	SUM_INPUT_STATES,
	SUM_STATE = 20
};
/* Columns of reports/changes.sql. */
enum {
	CHANGE_PREVIOUS,
	CHANGE_NEW,
	CHANGE_FIXED,
	CHANGE_STILL,
	CHANGE_FIRST_SEEN,
	CHANGE_DISAPPEARED,
	CHANGE_UNREAD,
	CHANGE_POLICY,
	CHANGE_ANCHORS,
	CHANGE_EARLIER
};
/* Columns of reports/table.sql. */
enum {
	ROW_STATE,
	ROW_NAME,
	ROW_DIGEST,
	ROW_REASON,
	ROW_DETAIL,
	ROW_PATH = 7,
	ROW_SEVERAL
};

static int
ask(struct query **out, struct text *t, const char *name)
{
	if (query_open(out, t->db, name, t->err) != 0)
		return -1;
	query_bind_int(*out, 1, t->options->run_id);
	return 0;
}

/* A question with exactly one row. */
static int
ask_one(struct query **out, struct text *t, const char *name)
{
	int got;

	if (ask(out, t, name) != 0)
		return -1;
	got = query_step(*out, t->err);
	if (got == 0)
		return err_set(t->err, REASON_DB_RUN, NULL, "run is not recorded");
	return got < 0 ? -1 : 0;
}

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void
colored(struct out *o, enum out_color color, struct str text)
{
	out_color(o, color);
	out_show(o, text);
	out_color(o, OUT_PLAIN);
}

/* Artifacts count in each input; how many different ones that are stands beside it. */
static void
write_digests(struct text *t, const char *before, const char *after)
{
	int64_t n = query_int(t->summary, SUM_DIGESTS);

	if (n != query_int(t->summary, SUM_ARTIFACTS))
		out_printf(&t->out, "%s%" PRId64 " distinct digest%s%s", before, n,
		    plural(n), after);
}

/* --- the head --- */

static void
head_incomplete(struct text *t)
{
	struct str status = query_str(t->run, RUN_STATUS);
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
	struct str state = query_str(t->summary, SUM_STATE);
	int64_t applicable = query_int(t->summary, SUM_APPLICABLE);
	int64_t bad = applicable - query_int(t->summary, SUM_COMPLIANT) -
		      query_int(t->summary, SUM_COMPLIANT + 1);
	int64_t refused = query_int(t->summary, SUM_INPUT_REASONS);
	struct out *o = &t->out;

	out_color(o, OUT_BOLD);
	colored(o, out_state_color(state), state);
	out_text(o, ": ");
	if (query_int(t->summary, SUM_ARTIFACTS) == 0)
		out_text(o, "nothing was judged");
	else if (applicable == 0)
		out_text(o, "no artifact is one that the policy wants judged");
	else if (bad > 0)
		out_printf(o, "%" PRId64 " of %" PRId64 " artifact%s not compliant", bad,
		    applicable, plural(applicable));
	else
		out_printf(o, "%" PRId64 " of %" PRId64 " artifact%s compliant%s",
		    applicable, applicable, plural(applicable),
		    query_int(t->summary, SUM_COMPLIANT + 1) > 0 ? " or exempt" : "");
	write_digests(t, " (", ")");
	if (refused > 0)
		out_printf(o, "; %" PRId64 " input%s need%s attention", refused,
		    plural(refused), refused == 1 ? "s" : "");
	out_text(o, "\n");
}

static int
head_inputs(struct text *t)
{
	AUTO(query_close) struct query *q = NULL;
	int64_t all = query_int(t->summary, SUM_INPUTS);
	struct out *o = &t->out;
	int got = 0, n = 0;

	if (ask(&q, t, "inputs") != 0)
		return -1;
	out_printf(o, "Audited %" PRId64 " input%s", all, plural(all));
	while (n < 3 && (got = query_step(q, t->err)) == 1) {
		out_text(o, n++ == 0 ? ": " : ", ");
		out_show(o, query_str(q, 2));
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

	if (str_is(query_str(t->run, RUN_VERIFY_SOURCE), "option")) {
		out_color(o, OUT_YELLOW);
		out_printf(o,
		    "Judged as of %.*s, a time GIVEN BY OPTION (--at); the run began at %.*s",
		    STR_ARG(query_str(t->run, RUN_VERIFY)),
		    STR_ARG(query_str(t->run, RUN_STARTED)));
		out_color(o, OUT_PLAIN);
	} else {
		out_printf(o, "Judged as of %.*s (clock)",
		    STR_ARG(query_str(t->run, RUN_VERIFY)));
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
	return notes_write(
	    &t->out, t->db, "input-notes", t->options->run_id, t->err);
}

/* --- the table --- */

struct widths {
	size_t state, name, digest, reason,
	    detail; /* as wide as the widest; detail 0: own line */
	bool own_line, cut;
	uint64_t rows;
};

static struct str
row_name(struct query *q, char *room, size_t size)
{
	struct str name = query_str(q, ROW_NAME), path = query_str(q, ROW_PATH);

	if (query_null(q, ROW_DIGEST))
		return path;
	if (name.ptr == NULL)
		snprintf(room, size, "(no name, in %.*s)", STR_ARG(str_upto(path, 400)));
	else if (query_int(q, ROW_SEVERAL) != 0)
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
row_digest(struct query *q, const struct text *t, char *room, size_t size)
{
	struct str digest = query_str(q, ROW_DIGEST);
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
	int got;

	*w = (struct widths){ .state = 5, .name = 4, .digest = 6, .reason = 6 };
	while ((got = query_step(q, t->err)) == 1) {
		widen(&w->state, query_str(q, ROW_STATE).len);
		widen(&w->name, out_width(&t->out, row_name(q, room, sizeof(room))));
		widen(
		    &w->digest, out_width(&t->out, row_digest(q, t, room, sizeof(room))));
		widen(&w->reason, query_str(q, ROW_REASON).len);
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
write_detail(struct text *t, const struct widths *w, struct query *q)
{
	struct str reason = query_str(q, ROW_REASON), detail = query_str(q, ROW_DETAIL);
	struct out *o = &t->out;

	if (reason.ptr == NULL)
		reason = STR("-");
	if (w->own_line) {
		size_t used = 6 + reason.len;

		if (query_null(q, ROW_REASON) && detail.len == 0)
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
write_row(struct text *t, const struct widths *w, struct query *q)
{
	struct str state = query_str(q, ROW_STATE);
	char name[ROW_ROOM], digest[300];
	struct out *o = &t->out;

	out_color(o, out_state_color(state));
	out_cell(o, state, w->state, 0, false);
	out_color(o, OUT_PLAIN);
	out_text(o, "  ");
	out_cell(o, row_name(q, name, sizeof(name)), w->name, w->cut ? w->name : 0, true);
	out_text(o, "  ");
	out_cell(o, row_digest(q, t, digest, sizeof(digest)), w->own_line ? 0 : w->digest,
	    0, false);
	write_detail(t, w, q);
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
	struct widths w;
	int got;

	if (ask(&q, t, "table") != 0)
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
	while ((got = query_step(q, t->err)) == 1)
		write_row(t, &w, q);
	return got;
}

/* --- what to do --- */

static int
write_remedies(struct text *t)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	bool first = true;
	int got;

	if (ask(&q, t, "remedies") != 0)
		return -1;
	while ((got = query_step(q, t->err)) == 1) {
		int64_t artifacts = query_int(q, 4), inputs = query_int(q, 5);

		out_text(o, first ? "\nWhat to do\n" : "");
		first = false;
		out_text(o, "  ");
		colored(o, OUT_BOLD, query_str(q, 0));
		out_text(o, " (");
		out_show(o, query_str(q, 2));
		if (artifacts > 0)
			out_printf(
			    o, ", %" PRId64 " artifact%s", artifacts, plural(artifacts));
		if (inputs > 0)
			out_printf(o, ", %" PRId64 " input%s", inputs, plural(inputs));
		out_text(o, "): ");
		out_show(o, query_str(q, 1));
		out_text(o, ".\n");
		out_wrapped(o, query_str(q, 3), 6, t->options->width);
	}
	return got;
}

/* --- the numbers --- */

/* Floor: 100.0 only if all are; never without the counts. */
static void
percent(struct text *t, int column, int64_t count, int64_t of)
{
	int64_t permille = query_int(t->summary, column);

	if (query_null(t->summary, column))
		out_printf(&t->out, "n/a (0 of 0)");
	else
		out_printf(&t->out,
		    "%" PRId64 ".%" PRId64 " %% (%" PRId64 " of %" PRId64 ")",
		    permille / 10, permille % 10, count, of);
}

static void
write_counts(struct text *t)
{
	int64_t applicable = query_int(t->summary, SUM_APPLICABLE);
	int64_t compliant = query_int(t->summary, SUM_COMPLIANT);
	int64_t exempt = query_int(t->summary, SUM_COMPLIANT + 1);
	int64_t warned = query_int(t->summary, SUM_WARNED);
	struct out *o = &t->out;

	out_text(o, "\nSummary\n  states     ");
	for (size_t i = 0; i < STATE_COUNT; i++) {
		int64_t n = query_int(t->summary, SUM_STATES + (int)i);

		out_text(o, i == 0 ? "" : ", ");
		if (n > 0)
			out_color(o, out_state_color(str_of(state_name((enum state)i))));
		out_printf(o, "%s %" PRId64, state_name((enum state)i), n);
		if (n > 0)
			out_color(o, OUT_PLAIN);
	}
	out_text(o, "\n  compliant  ");
	percent(t, SUM_COMPLIANT_PERMILLE, compliant, applicable);
	write_digests(t, ", ", "");
	if (warned > 0)
		out_printf(o, ", %" PRId64 " with warnings", warned);
	if (exempt > 0) {
		out_text(o, "\n  accepted   ");
		percent(t, SUM_ACCEPTED_PERMILLE, compliant + exempt, applicable);
		out_text(o, ", exceptions included");
	}
	out_text(o, "\n");
}

/* Entries that got no verdict of their own: how many, and why. */
static int
write_not_judged(struct text *t)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	int64_t all = 0;
	int got;

	if (ask(&q, t, "not-judged") != 0)
		return -1;
	while ((got = query_step(q, t->err)) == 1) {
		out_printf(o, "%s%" PRId64 " %.*s", all == 0 ? "  not judged " : ", ",
		    query_int(q, 1), STR_ARG(query_str(q, 0)));
		all += query_int(q, 1);
	}
	if (all > 0)
		out_printf(o, " (entr%s without a verdict of %s own: what %s to has one)\n",
		    all == 1 ? "y" : "ies", all == 1 ? "its" : "their",
		    all == 1 ? "it belongs" : "they belong");
	return got;
}

static void
write_no_baseline(struct text *t, struct query *changes)
{
	struct out *o = &t->out;

	if (!str_is(query_str(t->run, RUN_STATUS), "complete")) {
		out_text(o, "this run is not complete");
	} else if (!query_null(t->run, RUN_COMPARED_WITH)) {
		out_text(o, "not in this database is run ");
		out_show(o, query_str(t->run, RUN_COMPARED_WITH));
	} else if (query_int(changes, CHANGE_EARLIER) > 0) {
		out_text(o, "no earlier run of this series read all its inputs");
	} else {
		out_text(o, "first complete run of this series");
	}
	out_text(o, "\n");
}

static int
write_changes(struct text *t)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;

	if (ask_one(&q, t, "changes") != 0)
		return -1;
	out_text(o, "  changes    ");
	if (query_null(q, CHANGE_PREVIOUS)) {
		out_text(o, "nothing to compare with: ");
		write_no_baseline(t, q);
		return 0;
	}
	out_printf(o,
	    "new %" PRId64 ", fixed %" PRId64 ", still %" PRId64 ", first seen %" PRId64
	    ", disappeared %" PRId64,
	    query_int(q, CHANGE_NEW), query_int(q, CHANGE_FIXED),
	    query_int(q, CHANGE_STILL), query_int(q, CHANGE_FIRST_SEEN),
	    query_int(q, CHANGE_DISAPPEARED));
	if (query_int(q, CHANGE_UNREAD) > 0)
		out_printf(o, ", %" PRId64 " in inputs that were not read",
		    query_int(q, CHANGE_UNREAD));
	out_printf(o, "; since the run of %.*s, ",
	    STR_ARG(query_str(t->run, RUN_PREVIOUS_STARTED)));
	out_show(o, query_str(t->run, RUN_COMPARED_WITH));
	out_text(o, "\n");
	if (query_int(q, CHANGE_POLICY) != 0 || query_int(q, CHANGE_ANCHORS) != 0)
		out_printf(o,
		    "             %s changed since then: what differs may be due to that\n",
		    query_int(q, CHANGE_POLICY) == 0    ? "the trust anchors"
		    : query_int(q, CHANGE_ANCHORS) == 0 ? "the policy"
							: "policy and trust anchors");
	return 0;
}

static int
write_policies(struct text *t)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	int got;

	if (ask(&q, t, "policies") != 0)
		return -1;
	while ((got = query_step(q, t->err)) == 1) {
		out_text(o, str_is(query_str(q, 3), "scope-map") ? "  scope map  "
								 : "  policy     ");
		out_show(o, query_str(q, 1));
		out_text(o, "  ");
		out_show(o, query_str(q, 2));
		out_text(o, "\n");
	}
	return got;
}

static void
write_place(struct text *t)
{
	struct out *o = &t->out;

	out_text(o, "  database   ");
	out_show(o, str_of(db_path(t->db)));
	out_text(o, "\n  run        ");
	out_show(o, query_str(t->run, RUN_UUID));
	out_text(o, " (");
	out_show(o, query_str(t->run, RUN_STATUS));
	out_text(o, ", series ");
	out_show(o, query_str(t->run, RUN_SERIES));
	out_text(o, ", effect ");
	out_show(o, query_str(t->run, RUN_EFFECT));
	out_text(o, ")\n");
}

/* Where inputs have a state of their own, the artifacts alone do not make up that of the run. */
static void
write_inputs(struct text *t)
{
	const char *between = "  inputs     ";
	struct out *o = &t->out;

	if (query_int(t->summary, SUM_INPUT_REASONS) == 0)
		return;
	for (size_t i = 0; i < STATE_COUNT; i++) {
		int64_t n = query_int(t->summary, SUM_INPUT_STATES + (int)i);

		if (n == 0)
			continue;
		out_text(o, between);
		colored(
		    o, out_state_color(str_of(state_name((enum state)i))), str_of(state_name((enum state)i)));
		out_printf(o, " %" PRId64, n);
		between = ", ";
	}
	out_text(o, "\n");
}

static int
write_all(struct text *t)
{
	if (ask_one(&t->run, t, "run") != 0 || ask_one(&t->summary, t, "summary") != 0 ||
	    write_head(t) != 0 || write_table(t) != 0 || write_remedies(t) != 0)
		return -1;
	write_counts(t);
	write_inputs(t);
	if (write_not_judged(t) != 0 || write_changes(t) != 0 ||
	    revocation_line(&t->out, t->db, t->options->run_id, t->err) != 0 ||
	    write_policies(t) != 0)
		return -1;
	write_place(t);
	return 0;
}

int
text_write(struct report_sink *sink, struct db *db, const struct report_options *options,
    struct err *err)
{
	struct text t = { .db = db, .options = options, .err = err };
	int result;

	out_init(&t.out, sink, options, err);
	result = write_all(&t);
	query_close(t.run);
	query_close(t.summary);
	if (out_end(&t.out) != 0)
		return -1;
	return result;
}
