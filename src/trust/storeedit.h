/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_STOREEDIT_H
#define TRUST_STOREEDIT_H
/*
 * Changing trust stores: files are added whole and checked, and removed. The layout is Notation's
 * own (trust/anchors.h), so that either tool reads what the other wrote.
 *
 * A file is written beside the stores and then moved into its store under a name that must be free:
 * nobody ever reads half of it, and nothing is overwritten.
 */
#include "trust/anchors.h"

struct storeedit { /* a policy folder, and what it takes to read certificates */
	struct arena mem;
	struct ossl *lib;
	struct certs *certs;
	const char *policy; /* as given */
	int dir; /* -1: there is no such folder */
	bool lenient; /* permissions do not matter */
	struct limits limits;
};

/* A folder that is not there is no failure. Fails with file.* and ERR_ENV reasons. */
int storeedit_open(struct storeedit *e, const char *policy, bool lenient,
    const struct limits *limits, struct err *err);
void storeedit_close(struct storeedit *e);

/*
 * One store as it is. What is wrong with it, permissions and limits too, is in out->reason. Fails
 * with ERR_ENV reasons.
 */
int storeedit_load(struct anchor_store *out, struct storeedit *e, enum store_type type,
    struct str name, struct err *err);
/* All stores, by type and name. *out lies in e->mem. */
int storeedit_all(
    struct anchor_store **out, size_t *count, struct storeedit *e, struct err *err);

struct storeedit_file { /* one file that is to be added */
	struct str name; /* in the store: its last component, as it is on disk */
	struct bytes octets;
	const struct anchor *anchors;
	size_t count;
	/* all of it is in the store already: in this file; else absent */
	struct str there;
};
/*
 * May this file be added to `store`, which was loaded, or is not there yet? Fails with the reasons of
 * anchors_try and of the file's certificates (truststore.*), and truststore.exists.
 */
int storeedit_check(struct storeedit_file *out, struct storeedit *e,
    const struct anchor_store *store, const char *path, struct err *err);
/* What was checked is added to the copy in memory, so that the next check knows of it. */
void storeedit_note(
    struct storeedit *e, struct anchor_store *store, const struct storeedit_file *file);
/* Makes the folders that are missing (0700) and the file (0600). Fails with truststore.exists, file.*. */
int storeedit_write(struct storeedit *e, const struct anchor_store *store,
    const struct storeedit_file *file, struct err *err);

/* One file by its name in the store, whatever it is but a folder. Fails with file.*. */
int storeedit_remove(struct storeedit *e, enum store_type type, struct str store,
    const char *file, struct err *err);
/* All files, and the store; nothing if a folder is in it. *count: files removed. */
int storeedit_remove_all(size_t *count, struct storeedit *e, enum store_type type,
    struct str store, struct err *err);

#endif
