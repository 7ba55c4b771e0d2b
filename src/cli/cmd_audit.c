/* SPDX-License-Identifier: Apache-2.0 */
/* assay audit: the main job. Inputs judged, recorded and reported. */
#include "base/log.h"
#include "base/num.h"
#include "cli/recorded.h"
#include "oci/reference.h"

#define JOBS_MOST 64

enum { AUDIT_JOBS, AUDIT_NAME, AUDIT_TRUST_NAMES, AUDIT_SUBJECTS, AUDIT_HASH_INPUT,
	AUDIT_COMPLETE, AUDIT_ALL };

static const struct opt_row rows[] = {
	CONFIG_ROW_POLICY,
	CONFIG_ROW_DB,
	{ CONFIG_AT, "at", "TIME", "judge as of TIME instead of now (2026-01-31T00:00:00Z)" },
	REVSOURCE_ROWS,
	{ RECORDED_EFFECT, "effect", "EFFECT", "audit, or deny: exit 2 if something is noncompliant (audit)" },
	{ RECORDED_EXIT_CODE, "exit-code", NULL, "exit 2 if something is noncompliant, whatever the effect" },
	RECORDED_ROW_REPORT,
	{ AUDIT_ALL, "all", NULL, "list compliant artifacts too" },
	{ AUDIT_NAME, "name", "HOST/REPO", "repository of the inputs, for the policy" },
	{ AUDIT_TRUST_NAMES, "trust-names", NULL, "let names in the export choose the policy statement" },
	{ AUDIT_SUBJECTS, "subjects", "WHICH", "what is judged: roots, platforms or all (roots)" },
	RECORDED_ROW_METADATA,
	{ AUDIT_COMPLETE, "require-complete", NULL, "a blob that is not in the input is a finding" },
	{ RECORDED_SERIES, "series", "NAME", "ties scheduled runs of one scope (default)" },
	{ AUDIT_JOBS, "jobs", "N", "inputs read at the same time (processors)" },
	{ AUDIT_HASH_INPUT, "hash-input", NULL, "record the SHA-256 of each archive file too" },
	RECORDED_ROWS,
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

struct audit {
	struct recorded run;
	bool trust_names, hash_input, complete;
	enum subjects subjects;
	struct str name;
};

/* --- options --- */

static int
set_subjects(struct audit *a, struct str value, struct err *err)
{
	static const char *const names[] = { "roots", "platforms", "all" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_is(value, names[i])) {
			a->subjects = (enum subjects)i;
			return 0;
		}
	}
	return err_set(err, REASON_USAGE_OPTION, NULL, "--subjects %.*s, want roots, platforms or all",
	    STR_ARG(value));
}

static int
set_name(struct audit *a, struct str value, struct err *err)
{
	struct reference r;

	if (!reference_is_full(value) || reference_parse(&r, &a->run.config->mem, value, err) != 0 ||
	    r.tag.ptr != NULL || r.digest.ptr != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--name %.*s, want HOST/REPOSITORY without tag or digest", STR_ARG(value));
	a->name = reference_scope(&a->run.config->mem, &r);
	return 0;
}

static int
set_jobs(struct audit *a, struct str value, struct err *err)
{
	uint64_t n;

	if (!num_parse(&n, value) || n < 1 || n > JOBS_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "--jobs %.*s, want 1 to %d",
		    STR_ARG(value), JOBS_MOST);
	a->run.jobs = (unsigned)n;
	return 0;
}

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct audit *a = ctx;
	struct str text = str_of(value);

	switch (id) {
	case AUDIT_JOBS:
		return set_jobs(a, text, err);
	case AUDIT_NAME:
		return set_name(a, text, err);
	case AUDIT_TRUST_NAMES:
		a->trust_names = true;
		return 0;
	case AUDIT_SUBJECTS:
		return set_subjects(a, text, err);
	case AUDIT_HASH_INPUT:
		a->hash_input = true;
		return 0;
	case AUDIT_COMPLETE:
		a->complete = true;
		return 0;
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
	struct worker_options worker;
	struct err err = { .reason = REASON_NONE };
	int status = recorded_open(&a->run, POLICY_OCI);

	if (status != STATUS_OK)
		return status;
	if (inputs_expand(&a->run.inputs, argv, (size_t)argc, &a->run.config->limits, &err) != 0)
		return config_fail(&err) == STATUS_USAGE ? STATUS_USAGE : STATUS_INPUT;
	worker = recorded_worker(&a->run, WORKER_AUDIT);
	worker.subjects = a->subjects;
	worker.repository = a->name;
	worker.trust_names = a->trust_names;
	worker.hash_input = a->hash_input;
	worker.require_complete = a->complete;
	return recorded_judge(&a->run, &worker);
}

int
cmd_audit(struct config *c, int argc, char **argv)
{
	struct audit a = { .name = STR_NONE };
	struct opt_command command = {
		.name = "audit",
		.operands = "INPUT...",
		.summary = "Judge exported images by the policy and record every step",
		.description =
		    "An INPUT is an archive (tar, also gzip or zstd), an OCI image layout folder, a\n"
		    "folder that is searched for both, or @LIST: a file with one path a line.\n",
		.rows = rows,
		.set = set,
		.ctx = &a,
		.limits = &c->limits,
	};
	struct err err;
	bool help;
	int status;

	recorded_init(&a.run, c);
	if (opt_parse(&command, argc, argv, &argc, &help, &err) != 0)
		return opt_fail(&command, &err);
	if (help) {
		opt_help(&command);
		return STATUS_OK;
	}
	if (argc == 0) {
		log_error("audit: no INPUT; try 'assay audit --help'");
		return STATUS_USAGE;
	}
	status = run(&a, argc, argv);
	recorded_clear(&a.run);
	return status;
}
