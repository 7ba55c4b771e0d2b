/* SPDX-License-Identifier: Apache-2.0 */
/* A batch whose sink is the audit database. */
#include "run/recorder.h"

struct recorder {
	struct record *record;
	const struct recorder_watch *watch;
	uint64_t total, ended, artifacts;
};

static struct cert_record
anchor_cert(const struct anchor *a)
{
	return (struct cert_record){
		.der = a->der,
		.sha256 = a->sha256,
		.spki_sha256 = a->spki_sha256,
		.subject = a->subject,
		.issuer = a->issuer,
		.serial = a->serial,
		.not_before = a->not_before,
		.not_after = a->not_after,
		.key_name = a->key_name,
		.signed_with = a->signed_with,
		.key_bits = a->key_bits,
		.is_ca = a->is_ca,
	};
}

static struct finding
note(enum reason reason, struct str text)
{
	return (struct finding){
		.reason = reason,
		.message = text,
		.step = -1,
		.signature = -1,
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

		for (size_t k = 0; k < s->count; k++) {
			list[n++] = (struct record_anchor){
				.kind = str_of(store_type_name(s->type)),
				.store = s->name,
				.cert = anchor_cert(&s->anchors[k]),
			};
			if (when_cmp(s->anchors[k].not_after, now) < 0)
				notes[run->note_count++] = note(REASON_TRUST_ANCHOR_EXPIRED,
				    arena_printf(mem, "%s:%.*s: %.*s",
					store_type_name(s->type), STR_ARG(s->name),
					STR_ARG(s->anchors[k].subject)));
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
	notes = arena_array(mem, run->note_count + policy->warning_count + anchors,
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
on_input_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct recorder *r = ctx;

	r->ended++;
	if (why == NULL)
		return record_input_end(r->record, seq, end, REASON_NONE, STR_NONE, err);
	err_show(&text, why);
	return record_input_end(r->record, seq, NULL, why->reason,
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

int
recorder_run(struct batch_result *result, struct record *record, const struct inputs *inputs,
    const struct batch_options *options, const struct recorder_watch *watch, struct err *err)
{
	struct recorder r = { .record = record, .watch = watch, .total = inputs->items.n };
	struct batch_sink sink = {
		.ctx = &r,
		.input_begin = on_input_begin,
		.node = on_node,
		.edge = on_edge,
		.verdict = on_verdict,
		.input_end = on_input_end,
		.idle = on_idle,
		.progress = on_progress,
	};

	return batch_run(result, inputs, options, &sink, err);
}
