/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures in files beside what they sign: their names, the hashes they need, their octets. */
#include "verify/blob.h"

#include <stdlib.h>
#include <strings.h>

#include "verify/notation_steps.h"

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

/* --- candidates --- */

static int
by_digest(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return str_cmp(x->digest, y->digest);
}

static bool
same(const struct candidate *a, const struct candidate *b)
{
	return str_equal(a->digest, b->digest) &&
	       str_equal(a->file->envelope_type, b->file->envelope_type);
}

/* Known by the digest of its octets; by its name if it could not be read. */
static struct str
known_by(struct arena *mem, struct hasher *hasher, const struct blob_signature *s)
{
	char text[DIGEST_TEXT];
	struct digest d;

	if (s->reason != REASON_NONE)
		return s->name;
	hasher_of(hasher, DIGEST_SHA256, s->octets, &d);
	digest_format(text, &d);
	return arena_str(mem, str_of(text));
}

void
blob_find(struct candidates *out, const struct check_job *job)
{
	size_t count = job->given->signature_count;
	struct candidate *list = arena_array(out->mem, count, sizeof(*list));

	for (size_t i = 0; i < count; i++) {
		const struct blob_signature *s = &job->given->signatures[i];

		list[i] = (struct candidate){ .digest = known_by(
						out->mem, job->tools->hasher, s),
			.file = s };
	}
	if (count > 1)
		qsort(list, count, sizeof(*list), by_digest);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !same(&list[i - 1], &list[i]))
			candidates_add(out, list[i]);
}

bool
blob_read(struct bytes *octets, struct verdict *v, const struct blob_signature *s, int signature)
{
	*octets = s->octets;
	if (s->reason == REASON_LIMIT_ENVELOPE_HIT) {
		verdict_fail(v, STEP_DISCOVERY, ACTION_ENFORCE, signature, s->reason,
		    "signature %.*s: %.*s", STR_ARG(s->name), STR_ARG(s->detail));
		return false;
	}
	if (s->reason != REASON_NONE) {
		verdict_error(v, STEP_DISCOVERY, signature, REASON_SIGNATURE_RETRIEVAL,
		    "signature %.*s: %.*s (%s)", STR_ARG(s->name), STR_ARG(s->detail),
		    reason_code(s->reason));
		return false;
	}
	verdict_pass(v, STEP_DISCOVERY, ACTION_ENFORCE, signature,
	    "signature %.*s of %zu octets", STR_ARG(s->name), s->octets.len);
	return true;
}
