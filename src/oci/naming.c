/* SPDX-License-Identifier: Apache-2.0 */
/* What the user says about names: repositories, rewriting, maps, names to ignore. */
#include "oci/naming.h"

#include <stdlib.h>

#include "base/glob.h"
#include "codec/text.h"
#include "crypto/digest.h"
#include "oci/reference.h"

/* --- what is given as an option --- */

int
naming_target(struct str text, const char *option, struct err *err)
{
	if (reference_scope_valid(text))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "%s%.*s, want HOST/REPOSITORY without tag or digest", option,
	    STR_ARG(str_upto(text, 300)));
}

static bool
is_place(struct str text)
{
	return reference_host_valid(text) || reference_scope_valid(text);
}

/* The host as reference_normal() has it; the path is never more than part of one. */
static struct str
normal_place(struct arena *mem, struct str place)
{
	size_t slash = str_find(place, '/');
	struct str host = reference_normal_host(mem, str_upto(place, slash));

	return arena_printf(
	    mem, "%.*s%.*s", STR_ARG(host), STR_ARG(str_from(place, slash)));
}

int
naming_rewrite_parse(
    struct naming_rewrite *out, struct arena *mem, struct str text, struct err *err)
{
	size_t eq = str_find(text, '=');

	out->from = str_upto(text, eq);
	out->to = str_from(text, eq + 1);
	if (eq == text.len || !is_place(out->from) || !is_place(out->to))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "%.*s, want FROM=TO, each HOST or HOST/PATH",
		    STR_ARG(str_upto(text, 600)));
	out->from_normal = normal_place(mem, out->from);
	return 0;
}

/* --- the map --- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Without blanks at both ends. */
static struct str
trim(struct str s)
{
	while (s.len > 0 && is_blank(s.ptr[0]))
		s = str_from(s, 1);
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* A digest, also one that cannot be computed; what only begins like one would fit nothing. */
static int
map_selector(struct naming_line *out)
{
	struct digest ignored;
	struct err why;

	out->by_digest = digest_parse(&ignored, out->selector, NULL, &why) == 0 ||
			 why.reason == REASON_DIGEST_UNSUPPORTED;
	return !out->by_digest && (str_starts(out->selector, STR("sha256:")) ||
				      str_starts(out->selector, STR("sha384:")) ||
				      str_starts(out->selector, STR("sha512:")))
		   ? -1
		   : 0;
}

static int
map_line(struct naming_line *out, struct str line)
{
	size_t i = 0;

	while (i < line.len && !is_blank(line.ptr[i]))
		i++;
	out->selector = str_upto(line, i);
	out->target = trim(str_from(line, i));
	return map_selector(out) == 0 ? naming_target(out->target, "", NULL) : -1;
}

struct order { /* of the lines by digest, for qsort */
	struct str selector;
	size_t line;
};

static int
by_selector(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	int c = str_cmp(x->selector, y->selector);

	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static void
index_digests(struct naming *n, struct arena *mem)
{
	struct order *order = arena_array(mem, n->line_count, sizeof(*order));
	size_t *lines = arena_array(mem, n->line_count, sizeof(*lines));

	n->digest_line_count = 0;
	for (size_t i = 0; i < n->line_count; i++)
		if (n->lines[i].by_digest)
			order[n->digest_line_count++] =
			    (struct order){ n->lines[i].selector, i };
	if (n->digest_line_count > 1)
		qsort(order, n->digest_line_count, sizeof(*order), by_selector);
	for (size_t i = 0; i < n->digest_line_count; i++)
		lines[i] = order[i].line;
	n->digest_lines = lines;
}

int
naming_map_parse(struct naming *out, struct arena *mem, struct bytes text,
    const struct where *at, struct err *err)
{
	VEC(struct naming_line) lines = { NULL, 0, 0 };
	unsigned long long number = 0;
	struct str rest;

	if (!text_check(&rest, text))
		return err_set(err, REASON_NAMES_MAP, at, "no UTF-8 text");
	rest = arena_str(mem, rest);
	while (rest.len > 0) {
		struct str whole = str_upto(rest, str_find(rest, '\n'));
		struct str line = trim(whole);
		struct naming_line parsed;

		number++;
		rest = str_from(rest, whole.len + 1);
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		if (map_line(&parsed, line) != 0)
			return err_set(err, REASON_NAMES_MAP, at,
			    "line %llu: want SELECTOR HOST/REPOSITORY", number);
		VEC_PUSH(mem, &lines, parsed);
	}
	out->lines = lines.v;
	out->line_count = lines.n;
	index_digests(out, mem);
	return 0;
}

/* --- asked for a name --- */

bool
naming_ignores(const struct naming *n, struct str text, struct str written)
{
	for (size_t i = 0; i < n->ignored_count; i++)
		if (glob_match(n->ignored[i], text) ||
		    (written.ptr != NULL && glob_match(n->ignored[i], written)))
			return true;
	return false;
}

static bool
is_below(struct str name, struct str place)
{
	return str_starts(name, place) &&
	       (name.len == place.len || name.ptr[place.len] == '/');
}

struct str
naming_rewritten(const struct naming *n, struct arena *mem, struct str written)
{
	struct str normal = reference_normal(mem, written), rest = STR_NONE;
	const struct naming_rewrite *best = NULL;

	for (size_t i = 0; i < n->rewrite_count; i++) {
		const struct naming_rewrite *r = &n->rewrites[i];

		if (best != NULL && r->from.len <= best->from.len)
			continue;
		if (is_below(written, r->from))
			rest = str_from(written, r->from.len);
		else if (is_below(normal, r->from_normal))
			rest = str_from(normal, r->from_normal.len);
		else
			continue;
		best = r;
	}
	if (best == NULL)
		return written;
	return arena_printf(mem, "%.*s%.*s", STR_ARG(best->to), STR_ARG(rest));
}

/* Of the lines by digest the first of this one, or of a later one. */
static size_t
digest_position(const struct naming *n, struct str digest)
{
	size_t low = 0, high = n->digest_line_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (str_cmp(n->lines[n->digest_lines[mid]].selector, digest) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
is_digest_line(const struct naming *n, size_t position, struct str digest)
{
	return position < n->digest_line_count &&
	       str_equal(n->lines[n->digest_lines[position]].selector, digest);
}

void
naming_mark(const struct naming *n, struct str digest, bool *lines)
{
	for (size_t i = digest_position(n, digest); is_digest_line(n, i, digest); i++)
		lines[n->digest_lines[i]] = true;
}

static bool
line_fits(
    const struct naming_line *l, struct str text, struct str written, struct str tag)
{
	if (l->by_digest)
		return false;
	if (str_find(l->selector, '/') == l->selector.len &&
	    str_find(l->selector, ':') == l->selector.len)
		return tag.ptr != NULL && glob_match(l->selector, tag);
	return (text.ptr != NULL && glob_match(l->selector, text)) ||
	       (written.ptr != NULL && glob_match(l->selector, written));
}

const struct naming_line *
naming_line_for(const struct naming *n, struct str digest, struct str text,
    struct str written, struct str tag)
{
	size_t position = digest_position(n, digest);
	size_t by_digest = is_digest_line(n, position, digest) ? n->digest_lines[position]
							       : n->line_count;

	for (size_t i = 0; i < by_digest; i++)
		if (line_fits(&n->lines[i], text, written, tag))
			return &n->lines[i];
	return by_digest < n->line_count ? &n->lines[by_digest] : NULL;
}
