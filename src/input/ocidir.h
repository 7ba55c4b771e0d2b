/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_OCIDIR_H
#define INPUT_OCIDIR_H
/*
 * An image layout that lies in a folder, through the same intake as an archive.
 * Everything is opened below the folder's descriptor without following any link.
 */
#include "input/intake.h"

/*
 * Read the folder `dir`. A blob that cannot be read is a defect of that blob. Fails with
 * layout.symlink (index.json, oci-layout, manifest.json, blobs, blobs/sha256 ...),
 * layout.no-index, layout.version, limit.* and, for a folder that cannot be listed,
 * file.unreadable.
 */
int ocidir_read(
    struct intake *in, int dir, const struct input_options *options, struct err *err);

#endif
