/* SPDX-License-Identifier: Apache-2.0 */
/* Lower-case hexadecimal. */
#include "codec/hex.h"

void
hex_encode(char *out, struct bytes in)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < in.len; i++) {
		*out++ = digits[in.ptr[i] >> 4];
		*out++ = digits[in.ptr[i] & 15];
	}
	*out = '\0';
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
hex_decode(uint8_t *out, size_t out_len, struct str text)
{
	if (text.len / 2 != out_len || text.len % 2 != 0)
		return false;
	for (size_t i = 0; i < out_len; i++) {
		int high = digit_value(text.ptr[2 * i]),
		    low = digit_value(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
