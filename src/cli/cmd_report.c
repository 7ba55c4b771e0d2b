/* SPDX-License-Identifier: Apache-2.0 */
/* assay report: a document made of any recorded run. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "report/report.h"

struct report_args {
	struct config *config;
	struct str run, series;
	const struct report_format *format;
	const char *output;
	bool all;
};

static int
read_format(void *home, const char *value, struct err *err)
{
	struct report_args *a = home;

	a->format = report_find(str_of(value));
	if (a->format != NULL)
		return 0;
	return err_set(
	    err, REASON_USAGE_OPTION, NULL, "report format %s is not known", value);
}

static const struct opt_row rows[] = {
	CONFIG_ROW_DB,
	OPT_ROW_TEXT(OWN, report_args, run, "run", "UUID",
	    "which run: its id or the start of it, or latest (latest)"),
	OPT_ROW_TEXT(OWN, report_args, series, "series", "NAME", "latest run of this series"),
	OPT_ROW_OTHER(OWN, read_format, "format", "FORMAT", "text, json or csv (text)"),
	OPT_ROW_PATH(OWN, report_args, output, "output", "FILE",
	    "write to FILE (-: standard output)"),
	OPT_ROW_FLAG(OWN, report_args, all, "all", "text: list compliant artifacts too"),
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	OPT_END,
};

static int
write_report(struct report_args *a)
{
	AUTO(db_close) struct db *db = NULL;
	bool terminal = strcmp(a->output, "-") == 0;
	struct report_options options = {
		.all = a->all,
		.color = terminal && config_color(a->config, STDOUT_FILENO),
		.width = terminal ? config_width(a->config, STDOUT_FILENO) : 0,
	};
	struct db_options open = { .insecure_permissions = a->config->insecure_permissions };
	struct err err;
	const char *path = config_db(a->config, &err);

	if (path == NULL || db_open(&db, path, DB_READ, &open, &err) != 0 ||
	    query_run(&options.run_id, db, a->run, a->series, &err) != 0 ||
	    report_file(a->format, db, &options, a->output, NULL, &err) != 0)
		return config_fail(&err);
	return STATUS_OK;
}

static int
run(struct config *c, const struct command *self, int argc, char **argv)
{
	struct report_args a = {
		.config = c,
		.run = STR("latest"),
		.series = STR_NONE,
		.format = report_find(STR("text")),
		.output = "-",
	};
	void *homes[OPT_HOMES] = { [OPT_OWN] = &a, [OPT_CONFIG] = c };
	struct opt_given given;
	int status;

	return opt_begin(self, homes, argc, argv, &given, &status) ? write_report(&a) : status;
}

const struct command command_report = {
	.name = "report",
	.operands = "",
	.summary = "A report of any recorded run",
	.description = "The same run gives the same octets, today and in a year.\n",
	.examples = "  assay report --format json --output march.json --run 0b5c2a\n"
		    "  assay report --series nightly --all\n",
	.rows = rows,
	.run = run,
};
