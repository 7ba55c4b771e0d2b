/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H
/*
 * Documents made of a recorded run. A report never sees a verdict in memory: one made
 * today and one made in a year from the same database are the same octets.
 */
#include "audit/query.h"
#include "base/buf.h"
#include "base/file.h"

struct report_sink { /* where the octets go, in order */
	int (*write)(void *ctx, struct bytes data, struct err *err);
	void *ctx;
};
struct report_options {
	int64_t run_id;
	bool all; /* text: compliant artifacts too */
	bool color;
	unsigned width; /* columns of the terminal; 0: no truncation */
};
struct report_format {
	const char *name, *meaning;
	int (*write)(struct report_sink *sink, struct db *db,
	    const struct report_options *options, struct err *err);
};

extern const struct report_format report_formats[]; /* ends with a NULL name */
const struct report_format *report_find(struct str name);
/*
 * Write one report to a file ("-": standard output), atomically. `copy` gets the same octets and
 * may be NULL.
 */
int report_file(const struct report_format *format, struct db *db,
    const struct report_options *options, const char *path,
    const struct report_sink *copy, struct err *err);

#endif
