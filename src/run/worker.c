/* SPDX-License-Identifier: Apache-2.0 */
/* The child: one input, read, walked, judged, told to the parent. */
#include "run/worker.h"

#include <stdlib.h>

#include "decide/decide.h"
#include "form/form.h"
#include "run/worker_parts.h"
#include "verify/checkers.h"

struct session {                /* one input under way */
	struct worker *worker;
	const struct worker_options *options;
	struct wire_out *out;
	struct arena mem;               /* of this input */
	struct store *store;
	struct input_source *source;
	struct input_facts facts;
	struct catalogue catalogue;
	struct graph graph;
	struct worker_progress progress;
	struct node **subjects;         /* by digest: the order of verdicts */
	struct node **subject_set;      /* the same by address: for look-up */
	size_t subject_count;
};

/* --- certificates are told once --- */

struct worker_told {            /* open addressing; an empty slot has no algorithm */
	struct digest *slots;
	size_t cap, count;
};

static struct digest *
told_slot(const struct worker_told *t, const struct digest *d)
{
	uint64_t i;

	for (memcpy(&i, d->value, sizeof(i));; i++) {
		struct digest *slot = &t->slots[i & (t->cap - 1)];

		if (slot->alg == DIGEST_NONE || digest_equal(slot, d))
			return slot;
	}
}

static void
told_grow(struct worker_told *t)
{
	struct worker_told old = *t;

	t->cap = old.cap == 0 ? 64 : old.cap * 2;
	t->slots = xmalloc(t->cap * sizeof(*t->slots));
	memset(t->slots, 0, t->cap * sizeof(*t->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].alg != DIGEST_NONE)
			*told_slot(t, &old.slots[i]) = old.slots[i];
	free(old.slots);
}

/* Leaves those certificates in the verdict that the parent does not have yet. */
static void
told_filter(struct worker_told *t, struct verdict *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->certs.n; i++) {
		struct digest *slot;

		if (t->count * 2 >= t->cap)
			told_grow(t);
		slot = told_slot(t, &v->certs.v[i].sha256);
		if (slot->alg != DIGEST_NONE)
			continue;
		*slot = v->certs.v[i].sha256;
		t->count++;
		v->certs.v[kept++] = v->certs.v[i];
	}
	v->certs.n = kept;
}

void
worker_init(struct worker *w, const struct limits *limits, const struct revdata *revdata)
{
	memset(w, 0, sizeof(*w));
	w->lib = ossl_new();
	w->certs = certs_new(w->lib, limits);
	w->chains = chains_new(w->certs);
	w->hasher = hasher_new(w->lib);
	if (revdata != NULL)
		w->revoker = revoker_new(revdata, w->certs, w->hasher, limits);
	arena_init(&w->artifact, 0);
	w->told = xmalloc(sizeof(*w->told));
	*w->told = (struct worker_told){ NULL, 0, 0 };
}

void
worker_clear(struct worker *w)
{
	free(w->told->slots);
	free(w->told);
	arena_clear(&w->artifact);
	revoker_free(w->revoker);
	hasher_free(w->hasher);
	chains_free(w->chains);
	certs_free(w->certs);
	ossl_free(w->lib);
	memset(w, 0, sizeof(*w));
}

#define PROGRESS_CALLS 512
#define PROGRESS_BYTES ((uint64_t)16 << 20)

void
worker_progress(void *ctx, uint64_t done)
{
	struct worker_progress *p = ctx;

	/* Many small files, or much of a large one: a message is dearer than either alone. */
	if (++p->calls % PROGRESS_CALLS != 0 && done - p->done < PROGRESS_BYTES)
		return;
	p->done = done;
	wire_progress(p->out, done);
}

/* --- reading --- */

static int
by_address(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;

	return ((uintptr_t)x > (uintptr_t)y) - ((uintptr_t)x < (uintptr_t)y);
}

