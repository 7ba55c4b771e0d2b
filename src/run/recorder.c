/* SPDX-License-Identifier: Apache-2.0 */
/* A batch whose sink is the audit database. */
#include "run/recorder.h"

#include "codec/hex.h"
#include "codec/text.h"
#include "crypto/dn.h"

struct recorder {
	struct record *record;
	const struct recorder_watch *watch;
	const struct inputs *inputs;
	uint64_t none; /* inputs that are no export */
	uint64_t total, ended, artifacts;
	const struct naming *naming;
	bool *seen; /* by line of the user's map: its digest was met */
};

static struct finding
note(enum reason reason, struct str text)
{
	return (struct finding){
		.reason = reason,
		.message = text,
		FINDING_ALONE,
	};
}

static void
add_anchors(struct record_run *run, struct arena *mem, const struct policy *policy,
    struct when now, struct finding *notes)
{
	struct record_anchor *list;
	size_t n = 0;

	for (size_t i = 0; i < policy->store_count; i++)
		n += policy->stores[i].count;
	list = arena_array(mem, n, sizeof(*list));
	n = 0;
	for (size_t i = 0; i < policy->store_count; i++) {
		const struct anchor_store *s = &policy->stores[i];

		/* It fails each signature that needs it, and a policy may only log that. */
		if (s->reason != REASON_NONE)
			notes[run->note_count++] = note(s->reason,
			    arena_printf(mem, "%s:%.*s: %.*s", store_type_name(s->type),
				STR_ARG(s->name), STR_ARG(s->detail)));
		for (size_t k = 0; k < s->count; k++) {
			list[n++] = (struct record_anchor){
				.kind = str_of(store_type_name(s->type)),
				.store = s->name,
				.cert = s->anchors[k].cert,
			};
			if (when_cmp(s->anchors[k].cert.not_after, now) < 0)
				notes[run->note_count++] = note(REASON_TRUST_ANCHOR_EXPIRED,
				    arena_printf(mem, "%s:%.*s: %.*s",
					store_type_name(s->type), STR_ARG(s->name),
					STR_ARG(s->anchors[k].cert.subject)));
		}
	}
	run->anchors = list;
	run->anchor_count = n;
}

void
recorder_policy(struct record_run *run, struct arena *mem, const struct policy *policy,
    struct when now)
{
	struct record_doc *doc = arena_alloc(mem, sizeof(*doc));
	struct finding *notes;
	size_t anchors = 0;

	for (size_t i = 0; i < policy->store_count; i++)
		anchors += policy->stores[i].count;
	notes = arena_array(mem,
	    run->note_count + policy->warning_count + policy->store_count + anchors,
	    sizeof(*notes));
	if (run->note_count > 0)
		memcpy(notes, run->notes, run->note_count * sizeof(*notes));
	for (size_t i = 0; i < policy->warning_count; i++)
		notes[run->note_count++] =
		    note(policy->warnings[i].reason, policy->warnings[i].detail);
	*doc = (struct record_doc){
		.kind = policy->doc.kind,
		.source_path = policy->doc.path,
		.version = policy->doc.version,
		.name = policy->doc.name,
		.text = policy->doc.text,
	};
	run->docs = doc;
	run->doc_count = 1;
	add_anchors(run, mem, policy, now, notes);
	run->notes = notes;
}

void
recorder_document(struct record_run *run, struct arena *mem, const struct record_doc *doc)
{
	struct record_doc *list = arena_array(mem, run->doc_count + 1, sizeof(*list));

	if (run->doc_count > 0)
		memcpy(list, run->docs, run->doc_count * sizeof(*list));
	list[run->doc_count++] = *doc;
	run->docs = list;
}

/* Numbers as the record compares them. */
static struct str
number_text(struct arena *mem, struct bytes number)
{
	if (number.ptr == NULL)
		return STR_NONE;
	return number.len == 0 ? STR("00") : crl_number_text(mem, number);
}

static struct str
hex_text(struct arena *mem, struct bytes data)
{
	char *text = arena_alloc(mem, data.len * 2 + 1);

	hex_encode(text, data);
	return str_of(text);
}

static void
fill_crl(struct record_revocation *out, struct arena *mem, const struct crl *c)
{
	out->der = c->der;
	out->issuer = c->issuer_text;
	if (c->aki.len > 0)
		out->issuer_key = hex_text(mem, c->aki);
	if (c->points.present)
		out->scope = c->points.der;
	out->number = number_text(mem, c->number);
	if (c->is_delta)
		out->base_number = number_text(mem, c->base_number);
	out->entries = c->entry_count;
}

/* RFC 6960 section 4.2.1: the responder names itself by its subject, or by the hash of its key. */
static void
fill_ocsp(struct record_revocation *out, struct arena *mem, const struct ocsp *o)
{
	out->der = o->der;
	if (o->responder_name.len > 0)
		out->issuer = dn_text(mem, o->responder_name);
	else
		out->issuer_key = hex_text(mem, o->responder_key);
	out->entries = o->single_count;
}

static struct record_revocation
revocation_of(struct arena *mem, const struct revfile *f)
{
	struct record_revocation out = {
		.path = f->path,
		.kind = str_of(revfile_kind_name(f->kind)),
		.sha256 = f->sha256,
		.url = f->url,
	};

	revfile_times(f, &out.this_update, &out.next_update, &out.has_next_update);
	if (f->kind == REVFILE_OCSP)
		fill_ocsp(&out, mem, &f->ocsp);
	else
		fill_crl(&out, mem, &f->crl);
	return out;
}

