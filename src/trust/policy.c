/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust policy document (Notary Project trust policy specification, "Trust Policy"): its
 * shape first, then its rules, in the order of the reference implementation, so that the first
 * thing that is wrong is the same in both. The folder around it is in policydir.c.
 */
#include "trust/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "oci/reference.h"

struct raw { /* one statement as written; absent members are absent */
	struct jv at, scopes, stores, identities, verification, level, override,
	    timestamp;
	struct str name;
	bool global;
};

struct mark { /* a text that must be unique, and where it stands */
	struct str text;
	size_t order;
	struct jv at;
};

struct parsing {
	struct policy *out;
	struct arena *mem; /* of the result */
	struct arena scratch;
	struct raw *raws;
};

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

/* --- shape --- */

static int
shape_strings(struct jv list, struct err *err)
{
	struct str s;

	for (struct jv v = jsonin_first(list); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_as_str(&s, v, err) != 0)
			return -1;
	}
	return 0;
}

static int
shape_verification(struct raw *r, struct err *err)
{
	static const char *const names[] = { "level", "override", "verifyTimestamp" };
	struct jv v = r->verification;
	struct str s;

	if (!jsonin_present(v))
		return 0;
	if (jsonin_known(v, names, COUNT(names), true, err) != 0 ||
	    jsonin_opt_str(&s, v, "level", err) != 0 ||
	    jsonin_opt_obj(&r->override, v, "override", err) != 0 ||
	    jsonin_opt_str(&s, v, "verifyTimestamp", err) != 0)
		return -1;
	r->level = jsonin_get(v, "level");
	r->timestamp = jsonin_get(v, "verifyTimestamp");
	return shape_strings(r->override, err);
}

/* What the statements of one kind of document have and those of the other have not. */
static int
shape_choice(struct raw *r, struct jv v, enum policy_kind kind, struct err *err)
{
	bool present;

	if (kind == POLICY_BLOB)
		return jsonin_opt_bool(&r->global, &present, v, "globalPolicy", err);
	if (jsonin_opt_arr(&r->scopes, v, "registryScopes", err) != 0)
		return -1;
	return shape_strings(r->scopes, err);
}

static int
shape_statement(struct raw *r, struct jv v, enum policy_kind kind, struct err *err)
{
	const char *const names[] = { "name",
		kind == POLICY_BLOB ? "globalPolicy" : "registryScopes",
		"signatureVerification", "trustStores", "trustedIdentities" };

	*r = (struct raw){ .at = v };
	if (jsonin_known(v, names, COUNT(names), true, err) != 0 ||
	    jsonin_opt_str(&r->name, v, "name", err) != 0 ||
	    shape_choice(r, v, kind, err) != 0 ||
	    jsonin_opt_obj(&r->verification, v, "signatureVerification", err) != 0 ||
	    shape_verification(r, err) != 0 ||
	    jsonin_opt_arr(&r->stores, v, "trustStores", err) != 0 ||
	    shape_strings(r->stores, err) != 0 ||
	    jsonin_opt_arr(&r->identities, v, "trustedIdentities", err) != 0)
		return -1;
	return shape_strings(r->identities, err);
}

/* The place of a member, or of what should hold it. */
static struct jv
place(struct jv member, struct jv holder)
{
	return jsonin_present(member) ? member : holder;
}

static int
shape_document(struct parsing *p, struct jv root, struct err *err)
{
	static const char *const names[] = { "version", "trustPolicies" };
	struct policy *out = p->out;
	struct jv list;
	size_t i = 0;

	if (jsonin_known(root, names, COUNT(names), true, err) != 0 ||
	    jsonin_opt_str(&out->doc.version, root, "version", err) != 0 ||
	    jsonin_opt_arr(&list, root, "trustPolicies", err) != 0)
		return -1;
	out->statement_count = jsonin_count(list);
	p->raws = arena_array(&p->scratch, out->statement_count, sizeof(*p->raws));
	for (struct jv v = jsonin_first(list); jsonin_present(v); v = jsonin_next(v)) {
		if (shape_statement(&p->raws[i++], v, out->kind, err) != 0)
			return -1;
	}
	/* Empty counts as absent: so it does in the reference. */
	if (out->doc.version.len == 0)
		return jsonin_fail(err, REASON_POLICY_VERSION,
		    place(jsonin_get(root, "version"), root), "no version, want 1.0");
	if (!str_is(out->doc.version, "1.0"))
		return jsonin_fail(err, REASON_POLICY_VERSION,
		    jsonin_get(root, "version"), "version %.*s, want 1.0",
		    STR_ARG(str_upto(out->doc.version, 40)));
	out->doc.version = arena_str(p->mem, out->doc.version);
	if (out->statement_count == 0)
		return jsonin_fail(
		    err, REASON_POLICY_EMPTY, place(list, root), "no statement");
	return 0;
}

