/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a subcommand, read by a table. */
#include "cli/opt.h"

#include <stdio.h>

#include "base/log.h"
#include "base/num.h"
#include "cli/config.h"
#include "codec/text.h"

#define LIMIT_PREFIX "limit-"

static const struct opt_row *
find(const struct opt_command *c, struct str name)
{
	for (const struct opt_row *row = c->rows; row->name != NULL; row++)
		if (str_is(name, row->name))
			return row;
	return NULL;
}

static int
set_row(const struct opt_command *c, const struct opt_row *row, const char *value,
    struct err *err)
{
	if (row->arg == NULL && value != NULL)
		return err_set(err, REASON_USAGE_OPTION, NULL, "--%s takes no value", row->name);
	return c->set(c->ctx, row->id, value, err);
}

/* One option; *used counts the words behind it that were its value. */
static int
one(const struct opt_command *c, const char *word, const char *next, int *used, struct err *err)
{
	struct str text = str_of(word + 2);
	size_t eq = str_find(text, '=');
	const char *value = eq < text.len ? text.ptr + eq + 1 : NULL;
	struct str name = str_upto(text, eq);
	const struct opt_row *row = find(c, name);
	bool is_limit = c->limits != NULL && str_starts(name, STR(LIMIT_PREFIX));

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
	if (row != NULL)
		return set_row(c, row, value, err);
	return limits_set(c->limits, str_from(name, strlen(LIMIT_PREFIX)), str_of(value), err);
}

static int
parse(const struct opt_command *c, int argc, char **argv, int *operands, bool *help,
    struct err *err)
{
	bool options = true;

	*operands = 0;
	*help = false;
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];
		int used = 0;

		if (!options || word[0] != '-' || word[1] == '\0') {
			argv[(*operands)++] = argv[i];
		} else if (strcmp(word, "--") == 0) {
			options = false;
		} else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
			*help = true;
			return 0;
		} else if (word[1] != '-') {
			return err_set(err, REASON_USAGE_OPTION, NULL,
			    "unknown option %s (options are long: --name)", word);
		} else if (one(c, word, i + 1 < argc ? argv[i + 1] : NULL, &used, err) != 0) {
			return -1;
		}
		i += used;
	}
	return 0;
}

bool
opt_begin(const struct opt_command *c, int argc, char **argv, int *operands, int *status)
{
	struct err err;
	bool help;

	*status = STATUS_OK;
	if (parse(c, argc, argv, operands, &help, &err) != 0) {
		*status = opt_fail(c, &err);
		return false;
	}
	if (help)
		opt_help(c);
	return !help;
}

int
opt_fail(const struct opt_command *c, const struct err *err)
{
	char hint[64];

	log_err(err);
	snprintf(hint, sizeof(hint), "try 'assay %s --help'", c->name);
	log_hint(hint);
	return STATUS_USAGE;
}

void
opt_help(const struct opt_command *c)
{
	printf("Usage: assay %s [OPTION]... %s\n%s.\n\n%s\nOptions:\n", c->name, c->operands,
	    c->summary, c->description);
	for (const struct opt_row *row = c->rows; row->name != NULL; row++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", row->name, row->arg == NULL ? "" : " ",
		    row->arg == NULL ? "" : row->arg);
		printf("  %-26s %s\n", left, row->help);
	}
	printf("  %-26s %s\n", "--help", "show this text");
	if (c->limits == NULL)
		return;
	printf("\nLimits (--limit-NAME N; a number with an optional suffix K, M, G or T):\n");
	for (int i = 0; i < LIMIT_COUNT; i++) {
		const struct limit_row *row = limit_row((enum limit)i);

		printf("  %-18s %-16llu %s\n", row->name, (unsigned long long)row->value,
		    row->meaning);
	}
}

int
opt_text(struct str *out, const char *name, const char *value, struct err *err)
{
	if (text_check(out, str_bytes(str_of(value))))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL, "--%s is not UTF-8 text", name);
}

int
opt_number(uint64_t *out, const char *name, const char *value, uint64_t least, uint64_t most,
    struct err *err)
{
	if (num_parse(out, str_of(value)) && *out >= least && *out <= most)
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL, "--%s %s, want %llu to %llu", name, value,
	    (unsigned long long)least, (unsigned long long)most);
}

int
opt_format(bool *json, const char *value, struct err *err)
{
	*json = strcmp(value, "json") == 0;
	if (*json || strcmp(value, "text") == 0)
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL, "--format %s, want text or json", value);
}
