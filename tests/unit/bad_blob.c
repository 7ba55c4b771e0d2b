/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file under test as a hostile thing: it changes while it is read (row T24), is too large, or ends
 * the child that reads it (rows Q01, Q03 to Q05, Q07), which costs this input and nothing more.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "input/blobin.h"
#include "run/batch.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define ALL (1U << DIGEST_SHA256 | 1U << DIGEST_SHA384 | 1U << DIGEST_SHA512)
#define HUGE_SIZE ((off_t)8 << 30)      /* a hole: long to hash, nothing on disk */

static struct scratch dir;
static struct limits limits;

static uint64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* --- reading --------------------------------------------------------------------------------- */

static enum reason
read_blob(struct blobin *out, struct ossl *lib, const char *path, unsigned wanted,
    void (*progress)(void *ctx, uint64_t done))
{
	struct input_options io = { .limits = &limits, .progress = progress };
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct err err = { .reason = REASON_NONE };

	return blobin_read(out, lib, fd, wanted, &io, &err) == 0 ? REASON_NONE : err.reason;
}

static void
test_sizes(struct ossl *lib)
{
	static const size_t sizes[] = { 0, 1, BLOBIN_STEP - 1, BLOBIN_STEP, BLOBIN_STEP + 1,
		3 * BLOBIN_STEP + 7 };
	AUTO(hasher_free) struct hasher *hasher = hasher_new(lib);
	uint8_t *data = xmalloc(4 * BLOBIN_STEP);
	struct blobin got;
	struct digest want;

	for (size_t i = 0; i < 4 * BLOBIN_STEP; i++)
		data[i] = (uint8_t)(i * 31 >> 3);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		scratch_put(&dir, "file", bytes_of(data, sizes[i]));
		is_reason(read_blob(&got, lib, scratch_at(&dir, "file"), ALL, NULL), REASON_NONE,
		    "%zu octets", sizes[i]);
		is_u64(got.size, sizes[i], "its size");
		for (int alg = DIGEST_SHA256; alg <= DIGEST_SHA512; alg++) {
			hasher_of(hasher, (enum digest_alg)alg, bytes_of(data, sizes[i]), &want);
			ok(digest_equal(&got.digests[alg], &want), "%zu octets by %s", sizes[i],
			    digest_alg_name((enum digest_alg)alg));
		}
	}
	is_reason(read_blob(&got, lib, scratch_at(&dir, "file"), 1U << DIGEST_SHA384, NULL),
	    REASON_NONE, "one hash");
	ok(got.digests[DIGEST_SHA384].alg == DIGEST_SHA384 &&
		got.digests[DIGEST_SHA256].alg == DIGEST_NONE &&
		got.digests[DIGEST_SHA512].alg == DIGEST_NONE,
	    "and no other");
	free(data);
}

static void
test_limit(struct ossl *lib)
{
	struct blobin got;

	scratch_put(&dir, "file", BYTES_LIT("0123456789"));
	limits.v[LIMIT_INPUT_BYTES] = 9;
	is_reason(read_blob(&got, lib, scratch_at(&dir, "file"), ALL, NULL), REASON_LIMIT_INPUT_HIT,
	    "one octet above the limit");
	limits.v[LIMIT_INPUT_BYTES] = 10;
	is_reason(read_blob(&got, lib, scratch_at(&dir, "file"), ALL, NULL), REASON_NONE,
	    "at the limit");
	limits_default(&limits);
}

static void
grows(void *ctx, uint64_t done)
{
	AUTO_FD fd = open(scratch_at(&dir, "file"), O_WRONLY | O_APPEND | O_CLOEXEC);

	(void)ctx;
	(void)done;
	ok(write(fd, "x", 1) == 1, "the file grows");
}

static void
shrinks(void *ctx, uint64_t done)
{
	(void)ctx;
	if (done == BLOBIN_STEP)
		ok(truncate(scratch_at(&dir, "file"), (off_t)BLOBIN_STEP) == 0, "the file shrinks");
}

static void
changes(void *ctx, uint64_t done)
{
	const struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };

	(void)ctx;
	if (done == BLOBIN_STEP)
		ok(utimensat(AT_FDCWD, scratch_at(&dir, "file"), times, 0) == 0,
		    "the file is touched");
}

