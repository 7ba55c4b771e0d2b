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

enum { POLICY_WARN_DAYS, POLICY_EXIT_CODE, POLICY_FOR_BLOB, POLICY_FORMAT };
enum { WARN_MOST = 36500 }; /* days */
enum { ON_CHECK = 1, ON_SHOW = 2, ON_INIT = 4, ON_ALL = 7 };

static const struct opt_row rows[] = {
	CONFIG_ROW_POLICY,
	{ CONFIG_AT, "at", "TIME",
	    "expired, stale: as of TIME instead of now (2026-01-31T00:00:00Z)" },
	{ CONFIG_CLOCK, "clock", "TIME",
	    "take TIME for the clock, for output that repeats" },
	{ POLICY_WARN_DAYS, "warn-days", "N",
	    "warn of anchors that expire within N days (30)" },
	{ POLICY_EXIT_CODE, "exit-code", NULL, "exit 2 if there are warnings" },
	REVSOURCE_ROWS,
	{ POLICY_FOR_BLOB, "blob", NULL,
	    "NAME is a statement of the policy for files; none: the global one" },
	{ POLICY_FORMAT, "format", "FORMAT", "text or json (text)" },
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

struct policy_command {
	struct config *config;
	struct revsource revsource;
	uint64_t warn_days;
	bool exit_code, blob, json;
	struct ossl *lib;
	struct policyview view;
};

/* Which word of `assay policy` takes this option. */
static unsigned
taken_by(int id)
{
	switch (id) {
	case POLICY_EXIT_CODE:
	case REVSOURCE_CRL_DIR:
	case REVSOURCE_OCSP_DIR:
	case REVSOURCE_CACHE:
	case REVSOURCE_MAP:
		return ON_CHECK;
	case POLICY_FOR_BLOB:
		return ON_SHOW;
	case CONFIG_COLOR:
	case CONFIG_QUIET:
	case CONFIG_VERBOSE:
	case CONFIG_POLICY:
		return ON_ALL;
	default:
		return ON_CHECK | ON_SHOW;
	}
}

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct policy_command *p = ctx;

	if (revsource_set(&p->revsource, id, value))
		return 0;
	switch (id) {
	case POLICY_WARN_DAYS:
		return opt_number(&p->warn_days, "warn-days", value, 0, WARN_MOST, err);
	case POLICY_EXIT_CODE:
		p->exit_code = true;
		return 0;
	case POLICY_FOR_BLOB:
		p->blob = true;
		return 0;
	case POLICY_FORMAT:
		return opt_format(&p->json, value, err);
	default:
		return config_set(p->config, id, value, err);
	}
}

static int
times(struct policy_command *p, struct err *err)
{
	p->view.warn_days = (unsigned)p->warn_days;
	p->view.width = config_width(p->config, STDOUT_FILENO);
	return config_at(&p->view.at, NULL, p->config, err);
}

/* --- output --- */

static int
flush(void *ctx, struct bytes data)
{
	return out_stdout(ctx, data, NULL);
}

struct printing { /* either a text or a JSON value under way */
	struct report_sink sink;
	struct out out;
	struct jsonout json;
	struct buf buf;
	struct err err;
};

static void
print_begin(struct printing *pr, const struct policy_command *p)
{
	struct report_options options = { .color =
					      config_color(p->config, STDOUT_FILENO) };

	*pr = (struct printing){ .sink = { out_stdout, NULL } };
	out_init(&pr->out, &pr->sink, &options, &pr->err);
	buf_init(&pr->buf, (size_t)16 << 20);
	jsonout_init(&pr->json, &pr->buf, flush, NULL, true);
}

static int
print_end(struct printing *pr, bool json, int status)
{
	if (json && jsonout_end(&pr->json) != 0) {
		log_error("standard output cannot be written");
		status = STATUS_FAILED;
	}
	buf_clear(&pr->buf);
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
	print_begin(&pr, p);
	if (p->json)
		policyview_check_json(&pr.json, &p->view, &c);
	else
		policyview_check(&pr.out, &p->view, &c);
	policycheck_clear(&c);
	return print_end(&pr, p->json, status);
}

