/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_WRITER_H
#define AUDIT_WRITER_H
/* Inside this folder only: the state of a run that is being written, and its parts. */
#include "audit/block.h"
#include "audit/handle.h"
#include "audit/idcache.h"
#include "audit/record.h"
#include "crypto/ossl.h"

/* Statements of schema/statements.sql, prepared once per run. */
#define WRITER_STATEMENTS(X)                                                             \
	X(RUN_LAST, "run-last")                                                          \
	X(RUN_HAS, "run-has")                                                            \
	X(RUN_PUT, "run-put")                                                            \
	X(RUN_NOTE, "run-note")                                                          \
	X(NOTE_TRIM, "note-trim")                                                        \
	X(RUN_END, "run-end")                                                            \
	X(RUN_BEFORE, "run-before")                                                      \
	X(RUN_EXIT, "run-exit")                                                          \
	X(REPORT_PUT, "report-put")                                                      \
	X(BLOB_PUT, "blob-put")                                                          \
	X(POLICY_PUT, "policy-put")                                                      \
	X(POLICY_GET, "policy-get")                                                      \
	X(RUN_POLICY, "run-policy")                                                      \
	X(CERT_PUT, "cert-put")                                                          \
	X(CERT_GET, "cert-get")                                                          \
	X(ANCHOR_PUT, "anchor-put")                                                      \
	X(ANCHOR_GET, "anchor-get")                                                      \
	X(RUN_ANCHOR, "run-anchor")                                                      \
	X(REVOCATION_PUT, "revocation-put")                                              \
	X(REVOCATION_GET, "revocation-get")                                              \
	X(RUN_REVOCATION, "run-revocation")                                              \
	X(REVOCATION_ROLLBACK, "revocation-rollback")                                    \
	X(INPUT_PUT, "input-put")                                                        \
	X(INPUT_GET, "input-get")                                                        \
	X(INPUT_UNTOUCHED, "input-untouched")                                            \
	X(INPUT_END, "input-end")                                                        \
	X(INPUT_DROP, "input-drop")                                                      \
	X(INPUT_STATE, "input-state")                                                    \
	X(INPUT_WORST, "input-worst")                                                    \
	X(INPUT_NODES, "input-nodes")                                                    \
	X(INPUT_OPEN, "input-open")                                                      \
	X(INPUT_OPEN_SIZE, "input-open-size")                                            \
	X(INPUT_UNJUDGED, "input-unjudged")                                              \
	X(INPUT_FINDING, "input-finding")                                                \
	X(ARTIFACT_PUT, "artifact-put")                                                  \
	X(ARTIFACT_GET, "artifact-get")                                                  \
	X(NODE_PUT, "node-put")                                                          \
	X(NAME_PUT, "name-put")                                                          \
	X(EDGE_PUT, "edge-put")                                                          \
	X(EVALUATION_PUT, "evaluation-put")                                              \
	X(EVALUATION_GET, "evaluation-get")                                              \
	X(CHECK_PUT, "check-put")                                                        \
	X(SIGNATURE_PUT, "signature-put")                                                \
	X(CHAIN_PUT, "chain-put")                                                        \
	X(STEP_PUT, "step-put")                                                          \
	X(FINDING_PUT, "finding-put")                                                    \
	X(TOTALS, "totals")                                                              \
	X(TOTALS_INPUTS, "totals-inputs")

enum writer_statement {
#define X(id, name) W_##id,
	WRITER_STATEMENTS(X)
#undef X
	    W_COUNT
};

struct open_input {
	uint64_t seq;
	int64_t id;
};

struct record {
	struct db *db;
	struct ossl *lib;
	struct hasher *hasher;
	sqlite3_stmt *st[W_COUNT];
	struct idcache *artifacts, *certs;
	struct arena mem; /* of one call */
	struct open_input
	    *inputs; /* begun and not ended: as many as there are children */
	size_t input_count, input_cap;
	int64_t run_id, policy_id; /* policy_id 0: none */
	uint64_t note_count; /* of the run */
	char started[WHEN_TEXT];
	uint64_t artifacts_open; /* judged since the last commit */
	uint64_t report_size; /* of the one that goes out */
	uint64_t now_us, opened_us; /* clock as last seen; when the open batch began */
};

#define WRITER_BATCH 256 /* artifacts of one transaction */

int writer_begin(struct record *r, struct err *err); /* if none is open */
int writer_commit(struct record *r, bool must, struct err *err);
/*
 * -1. A failed write loses the open batch, and with it every id that was learned in it.
 */
int writer_fail(struct record *r);

/*
 * The end of an input: what blocks it blocks the artifacts in it, those that were announced and
 * never came are unknown, and its state is the worst of theirs and of `own`. `whole`: it was read
 * to its end.
 */
int writer_settle(struct record *r, int64_t input, const struct input_outcome *o,
    enum state own, bool whole, struct err *err);

/* A row whose first column is an id or count: *out is it, or 0 without a row. Resets. */
int writer_id(
    int64_t *out, struct record *r, enum writer_statement which, struct err *err);
static inline int
writer_run(struct record *r, enum writer_statement which, struct err *err)
{
	return handle_run(r->db, r->st[which], err);
}

/* One more note on the run. */
int writer_note(
    struct record *r, enum reason reason, struct str message, struct err *err);
/* With a number of its own: notes are told in the order of theirs. */
int writer_note_at(struct record *r, uint64_t seq, enum reason reason, struct str message,
    struct err *err);
/* Content by its digest. `digest` is text in the caller's memory. */
int writer_blob(struct record *r, const char *digest, const char *media_type,
    struct bytes data, struct err *err);
/* The same, but of what is longer than `most` only digest and size are kept. */
int writer_blob_upto(struct record *r, const char *digest, const char *media_type,
    struct bytes data, size_t most, struct err *err);
void writer_sha256(char out[DIGEST_TEXT], struct record *r, struct bytes data);
int writer_cert(
    int64_t *id, struct record *r, const struct cert_facts *cert, struct err *err);
/* "ca:acme" and the digest of the certificate in it; 0: none, or one that nobody loaded. */
int writer_anchor(
    int64_t *out, struct record *r, const struct signature_record *s, struct err *err);
int writer_artifact(int64_t *id, struct record *r, struct str digest, struct err *err);
int writer_documents(struct record *r, const struct record_run *run, struct err *err);
/* Revocation data that was given, and what there is to be said about it. */
int writer_revocation(struct record *r, const struct record_run *run, struct err *err);

/*
 * Is the evidence of the verdict what it is said to be, are its certificates known and its anchors
 * those of the run? Fails with parser.protocol.
 */
int writer_check(struct record *r, const struct verdict *v, struct err *err);
/* A digest that rows hang on is not empty. */
int writer_check_digest(struct str digest, struct err *err);
/* The row of the inventory, unless it is there. */
int writer_node(struct record *r, int64_t input, int64_t artifact, const struct node_record *n,
    struct err *err);
/* The rows of one artifact: evaluation, signatures, steps, findings. */
int writer_verdict(
    struct record *r, int64_t input, const struct verdict *v, struct err *err);
/* Nodes that should have been judged and were not: Unknown, each. */
int writer_unjudged(struct record *r, int64_t input, struct err *err);

#endif
