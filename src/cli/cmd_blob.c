/* SPDX-License-Identifier: Apache-2.0 */
/* assay blob: one file and its detached signatures, judged and recorded; or one signature shown. */
#include <stdio.h>

#include "base/log.h"
#include "cli/recorded.h"
#include "cli/show_signature.h"
#include "codec/text.h"
#include "oci/mediatype.h"

#define SIGNATURES_MOST 1000

struct blob_run {
	struct recorded run;
	const char *paths[SIGNATURES_MOST];
	size_t path_count;
	struct str statement, media_type;
	bool inspect, json;
	/* under way */
	struct worker_blob work;
	struct blob_signature *signatures;
	bool unusable; /* --inspect: not all of it could be shown */
	int status;
};

/* --- options --- */

/* An envelope is not guessed at: its name says what it is. */
static int
check_name(const char *path, struct err *err)
{
	if (blob_envelope_type(str_of(path)).ptr != NULL)
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "signature %s, want a name that ends in .jws.sig or .cose.sig", path);
}

static int
read_path(void *home, const char *value, struct err *err)
{
	struct blob_run *b = home;

	if (check_name(value, err) != 0)
		return -1;
	if (b->path_count == SIGNATURES_MOST)
		return err_set(err, REASON_USAGE_OPTION, NULL, "more than %d signatures",
		    SIGNATURES_MOST);
	b->paths[b->path_count++] = value;
	return 0;
}

static int
read_media_type(void *home, const char *value, struct err *err)
{
	struct blob_run *b = home;

	b->media_type = str_of(value);
	if (media_valid(b->media_type))
		return 0;
	return err_set(err, REASON_USAGE_OPTION, NULL,
	    "--media-type %s is no media type (want TYPE/SUBTYPE)", value);
}

static const struct opt_row rows[] = {
	OPT_ROW_OTHER(OWN, read_path, "signature", "SIG",
	    "signature file, NAME.jws.sig or NAME.cose.sig; may be repeated"),
	CONFIG_ROW_POLICY,
	OPT_ROW_TEXT(OWN, blob_run, statement, "statement", "NAME",
	    "policy statement (the global one)"),
	OPT_ROW_OTHER(OWN, read_media_type, "media-type", "TYPE",
	    "the signed media type must be TYPE"),
	TERMS_ROW_METADATA,
	CONFIG_ROW_DB,
	CONFIG_ROW_CREATE,
	CONFIG_ROW_AT,
	REVSOURCE_ROWS,
	RECORDED_ROW_EFFECT("deny, or audit: exit 0 though FILE is noncompliant (deny)"),
	RECORDED_ROW_EXIT_CODE("exit 2 if FILE is noncompliant, whatever the effect"),
	RECORDED_ROW_REPORT,
	RECORDED_ROW_SERIES("ties runs over one file (blob/ and its name)"),
	RECORDED_ROWS,
	OPT_ROW_FLAG(OWN, blob_run, inspect, "inspect",
	    "show one signature in full, without judging it"),
	OPT_ROW_WORD(OWN, blob_run, json, opt_formats, "format", "FORMAT",
	    "of --inspect: text or json (text)"),
	CONFIG_ROW_INSECURE,
	CONFIG_ROWS_COMMON,
	OPT_END,
};

/* --- files --- */

static struct str
base_name(struct str path)
{
	size_t slash = path.len;

	while (slash > 0 && path.ptr[slash - 1] != '/')
		slash--;
	return str_from(path, slash);
}

/* The one input: FILE as it was given. Nothing in its name has a meaning here. */
static void
add_input(struct blob_run *b, const char *path)
{
	struct inputs *inputs = &b->run.inputs;
	struct input_item item = { .seq = 0 };

	arena_init(&inputs->mem, 0);
	item.path = str_bytes(arena_str(&inputs->mem, str_of(path)));
	VEC_PUSH(&inputs->mem, &inputs->items, item);
	b->work.name = text_shown(&inputs->mem, base_name(str_of(path)));
}

/* Octets only: nothing is parsed in this process. What cannot be read is judged as such. */
static void
read_signature(struct blob_signature *s, struct arena *mem, const char *path,
    const struct limits *limits)
{
	AUTO(buf_clear)
	struct buf text = { .max = (size_t)limits->v[LIMIT_ENVELOPE_BYTES] };
	AUTO_FD fd = -1;
	struct err why = { .reason = REASON_NONE };

	s->name = text_shown(mem, str_of(path));
	s->envelope_type = blob_envelope_type(str_of(path));
	if (file_open(&fd, path, FILE_REGULAR, &why) == 0 &&
	    file_read(&text, fd, REASON_LIMIT_ENVELOPE_HIT, NULL, &why) == 0) {
		s->octets = arena_bytes(mem, buf_bytes(&text));
		return;
	}
	s->reason = why.reason;
	s->detail = text_shown(mem, str_of(why.text));
}

/* Level skip reads no signature at all. */
static void
read_signatures(struct blob_run *b)
{
	struct blob_job *job = &b->work.job;
	struct arena *mem = &b->run.config->mem;

	b->signatures = arena_array(mem, b->path_count, sizeof(*b->signatures));
	job->signatures = b->signatures;
	if (job->statement == NULL || job->statement->level == LEVEL_SKIP)
		return;
	for (size_t i = 0; i < b->path_count; i++)
		read_signature(
		    &b->signatures[i], mem, b->paths[i], &b->run.config->limits);
	job->signature_count = b->path_count;
}

