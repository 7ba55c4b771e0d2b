/* SPDX-License-Identifier: Apache-2.0 */
/* What the name of a file promises it to be. */
#include "input/exportname.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/defs.h"

static size_t
span_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* "tar", or one word for tar and its compression. */
static bool
is_archive(const char *word, size_t len)
{
	static const char *const words[] = { "tar", "tgz", "tzst", "txz", "tbz", "tbz2", "tlz4" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i]) == len && strncasecmp(word, words[i], len) == 0)
			return true;
	return false;
}

/* "part000" is nobody else's ending. */
static bool
is_part(const char *word)
{
	return strncasecmp(word, "part", 4) == 0 && span_digits(word + 4) >= 2 &&
	    word[4 + span_digits(word + 4)] == '\0';
}

/* Endings of split(1) behind an archive's name: numbers, or letters that are no compression. */
static bool
is_split(const char *word)
{
	static const char *const packed[] = { "gz", "xz", "bz", "lz", "br" };

	if (span_digits(word) >= 2 && word[span_digits(word)] == '\0')
		return true;
	if (strlen(word) != 2 || strspn(word, "abcdefghijklmnopqrstuvwxyz") != 2)
		return false;
	for (size_t i = 0; i < COUNT(packed); i++)
		if (strcmp(word, packed[i]) == 0)
			return false;
	return true;
}

enum export_name
exportname_of(const char *name)
{
	const char *last = strrchr(name, '.'), *word, *end;
	bool archive = false;

	if (last == NULL)
		return NAME_OTHER;
	if (is_part(last + 1))
		return NAME_PART;
	for (word = strchr(name, '.'); word != NULL; word = end) {
		end = strchr(++word, '.');
		if (is_archive(word, end == NULL ? strlen(word) : (size_t)(end - word)))
			archive = true;
		if (end == NULL)
			break;
	}
	if (!archive)
		return NAME_OTHER;
	return is_split(last + 1) ? NAME_PART : NAME_EXPORT;
}
