/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of names: which of them choose the statement of an artifact, and what the user's
 * words make of them.
 */
#include <stdlib.h>

#include "oci/reference.h"
#include "store/graph_parts.h"

/* --- one artifact --- */

/* The user's repository, with the tag that the export gives. */
static struct node_name
users_name(
    struct build *b, struct str repository, struct str tag, enum name_source source)
{
	struct node_name name = { .source = source, .use = NAME_CHOOSES, .tag = tag };

	name.written = arena_str(b->mem, repository);
	name.scope = reference_normal(b->mem, repository);
	name.text = tag.ptr == NULL ? name.written
				    : arena_printf(b->mem, "%.*s:%.*s",
					  STR_ARG(repository), STR_ARG(tag));
	return name;
}

static struct str
tag_of(const struct slot *s)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].tag.ptr != NULL)
			return s->names.v[i].tag;
	return STR_NONE;
}

/* What the export says counts for this much, as long as the user says nothing. */
static void
weigh(const struct build *b, struct slot *s)
{
	bool other = false;

	for (size_t i = 0; i < s->names.n; i++)
		other = other || (s->names.v[i].written.ptr != NULL &&
				     s->names.v[i].use != NAME_IGNORED &&
				     s->names.v[i].source != NAME_DISTRIBUTION);
	for (size_t i = 0; i < s->names.n; i++) {
		struct node_name *n = &s->names.v[i];

		if (n->written.ptr == NULL || n->use == NAME_IGNORED)
			continue;
		/* It drops the port, and outlives every renaming. */
		if (n->source == NAME_DISTRIBUTION && other)
			n->use = NAME_SPARE;
		else
			n->use = b->names->user.trusted ? NAME_CHOOSES : NAME_CLAIMED;
	}
}

static bool
have_name(const struct slot *s, const struct node_name *name)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].source == name->source &&
		    str_equal(s->names.v[i].text, name->text))
			return true;
	return false;
}

static void
add_name(struct build *b, struct slot *s, struct node_name name)
{
	if (!have_name(s, &name))
		VEC_PUSH(b->mem, &s->names, name);
}

static void
overrule(struct node_name *n)
{
	if (n->use == NAME_CHOOSES || n->use == NAME_CLAIMED)
		n->use = NAME_OVERRULED;
}

/*
 * Each name by its own line of the map, so that no second name can lead to a milder repository;
 * names without a line stay what they are.
 */
static bool
map_names(struct build *b, struct slot *s)
{
	const struct naming_line *line = naming_line_for(
	    &b->names->user, s->node.digest_text, STR_NONE, STR_NONE, STR_NONE);
	size_t count = s->names.n;
	bool mapped = false;

	if (line != NULL)
		s->user_named = true;
	for (size_t i = 0; i < count; i++) {
		struct node_name n = s->names.v[i];

		if (n.line == NULL || n.use == NAME_IGNORED || n.use == NAME_SPARE)
			continue;
		overrule(&s->names.v[i]);
		add_name(b, s, users_name(b, n.line->target, n.tag, NAME_MAP));
		mapped = true;
	}
	if (mapped || line == NULL)
		return mapped;
	add_name(b, s, users_name(b, line->target, tag_of(s), NAME_MAP));
	return true;
}

static void
settle(struct build *b, struct slot *s)
{
	struct str repository = b->names->user.repository;

	weigh(b, s);
	if (map_names(b, s) || repository.ptr == NULL ||
	    (s->names.n == 0 && !s->node.is_root))
		return;
	for (size_t i = 0; i < s->names.n; i++)
		overrule(&s->names.v[i]);
	add_name(b, s, users_name(b, repository, tag_of(s), NAME_OPTION));
	s->user_named = s->by_option = true;
}

/* --- names that are at fault --- */

/* Does this name's digest mean the node, or an index that contains it? */
static bool
means(const struct slot *s, const struct node_name *n)
{
	if (str_equal(n->digest, s->node.digest_text))
		return true;
	/* Docker's list knows images, and what was asked for was their index. */
	if (n->source != NAME_REPO_TAG && !n->inside)
		return false;
	for (size_t i = 0; i < s->parents.n; i++)
		if (str_equal(n->digest, s->parents.v[i]->digest_text))
			return true;
	return false;
}

