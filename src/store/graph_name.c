/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names as the export gives them. A name is what the exporter says, no more; what becomes of it is
 * decided in graph_named.c, when all of them are known.
 */
#include "oci/reference.h"
#include "store/graph_parts.h"

#define NAME_MOST 512 /* longer ones are told of, not kept */
#define SHORT_MOST 128
#define OWN_NAMES_MOST 4096 /* of one artifact */
#define FAULTS_MOST 100

/* --- one name --- */

static void
name_fault(struct build *b, struct slot *s, const struct node_name *name, const char *why)
{
	if (s->faults.n == FAULTS_MOST)
		return;
	VEC_PUSH(b->mem, &s->faults,
	    ((struct graph_note){ REASON_REFERENCE_INVALID,
		arena_printf(b->mem, "%s%s%.*s: %s", name_source_name(name->source),
		    name->text.ptr == NULL ? "" : " ", STR_ARG(name->text), why) }));
}

static bool
printable(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return s.len > 0;
}

/*
 * Names are ASCII without blanks (image-spec annotations.md, distribution-spec): what has other
 * octets and a "/" is meant to be a whole name, and nobody knows which.
 */
static bool
unreadable(struct str s)
{
	if (str_find(s, '/') == s.len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.ptr[i] <= 0x20 || (uint8_t)s.ptr[i] >= 0x7f)
			return true;
	return false;
}

/*
 * "ocidir:///path:tag" is where a tool had it from, and no name of an image. What stands behind
 * another scheme may well be one.
 */
static bool
is_place(struct str s)
{
	return str_starts(s, STR("ocidir://"));
}

/* Docker's files give names as people type them: what has no host is on Docker Hub. */
static bool
is_docker(enum name_source source)
{
	return source == NAME_REPO_TAG || source == NAME_REPOSITORIES;
}

/* Not a lone word, which is a tag. */
static bool
below_registry(const struct build *b, struct str text)
{
	return b->names->user.registry.ptr != NULL && !is_place(text) &&
	       (str_find(text, '/') < text.len || str_find(text, ':') < text.len);
}

/* The repository as written; of a short name what it stands for. */
static struct str
repository_of(struct build *b, const struct node_name *n, const struct reference *r)
{
	if (reference_is_full(n->text))
		return r->written;
	if (is_docker(n->source))
		return reference_scope(b->mem, r);
	return arena_printf(
	    b->mem, "%.*s/%.*s", STR_ARG(b->names->user.registry), STR_ARG(r->written));
}

static void
read_full(struct build *b, struct slot *s, struct node_name *n)
{
	const struct naming *user = &b->names->user;
	struct reference r;
	struct err why;

	if (reference_parse(&r, b->mem, n->text, &why) != 0) {
		name_fault(b, s, n, why.text);
		return;
	}
	n->tag = r.tag;
	n->digest = r.digest;
	n->written = repository_of(b, n, &r);
	n->line = naming_line_for(user, s->node.digest_text, n->text, n->written, n->tag);
	if (naming_ignores(user, n->text, n->written))
		n->use = NAME_IGNORED;
	n->written = naming_rewritten(user, b->mem, n->written);
	n->scope = reference_normal(b->mem, n->written);
	if (reference_scope_valid(n->written))
		return;
	if (n->use != NAME_IGNORED)
		name_fault(b, s, n, "no registry/repository after rewriting");
	n->written = n->scope = STR_NONE;
}

static void
read_short(struct build *b, struct slot *s, struct node_name *n)
{
	if (reference_tag_valid(n->text))
		n->tag = n->text;
	else if (unreadable(n->text))
		name_fault(b, s, n, "blanks or octets beyond ASCII");
	else if (n->text.len > SHORT_MOST && n->source == NAME_REF)
		name_fault(b, s, n, "longer than 128 octets");
	n->line = naming_line_for(
	    &b->names->user, s->node.digest_text, n->text, STR_NONE, n->tag);
}

/* False: nothing that could be kept. */
static bool
read_name(struct build *b, struct slot *s, struct node_name *n, struct str text)
{
	bool ignored = naming_ignores(&b->names->user, text, STR_NONE);

	if (!printable(text) || text.len > NAME_MOST) {
		if (!ignored)
			name_fault(b, s, n,
			    "empty, longer than 512 octets, or with control characters");
		return false;
	}
	n->text = arena_str(b->mem, text);
	if (ignored)
		n->use = NAME_IGNORED;
	else if (is_docker(n->source) || (reference_is_full(text) && !is_place(text)) ||
		 below_registry(b, text))
		read_full(b, s, n);
	else
		read_short(b, s, n);
	return true;
}

static void
keep_name(struct build *b, struct slot *s, const struct node_name *name)
{
	for (size_t i = 0; i < s->names.n; i++)
		if (s->names.v[i].source == name->source &&
		    str_equal(s->names.v[i].text, name->text))
			return;
	/* A name that is dropped could have been the one with the stricter policy. */
	if (s->names.n < OWN_NAMES_MOST)
		VEC_PUSH(b->mem, &s->names, *name);
	else
		slot_break(b, s, REASON_LIMIT_FINDINGS_HIT, "more than %d names",
		    OWN_NAMES_MOST);
}

