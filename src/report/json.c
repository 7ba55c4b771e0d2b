/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON, "assay-report/1": schema/assay-report-1.schema.json. Written as a stream, one
 * artifact at a time; keys and arrays in a fixed order, integers only.
 */
#include "codec/hex.h"
#include "codec/text.h"
#include "report/formats.h"
#include "report/json_parts.h"

/* --- inputs --- */

struct input_row {
	int64_t input_id;
	struct bytes path_octets;
};
struct input_spans {
	struct json_span head, tail;
};

static int
write_input_findings(struct json *w, int64_t input)
{
	AUTO(query_close) struct query *q = NULL;
	struct json_span span;

	if (query_open(&q, w->db, "input-findings", w->err) != 0 ||
	    json_span(&span, q, "reason_code", "artifact", w->err) != 0)
		return -1;
	query_bind_int(q, 1, input);
	return json_rows(w, "findings", q, span);
}

/* The octets of a path that is no text: what is shown stands for them, this is them. */
static void
write_path_hex(struct json *w, struct bytes path)
{
	AUTO(buf_clear) struct buf hex = { .max = BUFFER_MOST };
	char two[3];

	if (text_is_utf8(path))
		return;
	for (size_t i = 0; i < path.len; i++) {
		hex_encode(two, bytes_of(path.ptr + i, 1));
		buf_text(&hex, two);
	}
	jsonout_str(&w->j, "path_hex", (struct str){ (const char *)hex.ptr, hex.len });
}

