/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the entries of index.json. A name is what the exporter says, no more; a name
 * given by the user overrules them all.
 */
#include <stdlib.h>

#include "oci/reference.h"
#include "store/graph_parts.h"

#define NAME_MOST 512 /* longer ones are told of, not kept */
#define OWN_NAMES_MOST 4096 /* of one entry */
#define PART_NAMES_MOST 256 /* repositories of the indexes that contain one node */
#define SOURCE_PREFIX "containerd.io/distribution.source."

struct names { /* of one entry, best source first */
	struct node_name v[16];
	struct str tag[16]; /* absent: none */
	size_t n;
	struct str plain_tag; /* ref.name that is a tag */
};

static bool
printable(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return s.len > 0;
}

static void
add(struct names *n, struct str text, struct str scope, struct str tag,
    enum name_source source)
{
	if (n->n == COUNT(n->v))
		return;
	n->tag[n->n] = tag;
	n->v[n->n++] = (struct node_name){ text, scope, source };
}

/* A name from the export that should be a full reference. */
static void
add_full(struct names *n, struct build *b, struct slot *s, struct str text,
    enum name_source source)
{
	struct reference r;
	struct err why;

	if (reference_parse(&r, b->mem, text, &why) == 0) {
		add(n, arena_str(b->mem, text), reference_scope(b->mem, &r), r.tag,
		    source);
		return;
	}
	slot_note(
	    b, s, REASON_REFERENCE_INVALID, "%s: %s", name_source_name(source), why.text);
	if (printable(text) && text.len <= NAME_MOST)
		add(n, arena_str(b->mem, text), STR_NONE, STR_NONE, source);
}

/*
 * image-spec annotations.md: org.opencontainers.image.ref.name may be nearly anything;
 * what it usually is, is a tag.
 */
static void
add_ref_name(struct names *n, struct build *b, struct slot *s, const struct descriptor *d)
{
	struct str text = descriptor_annotation(d, "org.opencontainers.image.ref.name");

	if (text.ptr == NULL)
		return;
	if (reference_is_full(text)) {
		add_full(n, b, s, text, NAME_REF);
		return;
	}
	if (reference_tag_valid(text)) {
		n->plain_tag = arena_str(b->mem, text);
		add(n, n->plain_tag, STR_NONE, n->plain_tag, NAME_REF);
		return;
	}
	if (!printable(text) || text.len > 128)
		slot_note(b, s, REASON_REFERENCE_INVALID,
		    "ref.name: empty, longer than 128 octets, or with control characters");
	if (printable(text) && text.len <= NAME_MOST)
		add(n, arena_str(b->mem, text), STR_NONE, STR_NONE, NAME_REF);
}

/* containerd writes where content was fetched from: "team/web,team/site" for a host. */
static void
add_sources(struct names *n, struct build *b, struct slot *s, const struct descriptor *d)
{
	const struct str prefix = STR(SOURCE_PREFIX);

	for (size_t i = 0; i < d->annotation_count; i++) {
		struct str host = d->annotations[i].key, list = d->annotations[i].value;

		if (!str_starts(host, prefix))
			continue;
		host = str_from(host, prefix.len);
		while (list.len > 0 && n->n < COUNT(n->v)) {
			size_t comma = str_find(list, ',');
			struct str name = arena_printf(b->mem, "%.*s/%.*s", STR_ARG(host),
			    STR_ARG(str_upto(list, comma)));

			if (reference_scope_valid(name) && reference_is_full(name))
				add_full(n, b, s, name, NAME_DISTRIBUTION);
			list = str_from(list, comma + 1);
		}
	}
}

/* --- what the entry claims to be --- */

/* The digest that a tag or kind tells is what the entry belongs to. */
static void
mark(struct build *b, struct slot *s, struct str alg, struct str hex)
{
	if (hex.len > 0)
		s->mark = arena_printf(b->mem, "%.*s:%.*s", STR_ARG(alg), STR_ARG(hex));
}

