/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H
/*
 * A run that ends in the database, for the commands that judge: options, times, policy, record,
 * batch, reports and exit status, in this order.
 */
#include "cli/command.h"
#include "cli/terms.h"
#include "report/report.h"
#include "run/notes.h"
#include "run/recorder.h"

#define RECORDED_REPORTS_MOST 16
#define RECORDED_EXCLUDES_MOST 64

struct recorded_report {
	const struct report_format *format;
	const char *path;
	bool written; /* the file is there */
};

struct recorded {
	struct config *config;
	/* from options */
	bool deny, exit_code, record_host, all;
	struct str series;
	uint64_t jobs; /* 0: as many as there are processors */
	uint64_t lock_timeout; /* seconds */
	char uuid[37];
	struct recorded_report reports[RECORDED_REPORTS_MOST];
	size_t report_count;
	struct terms terms;
	const char *exclude[RECORDED_EXCLUDES_MOST]; /* for searches of folders */
	size_t exclude_count;
	/* under way */
	struct when now, at;
	struct ossl *lib;
	struct policy policy;
	struct revdata revdata;
	struct inputs inputs; /* filled by the command before recorded_judge */
	struct db *db;
	struct record *record;
	const volatile int *stop; /* number of the signal that ends the run, or 0 */
	struct batch_result result;
};

/* Rows that belong to every such command. */
extern const char *const recorded_effects[];
#define RECORDED_ROW_EFFECT(HELP)                                                        \
	OPT_ROW_WORD(RECORDED, recorded, deny, recorded_effects, "effect", "EFFECT", HELP)
#define RECORDED_ROW_EXIT_CODE(HELP) OPT_ROW_FLAG(RECORDED, recorded, exit_code, "exit-code", HELP)
#define RECORDED_ROW_SERIES(HELP)                                                        \
	OPT_ROW_TEXT(RECORDED, recorded, series, "series", "NAME", HELP)
#define RECORDED_ROW_REPORT                                                              \
	OPT_ROW_OTHER(RECORDED, recorded_read_report, "report", "FORMAT=FILE",           \
	    "also write a report: json, csv or text; may be repeated")
#define RECORDED_LOCK_MOST 86400 /* seconds */
#define RECORDED_ROWS                                                                    \
	OPT_ROW_NUMBER(RECORDED, recorded, lock_timeout, 0, RECORDED_LOCK_MOST,          \
	    "lock-timeout", "SECONDS", "wait for another run on the database (0)"),      \
	    OPT_ROW_OTHER(RECORDED, recorded_read_uuid, "run-id", "UUID",                \
		"id of the run (random)"),                                               \
	    CONFIG_ROW_CLOCK,                                                            \
	    OPT_ROW_FLAG(RECORDED, recorded, record_host, "record-host",                 \
		"record the name of this machine")
int recorded_read_report(void *home, const char *value, struct err *err);
int recorded_read_uuid(void *home, const char *value, struct err *err);

void recorded_init(struct recorded *r, struct config *c);
void recorded_clear(struct recorded *r);
/* Where the rows above and those of cli/terms.h find their values. */
void recorded_homes(struct recorded *r, void *homes[OPT_HOMES]);

/* Times, library, policy, revocation data. 0, or the exit status of a run that cannot begin; that was said. */
int recorded_open(struct recorded *r, enum policy_kind kind);
/* What the options say of how a worker judges; the command fills in the rest. */
struct worker_options recorded_worker(const struct recorded *r, enum worker_mode mode);
/* Judge the inputs, record, report. Yields the exit status. */
int recorded_judge(struct recorded *r, const struct worker_options *worker);

#endif
