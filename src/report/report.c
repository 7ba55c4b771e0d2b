/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, and a report as a file. */
#include "report/report.h"

#include "report/formats.h"

const struct report_format report_formats[] = {
	{ "text", "summary and table for people", text_write },
	{ "json", "everything that was recorded, for programs", json_write },
	{ "csv", "one row per artifact, for spreadsheets", csv_write },
	{ NULL, NULL, NULL },
};

const struct report_format *
report_find(struct str name)
{
	for (const struct report_format *f = report_formats; f->name != NULL; f++)
		if (str_is(name, f->name))
			return f;
	return NULL;
}

struct output {
	struct outfile file;
	const struct report_sink *copy;
};

static int
to_file(void *ctx, struct bytes data, struct err *err)
{
	struct output *o = ctx;

	if (o->copy != NULL && o->copy->write(o->copy->ctx, data, err) != 0)
		return -1;
	return outfile_write(&o->file, data, err);
}

int
report_file(const struct report_format *format, struct db *db,
    const struct report_options *options, const char *path,
    const struct report_sink *copy, struct err *err)
{
	struct output o = { .copy = copy };
	struct report_sink sink = { to_file, &o };
	int result;

	if (outfile_open(&o.file, path, err) != 0)
		return -1;
	result = format->write(&sink, db, options, err);
	if (result == 0)
		result = outfile_commit(&o.file, err);
	outfile_close(&o.file);
	return result;
}