/* --- rules --- */

static int
compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int c = str_cmp(x->text, y->text);

	return c != 0 ? c : (x->order > y->order) - (x->order < y->order);
}

/* The first text of the document that stood there before, or NULL. Sorts. */
static const struct mark *
first_repeat(struct mark *marks, size_t count)
{
	const struct mark *first = NULL;

	if (count > 1)
		qsort(marks, count, sizeof(*marks), compare_marks);
	for (size_t i = 1; i < count; i++) {
		if (str_equal(marks[i].text, marks[i - 1].text) &&
		    (first == NULL || marks[i].order < first->order))
			first = &marks[i];
	}
	return first;
}

static int
rule_override(struct policy_statement *s, struct jv v, struct err *err)
{
	struct str key = jsonin_key(v), word;
	enum level_action action;
	enum validation what;

	if (jsonin_as_str(&word, v, err) != 0)
		return -1;
	if (!validation_find(&what, key))
		return jsonin_fail(err, REASON_POLICY_OVERRIDE, v,
		    "unknown validation, want authenticity, authenticTimestamp, expiry or revocation");
	if (!level_action_find(&action, word))
		return jsonin_fail(err, REASON_POLICY_OVERRIDE, v,
		    "unknown action, want enforce, log or skip");
	if (what == VALIDATION_INTEGRITY)
		return jsonin_fail(
		    err, REASON_POLICY_OVERRIDE, v, "integrity cannot be overridden");
	if (action == LEVEL_SKIPPED && what != VALIDATION_REVOCATION)
		return jsonin_fail(err, REASON_POLICY_OVERRIDE, v,
		    "only revocation can be skipped, want enforce or log");
	s->actions[what] = action;
	return 0;
}

static int
rule_level(struct policy_statement *s, const struct raw *r, struct err *err)
{
	struct str word = STR_NONE;

	if (jsonin_present(r->level) && jsonin_as_str(&word, r->level, err) != 0)
		return -1;
	if (!level_find(&s->level, word))
		return jsonin_fail(err, REASON_POLICY_LEVEL,
		    place(r->level, place(r->verification, r->at)),
		    "unknown or no level, want strict, permissive, audit or skip");
	level_actions(s->actions, s->level);
	if (jsonin_count(r->override) == 0)
		return 0;
	if (s->level == LEVEL_SKIP)
		return jsonin_fail(err, REASON_POLICY_OVERRIDE, r->override,
		    "level skip cannot be overridden");
	for (struct jv v = jsonin_first(r->override); jsonin_present(v);
	     v = jsonin_next(v)) {
		if (rule_override(s, v, err) != 0)
			return -1;
	}
	s->level = LEVEL_CUSTOM;
	return 0;
}

static int
rule_timestamp(struct policy_statement *s, const struct raw *r, struct err *err)
{
	struct str word;

	if (!jsonin_present(r->timestamp))
		return 0;
	if (jsonin_as_str(&word, r->timestamp, err) != 0)
		return -1;
	s->timestamp_after_expiry = str_is(word, "afterCertExpiry");
	if (!s->timestamp_after_expiry && !str_is(word, "always"))
		return jsonin_fail(err, REASON_POLICY_TIMESTAMP, r->timestamp,
		    "want always or afterCertExpiry");
	return 0;
}

static int
rule_trust(const struct policy_statement *s, const struct raw *r, struct err *err)
{
	size_t stores = jsonin_count(r->stores), identities = jsonin_count(r->identities);

	if (s->level == LEVEL_SKIP && stores + identities != 0)
		return jsonin_fail(err, REASON_POLICY_SKIP_EXTRA,
		    stores != 0 ? r->stores : r->identities,
		    "level skip uses neither trust stores nor identities");
	if (s->level != LEVEL_SKIP && stores == 0)
		return jsonin_fail(err, REASON_POLICY_MISSING_TRUST,
		    place(r->stores, r->at), "no trust store");
	if (s->level != LEVEL_SKIP && identities == 0)
		return jsonin_fail(err, REASON_POLICY_MISSING_TRUST,
		    place(r->identities, r->at), "no trusted identity");
	return 0;
}

