/* SPDX-License-Identifier: Apache-2.0 */
/* Detached Notary Project signatures over a file. */
#include "verify/blob.h"

#include <stdlib.h>
#include <strings.h>

#include "verify/binding.h"
#include "verify/inspect.h"
#include "verify/notation_steps.h"
#include "verify/sigrecord.h"

/* --- names --- */

static bool
part_is(struct str part, const char *text)
{
	return part.len == strlen(text) && strncasecmp(part.ptr, text, part.len) == 0;
}

/* Takes the last part of a name, without its dot; false: there is no dot. */
static bool
take_part(struct str *name, struct str *part)
{
	size_t dot = name->len;

	while (dot > 0 && name->ptr[dot - 1] != '.')
		dot--;
	if (dot == 0)
		return false;
	*part = str_from(*name, dot);
	*name = str_upto(*name, dot - 1);
	return true;
}

struct str
blob_envelope_type(struct str path)
{
	struct str name = path, last, format;
	size_t slash = path.len;

	while (slash > 0 && path.ptr[slash - 1] != '/')
		slash--;
	name = str_from(path, slash);
	if (!take_part(&name, &last) || !part_is(last, "sig") ||
	    !take_part(&name, &format))
		return STR_NONE;
	if (part_is(format, "jws"))
		return STR(ENVELOPE_TYPE_JWS);
	if (part_is(format, "cose"))
		return STR(ENVELOPE_TYPE_COSE);
	return STR_NONE;
}

/* --- what the file must be hashed with --- */

static enum digest_alg
hash_named(
    const struct verify_tools *tools, const struct blob_signature *s, struct arena *mem)
{
	struct envelope e;
	struct err ignored;

	if (s->reason != REASON_NONE || s->octets.len == 0 ||
	    steps_parse(&e, mem, s->envelope_type, s->octets, tools->limits, NULL,
		&ignored) != 0)
		return DIGEST_NONE;
	return e.alg == SIGALG_NONE ? DIGEST_NONE : sigalg_row(e.alg)->hash;
}

unsigned
blob_hashes(const struct verify_tools *tools, const struct blob_job *job)
{
	struct arena mem;
	unsigned wanted = 0;

	if (job->statement == NULL || job->statement->level == LEVEL_SKIP)
		return 0;
	arena_init(&mem, 0);
	for (size_t i = 0; i < job->signature_count; i++) {
		enum digest_alg alg = hash_named(tools, &job->signatures[i], &mem);

		if (alg != DIGEST_NONE)
			wanted |= 1U << alg;
		arena_reset(&mem);
	}
	arena_clear(&mem);
	return wanted;
}

/* --- one signature --- */

struct file { /* the file under test */
	const struct digest *digests;
	uint64_t size;
	struct str media_type;
};

struct candidate { /* a signature in its turn */
	const struct blob_signature *s;
	struct str digest; /* of the signature file; its name if it could not be read */
};

static void
check_init(struct notation_check *c, struct verdict *v, const struct verify_job *job,
    const struct candidate *from)
{
	struct signature_record s = {
		.manifest_digest = from->digest,
		.envelope_type = from->s->envelope_type,
		.state = SIGNATURE_ERROR,
	};

	memset(c, 0, sizeof(*c));
	c->v = v;
	c->job = job;
	c->at.file = from->s->name;
	VEC_PUSH(v->mem, &v->signatures, s);
	c->signature = (int)v->signatures.n - 1;
}

/* The octets that the parent read, or why it could not. False: a failed step says so. */
static bool
step_read(struct notation_check *c, const struct blob_signature *s, struct bytes *octets)
{
	*octets = s->octets;
	if (s->reason == REASON_LIMIT_ENVELOPE_HIT) {
		verdict_fail(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
		    s->reason, "signature %.*s: %.*s", STR_ARG(s->name),
		    STR_ARG(s->detail));
		return false;
	}
	if (s->reason != REASON_NONE) {
		verdict_error(c->v, STEP_DISCOVERY, c->signature,
		    REASON_SIGNATURE_RETRIEVAL, "signature %.*s: %.*s (%s)",
		    STR_ARG(s->name), STR_ARG(s->detail), reason_code(s->reason));
		return false;
	}
	verdict_pass(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
	    "signature %.*s of %zu octets", STR_ARG(s->name), s->octets.len);
	return steps_evidence(c, octets);
}

static int
bind(struct notation_check *c, const struct file *file, struct err *err)
{
	struct binding_file target = {
		.digest = file->digests[sigalg_row(c->envelope.alg)->hash],
		.size = file->size,
		.media_type = file->media_type,
	};

	return binding_check_file(
	    c->v, c->job->tools, &target, &c->envelope, c->signature, err);
}

static int
judge_one(struct notation_check *c, const struct candidate *from, const struct file *file,
    struct err *err)
{
	struct bytes octets;
	bool good, holds;

	if (!step_read(c, from->s, &octets))
		return 0;
	if (steps_envelope(c, octets, &good, err) != 0)
		return -1;
	if (!good)
		return 0;
	if (steps_judge(c, &holds, err) != 0)
		return -1;
	return holds ? bind(c, file, err) : 0;
}

