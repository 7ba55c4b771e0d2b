/* SPDX-License-Identifier: Apache-2.0 */
/* What every command shares: places, options, and the only clock in assay. */
#include "cli/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"

static struct str
from_env(struct config *c, const char *name)
{
	return arena_str(&c->mem, str_of(getenv(name)));
}

void
config_init(struct config *c, int argc, char **argv)
{
	uint64_t columns;

	memset(c, 0, sizeof(*c));
	arena_init(&c->mem, 0);
	limits_default(&c->limits);
	c->home = from_env(c, "HOME");
	c->xdg_config = from_env(c, "XDG_CONFIG_HOME");
	c->xdg_state = from_env(c, "XDG_STATE_HOME");
	c->env_policy = from_env(c, "ASSAY_POLICY");
	c->env_db = from_env(c, "ASSAY_DB");
	c->term = from_env(c, "TERM");
	c->no_color = from_env(c, "NO_COLOR");
	if (num_parse(&columns, from_env(c, "COLUMNS")) && columns < 10000)
		c->env_columns = (unsigned)columns;
	/* A copy: reading options moves operands to the front. */
	c->argc = argc;
	c->argv = arena_array(&c->mem, (size_t)argc + 1, sizeof(*c->argv));
	memcpy(c->argv, argv, (size_t)argc * sizeof(*c->argv));
}

void
config_clear(struct config *c)
{
	arena_clear(&c->mem);
}

const char *const config_colors[] = { "auto", "always", "never", NULL };

int
config_read_quiet(void *home, const char *value ATTR_UNUSED, struct err *err ATTR_UNUSED)
{
	((struct config *)home)->quiet = true;
	log_set_level(LOG_QUIET);
	return 0;
}

int
config_read_verbose(void *home, const char *value ATTR_UNUSED, struct err *err ATTR_UNUSED)
{
	((struct config *)home)->verbose = true;
	log_set_level(LOG_VERBOSE);
	return 0;
}

/* What is not absolute counts as not set (XDG Base Directory Specification). */
static bool
is_absolute(struct str path)
{
	return path.len > 0 && path.ptr[0] == '/';
}

/* $XDG/assay..., else $HOME/DEFAULT/assay... */
static const char *
place(struct config *c, struct str xdg, const char *below_home, const char *tail,
    const char *instead, struct err *err)
{
	if (is_absolute(xdg))
		return arena_printf(&c->mem, "%.*s/%s", STR_ARG(xdg), tail).ptr;
	if (is_absolute(c->home))
		return arena_printf(&c->mem, "%.*s/%s/%s", STR_ARG(c->home), below_home, tail)
		    .ptr;
	err_set(err, REASON_USAGE_HOME, NULL, "$HOME is not set to a folder, and no %s is given",
	    instead);
	return NULL;
}

const char *
config_policy(struct config *c, struct err *err)
{
	if (c->policy != NULL)
		return c->policy;
	if (c->env_policy.len > 0)
		return c->env_policy.ptr;
	return place(c, c->xdg_config, ".config", "assay", "--policy", err);
}

static const char *
named_db(const struct config *c)
{
	return c->db != NULL ? c->db : c->env_db.len > 0 ? c->env_db.ptr : NULL;
}

const char *
config_db(struct config *c, struct err *err)
{
	const char *named = named_db(c);

	return named != NULL
	    ? named
	    : place(c, c->xdg_state, ".local/state", "assay/audit.db", "--db", err);
}

bool
config_db_make(const struct config *c)
{
	return c->create || named_db(c) == NULL;
}

bool
config_color(const struct config *c, int fd)
{
	if (c->color != COLOR_AUTO)
		return c->color == COLOR_ALWAYS;
	return isatty(fd) && !str_is(c->term, "dumb") && c->term.len > 0 && c->no_color.len == 0;
}

unsigned
config_width(const struct config *c, int fd)
{
	struct winsize size;

	if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return isatty(fd) ? (c->env_columns > 0 ? c->env_columns : 80) : c->env_columns;
}

int
config_now(struct when *out, const struct config *c, struct err *err)
{
	struct timespec now;

	if (c->clock != NULL) {
		if (!when_parse_option(out, str_of(c->clock)))
			return err_set(err, REASON_USAGE_OPTION, NULL,
			    "--clock %s is no time (want 2026-01-31T00:00:00Z)", c->clock);
		return 0;
	}
	if (clock_gettime(CLOCK_REALTIME, &now) != 0 || !when_from_unix(out, now.tv_sec))
		return err_set(err, REASON_INTERNAL, NULL, "the clock cannot be read");
	return 0;
}

int
config_at(struct when *out, struct when *now, const struct config *c, struct err *err)
{
	if (config_now(out, c, err) != 0)
		return -1;
	if (now != NULL)
		*now = *out;
	out->usec = 0;
	if (c->at == NULL ||
	    (when_parse_option(out, str_of(c->at)) && out->sec >= 0 && out->usec == 0))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--at %s is no time (want 2026-01-31T00:00:00Z, whole seconds)", c->at);
}

static uint64_t
clock_us(clockid_t clock)
{
	struct timespec now = { 0, 0 };

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t
config_monotonic_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

uint64_t
config_cpu_us(void)
{
	return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

int
config_uuid(char out[37], struct err *err)
{
	uint8_t r[16];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return err_sys(err, REASON_INTERNAL, NULL, "no random numbers");
	r[6] = (r[6] & 0x0f) | 0x40;    /* RFC 4122 section 4.4 */
	r[8] = (r[8] & 0x3f) | 0x80;
	snprintf(out, 37,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1],
	    r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14],
	    r[15]);
	return 0;
}

int
config_status(const struct err *err)
{
	const char *code = reason_code(err->reason);

	if (strncmp(code, "usage.", 6) == 0)
		return STATUS_USAGE;
	if (err->reason == REASON_DB_RUN_ID)
		return STATUS_CONFLICT;
	if (err->reason == REASON_DB_BUSY)
		return STATUS_BUSY;
	if (err->reason == REASON_DB_VERSION || err->reason == REASON_DB_CORRUPT ||
	    err->reason == REASON_DB_JOURNAL)
		return STATUS_CONFIG;
	return STATUS_FAILED;
}

int
config_fail(const struct err *err)
{
	int status = config_status(err);

	log_err(err);
	if (status != STATUS_USAGE)
		log_hint(reason_row(err->reason)->remedy);
	return status;
}

int
config_finish(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	log_error("standard output: %s", errno == 0 ? "write failed" : strerror(errno));
	/* Said once: who asks again hears of what comes after. */
	__fpurge(stdout);
	clearerr(stdout);
	return STATUS_FAILED;
}
