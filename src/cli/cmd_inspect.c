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

static void
put_names(struct doc *d, const struct node_record *n)
{
	const char *label = "named";

	for (size_t i = 0; i < n->name_count; i++) {
		if (!view_name_shown(n, i))
			continue;
		doc_str(d, NULL, label, n->names[i].text);
		label = "";
	}
}

/* People are told its state only if it is absent or broken. */
static void
put_state(struct doc *d, const struct node_record *n)
{
	doc_u64(d, "size", "size", n->size);
	doc_word(d, "state", NULL, node_state_name(n->state));
	if (n->state != NODE_PRESENT && doc_label(d, "state"))
		printf("%s%s%s\n", node_state_name(n->state),
		    n->problem == REASON_NONE ? "" : ": ",
		    n->problem == REASON_NONE ? "" : reason_code(n->problem));
}

static void
put_homeless(struct doc *d, const struct node_record *n)
{
	if (!d->json)
		puts("artifact unknown");
	doc_null(d, "digest");
	doc_null(d, "media_type");
	doc_word(d, NULL, "why", "the signature names no artifact, or not as it is");
	for (size_t i = 0; i < n->note_count; i++)
		doc_str(d, NULL, "", n->notes[i].message);
}

static void
put_node(struct doc *d, const struct node_record *n)
{
	if (!d->json)
		view_text("artifact ", n->digest);
	doc_str(d, "digest", NULL, n->digest);
	put_names(d, n);
	doc_str(d, "media_type", "media type", n->media_type);
	put_state(d, n);
}

static void
put_signatures(struct view *view, const struct artifact *a)
{
	struct doc *d = &view->doc;

	if (a->count == 0)
		doc_word(d, NULL, "signatures", "none that assay can read");
	doc_array(d, "signatures");
	for (size_t i = 0; i < a->count; i++) {
		struct shown_signature s = {
			.limits = &view->config->limits,
			.parsed = &a->signatures[i],
			.judged = a->judged,
			.style = view->style,
		};

		if (!d->json) {
			fputs(i > 0 ? "\n" : "", stdout);
			view_text(
			    "  signature ", show_signature_record(&s)->manifest_digest);
		}
		d->indent = 4;
		doc_object(d, NULL);
		show_signature(d, &s);
		doc_object_end(d);
	}
	doc_array_end(d);
}

static void
put_artifact(struct view *view, const struct artifact *a)
{
	const struct node_record *n = a->node;
	struct doc *d = &view->doc;

	doc_object(d, NULL);
	d->indent = 2;
	if (a->homeless)
		put_homeless(d, n);
	else
		put_node(d, n);
	doc_array(d, "names");
	for (size_t i = 0; i < n->name_count && !a->homeless; i++)
		doc_item(d, n->names[i].text);
	doc_array_end(d);
	if (a->judged != NULL && (d->json || !a->homeless))
		show_verdict(d, a->judged, &view->style);
	else if (view->judge.on)
		doc_null(d, "verdict");
	put_signatures(view, a);
	doc_object_end(d);
}

/* --- which are shown --- */

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
		if (shown > 0 && !view->json)
			putchar('\n');
		put_artifact(view, &a);
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
		doc_object(&view->doc, NULL);
		view_input_json(&view->doc, input);
		doc_array(&view->doc, "artifacts");
	} else {
		view_input_head(view, input);
		if (input->why != NULL && input->why->text[0] != '\0')
			view_text("    ", str_of(input->why->text));
	}
	shown = show_artifacts(view, input);
	if (view->json) {
		doc_array_end(&view->doc);
		doc_object_end(&view->doc);
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
