/* SPDX-License-Identifier: Apache-2.0 */
/* Subcommands and their options, read by their tables. */
#include "cli/opt.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/num.h"
#include "cli/status.h"
#include "codec/text.h"

#define LIMIT_PREFIX "limit-"

const char *const opt_formats[] = { "text", "json", NULL };

/* --- values --- */

int
opt_text(struct str *out, const char *name, const char *value, struct err *err)
{
	if (text_check(out, str_bytes(str_of(value))))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL, "--%s is not UTF-8 text", name);
}

static int
read_number(uint64_t *out, const struct opt_row *row, const char *value, struct err *err)
{
	if (num_parse(out, str_of(value)) && *out >= row->least && *out <= row->most)
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL, "--%s %s, want %llu to %llu", row->name,
	    value, (unsigned long long)row->least, (unsigned long long)row->most);
}

/* "a, b or c", word by word. */
static void
list_word(struct buf *b, size_t i, const char *word, bool last)
{
	buf_printf(b, "%s%s", i == 0 ? "" : last ? " or " : ", ", word);
}

static int
read_word(void *out, const struct opt_row *row, const char *value, struct err *err)
{
	AUTO(buf_clear) struct buf b = { .max = 300 };

	for (unsigned i = 0; row->words[i] != NULL; i++) {
		if (strcmp(row->words[i], value) != 0)
			continue;
		if (row->size == sizeof(bool))
			*(bool *)out = i != 0;
		else
			memcpy(out, &i, sizeof(i));
		return 0;
	}
	for (size_t i = 0; row->words[i] != NULL; i++)
		list_word(&b, i, row->words[i], row->words[i + 1] == NULL);
	return err_set(err, REASON_USAGE_OPTION, NULL, "--%s %s, want %s", row->name, value,
	    buf_cstr(&b));
}

static int
take(void *const homes[OPT_HOMES], const struct opt_row *row, const char *value, struct err *err)
{
	void *home = homes[row->home];
	char *out = (char *)home + row->at;

	if (row->arg == NULL && value != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL, "--%s takes no value", row->name);
	switch (row->type) {
	case OPT_FLAG:
		*(bool *)(void *)out = true;
		return 0;
	case OPT_PATH:
		*(const char **)(void *)out = value;
		return 0;
	case OPT_TEXT:
		return opt_text((struct str *)(void *)out, row->name, value, err);
	case OPT_NUMBER:
		return read_number((uint64_t *)(void *)out, row, value, err);
	case OPT_WORD:
		return read_word(out, row, value, err);
	case OPT_OTHER:
		break;
	}
	return row->read(home, value, err);
}

/* --- words --- */

struct parsing {
	const struct command *command;
	void *const *homes;
	struct opt_given *given;
	bool help;
};

static const struct opt_row *
find(const struct command *c, struct str name)
{
	for (const struct opt_row *row = c->rows; row->name != NULL; row++)
		if (str_is(name, row->name))
			return row;
	return NULL;
}

static bool
of_judgement(const struct opt_row *row)
{
	return row->home == OPT_TERMS || row->home == OPT_REVSOURCE || strcmp(row->name, "at") == 0;
}

static struct limits *
limits_of(const struct parsing *p)
{
	return p->command->limits ? p->homes[OPT_LIMITS] : NULL;
}

/* One option; *used counts the words behind it that were its value. */
static int
one(struct parsing *p, const char *word, const char *next, int *used, struct err *err)
{
	struct str text = str_of(word + 2);
	size_t eq = str_find(text, '=');
	const char *value = eq < text.len ? text.ptr + eq + 1 : NULL;
	struct str name = str_upto(text, eq);
	const struct opt_row *row = find(p->command, name);
	bool is_limit = p->command->limits && str_starts(name, STR(LIMIT_PREFIX));

	if (row == NULL && !is_limit)
		return err_set(err, REASON_USAGE_OPTION, NULL, "unknown option --%.*s",
		    STR_ARG(name));
	if (value == NULL && (is_limit || row->arg != NULL)) {
		if (next == NULL)
			return err_set(err, REASON_USAGE_OPTION, NULL, "--%.*s needs a value",
			    STR_ARG(name));
		value = next;
		*used = 1;
	}
	if (value != NULL && value[0] == '\0')
		return err_set(err, REASON_USAGE_OPTION, NULL, "--%.*s has an empty value",
		    STR_ARG(name));
	if (row == NULL)
		return limits_set(
		    limits_of(p), str_from(name, strlen(LIMIT_PREFIX)), str_of(value), err);
	if (of_judgement(row) && p->given->judging == NULL)
		p->given->judging = row->name;
	return take(p->homes, row, value, err);
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
parse(struct parsing *p, int argc, char **argv, struct err *err)
{
	bool options = true;

	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];
		int used = 0;

		if (!options || word[0] != '-' || word[1] == '\0') {
			argv[p->given->operands++] = argv[i];
		} else if (strcmp(word, "--") == 0) {
			options = false;
		} else if (is_help(word)) {
			p->help = true;
			return 0;
		} else if (word[1] != '-') {
			return err_set(err, REASON_USAGE_OPTION, NULL,
			    "unknown option %s (options are long: --name)", word);
		} else if (one(p, word, i + 1 < argc ? argv[i + 1] : NULL, &used, err) != 0) {
			return -1;
		}
		i += used;
	}
	return 0;
}

