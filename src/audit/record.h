/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H
/*
 * Writing one run. Artifacts are committed in batches of whole artifacts (256, or 500 ms,
 * or the end of an input, whichever comes first); one artifact is never split over two
 * transactions. A reader that holds the file delays a commit, never the run
 * (audit/handle.h).
 *
 * What comes from a child is not believed: record_node, record_edge, record_verdict and
 * record_input_end fail with parser.protocol, with nothing written, when the words,
 * indexes, digests of evidence or the rules between state, reason, steps and findings do
 * not hold. The run goes on: end that input with record_input_end(r, seq, NULL,
 * REASON_PARSER_PROTOCOL, ...). Every other failure (db.busy, db.write, resource.disk,
 * internal.error) has rolled the open batch back; what remains is
 * record_end(RUN_FAILED).
 *
 * Nodes that were announced as judged and got no verdict are recorded as Unknown,
 * artifact.not-judged, when their input or the run ends.
 */
#include "audit/db.h"
#include "verdict/verdict.h"

struct record;

struct record_doc { /* a policy document */
	struct str kind, source_path, version, name;
	struct bytes text;
};
struct record_anchor { /* a trust anchor that was loaded */
	struct str kind, store; /* "ca", "acme" */
	struct cert_facts cert;
};
struct record_revocation { /* a revocation list, an OCSP response, or a useless file */
	struct str path; /* as people know it */
	enum reason reason; /* not REASON_NONE: it gave nothing, and `detail` says more */
	struct str detail;
	/* Only without a reason. */
	struct str kind; /* "crl", "delta-crl", "ocsp" */
	struct digest sha256; /* of der, computed by who read it */
	struct bytes der; /* octets are kept up to RECORD_REVOCATION_KEPT */
	struct digest url; /* SHA-256 of the URL it is for; DIGEST_NONE: not told */
	struct str issuer; /* RFC 4514 */
	struct str issuer_key; /* hex key identifier; absent: not told */
	struct bytes scope; /* IssuingDistributionPoint; empty: none */
	/* Whole octets in hex without leading zero octets ("00" is zero); absent: none. */
	struct str number, base_number;
	struct when this_update, next_update;
	bool has_next_update;
	uint64_t entries;
};
#define RECORD_REVOCATION_KEPT ((size_t)1 << 20)
struct record_run { /* what is known at the start */
	struct str uuid; /* given: cli/ makes it */
	struct str series, effect; /* "audit" | "deny" */
	struct when started, verify_time;
	bool verify_time_given; /* --at */
	struct str tool_version, tool_build;
	struct str libraries, argv, limits; /* JSON texts */
	struct str host, operator_name; /* absent by default */
	const struct record_doc *docs;
	size_t doc_count;
	const struct record_anchor *anchors;
	size_t anchor_count;
	/*
	 * Each file that gave nothing becomes a note too; so does a list with a lower number
	 * than an earlier run in this database had from the same issuer, its key and scope
	 * (crl.rollback): of several lists in this run the highest number counts.
	 */
	const struct record_revocation *revocation;
	size_t revocation_count;
	const struct finding *notes; /* policy warnings and host notes; never blocking */
	size_t note_count;
};

/* Fails with db.run-id if that run is recorded already. */
int record_begin(
    struct record **out, struct db *db, const struct record_run *run, struct err *err);
/* One more note on the run, like those it began with. */
int record_note(struct record *r, const struct finding *note, struct err *err);
void record_free(struct record *r); /* without an end: rolls the open batch back */
DEFINE_AUTO(struct record, record_free)

/*
 * What was given, before any of it is begun: then the record tells of all of it, whatever becomes
 * of the run. `path` is exact octets.
 */
int record_input_given(
    struct record *r, uint64_t seq, struct bytes path, struct err *err);
/* An input, at its start; given here if it was not before. */
int record_input_begin(
    struct record *r, uint64_t seq, struct bytes path, struct err *err);
/* Inventory of an input: nodes before the edges between them. */
int record_node(
    struct record *r, uint64_t seq, const struct node_record *node, struct err *err);
int record_edge(
    struct record *r, uint64_t seq, const struct edge_record *edge, struct err *err);
/* One judged artifact, whole. `now_us` is a monotonic clock, for the 500 ms rule. */
int record_verdict(
    struct record *r, uint64_t seq, const struct verdict *v, struct err *err);
/*
 * The end of an input: `what` NULL for an input that was refused; `refused` REASON_NONE
 * or why, with `detail`. What blocks the input blocks the artifacts that were recorded of it
 * (verdict/outcome.h). Its state is the worst of its artifacts, Unknown/Error per refusal,
 * NonCompliant for a finding that blocks it. Commits.
 */
int record_input_end(struct record *r, uint64_t seq, const struct input_record *what,
    enum reason refused, struct str detail, struct err *err);
/*
 * An input that ended, and is not what was judged any more: an error, and of what is in it nothing
 * is known. Commits.
 */
int record_input_changed(struct record *r, uint64_t seq, enum reason reason, struct str detail,
    struct err *err);
/*
 * What a search found is no export: the input is none, a note (input.no-export) tells what it is
 * and why. In the order of the inputs, whichever ended first.
 */
int record_no_export(struct record *r, uint64_t seq, struct str text, struct err *err);
/* Of `all` such notes keep the first `most`, and say how many are gone. */
int record_no_export_most(struct record *r, uint64_t all, uint64_t most, struct err *err);
/*
 * Commit what is open, if 256 artifacts or 500 ms have passed since the last commit (or
 * `force`).
 */
int record_flush(struct record *r, uint64_t now_us, bool force, struct err *err);

struct record_totals {
	uint64_t inputs, artifacts,
	    by_state[STATE_COUNT]; /* judgements: an artifact counts in each input */
	enum state state;
};
/* Totals so far, from the database: what the exit code is decided by. */
int record_totals(struct record_totals *out, struct record *r, struct err *err);
/*
 * Written in spite of a signal. A signal that came before does not keep from reporting what was
 * recorded; one that comes after does.
 */
int record_end(struct record *r, enum run_status status, int exit_code,
    struct when finished, struct err *err);

/*
 * After the end. What the process returns after all, where a report or the output could not be
 * written.
 */
int record_exit(struct record *r, int exit_code, struct err *err);
/* A report as its octets go out, one at a time; then its file, which is there now. Commits. */
void record_report_begin(struct record *r);
void record_report_data(struct record *r, struct bytes data);
int record_report_end(struct record *r, const char *format, const char *path,
    struct when written, struct err *err);

#endif
