/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of one judgement in words. */
#include "report/checks.h"

#include <inttypes.h>

/* What is read of reports/steps.sql. */
struct step_row {
	int64_t seq;
	struct str name, action, outcome, reason_code, detail, data, anchor;
	struct query_number signature;
};
static const struct query_column step_columns[] = { COLUMN(struct step_row, seq),
	COLUMN(struct step_row, name), COLUMN(struct step_row, action),
	COLUMN(struct step_row, outcome), COLUMN(struct step_row, reason_code),
	COLUMN(struct step_row, detail), COLUMN(struct step_row, data),
	COLUMN(struct step_row, anchor), COLUMN(struct step_row, signature) };

/* What is read of reports/revocation-results.sql. */
struct result_row {
	struct str result, subject, serial, method, reason, file, number, this_update,
	    next_update, delta_file, delta_number, revoked_at, revocation_reason, pointer,
	    responder_crl, file_digest, delta_digest, responder_crl_digest;
};
#define RESULT(member) COLUMN(struct result_row, member)
static const struct query_column result_columns[] = { RESULT(result), RESULT(subject),
	RESULT(serial), RESULT(method), RESULT(reason), RESULT(file), RESULT(number),
	RESULT(this_update), RESULT(next_update), RESULT(delta_file),
	RESULT(delta_number), RESULT(revoked_at), RESULT(revocation_reason),
	RESULT(pointer), RESULT(responder_crl), RESULT(file_digest), RESULT(delta_digest),
	RESULT(responder_crl_digest) };

static void
show_after(struct out *o, const char *before, struct str text)
{
	if (text.len == 0)
		return;
	out_text(o, before);
	out_show(o, text);
}

/* "by crl: crl/root.crl, number 0a, 2026-05-20T00:00:00Z to 2026-06-19T00:00:00Z" */
static void
write_source(struct out *o, const struct result_row *row)
{
	if (row->file.ptr == NULL) {
		show_after(o, ", names ", row->pointer);
		return;
	}
	show_after(o, ", by ", row->method);
	show_after(o, ": ", row->file);
	show_after(o, ", number ", row->number);
	show_after(o, ", ", row->this_update);
	show_after(o, " to ", row->next_update);
	show_after(o, ", with delta ", row->delta_file);
	show_after(o, ", number ", row->delta_number);
	show_after(o, ", responder by ", row->responder_crl);
}

/* A line for the octets of each file: its name alone is no evidence. */
static void
write_digest(struct out *o, const char *of, struct str digest, size_t indent)
{
	if (digest.len == 0)
		return;
	out_printf(o, "%*s%s", (int)indent, "", of);
	out_show(o, digest);
	out_text(o, "\n");
}

static void
write_result(struct out *o, const struct result_row *row, size_t indent)
{
	struct str result = row->result;
	bool fine = str_is(result, "good") || str_is(result, "non-revokable");

	out_printf(o, "%*s", (int)indent, "");
	out_color(o, fine ? OUT_GREEN : OUT_RED);
	out_cell(o, result, 13, 0, false);
	out_color(o, OUT_PLAIN);
	out_text(o, "  ");
	out_show(o, row->subject);
	show_after(o, ", serial ", row->serial);
	show_after(o, ", since ", row->revoked_at);
	show_after(o, ", reason ", row->revocation_reason);
	write_source(o, row);
	if (row->reason.ptr != NULL) {
		out_text(o, " [");
		out_show(o, row->reason);
		out_text(o, "]");
	}
	out_text(o, "\n");
	write_digest(o, "", row->file_digest, indent + 15);
	write_digest(o, "delta ", row->delta_digest, indent + 15);
	write_digest(o, "responder ", row->responder_crl_digest, indent + 15);
}

/* Results by certificate, or the anchor, if the data of this check are such; else as they are. */
static int
write_data(struct out *o, struct query *results, int64_t evaluation,
    const struct step_row *step, size_t indent, struct err *err)
{
	struct result_row row;
	int got, n = 0;

	query_reset(results);
	query_bind_int(results, 1, evaluation);
	query_bind_int(results, 2, step->seq);
	while ((got = query_row(results, &row, err)) == 1) {
		write_result(o, &row, indent);
		n++;
	}
	if (got != 0 || n > 0)
		return got;
	if (step->anchor.ptr != NULL)
		write_digest(o, "anchor ", step->anchor, indent);
	else
		write_digest(o, "", step->data, indent);
	return 0;
}

static void
write_step(struct out *o, const struct step_row *row, size_t indent)
{
	struct str outcome = row->outcome, detail = row->detail;
	bool bad = str_is(outcome, "fail") || str_is(outcome, "error");

	out_printf(o, "%*s", (int)indent, "");
	out_color(o, bad ? OUT_RED : str_is(outcome, "pass") ? OUT_GREEN : OUT_DIM);
	out_cell(o, outcome, 15, 0, false);
	out_color(o, OUT_PLAIN);
	out_cell(o, row->name, 20, 0, false);
	if (detail.len == 0 && row->reason_code.ptr == NULL)
		out_show(o, row->action);
	else
		out_cell(o, row->action, 8, 0, false);
	if (row->reason_code.ptr != NULL) {
		out_text(o, " ");
		out_show(o, row->reason_code);
		out_text(o, detail.len > 0 ? ":" : "");
	}
	show_after(o, " ", detail);
	out_text(o, "\n");
}

int
checks_write(struct out *o, struct db *db, int64_t evaluation, int64_t signature,
    size_t indent, struct err *err)
{
	AUTO(query_close) struct query *steps = NULL;
	AUTO(query_close) struct query *results = NULL;
	struct step_row row;
	int got;

	if (query_rows(&steps, db, "steps", step_columns, COUNT(step_columns), err) !=
		0 ||
	    query_rows(&results, db, "revocation-results", result_columns,
		COUNT(result_columns), err) != 0)
		return -1;
	query_bind_int(steps, 1, evaluation);
	while ((got = query_row(steps, &row, err)) == 1) {
		int64_t of = !row.signature.given ? -1 : row.signature.n;

		if (of != signature)
			continue;
		write_step(o, &row, indent);
		/* Of a statement that was chosen the detail says the same. */
		if (row.data.ptr != NULL && !str_is(row.name, "policy-match") &&
		    write_data(o, results, evaluation, &row, indent + 44, err) != 0)
			return -1;
	}
	return got;
}
