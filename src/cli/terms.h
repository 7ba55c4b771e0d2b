/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TERMS_H
#define CLI_TERMS_H
/*
 * The terms of a judgement that are given as options: the name of the input, which of its
 * artifacts, what a signature must carry, where revocation data lies. Commands that judge share
 * them, with a record or without.
 */
#include "cli/revsource.h"
#include "run/worker.h"

#define TERMS_METADATA_MOST 32

struct terms { /* texts live as long as argv and the config */
	struct config *config;
	struct str name; /* registry/repository; absent: none was given */
	bool trust_names, allow_missing, require_complete;
	enum subjects subjects;
	struct metadata metadata[TERMS_METADATA_MOST];
	size_t metadata_count;
	struct revsource revsource;
};

/* Ids of the rows below; a command takes those of them that it can use, and REVSOURCE_ROWS. */
enum { TERMS_NAME = -300, TERMS_TRUST_NAMES, TERMS_SUBJECTS, TERMS_METADATA, TERMS_MISSING,
	TERMS_COMPLETE };
#define TERMS_ROW_NAME                                                                   \
	{                                                                                \
		TERMS_NAME, "name", "HOST/REPO",                                         \
		    "repository of the INPUT, for the policy"                            \
	}
#define TERMS_ROW_TRUST_NAMES                                                            \
	{                                                                                \
		TERMS_TRUST_NAMES, "trust-names", NULL,                                  \
		    "let names in the export choose the policy statement"                \
	}
#define TERMS_ROW_SUBJECTS                                                               \
	{                                                                                \
		TERMS_SUBJECTS, "subjects", "WHICH",                                     \
		    "what is judged: roots, platforms or all (roots)"                    \
	}
#define TERMS_ROW_METADATA                                                               \
	{                                                                                \
		TERMS_METADATA, "user-metadata", "KEY=VALUE",                            \
		    "a signature must carry this pair; may be repeated"                  \
	}

#define TERMS_ROWS_WHOLE                                                                 \
	{ TERMS_MISSING, "allow-missing", NULL,                                          \
	    "layers that are not in the input are no error" },                           \
	{                                                                                \
		TERMS_COMPLETE, "require-complete", NULL,                                \
		    "a platform or blob that is not in the input is a finding"           \
	}

void terms_init(struct terms *t, struct config *c);
/* The `set` of the rows above, of cli/revsource.h and of cli/config.h. Fails with usage.option. */
int terms_set(struct terms *t, int id, const char *value, struct err *err);
/* What they say of how a worker judges; `t` must outlive it. Revocation data is not loaded here. */
void terms_apply(struct worker_options *worker, const struct terms *t);

#endif