static int
rule_stores(
    struct parsing *p, struct policy_statement *s, const struct raw *r, struct err *err)
{
	s->stores = arena_array(p->mem, jsonin_count(r->stores), sizeof(*s->stores));
	for (struct jv v = jsonin_first(r->stores); jsonin_present(v);
	     v = jsonin_next(v)) {
		struct policy_store_ref *ref = &s->stores[s->store_count];
		struct str text, name;
		size_t colon;

		if (jsonin_as_str(&text, v, err) != 0)
			return -1;
		colon = str_find(text, ':');
		name = str_from(text, colon + 1);
		if (colon == text.len)
			return jsonin_fail(
			    err, REASON_POLICY_STORE, v, "no \":\", want type:name");
		if (!store_type_find(&ref->type, str_upto(text, colon)))
			return jsonin_fail(err, REASON_POLICY_STORE, v,
			    "unknown type, want ca, signingAuthority or tsa");
		if (!store_name_valid(name))
			return jsonin_fail(err, REASON_POLICY_STORE, v,
			    "name of the store is not allowed");
		ref->name = arena_str(p->mem, name);
		s->store_count++;
	}
	return 0;
}

static int
rule_statement(struct parsing *p, size_t i, struct err *err)
{
	struct policy_statement *s = &p->out->statements[i];
	const struct raw *r = &p->raws[i];

	s->index = i;
	s->name = arena_str(p->mem, r->name);
	if (r->name.len == 0)
		return jsonin_fail(err, REASON_POLICY_NAME,
		    place(jsonin_get(r->at, "name"), r->at), "no name");
	if (rule_level(s, r, err) != 0 || rule_timestamp(s, r, err) != 0 ||
	    rule_trust(s, r, err) != 0)
		return -1;
	if (s->level == LEVEL_SKIP)
		return 0;
	if (rule_stores(p, s, r, err) != 0)
		return -1;
	return identities_parse(&s->identities, p->mem, r->identities, err);
}

/* One statement at most is for the artifacts that name none, and it must demand something. */
static int
rule_global(struct parsing *p, size_t i, struct err *err)
{
	struct policy_statement *s = &p->out->statements[i];
	struct jv at = jsonin_get(p->raws[i].at, "globalPolicy");

	if (!p->raws[i].global)
		return 0;
	for (size_t k = 0; k < i; k++) {
		if (p->out->statements[k].global)
			return jsonin_fail(err, REASON_POLICY_GLOBAL, at,
			    "statement %zu of the list is global already", k);
	}
	if (s->level == LEVEL_SKIP)
		return jsonin_fail(err, REASON_POLICY_GLOBAL_SKIP, at,
		    "the global statement has level skip");
	s->global = true;
	return 0;
}

static int
rule_statements(struct parsing *p, struct err *err)
{
	size_t count = p->out->statement_count;
	struct mark *marks = arena_array(&p->scratch, count, sizeof(*marks));
	const struct mark *again;

	for (size_t i = 0; i < count; i++)
		marks[i] = (struct mark){ p->raws[i].name, i, p->raws[i].at };
	again = first_repeat(marks, count);
	for (size_t i = 0; i < count; i++) {
		if (again != NULL && again->order == i)
			return jsonin_fail(err, REASON_POLICY_DUP_NAME,
			    place(jsonin_get(again->at, "name"), again->at),
			    "another statement has this name");
		if (rule_statement(p, i, err) != 0 || rule_global(p, i, err) != 0)
			return -1;
	}
	return 0;
}

static int
rule_scopes(
    struct parsing *p, struct policy_statement *s, const struct raw *r, struct err *err)
{
	size_t count = jsonin_count(r->scopes);

	if (count == 0)
		return jsonin_fail(err, REASON_POLICY_SCOPE, place(r->scopes, r->at),
		    "no registry scope");
	s->scopes = arena_array(p->mem, count, sizeof(*s->scopes));
	for (struct jv v = jsonin_first(r->scopes); jsonin_present(v);
	     v = jsonin_next(v)) {
		struct str text;

		if (jsonin_as_str(&text, v, err) != 0)
			return -1;
		if (count > 1 && str_is(text, "*"))
			return jsonin_fail(
			    err, REASON_POLICY_SCOPE, v, "\"*\" beside other scopes");
		s->scopes[s->scope_count++] = arena_str(p->mem, text);
	}
	for (struct jv v = jsonin_first(r->scopes); jsonin_present(v);
	     v = jsonin_next(v)) {
		struct str text;

		if (jsonin_as_str(&text, v, err) != 0)
			return -1;
		if (!str_is(text, "*") && !reference_scope_valid(text))
			return jsonin_fail(err, REASON_POLICY_SCOPE, v,
			    "want host/repository without scheme, tag, digest or pattern");
	}
	if (s->level == LEVEL_SKIP && str_is(s->scopes[0], "*"))
		policy_warn(p->out, REASON_POLICY_SKIP_ALL,
		    "statement %.*s (/trustPolicies/%zu)", STR_ARG(s->name), s->index);
	return 0;
}

