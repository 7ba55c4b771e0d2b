/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust policy document (Notary Project trust policy specification, "Trust Policy"): its
 * shape first, then its rules, in the order of the reference implementation, so that the first
 * thing that is wrong is the same in both. Behind a fault the checks go on, for those who want to
 * know all of them: a member whose type was told as wrong is passed over by the rules.
 */
#include <stdlib.h>

#include "oci/reference.h"
#include "trust/policy_parts.h"

struct mark { /* a text that must be unique, and where it stands */
	struct str text;
	size_t order;
};

/* --- shape --- */

static int
fault(struct policy_parsing *p, const struct err *err)
{
	return faults_add(p->faults, err);
}

static bool
is(struct jv v, enum json_type type)
{
	return jsonin_type(v) == type;
}

/* A member that may be absent, and of which the type counts. */
static int
shape_member(struct policy_parsing *p, struct jv *out, struct jv obj, const char *name,
    enum json_type type)
{
	struct err err;

	*out = jsonin_get(obj, name);
	if (!jsonin_present(*out) || jsonin_as(*out, type, &err) == 0)
		return 0;
	return fault(p, &err);
}

static int
shape_texts(struct policy_parsing *p, struct jv list)
{
	struct err err;

	if (!is(list, JSON_ARRAY) && !is(list, JSON_OBJECT))
		return 0;
	for (struct jv v = jsonin_first(list); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_as(v, JSON_STRING, &err) != 0 && fault(p, &err) != 0)
			return -1;
	}
	return 0;
}

static int
shape_known(
    struct policy_parsing *p, struct jv obj, const char *const *names, size_t count)
{
	struct err err;

	for (struct jv v = jsonin_first(obj); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_known_member(v, names, count, true, &err) != 0 &&
		    fault(p, &err) != 0)
			return -1;
	}
	return 0;
}

static int
shape_verification(struct policy_parsing *p, struct policy_raw *r)
{
	static const char *const names[] = { "level", "override", "verifyTimestamp" };
	struct jv v = r->verification;

	if (!is(v, JSON_OBJECT))
		return 0;
	if (shape_known(p, v, names, COUNT(names)) != 0 ||
	    shape_member(p, &r->level, v, "level", JSON_STRING) != 0 ||
	    shape_member(p, &r->override, v, "override", JSON_OBJECT) != 0 ||
	    shape_member(p, &r->timestamp, v, "verifyTimestamp", JSON_STRING) != 0)
		return -1;
	return shape_texts(p, r->override);
}

/* What the statements of one kind of document have and those of the other have not. */
static int
shape_choice(struct policy_parsing *p, struct policy_raw *r)
{
	if (p->out->kind == POLICY_BLOB)
		return shape_member(p, &r->global, r->at, "globalPolicy", JSON_BOOL);
	if (shape_member(p, &r->scopes, r->at, "registryScopes", JSON_ARRAY) != 0)
		return -1;
	return shape_texts(p, r->scopes);
}

static int
shape_statement(struct policy_parsing *p, struct policy_raw *r, struct jv v)
{
	const char *const names[] = { "name",
		p->out->kind == POLICY_BLOB ? "globalPolicy" : "registryScopes",
		"signatureVerification", "trustStores", "trustedIdentities" };
	struct err err;

	*r = (struct policy_raw){ .at = v };
	if (jsonin_as(v, JSON_OBJECT, &err) != 0)
		return fault(p, &err);
	if (shape_known(p, v, names, COUNT(names)) != 0 ||
	    shape_member(p, &r->name, v, "name", JSON_STRING) != 0 ||
	    shape_choice(p, r) != 0 ||
	    shape_member(p, &r->verification, v, "signatureVerification", JSON_OBJECT) !=
		0 ||
	    shape_verification(p, r) != 0 ||
	    shape_member(p, &r->stores, v, "trustStores", JSON_ARRAY) != 0 ||
	    shape_texts(p, r->stores) != 0 ||
	    shape_member(p, &r->identities, v, "trustedIdentities", JSON_ARRAY) != 0)
		return -1;
	return shape_texts(p, r->identities);
}

