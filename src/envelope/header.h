/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENVELOPE_HEADER_H
#define ENVELOPE_HEADER_H
/*
 * The protected header of a Notary Project signature, whichever way it is encoded: which
 * names are known, which must or must not be critical, which go together (signature
 * specification, "Signed Attributes"; JWS and COSE signature envelope).
 *
 * A reader adds every member, seals, reads the known values in the order of `enum
 * header_id` into the fields below, and finishes. Names are compared by their identity,
 * so that the CBOR labels 7 and "7" differ.
 */
#include "envelope/envelope.h"

enum header_id {
	HEADER_ALG,
	HEADER_CTY,
	HEADER_CRIT,
	HEADER_SCHEME,
	HEADER_TIME,
	HEADER_AUTHENTIC_TIME,
	HEADER_EXPIRY,
	HEADER_PLUGIN,
	HEADER_PLUGIN_VERSION,
	HEADER_OTHER /* and the number of known ones */
};

#define HEADER_TIMESTAMP "io.cncf.notary.timestampSignature"
#define HEADER_AGENT "io.cncf.notary.signingAgent"

struct header_entry {
	struct bytes
	    key; /* identity: octets of the JSON name, or of the encoded CBOR label */
	enum header_id id;
	struct str name, text; /* for display; text only for HEADER_OTHER */
	uint64_t offset; /* COSE only */
	bool critical;
};

struct header_crit {
	struct bytes key;
	struct str name;
	uint64_t offset;
};

struct header {
	enum signature_format format;
	struct arena *mem;
	const struct where *at;
	VEC(struct header_entry) entries;
	VEC(struct header_crit) crit;
	struct header_entry *known[HEADER_OTHER]; /* after header_seal; NULL: absent */
	enum sigalg alg;
	enum envelope_scheme scheme;
	struct str content_type, plugin, plugin_version;
	struct when time, authentic_time, expiry;
	bool authentic_more; /* authentic_time goes on behind its microseconds */
};

/* The JSON name, which is the COSE text label too, but for the first three. */
const char *header_name(enum header_id id);
/* first = HEADER_ALG for JWS, HEADER_SCHEME for COSE text labels. */
enum header_id header_find(struct str name, enum header_id first);
/* Is it a COSE text label that only the case of its letters keeps from being known? */
bool header_alias(struct str label);

void header_add(struct header *h, const struct header_entry *entry);
/* All entries are there: order them, find the known ones. */
void header_seal(struct header *h);
const struct header_entry *header_lookup(const struct header *h, struct bytes key);

void header_crit_add(struct header *h, const struct header_crit *crit);
/* After header_seal: mark the critical entries. Fails with sig.crit. */
int header_crit_apply(struct header *h, struct err *err);

/* The value of signingScheme. Fails with sig.header. */
int header_scheme(struct header *h, struct str text, struct err *err);
/* The rules over several members; fills what `e` has from the protected header. */
int header_finish(struct envelope *e, struct header *h, struct err *err);

/* A refusal about `entry`, or about the whole header if NULL. Returns -1. */
int header_refuse(const struct header *h, const struct header_entry *entry,
    struct err *err, enum reason reason, const char *fmt, ...) ATTR_PRINTF(5, 6);

#endif
