/* SPDX-License-Identifier: Apache-2.0 */
/* A growing buffer with a mandatory upper limit. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_clear(struct buf *b)
{
	if (b == NULL)
		return;
	free(b->ptr);
	*b = (struct buf){ .max = b->max };
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->full = false;
}

/* Room for `more` octets and a NUL behind them, or full. */
static int
buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (b->len > b->max || more > b->max - b->len || b->max == SIZE_MAX) {
		b->full = true;
		return -1;
	}
	need = b->len + more + 1;
	if (need <= b->cap)
		return 0;
	cap = b->cap < 128 ? 256 : b->cap;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	b->ptr = xrealloc(b->ptr, cap);
	b->cap = cap;
	return 0;
}

int
buf_add(struct buf *b, struct bytes data)
{
	if (data.len == 0)
		return 0;
	if (buf_reserve(b, data.len) != 0)
		return -1;
	memcpy(b->ptr + b->len, data.ptr, data.len);
	b->len += data.len;
	return 0;
}

int
buf_str(struct buf *b, struct str s)
{
	return buf_add(b, str_bytes(s));
}

int
buf_text(struct buf *b, const char *text)
{
	return buf_str(b, str_of(text));
}

int
buf_u8(struct buf *b, uint8_t v)
{
	if ((b->len >= b->max || b->len + 1 >= b->cap) && buf_reserve(b, 1) != 0)
		return -1;
	b->ptr[b->len++] = v;
	return 0;
}

int
buf_be(struct buf *b, uint64_t v, size_t n)
{
	uint8_t octets[8];

	assert(n <= sizeof(octets));
	for (size_t i = 0; i < n; i++)
		octets[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	return buf_add(b, bytes_of(octets, n));
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0 || buf_reserve(b, (size_t)n) != 0) {
		va_end(again);
		b->full = true;
		return -1;
	}
	vsnprintf((char *)b->ptr + b->len, (size_t)n + 1, fmt, again);
	va_end(again);
	b->len += (size_t)n;
	return 0;
}

const char *
buf_cstr(struct buf *b)
{
	/* Each reservation has room for the NUL; only an untouched buffer has no memory at all. */
	if (b->ptr == NULL)
		return "";
	b->ptr[b->len] = '\0';
	return (const char *)b->ptr;
}