static void
test_changes(struct ossl *lib)
{
	static const struct {
		const char *name;
		void (*what)(void *ctx, uint64_t done);
	} rows[] = { { "bad_T24_grows", grows }, { "bad_T24_shrinks", shrinks },
		{ "bad_T24_changes", changes } };
	uint8_t *data = xmalloc(2 * BLOBIN_STEP);
	struct blobin got;

	memset(data, 'x', 2 * BLOBIN_STEP);
	for (size_t i = 0; i < COUNT(rows); i++) {
		scratch_put(&dir, "file", bytes_of(data, 2 * BLOBIN_STEP));
		is_reason(read_blob(&got, lib, scratch_at(&dir, "file"), ALL, rows[i].what),
		    REASON_INPUT_CHANGED, "%s", rows[i].name);
	}
	free(data);
}

/* --- in a child ---------------------------------------------------------------------------------- */

struct seen {
	uint64_t nodes, verdicts, ends, refused;
	enum reason why, verdict;
	struct str kind;
	bool kill, stop;
	volatile int stopped;
};

static int
on_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)err;
	s->nodes += n->found_by == FOUND_OPTION && n->class == CLASS_ARTIFACT && n->judged &&
	    n->is_root && n->name_count == 1 && str_is(n->names[0].text, "file");
	return 0;
}

static int
on_verdict(void *ctx, uint64_t seq, const struct verdict *v, struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)err;
	s->verdicts++;
	s->verdict = v->reason;
	return 0;
}

static int
on_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)err;
	s->ends += end != NULL && end->kind == INPUT_BLOB && end->digest.alg == DIGEST_SHA256;
	s->refused += end == NULL;
	if (end == NULL)
		s->why = why->reason;
	return 0;
}

/* Children of this process, by what /proc tells of parents. */
static void
kill_children(int number)
{
	DIR *proc = opendir("/proc");

	for (struct dirent *d = readdir(proc); d != NULL; d = readdir(proc)) {
		char path[300], line[600] = "", *behind;
		FILE *f;
		int parent = 0;

		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", d->d_name);
		f = fopen(path, "r");
		if (f == NULL)
			continue;
		behind = fgets(line, sizeof(line), f) == NULL ? NULL : strrchr(line, ')');
		if (behind != NULL && sscanf(behind, ") %*c %d", &parent) == 1 &&
		    parent == (int)getpid())
			kill((pid_t)strtol(d->d_name, NULL, 10), number);
		fclose(f);
	}
	closedir(proc);
}

static void
on_progress(void *ctx, const struct input_item *item, uint64_t done)
{
	struct seen *s = ctx;

	(void)item;
	(void)done;
	if (s->kill)
		kill_children(SIGSEGV);
	if (s->stop)
		s->stopped = SIGTERM;
}

static struct batch_result
in_child_by(struct seen *s, const char *path, uint64_t (*clock)(void),
    const struct policy_statement *statement, struct bytes octets)
{
	struct blob_signature signature = { .name = STR("file.jws.sig"),
		.envelope_type = STR("application/jose+json"), .octets = octets };
	struct worker_blob work = { .job = { .signatures = &signature, .signature_count = 1,
					.statement = statement },
		.name = STR("file") };
	struct batch_options options = {
		.worker = { .mode = WORKER_BLOB, .limits = &limits, .blob = &work,
			.clock_us = clock },
		.jobs = 1,
		.stop = &s->stopped,
	};
	struct batch_sink sink = { .ctx = s, .node = on_node, .verdict = on_verdict,
		.input_end = on_end, .progress = on_progress };
	struct batch_result result;
	struct inputs inputs = { .twice = 0 };
	struct input_item item = { .path = str_bytes(str_of(path)) };
	struct err err;

	arena_init(&inputs.mem, 0);
	VEC_PUSH(&inputs.mem, &inputs.items, item);
	ok(batch_run(&result, &inputs, &options, &sink, &err) == 0, "the batch comes to its end");
	inputs_clear(&inputs);
	return result;
}

static struct batch_result
in_child(struct seen *s, const char *path, uint64_t (*clock)(void))
{
	return in_child_by(s, path, clock, NULL, BYTES_LIT("{}"));
}

static const char *
huge(void)
{
	scratch_put(&dir, "huge", BYTES_LIT(""));
	if (truncate(scratch_at(&dir, "huge"), HUGE_SIZE) != 0)
		tap_note("no large file");
	return scratch_at(&dir, "huge");
}

