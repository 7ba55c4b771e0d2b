/* SPDX-License-Identifier: Apache-2.0 */
/* Judgements that are there, under what became of their input. */
#include "audit/bind.h"
#include "audit/block.h"

#include "codec/hex.h"
#include "crypto/ossl.h"

void
block_fingerprint(char out[65], struct hasher *h, const char *code, struct str digest,
    const char *envelope)
{
	struct digest d;

	hasher_begin(h, DIGEST_SHA256);
	hasher_add(h, BYTES_LIT("assay-fp/1\n"));
	hasher_add(h, str_bytes(str_of(code)));
	hasher_add(h, BYTES_LIT("\n"));
	hasher_add(h, str_bytes(digest));
	hasher_add(h, BYTES_LIT("\n"));
	hasher_add(h, str_bytes(str_of(envelope)));
	hasher_end(h, &d);
	hex_encode(out, digest_value(&d));
}

/* --- one input --- */

struct block { /* statements of schema/statements.sql */
	sqlite3_stmt *next, *state, *finding;
	struct db *db;
	struct hasher *hasher;
	const struct input_outcome *o;
};

struct judged { /* one evaluation, as it stands */
	int64_t artifact, evaluation, findings;
	enum state state;
	enum reason reason;
	char print[65];
};

/* 1: the one after `after`; 0: no more. */
static int
next_judged(struct judged *out, const struct block *b, int64_t input, int64_t after,
    struct err *err)
{
	int got;

	bind_int(b->next, 1, input);
	bind_int(b->next, 2, after);
	got = handle_row(b->db, b->next, err);
	if (got == 1) {
		const char *code = (const char *)sqlite3_column_text(b->next, 3);
		const char *digest = (const char *)sqlite3_column_text(b->next, 4);

		out->artifact = sqlite3_column_int64(b->next, 0);
		out->evaluation = sqlite3_column_int64(b->next, 1);
		out->state = (enum state)sqlite3_column_int(b->next, 2);
		out->reason =
		    b->o->reason; /* none, or one that this version does not know */
		(void)reason_find(&out->reason, str_of(code));
		out->findings = sqlite3_column_int64(b->next, 5);
		block_fingerprint(
		    out->print, b->hasher, reason_code(b->o->reason), str_of(digest), "");
	}
	sqlite3_reset(b->next);
	return got;
}

static int
block_one(const struct block *b, struct judged *j, struct err *err)
{
	const struct finding f = { .reason = b->o->reason,
		.blocking = true,
		.message = b->o->detail.ptr == NULL ? str_of(reason_row(b->o->reason)->title)
						    : b->o->detail,
		FINDING_ALONE };

	outcome_apply(b->o, &j->state, &j->reason);
	bind_int(b->state, 1, j->evaluation);
	bind_text(b->state, 2, state_name(j->state));
	bind_text(b->state, 3, reason_code(j->reason));
	bind_finding(b->finding, &f);
	bind_int(b->finding, bind_param(b->finding, "evaluation_id"), j->evaluation);
	bind_int(b->finding, bind_param(b->finding, "seq"), j->findings);
	bind_text(b->finding, bind_param(b->finding, "fingerprint"), j->print);
	return handle_run(b->db, b->state, err) != 0 ||
		       handle_run(b->db, b->finding, err) != 0
		   ? -1
		   : 0;
}

int
block_artifacts(struct db *db, struct hasher *h, int64_t input,
    const struct input_outcome *o, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *next = NULL, *state = NULL, *finding = NULL;
	struct judged j = { .artifact = 0 };
	struct block b = { .db = db, .hasher = h, .o = o };
	int got;

	if (o->reason == REASON_NONE)
		return 0;
	if (handle_prepare(&next, db, "judged-next", err) != 0 ||
	    handle_prepare(&state, db, "judged-state", err) != 0 ||
	    handle_prepare(&finding, db, "finding-put", err) != 0)
		return -1;
	b.next = next;
	b.state = state;
	b.finding = finding;
	while ((got = next_judged(&j, &b, input, j.artifact, err)) == 1) {
		if (handle_stopped(db))
			return handle_interrupted(db, err);
		if (block_one(&b, &j, err) != 0)
			return -1;
	}
	return got;
}

/* --- runs that were killed --- */

static int
run_named(struct db *db, const char *name, const char *value, struct err *err)
{
	AUTO(sqlite3_finalize) sqlite3_stmt *st = NULL;

	if (handle_prepare(&st, db, name, err) != 0)
		return -1;
	bind_text(st, 1, value);
	return handle_run(db, st, err);
}

static int
stale_artifacts(struct db *db, struct hasher *h, struct err *err)
{
	const struct input_outcome o = { STATE_UNKNOWN, REASON_ARTIFACT_NOT_JUDGED,
		STR(BLOCK_NOT_ENDED) };
	AUTO(sqlite3_finalize) sqlite3_stmt *st = NULL;
	int64_t input = 0;
	int got;

	if (handle_prepare(&st, db, "stale-next", err) != 0)
		return -1;
	for (;;) {
		bind_int(st, 1, input);
		got = handle_row(db, st, err);
		input = got == 1 ? sqlite3_column_int64(st, 0) : 0;
		sqlite3_reset(st);
		if (got != 1)
			return got;
		if (block_artifacts(db, h, input, &o, err) != 0)
			return -1;
	}
}

int
block_stale(struct db *db, const char *now, struct err *err)
{
	struct ossl *lib = ossl_new();
	struct hasher *h = hasher_new(lib);
	int done = stale_artifacts(db, h, err);

	hasher_free(h);
	ossl_free(lib);
	if (done != 0 || run_named(db, "stale-inputs", BLOCK_NOT_ENDED, err) != 0)
		return -1;
	return run_named(db, "stale-runs", now, err);
}
