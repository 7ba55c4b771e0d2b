/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcbor is asked for one head at a time (cbor_stream_decode, which allocates nothing).
 * Traps of 0.8.0, all tried: cbor_load reserves memory by the declared count and keeps
 * duplicate labels; the stream decoder takes long heads and any octets as text, calls the
 * one-byte forms of tags 6 to 20 malformed, and its `required` wraps around for lengths
 * near 2^64. So only `status` and `read` are used, and short tags are taken here.
 */
#include "codec/cborin.h"

#include <cbor.h>
#include <inttypes.h>
#include <stdlib.h>

#include "codec/text.h"

static void
on_uint8(void *item, uint8_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_UINT, .value = v };
}

static void
on_uint16(void *item, uint16_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_UINT, .value = v };
}

static void
on_uint32(void *item, uint32_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_UINT, .value = v };
}

static void
on_uint64(void *item, uint64_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_UINT, .value = v };
}

static void
on_nint8(void *item, uint8_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_NINT, .value = v };
}

static void
on_nint16(void *item, uint16_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_NINT, .value = v };
}

static void
on_nint32(void *item, uint32_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_NINT, .value = v };
}

static void
on_nint64(void *item, uint64_t v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_NINT, .value = v };
}

static void
on_bytes(void *item, cbor_data data, size_t len)
{
	*(struct cborin_item *)item = (struct cborin_item){
		.kind = CBORIN_BYTES, .value = len, .content = { data, len }
	};
}

static void
on_text(void *item, cbor_data data, size_t len)
{
	*(struct cborin_item *)item = (struct cborin_item){
		.kind = CBORIN_TEXT, .value = len, .content = { data, len }
	};
}

static void
on_array(void *item, size_t n)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_ARRAY, .value = n };
}

static void
on_map(void *item, size_t n)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_MAP, .value = n };
}

static void
on_tag(void *item, uint64_t number)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_TAG, .value = number };
}

static void
on_float(void *item, float v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_FLOAT, .number = (double)v };
}

static void
on_double(void *item, double v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_FLOAT, .number = v };
}

static void
on_bool(void *item, bool v)
{
	*(struct cborin_item *)item =
	    (struct cborin_item){ .kind = CBORIN_BOOL, .value = v };
}

static void
on_null(void *item)
{
	*(struct cborin_item *)item = (struct cborin_item){ .kind = CBORIN_NULL };
}

static void
on_undefined(void *item)
{
	*(struct cborin_item *)item = (struct cborin_item){ .kind = CBORIN_UNDEFINED };
}

/*
 * Indefinite lengths never get here; if they did, the item stays CBORIN_END, which is
 * refused.
 */
static void
on_nothing(void *item)
{
	*(struct cborin_item *)item = (struct cborin_item){ .kind = CBORIN_END };
}

static const struct cbor_callbacks callbacks = {
	.uint8 = on_uint8,
	.uint16 = on_uint16,
	.uint32 = on_uint32,
	.uint64 = on_uint64,
	.negint8 = on_nint8,
	.negint16 = on_nint16,
	.negint32 = on_nint32,
	.negint64 = on_nint64,
	.byte_string_start = on_nothing,
	.byte_string = on_bytes,
	.string_start = on_nothing,
	.string = on_text,
	.indef_array_start = on_nothing,
	.array_start = on_array,
	.indef_map_start = on_nothing,
	.map_start = on_map,
	.tag = on_tag,
	.float2 = on_float,
	.float4 = on_float,
	.float8 = on_double,
	.undefined = on_undefined,
	.null = on_null,
	.boolean = on_bool,
	.indef_break = on_nothing,
};

/* Why a head was refused; the text is for the message. */
struct refusal {
	enum reason reason;
	const char *text;
};

/* RFC 8949 3: the three high bits are the major type, the five low ones the argument. */
#define MAJOR(octet) ((octet) >> 5)
#define ARGUMENT(octet) ((octet)&0x1f)

static size_t
shortest_head(uint64_t argument)
{
	if (argument < 24)
		return 1;
	if (argument <= UINT8_MAX)
		return 2;
	if (argument <= UINT16_MAX)
		return 3;
	return argument <= UINT32_MAX ? 5 : 9;
}

