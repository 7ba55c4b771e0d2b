/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
/*
 * Memory of one artifact (or one input, or one run), freed at once.
 *
 * Nothing here returns NULL: without memory, or beyond the arena's byte limit, the process ends
 * with the resource status (memory_exhausted); the parent then records resource.memory for that
 * input. That is honest because no allocation is sized by input before a limit was checked.
 */
#include "base/defs.h"
#include "base/str.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *chunks;
	size_t used, limit;             /* bytes handed out; limit 0: none */
};

void arena_init(struct arena *a, size_t limit);
void arena_clear(struct arena *a);      /* frees all; the arena can be used again */
/* The same for an arena that is filled again at once: a chunk of moderate size is kept. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);                /* zeroed, aligned for any type */
void *arena_array(struct arena *a, size_t count, size_t size);  /* checked product */
struct bytes arena_bytes(struct arena *a, struct bytes b);      /* copy */
struct str arena_str(struct arena *a, struct str s);            /* copy, NUL after it; absent stays absent */
struct str arena_printf(struct arena *a, const char *fmt, ...) ATTR_PRINTF(2, 3);

void *xmalloc(size_t size);
void *xrealloc(void *p, size_t size);
char *xcopy_text(const char *text, size_t len); /* a NUL behind it; free it */
/* Ends the process with EXIT_RESOURCE_CHILD; never returns. */
ATTR_NORETURN void memory_exhausted(void);
#define EXIT_RESOURCE_CHILD 111

/*
 * A list in an arena: struct { T *v; size_t n, cap; }. Old storage stays in the arena, so
 * growth doubles. VEC_PUSH yields nothing; the new item is v[n - 1].
 */
#define VEC(type)                                                                         \
	struct {                                                                          \
		type *v;                                                                  \
		size_t n, cap;                                                            \
	}
#define VEC_PUSH(arena, vec, item)                                                        \
	do {                                                                              \
		if ((vec)->n == (vec)->cap)                                               \
			(vec)->v = arena_grow((arena), (vec)->v, (vec)->n, &(vec)->cap,   \
			    sizeof(*(vec)->v));                                           \
		(vec)->v[(vec)->n++] = (item);                                            \
	} while (0)
void *arena_grow(struct arena *a, const void *old, size_t n, size_t *cap, size_t size);

#endif
