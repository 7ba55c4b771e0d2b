/* SPDX-License-Identifier: Apache-2.0 */
/* assay audit: the main job. Policy, inputs, database, batch, reports, exit status: in this order. */
#include <config.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/revsource.h"
#include "codec/jsonout.h"
#include "oci/reference.h"
#include "report/report.h"
#include "run/libraries.h"
#include "run/recorder.h"

#define REPORTS_MOST 16
#define METADATA_MOST 32
#define JOBS_DEFAULT_MOST 8

enum { AUDIT_EFFECT, AUDIT_EXIT_CODE, AUDIT_REPORT, AUDIT_SERIES, AUDIT_JOBS, AUDIT_NAME,
	AUDIT_TRUST_NAMES, AUDIT_SUBJECTS, AUDIT_HASH_INPUT, AUDIT_COMPLETE, AUDIT_RUN_ID,
	AUDIT_RECORD_HOST, AUDIT_LOCK_TIMEOUT, AUDIT_ALL, AUDIT_METADATA };

static const struct opt_row rows[] = {
	CONFIG_ROW_POLICY,
	CONFIG_ROW_DB,
	{ CONFIG_AT, "at", "TIME", "judge as of TIME instead of now (2026-01-31T00:00:00Z)" },
	REVSOURCE_ROWS,
	{ AUDIT_EFFECT, "effect", "EFFECT", "audit, or deny: exit 2 if something is noncompliant (audit)" },
	{ AUDIT_EXIT_CODE, "exit-code", NULL, "exit 2 if something is noncompliant, whatever the effect" },
	{ AUDIT_REPORT, "report", "FORMAT=FILE", "also write a report: json, csv or text; may be repeated" },
	{ AUDIT_ALL, "all", NULL, "list compliant artifacts too" },
	{ AUDIT_NAME, "name", "HOST/REPO", "repository of the inputs, for the policy" },
	{ AUDIT_TRUST_NAMES, "trust-names", NULL, "let names in the export choose the policy statement" },
	{ AUDIT_SUBJECTS, "subjects", "WHICH", "what is judged: roots, platforms or all (roots)" },
	{ AUDIT_METADATA, "user-metadata", "KEY=VALUE", "a signature must carry this pair; may be repeated" },
	{ AUDIT_COMPLETE, "require-complete", NULL, "a blob that is not in the input is a finding" },
	{ AUDIT_SERIES, "series", "NAME", "ties scheduled runs of one scope (default)" },
	{ AUDIT_JOBS, "jobs", "N", "inputs read at the same time (processors)" },
	{ AUDIT_HASH_INPUT, "hash-input", NULL, "record the SHA-256 of each archive file too" },
	{ AUDIT_LOCK_TIMEOUT, "lock-timeout", "SECONDS", "wait for another run on the database (0)" },
	{ AUDIT_RUN_ID, "run-id", "UUID", "id of the run (random)" },
	{ CONFIG_CLOCK, "clock", "TIME", "take TIME for the clock, for records that repeat" },
	{ AUDIT_RECORD_HOST, "record-host", NULL, "record the name of this machine" },
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	{ 0, NULL, NULL, NULL },
};

struct wanted_report {
	const struct report_format *format;
	const char *path;
};

struct audit {
	struct config *config;
	bool deny, exit_code, all, trust_names, hash_input, complete, record_host;
	enum subjects subjects;
	struct str name, series;
	unsigned jobs, lock_timeout;
	char uuid[37];
	struct wanted_report reports[REPORTS_MOST];
	size_t report_count;
	struct metadata metadata[METADATA_MOST];
	size_t metadata_count;
	struct revsource revsource;
	/* under way */
	struct when now, at;
	struct ossl *lib;
	struct policy policy;
	struct revdata revdata;
	struct inputs inputs;
	struct db *db;
	struct record *record;
	const volatile int *stop;       /* number of the signal that ends the run, or 0 */
	struct batch_result result;
};

/* --- options --- */

static int
set_report(struct audit *a, const char *value, struct err *err)
{
	struct str text = str_of(value);
	size_t eq = str_find(text, '=');
	struct wanted_report r = { report_find(str_upto(text, eq)), value + eq + 1 };

	if (eq == text.len || text.ptr[eq + 1] == '\0')
		return err_set(err, REASON_USAGE_OPTION, NULL, "--report %s, want FORMAT=FILE", value);
	if (r.format == NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL, "report format %.*s is not known",
		    STR_ARG(str_upto(text, eq)));
	if (a->report_count == REPORTS_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "more than %d reports", REPORTS_MOST);
	a->reports[a->report_count++] = r;
	return 0;
}