/* --- all of them --- */

static int
by_digest(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return str_cmp(x->digest, y->digest);
}

/* In the order of their digests; one file named twice is one signature. */
static size_t
candidates(struct candidate *out, struct arena *mem, const struct verify_tools *tools,
    const struct blob_job *job)
{
	char text[DIGEST_TEXT];
	struct digest d;
	size_t n = 0;

	for (size_t i = 0; i < job->signature_count; i++) {
		out[i] =
		    (struct candidate){ &job->signatures[i], job->signatures[i].name };
		if (out[i].s->reason != REASON_NONE)
			continue;
		hasher_of(tools->hasher, DIGEST_SHA256, out[i].s->octets, &d);
		digest_format(text, &d);
		out[i].digest = arena_str(mem, str_of(text));
	}
	qsort(out, job->signature_count, sizeof(*out), by_digest);
	for (size_t i = 0; i < job->signature_count; i++)
		if (n == 0 || !str_equal(out[n - 1].digest, out[i].digest) ||
		    !str_equal(out[n - 1].s->envelope_type, out[i].s->envelope_type))
			out[n++] = out[i];
	return n;
}

static int
judge_all(bool *proven, struct verdict *v, const struct verify_job *how,
    const struct blob_job *job, const struct file *file, struct err *err)
{
	struct candidate *list = arena_array(v->mem, job->signature_count, sizeof(*list));
	uint64_t most = how->tools->limits->v[LIMIT_SIGNATURES];
	struct signed_tally t = { .found = 0 };
	size_t findings = v->findings.n;

	*proven = false;
	t.found = candidates(list, v->mem, how->tools, job);
	if (t.found == 0) {
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, -1,
		    REASON_SIGNATURE_NOT_FOUND, "no signature was given");
		return 0;
	}
	for (; t.looked_at < t.found && t.looked_at < most; t.looked_at++) {
		struct notation_check c;

		check_init(&c, v, how, &list[t.looked_at]);
		if (judge_one(&c, &list[t.looked_at], file, err) != 0)
			return -1;
		steps_end(&c);
		t.valid += v->signatures.v[c.signature].state == SIGNATURE_VALID;
	}
	*proven = verify_tally(v, &t, findings);
	return 0;
}

static bool
step_policy(struct verdict *v, const struct blob_job *job)
{
	const struct policy_statement *s = job->statement;

	if (s == NULL && job->statement_name.ptr == NULL) {
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1,
		    REASON_POLICY_NO_MATCH,
		    "no statement is global (globalPolicy), and none was named");
		return false;
	}
	if (s == NULL) {
		verdict_fail(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1,
		    REASON_POLICY_NO_MATCH, "no statement is named %.*s",
		    STR_ARG(job->statement_name));
		return false;
	}
	v->statement = s->name;
	v->level = s->level;
	verdict_pass(v, STEP_POLICY_MATCH, ACTION_ENFORCE, -1, "%sstatement %.*s (%s)",
	    job->statement_name.ptr == NULL ? "global " : "", STR_ARG(s->name),
	    level_name(s->level));
	return true;
}

int
blob_verify(struct verdict *v, const struct verify_tools *tools,
    const struct blob_job *job, const struct digest *digests, uint64_t size,
    struct err *err)
{
	struct verify_job how = { .tools = tools, .statement = job->statement };
	struct file file = { digests, size, job->media_type };
	bool proven = false;

	if (!step_policy(v, job)) {
		verdict_close(v, END_UNPROVEN, REASON_NONE);
		return 0;
	}
	if (job->statement->level == LEVEL_SKIP) {
		verdict_skip(v, STEP_DISCOVERY, ACTION_SKIP, -1, OUTCOME_SKIPPED,
		    "statement %.*s skips verification", STR_ARG(job->statement->name));
		verdict_close(v, END_SKIPPED, REASON_POLICY_LEVEL_SKIP);
		return 0;
	}
	if (judge_all(&proven, v, &how, job, &file, err) != 0)
		return -1;
	verdict_close(v, proven ? END_PROVEN : END_UNPROVEN, REASON_NONE);
	return 0;
}

/* --- views --- */

int
blob_inspect(struct verdict *v, const struct verify_tools *tools,
    const struct blob_signature *signature, struct err *err)
{
	struct verify_job how = { .tools = tools };
	struct candidate from = { signature, STR("") };
	struct notation_check c;
	struct bytes octets = signature->octets;
	struct payload p;
	bool good;

	check_init(&c, v, &how, &from);
	if (!steps_evidence(&c, &octets))
		return 0;
	if (steps_envelope(&c, octets, &good, err) != 0)
		return -1;
	if (!good)
		return 0;
	v->signatures.v[c.signature].state = SIGNATURE_SKIPPED;
	if (payload_parse(&p, v->mem, c.envelope.payload, tools->limits, NULL, err) != 0)
		return verdict_take(v, STEP_BINDING, ACTION_ENFORCE, c.signature, err);
	v->digest = v->signatures.v[c.signature].signed_digest =
	    arena_str(v->mem, p.digest);
	verdict_data(v, inspect_json(v->mem, tools, &c.envelope, &p));
	return 0;
}
