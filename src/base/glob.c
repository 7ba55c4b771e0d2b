/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns with "*" and "?", matched without backtracking. */
#include "base/glob.h"

/*
 * Only the last "*" is ever widened: what an earlier one could take more of, the last one can take
 * as well.
 */
bool
glob_match(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = pattern.len, resume = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = p++;
			resume = t;
		} else if (p < pattern.len &&
			   (pattern.ptr[p] == '?' || pattern.ptr[p] == text.ptr[t])) {
			p++;
			t++;
		} else if (star < pattern.len) {
			p = star + 1;
			t = ++resume;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}
