/* SPDX-License-Identifier: Apache-2.0 */
/* One artifact of a recorded run in words. */
#include "report/explain.h"

#include <inttypes.h>

#include "report/checks.h"
#include "report/out.h"

struct explain {
	struct out out;
	struct db *db;
	const struct report_options *options;
	struct query *what; /* reports/explain.sql: its one row stays open */
	int64_t evaluation;
	struct err *err;
};

/* Columns of reports/explain.sql. */
enum {
	X_INPUT_ID = 1,
	X_ARTIFACT_ID,
	X_DIGEST,
	X_MEDIA_TYPE,
	X_ARTIFACT_TYPE,
	X_SIZE,
	X_PLATFORM,
	X_CLASS,
	X_FOUND_BY,
	X_STATE,
	X_REASON,
	X_TITLE,
	X_SEVERITY,
	X_REMEDY,
	X_STATEMENT,
	X_LEVEL,
	X_POLICY,
	X_POLICY_PATH,
	X_CHECKED,
	X_FOUND,
	X_VALID,
	X_WAIVER,
	X_JUSTIFICATION,
	X_APPROVED_BY,
	X_EXPIRES,
	X_INPUT,
	X_INPUT_DIGEST,
	X_RUN_ID,
	X_RUN_UUID,
	X_SERIES,
	X_STATUS,
	X_VERIFY,
	X_VERIFY_SOURCE,
	X_REFERRERS
};

static int
ask(struct query **out, struct explain *x, const char *name, int64_t a, int64_t b)
{
	if (query_open(out, x->db, name, x->err) != 0)
		return -1;
	query_bind_int(*out, 1, a);
	query_bind_int(*out, 2, b);
	return 0;
}

/* "  label      value", if there is one. */
static void
line(struct explain *x, size_t indent, const char *label, struct str value)
{
	if (value.len == 0)
		return;
	out_printf(&x->out, "%*s%-11s", (int)indent, "", label);
	out_show(&x->out, value);
	out_text(&x->out, "\n");
}

static void
head(struct explain *x, const char *title)
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
	struct query *q = x->what;
	struct out *o = &x->out;
	struct str state = query_str(q, X_STATE);

	if (!str_is(query_str(q, X_STATUS), "complete"))
		out_printf(
		    o, "INCOMPLETE: the run is %.*s\n", STR_ARG(query_str(q, X_STATUS)));
	out_color(o, out_state_color(state));
	out_show(o, state);
	out_color(o, OUT_PLAIN);
	out_text(o, "  ");
	out_show(o, query_str(q, X_DIGEST));
	out_text(o, "\n");
	if (query_null(q, X_REASON))
		return;
	out_text(o, "  ");
	out_show(o, query_str(q, X_REASON));
	out_text(o, " (");
	out_show(o, query_str(q, X_SEVERITY));
	out_text(o, "): ");
	out_show(o, query_str(q, X_TITLE));
	out_text(o, ".\n  What to do: ");
	out_show(o, query_str(q, X_REMEDY));
	out_text(o, "\n");
	if (query_null(q, X_WAIVER))
		return;
	out_text(o, "  Exempt by ");
	out_show(o, query_str(q, X_WAIVER));
	out_text(o, ", approved by ");
	out_show(o, query_str(q, X_APPROVED_BY));
	out_text(o, " until ");
	out_show(o, query_str(q, X_EXPIRES));
	out_text(o, ": ");
	out_show(o, query_str(q, X_JUSTIFICATION));
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

static int
write_names(struct explain *x)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &x->out;
	int got;

	if (ask(&q, x, "names", query_int(x->what, X_INPUT_ID),
		query_int(x->what, X_ARTIFACT_ID)) != 0)
		return -1;
	while ((got = query_step(q, x->err)) == 1) {
		out_text(o, "  name       ");
		out_show(o, query_str(q, 0));
		out_text(o, " (");
		out_show(o, query_str(q, 1));
		if (!str_starts(query_str(q, 0), query_str(q, 4))) {
			out_text(o, ", for ");
			out_show(o, query_str(q, 4));
		}
		out_text(o, query_int(q, 2) != 0 ? "" : ", of the index it is part of");
		out_text(o, name_words(query_str(q, 3)));
		out_text(o, ")\n");
	}
	return got;
}

