/* SPDX-License-Identifier: Apache-2.0 */
/* assay audit: the main job. Inputs judged, recorded and reported. */
#include "base/log.h"
#include "cli/recorded.h"

#define JOBS_MOST 64

struct audit {
	struct recorded run;
	bool hash_input;
};

/* --- options --- */

static int
read_exclude(void *home, const char *glob, struct err *err)
{
	struct recorded *r = home;
	struct str text;

	if (opt_text(&text, "exclude", glob, err) != 0)
		return -1;
	if (r->exclude_count == RECORDED_EXCLUDES_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "more than %d times --exclude",
		    RECORDED_EXCLUDES_MOST);
	r->exclude[r->exclude_count++] = glob;
	return 0;
}

static const struct opt_row rows[] = {
	CONFIG_ROW_POLICY,
	CONFIG_ROW_DB,
	CONFIG_ROW_CREATE,
	CONFIG_ROW_AT,
	REVSOURCE_ROWS,
	RECORDED_ROW_EFFECT("audit, or deny: exit 2 if something is noncompliant (audit)"),
	RECORDED_ROW_EXIT_CODE("exit 2 if something is noncompliant, whatever the effect"),
	RECORDED_ROW_REPORT,
	OPT_ROW_FLAG(RECORDED, recorded, all, "all", "list compliant artifacts too"),
	TERMS_ROW_NAME,
	TERMS_ROW_TRUST_NAMES,
	TERMS_ROWS_NAMES,
	TERMS_ROW_SUBJECTS,
	TERMS_ROW_METADATA,
	TERMS_ROWS_WHOLE,
	RECORDED_ROW_SERIES("ties scheduled runs of one scope (default)"),
	OPT_ROW_NUMBER(RECORDED, recorded, jobs, 1, JOBS_MOST, "jobs", "N",
	    "inputs read at the same time (processors)"),
	OPT_ROW_FLAG(OWN, audit, hash_input, "hash-input",
	    "record the SHA-256 of each archive file too"),
	RECORDED_ROWS,
	OPT_ROW_OTHER(RECORDED, read_exclude, "exclude", "GLOB",
	    "leave such files out of searched folders; may be repeated"),
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	OPT_END,
};

/* --- the run --- */

static int
judge(struct audit *a, int argc, char **argv)
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

static int
run(struct config *c, const struct command *self, int argc, char **argv)
{
	struct audit a = { .hash_input = false };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &a };
	struct opt_given given;
	int status;

	recorded_init(&a.run, c);
	recorded_homes(&a.run, homes);
	if (!opt_begin(self, homes, argc, argv, &given, &status))
		return status;
	status = judge(&a, given.operands, argv);
	recorded_clear(&a.run);
	return status;
}

const struct command command_audit = {
	.name = "audit",
	.operands = "INPUT...",
	.summary = "Judge exported images, record every step, print what is not compliant",
	.description =
	    "An INPUT is an archive (tar, also gzip or zstd), an OCI image layout folder, a\n"
	    "folder that is searched for both, or @LIST: a file with one path a line, or with a\n"
	    "path, a tab and its HOST/REPO.\n",
	.examples =
	    "  assay audit --policy policy/ --name registry.example/shop/web web.tar\n"
	    "  assay audit --effect deny --trust-names /media/disk\n"
	    "  assay audit --series nightly --report csv=mirror.csv --exclude '*.part' /srv/mirror\n",
	.least = 1,
	.most = OPT_ANY,
	.limits = true,
	.rows = rows,
	.run = run,
};
