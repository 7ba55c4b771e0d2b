/* SPDX-License-Identifier: Apache-2.0 */
/* What every envelope must keep, whatever it is written in. */
#include "envelope/envelope.h"

#include "codec/jsonin.h"

const char *
envelope_scheme_name(enum envelope_scheme s)
{
	switch (s) {
	case SCHEME_X509:
		return "notary.x509";
	case SCHEME_SIGNING_AUTHORITY:
		return "notary.x509.signingAuthority";
	}
	return "";
}

/* The place inside the envelope, where the format has names for it. */
static struct where
member(const struct envelope *e, const struct where *at, const char *pointer)
{
	struct where w = at == NULL ? (struct where){ .offset = 0 } : *at;

	if (e->format == FORMAT_NOTATION_JWS)
		w.pointer = str_of(pointer);
	return w;
}

int
envelope_check(const struct envelope *e, const struct where *at, struct err *err)
{
	struct where w = member(e, at, "/payload");

	if (e->payload.len == 0)
		return err_set(err, REASON_PAYLOAD_MALFORMED, &w, "payload is empty");
	w = member(e, at, "/signature");
	if (e->signature.len == 0)
		return err_set(err, REASON_ENVELOPE_EMPTY, &w, "signature is empty");
	w = member(e, at, "/protected");
	if (sigalg_row(e->alg) == NULL)
		return err_set(err, REASON_SIG_ALG, &w, "no signature algorithm");
	/*
	 * The signature specification wants the expiry to be later; equal is refused too.
	 */
	if (e->has_expiry && when_cmp(e->expiry, e->signing_time) <= 0)
		return err_set(err, REASON_SIG_EXPIRY_INVALID, &w,
		    "expiry is not after the signing time");
	if (e->scheme != SCHEME_X509 && e->scheme != SCHEME_SIGNING_AUTHORITY)
		return err_set(err, REASON_SIG_HEADER, &w, "no signing scheme");
	return 0;
}

/* --- payload --- */

#define PAYLOAD_DEPTH 32 /* nesting; a descriptor needs four levels */

static const char *const payload_names[] = { "targetArtifact" };
static const char *const target_names[] = { "mediaType", "digest", "size", "annotations",
	"artifactType", "urls", "data", "platform" };

static int
meta_read(struct payload *out, struct arena *mem, struct jv target, struct err *err)
{
	VEC(struct payload_meta) meta = { NULL, 0, 0 };
	struct payload_meta one;
	struct jv annotations, v;

	if (jsonin_opt_obj(&annotations, target, "annotations", err) != 0)
		return -1;
	for (v = jsonin_first(annotations); jsonin_present(v); v = jsonin_next(v)) {
		if (jsonin_as_str(&one.value, v, err) != 0)
			return -1;
		one.key = arena_str(mem, jsonin_key(v));
		one.value = arena_str(mem, one.value);
		VEC_PUSH(mem, &meta, one);
	}
	out->meta = meta.v;
	out->meta_count = meta.n;
	return 0;
}

static int
text_read(struct str *out, struct arena *mem, struct jv target, const char *name,
    struct err *err)
{
	struct str text;

	if (jsonin_str(&text, target, name, err) != 0)
		return -1;
	if (text.len == 0)
		return jsonin_fail(err, REASON_PAYLOAD_MALFORMED,
		    jsonin_get(target, name), "%s is empty", name);
	*out = arena_str(mem, text);
	return 0;
}

/* OCI image specification, descriptor: the three required members and the annotations. */
static int
target_read(struct payload *out, struct arena *mem, struct jv root, struct err *err)
{
	struct jv target;

	if (jsonin_obj(&target, root, "targetArtifact", err) != 0 ||
	    jsonin_known(target, target_names, COUNT(target_names), false, err) != 0 ||
	    text_read(&out->media_type, mem, target, "mediaType", err) != 0 ||
	    text_read(&out->digest, mem, target, "digest", err) != 0 ||
	    jsonin_u64(&out->size, target, "size", err) != 0)
		return -1;
	if (out->size > INT64_MAX)
		return jsonin_fail(err, REASON_JSON_NUMBER_RANGE,
		    jsonin_get(target, "size"), "size is too large");
	return meta_read(out, mem, target, err);
}

static int
payload_read(struct payload *out, struct arena *mem, struct bytes text,
    const struct limits *limits, const struct where *at, struct err *err)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct jv root, v;

	if (jsonin_parse(&doc, text, limits, at, err) != 0)
		return -1;
	root = jsonin_root(doc);
	if (jsonin_as(root, JSON_OBJECT, err) != 0 ||
	    jsonin_known(root, payload_names, COUNT(payload_names), false, err) != 0 ||
	    target_read(out, mem, root, err) != 0)
		return -1;
	for (v = jsonin_first(root); jsonin_present(v); v = jsonin_next(v)) {
		if (str_is(jsonin_key(v), payload_names[0]))
			continue;
		out->unknown = arena_str(mem, jsonin_key(v));
		break;
	}
	return 0;
}

int
payload_parse(struct payload *out, struct arena *mem, struct bytes text,
    const struct limits *limits, const struct where *at, struct err *err)
{
	struct limits lower = *limits;
	struct payload payload = { .size = 0 };
	struct err own;

	if (err == NULL)
		err = &own;
	if (lower.v[LIMIT_JSON_DEPTH] > PAYLOAD_DEPTH)
		lower.v[LIMIT_JSON_DEPTH] = PAYLOAD_DEPTH;
	if (text.len == 0)
		return err_set(err, REASON_PAYLOAD_MALFORMED, at, "payload is empty");
	if (payload_read(&payload, mem, text, &lower, at, err) != 0) {
		/* JSON, but not of the payload's shape. */
		if (err->reason == REASON_JSON_TYPE)
			err->reason = REASON_PAYLOAD_MALFORMED;
		return -1;
	}
	*out = payload;
	return 0;
}
