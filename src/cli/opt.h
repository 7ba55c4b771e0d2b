/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPT_H
#define CLI_OPT_H
/*
 * Options of a subcommand, as a table: GNU long options ("--name value", "--name=value"), "--" ends
 * options, "-" is an operand. --help text, the manual and the completion name the same options;
 * tests/run-docs.sh compares them.
 */
#include "base/limits.h"

struct opt_row {
	int id;                         /* the command's own; negative ids belong to cli/config.h */
	const char *name;               /* without dashes */
	const char *arg;                /* "DIR", or NULL for a flag */
	const char *help;
};

struct opt_command {
	const char *name, *operands, *summary;
	const char *description;        /* --help: a paragraph or two, ends in a newline */
	const struct opt_row *rows;     /* ends with a NULL name */
	/* 0, or -1 with *err: wrong value. */
	int (*set)(void *ctx, int id, const char *value, struct err *err);
	void *ctx;
	struct limits *limits;          /* --limit-NAME is allowed if not NULL */
};

/*
 * Parse argv[0..argc) behind the command's name. Operands are moved to the front of argv, in order;
 * *operands counts them. True: the command is to run. False: *status is its exit status, as --help
 * was given and printed, or a wrong word was told (usage.option, usage.limit).
 */
bool opt_begin(const struct opt_command *command, int argc, char **argv, int *operands,
    int *status);
/* Prints a wrong word and yields the exit status. */
int opt_fail(const struct opt_command *command, const struct err *err);
void opt_help(const struct opt_command *command);

/* Values of options, for a command's `set`. All fail with usage.option; `name` without dashes. */
int opt_text(struct str *out, const char *name, const char *value, struct err *err);
int opt_number(uint64_t *out, const char *name, const char *value, uint64_t least, uint64_t most,
    struct err *err);
/* --format of a command that knows text and JSON. */
int opt_format(bool *json, const char *value, struct err *err);

#endif
