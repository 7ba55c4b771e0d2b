/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JUDGE_OPTIONS_H
#define CLI_JUDGE_OPTIONS_H
/*
 * What a verdict rests on besides the input: policy folder, time, terms, revocation data. Options
 * of the commands that judge without a record, and only if --policy is given.
 */
#include "cli/terms.h"

/* All but --policy are of use only with it. */
#define JUDGE_ROWS                                                                       \
	OPT_ROW_PATH(CONFIG, config, policy, "policy", "DIR",                            \
	    "judge, too, by this policy folder"),                                        \
	    CONFIG_ROW_AT, TERMS_ROW_NAME, TERMS_ROW_TRUST_NAMES, TERMS_ROWS_NAMES,      \
	    TERMS_ROW_SUBJECTS, TERMS_ROW_METADATA, TERMS_ROWS_WHOLE, REVSOURCE_ROWS,    \
	    CONFIG_ROW_INSECURE

struct judge_options {
	struct config *config;
	struct terms terms;
	/* loaded */
	bool on; /* --policy was given */
	struct when time; /* as of which is judged */
	struct ossl *lib;
	struct policy policy;
	struct revdata revdata;
};

void judge_options_init(struct judge_options *o, struct config *c);
/*
 * Load what was named, if --policy was given, which `given` options want; then *worker gets all that a verdict rests on. Fails
 * with usage.option, policy.*, file.* and revocation.* reasons; *status is what that means. To be
 * cleared in any case.
 */
int judge_options_load(struct judge_options *o, const struct opt_given *given,
    struct worker_options *worker, int *status, struct err *err);
void judge_options_clear(struct judge_options *o);

#endif
