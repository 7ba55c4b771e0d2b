/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report up to its inputs: tool, run, numbers, and the documents that shaped it. */
#include "report/json_parts.h"

static int
write_run(struct json *w, struct query *run)
{
	jsonout_object_begin(&w->j, "run");
	if (json_part(w, run, "uuid", "compared_with") != 0 ||
	    json_section(w, "notes", "notes", "reason_code", "remedy") != 0)
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
	if (json_part(w, run, "tool.name", "tool.libraries") != 0)
		return -1;
	return write_run(w, run);
}

int
json_write_summary(struct json *w)
{
	AUTO(query_close) struct query *q = NULL;
	AUTO(query_close) struct query *changes = NULL;

	if (json_one_row(&q, w, "summary") != 0 ||
	    json_one_row(&changes, w, "changes") != 0)
		return -1;
	jsonout_object_begin(&w->j, "summary");
	if (json_part(w, q, "inputs", "accepted_permille") != 0 ||
	    json_section(w, "by_reason", "reasons", "reason_code", "waived") != 0 ||
	    json_section(w, "not_judged", "not-judged", "role", "entries") != 0 ||
	    json_part(w, changes, "newly_noncompliant", "anchors_changed") != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}

int
json_write_documents(struct json *w)
{
	if (json_section(w, "policies", "policies", "kind", "version") != 0 ||
	    json_section(w, "trust_anchors", "anchors", "kind", "not_after") != 0 ||
	    json_section(w, "certificates", "certificates", "sha256", "is_ca") != 0)
		return -1;
	return json_section(w, "waivers", "waivers", "id", "ticket");
}

int
json_write_revocation(struct json *w)
{
	AUTO(query_close) struct query *q = NULL;

	if (json_one_row(&q, w, "revocation-summary") != 0)
		return -1;
	jsonout_object_begin(&w->j, "revocation");
	if (json_part(w, q, "certificates_asked", "oldest_in_use.age_seconds") != 0 ||
	    json_section(w, "files", "revocation", "kind", "in_use") != 0 ||
	    json_section(w, "unusable", "revocation-unusable", "path", "detail") != 0)
		return -1;
	jsonout_object_end(&w->j);
	return 0;
}
