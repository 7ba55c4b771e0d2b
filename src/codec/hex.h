/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_HEX_H
#define CODEC_HEX_H
/* Lower-case hexadecimal, as digests are written. */
#include "base/str.h"

/* Writes 2 * in.len characters and a NUL. */
void hex_encode(char *out, struct bytes in);
/* Exactly 2 * out_len characters of 0-9a-f; upper case is refused (image-spec, digest grammar). */
bool hex_decode(uint8_t *out, size_t out_len, struct str text);

#endif
