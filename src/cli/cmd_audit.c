/* SPDX-License-Identifier: Apache-2.0 */
/* assay audit: the main job. Inputs judged, recorded and reported. */
#include "base/log.h"
#include "cli/recorded.h"

#define JOBS_MOST 64

enum { AUDIT_JOBS, AUDIT_HASH_INPUT, AUDIT_ALL, AUDIT_EXCLUDE };

static const struct opt_row rows[] = {
	CONFIG_ROW_POLICY,
	CONFIG_ROW_DB,
	CONFIG_ROW_CREATE,
	CONFIG_ROW_AT,
	REVSOURCE_ROWS,
	{ RECORDED_EFFECT, "effect", "EFFECT", "audit, or deny: exit 2 if something is noncompliant (audit)" },
	{ RECORDED_EXIT_CODE, "exit-code", NULL, "exit 2 if something is noncompliant, whatever the effect" },
	RECORDED_ROW_REPORT,
	{ AUDIT_ALL, "all", NULL, "list compliant artifacts too" },
	TERMS_ROW_NAME,
	TERMS_ROW_TRUST_NAMES,
	TERMS_ROWS_NAMES,
	TERMS_ROW_SUBJECTS,
	TERMS_ROW_METADATA,
	TERMS_ROWS_WHOLE,
	{ RECORDED_SERIES, "series", "NAME", "ties scheduled runs of one scope (default)" },
	{ AUDIT_JOBS, "jobs", "N", "inputs read at the same time (processors)" },
	{ AUDIT_HASH_INPUT, "hash-input", NULL, "record the SHA-256 of each archive file too" },
	RECORDED_ROWS,
	{ AUDIT_EXCLUDE, "exclude", "GLOB", "leave such files out of searched folders; may be repeated" },
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

struct audit {
	struct recorded run;
	bool hash_input;
};

/* --- options --- */

static int
add_exclude(struct recorded *r, const char *glob, struct err *err)
{
	struct str text;

	if (opt_text(&text, "exclude", glob, err) != 0)
		return -1;
	if (r->exclude_count == RECORDED_EXCLUDES_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "more than %d times --exclude",
		    RECORDED_EXCLUDES_MOST);
	r->exclude[r->exclude_count++] = glob;
	return 0;
}

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct audit *a = ctx;
	switch (id) {
	case AUDIT_JOBS:
		return opt_number(&a->run.jobs, "jobs", value, 1, JOBS_MOST, err);
	case AUDIT_HASH_INPUT:
		a->hash_input = true;
		return 0;
	case AUDIT_EXCLUDE:
		return add_exclude(&a->run, value, err);
	case AUDIT_ALL:
		a->run.all = true;
		return 0;
	default:
		return recorded_set(&a->run, id, value, err);
	}
}

/* --- the run --- */

static int
run(struct audit *a, int argc, char **argv)
{
	struct inputs_options search = {
		.limits = &a->run.config->limits,
		.exclude = a->run.exclude,
		.exclude_count = a->run.exclude_count,
	};
	struct worker_options worker;
	struct err err = { .reason = REASON_NONE };
	int status = recorded_open(&a->run, POLICY_OCI);

	if (status != STATUS_OK)
		return status;
	if (inputs_expand(&a->run.inputs, argv, (size_t)argc, &search, &err) != 0)
		return config_fail(&err) == STATUS_USAGE ? STATUS_USAGE : STATUS_INPUT;
	worker = recorded_worker(&a->run, WORKER_AUDIT);
	worker.hash_input = a->hash_input;
	return recorded_judge(&a->run, &worker);
}

int
cmd_audit(struct config *c, int argc, char **argv)
{
	struct audit a = { .hash_input = false };
	struct opt_command command = {
		.name = "audit",
		.operands = "INPUT...",
		.summary = "Judge exported images by the policy and record every step",
		.description =
		    "An INPUT is an archive (tar, also gzip or zstd), an OCI image layout folder, a\n"
		    "folder that is searched for both, or @LIST: a file with one path a line, or with a\n"
		    "path, a tab and its HOST/REPO.\n",
		.rows = rows,
		.set = set,
		.ctx = &a,
		.limits = &c->limits,
	};
	int status;

	recorded_init(&a.run, c);
	if (!opt_begin(&command, argc, argv, &argc, &status))
		return status;
	if (argc == 0) {
		log_error("audit: no INPUT; try 'assay audit --help'");
		return STATUS_USAGE;
	}
	status = run(&a, argc, argv);
	recorded_clear(&a.run);
	return status;
}
