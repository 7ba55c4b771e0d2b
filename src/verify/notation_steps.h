/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_NOTATION_STEPS_H
#define VERIFY_NOTATION_STEPS_H
/*
 * One Notary Project envelope, judged from its octets: what signatures of images and of files have
 * in common. Private to notation.c and blob.c, which say where the octets come from and what the
 * payload must name.
 */
#include "envelope/envelope.h"
#include "verify/check.h"

struct notation_check { /* one signature under way */
	struct verdict *v;
	/* here only its tools and statement are looked at */
	const struct check_job *job;
	int signature; /* index in the verdict; its envelope_type is set */
	struct where at;
	struct envelope envelope;
	const struct chain *chain;
	bool trusted; /* an anchor was found for it */
};

/* Keep the octets as evidence; *octets then lives with the verdict. False: none, a failed step. */
bool steps_evidence(struct notation_check *c, struct bytes *octets);
/*
 * The envelope by its media type, nothing judged. Fails as jws_parse and cose_parse do, and with
 * envelope.type-unsupported.
 */
int steps_parse(struct envelope *out, struct arena *mem, struct str type, struct bytes octets,
    const struct limits *limits, const struct where *at, struct err *err);
/* 0 with *good set if the envelope and its certificates could be taken apart; -1 is ERR_ENV. */
int steps_envelope(
    struct notation_check *c, struct bytes octets, bool *good, struct err *err);
/*
 * Integrity to revocation. 0 with *holds set if the payload may be looked at: the signature is one
 * of the leaf's key. -1 is ERR_ENV.
 */
int steps_judge(struct notation_check *c, bool *holds, struct err *err);
/* The state of the signature, once the payload was looked at or a step before it forbade that. */
void steps_end(struct notation_check *c);

#endif
