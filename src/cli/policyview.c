/* SPDX-License-Identifier: Apache-2.0 */
/* What `assay policy check` and `assay policy show` print. */
#include "cli/policyview.h"

#include <stdio.h>

#define DAY_US INT64_C(86400000000)

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
colored(struct out *o, enum out_color color, const char *text)
{
	out_color(o, color);
	out_text(o, text);
	out_color(o, OUT_PLAIN);
}

/* Label and value in two columns. */
static void
labelled(struct out *o, const char *label, size_t width)
{
	out_text(o, "  ");
	out_cell(o, str_of(label), width, 0, false);
	out_text(o, "  ");
}

/* --- stores: anchors and how long they hold --- */

struct store_state {
	size_t expired, expiring, future;
	struct when first; /* that expires */
};

static struct store_state
state_of(const struct anchor_store *s, const struct policyview *v)
{
	struct when soon = when_add_us(v->at, (int64_t)v->warn_days * DAY_US);
	struct store_state state = { 0, 0, 0, { INT64_MAX, 0 } };

	for (size_t i = 0; i < s->count; i++) {
		const struct anchor *a = &s->anchors[i];

		if (when_cmp(a->cert.not_after, v->at) < 0)
			state.expired++;
		else if (when_cmp(a->cert.not_after, soon) < 0)
			state.expiring++;
		if (when_cmp(a->cert.not_before, v->at) > 0)
			state.future++;
		if (when_cmp(a->cert.not_after, state.first) < 0)
			state.first = a->cert.not_after;
	}
	return state;
}

/* At least `least`, and as wide as the longest name of a store. */
static size_t
store_width(const struct anchor_store *s, size_t least)
{
	size_t n = strlen(store_type_name(s->type)) + 1 + s->name.len;

	return n > least ? n : least;
}

static void
store_line(
    struct out *o, const struct anchor_store *s, const struct policyview *v, size_t width)
{
	struct store_state state = state_of(s, v);
	char name[300], until[WHEN_TEXT];

	snprintf(name, sizeof(name), "%s:%.*s", store_type_name(s->type),
	    STR_ARG(str_upto(s->name, 255)));
	labelled(o, name, width);
	if (s->reason != REASON_NONE) {
		colored(o, OUT_RED, reason_code(s->reason));
		out_text(o, "  ");
		out_show(o, s->detail);
		out_text(o, "\n");
		return;
	}
	when_format(until, state.first);
	out_printf(o, "%zu anchor%s, %s until %s", s->count, plural(s->count),
	    s->count == 1 ? "valid" : "the first valid", until);
	if (state.expired + state.expiring + state.future != 0)
		out_color(o, OUT_YELLOW);
	if (state.expired != 0)
		out_printf(o, "; %zu expired", state.expired);
	if (state.expiring != 0)
		out_printf(
		    o, "; %zu for less than %u days", state.expiring, v->warn_days);
	if (state.future != 0)
		out_printf(o, "; %zu not valid yet", state.future);
	if (state.expired + state.expiring + state.future != 0)
		out_color(o, OUT_PLAIN);
	out_text(o, "\n");
}

static const char *
anchor_state(const struct anchor *a, const struct policyview *v)
{
	if (when_cmp(a->cert.not_after, v->at) < 0)
		return "expired";
	if (when_cmp(a->cert.not_before, v->at) > 0)
		return "not-yet-valid";
	return when_cmp(
		   a->cert.not_after, when_add_us(v->at, (int64_t)v->warn_days * DAY_US)) < 0
		   ? "expiring"
		   : "valid";
}

static void
json_digest(struct jsonout *j, const char *key, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_format(text, d);
	jsonout_text(j, key, text);
}

static void
json_store(struct jsonout *j, const struct anchor_store *s, const struct policyview *v)
{
	jsonout_object_begin(j, NULL);
	jsonout_text(j, "type", store_type_name(s->type));
	jsonout_str(j, "name", s->name);
	jsonout_bool(j, "loaded", s->reason == REASON_NONE);
	if (s->reason != REASON_NONE) {
		jsonout_text(j, "code", reason_code(s->reason));
		jsonout_str(j, "detail", s->detail);
	}
	jsonout_array_begin(j, "anchors");
	for (size_t i = 0; i < s->count; i++) {
		const struct anchor *a = &s->anchors[i];

		jsonout_object_begin(j, NULL);
		jsonout_str(j, "subject", a->cert.subject);
		json_digest(j, "digest", &a->cert.sha256);
		jsonout_str(j, "file", a->file);
		jsonout_when(j, "not_before", a->cert.not_before);
		jsonout_when(j, "not_after", a->cert.not_after);
		jsonout_text(j, "state", anchor_state(a, v));
		jsonout_object_end(j);
	}
	jsonout_array_end(j);
	jsonout_object_end(j);
}

