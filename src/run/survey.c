/* SPDX-License-Identifier: Apache-2.0 */
/* A batch that records nothing: inventory, signatures and verdicts, one input at a time. */
#include "run/survey.h"

#include <stdlib.h>

#include "verdict/outcome.h"

#define DATA_MOST ((size_t)128 << 20)

struct survey {
	const struct survey_options *options;
	struct arena mem; /* of the input under way */
	struct survey_input input;
	size_t data; /* octets of details kept of it */
};

static int
on_begin(void *ctx, const struct input_item *item, struct err *err)
{
	struct survey *s = ctx;

	(void)err;
	arena_clear(&s->mem);
	memset(&s->input, 0, sizeof(s->input));
	s->input.item = item;
	s->data = 0;
	return 0;
}

static struct finding *
copy_findings(struct arena *mem, const struct finding *list, size_t count)
{
	struct finding *copy = arena_array(mem, count, sizeof(*copy));

	for (size_t i = 0; i < count; i++) {
		copy[i] = list[i];
		copy[i].message = arena_str(mem, list[i].message);
	}
	return copy;
}

static int
on_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct survey *s = ctx;
	struct arena *mem = &s->mem;
	struct node_record copy = *n;

	(void)seq;
	(void)err;
	copy.digest = arena_str(mem, n->digest);
	copy.media_type = arena_str(mem, n->media_type);
	copy.artifact_type = arena_str(mem, n->artifact_type);
	copy.platform = arena_str(mem, n->platform);
	copy.problem_detail = arena_str(mem, n->problem_detail);
	copy.names = arena_array(mem, n->name_count, sizeof(*copy.names));
	for (size_t i = 0; i < n->name_count; i++)
		copy.names[i] = (struct name_record){
			.text = arena_str(mem, n->names[i].text),
			.source = n->names[i].source,
			.use = n->names[i].use,
			.scope = arena_str(mem, n->names[i].scope),
		};
	copy.notes = copy_findings(mem, n->notes, n->note_count);
	VEC_PUSH(mem, &s->input.nodes, copy);
	return 0;
}

static int
on_edge(void *ctx, uint64_t seq, const struct edge_record *e, struct err *err)
{
	struct survey *s = ctx;
	struct edge_record copy = {
		.parent = arena_str(&s->mem, e->parent),
		.child = arena_str(&s->mem, e->child),
		.kind = e->kind,
		.position = e->position,
	};

	(void)seq;
	(void)err;
	VEC_PUSH(&s->mem, &s->input.edges, copy);
	return 0;
}

static void
copy_cert(struct arena *mem, struct cert_facts *c)
{
	c->der = (struct bytes){ NULL, 0 };
	c->subject = arena_str(mem, c->subject);
	c->issuer = arena_str(mem, c->issuer);
	c->serial = arena_str(mem, c->serial);
	c->key_name = arena_str(mem, c->key_name);
	c->signed_with = arena_str(mem, c->signed_with);
}

static struct digest *
copy_digests(struct arena *mem, const struct digest *list, size_t count)
{
	struct digest *copy = arena_array(mem, count, sizeof(*copy));

	if (count > 0)
		memcpy(copy, list, count * sizeof(*copy));
	return copy;
}

static void
copy_signature(struct arena *mem, struct signature_record *s)
{
	s->manifest_digest = arena_str(mem, s->manifest_digest);
	s->envelope = s->token = (struct bytes){ NULL, 0 };
	s->envelope_type = arena_str(mem, s->envelope_type);
	s->scheme = arena_str(mem, s->scheme);
	s->algorithm = arena_str(mem, s->algorithm);
	s->signed_digest = arena_str(mem, s->signed_digest);
	s->tsa_subject = arena_str(mem, s->tsa_subject);
	s->signer = arena_str(mem, s->signer);
	s->trust_store = arena_str(mem, s->trust_store);
	s->agent = arena_str(mem, s->agent);
	s->chain = copy_digests(mem, s->chain, s->chain_count);
	s->tsa_chain = copy_digests(mem, s->tsa_chain, s->tsa_count);
}

/* Details of steps, as far as there is room: signatures may be many, and large each. */
static struct str
copy_data(struct survey *s, struct str data)
{
	if (data.len > DATA_MOST - s->data)
		return STR_NONE;
	s->data += data.len;
	return arena_str(&s->mem, data);
}

static void
copy_lists(struct survey *s, struct verdict *copy, const struct verdict *v)
{
	struct arena *mem = copy->mem;

	for (size_t i = 0; i < v->steps.n; i++) {
		struct step step = v->steps.v[i];

		step.detail = arena_str(mem, step.detail);
		step.data = copy_data(s, step.data);
		VEC_PUSH(mem, &copy->steps, step);
	}
	for (size_t i = 0; i < v->signatures.n; i++) {
		struct signature_record r = v->signatures.v[i];

		copy_signature(mem, &r);
		VEC_PUSH(mem, &copy->signatures, r);
	}
	for (size_t i = 0; i < v->certs.n; i++) {
		struct cert_facts r = v->certs.v[i];

		copy_cert(mem, &r);
		VEC_PUSH(mem, &copy->certs, r);
	}
	copy->findings.v = copy_findings(mem, v->findings.v, v->findings.n);
	copy->findings.n = copy->findings.cap = v->findings.n;
}

/* A signature that was only parsed has the verdict that nobody closed. */
static bool
only_parsed(const struct verdict *v)
{
	return v->state == STATE_UNKNOWN && v->reason == REASON_ARTIFACT_NOT_JUDGED;
}

