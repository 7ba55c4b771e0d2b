/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_BLOB_H
#define VERIFY_BLOB_H
/*
 * Detached Notary Project signatures over a file (Notary Project signature specification, "Blob
 * signatures"): the envelope lies beside the file, nothing ties it to it but its payload.
 */
#include "verify/verifier.h"

struct blob_signature { /* one signature file; octets are hostile */
	struct str name; /* for people */
	struct str envelope_type; /* by its name: ENVELOPE_TYPE_JWS or _COSE */
	struct bytes octets;
	enum reason reason; /* NONE, or why it could not be read */
	struct str detail;
};

struct blob_job { /* one file under one statement */
	const struct policy_statement *statement; /* NULL: none was found */
	struct str statement_name; /* that was asked for; absent: the global one */
	const struct blob_signature *signatures;
	size_t signature_count;
	struct str media_type; /* the payload must say the same; absent: anything */
};

/*
 * The envelope type that a name tells: <file>.jws.sig or <file>.cose.sig, in any case of letters;
 * absent if it is neither. Folders before the name do not count.
 */
struct str blob_envelope_type(struct str path);

/* What must be known of the file: 1 << enum digest_alg for each hash that some signature names. */
unsigned blob_hashes(const struct verify_tools *tools, const struct blob_job *job);

/*
 * Judge the file into *v (initialised by verdict_init), closed; v->digest is its SHA-256. digests[]
 * is by enum digest_alg, unset where blob_hashes did not ask. Returns -1 only for ERR_ENV reasons.
 */
int blob_verify(struct verdict *v, const struct verify_tools *tools,
    const struct blob_job *job, const struct digest *digests, uint64_t size,
    struct err *err);

/* For views: the signature parsed and recorded, nothing judged; v->digest is what it signs. */
int blob_inspect(struct verdict *v, const struct verify_tools *tools,
    const struct blob_signature *signature, struct err *err);

#endif
