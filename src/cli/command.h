/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
/* The subcommands: one file each. They get the words behind their name and yield the exit status. */
#include "cli/config.h"

int cmd_audit(struct config *c, int argc, char **argv);
int cmd_report(struct config *c, int argc, char **argv);
int cmd_explain(struct config *c, int argc, char **argv);
int cmd_tree(struct config *c, int argc, char **argv);
int cmd_inspect(struct config *c, int argc, char **argv);
int cmd_blob(struct config *c, int argc, char **argv);
int cmd_trust(struct config *c, int argc, char **argv);
int cmd_trust_crl(struct config *c, int argc, char **argv);     /* the word behind "trust" */
int cmd_policy(struct config *c, int argc, char **argv);

#endif
