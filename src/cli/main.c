/* SPDX-License-Identifier: Apache-2.0 */
/* assay: offline verification and audit of container images. */
#include <config.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/signals.h"
#include "run/libraries.h"
#include "run/sandbox.h"

static const struct command *const commands[] = { &command_audit, &command_report,
	&command_explain, &command_tree, &command_inspect, &command_blob, &command_trust,
	&command_policy };

/* What notation, cosign and oras call it; they have `policy`, too. */
static const struct {
	const char *word, *command;
} elsewhere[] = {
	{ "verify", "audit" },
	{ "verify-attestation", "audit" },
	{ "verify-blob", "blob" },
	{ "blob-verify", "blob" },
	{ "ls", "tree" },
	{ "list", "tree" },
	{ "discover", "tree" },
	{ "cert", "trust" },
	{ "certificate", "trust" },
};

static int
unknown(const char *word)
{
	for (size_t i = 0; i < COUNT(elsewhere); i++) {
		if (strcmp(word, elsewhere[i].word) != 0)
			continue;
		log_error("unknown command %s; try 'assay %s'", word, elsewhere[i].command);
		return STATUS_USAGE;
	}
	log_error("unknown command %s; try 'assay --help'", word);
	return STATUS_USAGE;
}

static void
help(void)
{
	printf("Usage: assay COMMAND [OPTION]... [OPERAND]...\n"
	       "Offline verification and audit of container images.\n\nCommands:\n");
	for (size_t i = 0; i < COUNT(commands); i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	printf("\n'assay COMMAND --help' tells the options of a command, 'assay help limits' all limits.\n"
	       "'assay --version' tells the version, with --verbose the libraries too.\n\n"
	       "Exit status: 0 done; 1 assay failed; 2 something is noncompliant (--effect deny or\n"
	       "--exit-code); 3 something could not be judged; 64 usage; 65 the run id is taken; 66 no\n"
	       "input could be opened; 75 another run holds the database, try again; 78 policy or\n"
	       "database not usable; 128+N ended by signal N.\n");
}

static int
run_command(struct config *c, int argc, char **argv)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(argv[0], commands[i]->name) == 0)
			return config_finish(opt_dispatch(c, commands[i], argc - 1, argv + 1));
	return unknown(argv[0]);
}

/* "help", "help limits", "help COMMAND", "help COMMAND PART". */
static int
help_on(struct config *c, int argc, char **argv)
{
	static char asked[] = "--help";
	char *words[3];
	int n = 0;

	if (argc > 0 && strcmp(argv[0], "limits") == 0) {
		opt_help_limits();
		return config_finish(STATUS_OK);
	}
	if (argc == 0) {
		help();
		return config_finish(STATUS_OK);
	}
	while (n < argc && n < 2) {
		words[n] = argv[n];
		n++;
	}
	words[n++] = asked;
	return run_command(c, n, words);
}

static int
version(bool verbose)
{
	printf("assay %s\n", PACKAGE_VERSION);
	if (verbose)
		for (size_t i = 0; i < library_count; i++)
			printf("%-11s %s\n", library_at(i).name, library_at(i).version);
	return config_finish(STATUS_OK);
}

static int
dispatch(struct config *c, int argc, char **argv)
{
	bool verbose = argc > 2 && strcmp(argv[2], "--verbose") == 0;

	if (argc < 2) {
		help();
		return config_finish(STATUS_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help_on(c, 0, NULL);
	if (strcmp(argv[1], "help") == 0)
		return help_on(c, argc - 2, argv + 2);
	if (strcmp(argv[1], "--version") == 0)
		return version(verbose);
	return run_command(c, argc - 1, argv + 1);
}

/* Who wants to hear nothing of results still learns why there are none. */
static void
say_why(int status)
{
	switch (status) {
	case STATUS_OK:
	case STATUS_NONCOMPLIANT:
		break;
	case STATUS_HOLES:
		log_error("exit status 3: something could not be judged, or nothing was");
		break;
	case STATUS_INPUT:
		log_error("exit status 66: no input could be opened");
		break;
	case STATUS_FAILED:
		log_error("exit status 1: a process that read an input died");
		break;
	case STATUS_USAGE:
		log_error("exit status 64: --name does not fit an input");
		break;
	default:
		log_error("exit status %d", status);
		break;
	}
}

int
main(int argc, char **argv)
{
	static char output[1 << 16];    /* stdout's, to the very end */
	struct config c;
	int status;

	if (!sandbox_process()) {
		log_error("assay must not run with raised privileges (setuid, file capabilities)");
		return STATUS_USAGE;
	}
	/* Large enough for every help text: a failed write is then seen where it is checked. */
	setvbuf(stdout, output, _IOFBF, sizeof(output));
	signals_start();
	config_init(&c, argc, argv);
	sandbox_environment();
	status = dispatch(&c, argc, argv);
	if (c.quiet && !log_said_error())
		say_why(status);
	config_clear(&c);
	return status;
}
