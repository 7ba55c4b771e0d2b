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

#define TERMS_NAMES_MOST 256 /* of --ignore-name, and of --rewrite */

struct terms { /* texts live as long as argv and the config */
	struct config *config;
	struct naming naming; /* what is said of names; whole after terms_load */
	struct str ignored[TERMS_NAMES_MOST];
	struct naming_rewrite rewrites[TERMS_NAMES_MOST];
	const char *map; /* --scope-map; NULL: none */
	struct bytes map_text; /* as it was read */
	bool allow_missing, require_complete;
	enum subjects subjects;
	struct metadata metadata[TERMS_METADATA_MOST];
	size_t metadata_count;
	struct revsource revsource;
};

/* Rows; a command takes those of them that it can use, and REVSOURCE_ROWS. */
#define TERMS_ROW_NAME                                                                   \
	OPT_ROW_OTHER(TERMS, terms_read_name, "name", "HOST/REPO",                       \
	    "repository of the INPUT, for the policy")
#define TERMS_ROW_TRUST_NAMES                                                            \
	OPT_ROW_FLAG(TERMS, terms, naming.trusted, "trust-names",                        \
	    "let names in the export choose the policy statements")
/* What else can be said of names. */
#define TERMS_ROWS_NAMES                                                                 \
	OPT_ROW_OTHER(TERMS, terms_read_ignored, "ignore-name", "GLOB",                  \
	    "leave out names in the export that fit; may be repeated"),                  \
	    OPT_ROW_OTHER(TERMS, terms_read_registry, "registry", "HOST",                \
		"registry of names in the export that have none"),                       \
	    OPT_ROW_OTHER(TERMS, terms_read_rewrite, "rewrite", "FROM=TO",               \
		"names below FROM are below TO; may be repeated"),                       \
	    OPT_ROW_PATH(TERMS, terms, map, "scope-map", "FILE",                         \
		"repositories of artifacts, by digest, tag or name")
extern const char *const terms_subjects[];
#define TERMS_ROW_SUBJECTS                                                               \
	OPT_ROW_WORD(TERMS, terms, subjects, terms_subjects, "subjects", "WHICH",        \
	    "what is judged: roots, platforms or all (roots)")
#define TERMS_ROW_METADATA                                                               \
	OPT_ROW_OTHER(TERMS, terms_read_metadata, "user-metadata", "KEY=VALUE",          \
	    "a signature must carry this pair; may be repeated")
#define TERMS_ROWS_WHOLE                                                                 \
	OPT_ROW_FLAG(TERMS, terms, allow_missing, "allow-missing",                       \
	    "layers that are not in the input are no error"),                            \
	    OPT_ROW_FLAG(TERMS, terms, require_complete, "require-complete",             \
		"a platform or blob that is not in the input is a finding")
int terms_read_name(void *home, const char *value, struct err *err);
int terms_read_ignored(void *home, const char *value, struct err *err);
int terms_read_registry(void *home, const char *value, struct err *err);
int terms_read_rewrite(void *home, const char *value, struct err *err);
int terms_read_metadata(void *home, const char *value, struct err *err);

void terms_init(struct terms *t, struct config *c);
/* Where the rows above, of cli/revsource.h and of cli/config.h find their values. */
void terms_homes(struct terms *t, void *homes[OPT_HOMES]);
/*
 * Read what was named as a file. Fails with names.map and file.* reasons: a configuration that
 * cannot be used.
 */
int terms_load(struct terms *t, struct err *err);
/* What they say of how a worker judges; `t` must outlive it. Revocation data is not loaded here. */
void terms_apply(struct worker_options *worker, const struct terms *t);

#endif