/* What can be said from the first octet alone. */
static struct refusal
refuse_first(uint8_t octet)
{
	uint8_t major = MAJOR(octet), argument = ARGUMENT(octet);

	if (argument >= 28 && argument <= 30)
		return (
		    struct refusal){ REASON_CBOR_SYNTAX, "reserved length of a head" };
	if (argument == 31 && major >= 2 && major <= 5)
		return (struct refusal){ REASON_CBOR_INDEFINITE,
			"item of indefinite length" };
	if (argument == 31)
		return (
		    struct refusal){ REASON_CBOR_SYNTAX, "break without an open item" };
	/*
	 * RFC 8949 3.3: 20 to 23 are false, true, null, undefined; 25 to 27 are floats.
	 */
	if (major == 7 && argument < 20)
		return (struct refusal){ REASON_CBOR_SYNTAX, "unassigned simple value" };
	if (major == 7 && argument == 24)
		return (
		    struct refusal){ REASON_CBOR_SYNTAX, "simple value in two octets" };
	return (struct refusal){ REASON_NONE, "" };
}

/* One head at `pos`, which moves behind it (and behind the content of a string). */
static struct refusal
read_head(struct cborin_item *item, struct bytes in, size_t *pos)
{
	struct cbor_decoder_result got;
	struct refusal no;
	size_t left = in.len - *pos, head;
	const uint8_t *p = in.ptr + *pos;

	*item = (struct cborin_item){ .kind = CBORIN_END };
	if (left == 0)
		return (
		    struct refusal){ REASON_CBOR_SYNTAX, "octets end inside an item" };
	no = refuse_first(p[0]);
	if (no.reason != REASON_NONE)
		return no;
	if (MAJOR(p[0]) == 6 && ARGUMENT(p[0]) < 24) {
		*item =
		    (struct cborin_item){ .kind = CBORIN_TAG, .value = ARGUMENT(p[0]) };
		got = (struct cbor_decoder_result){ .read = 1,
			.status = CBOR_DECODER_FINISHED };
	} else {
		got = cbor_stream_decode(p, left, &callbacks, item);
	}
	if (got.status == CBOR_DECODER_NEDATA)
		return (
		    struct refusal){ REASON_CBOR_SYNTAX, "octets end inside an item" };
	if (got.status != CBOR_DECODER_FINISHED || item->kind == CBORIN_END ||
	    got.read == 0 || got.read > left || item->content.len >= got.read)
		return (struct refusal){ REASON_CBOR_SYNTAX, "not well-formed" };
	head = got.read - item->content.len;
	if (MAJOR(p[0]) != 7 && head != shortest_head(item->value))
		return (struct refusal){ REASON_CBOR_NON_CANONICAL,
			"head is not in its shortest form" };
	item->raw = (struct bytes){ p, got.read };
	*pos += got.read;
	return (struct refusal){ REASON_NONE, "" };
}

/* --- the check of a whole document --- */

struct nesting {
	uint64_t left; /* items still to come: two for each pair of a map */
	bool map;
	size_t labels; /* where the labels of this map begin */
};

struct check {
	struct nesting level[CBORIN_DEPTH_MOST];
	size_t depth, depth_most;
	uint64_t items_left;
	struct bytes
	    *labels; /* encoded: with shortest heads equal labels are equal octets */
	size_t label_count, label_cap;
	enum cborin_tags tags;
	struct bytes in;
	uint64_t base;
	const struct where *at;
	struct err *err;
};

static void
check_clear_auto(struct check *k)
{
	free(k->labels);
}

static int
refuse(const struct check *k, size_t pos, enum reason reason, const char *text)
{
	struct where at = k->at == NULL ? (struct where){ .offset = 0 } : *k->at;

	at.offset = k->base + pos;
	return err_set(k->err, reason, &at, "%s", text);
}

static void
keep_label(struct check *k, struct bytes raw)
{
	if (k->label_count == k->label_cap) {
		k->label_cap = k->label_cap == 0 ? 32 : k->label_cap * 2;
		k->labels = xrealloc(k->labels, k->label_cap * sizeof(*k->labels));
	}
	k->labels[k->label_count++] = raw;
}

static int
check_label(struct check *k, const struct cborin_item *item, size_t pos)
{
	int64_t n;

	if (item->kind != CBORIN_TEXT && !cborin_int(&n, item))
		return refuse(k, pos, REASON_CBOR_LABEL,
		    "label of a map is neither text nor an integer of 63 bits");
	keep_label(k, item->raw);
	return 0;
}

