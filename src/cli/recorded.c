/* SPDX-License-Identifier: Apache-2.0 */
/* A run that ends in the database: what every judging command does around its inputs. */
#include "cli/recorded.h"

#include <config.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "codec/jsonout.h"
#include "codec/text.h"
#include "run/libraries.h"

#define JOBS_DEFAULT_MOST 8

/* --- options --- */

int
recorded_read_report(void *home, const char *value, struct err *err)
{
	struct recorded *r = home;
	struct str text = str_of(value);
	size_t eq = str_find(text, '=');
	struct recorded_report wanted = { report_find(str_upto(text, eq)), value + eq + 1,
		false };

	if (eq == text.len || text.ptr[eq + 1] == '\0')
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--report %s, want FORMAT=FILE", value);
	if (wanted.format == NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "report format %.*s is not known", STR_ARG(str_upto(text, eq)));
	if (r->report_count == RECORDED_REPORTS_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "more than %d reports",
		    RECORDED_REPORTS_MOST);
	for (size_t i = 0; i < r->report_count; i++)
		if (strcmp(wanted.path, "-") != 0 &&
		    strcmp(r->reports[i].path, wanted.path) == 0)
			return err_set(err, REASON_USAGE_OPTION, NULL,
			    "--report %s: the file is named twice", value);
	r->reports[r->report_count++] = wanted;
	return 0;
}

const char *const recorded_effects[] = { "audit", "deny", NULL };

