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
};

/* Full: the first component has "." or ":" or is "localhost", and a "/" follows. */
bool reference_is_full(struct str text);
/*
 * Fails with reference.invalid. Normalises the registry (docker.io aliases) and demands
 * lower-case repositories.
 */
int reference_parse(
    struct reference *out, struct arena *mem, struct str text, struct err *err);
/* "registry/repository", for policy scopes; without tag and digest. */
struct str reference_scope(struct arena *mem, const struct reference *r);
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
