/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JUDGE_OPTIONS_H
#define CLI_JUDGE_OPTIONS_H
/*
 * What a verdict rests on besides the input: policy folder, time, names, revocation data. Options
 * of the commands that judge without a record; the words are those of `assay audit`.
 */
#include "cli/revsource.h"
#include "run/worker.h"

enum { JUDGE_NAME = -300, JUDGE_TRUST_NAMES, JUDGE_SUBJECTS, JUDGE_METADATA, JUDGE_AT };
#define JUDGE_ROWS                                                                        \
	{ CONFIG_POLICY, "policy", "DIR", "judge, too, by this policy folder" },          \
	{ JUDGE_AT, "at", "TIME", "judge as of TIME instead of now (2026-01-31T00:00:00Z)" }, \
	{ JUDGE_NAME, "name", "HOST/REPO", "repository of the input, for the policy" },   \
	{ JUDGE_TRUST_NAMES, "trust-names", NULL,                                         \
	    "let names in the export choose the policy statement" },                      \
	{ JUDGE_SUBJECTS, "subjects", "WHICH",                                            \
	    "what is judged: roots, platforms or all (roots)" },                          \
	{ JUDGE_METADATA, "user-metadata", "KEY=VALUE",                                   \
	    "a signature must carry this pair; may be repeated" },                        \
	REVSOURCE_ROWS,                                                                   \
	CONFIG_ROW_INSECURE

#define JUDGE_METADATA_MOST 32

struct judge_options {
	struct config *config;
	const char *first;              /* option that is of use only with --policy; NULL: none */
	struct str name;                /* absent: none */
	bool trust_names;
	enum subjects subjects;
	struct metadata metadata[JUDGE_METADATA_MOST];
	size_t metadata_count;
	struct revsource revsource;
	/* loaded */
	bool on;                        /* --policy was given */
	struct when time;
	struct ossl *lib;
	struct policy policy;
	struct revdata revdata;
};

void judge_options_init(struct judge_options *o, struct config *c);
/* `set` of the rows above; others go to config_set. */
int judge_options_set(struct judge_options *o, int id, const char *value, struct err *err);
/*
 * Load what was named, if --policy was given; then *worker gets all that a verdict rests on. Fails
 * with usage.option, policy.*, file.* and revocation.* reasons; *status is what that means. To be
 * cleared in any case.
 */
int judge_options_load(struct judge_options *o, struct worker_options *worker, int *status,
    struct err *err);
void judge_options_clear(struct judge_options *o);

#endif
