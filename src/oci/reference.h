/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_REFERENCE_H
#define OCI_REFERENCE_H
/*
 * Image references: registry/repository[:tag][@digest], and what becomes of a name found
 * in an export.
 */
#include "base/arena.h"
#include "base/err.h"

struct reference {
	struct str registry; /* host[:port] */
	struct str repository;
	struct str tag, digest; /* absent if not there */
	struct str written; /* the text before tag and digest, not normalised */
};

/*
 * Full: the first component has "." or ":" or is "localhost" in any case, and a "/" follows.
 */
bool reference_is_full(struct str text);
/*
 * Fails with reference.invalid. Normalises the registry (docker.io aliases) and demands
 * lower-case repositories.
 */
int reference_parse(
    struct reference *out, struct arena *mem, struct str text, struct err *err);
/* "registry/repository", for policy scopes; without tag and digest. */
struct str reference_scope(struct arena *mem, const struct reference *r);
/*
 * Two scopes that mean one repository give equal texts: hosts have no case (RFC 3986 section
 * 3.2.2), Docker Hub has three hosts and is meant where there is none, and its repositories of one
 * word lie below library/. `scope` as in reference_scope_valid(); anything else gives some text.
 */
struct str reference_normal(struct arena *mem, struct str scope);
struct str reference_normal_host(struct arena *mem, struct str host);
bool reference_host_valid(struct str host); /* host[:port] */
/* distribution specification: [A-Za-z0-9_][A-Za-z0-9._-]{0,127} */
bool reference_tag_valid(struct str tag);
/*
 * The tag is a referrers fallback tag ("sha256-<hex>"; *digest_alg, *hex set) or a
 * Cosign tag (suffix "sig", "att", "sbom" set).
 */
bool reference_digest_tag(
    struct str tag, struct str *alg, struct str *hex, struct str *suffix);
/* Notary Project trust policy, "registryScopes": host "/" repository, no tag, no digest. */
bool reference_scope_valid(struct str scope);

#endif
