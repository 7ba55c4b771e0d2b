/* SPDX-License-Identifier: Apache-2.0 */
/* Writing one run. */
#include "audit/record.h"

#include <stdlib.h>

#include "audit/writer.h"
#include "codec/jsonscan.h"
#include "codec/text.h"

enum { BATCH_ARTIFACTS = 256, BATCH_US = 500 * 1000 };

/* --- transactions --- */

/* A failed write loses the open batch, and with it every id that was learned in it. */
static int
fail(struct record *r)
{
	for (int i = 0; i < W_COUNT; i++)
		if (r->st[i] != NULL)
			sqlite3_reset(r->st[i]);
	handle_rollback(r->db);
	idcache_forget(r->artifacts);
	idcache_forget(r->certs);
	r->artifacts_open = 0;
	return -1;
}

static int
begin(struct record *r, struct err *err)
{
	if (r->db->open)
		return 0;
	r->opened_us = r->now_us;
	return handle_begin(r->db, err) == 0 ? 0 : fail(r);
}

static int
commit(struct record *r, struct err *err)
{
	r->artifacts_open = 0;
	return handle_commit(r->db, err) == 0 ? 0 : fail(r);
}

int
record_flush(struct record *r, uint64_t now_us, bool force, struct err *err)
{
	if (now_us > r->now_us)
		r->now_us = now_us;
	if (!r->db->open)
		return 0;
	if (force || r->artifacts_open >= BATCH_ARTIFACTS || r->now_us - r->opened_us >= BATCH_US)
		return commit(r, err);
	return 0;
}

/* --- the run --- */

static int
prepare(struct record *r, struct err *err)
{
	static const char *const names[W_COUNT] = {
#define X(id, name) name,
		WRITER_STATEMENTS(X)
#undef X
	};

	for (int i = 0; i < W_COUNT; i++)
		if (handle_prepare(&r->st[i], r->db, names[i], err) != 0)
			return -1;
	return 0;
}

static int
put_note(struct record *r, size_t seq, enum reason reason, struct str message, struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_NOTE];

	bind_int(st, 1, r->run_id);
	bind_u64(st, 2, seq);
	bind_text(st, 3, reason_code(reason));
	bind_text(st, 4, severity_name(reason_row(reason)->severity));
	bind_str(st, 5, message.ptr == NULL ? STR("") : message);
	return writer_run(r, W_RUN_NOTE, err);
}

static int
put_notes(struct record *r, const struct record_run *run, const char *last, struct err *err)
{
	size_t seq = 0;

	for (size_t i = 0; i < run->note_count; i++)
		if (put_note(r, seq++, run->notes[i].reason, run->notes[i].message, err) != 0)
			return -1;
	/* Runs are ordered by their number, so nothing breaks; but somebody should know. */
	if (strcmp(last, r->started) > 0) {
		struct str text = arena_printf(&r->mem, "the run before began at %s", last);

		return put_note(r, seq, REASON_CLOCK_BACKWARD, text, err);
	}
	return 0;
}

static int
last_start(char out[WHEN_TEXT], struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_LAST];
	int got = handle_row(r->db, st, err);
	size_t len = got == 1 ? (size_t)sqlite3_column_bytes(st, 0) : 0;

	out[0] = '\0';
	if (len > 0 && len < WHEN_TEXT)
		memcpy(out, sqlite3_column_text(st, 0), len + 1);
	sqlite3_reset(st);
	return got < 0 ? -1 : 0;
}

/* SQLite's own check of JSON does not run in a schema that is not trusted. */
static int
check_json(const struct record_run *run, struct err *err)
{
	const struct str texts[] = { run->libraries, run->argv, run->limits };

	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].ptr != NULL && jsonscan(str_bytes(texts[i]), NULL, NULL, err) != 0)
			return -1;
	return 0;
}

