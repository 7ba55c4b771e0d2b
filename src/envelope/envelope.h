/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENVELOPE_ENVELOPE_H
#define ENVELOPE_ENVELOPE_H
/*
 * What the two Notary Project envelopes (JWS, COSE) share once parsed: plain values, not yet
 * trusted, nothing judged. All views borrow from the input or the arena.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/when.h"
#include "base/words.h"
#include "crypto/sigalg.h"

enum envelope_scheme { SCHEME_X509, SCHEME_SIGNING_AUTHORITY };

#define ENVELOPE_TYPE_JWS "application/jose+json"
#define ENVELOPE_TYPE_COSE "application/cose"
#define ENVELOPE_PAYLOAD_TYPE "application/vnd.cncf.notary.payload.v1+json"

struct envelope_attr {          /* an extended attribute of the protected header */
	struct str name;                /* text label, or decimal for a COSE integer label */
	struct str text;                /* value as text, for display */
	bool critical;
};

struct envelope {
	enum signature_format format;
	struct bytes signed_parts[3];   /* hashed in order: what the signature covers */
	size_t signed_part_count;
	struct bytes payload, signature;
	enum sigalg alg;
	struct str content_type;
	enum envelope_scheme scheme;
	struct when signing_time;       /* signingTime, or authenticSigningTime */
	struct when signing_time_end;   /* the next microsecond if authenticSigningTime is finer than that */
	bool has_expiry;
	struct when expiry;
	bool has_plugin;                /* a verification plug-in is named, critical or not */
	struct str plugin, plugin_min_version;
	struct envelope_attr *attrs;    /* neither of the above: unknown to us */
	size_t attr_count;
	struct bytes *certs;            /* DER, leaf first; count 0 is possible: the chain rules say so */
	size_t cert_count;
	struct bytes timestamp;         /* RFC 3161 token, DER; empty: none */
	struct str agent;               /* display only */
};

const char *envelope_scheme_name(enum envelope_scheme s);       /* "notary.x509", ... */

/* The signed payload: the target artifact's descriptor and user metadata. */
struct payload_meta {
	struct str key, value;
};
struct payload {
	struct str media_type, digest;
	uint64_t size;
	struct payload_meta *meta;
	size_t meta_count;
	struct str unknown;             /* first unknown top-level member: a note; absent if none */
};
/*
 * Fails with payload.malformed or a json.* reason. The content type is not looked at here.
 * A name that equals a known one only when case is folded is refused (json.case-alias).
 */
int payload_parse(struct payload *out, struct arena *mem, struct bytes text,
    const struct limits *limits, const struct where *at, struct err *err);

/* Shared checks after decoding: payload and signature not empty, signing time and scheme there,
 * expiry after signing time (sig.expiry-invalid). */
int envelope_check(const struct envelope *e, const struct where *at, struct err *err);

#endif
