/* SPDX-License-Identifier: Apache-2.0 */
/* The signatures of one judgement in words: what each says, its chains and its checks. */
#include <inttypes.h>

#include "report/checks.h"
#include "report/explain_parts.h"

struct chain_row {
	struct str chain, sha256, subject, not_before, not_after, key_alg;
	int64_t key_bits;
	bool is_ca;
};

static int
write_chain(struct explain *x, int64_t seq, const char *chain, const char *title)
{
	static const struct query_column columns[] = { COLUMN(struct chain_row, chain),
		COLUMN(struct chain_row, sha256), COLUMN(struct chain_row, subject),
		COLUMN(struct chain_row, not_before), COLUMN(struct chain_row, not_after),
		COLUMN(struct chain_row, key_alg), COLUMN(struct chain_row, key_bits),
		COLUMN(struct chain_row, is_ca) };
	AUTO(query_close) struct query *q = NULL;
	struct chain_row row;
	struct out *o = &x->out;
	bool first = true;
	int got;

	if (ASK(&q, x, "chains", columns, x->evaluation, seq) != 0)
		return -1;
	while ((got = query_row(q, &row, x->err)) == 1) {
		if (!str_is(row.chain, chain))
			continue;
		if (first)
			out_printf(o, "     %s\n", title);
		first = false;
		out_text(o, "       ");
		out_show(o, row.subject);
		out_printf(o, "\n         valid %.*s to %.*s, ", STR_ARG(row.not_before),
		    STR_ARG(row.not_after));
		out_show(o, row.key_alg);
		if (out_key_open(row.key_alg))
			out_printf(o, " %" PRId64, row.key_bits);
		out_printf(o, "%s\n         ", row.is_ca ? ", CA" : "");
		out_show(o, row.sha256);
		out_text(o, "\n");
	}
	return got;
}

/* What is read of reports/signatures.sql. */
struct signature_row {
	int64_t seq;
	struct str manifest_digest, envelope_digest, format, state, scheme, algorithm,
	    signed_digest, signing_time, expiry, timestamp_time, tsa_subject, signer,
	    trust_store, token_digest, agent, anchor;
};
#define SIGNATURE(member) COLUMN(struct signature_row, member)

static void
write_times(struct explain *x, const struct signature_row *row)
{
	explain_line(x, 5, "signed at", row->signing_time);
	explain_line(x, 5, "expires", row->expiry);
	if (row->timestamp_time.ptr == NULL) {
		out_text(&x->out, "     stamped    no trusted time stamp\n");
		return;
	}
	explain_line(x, 5, "stamped", row->timestamp_time);
	explain_line(x, 5, "by", row->tsa_subject);
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
write_signature(struct explain *x, const struct signature_row *row)
{
	struct str state = row->state, format = row->format;
	struct str signed_digest = row->signed_digest;
	int64_t seq = row->seq;
	struct out *o = &x->out;

	out_printf(o, "  %" PRId64 ". ", seq + 1);
	out_color(o, str_is(state, "valid") ? OUT_GREEN : OUT_RED);
	out_show(o, state);
	out_color(o, OUT_PLAIN);
	out_text(o, ", ");
	out_show(o, format.ptr == NULL ? STR("format not known") : format);
	out_text(o, "\n");
	/* The signature of a file has none: it is known by its envelope. */
	if (!str_equal(row->manifest_digest, row->envelope_digest))
		explain_line(x, 5, "manifest", row->manifest_digest);
	explain_line(x, 5, "envelope", row->envelope_digest);
	explain_line(x, 5, "token", row->token_digest);
	explain_line(x, 5, "scheme", row->scheme);
	explain_line(x, 5, "algorithm", row->algorithm);
	explain_line(x, 5, "signs", signed_digest);
	if (names_another(signed_digest, x->what.digest))
		out_text(o, "                ANOTHER artifact than this one\n");
	write_times(x, row);
	explain_line(x, 5, "signer", row->signer);
	explain_line(x, 5, "anchor", row->trust_store);
	explain_line(x, 5, "", row->anchor);
	explain_line(x, 5, "agent", row->agent);
	if (write_chain(x, seq, "signing", "chain, leaf first") != 0 ||
	    write_chain(x, seq, "tsa", "chain of the time stamp") != 0)
		return -1;
	out_text(o, "     checks\n");
	return checks_write(o, x->db, x->evaluation, seq, 7, x->err);
}

int
explain_signatures(struct explain *x)
{
	static const struct query_column columns[] = { SIGNATURE(seq),
		SIGNATURE(manifest_digest), SIGNATURE(envelope_digest), SIGNATURE(format),
		SIGNATURE(state), SIGNATURE(scheme), SIGNATURE(algorithm),
		SIGNATURE(signed_digest), SIGNATURE(signing_time), SIGNATURE(expiry),
		SIGNATURE(timestamp_time), SIGNATURE(tsa_subject), SIGNATURE(signer),
		SIGNATURE(trust_store), SIGNATURE(token_digest), SIGNATURE(agent),
		SIGNATURE(anchor) };
	AUTO(query_close) struct query *q = NULL;
	struct signature_row row;
	int64_t referrers;
	int got;

	explain_head(x, "Signatures");
	referrers = x->what.referrers;
	out_printf(&x->out, "  %" PRId64 " found, %" PRId64 " valid\n",
	    x->what.signatures_found, x->what.signatures_valid);
	/* "0 found" alone reads as unsigned, where nothing was looked for. */
	if (x->what.signatures_found == 0 && referrers > 0)
		out_printf(&x->out,
		    "  %" PRId64
		    " manifest%s in the input refer%s to it, and none was judged as its signature\n",
		    referrers, referrers == 1 ? "" : "s", referrers == 1 ? "s" : "");
	if (ASK(&q, x, "signatures", columns, x->evaluation, 0) != 0)
		return -1;
	while ((got = query_row(q, &row, x->err)) == 1)
		if (write_signature(x, &row) != 0)
			return -1;
	return got;
}
