/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H
/*
 * Base 64 of RFC 4648, canonical form only: one text for each value and one value for each text.
 *
 * STANDARD (section 4) demands padding, URL (section 5, as RFC 7515 uses it) refuses it. Blanks,
 * line ends, characters of the other alphabet and spare bits that are not zero are refused.
 */
#include "base/arena.h"

enum base64_alphabet { BASE64_STANDARD, BASE64_URL };

/* *out lies in `mem`; nothing is taken from it on refusal but scratch. Empty text: 0 octets. */
bool base64_decode(
    struct bytes *out, struct arena *mem, enum base64_alphabet alphabet, struct str text);
struct str base64_encode(
    struct arena *mem, enum base64_alphabet alphabet, struct bytes in);

#endif