static int
judge(struct blob_run *b, const char *path)
{
	struct worker_options worker;
	int status = recorded_open(&b->run, POLICY_BLOB);

	if (status != STATUS_OK)
		return status;
	b->work.job.statement_name = b->statement;
	b->work.job.statement = policy_select_blob(&b->run.policy, b->statement);
	b->work.job.media_type = b->media_type;
	add_input(b, path);
	/* A series of its own for each name: runs over other files are no history of this one. */
	if (b->run.series.ptr == NULL)
		b->run.series =
		    arena_printf(&b->run.config->mem, "blob/%.*s", STR_ARG(b->work.name));
	read_signatures(b);
	worker = recorded_worker(&b->run, WORKER_BLOB);
	worker.blob = &b->work;
	return recorded_judge(&b->run, &worker);
}

/* --- one signature, shown --- */

static int
on_verdict(void *ctx, uint64_t seq, const struct verdict *v, struct err *err)
{
	struct blob_run *b = ctx;
	struct shown_signature s = { .limits = &b->run.config->limits, .parsed = v };
	struct doc d;

	(void)seq;
	if (v->signatures.n != 1)
		return err_set(
		    err, REASON_PARSER_PROTOCOL, NULL, "%zu signatures", v->signatures.n);
	b->unusable = show_signature_fault(&s) != NULL;
	doc_begin(&d, b->json, "assay-blob-inspect/1", DOC_COLUMN);
	doc_object(&d, "signature");
	show_signature(&d, &s);
	doc_object_end(&d);
	return doc_end(&d) == 0
		   ? 0
		   : err_sys(err, REASON_FILE_WRITE, NULL, "standard output");
}

static int
on_input_end(void *ctx, uint64_t seq, const struct input_record *end,
    const struct err *why, struct err *err)
{
	struct blob_run *b = ctx;
	struct err named;

	(void)seq;
	(void)err;
	if (end != NULL) {
		b->status = b->unusable ? STATUS_HOLES : STATUS_OK;
		return 0;
	}
	named = *why;
	if (named.file[0] == '\0')
		snprintf(named.file, sizeof(named.file), "%.*s", STR_ARG(b->work.name));
	log_err(&named);
	return 0;
}

static int
inspect(struct blob_run *b, const char *path)
{
	struct blob_signature signature = { .name = STR_NONE };
	struct batch_options options = {
		.worker = {
			.mode = WORKER_BLOB_INSPECT,
			.limits = &b->run.config->limits,
			.blob = &b->work,
			.clock_us = config_monotonic_us,
			.cpu_us = config_cpu_us,
		},
		.jobs = 1,
	};
	struct batch_sink sink = {
		.ctx = b, .verdict = on_verdict, .input_end = on_input_end
	};
	struct batch_result result;
	struct err err;

	add_input(b, path);
	signature.name = b->work.name;
	signature.envelope_type = blob_envelope_type(str_of(path));
	b->work.job.signatures = &signature;
	b->work.job.signature_count = 1;
	b->status = STATUS_HOLES;
	ossl_process_init();
	if (batch_run(&result, &b->run.inputs, &options, &sink, &err) != 0)
		return config_fail(&err);
	if (result.crashed > 0)
		return STATUS_FAILED;
	return result.not_opened > 0 ? STATUS_INPUT : b->status;
}

/* --- both --- */

static int
begin(struct blob_run *b, const struct command *self, char *operand)
{
	struct err err;

	if (strcmp(operand, "-") == 0)
		return opt_wrong(self, "standard input is not read: it must be a file");
	if (b->inspect && b->path_count > 0)
		return opt_wrong(self, "blob --inspect wants SIG alone, without --signature");
	if (b->inspect)
		return check_name(operand, &err) != 0 ? config_fail(&err) : inspect(b, operand);
	if (b->path_count == 0)
		return opt_wrong(self, "blob wants --signature");
	return judge(b, operand);
}

static int
run(struct config *c, const struct command *self, int argc, char **argv)
{
	struct blob_run b = { .statement = STR_NONE, .media_type = STR_NONE };
	void *homes[OPT_HOMES] = { [OPT_OWN] = &b };
	struct opt_given given;
	int status;

	recorded_init(&b.run, c);
	recorded_homes(&b.run, homes);
	b.run.series = STR_NONE;
	b.run.deny = true;
	b.run.all = true;
	b.run.jobs = 1;
	if (!opt_begin(self, homes, argc, argv, &given, &status))
		return status;
	status = begin(&b, self, argv[0]);
	recorded_clear(&b.run);
	return status;
}

const struct command command_blob = {
	.name = "blob",
	.operands = "FILE --signature SIG... | --inspect SIG",
	.summary = "Judge a file by its detached signatures, record every step",
	.description =
	    "One valid signature is enough; all are judged. The exit status is 2 if FILE is\n"
	    "noncompliant. The policy is trustpolicy.blob.json of the policy folder.\n",
	.examples =
	    "  assay blob --policy policy/ --signature app.bin.jws.sig app.bin\n"
	    "  assay blob --inspect app.bin.jws.sig\n",
	.least = 1,
	.most = 1,
	.limits = true,
	.rows = rows,
	.run = run,
};