/* --- check --- */

static void
check_head(struct out *o, const struct policycheck *c)
{
	out_show(o, c->folder);
	out_text(o, ": ");
	out_color(o, c->fault_count != 0     ? OUT_RED
		     : c->warning_count != 0 ? OUT_YELLOW
					     : OUT_GREEN);
	if (c->fault_count != 0)
		out_printf(o, "%zu fault%s", c->fault_count, plural(c->fault_count));
	else
		out_text(o, "no fault");
	out_color(o, OUT_PLAIN);
	if (c->warning_count != 0)
		out_printf(
		    o, ", %zu warning%s", c->warning_count, plural(c->warning_count));
	out_text(o, c->more ? ", and more that are not listed\n" : "\n");
}

static void
check_place(struct out *o, const struct policycheck_item *item)
{
	out_text(o, "    ");
	out_show(o, item->file);
	if (item->pointer.len != 0) {
		out_text(o, " ");
		out_show(o, item->pointer);
	}
	if (item->statement.len != 0) {
		out_text(o, " (");
		out_show(o, item->statement);
		out_text(o, ")");
	}
	out_text(o, "\n");
}

/* All items of one code under one head, with what to do about them. */
static void
check_group(struct out *o, const struct policyview *v, const struct policycheck *c,
    const struct policycheck_item *first)
{
	const struct reason_row *row = reason_row(first->reason);
	char remedy[512];

	out_text(o, "  ");
	colored(o, first->fault ? OUT_RED : OUT_YELLOW, row->code);
	if (!first->fault)
		out_printf(o, " (%s)", severity_name(row->severity));
	out_printf(o, ": %s\n", row->title);
	for (const struct policycheck_item *i = first; i < c->items.v + c->items.n; i++) {
		if (i->fault != first->fault || i->reason != first->reason)
			continue;
		check_place(o, i);
		out_wrapped(o, i->text, 8, v->width);
	}
	snprintf(remedy, sizeof(remedy), "-> %s", row->remedy);
	out_color(o, OUT_DIM);
	out_wrapped(o, str_of(remedy), 4, v->width);
	out_color(o, OUT_PLAIN);
}

/* The first item of its code and kind? */
static bool
leads_group(const struct policycheck *c, const struct policycheck_item *item)
{
	for (const struct policycheck_item *i = c->items.v; i < item; i++)
		if (i->fault == item->fault && i->reason == item->reason)
			return false;
	return true;
}

/* Faults in the order of the checks, warnings by severity. */
static void
check_groups(struct out *o, const struct policyview *v, const struct policycheck *c,
    bool fault, const char *title)
{
	if ((fault ? c->fault_count : c->warning_count) == 0)
		return;
	out_text(o, "\n");
	colored(o, OUT_BOLD, title);
	out_text(o, "\n");
	for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--) {
		for (size_t i = 0; i < c->items.n; i++) {
			const struct policycheck_item *item = &c->items.v[i];
			int own = (int)reason_row(item->reason)->severity;

			if (item->fault == fault && leads_group(c, item) &&
			    severity == (fault ? SEVERITY_CRITICAL : own))
				check_group(o, v, c, item);
		}
	}
}

static void
check_document(struct out *o, const struct policy *doc, bool found, const char *name,
    const char *none, size_t width)
{
	size_t scopes = 0;

	labelled(o, found ? doc->doc.name.ptr : name, width);
	if (!found) {
		out_printf(o, "none: %s\n", none);
		return;
	}
	for (size_t i = 0; i < doc->statement_count; i++)
		scopes += doc->statements[i].scope_count;
	out_printf(
	    o, "%zu statement%s", doc->statement_count, plural(doc->statement_count));
	if (doc->kind == POLICY_OCI)
		out_printf(o, ", %zu scope%s", scopes, plural(scopes));
	out_text(o, "\n");
}

