/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust crl add|list|show: the revocation data that is carried along. */
#include <stdio.h>

#include "base/log.h"
#include "cli/trustcrl.h"

enum { WARN_MOST = 36500, ENTRIES_MOST = 100000 };
enum { TRUSTCRL_FORMAT, TRUSTCRL_WARN, TRUSTCRL_ENTRIES, TRUSTCRL_FORCE, TRUSTCRL_EXIT };

#define ROW_AT                                                                           \
	{                                                                                \
		CONFIG_AT, "at", "TIME",                                                 \
		    "ages as of TIME instead of now (2026-01-31T00:00:00Z)"              \
	}
#define ROW_FORMAT                                                                       \
	{                                                                                \
		TRUSTCRL_FORMAT, "format", "FORMAT", "text or json (text)"               \
	}
#define ROW_WARN                                                                         \
	{                                                                                \
		TRUSTCRL_WARN, "warn-days", "N",                                         \
		    "soon stale: N days left (a fifth of its life, or a day)"                 \
	}

static const struct opt_row add_rows[] = {
	CONFIG_ROW_POLICY,
	ROW_AT,
	{ TRUSTCRL_FORCE, "force", NULL, "take a list though a newer one is there" },
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

static const struct opt_row list_rows[] = {
	CONFIG_ROW_POLICY,
	REVSOURCE_ROWS,
	ROW_FORMAT,
	ROW_AT,
	ROW_WARN,
	{ TRUSTCRL_EXIT, "exit-code", NULL, "status 2 if a file is not usable now" },
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

static const struct opt_row show_rows[] = {
	CONFIG_ROW_POLICY,
	REVSOURCE_ROWS,
	ROW_FORMAT,
	ROW_AT,
	ROW_WARN,
	{ TRUSTCRL_ENTRIES, "entries", "N", "the first N entries of a list too (0)" },
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct trustcrl *t = ctx;

	if (revsource_set(&t->source, id, value))
		return 0;
	switch (id) {
	case TRUSTCRL_FORMAT:
		return opt_format(&t->json, value, err);
	case TRUSTCRL_WARN:
		t->warn_given = true;
		return opt_number(&t->warn_days, "warn-days", value, 0, WARN_MOST, err);
	case TRUSTCRL_ENTRIES:
		return opt_number(&t->entries, "entries", value, 0, ENTRIES_MOST, err);
	case TRUSTCRL_FORCE:
		t->force = true;
		return 0;
	case TRUSTCRL_EXIT:
		t->exit_code = true;
		return 0;
	default:
		return config_set(t->config, id, value, err);
	}
}

static const struct verb {
	const char *word;
	struct opt_command command;
	int least, most; /* operands */
} verbs[] = {
	{ "add",
	    { .name = "trust crl add",
		.operands = "FILE...",
		.summary =
		    "Take revocation lists and OCSP responses into the policy folder",
		.description =
		    "Each FILE holds lists (DER or PEM) or one OCSP response (DER). It is written as\n"
		    "DER to crl/ or ocsp/ of the policy folder, in place of an older one of the same\n"
		    "issuer, key and distribution point. An older one is refused. Every FILE is checked\n"
		    "before any is written: if one is refused, nothing is added. Who signed it is found\n"
		    "out when it is used.\n",
		.rows = add_rows },
	    1, INT32_MAX },
	{ "list",
	    { .name = "trust crl list",
		.operands = "",
		.summary = "Revocation data, its age, and what is about to go stale",
		.description =
		    "Status 0, or with --exit-code 2 if a file is stale, not yet valid, without\n"
		    "nextUpdate, or cannot be used at all.\n",
		.rows = list_rows },
	    0, 0 },
	{ "show",
	    { .name = "trust crl show",
		.operands = "WHICH",
		.summary = "One revocation list or OCSP response in full",
		.description =
		    "WHICH is a file as `list` names it, the start of its SHA-256 (8 digits or more),\n"
		    "or the path of any file.\n",
		.rows = show_rows },
	    1, 1 },
};

static int
run(struct trustcrl *t, const struct verb *v, int argc, char **argv)
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
	if (v == &verbs[0])
		status = trustcrl_add(t, argv, argc);
	else
		status = v == &verbs[1] ? trustcrl_list(t) : trustcrl_show(t, argv[0]);
	revdata_clear(&t->data);
	return status;
}

static void
help(void)
{
	printf("Usage: assay trust crl add|list|show [OPTION]... [OPERAND]...\n"
	       "Revocation lists and OCSP responses of the policy folder.\n\n");
	for (size_t i = 0; i < COUNT(verbs); i++)
		printf("  %-6s %s\n", verbs[i].word, verbs[i].command.summary);
	printf("\n'assay trust crl add --help' and so on tell the options.\n");
}

int
cmd_trust_crl(struct config *c, int argc, char **argv)
{
	struct trustcrl t = { .config = c };
	const struct verb *v = NULL;
	struct opt_command command;
	int status;

	if (argc > 0 && strcmp(argv[0], "--help") == 0) {
		help();
		return STATUS_OK;
	}
	for (size_t i = 0; argc > 0 && i < COUNT(verbs); i++)
		if (strcmp(argv[0], verbs[i].word) == 0)
			v = &verbs[i];
	if (v == NULL) {
		log_error(
		    "trust crl wants add, list or show; try 'assay trust crl --help'");
		return STATUS_USAGE;
	}
	command = v->command;
	command.set = set;
	command.ctx = &t;
	command.limits = &c->limits;
	argv++;
	if (!opt_begin(&command, argc - 1, argv, &argc, &status))
		return status;
	if (argc < v->least || argc > v->most) {
		log_error("%s wants %s; try 'assay %s --help'", command.name,
		    v->most == 0 ? "no operand" : command.operands, command.name);
		return STATUS_USAGE;
	}
	return run(&t, v, argc, argv);
}
