/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H
/*
 * SIGINT, SIGTERM and SIGHUP: exit status 128 plus the number, within two seconds, whatever the
 * program is at. A command that records has that long to come to an end in order; nothing else has
 * anything to lose, and ends at once. Children die with their parent.
 */

/* First thing in main. A caller may have left these signals blocked, or children unwaited for. */
void signals_start(void);
/*
 * From now on the first signal sets the flag that is given back to its number, and lets the process
 * go on for a moment.
 */
const volatile int *signals_catch(void);

#endif