static unsigned
claims_of(struct build *b, struct slot *s, const struct descriptor *d, struct str tag)
{
	struct str kind = descriptor_annotation(d, "kind"), alg, hex, suffix;

	if (str_starts(kind, STR("dev.cosignproject.cosign/")) ||
	    str_starts(kind, STR("dev.hauler/"))) {
		/* Hauler appends the digest of what they belong to, where that is a part. */
		static const char *const words[] = { "sigs", "atts", "sboms", "referrers" };
		struct str word = str_from(kind, str_find(kind, '/') + 1);

		word = str_upto(word, str_find(word, '/'));
		for (size_t i = 0; i < COUNT(words); i++)
			if (str_is(word, words[i])) {
				hex = str_from(kind, str_find(kind, '/') + word.len + 2);
				mark(b, s, STR("sha256"), hex);
				return CLAIM_COSIGN;
			}
	}
	if (tag.ptr == NULL || !reference_digest_tag(tag, &alg, &hex, &suffix))
		return 0;
	if (suffix.ptr != NULL) {
		mark(b, s, alg, hex);
		return CLAIM_COSIGN;
	}
	s->fallback_tag = tag;
	return CLAIM_FALLBACK;
}

/* --- together --- */

/* The user's repository, with the tag that the export gives. */
static struct node_name
option_name(struct build *b, struct str tag)
{
	struct str repository = b->names->repository;
	struct node_name name = { repository, STR_NONE, NAME_OPTION };
	struct reference r;

	if (tag.ptr != NULL)
		name.text =
		    arena_printf(b->mem, "%.*s:%.*s", STR_ARG(repository), STR_ARG(tag));
	else
		name.text = arena_str(b->mem, repository);
	/*
	 * A policy scope may have a host without dot or port: then it counts as it is
	 * written.
	 */
	if (!reference_is_full(repository) && reference_scope_valid(repository))
		name.scope = arena_str(b->mem, repository);
	else if (reference_parse(&r, b->mem, repository, NULL) == 0)
		name.scope = reference_scope(b->mem, &r);
	return name;
}

/* Do two names of one entry, both known to the letter, mean different things? */
static void
conflicts(struct build *b, struct slot *s, const struct names *n)
{
	const struct node_name *best = NULL;
	struct str tag = STR_NONE;

	for (size_t i = 0; i < n->n; i++) {
		const struct node_name *v = &n->v[i];

		if (v->scope.ptr != NULL && best == NULL)
			best = v;
		if ((v->scope.ptr != NULL && !str_equal(v->scope, best->scope)) ||
		    (n->tag[i].ptr != NULL && tag.ptr != NULL &&
			!str_equal(n->tag[i], tag)))
			slot_note(b, s, REASON_NAME_CONFLICT, "%.*s and %.*s",
			    STR_ARG(best == NULL ? n->v[0].text : best->text),
			    STR_ARG(v->text));
		if (tag.ptr == NULL)
			tag = n->tag[i];
	}
}

static void
keep_name(struct build *b, struct slot *s, const struct node_name *name)
{
	for (size_t i = 0; i < s->names.n; i++) {
		struct node_name *have = &s->names.v[i];

		if (have->source == name->source && str_equal(have->text, name->text)) {
			if (have->scope.ptr == NULL)
				have->scope = name->scope;
			return;
		}
	}
	/* A name that is dropped could have been the one with the stricter policy. */
	if (s->names.n < OWN_NAMES_MOST)
		VEC_PUSH(b->mem, &s->names, *name);
	else
		slot_break(b, s, REASON_LIMIT_FINDINGS_HIT, "more than %d names",
		    OWN_NAMES_MOST);
}

/* The best source that is full decides; the scopes of the others are taken away. */
static void
decide(struct build *b, struct slot *s, struct names *n, unsigned claims)
{
	struct str tag = STR_NONE, scope = STR_NONE;
	enum name_source best = NAME_BASENAME;

	for (size_t i = n->n; i-- > 0;) {
		if (n->tag[i].ptr != NULL)
			tag = n->tag[i];
		if (n->v[i].scope.ptr != NULL) {
			best = n->v[i].source;
			scope = n->v[i].scope;
		}
	}
	if (b->names->repository.ptr != NULL) {
		struct node_name name = option_name(b, tag);

		best = NAME_OPTION;
		scope = name.scope;
		keep_name(b, s, &name);
	}
	for (size_t i = 0; i < n->n; i++) {
		if (n->v[i].source != best)
			n->v[i].scope = STR_NONE;
		keep_name(b, s, &n->v[i]);
	}
	if (tag.ptr == NULL || claims != 0)
		return;
	VEC_PUSH(b->mem, &b->tagged,
	    ((struct tagged){ scope.ptr == NULL ? tag
						: arena_printf(b->mem, "%.*s:%.*s",
						      STR_ARG(scope), STR_ARG(tag)),
		s }));
}