static int
show_choices(struct policy_command *p, const struct policyview_choices *choices)
{
	int status = STATUS_OK;
	struct printing pr;

	for (size_t i = 0; i < choices->count; i++)
		if (choices->list[i].count == 0)
			status = STATUS_NONCOMPLIANT;
	print_begin(&pr, p);
	if (p->json)
		policyview_show_json(&pr.json, &p->view, choices);
	else
		policyview_show(&pr.out, &p->view, choices);
	return print_end(&pr, p->json, status);
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

	if (!p->blob && count == 0) {
		log_error("policy show wants NAME; try 'assay policy show --help'");
		return STATUS_USAGE;
	}
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

static const struct word {
	const char *name, *full, *operands, *summary, *description;
	unsigned mask;
	int (*run)(struct policy_command *p, char **operands, int count);
} words[] = {
	{ "check", "policy check", "[DIR]",
	    "Every fault of a policy folder, and what is legal but unwise",
	    "DIR is the policy folder, else that of --policy. Both documents are read, every trust\n"
	    "store they name, and the revocation data. Exit status: 0 no fault, 78 faults.\n",
	    ON_CHECK, check },
	{ "show", "policy show", "NAME...",
	    "The statements that apply to names, why, and what they demand",
	    "NAME is registry/repository[:tag][@digest] as it is written, or with --blob the name of a\n"
	    "statement. Give all names of an artifact: it must meet what each of them selects. Exit\n"
	    "status: 0, or 2 if no statement applies to one of them.\n",
	    ON_SHOW, show },
	{ "init", "policy init", "[DIR]", "A policy folder to start with",
	    "DIR is the policy folder, else that of --policy. Writes trustpolicy.json, a README.txt\n"
	    "that explains it, and folders for trust stores and revocation data. Nothing that is\n"
	    "there already is written over.\n",
	    ON_INIT, init },
};

static void
help_all(struct policy_command *p)
{
	struct opt_command command = {
		.name = "policy",
		.operands = "check [DIR] | show NAME... | init [DIR]",
		.summary =
		    "The policy folder: what is wrong with it, what applies to a name, a start",
		.description =
		    "check  every fault, with file, place and remedy, and what is legal but unwise\n"
		    "show   the statements that apply to names, why, and what they demand\n"
		    "init   writes a folder to start with\n"
		    "\n'assay policy check --help' tells which options a word takes.\n",
		.rows = rows,
		.set = set,
		.ctx = p,
	};

	opt_help(&command);
}

static int
run_word(struct policy_command *p, const struct word *w, int argc, char **argv)
{
	struct opt_row own[COUNT(rows)];
	struct opt_command command = { w->full, w->operands, w->summary, w->description,
		own, set, p, NULL };
	struct err err;
	size_t n = 0;
	int status;

	for (size_t i = 0; rows[i].name != NULL; i++)
		if ((taken_by(rows[i].id) & w->mask) != 0)
			own[n++] = rows[i];
	own[n] = (struct opt_row){ 0, NULL, NULL, NULL };
	if (!opt_begin(&command, argc, argv, &argc, &status))
		return status;
	if (argc > 1 && w->run != show) {
		log_error("%s wants one operand at most; try 'assay %s --help'", w->full,
		    w->full);
		return STATUS_USAGE;
	}
	if (times(p, &err) != 0)
		return config_fail(&err);
	ossl_process_init();
	p->lib = ossl_new();
	status = w->run(p, argv, argc);
	ossl_free(p->lib);
	return status;
}

int
cmd_policy(struct config *c, int argc, char **argv)
{
	struct policy_command p = { .config = c, .warn_days = 30 };

	if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
		help_all(&p);
		return argc == 0 ? STATUS_USAGE : STATUS_OK;
	}
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(argv[0], words[i].name) == 0)
			return run_word(&p, &words[i], argc - 1, argv + 1);
	log_error("policy wants check, show or init, not %s; try 'assay policy --help'",
	    argv[0]);
	return STATUS_USAGE;
}