/* Equal labels in the order of the document, so that the place of an error repeats. */
static int
by_content(const void *a, const void *b)
{
	const struct bytes *x = a, *y = b;
	int c = bytes_cmp(*x, *y);

	return c != 0 ? c : (x->ptr > y->ptr) - (x->ptr < y->ptr);
}

/* RFC 8949 5.6, RFC 9052 3: a map with a label twice has no meaning. */
static int
check_labels_differ(struct check *k, size_t first)
{
	size_t n = k->label_count - first;
	struct bytes *label;

	if (n < 2) {
		k->label_count = first;
		return 0;
	}
	label = k->labels + first;
	qsort(label, n, sizeof(*label), by_content);
	for (size_t i = 1; i < n; i++)
		if (bytes_equal(label[i - 1], label[i]))
			return refuse(k, (size_t)(label[i].ptr - k->in.ptr),
			    REASON_CBOR_DUPLICATE_KEY, "label stands twice in its map");
	k->label_count = first;
	return 0;
}

/* A container or tag opens a level of its own. Its count says nothing about memory. */
static int
open_level(struct check *k, const struct cborin_item *item, size_t pos, size_t after)
{
	uint64_t each = item->kind == CBORIN_MAP ? 2 : 1;
	uint64_t count = item->kind == CBORIN_TAG ? 1 : item->value;

	if (count > (k->in.len - after) / each)
		return refuse(
		    k, pos, REASON_CBOR_SYNTAX, "more items declared than octets left");
	if (count * each > k->items_left)
		return refuse(k, pos, REASON_LIMIT_CBOR_ITEMS_HIT,
		    "more items declared than the limit");
	if (k->depth == k->depth_most)
		return refuse(
		    k, pos, REASON_LIMIT_CBOR_DEPTH_HIT, "nested deeper than the limit");
	k->level[k->depth++] = (struct nesting){ .left = count * each,
		.map = item->kind == CBORIN_MAP,
		.labels = k->label_count };
	return 0;
}

static int
close_levels(struct check *k)
{
	while (k->depth > 0 && k->level[k->depth - 1].left == 0) {
		const struct nesting *top = &k->level[--k->depth];

		if (top->map && check_labels_differ(k, top->labels) != 0)
			return -1;
	}
	return 0;
}

static int
check_item(struct check *k, const struct cborin_item *item, size_t pos, size_t after)
{
	struct nesting *top = k->depth == 0 ? NULL : &k->level[k->depth - 1];
	struct str text;

	if (k->items_left-- == 0)
		return refuse(
		    k, pos, REASON_LIMIT_CBOR_ITEMS_HIT, "more items than the limit");
	if (item->kind == CBORIN_TAG && k->tags == CBORIN_TAGS_REFUSED)
		return refuse(k, pos, REASON_CBOR_TAG, "tag where none is allowed");
	if (item->kind == CBORIN_TEXT && !text_check(&text, item->content))
		return refuse(
		    k, pos, REASON_CBOR_TEXT, "text is not UTF-8, or holds NUL");
	if (top != NULL && top->map && top->left % 2 == 0 &&
	    check_label(k, item, pos) != 0)
		return -1;
	if (top != NULL)
		top->left--;
	if ((item->kind == CBORIN_ARRAY || item->kind == CBORIN_MAP ||
		item->kind == CBORIN_TAG) &&
	    open_level(k, item, pos, after) != 0)
		return -1;
	return close_levels(k);
}

static int
check_document(struct check *k)
{
	struct cborin_item item;
	struct refusal no;
	size_t pos = 0, before;

	do {
		before = pos;
		no = read_head(&item, k->in, &pos);
		if (no.reason != REASON_NONE)
			return refuse(k, before, no.reason, no.text);
		if (check_item(k, &item, before, pos) != 0)
			return -1;
	} while (k->depth > 0);
	if (pos != k->in.len)
		return refuse(k, pos, REASON_CBOR_TRAILING_DATA, "octets after the item");
	return 0;
}

