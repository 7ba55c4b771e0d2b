/* SPDX-License-Identifier: Apache-2.0 */
/* One name, one thing: the names of an archive's members against each other. */
#include "input/tarnames.h"

#include <stdlib.h>

#include "base/defs.h"

/*
 * A name is the hash of its last part and of the name above it, with its lowest bits replaced by
 * the kind. Two names with one hash would be taken for one: that can only refuse an archive, never
 * accept one.
 */
#define KIND UINT64_C(3)

void
tarnames_clear(struct tarnames *t)
{
	map_clear(&t->places);
	free(t->names);
	*t = (struct tarnames){ 0 };
}

static uint64_t
name_of(const struct tarnames *t, uint64_t above, struct bytes part)
{
	const struct bytes parts[] = { bytes_of(&above, sizeof(above)), part };

	return map_hash_parts(&t->places, parts, COUNT(parts)) & ~KIND;
}

static bool
is_name(const void *names, uint32_t at, const void *name)
{
	return (((const struct tarnames *)names)->names[at] & ~KIND) == *(const uint64_t *)name;
}

static void
keep(struct tarnames *t, uint64_t name, enum tarnames_kind kind)
{
	if (t->count == t->cap) {
		t->cap = t->cap == 0 ? 128 : t->cap * 2;
		t->names = xrealloc(t->names, t->cap * sizeof(*t->names));
	}
	map_add(&t->places, name, (uint32_t)t->count);
	t->names[t->count++] = name | kind;
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
	uint32_t at = map_find(&t->places, hash, is_name, t, &hash);

	if (at == MAP_NONE) {
		keep(t, hash, kind);
		return 0;
	}
	if ((t->names[at] & KIND) != kind)
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
	uint64_t hash = 0;
	const uint8_t *at = p->text.ptr, *end = at + p->text.len, *slash;
	struct bytes whole = p->text;

	if (p->count == 0)
		return 0;
	if (is_alias(p))
		return refuse(p, p->text,
		    "differs from a file of the layout in the case of letters alone", err);
	if (t->cap == 0)
		map_init(&t->places, NULL);
	while ((slash = memchr(at, '/', (size_t)(end - at))) != NULL) {
		hash = name_of(t, hash, bytes_of(at, (size_t)(slash - at)));
		whole.len = (size_t)(slash - p->text.ptr);
		if (claim(t, p, whole, hash, TARNAMES_FOLDER, err) != 0)
			return -1;
		at = slash + 1;
	}
	hash = name_of(t, hash, bytes_of(at, (size_t)(end - at)));
	return claim(t, p, p->text, hash, kind, err);
}