/* The place of a member, or of what should hold it. */
static struct jv
place(struct jv member, struct jv holder)
{
	return jsonin_present(member) ? member : holder;
}

/* Nothing, or a text that is empty: the reference knows no difference. */
static bool
empty(struct jv v)
{
	struct str s = STR_NONE;

	return !jsonin_present(v) || (jsonin_as_str(&s, v, NULL) == 0 && s.len == 0);
}

static struct str
text_of(struct jv v)
{
	struct str s = STR_NONE;

	return jsonin_as_str(&s, v, NULL) == 0 ? s : STR_NONE;
}

static int
rule_document(struct policy_parsing *p, struct jv root, struct jv version, struct jv list)
{
	struct policy *out = p->out;
	struct str word = text_of(version);

	if (empty(version)) {
		if (faults_fail(p->faults, REASON_POLICY_VERSION, place(version, root),
			"no version, want 1.0") != 0)
			return -1;
	} else if (is(version, JSON_STRING) && !str_is(word, "1.0")) {
		if (faults_fail(p->faults, REASON_POLICY_VERSION, version,
			"version %.*s, want 1.0", STR_ARG(str_upto(word, 40))) != 0)
			return -1;
	}
	out->doc.version = arena_str(p->mem, word);
	if (out->statement_count == 0 && (!jsonin_present(list) || is(list, JSON_ARRAY)))
		return faults_fail(
		    p->faults, REASON_POLICY_EMPTY, place(list, root), "no statement");
	return 0;
}

static int
shape_document(struct policy_parsing *p, struct jv root)
{
	static const char *const names[] = { "version", "trustPolicies" };
	struct policy *out = p->out;
	struct jv version, list;
	struct err err;
	size_t i = 0;

	if (jsonin_as(root, JSON_OBJECT, &err) != 0) {
		fault(p, &err);
		return -1; /* nothing to go on with */
	}
	if (shape_known(p, root, names, COUNT(names)) != 0 ||
	    shape_member(p, &version, root, "version", JSON_STRING) != 0 ||
	    shape_member(p, &list, root, "trustPolicies", JSON_ARRAY) != 0)
		return -1;
	if (is(list, JSON_ARRAY))
		out->statement_count = jsonin_count(list);
	p->raws = arena_array(&p->scratch, out->statement_count, sizeof(*p->raws));
	out->statements =
	    arena_array(p->mem, out->statement_count, sizeof(*out->statements));
	for (struct jv v = jsonin_first(list); i < out->statement_count;
	     v = jsonin_next(v)) {
		out->statements[i].index = i;
		if (shape_statement(p, &p->raws[i++], v) != 0)
			return -1;
	}
	return rule_document(p, root, version, list);
}

/* --- rules --- */

static int
compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int c = str_cmp(x->text, y->text);

	return c != 0 ? c : (x->order > y->order) - (x->order < y->order);
}

/*
 * For each text of the document, in order: did it stand there before? Sorts the marks. Texts that
 * are empty are none.
 */
static bool *
find_repeats(struct policy_parsing *p, struct mark *marks, size_t count)
{
	bool *repeated = arena_array(&p->scratch, count, sizeof(*repeated));

	if (count > 1)
		qsort(marks, count, sizeof(*marks), compare_marks);
	for (size_t i = 1; i < count; i++) {
		if (marks[i].text.len != 0 && str_equal(marks[i].text, marks[i - 1].text))
			repeated[marks[i].order] = true;
	}
	return repeated;
}

