/* SPDX-License-Identifier: Apache-2.0 */
/* Writing one run. */
#include "audit/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/writer.h"
#include "codec/jsonscan.h"

#define BATCH_US ((uint64_t)500 * 1000)

/* --- transactions --- */

int
writer_fail(struct record *r)
{
	for (int i = 0; i < W_COUNT; i++)
		if (r->st[i] != NULL)
			sqlite3_reset(r->st[i]);
	handle_rollback(r->db);
	idcache_forget(r->artifacts);
	idcache_forget(r->certs);
	r->artifacts_open = 0;
	return -1;
}

int
writer_begin(struct record *r, struct err *err)
{
	if (r->db->open)
		return 0;
	r->opened_us = r->now_us;
	return handle_begin(r->db, err) == 0 ? 0 : writer_fail(r);
}

int
writer_commit(struct record *r, bool must, struct err *err)
{
	r->artifacts_open = 0;
	/* If it has to wait, it waits as long as a new batch would. */
	r->opened_us = r->now_us;
	return handle_commit(r->db, must, err) == 0 ? 0 : writer_fail(r);
}

int
record_flush(struct record *r, uint64_t now_us, bool force, struct err *err)
{
	if (now_us > r->now_us)
		r->now_us = now_us;
	if (!r->db->open)
		return 0;
	if (force || r->artifacts_open >= WRITER_BATCH ||
	    r->now_us - r->opened_us >= BATCH_US)
		return writer_commit(r, false, err);
	return 0;
}

/* --- the run --- */

static int
prepare(struct record *r, struct err *err)
{
	static const char *const names[W_COUNT] = {
#define X(id, name) name,
		WRITER_STATEMENTS(X)
#undef X
	};

	for (int i = 0; i < W_COUNT; i++)
		if (handle_prepare(&r->st[i], r->db, names[i], err) != 0)
			return -1;
	return 0;
}

int
writer_note(struct record *r, enum reason reason, struct str message, struct err *err)
{
	return writer_note_at(r, r->note_count++, reason, message, err);
}

int
writer_note_at(struct record *r, uint64_t seq, enum reason reason, struct str message,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_NOTE];

	bind_int(st, 1, r->run_id);
	bind_u64(st, 2, seq);
	bind_text(st, 3, reason_code(reason));
	bind_text(st, 4, severity_name(reason_row(reason)->severity));
	bind_str(st, 5, message.ptr == NULL ? STR("") : message);
	return writer_run(r, W_RUN_NOTE, err);
}

static int
put_notes(
    struct record *r, const struct record_run *run, const char *last, struct err *err)
{
	for (size_t i = 0; i < run->note_count; i++)
		if (writer_note(r, run->notes[i].reason, run->notes[i].message, err) != 0)
			return -1;
	/*
	 * Runs are ordered by their number, so nothing breaks; but somebody should know.
	 */
	if (strcmp(last, r->started) > 0) {
		struct str text =
		    arena_printf(&r->mem, "the run before began at %s", last);

		return writer_note(r, REASON_CLOCK_BACKWARD, text, err);
	}
	return 0;
}

static int
last_start(char out[WHEN_TEXT], struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_LAST];
	int got = handle_row(r->db, st, err);
	size_t len = got == 1 ? (size_t)sqlite3_column_bytes(st, 0) : 0;

	out[0] = '\0';
	if (len > 0 && len < WHEN_TEXT)
		memcpy(out, sqlite3_column_text(st, 0), len + 1);
	sqlite3_reset(st);
	return got < 0 ? -1 : 0;
}

/* SQLite's own check of JSON does not run in a schema that is not trusted. */
static int
check_json(const struct record_run *run, struct err *err)
{
	const struct str texts[] = { run->libraries, run->argv, run->limits };

	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].ptr != NULL &&
		    jsonscan(str_bytes(texts[i]), NULL, NULL, err) != 0)
			return -1;
	return 0;
}

/* The id may be given from outside, and a second try may give it again. */
static int
check_id(struct record *r, const struct record_run *run, struct err *err)
{
	struct where at = { .file = str_of(db_path(r->db)) };
	int64_t count;

	bind_str(r->st[W_RUN_HAS], 1, run->uuid);
	if (writer_id(&count, r, W_RUN_HAS, err) != 0)
		return -1;
	if (count > 0)
		return err_set(err, REASON_DB_RUN_ID, &at, "run %.*s is recorded already",
		    STR_ARG(run->uuid));
	return 0;
}

