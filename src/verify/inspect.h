/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_INSPECT_H
#define VERIFY_INSPECT_H
/*
 * What a signature says of itself, as a JSON object for views. Nothing in it is judged.
 *
 * { "signed_attributes": { content_type, signing_scheme, signing_time, expiry, verification_plugin,
 *       verification_plugin_min_version, extended: [{ name, value, critical }] },
 *   "user_metadata": [{ name, value }], "signed_artifact": { media_type, digest, size },
 *   "unsigned_attributes": { signing_agent, timestamp: { time, lower, upper, accuracy_us, policy,
 *       serial, imprint_algorithm, imprint, signing_time, certificates: [ CERT ] } or { reason,
 *       detail } },
 *   "certificates": [ CERT ] }
 *
 * CERT: sha256, subject, issuer, serial, not_before, not_after, key_alg, key_bits, sig_alg, is_ca; of
 * a token also signer. One that cannot be read: sha256 and reason. What is not there is left out.
 */
#include "envelope/envelope.h"
#include "verify/check.h"

/* `p` NULL: the payload cannot be read. Absent if the text is too long to be shown. */
struct str inspect_json(struct arena *mem, const struct verify_tools *tools,
    const struct envelope *e, const struct payload *p);

#endif
