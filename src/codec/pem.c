/* SPDX-License-Identifier: Apache-2.0 */
/* PEM blocks with any text around them (RFC 7468). */
#include "codec/pem.h"

#include <stdlib.h>

#include "codec/base64.h"

static void
free_text(char *text)
{
	free(text);
}
DEFINE_AUTO(char, free_text)

/* The next line without its end, trailing blanks and CR; false at the end of the file. */
static bool
line_next(struct str *line, struct str *rest)
{
	size_t end = str_find(*rest, '\n');

	if (rest->len == 0)
		return false;
	*line = str_upto(*rest, end);
	*rest = str_from(*rest, end + 1);
	while (line->len > 0 && strchr(" \t\r", line->ptr[line->len - 1]) != NULL)
		line->len--;
	return true;
}

/* Is it "-----BEGIN LABEL-----" with this first word? */
static bool
boundary_is(struct str line, struct str word, struct str label)
{
	const struct str end = STR("-----");

	if (!str_starts(line, word))
		return false;
	line = str_from(line, word.len);
	return str_starts(line, label) && str_equal(str_from(line, label.len), end);
}

/* What stands before the END line, as one base 64 text. */
static bool
block_read(struct bytes *der, struct arena *mem, struct str *rest, struct str label)
{
	AUTO(free_text) char *text = NULL;
	struct str line;
	size_t len = 0;

	text = xmalloc(rest->len + 1);
	while (line_next(&line, rest)) {
		if (boundary_is(line, STR("-----END "), label))
			return base64_decode(
			    der, mem, BASE64_STANDARD, (struct str){ text, len });
		memcpy(text + len, line.ptr, line.len);
		len += line.len;
	}
	return false;
}

enum pem_found
pem_next(
    struct bytes *der, struct arena *mem, struct str *rest, const char *const *labels)
{
	const struct str begin = STR("-----BEGIN ");
	struct str line, behind;

	while (line_next(&line, rest)) {
		if (!str_starts(line, begin))
			continue;
		while (*labels != NULL && !boundary_is(line, begin, str_of(*labels)))
			labels++;
		if (*labels == NULL)
			return PEM_OTHER;
		behind = *rest;
		if (block_read(der, mem, rest, str_of(*labels)))
			return PEM_BLOCK;
		*rest = behind;
		return PEM_MALFORMED;
	}
	return PEM_END;
}
