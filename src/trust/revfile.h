/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_REVFILE_H
#define TRUST_REVFILE_H
/*
 * One piece of revocation data from octets to a struct revfile: a list, an OCSP response, an entry
 * of a Notation cache. No file is opened here; what is read lies in the reader's arena and borrows
 * from the octets given, which must live as long.
 */
#include "trust/revdata.h"

struct revreader {
	struct arena *mem;
	struct hasher *hasher;
	const struct limits *limits;
};

/* One list, base or delta. Fails as crl_parse. */
int revfile_crl(struct revfile **out, const struct revreader *r, struct bytes der,
    struct str path, struct err *err);
/* One OCSP response. Fails as ocsp_parse. */
int revfile_ocsp(struct revfile **out, const struct revreader *r, struct bytes der,
    struct str path, struct err *err);

/* What the list of that index in a file is called: the path, "PATH#2" for the second one. */
struct str revfile_part(struct arena *mem, struct str path, size_t index);

/*
 * Is this the name of a file in a Notation cache: SHA-256 of the URL, 64 lower-case hex digits?
 * *url is set if so.
 */
bool revfile_cache_name(struct digest *url, struct str name);
/*
 * The content of such a file: {"baseCRL": base64 of DER, "deltaCRL": the same, optional}. The delta
 * hangs on its base and has "#delta" behind its path; NULL if there is none. Nothing borrows from
 * `text`. Fails with crl.malformed (pointer told), crl.no-next-update, limits of JSON, and as
 * crl_parse.
 */
int revfile_cache(struct revfile **base, struct revfile **delta,
    const struct revreader *r, struct bytes text, const struct digest *url,
    struct str path, struct err *err);

/*
 * Does it begin as an OCSP response does (RFC 6960 section 4.2.1: a SEQUENCE that begins with an
 * ENUMERATED)? Everything else is read as a list.
 */
bool revfile_is_ocsp(struct bytes text);

/* Who says it, for people: issuer of a list, responder of a response (its name, or "key" and hex). */
struct str revfile_issuer(struct arena *mem, const struct revfile *f);

/* What went wrong and where, without the file: "/baseCRL: not canonical base64". */
struct str revfile_detail(struct arena *mem, const struct err *e);

#endif