static void
check_revdata(struct out *o, const struct policycheck *c, size_t width)
{
	size_t kinds[3] = { 0, 0, 0 };

	if (!c->has_revdata)
		return;
	for (size_t i = 0; i < c->revdata.file_count; i++)
		kinds[c->revdata.files[i]->kind]++;
	labelled(o, "revocation data", width);
	out_printf(o, "%zu list%s, %zu delta list%s, %zu OCSP response%s",
	    kinds[REVFILE_CRL], plural(kinds[REVFILE_CRL]), kinds[REVFILE_DELTA],
	    plural(kinds[REVFILE_DELTA]), kinds[REVFILE_OCSP],
	    plural(kinds[REVFILE_OCSP]));
	if (c->revdata.problem_count != 0)
		out_printf(o, ", %zu file%s that cannot be used",
		    c->revdata.problem_count, plural(c->revdata.problem_count));
	out_text(o, "\n");
}

void
policyview_check(struct out *o, const struct policyview *v, const struct policycheck *c)
{
	size_t width = 24;

	check_head(o, c);
	check_groups(o, v, c, true, "Faults");
	check_groups(o, v, c, false, "Warnings: legal, but unwise");
	if (!c->has_revdata && !c->found[POLICY_OCI] && !c->found[POLICY_BLOB])
		return;
	out_text(o, "\n");
	colored(o, OUT_BOLD, "What is there");
	out_text(o, "\n");
	for (size_t i = 0; i < c->store_count; i++)
		width = store_width(&c->stores[i], width);
	check_document(o, &c->docs[POLICY_OCI], c->found[POLICY_OCI], "trustpolicy.json",
	    "images cannot be judged", width);
	check_document(o, &c->docs[POLICY_BLOB], c->found[POLICY_BLOB],
	    "trustpolicy.blob.json", "files cannot be judged (assay blob)", width);
	for (size_t i = 0; i < c->store_count; i++)
		store_line(o, &c->stores[i], v, width);
	check_revdata(o, c, width);
}

static void
json_item(struct jsonout *j, const struct policycheck_item *item)
{
	const struct reason_row *row = reason_row(item->reason);

	jsonout_object_begin(j, NULL);
	jsonout_text(j, "code", row->code);
	jsonout_text(j, "severity", severity_name(row->severity));
	jsonout_str(j, "file", item->file);
	jsonout_str(j, "pointer", item->pointer.len == 0 ? STR_NONE : item->pointer);
	jsonout_str(j, "statement", item->statement);
	jsonout_str(j, "text", item->text);
	jsonout_text(j, "title", row->title);
	jsonout_text(j, "remedy", row->remedy);
	jsonout_object_end(j);
}

static void
json_items(struct jsonout *j, const struct policycheck *c, bool fault, const char *key)
{
	jsonout_array_begin(j, key);
	for (size_t i = 0; i < c->items.n; i++)
		if (c->items.v[i].fault == fault)
			json_item(j, &c->items.v[i]);
	jsonout_array_end(j);
}

void
policyview_check_json(
    struct jsonout *j, const struct policyview *v, const struct policycheck *c)
{
	jsonout_object_begin(j, NULL);
	jsonout_text(j, "format", "assay-policy-check/1");
	jsonout_str(j, "folder", c->folder);
	jsonout_when(j, "at", v->at);
	jsonout_bool(j, "usable", c->fault_count == 0);
	jsonout_bool(j, "more", c->more);
	json_items(j, c, true, "faults");
	json_items(j, c, false, "warnings");
	jsonout_array_begin(j, "documents");
	for (size_t d = 0; d < POLICYCHECK_DOCS; d++) {
		if (!c->found[d])
			continue;
		jsonout_object_begin(j, NULL);
		jsonout_text(j, "kind", d == POLICY_BLOB ? "blob" : "oci");
		jsonout_str(j, "path", c->docs[d].doc.path);
		json_digest(j, "digest", &c->docs[d].doc.digest);
		jsonout_u64(j, "statements", c->docs[d].statement_count);
		jsonout_object_end(j);
	}
	jsonout_array_end(j);
	jsonout_array_begin(j, "stores");
	for (size_t i = 0; i < c->store_count; i++)
		json_store(j, &c->stores[i], v);
	jsonout_array_end(j);
	jsonout_u64(j, "revocation_files", c->revdata.file_count);
	jsonout_object_end(j);
}

/* --- show --- */