static int
rule_override(struct policy_parsing *p, struct policy_statement *s, struct jv v)
{
	enum action action;
	enum validation what;

	if (!is(v, JSON_STRING))
		return 0;
	if (!validation_find(&what, jsonin_key(v)))
		return faults_fail(p->faults, REASON_POLICY_OVERRIDE, v,
		    "unknown validation, want authenticity, authenticTimestamp, expiry or revocation");
	if (!action_find(&action, text_of(v)))
		return faults_fail(p->faults, REASON_POLICY_OVERRIDE, v,
		    "unknown action, want enforce, log or skip");
	if (what == VALIDATION_INTEGRITY)
		return faults_fail(p->faults, REASON_POLICY_OVERRIDE, v,
		    "integrity cannot be overridden");
	if (action == ACTION_SKIP && what != VALIDATION_REVOCATION)
		return faults_fail(p->faults, REASON_POLICY_OVERRIDE, v,
		    "only revocation can be skipped, want enforce or log");
	s->actions[what] = action;
	return 0;
}

/* What a level demands is not known while its word is not: *known. */
static int
rule_level(struct policy_parsing *p, struct policy_statement *s,
    const struct policy_raw *r, bool *known)
{
	struct jv holder = place(r->verification, r->at);

	*known = level_named(&s->level, text_of(r->level));
	if (!*known) {
		s->level = LEVEL_CUSTOM;
		/* A wrong type on the way was told. */
		if (jsonin_present(r->level) ? is(r->level, JSON_STRING)
					     : is(holder, JSON_OBJECT))
			return faults_fail(p->faults, REASON_POLICY_LEVEL,
			    place(r->level, holder),
			    "unknown or no level, want strict, permissive, audit or skip");
	}
	return 0;
}

static int
rule_overrides(
    struct policy_parsing *p, struct policy_statement *s, const struct policy_raw *r)
{
	level_actions(s->actions, s->level);
	if (!is(r->override, JSON_OBJECT) || jsonin_count(r->override) == 0)
		return 0;
	if (s->level == LEVEL_SKIP)
		return faults_fail(p->faults, REASON_POLICY_OVERRIDE, r->override,
		    "level skip cannot be overridden");
	for (struct jv v = jsonin_first(r->override); jsonin_present(v);
	     v = jsonin_next(v)) {
		if (rule_override(p, s, v) != 0)
			return -1;
	}
	s->level = LEVEL_CUSTOM;
	return 0;
}

static int
rule_timestamp(
    struct policy_parsing *p, struct policy_statement *s, const struct policy_raw *r)
{
	struct str word = text_of(r->timestamp);

	if (!is(r->timestamp, JSON_STRING))
		return 0;
	s->timestamp_after_expiry = str_is(word, "afterCertExpiry");
	if (!s->timestamp_after_expiry && !str_is(word, "always"))
		return faults_fail(p->faults, REASON_POLICY_TIMESTAMP, r->timestamp,
		    "want always or afterCertExpiry");
	return 0;
}

/* A list without any element, or none at all; not one of a wrong type. */
static bool
none_in(struct jv list)
{
	return !jsonin_present(list) || (is(list, JSON_ARRAY) && jsonin_count(list) == 0);
}

static int
rule_trust(struct policy_parsing *p, const struct policy_statement *s,
    const struct policy_raw *r)
{
	size_t stores = is(r->stores, JSON_ARRAY) ? jsonin_count(r->stores) : 0;
	size_t identities =
	    is(r->identities, JSON_ARRAY) ? jsonin_count(r->identities) : 0;

	if (s->level == LEVEL_SKIP) {
		if (stores + identities == 0)
			return 0;
		return faults_fail(p->faults, REASON_POLICY_SKIP_EXTRA,
		    stores != 0 ? r->stores : r->identities,
		    "level skip uses neither trust stores nor identities");
	}
	if (none_in(r->stores) && faults_fail(p->faults, REASON_POLICY_MISSING_TRUST,
				      place(r->stores, r->at), "no trust store") != 0)
		return -1;
	if (none_in(r->identities))
		return faults_fail(p->faults, REASON_POLICY_MISSING_TRUST,
		    place(r->identities, r->at), "no trusted identity");
	return 0;
}

