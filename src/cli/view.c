/* SPDX-License-Identifier: Apache-2.0 */
/* What `assay tree` and `assay inspect` share. */
#include "cli/view.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "codec/text.h"

#define BRIEF_DIGITS 12
#define BRIEF_WIDTH 160 /* columns that hold a line of the tree with a whole digest */

const struct opt_row view_rows[] = {
	OPT_ROW_FORMAT(view, json),
	JUDGE_ROWS,
	CONFIG_ROWS_COMMON,
	OPT_END,
};

void
view_print(struct str value)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)1 << 20 };

	text_show(&text, str_bytes(value));
	if (text.len > 0)
		fwrite(text.ptr, 1, text.len, stdout);
}

void
view_text(const char *label, struct str value)
{
	fputs(label, stdout);
	view_print(value);
	putchar('\n');
}

void
view_digest(const struct view *v, struct str digest)
{
	size_t enough = str_find(digest, ':') + 1 + BRIEF_DIGITS;

	if (!v->brief || digest.len <= enough) {
		view_print(digest);
		return;
	}
	view_print(str_upto(digest, enough));
	fputs("\u2026", stdout);
}

static bool
is_full(struct str name)
{
	return str_find(name, '/') < name.len;
}

bool
view_name_shown(const struct node_record *n, size_t i)
{
	if (n->names[i].use == NAME_IGNORED)
		return false;
	for (size_t k = 0; k < i; k++)
		if (str_equal(n->names[k].text, n->names[i].text))
			return false;
	for (size_t k = 0; k < n->name_count && !is_full(n->names[i].text); k++)
		if (is_full(n->names[k].text))
			return false;
	return true;
}

bool
view_wanted(const struct view *v, struct str digest, const struct node_record *node)
{
	struct str r = v->reference;

	if (r.ptr == NULL)
		return true;
	if (str_equal(r, digest) || (r.len >= 15 && str_starts(digest, r)))
		return true;
	for (size_t i = 0; node != NULL && i < node->name_count; i++)
		if (str_equal(node->names[i].text, r))
			return true;
	return false;
}

const struct verdict *
view_verdict(struct view *v, const struct survey_input *input, struct str digest)
{
	const struct verdict *verdict = survey_verdict(input, digest);

	v->holes += verdict != NULL &&
		    (verdict->state == STATE_ERROR || verdict->state == STATE_UNKNOWN);
	return verdict;
}

void
view_count(struct view *v, const struct survey_input *input)
{
	v->refused +=
	    input->end == NULL && input->why->reason != REASON_INPUT_NO_EXPORT;
	for (size_t i = 0; i < input->nodes.n; i++)
		v->matched +=
		    view_wanted(v, input->nodes.v[i].digest, &input->nodes.v[i]);
}

void
view_input_head(const struct view *v, const struct survey_input *input)
{
	const struct input_record *e = input->end;

	if (v->inputs > 0)
		putchar('\n');
	view_print(
	    (struct str){ (const char *)input->item->path.ptr, input->item->path.len });
	if (e == NULL && input->why->reason == REASON_INPUT_NO_EXPORT) {
		puts(": no export");
		return;
	}
	if (e == NULL) {
		printf(": refused (%s)\n", reason_code(input->why->reason));
		return;
	}
	printf(": %s", input_kind_name(e->kind));
	if (e->compression != COMPRESSION_NONE)
		printf(", %s", input_compression_name(e->compression));
	printf(", %llu blob%s", (unsigned long long)e->blobs, e->blobs == 1 ? "" : "s");
	if (e->missing > 0)
		printf(", %llu not in the export", (unsigned long long)e->missing);
	if (e->unreachable > 0)
		printf(", %llu unreferenced", (unsigned long long)e->unreachable);
	putchar('\n');
	for (size_t i = 0; i < e->finding_count; i++) {
		if (!e->findings[i].blocking)
			continue;
		printf("    %s: ", reason_code(e->findings[i].reason));
		view_text("", e->findings[i].message);
	}
}

static void
findings_json(struct doc *d, const struct input_record *e)
{
	doc_array(d, "findings");
	for (size_t i = 0; i < e->finding_count; i++) {
		doc_object(d, NULL);
		doc_reason(d, e->findings[i].reason);
		doc_bool(d, "blocking", NULL, e->findings[i].blocking);
		doc_str(d, "message", NULL, e->findings[i].message);
		doc_object_end(d);
	}
	doc_array_end(d);
}

