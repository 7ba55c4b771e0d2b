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

static int
write_input_findings(struct json *w, int64_t input)
{
	static const struct json_field f[] = { { "reason_code", 0, FIELD_STR },
		{ "severity", 1, FIELD_STR }, { "blocking", 2, FIELD_BOOL },
		{ "message", 3, FIELD_STR }, { "artifact", 4, FIELD_STR } };
	AUTO(query_close) struct query *q = NULL;

	if (query_open(&q, w->db, "input-findings", w->err) != 0)
		return -1;
	query_bind_int(q, 1, input);
	return json_rows(w, "findings", q, f, COUNT(f));
}

/* The octets of a path that is no text: what is shown stands for them, this is them. */
static void
write_path_hex(struct json *w, struct query *q, int column)
{
	struct bytes path = query_bytes(q, column);
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
write_input(struct json *w, struct query *q)
{
	static const struct json_field head[] = { { "seq", 1, FIELD_INT },
		{ "path", 2, FIELD_STR } };
	static const struct json_field middle[] = { { "kind", 3, FIELD_STR },
		{ "compression", 4, FIELD_STR }, { "prefix", 5, FIELD_STR },
		{ "digest", 6, FIELD_STR }, { "size", 7, FIELD_INT },
		{ "index_digest", 8, FIELD_STR } };
	static const struct json_field tail[] = { { "reason_code", 16, FIELD_STR },
		{ "detail", 17, FIELD_STR } };
	static const struct json_field inventory[] = { { "judged", 20, FIELD_INT },
		{ "manifests", 21, FIELD_INT }, { "images", 22, FIELD_INT },
		{ "indexes", 23, FIELD_INT }, { "artifacts", 24, FIELD_INT },
		{ "supporting", 25, FIELD_INT }, { "unknown", 26, FIELD_INT },
		{ "absent", 27, FIELD_INT }, { "broken", 28, FIELD_INT },
		{ "expanded", 9, FIELD_INT }, { "members", 10, FIELD_INT },
		{ "blobs", 11, FIELD_INT }, { "unreachable", 12, FIELD_INT },
		{ "missing", 13, FIELD_INT }, { "passes", 14, FIELD_INT } };

	jsonout_object_begin(&w->j, NULL);
	json_fields(w, q, head, COUNT(head));
	write_path_hex(w, q, 29);
	json_fields(w, q, middle, COUNT(middle));
	json_str_at(w, "state", q, 15);
	json_fields(w, q, tail, COUNT(tail));
	jsonout_object_begin(&w->j, "inventory");
	json_fields(w, q, inventory, COUNT(inventory));
	jsonout_object_end(&w->j);
	if (write_input_findings(w, query_int(q, 0)) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

static int
write_inputs(struct json *w)
{
	AUTO(query_close) struct query *q = NULL;
	int got;

	if (query_open(&q, w->db, "inputs", w->err) != 0)
		return -1;
	query_bind_int(q, 1, w->run_id);
	jsonout_array_begin(&w->j, "inputs");
	while ((got = query_step(q, w->err)) == 1)
		if (write_input(w, q) != 0)
			return -1;
	jsonout_array_end(&w->j);
	return got;
}

/* --- artifacts --- */

static struct query *
again(struct json *w, enum json_query which, int64_t a, int64_t b)
{
	struct query *q = w->q[which];

	query_reset(q);
	query_bind_int(q, 1, a);
	query_bind_int(q, 2, b);
	return q;
}

/* The first column, which is sorted: each value once. */
static int
strings(struct json *w, const char *key, struct query *q)
{
	AUTO(buf_clear) struct buf last = { .max = BUFFER_MOST };
	bool first = true;
	int got;

	jsonout_array_begin(&w->j, key);
	while ((got = query_step(q, w->err)) == 1) {
		struct str s = query_str(q, 0);

		if (!first && bytes_equal(buf_bytes(&last), str_bytes(s)))
			continue;
		first = false;
		jsonout_str(&w->j, NULL, s);
		buf_reset(&last);
		buf_str(&last, s);
	}
	jsonout_array_end(&w->j);
	return got;
}

static int
write_names(struct json *w, int64_t input, int64_t artifact)
{
	static const struct json_field named[] = { { "name", 0, FIELD_STR },
		{ "source", 1, FIELD_STR }, { "own", 2, FIELD_BOOL },
		{ "use", 3, FIELD_STR }, { "scope", 4, FIELD_STR } };

	if (strings(w, "names", again(w, Q_NAMES, input, artifact)) != 0)
		return -1;
	return json_rows(
	    w, "name_sources", again(w, Q_NAMES, input, artifact), named, COUNT(named));
}

static int
write_place(struct json *w, int64_t input, int64_t artifact)
{
	static const struct json_field parts[] = { { "digest", 0, FIELD_STR },
		{ "media_type", 1, FIELD_STR }, { "platform", 2, FIELD_STR },
		{ "size", 3, FIELD_INT }, { "presence", 4, FIELD_STR },
		{ "referrers", 5, FIELD_INT }, { "state", 6, FIELD_STR } };

	if (strings(w, "parents", again(w, Q_PARENTS, input, artifact)) != 0)
		return -1;
	return json_rows(
	    w, "parts", again(w, Q_PARTS, input, artifact), parts, COUNT(parts));
}

static int
write_chain(
    struct json *w, const char *key, const char *chain, int64_t evaluation, int64_t seq)
{
	struct query *q = again(w, Q_CHAINS, evaluation, seq);
	int got;

	jsonout_array_begin(&w->j, key);
	while ((got = query_step(q, w->err)) == 1)
		if (str_is(query_str(q, 0), chain))
			json_str_at(w, NULL, q, 2);
	jsonout_array_end(&w->j);
	return got;
}

static int
write_signatures(struct json *w, int64_t evaluation)
{
	static const struct json_field f[] = { { "seq", 0, FIELD_INT },
		{ "manifest_digest", 1, FIELD_STR }, { "envelope_digest", 2, FIELD_STR },
		{ "format", 3, FIELD_STR }, { "state", 4, FIELD_STR },
		{ "scheme", 5, FIELD_STR }, { "algorithm", 6, FIELD_STR },
		{ "signed_digest", 7, FIELD_STR }, { "signing_time", 8, FIELD_STR },
		{ "expiry", 9, FIELD_STR }, { "timestamp_time", 10, FIELD_STR },
		{ "timestamp_accuracy_us", 11, FIELD_INT },
		{ "tsa_subject", 12, FIELD_STR }, { "signer", 13, FIELD_STR },
		{ "identity_issuer", 14, FIELD_STR }, { "trust_store", 15, FIELD_STR },
		{ "anchor", 18, FIELD_STR }, { "token_digest", 16, FIELD_STR },
		{ "agent", 17, FIELD_STR } };
	struct query *q = again(w, Q_SIGNATURES, evaluation, 0);
	int got;

	jsonout_array_begin(&w->j, "signatures");
	while ((got = query_step(q, w->err)) == 1) {
		int64_t seq = query_int(q, 0);

		jsonout_object_begin(&w->j, NULL);
		json_fields(w, q, f, COUNT(f));
		if (write_chain(w, "chain", "signing", evaluation, seq) != 0 ||
		    write_chain(w, "tsa_chain", "tsa", evaluation, seq) != 0)
			return -1;
		jsonout_object_end(&w->j);
	}
	jsonout_array_end(&w->j);
	return got;
}

static int
write_steps(struct json *w, int64_t evaluation)
{
	static const struct json_field f[] = { { "seq", 0, FIELD_INT },
		{ "name", 1, FIELD_STR }, { "action", 2, FIELD_STR },
		{ "outcome", 3, FIELD_STR }, { "signature", 4, FIELD_INT },
		{ "reason_code", 5, FIELD_STR }, { "detail", 6, FIELD_STR } };
	struct query *q = again(w, Q_STEPS, evaluation, 0);
	int got;

	jsonout_array_begin(&w->j, "steps");
	while ((got = query_step(q, w->err)) == 1) {
		jsonout_object_begin(&w->j, NULL);
		json_fields(w, q, f, COUNT(f));
		if (!query_null(q, 7))
			json_raw_at(w, "data", q, 7, "{}");
		jsonout_object_end(&w->j);
	}
	jsonout_array_end(&w->j);
	return got;
}

static int
write_findings(struct json *w, int64_t evaluation)
{
	static const struct json_field f[] = { { "reason_code", 1, FIELD_STR },
		{ "severity", 2, FIELD_STR }, { "blocking", 3, FIELD_BOOL },
		{ "message", 4, FIELD_STR }, { "remedy", 5, FIELD_STR },
		{ "fingerprint", 6, FIELD_STR }, { "step", 7, FIELD_INT },
		{ "signature", 8, FIELD_INT }, { "waiver", 9, FIELD_STR } };

	return json_rows(w, "findings", again(w, Q_FINDINGS, evaluation, 0), f, COUNT(f));
}

static void
write_policy(struct json *w, struct query *q)
{
	if (query_null(q, 16)) {
		jsonout_null(&w->j, "policy");
		return;
	}
	jsonout_object_begin(&w->j, "policy");
	json_str_at(w, "digest", q, 16);
	json_str_at(w, "statement", q, 14);
	json_str_at(w, "level", q, 15);
	jsonout_object_end(&w->j);
}

static int
write_artifact(struct json *w, struct query *q)
{
	static const struct json_field head[] = { { "digest", 4, FIELD_STR },
		{ "media_type", 5, FIELD_STR }, { "artifact_type", 6, FIELD_STR },
		{ "size", 7, FIELD_INT }, { "platform", 8, FIELD_STR },
		{ "class", 9, FIELD_STR }, { "found_by", 10, FIELD_STR },
		{ "is_root", 11, FIELD_BOOL } };
	static const struct json_field state[] = { { "state", 12, FIELD_STR },
		{ "change", 22, FIELD_STR }, { "checked_at", 17, FIELD_STR } };
	int64_t evaluation = query_int(q, 0), input = query_int(q, 1),
		artifact = query_int(q, 2);

	jsonout_object_begin(&w->j, NULL);
	json_fields(w, q, head, COUNT(head));
	if (write_names(w, input, artifact) != 0)
		return -1;
	json_int_at(w, "input", q, 3);
	if (write_place(w, input, artifact) != 0)
		return -1;
	json_fields(w, q, state, COUNT(state));
	write_policy(w, q);
	json_str_at(w, "reason_code", q, 13);
	json_str_at(w, "waiver", q, 20);
	if (write_signatures(w, evaluation) != 0 || write_steps(w, evaluation) != 0 ||
	    write_findings(w, evaluation) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

static int
write_artifacts(struct json *w)
{
	static const char *const names[Q_COUNT] = { "names", "parents", "parts",
		"signatures", "chains", "steps", "findings" };
	AUTO(query_close) struct query *q = NULL;
	int got;

	for (int i = 0; i < Q_COUNT; i++)
		if (query_open(&w->q[i], w->db, names[i], w->err) != 0)
			return -1;
	if (query_open(&q, w->db, "artifacts", w->err) != 0)
		return -1;
	query_bind_int(q, 1, w->run_id);
	jsonout_array_begin(&w->j, "artifacts");
	while ((got = query_step(q, w->err)) == 1)
		if (write_artifact(w, q) != 0)
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
