/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CBOR reader. What it accepts has one encoding only, so writing the items again in
 * shortest form must give the same octets (floats are copied: their width is not the
 * reader's business).
 */
#include <stdlib.h>

#include "base/buf.h"
#include "codec/cborin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
put_head(struct buf *out, unsigned major, uint64_t n)
{
	size_t more = n < 24            ? 0
		      : n <= UINT8_MAX  ? 1
		      : n <= UINT16_MAX ? 2
		      : n <= UINT32_MAX ? 4
					: 8;
	unsigned info = more == 0   ? (unsigned)n
			: more == 1 ? 24
			: more == 2 ? 25
			: more == 4 ? 26
				    : 27;

	buf_u8(out, (uint8_t)(major << 5 | info));
	if (more > 0)
		buf_be(out, n, more);
}

static void
put_item(struct buf *out, const struct cborin_item *item)
{
	switch (item->kind) {
	case CBORIN_UINT:
		put_head(out, 0, item->value);
		break;
	case CBORIN_NINT:
		put_head(out, 1, item->value);
		break;
	case CBORIN_BYTES:
	case CBORIN_TEXT:
		put_head(out, item->kind == CBORIN_BYTES ? 2 : 3, item->content.len);
		buf_add(out, item->content);
		break;
	case CBORIN_ARRAY:
		put_head(out, 4, item->value);
		break;
	case CBORIN_MAP:
		put_head(out, 5, item->value);
		break;
	case CBORIN_TAG:
		put_head(out, 6, item->value);
		break;
	case CBORIN_FLOAT:
		buf_add(out, item->raw);
		break;
	case CBORIN_BOOL:
		buf_u8(out, item->value ? 0xf5 : 0xf4);
		break;
	case CBORIN_NULL:
		buf_u8(out, 0xf6);
		break;
	case CBORIN_UNDEFINED:
		buf_u8(out, 0xf7);
		break;
	case CBORIN_END:
		break;
	}
}

static void
demand(bool cond)
{
	if (!cond)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes doc = { data, size };
	AUTO(buf_clear) struct buf again = { .max = size + 1 };
	struct limits limits;
	struct err err = { .reason = REASON_NONE };
	struct cborin c, whole;
	struct cborin_item item;
	struct arena mem;

	limits_default(&limits);
	if (cborin_open(&c, doc, 0, CBORIN_TAGS_ALLOWED, &limits, NULL, &err) != 0) {
		demand(err.reason != REASON_NONE && err.offset <= size);
		return 0;
	}
	arena_init(&mem, 0);
	whole = c;
	item = cborin_next(&whole);
	demand(bytes_equal(cborin_skip(&whole, &item), doc));
	(void)cborin_show(&mem, &item, doc);
	while ((item = cborin_next(&c)).kind != CBORIN_END)
		put_item(&again, &item);
	demand(bytes_equal(buf_bytes(&again), doc));
	arena_clear(&mem);
	return 0;
}
