/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_EVIDENCE_H
#define OCI_EVIDENCE_H
/*
 * What the octets of a layer say that it is. Media types and tags are claims of whoever packed the
 * export; a manifest is taken for signatures or attestations only if its content is that, too.
 * Nothing is verified here.
 */
#include "base/arena.h"
#include "base/limits.h"

enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_SIMPLE_SIGNING, /* the payload that Cosign signs (containers/image, "Atomic signature") */
	EVIDENCE_DSSE, /* DSSE envelope.md: payload, payloadType, signatures */
	EVIDENCE_BUNDLE, /* Sigstore bundle, protobuf-specs sigstore_bundle.proto */
	EVIDENCE_STATEMENT /* in-toto attestation, statement.md; unsigned, as BuildKit writes it */
};

/*
 * One strict JSON document of one of these forms. A long string is no fault: attestations hold
 * whole documents.
 */
enum evidence evidence_of(struct bytes text, const struct limits *limits);
/* What a payload of simple signing says that it signs, a claim; absent if it says nothing. */
struct str evidence_claimed_digest(
    struct arena *mem, struct bytes text, const struct limits *limits);

#endif
