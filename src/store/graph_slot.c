/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes by digest, and notes on them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/graph_parts.h"

#define NOTES_MOST 100 /* of one reason, for one node */

static bool
is_slot(const void *build, uint32_t at, const void *text)
{
	const struct build *b = build;

	return str_equal(b->all.v[at]->node.digest_text, *(const struct str *)text);
}

static uint64_t
hash_of(const struct build *b, struct str text)
{
	return map_hash(&b->by_digest, str_bytes(text));
}

struct slot *
slot_find(const struct build *b, struct str digest_text)
{
	uint32_t at = map_find(
	    &b->by_digest, hash_of(b, digest_text), is_slot, b, &digest_text);

	return at == MAP_NONE ? NULL : b->all.v[at];
}

struct slot *
slot_new(struct build *b, struct str digest_text, const struct digest *digest)
{
	uint64_t most = b->limits->v[LIMIT_GRAPH_NODES];
	struct slot *s;

	if (b->all.n >= most) {
		err_set(b->err, REASON_LIMIT_GRAPH_NODES_HIT, b->at,
		    "more than %llu nodes", (unsigned long long)most);
		return NULL;
	}
	s = arena_alloc(b->mem, sizeof(*s));
	s->node.digest_text = digest_text;
	s->node.digest = *digest;
	s->node.state = NODE_ABSENT;
	s->node.class = CLASS_UNKNOWN;
	map_add(&b->by_digest, hash_of(b, digest_text), (uint32_t)b->all.n);
	VEC_PUSH(b->mem, &b->all, s);
	return s;
}

struct slot *
slot_get(struct build *b, const struct descriptor *d, enum found_by found, uint32_t depth)
{
	struct slot *s = slot_find(b, d->digest_text);

	if (s == NULL) {
		s = slot_new(b, d->digest_text, &d->digest);
		if (s == NULL)
			return NULL;
		s->first = d;
		s->depth = depth;
		s->node.media_type = d->media_type;
		s->node.size = d->size;
		s->node.found_by = found;
		if (d->digest.alg == DIGEST_NONE)
			slot_break(b, s, REASON_DIGEST_UNSUPPORTED,
			    "want sha256, sha384 or sha512");
	}
	if (found < s->node.found_by)
		s->node.found_by = found;
	if (s->node.platform.ptr == NULL)
		s->node.platform = d->platform;
	return s;
}

static int
by_digest(const void *a, const void *b)
{
	const struct slot *x = *(struct slot *const *)a, *y = *(struct slot *const *)b;
	int c = digest_cmp(&x->node.digest, &y->node.digest);

	return c != 0 ? c : str_cmp(x->node.digest_text, y->node.digest_text);
}

void
slots_sort(struct build *b)
{
	if (b->all.n > 1)
		qsort(b->all.v, b->all.n, sizeof(struct slot *), by_digest);
	map_clear(&b->by_digest);
	for (size_t i = 0; i < b->all.n; i++)
		map_add(&b->by_digest, hash_of(b, b->all.v[i]->node.digest_text), (uint32_t)i);
}

/* --- notes --- */

ATTR_PRINTF(2, 0)
static struct str
detail_of(struct build *b, const char *fmt, va_list args)
{
	char text[384];
	int n = vsnprintf(text, sizeof(text), fmt, args);
	size_t len = n < 0 ? 0 : (size_t)n;

	if (len >= sizeof(text)) {
		len = sizeof(text) - 1;
		/* The last character may have been cut in two: it goes. */
		while (len > 0 && ((uint8_t)text[len - 1] & 0xc0) == 0x80)
			len--;
		if (len > 0 && (uint8_t)text[len - 1] >= 0xc0)
			len--;
	}
	return arena_str(b->mem, (struct str){ text, len });
}

static bool
has_note(const struct slot *s, enum reason r, struct str detail)
{
	for (size_t i = 0; i < s->notes.n; i++)
		if (s->notes.v[i].reason == r && str_equal(s->notes.v[i].detail, detail))
			return true;
	return false;
}

/* Instead of one that is too much; once for each reason. */
static void
note_more(struct build *b, struct slot *s, enum reason r)
{
	char text[128];

	snprintf(text, sizeof(text), "more of %s on this manifest were left out",
	    reason_code(r));
	if (!has_note(s, REASON_LIMIT_FINDINGS_HIT, str_of(text)))
		VEC_PUSH(b->mem, &s->notes,
		    ((struct graph_note){
			REASON_LIMIT_FINDINGS_HIT, arena_str(b->mem, str_of(text)) }));
}

void
slot_note(struct build *b, struct slot *s, enum reason r, const char *fmt, ...)
{
	struct graph_note note = { r, STR_NONE };
	size_t alike = 0;
	va_list args;

	/* Counted by reason: many of no weight must not push out the one that blocks. */
	for (size_t i = 0; i < s->notes.n; i++)
		alike += s->notes.v[i].reason == r;
	if (alike >= NOTES_MOST - 1) {
		note_more(b, s, r);
		return;
	}
	va_start(args, fmt);
	note.detail = detail_of(b, fmt, args);
	va_end(args);
	if (!has_note(s, r, note.detail))
		VEC_PUSH(b->mem, &s->notes, note);
}

void
slot_break(struct build *b, struct slot *s, enum reason r, const char *fmt, ...)
{
	va_list args;

	/*
	 * The first problem stays: it is the one that kept the rest from being looked
	 * at.
	 */
	if (s->node.state == NODE_BROKEN)
		return;
	va_start(args, fmt);
	s->node.problem_detail = detail_of(b, fmt, args);
	va_end(args);
	s->node.state = NODE_BROKEN;
	s->node.problem = r;
}

void
build_note(struct build *b, enum reason r, const char *fmt, ...)
{
	struct graph_note note = { r, STR_NONE };
	va_list args;

	va_start(args, fmt);
	note.detail = detail_of(b, fmt, args);
	va_end(args);
	VEC_PUSH(b->mem, &b->notes, note);
}

struct slot **
slots_parents_first(struct build *b, size_t *count)
{
	struct slot **queue = arena_array(b->mem, b->all.n, sizeof(struct slot *));
	size_t n = 0;

	for (size_t i = 0; i < b->all.n; i++)
		b->all.v[i]->pending = 0;
	for (size_t i = 0; i < b->all.n; i++)
		for (size_t k = 0; k < b->all.v[i]->node.child_count; k++)
			slot_of(b->all.v[i]->node.children[k].node)->pending++;
	for (size_t i = 0; i < b->all.n; i++)
		if (b->all.v[i]->pending == 0)
			queue[n++] = b->all.v[i];
	for (size_t next = 0; next < n; next++) {
		struct slot *s = queue[next];

		for (size_t k = 0; k < s->node.child_count; k++) {
			struct slot *child = slot_of(s->node.children[k].node);

			if (--child->pending == 0)
				queue[n++] = child;
		}
	}
	*count = n;
	return queue;
}