static int
write_input(struct json *w, const struct query *q, const struct input_spans *spans,
    const struct input_row *row)
{
	jsonout_object_begin(&w->j, NULL);
	json_members(w, q, spans->head);
	write_path_hex(w, row->path_octets);
	json_members(w, q, spans->tail);
	if (write_input_findings(w, row->input_id) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

static int
write_inputs(struct json *w)
{
	static const struct query_column columns[] = { COLUMN(struct input_row, input_id),
		COLUMN(struct input_row, path_octets) };
	AUTO(query_close) struct query *q = NULL;
	struct input_spans spans;
	struct input_row row;
	int got;

	if (query_rows(&q, w->db, "inputs", columns, COUNT(columns), w->err) != 0 ||
	    json_span(&spans.head, q, "seq", "path", w->err) != 0 ||
	    json_span(&spans.tail, q, "kind", "inventory.passes", w->err) != 0)
		return -1;
	query_bind_int(q, 1, w->run_id);
	jsonout_array_begin(&w->j, "inputs");
	while ((got = query_row(q, &row, w->err)) == 1)
		if (write_input(w, q, &spans, &row) != 0)
			return -1;
	jsonout_array_end(&w->j);
	return got;
}

/* --- artifacts --- */

struct artifact_row {
	int64_t evaluation_id, input_id, artifact_id;
};
struct artifact_spans {
	struct json_span head, input, tail;
};
/* What is read of rows that are more than members. */
struct text_row {
	struct str text;
};
struct signature_row {
	int64_t seq;
};
struct chain_row {
	struct str chain, sha256;
};
struct step_row {
	struct str data;
};

static struct query *
again(struct json *w, enum json_query which, int64_t a, int64_t b)
{
	struct query *q = w->q[which];

	query_reset(q);
	query_bind_int(q, 1, a);
	query_bind_int(q, 2, b);
	return q;
}

/* Sorted texts: each value once. */
static int
strings(struct json *w, const char *key, struct query *q)
{
	AUTO(buf_clear) struct buf last = { .max = BUFFER_MOST };
	struct text_row row;
	bool first = true;
	int got;

	jsonout_array_begin(&w->j, key);
	while ((got = query_row(q, &row, w->err)) == 1) {
		if (!first && bytes_equal(buf_bytes(&last), str_bytes(row.text)))
			continue;
		first = false;
		jsonout_str(&w->j, NULL, row.text);
		buf_reset(&last);
		buf_str(&last, row.text);
	}
	jsonout_array_end(&w->j);
	return got;
}

static int
rows(struct json *w, const char *key, enum json_query which, int64_t a, int64_t b)
{
	return json_rows(w, key, again(w, which, a, b), w->span[which]);
}

static int
write_chain(
    struct json *w, const char *key, const char *chain, int64_t evaluation, int64_t seq)
{
	struct query *q = again(w, Q_CHAINS, evaluation, seq);
	struct chain_row row;
	int got;

	jsonout_array_begin(&w->j, key);
	while ((got = query_row(q, &row, w->err)) == 1)
		if (str_is(row.chain, chain))
			jsonout_str(&w->j, NULL, row.sha256);
	jsonout_array_end(&w->j);
	return got;
}

static int
write_signatures(struct json *w, int64_t evaluation)
{
	struct query *q = again(w, Q_SIGNATURES, evaluation, 0);
	struct signature_row row;
	int got;

	jsonout_array_begin(&w->j, "signatures");
	while ((got = query_row(q, &row, w->err)) == 1) {
		jsonout_object_begin(&w->j, NULL);
		json_members(w, q, w->span[Q_SIGNATURES]);
		if (write_chain(w, "chain", "signing", evaluation, row.seq) != 0 ||
		    write_chain(w, "tsa_chain", "tsa", evaluation, row.seq) != 0)
			return -1;
		jsonout_object_end(&w->j);
	}
	jsonout_array_end(&w->j);
	return got;
}

static int
write_steps(struct json *w, int64_t evaluation)
{
	struct query *q = again(w, Q_STEPS, evaluation, 0);
	struct step_row row;
	int got;

	jsonout_array_begin(&w->j, "steps");
	while ((got = query_row(q, &row, w->err)) == 1) {
		jsonout_object_begin(&w->j, NULL);
		json_members(w, q, w->span[Q_STEPS]);
		if (row.data.ptr != NULL)
			json_raw(w, "data", row.data, "{}");
		jsonout_object_end(&w->j);
	}
	jsonout_array_end(&w->j);
	return got;
}

static int
write_artifact(struct json *w, const struct query *q, const struct artifact_spans *spans,
    const struct artifact_row *row)
{
	int64_t input = row->input_id, artifact = row->artifact_id;

	jsonout_object_begin(&w->j, NULL);
	json_members(w, q, spans->head);
	if (strings(w, "names", again(w, Q_NAMES, input, artifact)) != 0 ||
	    rows(w, "name_sources", Q_NAMES, input, artifact) != 0)
		return -1;
	json_members(w, q, spans->input);
	if (strings(w, "parents", again(w, Q_PARENTS, input, artifact)) != 0 ||
	    rows(w, "parts", Q_PARTS, input, artifact) != 0)
		return -1;
	json_members(w, q, spans->tail);
	if (write_signatures(w, row->evaluation_id) != 0 ||
	    write_steps(w, row->evaluation_id) != 0 ||
	    rows(w, "findings", Q_FINDINGS, row->evaluation_id, 0) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

/* The questions that each artifact asks: what is read of a row, and what of it are members. */
static int
open_all(struct json *w)
{
	static const struct query_column names[] = { COLUMN_AS(
	    struct text_row, text, "name") },
					 parents[] = { COLUMN_AS(
					     struct text_row, text, "digest") },
					 signatures[] = { COLUMN(
					     struct signature_row, seq) },
					 chains[] = { COLUMN(struct chain_row, chain),
						 COLUMN(struct chain_row, sha256) },
					 steps[] = { COLUMN(struct step_row, data) };
	static const struct {
		const char *name;
		const struct query_column *columns;
		size_t count;
		const char *first, *last;
	} all[Q_COUNT] = {
		[Q_NAMES] = { "names", names, COUNT(names), "name", "scope" },
		[Q_PARENTS] = { "parents", parents, COUNT(parents), "digest", "digest" },
		[Q_PARTS] = { "parts", NULL, 0, "digest", "state" },
		[Q_SIGNATURES] = { "signatures", signatures, COUNT(signatures), "seq",
		    "agent" },
		[Q_CHAINS] = { "chains", chains, COUNT(chains), "chain", "sha256" },
		[Q_STEPS] = { "steps", steps, COUNT(steps), "seq", "detail" },
		[Q_FINDINGS] = { "findings", NULL, 0, "reason_code", "waiver" },
	};

	for (int i = 0; i < Q_COUNT; i++)
		if (query_rows(&w->q[i], w->db, all[i].name, all[i].columns, all[i].count,
			w->err) != 0 ||
		    json_span(&w->span[i], w->q[i], all[i].first, all[i].last, w->err) !=
			0)
			return -1;
	return 0;
}

static int
write_artifacts(struct json *w)
{
	static const struct query_column columns[] = {
		COLUMN(struct artifact_row, evaluation_id),
		COLUMN(struct artifact_row, input_id),
		COLUMN(struct artifact_row, artifact_id),
	};
	AUTO(query_close) struct query *q = NULL;
	struct artifact_spans spans;
	struct artifact_row row;
	int got;

	if (open_all(w) != 0 ||
	    query_rows(&q, w->db, "artifacts", columns, COUNT(columns), w->err) != 0 ||
	    json_span(&spans.head, q, "digest", "is_root", w->err) != 0 ||
	    json_span(&spans.input, q, "input", "input", w->err) != 0 ||
	    json_span(&spans.tail, q, "state", "waiver", w->err) != 0)
		return -1;
	query_bind_int(q, 1, w->run_id);
	jsonout_array_begin(&w->j, "artifacts");
	while ((got = query_row(q, &row, w->err)) == 1)
		if (write_artifact(w, q, &spans, &row) != 0)
			return -1;
	jsonout_array_end(&w->j);
	return got;
}

/* --- the whole --- */

static int
to_sink(void *ctx, struct bytes data)
{
	struct json *w = ctx;

	return w->sink->write(w->sink->ctx, data, w->err);
}

static int
write_all(struct json *w)
{
	jsonout_object_begin(&w->j, NULL);
	if (json_write_head(w) != 0 || json_write_summary(w) != 0 ||
	    json_write_documents(w) != 0 || json_write_revocation(w) != 0 ||
	    write_inputs(w) != 0 || write_artifacts(w) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

int
json_write(struct report_sink *sink, struct db *db, const struct report_options *options,
    struct err *err)
{
	struct json w = { .sink = sink, .db = db, .run_id = options->run_id, .err = err };
	int result;

	buf_init(&w.buf, BUFFER_MOST);
	jsonout_init(&w.j, &w.buf, to_sink, &w, true);
	result = write_all(&w);
	if (result == 0 && jsonout_end(&w.j) != 0) {
		/* A failed sink has said why. */
		if (err != NULL && err->reason == REASON_NONE)
			err_set(err, REASON_INTERNAL, NULL, "JSON writer failed");
		result = -1;
	}
	for (int i = 0; i < Q_COUNT; i++)
		query_close(w.q[i]);
	buf_clear(&w.buf);
	return result;
}
