/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_COMPANION_H
#define INPUT_COMPANION_H
/*
 * What lies beside exports and has their names before its own: "web.tar.sha256", "web.tar.gz.sig".
 * Such a file holds no export if all of it is text, one DER structure, or an OpenPGP signature.
 * Octets that are none of these may be an export that is broken or encrypted.
 */
#include "base/err.h"

#define COMPANION_MOST ((uint64_t)16 << 20) /* more is no companion of anything */

/* Is the plain file at `fd` one? Fails with file.unreadable. */
int companion_is(bool *out, int fd, struct err *err);

#endif