static void
check_digests(struct build *b, struct slot *s)
{
	for (size_t i = 0; i < s->names.n; i++) {
		const struct node_name *n = &s->names.v[i];

		if (n->digest.ptr == NULL || n->use == NAME_IGNORED || means(s, n))
			continue;
		VEC_PUSH(b->mem, &s->wrong,
		    ((struct graph_note){ REASON_NAME_DIGEST,
			arena_printf(b->mem, "%.*s (%s)", STR_ARG(n->text),
			    name_source_name(n->source)) }));
	}
}

/*
 * A malformed name might have been the one of a stricter statement: it blocks where names of the
 * export choose, and is a note where they do not.
 */
static void
place_faults(struct build *b, struct slot *s)
{
	check_digests(b, s);
	for (size_t i = 0; i < s->faults.n; i++) {
		if (b->names->user.trusted && !s->user_named)
			VEC_PUSH(b->mem, &s->wrong, s->faults.v[i]);
		else
			slot_note(b, s, s->faults.v[i].reason, "%.*s",
			    STR_ARG(s->faults.v[i].detail));
	}
	s->node.name_faults = s->wrong.v;
	s->node.name_fault_count = s->wrong.n;
}

static void
note_ignored(struct build *b, struct slot *s)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].use == NAME_IGNORED)
			slot_note(b, s, REASON_NAME_IGNORED, "name left out: %.*s (%s)",
			    STR_ARG(s->names.v[i].text),
			    name_source_name(s->names.v[i].source));
}

/* --- the user's one name against those of the export --- */

struct claims { /* repositories that all images so far have in common */
	struct str *scopes;
	size_t count;
	bool begun;
	const struct node_name *first;
	/* Names that differ from the user's: of one input one note. */
	const struct node_name *differs;
	struct str from; /* the user's */
	uint64_t more;
};

static void
differ(struct claims *c, const struct node_name *name, struct str from)
{
	if (c->differs == NULL) {
		c->differs = name;
		c->from = from;
	} else {
		c->more++;
	}
}

static int
by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* What the export calls it, each repository once, sorted. */
static struct str *
claimed(size_t *count, struct claims *c, struct build *b, const struct slot *s,
    struct str want)
{
	struct str *list = arena_array(b->mem, s->names.n, sizeof(*list));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < s->names.n; i++) {
		const struct node_name *name = &s->names.v[i];

		if (name->use != NAME_OVERRULED)
			continue;
		if (c->first == NULL)
			c->first = name;
		if (!str_equal(name->scope, want))
			differ(c, name, b->names->user.repository);
		list[n++] = name->scope;
	}
	if (n > 1)
		qsort(list, n, sizeof(*list), by_text);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !str_equal(list[i], list[kept - 1]))
			list[kept++] = list[i];
	*count = kept;
	return list;
}

static void
keep_common(struct claims *c, const struct str *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0, k = 0; i < c->count && k < count;) {
		int order = str_cmp(c->scopes[i], list[k]);

		if (order == 0)
			c->scopes[kept++] = c->scopes[i];
		i += order <= 0;
		k += order >= 0;
	}
	c->count = kept;
}

/*
 * One name for images of several repositories would judge some of them by the statement of others.
 */
static int
check_option(struct claims *c, struct build *b, const struct slot *s, struct str want)
{
	struct str *list;
	size_t count;

	list = claimed(&count, c, b, s, want);
	if (count == 0)
		return 0;
	if (!c->begun) {
		c->scopes = list;
		c->count = count;
		c->begun = true;
		return 0;
	}
	keep_common(c, list, count);
	if (c->count > 0)
		return 0;
	return err_set(b->err, REASON_USAGE_NAME, b->at,
	    "%.*s is to be the name of %.*s and of %.*s",
	    STR_ARG(b->names->user.repository), STR_ARG(c->first->scope),
	    STR_ARG(list[0]));
}

/* Names without a line, beside one that has one; where names are trusted, they count. */
static void
check_mapped(struct claims *c, const struct slot *s)
{
	const struct node_name *by = NULL;

	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].source == NAME_MAP)
			by = &s->names.v[i];
	for (size_t i = 0; by != NULL && i < s->names.n; i++)
		if (s->names.v[i].use == NAME_CLAIMED &&
		    !str_equal(s->names.v[i].scope, by->scope))
			differ(c, &s->names.v[i], by->written);
}

