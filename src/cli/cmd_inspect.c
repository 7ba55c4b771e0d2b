/* SPDX-License-Identifier: Apache-2.0 */
/* assay inspect: every signature of an export in full; judged only under --policy. */
#include <stdio.h>

#include "cli/view.h"

struct artifact { /* one node and what is shown of it */
	const struct node_record *node;
	const struct verdict *signatures;
	size_t count;
	const struct verdict *judged; /* NULL: has no verdict of its own */
	bool homeless; /* the node is a signature itself, of nothing that is known */
};

/* --- text --- */

static void
print_names(const struct node_record *n)
{
	const char *label = "named";

	for (size_t i = 0; i < n->name_count; i++) {
		if (!view_name_shown(n, i))
			continue;
		show_line(2, label, n->names[i].text);
		label = "";
	}
}

/* Absent or broken; what the artifact is otherwise. */
static void
print_artifact(const struct artifact *a, const struct show_style *style)
{
	const struct node_record *n = a->node;

	if (a->homeless) {
		puts("artifact unknown");
		show_line(
		    2, "why", STR("the signature names no artifact, or not as it is"));
		for (size_t i = 0; i < n->note_count; i++)
			show_line(2, "", n->notes[i].message);
		return;
	}
	view_text("artifact ", n->digest);
	print_names(n);
	if (n->media_type.ptr != NULL)
		show_line(2, "media type", n->media_type);
	printf("  %-23s %llu\n", "size", (unsigned long long)n->size);
	if (n->state != NODE_PRESENT) {
		printf("  %-23s %s", "state", node_state_name(n->state));
		printf("%s%s\n", n->problem == REASON_NONE ? "" : ": ",
		    n->problem == REASON_NONE ? "" : reason_code(n->problem));
	}
	if (a->judged != NULL)
		show_verdict_text(a->judged, 2, style);
}

static void
print_signatures(const struct view *view, const struct artifact *a)
{
	if (a->count == 0)
		show_line(2, "signatures", STR("none that assay can read"));
	for (size_t i = 0; i < a->count; i++) {
		struct shown_signature s = {
			.limits = &view->config->limits,
			.parsed = &a->signatures[i],
			.judged = a->judged,
			.style = view->style,
		};

		if (i > 0)
			putchar('\n');
		view_text("  signature ", show_signature_record(&s)->manifest_digest);
		show_signature_text(&s, 4);
	}
}

/* --- JSON --- */

static void
artifact_json(struct view *view, const struct artifact *a)
{
	const struct node_record *n = a->node;
	struct jsonout *out = &view->out;

	jsonout_object_begin(out, NULL);
	jsonout_str(out, "digest", a->homeless ? STR_NONE : n->digest);
	jsonout_str(out, "media_type", a->homeless ? STR_NONE : n->media_type);
	if (!a->homeless) {
		jsonout_u64(out, "size", n->size);
		jsonout_text(out, "state", node_state_name(n->state));
	}
	jsonout_array_begin(out, "names");
	for (size_t i = 0; i < n->name_count && !a->homeless; i++)
		jsonout_str(out, NULL, n->names[i].text);
	jsonout_array_end(out);
	if (a->judged != NULL)
		show_verdict_json(out, a->judged);
	else if (view->judge.on)
		jsonout_null(out, "verdict");
	jsonout_array_begin(out, "signatures");
	for (size_t i = 0; i < a->count; i++) {
		struct shown_signature s = {
			.limits = &view->config->limits,
			.parsed = &a->signatures[i],
			.judged = a->judged,
		};

		jsonout_object_begin(out, NULL);
		show_signature_json(out, &s);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
	jsonout_object_end(out);
}

/* --- both --- */

/* Signed things, and what an export is made of: an artifact without signatures is worth a line. */
static bool
worth(const struct artifact *a)
{
	return a->count > 0 || a->judged != NULL ||
	       (a->node->is_root && a->node->class != CLASS_SUPPORTING);
}

/* A reference may name the artifact, or one signature of it: then that one alone is shown. */
static bool
narrow(const struct view *view, struct artifact *a)
{
	if (view_wanted(view, a->node->digest, a->node))
		return true;
	for (size_t i = 0; i < a->count; i++) {
		struct shown_signature s = { .parsed = &a->signatures[i] };

		if (!view_wanted(view, show_signature_record(&s)->manifest_digest, NULL))
			continue;
		a->signatures += i;
		a->count = 1;
		return true;
	}
	return false;
}

static void
count_unusable(struct view *view, const struct artifact *a)
{
	for (size_t i = 0; i < a->count; i++) {
		struct shown_signature s = { .parsed = &a->signatures[i] };

		view->unusable += show_signature_fault(&s) != NULL;
	}
}

static size_t
show_artifacts(struct view *view, const struct survey_input *input)
{
	size_t shown = 0;

	for (size_t i = 0; i < input->nodes.n; i++) {
		struct artifact a = { .node = &input->nodes.v[i] };

		a.signatures = survey_signatures(input, a.node->digest, &a.count);
		a.homeless = a.count > 0 && a.signatures[0].signatures.n > 0 &&
			     str_equal(a.signatures[0].signatures.v[0].manifest_digest,
				 a.node->digest);
		if (!narrow(view, &a))
			continue;
		a.judged = view_verdict(view, input, a.node->digest);
		if (!worth(&a))
			continue;
		count_unusable(view, &a);
		if (view->json) {
			artifact_json(view, &a);
		} else {
			if (shown > 0)
				putchar('\n');
			print_artifact(&a, &view->style);
			print_signatures(view, &a);
		}
		shown++;
	}
	return shown;
}

static int
show(void *ctx, const struct survey_input *input, struct err *err)
{
	struct view *view = ctx;
	size_t shown;

	(void)err;
	view_count(view, input);
	if (view->json) {
		jsonout_object_begin(&view->out, NULL);
		view_input_json(&view->out, input);
		jsonout_array_begin(&view->out, "artifacts");
	} else {
		view_input_head(view, input);
		if (input->why != NULL && input->why->text[0] != '\0')
			view_text("    ", str_of(input->why->text));
	}
	shown = show_artifacts(view, input);
	if (view->json) {
		jsonout_array_end(&view->out);
		jsonout_object_end(&view->out);
	} else if (shown == 0 && input->end != NULL &&
		   (view->reference.ptr == NULL || view->matched > 0)) {
		puts("no signature that assay can read");
	}
	view->inputs++;
	return 0;
}

static int
run(struct config *c, const struct command *self, int argc, char **argv)
{
	return view_main(c, self, argc, argv, WORKER_INSPECT, show);
}

const struct command command_inspect = {
	.name = "inspect",
	.operands = "INPUT [REF]",
	.summary = "The signatures of an export, in full, without judging them",
	.description =
	    "Nothing shown here was verified, neither the signature nor the chain nor the time,\n"
	    "unless --policy is given: then each artifact and signature has its verdict. REF is the\n"
	    "digest of an artifact or of a signature, the start of one (15 characters or more), or a\n"
	    "name.\n",
	.examples = "  assay inspect web.tar\n"
		    "  assay inspect --policy policy/ --trust-names web.tar\n",
	.least = 1,
	.most = 2,
	.limits = true,
	.rows = view_rows,
	.run = run,
};
