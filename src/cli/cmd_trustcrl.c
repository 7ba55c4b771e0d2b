/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust crl add|list|show: the revocation data that is carried along. */
#include <stdio.h>

#include "base/log.h"
#include "cli/trustcrl.h"

enum { WARN_MOST = 36500, ENTRIES_MOST = 100000 };
#define ROW_AT                                                                           \
	OPT_ROW_PATH(CONFIG, config, at, "at", "TIME",                                   \
	    "ages as of TIME instead of now (2026-01-31T00:00:00Z)")
#define ROW_WARN                                                                         \
	OPT_ROW_NUMBER(OWN, trustcrl, warn_days, 0, WARN_MOST, "warn-days", "N",         \
	    "soon stale: N days left (a fifth of its life, or a day)")

static const struct opt_row add_rows[] = {
	CONFIG_ROW_POLICY,
	ROW_AT,
	OPT_ROW_FLAG(OWN, trustcrl, force, "force", "take a list though a newer one is there"),
	CONFIG_ROWS_COMMON,
	OPT_END,
};

static const struct opt_row list_rows[] = {
	CONFIG_ROW_POLICY,
	REVSOURCE_ROWS,
	OPT_ROW_FORMAT(trustcrl, json),
	ROW_AT,
	ROW_WARN,
	OPT_ROW_FLAG(OWN, trustcrl, exit_code, "exit-code", "status 2 if a file is not usable now"),
	CONFIG_ROWS_COMMON,
	OPT_END,
};

static const struct opt_row show_rows[] = {
	CONFIG_ROW_POLICY,
	REVSOURCE_ROWS,
	OPT_ROW_FORMAT(trustcrl, json),
	ROW_AT,
	ROW_WARN,
	OPT_ROW_NUMBER(OWN, trustcrl, entries, 0, ENTRIES_MOST, "entries", "N",
	    "the first N entries of a list too (0)"),
	CONFIG_ROWS_COMMON,
	OPT_END,
};

typedef int crl_action(struct trustcrl *t, char **words, int count);

static int
act(struct trustcrl *t, crl_action *action, int argc, char **argv)
{
	AUTO(ossl_free) struct ossl *lib = ossl_new();
	AUTO(hasher_free) struct hasher *hasher = hasher_new(lib);
	struct err err;
	int status;

	t->lib = lib;
	t->hasher = hasher;
	if (config_at(&t->now, NULL, t->config, &err) != 0)
		return config_fail(&err);
	if (revsource_load(&t->data, &t->source, t->config, lib, &err) != 0) {
		config_fail(&err);
		return reason_row(err.reason)->class == ERR_ENV ? STATUS_FAILED
								: STATUS_CONFIG;
	}
	status = action(t, argv, argc);
	revdata_clear(&t->data);
	return status;
}

static int
begin(struct config *c, const struct command *self, int argc, char **argv, crl_action *action)
{
	struct trustcrl t = { .config = c, .warn_days = TRUSTCRL_WARN_USUAL };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &t, [OPT_CONFIG] = c,
		[OPT_REVSOURCE] = &t.source, [OPT_LIMITS] = &c->limits };
	struct opt_given given;
	int status;

	return opt_begin(self, homes, argc, argv, &given, &status)
	    ? act(&t, action, given.operands, argv)
	    : status;
}

static int
run_add(struct config *c, const struct command *self, int argc, char **argv)
{
	return begin(c, self, argc, argv, trustcrl_add);
}

static int
run_list(struct config *c, const struct command *self, int argc, char **argv)
{
	return begin(c, self, argc, argv, trustcrl_list);
}

static int
run_show(struct config *c, const struct command *self, int argc, char **argv)
{
	return begin(c, self, argc, argv, trustcrl_show);
}

static const struct command crl_add = {
	.name = "trust crl add",
	.operands = "FILE...",
	.summary = "Take revocation lists and OCSP responses into the policy folder",
	.description =
	    "Each FILE holds lists (DER or PEM) or one OCSP response (DER). It is written as\n"
	    "DER to crl/ or ocsp/ of the policy folder, in place of an older one of the same\n"
	    "issuer, key and distribution point. An older one is refused. Every FILE is checked\n"
	    "before any is written: if one is refused, nothing is added. Who signed it is found\n"
	    "out when it is used.\n",
	.examples = "  assay trust crl add --policy policy/ shop-ca.crl\n",
	.least = 1,
	.most = OPT_ANY,
	.limits = true,
	.rows = add_rows,
	.run = run_add,
};
static const struct command crl_list = {
	.name = "trust crl list",
	.operands = "",
	.summary = "Revocation data, its age, and what is about to go stale",
	.description =
	    "Status 0, or with --exit-code 2 if a file is stale, not yet valid, without\n"
	    "nextUpdate, or cannot be used at all.\n",
	.examples = "  assay trust crl list --warn-days 7 --exit-code\n",
	.limits = true,
	.rows = list_rows,
	.run = run_list,
};
static const struct command crl_show = {
	.name = "trust crl show",
	.operands = "WHICH",
	.summary = "One revocation list or OCSP response in full",
	.description =
	    "WHICH is a file as `list` names it, the start of its SHA-256 (8 digits or more),\n"
	    "or the path of any file.\n",
	.examples = "  assay trust crl show --entries 20 shop-ca.crl\n",
	.least = 1,
	.most = 1,
	.limits = true,
	.rows = show_rows,
	.run = run_show,
};

static const struct command *const parts[] = { &crl_add, &crl_list, &crl_show, NULL };
const struct command command_trust_crl = {
	.name = "trust crl",
	.summary = "Revocation lists and OCSP responses of the policy folder",
	.parts = parts,
};
