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

void
policyview_store_line(
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

void
policyview_json_digest(struct jsonout *j, const char *key, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_format(text, d);
	jsonout_text(j, key, text);
}

void
policyview_json_store(struct jsonout *j, const struct anchor_store *s, const struct policyview *v)
{
	jsonout_object_begin(j, NULL);
	jsonout_text(j, "type", store_type_name(s->type));
	jsonout_str(j, "name", s->name);
	jsonout_bool(j, "loads", s->reason == REASON_NONE);
	jsonout_text(
	    j, "reason", s->reason == REASON_NONE ? NULL : reason_code(s->reason));
	jsonout_str(j, "detail", s->reason == REASON_NONE ? STR_NONE : s->detail);
	jsonout_array_begin(j, "certificates");
	for (size_t i = 0; i < s->count; i++) {
		const struct anchor *a = &s->anchors[i];

		jsonout_object_begin(j, NULL);
		jsonout_str(j, "subject", a->cert.subject);
		policyview_json_digest(j, "sha256", &a->cert.sha256);
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
	policyview_colored(o, OUT_BOLD, "What is there");
	out_text(o, "\n");
	for (size_t i = 0; i < c->store_count; i++)
		width = policyview_store_width(&c->stores[i], width);
	check_document(o, &c->docs[POLICY_OCI], c->found[POLICY_OCI], "trustpolicy.json",
	    "images cannot be judged", width);
	check_document(o, &c->docs[POLICY_BLOB], c->found[POLICY_BLOB],
	    "trustpolicy.blob.json", "files cannot be judged (assay blob)", width);
	for (size_t i = 0; i < c->store_count; i++)
		policyview_store_line(o, &c->stores[i], v, width);
	check_revdata(o, c, width);
}

static void
json_item(struct jsonout *j, const struct policycheck_item *item)
{
	const struct reason_row *row = reason_row(item->reason);

	jsonout_object_begin(j, NULL);
	jsonout_text(j, "reason", row->code);
	jsonout_text(j, "severity", severity_name(row->severity));
	jsonout_str(j, "file", item->file);
	jsonout_str(j, "pointer", item->pointer.len == 0 ? STR_NONE : item->pointer);
	jsonout_str(j, "statement", item->statement);
	jsonout_str(j, "message", item->text);
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
		policyview_json_digest(j, "digest", &c->docs[d].doc.digest);
		jsonout_u64(j, "statements", c->docs[d].statement_count);
		jsonout_object_end(j);
	}
	jsonout_array_end(j);
	jsonout_array_begin(j, "stores");
	for (size_t i = 0; i < c->store_count; i++)
		policyview_json_store(j, &c->stores[i], v);
	jsonout_array_end(j);
	jsonout_u64(j, "revocation_files", c->revdata.file_count);
	jsonout_object_end(j);
}
