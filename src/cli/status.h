/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H
/* What the process returns. */

enum exit_status {              /* part of the interface: never renumbered */
	STATUS_OK = 0,
	STATUS_FAILED = 1,              /* assay failed: database, I/O, memory; or an own process died */
	STATUS_NONCOMPLIANT = 2,
	STATUS_HOLES = 3,               /* something could not be judged, or nothing was */
	STATUS_USAGE = 64,
	STATUS_CONFLICT = 65,           /* a run of this id is recorded already */
	STATUS_INPUT = 66,              /* no input could be opened at all */
	STATUS_BUSY = 75,               /* another run holds the lock: try again */
	STATUS_CONFIG = 78              /* policy, trust store or database not usable */
};

#endif