/*
 * Names that are nothing but names. The tag of a digest marks what belongs to it, a "kind" all
 * names of its entry; where something was pulled from is no name.
 */
static void
plain_names(struct build *b, struct slot *s, const struct descriptor *d, const struct names *n)
{
	struct str alg, hex, suffix;

	if ((claims_of(b, s, d, STR_NONE) & CLAIM_COSIGN) != 0)
		return;
	for (size_t i = 0; i < n->n; i++)
		if (n->v[i].source != NAME_DISTRIBUTION &&
		    (n->tag[i].ptr == NULL ||
			!reference_digest_tag(n->tag[i], &alg, &hex, &suffix)))
			VEC_PUSH(b->mem, &s->plain_names, n->v[i].text);
}

void
name_entry(struct build *b, struct slot *s, const struct descriptor *d)
{
	struct str containerd = descriptor_annotation(d, "io.containerd.image.name");
	struct names n = { .n = 0 };
	struct str tag;
	unsigned claims;

	if (containerd.ptr != NULL)
		add_full(&n, b, s, containerd, NAME_CONTAINERD);
	add_ref_name(&n, b, s, d);
	add_sources(&n, b, s, d);
	conflicts(b, s, &n);
	tag = n.plain_tag;
	for (size_t i = 0; i < n.n && tag.ptr == NULL; i++)
		tag = n.tag[i];
	claims = claims_of(b, s, d, tag);
	s->claims |= claims;
	s->plain = s->plain || claims == 0;
	s->node.named = s->node.named || (claims == 0 && n.n > 0);
	plain_names(b, s, d, &n);
	decide(b, s, &n, claims);
}

/* --- names that mean two things --- */

static int
by_name(const void *a, const void *b)
{
	const struct tagged *x = a, *y = b;
	int c = str_cmp(x->name, y->name);

	return c != 0 ? c : str_cmp(x->slot->node.digest_text, y->slot->node.digest_text);
}

/* A fault of the entries that share the name, not of the others in the export. */
static void
ambiguous(struct build *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->tagged.n; i++)
		if (b->tagged.v[i].slot->node.class != CLASS_SUPPORTING)
			b->tagged.v[n++] = b->tagged.v[i];
	if (n > 1)
		qsort(b->tagged.v, n, sizeof(*b->tagged.v), by_name);
	for (size_t i = 1; i < n; i++) {
		struct tagged *x = &b->tagged.v[i - 1], *y = &b->tagged.v[i];

		if (!str_equal(x->name, y->name) || x->slot == y->slot)
			continue;
		slot_note(b, x->slot, REASON_LAYOUT_TAG_AMBIGUOUS, "%.*s is also %.*s",
		    STR_ARG(x->name), STR_ARG(y->slot->node.digest_text));
		slot_note(b, y->slot, REASON_LAYOUT_TAG_AMBIGUOUS, "%.*s is also %.*s",
		    STR_ARG(y->name), STR_ARG(x->slot->node.digest_text));
	}
}

/* --- names of parts --- */

/* Names without a repository last. */
static int
scope_cmp(struct str a, struct str b)
{
	if (a.ptr == NULL || b.ptr == NULL)
		return (a.ptr == NULL) - (b.ptr == NULL);
	return str_cmp(a, b);
}

/* By repository; of two names for one, the better source first. */
static int
by_scope(const void *a, const void *b)
{
	const struct node_name *x = a, *y = b;
	int c = scope_cmp(x->scope, y->scope);

	if (c == 0)
		c = (x->source > y->source) - (x->source < y->source);
	return c != 0 ? c : str_cmp(x->text, y->text);
}

