/* SPDX-License-Identifier: Apache-2.0 */
/* assay explain: one artifact of a recorded run, in words. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "report/explain.h"
#include "report/out.h"

enum { EXPLAIN_RUN, EXPLAIN_SERIES };

static const struct opt_row rows[] = {
	CONFIG_ROW_DB,
	{ EXPLAIN_RUN, "run", "UUID", "which run: its id or the start of it, or latest (latest)" },
	{ EXPLAIN_SERIES, "series", "NAME", "latest run of this series" },
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

struct explain_args {
	struct config *config;
	struct str run, series;
};

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct explain_args *a = ctx;

	switch (id) {
	case EXPLAIN_RUN:
		a->run = str_of(value);
		return 0;
	case EXPLAIN_SERIES:
		a->series = str_of(value);
		return 0;
	default:
		return config_set(a->config, id, value, err);
	}
}

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

int
cmd_explain(struct config *c, int argc, char **argv)
{
	struct explain_args a = { .config = c, .run = STR("latest"), .series = STR_NONE };
	struct opt_command command = {
		.name = "explain",
		.operands = "ARTIFACT",
		.summary = "One artifact of a recorded run in words: every check, evidence, remedy",
		.description =
		    "ARTIFACT is a digest, the start of one (6 characters or more), or a name.\n",
		.rows = rows,
		.set = set,
		.ctx = &a,
	};
	int status;

	if (!opt_begin(&command, argc, argv, &argc, &status))
		return status;
	if (argc != 1) {
		log_error("explain wants one ARTIFACT; try 'assay explain --help'");
		return STATUS_USAGE;
	}
	return explain(&a, str_of(argv[0]));
}
