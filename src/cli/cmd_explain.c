/* SPDX-License-Identifier: Apache-2.0 */
/* assay explain: one artifact of a recorded run, in words. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "report/explain.h"
#include "report/out.h"

struct explain_args {
	struct config *config;
	struct str run, series;
};

static const struct opt_row rows[] = {
	CONFIG_ROW_DB,
	OPT_ROW_TEXT(OWN, explain_args, run, "run", "UUID",
	    "which run: its id or the start of it, or latest (latest)"),
	OPT_ROW_TEXT(OWN, explain_args, series, "series", "NAME", "latest run of this series"),
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	OPT_END,
};

static int
explain(struct explain_args *a, struct str artifact)
{
	AUTO(db_close) struct db *db = NULL;
	struct report_sink sink = { .write = out_stdout };
	struct report_options options = {
		.all = true,
		.color = config_color(a->config, STDOUT_FILENO),
		.width = config_width(a->config, STDOUT_FILENO),
	};
	struct db_options open = { .insecure_permissions = a->config->insecure_permissions };
	struct err err;
	const char *path = config_db(a->config, &err);

	if (path == NULL || db_open(&db, path, DB_READ, &open, &err) != 0 ||
	    query_run(&options.run_id, db, a->run, a->series, &err) != 0 ||
	    explain_write(&sink, db, &options, artifact, &err) != 0)
		return config_fail(&err);
	return STATUS_OK;
}

static int
run(struct config *c, const struct command *self, int argc, char **argv)
{
	struct explain_args a = { .config = c, .run = STR("latest"), .series = STR_NONE };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &a, [OPT_CONFIG] = c };
	struct opt_given given;
	int status;

	return opt_begin(self, homes, argc, argv, &given, &status) ? explain(&a, str_of(argv[0]))
								   : status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "ARTIFACT",
	.summary = "One artifact of a run in words: every check, evidence, remedy",
	.description =
	    "ARTIFACT is a digest, the start of one (6 characters or more), or a name.\n",
	.examples = "  assay explain registry.example/shop/web:1.4\n"
		    "  assay explain --series nightly sha256:8128146024f6\n",
	.least = 1,
	.most = 1,
	.rows = rows,
	.run = run,
};
