/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H
/*
 * What every command shares: options, places, and the clock (the only one in assay).
 *
 * The environment is read here, once, and then cleared.
 */
#include "base/arena.h"
#include "base/when.h"
#include "cli/opt.h"
#include "cli/status.h"

struct config {
	struct arena mem;
	/* from the environment */
	struct str home, xdg_config, xdg_state, env_policy, env_db, term, no_color;
	unsigned env_columns;
	/* from global options */
	const char *policy, *db, *at, *clock;
	enum config_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
	bool quiet, verbose, create, insecure_permissions;
	struct limits limits;
	int argc;                       /* as the program was called, for the record */
	char **argv;
};

extern const char *const config_colors[];
#define CONFIG_ROWS_COMMON                                                               \
	OPT_ROW_WORD(CONFIG, config, color, config_colors, "color", "WHEN",              \
	    "colours: auto, always or never (auto)"),                                    \
	    OPT_ROW_OTHER(CONFIG, config_read_quiet, "quiet", NULL,                      \
		"say nothing but results and errors"),                                   \
	    OPT_ROW_OTHER(CONFIG, config_read_verbose, "verbose", NULL, "say more")
#define CONFIG_ROW_AT                                                                    \
	OPT_ROW_PATH(CONFIG, config, at, "at", "TIME",                                   \
	    "judge as of TIME instead of now (2026-01-31T00:00:00Z)")
#define CONFIG_ROW_CLOCK                                                                 \
	OPT_ROW_PATH(CONFIG, config, clock, "clock", "TIME",                             \
	    "take TIME for the clock, for records that repeat")
#define CONFIG_ROW_DB                                                                    \
	OPT_ROW_PATH(CONFIG, config, db, "db", "FILE",                                   \
	    "audit database ($ASSAY_DB, or the state folder)")
#define CONFIG_ROW_CREATE                                                                \
	OPT_ROW_FLAG(CONFIG, config, create, "create",                                   \
	    "make missing folders of --db and $ASSAY_DB")
#define CONFIG_ROW_POLICY                                                                \
	OPT_ROW_PATH(CONFIG, config, policy, "policy", "DIR",                            \
	    "policy folder ($ASSAY_POLICY, or the configuration folder)")
#define CONFIG_ROW_INSECURE                                                              \
	OPT_ROW_FLAG(CONFIG, config, insecure_permissions, "insecure-permissions",       \
	    "accept policy and database that others may write; recorded")
int config_read_quiet(void *home, const char *value, struct err *err);
int config_read_verbose(void *home, const char *value, struct err *err);

void config_init(struct config *c, int argc, char **argv);
void config_clear(struct config *c);

/* The places, as C strings in the config's memory. NULL, with usage.home: there is none. */
const char *config_policy(struct config *c, struct err *err);
const char *config_db(struct config *c, struct err *err);
/* May missing folders of the database be made? The usual ones, and others if that was asked for. */
bool config_db_make(const struct config *c);
bool config_color(const struct config *c, int fd);
unsigned config_width(const struct config *c, int fd);   /* 0: not a terminal */

/* Now: --clock if given, else the clock. Monotonic microseconds for durations. */
int config_now(struct when *out, const struct config *c, struct err *err);
/*
 * The time that is judged: --at if given, else now, in whole seconds. `now` may be NULL; with it the
 * clock is read once for both. Fails with usage.option: no time, parts of a second, before 1970.
 */
int config_at(struct when *out, struct when *now, const struct config *c, struct err *err);
uint64_t config_monotonic_us(void);
uint64_t config_cpu_us(void);          /* processor time of this process */
/* A random UUID, version 4. */
int config_uuid(char out[37], struct err *err);

/* The exit status that an error means. */
int config_status(const struct err *err);
/* Print the error on stderr, what to do about it, and yield its status. */
int config_fail(const struct err *err);
/* Flush standard output; a failure is STATUS_FAILED and said, else `status`. */
int config_finish(int status);

#endif
