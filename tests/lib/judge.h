/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_JUDGE_H
#define TESTS_LIB_JUDGE_H
/*
 * What a child process does with one input, without the process: read a layout folder, build the
 * graph, judge its first subject under a policy folder, at a given time.
 */
#include "crypto/ossl.h"
#include "verify/verifier.h"

struct judge {
	struct limits limits;
	struct ossl *lib;
	struct certs *certs;
	struct chains *chains;
	struct hasher *hasher;
	struct policy policy;
	struct when time;
	struct arena mem; /* of the last verdict */
	struct verdict verdict;
};

/* Ends the program if the policy cannot be loaded. `time`: RFC 3339. */
void judge_open(struct judge *j, const char *policy, const char *time);
void judge_close(struct judge *j);
/*
 * The primary reason, REASON_NONE if compliant. `repository` ("registry/name") chooses the
 * statement; NULL: none. j->verdict is good until the next call. A layout that cannot be read
 * gives the reason of that.
 */
enum reason judge_folder(struct judge *j, const char *layout, const char *repository);
/* Was this reason among the findings, and did it block? */
bool judge_found(const struct judge *j, enum reason reason, bool blocking);

#endif
