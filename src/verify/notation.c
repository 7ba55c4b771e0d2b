/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notary Project signatures: where the envelope comes from, and what ties it to the target. The
 * envelope itself is judged in notation_steps.c.
 */
#include "verify/notation.h"

#include <strings.h>

#include "codec/hex.h"
#include "codec/jsonin.h"
#include "verify/binding.h"
#include "verify/blob.h"
#include "verify/inspect.h"
#include "verify/notation_steps.h"
#include "verify/sigrecord.h"

#define THUMBPRINTS "io.cncf.notary.x509chain.thumbprint#S256"

bool
notation_accepts(const struct node *n)
{
	return n->state == NODE_PRESENT && n->manifest.form != MANIFEST_INDEX &&
	    media_of(n->effective_type) == MEDIA_NOTARY_SIGNATURE;
}

void
notation_find(struct candidates *out, const struct check_job *job)
{
	if (job->given != NULL)
		blob_find(out, job);
	else
		candidates_referrers(out, job);
}

/* --- the manifest and its one envelope --- */

/*
 * New form: artifactType and the empty config. Legacy form: the config type says it, with or
 * without an artifactType beside it. The withdrawn artifact manifest has no config at all.
 */
static bool
manifest_form_ok(const struct manifest *m)
{
	if (m->form == MANIFEST_ARTIFACT)
		return true;
	if (!m->has_config)
		return false;
	if (media_of(m->config.media_type) == MEDIA_NOTARY_SIGNATURE)
		return true;
	return m->artifact_type.len > 0 && media_of(m->config.media_type) == MEDIA_EMPTY;
}

static const struct descriptor *
envelope_descriptor(struct notation_check *c)
{
	const struct manifest *m = &c->job->candidate->node->manifest;

	if (!manifest_form_ok(m)) {
		verdict_fail(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
		    REASON_SIG_MANIFEST_INVALID, "config type %.*s, want %s",
		    STR_ARG(m->config.media_type), media_text(MEDIA_EMPTY));
		return NULL;
	}
	if (m->child_count != 1) {
		verdict_fail(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
		    REASON_SIG_MANIFEST_LAYERS, "%zu layers, want 1", m->child_count);
		return NULL;
	}
	return &m->children[0];
}

/*
 * The envelope's octets, checked against digest and size: 1. 0: a failed step says why not; -1 is
 * ERR_ENV.
 */
static int
envelope_read(struct notation_check *c, struct bytes *out, const struct descriptor *d,
    struct err *err)
{
	struct signature_record *s = &c->v->signatures.v[c->signature];
	uint64_t most = c->job->tools->limits->v[LIMIT_ENVELOPE_BYTES];

	s->envelope_type = arena_str(c->v->mem, d->media_type);
	if (d->digest.alg == DIGEST_NONE) {
		verdict_fail(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
		    REASON_DIGEST_UNSUPPORTED, "envelope %.*s", STR_ARG(d->digest_text));
		return 0;
	}
	if (d->size > most) {
		verdict_fail(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
		    REASON_LIMIT_ENVELOPE_HIT, "envelope of %llu octets, limit %llu",
		    (unsigned long long)d->size, (unsigned long long)most);
		return 0;
	}
	if (store_read(out, c->job->store, &d->digest, most, REASON_LIMIT_ENVELOPE_HIT, err) != 0) {
		if (reason_row(err->reason)->class == ERR_ENV)
			return -1;
		verdict_error(c->v, STEP_DISCOVERY, c->signature, REASON_SIGNATURE_RETRIEVAL,
		    "envelope %.*s: %s (%s)", STR_ARG(d->digest_text), err->text,
		    reason_code(err->reason));
		return 0;
	}
	if (out->len != d->size) {
		verdict_fail(c->v, STEP_DISCOVERY, ACTION_ENFORCE, c->signature,
		    REASON_BLOB_SIZE_MISMATCH, "envelope is %zu octets, described as %llu",
		    out->len, (unsigned long long)d->size);
		return 0;
	}
	return 1;
}

/* The candidate's octets, as envelope_read. */
static int
step_octets(struct notation_check *c, struct bytes *octets, struct err *err)
{
	const struct candidate *from = c->job->candidate;
	const struct descriptor *d;

	if (from->file != NULL)
		return blob_read(octets, c->v, from->file, c->signature);
	d = envelope_descriptor(c);
	return d == NULL ? 0 : envelope_read(c, octets, d, err);
}