static int
put_run(struct record *r, const struct record_run *run, struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_PUT];
	char verify[WHEN_TEXT];

	when_format(verify, run->verify_time);
	bind_str(st, 1, run->uuid);
	bind_text(st, 2, r->db->uuid);
	bind_str(st, 3, run->series.ptr == NULL ? STR("default") : run->series);
	bind_str(st, 4, run->effect.ptr == NULL ? STR("audit") : run->effect);
	bind_text(st, 5, r->started);
	bind_text(st, 6, verify);
	bind_text(st, 7, run->verify_time_given ? "option" : "clock");
	bind_str(st, 8, run->tool_version.ptr == NULL ? STR("") : run->tool_version);
	bind_str(st, 9, run->tool_build.ptr == NULL ? STR("") : run->tool_build);
	bind_str(st, 10, run->libraries.ptr == NULL ? STR("{}") : run->libraries);
	bind_str(st, 11, run->argv.ptr == NULL ? STR("[]") : run->argv);
	bind_str(st, 12, run->limits.ptr == NULL ? STR("{}") : run->limits);
	bind_str(st, 13, run->host);
	bind_str(st, 14, run->operator_name);
	if (writer_run(r, W_RUN_PUT, err) != 0)
		return -1;
	r->run_id = sqlite3_last_insert_rowid(r->db->sql);
	return 0;
}

static int
start(struct record *r, const struct record_run *run, struct err *err)
{
	char last[WHEN_TEXT];

	when_format(r->started, run->started);
	if (check_json(run, err) != 0 || prepare(r, err) != 0 || begin(r, err) != 0)
		return -1;
	if (last_start(last, r, err) != 0 || put_run(r, run, err) != 0 ||
	    put_notes(r, run, last, err) != 0 || writer_documents(r, run, err) != 0)
		return fail(r);
	arena_clear(&r->mem);
	return commit(r, err);
}

int
record_begin(struct record **out, struct db *db, const struct record_run *run, struct err *err)
{
	AUTO(record_free) struct record *r = xmalloc(sizeof(*r));

	memset(r, 0, sizeof(*r));
	r->db = db;
	r->lib = ossl_new();
	r->hasher = hasher_new(r->lib);
	r->artifacts = idcache_new();
	r->certs = idcache_new();
	arena_init(&r->mem, 0);
	if (start(r, run, err) != 0)
		return -1;
	*out = TAKE(r);
	return 0;
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	for (int i = 0; i < W_COUNT; i++)
		sqlite3_finalize(r->st[i]);
	handle_rollback(r->db);
	idcache_free(r->artifacts);
	idcache_free(r->certs);
	hasher_free(r->hasher);
	ossl_free(r->lib);
	arena_clear(&r->mem);
	free(r->inputs);
	free(r);
}

/* --- inputs --- */

static int
input_id(int64_t *out, const struct record *r, uint64_t seq, struct err *err)
{
	for (size_t i = 0; i < r->input_count; i++) {
		if (r->inputs[i].seq == seq) {
			*out = r->inputs[i].id;
			return 0;
		}
	}
	return err_set(err, REASON_INTERNAL, NULL, "input %llu is not open",
	    (unsigned long long)seq);
}

static void
remember_input(struct record *r, uint64_t seq, int64_t id)
{
	if (r->input_count == r->input_cap) {
		r->input_cap = r->input_cap == 0 ? 16 : r->input_cap * 2;
		r->inputs = xrealloc(r->inputs, r->input_cap * sizeof(*r->inputs));
	}
	r->inputs[r->input_count++] = (struct open_input){ seq, id };
}

static void
forget_input(struct record *r, uint64_t seq)
{
	for (size_t i = 0; i < r->input_count; i++) {
		if (r->inputs[i].seq == seq) {
			r->inputs[i] = r->inputs[--r->input_count];
			return;
		}
	}
}

int
record_input_begin(struct record *r, uint64_t seq, struct bytes path, struct err *err)
{
	AUTO(buf_clear) struct buf shown = { .max = 65536 };
	sqlite3_stmt *st = r->st[W_INPUT_PUT];

	if (begin(r, err) != 0)
		return -1;
	text_show(&shown, path);
	bind_int(st, 1, r->run_id);
	bind_u64(st, 2, seq);
	bind_bytes(st, 3, path);
	bind_text(st, 4, buf_cstr(&shown));
	if (writer_run(r, W_INPUT_PUT, err) != 0)
		return fail(r);
	remember_input(r, seq, sqlite3_last_insert_rowid(r->db->sql));
	return 0;
}

static int
put_finding(struct record *r, int64_t input, int64_t artifact, enum reason reason, bool blocking,
    struct str message, struct err *err)
{
	const struct reason_row *row = reason_row(reason);
	sqlite3_stmt *st = r->st[W_INPUT_FINDING];

	bind_int(st, 1, input);
	if (artifact != 0)
		bind_int(st, 2, artifact);
	else
		bind_null(st, 2);
	bind_text(st, 3, row->code);
	bind_text(st, 4, severity_name(row->severity));
	bind_int(st, 5, blocking);
	bind_str(st, 6, message.ptr == NULL ? STR("") : message);
	return writer_run(r, W_INPUT_FINDING, err);
}

