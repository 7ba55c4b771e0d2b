/* SPDX-License-Identifier: Apache-2.0 */
/* The end of the report for people: what the numbers are, and where they come from. */
#include <inttypes.h>
#include <stdio.h>

#include "report/revocation.h"
#include "report/text_parts.h"

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
int
text_ask(struct query **out, struct text *t, const char *name)
{
	if (query_open(out, t->db, name, t->err) != 0)
		return -1;
	query_bind_int(*out, 1, t->options->run_id);
	return 0;
}

/* A question with exactly one row. */
int
text_ask_one(struct query **out, struct text *t, const char *name)
{
	int got;

	if (text_ask(out, t, name) != 0)
		return -1;
	got = query_step(*out, t->err);
	if (got == 0)
		return err_set(t->err, REASON_DB_RUN, NULL, "run is not recorded");
	return got < 0 ? -1 : 0;
}

const char *
text_plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

void
text_colored(struct out *o, enum out_color color, struct str text)
{
	out_color(o, color);
	out_show(o, text);
	out_color(o, OUT_PLAIN);
}

/* Artifacts count in each input; how many different ones that are stands beside it. */
void
text_digests(struct text *t, const char *before, const char *after)
{
	int64_t n = query_int(t->summary, SUM_DIGESTS);

	if (n != query_int(t->summary, SUM_ARTIFACTS))
		out_printf(&t->out, "%s%" PRId64 " distinct digest%s%s", before, n,
		    text_plural(n), after);
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
	text_digests(t, ", ", "");
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

	if (text_ask(&q, t, "not-judged") != 0)
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

	if (text_ask_one(&q, t, "changes") != 0)
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

	if (text_ask(&q, t, "policies") != 0)
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
		text_colored(
		    o, out_state_color(str_of(state_name((enum state)i))), str_of(state_name((enum state)i)));
		out_printf(o, " %" PRId64, n);
		between = ", ";
	}
	out_text(o, "\n");
}

int
text_numbers(struct text *t)
{
	write_counts(t);
	write_inputs(t);
	if (write_not_judged(t) != 0 || write_changes(t) != 0 ||
	    revocation_line(&t->out, t->db, t->options->run_id, t->err) != 0 ||
	    write_policies(t) != 0)
		return -1;
	write_place(t);
	return 0;
}
