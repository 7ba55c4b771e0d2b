/* SPDX-License-Identifier: Apache-2.0 */
/* assay policy: what is wrong with a policy folder, what applies to a name, and a start. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/policyinit.h"
#include "cli/policyview.h"
#include "cli/revsource.h"
#include "oci/reference.h"

enum { WARN_MOST = 36500 }; /* days */

struct policy_command {
	struct config *config;
	const struct command *self;
	struct revsource revsource;
	uint64_t warn_days;
	bool exit_code, blob, json;
	struct ossl *lib;
	struct policyview view;
};

#define ROW_AT                                                                           \
	OPT_ROW_PATH(CONFIG, config, at, "at", "TIME",                                   \
	    "expired, stale: as of TIME instead of now (2026-01-31T00:00:00Z)")
#define ROW_CLOCK                                                                        \
	OPT_ROW_PATH(CONFIG, config, clock, "clock", "TIME",                             \
	    "take TIME for the clock, for output that repeats")
#define ROW_WARN                                                                         \
	OPT_ROW_NUMBER(OWN, policy_command, warn_days, 0, WARN_MOST, "warn-days", "N",   \
	    "warn of anchors that expire within N days (30)")

static const struct opt_row check_rows[] = { CONFIG_ROW_POLICY, ROW_AT, ROW_CLOCK, ROW_WARN,
	OPT_ROW_FLAG(OWN, policy_command, exit_code, "exit-code", "exit 2 if there are warnings"),
	REVSOURCE_ROWS, OPT_ROW_FORMAT(policy_command, json), CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON, OPT_END };
static const struct opt_row show_rows[] = { CONFIG_ROW_POLICY, ROW_AT, ROW_CLOCK, ROW_WARN,
	OPT_ROW_FLAG(OWN, policy_command, blob, "blob",
	    "NAME is a statement of the policy for files; none: the global one"),
	OPT_ROW_FORMAT(policy_command, json), CONFIG_ROW_INSECURE, CONFIG_ROWS_COMMON, OPT_END };
static const struct opt_row init_rows[] = { CONFIG_ROW_POLICY, CONFIG_ROWS_COMMON, OPT_END };

static int
times(struct policy_command *p, struct err *err)
{
	p->view.warn_days = (unsigned)p->warn_days;
	p->view.width = config_width(p->config, STDOUT_FILENO);
	return config_at(&p->view.at, NULL, p->config, err);
}

/* --- output --- */

struct printing { /* a document under way */
	struct report_sink sink;
	struct out out;
	struct doc doc;
	struct err err;
};

static struct doc *
print_begin(struct printing *pr, const struct policy_command *p, const char *format)
{
	struct report_options options = { .color =
					      config_color(p->config, STDOUT_FILENO) };

	*pr = (struct printing){ .sink = { out_stdout, NULL } };
	out_init(&pr->out, &pr->sink, &options, &pr->err);
	doc_begin(&pr->doc, p->json, format, POLICYVIEW_COLUMN);
	pr->doc.text = &pr->out;
	pr->doc.indent = POLICYVIEW_INDENT;
	return &pr->doc;
}

static int
print_end(struct printing *pr, int status)
{
	if (doc_end(&pr->doc) != 0) {
		log_error("standard output cannot be written");
		status = STATUS_FAILED;
	}
	if (out_end(&pr->out) != 0)
		status = config_fail(&pr->err);
	return status;
}

/* --- the words --- */

/* The folder that was named, or the usual one. NULL: there is none, and that was said. */
static const char *
folder(struct policy_command *p, char **operands, int count)
{
	struct err err;
	const char *path = count == 1 ? operands[0] : config_policy(p->config, &err);

	if (path == NULL)
		config_fail(&err);
	return path;
}

static int
check(struct policy_command *p, char **operands, int count)
{
	struct revdata_options revdata = { .crl_dir = p->revsource.crl_dir,
		.ocsp_dir = p->revsource.ocsp_dir,
		.cache_dir = p->revsource.cache,
		.map = p->revsource.map };
	struct policycheck_options options = {
		.at = p->view.at,
		.warn_days = p->view.warn_days,
		.insecure_permissions = p->config->insecure_permissions,
		.limits = &p->config->limits,
		.revdata = &revdata,
	};
	const char *path = folder(p, operands, count);
	struct policycheck c;
	struct printing pr;
	int status = STATUS_OK;

	if (path == NULL)
		return STATUS_USAGE;
	policycheck_run(&c, path, p->lib, &options);
	if (c.fault_count != 0)
		status = STATUS_CONFIG;
	else if (c.warning_count != 0 && p->exit_code)
		status = STATUS_NONCOMPLIANT;
	policyview_check(print_begin(&pr, p, "assay-policy-check/1"), &p->view, &c);
	policycheck_clear(&c);
	return print_end(&pr, status);
}

static int
show_choices(struct policy_command *p, const struct policyview_choices *choices)
{
	int status = STATUS_OK;
	struct printing pr;

	for (size_t i = 0; i < choices->count; i++)
		if (choices->list[i].count == 0)
			status = STATUS_NONCOMPLIANT;
	policyview_show(print_begin(&pr, p, "assay-policy-show/1"), &p->view, choices);
	return print_end(&pr, status);
}

