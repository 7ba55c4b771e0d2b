/* SPDX-License-Identifier: Apache-2.0 */
/* One batch: a child process for each input, at most `jobs` at a time, results to a sink. */
#include "run/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input/input.h"
#include "run/certbook.h"
#include "run/sandbox.h"

#define JOBS_MOST 64
#define TICK_MS 100
/* Octets that a child tells: evidence is a mebibyte and less each, and there is one for a few manifests. */
#define TOLD_MOST ((uint64_t)4 << 30)
#define TOLD_EACH ((uint64_t)1 << 20)

struct judged_file {
	struct judged_file *next;
	const char *path;               /* below its folder */
	struct file_id then;
};

struct judged { /* what was judged, for a last look */
	struct file_id id;
	bool there, is_dir;
	struct judged_file *files;      /* of a folder: those that were read */
};

struct child {                  /* a slot; pid 0: free */
	pid_t pid;
	const struct input_item *item;
	struct file_id id;              /* of what was opened under its path */
	bool is_dir;
	struct wire_in in;
	uint64_t started_us;
	bool told;                      /* its end or refusal has arrived */
	uint64_t nodes, edges, verdicts, files, octets; /* it told so many */
	struct judged_file *read;       /* the files it told */
	enum reason killed;             /* why we ended it: limit.time, parser.protocol */
};

struct batch {
	struct batch_result *result;
	const struct batch_options *options;
	const struct batch_sink *sink;
	struct child slots[JOBS_MOST];
	unsigned slot_count;
	struct arena mem;               /* of one message */
	struct arena files;             /* of the run: what folders hold */
	struct certbook *certs;
	bool *none;                     /* by number: what a search found is no export */
	struct judged *judged;          /* by number: those that ended in order */
};

static uint64_t
now_us(const struct batch *b)
{
	const struct worker_options *o = &b->options->worker;

	return o->clock_us == NULL ? 0 : o->clock_us();
}

/* No export; but then what was taken for parts of it was not looked at. */
static void
hold_to_promise(const struct input_item *item, struct err *why)
{
	if (why->reason == REASON_INPUT_NO_EXPORT && item->promised.ptr != NULL)
		err_set(why, REASON_INPUT_FORM, NULL,
		    "no known form, and not searched for exports: %.*s has the name of a part of one",
		    STR_ARG(item->promised));
}

static int
sink_refused(struct batch *b, const struct input_item *item, const struct err *why,
    struct err *err)
{
	if (why->reason == REASON_INPUT_NO_EXPORT) {
		b->none[item->seq] = true;
		b->result->no_export++;
	} else {
		b->result->refused++;
		b->result->misnamed += why->reason == REASON_USAGE_NAME;
	}
	return b->sink->input_end == NULL
	    ? 0
	    : b->sink->input_end(b->sink->ctx, item->seq, NULL, why, err);
}

static bool
stopped(const struct batch *b)
{
	return b->options->stop != NULL && *b->options->stop != 0;
}

/* --- starting --- */

ATTR_NORETURN static void
child_main(const struct batch *b, const struct input_item *item, int input, bool is_dir,
    int out, int parent)
{
	const int keep[] = { input, out };
	struct worker_options options = b->options->worker;
	struct wire_out wire;
	struct worker worker;
	struct err err;
	int told;

	options.found = item->found;
	if (item->name.ptr != NULL)
		options.naming.repository = item->name;
	wire_out_init(&wire, out);
	if (sandbox_child(b->options->worker.limits, keep, COUNT(keep), parent, &err) != 0)
		_exit(wire_refused(&wire, &err) == 0 && wire_flush(&wire) == 0 ? 0 : 1);
	worker_init(&worker, b->options->worker.limits, b->options->worker.revdata);
	told = (b->options->child == NULL ? worker_run : b->options->child)(
	    &worker, &options, input, is_dir, &wire);
	if (wire_flush(&wire) != 0)
		told = -1;
	worker_clear(&worker);
	wire_out_clear(&wire);
	_exit(told == 0 ? 0 : 1);
}

