/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in files by name; the table is written by build-aux/embed.sh. */
#include "base/embed.h"

struct str
embed_find(const char *name)
{
	for (size_t i = 0; i < embed_count; i++)
		if (strcmp(embed_files[i].name, name) == 0)
			return embed_files[i].text;
	return STR_NONE;
}