static int
rule_store(struct policy_parsing *p, struct policy_statement *s, struct jv v)
{
	struct policy_store_ref *ref = &s->stores[s->store_count];
	struct str text = text_of(v);
	size_t colon = str_find(text, ':');
	struct str name = str_from(text, colon + 1);

	if (!is(v, JSON_STRING))
		return 0;
	if (colon == text.len)
		return faults_fail(
		    p->faults, REASON_POLICY_STORE, v, "no \":\", want type:name");
	if (!store_type_find(&ref->type, str_upto(text, colon)))
		return faults_fail(p->faults, REASON_POLICY_STORE, v,
		    "unknown type, want ca, signingAuthority or tsa");
	if (!store_name_valid(name))
		return faults_fail(p->faults, REASON_POLICY_STORE, v,
		    "name of the store is not allowed");
	ref->name = arena_str(p->mem, name);
	s->store_count++;
	return 0;
}

static int
rule_stores(
    struct policy_parsing *p, struct policy_statement *s, const struct policy_raw *r)
{
	if (!is(r->stores, JSON_ARRAY))
		return 0;
	s->stores = arena_array(p->mem, jsonin_count(r->stores), sizeof(*s->stores));
	for (struct jv v = jsonin_first(r->stores); jsonin_present(v);
	     v = jsonin_next(v)) {
		if (rule_store(p, s, v) != 0)
			return -1;
	}
	return 0;
}

static int
rule_statement(struct policy_parsing *p, size_t i)
{
	struct policy_statement *s = &p->out->statements[i];
	const struct policy_raw *r = &p->raws[i];
	bool known;

	s->name = arena_str(p->mem, text_of(r->name));
	if (empty(r->name) && faults_fail(p->faults, REASON_POLICY_NAME,
				  place(r->name, r->at), "no name") != 0)
		return -1;
	if (rule_level(p, s, r, &known) != 0 || rule_overrides(p, s, r) != 0 ||
	    rule_timestamp(p, s, r) != 0 || (known && rule_trust(p, s, r) != 0))
		return -1;
	if (s->level == LEVEL_SKIP)
		return 0;
	if (rule_stores(p, s, r) != 0)
		return -1;
	return is(r->identities, JSON_ARRAY)
		   ? identities_collect(&s->identities, p->mem, r->identities, p->faults)
		   : 0;
}

/* One statement at most is for the artifacts that name none, and it must demand something. */
static int
rule_global(struct policy_parsing *p, size_t i, size_t *global)
{
	struct policy_statement *s = &p->out->statements[i];
	struct jv v = p->raws[i].global;
	bool yes = false;

	if (jsonin_as_bool(&yes, v, NULL) != 0 || !yes)
		return 0;
	if (*global == p->out->statement_count)
		*global = i;
	else if (faults_fail(p->faults, REASON_POLICY_GLOBAL, v,
		     "statement %zu of the list is global already", *global) != 0)
		return -1;
	if (s->level == LEVEL_SKIP)
		return faults_fail(p->faults, REASON_POLICY_GLOBAL_SKIP, v,
		    "the global statement has level skip");
	s->global = true;
	return 0;
}

static int
rule_statements(struct policy_parsing *p)
{
	size_t count = p->out->statement_count, global = count;
	struct mark *marks = arena_array(&p->scratch, count, sizeof(*marks));
	const bool *repeated;

	for (size_t i = 0; i < count; i++)
		marks[i] = (struct mark){ text_of(p->raws[i].name), i };
	repeated = find_repeats(p, marks, count);
	for (size_t i = 0; i < count; i++) {
		if (!is(p->raws[i].at, JSON_OBJECT))
			continue;
		if (repeated[i] &&
		    faults_fail(p->faults, REASON_POLICY_DUP_NAME, p->raws[i].name,
			"another statement has this name") != 0)
			return -1;
		if (rule_statement(p, i) != 0 || rule_global(p, i, &global) != 0)
			return -1;
	}
	return 0;
}

