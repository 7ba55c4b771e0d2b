/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers from text. */
#include "base/num.h"

bool
num_parse(uint64_t *out, struct str text)
{
	uint64_t v = 0;

	if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		if (!num_mul(&v, v, 10) || !num_add(&v, v, (uint64_t)(text.ptr[i] - '0')))
			return false;
	}
	*out = v;
	return true;
}

bool
num_parse_size(uint64_t *out, struct str text)
{
	static const char suffixes[] = "KMGT";
	uint64_t v, unit = 1;

	if (text.len == 0)
		return false;
	for (size_t i = 0; suffixes[i] != '\0'; i++) {
		if (text.ptr[text.len - 1] != suffixes[i])
			continue;
		unit = UINT64_C(1) << (10 * (i + 1));
		text.len--;
		break;
	}
	return num_parse(&v, text) && num_mul(out, v, unit);
}
