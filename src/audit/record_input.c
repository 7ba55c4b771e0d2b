/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs of a run: their inventory, their judged artifacts, their end. */
#include "audit/bind.h"
#include "audit/writer.h"

#include <inttypes.h>
#include <stdio.h>

#include "codec/text.h"

/* --- which are open --- */

static int
input_id(int64_t *out, const struct record *r, uint64_t seq, struct err *err)
{
	for (size_t i = 0; i < r->input_count; i++) {
		if (r->inputs[i].seq == seq) {
			*out = r->inputs[i].id;
			return 0;
		}
	}
	/* Two statements: gcc 14 does not see that err_set() never gives 0. */
	err_set(err, REASON_INTERNAL, NULL, "input %llu is not open",
	    (unsigned long long)seq);
	return -1;
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
record_input_given(struct record *r, uint64_t seq, struct bytes path, struct err *err)
{
	AUTO(buf_clear) struct buf shown = { .max = 65536 };
	sqlite3_stmt *st = r->st[W_INPUT_PUT];

	if (writer_begin(r, err) != 0)
		return -1;
	text_show(&shown, path);
	bind_int(st, 1, r->run_id);
	bind_u64(st, 2, seq);
	bind_bytes(st, 3, path);
	bind_text(st, 4, buf_cstr(&shown));
	return writer_run(r, W_INPUT_PUT, err) == 0 ? 0 : writer_fail(r);
}

int
record_input_begin(struct record *r, uint64_t seq, struct bytes path, struct err *err)
{
	int64_t id;

	if (record_input_given(r, seq, path, err) != 0)
		return -1;
	bind_int(r->st[W_INPUT_GET], 1, r->run_id);
	bind_u64(r->st[W_INPUT_GET], 2, seq);
	if (writer_id(&id, r, W_INPUT_GET, err) != 0)
		return writer_fail(r);
	remember_input(r, seq, id);
	return 0;
}

static int
put_finding(struct record *r, int64_t input, int64_t artifact, const struct finding *f,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_INPUT_FINDING];

	bind_finding(st, f);
	bind_int(st, bind_param(st, "input_id"), input);
	bind_id(st, bind_param(st, "artifact_id"), artifact);
	return writer_run(r, W_INPUT_FINDING, err);
}

static int
put_names(struct record *r, int64_t input, int64_t artifact, const struct node_record *n,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_NAME_PUT];

	for (size_t i = 0; i < n->name_count; i++) {
		bind_record(st, &shape_name, &n->names[i]);
		bind_int(st, bind_param(st, "input_id"), input);
		bind_int(st, bind_param(st, "artifact_id"), artifact);
		if (writer_run(r, W_NAME_PUT, err) != 0)
			return -1;
	}
	return 0;
}

int
writer_node(struct record *r, int64_t input, int64_t artifact, const struct node_record *n,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_NODE_PUT];

	bind_record(st, &shape_node, n);
	bind_int(st, bind_param(st, "input_id"), input);
	bind_int(st, bind_param(st, "artifact_id"), artifact);
	return writer_run(r, W_NODE_PUT, err);
}

static int
put_node(struct record *r, int64_t input, const struct node_record *n, struct err *err)
{
	struct finding note;
	int64_t artifact;

	if (writer_artifact(&artifact, r, n->digest, err) != 0 ||
	    writer_node(r, input, artifact, n, err) != 0 ||
	    put_names(r, input, artifact, n, err) != 0)
		return -1;
	for (size_t i = 0; i < n->note_count; i++) {
		note = n->notes[i];
		note.blocking = false;
		if (put_finding(r, input, artifact, &note, err) != 0)
			return -1;
	}
	return 0;
}

int
record_node(
    struct record *r, uint64_t seq, const struct node_record *node, struct err *err)
{
	int64_t input;

	if (input_id(&input, r, seq, err) != 0 ||
	    writer_check_digest(node->digest, err) != 0 || writer_begin(r, err) != 0)
		return -1;
	return put_node(r, input, node, err) == 0 ? 0 : writer_fail(r);
}

int
record_edge(
    struct record *r, uint64_t seq, const struct edge_record *edge, struct err *err)
{
	sqlite3_stmt *st = r->st[W_EDGE_PUT];
	int64_t input, parent, child;

