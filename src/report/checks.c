/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of one judgement in words. */
#include "report/checks.h"

#include <inttypes.h>

/* Columns of reports/steps.sql. */
enum {
	S_SEQ,
	S_NAME,
	S_ACTION,
	S_OUTCOME,
	S_SIGNATURE,
	S_REASON,
	S_DETAIL,
	S_DATA,
	S_TITLE,
	S_ANCHOR
};
/* Columns of reports/revocation-results.sql. */
enum {
	R_RESULT,
	R_SUBJECT,
	R_SERIAL,
	R_METHOD,
	R_CODE,
	R_FILE,
	R_NUMBER,
	R_THIS_UPDATE,
	R_NEXT_UPDATE,
	R_DELTA_FILE,
	R_DELTA_NUMBER,
	R_REVOKED_AT,
	R_REASON,
	R_POINTER,
	R_RESPONDER_CRL,
	R_DIGEST,
	R_DELTA_DIGEST,
	R_RESPONDER_CRL_DIGEST
};

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
write_source(struct out *o, const struct query *q)
{
	if (query_null(q, R_FILE)) {
		show_after(o, ", names ", query_str(q, R_POINTER));
		return;
	}
	show_after(o, ", by ", query_str(q, R_METHOD));
	show_after(o, ": ", query_str(q, R_FILE));
	show_after(o, ", number ", query_str(q, R_NUMBER));
	show_after(o, ", ", query_str(q, R_THIS_UPDATE));
	show_after(o, " to ", query_str(q, R_NEXT_UPDATE));
	show_after(o, ", with delta ", query_str(q, R_DELTA_FILE));
	show_after(o, ", number ", query_str(q, R_DELTA_NUMBER));
	show_after(o, ", responder by ", query_str(q, R_RESPONDER_CRL));
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
write_result(struct out *o, const struct query *q, size_t indent)
{
	struct str result = query_str(q, R_RESULT);
	bool fine = str_is(result, "good") || str_is(result, "non-revokable");

	out_printf(o, "%*s", (int)indent, "");
	out_color(o, fine ? OUT_GREEN : OUT_RED);
	out_cell(o, result, 13, 0, false);
	out_color(o, OUT_PLAIN);
	out_text(o, "  ");
	out_show(o, query_str(q, R_SUBJECT));
	show_after(o, ", serial ", query_str(q, R_SERIAL));
	show_after(o, ", since ", query_str(q, R_REVOKED_AT));
	show_after(o, ", reason ", query_str(q, R_REASON));
	write_source(o, q);
	if (!query_null(q, R_CODE)) {
		out_text(o, " [");
		out_show(o, query_str(q, R_CODE));
		out_text(o, "]");
	}
	out_text(o, "\n");
	write_digest(o, "", query_str(q, R_DIGEST), indent + 15);
	write_digest(o, "delta ", query_str(q, R_DELTA_DIGEST), indent + 15);
	write_digest(o, "responder ", query_str(q, R_RESPONDER_CRL_DIGEST), indent + 15);
}

/* Results by certificate, or the anchor, if the data of this check are such; else as they are. */
static int
write_data(struct out *o, struct query *results, int64_t evaluation,
    const struct query *step, size_t indent, struct err *err)
{
	int got, n = 0;

	query_reset(results);
	query_bind_int(results, 1, evaluation);
	query_bind_int(results, 2, query_int(step, S_SEQ));
	while ((got = query_step(results, err)) == 1) {
		write_result(o, results, indent);
		n++;
	}
	if (got != 0 || n > 0)
		return got;
	if (!query_null(step, S_ANCHOR))
		write_digest(o, "anchor ", query_str(step, S_ANCHOR), indent);
	else
		write_digest(o, "", query_str(step, S_DATA), indent);
	return 0;
}

static void
write_step(struct out *o, const struct query *q, size_t indent)
{
	struct str outcome = query_str(q, S_OUTCOME), detail = query_str(q, S_DETAIL);
	bool bad = str_is(outcome, "fail") || str_is(outcome, "error");

	out_printf(o, "%*s", (int)indent, "");
	out_color(o, bad ? OUT_RED : str_is(outcome, "pass") ? OUT_GREEN : OUT_DIM);
	out_cell(o, outcome, 15, 0, false);
	out_color(o, OUT_PLAIN);
	out_cell(o, query_str(q, S_NAME), 20, 0, false);
	if (detail.len == 0 && query_null(q, S_REASON))
		out_show(o, query_str(q, S_ACTION));
	else
		out_cell(o, query_str(q, S_ACTION), 8, 0, false);
	if (!query_null(q, S_REASON)) {
		out_text(o, " ");
		out_show(o, query_str(q, S_REASON));
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
	int got;

	if (query_open(&steps, db, "steps", err) != 0 ||
	    query_open(&results, db, "revocation-results", err) != 0)
		return -1;
	query_bind_int(steps, 1, evaluation);
	while ((got = query_step(steps, err)) == 1) {
		int64_t of =
		    query_null(steps, S_SIGNATURE) ? -1 : query_int(steps, S_SIGNATURE);

		if (of != signature)
			continue;
		write_step(o, steps, indent);
		/* Of a statement that was chosen the detail says the same. */
		if (!query_null(steps, S_DATA) &&
		    !str_is(query_str(steps, S_NAME), "policy-match") &&
		    write_data(o, results, evaluation, steps, indent + 44, err) != 0)
			return -1;
	}
	return got;
}
