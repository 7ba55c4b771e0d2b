/* SPDX-License-Identifier: Apache-2.0 */
/* One input judged in this process. */
#include "tests/lib/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "input/input.h"

static void
bail(const char *what, const struct err *err)
{
	printf("Bail out! %s: %s: %s%s %s\n", what, reason_code(err->reason), err->file,
	    err->pointer, err->text);
	exit(99);
}

void
judge_open(struct judge *j, const char *policy, const char *time)
{
	struct policy_options options = { .limits = &j->limits };
	struct err err = { .reason = REASON_NONE };

	ossl_process_init();
	memset(j, 0, sizeof(*j));
	limits_default(&j->limits);
	j->lib = ossl_new();
	j->certs = certs_new(j->lib, &j->limits);
	j->chains = chains_new(j->certs);
	j->hasher = hasher_new(j->lib);
	arena_init(&j->mem, 0);
	if (!when_parse(&j->time, str_of(time)) ||
	    policy_load(&j->policy, policy, j->lib, &options, &err) != 0)
		bail(policy, &err);
}

void
judge_close(struct judge *j)
{
	policy_clear(&j->policy);
	arena_clear(&j->mem);
	hasher_free(j->hasher);
	chains_free(j->chains);
	certs_free(j->certs);
	ossl_free(j->lib);
}

static int
judge_subject(struct judge *j, struct graph *g, struct store *store, struct err *err)
{
	struct verify_tools tools = { .certs = j->certs,
		.chains = j->chains,
		.hasher = j->hasher,
		.limits = &j->limits,
		.policy = &j->policy,
		.time = j->time };
	struct node **subjects;
	size_t count;

	subjects = graph_subjects(g, SUBJECTS_ROOTS, &count);
	if (count == 0)
		return err_set(err, REASON_LAYOUT_NO_INDEX, NULL, "no subject");
	return verify_artifact(&j->verdict, &tools, store, subjects[0], err);
}

static int
read_and_judge(
    struct judge *j, int fd, struct store *store, const char *repository, struct err *err)
{
	AUTO(input_source_free) struct input_source *source = NULL;
	struct input_options options = { .limits = &j->limits };
	struct graph_names names = { .repository = str_of(repository) };
	struct where at = { .file = STR("index.json") };
	struct input_facts facts;
	struct graph graph;
	int rc;

	if (input_read(&facts, store, &source, &j->mem, fd, true, j->hasher, &options,
		err) != 0 ||
	    graph_build(&graph, store, facts.index_json, &names, &j->limits, &at, err) !=
		0)
		return -1;
	rc = judge_subject(j, &graph, store, err);
	graph_clear(&graph);
	return rc;
}

enum reason
judge_folder(struct judge *j, const char *layout, const char *repository)
{
	AUTO(store_free) struct store *store = store_new(&j->limits, j->hasher);
	struct err err = { .reason = REASON_NONE };
	bool is_dir;
	int fd, rc;

	arena_clear(&j->mem);
	verdict_init(&j->verdict, &j->mem, j->limits.v[LIMIT_FINDINGS]);
	if (input_open(&fd, &is_dir, layout, &err) != 0)
		return err.reason;
	rc = read_and_judge(j, fd, store, repository, &err);
	close(fd);
	return rc != 0 ? err.reason : j->verdict.reason;
}

bool
judge_found(const struct judge *j, enum reason reason, bool blocking)
{
	for (size_t i = 0; i < j->verdict.findings.n; i++) {
		const struct finding *f = &j->verdict.findings.v[i];

		if (f->reason == reason && f->blocking == blocking)
			return true;
	}
	return false;
}
