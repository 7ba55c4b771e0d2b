/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's side of the pipe: frames to plain values, nothing believed before it was checked. */
#include "run/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codec/text.h"

#define ABSENT UINT32_MAX
#define HEAD 6
#define BLOCK ((size_t)64 << 10)
#define ERRNO_END 4096          /* no kernel has more */

struct reader {                 /* `cursor.failed` is the one answer */
	struct cursor c;
	struct arena *mem;
};

void
wire_in_init(struct wire_in *w, int fd)
{
	*w = (struct wire_in){ .fd = fd };
	buf_init(&w->raw, 2 * (WIRE_FRAME_MOST + HEAD));
	buf_init(&w->message, WIRE_MESSAGE_MOST);
	w->block = xmalloc(BLOCK);
}

void
wire_in_clear(struct wire_in *w)
{
	buf_clear(&w->raw);
	buf_clear(&w->message);
	free(w->block);
	w->block = NULL;
}

/* --- fields --- */

static uint64_t
get_int(struct reader *r, size_t n)
{
	return cursor_be(&r->c, n);
}

/* An enum or count below `end`. */
static uint64_t
get_below(struct reader *r, size_t n, uint64_t end)
{
	uint64_t v = get_int(r, n);

	if (v >= end)
		r->c.failed = true;
	return r->c.failed ? 0 : v;
}

static bool
get_bool(struct reader *r)
{
	return get_below(r, 1, 2) == 1;
}

static struct bytes
get_bytes(struct reader *r)
{
	uint64_t len = get_int(r, 4);
	struct bytes none = { NULL, 0 };
	static const uint8_t empty[1];

	if (len == ABSENT || r->c.failed)
		return none;
	if (len == 0)
		return (struct bytes){ empty, 0 };
	return arena_bytes(r->mem, cursor_take(&r->c, (size_t)len));
}

static struct str
get_str(struct reader *r)
{
	struct bytes b = get_bytes(r);
	struct str s = STR_NONE;

	if (b.len > WIRE_TEXT_MOST)
		r->c.failed = true;
	if (b.ptr == NULL || r->c.failed)
		return s;
	if (!text_check(&s, b))
		r->c.failed = true;
	return arena_str(r->mem, s);
}

/* A text that must be there: the record's columns demand it. */
static struct str
get_text(struct reader *r)
{
	struct str s = get_str(r);

	if (s.ptr == NULL)
		r->c.failed = true;
	return s;
}

static struct digest
get_digest(struct reader *r)
{
	struct digest d = { .alg = (enum digest_alg)get_below(r, 1, DIGEST_SHA512 + 1) };
	struct bytes value = cursor_take(&r->c, digest_len(d.alg));

	if (value.len > 0)
		memcpy(d.value, value.ptr, value.len);
	return d;
}

static struct when
get_when(struct reader *r)
{
	int64_t sec = (int64_t)get_int(r, 8);
	struct when w = { 0, 0 };
	uint32_t usec = (uint32_t)get_below(r, 4, 1000000);

	if (!when_from_unix(&w, sec))
		r->c.failed = true;
	w.usec = usec;
	return w;
}

/* How many items follow: each takes at least `least` octets, so a count cannot size memory alone. */
static size_t
get_count(struct reader *r, size_t least)
{
	return (size_t)get_below(r, 4, cursor_left(&r->c) / least + 1);
}

static int
get_index(struct reader *r, size_t count)
{
	return (int)get_below(r, 4, (uint64_t)count + 1) - 1;
}

static enum reason
get_reason(struct reader *r)
{
	return (enum reason)get_below(r, 2, REASON_COUNT);
}

/* --- values --- */

static struct step
get_step(struct reader *r, size_t signatures)
{
	struct step s;

	s.name = (enum step_name)get_below(r, 1, STEP_NAME_COUNT);
	s.action = (enum action)get_below(r, 1, ACTION_COUNT);
	s.outcome = (enum outcome)get_below(r, 1, OUTCOME_COUNT);
	s.reason = get_reason(r);
	s.detail = get_str(r);
	s.data = get_str(r);
	s.signature = get_index(r, signatures);
	if ((s.outcome == OUTCOME_FAIL || s.outcome == OUTCOME_ERROR) !=
	    (s.reason != REASON_NONE))
		r->c.failed = true;
	return s;
}