static void
test_child(void)
{
	struct seen s = { .nodes = 0 };
	struct batch_result r;

	scratch_put(&dir, "file", BYTES_LIT("octets"));
	r = in_child(&s, scratch_at(&dir, "file"), clock_us);
	ok(r.ended == 1 && s.ends == 1 && s.nodes == 1 && s.verdicts == 1, "a file is judged");
	is_reason(s.verdict, REASON_POLICY_NO_MATCH, "without statement it is not compliant");
	s = (struct seen){ .nodes = 0 };
	r = in_child(&s, dir.path, clock_us);
	ok(r.refused == 1 && s.nodes == 0 && s.verdicts == 0, "a folder is no file");
	is_reason(s.why, REASON_INPUT_TYPE, "its reason");
	s = (struct seen){ .nodes = 0 };
	r = in_child(&s, scratch_at(&dir, "nowhere"), clock_us);
	ok(r.not_opened == 1, "a file that is not there");
	is_reason(s.why, REASON_INPUT_MISSING, "its reason");
	scratch_link(&dir, "link", "file");
	s = (struct seen){ .nodes = 0 };
	r = in_child(&s, scratch_at(&dir, "link"), clock_us);
	ok(r.not_opened == 1 && s.verdicts == 0, "a link is not followed");
	scratch_fifo(&dir, "fifo");
	s = (struct seen){ .nodes = 0 };
	r = in_child(&s, scratch_at(&dir, "fifo"), clock_us);
	ok(r.not_opened == 1 && s.verdicts == 0, "nor a FIFO waited for");
}

static void
test_crash(void)
{
	struct seen s = { .kill = true };
	struct batch_result r = in_child(&s, huge(), clock_us);

	ok(r.crashed == 1 && r.refused == 1 && s.verdicts == 0, "bad_Q04_child_dies");
	is_reason(s.why, REASON_PARSER_CRASHED, "its reason");
	s = (struct seen){ .stop = true };
	r = in_child(&s, huge(), clock_us);
	ok(r.stopped && s.verdicts == 0 && s.ends == 0, "bad_Q01_signal");
}

static uint64_t jumps;
static uint64_t
jumping_us(void)
{
	return clock_us() + (jumps += UINT64_C(3600000000));
}

static void
test_time(void)
{
	struct seen s = { .nodes = 0 };
	struct batch_result r = in_child(&s, huge(), jumping_us);

	ok(r.refused == 1 && s.verdicts == 0, "bad_Q05_wall_time");
	is_reason(s.why, REASON_LIMIT_TIME_HIT, "its reason");
	limits.v[LIMIT_INPUT_CPU] = 1;
	s = (struct seen){ .nodes = 0 };
	r = in_child(&s, huge(), clock_us);
	ok(r.refused == 1 && s.verdicts == 0, "bad_Q05_processor_time");
	is_reason(s.why, REASON_LIMIT_TIME_HIT, "its reason");
	limits_default(&limits);
}

static void
test_memory(void)
{
	const struct policy_statement strict = { .name = STR("s"), .level = LEVEL_STRICT };
	static const uint8_t octets[(size_t)64 << 20];
	struct bytes large = bytes_of(octets, sizeof(octets));
	struct seen s = { .nodes = 0 };
	struct batch_result r;

#if SANITIZED
	tap_skip("bad_Q03: no address limit under a sanitizer");
	return;
#endif
	r = in_child_by(&s, scratch_at(&dir, "file"), clock_us, &strict, large);
	ok(r.ended == 1 && s.verdicts == 1, "a signature of 64 MiB, with memory");
	s = (struct seen){ .nodes = 0 };
	limits.v[LIMIT_CHILD_MEMORY] = 112 << 20;
	r = in_child_by(&s, scratch_at(&dir, "file"), clock_us, &strict, large);
	ok(r.refused == 1 && s.verdicts == 0 &&
		(s.why == REASON_RESOURCE_MEMORY || s.why == REASON_PARSER_CRASHED),
	    "bad_Q03_no_memory (%s)", reason_code(s.why));
	limits_default(&limits);
}

int
main(void)
{
	AUTO(ossl_free) struct ossl *lib = NULL;

	signal(SIGPIPE, SIG_IGN);
	ossl_process_init();
	lib = ossl_new();
	limits_default(&limits);
	scratch_open(&dir);
	test_sizes(lib);
	test_limit(lib);
	test_changes(lib);
	test_child();
	test_crash();
	test_time();
	test_memory();
	scratch_close(&dir);
	return tap_done();
}