static int
child_start(struct batch *b, struct child *c, const struct input_item *item, int input,
    bool is_dir, struct err *err)
{
	int parent = (int)getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(err, REASON_RESOURCE_PROCESS, NULL, "pipe");
	c->pid = fork();
	if (c->pid < 0) {
		c->pid = 0;
		close(ends[0]);
		close(ends[1]);
		return err_sys(err, REASON_RESOURCE_PROCESS, NULL, "fork");
	}
	if (c->pid == 0)
		child_main(b, item, input, is_dir, ends[1], parent);
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[0], F_SETPIPE_SZ, WIRE_FRAME_MOST);
	wire_in_init(&c->in, ends[0]);
	c->item = item;
	c->is_dir = is_dir;
	c->started_us = now_us(b);
	c->told = false;
	c->nodes = c->edges = c->verdicts = c->files = c->octets = 0;
	c->read = NULL;
	c->killed = REASON_NONE;
	return 0;
}

/* Open and start one input. What cannot be opened is recorded and costs that input alone. */
static int
start_item(struct batch *b, struct child *c, const struct input_item *item, struct err *err)
{
	struct err why = { .reason = item->reason };
	AUTO_FD fd = -1;
	bool is_dir;

	if (b->sink->input_begin != NULL && b->sink->input_begin(b->sink->ctx, item, err) != 0)
		return -1;
	if (item->reason != REASON_NONE)
		snprintf(why.text, sizeof(why.text), "%.*s", STR_ARG(item->detail));
	else if (input_open(&fd, &is_dir, (const char *)item->path.ptr, &why) == 0 &&
	    file_identify(&c->id, fd, &why) == 0)
		return child_start(b, c, item, fd, is_dir, err);
	b->result->not_opened++;
	return sink_refused(b, item, &why, err);
}

/* --- what children send --- */

/*
 * A verdict is told about a path: what was opened there must still stand there. Other files may
 * come and go in a folder; the child looks at those that it read.
 */
static bool
is_same_path(const struct input_item *item, const struct judged *then)
{
	struct file_id now;

	return file_identify_at(&now, AT_FDCWD, (const char *)item->path.ptr, NULL) == 0 &&
	    (then->is_dir ? now.dev == then->id.dev && now.ino == then->id.ino
			  : file_same(&now, &then->id));
}

static int
another_file(struct err *why)
{
	return err_set(why, REASON_INPUT_CHANGED, NULL,
	    "its path is another file, or the file another, than when it was opened");
}

static int
input_ended(struct batch *b, struct child *c, const struct input_record *end, struct err *err)
{
	const struct judged judged = { c->id, true, c->is_dir, c->read };
	const struct batch_sink *s = b->sink;
	struct err why;

	if (!is_same_path(c->item, &judged)) {
		c->told = true;
		another_file(&why);
		return sink_refused(b, c->item, &why, err);
	}
	if (s->input_end != NULL && s->input_end(s->ctx, c->item->seq, end, NULL, err) != 0)
		return -1;
	c->told = true;
	b->judged[c->item->seq] = judged;
	b->result->ended++;
	return 0;
}

/*
 * The limits that a child keeps hold here as well: what is beyond them was not found in an input.
 * An entry of an index is an edge, and so is what a manifest refers to, or is tied to by a tag.
 */
static int
within(const struct batch *b, struct child *c, const struct wire_message *m, struct err *err)
{
	const uint64_t *most = b->options->worker.limits->v;
	bool fits;

	if (m->tag != WIRE_PROGRESS)
		c->octets += m->size;
	fits = c->octets <= TOLD_MOST + c->nodes * TOLD_EACH;
	if (m->tag == WIRE_NODE)
		fits = fits && ++c->nodes <= most[LIMIT_GRAPH_NODES];
	if (m->tag == WIRE_VERDICT)
		fits = fits && ++c->verdicts <= most[LIMIT_GRAPH_NODES];
	if (m->tag == WIRE_EDGE)
		fits = fits && ++c->edges <= most[LIMIT_GRAPH_EDGES] + 2 * most[LIMIT_GRAPH_NODES];
	if (m->tag == WIRE_FILE)
		fits = fits && c->is_dir && ++c->files <= most[LIMIT_MEMBERS];
	if (m->tag == WIRE_END)
		fits = fits && m->end.size <= most[LIMIT_INPUT_BYTES] &&
		    m->end.expanded <= most[LIMIT_EXPANDED_BYTES] &&
		    m->end.members <= most[LIMIT_MEMBERS];
	return fits ? 0 : err_set(err, REASON_PARSER_PROTOCOL, NULL, "more than the limits");
}

