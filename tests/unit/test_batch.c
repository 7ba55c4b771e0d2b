/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of children: one that dies, hangs, or is out of memory costs its input, not the run (rows
 * Q03, Q04, Q05); a signal's flag ends it in order (row Q01).
 */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "run/batch.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

static uint64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

struct seen {
	uint64_t nodes, ends, refused;
	enum reason reasons[8];
	uint64_t refused_seq[8];
	int last_seq;
};

static int
on_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct seen *s = ctx;

	(void)seq;
	(void)n;
	(void)err;
	s->nodes++;
	return 0;
}

static int
on_end(void *ctx, uint64_t seq, const struct input_record *end, const struct err *why,
    struct err *err)
{
	struct seen *s = ctx;

	(void)err;
	if (end != NULL) {
		s->ends++;
		return 0;
	}
	if (s->refused < COUNT(s->reasons)) {
		s->reasons[s->refused] = why->reason;
		s->refused_seq[s->refused] = seq;
	}
	s->refused++;
	return 0;
}

static int
run(struct seen *seen, struct batch_result *result, const char *const *paths, size_t count,
    struct batch_options *options, struct err *err)
{
	struct batch_sink sink = { .ctx = seen, .node = on_node, .input_end = on_end };
	static char text[8][512];
	char *args[8];
	struct inputs in;
	int done;

	memset(seen, 0, sizeof(*seen));
	for (size_t i = 0; i < count; i++) {
		snprintf(text[i], sizeof(text[i]), "%s/%s", tap_srcdir(), paths[i]);
		args[i] = text[i];
	}
	if (inputs_expand(&in, args, count,
		&(struct inputs_options){ .limits = options->worker.limits }, err) != 0)
		return -1;
	done = batch_run(result, &in, options, &sink, err);
	inputs_clear(&in);
	return done;
}

static void
test_good(struct batch_options *options)
{
	const char *paths[] = { "fixtures/exports/web.tar", "fixtures/exports/api",
		"fixtures/exports/tools.tar.gz" };
	struct batch_result r;
	struct seen seen;
	struct err err;

	for (unsigned jobs = 1; jobs <= 3; jobs++) {
		options->jobs = jobs;
		ok(run(&seen, &r, paths, 3, options, &err) == 0, "%u jobs", jobs);
		ok(r.ended == 3 && seen.ends == 3 && r.refused == 0, "three inputs ended");
		is_u64(seen.nodes, 2 + 5 + 4, "all manifests were told");
	}
}

static void
test_refused(struct batch_options *options)
{
	const char *paths[] = { "fixtures/exports/EXPECT", "fixtures/exports/web.tar",
		"fixtures/nowhere" };
	struct batch_result r;
	struct seen seen;
	struct err err;

	options->jobs = 1;
	ok(run(&seen, &r, paths, 3, options, &err) == 0, "bad inputs cost themselves");
	ok(r.ended == 1 && r.refused == 2 && r.not_opened == 1 && r.crashed == 0,
	    "one ended, two refused");
	is_reason(seen.reasons[0], REASON_INPUT_FORMAT, "a text file");
	is_reason(seen.reasons[1], REASON_INPUT_MISSING, "a missing file");
}

/* --- T24: what stands under the path is not what was opened there --- */

struct swap {
	struct seen seen; /* what on_end gets */
	const struct scratch *s;
	const char *away, *in; /* out of the place of "a", and into it; NULL: nothing */
	const char *place;     /* instead of "a" */
};

static int
swap_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct swap *w = ctx;

	if (w->seen.nodes == 0 && w->away != NULL)
		rename(scratch_at(w->s, "a"), scratch_at(w->s, w->away));
	if (w->seen.nodes == 0 && w->in != NULL)
		rename(scratch_at(w->s, w->in), scratch_at(w->s, "a"));
	return on_node(&w->seen, seq, n, err);
}

static void
swapped(struct batch_options *options, struct scratch *s, const char *away,
    const char *in, enum reason want, const char *name)
{
	struct swap w = { .s = s, .away = away, .in = in };
	struct batch_sink sink = { .ctx = &w, .node = swap_node, .input_end = on_end };
	struct batch_result r;
	struct inputs inputs;
	struct err err;
	char path[4200];
	char *args[] = { path };

	snprintf(path, sizeof(path), "%s", scratch_at(s, "a"));
	ok(inputs_expand(&inputs, args, 1,
	       &(struct inputs_options){ .limits = options->worker.limits }, &err) == 0 &&
	       batch_run(&r, &inputs, options, &sink, &err) == 0,
	    "%s: the run ends", name);
	inputs_clear(&inputs);
	is_reason(w.seen.reasons[0], want, "%s", name);
	is_u64(w.seen.ends, want == REASON_NONE, "%s: ended in order or not", name);
}

/* --- and once it was judged, while the run goes on --- */

