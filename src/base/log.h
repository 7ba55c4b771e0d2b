/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H
/* Diagnostics on stderr, one line each, control bytes escaped. What is kept here is assay's only global
 * state. */
#include "base/err.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

void log_set_level(enum log_level level);
void log_error(const char *fmt, ...) ATTR_PRINTF(1, 2); /* always */
void log_warn(const char *fmt, ...) ATTR_PRINTF(1, 2);  /* unless quiet */
void log_hint(const char *text);                        /* what to do, unless quiet */
void log_info(const char *fmt, ...) ATTR_PRINTF(1, 2);  /* verbose only */
bool log_said_error(void);                              /* was any error written? */
void log_err(const struct err *err);                    /* an error as err_show writes it, with its code */

#endif