void
view_input_json(struct doc *d, const struct survey_input *input)
{
	AUTO(buf_clear) struct buf path = { .max = 65536 };
	const struct input_record *e = input->end;

	text_show(&path, input->item->path);
	doc_str(d, "path", NULL, (struct str){ (const char *)path.ptr, path.len });
	if (e == NULL) {
		doc_reason(d, input->why->reason);
		doc_word(d, "detail", NULL, input->why->text);
		return;
	}
	doc_word(d, "kind", NULL, input_kind_name(e->kind));
	doc_word(d, "compression", NULL, input_compression_name(e->compression));
	doc_u64(d, "passes", NULL, e->passes);
	doc_u64(d, "blobs", NULL, e->blobs);
	doc_u64(d, "unreachable", NULL, e->unreachable);
	doc_u64(d, "missing", NULL, e->missing);
	findings_json(d, e);
}

static int
status_of(const struct view *v, const struct batch_result *result, uint64_t inputs)
{
	if (result->crashed > 0)
		return STATUS_FAILED;
	if (result->misnamed > 0)
		return STATUS_USAGE;
	if (v->refused > 0)
		return result->not_opened == inputs ? STATUS_INPUT : STATUS_HOLES;
	if (v->reference.ptr != NULL && v->matched == 0) {
		log_error("nothing in the input is named %.*s", STR_ARG(v->reference));
		return STATUS_INPUT;
	}
	return v->unusable > 0 || v->holes > 0 ? STATUS_HOLES : STATUS_OK;
}

static int
run(struct view *v, struct survey_options *options, char **paths, size_t count)
{
	struct batch_result result = { .stopped = false };
	struct inputs_options search = { .limits = &v->config->limits };
	struct inputs inputs;
	struct err err = { .reason = REASON_NONE };
	uint64_t all;
	int done;

	if (inputs_expand(&inputs, paths, count, &search, &err) != 0) {
		inputs_clear(&inputs);
		config_fail(&err);
		return STATUS_INPUT;
	}
	all = inputs.items.n;
	done = survey_run(&result, &inputs, options, &err);
	inputs_clear(&inputs);
	return done != 0 ? config_fail(&err) : status_of(v, &result, all);
}

/* By what was judged: a verdict without it says nothing. */
static void
head_json(struct view *v)
{
	struct doc *d = &v->doc;

	if (v->judge.on) {
		doc_object(d, "judged");
		doc_when(d, "at", NULL, v->judge.time);
		doc_word(d, "policy", NULL, v->config->policy);
		doc_str(d, "policy_document", NULL, v->judge.policy.doc.path);
		doc_digest(d, "policy_digest", NULL, &v->judge.policy.doc.digest);
		doc_object_end(d);
	}
	doc_array(d, "inputs");
}

static void
head_text(const struct view *v)
{
	char time[WHEN_TEXT];

	if (!v->judge.on)
		return;
	when_format(time, v->judge.time);
	printf("judged as of %s by the policy in ", time);
	view_text("", str_of(v->config->policy));
}

static int
show_all(struct view *v, struct survey_options *options, char **paths)
{
	int status;

	doc_begin(&v->doc, v->json,
	    options->worker.mode == WORKER_TREE ? "assay-tree/1" : "assay-inspect/1",
	    DOC_COLUMN);
	head_json(v);
	if (!v->json)
		head_text(v);
	status = run(v, options, paths, 1);
	doc_array_end(&v->doc);
	return doc_end(&v->doc) == 0 ? status : STATUS_FAILED;
}

int
view_main(struct config *c, const struct command *self, int argc, char **argv,
    enum worker_mode mode, survey_show *show)
{
	struct view v = { .config = c, .reference = STR_NONE };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &v };
	struct survey_options options = {
		.worker = {
			.mode = mode,
			.limits = &c->limits,
			.clock_us = config_monotonic_us,
			.cpu_us = config_cpu_us,
		},
		.show = show,
		.ctx = &v,
	};
	struct opt_given given;
	struct err err;
	int status;

	judge_options_init(&v.judge, c);
	terms_homes(&v.judge.terms, homes);
	if (!opt_begin(self, homes, argc, argv, &given, &status))
		return status;
	if (given.operands == 2)
		v.reference = str_of(argv[1]);
	v.style.color = config_color(c, STDOUT_FILENO);
	v.style.width = config_width(c, STDOUT_FILENO);
	v.brief = !c->verbose && v.style.width > 0 && v.style.width < BRIEF_WIDTH;
	if (judge_options_load(&v.judge, &given, &options.worker, &status, &err) == 0)
		status = show_all(&v, &options, argv);
	else
		config_fail(&err);
	judge_options_clear(&v.judge);
	return status;
}
