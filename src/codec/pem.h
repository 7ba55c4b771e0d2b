/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_PEM_H
#define CODEC_PEM_H
/*
 * PEM blocks with any text around them (RFC 7468 section 2), read one after the other. Inside a block
 * stands base 64 in its canonical form and nothing else: no header lines, no blanks in front.
 */
#include "base/arena.h"

enum pem_found {
	PEM_BLOCK,
	PEM_END, /* no further block */
	PEM_OTHER, /* a block with another label, or a BEGIN line that is none */
	PEM_MALFORMED /* its END line is missing, or what it holds is no base 64 */
};

/*
 * The next block of `rest`, which must have one of these labels ("CERTIFICATE", ..., NULL); *rest goes
 * on behind it. *der lies in `mem`. After PEM_OTHER and PEM_MALFORMED, *rest begins with the line behind that BEGIN.
 */
enum pem_found pem_next(
    struct bytes *der, struct arena *mem, struct str *rest, const char *const *labels);

#endif
