/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENVELOPE_JWS_H
#define ENVELOPE_JWS_H
/*
 * JWS envelope of the Notary Project: flattened JSON serialization (RFC 7515 7.2.2), one
 * signature.
 *
 * Fails with limit.envelope, envelope.empty, json.*, sig.form, sig.base64,
 * cert.chain-form, sig.header, sig.alg, sig.crit, sig.time, envelope.duplicate-key,
 * payload.malformed (empty), sig.expiry-invalid. Pointers into the protected header begin
 * with "/protected".
 *
 * Left to the caller: the content type, critical attributes that are unknown, plug-ins,
 * an empty chain.
 */
#include "envelope/envelope.h"

int jws_parse(struct envelope *out, struct arena *mem, struct bytes text,
    const struct limits *limits, const struct where *at, struct err *err);

#endif