	if (input_id(&input, r, seq, err) != 0 ||
	    writer_check_digest(edge->parent, err) != 0 ||
	    writer_check_digest(edge->child, err) != 0 || writer_begin(r, err) != 0)
		return -1;
	if (writer_artifact(&parent, r, edge->parent, err) != 0 ||
	    writer_artifact(&child, r, edge->child, err) != 0)
		return writer_fail(r);
	bind_record(st, &shape_edge, edge);
	bind_int(st, bind_param(st, "input_id"), input);
	bind_int(st, bind_param(st, "parent_id"), parent);
	bind_int(st, bind_param(st, "child_id"), child);
	return writer_run(r, W_EDGE_PUT, err) == 0 ? 0 : writer_fail(r);
}

static int
check_once(struct record *r, int64_t input, struct str digest, struct err *err)
{
	int64_t artifact, count;

	if (writer_artifact(&artifact, r, digest, err) != 0)
		return writer_fail(r);
	bind_int(r->st[W_EVALUATION_GET], 1, input);
	bind_int(r->st[W_EVALUATION_GET], 2, artifact);
	if (writer_id(&count, r, W_EVALUATION_GET, err) != 0)
		return writer_fail(r);
	if (count > 0)
		return err_set(
		    err, REASON_PARSER_PROTOCOL, NULL, "artifact judged twice");
	return 0;
}

int
record_verdict(struct record *r, uint64_t seq, const struct verdict *v, struct err *err)
{
	int64_t input;

	if (input_id(&input, r, seq, err) != 0 || writer_check(r, v, err) != 0 ||
	    writer_begin(r, err) != 0 || check_once(r, input, v->digest, err) != 0)
		return -1;
	if (writer_verdict(r, input, v, err) != 0)
		return writer_fail(r);
	if (++r->artifacts_open >= WRITER_BATCH)
		return writer_commit(r, false, err);
	return 0;
}

/* --- the end of an input --- */

static int
put_facts(
    struct record *r, int64_t input, const struct input_record *what, struct err *err)
{
	sqlite3_stmt *st = r->st[W_INPUT_END];

	bind_record(st, &shape_input, what);
	bind_int(st, bind_param(st, "input_id"), input);
	/* A folder has no size of its own. */
	if (what->kind == INPUT_OCI_DIR)
		bind_null(st, bind_param(st, "size"));
	return writer_run(r, W_INPUT_END, err);
}

static int
put_input_findings(
    struct record *r, int64_t input, const struct input_record *what, struct err *err)
{
	for (size_t i = 0; i < what->finding_count; i++)
		if (put_finding(r, input, 0, &what->findings[i], err) != 0)
			return -1;
	return 0;
}

/* *count: its artifacts; *state: the worst of `own` and of theirs. */
static int
worst_of(int64_t *count, enum state *state, struct record *r, int64_t input,
    enum state own, struct err *err)
{
	sqlite3_stmt *st = r->st[W_INPUT_WORST];

	bind_int(st, 1, input);
	if (handle_row(r->db, st, err) != 1)
		return -1;
	*count = sqlite3_column_int64(st, 1);
	*state = own;
	if (*count > 0)
		*state = state_worst(own, (enum state)sqlite3_column_int(st, 0));
	sqlite3_reset(st);
	return 0;
}

int
writer_settle(struct record *r, int64_t input, const struct input_outcome *o,
    enum state own, bool whole, struct err *err)
{
	sqlite3_stmt *st = r->st[W_INPUT_STATE];
	enum reason reason = o->reason;
	struct str detail = o->detail;
	enum state state;
	int64_t count;

	if (writer_unjudged(r, input, err) != 0 ||
	    block_artifacts(r->db, r->hasher, input, o, err) != 0 ||
	    worst_of(&count, &state, r, input, own, err) != 0)
		return -1;
	/* Nothing judged is Unknown. */
	if (count == 0)
		state = state_worst(state, STATE_UNKNOWN);
	if (count == 0 && reason == REASON_NONE) {
		reason = REASON_INPUT_NOTHING_JUDGED;
		detail = str_of(reason_row(reason)->title);
	}
	bind_int(st, 1, input);
	bind_text(st, 2, state_name(state));
	bind_text(st, 3, reason == REASON_NONE ? NULL : reason_code(reason));
	bind_str(st, 4, detail);
	bind_int(st, 5, whole);
	return writer_run(r, W_INPUT_STATE, err);
}

