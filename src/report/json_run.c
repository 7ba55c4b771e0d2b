/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report up to its inputs: tool, run, numbers, and the documents that shaped it. */
#include "report/json_parts.h"

static void
write_tool(struct json *w, struct query *run)
{
	jsonout_object_begin(&w->j, "tool");
	jsonout_text(&w->j, "name", "assay");
	json_str_at(w, "version", run, 12);
	json_str_at(w, "build", run, 13);
	json_raw_at(w, "libraries", run, 14, "{}");
	jsonout_object_end(&w->j);
}

static int
write_notes(struct json *w)
{
	static const struct json_field f[] = { { "reason_code", 0, FIELD_STR },
		{ "severity", 1, FIELD_STR }, { "message", 2, FIELD_STR },
		{ "remedy", 4, FIELD_STR } };

	return json_section(w, "notes", "notes", f, COUNT(f));
}

static int
write_run(struct json *w, struct query *run)
{
	static const struct json_field head[] = { { "uuid", 1, FIELD_STR },
		{ "series", 4, FIELD_STR }, { "origin_db", 2, FIELD_STR },
		{ "chain_seq", 3, FIELD_INT }, { "effect", 7, FIELD_STR },
		{ "status", 5, FIELD_STR }, { "state", 6, FIELD_STR },
		{ "exit_code", 19, FIELD_INT }, { "started_at", 8, FIELD_STR },
		{ "finished_at", 9, FIELD_STR }, { "verify_time", 10, FIELD_STR },
		{ "verify_time_source", 11, FIELD_STR } };
	static const struct json_field tail[] = { { "host", 17, FIELD_STR },
		{ "operator", 18, FIELD_STR }, { "prev_hash", 20, FIELD_STR },
		{ "run_hash", 21, FIELD_STR }, { "compared_with", 23, FIELD_STR } };

	jsonout_object_begin(&w->j, "run");
	json_fields(w, run, head, COUNT(head));
	json_raw_at(w, "argv", run, 15, "[]");
	json_raw_at(w, "limits", run, 16, "{}");
	json_fields(w, run, tail, COUNT(tail));
	if (write_notes(w) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

int
json_write_head(struct json *w)
{
	AUTO(query_close) struct query *run = NULL;

	if (json_one_row(&run, w, "run") != 0)
		return -1;
	jsonout_text(&w->j, "format", "assay-report/1");
	write_tool(w, run);
	return write_run(w, run);
}

/* null: compared with nothing */
static void
write_changed(struct json *w, const char *key, struct query *q, int column)
{
	if (query_null(q, column))
		jsonout_null(&w->j, key);
	else
		jsonout_bool(&w->j, key, query_int(q, column) != 0);
}

int
json_write_summary(struct json *w)
{
	static const struct json_field states[] = { { "NonCompliant", 3, FIELD_INT },
		{ "Error", 4, FIELD_INT }, { "Unknown", 5, FIELD_INT },
		{ "Compliant", 6, FIELD_INT }, { "Exempt", 7, FIELD_INT },
		{ "NotApplicable", 8, FIELD_INT } };
	static const struct json_field inputs[] = { { "NonCompliant", 14, FIELD_INT },
		{ "Error", 15, FIELD_INT }, { "Unknown", 16, FIELD_INT },
		{ "Compliant", 17, FIELD_INT }, { "Exempt", 18, FIELD_INT },
		{ "NotApplicable", 19, FIELD_INT } };
	static const struct json_field reasons[] = { { "reason_code", 0, FIELD_STR },
		{ "title", 1, FIELD_STR }, { "severity", 2, FIELD_STR },
		{ "artifacts", 3, FIELD_INT }, { "waived", 4, FIELD_INT } };
	static const struct json_field not_judged[] = { { "role", 0, FIELD_STR },
		{ "entries", 1, FIELD_INT } };
	AUTO(query_close) struct query *q = NULL;
	AUTO(query_close) struct query *changes = NULL;

	if (json_one_row(&q, w, "summary") != 0 ||
	    json_one_row(&changes, w, "changes") != 0)
		return -1;
	jsonout_object_begin(&w->j, "summary");
	json_int_at(w, "inputs", q, 0);
	jsonout_object_begin(&w->j, "inputs_by_state");
	json_fields(w, q, inputs, COUNT(inputs));
	jsonout_object_end(&w->j);
	json_int_at(w, "artifacts", q, 2);
	json_int_at(w, "distinct_digests", q, 13);
	jsonout_object_begin(&w->j, "by_state");
	json_fields(w, q, states, COUNT(states));
	jsonout_object_end(&w->j);
	json_int_at(w, "with_warnings", q, 9);
	json_int_at(w, "compliant_permille", q, 11);
	json_int_at(w, "accepted_permille", q, 12);
	if (json_section(w, "by_reason", "reasons", reasons, COUNT(reasons)) != 0)
		return -1;
	if (json_section(w, "not_judged", "not-judged", not_judged, COUNT(not_judged)) != 0)
		return -1;
	json_int_at(w, "newly_noncompliant", changes, 1);
	json_int_at(w, "fixed", changes, 2);
	json_int_at(w, "still_noncompliant", changes, 3);
	json_int_at(w, "first_seen", changes, 4);
	json_int_at(w, "disappeared", changes, 5);
	json_int_at(w, "unread", changes, 6);
	write_changed(w, "policy_changed", changes, 7);
	write_changed(w, "anchors_changed", changes, 8);
	jsonout_object_end(&w->j);
	return 0;
}

int
json_write_documents(struct json *w)
{
	static const struct json_field policies[] = { { "kind", 0, FIELD_STR },
		{ "digest", 1, FIELD_STR }, { "source_path", 2, FIELD_STR },
		{ "name", 3, FIELD_STR }, { "version", 4, FIELD_STR } };
	static const struct json_field anchors[] = { { "kind", 0, FIELD_STR },
		{ "store", 1, FIELD_STR }, { "sha256", 2, FIELD_STR },
		{ "subject", 3, FIELD_STR }, { "not_before", 4, FIELD_STR },
		{ "not_after", 5, FIELD_STR } };
	static const struct json_field certs[] = { { "sha256", 0, FIELD_STR },
		{ "subject", 1, FIELD_STR }, { "issuer", 2, FIELD_STR },
		{ "serial", 3, FIELD_STR }, { "not_before", 4, FIELD_STR },
		{ "not_after", 5, FIELD_STR }, { "key_alg", 6, FIELD_STR },
		{ "key_bits", 7, FIELD_INT }, { "sig_alg", 8, FIELD_STR },
		{ "is_ca", 9, FIELD_BOOL } };
	static const struct json_field waivers[] = { { "id", 0, FIELD_STR },
		{ "file_digest", 1, FIELD_STR }, { "subject", 2, FIELD_STR },
		{ "reason_code", 3, FIELD_STR }, { "justification", 4, FIELD_STR },
		{ "approved_by", 5, FIELD_STR }, { "approved_at", 6, FIELD_STR },
		{ "expires_at", 7, FIELD_STR }, { "ticket", 8, FIELD_STR } };

	if (json_section(w, "policies", "policies", policies, COUNT(policies)) != 0 ||
	    json_section(w, "trust_anchors", "anchors", anchors, COUNT(anchors)) != 0 ||
	    json_section(w, "certificates", "certificates", certs, COUNT(certs)) != 0)
		return -1;
	return json_section(w, "waivers", "waivers", waivers, COUNT(waivers));
}

static void
write_oldest(struct json *w, struct query *q)
{
	static const struct json_field f[] = { { "digest", 6, FIELD_STR },
		{ "path", 7, FIELD_STR }, { "this_update", 8, FIELD_STR },
		{ "age_seconds", 9, FIELD_INT } };

	if (query_null(q, 6)) {
		jsonout_null(&w->j, "oldest_in_use");
		return;
	}
	jsonout_object_begin(&w->j, "oldest_in_use");
	json_fields(w, q, f, COUNT(f));
	jsonout_object_end(&w->j);
}

int
json_write_revocation(struct json *w)
{
	static const struct json_field files[] = { { "kind", 0, FIELD_STR },
		{ "digest", 1, FIELD_STR }, { "path", 2, FIELD_STR },
		{ "url_sha256", 11, FIELD_STR }, { "size", 12, FIELD_INT },
		{ "issuer", 3, FIELD_STR }, { "issuer_key", 10, FIELD_STR },
		{ "number", 4, FIELD_STR }, { "base_number", 9, FIELD_STR },
		{ "this_update", 5, FIELD_STR }, { "next_update", 6, FIELD_STR },
		{ "entries", 8, FIELD_INT }, { "in_use", 7, FIELD_BOOL } };
	static const struct json_field unusable[] = { { "path", 0, FIELD_STR },
		{ "reason_code", 1, FIELD_STR }, { "detail", 2, FIELD_STR } };
	AUTO(query_close) struct query *q = NULL;

	if (json_one_row(&q, w, "revocation-summary") != 0)
		return -1;
	jsonout_object_begin(&w->j, "revocation");
	json_int_at(w, "certificates_asked", q, 4);
	json_int_at(w, "certificates_without_data", q, 5);
	write_oldest(w, q);
	if (json_section(w, "files", "revocation", files, COUNT(files)) != 0 ||
	    json_section(
		w, "unusable", "revocation-unusable", unusable, COUNT(unusable)) != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}