static int
write_graph(struct explain *x)
{
	int64_t input = query_int(x->what, X_INPUT_ID),
		artifact = query_int(x->what, X_ARTIFACT_ID);
	AUTO(query_close) struct query *parents = NULL;
	AUTO(query_close) struct query *parts = NULL;
	struct out *o = &x->out;
	int got;

	if (ask(&parents, x, "parents", input, artifact) != 0 ||
	    ask(&parts, x, "parts", input, artifact) != 0)
		return -1;
	while ((got = query_step(parents, x->err)) == 1)
		line(x, 2, "part of", query_str(parents, 0));
	while (got == 0 && (got = query_step(parts, x->err)) == 1) {
		int64_t referrers = query_int(parts, 5);

		out_text(o, "  part       ");
		out_show(o, query_str(parts, 0));
		if (!query_null(parts, 2)) {
			out_text(o, "  ");
			out_show(o, query_str(parts, 2));
		}
		if (!str_is(query_str(parts, 4), "present")) {
			out_text(o, ", ");
			out_show(o, query_str(parts, 4));
		}
		out_printf(o, ", %" PRId64 " referrer%s of its own", referrers,
		    referrers == 1 ? "" : "s");
		if (!query_null(parts, 6)) {
			out_text(o, ", ");
			out_show(o, query_str(parts, 6));
		}
		out_text(o, "\n");
		got = 0;
	}
	return got;
}

static int
write_identity(struct explain *x)
{
	struct query *q = x->what;

	head(x, "Artifact");
	if (write_names(x) != 0)
		return -1;
	line(x, 2, "class", query_str(q, X_CLASS));
	line(x, 2, "type", query_str(q, X_MEDIA_TYPE));
	line(x, 2, "artifact", query_str(q, X_ARTIFACT_TYPE));
	line(x, 2, "platform", query_str(q, X_PLATFORM));
	if (!query_null(q, X_SIZE))
		out_printf(
		    &x->out, "  size       %" PRId64 " octets\n", query_int(q, X_SIZE));
	line(x, 2, "input", query_str(q, X_INPUT));
	line(x, 2, "", query_str(q, X_INPUT_DIGEST));
	line(x, 2, "found by", query_str(q, X_FOUND_BY));
	return write_graph(x);
}

static void
write_policy(struct explain *x)
{
	struct query *q = x->what;
	struct out *o = &x->out;

	head(x, "Policy");
	if (query_null(q, X_STATEMENT)) {
		out_text(o, "  no statement matched\n");
	} else {
		line(x, 2, "statement", query_str(q, X_STATEMENT));
		line(x, 2, "level", query_str(q, X_LEVEL));
		line(x, 2, "document", query_str(q, X_POLICY_PATH));
		line(x, 2, "", query_str(q, X_POLICY));
	}
	out_printf(o, "  time       %.*s (%s)\n", STR_ARG(query_str(q, X_VERIFY)),
	    str_is(query_str(q, X_VERIFY_SOURCE), "option") ? "GIVEN BY OPTION, --at"
							    : "clock");
}

/* --- signatures --- */

static int
write_chain(struct explain *x, int64_t seq, const char *chain, const char *title)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &x->out;
	bool first = true;
	int got;

	if (ask(&q, x, "chains", x->evaluation, seq) != 0)
		return -1;
	while ((got = query_step(q, x->err)) == 1) {
		if (!str_is(query_str(q, 0), chain))
			continue;
		if (first)
			out_printf(o, "     %s\n", title);
		first = false;
		out_text(o, "       ");
		out_show(o, query_str(q, 3));
		out_printf(o, "\n         valid %.*s to %.*s, ", STR_ARG(query_str(q, 6)),
		    STR_ARG(query_str(q, 7)));
		out_show(o, query_str(q, 8));
		if (out_key_open(query_str(q, 8)))
			out_printf(o, " %" PRId64, query_int(q, 9));
		out_printf(o, "%s\n         ", query_int(q, 10) != 0 ? ", CA" : "");
		out_show(o, query_str(q, 2));
		out_text(o, "\n");
	}
	return got;
}

static void
write_times(struct explain *x, struct query *q)
{
	line(x, 5, "signed at", query_str(q, 8));
	line(x, 5, "expires", query_str(q, 9));
	if (query_null(q, 10)) {
		out_text(&x->out, "     stamped    no trusted time stamp\n");
		return;
	}
	line(x, 5, "stamped", query_str(q, 10));
	line(x, 5, "by", query_str(q, 12));
}

