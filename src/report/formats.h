/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H
/* Every format's one function; see the table in report.c. */
#include "report/report.h"

#define REPORT_FORMAT(name)                                                              \
	int name##_write(struct report_sink *sink, struct db *db,                        \
	    const struct report_options *options, struct err *err)

REPORT_FORMAT(text);
REPORT_FORMAT(json);
REPORT_FORMAT(csv);

#endif
