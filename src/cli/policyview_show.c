/* SPDX-License-Identifier: Apache-2.0 */
/* What `assay policy show` prints. */
#include "cli/policyview_parts.h"

#include <stdio.h>

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
	policyview_labelled(o, label, 20);
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
		width = policyview_store_width(s->stores[i].store, width);
	for (size_t i = 0; i < s->store_count; i++) {
		out_text(o, "  ");
		policyview_store_line(o, s->stores[i].store, v, width);
	}
}

static void
show_none(struct out *o, const struct policyview_choices *all,
    const struct policyview_choice *c)
{
	policyview_labelled(o, "statement", 20);
	policyview_colored(o, OUT_RED, "none");
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

	policyview_labelled(o, "statement", 20);
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
	policyview_labelled(o, "document", 20);
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
		policyview_json_store(j, s->stores[i].store, v);
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
	policyview_json_digest(j, "digest", &all->policy->doc.digest);
	jsonout_array_begin(j, "names");
	for (size_t i = 0; i < all->count; i++)
		json_choice(j, v, all, &all->list[i]);
	jsonout_array_end(j);
	jsonout_object_end(j);
}
