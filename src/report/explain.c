/* SPDX-License-Identifier: Apache-2.0 */
/* One artifact of a recorded run in words. */
#include "report/explain.h"

#include <inttypes.h>

#include "report/checks.h"
#include "report/explain_parts.h"

/* Columns of struct judged_row. */
#define JUDGED(member) COLUMN(struct judged_row, member)
#define JUDGED_AS(member, alias) COLUMN_AS(struct judged_row, member, alias)
static const struct query_column judged_columns[] = { JUDGED(input_id),
	JUDGED(artifact_id), JUDGED(signatures_found), JUDGED(signatures_valid),
	JUDGED(referrers), JUDGED(size), JUDGED(digest), JUDGED(media_type),
	JUDGED(artifact_type), JUDGED(platform), JUDGED(class), JUDGED(found_by),
	JUDGED(state), JUDGED(reason_code), JUDGED(title), JUDGED(severity),
	JUDGED(remedy), JUDGED_AS(statement, "policy.statement"),
	JUDGED_AS(level, "policy.level"), JUDGED_AS(policy_digest, "policy.digest"),
	JUDGED_AS(source_path, "policy.source_path"), JUDGED(checked_at), JUDGED(waiver),
	JUDGED(justification), JUDGED(approved_by), JUDGED(expires_at), JUDGED(path),
	JUDGED(input_digest), JUDGED(uuid), JUDGED(series), JUDGED(status),
	JUDGED(verify_time), JUDGED(verify_time_source) };

int
explain_ask(struct query **out, struct explain *x, const char *name,
    const struct query_column *columns, size_t count, int64_t a, int64_t b)
{
	if (query_rows(out, x->db, name, columns, count, x->err) != 0)
		return -1;
	query_bind_int(*out, 1, a);
	query_bind_int(*out, 2, b);
	return 0;
}

void
explain_line(struct explain *x, size_t indent, const char *label, struct str value)
{
	if (value.len == 0)
		return;
	out_printf(&x->out, "%*s%-11s", (int)indent, "", label);
	out_show(&x->out, value);
	out_text(&x->out, "\n");
}

void
explain_head(struct explain *x, const char *title)
{
	out_text(&x->out, "\n");
	out_color(&x->out, OUT_BOLD);
	out_text(&x->out, title);
	out_color(&x->out, OUT_PLAIN);
	out_text(&x->out, "\n");
}

/* --- verdict --- */

static void
write_verdict(struct explain *x)
{
	const struct judged_row *j = &x->what;
	struct out *o = &x->out;
	struct str state = j->state;

	if (!str_is(j->status, "complete"))
		out_printf(o, "INCOMPLETE: the run is %.*s\n", STR_ARG(j->status));
	out_color(o, out_state_color(state));
	out_show(o, state);
	out_color(o, OUT_PLAIN);
	out_text(o, "  ");
	out_show(o, j->digest);
	out_text(o, "\n");
	if (j->reason_code.ptr == NULL)
		return;
	out_text(o, "  ");
	out_show(o, j->reason_code);
	out_text(o, " (");
	out_show(o, j->severity);
	out_text(o, "): ");
	out_show(o, j->title);
	out_text(o, ".\n  What to do: ");
	out_show(o, j->remedy);
	out_text(o, "\n");
	if (j->waiver.ptr == NULL)
		return;
	out_text(o, "  Exempt by ");
	out_show(o, j->waiver);
	out_text(o, ", approved by ");
	out_show(o, j->approved_by);
	out_text(o, " until ");
	out_show(o, j->expires_at);
	out_text(o, ": ");
	out_show(o, j->justification);
	out_text(o, "\n");
}

/* --- identity --- */

