/* SPDX-License-Identifier: Apache-2.0 */
/* The child's side of the pipe: plain values to frames. wire_in.c reads them, field by field in the same order. */
#include "run/wire.h"

#include <errno.h>
#include <unistd.h>

#define ABSENT UINT32_MAX       /* length of a text that is not there */
#define PENDING_MOST ((size_t)128 << 10)

void
wire_out_init(struct wire_out *w, int fd)
{
	*w = (struct wire_out){ .fd = fd };
	buf_init(&w->body, WIRE_MESSAGE_MOST);
	buf_init(&w->pending, WIRE_MESSAGE_MOST + PENDING_MOST);
}

void
wire_out_clear(struct wire_out *w)
{
	buf_clear(&w->body);
	buf_clear(&w->pending);
}

static bool
write_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.ptr, data.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data.ptr += n;
		data.len -= (size_t)n;
	}
	return true;
}

int
wire_flush(struct wire_out *w)
{
	if (w->failed || w->pending.full || !write_all(w->fd, buf_bytes(&w->pending))) {
		w->failed = true;
		return -1;
	}
	buf_reset(&w->pending);
	return 0;
}

/* The body in as many frames as it needs. */
static int
send_body(struct wire_out *w, enum wire_tag tag)
{
	struct bytes body = buf_bytes(&w->body);
	size_t pos = 0;

	if (w->body.full || w->failed)
		return -1;
	do {
		size_t n = body.len - pos < WIRE_FRAME_MOST ? body.len - pos : WIRE_FRAME_MOST;
		uint8_t head[6] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
			(uint8_t)n, (uint8_t)tag, pos + n < body.len };

		buf_add(&w->pending, bytes_of(head, sizeof(head)));
		buf_add(&w->pending, bytes_of(body.ptr + pos, n));
		pos += n;
	} while (pos < body.len);
	return w->pending.len < PENDING_MOST ? 0 : wire_flush(w);
}

static void
put_int(struct wire_out *w, uint64_t v, size_t n)
{
	buf_be(&w->body, v, n);
}

static void
put_bytes(struct wire_out *w, struct bytes b)
{
	put_int(w, b.ptr == NULL ? ABSENT : b.len, 4);
	if (b.ptr != NULL)
		buf_add(&w->body, b);
}

static void
put_str(struct wire_out *w, struct str s)
{
	put_bytes(w, str_bytes(s));
}

static void
put_digest(struct wire_out *w, const struct digest *d)
{
	put_int(w, d->alg, 1);
	buf_add(&w->body, digest_value(d));
}

static void
put_when(struct wire_out *w, struct when t)
{
	put_int(w, (uint64_t)t.sec, 8);
	put_int(w, t.usec, 4);
}

static void
put_digests(struct wire_out *w, const struct digest *list, size_t count)
{
	put_int(w, count, 4);
	for (size_t i = 0; i < count; i++)
		put_digest(w, &list[i]);
}

static void
put_step(struct wire_out *w, const struct step *s)
{
	put_int(w, s->name, 1);
	put_int(w, s->action, 1);
	put_int(w, s->outcome, 1);
	put_int(w, s->reason, 2);
	put_str(w, s->detail);
	put_str(w, s->data);
	put_int(w, (uint32_t)(s->signature + 1), 4);
}

static void
put_finding(struct wire_out *w, const struct finding *f)
{
	put_int(w, f->reason, 2);
	put_int(w, f->blocking, 1);
	put_str(w, f->message);
	put_int(w, (uint32_t)(f->step + 1), 4);
	put_int(w, (uint32_t)(f->signature + 1), 4);
}

static void
put_signature(struct wire_out *w, const struct signature_record *s)
{
	put_str(w, s->manifest_digest);
	put_digest(w, &s->envelope_digest);
	put_bytes(w, s->envelope);
	put_str(w, s->envelope_type);
	put_int(w, s->format, 1);
	put_str(w, s->scheme);
	put_str(w, s->algorithm);
	put_str(w, s->signed_digest);
	put_int(w, s->has_signing_time, 1);
	put_int(w, s->has_expiry, 1);
	put_int(w, s->has_timestamp, 1);
	put_when(w, s->signing_time);
	put_when(w, s->expiry);
	put_when(w, s->timestamp);
	put_int(w, s->timestamp_accuracy_us, 8);
	put_bytes(w, s->token);
	put_str(w, s->trust_store);
	put_digest(w, &s->anchor);
	put_digests(w, s->chain, s->chain_count);
	put_digests(w, s->tsa_chain, s->tsa_count);
	put_int(w, s->state, 1);
	put_str(w, s->agent);
}