/* "*" beside others, and texts that name no repository. */
static int
rule_scope_forms(struct policy_parsing *p, const struct policy_raw *r, size_t count)
{
	for (struct jv v = jsonin_first(r->scopes); count > 1 && jsonin_present(v);
	     v = jsonin_next(v)) {
		if (str_is(text_of(v), "*") && faults_fail(p->faults, REASON_POLICY_SCOPE,
						   v, "\"*\" beside other scopes") != 0)
			return -1;
	}
	for (struct jv v = jsonin_first(r->scopes); jsonin_present(v);
	     v = jsonin_next(v)) {
		struct str text = text_of(v);

		if (is(v, JSON_STRING) && !str_is(text, "*") &&
		    !reference_scope_valid(text) &&
		    faults_fail(p->faults, REASON_POLICY_SCOPE, v,
			"want host/repository without scheme, tag, digest or pattern") !=
			0)
			return -1;
	}
	return 0;
}

static int
rule_scopes(
    struct policy_parsing *p, struct policy_statement *s, const struct policy_raw *r)
{
	size_t count;

	if (none_in(r->scopes))
		return faults_fail(p->faults, REASON_POLICY_SCOPE,
		    place(r->scopes, r->at), "no registry scope");
	if (!is(r->scopes, JSON_ARRAY))
		return 0;
	count = jsonin_count(r->scopes);
	s->scopes = arena_array(p->mem, count, sizeof(*s->scopes));
	for (struct jv v = jsonin_first(r->scopes); jsonin_present(v);
	     v = jsonin_next(v)) {
		if (is(v, JSON_STRING))
			s->scopes[s->scope_count++] = arena_str(p->mem, text_of(v));
	}
	if (s->level == LEVEL_SKIP && s->scope_count == 1 && str_is(s->scopes[0], "*"))
		policy_warn(p->out, REASON_POLICY_SKIP_ALL,
		    "statement %.*s (/trustPolicies/%zu)", STR_ARG(s->name), s->index);
	return rule_scope_forms(p, r, count);
}

/* Statement by statement, each scope that stood in the document before. */
static int
rule_unique_scopes(struct policy_parsing *p)
{
	struct policy *out = p->out;
	const bool *repeated;
	struct mark *marks;
	size_t count = 0, n = 0;

	for (size_t i = 0; i < out->statement_count; i++)
		count += out->statements[i].scope_count;
	marks = arena_array(&p->scratch, count, sizeof(*marks));
	for (size_t i = 0; i < out->statement_count; i++) {
		for (size_t k = 0; k < out->statements[i].scope_count; k++) {
			marks[n] = (struct mark){ out->statements[i].scopes[k], n };
			n++;
		}
	}
	repeated = find_repeats(p, marks, count);
	n = 0;
	for (size_t i = 0; i < out->statement_count; i++) {
		struct jv list = p->raws[i].scopes;

		for (struct jv v = jsonin_first(list);
		     is(list, JSON_ARRAY) && jsonin_present(v); v = jsonin_next(v)) {
			if (!is(v, JSON_STRING) || !repeated[n++])
				continue;
			if (faults_fail(p->faults, REASON_POLICY_SCOPE, v,
				"this scope stands in the document before") != 0)
				return -1;
		}
	}
	return 0;
}

int
policy_rules(struct policy_parsing *p, struct jv root)
{
	struct policy *out = p->out;

	if (shape_document(p, root) != 0 || rule_statements(p) != 0)
		return -1;
	if (out->kind != POLICY_OCI)
		return 0;
	for (size_t i = 0; i < out->statement_count; i++) {
		if (is(p->raws[i].at, JSON_OBJECT) &&
		    rule_scopes(p, &out->statements[i], &p->raws[i]) != 0)
			return -1;
	}
	return rule_unique_scopes(p);
}
