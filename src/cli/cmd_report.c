/* SPDX-License-Identifier: Apache-2.0 */
/* assay report: a document made of any recorded run. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "report/report.h"

enum { REPORT_RUN, REPORT_SERIES, REPORT_FORMAT, REPORT_OUTPUT, REPORT_ALL };

static const struct opt_row rows[] = {
	CONFIG_ROW_DB,
	{ REPORT_RUN, "run", "UUID", "which run: its id or the start of it, or latest (latest)" },
	{ REPORT_SERIES, "series", "NAME", "latest run of this series" },
	{ REPORT_FORMAT, "format", "FORMAT", "text, json or csv (text)" },
	{ REPORT_OUTPUT, "output", "FILE", "write to FILE (-: standard output)" },
	{ REPORT_ALL, "all", NULL, "text: list compliant artifacts too" },
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

struct report_args {
	struct config *config;
	struct str run, series;
	const struct report_format *format;
	const char *output;
	bool all;
};

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct report_args *a = ctx;

	switch (id) {
	case REPORT_RUN:
		a->run = str_of(value);
		return 0;
	case REPORT_SERIES:
		a->series = str_of(value);
		return 0;
	case REPORT_FORMAT:
		a->format = report_find(str_of(value));
		if (a->format == NULL)
			return err_set(err, REASON_USAGE_OPTION, NULL,
			    "report format %s is not known", value);
		return 0;
	case REPORT_OUTPUT:
		a->output = value;
		return 0;
	case REPORT_ALL:
		a->all = true;
		return 0;
	default:
		return config_set(a->config, id, value, err);
	}
}

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

int
cmd_report(struct config *c, int argc, char **argv)
{
	struct report_args a = {
		.config = c,
		.run = STR("latest"),
		.series = STR_NONE,
		.format = report_find(STR("text")),
		.output = "-",
	};
	struct opt_command command = {
		.name = "report",
		.operands = "",
		.summary = "A report of any recorded run",
		.description = "The same run gives the same octets, today and in a year.\n",
		.rows = rows,
		.set = set,
		.ctx = &a,
	};
	int status;

	if (!opt_begin(&command, argc, argv, &argc, &status))
		return status;
	if (argc > 0) {
		log_error("report takes no operand; try 'assay report --help'");
		return STATUS_USAGE;
	}
	return write_report(&a);
}
