/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_EXPORTFOLDER_H
#define RUN_EXPORTFOLDER_H
/*
 * What tells an export in a folder: the first octets of a file, the files that make a folder one,
 * and which entries of such a folder are its own. Own is only what has both the name and the kind
 * (a plain file, a folder) that the form gives it; everything else lies beside the export.
 */
#include <stdbool.h>

#include "base/str.h"

/*
 * Could this plain file be an export by its first octets? One that cannot be opened could: opening
 * it again says why. `flags`: O_NOFOLLOW, or 0.
 */
bool export_magic(int dir, const char *name, int flags);

struct folder_form {            /* what is there, of any kind; `store`: blobs is a folder */
	bool index, version, blobs, manifest, store;
};
struct folder_form folder_form_of(int dir);
/* Is the folder an input of its own, whole or broken? */
bool folder_form_is_export(const struct folder_form *form);

enum folder_own {
	FOLDER_BESIDE,          /* not the export's: to be looked at by itself */
	FOLDER_READ,            /* its reader reads it whenever it reads the folder */
	FOLDER_BLOBS,           /* the folder of blobs */
	/*
	 * Its own if the folder is the export that its files promise. Could be another export
	 * otherwise, so the folder must not end as no export.
	 */
	FOLDER_PROMISED
};
struct stat;
enum folder_own folder_own(const struct folder_form *form, int dir, const char *name,
    const struct stat *st);

/* Is `alg` an algorithm of digests, and `name` one of its digests in hex, to the letter? */
bool folder_blob_alg(const char *alg);
bool folder_blob_name(const char *alg, const char *name);
/* Two digits, as the storage of a registry parts its blobs. */
bool folder_blob_part(const char *name);

#endif
