/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust crl list: every file with revocation data, its age, and what to renew. */
#include <stdio.h>
#include <unistd.h>

#include "cli/table.h"
#include "cli/trustcrl.h"
#include "cli/view.h"

enum { ISSUER_MOST = 96 }; /* octets of a name in a row; `show` has it whole */

static const struct table_column columns[] = {
	{ "STATE", false, TABLE_WHOLE },
	{ "KIND", false, TABLE_WHOLE },
	{ "NUMBER", true, TABLE_WHOLE },
	{ "THIS UPDATE", false, TABLE_WHOLE },
	{ "AGE", true, TABLE_WHOLE },
	{ "NEXT UPDATE", false, TABLE_WHOLE },
	{ "LEFT", true, TABLE_WHOLE },
	{ "ISSUER", false, TABLE_END },
	{ "FILE", false, TABLE_MIDDLE },
};

static struct str
day_of(const struct trustcrl *t, struct when w)
{
	return str_upto(trustcrl_time(t, w), 10);
}

static struct str
count_of(const struct trustcrl *t, int64_t n)
{
	return arena_printf(&t->config->mem, "%lldd", (long long)n);
}

/* Cut where a character begins. */
static struct str
shortened(const struct trustcrl *t, struct str s)
{
	size_t n = ISSUER_MOST;

	if (s.len <= ISSUER_MOST)
		return s;
	while (n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(&t->config->mem, "%.*s\u2026", (int)n, s.ptr);
}

static void
print_table(const struct trustcrl *t)
{
	struct table table;

	table_init(&table, &t->config->mem, columns, COUNT(columns));
	for (size_t i = 0; i < t->data.file_count; i++) {
		const struct revfile *f = t->data.files[i];
		struct revage a = trustcrl_age(t, f);
		const struct str row[COUNT(columns)] = {
			str_of(revstate_name(a.state)),
			str_of(revfile_kind_name(f->kind)),
			trustcrl_number(t, f),
			day_of(t, a.this_update),
			count_of(t, a.age),
			a.has_next ? day_of(t, a.next_update) : STR("none"),
			a.has_next ? count_of(t, a.left) : STR(""),
			shortened(t, trustcrl_issuer(t, f)),
			f->url.alg == DIGEST_NONE
			    ? f->path
			    : arena_printf(
				  &t->config->mem, "%.*s (of one URL)", STR_ARG(f->path)),
		};

		table_add(&table, row);
	}
	table_fit(
	    &table, t->config->verbose ? 0 : config_width(t->config, STDOUT_FILENO));
	table_print(&table);
}

/* The file whose newest thisUpdate is the oldest; NULL: none. */
static const struct revfile *
oldest(const struct trustcrl *t, struct when *since)
{
	const struct revfile *found = NULL;

	for (size_t i = 0; i < t->data.file_count; i++) {
		struct when this_update, next_update;
		bool has_next;

		revfile_times(t->data.files[i], &this_update, &next_update, &has_next);
		if (found != NULL && when_cmp(this_update, *since) >= 0)
			continue;
		found = t->data.files[i];
		*since = this_update;
	}
	return found;
}

static long long
days_since(const struct trustcrl *t, struct when since)
{
	return (long long)((t->now.sec - since.sec) / 86400);
}

static void
print_problems(const struct trustcrl *t)
{
	for (size_t i = 0; i < t->data.problem_count; i++) {
		const struct revproblem *p = &t->data.problems[i];

		printf("problem: ");
		view_print(p->path);
		printf(" [%s]", reason_code(p->reason));
		view_text(": ", p->detail);
	}
}

static void
list_text(const struct trustcrl *t)
{
	const struct revfile *f;
	struct when since;

	print_table(t);
	print_problems(t);
	f = oldest(t, &since);
	printf("oldest: ");
	if (f == NULL) {
		printf("none; there is no revocation data%s\n",
		    t->data.problem_count == 0 ? "" : " that can be read");
		return;
	}
	view_print(f->path);
	printf(", %lld days (%.*s)\n", days_since(t, since),
	    STR_ARG(trustcrl_time(t, since)));
}

static int
list_json(const struct trustcrl *t)
{
	const struct revfile *f;
	struct jsonout out;
	struct when since;
	struct buf buf;

	trustcrl_json_begin(&out, &buf, t, "assay-trust-crl-list/1");
	if (t->warn_days != TRUSTCRL_WARN_USUAL)
		jsonout_u64(&out, "warn_days", t->warn_days);
	else
		jsonout_null(&out, "warn_days");
	jsonout_array_begin(&out, "files");
	for (size_t i = 0; i < t->data.file_count; i++) {
		jsonout_object_begin(&out, NULL);
		trustcrl_json(t, &out, t->data.files[i]);
		jsonout_object_end(&out);
	}
	jsonout_array_end(&out);
	jsonout_array_begin(&out, "problems");
	for (size_t i = 0; i < t->data.problem_count; i++) {
		jsonout_object_begin(&out, NULL);
		jsonout_str(&out, "path", t->data.problems[i].path);
		jsonout_text(&out, "reason", reason_code(t->data.problems[i].reason));
		jsonout_str(&out, "detail", t->data.problems[i].detail);
		jsonout_object_end(&out);
	}
	jsonout_array_end(&out);
	f = oldest(t, &since);
	if (f == NULL) {
		jsonout_null(&out, "oldest");
	} else {
		jsonout_object_begin(&out, "oldest");
		jsonout_str(&out, "path", f->path);
		jsonout_str(&out, "this_update", trustcrl_time(t, since));
		jsonout_i64(&out, "age_days", days_since(t, since));
		jsonout_object_end(&out);
	}
	return trustcrl_json_end(&out, &buf);
}

static bool
all_usable(const struct trustcrl *t)
{
	for (size_t i = 0; i < t->data.file_count; i++)
		if (trustcrl_age(t, t->data.files[i]).state > REVSTATE_SOON)
			return false;
	return t->data.problem_count == 0;
}

int
trustcrl_list(struct trustcrl *t, char **none ATTR_UNUSED, int count ATTR_UNUSED)
{
	int failed = 0;

	if (t->json)
		failed = list_json(t);
	else
		list_text(t);
	if (failed != 0)
		return STATUS_FAILED;
	return t->exit_code && !all_usable(t) ? STATUS_NONCOMPLIANT : STATUS_OK;
}
