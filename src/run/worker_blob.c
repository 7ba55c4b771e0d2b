/* SPDX-License-Identifier: Apache-2.0 */
/* The child, when its input is a plain file: hashed in one pass, judged by signatures beside it. */
#include "decide/decide.h"
#include "input/blobin.h"
#include "oci/mediatype.h"
#include "run/worker_parts.h"
#include "verify/checkers.h"

#define ANY_TYPE "application/octet-stream" /* RFC 2046 section 4.5.1 */

struct session { /* one file under way */
	struct worker *worker;
	const struct worker_options *options;
	struct wire_out *out;
	struct blobin facts;
	struct str digest; /* sha256 of the file: what it is known by */
};

static int
pipe_broken(struct err *err)
{
	return err_set(err, REASON_RESOURCE_PROCESS, NULL, "pipe to the parent");
}

static int
read_file(struct session *s, int input, struct err *err)
{
	struct worker_progress progress = { .out = s->out };
	struct verify_tools tools = worker_tools(s->worker, s->options);
	struct input_options io = {
		.limits = s->options->limits,
		.progress = worker_progress,
		.progress_ctx = &progress,
	};
	unsigned wanted = blob_hashes(&tools, &s->options->blob->job);
	char text[DIGEST_TEXT];

	if (blobin_read(&s->facts, s->worker->lib, input, wanted | 1U << DIGEST_SHA256,
		&io, err) != 0)
		return -1;
	digest_format(text, &s->facts.digests[DIGEST_SHA256]);
	s->digest = arena_str(&s->worker->artifact, str_of(text));
	return 0;
}

static struct str
media_type(const struct session *s)
{
	struct str given = s->options->blob->job.media_type;

	return given.ptr == NULL ? STR(ANY_TYPE) : given;
}

static int
tell_file(struct session *s, struct err *err)
{
	struct name_record name = { .text = s->options->blob->name,
		.source = NAME_BASENAME,
		.use = NAME_SHOWN };
	struct node_record r = {
		.digest = s->digest,
		.media_type = media_type(s),
		.size = s->facts.size,
		.class = CLASS_ARTIFACT,
		.state = NODE_PRESENT,
		.found_by = FOUND_OPTION,
		.is_root = true,
		.judged = true,
		.names = &name,
		.name_count = name.text.len > 0,
	};

	return wire_node(s->out, &r) == 0 ? 0 : pipe_broken(err);
}

static int
judge(struct session *s, struct err *err)
{
	struct verify_tools tools = worker_tools(s->worker, s->options);
	uint64_t start = worker_clock(s->options);
	const struct target file = {
		.digest = s->digest,
		.media_type = s->options->blob->job.media_type,
		.size = s->facts.size,
		.hashes = s->facts.digests,
	};
	struct verdict v;

	verdict_init(&v, &s->worker->artifact, s->options->limits->v[LIMIT_FINDINGS]);
	v.digest = s->digest;
	v.media_type = media_type(s);
	v.class = CLASS_ARTIFACT;
	v.size = s->facts.size;
	if (decide_file(&v, &tools, &file, &s->options->blob->job, err) != 0)
		return -1;
	v.duration_us = worker_clock(s->options) - start;
	return worker_tell(s->out, &v, err);
}

static int
run_file(struct session *s, int input, struct err *err)
{
	struct input_record end = {
		.kind = INPUT_BLOB,
		.prefix = STR(""),
		.blobs = 1,
		.members = 1,
		.passes = 1,
	};

	if (read_file(s, input, err) != 0 || tell_file(s, err) != 0 || judge(s, err) != 0)
		return -1;
	end.digest = s->facts.digests[DIGEST_SHA256];
	end.size = end.expanded = s->facts.size;
	return wire_end(s->out, &end) == 0 ? 0 : pipe_broken(err);
}

/* A signature alone. */
static int
run_signature(struct session *s, int input, struct err *err)
{
	AUTO(buf_clear)
	struct buf text = { .max = (size_t)s->options->limits->v[LIMIT_ENVELOPE_BYTES] };
	struct verify_tools tools = worker_tools(s->worker, s->options);
	struct blob_signature signature = s->options->blob->job.signatures[0];
	struct input_record end = { .kind = INPUT_BLOB, .passes = 1 };
	struct verdict v;

	if (file_read(&text, input, REASON_LIMIT_ENVELOPE_HIT, NULL, err) != 0)
		return -1;
	signature.octets = buf_bytes(&text);
	verdict_init(&v, &s->worker->artifact, s->options->limits->v[LIMIT_FINDINGS]);
	v.class = CLASS_ARTIFACT;
	if (checker_show_file(&v, &tools, &signature, err) != 0)
		return -1;
	v.digest = v.signatures.v[0].signed_digest;
	if (v.digest.ptr == NULL)
		v.digest = STR("");
	if (worker_tell(s->out, &v, err) != 0)
		return -1;
	end.size = end.expanded = text.len;
	return wire_end(s->out, &end) == 0 ? 0 : pipe_broken(err);
}

int
worker_blob(struct worker *w, const struct worker_options *options, int input,
    bool is_dir, struct wire_out *out)
{
	struct session s = { .worker = w, .options = options, .out = out };
	struct err err = { .reason = REASON_NONE };
	int done;

	arena_reset(&w->artifact);
	if (is_dir)
		done =
		    err_set(&err, REASON_INPUT_TYPE, NULL, "a folder, want a plain file");
	else if (options->mode == WORKER_BLOB)
		done = run_file(&s, input, &err);
	else
		done = run_signature(&s, input, &err);
	return done == 0 ? 0 : wire_refused(out, &err);
}
