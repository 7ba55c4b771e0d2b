/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
/* The subcommands: one file each. */
#include "cli/config.h"

extern const struct command command_audit, command_report, command_explain, command_tree,
    command_inspect, command_blob, command_trust, command_policy;
extern const struct command command_trust_crl;  /* a part of trust */

#endif