static const char *const demands[VALIDATION_COUNT] = {
	[VALIDATION_INTEGRITY] = "it is sound, and for this very artifact",
	[VALIDATION_AUTHENTICITY] = "its chain ends in a store, its signer is named",
	[VALIDATION_TIMESTAMP] = "its certificates were valid when it was made",
	[VALIDATION_EXPIRY] = "it has not expired",
	[VALIDATION_REVOCATION] = "no certificate of its chain was revoked",
};

struct why { /* a statement applies, or none does */
	const char *word, *meaning;
};

static const struct why none_for_name = { "none",
	"no statement has this scope, and none has *" };
static const struct why none_for_blob = { "none", "no statement has this name" };
static const struct why none_global = { "none",
	"no name was given, and no statement is the global one" };

static const struct why *
why_of(const struct policyview_choices *all, const struct policyview_choice *c,
    const struct policy_pick *pick)
{
	static const struct why matches[] = {
		[POLICY_MATCH_EXACT] = { "exact",
		    "this scope is one of its registryScopes" },
		[POLICY_MATCH_NORMAL] = { "normalised",
		    "a scope of it means the same repository" },
		[POLICY_MATCH_WILDCARD] = { "wildcard",
		    "no statement has this scope; this one has *" },
	};
	static const struct why named = { "name", "it has this name" };
	static const struct why global = { "global",
		"no name was given; this one is the global one" };
	bool nameless = c->name.ptr == NULL;

	if (all->policy->kind == POLICY_BLOB) {
		if (pick == NULL)
			return nameless ? &none_global : &none_for_blob;
		return nameless ? &global : &named;
	}
	return pick == NULL ? &none_for_name : &matches[pick->match];
}

static void
show_value(struct out *o, const char *label, struct str value)
{
	labelled(o, label, 20);
	out_show(o, value);
	out_text(o, "\n");
}

static void
show_validations(struct out *o, const struct policy_statement *s)
{
	for (enum validation v = 0; v < VALIDATION_COUNT; v++) {
		enum action action = s->actions[v];

		out_text(o, "    ");
		out_cell(o, str_of(validation_name(v)), 20, 0, false);
		out_color(o, action == ACTION_ENFORCE ? OUT_BOLD : OUT_YELLOW);
		out_cell(o, str_of(action_name(action)), 9, 0, false);
		out_color(o, OUT_PLAIN);
		out_text(o, demands[v]);
		out_text(o, "\n");
	}
	out_color(o, OUT_DIM);
	out_text(o,
	    "    (enforce: or the signature fails; log: or a warning; skip: not looked at)\n");
	out_color(o, OUT_PLAIN);
}

static bool
has_type(const struct policy_statement *s, enum store_type type)
{
	for (size_t i = 0; i < s->store_count; i++)
		if (s->stores[i].type == type)
			return true;
	return false;
}

static const char *
timestamp_words(const struct policy_statement *s)
{
	if (!has_type(s, STORE_CA))
		return "not looked at: the signing authority tells the time";
	if (!has_type(s, STORE_TSA))
		return "no tsa store: certificates must be valid when judged";
	return s->timestamp_after_expiry
		   ? "afterCertExpiry: demanded once a certificate has expired"
		   : "always: demanded";
}

static void
show_trust(struct out *o, const struct policyview *v, const struct policy_statement *s)
{
	size_t width = 18;

	show_value(o, "time stamp", str_of(timestamp_words(s)));
	for (size_t i = 0; i < s->identities.text_count; i++)
		show_value(o, i == 0 ? "identities" : "", s->identities.texts[i]);
	if (s->store_count != 0)
		out_text(o, "  stores\n");
	for (size_t i = 0; i < s->store_count; i++)
		width = store_width(s->stores[i].store, width);
	for (size_t i = 0; i < s->store_count; i++) {
		out_text(o, "  ");
		store_line(o, s->stores[i].store, v, width);
	}
}

static void
show_none(struct out *o, const struct policyview_choices *all,
    const struct policyview_choice *c)
{
	labelled(o, "statement", 20);
	colored(o, OUT_RED, "none");
	out_printf(o, ": %s\n", why_of(all, c, NULL)->meaning);
	show_value(o, "", STR("such an artifact is never compliant (policy.no-match)"));
	show_value(o, "document", all->policy->doc.path);
}

