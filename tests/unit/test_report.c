/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of runs made by hand, compared octet for octet with fixtures/reports/; UPDATE=1
 * writes these anew. Catalogue rows H: what is hostile in names and subjects never
 * reaches a reader raw.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/jsonscan.h"
#include "codec/text.h"
#include "report/explain.h"
#include "tests/lib/dbfile.h"
#include "tests/lib/sample.h"
#include "tests/lib/tap.h"

static struct buf text = { .max = 64 << 20 };

static int
to_text(void *ctx, struct bytes data, struct err *err)
{
	(void)err;
	return buf_add(ctx, data);
}

static bool
write_report(struct db *db, const char *format, const struct report_options *options)
{
	struct report_sink sink = { to_text, &text };
	struct err err = { .reason = REASON_NONE };

	buf_reset(&text);
	if (report_find(str_of(format))->write(&sink, db, options, &err) == 0)
		return true;
	tap_note("%s: %s", reason_code(err.reason), err.text);
	return false;
}

static bool
has(const char *part)
{
	return strstr(buf_cstr(&text), part) != NULL;
}

static uint64_t
count_of(const char *part)
{
	const char *from = buf_cstr(&text);
	uint64_t n = 0;

	for (; (from = strstr(from, part)) != NULL; from += strlen(part))
		n++;
	return n;
}

static bool
begins(const char *part)
{
	return strncmp(buf_cstr(&text), part, strlen(part)) == 0;
}

static void
replace(const char *what, const char *with)
{
	AUTO(buf_clear) struct buf out = { .max = 64 << 20 };
	const char *from = buf_cstr(&text);

	for (const char *hit; (hit = strstr(from, what)) != NULL;
	     from = hit + strlen(what)) {
		buf_add(&out, bytes_of(from, (size_t)(hit - from)));
		buf_text(&out, with);
	}
	buf_text(&out, from);
	buf_reset(&text);
	buf_add(&text, buf_bytes(&out));
}

/* What differs from one test to the next: the path and the id of the database. */
static void
golden(struct db *db, const char *name)
{
	const char *update = getenv("UPDATE");
	char path[1024];
	int fd;

	replace(db_path(db), "/var/lib/assay/audit.db");
	replace(db_uuid(db), "00000000-0000-4000-8000-000000000000");
	if (update != NULL && update[0] == '1') {
		snprintf(
		    path, sizeof(path), "%s/fixtures/reports/%s", tap_srcdir(), name);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		ok(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len,
		    "%s written", name);
		close(fd);
		return;
	}
	is_bytes(buf_bytes(&text), tap_file(0, "fixtures/reports/%s", name), "%s", name);
}

static void
test_golden(struct db *db)
{
	static const struct {
		const char *file, *format;
		struct report_options options;
	} rows[] = {
		{ "pipe.txt", "text", { .run_id = 2 } },
		{ "all.txt", "text", { .run_id = 2, .all = true } },
		{ "terminal-80.txt", "text",
		    { .run_id = 2, .width = 80, .color = true } },
		{ "terminal-140.txt", "text",
		    { .run_id = 2, .width = 140, .all = true } },
		{ "first.txt", "text", { .run_id = 1 } },
		{ "second.csv", "csv", { .run_id = 2 } },
		{ "second.json", "json", { .run_id = 2 } },
		{ "first.json", "json", { .run_id = 1 } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (ok(write_report(db, rows[i].format, &rows[i].options), "%s",
			rows[i].file))
			golden(db, rows[i].file);
	}
}

static void
test_explain(struct db *db)
{
	static const struct {
		const char *artifact, *file;
		enum reason want;
	} rows[] = {
		{ "sha256:aaaaaaaaaaaa", "explain-untrusted.txt", REASON_NONE },
		{ "registry.example/multi:2.0", "explain-index.txt", REASON_NONE },
		{ "eeeeee", "explain-hostile-name.txt", REASON_NONE },
		{ "222222", "explain-absent.txt", REASON_NONE },
		{ "sha256:", NULL, REASON_DB_ARTIFACT },
		{ "registry.example/nothing", NULL, REASON_DB_ARTIFACT },
		{ "dddddddd", NULL, REASON_DB_ARTIFACT },
		{ "", NULL, REASON_DB_ARTIFACT },
	};
	const struct report_options options = { .run_id = 2 };
	struct report_sink sink = { to_text, &text };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { .reason = REASON_NONE };
		int got;

		buf_reset(&text);
		got = explain_write(&sink, db, &options, str_of(rows[i].artifact), &err);
		is_reason(got == 0 ? REASON_NONE : err.reason, rows[i].want, "explain %s",
		    rows[i].artifact);
		if (rows[i].file != NULL)
			golden(db, rows[i].file);
	}
}