bool
name_claim(struct build *b, struct slot *s, struct node_name *out, struct str text,
    enum name_source source)
{
	*out = (struct node_name){ .source = source, .use = NAME_SHOWN };
	if (!read_name(b, s, out, text))
		return false;
	keep_name(b, s, out);
	return true;
}

/*
 * image-spec annotations.md: ref.name is valid on the descriptors of index.json alone, and no tool
 * is known that reads names elsewhere; a full one that stands there all the same is not passed over.
 */
void
name_part(struct build *b, struct slot *s, const struct descriptor *d)
{
	struct entry_name *all;
	size_t count = entry_names(&all, b->mem, d);

	for (size_t i = 0; i < count; i++) {
		struct node_name name = {
			.source = all[i].source, .use = NAME_SHOWN, .inside = true
		};
		struct str text = all[i].text;

		if (name.source != NAME_DISTRIBUTION &&
		    (unreadable(text) || (reference_is_full(text) && !is_place(text))) &&
		    read_name(b, s, &name, text))
			keep_name(b, s, &name);
	}
}

/* --- an entry of the catalogue --- */

struct entry_names { /* of one entry, best source first */
	VEC(struct node_name) list;
	struct str plain_tag; /* ref.name that is a tag */
};

static void
add(struct entry_names *n, struct build *b, struct slot *s, struct str text,
    enum name_source source)
{
	struct node_name name;

	if (name_claim(b, s, &name, text, source))
		VEC_PUSH(b->mem, &n->list, name);
}

/*
 * image-spec annotations.md: org.opencontainers.image.ref.name may be nearly anything;
 * what it usually is, is a tag.
 */
static void
add_all(struct entry_names *n, struct build *b, struct slot *s, const struct catalogue_entry *e)
{
	for (size_t i = 0; i < e->name_count; i++) {
		struct str text = e->names[i].text;

		if (e->names[i].source == NAME_REF && !reference_is_full(text) &&
		    reference_tag_valid(text))
			n->plain_tag = arena_str(b->mem, text);
		add(n, b, s, text, e->names[i].source);
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
		static const char *const words[] = { "sigs", "atts", "sboms",
			"referrers" };
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

static struct str
first_tag(const struct entry_names *n)
{
	struct str tag = n->plain_tag;

	for (size_t i = 0; i < n->list.n && tag.ptr == NULL; i++)
		tag = n->list.v[i].tag;
	return tag;
}

void
name_selects(struct build *b, struct slot *s, const struct node_name *n)
{
	if (n->written.ptr != NULL && n->use != NAME_IGNORED && n->tag.ptr != NULL)
		VEC_PUSH(b->mem, &b->tagged,
		    ((struct tagged){ arena_printf(b->mem, "%.*s:%.*s", STR_ARG(n->scope),
					  STR_ARG(n->tag)),
			s }));
}

/* Names with a tag select the entry; a tag alone only where there is no full name. */
static void
selects(struct build *b, struct slot *s, const struct entry_names *n)
{
	bool full = false;

	for (size_t i = 0; i < n->list.n; i++) {
		full = full || n->list.v[i].written.ptr != NULL;
		name_selects(b, s, &n->list.v[i]);
	}
	if (!full && n->plain_tag.ptr != NULL)
		VEC_PUSH(b->mem, &b->tagged, ((struct tagged){ n->plain_tag, s }));
}

/*
 * Names that are nothing but names. The tag of a digest marks what belongs to it; where something
 * was pulled from is no name.
 */
static void
plain_names(struct build *b, struct slot *s, const struct descriptor *d,
    const struct entry_names *n)
{
	bool by_kind = (claims_of(b, s, d, STR_NONE) & CLAIM_COSIGN) != 0;
	struct str alg, hex, suffix;

	for (size_t i = 0; i < n->list.n; i++) {
		const struct node_name *name = &n->list.v[i];

		if (name->source != NAME_DISTRIBUTION &&
		    (name->tag.ptr == NULL ||
			!reference_digest_tag(name->tag, &alg, &hex, &suffix)))
			VEC_PUSH(b->mem, &s->plain_names,
			    ((struct plain_name){ name->text, by_kind }));
	}
}

void
name_entry(struct build *b, struct slot *s, const struct catalogue_entry *e)
{
	const struct descriptor *d = &e->descriptor;
	struct entry_names n = { { NULL, 0, 0 }, STR_NONE };
	unsigned claims;

	add_all(&n, b, s, e);
	claims = claims_of(b, s, d, first_tag(&n));
	s->claims |= claims;
	s->plain = s->plain || claims == 0;
	s->node.named = s->node.named || (claims == 0 && n.list.n > 0);
	plain_names(b, s, d, &n);
	if (claims == 0)
		selects(b, s, &n);
}