int
recorded_read_uuid(void *home, const char *text, struct err *err)
{
	struct recorded *r = home;
	struct str value = str_of(text);
	bool good = value.len == 36;

	for (size_t i = 0; i < value.len && good; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char ch = value.ptr[i];

		good = dash ? ch == '-'
			    : (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f');
	}
	if (!good || (value.ptr[14] != '4' && value.ptr[14] != '5') ||
	    strchr("89ab", value.ptr[19]) == NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL,
		    "--run-id %.*s, want a UUID of version 4 or 5 in lower case",
		    STR_ARG(value));
	memcpy(r->uuid, value.ptr, 36);
	return 0;
}

void
recorded_homes(struct recorded *r, void *homes[OPT_HOMES])
{
	terms_homes(&r->terms, homes);
	homes[OPT_RECORDED] = r;
}

void
recorded_init(struct recorded *r, struct config *c)
{
	memset(r, 0, sizeof(*r));
	r->config = c;
	terms_init(&r->terms, c);
	r->series = STR("default");
}

void
recorded_clear(struct recorded *r)
{
	record_free(r->record);
	db_close(r->db);
	inputs_clear(&r->inputs);
	revdata_clear(&r->revdata);
	policy_clear(&r->policy);
	ossl_free(r->lib);
	memset(r, 0, sizeof(*r));
}

/* --- the run --- */

static int
times(struct recorded *r, struct err *err)
{
	/* One look at the clock: the run began at the time that it judges by. */
	if (config_at(&r->at, &r->now, r->config, err) != 0)
		return -1;
	if (r->uuid[0] == '\0')
		return config_uuid(r->uuid, err);
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
host_name(struct recorded *r)
{
	char name[256] = "";

	if (!r->record_host || gethostname(name, sizeof(name) - 1) != 0)
		return STR_NONE;
	return arena_str(&r->config->mem, str_of(name));
}

/* What concerns the run, not one input. */
static void
run_notes(struct notes *notes, struct recorded *r)
{
	const struct inputs_options search = {
		.exclude = r->exclude, .exclude_count = r->exclude_count
	};
	struct arena *mem = &r->config->mem;

	if (geteuid() == 0)
		notes_add(notes, mem, REASON_HOST_RUNNING_AS_ROOT,
		    STR("effective user id 0"));
	if (r->terms.allow_missing)
		notes_add(notes, mem, REASON_CONTENT_MISSING_ALLOWED,
		    STR("--allow-missing"));
	notes_found(notes, mem, &r->inputs, &search);
}

static int
begin(struct recorded *r, struct err *err)
{
	struct config *c = r->config;
	struct notes notes = { .list.n = 0 };
	struct record_run run = {
		.uuid = str_of(r->uuid),
		.series = r->series,
		.effect = r->deny ? STR("deny") : STR("audit"),
		.started = r->now,
		.verify_time = r->at,
		.verify_time_given = c->at != NULL,
		.tool_version = STR(PACKAGE_VERSION),
		.tool_build = STR("release"),
		.libraries = libraries_json(&c->mem),
		.argv = argv_json(c),
		.limits = limits_json(c),
		.host = host_name(r),
	};
	const char *path = config_db(c, err);
	char now[WHEN_TEXT];
	struct db_options options = {
		.now = now,
		.lock_timeout = (unsigned)r->lock_timeout,
		.tool = "assay " PACKAGE_VERSION,
		.insecure_permissions = c->insecure_permissions,
		.make_folders = config_db_make(c),
		.stop = r->stop,
	};

	run_notes(&notes, r);
	run.notes = notes.list.v;
	run.note_count = notes.list.n;
	when_format(now, r->now);
	if (path == NULL || db_open(&r->db, path, DB_WRITE, &options, err) != 0)
		return -1;
	recorder_policy(&run, &c->mem, &r->policy, r->at);
	recorder_revocation(&run, &c->mem, &r->revdata);
	if (r->terms.map != NULL)
		recorder_document(&run, &c->mem,
		    &(struct record_doc){ .kind = STR("assay-config"),
			.source_path = str_of(r->terms.map),
			.name = STR("scope-map"),
			.text = r->terms.map_text });
	return record_begin(&r->record, r->db, &run, err);
}

static unsigned
jobs(const struct recorded *r)
{
	long processors;

	if (r->jobs > 0)
		return (unsigned)r->jobs;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (processors < 1)
		return 1;
	return processors > JOBS_DEFAULT_MOST ? JOBS_DEFAULT_MOST : (unsigned)processors;
}

struct worker_options
recorded_worker(const struct recorded *r, enum worker_mode mode)
{
	struct worker_options worker = {
		.mode = mode,
		.limits = &r->config->limits,
		.policy = &r->policy,
		.revdata = r->revdata.given ? &r->revdata : NULL,
		.time = r->at,
		.time_chosen = r->config->at != NULL,
		.clock_us = config_monotonic_us,
		.cpu_us = config_cpu_us,
	};

	terms_apply(&worker, &r->terms);
	return worker;
}

static int
judge(struct recorded *r, const struct worker_options *worker, struct err *err)
{
	struct batch_options options = {
		.worker = *worker, .jobs = jobs(r), .stop = r->stop
	};
	struct progress progress;
	struct recorder_watch watch = { &progress, progress_show };
	int done;

	progress_init(
	    &progress, isatty(STDERR_FILENO) && !r->config->quiet, config_monotonic_us);
	done = recorder_run(&r->result, r->record, &r->inputs, &options,
	    progress.on ? &watch : NULL, err);
	progress_clear(&progress);
	if (done != 0 && err->reason == REASON_RUN_INTERRUPTED) {
		r->result.stopped = true;
		done = 0;
	}
	return done;
}

/*
 * Order when several apply: signal, no input, assay's own failure, wrong usage, noncompliant, holes,
 * none.
 */
static int
status_of(const struct recorded *r, const struct record_totals *t)
{
	if (r->result.stopped)
		return 128 + *r->stop;
	if (r->result.not_opened == r->inputs.items.n)
		return STATUS_INPUT;
	if (r->result.crashed > 0)
		return STATUS_FAILED;
	if (r->result.misnamed > 0)
		return STATUS_USAGE;
	if (t->state == STATE_NONCOMPLIANT && (r->deny || r->exit_code))
		return STATUS_NONCOMPLIANT;
	if (t->by_state[STATE_ERROR] > 0 || t->by_state[STATE_UNKNOWN] > 0 ||
	    r->result.refused > 0 || t->artifacts == 0 ||
	    t->by_state[STATE_NOT_APPLICABLE] == t->artifacts ||
	    t->state == STATE_ERROR || t->state == STATE_UNKNOWN)
		return STATUS_HOLES;
	return STATUS_OK;
}

static int
end(struct recorded *r, int *status, struct err *err)
{
	struct record_totals totals;
	struct when finished;

	if (record_totals(&totals, r->record, err) != 0 ||
	    config_now(&finished, r->config, err) != 0)
		return -1;
	*status = status_of(r, &totals);
	return record_end(r->record,
	    r->result.stopped ? RUN_INTERRUPTED : RUN_COMPLETE, *status, finished,
	    err);
}

static int
to_record(void *ctx, struct bytes data, struct err *err)
{
	(void)err;
	record_report_data(ctx, data);
	return 0;
}

/* One that was asked for. What goes to standard output is no file to be found again. */
static int
write_report(struct recorded *r, struct recorded_report *wanted,
    const struct report_options *options, struct err *err)
{
	const struct report_sink copy = { to_record, r->record };
	struct when now;

	if (strcmp(wanted->path, "-") == 0)
		return report_file(wanted->format, r->db, options, "-", NULL, err);
	record_report_begin(r->record);
	if (report_file(wanted->format, r->db, options, wanted->path, &copy, err) != 0)
		return -1;
	wanted->written = true;
	if (config_now(&now, r->config, err) != 0 ||
	    record_report_end(r->record, wanted->format->name, wanted->path, now, err) !=
		0)
		return -1;
	if (!r->config->quiet)
		printf("report    %s\n", wanted->path);
	return 0;
}

/* The summary, and each report that was asked for; one that fails does not keep the others. */
static int
reports(struct recorded *r)
{
	struct report_options options = {
		.all = r->all,
		.color = config_color(r->config, STDOUT_FILENO),
		.width = config_width(r->config, STDOUT_FILENO),
	};
	struct err err = { .reason = REASON_NONE };
	int status = STATUS_OK;

	if (query_run(&options.run_id, r->db, str_of(r->uuid), STR_NONE, &err) != 0)
		return config_fail(&err);
	/* Two documents on one output are none. */
	for (size_t i = 0; i < r->report_count; i++)
		r->config->quiet = r->config->quiet || strcmp(r->reports[i].path, "-") == 0;
	if (!r->config->quiet &&
	    report_file(report_find(STR("text")), r->db, &options, "-", NULL, &err) != 0) {
		status = config_fail(&err);
		r->config->quiet = true; /* nobody hears */
	}
	options.color = false;
	options.width = 0;
	for (size_t i = 0; i < r->report_count; i++)
		if (write_report(r, &r->reports[i], &options, &err) != 0)
			status = config_fail(&err);
	return config_finish(status);
}

/*
 * What the process returns, if not what was recorded: told to the database, and to the reports
 * that are there already.
 */
static void
correct(struct recorded *r, int status)
{
	struct report_options options = { .all = r->all };
	struct err err = { .reason = REASON_NONE };

	if (record_exit(r->record, status, &err) != 0 ||
	    query_run(&options.run_id, r->db, str_of(r->uuid), STR_NONE, &err) != 0) {
		config_fail(&err);
		return;
	}
	r->config->quiet = true;
	for (size_t i = 0; i < r->report_count; i++)
		if (r->reports[i].written &&
		    write_report(r, &r->reports[i], &options, &err) != 0)
			config_fail(&err);
}

/* A signal weighs more than anything else that may be said. */
static int
interrupted(struct recorded *r, int status)
{
	struct err err;
	int ended = 128 + *r->stop;

	if (status != ended && r->record != NULL)
		(void)record_exit(r->record, ended, &err);
	log_error("ended by signal %d", *r->stop);
	return ended;
}

static int
failed(struct recorded *r, const struct err *err)
{
	int status = *r->stop != 0 ? 128 + *r->stop : STATUS_FAILED;
	struct when now = r->now;
	struct err ignored;

	if (*r->stop == 0)
		config_fail(err);
	config_now(&now, r->config, &ignored);
	record_end(r->record, *r->stop != 0 ? RUN_INTERRUPTED : RUN_FAILED, status,
	    now, &ignored);
	return *r->stop != 0 ? interrupted(r, status) : status;
}

int
recorded_open(struct recorded *r, enum policy_kind kind)
{
	struct policy_options options = {
		.kind = kind,
		.limits = &r->config->limits,
		.insecure_permissions = r->config->insecure_permissions,
	};
	struct err err = { .reason = REASON_NONE };
	const char *policy = config_policy(r->config, &err);

	if (policy == NULL || times(r, &err) != 0)
		return config_fail(&err);
	ossl_process_init();
	r->lib = ossl_new();
	if (terms_load(&r->terms, &err) != 0 ||
	    policy_load(&r->policy, policy, r->lib, &options, &err) != 0 ||
	    revsource_load(&r->revdata, &r->terms.revsource, r->config, r->lib, &err) !=
		0) {
		config_fail(&err);
		return STATUS_CONFIG;
	}
	return STATUS_OK;
}

int
recorded_judge(struct recorded *r, const struct worker_options *worker)
{
	struct err err = { .reason = REASON_NONE };
	int status = STATUS_FAILED, reported;

	r->stop = signals_catch();
	if (begin(r, &err) != 0)
		return *r->stop != 0 ? interrupted(r, STATUS_FAILED) : config_fail(&err);
	if (judge(r, worker, &err) != 0 || end(r, &status, &err) != 0)
		return failed(r, &err);
	reported = reports(r);
	if (*r->stop != 0)
		return interrupted(r, status);
	/* That nothing could be opened weighs more; nothing else does. */
	if (reported != STATUS_OK && status < STATUS_USAGE && status != STATUS_FAILED) {
		status = STATUS_FAILED;
		correct(r, status);
	}
	return status;
}