static int
late_node(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct swap *w = ctx;

	/* The first input ended before the second was begun. */
	if (seq == 1 && w->in != NULL && w->seen.ends == 1)
		rename(scratch_at(w->s, w->in), scratch_at(w->s, w->place));
	return on_node(&w->seen, seq, n, err);
}

static int
on_changed(void *ctx, uint64_t seq, const struct err *why, struct err *err)
{
	return on_end(ctx, seq, NULL, why, err);
}

static void
swapped_late(struct batch_options *options, struct scratch *s, const char *place,
    const char *in, enum reason want, const char *name)
{
	struct swap w = { .s = s, .in = in, .place = place };
	struct batch_sink sink = { .ctx = &w,
		.node = late_node,
		.input_end = on_end,
		.input_changed = on_changed };
	char first[4200], second[4200];
	char *args[] = { first, second };
	struct batch_result r;
	struct inputs inputs;
	struct err err;

	snprintf(first, sizeof(first), "%s", scratch_at(s, "a"));
	snprintf(second, sizeof(second), "%s", scratch_at(s, "z"));
	ok(inputs_expand(&inputs, args, 2,
	       &(struct inputs_options){ .limits = options->worker.limits }, &err) == 0 &&
	       batch_run(&r, &inputs, options, &sink, &err) == 0,
	    "%s: the run ends", name);
	inputs_clear(&inputs);
	is_u64(w.seen.ends, 2, "%s: both were judged", name);
	is_reason(w.seen.reasons[0], want, "%s", name);
	ok(r.refused == (want != REASON_NONE) && r.ended == 2 - r.refused, "%s: counts", name);
}

static void
test_late_swaps(struct batch_options *options)
{
	struct scratch s;

	options->jobs = 1;
	scratch_open(&s);
	scratch_copy(&s, "a", "exports/web.tar");
	scratch_copy(&s, "b", "exports/web.tar");
	scratch_copy(&s, "z", "exports/web.tar");
	swapped_late(options, &s, "a", NULL, REASON_NONE, "files that nobody touches");
	swapped_late(options, &s, "a", "b", REASON_INPUT_CHANGED, "bad_T24_replaced_once_judged");
	scratch_close(&s);
}

/* A fixture's layout as folder "a", and the path of one of its blobs. */
static void
copy_layout(struct scratch *s, const char *fixture, char blob[200])
{
	char from[512], to[200];
	struct str *names = NULL;
	struct arena mem;
	struct err err;
	size_t count = 0;
	AUTO_FD dir = -1;

	arena_init(&mem, 0);
	snprintf(from, sizeof(from), "%s/fixtures/%s/blobs/sha256", tap_srcdir(), fixture);
	ok(file_open(&dir, from, FILE_FOLDER, &err) == 0 &&
	       file_list(&names, &count, &mem, dir, 100, &err) == 0 && count > 0,
	    "blobs of %s", fixture);
	for (size_t i = 0; i < count; i++) {
		snprintf(from, sizeof(from), "%s/blobs/sha256/%s", fixture, names[i].ptr);
		snprintf(blob, 200, "a/blobs/sha256/%s", names[i].ptr);
		scratch_copy(s, blob, from);
	}
	for (size_t i = 0; i < 2; i++) {
		const char *name = i == 0 ? "index.json" : "oci-layout";

		snprintf(from, sizeof(from), "%s/%s", fixture, name);
		snprintf(to, sizeof(to), "a/%s", name);
		scratch_copy(s, to, from);
	}
	arena_clear(&mem);
}

/* A folder is the files that were read in it; what else comes and goes there is not its matter. */
static void
test_late_folder_swaps(struct batch_options *options)
{
	static const struct {
		const char *place;
		enum reason want;
		const char *name;
	} rows[] = {
		{ "a/blobs/sha256/another", REASON_NONE, "a file comes" },
		{ "a/index.json", REASON_INPUT_CHANGED, "bad_T24_index_once_judged" },
		{ NULL, REASON_INPUT_CHANGED, "bad_T24_blob_once_judged" },
	};
	struct scratch s;
	char blob[200];

	options->jobs = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *place = rows[i].place == NULL ? blob : rows[i].place;

		scratch_open(&s);
		copy_layout(&s, "exports/api", blob);
		scratch_copy(&s, "z", "exports/web.tar");
		scratch_put(&s, "b", BYTES_LIT("{}"));
		swapped_late(options, &s, place, "b", rows[i].want, rows[i].name);
		scratch_close(&s);
	}
}