static int
set_metadata(struct audit *a, struct str value, struct err *err)
{
	size_t eq = str_find(value, '=');
	struct metadata m = { str_upto(value, eq), str_from(value, eq + 1) };

	if (eq == value.len || eq == 0)
		return err_set(err, REASON_USAGE_OPTION, NULL, "--user-metadata %.*s, want KEY=VALUE",
		    STR_ARG(value));
	if (a->metadata_count == METADATA_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "more than %d pairs of user metadata",
		    METADATA_MOST);
	a->metadata[a->metadata_count++] = m;
	return 0;
}

static int
set_effect(struct audit *a, struct str value, struct err *err)
{
	a->deny = str_is(value, "deny");
	if (a->deny || str_is(value, "audit"))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL, "--effect %.*s, want audit or deny",
	    STR_ARG(value));
}

static int
set_subjects(struct audit *a, struct str value, struct err *err)
{
	static const char *const names[] = { "roots", "platforms", "all" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_is(value, names[i])) {
			a->subjects = (enum subjects)i;
			return 0;
		}
	}
	return err_set(err, REASON_USAGE_OPTION, NULL, "--subjects %.*s, want roots, platforms or all",
	    STR_ARG(value));
}

static int
set_number(unsigned *out, const char *what, struct str value, uint64_t least, uint64_t most,
    struct err *err)
{
	uint64_t n;

	if (!num_parse(&n, value) || n < least || n > most)
		return err_set(err, REASON_USAGE_OPTION, NULL, "--%s %.*s, want %llu to %llu", what,
		    STR_ARG(value), (unsigned long long)least, (unsigned long long)most);
	*out = (unsigned)n;
	return 0;
}