static int
end_input(struct record *r, int64_t input, const struct input_record *what,
    enum reason refused, struct str detail, struct err *err)
{
	const struct input_outcome o = outcome_of(what, refused, detail);
	enum state own = o.state;
	int64_t nodes;

	if (what != NULL && (put_facts(r, input, what, err) != 0 ||
				put_input_findings(r, input, what, err) != 0))
		return -1;
	if (what == NULL) {
		/* What is in it is known: that it could not be judged is an error. */
		bind_int(r->st[W_INPUT_NODES], 1, input);
		if (writer_id(&nodes, r, W_INPUT_NODES, err) != 0)
			return -1;
		own = nodes > 0 ? STATE_ERROR : STATE_UNKNOWN;
	}
	return writer_settle(r, input, &o, own, what != NULL, err);
}

/* Numbers of notes, behind those of the run: inputs end in any order. */
#define NO_EXPORT_NOTES (UINT64_C(1) << 32)

int
record_no_export(struct record *r, uint64_t seq, struct str text, struct err *err)
{
	int64_t input, nodes;

	if (input_id(&input, r, seq, err) != 0)
		return -1;
	/* It was told before anything in it was found, or it was not read as it says. */
	bind_int(r->st[W_INPUT_NODES], 1, input);
	if (writer_id(&nodes, r, W_INPUT_NODES, err) != 0)
		return -1;
	if (nodes > 0)
		return err_set(err, REASON_PARSER_PROTOCOL, NULL, "no export, with manifests");
	if (writer_begin(r, err) != 0)
		return -1;
	bind_int(r->st[W_INPUT_DROP], 1, input);
	if (writer_run(r, W_INPUT_DROP, err) != 0 ||
	    writer_note_at(r, NO_EXPORT_NOTES + seq, REASON_INPUT_NO_EXPORT, text, err) != 0)
		return writer_fail(r);
	forget_input(r, seq);
	return writer_commit(r, false, err);
}

int
record_no_export_most(struct record *r, uint64_t all, uint64_t most, struct err *err)
{
	sqlite3_stmt *st = r->st[W_NOTE_TRIM];
	char text[80];

	snprintf(text, sizeof(text), "%" PRIu64 " more, not listed (--limit-listed-files)",
	    all - most);
	if (writer_begin(r, err) != 0)
		return -1;
	bind_int(st, 1, r->run_id);
	bind_text(st, 2, reason_code(REASON_INPUT_NO_EXPORT));
	bind_u64(st, 3, most);
	if (writer_run(r, W_NOTE_TRIM, err) != 0 ||
	    writer_note_at(r, NO_EXPORT_NOTES + INT32_MAX, REASON_INPUT_NO_EXPORT,
		str_of(text), err) != 0)
		return writer_fail(r);
	return writer_commit(r, false, err);
}

int
record_input_end(struct record *r, uint64_t seq, const struct input_record *what,
    enum reason refused, struct str detail, struct err *err)
{
	int64_t input;

	if (input_id(&input, r, seq, err) != 0)
		return -1;
	if (what == NULL && refused == REASON_NONE)
		refused = REASON_ARTIFACT_NOT_JUDGED;
	if (writer_begin(r, err) != 0)
		return -1;
	if (end_input(r, input, what, refused, detail, err) != 0)
		return writer_fail(r);
	forget_input(r, seq);
	return writer_commit(r, false, err);
}

int
record_input_changed(struct record *r, uint64_t seq, enum reason reason, struct str detail,
    struct err *err)
{
	const struct input_outcome o = outcome_of(NULL, reason, detail);
	int64_t input;

	bind_int(r->st[W_INPUT_GET], 1, r->run_id);
	bind_u64(r->st[W_INPUT_GET], 2, seq);
	if (writer_id(&input, r, W_INPUT_GET, err) != 0 || writer_begin(r, err) != 0)
		return -1;
	if (writer_settle(r, input, &o, STATE_ERROR, false, err) != 0)
		return writer_fail(r);
	return writer_commit(r, false, err);
}