static void
keep_file(struct batch *b, struct child *c, const struct file_record *file)
{
	struct judged_file *f = arena_alloc(&b->files, sizeof(*f));

	f->path = arena_str(&b->files, file->path).ptr;
	f->then = file->then;
	f->next = c->read;
	c->read = f;
}

static int
deliver(struct batch *b, struct child *c, struct wire_message *m, struct err *err)
{
	const struct batch_sink *s = b->sink;
	uint64_t seq = c->item->seq;

	if (within(b, c, m, err) != 0)
		return -1;
	switch (m->tag) {
	case WIRE_PROGRESS:
		if (s->progress != NULL)
			s->progress(s->ctx, c->item, m->progress);
		return 0;
	case WIRE_NODE:
		return s->node == NULL ? 0 : s->node(s->ctx, seq, &m->node, err);
	case WIRE_EDGE:
		return s->edge == NULL ? 0 : s->edge(s->ctx, seq, &m->edge, err);
	case WIRE_VERDICT:
		if (certbook_complete(b->certs, &m->verdict, err) != 0)
			return -1;
		return s->verdict == NULL ? 0 : s->verdict(s->ctx, seq, &m->verdict, err);
	case WIRE_FILE:
		keep_file(b, c, &m->file);
		return 0;
	case WIRE_END:
		return input_ended(b, c, &m->end, err);
	case WIRE_REFUSED:
		/* What the user named is never passed over. */
		if (m->refused.reason == REASON_INPUT_NO_EXPORT && c->item->found == INPUT_GIVEN)
			return err_set(err, REASON_PARSER_PROTOCOL, NULL,
			    "no export, of an input that was named");
		c->told = true;
		hold_to_promise(c->item, &m->refused);
		return sink_refused(b, c->item, &m->refused, err);
	}
	return 0;
}

static void
child_kill(struct child *c, enum reason why)
{
	c->killed = why;
	kill(c->pid, SIGKILL);
}

/* Take what has arrived. Nonsense ends the child, a failing sink the run. */
static int
child_read(struct batch *b, struct child *c, struct err *err)
{
	struct wire_message message;
	struct err nonsense;
	int got;

	if (wire_fill(&c->in, &nonsense) != 0) {
		child_kill(c, REASON_PARSER_PROTOCOL);
		c->in.ended = true;
		return 0;
	}
	for (;;) {
		arena_reset(&b->mem);
		got = c->killed != REASON_NONE || stopped(b)
		    ? 0
		    : wire_take(&message, &c->in, &b->mem, &nonsense);
		if (got == 0)
			return 0;
		if (got < 0 || c->told) {
			/* A message behind the end is nonsense too. */
			child_kill(c, REASON_PARSER_PROTOCOL);
			c->in.ended = true;
			return 0;
		}
		if (deliver(b, c, &message, err) == 0)
			continue;
		/* What the record does not believe costs this input; any other failure the run. */
		if (err->reason != REASON_PARSER_PROTOCOL)
			return -1;
		child_kill(c, REASON_PARSER_PROTOCOL);
		c->in.ended = true;
		return 0;
	}
}

/* --- ends --- */