static int
read_all(struct session *s, int input, bool is_dir, struct err *err)
{
	const struct worker_options *o = s->options;
	struct input_options io = {
		.limits = o->limits,
		.hash_file = o->hash_input,
		.found = o->found,
		.progress = worker_progress,
		.progress_ctx = &s->progress,
	};
	struct graph_names names = {
		.user = o->naming,
		.parts_judged = o->subjects != SUBJECTS_ROOTS,
	};
	struct where at = { .file = STR("index.json") };

	s->store = store_new(o->limits, s->worker->hasher);
	if (form_read(&s->facts, &s->catalogue, s->store, &s->source, &s->mem, input, is_dir,
		s->worker->hasher, &io, err) != 0)
		return -1;
	if (graph_build(&s->graph, s->store, &s->catalogue, &names, o->limits, &at, err) != 0)
		return -1;
	s->subjects = graph_subjects(&s->graph, o->subjects, &s->subject_count);
	graph_docker_list(&s->graph, s->subjects, s->subject_count);
	s->subject_set = arena_array(&s->mem, s->subject_count, sizeof(*s->subject_set));
	if (s->subject_count > 0) {
		memcpy(s->subject_set, s->subjects, s->subject_count * sizeof(*s->subjects));
		qsort(s->subject_set, s->subject_count, sizeof(*s->subject_set), by_address);
	}
	return 0;
}

/* --- inventory --- */

static bool
is_subject(const struct session *s, const struct node *n)
{
	return s->subject_count > 0 &&
	    bsearch(&n, s->subject_set, s->subject_count, sizeof(*s->subject_set), by_address) !=
	    NULL;
}

static struct finding *
notes_of(struct arena *mem, const struct graph_note *notes, size_t count)
{
	struct finding *list = arena_array(mem, count, sizeof(*list));

	for (size_t i = 0; i < count; i++)
		list[i] = (struct finding){
			.reason = notes[i].reason,
			.message = notes[i].detail.ptr == NULL ? STR("") : notes[i].detail,
			FINDING_ALONE,
		};
	return list;
}

static struct name_record *
names_of(struct arena *mem, const struct node *n)
{
	struct name_record *list = arena_array(mem, n->name_count, sizeof(*list));

	for (size_t i = 0; i < n->name_count; i++)
		list[i] = (struct name_record){
			.text = n->names[i].text,
			.source = n->names[i].source,
			.use = n->names[i].use,
			.scope = n->names[i].written,
		};
	return list;
}

static int
tell_node(struct session *s, const struct node *n)
{
	struct arena *mem = &s->worker->artifact;
	struct node_record r = {
		.digest = n->digest_text,
		.media_type = n->media_type,
		.artifact_type = n->effective_type,
		.platform = n->platform,
		.size = n->size,
		.class = n->class,
		.state = n->state,
		.found_by = n->found_by,
		.role = n->role,
		.problem = n->problem,
		.problem_detail = n->problem_detail,
		.is_root = n->is_root,
		.judged = s->options->policy != NULL && is_subject(s, n),
		.names = names_of(mem, n),
		.name_count = n->name_count,
		.note_count = n->note_count,
	};

	r.notes = notes_of(mem, n->notes, n->note_count);
	return wire_node(s->out, &r);
}

static int
tell_edges_to(struct session *s, const struct node *n, enum edge_kind kind,
    struct node *const *to, size_t count)
{
	struct edge_record e = { .parent = n->digest_text, .kind = kind };

	for (size_t i = 0; i < count; i++) {
		e.child = to[i]->digest_text;
		e.position = i;
		if (wire_edge(s->out, &e) != 0)
			return -1;
	}
	return 0;
}

static int
tell_edges(struct session *s, const struct node *n)
{
	struct edge_record e = { .parent = n->digest_text, .kind = EDGE_MANIFEST };

	for (size_t i = 0; i < n->child_count; i++) {
		if (n->children[i].node == NULL)
			continue;
		e.child = n->children[i].node->digest_text;
		e.position = i;
		if (wire_edge(s->out, &e) != 0)
			return -1;
	}
	if (tell_edges_to(s, n, EDGE_COSIGN_TAG, n->material, n->material_count) != 0)
		return -1;
	return tell_edges_to(s, n, EDGE_REFERRER, n->referrers, n->referrer_count);
}