void
recorder_revocation(struct record_run *run, struct arena *mem, const struct revdata *data)
{
	struct record_revocation *list =
	    arena_array(mem, data->file_count + data->problem_count, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < data->file_count; i++)
		list[n++] = revocation_of(mem, data->files[i]);
	for (size_t i = 0; i < data->problem_count; i++)
		list[n++] = (struct record_revocation){
			.path = data->problems[i].path,
			.reason = data->problems[i].reason,
			.detail = data->problems[i].detail,
		};
	run->revocation = list;
	run->revocation_count = n;
}

static int
on_input_begin(void *ctx, const struct input_item *item, struct err *err)
{
	struct recorder *r = ctx;

	return record_input_begin(r->record, item->seq, item->path, err);
}

static int
on_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct recorder *r = ctx;

	naming_mark(r->naming, n->digest, r->seen);
	return record_node(r->record, seq, n, err);
}

static int
on_edge(void *ctx, uint64_t seq, const struct edge_record *e, struct err *err)
{
	struct recorder *r = ctx;

	return record_edge(r->record, seq, e, err);
}

static int
on_verdict(void *ctx, uint64_t seq, const struct verdict *v, struct err *err)
{
	struct recorder *r = ctx;

	r->artifacts++;
	return record_verdict(r->record, seq, v, err);
}

static int
no_export(struct recorder *r, uint64_t seq, const struct err *why, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)1 << 17 };

	r->none++;
	text_show(&text, r->inputs->items.v[seq].path);
	buf_printf(&text, " (%s)", why->text);
	return record_no_export(
	    r->record, seq, (struct str){ (const char *)text.ptr, text.len }, err);
}

static int
on_input_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct recorder *r = ctx;

	r->ended++;
	if (why == NULL)
		return record_input_end(r->record, seq, end, REASON_NONE, STR_NONE, err);
	if (why->reason == REASON_INPUT_NO_EXPORT)
		return no_export(r, seq, why, err);
	err_show(&text, why);
	return record_input_end(r->record, seq, NULL, why->reason,
	    (struct str){ (const char *)text.ptr, text.len }, err);
}

static int
on_input_changed(void *ctx, uint64_t seq, const struct err *why, struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct recorder *r = ctx;

	err_show(&text, why);
	return record_input_changed(r->record, seq, why->reason,
	    (struct str){ (const char *)text.ptr, text.len }, err);
}

static int
on_idle(void *ctx, uint64_t now_us, struct err *err)
{
	struct recorder *r = ctx;

	return record_flush(r->record, now_us, false, err);
}

static void
on_progress(void *ctx, const struct input_item *item, uint64_t done)
{
	struct recorder *r = ctx;

	if (r->watch != NULL)
		r->watch->progress(r->watch->ctx, item, done, r->ended, r->total, r->artifacts);
}

/* A digest that nothing has may be a slip of the pen, and what it was meant for has another name. */
static int
note_unmet(struct recorder *r, struct err *err)
{
	const struct naming *n = r->naming;
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	const struct naming_line *first = NULL;
	uint64_t count = 0;

	for (size_t i = 0; i < n->line_count; i++) {
		if (!n->lines[i].by_digest || r->seen[i])
			continue;
		first = first == NULL ? &n->lines[i] : first;
		count++;
	}
	if (first == NULL)
		return 0;
	buf_printf(&text, "%llu, the first is %.*s for %.*s", (unsigned long long)count,
	    STR_ARG(first->selector), STR_ARG(str_upto(first->target, 300)));
	return record_note(r->record,
	    &(struct finding){ .reason = REASON_NAMES_MAP_UNMET,
		.message = { (const char *)text.ptr, text.len },
		FINDING_ALONE },
	    err);
}

/* All that was given stands in the record before the first of it is begun. */
static int
put_given(struct record *record, const struct inputs *inputs, struct err *err)
{
	for (size_t i = 0; i < inputs->items.n; i++) {
		const struct input_item *item = &inputs->items.v[i];

		if (record_input_given(record, item->seq, item->path, err) != 0)
			return -1;
	}
	return record_flush(record, 0, true, err);
}

int
recorder_run(struct batch_result *result, struct record *record, const struct inputs *inputs,
    const struct batch_options *options, const struct recorder_watch *watch, struct err *err)
{
	struct recorder r = {
		.record = record,
		.watch = watch,
		.inputs = inputs,
		.total = inputs->items.n,
		.naming = &options->worker.naming,
	};
	struct batch_sink sink = {
		.ctx = &r,
		.input_begin = on_input_begin,
		.node = on_node,
		.edge = on_edge,
		.verdict = on_verdict,
		.input_end = on_input_end,
		.input_changed = on_input_changed,
		.idle = on_idle,
		.progress = on_progress,
	};
	uint64_t most = options->worker.limits->v[LIMIT_LISTED_FILES];
	struct arena mem;
	int done;

	memset(result, 0, sizeof(*result));
	if (put_given(record, inputs, err) != 0)
		return -1;
	arena_init(&mem, 0);
	r.seen = arena_array(&mem, r.naming->line_count, sizeof(*r.seen));
	done = batch_run(result, inputs, options, &sink, err);
	if (done == 0 && !result->stopped)
		done = note_unmet(&r, err);
	if (done == 0 && r.none > most)
		done = record_no_export_most(record, r.none, most, err);
	arena_clear(&mem);
	return done;
}