/* 0 with *good set if the envelope and its certificates could be taken apart. */
static int
step_envelope(struct notation_check *c, bool *good, struct err *err)
{
	struct bytes octets;
	int got = step_octets(c, &octets, err);

	*good = false;
	if (got != 1)
		return got;
	return steps_evidence(c, &octets) ? steps_envelope(c, octets, good, err) : 0;
}

/* The annotation with the fingerprints of the chain: compared, never trusted. */
static bool
thumbprints_fit(struct notation_check *c, struct str text)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	char hex[2 * DIGEST_MOST + 1];
	struct err ignored;
	struct jv item;
	size_t i = 0;

	if (jsonin_parse(&doc, str_bytes(text), c->job->tools->limits, NULL, &ignored) != 0 ||
	    jsonin_type(jsonin_root(doc)) != JSON_ARRAY)
		return false;
	for (item = jsonin_first(jsonin_root(doc)); jsonin_type(item) != JSON_ABSENT;
	     item = jsonin_next(item), i++) {
		struct str got;

		if (i >= c->chain->count || jsonin_as_str(&got, item, &ignored) != 0 ||
		    got.len != 64)
			return false;
		hex_encode(hex, digest_value(&cert_info(c->chain->certs[i])->sha256));
		if (strncasecmp(got.ptr, hex, 64) != 0)
			return false;
	}
	return i == c->chain->count;
}

static void
note_thumbprints(struct notation_check *c)
{
	struct str text = manifest_annotation(&c->job->candidate->node->manifest, THUMBPRINTS);

	if (text.ptr == NULL)
		verdict_note(c->v, REASON_SIG_MANIFEST_THUMBPRINT, c->signature,
		    "annotation %s is missing", THUMBPRINTS);
	else if (!thumbprints_fit(c, text))
		verdict_note(c->v, REASON_SIG_MANIFEST_THUMBPRINT, c->signature,
		    "annotation %s does not name this chain", THUMBPRINTS);
}

/* --- all of it, in order --- */

static int
judge(struct notation_check *c, struct err *err)
{
	bool good, holds;

	if (step_envelope(c, &good, err) != 0)
		return -1;
	if (!good)
		return 0;
	if (steps_judge(c, &holds, err) != 0)
		return -1;
	if (!holds)
		return 0;
	if (c->job->candidate->node != NULL)
		note_thumbprints(c);
	return binding_check(c->v, c->job, &c->envelope, c->signature, err);
}

static void
check_init(struct notation_check *c, struct verdict *v, const struct check_job *job)
{
	const struct candidate *from = job->candidate;

	memset(c, 0, sizeof(*c));
	c->v = v;
	c->job = job;
	c->signature = sigrecord_begin(v, from->digest);
	if (from->node != NULL) {
		c->at.blob = from->digest;
		return;
	}
	c->at.file = from->file->name;
	v->signatures.v[c->signature].envelope_type = from->file->envelope_type;
}

int
notation_judge(struct verdict *v, const struct check_job *job, struct err *err)
{
	struct notation_check c;

	check_init(&c, v, job);
	if (judge(&c, err) != 0)
		return -1;
	steps_end(&c);
	return 0;
}

int
notation_show(struct verdict *v, const struct check_job *job, struct err *err)
{
	struct payload p;
	struct notation_check c;
	bool good;

	check_init(&c, v, job);
	if (step_envelope(&c, &good, err) != 0)
		return -1;
	v->signatures.v[c.signature].state = good ? SIGNATURE_SKIPPED : SIGNATURE_ERROR;
	if (!good)
		return 0;
	if (payload_parse(&p, v->mem, c.envelope.payload, job->tools->limits, &c.at, err) != 0) {
		verdict_data(v, inspect_json(v->mem, job->tools, &c.envelope, NULL));
		return verdict_take(v, STEP_BINDING, ACTION_ENFORCE, c.signature, err);
	}
	v->signatures.v[c.signature].signed_digest = arena_str(v->mem, p.digest);
	verdict_data(v, inspect_json(v->mem, job->tools, &c.envelope, &p));
	return 0;
}