static int
tell_inventory(struct session *s)
{
	for (size_t i = 0; i < s->graph.node_count; i++) {
		arena_reset(&s->worker->artifact);
		if (tell_node(s, s->graph.nodes[i]) != 0)
			return -1;
	}
	for (size_t i = 0; i < s->graph.node_count; i++)
		if (tell_edges(s, s->graph.nodes[i]) != 0)
			return -1;
	return 0;
}

/* --- judging --- */

uint64_t
worker_clock(const struct worker_options *o)
{
	return o->clock_us == NULL ? 0 : o->clock_us();
}

struct verify_tools
worker_tools(const struct worker *w, const struct worker_options *o)
{
	return (struct verify_tools){
		.certs = w->certs,
		.chains = w->chains,
		.hasher = w->hasher,
		.limits = o->limits,
		.policy = o->policy,
		.revoker = w->revoker,
		.time = o->time,
		.time_chosen = o->time_chosen,
		.allow_missing = o->allow_missing,
		.require_complete = o->require_complete,
		.cpu_us = o->cpu_us,
		.metadata = o->metadata,
		.metadata_count = o->metadata_count,
	};
}

/*
 * What was judged must arrive; what it was judged from may be too much for one message. Digests
 * stay, and say what the export must hold.
 */
static void
without_evidence(struct verdict *v)
{
	const struct bytes none = { NULL, 0 };

	for (size_t i = 0; i < v->signatures.n; i++)
		v->signatures.v[i].envelope = v->signatures.v[i].token = none;
	for (size_t i = 0; i < v->steps.n; i++)
		v->steps.v[i].data = STR_NONE;
	verdict_note(v, REASON_LIMIT_FINDINGS_HIT, -1,
	    "the signatures are too large to be kept as evidence");
}

int
worker_tell(struct wire_out *out, struct verdict *v, struct err *err)
{
	if (wire_verdict(out, v) == 0)
		return 0;
	if (out->body.full) {
		without_evidence(v);
		if (wire_verdict(out, v) == 0)
			return 0;
	}
	return err_set(err, REASON_RESOURCE_PROCESS, NULL, "pipe to the parent");
}

static int
judge_all(struct session *s, struct err *err)
{
	struct verify_tools tools = worker_tools(s->worker, s->options);

	for (size_t i = 0; i < s->subject_count; i++) {
		uint64_t start = worker_clock(s->options);
		struct verdict v;

		arena_reset(&s->worker->artifact);
		verdict_init(&v, &s->worker->artifact, s->options->limits->v[LIMIT_FINDINGS]);
		if (decide_artifact(&v, &tools, s->store, s->subjects[i], err) != 0)
			return -1;
		v.duration_us = worker_clock(s->options) - start;
		told_filter(s->worker->told, &v);
		if (worker_tell(s->out, &v, err) != 0)
			return -1;
	}
	return 0;
}

/* For views: each signature manifest on its own; the verdict names its subject. */
static int
inspect_all(struct session *s, struct err *err)
{
	struct verify_tools tools = worker_tools(s->worker, s->options);

	for (size_t i = 0; i < s->graph.node_count; i++) {
		const struct node *n = s->graph.nodes[i];
		struct verdict v;

		if (checker_for(n) == NULL)
			continue;
		arena_reset(&s->worker->artifact);
		verdict_init(&v, &s->worker->artifact, s->options->limits->v[LIMIT_FINDINGS]);
		v.digest = n->subject != NULL ? n->subject->digest_text : n->digest_text;
		v.class = n->class;
		if (checker_show(&v, &tools, s->store, n, err) != 0 ||
		    worker_tell(s->out, &v, err) != 0)
			return -1;
	}
	return 0;
}

/* --- the end --- */

/* A finding on the whole input makes it noncompliant, a note does not. */
static bool
input_note_blocks(enum reason r)
{
	return reason_row(r)->severity >= SEVERITY_MEDIUM;
}