static int
check_claims(struct build *b)
{
	struct claims c = { .begun = false };
	struct str want = STR_NONE;

	if (b->names->user.repository.ptr != NULL)
		want = reference_normal(b->mem, b->names->user.repository);
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		if (s->node.class == CLASS_SUPPORTING)
			continue;
		check_mapped(&c, s);
		if (s->by_option && check_option(&c, b, s, want) != 0)
			return -1;
	}
	if (c.differs != NULL && c.more == 0)
		build_note(b, REASON_NAME_CONFLICT,
		    "%.*s in the export, %.*s by the user", STR_ARG(c.differs->text),
		    STR_ARG(c.from));
	else if (c.differs != NULL)
		build_note(b, REASON_NAME_CONFLICT,
		    "%.*s in the export, and %llu more; %.*s by the user",
		    STR_ARG(c.differs->text), (unsigned long long)c.more,
		    STR_ARG(c.from));
	return 0;
}

/* --- names that mean two things --- */

static int
by_name(const void *a, const void *b)
{
	const struct tagged *x = a, *y = b;
	int c = str_cmp(x->name, y->name);

	return c != 0 ? c : str_cmp(x->slot->node.digest_text, y->slot->node.digest_text);
}

/*
 * A fault of the entries that share the name, not of the others in the export. Supporting material
 * is no exception: some tools take the last entry of a name.
 */
static void
ambiguous(struct build *b)
{
	size_t n = b->tagged.n;

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

/* --- what no entry names --- */

/*
 * The user named the repository of all there is: what no entry leads to, or what only a
 * list of referrers contains, is no exception.
 */
static void
name_the_rest(struct build *b)
{
	struct node_name *name;

	if (b->names->user.repository.ptr == NULL)
		return;
	name = arena_alloc(b->mem, sizeof(*name));
	*name = users_name(b, b->names->user.repository, STR_NONE, NAME_OPTION);
	for (size_t i = 0; i < b->all.n; i++) {
		struct node *n = &b->all.v[i]->node;

		if (b->all.v[i]->names.n > 0 || n->part_name_count > 0)
			continue;
		n->part_names = name;
		n->part_name_count = 1;
	}
}

/* --- names that index.json does not give --- */

static bool
name_of_index(const struct slot *s, struct str scope)
{
	size_t low = 0, high = s->node.part_name_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(s->node.part_names[mid].scope, scope);

		if (c == 0)
			return true;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/*
 * Docker's list names images, where index.json names the index they are part of. The same
 * repository is the same name; another one is a name of the image alone.
 */
static void
check_listed(struct build *b, struct slot *s)
{
	for (size_t i = 0; i < s->names.n; i++) {
		const struct node_name *n = &s->names.v[i];

		if ((n->source != NAME_REPO_TAG && n->source != NAME_REPOSITORIES &&
			!n->inside) ||
		    n->written.ptr == NULL || n->use == NAME_IGNORED ||
		    name_of_index(s, n->scope))
			continue;
		name_selects(b, s, n);
		if (n->use != NAME_CHOOSES)
			continue;
		s->node.named = true;
		s->node.listed = s->node.listed || s->node.is_child;
	}
}

/* --- together --- */

static int
by_source(const void *a, const void *b)
{
	const struct node_name *x = a, *y = b;

	return x->source != y->source ? (int)x->source - (int)y->source
				      : str_cmp(x->text, y->text);
}

static bool
any_chooses(const struct slot *s)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].use == NAME_CHOOSES)
			return true;
	return false;
}

static void
judge_by(struct build *b, struct slot *s)
{
	size_t own = s->names.n, part = s->node.part_name_count;
	struct node_name *both;

	s->node.judged_by = s->names.v;
	s->node.judged_by_count = own;
	if (part == 0)
		return;
	if (!any_chooses(s)) {
		s->node.judged_by = s->node.part_names;
		s->node.judged_by_count = part;
	} else if (b->names->parts_judged) {
		both = arena_array(b->mem, own + part, sizeof(*both));
		memcpy(both, s->names.v, own * sizeof(*both));
		memcpy(both + own, s->node.part_names, part * sizeof(*both));
		s->node.judged_by = both;
		s->node.judged_by_count = own + part;
	}
}

int
names_end(struct build *b)
{
	docker_names(b);
	for (size_t i = 0; i < b->all.n; i++) {
		struct slot *s = b->all.v[i];

		settle(b, s);
		if (s->names.n > 1)
			qsort(
			    s->names.v, s->names.n, sizeof(struct node_name), by_source);
		note_ignored(b, s);
		place_faults(b, s);
	}
	if (check_claims(b) != 0)
		return -1;
	names_hand_down(b);
	name_the_rest(b);
	for (size_t i = 0; i < b->all.n; i++) {
		check_listed(b, b->all.v[i]);
		judge_by(b, b->all.v[i]);
	}
	ambiguous(b);
	return 0;
}
