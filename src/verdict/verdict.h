/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H
/*
 * What was found about one artifact: steps, findings, signatures, evidence, and the state that
 * follows from them. Plain values in one arena; a child process builds it, the pipe carries it,
 * the parent records it.
 *
 * A step is failed until something says pass: forgetting a line can only make assay stricter.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "base/words.h"
#include "crypto/certfacts.h"

/* One demand of a statement, and how the checks that can meet it ended. */
struct check_record {
	enum check_kind kind;
	struct str statement;           /* that demands it */
	enum check_mode mode;
	uint64_t demanded;              /* so many must hold */
	uint64_t found, looked_at, valid;
	enum outcome outcome;           /* pass: met */
};

struct step {
	enum step_name name;
	enum action action;
	enum outcome outcome;
	enum reason reason;             /* REASON_NONE unless outcome is fail or error */
	struct str detail;              /* one line, may be absent */
	struct str data;                /* JSON object text, may be absent */
	int signature;                  /* index into signatures, -1: the artifact itself */
	int check;                      /* index into checks, -1: of none */
};

struct finding {
	enum reason reason;
	bool blocking;                  /* false: logged only */
	struct str message;
	int step;                       /* index into steps, -1: none */
	int signature;                  /* index, -1: none */
	int check;                      /* index, -1: of none */
};

/* Of no step, no signature, no check. */
#define FINDING_ALONE .step = -1, .signature = -1, .check = -1

struct signature_record {
	int check;                      /* index of the check that looked at it; -1: shown only */
	struct str manifest_digest;     /* the referrer */
	struct digest envelope_digest;  /* sha256 of the envelope; DIGEST_NONE if it could not be read */
	struct bytes envelope;          /* evidence */
	struct str envelope_type;       /* media type */
	enum signature_format format;
	struct str scheme, algorithm;   /* absent if unknown */
	struct str signed_digest;       /* inside the payload, even if it does not match */
	bool has_signing_time, has_expiry, has_timestamp;
	struct when signing_time, expiry, timestamp;
	uint64_t timestamp_accuracy_us;
	struct bytes token;             /* evidence; empty: none */
	struct str tsa_subject, signer; /* DN texts */
	struct str trust_store;         /* "ca:name" that held the anchor; absent if none */
	struct digest anchor;           /* sha256 of that anchor; DIGEST_NONE if none */
	struct digest *chain;           /* sha256 of the certificates, leaf first */
	size_t chain_count;
	struct digest *tsa_chain;
	size_t tsa_count;
	enum signature_state state;
	struct str agent;
};

struct verdict {
	struct arena *mem;              /* where everything below lives */
	/* the artifact */
	struct str digest, media_type, artifact_type, platform;
	enum node_class class;
	uint64_t size;
	/* the policy */
	struct str statement;           /* absent if no statement matched */
	enum level level;
	enum state state;
	enum reason reason;             /* primary; REASON_NONE if and only if compliant */
	VEC(struct check_record) checks;
	int check;                      /* under way: what is added belongs to it; -1: none */
	VEC(struct step) steps;
	VEC(struct finding) findings;
	VEC(struct signature_record) signatures;
	VEC(struct cert_facts) certs; /* of the signatures above, that were not told before */
	uint64_t findings_dropped;      /* beyond the limit */
	uint64_t findings_limit;
	uint64_t duration_us;
};

void verdict_init(struct verdict *v, struct arena *mem, uint64_t findings_limit);

/* A check begins: what is added from now on belongs to it, until it ends. */
void verdict_check_begin(struct verdict *v, const struct check_record *check);
void verdict_check_end(struct verdict *v, uint64_t found, uint64_t looked_at, uint64_t valid,
    enum outcome outcome);

/* Append a step; yields its index. A failing step needs a reason and makes a finding of its own:
 * blocking when the action is enforce. `message` is for the finding and the step's detail. */
int verdict_pass(struct verdict *v, enum step_name name, enum action action, int signature,
    const char *fmt, ...) ATTR_PRINTF(5, 6);
int verdict_fail(struct verdict *v, enum step_name name, enum action action, int signature,
    enum reason reason, const char *fmt, ...) ATTR_PRINTF(6, 7);
/* As verdict_fail, but "could not be judged" (outcome error); always blocking. */
int verdict_error(struct verdict *v, enum step_name name, int signature, enum reason reason,
    const char *fmt, ...) ATTR_PRINTF(5, 6);
/* A step that was not run: outcome skipped (the policy says so) or not-applicable. */
int verdict_skip(struct verdict *v, enum step_name name, enum action action, int signature,
    enum outcome outcome, const char *fmt, ...) ATTR_PRINTF(6, 7);
/* A finding without a step: a note, never blocking. */
void verdict_note(struct verdict *v, enum reason reason, int signature, const char *fmt, ...)
    ATTR_PRINTF(4, 5);
/* JSON object text for the last step. */
void verdict_data(struct verdict *v, struct str json);
/* The only place where an error becomes a finding: INPUT fails the step and yields 0, ENV goes up as -1. */
int verdict_take(struct verdict *v, enum step_name name, enum action action, int signature,
    const struct err *err);
/*
 * After the signatures of one statement, when one of them is valid: findings of the others, from
 * index `from` on, stop blocking. They stay in the record.
 */
void verdict_unblock(struct verdict *v, size_t from);
/* Did any step of signature `signature` fail that blocks? */
bool verdict_signature_failed(const struct verdict *v, int signature);
/*
 * State and primary reason from what was found: blocking failures make NonCompliant, errors (outcome
 * error) Error unless something failed outright; `unknown` (not judged) Unknown. Without any
 * blocking finding the state is Compliant only if `proven`: some statement's demand was met.
 */
enum verdict_end { END_PROVEN, END_UNPROVEN, END_SKIPPED, END_UNKNOWN };
void verdict_close(struct verdict *v, enum verdict_end end, enum reason reason);
/* The certificate is kept with the verdict, once. */
void verdict_cert(struct verdict *v, const struct cert_facts *cert);

enum state state_worst(enum state a, enum state b);     /* NonCompliant > Error > Unknown > Compliant > Exempt > NotApplicable */

/* Rows of the input's inventory, as the record keeps them. */
struct name_record {
	struct str text;
	enum name_source source;
	enum name_use use;
	struct str scope;               /* "registry/repository" it stands for; absent: none */
};
struct node_record {            /* one manifest or index */
	struct str digest, media_type, artifact_type, platform;
	uint64_t size;
	enum node_class class;
	enum node_state state;
	enum found_by found_by;
	enum node_role role;            /* why it is supporting */
	enum reason problem;            /* of a broken node */
	struct str problem_detail;
	bool is_root, judged;           /* judged: has a verdict of its own */
	struct name_record *names;
	size_t name_count;
	struct finding *notes;          /* never blocking by themselves */
	size_t note_count;
};
struct edge_record {
	struct str parent, child;       /* digests */
	enum edge_kind kind;
	uint64_t position;
};
struct input_record {           /* what is known of an input when it ends */
	enum input_kind kind;
	enum input_compression compression;
	struct str prefix;
	struct digest digest, index_digest;     /* DIGEST_NONE: not known */
	uint64_t size, expanded, members, blobs, unreachable, missing, passes;
	struct finding *findings;       /* I and N rows: on the input as a whole */
	size_t finding_count;
};

#endif
