/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_EXPORTNAME_H
#define INPUT_EXPORTNAME_H
/* What a file's name promises. Below a searched folder a promise must be kept, or it is told. */

enum export_name {
	NAME_OTHER,
	NAME_EXPORT,    /* .tar, .tgz and its like, .tar.* */
	NAME_PART       /* of a file that was split: .001, .part000, .aa behind one of those */
};

/* `name`: the last component of a path; capitals count as small letters. */
enum export_name exportname_of(const char *name);

#endif