static struct finding
get_finding(struct reader *r, size_t steps, size_t signatures)
{
	struct finding f;

	f.reason = get_reason(r);
	f.blocking = get_bool(r);
	f.message = get_text(r);
	f.step = get_index(r, steps);
	f.signature = get_index(r, signatures);
	if (f.reason == REASON_NONE)
		r->c.failed = true;
	return f;
}

/* Octets alone: what they say is read by run/certbook.h. */
static struct cert_facts
get_cert(struct reader *r)
{
	struct cert_facts c = { .der = get_bytes(r) };

	if (c.der.len == 0)
		r->c.failed = true;
	return c;
}

static struct digest *
get_digests(struct reader *r, size_t *count)
{
	struct digest *list;

	*count = get_count(r, 33);
	list = arena_array(r->mem, *count, sizeof(*list));
	for (size_t i = 0; i < *count; i++)
		list[i] = get_digest(r);
	return list;
}

static struct signature_record
get_signature(struct reader *r)
{
	struct signature_record s;

	s.manifest_digest = get_text(r);
	s.envelope_digest = get_digest(r);
	s.envelope = get_bytes(r);
	s.envelope_type = get_str(r);
	s.format = (enum signature_format)get_below(r, 1, FORMAT_COUNT);
	s.scheme = get_str(r);
	s.algorithm = get_str(r);
	s.signed_digest = get_str(r);
	s.has_signing_time = get_bool(r);
	s.has_expiry = get_bool(r);
	s.has_timestamp = get_bool(r);
	s.signing_time = get_when(r);
	s.expiry = get_when(r);
	s.timestamp = get_when(r);
	s.timestamp_accuracy_us = get_int(r, 8);
	s.token = get_bytes(r);
	s.tsa_subject = s.signer = STR_NONE;
	s.trust_store = get_str(r);
	s.anchor = get_digest(r);
	s.chain = get_digests(r, &s.chain_count);
	s.tsa_chain = get_digests(r, &s.tsa_count);
	s.state = (enum signature_state)get_below(r, 1, SIGNATURE_STATE_COUNT);
	s.agent = get_str(r);
	return s;
}

/* What the child may not claim: a compliant artifact with something blocking, or without a proof. */
static bool
verdict_consistent(const struct verdict *v)
{
	bool valid = false;

	if ((v->state == STATE_COMPLIANT) != (v->reason == REASON_NONE) ||
	    v->state == STATE_EXEMPT)
		return false;
	if (v->state != STATE_COMPLIANT)
		return true;
	for (size_t i = 0; i < v->findings.n; i++)
		if (v->findings.v[i].blocking)
			return false;
	for (size_t i = 0; i < v->signatures.n; i++)
		valid = valid || v->signatures.v[i].state == SIGNATURE_VALID;
	return valid && v->statement.ptr != NULL;
}

static void
get_verdict_lists(struct reader *r, struct verdict *v)
{
	size_t steps = get_count(r, 17);
	size_t signatures = get_count(r, 50);
	size_t n;

	for (size_t i = 0; i < steps && !r->c.failed; i++)
		VEC_PUSH(r->mem, &v->steps, get_step(r, signatures));
	for (size_t i = 0; i < signatures && !r->c.failed; i++)
		VEC_PUSH(r->mem, &v->signatures, get_signature(r));
	n = get_count(r, 15);
	for (size_t i = 0; i < n && !r->c.failed; i++)
		VEC_PUSH(r->mem, &v->findings, get_finding(r, steps, signatures));
	n = get_count(r, 4);
	for (size_t i = 0; i < n && !r->c.failed; i++)
		VEC_PUSH(r->mem, &v->certs, get_cert(r));
}