/* How did a child that told no end come to its own? */
static void
crash_reason(struct err *why, const struct child *c, int status)
{
	memset(why, 0, sizeof(*why));
	why->reason = REASON_PARSER_CRASHED;
	if (c->killed == REASON_LIMIT_TIME_HIT) {
		why->reason = REASON_LIMIT_TIME_HIT;
		snprintf(why->text, sizeof(why->text), "ended after the time limit");
	} else if (c->killed != REASON_NONE) {
		why->reason = c->killed;
		snprintf(why->text, sizeof(why->text), "ended: message not understood");
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
		why->reason = REASON_LIMIT_TIME_HIT;
		snprintf(why->text, sizeof(why->text), "processor time limit");
	} else if (WIFSIGNALED(status)) {
		snprintf(why->text, sizeof(why->text), "ended by signal %d", WTERMSIG(status));
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_RESOURCE_CHILD) {
		why->reason = REASON_RESOURCE_MEMORY;
		snprintf(why->text, sizeof(why->text), "out of memory");
	} else {
		snprintf(why->text, sizeof(why->text), "ended with status %d",
		    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	}
}

static int
child_reap(struct batch *b, struct child *c, struct err *err)
{
	struct err why;
	int status = 0, result = 0;

	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(c->in.fd);
	wire_in_clear(&c->in);
	c->pid = 0;
	if (!c->told) {
		crash_reason(&why, c, status);
		b->result->crashed += why.reason == REASON_PARSER_CRASHED ||
		    why.reason == REASON_PARSER_PROTOCOL;
		result = sink_refused(b, c->item, &why, err);
	}
	return result;
}

static void
abandon(struct batch *b)
{
	for (unsigned i = 0; i < b->slot_count; i++) {
		struct child *c = &b->slots[i];

		if (c->pid == 0)
			continue;
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
		close(c->in.fd);
		wire_in_clear(&c->in);
		c->pid = 0;
	}
}

static void
check_time(struct batch *b)
{
	uint64_t most = b->options->worker.limits->v[LIMIT_INPUT_SECONDS];
	uint64_t now = now_us(b);

	for (unsigned i = 0; i < b->slot_count; i++) {
		struct child *c = &b->slots[i];

		if (c->pid != 0 && c->killed == REASON_NONE &&
		    (now - c->started_us) / 1000000 >= most)
			child_kill(c, REASON_LIMIT_TIME_HIT);
	}
}

/* --- the loop --- */

static unsigned
running(const struct batch *b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < b->slot_count; i++)
		n += b->slots[i].pid != 0;
	return n;
}

static struct child *
free_slot(struct batch *b)
{
	for (unsigned i = 0; i < b->slot_count; i++)
		if (b->slots[i].pid == 0)
			return &b->slots[i];
	return NULL;
}

