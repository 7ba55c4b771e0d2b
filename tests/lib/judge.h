/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_JUDGE_H
#define TESTS_LIB_JUDGE_H
/*
 * What a child process does with one input, without the process: read a layout folder, build the
 * graph, judge one of its subjects under a policy folder, at a given time.
 */
#include "crypto/ossl.h"
#include "decide/decide.h"

/*
 * Of trust/revdata.h, which goes before tests/lib/forge.h: OpenSSL has a macro with a name
 * of it.
 */
struct revdata;
struct revdata_options;

struct judge {
	struct limits limits;
	struct ossl *lib;
	struct certs *certs;
	struct chains *chains;
	struct hasher *hasher;
	struct policy policy;
	struct revdata *revdata; /* folders crl and ocsp of the policy, if there */
	struct revoker *revoker; /* NULL without them */
	struct when time;
	bool trust_names; /* names in the export choose the statement, too */
	struct naming naming; /* what else is said of names */
	bool allow_missing, require_complete;
	uint64_t (*cpu_us)(void); /* NULL: time costs nothing */
	const struct metadata *metadata; /* demanded user metadata */
	size_t metadata_count;
	enum subjects subjects; /* which nodes can be asked for: the roots */
	struct arena mem; /* of the last verdict */
	struct verdict verdict;
};

/* Ends the program if the policy cannot be loaded. `time`: RFC 3339. */
void judge_open(struct judge *j, const char *policy, const char *time);
void judge_close(struct judge *j);
void judge_at(struct judge *j, const char *time);
/* Other revocation data from here on; `options`: NULL for none at all. */
void judge_revdata(struct judge *j, const struct revdata_options *options);
/* A new worker: nothing that was parsed before is known any more. */
void judge_renew(struct judge *j);

/*
 * The primary reason, REASON_NONE if compliant. `repository` ("registry/name") chooses the
 * statement; NULL: none. j->verdict is good until the next call. A layout that cannot be read
 * gives the reason of that.
 */
enum reason judge_folder(struct judge *j, const char *layout, const char *repository);
/* The same for one subject of several; artifact.not-judged if it is none of them. */
enum reason judge_digest(
    struct judge *j, const char *layout, const char *repository, const char *digest);

/* One envelope alone, and what it should have signed; no octets of that are needed. */
struct judge_target {
	const char *media_type, *digest;
	uint64_t size;
};
enum reason judge_bare(struct judge *j, const struct judge_target *target,
    const char *envelope_type, struct bytes envelope);

/* Was this reason among the findings, and did it block? */
bool judge_found(const struct judge *j, enum reason reason, bool blocking);
bool judge_has(const struct judge *j, enum reason reason);
/* The last step of that name; NULL: none. */
const struct step *judge_step(const struct judge *j, enum step_name name);

#endif