static int
count_operands(const struct command *c, int got, struct err *err)
{
	if (got >= c->least && got <= c->most)
		return 0;
	if (c->most == 0)
		return err_set(err, REASON_USAGE_OPTION, NULL, "%s takes no operand", c->name);
	return err_set(err, REASON_USAGE_OPTION, NULL, "%s: %s, want %s", c->name,
	    got == 0	      ? "no operand"
		: got < c->least ? "too few operands"
				 : "too many operands",
	    c->operands);
}

bool
opt_begin(const struct command *c, void *const homes[OPT_HOMES], int argc, char **argv,
    struct opt_given *given, int *status)
{
	struct parsing p = { .command = c, .homes = homes, .given = given };
	struct err err;

	*status = STATUS_OK;
	*given = (struct opt_given){ 0, NULL };
	if (parse(&p, argc, argv, &err) != 0 ||
	    (!p.help && count_operands(c, given->operands, &err) != 0)) {
		*status = opt_fail(c, &err);
		return false;
	}
	if (p.help)
		opt_help(c);
	return !p.help;
}

int
opt_fail(const struct command *c, const struct err *err)
{
	char hint[64];

	log_err(err);
	snprintf(hint, sizeof(hint), "try 'assay %s --help'", c->name);
	log_hint(hint);
	return STATUS_USAGE;
}

int
opt_wrong(const struct command *c, const char *fmt, ...)
{
	struct err err;
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(&err, REASON_USAGE_OPTION, NULL, "%s", text);
	return opt_fail(c, &err);
}

/* --- help --- */

static void
help_options(const struct command *c)
{
	printf("\nOptions:\n");
	for (const struct opt_row *row = c->rows; row->name != NULL; row++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", row->name, row->arg == NULL ? "" : " ",
		    row->arg == NULL ? "" : row->arg);
		printf("  %-26s %s\n", left, row->help);
	}
	if (c->limits)
		printf("  %-26s %s\n", "--limit-NAME N", "another limit: see 'assay help limits'");
	printf("  %-26s %s\n", "--help", "show this text");
}

static const char *
last_word(const char *name)
{
	const char *space = strrchr(name, ' ');

	return space == NULL ? name : space + 1;
}

static void
help_parts(const struct command *c)
{
	printf("\nCommands:\n");
	for (size_t i = 0; c->parts[i] != NULL; i++)
		printf("  %-10s %s\n", last_word(c->parts[i]->name), c->parts[i]->summary);
	printf("\n'assay %s COMMAND --help' tells the options of one of them.\n", c->name);
}

void
opt_help(const struct command *c)
{
	if (c->parts != NULL)
		printf("Usage: assay %s COMMAND [OPTION]... [OPERAND]...\n%s.\n", c->name, c->summary);
	else
		printf("Usage: assay %s [OPTION]...%s%s\n%s.\n", c->name,
		    c->operands[0] == '\0' ? "" : " ", c->operands, c->summary);
	if (c->description != NULL)
		printf("\n%s", c->description);
	if (c->parts != NULL)
		help_parts(c);
	else
		help_options(c);
	if (c->examples != NULL)
		printf("\nExamples:\n%s", c->examples);
}

void
opt_help_limits(void)
{
	printf("Limits: --limit-NAME N, a number with an optional suffix K, M, G or T. Commands that\n"
	       "read inputs take them. What is beyond one is a finding or a refusal that names it.\n\n");
	for (int i = 0; i < LIMIT_COUNT; i++) {
		const struct limit_row *row = limit_row((enum limit)i);

		printf("  %-18s %-16llu %s\n", row->name, (unsigned long long)row->value,
		    row->meaning);
	}
}

/* --- which one --- */

static int
no_part(const struct command *c, const char *word)
{
	AUTO(buf_clear) struct buf b = { .max = 300 };

	for (size_t i = 0; c->parts[i] != NULL; i++)
		list_word(&b, i, last_word(c->parts[i]->name), c->parts[i + 1] == NULL);
	return word == NULL
	    ? opt_wrong(c, "%s: %s?", c->name, buf_cstr(&b))
	    : opt_wrong(c, "%s wants %s, not %s", c->name, buf_cstr(&b), word);
}

int
opt_dispatch(struct config *c, const struct command *command, int argc, char **argv)
{
	while (command->parts != NULL) {
		const struct command *part = NULL;

		if (argc > 0 && is_help(argv[0])) {
			opt_help(command);
			return STATUS_OK;
		}
		for (size_t i = 0; argc > 0 && command->parts[i] != NULL; i++)
			if (strcmp(argv[0], last_word(command->parts[i]->name)) == 0)
				part = command->parts[i];
		if (part == NULL)
			return no_part(command, argc == 0 ? NULL : argv[0]);
		command = part;
		argc--;
		argv++;
	}
	return command->run(c, command, argc, argv);
}
