/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust policy as a value: parsed from a text, and asked for the statement of an artifact. The
 * rules of the document are in policyrule.c, the folder around it is in policydir.c.
 */
#include "trust/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "oci/reference.h"
#include "trust/policy_parts.h"

void
policy_warn(struct policy *p, enum reason reason, const char *fmt, ...)
{
	struct policy_warning *more;
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	more = arena_array(&p->mem, p->warning_count + 1, sizeof(*more));
	if (p->warning_count != 0)
		memcpy(more, p->warnings, p->warning_count * sizeof(*more));
	more[p->warning_count++] =
	    (struct policy_warning){ reason, arena_str(&p->mem, str_of(text)) };
	p->warnings = more;
}

void
policy_clear(struct policy *p)
{
	if (p == NULL)
		return;
	arena_clear(&p->mem);
	*p = (struct policy){ 0 };
}

/* --- the stores that are named --- */

/* One list by type and name, each store once. */
static void
gather_stores(struct policy_parsing *p)
{
	struct policy *out = p->out;
	struct anchor_store *all;
	size_t count = 0, n = 0;

	for (size_t i = 0; i < out->statement_count; i++)
		count += out->statements[i].store_count;
	all = arena_array(p->mem, count, sizeof(*all));
	for (size_t i = 0; i < out->statement_count; i++) {
		const struct policy_statement *s = &out->statements[i];

		for (size_t k = 0; k < s->store_count; k++)
			all[n++] = (struct anchor_store){
				.type = s->stores[k].type,
				.name = s->stores[k].name,
				.reason = REASON_TRUSTSTORE_NOT_FOUND,
				.detail = STR("not loaded"),
			};
	}
	if (n > 1)
		qsort(all, n, sizeof(*all), anchor_store_compare);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || anchor_store_compare(&all[i], &all[out->store_count - 1]) != 0)
			all[out->store_count++] = all[i];
	}
	out->stores = all;
}

/* References become pointers into the list; of two to the same store the first stays. */
static void
resolve_stores(struct policy_parsing *p)
{
	const struct policy *out = p->out;
	/* Per store: the last statement that named it, counted from 1. */
	size_t *last = arena_array(&p->scratch, out->store_count, sizeof(*last));

	for (size_t i = 0; i < out->statement_count; i++) {
		struct policy_statement *s = &out->statements[i];
		size_t count = s->store_count;

		s->store_count = 0;
		for (size_t k = 0; k < count; k++) {
			struct policy_store_ref ref = s->stores[k];
			struct anchor_store want = { .type = ref.type, .name = ref.name };

			ref.store = bsearch(&want, out->stores, out->store_count,
			    sizeof(*out->stores), anchor_store_compare);
			if (last[ref.store - out->stores] == i + 1)
				continue;
			last[ref.store - out->stores] = i + 1;
			s->stores[s->store_count++] = ref;
		}
	}
}

/* --- scopes, for look-up --- */

static int
compare_scopes(const void *a, const void *b)
{
	const struct policy_scope *x = a, *y = b;
	int c = str_cmp(x->normal, y->normal);

	return c != 0 ? c : str_cmp(x->scope, y->scope);
}

static void
index_scopes(struct policy_parsing *p)
{
	struct policy *out = p->out;
	size_t count = 0;

	for (size_t i = 0; i < out->statement_count; i++)
		count += out->statements[i].scope_count;
	out->scopes = arena_array(p->mem, count, sizeof(*out->scopes));
	for (size_t i = 0; i < out->statement_count; i++) {
		const struct policy_statement *s = &out->statements[i];

		for (size_t k = 0; k < s->scope_count; k++) {
			if (str_is(s->scopes[k], "*"))
				out->wildcard = s;
			else
				out->scopes[out->scope_count++] = (struct policy_scope){
					reference_normal(p->mem, s->scopes[k]),
					s->scopes[k], s
				};
		}
	}
	if (out->scope_count > 1)
		qsort(out->scopes, out->scope_count, sizeof(*out->scopes),
		    compare_scopes);
}

void
policy_parse_all(struct policy *out, struct faults *faults, struct bytes text,
    enum policy_kind kind, const struct limits *limits, const struct where *at)
{
	AUTO(jsonin_free) struct json *json = NULL;
	struct policy_parsing p = { .out = out, .mem = &out->mem, .faults = faults };
	struct err err;

