/* SPDX-License-Identifier: Apache-2.0 */
/* The end of the report for people: what the numbers are, and where they come from. */
#include <inttypes.h>
#include <stdio.h>

#include "report/revocation.h"
#include "report/text_parts.h"

int
text_ask(struct query **out, struct text *t, const char *name,
    const struct query_column *columns, size_t count)
{
	if (query_rows(out, t->db, name, columns, count, t->err) != 0)
		return -1;
	query_bind_int(*out, 1, t->options->run_id);
	return 0;
}

/* A question with exactly one row. */
int
text_ask_one(struct query **out, void *row, struct text *t, const char *name,
    const struct query_column *columns, size_t count)
{
	int got;

	if (text_ask(out, t, name, columns, count) != 0)
		return -1;
	got = query_row(*out, row, t->err);
	if (got == 0)
		return err_set(t->err, REASON_DB_RUN, NULL, "run is not recorded");
	return got < 0 ? -1 : 0;
}

#define RUN(member) COLUMN(struct run_row, member)
#define SUMMARY(member) COLUMN(struct summary_row, member)
#define STATES(member, state, name)                                                      \
	COLUMN_AS(struct summary_row, member[state], #member "." name)
#define ALL_STATES(member)                                                               \
	STATES(member, STATE_NONCOMPLIANT, "NonCompliant"),                              \
	    STATES(member, STATE_ERROR, "Error"),                                        \
	    STATES(member, STATE_UNKNOWN, "Unknown"),                                    \
	    STATES(member, STATE_COMPLIANT, "Compliant"),                                \
	    STATES(member, STATE_EXEMPT, "Exempt"),                                      \
	    STATES(member, STATE_NOT_APPLICABLE, "NotApplicable")

int
text_ask_run(struct text *t)
{
	static const struct query_column run[] = { RUN(uuid), RUN(series), RUN(status),
		RUN(effect), RUN(started_at), RUN(verify_time), RUN(verify_time_source),
		RUN(compared_with), RUN(previous_started_at) };
	static const struct query_column summary[] = { SUMMARY(inputs),
		SUMMARY(inputs_with_reason), SUMMARY(artifacts),
		SUMMARY(distinct_digests), SUMMARY(with_warnings), SUMMARY(applicable),
		SUMMARY(compliant_permille), SUMMARY(accepted_permille), SUMMARY(state),
		ALL_STATES(by_state), ALL_STATES(inputs_by_state) };

	if (text_ask_one(&t->run_query, &t->run, t, "run", run, COUNT(run)) != 0)
		return -1;
	return text_ask_one(
	    &t->summary_query, &t->summary, t, "summary", summary, COUNT(summary));
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
	int64_t n = t->summary.distinct_digests;

	if (n != t->summary.artifacts)
		out_printf(&t->out, "%s%" PRId64 " distinct digest%s%s", before, n,
		    text_plural(n), after);
}

/* --- the numbers --- */

/* Floor: 100.0 only if all are; never without the counts. */
static void
percent(struct text *t, struct query_number permille, int64_t count, int64_t of)
{
	if (!permille.given)
		out_printf(&t->out, "n/a (0 of 0)");
	else
		out_printf(&t->out,
		    "%" PRId64 ".%" PRId64 " %% (%" PRId64 " of %" PRId64 ")",
		    permille.n / 10, permille.n % 10, count, of);
}

static void
write_counts(struct text *t)
{
	int64_t applicable = t->summary.applicable;
	int64_t compliant = t->summary.by_state[STATE_COMPLIANT];
	int64_t exempt = t->summary.by_state[STATE_EXEMPT];
	int64_t warned = t->summary.with_warnings;
	struct out *o = &t->out;

	out_text(o, "\nSummary\n  states     ");
	for (size_t i = 0; i < STATE_COUNT; i++) {
		int64_t n = t->summary.by_state[i];

		out_text(o, i == 0 ? "" : ", ");
		if (n > 0)
			out_color(o, out_state_color(str_of(state_name((enum state)i))));
		out_printf(o, "%s %" PRId64, state_name((enum state)i), n);
		if (n > 0)
			out_color(o, OUT_PLAIN);
	}
	out_text(o, "\n  compliant  ");
	percent(t, t->summary.compliant_permille, compliant, applicable);
	text_digests(t, ", ", "");
	if (warned > 0)
		out_printf(o, ", %" PRId64 " with warnings", warned);
	if (exempt > 0) {
		out_text(o, "\n  accepted   ");
		percent(t, t->summary.accepted_permille, compliant + exempt, applicable);
		out_text(o, ", exceptions included");
	}
	out_text(o, "\n");
}

struct not_judged_row {
	struct str role;
	int64_t entries;
};

/* Entries that got no verdict of their own: how many, and why. */
static int
write_not_judged(struct text *t)
{
	static const struct query_column columns[] = { COLUMN(
							   struct not_judged_row, role),
		COLUMN(struct not_judged_row, entries) };
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	struct not_judged_row row;
	int64_t all = 0;
	int got;

	if (text_ask(&q, t, "not-judged", columns, COUNT(columns)) != 0)
		return -1;
	while ((got = query_row(q, &row, t->err)) == 1) {
		out_printf(o, "%s%" PRId64 " %.*s", all == 0 ? "  not judged " : ", ",
		    row.entries, STR_ARG(row.role));
		all += row.entries;
	}
	if (all > 0)
		out_printf(o,
		    " (entr%s without a verdict of %s own: what %s to has one)\n",
		    all == 1 ? "y" : "ies", all == 1 ? "its" : "their",
		    all == 1 ? "it belongs" : "they belong");
	return got;
}

/* What is read of reports/changes.sql. */
struct changes_row {
	struct query_number previous_id;
	int64_t newly_noncompliant, fixed, still_noncompliant, first_seen, disappeared,
	    unread, earlier;
	bool policy_changed, anchors_changed;
};
#define CHANGES(member) COLUMN(struct changes_row, member)

static void
write_no_baseline(struct text *t, const struct changes_row *changes)
{
	struct out *o = &t->out;

	if (!str_is(t->run.status, "complete")) {
		out_text(o, "this run is not complete");
	} else if (t->run.compared_with.ptr != NULL) {
		out_text(o, "not in this database is run ");
		out_show(o, t->run.compared_with);
	} else if (changes->earlier > 0) {
		out_text(o, "no earlier run of this series read all its inputs");
	} else {
		out_text(o, "first complete run of this series");
	}
	out_text(o, "\n");
}

static int
write_changes(struct text *t)
{
	static const struct query_column columns[] = { CHANGES(previous_id),
		CHANGES(newly_noncompliant), CHANGES(fixed), CHANGES(still_noncompliant),
		CHANGES(first_seen), CHANGES(disappeared), CHANGES(unread),
		CHANGES(earlier), CHANGES(policy_changed), CHANGES(anchors_changed) };
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	struct changes_row row;

	if (text_ask_one(&q, &row, t, "changes", columns, COUNT(columns)) != 0)
		return -1;
	out_text(o, "  changes    ");
	if (!row.previous_id.given) {
		out_text(o, "nothing to compare with: ");
		write_no_baseline(t, &row);
		return 0;
	}
	out_printf(o,
	    "new %" PRId64 ", fixed %" PRId64 ", still %" PRId64 ", first seen %" PRId64
	    ", disappeared %" PRId64,
	    row.newly_noncompliant, row.fixed, row.still_noncompliant, row.first_seen,
	    row.disappeared);
	if (row.unread > 0)
		out_printf(o, ", %" PRId64 " in inputs that were not read", row.unread);
	out_printf(o, "; since the run of %.*s, ", STR_ARG(t->run.previous_started_at));
	out_show(o, t->run.compared_with);
	out_text(o, "\n");
	if (row.policy_changed || row.anchors_changed)
		out_printf(o,
		    "             %s changed since then: what differs may be due to that\n",
		    !row.policy_changed    ? "the trust anchors"
		    : !row.anchors_changed ? "the policy"
					   : "policy and trust anchors");
	return 0;
}

struct policy_row {
	struct str digest, source_path, name;
};

static int
write_policies(struct text *t)
{
	static const struct query_column columns[] = { COLUMN(struct policy_row, digest),
		COLUMN(struct policy_row, source_path), COLUMN(struct policy_row, name) };
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &t->out;
	struct policy_row row;
	int got;

	if (text_ask(&q, t, "policies", columns, COUNT(columns)) != 0)
		return -1;
	while ((got = query_row(q, &row, t->err)) == 1) {
		out_text(
		    o, str_is(row.name, "scope-map") ? "  scope map  " : "  policy     ");
		out_show(o, row.digest);
		out_text(o, "  ");
		out_show(o, row.source_path);
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
	out_show(o, t->run.uuid);
	out_text(o, " (");
	out_show(o, t->run.status);
	out_text(o, ", series ");
	out_show(o, t->run.series);
	out_text(o, ", effect ");
	out_show(o, t->run.effect);
	out_text(o, ")\n");
}

/* Where inputs have a state of their own, the artifacts alone do not make up that of the run. */
static void
write_inputs(struct text *t)
{
	const char *between = "  inputs     ";
	struct out *o = &t->out;

	if (t->summary.inputs_with_reason == 0)
		return;
	for (size_t i = 0; i < STATE_COUNT; i++) {
		int64_t n = t->summary.inputs_by_state[i];

		if (n == 0)
			continue;
		out_text(o, between);
		text_colored(o, out_state_color(str_of(state_name((enum state)i))),
		    str_of(state_name((enum state)i)));
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