static int
put_run(struct record *r, const struct record_run *run, struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_PUT];
	char verify[WHEN_TEXT];

	when_format(verify, run->verify_time);
	bind_str(st, 1, run->uuid);
	bind_text(st, 2, r->db->uuid);
	bind_str(st, 3, run->series.ptr == NULL ? STR("default") : run->series);
	bind_str(st, 4, run->effect.ptr == NULL ? STR("audit") : run->effect);
	bind_text(st, 5, r->started);
	bind_text(st, 6, verify);
	bind_text(st, 7, run->verify_time_given ? "option" : "clock");
	bind_str(st, 8, run->tool_version.ptr == NULL ? STR("") : run->tool_version);
	bind_str(st, 9, run->tool_build.ptr == NULL ? STR("") : run->tool_build);
	bind_str(st, 10, run->libraries.ptr == NULL ? STR("{}") : run->libraries);
	bind_str(st, 11, run->argv.ptr == NULL ? STR("[]") : run->argv);
	bind_str(st, 12, run->limits.ptr == NULL ? STR("{}") : run->limits);
	bind_str(st, 13, run->host);
	bind_str(st, 14, run->operator_name);
	if (writer_run(r, W_RUN_PUT, err) != 0)
		return -1;
	r->run_id = sqlite3_last_insert_rowid(r->db->sql);
	return 0;
}

static int
start(struct record *r, const struct record_run *run, struct err *err)
{
	char last[WHEN_TEXT];

	when_format(r->started, run->started);
	if (check_json(run, err) != 0 || prepare(r, err) != 0 ||
	    writer_begin(r, err) != 0)
		return -1;
	if (check_id(r, run, err) != 0 || last_start(last, r, err) != 0 || put_run(r, run, err) != 0 ||
	    put_notes(r, run, last, err) != 0 || writer_documents(r, run, err) != 0 ||
	    writer_revocation(r, run, err) != 0)
		return writer_fail(r);
	arena_clear(&r->mem);
	return writer_commit(r, true, err);
}

int
record_begin(
    struct record **out, struct db *db, const struct record_run *run, struct err *err)
{
	AUTO(record_free) struct record *r = xmalloc(sizeof(*r));

	memset(r, 0, sizeof(*r));
	r->db = db;
	r->lib = ossl_new();
	r->hasher = hasher_new(r->lib);
	r->artifacts = idcache_new();
	r->certs = idcache_new();
	arena_init(&r->mem, 0);
	if (start(r, run, err) != 0)
		return -1;
	*out = TAKE(r);
	return 0;
}

int
record_note(struct record *r, const struct finding *note, struct err *err)
{
	if (writer_begin(r, err) != 0)
		return -1;
	if (writer_note(r, note->reason, note->message, err) != 0)
		return writer_fail(r);
	return writer_commit(r, false, err);
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	for (int i = 0; i < W_COUNT; i++)
		sqlite3_finalize(r->st[i]);
	handle_rollback(r->db);
	idcache_free(r->artifacts);
	idcache_free(r->certs);
	hasher_free(r->hasher);
	ossl_free(r->lib);
	arena_clear(&r->mem);
	free(r->inputs);
	free(r);
}

/* --- the end of the run --- */

static int
count_artifacts(struct record_totals *out, struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_TOTALS];
	int got;

	bind_int(st, 1, r->run_id);
	while ((got = handle_row(r->db, st, err)) == 1) {
		int rank = sqlite3_column_int(st, 0);
		uint64_t count = (uint64_t)sqlite3_column_int64(st, 1);

		out->by_state[rank] += count;
		out->artifacts += count;
		out->state = state_worst(out->state, (enum state)rank);
	}
	sqlite3_reset(st);
	return got;
}

static enum state
state_of_name(const char *name)
{
	for (int i = 0; i < STATE_COUNT; i++)
		if (name != NULL && strcmp(name, state_name((enum state)i)) == 0)
			return (enum state)i;
	return STATE_NONCOMPLIANT;
}

static int
count_inputs(struct record_totals *out, struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_TOTALS_INPUTS];
	int got;

	bind_int(st, 1, r->run_id);
	while ((got = handle_row(r->db, st, err)) == 1) {
		out->inputs += (uint64_t)sqlite3_column_int64(st, 1);
		out->state = state_worst(
		    out->state, state_of_name((const char *)sqlite3_column_text(st, 0)));
	}
	sqlite3_reset(st);
	return got;
}

