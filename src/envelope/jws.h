/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENVELOPE_JWS_H
#define ENVELOPE_JWS_H
/*
 * JWS envelope of the Notary Project: flattened JSON serialization (RFC 7515 7.2.2), one signature.
 *
 * Fails with limit.envelope, json.*, sig.form, sig.base64, sig.header, sig.crit, sig.alg, sig.time,
 * sig.expiry-invalid, cert.chain-form, envelope.malformed, envelope.empty.
 */
#include "envelope/envelope.h"

int jws_parse(struct envelope *out, struct arena *mem, struct bytes text,
    const struct limits *limits, const struct where *at, struct err *err);

#endif