/* The repository of a name as it is written: what audit takes from --name or a full name. */
static int
scope_of(struct policyview_choice *choice, struct config *c, struct err *err)
{
	struct reference r;

	choice->scope = choice->name;
	if (reference_scope_valid(choice->name))
		return 0;
	if (reference_parse(&r, &c->mem, choice->name, err) != 0 ||
	    !reference_scope_valid(r.written))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "NAME %.*s, want registry/repository[:tag][@digest]",
		    STR_ARG(choice->name));
	choice->scope = r.written;
	return 0;
}

static void
choose_blob(
    struct policyview_choice *choice, const struct policy *policy, struct arena *mem)
{
	struct policy_pick *pick = arena_alloc(mem, sizeof(*pick));

	pick->statement = policy_select_blob(policy, choice->name);
	choice->picks = pick;
	choice->count = pick->statement != NULL;
}

static int
choose(struct policyview_choices *choices, struct policy_command *p, struct err *err)
{
	struct arena *mem = &p->config->mem;

	for (size_t i = 0; i < choices->count; i++) {
		struct policyview_choice *c = &choices->list[i];

		if (p->blob)
			choose_blob(c, choices->policy, mem);
		else if (scope_of(c, p->config, err) != 0)
			return -1;
		else
			c->picks =
			    policy_select(&c->count, choices->policy, mem, c->scope);
	}
	return 0;
}

static int
show(struct policy_command *p, char **operands, int count)
{
	struct policy_options options = {
		.kind = p->blob ? POLICY_BLOB : POLICY_OCI,
		.limits = &p->config->limits,
		.insecure_permissions = p->config->insecure_permissions,
	};
	struct policyview_choices choices = { .count = count == 0 ? 1 : (size_t)count };
	const char *path;
	struct policy policy;
	struct err err;
	int status;

	if (!p->blob && count == 0)
		return opt_wrong(p->self, "policy show wants NAME");
	choices.policy = &policy;
	choices.list = arena_array(&p->config->mem, choices.count, sizeof(*choices.list));
	for (int i = 0; i < count; i++)
		if (opt_text(&choices.list[i].name, "name", operands[i], &err) != 0)
			return config_fail(&err);
	path = folder(p, NULL, 0);
	if (path == NULL)
		return STATUS_USAGE;
	if (policy_load(&policy, path, p->lib, &options, &err) != 0) {
		config_fail(&err);
		return STATUS_CONFIG;
	}
	status = choose(&choices, p, &err) == 0 ? show_choices(p, &choices)
						: config_fail(&err);
	policy_clear(&policy);
	return status;
}

static int
init(struct policy_command *p, char **operands, int count)
{
	const char *path = folder(p, operands, count);

	return path == NULL ? STATUS_USAGE : policyinit(path, p->config->quiet);
}

typedef int policy_action(struct policy_command *p, char **operands, int count);

static int
act(struct config *c, const struct command *self, int argc, char **argv, policy_action *action)
{
	struct policy_command p = { .config = c, .self = self, .warn_days = 30 };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &p, [OPT_CONFIG] = c,
		[OPT_REVSOURCE] = &p.revsource };
	struct opt_given given;
	struct err err;
	int status;

	if (!opt_begin(self, homes, argc, argv, &given, &status))
		return status;
	if (times(&p, &err) != 0)
		return config_fail(&err);
	ossl_process_init();
	p.lib = ossl_new();
	status = action(&p, argv, given.operands);
	ossl_free(p.lib);
	return status;
}

static int
run_check(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, check);
}

static int
run_show(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, show);
}

static int
run_init(struct config *c, const struct command *self, int argc, char **argv)
{
	return act(c, self, argc, argv, init);
}

static const struct command policy_check = {
	.name = "policy check",
	.operands = "[DIR]",
	.summary = "Every fault of a policy folder, and what is legal but unwise",
	.description =
	    "DIR is the policy folder, else that of --policy. Both documents are read, every trust\n"
	    "store they name, and the revocation data. Exit status: 0 no fault, 78 faults.\n",
	.examples = "  assay policy check policy/\n"
		    "  assay policy check --warn-days 90 --exit-code\n",
	.most = 1,
	.rows = check_rows,
	.run = run_check,
};
static const struct command policy_show = {
	.name = "policy show",
	.operands = "NAME...",
	.summary = "The statements that apply to names, why, and what they demand",
	.description =
	    "NAME is registry/repository[:tag][@digest] as it is written, or with --blob the name of a\n"
	    "statement. Give all names of an artifact: it must meet what each of them selects. Exit\n"
	    "status: 0, or 2 if no statement applies to one of them.\n",
	.examples = "  assay policy show registry.example/shop/web:1.4\n"
		    "  assay policy show --blob release\n",
	.most = OPT_ANY,
	.rows = show_rows,
	.run = run_show,
};
static const struct command policy_init = {
	.name = "policy init",
	.operands = "[DIR]",
	.summary = "A policy folder to start with",
	.description =
	    "DIR is the policy folder, else that of --policy. Writes trustpolicy.json, a README.txt\n"
	    "that explains it, and folders for trust stores and revocation data. Nothing that is\n"
	    "there already is written over.\n",
	.examples = "  assay policy init policy/\n",
	.most = 1,
	.rows = init_rows,
	.run = run_init,
};

static const struct command *const parts[] = { &policy_check, &policy_show, &policy_init,
	NULL };
const struct command command_policy = {
	.name = "policy",
	.summary = "Check a policy folder, show what applies to a name, write a start",
	.parts = parts,
};
