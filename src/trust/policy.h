/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_POLICY_H
#define TRUST_POLICY_H
/*
 * The policy folder: Notation's trust policy document and the trust stores it names.
 *
 * Read once, in the parent, before the first input. A document that cannot be read whole is
 * refused whole, with file and JSON pointer. Stores are loaded as they are named; a store that
 * cannot be loaded does not refuse the policy: each signature that needs it fails with its reason
 * (Notary Project: trust store errors are authenticity failures), but damage that
 * would silently change trust (permissions) does.
 */
#include "trust/anchors.h"
#include "trust/identity.h"
#include "trust/level.h"

enum policy_kind { POLICY_OCI, POLICY_BLOB };

struct policy_store_ref {
	enum store_type type;
	struct str name;
	const struct anchor_store *store;
};

struct policy_statement {
	struct str name;
	struct str *scopes;             /* POLICY_OCI: "*" alone, or exact scopes */
	size_t scope_count;
	bool global;                    /* POLICY_BLOB: globalPolicy true */
	enum level level;
	enum action actions[VALIDATION_COUNT];
	bool timestamp_after_expiry;    /* verifyTimestamp: afterCertExpiry */
	struct policy_store_ref *stores;        /* each once */
	size_t store_count;
	struct identities identities;
	struct chain_anchors anchors[STORE_TYPE_COUNT]; /* see policy_anchors */
	size_t index;                   /* position in the document: JSON pointer /trustPolicies/N */
};

struct policy_scope {           /* one of a statement's, for look-up */
	struct str normal, scope;       /* as reference_normal() makes it; as written */
	const struct policy_statement *statement;
};

struct policy_doc {             /* a document that shaped the run, as octets */
	struct str kind;                /* "notation-trust-policy" */
	struct str path;                /* as opened, for people */
	struct str version, name;
	struct bytes text;
	struct digest digest;           /* sha256 */
};

struct policy_warning {
	enum reason reason;
	struct str detail;
};

struct policy {
	struct arena mem;
	enum policy_kind kind;
	struct str folder;
	struct policy_doc doc;          /* trustpolicy.oci.json or trustpolicy.json; trustpolicy.blob.json */
	struct policy_statement *statements;
	size_t statement_count;
	struct policy_scope *scopes;    /* by both texts; without "*" */
	size_t scope_count;
	const struct policy_statement *wildcard;        /* its scope is "*"; NULL: none */
	struct anchor_store *stores;    /* every store named by a statement, by type and name */
	size_t store_count;
	struct policy_warning *warnings;
	size_t warning_count;
};

struct policy_options {
	enum policy_kind kind;          /* which document of the folder */
	const struct limits *limits;
	bool insecure_permissions;      /* do not demand file_trusted; recorded as a warning */
};

/*
 * Load the folder at `path`. Fails with policy.*, json.*, file.* and truststore.limit reasons;
 * err->file, err->pointer name the place. All such failures mean exit 78.
 */
#define POLICY_BYTES_MOST ((size_t)1 << 20)
int policy_load(struct policy *out, const char *path, struct ossl *lib,
    const struct policy_options *options, struct err *err);
void policy_clear(struct policy *p);

/*
 * Parse and validate the text of a trust policy alone, in the order of the specification. Stores
 * are named in *out but not loaded (their reason is truststore.not-found); doc.digest is not set. On
 * failure *out needs no policy_clear.
 */
int policy_parse(struct policy *out, struct bytes text, enum policy_kind kind,
    const struct limits *limits, const struct where *at, struct err *err);

void policy_warn(struct policy *p, enum reason reason, const char *fmt, ...) ATTR_PRINTF(3, 4);

/* How a statement was found, best first. */
enum policy_match {
	POLICY_MATCH_EXACT,             /* its scope is the name as written */
	POLICY_MATCH_NORMAL,            /* only after normalisation of both */
	POLICY_MATCH_WILDCARD           /* no statement has the name as written, this one has "*" */
};
struct policy_pick {
	const struct policy_statement *statement;
	struct str scope;               /* of the statement's the one that fits */
	enum policy_match match;
};
/*
 * The statements for the scope "registry/repository" as it is written, in `mem`: those that the
 * Notary Project specification selects (the exact one, else "*"), and beside them each whose scope
 * means the same repository by another text (reference_normal). All of them are to be met: a name
 * that can be written in two ways must not be milder in one of them. Each statement once, in the
 * order of the document. An absent scope selects "*" only.
 */
struct policy_pick *policy_select(size_t *count, const struct policy *p, struct arena *mem,
    struct str scope);
const char *policy_match_name(enum policy_match m);     /* "exact", "normalised", "wildcard" */

/* POLICY_BLOB: the statement of this name, exactly; an absent name: the global one; else NULL. */
const struct policy_statement *policy_select_blob(const struct policy *p, struct str name);

/*
 * DER of all anchors of one type that the statement names, each once and by sha256, and the sha256
 * over those digests. None at all if one of these stores is not loaded. Borrowed from the policy's
 * memory; `mem` is not used.
 */
struct chain_anchors policy_anchors(const struct policy *p, const struct policy_statement *s,
    enum store_type type, struct arena *mem);

#endif
