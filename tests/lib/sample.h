/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_SAMPLE_H
#define TESTS_LIB_SAMPLE_H
/*
 * Recorded runs made by hand, with fixed octets and times: for the tests of the record
 * and of the reports. No cryptography: "certificates" are any octets under their right
 * digest.
 */
#include "audit/record.h"

#define SAMPLE_POLICY "{\"version\":\"1.0\",\"trustPolicies\":[]}"
#define SAMPLE_FIRST "11111111-1111-4111-8111-111111111111"
#define SAMPLE_SECOND "22222222-2222-4222-8222-222222222222"

/* A scratch folder, new, below $TMPDIR or /tmp; removed with all in it at exit. */
const char *sample_folder(void);
/* FOLDER/NAME in static memory, sixteen at a time. */
const char *sample_path(const char *name);

struct when sample_time(const char *text);
struct db *sample_open(const char *path, enum db_mode mode, struct err *err);
/* SHA-256 of any octets. */
void sample_sha256(struct digest *out, struct bytes data);
/* A run with one policy and one anchor. `docs` and the like live in static memory. */
void sample_run(struct record_run *run, const char *uuid, const char *started);
struct record *sample_begin(struct db *db, const char *uuid, const char *started);

/* "sha256:" and 64 times the digit. */
struct str sample_digest(struct arena *mem, char digit);
void sample_node(struct record *r, uint64_t seq, struct arena *mem, char digit,
    const char *name, enum name_source source);
/* A verdict about that node; the caller adds steps and closes it. */
void sample_verdict(struct verdict *v, struct arena *mem, char digit);
/* A signature that stands for a Notation JWS envelope; `valid` or not. */
int sample_signature(struct verdict *v, const char *envelope, bool valid);
/* The verdict of a good, of an untrusted, and of a skipped artifact, closed. */
void sample_good(struct verdict *v, struct arena *mem, char digit);
void sample_untrusted(struct verdict *v, struct arena *mem, char digit);
void sample_skipped(struct verdict *v, struct arena *mem, char digit);
void sample_input_end(struct record *r, uint64_t seq);

/* The two runs of the report tests: "nightly", the second compared with the first. */
void sample_two_runs(struct db *db);

/* A revocation list of CN=Acme CA, or an OCSP response about it, with octets of its own. */
struct record_revocation sample_list(
    struct arena *mem, const char *kind, const char *path, const char *number);
/* What a child tells of the revocation of one certificate, as a step with these data. */
void sample_asked(struct verdict *v, struct arena *mem, char digit, enum reason reason,
    struct str data);
/*
 * A run with revocation data: a list with its delta and a response are in use, another list
 * is not, one file is useless, one certificate has no data.
 */
#define SAMPLE_REVOCATION "33333333-3333-4333-8333-333333333333"
void sample_revocation_run(struct db *db);

#endif
