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

/* What each check may do; `told` to people, unless nothing is looked at. */
static void
put_validations(struct doc *d, const struct policy_statement *s, bool told)
{
	doc_object(d, "validations");
	for (enum validation k = 0; k < VALIDATION_COUNT; k++)
		doc_word(d, validation_name(k), NULL, action_name(s->actions[k]));
	doc_object_end(d);
	if (told && !d->json)
		show_validations(d->text, s);
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
put_stores(struct doc *d, const struct policyview *v, const struct policy_statement *s,
    bool told)
{
	size_t width = 18;

	for (size_t i = 0; i < s->store_count; i++)
		width = policyview_store_width(s->stores[i].store, width);
	if (told && !d->json && s->store_count != 0)
		out_text(d->text, "  stores\n");
	doc_array(d, "stores");
	for (size_t i = 0; i < s->store_count; i++) {
		if (told && !d->json)
			out_text(d->text, "  ");
		policyview_store(d, s->stores[i].store, v, width, told);
	}
	doc_array_end(d);
}

static void
show_none(struct doc *d, const struct policyview_choices *all,
    const struct policyview_choice *c)
{
	if (!doc_label(d, "statement"))
		return;
	policyview_colored(d->text, OUT_RED, "none");
	out_printf(d->text, ": %s\n", why_of(all, c, NULL)->meaning);
	doc_word(d, NULL, "", "such an artifact is never compliant (policy.no-match)");
	doc_str(d, NULL, "document", all->policy->doc.path);
}

static void
show_statement(struct doc *d, const struct policyview_choices *all,
    const struct policyview_choice *c, const struct policy_pick *pick)
{
	struct out *o = d->text;

	if (!doc_label(d, "statement"))
		return;
	out_color(o, OUT_CYAN);
	out_show(o, pick->statement->name);
	out_color(o, OUT_PLAIN);
	out_printf(o, ": %s", why_of(all, c, pick)->meaning);
	if (pick->match == POLICY_MATCH_NORMAL) {
		out_text(o, " (");
		out_show(o, pick->scope);
		out_text(o, ")");
	}
	out_text(o, "\n");
}

static void
put_place(struct doc *d, const struct policyview_choices *all, size_t index)
{
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/trustPolicies/%zu", index);
	doc_word(d, "pointer", NULL, pointer);
	if (!doc_label(d, "document"))
		return;
	out_show(d->text, all->policy->doc.path);
	out_printf(d->text, " %s\n", pointer);
}

static void
put_pick(struct doc *d, const struct policyview *v, const struct policyview_choices *all,
    const struct policyview_choice *c, const struct policy_pick *pick)
{
	const struct policy_statement *s = pick->statement;
	bool told = s->level != LEVEL_SKIP;
	struct str level = str_of(level_name(s->level));

	doc_object(d, NULL);
	doc_word(d, "why", NULL, why_of(all, c, pick)->word);
	doc_str(d, "by_scope", NULL, pick->scope);
	doc_str(d, "name", NULL, s->name);
	show_statement(d, all, c, pick);
	put_place(d, all, s->index);
	doc_shown(d, "level", "level", level,
	    told ? level : STR("skip: not verified, never compliant"));
	put_validations(d, s, told);
	doc_shown(d, "verify_timestamp", told ? "time stamp" : NULL,
	    s->timestamp_after_expiry ? STR("afterCertExpiry") : STR("always"),
	    str_of(timestamp_words(s)));
	doc_strs(d, "identities", told ? "identities" : NULL, s->identities.texts,
	    s->identities.text_count);
	put_stores(d, v, s, told);
	doc_object_end(d);
}

static void
put_choice(struct doc *d, const struct policyview *v,
    const struct policyview_choices *all, const struct policyview_choice *c)
{
	doc_object(d, NULL);
	if (!d->json) {
		out_color(d->text, OUT_BOLD);
		out_show(d->text, c->name.ptr == NULL ? STR("(no name)") : c->name);
		out_color(d->text, OUT_PLAIN);
		out_text(d->text, "\n");
	}
	doc_str(d, "name", NULL, c->name);
	doc_str(d, "scope", "scope", c->scope);
	if (c->count == 0)
		show_none(d, all, c);
	doc_array(d, "statements");
	for (size_t i = 0; i < c->count; i++)
		put_pick(d, v, all, c, &c->picks[i]);
	doc_array_end(d);
	doc_object_end(d);
}

void
policyview_show(
    struct doc *d, const struct policyview *v, const struct policyview_choices *all)
{
	size_t statements = 0;

	doc_str(d, "document", NULL, all->policy->doc.path);
	doc_digest(d, "digest", NULL, &all->policy->doc.digest);
	doc_array(d, "names");
	for (size_t i = 0; i < all->count; i++) {
		if (i > 0 && !d->json)
			out_text(d->text, "\n");
		put_choice(d, v, all, &all->list[i]);
		statements += all->list[i].count;
	}
	doc_array_end(d);
	if (statements > 1 && !d->json)
		out_text(d->text, "\nEach of these statements must be met.\n");
}