static void
input_findings(struct session *s, struct input_record *r)
{
	const struct input_facts *f = &s->facts;
	size_t n = 0;

	r->findings = arena_array(&s->mem, f->note_count + s->graph.note_count + 1,
	    sizeof(*r->findings));
	for (size_t i = 0; i < f->note_count; i++) {
		struct str text = f->notes[i].detail;

		if (f->notes[i].count > 1)
			text = arena_printf(&s->mem, "%.*s (and %llu more)", STR_ARG(text),
			    (unsigned long long)(f->notes[i].count - 1));
		r->findings[n++] = (struct finding){
			.reason = f->notes[i].reason,
			.blocking = input_note_blocks(f->notes[i].reason),
			.message = text.ptr == NULL ? STR("") : text,
			FINDING_ALONE,
		};
	}
	for (size_t i = 0; i < s->graph.note_count; i++) {
		const struct graph_note *note = &s->graph.notes[i];

		r->findings[n++] = (struct finding){
			.reason = note->reason,
			.blocking = input_note_blocks(note->reason),
			.message = note->detail.ptr == NULL ? STR("") : note->detail,
			FINDING_ALONE,
		};
	}
	if (s->graph.missing > 0 && s->options->require_complete)
		r->findings[n++] = (struct finding){
			.reason = REASON_BLOB_MISSING,
			.blocking = true,
			.message = arena_printf(&s->mem, "%llu blobs are not in the input",
			    (unsigned long long)s->graph.missing),
			FINDING_ALONE,
		};
	r->finding_count = n;
}

static int
tell_file(void *ctx, const char *path, const struct file_id *then, struct err *err)
{
	(void)err;
	return wire_file(ctx, &(struct file_record){ str_of(path), *then });
}

static int
tell_end(struct session *s)
{
	const struct input_facts *f = &s->facts;
	struct input_record r = {
		.kind = f->kind,
		.compression = f->compression,
		.prefix = f->prefix,
		.digest = f->digest,
		.index_digest = s->graph.index_digest,
		.size = f->size,
		.expanded = f->expanded,
		.members = f->members,
		.blobs = store_stats(s->store).blobs,
		.unreachable = s->graph.blobs_unreachable,
		.missing = s->graph.missing,
		.passes = input_passes(s->source),
	};

	input_findings(s, &r);
	if (input_files(s->source, tell_file, s->out, NULL) != 0)
		return -1;
	return wire_end(s->out, &r);
}

static int
run(struct session *s, int input, bool is_dir, struct err *err)
{
	if (read_all(s, input, is_dir, err) != 0)
		return -1;
	if (tell_inventory(s) != 0)
		return err_set(err, REASON_RESOURCE_PROCESS, NULL, "pipe to the parent");
	switch (s->options->mode) {
	case WORKER_AUDIT:
		return judge_all(s, err);
	case WORKER_INSPECT:
		if (inspect_all(s, err) != 0)
			return -1;
		break;
	case WORKER_TREE:
	case WORKER_BLOB:
	case WORKER_BLOB_INSPECT:
		break;
	}
	/* A view judges, too, once a policy was named. */
	return s->options->policy == NULL ? 0 : judge_all(s, err);
}

static int
run_images(struct worker *w, const struct worker_options *options, int input, bool is_dir,
    struct wire_out *out)
{
	struct session s = { .worker = w, .options = options, .out = out, .progress.out = out };
	struct err err = { .reason = REASON_NONE };
	int result;

	arena_init(&s.mem, 0);
	if (run(&s, input, is_dir, &err) == 0 && input_settled(s.source, &err) == 0)
		result = tell_end(&s);
	else
		result = wire_refused(out, &err);
	graph_clear(&s.graph);
	input_source_free(s.source);
	store_free(s.store);
	arena_clear(&s.mem);
	return result;
}

int
worker_run(struct worker *w, const struct worker_options *options, int input, bool is_dir,
    struct wire_out *out)
{
	if (options->mode == WORKER_BLOB || options->mode == WORKER_BLOB_INSPECT)
		return worker_blob(w, options, input, is_dir, out);
	return run_images(w, options, input, is_dir, out);
}