static void
get_verdict(struct reader *r, struct verdict *v)
{
	verdict_init(v, r->mem, UINT64_MAX);
	v->digest = get_text(r);
	v->media_type = get_str(r);
	v->artifact_type = get_str(r);
	v->platform = get_str(r);
	v->class = (enum node_class)get_below(r, 1, CLASS_COUNT);
	v->size = get_int(r, 8);
	v->statement = get_str(r);
	v->level = (enum level)get_below(r, 1, LEVEL_COUNT);
	v->state = (enum state)get_below(r, 1, STATE_COUNT);
	v->reason = get_reason(r);
	get_verdict_lists(r, v);
	v->findings_dropped = get_int(r, 8);
	v->duration_us = get_int(r, 8);
}

static struct finding *
get_findings(struct reader *r, size_t *count)
{
	struct finding *list;

	*count = get_count(r, 15);
	list = arena_array(r->mem, *count, sizeof(*list));
	for (size_t i = 0; i < *count && !r->c.failed; i++)
		list[i] = get_finding(r, 0, 0);
	return list;
}

static void
get_node(struct reader *r, struct node_record *n)
{
	n->digest = get_text(r);
	n->media_type = get_str(r);
	n->artifact_type = get_str(r);
	n->platform = get_str(r);
	n->size = get_int(r, 8);
	n->class = (enum node_class)get_below(r, 1, CLASS_COUNT);
	n->state = (enum node_state)get_below(r, 1, NODE_STATE_COUNT);
	n->found_by = (enum found_by)get_below(r, 1, FOUND_COUNT);
	n->role = (enum node_role)get_below(r, 1, ROLE_COUNT);
	n->problem = get_reason(r);
	n->problem_detail = get_str(r);
	n->is_root = get_bool(r);
	n->judged = get_bool(r);
	n->name_count = get_count(r, 16);
	n->names = arena_array(r->mem, n->name_count, sizeof(*n->names));
	for (size_t i = 0; i < n->name_count && !r->c.failed; i++) {
		n->names[i].text = get_text(r);
		n->names[i].source = (enum name_source)get_below(r, 1, NAME_SOURCE_COUNT);
		n->names[i].use = (enum name_use)get_below(r, 1, NAME_USE_COUNT);
		n->names[i].scope = get_str(r);
	}
	n->notes = get_findings(r, &n->note_count);
}

static void
get_edge(struct reader *r, struct edge_record *e)
{
	e->parent = get_text(r);
	e->child = get_text(r);
	e->kind = (enum edge_kind)get_below(r, 1, EDGE_COUNT);
	e->position = get_below(r, 8, INT64_MAX);
}

/* The path is used below a folder, as C text: whatever leads out of it is nonsense. */
static void
get_file(struct reader *r, struct file_record *f)
{
	f->path = get_text(r);
	f->then.dev = get_int(r, 8);
	f->then.ino = get_int(r, 8);
	f->then.size = get_int(r, 8);
	f->then.mtime_ns = (int64_t)get_int(r, 8);
	f->then.ctime_ns = (int64_t)get_int(r, 8);
	if (r->c.failed || f->path.len == 0 || f->path.len > WIRE_PATH_MOST ||
	    f->path.ptr[0] == '/' || strstr(f->path.ptr, "..") != NULL)
		r->c.failed = true;
}

static void
get_end(struct reader *r, struct input_record *e)
{
	e->kind = (enum input_kind)get_below(r, 1, INPUT_KIND_COUNT);
	e->compression = (enum input_compression)get_below(r, 1, COMPRESSION_COUNT);
	e->prefix = get_str(r);
	e->digest = get_digest(r);
	e->index_digest = get_digest(r);
	e->size = get_int(r, 8);
	e->expanded = get_int(r, 8);
	e->members = get_int(r, 8);
	e->blobs = get_int(r, 8);
	e->unreachable = get_int(r, 8);
	e->missing = get_int(r, 8);
	e->passes = get_int(r, 8);
	e->findings = get_findings(r, &e->finding_count);
}

static void
copy_text(char *out, size_t room, struct str s)
{
	snprintf(out, room, "%.*s", STR_ARG(s));
}

