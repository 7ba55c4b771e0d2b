/* SPDX-License-Identifier: Apache-2.0 */
/* What `assay policy check` prints. */
#include "cli/policyview_parts.h"

#include <stdio.h>

#define DAY_US INT64_C(86400000000)

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void
policyview_colored(struct out *o, enum out_color color, const char *text)
{
	out_color(o, color);
	out_text(o, text);
	out_color(o, OUT_PLAIN);
}

void
policyview_labelled(struct out *o, const char *label, size_t width)
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
size_t
policyview_store_width(const struct anchor_store *s, size_t least)
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
	policyview_labelled(o, name, width);
	if (s->reason != REASON_NONE) {
		policyview_colored(o, OUT_RED, reason_code(s->reason));
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
put_anchor(struct doc *d, const struct anchor *a, const struct policyview *v)
{
	doc_object(d, NULL);
	doc_str(d, "subject", NULL, a->cert.subject);
	doc_digest(d, "sha256", NULL, &a->cert.sha256);
	doc_str(d, "file", NULL, a->file);
	doc_when(d, "not_before", NULL, a->cert.not_before);
	doc_when(d, "not_after", NULL, a->cert.not_after);
	doc_word(d, "state", NULL, anchor_state(a, v));
	doc_object_end(d);
}

void
policyview_store(struct doc *d, const struct anchor_store *s, const struct policyview *v,
    size_t width, bool told)
{
	bool loads = s->reason == REASON_NONE;

	doc_object(d, NULL);
	doc_word(d, "type", NULL, store_type_name(s->type));
	doc_str(d, "name", NULL, s->name);
	doc_bool(d, "loads", NULL, loads);
	doc_reason(d, s->reason);
	doc_str(d, "detail", NULL, loads ? STR_NONE : s->detail);
	doc_array(d, "certificates");
	for (size_t i = 0; i < s->count; i++)
		put_anchor(d, &s->anchors[i], v);
	doc_array_end(d);
	doc_object_end(d);
	if (told && !d->json)
		store_line(d->text, s, v, width);
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
	policyview_colored(o, first->fault ? OUT_RED : OUT_YELLOW, row->code);
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
	policyview_colored(o, OUT_BOLD, title);
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
put_item(struct doc *d, const struct policycheck_item *item)
{
	const struct reason_row *row = reason_row(item->reason);

	doc_object(d, NULL);
	doc_reason(d, item->reason);
	doc_word(d, "severity", NULL, severity_name(row->severity));
	doc_str(d, "file", NULL, item->file);
	doc_str(d, "pointer", NULL, item->pointer.len == 0 ? STR_NONE : item->pointer);
	doc_str(d, "statement", NULL, item->statement);
	doc_str(d, "message", NULL, item->text);
	doc_word(d, "title", NULL, row->title);
	doc_word(d, "remedy", NULL, row->remedy);
	doc_object_end(d);
}

/* People read them by reason, programs as they were found. */
static void
put_items(struct doc *d, const struct policyview *v, const struct policycheck *c,
    bool fault, const char *name, const char *title)
{
	if (!d->json)
		check_groups(d->text, v, c, fault, title);
	doc_array(d, name);
	for (size_t i = 0; i < c->items.n; i++)
		if (c->items.v[i].fault == fault)
			put_item(d, &c->items.v[i]);
	doc_array_end(d);
}

static void
check_document(struct out *o, const struct policy *doc, bool found, const char *name,
    const char *none, size_t width)
{
	size_t scopes = 0;

	policyview_labelled(o, found ? doc->doc.name.ptr : name, width);
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
	policyview_labelled(o, "revocation data", width);
	out_printf(o, "%zu list%s, %zu delta list%s, %zu OCSP response%s",
	    kinds[REVFILE_CRL], plural(kinds[REVFILE_CRL]), kinds[REVFILE_DELTA],
	    plural(kinds[REVFILE_DELTA]), kinds[REVFILE_OCSP],
	    plural(kinds[REVFILE_OCSP]));
	if (c->revdata.problem_count != 0)
		out_printf(o, ", %zu file%s that cannot be used",
		    c->revdata.problem_count, plural(c->revdata.problem_count));
	out_text(o, "\n");
}

static void
put_document(struct doc *d, const struct policycheck *c, enum policy_kind kind,
    const char *name, const char *none, size_t width)
{
	const struct policy *policy = &c->docs[kind];

	if (!d->json)
		check_document(d->text, policy, c->found[kind], name, none, width);
	if (!c->found[kind])
		return;
	doc_object(d, NULL);
	doc_word(d, "kind", NULL, kind == POLICY_BLOB ? "blob" : "oci");
	doc_str(d, "path", NULL, policy->doc.path);
	doc_digest(d, "digest", NULL, &policy->doc.digest);
	doc_u64(d, "statements", NULL, policy->statement_count);
	doc_object_end(d);
}

static void
put_there(struct doc *d, const struct policyview *v, const struct policycheck *c)
{
	size_t width = 24;

	for (size_t i = 0; i < c->store_count; i++)
		width = policyview_store_width(&c->stores[i], width);
	doc_array(d, "documents");
	put_document(
	    d, c, POLICY_OCI, "trustpolicy.json", "images cannot be judged", width);
	put_document(d, c, POLICY_BLOB, "trustpolicy.blob.json",
	    "files cannot be judged (assay blob)", width);
	doc_array_end(d);
	doc_array(d, "stores");
	for (size_t i = 0; i < c->store_count; i++)
		policyview_store(d, &c->stores[i], v, width, true);
	doc_array_end(d);
	doc_u64(d, "revocation_files", NULL, c->revdata.file_count);
	if (!d->json)
		check_revdata(d->text, c, width);
}

void
policyview_check(struct doc *d, const struct policyview *v, const struct policycheck *c)
{
	bool any = c->has_revdata || c->found[POLICY_OCI] || c->found[POLICY_BLOB];

	if (!d->json)
		check_head(d->text, c);
	doc_str(d, "folder", NULL, c->folder);
	doc_when(d, "at", NULL, v->at);
	doc_bool(d, "usable", NULL, c->fault_count == 0);
	doc_bool(d, "more", NULL, c->more);
	put_items(d, v, c, true, "faults", "Faults");
	put_items(d, v, c, false, "warnings", "Warnings: legal, but unwise");
	if (!d->json && any) {
		out_text(d->text, "\n");
		policyview_colored(d->text, OUT_BOLD, "What is there");
		out_text(d->text, "\n");
	}
	if (d->json || any)
		put_there(d, v, c);
}