int
cborin_open(struct cborin *c, struct bytes doc, uint64_t base, enum cborin_tags tags,
    const struct limits *limits, const struct where *at, struct err *err)
{
	AUTO(check_clear)
	struct check k = { .tags = tags, .in = doc, .base = base, .at = at, .err = err };
	uint64_t depth = limits->v[LIMIT_CBOR_DEPTH];

	k.depth_most = depth < CBORIN_DEPTH_MOST ? (size_t)depth : CBORIN_DEPTH_MOST;
	k.items_left = limits->v[LIMIT_CBOR_ITEMS];
	if (check_document(&k) != 0)
		return -1;
	*c = (struct cborin){ .in = doc, .pos = 0, .base = base };
	return 0;
}

/* --- pulling items from a document that was checked --- */

struct cborin_item
cborin_next(struct cborin *c)
{
	struct cborin_item item = { .kind = CBORIN_END };
	size_t before = c->pos;

	if (c->pos >= c->in.len || read_head(&item, c->in, &c->pos).reason != REASON_NONE)
		item = (struct cborin_item){ .kind = CBORIN_END };
	item.offset = c->base + before;
	return item;
}

static uint64_t
items_inside(const struct cborin_item *item)
{
	if (item->kind == CBORIN_TAG)
		return 1;
	if (item->kind == CBORIN_ARRAY)
		return item->value;
	return item->kind == CBORIN_MAP ? item->value * 2 : 0;
}

struct bytes
cborin_skip(struct cborin *c, const struct cborin_item *item)
{
	uint64_t left = items_inside(item);

	while (left > 0) {
		struct cborin_item inner = cborin_next(c);

		if (inner.kind == CBORIN_END)
			break;
		left += items_inside(&inner) - 1;
	}
	if (item->raw.ptr == NULL)
		return item->raw;
	return (
	    struct bytes){ item->raw.ptr, (size_t)(c->in.ptr + c->pos - item->raw.ptr) };
}

bool
cborin_int(int64_t *out, const struct cborin_item *item)
{
	if ((item->kind != CBORIN_UINT && item->kind != CBORIN_NINT) ||
	    item->value > INT64_MAX)
		return false;
	*out =
	    item->kind == CBORIN_UINT ? (int64_t)item->value : -1 - (int64_t)item->value;
	return true;
}

const char *
cborin_kind_name(enum cborin_kind kind)
{
	switch (kind) {
	case CBORIN_END:
		return "nothing";
	case CBORIN_UINT:
	case CBORIN_NINT:
		return "an integer";
	case CBORIN_BYTES:
		return "a byte string";
	case CBORIN_TEXT:
		return "text";
	case CBORIN_ARRAY:
		return "an array";
	case CBORIN_MAP:
		return "a map";
	case CBORIN_TAG:
		return "a tagged item";
	case CBORIN_FLOAT:
		return "a float";
	case CBORIN_BOOL:
		return "a boolean";
	case CBORIN_NULL:
		return "null";
	case CBORIN_UNDEFINED:
		return "undefined";
	}
	return "nothing";
}

static struct str
show_hex(struct arena *mem, struct bytes raw)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(mem, raw.len * 2 + 4);
	size_t n = 0;

	text[n++] = 'h';
	text[n++] = '\'';
	for (size_t i = 0; i < raw.len; i++) {
		text[n++] = digits[raw.ptr[i] >> 4];
		text[n++] = digits[raw.ptr[i] & 0xf];
	}
	text[n++] = '\'';
	return (struct str){ text, n };
}

struct str
cborin_show(struct arena *mem, const struct cborin_item *item, struct bytes raw)
{
	switch (item->kind) {
	case CBORIN_TEXT:
		return cborin_text(item);
	case CBORIN_UINT:
		return arena_printf(mem, "%" PRIu64, item->value);
	case CBORIN_NINT:
		if (item->value <= INT64_MAX)
			return arena_printf(mem, "%" PRId64, -1 - (int64_t)item->value);
		return show_hex(mem, raw);
	case CBORIN_BOOL:
		return item->value != 0 ? STR("true") : STR("false");
	case CBORIN_NULL:
		return STR("null");
	case CBORIN_UNDEFINED:
		return STR("undefined");
	case CBORIN_BYTES:
		return show_hex(mem, item->content);
	case CBORIN_FLOAT:
	case CBORIN_ARRAY:
	case CBORIN_MAP:
	case CBORIN_TAG:
	case CBORIN_END:
		return show_hex(mem, raw);
	}
	return show_hex(mem, raw);
}

const char *
cborin_library(void)
{
	return CBOR_VERSION;
}