int
record_totals(struct record_totals *out, struct record *r, struct err *err)
{
	bool ending = r->db->ending;
	int done;

	*out = (struct record_totals){ .state = STATE_NOT_APPLICABLE };
	/* A run has its end, however it comes to it. */
	r->db->ending = true;
	done = count_artifacts(out, r, err) != 0 ? -1 : count_inputs(out, r, err);
	r->db->ending = ending;
	if (done != 0)
		return -1;
	if (out->artifacts == 0)
		out->state = state_worst(out->state, STATE_UNKNOWN);
	return 0;
}

/*
 * A signal leaves no time for inputs with more than this in them. Until such an input has an end
 * nothing in it is known (v_judged), and the next run gives it one (audit/block.h).
 */
#define OPEN_MOST 1024

static int
too_many_open(bool *out, struct record *r, struct err *err)
{
	int64_t size;

	*out = false;
	if (r->db->stop == NULL || *r->db->stop == 0)
		return 0;
	bind_int(r->st[W_INPUT_OPEN_SIZE], 1, r->run_id);
	bind_int(r->st[W_INPUT_OPEN_SIZE], 2, OPEN_MOST + 1);
	if (writer_id(&size, r, W_INPUT_OPEN_SIZE, err) != 0)
		return -1;
	*out = size > OPEN_MOST;
	return 0;
}

/* Inputs that were begun and never ended: their artifacts are unknown. */
static int
end_open_inputs(struct record *r, struct err *err)
{
	bool later;

	bind_int(r->st[W_INPUT_UNTOUCHED], 1, r->run_id);
	bind_text(r->st[W_INPUT_UNTOUCHED], 2, BLOCK_NOT_ENDED);
	if (writer_run(r, W_INPUT_UNTOUCHED, err) != 0 ||
	    too_many_open(&later, r, err) != 0)
		return -1;
	while (!later) {
		const struct input_outcome o = { STATE_UNKNOWN,
			REASON_ARTIFACT_NOT_JUDGED, STR(BLOCK_NOT_ENDED) };
		int64_t input;

		bind_int(r->st[W_INPUT_OPEN], 1, r->run_id);
		if (writer_id(&input, r, W_INPUT_OPEN, err) != 0)
			return -1;
		if (input == 0)
			return 0;
		if (writer_settle(r, input, &o, o.state, false, err) != 0)
			return -1;
	}
	return 0;
}

/* The run that changes are told against: of all that is recorded, so that a later one cannot take its
 * place. "": none. */
static int
run_before(char out[37], struct record *r, struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_BEFORE];
	int got;

	out[0] = '\0';
	bind_int(st, 1, r->run_id);
	got = handle_row(r->db, st, err);
	if (got == 1)
		snprintf(out, 37, "%s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_reset(st);
	return got < 0 ? -1 : 0;
}

static int
end_run(struct record *r, enum run_status status, int exit_code, struct when finished,
    struct err *err)
{
	sqlite3_stmt *st = r->st[W_RUN_END];
	char text[WHEN_TEXT], before[37] = "";
	struct record_totals totals;

	if (end_open_inputs(r, err) != 0 || record_totals(&totals, r, err) != 0)
		return -1;
	/* What was not looked at is not known, and would look gone. */
	if (status != RUN_COMPLETE)
		totals.state = state_worst(totals.state, STATE_UNKNOWN);
	else if (run_before(before, r, err) != 0)
		return -1;
	when_format(text, finished);
	bind_int(st, 1, r->run_id);
	bind_text(st, 2, run_status_name(status));
	bind_text(st, 3, state_name(totals.state));
	bind_text(st, 4, text);
	bind_int(st, 5, exit_code);
	bind_text(st, 6, before[0] == '\0' ? NULL : before);
	return writer_run(r, W_RUN_END, err);
}

int
record_end(struct record *r, enum run_status status, int exit_code,
    struct when finished, struct err *err)
{
	int done;

	r->db->ending = true;
	if (writer_begin(r, err) != 0)
		return -1;
	if (end_run(r, status, exit_code, finished, err) != 0)
		return writer_fail(r);
	r->input_count = 0;
	done = writer_commit(r, true, err);
	/* What was cut short can still be reported; a signal from now on ends that, too. */
	r->db->ending = r->db->stop != NULL && *r->db->stop != 0;
	return done;
}
