/* SPDX-License-Identifier: Apache-2.0 */
/* The child's side of the pipe: records to frames, field by field as their shapes say. */
#include "run/wire.h"

#include <errno.h>
#include <stddef.h>
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

/* --- what goes over --- */

/* The path is used below a folder, as C text: whatever leads out of it is nonsense. */
static bool
file_sound(const void *record)
{
	struct str path = ((const struct file_record *)record)->path;

	return path.len > 0 && path.ptr[0] != '/' && strstr(path.ptr, "..") == NULL;
}

#define U64_OF(R, M)                                                                     \
	{                                                                                \
		.name = #M, .type = FIELD_U64, .at = offsetof(struct R, M)               \
	}
#define CHARS_OF(M)                                                                      \
	{                                                                                \
		.name = #M, .type = FIELD_CHARS, .at = offsetof(struct err, M),          \
		.most = sizeof(((struct err *)NULL)->M)                                  \
	}
static const struct field file_fields[] = {
	{ .name = "path",
	    .type = FIELD_STR,
	    .flags = FIELD_NEEDED,
	    .at = offsetof(struct file_record, path),
	    .most = WIRE_PATH_MOST },
	U64_OF(file_record, then.dev),
	U64_OF(file_record, then.ino),
	U64_OF(file_record, then.size),
	U64_OF(file_record, then.mtime_ns),
	U64_OF(file_record, then.ctime_ns),
};
static const struct shape shape_file = { .name = "file",
	.size = sizeof(struct file_record),
	.fields = file_fields,
	.count = COUNT(file_fields),
	.sound = file_sound };

#define ERRNO_MOST 4095 /* no kernel has more */
static const struct field refused_fields[] = {
	{ .name = "reason",
	    .type = FIELD_REASON,
	    .flags = FIELD_NEEDED,
	    .at = offsetof(struct err, reason) },
	{ .name = "sys", .type = FIELD_INT, .at = offsetof(struct err, sys), .most = ERRNO_MOST },
	U64_OF(err, offset),
	CHARS_OF(file),
	CHARS_OF(blob),
	CHARS_OF(pointer),
	CHARS_OF(text),
};
static const struct shape shape_refused = { .name = "refused",
	.size = sizeof(struct err),
	.fields = refused_fields,
	.count = COUNT(refused_fields) };

static const struct field progress_fields[] = { { .name = "octets", .type = FIELD_U64 } };
static const struct shape shape_progress = { .name = "progress",
	.size = sizeof(uint64_t),
	.fields = progress_fields,
	.count = COUNT(progress_fields) };

const struct wire_kind wire_kinds[WIRE_FILE + 1] = {
	[WIRE_PROGRESS] = { &shape_progress, offsetof(struct wire_message, progress) },
	[WIRE_NODE] = { &shape_node, offsetof(struct wire_message, node) },
	[WIRE_EDGE] = { &shape_edge, offsetof(struct wire_message, edge) },
	[WIRE_VERDICT] = { &shape_verdict, offsetof(struct wire_message, verdict) },
	[WIRE_END] = { &shape_input, offsetof(struct wire_message, end) },
	[WIRE_REFUSED] = { &shape_refused, offsetof(struct wire_message, refused) },
	[WIRE_FILE] = { &shape_file, offsetof(struct wire_message, file) },
};

/* --- fields --- */

/* Enums and counts of this program are of this size. */
_Static_assert(sizeof(enum reason) == sizeof(unsigned) && sizeof(enum state) == sizeof(unsigned),
    "enums are as wide as unsigned");

static unsigned
word_at(const void *at)
{
	unsigned word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static void
put_field(struct wire_out *w, const struct field *f, const char *record)
{
	const void *at = record + f->at;

	switch (f->type) {
	case FIELD_WORD:
		put_int(w, word_at(at), 1);
		return;
	case FIELD_REASON:
		put_int(w, word_at(at), 2);
		return;
	case FIELD_BOOL:
		put_int(w, *(const bool *)at, 1);
		return;
	case FIELD_INT:
		put_int(w, word_at(at), 4);
		return;
	case FIELD_U64:
		put_int(w, *(const uint64_t *)at, 8);
		return;
	case FIELD_INDEX:
		put_int(w, word_at(at) + 1, 4);
		return;
	case FIELD_STR:
		put_str(w, *(const struct str *)at);
		return;
	case FIELD_CHARS:
		put_str(w, str_of(at));
		return;
	case FIELD_BYTES:
		put_bytes(w, *(const struct bytes *)at);
		return;
	case FIELD_DIGEST:
		put_digest(w, at);
		return;
	case FIELD_WHEN:
		put_when(w, *(const struct when *)at);
		return;
	case FIELD_DIGESTS:
		put_digests(w, *(const struct digest *const *)at,
		    *(const size_t *)(const void *)(record + f->other));
		return;
	}
}

static void
put_fields(struct wire_out *w, const struct shape *shape, const char *record)
{
	for (size_t i = 0; i < shape->count; i++)
		if ((shape->fields[i].flags & FIELD_DERIVED) == 0)
			put_field(w, &shape->fields[i], record);
}

static size_t
count_at(const char *record, const struct shape_list *l)
{
	return *(const size_t *)(const void *)(record + l->count_at);
}

/* Its fields, how long each of its lists is, and then these. */
static int
send(struct wire_out *w, enum wire_tag tag, const void *what)
{
	const struct shape *shape = wire_kinds[tag].shape;
	const char *record = what;

	buf_reset(&w->body);
	put_fields(w, shape, record);
	for (size_t i = 0; i < shape->list_count; i++)
		put_int(w, count_at(record, &shape->lists[i]), 4);
	for (size_t i = 0; i < shape->list_count; i++) {
		const struct shape_list *l = &shape->lists[i];
		const char *items = *(const char *const *)(const void *)(record + l->at);

		for (size_t k = 0; k < count_at(record, l); k++)
			put_fields(w, l->of, items + k * l->of->size);
	}
	return send_body(w, tag);
}

int
wire_verdict(struct wire_out *w, const struct verdict *v)
{
	return send(w, WIRE_VERDICT, v);
}

int
wire_node(struct wire_out *w, const struct node_record *n)
{
	return send(w, WIRE_NODE, n);
}

int
wire_edge(struct wire_out *w, const struct edge_record *e)
{
	return send(w, WIRE_EDGE, e);
}

int
wire_file(struct wire_out *w, const struct file_record *f)
{
	return send(w, WIRE_FILE, f);
}

int
wire_end(struct wire_out *w, const struct input_record *r)
{
	return send(w, WIRE_END, r);
}

int
wire_refused(struct wire_out *w, const struct err *why)
{
	return send(w, WIRE_REFUSED, why);
}

int
wire_progress(struct wire_out *w, uint64_t done)
{
	return send(w, WIRE_PROGRESS, &done) == 0 ? wire_flush(w) : -1;
}