static void
show_pick(struct out *o, const struct policyview *v, const struct policyview_choices *all,
    const struct policyview_choice *c, const struct policy_pick *pick)
{
	const struct policy_statement *s = pick->statement;
	char place[64];

	labelled(o, "statement", 20);
	out_color(o, OUT_CYAN);
	out_show(o, s->name);
	out_color(o, OUT_PLAIN);
	out_printf(o, ": %s", why_of(all, c, pick)->meaning);
	if (pick->match == POLICY_MATCH_NORMAL) {
		out_text(o, " (");
		out_show(o, pick->scope);
		out_text(o, ")");
	}
	out_text(o, "\n");
	labelled(o, "document", 20);
	out_show(o, all->policy->doc.path);
	snprintf(place, sizeof(place), " /trustPolicies/%zu\n", s->index);
	out_text(o, place);
	show_value(o, "level",
	    s->level == LEVEL_SKIP ? STR("skip: not verified, never compliant")
				   : str_of(level_name(s->level)));
	if (s->level == LEVEL_SKIP)
		return;
	show_validations(o, s);
	show_trust(o, v, s);
}

static void
show_choice(struct out *o, const struct policyview *v,
    const struct policyview_choices *all, const struct policyview_choice *c)
{
	out_color(o, OUT_BOLD);
	out_show(o, c->name.ptr == NULL ? STR("(no name)") : c->name);
	out_color(o, OUT_PLAIN);
	out_text(o, "\n");
	if (c->scope.ptr != NULL)
		show_value(o, "scope", c->scope);
	if (c->count == 0)
		show_none(o, all, c);
	for (size_t i = 0; i < c->count; i++)
		show_pick(o, v, all, c, &c->picks[i]);
}

void
policyview_show(
    struct out *o, const struct policyview *v, const struct policyview_choices *all)
{
	size_t statements = 0;

	for (size_t i = 0; i < all->count; i++) {
		out_text(o, i == 0 ? "" : "\n");
		show_choice(o, v, all, &all->list[i]);
		statements += all->list[i].count;
	}
	if (statements > 1)
		out_text(o, "\nEach of these statements must be met.\n");
}

static void
json_statement(
    struct jsonout *j, const struct policyview *v, const struct policy_statement *s)
{
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/trustPolicies/%zu", s->index);
	jsonout_str(j, "name", s->name);
	jsonout_text(j, "pointer", pointer);
	jsonout_text(j, "level", level_name(s->level));
	jsonout_object_begin(j, "validations");
	for (enum validation k = 0; k < VALIDATION_COUNT; k++)
		jsonout_text(j, validation_name(k), action_name(s->actions[k]));
	jsonout_object_end(j);
	jsonout_text(j, "verify_timestamp",
	    s->timestamp_after_expiry ? "afterCertExpiry" : "always");
	jsonout_array_begin(j, "identities");
	for (size_t i = 0; i < s->identities.text_count; i++)
		jsonout_str(j, NULL, s->identities.texts[i]);
	jsonout_array_end(j);
	jsonout_array_begin(j, "stores");
	for (size_t i = 0; i < s->store_count; i++)
		json_store(j, s->stores[i].store, v);
	jsonout_array_end(j);
}

static void
json_choice(struct jsonout *j, const struct policyview *v,
    const struct policyview_choices *all, const struct policyview_choice *c)
{
	jsonout_object_begin(j, NULL);
	jsonout_str(j, "name", c->name);
	jsonout_str(j, "scope", c->scope);
	jsonout_array_begin(j, "statements");
	for (size_t i = 0; i < c->count; i++) {
		jsonout_object_begin(j, NULL);
		jsonout_text(j, "why", why_of(all, c, &c->picks[i])->word);
		jsonout_str(j, "by_scope", c->picks[i].scope);
		json_statement(j, v, c->picks[i].statement);
		jsonout_object_end(j);
	}
	jsonout_array_end(j);
	jsonout_object_end(j);
}

void
policyview_show_json(
    struct jsonout *j, const struct policyview *v, const struct policyview_choices *all)
{
	jsonout_object_begin(j, NULL);
	jsonout_text(j, "format", "assay-policy-show/1");
	jsonout_str(j, "document", all->policy->doc.path);
	json_digest(j, "digest", &all->policy->doc.digest);
	jsonout_array_begin(j, "names");
	for (size_t i = 0; i < all->count; i++)
		json_choice(j, v, all, &all->list[i]);
	jsonout_array_end(j);
	jsonout_object_end(j);
}