static void
get_refused(struct reader *r, struct err *e)
{
	memset(e, 0, sizeof(*e));
	e->reason = get_reason(r);
	e->sys = (int)get_below(r, 4, ERRNO_END);
	e->offset = get_int(r, 8);
	copy_text(e->file, sizeof(e->file), get_str(r));
	copy_text(e->blob, sizeof(e->blob), get_str(r));
	copy_text(e->pointer, sizeof(e->pointer), get_str(r));
	copy_text(e->text, sizeof(e->text), get_str(r));
	if (e->reason == REASON_NONE)
		r->c.failed = true;
}

/* --- frames --- */

int
wire_fill(struct wire_in *w, struct err *err)
{
	ssize_t n;

	if (w->taken > 0) {
		memmove(w->raw.ptr, w->raw.ptr + w->taken, w->raw.len - w->taken);
		w->raw.len -= w->taken;
		w->taken = 0;
	}
	while (w->raw.len < WIRE_FRAME_MOST + HEAD) {
		n = read(w->fd, w->block, BLOCK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return err_sys(err, REASON_RESOURCE_PROCESS, NULL, "pipe of a child");
		if (n == 0) {
			w->ended = true;
			return 0;
		}
		if (buf_add(&w->raw, bytes_of(w->block, (size_t)n)) != 0)
			return err_set(err, REASON_PARSER_PROTOCOL, NULL, "frame too long");
	}
	return 0;
}

static bool
decode(struct wire_message *out, struct bytes body, struct arena *mem)
{
	struct reader r = { cursor_of(body), mem };

	switch (out->tag) {
	case WIRE_PROGRESS:
		out->progress = get_int(&r, 8);
		break;
	case WIRE_NODE:
		get_node(&r, &out->node);
		break;
	case WIRE_EDGE:
		get_edge(&r, &out->edge);
		break;
	case WIRE_VERDICT:
		get_verdict(&r, &out->verdict);
		if (!r.c.failed && !verdict_consistent(&out->verdict))
			return false;
		break;
	case WIRE_END:
		get_end(&r, &out->end);
		break;
	case WIRE_REFUSED:
		get_refused(&r, &out->refused);
		break;
	case WIRE_FILE:
		get_file(&r, &out->file);
		break;
	}
	return !r.c.failed && cursor_left(&r.c) == 0;
}

/* Take one frame off `raw` into `message`: 1 if the message is whole, 0 if not, -1 nonsense. */
static int
take_frame(struct wire_in *w, enum wire_tag *tag)
{
	struct cursor c = cursor_of(bytes_from(buf_bytes(&w->raw), w->taken));
	uint64_t len = cursor_be(&c, 4);
	uint8_t kind = cursor_u8(&c), more = cursor_u8(&c);

	if (c.failed)
		return 0;
	if (len > WIRE_FRAME_MOST || more > 1 || kind < WIRE_PROGRESS || kind > WIRE_FILE)
		return -1;
	if (cursor_left(&c) < len)
		return 0;
	if (buf_add(&w->message, cursor_take(&c, (size_t)len)) != 0)
		return -1;
	w->taken += HEAD + (size_t)len;
	*tag = (enum wire_tag)kind;
	return more ? 2 : 1;
}

int
wire_take(struct wire_message *out, struct wire_in *w, struct arena *mem, struct err *err)
{
	enum wire_tag tag = WIRE_PROGRESS;
	int got;
	bool good;

	do {
		got = take_frame(w, &tag);
	} while (got == 2);
	if (got == 0)
		return 0;
	if (got < 0)
		return err_set(err, REASON_PARSER_PROTOCOL, NULL, "malformed frame");
	memset(out, 0, sizeof(*out));
	out->tag = tag;
	out->size = w->message.len;
	good = decode(out, buf_bytes(&w->message), mem);
	buf_reset(&w->message);
	if (!good)
		return err_set(err, REASON_PARSER_PROTOCOL, NULL, "malformed message %d", (int)tag);
	return 1;
}