/* Wait for something to read, at most one tick; then read from whoever has something. */
static int
turn(struct batch *b, struct err *err)
{
	struct pollfd fds[JOBS_MOST];
	struct child *who[JOBS_MOST];
	nfds_t n = 0;

	for (unsigned i = 0; i < b->slot_count; i++) {
		if (b->slots[i].pid == 0)
			continue;
		fds[n] = (struct pollfd){ .fd = b->slots[i].in.fd, .events = POLLIN };
		who[n++] = &b->slots[i];
	}
	if (poll(fds, n, TICK_MS) < 0 && errno != EINTR)
		return err_sys(err, REASON_RESOURCE_PROCESS, NULL, "poll");
	for (nfds_t i = 0; i < n; i++) {
		if ((fds[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0)
			continue;
		if (child_read(b, who[i], err) != 0)
			return -1;
		if (who[i]->in.ended && child_reap(b, who[i], err) != 0)
			return -1;
	}
	check_time(b);
	return b->sink->idle == NULL ? 0 : b->sink->idle(b->sink->ctx, now_us(b), err);
}

static int
loop(struct batch *b, const struct inputs *inputs, struct err *err)
{
	size_t next = 0;
	struct child *slot;

	while (next < inputs->items.n || running(b) > 0) {
		if (stopped(b)) {
			b->result->stopped = true;
			return 0;
		}
		while (next < inputs->items.n && !stopped(b) && (slot = free_slot(b)) != NULL)
			if (start_item(b, slot, &inputs->items.v[next++], err) != 0)
				return -1;
		if (turn(b, err) != 0)
			return -1;
	}
	return 0;
}

/* Is each file that was read in a folder still what it was? False: *why says which is not. */
static bool
same_files(const struct input_item *item, const struct judged *then, struct err *why)
{
	struct file_id now;
	AUTO_FD dir = -1;

	if (then->files == NULL)
		return true;
	if (file_open(&dir, (const char *)item->path.ptr, FILE_FOLDER, why) != 0)
		return false;
	for (const struct judged_file *f = then->files; f != NULL; f = f->next) {
		struct where at = { .file = str_of(f->path) };

		if (file_identify_at(&now, dir, f->path, NULL) == 0 && file_same(&now, &f->then))
			continue;
		err_set(why, REASON_INPUT_CHANGED, &at,
		    "size, time or inode is not what it was when the file was hashed");
		return false;
	}
	return true;
}

static bool
unchanged(const struct input_item *item, const struct judged *then, struct err *why)
{
	if (is_same_path(item, then))
		return same_files(item, then, why);
	another_file(why);
	return false;
}

/* Whoever exchanges a file once it was judged does so while the run goes on, or after it. */
static int
last_look(struct batch *b, const struct inputs *inputs, struct err *err)
{
	struct err why;

	for (size_t i = 0; i < inputs->items.n && !b->result->stopped; i++) {
		const struct input_item *item = &inputs->items.v[i];

		if (!b->judged[item->seq].there ||
		    unchanged(item, &b->judged[item->seq], &why))
			continue;
		b->result->ended--;
		b->result->refused++;
		if (b->sink->input_changed != NULL &&
		    b->sink->input_changed(b->sink->ctx, item->seq, &why, err) != 0)
			return -1;
	}
	return 0;
}

/* A folder that was named and in which nothing is an export must not pass in silence. */
static int
empty_folders(struct batch *b, const struct inputs *inputs, struct err *err)
{
	struct err why = { .reason = REASON_INPUT_FORM,
		.text = "read whole, nothing below it is an export" };
	uint64_t seq = inputs->items.n;

	for (size_t i = 0; i < inputs->folders.n && !b->result->stopped; i++) {
		const struct searched *f = &inputs->folders.v[i];
		struct input_item item = { .path = str_bytes(f->path) };
		size_t at = f->first;

		while (at < f->end && b->none[at])
			at++;
		if (at < f->end || f->first == f->end)
			continue;
		item.seq = seq++;
		if (b->sink->input_begin != NULL &&
		    b->sink->input_begin(b->sink->ctx, &item, err) != 0)
			return -1;
		if (sink_refused(b, &item, &why, err) != 0)
			return -1;
	}
	return 0;
}

int
batch_run(struct batch_result *result, const struct inputs *inputs,
    const struct batch_options *options, const struct batch_sink *sink, struct err *err)
{
	struct batch b = { .result = result, .options = options, .sink = sink };
	int done;

	memset(result, 0, sizeof(*result));
	arena_init(&b.mem, 0);
	arena_init(&b.files, 0);
	b.certs = certbook_new(options->worker.limits);
	b.slot_count = options->jobs == 0 ? 1 : options->jobs;
	if (b.slot_count > JOBS_MOST)
		b.slot_count = JOBS_MOST;
	b.none = xmalloc(inputs->items.n + 1);
	memset(b.none, 0, inputs->items.n + 1);
	b.judged = xmalloc((inputs->items.n + 1) * sizeof(*b.judged));
	memset(b.judged, 0, (inputs->items.n + 1) * sizeof(*b.judged));
	done = loop(&b, inputs, err);
	abandon(&b);
	if (done == 0)
		done = last_look(&b, inputs, err);
	if (done == 0)
		done = empty_folders(&b, inputs, err);
	free(b.none);
	free(b.judged);
	certbook_free(b.certs);
	arena_clear(&b.mem);
	arena_clear(&b.files);
	return done;
}