/* What is signed may be named by another hash than the record's: then the binding step tells. */
static bool
names_another(struct str signed_digest, struct str digest)
{
	return signed_digest.ptr != NULL && !str_equal(signed_digest, digest) &&
	       str_equal(str_upto(signed_digest, str_find(signed_digest, ':')),
		   str_upto(digest, str_find(digest, ':')));
}

static int
write_signature(struct explain *x, struct query *q)
{
	struct str state = query_str(q, 4), format = query_str(q, 3);
	struct str signed_digest = query_str(q, 7);
	int64_t seq = query_int(q, 0);
	struct out *o = &x->out;

	out_printf(o, "  %" PRId64 ". ", seq + 1);
	out_color(o, str_is(state, "valid") ? OUT_GREEN : OUT_RED);
	out_show(o, state);
	out_color(o, OUT_PLAIN);
	out_text(o, ", ");
	out_show(o, format.ptr == NULL ? STR("format not known") : format);
	out_text(o, "\n");
	/* The signature of a file has none: it is known by its envelope. */
	if (!str_equal(query_str(q, 1), query_str(q, 2)))
		line(x, 5, "manifest", query_str(q, 1));
	line(x, 5, "envelope", query_str(q, 2));
	line(x, 5, "token", query_str(q, 16));
	line(x, 5, "scheme", query_str(q, 5));
	line(x, 5, "algorithm", query_str(q, 6));
	line(x, 5, "signs", signed_digest);
	if (names_another(signed_digest, query_str(x->what, X_DIGEST)))
		out_text(o, "                ANOTHER artifact than this one\n");
	write_times(x, q);
	line(x, 5, "signer", query_str(q, 13));
	line(x, 5, "anchor", query_str(q, 15));
	line(x, 5, "", query_str(q, 18));
	line(x, 5, "agent", query_str(q, 17));
	if (write_chain(x, seq, "signing", "chain, leaf first") != 0 ||
	    write_chain(x, seq, "tsa", "chain of the time stamp") != 0)
		return -1;
	out_text(o, "     checks\n");
	return checks_write(o, x->db, x->evaluation, seq, 7, x->err);
}

static int
write_signatures(struct explain *x)
{
	AUTO(query_close) struct query *q = NULL;
	int64_t referrers;
	int got;

	head(x, "Signatures");
	referrers = query_int(x->what, X_REFERRERS);
	out_printf(&x->out, "  %" PRId64 " found, %" PRId64 " valid\n",
	    query_int(x->what, X_FOUND), query_int(x->what, X_VALID));
	/* "0 found" alone reads as unsigned, where nothing was looked for. */
	if (query_int(x->what, X_FOUND) == 0 && referrers > 0)
		out_printf(&x->out,
		    "  %" PRId64 " manifest%s in the input refer%s to it, and none was judged as its signature\n",
		    referrers, referrers == 1 ? "" : "s", referrers == 1 ? "s" : "");
	if (ask(&q, x, "signatures", x->evaluation, 0) != 0)
		return -1;
	while ((got = query_step(q, x->err)) == 1)
		if (write_signature(x, q) != 0)
			return -1;
	return got;
}

/* --- findings, history, run --- */

static int
write_findings(struct explain *x)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &x->out;
	bool first = true;
	int got;

	if (ask(&q, x, "findings", x->evaluation, 0) != 0)
		return -1;
	while ((got = query_step(q, x->err)) == 1) {
		bool blocking = query_int(q, 3) != 0;

		if (first)
			head(x, "Findings");
		first = false;
		out_text(o, "  ");
		out_color(o, blocking ? OUT_RED : OUT_YELLOW);
		out_text(o, blocking ? "blocking  " : "logged    ");
		out_color(o, OUT_PLAIN);
		out_show(o, query_str(q, 1));
		out_text(o, " (");
		out_show(o, query_str(q, 2));
		out_text(o, "): ");
		out_show(o, query_str(q, 4));
		out_text(o, "\n");
		out_wrapped(o, query_str(q, 5), 12, x->options->width);
	}
	return got;
}