static int
rule_unique_scopes(struct parsing *p, struct err *err)
{
	struct policy *out = p->out;
	const struct mark *again;
	struct mark *marks;
	size_t count = 0, n = 0;

	for (size_t i = 0; i < out->statement_count; i++)
		count += out->statements[i].scope_count;
	marks = arena_array(&p->scratch, count, sizeof(*marks));
	for (size_t i = 0; i < out->statement_count; i++) {
		struct jv v = jsonin_first(p->raws[i].scopes);

		for (size_t k = 0; k < out->statements[i].scope_count; k++) {
			marks[n] = (struct mark){ out->statements[i].scopes[k], n, v };
			v = jsonin_next(v);
			n++;
		}
	}
	again = first_repeat(marks, count);
	if (again == NULL)
		return 0;
	return jsonin_fail(err, REASON_POLICY_SCOPE, again->at,
	    "this scope stands in the document before");
}

static int
rule_all_scopes(struct parsing *p, struct err *err)
{
	for (size_t i = 0; i < p->out->statement_count; i++) {
		if (rule_scopes(p, &p->out->statements[i], &p->raws[i], err) != 0)
			return -1;
	}
	return rule_unique_scopes(p, err);
}
/* --- the stores that are named --- */

static int
compare_stores(const void *a, const void *b)
{
	const struct anchor_store *x = a, *y = b;

	return x->type != y->type ? (x->type > y->type) - (x->type < y->type)
				  : str_cmp(x->name, y->name);
}

/* One list by type and name, each store once. */
static void
gather_stores(struct parsing *p)
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
		qsort(all, n, sizeof(*all), compare_stores);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_stores(&all[i], &all[out->store_count - 1]) != 0)
			all[out->store_count++] = all[i];
	}
	out->stores = all;
}

/* References become pointers into the list; of two to the same store the first stays. */
static void
resolve_stores(struct parsing *p)
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
			    sizeof(*out->stores), compare_stores);
			if (last[ref.store - out->stores] == i + 1)
				continue;
			last[ref.store - out->stores] = i + 1;
			s->stores[s->store_count++] = ref;
		}
	}
}

static int
parse_document(struct parsing *p, struct jv root, struct err *err)
{
	struct policy *out = p->out;

	if (shape_document(p, root, err) != 0)
		return -1;
	out->statements =
	    arena_array(p->mem, out->statement_count, sizeof(*out->statements));
	if (rule_statements(p, err) != 0 ||
	    (out->kind == POLICY_OCI && rule_all_scopes(p, err) != 0))
		return -1;
	gather_stores(p);
	resolve_stores(p);
	return 0;
}

int
policy_parse(struct policy *out, struct bytes text, enum policy_kind kind,
    const struct limits *limits, const struct where *at, struct err *err)
{
	AUTO(jsonin_free) struct json *json = NULL;
	struct parsing p = { .out = out, .mem = &out->mem };
	int ret;

	*out = (struct policy){ .kind = kind };
	if (text.len > POLICY_BYTES_MOST)
		return err_set(err, REASON_FILE_TOO_LARGE, at,
		    "%zu bytes, want at most %zu", text.len, POLICY_BYTES_MOST);
	if (jsonin_parse(&json, text, limits, at, err) != 0)
		return -1;
	arena_init(&out->mem, 0);
	arena_init(&p.scratch, 0);
	out->doc.kind = STR("notation-trust-policy");
	out->doc.text = arena_bytes(&out->mem, text);
	if (at != NULL)
		out->doc.path = arena_str(&out->mem, at->file);
	ret = parse_document(&p, jsonin_root(json), err);
	arena_clear(&p.scratch);
	if (ret != 0)
		policy_clear(out);
	return ret;
}

const struct policy_statement *
policy_select(const struct policy *p, struct str scope)
{
	const struct policy_statement *any = NULL;

	for (size_t i = 0; i < p->statement_count; i++) {
		const struct policy_statement *s = &p->statements[i];

		for (size_t k = 0; k < s->scope_count; k++) {
			if (str_is(s->scopes[k], "*"))
				any = s;
			else if (scope.ptr != NULL && str_equal(s->scopes[k], scope))
				return s;
		}
	}
	return any;
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
