/* SPDX-License-Identifier: Apache-2.0 */
/* How well revocation was known in a run, in one line. */
#include "report/revocation.h"

#include <inttypes.h>

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

/* Columns of reports/revocation-summary.sql. */
enum {
	V_LISTS,
	V_RESPONSES,
	V_IN_USE,
	V_UNUSABLE,
	V_ASKED,
	V_WITHOUT_DATA,
	V_OLDEST_DIGEST,
	V_OLDEST_PATH,
	V_OLDEST_TIME,
	V_OLDEST_SECONDS
};

static void
count(struct out *o, const char *before, int64_t n, const char *what)
{
	out_printf(o, "%s%" PRId64 " %s%s", before, n, what, n == 1 ? "" : "s");
}

static void
age(struct out *o, int64_t seconds)
{
	if (seconds < 2 * DAY)
		count(o, "", seconds / HOUR, "hour");
	else
		count(o, "", seconds / DAY, "day");
	out_text(o, " old");
}

static void
given(struct out *o, const struct query *q)
{
	int64_t lists = query_int(q, V_LISTS), responses = query_int(q, V_RESPONSES);

	if (lists > 0)
		count(o, "", lists, "list");
	if (responses > 0)
		count(o, lists > 0 ? " and " : "", responses, "OCSP response");
	if (query_null(q, V_OLDEST_DIGEST)) {
		out_text(o, ", none in use");
		return;
	}
	out_text(o, ", oldest in use ");
	age(o, query_int(q, V_OLDEST_SECONDS));
	out_text(o, " (");
	out_show(o, query_str(q, V_OLDEST_PATH));
	out_text(o, ", ");
	out_show(o, str_upto(query_str(q, V_OLDEST_TIME), 10));
	out_text(o, ")");
}

int
revocation_line(struct out *o, struct db *db, int64_t run_id, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	int64_t lists, missing;
	int got;

	if (query_open(&q, db, "revocation-summary", err) != 0)
		return -1;
	query_bind_int(q, 1, run_id);
	got = query_step(q, err);
	if (got != 1)
		return got;
	lists = query_int(q, V_LISTS) + query_int(q, V_RESPONSES);
	missing = query_int(q, V_WITHOUT_DATA);
	if (lists == 0 && query_int(q, V_UNUSABLE) == 0 && query_int(q, V_ASKED) == 0)
		return 0;
	out_text(o, "  revocation ");
	if (lists > 0)
		given(o, q);
	else
		out_text(o, "no data");
	if (lists > 0 && missing > 0)
		count(o, "; nothing on ", missing, "certificate");
	if (query_int(q, V_UNUSABLE) > 0)
		count(o, "; ", query_int(q, V_UNUSABLE), "file");
	out_text(o, query_int(q, V_UNUSABLE) > 0 ? " unusable\n" : "\n");
	return 0;
}
