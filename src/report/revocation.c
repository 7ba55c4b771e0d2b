/* SPDX-License-Identifier: Apache-2.0 */
/* How well revocation was known in a run, in one line. */
#include "report/revocation.h"

#include <inttypes.h>

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

/* What is read of reports/revocation-summary.sql. */
struct known_row {
	int64_t lists, responses, unusable, certificates_asked, certificates_without_data,
	    age_seconds;
	struct str digest, path, this_update; /* of the oldest in use */
};
#define KNOWN(member) COLUMN(struct known_row, member)
#define OLDEST(member) COLUMN_AS(struct known_row, member, "oldest_in_use." #member)
static const struct query_column columns[] = { KNOWN(lists), KNOWN(responses),
	KNOWN(unusable), KNOWN(certificates_asked), KNOWN(certificates_without_data),
	OLDEST(digest), OLDEST(path), OLDEST(this_update), OLDEST(age_seconds) };

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
given(struct out *o, const struct known_row *row)
{
	int64_t lists = row->lists, responses = row->responses;

	if (lists > 0)
		count(o, "", lists, "list");
	if (responses > 0)
		count(o, lists > 0 ? " and " : "", responses, "OCSP response");
	if (row->digest.ptr == NULL) {
		out_text(o, ", none in use");
		return;
	}
	out_text(o, ", oldest in use ");
	age(o, row->age_seconds);
	out_text(o, " (");
	out_show(o, row->path);
	out_text(o, ", ");
	out_show(o, str_upto(row->this_update, 10));
	out_text(o, ")");
}

int
revocation_line(struct out *o, struct db *db, int64_t run_id, struct err *err)
{
	AUTO(query_close) struct query *q = NULL;
	struct known_row row;
	int64_t lists, missing;
	int got;

	if (query_rows(&q, db, "revocation-summary", columns, COUNT(columns), err) != 0)
		return -1;
	query_bind_int(q, 1, run_id);
	got = query_row(q, &row, err);
	if (got != 1)
		return got;
	lists = row.lists + row.responses;
	missing = row.certificates_without_data;
	if (lists == 0 && row.unusable == 0 && row.certificates_asked == 0)
		return 0;
	out_text(o, "  revocation ");
	if (lists > 0)
		given(o, &row);
	else
		out_text(o, "no data");
	if (lists > 0 && missing > 0)
		count(o, "; nothing on ", missing, "certificate");
	if (row.unusable > 0)
		count(o, "; ", row.unusable, "file");
	out_text(o, row.unusable > 0 ? " unusable\n" : "\n");
	return 0;
}
