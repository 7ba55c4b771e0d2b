/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one artifact, freed at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, cap;
	alignas(max_align_t) uint8_t data[];
};

enum { CHUNK_FIRST = 4096, CHUNK_MOST = 1 << 18 };

void
memory_exhausted(void)
{
	static const char text[] = "assay: out of memory\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)n;
	/* Not exit(): handlers may allocate, and buffers of the parent must not be written twice. */
	_exit(EXIT_RESOURCE_CHILD);
}

void *
xmalloc(size_t size)
{
	void *p = malloc(size == 0 ? 1 : size);

	if (p == NULL)
		memory_exhausted();
	return p;
}

void *
xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size == 0 ? 1 : size);

	if (p == NULL)
		memory_exhausted();
	return p;
}

char *
xcopy_text(const char *text, size_t len)
{
	char *p = xmalloc(len + 1);

	memcpy(p, text, len);
	p[len] = '\0';
	return p;
}

void
arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena){ .limit = limit };
}

void
arena_clear(struct arena *a)
{
	struct arena_chunk *next;

	if (a == NULL)
		return;
	for (struct arena_chunk *c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	a->chunks = NULL;
	a->used = 0;
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *keep = a->chunks;

#if SANITIZED
	keep = NULL;    /* so that the sanitizer sees views that outlive their artifact */
#endif
	if (keep == NULL || keep->cap > CHUNK_MOST) {
		arena_clear(a);
		return;
	}
	a->chunks = keep->next;
	arena_clear(a);
	keep->next = NULL;
	keep->used = 0;
	a->chunks = keep;
}

/* A chunk with room for `size`; the first in the list is the one that small requests fill. */
static struct arena_chunk *
chunk_add(struct arena *a, size_t size)
{
	size_t cap = CHUNK_FIRST - sizeof(struct arena_chunk), total;
	struct arena_chunk *c;

	if (a->chunks != NULL && a->chunks->cap < CHUNK_MOST)
		cap = a->chunks->cap * 2;
	else if (a->chunks != NULL)
		cap = CHUNK_MOST;
	if (cap < size)
		cap = size;
	if (__builtin_add_overflow(cap, sizeof(*c), &total))
		memory_exhausted();
	c = xmalloc(total);
	*c = (struct arena_chunk){ .next = a->chunks, .cap = cap };
	if (a->chunks != NULL && size > CHUNK_MOST / 4) {
		/* A large one goes behind the first, whose room is still of use. */
		c->next = a->chunks->next;
		a->chunks->next = c;
	} else {
		a->chunks = c;
	}
	return c;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_chunk *c = a->chunks;
	size_t need;
	void *p;

	if (__builtin_add_overflow(size == 0 ? 1 : size, align - 1, &need))
		memory_exhausted();
	need -= need % align;
	if (__builtin_add_overflow(a->used, need, &a->used) ||
	    (a->limit != 0 && a->used > a->limit))
		memory_exhausted();
	if (c == NULL || c->cap - c->used < need)
		c = chunk_add(a, need);
	p = c->data + c->used;
	c->used += need;
	return memset(p, 0, need);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		memory_exhausted();
	return arena_alloc(a, total);
}

struct bytes
arena_bytes(struct arena *a, struct bytes b)
{
	uint8_t *p;

	if (b.ptr == NULL)
		return b;
	p = arena_alloc(a, b.len);
	if (b.len != 0)
		memcpy(p, b.ptr, b.len);
	return (struct bytes){ p, b.len };
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *p;

	if (s.ptr == NULL)
		return s;
	if (s.len == SIZE_MAX)
		memory_exhausted();
	p = arena_alloc(a, s.len + 1);
	if (s.len != 0)
		memcpy(p, s.ptr, s.len);
	return (struct str){ p, s.len };
}

struct str
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args, again;
	char *p;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		memory_exhausted();
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

void *
arena_grow(struct arena *a, const void *old, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 8 : *cap * 2;
	void *p;

	if (more < *cap)
		memory_exhausted();
	p = arena_array(a, more, size);
	if (n != 0)
		memcpy(p, old, n * size);
	*cap = more;
	return p;
}