static int
write_history(struct explain *x)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &x->out;
	int got;

	if (ask(&q, x, "history", query_int(x->what, X_ARTIFACT_ID), 0) != 0)
		return -1;
	query_bind_str(q, 2, query_str(x->what, X_SERIES));
	query_bind_int(q, 3, query_int(x->what, X_INPUT_ID));
	head(x, "History");
	while ((got = query_step(q, x->err)) == 1) {
		out_text(o, "  ");
		out_show(o, query_str(q, 0));
		out_text(o, "  ");
		out_show(o, query_str(q, 3));
		if (!query_null(q, 4)) {
			out_text(o, "  ");
			out_show(o, query_str(q, 4));
		}
		if (!str_is(query_str(q, 2), "complete")) {
			out_text(o, " (run ");
			out_show(o, query_str(q, 2));
			out_text(o, ")");
		}
		if (!query_null(q, 5)) {
			out_text(o, ", in ");
			out_show(o, query_str(q, 5));
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

	if (ask(&q, x, "explain", evaluation, 0) != 0)
		return -1;
	got = query_step(q, x->err);
	if (got != 1)
		return got == 0 ? err_set(x->err, REASON_DB_ARTIFACT, NULL, "gone") : -1;
	x->what = q;
	x->evaluation = evaluation;
	write_verdict(x);
	if (write_identity(x) != 0)
		return -1;
	write_policy(x);
	head(x, "Checks of the artifact");
	if (checks_write(&x->out, x->db, evaluation, -1, 2, x->err) != 0 ||
	    write_signatures(x) != 0 || write_findings(x) != 0 || write_history(x) != 0)
		return -1;
	head(x, "Record");
	line(x, 2, "run", query_str(q, X_RUN_UUID));
	line(x, 2, "checked at", query_str(q, X_CHECKED));
	line(x, 2, "database", str_of(db_path(x->db)));
	return 0;
}

/* --- which artifact --- */

/* A manifest that is there and has no verdict of its own: say why not. */
static int
explain_node(struct explain *x, struct str artifact)
{
	AUTO(query_close) struct query *q = NULL;
	struct out *o = &x->out;
	int got, n = 0;

	if (ask(&q, x, "explain-node", x->options->run_id, 0) != 0)
		return -1;
	query_bind_str(q, 2, artifact);
	while ((got = query_step(q, x->err)) == 1) {
		if (n++ > 0)
			out_text(o, "\n");
		out_text(o, "Not judged  ");
		out_show(o, query_str(q, 0));
		out_text(o, "\n");
		line(x, 2, "input", query_str(q, 1));
		line(x, 2, "class", query_str(q, 2));
		line(x, 2, "role", query_str(q, 13));
		line(x, 2, "state", query_str(q, 3));
		line(x, 2, "type", query_str(q, 4));
		line(x, 2, "platform", query_str(q, 5));
		line(x, 2, "found by", query_str(q, 6));
		line(x, 2, "problem", query_str(q, 7));
		line(x, 2, "", query_str(q, 8));
		if (!query_null(q, 11))
			line(x, 2,
			    str_is(query_str(q, 12), "manifest") ? "part of"
								 : "refers to",
			    query_str(q, 11));
	}
	if (got == 0 && n == 0)
		return err_set(x->err, REASON_DB_ARTIFACT, NULL,
		    "no artifact of the run has the name or digest %.*s",
		    STR_ARG(str_upto(artifact, 200)));
	return got;
}

/* The start of a digest may mean one digest only; a name may mean several. */
static int
check_one(struct query *q, struct explain *x, struct str artifact)
{
	char first[256] = "";
	bool named = true, several = false;
	int got;

	while ((got = query_step(q, x->err)) == 1) {
		struct str digest = query_str(q, 1);
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
	AUTO(query_close) struct query *q = NULL;
	int got, n = 0;

	if (ask(&q, x, "explain-find", x->options->run_id, 0) != 0)
		return -1;
	query_bind_str(q, 2, artifact);
	if (check_one(q, x, artifact) != 0)
		return -1;
	query_reset(q);
	query_bind_int(q, 1, x->options->run_id);
	query_bind_str(q, 2, artifact);
	while ((got = query_step(q, x->err)) == 1) {
		if (n++ > 0)
			out_text(&x->out, "\n\n");
		if (explain_one(x, query_int(q, 0)) != 0)
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
