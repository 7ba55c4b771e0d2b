/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust crl list: every file with revocation data, its age, and what to renew. */
#include <stdio.h>
#include <unistd.h>

#include "cli/trustcrl.h"

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
put_row(const struct trustcrl *t, struct doc *d, const struct revfile *f)
{
	struct revage a = trustcrl_age(t, f);
	bool shared = f->url.alg == DIGEST_NONE;

	doc_row(d);
	doc_word(d, NULL, "STATE", revstate_name(a.state));
	doc_word(d, NULL, "KIND", revfile_kind_name(f->kind));
	doc_str(d, NULL, "NUMBER", trustcrl_number(t, f));
	doc_str(d, NULL, "THIS UPDATE", day_of(t, a.this_update));
	doc_str(d, NULL, "AGE", count_of(t, a.age));
	doc_str(
	    d, NULL, "NEXT UPDATE", a.has_next ? day_of(t, a.next_update) : STR("none"));
	doc_str(d, NULL, "LEFT", a.has_next ? count_of(t, a.left) : STR_NONE);
	doc_str(d, NULL, "ISSUER", shortened(t, trustcrl_issuer(t, f)));
	doc_str(d, NULL, "FILE",
	    shared
		? f->path
		: arena_printf(&t->config->mem, "%.*s (of one URL)", STR_ARG(f->path)));
	trustcrl_put(t, d, f);
	doc_row_end(d);
}

static void
put_files(const struct trustcrl *t, struct doc *d)
{
	doc_array(d, "files");
	doc_table(d, &t->config->mem, columns, COUNT(columns));
	for (size_t i = 0; i < t->data.file_count; i++)
		put_row(t, d, t->data.files[i]);
	doc_table_end(d, t->config->verbose ? 0 : config_width(t->config, STDOUT_FILENO));
	doc_array_end(d);
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
put_problems(const struct trustcrl *t, struct doc *d)
{
	doc_array(d, "problems");
	for (size_t i = 0; i < t->data.problem_count; i++) {
		const struct revproblem *p = &t->data.problems[i];

		doc_object(d, NULL);
		doc_str(d, "path", NULL, p->path);
		doc_reason(d, p->reason);
		doc_str(d, "detail", NULL, p->detail);
		doc_str(d, NULL, "problem:",
		    arena_printf(&t->config->mem, "%.*s [%s]: %.*s", STR_ARG(p->path),
			reason_code(p->reason), STR_ARG(p->detail)));
		doc_object_end(d);
	}
	doc_array_end(d);
}

static void
put_oldest(const struct trustcrl *t, struct doc *d)
{
	struct when since = { 0, 0 };
	const struct revfile *f = oldest(t, &since);
	struct str time;

	if (f == NULL) {
		doc_null(d, "oldest");
		doc_word(d, NULL, "oldest:",
		    t->data.problem_count == 0
			? "none; there is no revocation data"
			: "none; there is no revocation data that can be read");
		return;
	}
	time = trustcrl_time(t, since);
	doc_object(d, "oldest");
	doc_str(d, "path", NULL, f->path);
	doc_str(d, "this_update", NULL, time);
	doc_i64(d, "age_days", NULL, days_since(t, since));
	doc_str(d, NULL, "oldest:",
	    arena_printf(&t->config->mem, "%.*s, %lld days (%.*s)", STR_ARG(f->path),
		days_since(t, since), STR_ARG(time)));
	doc_object_end(d);
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
	struct doc d;

	trustcrl_begin(&d, t, "assay-trust-crl-list/1");
	d.column = 0; /* no values below each other but those of the table */
	if (t->warn_days != TRUSTCRL_WARN_USUAL)
		doc_u64(&d, "warn_days", NULL, t->warn_days);
	else
		doc_null(&d, "warn_days");
	put_files(t, &d);
	put_problems(t, &d);
	put_oldest(t, &d);
	if (doc_end(&d) != 0)
		return STATUS_FAILED;
	return t->exit_code && !all_usable(t) ? STATUS_NONCOMPLIANT : STATUS_OK;
}
