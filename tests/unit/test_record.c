/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a run: what is kept, what is counted, what is refused. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/query.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"
#include "verdict/shape.h"

static unsigned file_number;
static char path[512];

static struct db *
new_db(void)
{
	snprintf(path, sizeof(path), "%s/%u.db", sample_folder(), file_number++);
	return sample_open(path, DB_WRITE, NULL);
}

/* Asked beside the writer, so only what was committed is seen. */
static const char *
ask(const char *question)
{
	static char answer[256];
	sqlite3_stmt *st = NULL;
	sqlite3 *sql = NULL;

	snprintf(answer, sizeof(answer), "NULL");
	if (sqlite3_open_v2(path, &sql, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(sql, question, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0) != NULL)
		snprintf(answer, sizeof(answer), "%s",
		    (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(sql);
	return answer;
}

static void
answers(const char *question, const char *want)
{
	is_str(str_of(ask(question)), want, "%s", question);
}

static void
clean(const char *what)
{
	is_str(str_of(ask("PRAGMA integrity_check")), "ok", "%s: integrity", what);
	is_str(str_of(ask("PRAGMA foreign_key_check")), "NULL", "%s: foreign keys", what);
}

static void
test_everything_is_kept(void)
{
	struct db *db = new_db();

	sample_two_runs(db);
	db_close(db);
	clean("two runs");
	answers(
	    "SELECT count(*) FROM run WHERE status='complete' AND state='NonCompliant'",
	    "2");
	answers("SELECT max(chain_seq) FROM run", "2");
	answers("SELECT exit_code || finished_at FROM run WHERE run_id=2",
	    "02026-11-21T02:00:07Z");
	answers("SELECT bytes FROM blob JOIN policy USING (digest)", SAMPLE_POLICY);
	answers("SELECT source_path FROM run_policy WHERE run_id=1",
	    "policy/trustpolicy.json");
	answers("SELECT count(*) FROM run_anchor", "2");
	answers("SELECT count(*) FROM trust_anchor", "1");
	answers("SELECT count(*) FROM certificate", "2");
	answers(
	    "SELECT count(*) FROM blob WHERE media_type='application/jose+json'", "2");
	answers(
	    "SELECT group_concat(name || ':' || outcome, ' ') FROM step WHERE evaluation_id=1",
	    "discovery:pass policy-match:pass envelope:pass binding:pass integrity:pass "
	    "authenticity:pass identity:pass revocation:skipped");
	answers("SELECT data FROM step WHERE evaluation_id=1 AND name='authenticity'",
	    "{\"depth\":1}");
	answers(
	    "SELECT trust_store || (anchor_id IS NOT NULL) FROM signature WHERE evaluation_id=1",
	    "ca:acme1");
	answers("SELECT count(*) FROM signature_cert WHERE evaluation_id=1", "2");
	answers(
	    "SELECT count(*) FROM evaluation e WHERE state<>'Compliant' AND NOT EXISTS "
	    "(SELECT 1 FROM finding f WHERE f.evaluation_id=e.evaluation_id)",
	    "0");
	answers(
	    "SELECT blocking || message FROM finding WHERE reason_code='policy.level-skip'",
	    "0Policy level is skip: not verified");
	answers(
	    "SELECT policy_id IS NOT NULL FROM evaluation WHERE evaluation_id=1", "1");
	answers("SELECT checked_at FROM evaluation WHERE evaluation_id=1",
	    "2026-11-20T02:00:00Z");
	answers("SELECT count(*) FROM edge WHERE kind='manifest'", "2");
	answers("SELECT hex(path) || path_text FROM input WHERE seq=1",
	    "62726F6B656EFF2E746172broken\\xFF.tar");
	/* printf 'assay-fp/1\nsignature.not-found\nsha256:ccc...\n' | sha256sum */
	answers("SELECT fingerprint FROM finding WHERE reason_code='signature.not-found'",
	    "2fa01357ad495df23d6c49f50368afa285ad1696611527cfe9d7d937b7dc8d21");
	answers("SELECT count(DISTINCT fingerprint) FROM finding WHERE reason_code="
		"'cert.untrusted'",
	    "3");
}

/* --- states of inputs --- */

enum {
	WITH_NODE = 1,
	WITH_GOOD = 2,
	WITH_BAD = 4,
	REFUSED = 8,
	CLASS_I = 16,
	CLASS_N = 32,
	WITH_SKIPPED = 64,
	CHANGED = 128 /* another file stands there, once it had ended */
};

static void
end_input(struct record *r, unsigned what)
{
	struct finding f = { .reason = REASON_TAR_PATH_ESCAPE,
		.blocking = (what & CLASS_I) != 0,
		.message = STR("../x"),
		FINDING_ALONE };
	struct input_record end = { .kind = INPUT_OCI_TAR,
		.compression = COMPRESSION_NONE,
		.findings = &f,
		.finding_count = (what & (CLASS_I | CLASS_N)) != 0 };

	ok(record_input_end(r, 0, (what & REFUSED) != 0 ? NULL : &end,
	       (what & REFUSED) != 0 ? REASON_TAR_DAMAGED : REASON_NONE, STR("detail"),
	       NULL) == 0,
	    "input ended");
}

static void
test_input_states(void)
{
	static const struct {
		unsigned what;
		const char *state, *reason, *evaluation;
	} rows[] = {
		{ WITH_NODE | WITH_GOOD, "Compliant", "NULL", "Compliant" },
		{ WITH_NODE | WITH_BAD, "NonCompliant", "NULL",
		    "NonCompliant cert.untrusted" },
		/* What blocks the input blocks what is in it. */
		{ WITH_NODE | WITH_GOOD | CLASS_I, "NonCompliant", "tar.path-escape",
		    "NonCompliant tar.path-escape" },
		{ WITH_NODE | WITH_SKIPPED | CLASS_I, "NonCompliant", "tar.path-escape",
		    "NonCompliant tar.path-escape" },
		{ WITH_NODE | WITH_BAD | CLASS_I, "NonCompliant", "tar.path-escape",
		    "NonCompliant cert.untrusted" },
		{ WITH_NODE | CLASS_I, "NonCompliant", "tar.path-escape",
		    "NonCompliant tar.path-escape" },
		{ WITH_NODE | WITH_GOOD | CLASS_N, "Compliant", "NULL", "Compliant" },
		{ WITH_NODE | WITH_SKIPPED, "NotApplicable", "NULL",
		    "NotApplicable policy.level-skip" },
		{ 0, "Unknown", "input.nothing-judged", "NULL" },
		{ CLASS_I, "NonCompliant", "tar.path-escape", "NULL" },
		{ REFUSED, "Unknown", "tar.damaged", "NULL" },
		{ WITH_NODE | REFUSED, "Error", "tar.damaged", "Unknown tar.damaged" },
		{ WITH_NODE | WITH_GOOD | REFUSED, "Error", "tar.damaged",
		    "Unknown tar.damaged" },
		{ WITH_NODE | WITH_SKIPPED | REFUSED, "Error", "tar.damaged",
		    "Unknown tar.damaged" },
		{ WITH_NODE | WITH_BAD | REFUSED, "NonCompliant", "tar.damaged",
		    "NonCompliant cert.untrusted" },
		{ WITH_NODE | WITH_GOOD | CHANGED, "Error", "input.changed",
		    "Unknown input.changed" },
		{ WITH_NODE | WITH_BAD | CHANGED, "NonCompliant", "input.changed",
		    "NonCompliant cert.untrusted" },
		{ WITH_NODE | WITH_GOOD | CLASS_I | CHANGED, "NonCompliant", "input.changed",
		    "NonCompliant tar.path-escape" },
		/* announced, and no verdict came */
		{ WITH_NODE, "Unknown", "NULL", "Unknown artifact.not-judged" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct db *db = new_db();
		struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
		struct record_totals totals;
		struct arena mem;
		struct verdict v;

		arena_init(&mem, 0);
		record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
		if ((rows[i].what & WITH_NODE) != 0)
			sample_node(r, 0, &mem, 'a', "a", NAME_REF);
		if ((rows[i].what & WITH_GOOD) != 0)
			sample_good(&v, &mem, 'a');
		if ((rows[i].what & WITH_BAD) != 0)
			sample_untrusted(&v, &mem, 'a');
		if ((rows[i].what & WITH_SKIPPED) != 0)
			sample_skipped(&v, &mem, 'a');
		if ((rows[i].what & (WITH_GOOD | WITH_BAD | WITH_SKIPPED)) != 0)
			ok(record_verdict(r, 0, &v, NULL) == 0, "verdict %zu", i);
		end_input(r, rows[i].what);
		if ((rows[i].what & CHANGED) != 0)
			ok(record_input_changed(
			       r, 0, REASON_INPUT_CHANGED, STR("another"), NULL) == 0,
			    "changed %zu", i);
		answers("SELECT state FROM input", rows[i].state);
		answers("SELECT reason_code FROM input", rows[i].reason);
		answers(
		    "SELECT state || coalesce(' ' || reason_code, '') FROM evaluation",
		    rows[i].evaluation);
		/* Why stands among the findings, and blocks. */
		answers(
		    "SELECT count(*) FROM evaluation e WHERE e.state_rank < 3 AND NOT EXISTS "
		    "(SELECT 1 FROM finding f WHERE f.evaluation_id=e.evaluation_id AND "
		    "f.reason_code=e.reason_code AND f.blocking=1)",
		    "0");
		answers(
		    "SELECT count(*) FROM evaluation e JOIN input i USING (input_id) "
		    "WHERE i.reason_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM finding f "
		    "WHERE f.evaluation_id=e.evaluation_id AND f.reason_code=i.reason_code)",
		    "0");
		answers(
		    "SELECT whole FROM input", (rows[i].what & (REFUSED | CHANGED)) != 0 ? "0" : "1");
		ok(record_totals(&totals, r, NULL) == 0, "totals");
		is_str(
		    str_of(state_name(totals.state)), rows[i].state, "state of the run");
		arena_clear(&mem);
		record_free(r);
		db_close(db);
	}
}

/* An artifact in two inputs: judged twice, counted twice. */
static void
test_judged_twice(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct record_totals totals;
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	for (uint64_t seq = 0; seq < 2; seq++) {
		record_input_begin(r, seq, BYTES_LIT("a.tar"), NULL);
		if (seq == 0)
			sample_good(&v, &mem, 'a');
		else
			sample_untrusted(&v, &mem, 'a');
		ok(record_verdict(r, seq, &v, NULL) == 0, "judged in input %" PRIu64,
		    seq);
		sample_input_end(r, seq);
	}
	ok(record_totals(&totals, r, NULL) == 0, "totals");
	is_u64(totals.inputs, 2, "two inputs");
	is_u64(totals.artifacts, 2, "an artifact counts in each input");
	is_u64(totals.by_state[STATE_NONCOMPLIANT], 1, "it is noncompliant in one");
	is_u64(totals.by_state[STATE_COMPLIANT], 1, "and compliant in the other");
	ok(totals.state == STATE_NONCOMPLIANT, "state of the run");
	answers("SELECT count(*) FROM evaluation", "2");
	answers(
	    "SELECT count(*) FROM blob WHERE media_type='application/jose+json'", "2");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
}

/* --- batches --- */

static void
test_batches(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;
	char want[32];
	int wrong = 0;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	for (int i = 0; i < 1000; i++) {
		arena_clear(&mem);
		sample_good(&v, &mem, 'a');
		v.digest = arena_printf(&mem, "sha256:%064d", i);
		wrong += record_verdict(r, 0, &v, NULL) != 0;
		record_flush(r, (uint64_t)i * 100, false, NULL);
		if (i % 200 == 100) {
			snprintf(want, sizeof(want), "%d", i / 256 * 256);
			answers("SELECT count(*) FROM evaluation", want);
			/* An artifact is there whole or not at all. */
			answers(
			    "SELECT count(*) FROM evaluation e WHERE (SELECT count(*) FROM step s "
			    "WHERE s.evaluation_id=e.evaluation_id) <> 8",
			    "0");
		}
	}
	is_u64((uint64_t)wrong, 0, "1000 artifacts recorded");
	sample_input_end(r, 0);
	ok(record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-21T02:10:00Z"), NULL) ==
		0,
	    "end");
	ok(db_commits(db) <= 1000 / 256 + 10, "%" PRIu64 " commits for 1000 artifacts",
	    db_commits(db));
	answers("SELECT count(*) FROM evaluation", "1000");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
	clean("1000 artifacts");
}

static void
test_half_a_second(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_flush(r, 1000000, false, NULL);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	sample_good(&v, &mem, 'a');
	record_verdict(r, 0, &v, NULL);
	record_flush(r, 1499999, false, NULL);
	answers("SELECT count(*) FROM evaluation", "0");
	record_flush(r, 1500000, false, NULL);
	answers("SELECT count(*) FROM evaluation", "1");
	sample_good(&v, &mem, 'b');
	record_verdict(r, 0, &v, NULL);
	record_flush(r, 1500001, false, NULL);
	answers("SELECT count(*) FROM evaluation", "1");
	record_flush(r, 1500001, true, NULL);
	answers("SELECT count(*) FROM evaluation", "2");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
}

/* --- the end --- */

static void
test_ends(void)
{
	static const struct {
		enum run_status status;
		const char *word, *state;
	} rows[] = {
		{ RUN_COMPLETE, "complete", "Unknown" },
		{ RUN_INTERRUPTED, "interrupted", "Unknown" },
		{ RUN_FAILED, "failed", "Unknown" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct db *db = new_db();
		struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
		struct arena mem;
		struct verdict v;

		arena_init(&mem, 0);
		record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
		sample_good(&v, &mem, 'a');
		record_verdict(r, 0, &v, NULL);
		sample_node(r, 0, &mem, 'b', "b", NAME_REF);
		ok(record_end(r, rows[i].status, 130, sample_time("2026-11-21T02:10:00Z"),
		       NULL) == 0,
		    "ended with an open input");
		answers("SELECT status FROM run", rows[i].word);
		answers("SELECT state FROM run", rows[i].state);
		answers("SELECT exit_code FROM run", "130");
		answers("SELECT state || reason_code FROM input",
		    "Unknownartifact.not-judged");
		/* One came in time, and yet its input was not read to its end. */
		answers(
		    "SELECT group_concat(state || ' ' || reason_code) FROM evaluation",
		    "Unknown artifact.not-judged,Unknown artifact.not-judged");
		arena_clear(&mem);
		record_free(r);
		db_close(db);
	}
}

/* What was given is told of, begun or not. */
static void
test_given(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	for (uint64_t seq = 0; seq < 3; seq++)
		ok(record_input_given(r, seq, BYTES_LIT("a.tar"), NULL) == 0, "given");
	record_input_begin(r, 1, BYTES_LIT("a.tar"), NULL);
	sample_good(&v, &mem, 'a');
	record_verdict(r, 1, &v, NULL);
	sample_input_end(r, 1);
	record_input_begin(r, 2, BYTES_LIT("a.tar"), NULL);
	ok(record_end(r, RUN_INTERRUPTED, 143, sample_time("2026-11-21T02:10:00Z"),
	       NULL) == 0,
	    "ended");
	answers(
	    "SELECT group_concat(seq || state || coalesce(reason_code, '-') || whole, ' ') "
	    "FROM input",
	    "0Unknownartifact.not-judged0 1Compliant-1 2Unknownartifact.not-judged0");
	answers("SELECT state FROM run", "Unknown");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
}

/* A run that was killed: who opens the file next ends it in its place. */
static void
test_killed(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	sample_good(&v, &mem, 'a');
	record_verdict(r, 0, &v, NULL);
	sample_untrusted(&v, &mem, 'b');
	record_verdict(r, 0, &v, NULL);
	sample_skipped(&v, &mem, 'c');
	record_verdict(r, 0, &v, NULL);
	record_input_begin(r, 1, BYTES_LIT("b.tar"), NULL);
	sample_good(&v, &mem, 'a');
	record_verdict(r, 1, &v, NULL);
	sample_input_end(r, 1);
	record_flush(r, 0, true, NULL);
	/* While it goes on, nothing is known of an input that has not ended. */
	answers("SELECT group_concat(input_id || state, ' ') FROM v_judged",
	    "1Unknown 1NonCompliant 1Unknown 2Compliant");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
	db_close(sample_open(path, DB_WRITE, NULL));
	answers("SELECT status || state || coalesce(exit_code, '-') FROM run",
	    "interruptedNonCompliant-");
	answers("SELECT group_concat(state || whole, ' ') FROM input",
	    "NonCompliant0 Compliant1");
	answers(
	    "SELECT group_concat(input_id || state || coalesce(reason_code, '-'), ' ') "
	    "FROM evaluation",
	    "1Unknownartifact.not-judged 1NonCompliantcert.untrusted "
	    "1Unknownartifact.not-judged 2Compliant-");
	answers(
	    "SELECT count(*) FROM finding f JOIN evaluation e USING (evaluation_id) "
	    "WHERE f.reason_code='artifact.not-judged' AND f.blocking=1 AND f.message="
	    "'the run ended before this input did' AND e.input_id=1",
	    "3");
	clean("killed");
}

static void
test_only_compliant(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	sample_good(&v, &mem, 'a');
	record_verdict(r, 0, &v, NULL);
	sample_input_end(r, 0);
	ok(record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-21T02:10:00Z"), NULL) ==
		0,
	    "end");
	answers("SELECT state FROM run", "Compliant");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
}

static void
test_empty_run(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");

	ok(record_end(r, RUN_COMPLETE, 3, sample_time("2026-11-21T02:00:01Z"), NULL) ==
		0,
	    "end");
	answers("SELECT state FROM run", "Unknown");
	record_free(r);
	db_close(db);
}

/* --- children are not believed --- */

static void
spoil(struct verdict *v, int how)
{
	switch (how) {
	case 0:
		v->state = STATE_COMPLIANT; /* with its reason left */
		break;
	case 1:
		v->reason = REASON_NONE;
		break;
	case 2:
		v->state = STATE_COMPLIANT; /* with a blocking finding */
		v->reason = REASON_NONE;
		break;
	case 3:
		v->state = STATE_EXEMPT;
		break;
	case 4:
		v->steps.v[5].reason = REASON_NONE;
		break;
	case 5:
		v->steps.v[0].signature = 7;
		break;
	case 6:
		v->findings.v[0].step = 99;
		break;
	case 7:
		v->signatures.v[0].envelope.len--; /* other octets under the digest */
		break;
	case 8:
		v->certs.v[0].der.len--;
		break;
	case 9:
		v->signatures.v[0].chain[0].value[0] ^= 1;
		break;
	case 10:
		v->level = LEVEL_COUNT;
		break;
	case 11:
		v->digest = STR("");
		break;
	case 12:
		v->steps.v[0].data = STR("{\"a\":1,}");
		break;
	case 13:
		v->signatures.v[0].format = FORMAT_COUNT;
		break;
	case 14:
		v->steps.v[0].action = ACTION_SKIP; /* skipped, and passed */
		break;
	default:
		break;
	}
}

/* As what comes over the pipe: it fits its shape, and the record takes it. */
static int
believe_verdict(struct record *r, const struct verdict *v, struct err *err)
{
	return shape_fits(&shape_verdict, v, NULL)
	    ? record_verdict(r, 0, v, err)
	    : err_set(err, REASON_PARSER_PROTOCOL, NULL, "does not fit");
}

static void
test_nonsense_is_refused(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct node_record node = { .digest = STR("sha256:x"),
		.class = CLASS_COUNT,
		.state = NODE_PRESENT,
		.found_by = FOUND_CHILD };
	struct edge_record edge = {
		.parent = STR("a"), .child = STR(""), .kind = EDGE_MANIFEST
	};
	struct err err;
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	for (int how = 0; how < 15; how++) {
		err.reason = REASON_NONE;
		sample_untrusted(&v, &mem, 'a');
		spoil(&v, how);
		ok(believe_verdict(r, &v, &err) == -1, "nonsense %d is refused", how);
		is_reason(err.reason, REASON_PARSER_PROTOCOL, "nonsense %d", how);
	}
	ok(!shape_fits(&shape_node, &node, NULL), "node with a wrong class");
	ok(record_edge(r, 0, &edge, &err) == -1, "edge to nowhere");
	node.class = CLASS_IMAGE;
	edge.child = STR("b");
	ok(shape_fits(&shape_node, &node, NULL) && shape_fits(&shape_edge, &edge, NULL),
	    "siblings: with a class, to somewhere");
	record_flush(r, 0, true, NULL);
	answers("SELECT count(*) FROM evaluation", "0");
	answers("SELECT count(*) FROM signature", "0");
	sample_untrusted(&v, &mem, 'a');
	ok(believe_verdict(r, &v, &err) == 0,
	    "sibling: the same verdict as it should be");
	err.reason = REASON_NONE;
	ok(record_verdict(r, 0, &v, &err) == -1, "the same artifact again in this input");
	is_reason(err.reason, REASON_PARSER_PROTOCOL, "judged twice");
	ok(record_verdict(r, 9, &v, &err) == -1, "an input that is not open");
	sample_input_end(r, 0);
	answers("SELECT count(*) FROM evaluation", "1");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
	clean("after nonsense");
}

/* Several inputs at once, their messages mixed. */
static void
test_mixed_inputs(void)
{
	struct db *db = new_db();
	struct record *r = sample_begin(db, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	for (uint64_t seq = 0; seq < 20; seq++)
		ok(record_input_begin(r, seq, BYTES_LIT("a.tar"), NULL) == 0, "begun");
	for (uint64_t seq = 20; seq-- > 0;) {
		sample_node(r, seq, &mem, (char)('a' + seq % 6), "n", NAME_REF);
		sample_good(&v, &mem, (char)('a' + seq % 6));
		ok(record_verdict(r, seq, &v, NULL) == 0, "judged");
	}
	for (uint64_t seq = 0; seq < 20; seq++)
		sample_input_end(r, seq);
	answers("SELECT count(*) FROM input WHERE state='Compliant'", "20");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
}

/* --- revocation --- */

static struct record *
begin_with(struct db *db, const char *uuid, const char *started,
    const struct record_revocation *list, size_t count)
{
	struct record *r = NULL;
	struct record_run run;
	struct err err = { .reason = REASON_NONE };

	sample_run(&run, uuid, started);
	run.revocation = list;
	run.revocation_count = count;
	if (record_begin(&r, db, &run, &err) != 0)
		tap_note("%s: %s", reason_code(err.reason), err.text);
	return r;
}

static void
test_revocation_is_kept(void)
{
	struct db *db = new_db();

	sample_revocation_run(db);
	db_close(db);
	clean("revocation");
	answers(
	    "SELECT group_concat(coalesce(revocation_id, '-') || ' ' || source_path || ' ' || "
	    "coalesce(reason_code, '-'), ', ') FROM run_revocation",
	    "1 crl/acme.crl -, 2 crl/delta.crl -, 3 ocsp/ca.ocsp -, 4 crl/old.crl -, "
	    "- crl/\\u{001B}[2Jnotes\\xFF.txt crl.malformed");
	answers(
	    "SELECT bytes FROM blob JOIN revocation_data USING (digest) WHERE revocation_id=1",
	    "crl 0a");
	answers(
	    "SELECT group_concat(media_type, ' ') FROM (SELECT DISTINCT media_type FROM "
	    "revocation_data JOIN blob USING (digest) ORDER BY 1)",
	    "application/ocsp-response application/pkix-crl");
	answers(
	    "SELECT issuer || issuer_key || number || this_update || next_update || entries "
	    "FROM revocation_data WHERE revocation_id=1",
	    "CN=Acme CA,O=Acme,ST=WA,C=USa1b2c30a2026-11-09T06:00:00Z2026-12-09T06:00:00Z3");
	answers(
	    "SELECT number || ' ' || base_number FROM revocation_data WHERE kind='delta-crl'",
	    "0b 0a");
	answers(
	    "SELECT (number IS NULL) || (scope IS NULL) FROM revocation_data WHERE kind='ocsp'",
	    "11");
	answers("SELECT u.url_sha256 = d.digest FROM run_revocation u, revocation_data d "
		"WHERE u.seq=3 AND d.revocation_id=1",
	    "1");
	answers("SELECT next_update FROM revocation_data WHERE revocation_id=4", "NULL");
	answers("SELECT reason_code || ' ' || message FROM run_note",
	    "crl.malformed crl/\\u{001B}[2Jnotes\\xFF.txt: no DER");
}

/* Octets of one list stand once, however often it is there; those of a large one not at all. */
static void
test_revocation_octets(void)
{
	struct db *db = new_db();
	struct arena mem;
	uint8_t *large = calloc(1, RECORD_REVOCATION_KEPT + 1);

	arena_init(&mem, 0);
	struct record_revocation list[] = {
		sample_list(&mem, "crl", "crl/a.crl", "01"),
		sample_list(&mem, "crl", "crl/b.crl", "01"),
		sample_list(&mem, "crl", "crl/large.crl", "02"),
		sample_list(&mem, "crl", "crl/just.crl", "03"),
	};
	list[2].der = bytes_of(large, RECORD_REVOCATION_KEPT + 1);
	list[3].der = bytes_of(large, RECORD_REVOCATION_KEPT);
	sample_sha256(&list[2].sha256, list[2].der);
	sample_sha256(&list[3].sha256, list[3].der);
	for (int run = 0; run < 2; run++)
		record_free(begin_with(db, run == 0 ? SAMPLE_FIRST : SAMPLE_SECOND,
		    "2026-11-21T02:00:00Z", list, COUNT(list)));
	answers("SELECT count(*) FROM run_revocation", "8");
	answers("SELECT count(*) FROM revocation_data", "3");
	answers("SELECT size || ' ' || (bytes IS NULL) FROM blob JOIN revocation_data "
		"USING (digest) WHERE number='02'",
	    "1048577 1");
	answers("SELECT size || ' ' || (bytes IS NULL) FROM blob JOIN revocation_data "
		"USING (digest) WHERE number='03'",
	    "1048576 0");
	answers("SELECT count(*) FROM run_note", "0");
	db_close(db);
	clean("large lists");
	free(large);
	arena_clear(&mem);
}

struct told { /* what differs between lists */
	const char *kind, *issuer, *key, *scope, *number;
};

static struct record_revocation
list_of(struct arena *mem, const struct told *t, const char *path_name)
{
	struct record_revocation r = sample_list(mem, t->kind, path_name, t->number);

	r.issuer = str_of(t->issuer);
	r.issuer_key = str_of(t->key);
	r.scope = t->scope == NULL ? (struct bytes){ 0 } : str_bytes(str_of(t->scope));
	r.der = str_bytes(arena_printf(
	    mem, "%s|%s|%s|%s|%s", t->kind, t->issuer, t->key, t->scope, t->number));
	sample_sha256(&r.sha256, r.der);
	return r;
}

/* RFC 5280 section 5.2.3: numbers of one issuer and scope only grow. */
static void
bad_R05_rollback(void)
{
	static const struct {
		struct told before, now, also; /* also: kind NULL, nothing */
		const char *notes, *why;
	} rows[] = {
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, "04" }, { 0 }, "1", "lower" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, "05" }, { 0 }, "0", "the same" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, "06" }, { 0 }, "0", "higher" },
		{ { "crl", "CN=A", "01", NULL, "0100" },
		    { "crl", "CN=A", "01", NULL, "ff" }, { 0 }, "1",
		    "lower by an octet" },
		{ { "crl", "CN=A", "01", NULL, "ff" },
		    { "crl", "CN=A", "01", NULL, "0100" }, { 0 }, "0",
		    "higher by an octet" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=B", "01", NULL, "04" }, { 0 }, "0", "another issuer" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "02", NULL, "04" }, { 0 }, "0",
		    "another key of that name" },
		{ { "crl", "CN=A", NULL, NULL, "05" },
		    { "crl", "CN=A", NULL, NULL, "04" }, { 0 }, "1", "no key told" },
		{ { "crl", "CN=A", "01", "one", "05" },
		    { "crl", "CN=A", "01", "two", "04" }, { 0 }, "0", "another scope" },
		{ { "crl", "CN=A", "01", "one", "05" },
		    { "crl", "CN=A", "01", "one", "04" }, { 0 }, "1", "the same scope" },
		{ { "delta-crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, "04" }, { 0 }, "0", "another kind" },
		{ { "crl", "CN=A", "01", NULL, NULL },
		    { "crl", "CN=A", "01", NULL, "04" }, { 0 }, "0", "no number before" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, NULL }, { 0 }, "0", "no number now" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, "04" },
		    { "crl", "CN=A", "01", NULL, "05" }, "0", "lower beside the newest" },
		{ { "crl", "CN=A", "01", NULL, "05" },
		    { "crl", "CN=A", "01", NULL, "03" },
		    { "crl", "CN=A", "01", NULL, "04" }, "1",
		    "two lower ones, one note" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct db *db = new_db();
		struct record_revocation list[2];
		struct arena mem;

		arena_init(&mem, 0);
		list[0] = list_of(&mem, &rows[i].before, "crl/a.crl");
		record_free(
		    begin_with(db, SAMPLE_FIRST, "2026-11-20T02:00:00Z", list, 1));
		list[0] = list_of(&mem, &rows[i].now, "crl/b.crl");
		if (rows[i].also.kind != NULL)
			list[1] = list_of(&mem, &rows[i].also, "crl/c.crl");
		record_free(begin_with(db, SAMPLE_SECOND, "2026-11-21T02:00:00Z", list,
		    rows[i].also.kind != NULL ? 2 : 1));
		is_str(
		    str_of(ask(
			"SELECT count(*) FROM run_note WHERE reason_code='crl.rollback' "
			"AND run_id=2")),
		    rows[i].notes, "bad_R05_rollback: %s", rows[i].why);
		if (i == 0)
			answers("SELECT message FROM run_note",
			    "crl/b.crl: number 04, but run " SAMPLE_FIRST
			    " of 2026-11-20T02:00:00Z had number 05 of this issuer");
		db_close(db);
		arena_clear(&mem);
	}
}

int
main(void)
{
	test_everything_is_kept();
	test_input_states();
	test_judged_twice();
	test_batches();
	test_half_a_second();
	test_ends();
	test_given();
	test_killed();
	test_only_compliant();
	test_empty_run();
	test_nonsense_is_refused();
	test_mixed_inputs();
	test_revocation_is_kept();
	test_revocation_octets();
	bad_R05_rollback();
	return tap_done();
}