static int
on_verdict(void *ctx, uint64_t seq, const struct verdict *v, struct err *err)
{
	struct survey *s = ctx;
	struct arena *mem = &s->mem;
	struct verdict copy;

	(void)seq;
	(void)err;
	verdict_init(&copy, mem, UINT64_MAX);
	copy.digest = arena_str(mem, v->digest);
	copy.media_type = arena_str(mem, v->media_type);
	copy.artifact_type = arena_str(mem, v->artifact_type);
	copy.platform = arena_str(mem, v->platform);
	copy.class = v->class;
	copy.size = v->size;
	copy.statement = arena_str(mem, v->statement);
	copy.level = v->level;
	copy.state = v->state;
	copy.reason = v->reason;
	copy.findings_dropped = v->findings_dropped;
	copy_lists(s, &copy, v);
	if (only_parsed(v))
		VEC_PUSH(mem, &s->input.signatures, copy);
	else
		VEC_PUSH(mem, &s->input.verdicts, copy);
	return 0;
}

/* --- order --- */

static struct str
manifest_of(const struct verdict *v)
{
	return v->signatures.n == 0 ? STR("") : v->signatures.v[0].manifest_digest;
}

static int
by_subject(const void *a, const void *b)
{
	const struct verdict *x = a, *y = b;
	int c = str_cmp(x->digest, y->digest);

	return c != 0 ? c : str_cmp(manifest_of(x), manifest_of(y));
}

static int
by_digest(const void *a, const void *b)
{
	const struct verdict *x = a, *y = b;

	return str_cmp(x->digest, y->digest);
}

/* Where the first of this digest is, or would be. */
static size_t
lower(const struct verdict *list, size_t count, struct str digest)
{
	size_t lo = 0;

	for (size_t hi = count; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (str_cmp(list[mid].digest, digest) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* --- the end --- */

/* Announced, and no verdict came: unknown, as the record has it. */
static void
add_unjudged(struct survey *s)
{
	size_t judged = s->input.verdicts.n;

	for (size_t i = 0; i < s->input.nodes.n; i++) {
		const struct node_record *n = &s->input.nodes.v[i];
		size_t at = lower(s->input.verdicts.v, judged, n->digest);
		struct verdict v;

		if (!n->judged ||
		    (at < judged && str_equal(s->input.verdicts.v[at].digest, n->digest)))
			continue;
		verdict_init(&v, &s->mem, UINT64_MAX);
		v.digest = n->digest;
		v.class = n->class;
		VEC_PUSH(&s->mem, &s->input.verdicts, v);
	}
}

static void
sort_verdicts(struct survey *s)
{
	if (s->input.verdicts.n > 0)
		qsort(s->input.verdicts.v, s->input.verdicts.n, sizeof(struct verdict),
		    by_digest);
}

/* What the input as a whole says of the artifacts in it. */
static void
apply_outcome(struct survey *s)
{
	const struct err *why = s->input.why;
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct input_outcome o;

	if (why != NULL)
		err_show(&text, why);
	o = outcome_of(s->input.end, why == NULL ? REASON_NONE : why->reason,
	    (struct str){ (const char *)text.ptr, text.len });
	for (size_t i = 0; i < s->input.verdicts.n; i++)
		verdict_outcome(&s->input.verdicts.v[i], &o);
}

static int
on_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	struct survey *s = ctx;

	(void)seq;
	s->input.end = end;
	s->input.why = why;
	if (s->input.signatures.n > 0)
		qsort(s->input.signatures.v, s->input.signatures.n,
		    sizeof(struct verdict), by_subject);
	sort_verdicts(s);
	add_unjudged(s);
	sort_verdicts(s);
	apply_outcome(s);
	return s->options->show(s->options->ctx, &s->input, err);
}

int
survey_run(struct batch_result *result, const struct inputs *inputs,
    const struct survey_options *options, struct err *err)
{
	struct survey s = { .options = options };
	struct batch_options batch = {
		.worker = options->worker,
		.jobs = 1, /* one input at a time: what is shown stays in order */
	};
	struct batch_sink sink = {
		.ctx = &s,
		.input_begin = on_begin,
		.node = on_node,
		.edge = on_edge,
		.verdict = on_verdict,
		.input_end = on_end,
	};
	int done;

	arena_init(&s.mem, 0);
	done = batch_run(result, inputs, &batch, &sink, err);
	arena_clear(&s.mem);
	return done;
}

const struct node_record *
survey_find(const struct survey_input *s, struct str digest)
{
	for (size_t lo = 0, hi = s->nodes.n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(s->nodes.v[mid].digest, digest);

		if (c == 0)
			return &s->nodes.v[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct verdict *
survey_verdict(const struct survey_input *s, struct str digest)
{
	size_t at = lower(s->verdicts.v, s->verdicts.n, digest);

	return at < s->verdicts.n && str_equal(s->verdicts.v[at].digest, digest)
		   ? &s->verdicts.v[at]
		   : NULL;
}

const struct verdict *
survey_signatures(const struct survey_input *s, struct str digest, size_t *count)
{
	size_t at = lower(s->signatures.v, s->signatures.n, digest), n = 0;

	while (
	    at + n < s->signatures.n && str_equal(s->signatures.v[at + n].digest, digest))
		n++;
	*count = n;
	return n == 0 ? NULL : &s->signatures.v[at];
}
