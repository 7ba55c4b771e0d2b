/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPT_H
#define CLI_OPT_H
/*
 * Subcommands and their options, as tables: what a word is called, what it takes, what help says of
 * it. GNU long options ("--name value", "--name=value"), "--" ends options, "-" is an operand. The
 * manual and the completion name the same words; tests/run-docs.sh compares them.
 */
#include <stddef.h>

#include "base/limits.h"

enum opt_home {                 /* whose struct holds the value */
	OPT_OWN,                        /* the subcommand's */
	OPT_CONFIG, OPT_TERMS, OPT_REVSOURCE, OPT_RECORDED,
	OPT_LIMITS,                     /* struct limits, of a command that takes --limit-NAME */
	OPT_HOMES
};
enum opt_type {
	OPT_FLAG,                       /* bool */
	OPT_PATH,                       /* const char *, as given */
	OPT_TEXT,                       /* struct str, UTF-8 */
	OPT_NUMBER,                     /* uint64_t, `least` to `most` */
	OPT_WORD,                       /* bool, or an enum: which one of `words` */
	OPT_OTHER                       /* whatever `read` makes of it */
};
struct opt_row {
	const char *name;               /* without dashes; NULL ends a table */
	const char *arg;                /* "DIR"; NULL: takes no value */
	const char *help;
	enum opt_home home;
	enum opt_type type;
	size_t at, size;                /* of the value in its home */
	uint64_t least, most;
	const char *const *words;       /* end with NULL */
	/* `home` is the struct; `value` NULL for what takes none. Fails with usage.option. */
	int (*read)(void *home, const char *value, struct err *err);
};

/* --- rows: HOME is a part of enum opt_home's name, TYPE its struct --- */
#define OPT_PLACE(HOME, TYPE, MEMBER)                                                    \
	.home = OPT_##HOME, .at = offsetof(struct TYPE, MEMBER),                         \
	.size = sizeof(((struct TYPE *)NULL)->MEMBER)
#define OPT_ROW_FLAG(HOME, TYPE, MEMBER, NAME, HELP)                                     \
	{ .name = NAME, .help = HELP, .type = OPT_FLAG, OPT_PLACE(HOME, TYPE, MEMBER) }
#define OPT_ROW_PATH(HOME, TYPE, MEMBER, NAME, ARG, HELP)                                \
	{ .name = NAME, .arg = ARG, .help = HELP, .type = OPT_PATH,                      \
	    OPT_PLACE(HOME, TYPE, MEMBER) }
#define OPT_ROW_TEXT(HOME, TYPE, MEMBER, NAME, ARG, HELP)                                \
	{ .name = NAME, .arg = ARG, .help = HELP, .type = OPT_TEXT,                      \
	    OPT_PLACE(HOME, TYPE, MEMBER) }
#define OPT_ROW_NUMBER(HOME, TYPE, MEMBER, LEAST, MOST, NAME, ARG, HELP)                 \
	{ .name = NAME, .arg = ARG, .help = HELP, .type = OPT_NUMBER, .least = LEAST,    \
	    .most = MOST, OPT_PLACE(HOME, TYPE, MEMBER) }
#define OPT_ROW_WORD(HOME, TYPE, MEMBER, WORDS, NAME, ARG, HELP)                         \
	{ .name = NAME, .arg = ARG, .help = HELP, .type = OPT_WORD, .words = WORDS,      \
	    OPT_PLACE(HOME, TYPE, MEMBER) }
#define OPT_ROW_OTHER(HOME, READ, NAME, ARG, HELP)                                       \
	{ .name = NAME, .arg = ARG, .help = HELP, .type = OPT_OTHER, .home = OPT_##HOME, \
	    .read = READ }
/* --format of what knows text and JSON, into a bool. */
extern const char *const opt_formats[];
#define OPT_ROW_FORMAT(TYPE, MEMBER)                                                     \
	OPT_ROW_WORD(OWN, TYPE, MEMBER, opt_formats, "format", "FORMAT", "text or json (text)")
#define OPT_END { .name = NULL }

enum { OPT_ANY = INT32_MAX };
struct config;
struct command {
	const char *name;               /* all its words: "trust add" */
	const char *operands;           /* as the usage line names them */
	const char *summary;
	const char *description;        /* of --help: a paragraph or two, ends in a newline */
	const char *examples;           /* lines; NULL: those of its parts */
	int least, most;                /* operands */
	bool limits;                    /* --limit-NAME is taken */
	const struct opt_row *rows;
	/* Yields the exit status; argv without the command's words. */
	int (*run)(struct config *c, const struct command *self, int argc, char **argv);
	/* A group has neither rows nor run: what it consists of, up to NULL. */
	const struct command *const *parts;
};

struct opt_given {              /* what a command line held */
	int operands;                   /* moved to the front of argv, in order */
	const char *judging;            /* the first that only a judgement asks for; NULL: none */
};
/*
 * Parse argv[0..argc) behind the command's words, into the homes. True: the command is to run.
 * False: *status is its exit status, as --help was given and printed, or a wrong word was told
 * (usage.option, usage.limit).
 */
bool opt_begin(const struct command *command, void *const homes[OPT_HOMES], int argc, char **argv,
    struct opt_given *given, int *status);
/* Prints what is wrong with the command line and yields the exit status. */
int opt_fail(const struct command *command, const struct err *err);
int opt_wrong(const struct command *command, const char *fmt, ...) ATTR_PRINTF(2, 3);
void opt_help(const struct command *command);
void opt_help_limits(void);
/* Runs the command, or that part of it that the first words name. */
int opt_dispatch(struct config *c, const struct command *command, int argc, char **argv);

/* Values, for a `read`. Fail with usage.option; `name` without dashes. */
int opt_text(struct str *out, const char *name, const char *value, struct err *err);

#endif