static void
test_schema(struct db *db, int64_t run_id)
{
	const char *file = sample_path("report.json");
	struct err err = { .reason = REASON_NONE };
	const struct report_options options = { .run_id = run_id };
	char command[2048];

	ok(report_file(report_find(STR("json")), db, &options, file, NULL, &err) == 0,
	    "report as a file");
	if (system("python3 -c 'import jsonschema' >/dev/null 2>&1") != 0) {
		tap_skip("no python3 with jsonschema");
		return;
	}
	snprintf(command, sizeof(command),
	    "python3 -W ignore -c 'import json,sys,jsonschema as j;"
	    "s=json.load(open(sys.argv[1]));j.Draft7Validator.check_schema(s);"
	    "e=list(j.Draft7Validator(s).iter_errors(json.load(open(sys.argv[2]))));"
	    "[print(\"#\",x.message[:200]) for x in e];sys.exit(len(e)>0)' "
	    "'%s/schema/assay-report-1.schema.json' '%s'",
	    tap_srcdir(), file);
	ok(system(command) == 0, "valid by the schema");
}

/* --- revocation --- */

static void
test_revocation(void)
{
	static const struct {
		const char *file, *format;
		struct report_options options;
	} rows[] = {
		{ "revocation.txt", "text", { .run_id = 1, .all = true } },
		{ "revocation.json", "json", { .run_id = 1 } },
	};
	struct db *db = sample_open(sample_path("revocation.db"), DB_WRITE, NULL);
	struct report_sink sink = { to_text, &text };

	sample_revocation_run(db);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (ok(write_report(db, rows[i].format, &rows[i].options), "%s",
			rows[i].file))
			golden(db, rows[i].file);
	}
	buf_reset(&text);
	ok(explain_write(&sink, db, &rows[0].options, STR("aaaaaaaa"), NULL) == 0,
	    "explain");
	golden(db, "explain-revocation.txt");
	test_schema(db, 1);
	db_close(db);
}

/* A run with these files, whose one artifact asks and finds what `data` say. */
static void
one_line(const char *name, const struct record_revocation *list, size_t count,
    const char *data, const char *want)
{
	struct db *db = sample_open(sample_path(name), DB_WRITE, NULL);
	const struct report_options options = { .run_id = 1 };
	struct record *r = NULL;
	struct record_run run;
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	sample_run(&run, SAMPLE_FIRST, "2026-11-21T02:00:00Z");
	run.revocation = list;
	run.revocation_count = count;
	ok(record_begin(&r, db, &run, NULL) == 0, "%s", name);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	sample_asked(&v, &mem, 'a', REASON_NONE, str_of(data));
	record_verdict(r, 0, &v, NULL);
	sample_input_end(r, 0);
	record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-21T02:00:01Z"), NULL);
	write_report(db, "text", &options);
	if (want != NULL)
		ok(has(want), "%s", name);
	else
		ok(!has("\n  revocation"), "%s: no line", name);
	record_free(r);
	arena_clear(&mem);
	db_close(db);
}

static void
test_revocation_line(void)
{
	static const char nobody[] =
	    "{\"certificates\":[{\"subject\":\"CN=a\",\"serial\":\"01\",\"method\":"
	    "\"none\",\"result\":\"non-revokable\"}]}";
	static const char asked[] =
	    "{\"certificates\":[{\"subject\":\"CN=a\",\"serial\":\"01\",\"method\":"
	    "\"crl\",\"result\":\"unknown\",\"reason\":\"revocation.no-data\"}]}";
	static const char used[] =
	    "{\"certificates\":[{\"subject\":\"CN=a\",\"serial\":\"01\",\"method\":"
	    "\"crl\",\"result\":\"good\",\"sha256\":\"%.*s\"}]}";
	struct record_revocation two[2],
	    useless = { .path = STR("crl/x"), .reason = REASON_CRL_MALFORMED };
	char data[512], digest[DIGEST_TEXT];
	struct arena mem;

	arena_init(&mem, 0);
	two[0] = sample_list(&mem, "crl", "crl/a.crl", "01");
	two[1] = useless;
	digest_format(digest, &two[0].sha256);
	snprintf(data, sizeof(data), used, (int)strlen(digest), digest);
	one_line("l0.db", NULL, 0, nobody, NULL);
	one_line("l1.db", NULL, 0, asked, "\n  revocation no data\n");
	one_line("l2.db", two, 1, nobody, "\n  revocation 1 list, none in use\n");
	one_line("l3.db", two, 1, asked,
	    "\n  revocation 1 list, none in use; nothing on 1 certificate\n");
	one_line("l4.db", two, 2, data,
	    "\n  revocation 1 list, oldest in use 11 days old (crl/a.crl, 2026-11-09); "
	    "1 file unusable\n");
	one_line(
	    "l5.db", &useless, 1, asked, "\n  revocation no data; 1 file unusable\n");
	two[0].this_update = sample_time("2026-11-20T03:00:00Z");
	one_line("l6.db", two, 1, data,
	    "\n  revocation 1 list, oldest in use 23 hours old (crl/a.crl, 2026-11-20)\n");
	/* From a future that the clocks' difference allows. */
	two[0].this_update = sample_time("2026-11-21T02:04:00Z");
	one_line("l7.db", two, 1, data,
	    "\n  revocation 1 list, oldest in use 0 hours old (crl/a.crl, 2026-11-21)\n");
	two[0] = sample_list(&mem, "ocsp", "ocsp/a", NULL);
	one_line(
	    "l8.db", two, 1, nobody, "\n  revocation 1 OCSP response, none in use\n");
	arena_clear(&mem);
}