	*out = (struct policy){ .kind = kind };
	arena_init(&out->mem, 0);
	if (text.len > POLICY_BYTES_MOST) {
		err_set(&err, REASON_FILE_TOO_LARGE, at, "%zu bytes, want at most %zu",
		    text.len, POLICY_BYTES_MOST);
		faults_add(faults, &err);
		return;
	}
	if (jsonin_parse(&json, text, limits, at, &err) != 0) {
		faults_add(faults, &err);
		return;
	}
	arena_init(&p.scratch, 0);
	out->doc.kind = STR("notation-trust-policy");
	out->doc.text = arena_bytes(&out->mem, text);
	if (at != NULL)
		out->doc.path = arena_str(&out->mem, at->file);
	policy_rules(&p, jsonin_root(json));
	index_scopes(&p);
	gather_stores(&p);
	resolve_stores(&p);
	arena_clear(&p.scratch);
}

int
policy_parse(struct policy *out, struct bytes text, enum policy_kind kind,
    const struct limits *limits, const struct where *at, struct err *err)
{
	struct arena mem;
	struct faults first = { .mem = &mem, .most = 1 };
	int ret = 0;

	arena_init(&mem, 0);
	policy_parse_all(out, &first, text, kind, limits, at);
	if (first.list.n != 0) {
		policy_clear(out);
		if (err != NULL)
			*err = first.list.v[0];
		ret = -1;
	}
	arena_clear(&mem);
	return ret;
}

/* --- which statements --- */

/* The first scope that is not before this one. */
static size_t
scope_position(const struct policy *p, struct str normal)
{
	size_t low = 0, high = p->scope_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (str_cmp(p->scopes[mid].normal, normal) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int
compare_picks(const void *a, const void *b)
{
	const struct policy_pick *x = a, *y = b;

	if (x->statement != y->statement)
		return x->statement->index < y->statement->index ? -1 : 1;
	return (x->match > y->match) - (x->match < y->match);
}

struct policy_pick *
policy_select(
    size_t *count, const struct policy *p, struct arena *mem, struct str scope)
{
	struct str normal = scope.ptr == NULL ? STR_NONE : reference_normal(mem, scope);
	size_t from = scope.ptr == NULL ? p->scope_count : scope_position(p, normal), to;
	struct policy_pick *picks;
	bool exact = false;
	size_t n = 0;

	for (to = from; to < p->scope_count && str_equal(p->scopes[to].normal, normal); to++)
		;
	picks = arena_array(mem, to - from + 1, sizeof(*picks));
	for (; from < to; from++) {
		const struct policy_scope *s = &p->scopes[from];
		bool same = str_equal(s->scope, scope);

		exact = exact || same;
		picks[n++] = (struct policy_pick){ s->statement, s->scope,
			same ? POLICY_MATCH_EXACT : POLICY_MATCH_NORMAL };
	}
	if (!exact && p->wildcard != NULL)
		picks[n++] = (struct policy_pick){ p->wildcard, STR("*"),
			POLICY_MATCH_WILDCARD };
	if (n > 1)
		qsort(picks, n, sizeof(*picks), compare_picks);
	*count = 0;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || picks[i].statement != picks[*count - 1].statement)
			picks[(*count)++] = picks[i];
	return picks;
}

const char *
policy_match_name(enum policy_match m)
{
	static const char *const names[] = { "exact", "normalised", "wildcard" };

	return names[m];
}

const struct policy_statement *
policy_select_blob(const struct policy *p, struct str name)
{
	for (size_t i = 0; p->kind == POLICY_BLOB && i < p->statement_count; i++) {
		const struct policy_statement *s = &p->statements[i];

		if (name.ptr == NULL ? s->global : str_equal(s->name, name))
			return s;
	}
	return NULL;
}

struct chain_anchors
policy_anchors(const struct policy *p, const struct policy_statement *s,
    enum store_type type, struct arena *mem)
{
	(void)p;
	(void)mem;
	for (size_t i = 0; i < s->store_count; i++) {
		if (s->stores[i].type == type &&
		    s->stores[i].store->reason != REASON_NONE)
			return (struct chain_anchors){ NULL, 0, s->anchors[type].digest };
	}
	return s->anchors[type];
}
