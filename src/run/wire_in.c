/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's side of the pipe: frames to records, nothing believed that does not fit its shape. */
#include "run/wire.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codec/text.h"

#define ABSENT UINT32_MAX
#define HEAD 6
#define BLOCK ((size_t)64 << 10)

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

/* --- records: whatever has a type here; what it may be is the shape's to say --- */

static void
get_word(struct reader *r, void *out, size_t n)
{
	unsigned word = (unsigned)get_int(r, n);

	memcpy(out, &word, sizeof(word));
}

static void
get_field(struct reader *r, const struct field *f, char *record)
{
	void *at = record + f->at;
	struct str text;
	unsigned index;

	switch (f->type) {
	case FIELD_WORD:
		get_word(r, at, 1);
		return;
	case FIELD_REASON:
		get_word(r, at, 2);
		return;
	case FIELD_BOOL:
		*(bool *)at = get_below(r, 1, 2) == 1;
		return;
	case FIELD_INT:
		get_word(r, at, 4);
		return;
	case FIELD_U64:
		*(uint64_t *)at = get_int(r, 8);
		return;
	case FIELD_INDEX:
		index = (unsigned)get_int(r, 4) - 1;
		memcpy(at, &index, sizeof(index));
		return;
	case FIELD_STR:
		*(struct str *)at = get_str(r);
		return;
	case FIELD_CHARS:
		text = get_str(r);
		snprintf(at, (size_t)f->most, "%.*s", STR_ARG(text));
		return;
	case FIELD_BYTES:
		*(struct bytes *)at = get_bytes(r);
		return;
	case FIELD_DIGEST:
		*(struct digest *)at = get_digest(r);
		return;
	case FIELD_WHEN:
		*(struct when *)at = get_when(r);
		return;
	case FIELD_DIGESTS:
		*(struct digest **)at = get_digests(r, (size_t *)(void *)(record + f->other));
		return;
	}
}

static void
get_fields(struct reader *r, const struct shape *shape, char *record)
{
	for (size_t i = 0; i < shape->count && !r->c.failed; i++)
		if ((shape->fields[i].flags & FIELD_DERIVED) == 0)
			get_field(r, &shape->fields[i], record);
}

static void
get_lists(struct reader *r, const struct shape *shape, char *record)
{
	for (size_t i = 0; i < shape->list_count; i++)
		*(size_t *)(void *)(record + shape->lists[i].count_at) =
		    get_count(r, shape_least(shape->lists[i].of));
	for (size_t i = 0; i < shape->list_count && !r->c.failed; i++) {
		const struct shape_list *l = &shape->lists[i];
		size_t n = *(size_t *)(void *)(record + l->count_at);
		char *items = n == 0 ? NULL : arena_array(r->mem, n, l->of->size);

		*(char **)(void *)(record + l->at) = items;
		for (size_t k = 0; k < n && !r->c.failed; k++)
			get_fields(r, l->of, items + k * l->of->size);
	}
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
	const struct wire_kind *kind = &wire_kinds[out->tag];
	char *record = (char *)out + kind->at;

	if (out->tag == WIRE_VERDICT)
		verdict_init(&out->verdict, mem, UINT64_MAX);
	get_fields(&r, kind->shape, record);
	get_lists(&r, kind->shape, record);
	return !r.c.failed && cursor_left(&r.c) == 0 && shape_fits(kind->shape, record, NULL);
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