int
wire_verdict(struct wire_out *w, const struct verdict *v)
{
	buf_reset(&w->body);
	put_str(w, v->digest);
	put_str(w, v->media_type);
	put_str(w, v->artifact_type);
	put_str(w, v->platform);
	put_int(w, v->class, 1);
	put_int(w, v->size, 8);
	put_str(w, v->statement);
	put_int(w, v->level, 1);
	put_int(w, v->state, 1);
	put_int(w, v->reason, 2);
	put_int(w, v->steps.n, 4);
	put_int(w, v->signatures.n, 4);
	for (size_t i = 0; i < v->steps.n; i++)
		put_step(w, &v->steps.v[i]);
	for (size_t i = 0; i < v->signatures.n; i++)
		put_signature(w, &v->signatures.v[i]);
	put_int(w, v->findings.n, 4);
	for (size_t i = 0; i < v->findings.n; i++)
		put_finding(w, &v->findings.v[i]);
	put_int(w, v->certs.n, 4);
	for (size_t i = 0; i < v->certs.n; i++)
		put_bytes(w, v->certs.v[i].der);
	put_int(w, v->findings_dropped, 8);
	put_int(w, v->duration_us, 8);
	return send_body(w, WIRE_VERDICT);
}

int
wire_node(struct wire_out *w, const struct node_record *n)
{
	buf_reset(&w->body);
	put_str(w, n->digest);
	put_str(w, n->media_type);
	put_str(w, n->artifact_type);
	put_str(w, n->platform);
	put_int(w, n->size, 8);
	put_int(w, n->class, 1);
	put_int(w, n->state, 1);
	put_int(w, n->found_by, 1);
	put_int(w, n->role, 1);
	put_int(w, n->problem, 2);
	put_str(w, n->problem_detail);
	put_int(w, n->is_root, 1);
	put_int(w, n->judged, 1);
	put_int(w, n->name_count, 4);
	for (size_t i = 0; i < n->name_count; i++) {
		put_str(w, n->names[i].text);
		put_int(w, n->names[i].source, 1);
		put_int(w, n->names[i].use, 1);
		put_str(w, n->names[i].scope);
	}
	put_int(w, n->note_count, 4);
	for (size_t i = 0; i < n->note_count; i++)
		put_finding(w, &n->notes[i]);
	return send_body(w, WIRE_NODE);
}

int
wire_edge(struct wire_out *w, const struct edge_record *e)
{
	buf_reset(&w->body);
	put_str(w, e->parent);
	put_str(w, e->child);
	put_int(w, e->kind, 1);
	put_int(w, e->position, 8);
	return send_body(w, WIRE_EDGE);
}

int
wire_file(struct wire_out *w, const struct file_record *f)
{
	buf_reset(&w->body);
	put_str(w, f->path);
	put_int(w, f->then.dev, 8);
	put_int(w, f->then.ino, 8);
	put_int(w, f->then.size, 8);
	put_int(w, (uint64_t)f->then.mtime_ns, 8);
	put_int(w, (uint64_t)f->then.ctime_ns, 8);
	return send_body(w, WIRE_FILE);
}

int
wire_end(struct wire_out *w, const struct input_record *r)
{
	buf_reset(&w->body);
	put_int(w, r->kind, 1);
	put_int(w, r->compression, 1);
	put_str(w, r->prefix);
	put_digest(w, &r->digest);
	put_digest(w, &r->index_digest);
	put_int(w, r->size, 8);
	put_int(w, r->expanded, 8);
	put_int(w, r->members, 8);
	put_int(w, r->blobs, 8);
	put_int(w, r->unreachable, 8);
	put_int(w, r->missing, 8);
	put_int(w, r->passes, 8);
	put_int(w, r->finding_count, 4);
	for (size_t i = 0; i < r->finding_count; i++)
		put_finding(w, &r->findings[i]);
	return send_body(w, WIRE_END);
}

int
wire_refused(struct wire_out *w, const struct err *why)
{
	buf_reset(&w->body);
	put_int(w, why->reason, 2);
	put_int(w, (uint32_t)why->sys, 4);
	put_int(w, why->offset, 8);
	put_str(w, str_of(why->file));
	put_str(w, str_of(why->blob));
	put_str(w, str_of(why->pointer));
	put_str(w, str_of(why->text));
	return send_body(w, WIRE_REFUSED);
}

int
wire_progress(struct wire_out *w, uint64_t done)
{
	buf_reset(&w->body);
	put_int(w, done, 8);
	return send_body(w, WIRE_PROGRESS) == 0 ? wire_flush(w) : -1;
}
