/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENVELOPE_COSE_H
#define ENVELOPE_COSE_H
/*
 * COSE envelope of the Notary Project: COSE_Sign1, tagged (RFC 9052 4.2), definite
 * lengths only. signed_parts of the result are the Sig_structure (RFC 9052 4.4), whose
 * heads are built in the arena; protected and payload octets are used as found.
 *
 * Fails with limit.envelope, envelope.empty, cbor.*, limit.cbor-*, cose.form,
 * cose.payload, sig.alg, sig.crit, sig.header, sig.time, envelope.duplicate-key,
 * cert.chain-form, sig.expiry-invalid. Places are offsets in the envelope, also inside
 * the protected header.
 *
 * Left to the caller: the content type, critical attributes that are unknown, plug-ins,
 * an empty chain.
 */
#include "envelope/envelope.h"

int cose_parse(struct envelope *out, struct arena *mem, struct bytes octets,
    const struct limits *limits, const struct where *at, struct err *err);

#endif
