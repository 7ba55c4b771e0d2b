/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_BLOB_H
#define VERIFY_BLOB_H
/*
 * Signatures in files of their own, beside the file that they sign (Notary Project signature
 * specification, "Blob signatures"): nothing ties one to it but its payload. What is said of them
 * here is what differs from signatures in an input: where they come from.
 */
#include "verify/check.h"

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

/* See verify/check.h: those of the job; one file named twice is one signature. */
void blob_find(struct candidates *out, const struct check_job *job);
/* The discovery step of one: its octets, or why there are none. False: a failed step says so. */
bool blob_read(
    struct bytes *octets, struct verdict *v, const struct blob_signature *s, int signature);

#endif