static int
put_names(struct record *r, int64_t input, int64_t artifact, const struct node_record *n,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_NAME_PUT];

	bind_int(st, 1, input);
	bind_int(st, 2, artifact);
	for (size_t i = 0; i < n->name_count; i++) {
		bind_str(st, 3, n->names[i]);
		bind_str(st, 4, n->name_sources[i]);
		if (writer_run(r, W_NAME_PUT, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_node(struct record *r, int64_t input, const struct node_record *n, struct err *err)
{
	sqlite3_stmt *st = r->st[W_NODE_PUT];
	int64_t artifact;

	if (writer_artifact(&artifact, r, n->digest, err) != 0)
		return -1;
	bind_int(st, 1, input);
	bind_int(st, 2, artifact);
	bind_str(st, 3, n->media_type);
	bind_str(st, 4, n->artifact_type);
	bind_u64(st, 5, n->size);
	bind_str(st, 6, n->platform);
	bind_str(st, 7, n->class);
	bind_str(st, 8, n->state);
	bind_str(st, 9, n->found_by);
	bind_int(st, 10, n->is_root);
	bind_int(st, 11, n->judged);
	bind_text(st, 12, n->problem == REASON_NONE ? NULL : reason_code(n->problem));
	bind_str(st, 13, n->problem_detail);
	if (writer_run(r, W_NODE_PUT, err) != 0 || put_names(r, input, artifact, n, err) != 0)
		return -1;
	for (size_t i = 0; i < n->note_count; i++)
		if (put_finding(r, input, artifact, n->notes[i].reason, false,
			n->notes[i].message, err) != 0)
			return -1;
	return 0;
}

int
record_node(struct record *r, uint64_t seq, const struct node_record *node, struct err *err)
{
	int64_t input;

	if (input_id(&input, r, seq, err) != 0 || writer_check_node(node, err) != 0 ||
	    begin(r, err) != 0)
		return -1;
	return put_node(r, input, node, err) == 0 ? 0 : fail(r);
}

static bool
edge_fits(const struct edge_record *e)
{
	return e->parent.len >= 1 && e->parent.len <= 255 && e->child.len >= 1 &&
	    e->child.len <= 255 && (str_is(e->kind, "manifest") || str_is(e->kind, "referrer"));
}

int
record_edge(struct record *r, uint64_t seq, const struct edge_record *edge, struct err *err)
{
	sqlite3_stmt *st = r->st[W_EDGE_PUT];
	int64_t input, parent, child;

	if (input_id(&input, r, seq, err) != 0)
		return -1;
	if (!edge_fits(edge))
		return err_set(err, REASON_PARSER_PROTOCOL, NULL, "edge out of range");
	if (begin(r, err) != 0)
		return -1;
	if (writer_artifact(&parent, r, edge->parent, err) != 0 ||
	    writer_artifact(&child, r, edge->child, err) != 0)
		return fail(r);
	bind_int(st, 1, input);
	bind_int(st, 2, parent);
	bind_int(st, 3, child);
	bind_str(st, 4, edge->kind);
	bind_u64(st, 5, edge->position);
	return writer_run(r, W_EDGE_PUT, err) == 0 ? 0 : fail(r);
}

static int
check_once(struct record *r, int64_t input, struct str digest, struct err *err)
{
	int64_t artifact, count;

	if (writer_artifact(&artifact, r, digest, err) != 0)
		return fail(r);
	bind_int(r->st[W_EVALUATION_GET], 1, input);
	bind_int(r->st[W_EVALUATION_GET], 2, artifact);
	if (writer_id(&count, r, W_EVALUATION_GET, err) != 0)
		return fail(r);
	if (count > 0)
		return err_set(err, REASON_PARSER_PROTOCOL, NULL, "artifact judged twice");
	return 0;
}

int
record_verdict(struct record *r, uint64_t seq, const struct verdict *v, struct err *err)
{
	int64_t input;

	if (input_id(&input, r, seq, err) != 0 || writer_check(r, v, err) != 0 ||
	    begin(r, err) != 0 || check_once(r, input, v->digest, err) != 0)
		return -1;
	if (writer_verdict(r, input, v, err) != 0)
		return fail(r);
	if (++r->artifacts_open >= BATCH_ARTIFACTS)
		return commit(r, err);
	return 0;
}

/* --- the end of an input --- */

struct outcome {                /* of an input as a whole */
	enum state state;
	enum reason reason;
	struct str detail;
};

static int
put_facts(struct record *r, int64_t input, const struct input_record *what, struct err *err)
{
	char digest[DIGEST_TEXT], index[DIGEST_TEXT];
	sqlite3_stmt *st = r->st[W_INPUT_END];

	digest_format(digest, &what->digest);
	digest_format(index, &what->index_digest);
	bind_int(st, 1, input);
	bind_str(st, 2, what->kind);
	bind_str(st, 3, what->compression);
	bind_str(st, 4, what->prefix);
	bind_text(st, 5, what->digest.alg == DIGEST_NONE ? NULL : digest);
	/* A folder has no size of its own. */
	if (str_is(what->kind, "oci-layout-dir"))
		bind_null(st, 6);
	else
		bind_u64(st, 6, what->size);
	bind_text(st, 7, what->index_digest.alg == DIGEST_NONE ? NULL : index);
	bind_u64(st, 8, what->expanded);
	bind_u64(st, 9, what->members);
	bind_u64(st, 10, what->blobs);
	bind_u64(st, 11, what->unreachable);
	bind_u64(st, 12, what->missing);
	bind_u64(st, 13, what->passes);
	return writer_run(r, W_INPUT_END, err);
}

static int
put_input_findings(struct outcome *out, struct record *r, int64_t input,
    const struct input_record *what, struct err *err)
{
	for (size_t i = 0; i < what->finding_count; i++) {
		const struct finding *f = &what->findings[i];

		if (put_finding(r, input, 0, f->reason, f->blocking, f->message, err) != 0)
			return -1;
		if (!f->blocking)
			continue;
		out->state = STATE_NONCOMPLIANT;
		if (out->reason == REASON_NONE ||
		    reason_row(f->reason)->severity > reason_row(out->reason)->severity) {
			out->reason = f->reason;
			out->detail = f->message;
		}
	}
	return 0;
}

/* The worst of its artifacts and of what was found on the whole; nothing judged is Unknown. */
static int
settle_input(struct record *r, int64_t input, struct outcome *o, struct err *err)
{
	sqlite3_stmt *worst = r->st[W_INPUT_WORST], *st = r->st[W_INPUT_STATE];
	int64_t count;

	if (writer_unjudged(r, input, err) != 0)
		return -1;
	bind_int(worst, 1, input);
	if (handle_row(r->db, worst, err) != 1)
		return -1;
	count = sqlite3_column_int64(worst, 1);
	if (count > 0)
		o->state = state_worst(o->state, (enum state)sqlite3_column_int(worst, 0));
	sqlite3_reset(worst);
	if (count == 0) {
		o->state = state_worst(o->state, STATE_UNKNOWN);
		if (o->reason == REASON_NONE) {
			o->reason = REASON_INPUT_NOTHING_JUDGED;
			o->detail = str_of(reason_row(o->reason)->title);
		}
	}
	bind_int(st, 1, input);
	bind_text(st, 2, state_name(o->state));
	bind_text(st, 3, o->reason == REASON_NONE ? NULL : reason_code(o->reason));
	bind_str(st, 4, o->detail);
	return writer_run(r, W_INPUT_STATE, err);
}

static int
end_input(struct record *r, int64_t input, const struct input_record *what, enum reason refused,
    struct str detail, struct err *err)
{
	struct outcome o = { .state = STATE_NOT_APPLICABLE, .reason = refused, .detail = detail };
	int64_t nodes;

	if (what != NULL && (put_facts(r, input, what, err) != 0 ||
				put_input_findings(&o, r, input, what, err) != 0))
		return -1;
	if (refused != REASON_NONE) {
		bind_int(r->st[W_INPUT_NODES], 1, input);
		if (writer_id(&nodes, r, W_INPUT_NODES, err) != 0)
			return -1;
		o.state = state_worst(o.state, nodes > 0 ? STATE_ERROR : STATE_UNKNOWN);
	}
	return settle_input(r, input, &o, err);
}

static bool
input_fits(const struct input_record *what)
{
	static const char *const kinds[] = { "oci-layout-dir", "oci-layout-tar", "docker-archive",
		"unknown" };
	static const char *const packings[] = { "none", "gzip", "zstd" };
	bool kind = false, packing = what->compression.ptr == NULL;

	for (size_t i = 0; i < COUNT(kinds); i++)
		kind = kind || str_is(what->kind, kinds[i]);
	for (size_t i = 0; i < COUNT(packings); i++)
		packing = packing || str_is(what->compression, packings[i]);
	for (size_t i = 0; i < what->finding_count; i++)
		if (what->findings[i].reason <= REASON_NONE ||
		    what->findings[i].reason >= REASON_COUNT)
			return false;
	return kind && packing;
}

int
record_input_end(struct record *r, uint64_t seq, const struct input_record *what,
    enum reason refused, struct str detail, struct err *err)
{
	int64_t input;

	if (input_id(&input, r, seq, err) != 0)
		return -1;
	if (what != NULL && !input_fits(what))
		return err_set(err, REASON_PARSER_PROTOCOL, NULL, "end of an input out of range");
	if (what == NULL && refused == REASON_NONE)
		refused = REASON_ARTIFACT_NOT_JUDGED;
	if (begin(r, err) != 0)
		return -1;
	if (end_input(r, input, what, refused, detail, err) != 0)
		return fail(r);
	forget_input(r, seq);
	return commit(r, err);
}

/* --- the end of the run --- */

static int
count_artifacts(struct record_totals *out, struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_TOTALS];
	int got;

	bind_int(st, 1, r->run_id);
	while ((got = handle_row(r->db, st, err)) == 1) {
		int rank = sqlite3_column_int(st, 0);
		uint64_t count = (uint64_t)sqlite3_column_int64(st, 1);

		out->by_state[rank] += count;
		out->artifacts += count;
		out->state = state_worst(out->state, (enum state)rank);
	}
	sqlite3_reset(st);
	return got;
}

static enum state
state_of_name(const char *name)
{
	for (int i = 0; i < STATE_COUNT; i++)
		if (name != NULL && strcmp(name, state_name((enum state)i)) == 0)
			return (enum state)i;
	return STATE_NONCOMPLIANT;
}

static int
count_inputs(struct record_totals *out, struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_TOTALS_INPUTS];
	int got;

	bind_int(st, 1, r->run_id);
	while ((got = handle_row(r->db, st, err)) == 1) {
		out->inputs += (uint64_t)sqlite3_column_int64(st, 1);
		out->state = state_worst(out->state,
		    state_of_name((const char *)sqlite3_column_text(st, 0)));
	}
	sqlite3_reset(st);
	return got;
}

int
record_totals(struct record_totals *out, struct record *r, struct err *err)
{
	*out = (struct record_totals){ .state = STATE_NOT_APPLICABLE };
	if (count_artifacts(out, r, err) != 0 || count_inputs(out, r, err) != 0)
		return -1;
	if (out->artifacts == 0)
		out->state = state_worst(out->state, STATE_UNKNOWN);
	return 0;
}

/* Inputs that were begun, or never ended: their artifacts are unknown. */
static int
end_open_inputs(struct record *r, struct err *err)
{
	for (;;) {
		struct outcome o = { .state = STATE_UNKNOWN,
			.reason = REASON_ARTIFACT_NOT_JUDGED,
			.detail = STR("the run ended before this input") };
		int64_t input;

		bind_int(r->st[W_INPUT_OPEN], 1, r->run_id);
		if (writer_id(&input, r, W_INPUT_OPEN, err) != 0)
			return -1;
		if (input == 0)
			return 0;
		if (settle_input(r, input, &o, err) != 0)
			return -1;
	}
}

static int
end_run(struct record *r, enum record_status status, int exit_code, struct when finished,
    struct err *err)
{
	static const char *const words[] = { "complete", "interrupted", "failed" };
	sqlite3_stmt *st = r->st[W_RUN_END];
	struct record_totals totals;
	char text[WHEN_TEXT];

	if (end_open_inputs(r, err) != 0 || record_totals(&totals, r, err) != 0)
		return -1;
	/* What was not looked at is not known. */
	if (status != RECORD_COMPLETE)
		totals.state = state_worst(totals.state, STATE_UNKNOWN);
	when_format(text, finished);
	bind_int(st, 1, r->run_id);
	bind_text(st, 2, words[status]);
	bind_text(st, 3, state_name(totals.state));
	bind_text(st, 4, text);
	bind_int(st, 5, exit_code);
	return writer_run(r, W_RUN_END, err);
}

int
record_end(struct record *r, enum record_status status, int exit_code, struct when finished,
    struct err *err)
{
	if (begin(r, err) != 0)
		return -1;
	if (end_run(r, status, exit_code, finished, err) != 0)
		return fail(r);
	r->input_count = 0;
	return commit(r, err);
}