static void
test_same_twice(struct db *db)
{
	AUTO(buf_clear) struct buf first = { .max = 1 << 20 };
	const struct report_options options = { .run_id = 2 };

	for (const struct report_format *f = report_formats; f->name != NULL; f++) {
		write_report(db, f->name, &options);
		buf_reset(&first);
		buf_add(&first, buf_bytes(&text));
		write_report(db, f->name, &options);
		is_bytes(buf_bytes(&text), buf_bytes(&first), "%s: twice the same octets",
		    f->name);
	}
	ok(report_find(STR("sarif")) == NULL, "a format that is not there");
}

static void
test_report_file(struct db *db)
{
	const struct report_options options = { .run_id = 99 };
	struct err err = { .reason = REASON_NONE };
	const char *file = sample_path("none.json");

	ok(report_file(report_find(STR("json")), db, &options, file, NULL, &err) == -1,
	    "no such run");
	is_reason(err.reason, REASON_DB_RUN, "no such run");
	ok(access(file, F_OK) != 0, "and no file is left");
	ok(report_file(report_find(STR("csv")), db, &options,
	       sample_path("no/such/x.csv"), NULL, &err) == -1,
	    "a folder that is not there");
}

/* --- runs with something to say in the first lines --- */

static struct record *
other_run(struct db *db, const char *uuid, bool given)
{
	struct record_run run;
	struct record *r = NULL;

	sample_run(&run, uuid, "2026-11-22T02:00:00Z");
	run.series = STR("other");
	run.verify_time_given = given;
	if (given)
		run.verify_time = sample_time("2025-06-01T00:00:00Z");
	ok(record_begin(&r, db, &run, NULL) == 0, "run begun");
	return r;
}

static void
test_first_lines(void)
{
	struct db *db = sample_open(sample_path("lines.db"), DB_WRITE, NULL);
	struct report_options options = { .run_id = 1 };
	struct record *r = other_run(db, SAMPLE_FIRST, false);

	write_report(db, "text", &options);
	ok(begins("INCOMPLETE: this run is still running"), "a running run");
	record_end(r, RUN_INTERRUPTED, 130, sample_time("2026-11-22T02:00:01Z"), NULL);
	write_report(db, "text", &options);
	ok(begins("INCOMPLETE: this run was interrupted"), "an interrupted run");
	ok(has("Unknown: nothing was judged"), "nothing was judged");
	ok(has("compliant  n/a (0 of 0)"), "never 0 %% nor 100 %%");
	ok(has("nothing to compare with: this run is not complete"), "not compared");
	write_report(db, "json", &options);
	ok(has("\"compliant_permille\": null") && has("\"compared_with\": null"),
	    "null in JSON");
	record_free(r);
	r = other_run(db, SAMPLE_SECOND, true);
	record_end(r, RUN_FAILED, 1, sample_time("2026-11-22T02:00:01Z"), NULL);
	options.run_id = 2;
	write_report(db, "text", &options);
	ok(begins("INCOMPLETE: this run failed"), "a failed run");
	ok(has("Judged as of 2025-06-01T00:00:00Z, a time GIVEN BY OPTION (--at)"),
	    "a time that was given");
	record_free(r);
	db_close(db);
}

