/* SPDX-License-Identifier: Apache-2.0 */
/* Names that an archive has used, so that none is used in two ways. */
#include "input/tarnames.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/defs.h"

/*
 * A slot is the hash of a name with its lowest bits replaced by the kind; 0: free. Two names
 * with one hash would be taken for one: that can only refuse an archive, never accept one.
 */
#define KIND UINT64_C(3)
#define FIRST ((size_t)256) /* slots */

void
tarnames_clear(struct tarnames *t)
{
	free(t->slots);
	*t = (struct tarnames){ 0 };
}

static uint64_t
hash_add(const struct tarnames *t, uint64_t h, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		h = (h ^ text.ptr[i]) * t->factor;
	return h ^ h >> 32;
}

static uint64_t *
slot_of(const struct tarnames *t, uint64_t name)
{
	for (uint64_t i = name >> 8;; i++) {
		uint64_t *slot = &t->slots[i & (t->cap - 1)];

		if (*slot == 0 || (*slot & ~KIND) == name)
			return slot;
	}
}

/* Names are chosen by whoever made the archive: they must not all meet in one slot. */
static void
begin(struct tarnames *t)
{
	uint64_t random[2];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memory_exhausted();
	t->seed = random[0];
	t->factor = random[1] | 1;
}

static void
make_room(struct tarnames *t)
{
	const struct tarnames old = *t;

	if (t->count * 2 < t->cap)
		return;
	t->cap = old.cap == 0 ? FIRST : old.cap * 2;
	t->slots = xmalloc(t->cap * sizeof(*t->slots));
	memset(t->slots, 0, t->cap * sizeof(*t->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i] != 0)
			*slot_of(t, old.slots[i] & ~KIND) = old.slots[i];
	free(old.slots);
}

static int
refuse(const struct member_path *p, struct bytes name, const char *text, struct err *err)
{
	struct where at = { .pointer = { (const char *)p->text.ptr, p->text.len } };

	return err_set(err, REASON_TAR_AMBIGUOUS, &at, "%.*s %s", (int)name.len,
	    (const char *)name.ptr, text);
}

/* Is `name`, a part of p's path or all of it, of this kind and no other? */
static int
claim(struct tarnames *t, const struct member_path *p, struct bytes name, uint64_t hash,
    enum tarnames_kind kind, struct err *err)
{
	uint64_t *slot;

	make_room(t);
	slot = slot_of(t, hash & ~KIND);
	if (*slot == 0) {
		*slot = (hash & ~KIND) | kind;
		t->count++;
		return 0;
	}
	if ((*slot & KIND) != kind)
		return refuse(p, name, "is two things in this archive", err);
	/* Another file of the same name takes its place everywhere. */
	return kind == TARNAMES_OTHER ? refuse(p, name, "stands twice, as a link", err)
				      : 0;
}

static bool
equal_folded(struct bytes part, const char *name)
{
	if (part.len != strlen(name))
		return false;
	for (size_t i = 0; i < part.len; i++) {
		uint8_t c = part.ptr[i];

		if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != (uint8_t)name[i])
			return false;
	}
	return true;
}

/* On file systems that do not tell letters by their case, such a name is the layout's own. */
static bool
is_alias(const struct member_path *p)
{
	static const char *const names[] = { "blobs", "index.json", "oci-layout",
		"manifest.json" };

	for (size_t d = 0; d <= MEMBER_WRAPS && d < p->count; d++)
		for (size_t i = 0; i < COUNT(names); i++)
			if ((i == 0 || d + 1 == p->count) &&
			    equal_folded(p->part[d], names[i]) &&
			    !member_part_is(p, d, names[i]))
				return true;
	return false;
}

int
tarnames_add(struct tarnames *t, const struct member_path *p, enum tarnames_kind kind,
    struct err *err)
{
	uint64_t hash;
	const uint8_t *at = p->text.ptr, *end = at + p->text.len, *slash;
	struct bytes whole = p->text;

	if (p->count == 0)
		return 0;
	if (is_alias(p))
		return refuse(p, p->text,
		    "differs from a file of the layout in the case of letters alone", err);
	if (t->cap == 0)
		begin(t);
	hash = t->seed;
	while ((slash = memchr(at, '/', (size_t)(end - at))) != NULL) {
		hash = hash_add(t, hash, bytes_of(at, (size_t)(slash - at)));
		whole.len = (size_t)(slash - p->text.ptr);
		if (claim(t, p, whole, hash, TARNAMES_FOLDER, err) != 0)
			return -1;
		hash = hash_add(t, hash, BYTES_LIT("/"));
		at = slash + 1;
	}
	hash = hash_add(t, hash, bytes_of(at, (size_t)(end - at)));
	return claim(t, p, p->text, hash, kind, err);
}
