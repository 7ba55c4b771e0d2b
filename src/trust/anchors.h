/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_ANCHORS_H
#define TRUST_ANCHORS_H
/*
 * Trust stores: folders truststore/x509/TYPE/NAME in Notation's own layout. Read once, in the
 * parent; workers get the DER octets. A store is loaded whole or not at all.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/when.h"
#include "crypto/certfacts.h"
#include "crypto/chain.h"
#include "trust/faults.h"

enum store_type { STORE_CA, STORE_SIGNING_AUTHORITY, STORE_TSA };
#define STORE_TYPE_COUNT 3
enum { STORE_FILES_MOST = 1000, STORE_CERTS_MOST = 1000 };      /* in one store */
enum { STORE_LISTED_MOST = 10000 };     /* names looked at in one folder */

struct anchor {                 /* plain values in the policy's arena */
	struct cert_facts cert;
	struct str file;                /* name in the store it was first read from */
};

struct anchor_store {           /* one named store, loaded or not */
	enum store_type type;
	struct str name;
	enum reason reason;             /* REASON_NONE: loaded; else why not (truststore.*) */
	struct str detail;
	struct anchor *anchors;         /* by sha256, each once */
	size_t count;
};

const char *store_type_name(enum store_type t);         /* "ca", "signingAuthority", "tsa" */
bool store_type_find(enum store_type *out, struct str name);
bool store_name_valid(struct str name);
/* Where a store lies below the policy folder: "truststore/x509/TYPE/NAME", with a NUL behind it. */
struct str store_folder(struct arena *mem, enum store_type type, struct str name);
/* The same and the folders above it, from the top: each is looked at on the way. */
enum { STORE_FOLDERS = 4 };
void store_folders(
    struct str out[STORE_FOLDERS], struct arena *mem, enum store_type type, struct str name);
/* By type, then by name; for qsort and bsearch. */
int anchor_store_compare(const void *a, const void *b);

/*
 * Load one store below the policy folder `dir` (descriptor). What is wrong with it is recorded in
 * out->reason: a signature that needs the store fails with it. Permissions (file_trusted) are
 * demanded unless `lenient`; a violation fails the call: file.permissions. Also fails with ERR_ENV reasons.
 */
int anchors_load(struct anchor_store *out, struct arena *mem, int dir, enum store_type type,
    struct str name, struct certs *certs, const struct limits *limits, bool lenient,
    struct err *err);
/*
 * The same for those who want to know all that is wrong: faults of each file, of permissions and
 * of the host are added, with places below the policy folder. out->reason is REASON_NONE only if
 * nothing was wrong.
 */
void anchors_examine(struct anchor_store *out, struct arena *mem, int dir, enum store_type type,
    struct str name, struct certs *certs, bool lenient, struct faults *faults);
/*
 * What one file would give to a store of this type, by the same rules: for those who add it. What is
 * wrong with it is in out->reason; its octets, as read, in *octets. Fails with file.*,
 * truststore.limit and ERR_ENV reasons.
 */
int anchors_try(struct anchor_store *out, struct bytes *octets, struct arena *mem, const char *path,
    enum store_type type, struct certs *certs, struct err *err);
/* Every store folder that exists, for listings: types and names, sorted. */
int anchors_list(struct anchor_store **out, size_t *count, struct arena *mem, int dir,
    struct err *err);

#endif