/* What the parts of a node take over: one name for each repository, sorted. */
static void
own_to_parts(struct build *b, struct slot *s)
{
	struct node_name *list = arena_array(b->mem, s->names.n, sizeof(*list));
	size_t n = 0;

	memcpy(list, s->names.v, s->names.n * sizeof(*list));
	if (s->names.n > 1)
		qsort(list, s->names.n, sizeof(*list), by_scope);
	for (size_t i = 0; i < s->names.n; i++)
		if (n == 0 || !str_equal(list[i].scope, list[n - 1].scope))
			list[n++] = list[i];
	s->down = list;
	s->down_count = n;
}

static void
too_many_names(struct build *b, struct slot *s)
{
	slot_break(b, s, REASON_LIMIT_FINDINGS_HIT, "part of more than %d repositories",
	    PART_NAMES_MOST);
	s->node.class = CLASS_UNKNOWN;
}

/* Beside those it has; only other repositories matter. Both lists are sorted. */
static void
merge_names(struct build *b, struct slot *to, const struct node_name *more, size_t count)
{
	const struct node_name *have = to->node.part_names;
	size_t i = 0, k = 0, n = 0, had = to->node.part_name_count;
	struct node_name all[PART_NAMES_MOST];

	while (i < had || k < count) {
		int c = i == had     ? 1
			: k == count ? -1
				     : scope_cmp(have[i].scope, more[k].scope);

		if (n == COUNT(all)) {
			too_many_names(b, to);
			return;
		}
		all[n++] = c <= 0 ? have[i] : more[k];
		i += c <= 0;
		k += c >= 0;
	}
	if (n == had)
		return;
	to->node.part_names =
	    memcpy(arena_array(b->mem, n, sizeof(*all)), all, n * sizeof(*all));
	to->node.part_name_count = n;
}

static void
give_names(struct build *b, const struct slot *from, struct slot *to)
{
	if (to->names.n > 0 || from->down_count == 0 || to->node.part_names == from->down)
		return;
	if (to->node.part_name_count == 0) {
		to->node.part_names = from->down; /* shared: most parts have one parent */
		to->node.part_name_count = from->down_count;
		return;
	}
	/* Each merge costs as much as both lists are long. */
	if (from->down_count > PART_NAMES_MOST ||
	    to->node.part_name_count > PART_NAMES_MOST)
		too_many_names(b, to);
	else
		merge_names(b, to, from->down, from->down_count);
}

static void
give_all(struct build *b, struct slot *s)
{
	if (s->node.child_count == 0 || s->node.is_fallback_index)
		return;
	if (s->names.n > 0) {
		own_to_parts(b, s);
	} else {
		s->down = s->node.part_names;
		s->down_count = s->node.part_name_count;
	}
	for (size_t k = 0; k < s->node.child_count; k++)
		give_names(b, s, slot_of(s->node.children[k].node));
}

/* From indexes to their parts, each index after all that contain it. */
static void
hand_down(struct build *b)
{
	size_t count;
	struct slot **order = slots_parents_first(b, &count);

	for (size_t i = 0; i < count; i++)
		give_all(b, order[i]);
}

/*
 * The user named the repository of all there is: what no entry leads to, or what only a
 * list of referrers contains, is no exception.
 */
static void
name_the_rest(struct build *b)
{
	struct node_name *name;

	if (b->names->repository.ptr == NULL)
		return;
	name = arena_alloc(b->mem, sizeof(*name));
	*name = option_name(b, STR_NONE);
	for (size_t i = 0; i < b->all.n; i++) {
		struct node *n = &b->all.v[i]->node;

		if (b->all.v[i]->names.n > 0 || n->part_name_count > 0)
			continue;
		n->part_names = name;
		n->part_name_count = 1;
	}
}

static int
by_source(const void *a, const void *b)
{
	const struct node_name *x = a, *y = b;

	return x->source != y->source ? (int)x->source - (int)y->source
				      : str_cmp(x->text, y->text);
}

void
names_end(struct build *b)
{
	for (size_t i = 0; i < b->all.n; i++)
		if (b->all.v[i]->names.n > 1)
			qsort(b->all.v[i]->names.v, b->all.v[i]->names.n,
			    sizeof(struct node_name), by_source);
	ambiguous(b);
	hand_down(b);
	name_the_rest(b);
}