static void
test_swaps(struct batch_options *options)
{
	struct scratch s;

	options->jobs = 1;
	scratch_open(&s);
	scratch_copy(&s, "a", "exports/web.tar");
	scratch_copy(&s, "b", "exports/web.tar");
	swapped(options, &s, NULL, NULL, REASON_NONE, "a file that nobody touches");
	swapped(options, &s, NULL, "b", REASON_INPUT_CHANGED, "bad_T24_archive_replaced");
	swapped(options, &s, "b", NULL, REASON_INPUT_CHANGED, "bad_T24_archive_moved_away");
	scratch_folder(&s, "b2");
	scratch_put(&s, "a/index.json", BYTES_LIT("{\"schemaVersion\":2,\"manifests\":[{"
	    "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":2,"
	    "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e"
	    "94fb4fc21fe77e8310c060f61caaff8a\"}]}"));
	scratch_folder(&s, "a/blobs");
	swapped(options, &s, NULL, NULL, REASON_NONE, "a folder that nobody touches");
	swapped(options, &s, "c", "b2", REASON_INPUT_CHANGED, "bad_T24_folder_replaced");
	scratch_close(&s);
}

/* Without memory the child ends with its own status, and the parent knows. */
static void
test_memory(struct batch_options *options)
{
	const char *paths[] = { "fixtures/exports/web.tar" };
	struct limits limits = *options->worker.limits;
	const struct limits *before = options->worker.limits;
	struct batch_result r;
	struct seen seen;
	struct err err;

#if SANITIZED
	tap_skip("bad_Q03: no address limit under a sanitizer");
	return;
#endif
	limits.v[LIMIT_CHILD_MEMORY] = 8 << 20;
	options->worker.limits = &limits;
	ok(run(&seen, &r, paths, 1, options, &err) == 0, "bad_Q03_no_memory");
	ok(r.refused == 1 && r.ended == 0, "the input is refused");
	ok(seen.reasons[0] == REASON_RESOURCE_MEMORY || seen.reasons[0] == REASON_PARSER_CRASHED,
	    "as out of memory (%s)", reason_code(seen.reasons[0]));
	options->worker.limits = before;
}

/* A clock that jumps: the time limit is reached at once. */
static uint64_t jumps;
static uint64_t
jumping_us(void)
{
	return clock_us() + (jumps += UINT64_C(3600000000));
}

static void
test_time(struct batch_options *options)
{
	const char *paths[] = { "fixtures/exports/web.tar" };
	struct batch_result r;
	struct seen seen;
	struct err err;

	options->worker.clock_us = jumping_us;
	ok(run(&seen, &r, paths, 1, options, &err) == 0, "bad_Q05_time_limit");
	ok(r.refused + r.ended == 1, "it comes to an end");
	if (r.refused == 1)
		is_reason(seen.reasons[0], REASON_LIMIT_TIME_HIT, "its reason");
	options->worker.clock_us = clock_us;
}

/* What the record does not believe costs the input that said it. */
static int
on_verdict_nonsense(void *ctx, uint64_t seq, const struct node_record *n, struct err *err)
{
	struct seen *s = ctx;

	(void)n;
	s->nodes++;
	return seq == 0 ? err_set(err, REASON_PARSER_PROTOCOL, NULL, "not believed") : 0;
}

static void
test_not_believed(struct batch_options *options)
{
	char first[512], second[512];
	char *args[] = { first, second };
	struct seen seen = { 0 };
	struct batch_sink sink = { .ctx = &seen, .node = on_verdict_nonsense, .input_end = on_end };
	struct batch_result r;
	struct inputs in;
	struct err err;

	snprintf(first, sizeof(first), "%s/fixtures/exports/web.tar", tap_srcdir());
	snprintf(second, sizeof(second), "%s/fixtures/exports/api", tap_srcdir());
	ok(inputs_expand(&in, args, 2,
	       &(struct inputs_options){ .limits = options->worker.limits }, &err) == 0, "two inputs");
	options->jobs = 1;
	ok(batch_run(&r, &in, options, &sink, &err) == 0, "bad_Q07_not_believed_by_the_record");
	ok(r.crashed == 1 && r.refused == 1 && r.ended == 1, "the other input goes on");
	is_reason(seen.reasons[0], REASON_PARSER_PROTOCOL, "its reason");
	inputs_clear(&in);
}

static void
test_stop(struct batch_options *options)
{
	const char *paths[] = { "fixtures/exports/web.tar" };
	static volatile int stop = SIGTERM;
	struct batch_result r;
	struct seen seen;
	struct err err;

	options->stop = &stop;
	ok(run(&seen, &r, paths, 1, options, &err) == 0 && r.stopped, "bad_Q01_stop_flag");
	is_u64(seen.ends + seen.refused, 0, "nothing is told of inputs that were not begun");
	options->stop = NULL;
}

int
main(void)
{
	struct limits limits;
	struct batch_options options = { .jobs = 1 };

	limits_default(&limits);
	options.worker.mode = WORKER_TREE;
	options.worker.limits = &limits;
	options.worker.clock_us = clock_us;
	test_good(&options);
	test_refused(&options);
	test_swaps(&options);
	test_late_swaps(&options);
	test_late_folder_swaps(&options);
	test_memory(&options);
	test_time(&options);
	test_not_believed(&options);
	test_stop(&options);
	return tap_done();
}
