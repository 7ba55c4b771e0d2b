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

static int
flush(void *ctx, struct bytes data)
{
	(void)ctx;
	return fwrite(data.ptr, 1, data.len, stdout) == data.len ? 0 : -1;
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
findings_json(struct jsonout *out, const struct input_record *e)
{
	jsonout_array_begin(out, "findings");
	for (size_t i = 0; i < e->finding_count; i++) {
		jsonout_object_begin(out, NULL);
		jsonout_text(out, "reason", reason_code(e->findings[i].reason));
		jsonout_bool(out, "blocking", e->findings[i].blocking);
		jsonout_str(out, "message", e->findings[i].message);
		jsonout_object_end(out);
	}
	jsonout_array_end(out);
}

void
view_input_json(struct jsonout *out, const struct survey_input *input)
{
	AUTO(buf_clear) struct buf path = { .max = 65536 };
	const struct input_record *e = input->end;

	text_show(&path, input->item->path);
	jsonout_str(out, "path", (struct str){ (const char *)path.ptr, path.len });
	if (e == NULL) {
		jsonout_text(out, "reason", reason_code(input->why->reason));
		jsonout_text(out, "detail", input->why->text);
		return;
	}
	jsonout_text(out, "kind", input_kind_name(e->kind));
	jsonout_text(out, "compression", input_compression_name(e->compression));
	jsonout_u64(out, "passes", e->passes);
	jsonout_u64(out, "blobs", e->blobs);
	jsonout_u64(out, "unreachable", e->unreachable);
	jsonout_u64(out, "missing", e->missing);
	findings_json(out, e);
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
head_json(struct view *v, const struct worker_options *w)
{
	char time[WHEN_TEXT], digest[DIGEST_TEXT];

	jsonout_object_begin(&v->out, NULL);
	jsonout_text(&v->out, "format",
	    w->mode == WORKER_TREE ? "assay-tree/1" : "assay-inspect/1");
	if (v->judge.on) {
		when_format(time, v->judge.time);
		digest_format(digest, &v->judge.policy.doc.digest);
		jsonout_object_begin(&v->out, "judged");
		jsonout_text(&v->out, "at", time);
		jsonout_text(&v->out, "policy", v->config->policy);
		jsonout_str(&v->out, "policy_document", v->judge.policy.doc.path);
		jsonout_text(&v->out, "policy_digest", digest);
		jsonout_object_end(&v->out);
	}
	jsonout_array_begin(&v->out, "inputs");
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

	buf_init(&v->text, (size_t)16 << 20);
	jsonout_init(&v->out, &v->text, flush, NULL, true);
	if (v->json)
		head_json(v, &options->worker);
	else
		head_text(v);
	status = run(v, options, paths, 1);
	if (v->json) {
		jsonout_array_end(&v->out);
		jsonout_object_end(&v->out);
		if (jsonout_end(&v->out) != 0)
			status = STATUS_FAILED;
	}
	buf_clear(&v->text);
	return status;
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