/* What the name was good for, unless it chose a statement. */
static const char *
name_words(struct str role)
{
	static const struct {
		const char *role, *words;
	} rows[] = {
		{ "claimed", ", claimed: names in the export are not trusted" },
		{ "overruled", ", claimed: the user named it" },
		{ "spare", ", claimed: another name counts" },
		{ "ignored", ", left out by the user" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_is(role, rows[i].role))
			return rows[i].words;
	return "";
}

struct name_row {
	struct str name, source, use, scope;
	bool own;
};

static int
write_names(struct explain *x)
{
	static const struct query_column columns[] = { COLUMN(struct name_row, name),
		COLUMN(struct name_row, source), COLUMN(struct name_row, use),
		COLUMN(struct name_row, scope), COLUMN(struct name_row, own) };
	AUTO(query_close) struct query *q = NULL;
	struct name_row row;
	struct out *o = &x->out;
	int got;

	if (ASK(&q, x, "names", columns, x->what.input_id, x->what.artifact_id) != 0)
		return -1;
	while ((got = query_row(q, &row, x->err)) == 1) {
		out_text(o, "  name       ");
		out_show(o, row.name);
		out_text(o, " (");
		out_show(o, row.source);
		if (!str_starts(row.name, row.scope)) {
			out_text(o, ", for ");
			out_show(o, row.scope);
		}
		out_text(o, row.own ? "" : ", of the index it is part of");
		out_text(o, name_words(row.use));
		out_text(o, ")\n");
	}
	return got;
}

struct parent_row {
	struct str digest;
};
struct part_row {
	struct str digest, platform, presence, state;
	int64_t referrers;
};

static int
write_graph(struct explain *x)
{
	static const struct query_column parent_columns[] = { COLUMN(
	    struct parent_row, digest) };
	static const struct query_column part_columns[] = { COLUMN(
								struct part_row, digest),
		COLUMN(struct part_row, platform), COLUMN(struct part_row, presence),
		COLUMN(struct part_row, state), COLUMN(struct part_row, referrers) };
	int64_t input = x->what.input_id, artifact = x->what.artifact_id;
	AUTO(query_close) struct query *parents = NULL;
	AUTO(query_close) struct query *parts = NULL;
	struct parent_row parent;
	struct part_row part;
	struct out *o = &x->out;
	int got;

	if (ASK(&parents, x, "parents", parent_columns, input, artifact) != 0 ||
	    ASK(&parts, x, "parts", part_columns, input, artifact) != 0)
		return -1;
	while ((got = query_row(parents, &parent, x->err)) == 1)
		explain_line(x, 2, "part of", parent.digest);
	while (got == 0 && (got = query_row(parts, &part, x->err)) == 1) {
		int64_t referrers = part.referrers;

		out_text(o, "  part       ");
		out_show(o, part.digest);
		if (part.platform.ptr != NULL) {
			out_text(o, "  ");
			out_show(o, part.platform);
		}
		if (!str_is(part.presence, "present")) {
			out_text(o, ", ");
			out_show(o, part.presence);
		}
		out_printf(o, ", %" PRId64 " referrer%s of its own", referrers,
		    referrers == 1 ? "" : "s");
		if (part.state.ptr != NULL) {
			out_text(o, ", ");
			out_show(o, part.state);
		}
		out_text(o, "\n");
		got = 0;
	}
	return got;
}

static int
write_identity(struct explain *x)
{
	const struct judged_row *j = &x->what;

	explain_head(x, "Artifact");
	if (write_names(x) != 0)
		return -1;
	explain_line(x, 2, "class", j->class);
	explain_line(x, 2, "type", j->media_type);
	explain_line(x, 2, "artifact", j->artifact_type);
	explain_line(x, 2, "platform", j->platform);
	if (j->size.given)
		out_printf(&x->out, "  size       %" PRId64 " octets\n", j->size.n);
	explain_line(x, 2, "input", j->path);
	explain_line(x, 2, "", j->input_digest);
	explain_line(x, 2, "found by", j->found_by);
	return write_graph(x);
}

static void
write_policy(struct explain *x)
{
	const struct judged_row *j = &x->what;
	struct out *o = &x->out;

	explain_head(x, "Policy");
	if (j->statement.ptr == NULL) {
		out_text(o, "  no statement matched\n");
	} else {
		explain_line(x, 2, "statement", j->statement);
		explain_line(x, 2, "level", j->level);
		explain_line(x, 2, "document", j->source_path);
		explain_line(x, 2, "", j->policy_digest);
	}
	out_printf(o, "  time       %.*s (%s)\n", STR_ARG(j->verify_time),
	    str_is(j->verify_time_source, "option") ? "GIVEN BY OPTION, --at" : "clock");
}

/* --- findings, history, run --- */

struct finding_row {
	struct str reason_code, severity, message, remedy;
	bool blocking;
};

static int
write_findings(struct explain *x)
{
	static const struct query_column columns[] = {
		COLUMN(struct finding_row, reason_code),
		COLUMN(struct finding_row, severity), COLUMN(struct finding_row, message),
		COLUMN(struct finding_row, remedy), COLUMN(struct finding_row, blocking)
	};
	AUTO(query_close) struct query *q = NULL;
	struct finding_row row;
	struct out *o = &x->out;
	bool first = true;
	int got;

	if (ASK(&q, x, "findings", columns, x->evaluation, 0) != 0)
		return -1;
	while ((got = query_row(q, &row, x->err)) == 1) {
		if (first)
			explain_head(x, "Findings");
		first = false;
		out_text(o, "  ");
		out_color(o, row.blocking ? OUT_RED : OUT_YELLOW);
		out_text(o, row.blocking ? "blocking  " : "logged    ");
		out_color(o, OUT_PLAIN);
		out_show(o, row.reason_code);
		out_text(o, " (");
		out_show(o, row.severity);
		out_text(o, "): ");
		out_show(o, row.message);
		out_text(o, "\n");
		out_wrapped(o, row.remedy, 12, x->options->width);
	}
	return got;
}

struct history_row {
	struct str started_at, status, state, reason_code, input;
};

static int
write_history(struct explain *x)
{
	static const struct query_column columns[] = {
		COLUMN(struct history_row, started_at),
		COLUMN(struct history_row, status), COLUMN(struct history_row, state),
		COLUMN(struct history_row, reason_code), COLUMN(struct history_row, input)
	};
	AUTO(query_close) struct query *q = NULL;
	struct history_row row;
	struct out *o = &x->out;
	int got;

	if (ASK(&q, x, "history", columns, x->what.artifact_id, 0) != 0)
		return -1;
	query_bind_str(q, 2, x->what.series);
	query_bind_int(q, 3, x->what.input_id);
	explain_head(x, "History");
	while ((got = query_row(q, &row, x->err)) == 1) {
		out_text(o, "  ");
		out_show(o, row.started_at);
		out_text(o, "  ");
		out_show(o, row.state);
		if (row.reason_code.ptr != NULL) {
			out_text(o, "  ");
			out_show(o, row.reason_code);
		}
		if (!str_is(row.status, "complete")) {
			out_text(o, " (run ");
			out_show(o, row.status);
			out_text(o, ")");
		}
		if (row.input.ptr != NULL) {
			out_text(o, ", in ");
			out_show(o, row.input);
		}
		out_text(o, "\n");
	}
	return got;
}

static int
explain_one(struct explain *x, int64_t evaluation)
{
	AUTO(query_close) struct query *q = NULL;
	int got;

	if (ASK(&q, x, "explain", judged_columns, evaluation, 0) != 0)
		return -1;
	got = query_row(q, &x->what, x->err);
	if (got != 1)
		return got == 0 ? err_set(x->err, REASON_DB_ARTIFACT, NULL, "gone") : -1;
	x->evaluation = evaluation;
	write_verdict(x);
	if (write_identity(x) != 0)
		return -1;
	write_policy(x);
	explain_head(x, "Checks of the artifact");
	if (checks_write(&x->out, x->db, evaluation, -1, 2, x->err) != 0 ||
	    explain_signatures(x) != 0 || write_findings(x) != 0 || write_history(x) != 0)
		return -1;
	explain_head(x, "Record");
	explain_line(x, 2, "run", x->what.uuid);
	explain_line(x, 2, "checked at", x->what.checked_at);
	explain_line(x, 2, "database", str_of(db_path(x->db)));
	return 0;
}

/* --- which artifact --- */

/* A manifest that is there and has no verdict of its own: say why not. */
/* What is read of reports/explain-node.sql. */
struct node_row {
	struct str digest, path, class, state, media_type, platform, found_by,
	    reason_code, detail, parent, parent_kind, role;
};

static int
explain_node(struct explain *x, struct str artifact)
{
	static const struct query_column columns[] = { COLUMN(struct node_row, digest),
		COLUMN(struct node_row, path), COLUMN(struct node_row, class),
		COLUMN(struct node_row, state), COLUMN(struct node_row, media_type),
		COLUMN(struct node_row, platform), COLUMN(struct node_row, found_by),
		COLUMN(struct node_row, reason_code), COLUMN(struct node_row, detail),
		COLUMN(struct node_row, parent), COLUMN(struct node_row, parent_kind),
		COLUMN(struct node_row, role) };
	AUTO(query_close) struct query *q = NULL;
	struct node_row row;
	struct out *o = &x->out;
	int got, n = 0;

	if (ASK(&q, x, "explain-node", columns, x->options->run_id, 0) != 0)
		return -1;
	query_bind_str(q, 2, artifact);
	while ((got = query_row(q, &row, x->err)) == 1) {
		if (n++ > 0)
			out_text(o, "\n");
		out_text(o, "Not judged  ");
		out_show(o, row.digest);
		out_text(o, "\n");
		explain_line(x, 2, "input", row.path);
		explain_line(x, 2, "class", row.class);
		explain_line(x, 2, "role", row.role);
		explain_line(x, 2, "state", row.state);
		explain_line(x, 2, "type", row.media_type);
		explain_line(x, 2, "platform", row.platform);
		explain_line(x, 2, "found by", row.found_by);
		explain_line(x, 2, "problem", row.reason_code);
		explain_line(x, 2, "", row.detail);
		if (row.parent.ptr != NULL)
			explain_line(x, 2,
			    str_is(row.parent_kind, "manifest") ? "part of" : "refers to",
			    row.parent);
	}
	if (got == 0 && n == 0)
		return err_set(x->err, REASON_DB_ARTIFACT, NULL,
		    "no artifact of the run has the name or digest %.*s",
		    STR_ARG(str_upto(artifact, 200)));
	return got;
}

struct found_row {
	int64_t evaluation_id;
	struct str digest;
};

/* The start of a digest may mean one digest only; a name may mean several. */
static int
check_one(struct query *q, struct explain *x, struct str artifact)
{
	struct found_row row;
	char first[256] = "";
	bool named = true, several = false;
	int got;

	while ((got = query_row(q, &row, x->err)) == 1) {
		struct str digest = row.digest;
		struct str hex = str_from(digest, str_find(digest, ':') + 1);

		if (str_starts(digest, artifact) || str_starts(hex, artifact))
			named = false;
		if (first[0] == '\0' && digest.len < sizeof(first))
			memcpy(first, digest.ptr, digest.len);
		else if (!str_is(digest, first))
			several = true;
	}
	if (got == 0 && several && !named)
		return err_set(x->err, REASON_DB_ARTIFACT, NULL,
		    "several digests begin with %.*s", STR_ARG(artifact));
	return got;
}

static int
explain_all(struct explain *x, struct str artifact)
{
	static const struct query_column columns[] = {
		COLUMN(struct found_row, evaluation_id), COLUMN(struct found_row, digest)
	};
	AUTO(query_close) struct query *q = NULL;
	struct found_row row;
	int got, n = 0;

	if (ASK(&q, x, "explain-find", columns, x->options->run_id, 0) != 0)
		return -1;
	query_bind_str(q, 2, artifact);
	if (check_one(q, x, artifact) != 0)
		return -1;
	query_reset(q);
	query_bind_int(q, 1, x->options->run_id);
	query_bind_str(q, 2, artifact);
	while ((got = query_row(q, &row, x->err)) == 1) {
		if (n++ > 0)
			out_text(&x->out, "\n\n");
		if (explain_one(x, row.evaluation_id) != 0)
			return -1;
	}
	return got == 0 && n == 0 ? explain_node(x, artifact) : got;
}

int
explain_write(struct report_sink *sink, struct db *db,
    const struct report_options *options, struct str artifact, struct err *err)
{
	struct explain x = { .db = db, .options = options, .err = err };
	int result;

	out_init(&x.out, sink, options, err);
	result = explain_all(&x, artifact);
	if (out_end(&x.out) != 0)
		return -1;
	return result;
}