/* A folder of junk does not push the verdict off the screen. */
static void
test_many_notes(void)
{
	struct db *db = sample_open(sample_path("notes.db"), DB_WRITE, NULL);
	const struct report_options options = { .run_id = 1 };
	struct record_revocation list[30] = { 0 };
	struct record *r = NULL;
	struct record_run run;

	for (size_t i = 0; i < COUNT(list); i++)
		list[i] = (struct record_revocation){ .path = STR("crl/junk"),
			.reason = i < 25 ? REASON_CRL_MALFORMED : REASON_OCSP_MALFORMED };
	sample_run(&run, SAMPLE_FIRST, "2026-11-22T02:00:00Z");
	run.revocation = list;
	run.revocation_count = COUNT(list);
	ok(record_begin(&r, db, &run, NULL) == 0, "run begun");
	write_report(db, "text", &options);
	is_u64(count_of("\nNote: Revocation list is malformed"), 10, "ten of a kind");
	ok(has("\nNote: 15 more [crl.malformed]\n"), "and how many more");
	is_u64(count_of("[ocsp.malformed]"), 5, "another kind, all of it");
	ok(has("; 30 files unusable\n"), "all are counted");
	write_report(db, "json", &options);
	is_u64(count_of("\"message\": \"crl/junk\""), 30, "all in JSON");
	record_free(r);
	db_close(db);
}

/* Of 1000 artifacts 999: never 100 %. */
static void
test_percentage_is_a_floor(void)
{
	struct db *db = sample_open(sample_path("floor.db"), DB_WRITE, NULL);
	struct record *r = other_run(db, SAMPLE_FIRST, false);
	const struct report_options options = { .run_id = 1 };
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a.tar"), NULL);
	for (int i = 0; i < 1500; i++) {
		arena_clear(&mem);
		if (i == 7)
			sample_untrusted(&v, &mem, 'a');
		else
			sample_good(&v, &mem, 'a');
		v.digest = arena_printf(&mem, "sha256:%064d", i);
		record_verdict(r, 0, &v, NULL);
	}
	sample_input_end(r, 0);
	record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-22T02:00:01Z"), NULL);
	write_report(db, "text", &options);
	ok(has("compliant  99.9 % (1499 of 1500)"), "99.93 %% is 99.9 %%");
	ok(begins("NonCompliant: 1 of 1500 artifacts not compliant"),
	    "and the first line says so");
	arena_clear(&mem);
	record_free(r);
	db_close(db);
}

/* --- hostile text --- */

static struct db *
hostile_run(const char *file, const char *name)
{
	struct db *db = sample_open(sample_path(file), DB_WRITE, NULL);
	struct record *r = other_run(db, SAMPLE_FIRST, false);
	struct arena mem;
	struct verdict v;

	arena_init(&mem, 0);
	record_input_begin(r, 0, BYTES_LIT("a\xff\n.tar"), NULL);
	sample_node(r, 0, &mem, 'a', name, NAME_REF);
	sample_untrusted(&v, &mem, 'a');
	v.signatures.v[0].signer = str_of(name);
	v.findings.v[0].message = str_of(name);
	record_verdict(r, 0, &v, NULL);
	sample_input_end(r, 0);
	record_end(r, RUN_COMPLETE, 0, sample_time("2026-11-22T02:00:01Z"), NULL);
	record_free(r);
	arena_clear(&mem);
	return db;
}

static bool
raw_controls(void)
{
	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] < 0x20 && text.ptr[i] != '\n' && text.ptr[i] != '\r') ||
		    text.ptr[i] == 0x7f)
			return true;
	return !text_is_utf8(buf_bytes(&text));
}

static void
bad_H01_escape_sequences(void)
{
	struct db *db = hostile_run("h01.db", "a\x1b]0;title\x07\x1b[2J\xc2\x9b"
					      "31m\x7f\xe2\x80\xae"
					      "gpj.exe");
	const struct report_options options = { .run_id = 1 };
	struct report_sink sink = { to_text, &text };

	for (const struct report_format *f = report_formats; f->name != NULL; f++) {
		write_report(db, f->name, &options);
		ok(!raw_controls(), "bad_H01_escape_sequences: %s", f->name);
		ok(!has("\xc2\x9b") && !has("\xe2\x80\xae"),
		    "bad_H01: no C1, no override: %s", f->name);
	}
	buf_reset(&text);
	explain_write(&sink, db, &options, STR("aaaaaaaa"), NULL);
	ok(!raw_controls() && has("\\u{001B}]0;title"),
	    "bad_H01_escape_sequences: explain");
	db_close(db);
}