static int
set_uuid(struct audit *a, struct str value, struct err *err)
{
	bool good = value.len == 36;

	for (size_t i = 0; i < value.len && good; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char ch = value.ptr[i];

		good = dash ? ch == '-' : (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f');
	}
	if (!good || (value.ptr[14] != '4' && value.ptr[14] != '5') ||
	    strchr("89ab", value.ptr[19]) == NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--run-id %.*s, want a UUID of version 4 or 5 in lower case",
		    STR_ARG(value));
	memcpy(a->uuid, value.ptr, 36);
	return 0;
}

static int
set_name(struct audit *a, struct str value, struct err *err)
{
	struct reference r;

	if (!reference_is_full(value) || reference_parse(&r, &a->config->mem, value, err) != 0 ||
	    r.tag.ptr != NULL || r.digest.ptr != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--name %.*s, want HOST/REPOSITORY without tag or digest", STR_ARG(value));
	a->name = reference_scope(&a->config->mem, &r);
	return 0;
}

static int
set(void *ctx, int id, const char *value, struct err *err)
{
	struct audit *a = ctx;
	struct str text = str_of(value);

	switch (id) {
	case AUDIT_EFFECT:
		return set_effect(a, text, err);
	case AUDIT_EXIT_CODE:
		a->exit_code = true;
		return 0;
	case AUDIT_REPORT:
		return set_report(a, value, err);
	case AUDIT_SERIES:
		a->series = text;
		return 0;
	case AUDIT_JOBS:
		return set_number(&a->jobs, "jobs", text, 1, 64, err);
	case AUDIT_NAME:
		return set_name(a, text, err);
	case AUDIT_TRUST_NAMES:
		a->trust_names = true;
		return 0;
	case AUDIT_SUBJECTS:
		return set_subjects(a, text, err);
	case AUDIT_HASH_INPUT:
		a->hash_input = true;
		return 0;
	case AUDIT_COMPLETE:
		a->complete = true;
		return 0;
	case AUDIT_RUN_ID:
		return set_uuid(a, text, err);
	case AUDIT_RECORD_HOST:
		a->record_host = true;
		return 0;
	case AUDIT_LOCK_TIMEOUT:
		return set_number(&a->lock_timeout, "lock-timeout", text, 0, 86400, err);
	case AUDIT_METADATA:
		return set_metadata(a, text, err);
	case AUDIT_ALL:
		a->all = true;
		return 0;
	default:
		if (revsource_set(&a->revsource, id, value))
			return 0;
		return config_set(a->config, id, value, err);
	}
}

/* --- the run --- */

static int
times(struct audit *a, struct err *err)
{
	if (config_now(&a->now, a->config, err) != 0)
		return -1;
	a->at = a->now;
	a->at.usec = 0;
	if (a->config->at != NULL && (!when_parse_option(&a->at, str_of(a->config->at)) ||
					 a->at.sec < 0 || a->at.usec != 0))
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--at %s is no time (want 2026-01-31T00:00:00Z, whole seconds)",
		    a->config->at);
	if (a->uuid[0] == '\0')
		return config_uuid(a->uuid, err);
	return 0;
}

static struct str
argv_json(struct config *c)
{
	AUTO(buf_clear) struct buf text = { .max = (size_t)4 << 20 };
	struct jsonout out;

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_array_begin(&out, NULL);
	for (int i = 1; i < c->argc; i++)
		jsonout_text(&out, NULL, c->argv[i]);
	jsonout_array_end(&out);
	return arena_str(&c->mem, (struct str){ (const char *)text.ptr, text.len });
}

static struct str
limits_json(struct config *c)
{
	AUTO(buf_clear) struct buf text = { .max = 65536 };
	struct jsonout out;

	jsonout_init(&out, &text, NULL, NULL, false);
	jsonout_object_begin(&out, NULL);
	for (int i = 0; i < LIMIT_COUNT; i++)
		jsonout_u64(&out, limit_row((enum limit)i)->name, c->limits.v[i]);
	jsonout_object_end(&out);
	return arena_str(&c->mem, (struct str){ (const char *)text.ptr, text.len });
}

static struct str
host_name(struct audit *a)
{
	char name[256] = "";

	if (!a->record_host || gethostname(name, sizeof(name) - 1) != 0)
		return STR_NONE;
	return arena_str(&a->config->mem, str_of(name));
}

static void
add_note(struct finding *list, size_t *count, enum reason reason, struct str text)
{
	list[(*count)++] = (struct finding){
		.reason = reason,
		.message = text,
		.step = -1,
		.signature = -1,
	};
}

/* What concerns the run, not one input. Room for three. */
static size_t
host_notes(struct audit *a, struct finding list[3])
{
	struct arena *mem = &a->config->mem;
	size_t n = 0;

	if (geteuid() == 0)
		add_note(list, &n, REASON_HOST_RUNNING_AS_ROOT, STR("effective user id 0"));
	if (a->inputs.ignored > 0)
		add_note(list, &n, REASON_INPUT_IGNORED,
		    arena_printf(mem, "%llu not read",
			(unsigned long long)a->inputs.ignored));
	if (a->inputs.twice > 0)
		add_note(list, &n, REASON_INPUT_TWICE,
		    arena_printf(mem, "%llu skipped",
			(unsigned long long)a->inputs.twice));
	return n;
}

static int
begin(struct audit *a, struct err *err)
{
	struct config *c = a->config;
	struct finding notes[3];
	struct record_run run = {
		.uuid = str_of(a->uuid),
		.series = a->series,
		.effect = a->deny ? STR("deny") : STR("audit"),
		.started = a->now,
		.verify_time = a->at,
		.verify_time_given = c->at != NULL,
		.tool_version = STR(PACKAGE_VERSION),
		.tool_build = STR("release"),
		.libraries = libraries_json(&c->mem),
		.argv = argv_json(c),
		.limits = limits_json(c),
		.host = host_name(a),
		.notes = notes,
		.note_count = host_notes(a, notes),
	};
	char now[WHEN_TEXT];
	struct db_options options = {
		.now = now,
		.lock_timeout = a->lock_timeout,
		.tool = "assay " PACKAGE_VERSION,
		.insecure_permissions = c->insecure_permissions,
	};

	when_format(now, a->now);
	if (db_open(&a->db, config_db(c), DB_WRITE, &options, err) != 0)
		return -1;
	recorder_policy(&run, &c->mem, &a->policy, a->at);
	recorder_revocation(&run, &c->mem, &a->revdata);
	return record_begin(&a->record, a->db, &run, err);
}

static unsigned
jobs(const struct audit *a)
{
	long processors;

	if (a->jobs > 0)
		return a->jobs;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (processors < 1)
		return 1;
	return processors > JOBS_DEFAULT_MOST ? JOBS_DEFAULT_MOST : (unsigned)processors;
}

static int
judge(struct audit *a, struct err *err)
{
	struct batch_options options = {
		.worker = {
			.mode = WORKER_AUDIT,
			.limits = &a->config->limits,
			.policy = &a->policy,
			.revdata = a->revdata.given ? &a->revdata : NULL,
			.time = a->at,
			.subjects = a->subjects,
			.repository = a->name,
			.trust_names = a->trust_names,
			.metadata = a->metadata,
			.metadata_count = a->metadata_count,
			.hash_input = a->hash_input,
			.require_complete = a->complete,
			.clock_us = config_monotonic_us,
		},
		.jobs = jobs(a),
		.stop = a->stop,
	};
	struct progress progress;
	struct recorder_watch watch = { &progress, progress_show };
	int done;

	progress_init(&progress, isatty(STDERR_FILENO) && !a->config->quiet, config_monotonic_us);
	done = recorder_run(&a->result, a->record, &a->inputs, &options,
	    progress.on ? &watch : NULL, err);
	progress_clear(&progress);
	return done;
}

/* Order when several apply: signal, no input, assay's own failure, noncompliant, holes, none. */
static int
status_of(const struct audit *a, const struct record_totals *t)
{
	if (a->result.stopped)
		return 128 + *a->stop;
	if (a->result.not_opened == a->inputs.items.n)
		return STATUS_INPUT;
	if (a->result.crashed > 0)
		return STATUS_FAILED;
	if (t->state == STATE_NONCOMPLIANT && (a->deny || a->exit_code))
		return STATUS_NONCOMPLIANT;
	if (t->by_state[STATE_ERROR] > 0 || t->by_state[STATE_UNKNOWN] > 0 ||
	    a->result.refused > 0 || t->artifacts == 0 ||
	    t->by_state[STATE_NOT_APPLICABLE] == t->artifacts || t->state == STATE_ERROR ||
	    t->state == STATE_UNKNOWN)
		return STATUS_HOLES;
	return STATUS_OK;
}

static int
end(struct audit *a, int *status, struct err *err)
{
	struct record_totals totals;
	struct when finished;

	if (record_totals(&totals, a->record, err) != 0 ||
	    config_now(&finished, a->config, err) != 0)
		return -1;
	*status = status_of(a, &totals);
	return record_end(a->record, a->result.stopped ? RECORD_INTERRUPTED : RECORD_COMPLETE,
	    *status, finished, err);
}

static int
reports(struct audit *a, struct err *err)
{
	struct report_options options = {
		.all = a->all,
		.color = config_color(a->config, STDOUT_FILENO),
		.width = config_width(a->config, STDOUT_FILENO),
	};

	if (query_run(&options.run_id, a->db, str_of(a->uuid), STR_NONE, err) != 0)
		return -1;
	if (!a->config->quiet &&
	    report_file(report_find(STR("text")), a->db, &options, "-", err) != 0)
		return -1;
	options.color = false;
	options.width = 0;
	for (size_t i = 0; i < a->report_count; i++) {
		if (report_file(a->reports[i].format, a->db, &options, a->reports[i].path, err) != 0)
			return -1;
		if (!a->config->quiet && strcmp(a->reports[i].path, "-") != 0)
			printf("report    %s\n", a->reports[i].path);
	}
	return 0;
}

static int
failed(struct audit *a, const struct err *err)
{
	struct when now = a->now;
	struct err ignored;

	if (a->record != NULL) {
		config_now(&now, a->config, &ignored);
		record_end(a->record, RECORD_FAILED, STATUS_FAILED, now, &ignored);
	}
	return config_fail(err);
}

static int
run(struct audit *a, int argc, char **argv)
{
	struct policy_options options = {
		.limits = &a->config->limits,
		.insecure_permissions = a->config->insecure_permissions,
	};
	struct err err = { .reason = REASON_NONE };
	int status = STATUS_FAILED;

	if (times(a, &err) != 0)
		return config_fail(&err);
	ossl_process_init();
	a->lib = ossl_new();
	if (policy_load(&a->policy, config_policy(a->config), a->lib, &options, &err) != 0 ||
	    revsource_load(&a->revdata, &a->revsource, a->config, a->lib, &err) != 0) {
		config_fail(&err);
		return STATUS_CONFIG;
	}
	if (inputs_expand(&a->inputs, argv, (size_t)argc, &a->config->limits, &err) != 0) {
		return config_fail(&err) == STATUS_USAGE ? STATUS_USAGE : STATUS_INPUT;
	}
	if (begin(a, &err) != 0)
		return config_fail(&err);
	a->stop = config_catch_signals();
	if (judge(a, &err) != 0 || end(a, &status, &err) != 0)
		return failed(a, &err);
	if (reports(a, &err) != 0)
		return config_fail(&err);
	return status;
}

int
cmd_audit(struct config *c, int argc, char **argv)
{
	struct audit a = { .config = c, .series = STR("default"), .name = STR_NONE };
	struct opt_command command = {
		.name = "audit",
		.operands = "INPUT...",
		.summary = "Judge exported images by the policy and record every step",
		.description =
		    "An INPUT is an archive (tar, also gzip or zstd), an OCI image layout folder, a\n"
		    "folder that is searched for both, or @LIST: a file with one path a line.\n",
		.rows = rows,
		.set = set,
		.ctx = &a,
		.limits = &c->limits,
	};
	struct err err;
	bool help;
	int status;

	if (opt_parse(&command, argc, argv, &argc, &help, &err) != 0)
		return opt_fail(&command, &err);
	if (help) {
		opt_help(&command);
		return STATUS_OK;
	}
	if (argc == 0) {
		log_error("audit: no INPUT; try 'assay audit --help'");
		return STATUS_USAGE;
	}
	status = run(&a, argc, argv);
	record_free(a.record);
	db_close(a.db);
	inputs_clear(&a.inputs);
	revdata_clear(&a.revdata);
	policy_clear(&a.policy);
	ossl_free(a.lib);
	return status;
}