static void
bad_H02_line_ends(void)
{
	struct db *db =
	    hostile_run("h02.db", "a\nCompliant  registry.example/b\r\n\"x\",\"y\"");
	const struct report_options options = { .run_id = 1 };

	write_report(db, "csv", &options);
	is_u64(count_of("\n"), 2, "bad_H02_line_ends: one CSV line more than the titles");
	write_report(db, "text", &options);
	ok(!has("\nCompliant  registry"), "bad_H02_line_ends: no line is forged");
	ok(has("a\\u{000A}Compliant"), "bad_H02_line_ends: it is shown escaped");
	db_close(db);
}

static void
bad_H03_formulas(void)
{
	static const char *const names[] = { "=1+1", "+1", "-1", "@SUM(A1)", "\t=1",
		"  =1" };
	const struct report_options options = { .run_id = 1 };

	for (size_t i = 0; i < COUNT(names); i++) {
		char file[32];
		struct db *db;

		snprintf(file, sizeof(file), "h03-%zu.db", i);
		db = hostile_run(file, names[i]);
		write_report(db, "csv", &options);
		ok(!has("\"=") && !has("\"+") && !has("\"-") && !has("\"@") &&
			!has("\"  =") && has("\"'"),
		    "bad_H03_formulas: %zu", i);
		db_close(db);
	}
}

static void
bad_H05_invalid_utf8(void)
{
	struct db *db = hostile_run("h05.db", "fine");
	const struct report_options options = { .run_id = 1 };
	struct err err = { .reason = REASON_NONE };

	write_report(db, "json", &options);
	ok(jsonscan(buf_bytes(&text), NULL, NULL, &err) == 0,
	    "bad_H05_invalid_utf8: valid JSON");
	ok(has("\"path\": \"a\\\\xFF\\\\u{000A}.tar\"") &&
		has("\"path_hex\": \"61ff0a2e746172\""),
	    "bad_H05_invalid_utf8: shown escaped, with the octets beside");
	db_close(db);
}

static void
bad_H07_long_subject(void)
{
	size_t huge = 1 << 20;
	char *name = malloc(huge + 1);
	struct report_options options = { .run_id = 1 };
	struct report_sink sink = { to_text, &text };
	struct db *db;

	memset(name, 'B', huge);
	name[huge] = '\0';
	db = hostile_run("h07.db", name);
	write_report(db, "text", &options);
	ok(text.len < 8192 && has("B\xe2\x80\xa6"),
	    "bad_H07_long_subject: cut, with a mark");
	options.width = 100;
	write_report(db, "text", &options);
	ok(text.len < 8192, "bad_H07_long_subject: cut on a terminal");
	buf_reset(&text);
	explain_write(&sink, db, &options, STR("aaaaaaaa"), NULL);
	ok(text.len < 16384 && has("(1048576 octets in all)"),
	    "bad_H07_long_subject: explain");
	write_report(db, "json", &options);
	ok(text.len > 3 * huge, "bad_H07 sibling: whole in JSON");
	write_report(db, "csv", &options);
	ok(text.len > 3 * huge, "bad_H07 sibling: whole in CSV");
	free(name);
	db_close(db);
}

/* A step's data is JSON wherever assay wrote it. */
static void
bad_D19_data_no_json(void)
{
	const struct report_options options = { .run_id = 2 };
	struct report_sink sink = { to_text, &text };
	const char *path = dbfile_fresh("d19.db");
	struct err err = { .reason = REASON_NONE };
	struct db *db = sample_open(path, DB_WRITE, NULL);

	sample_two_runs(db);
	ok(write_report(db, "csv", &options), "bad_D19 sibling: as it was written");
	db_close(db);
	dbfile_change(path, "PRAGMA ignore_check_constraints = 1; UPDATE step SET data = 'no';");
	db = sample_open(path, DB_READ, NULL);
	ok(report_find(STR("csv"))->write(&sink, db, &options, &err) == -1,
	    "bad_D19_data_no_json: no report");
	is_reason(err.reason, REASON_DB_CORRUPT, "bad_D19_data_no_json");
	db_close(db);
}

int
main(void)
{
	struct db *db = sample_open(sample_path("report.db"), DB_WRITE, NULL);

	sample_two_runs(db);
	test_golden(db);
	test_explain(db);
	test_same_twice(db);
	test_schema(db, 2);
	test_report_file(db);
	db_close(db);
	bad_D19_data_no_json();
	test_revocation();
	test_revocation_line();
	test_first_lines();
	test_many_notes();
	test_percentage_is_a_floor();
	bad_H01_escape_sequences();
	bad_H02_line_ends();
	bad_H03_formulas();
	bad_H05_invalid_utf8();
	bad_H07_long_subject();
	buf_clear(&text);
	return tap_done();
}
