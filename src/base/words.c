/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of words.def, and the way back from a text. */
#include "base/words.h"

#define LIST(tag, name) static const char *const tag##_texts[] = {
#define WORD(id, text) text,
#define END(tag, id)                                                                     \
	}                                                                                \
	;
#include "base/words.def"
#undef LIST
#undef WORD
#undef END

/* The number of `text`, or the count of the list: nobody writes the word for none. */
static unsigned
find(const struct words *list, struct str text)
{
	unsigned n = 0;

	while (n < list->count && (text.len == 0 || !str_is(text, list->texts[n])))
		n++;
	return n;
}

#define LIST(tag, name)                                                                  \
	const char *name(enum tag word)                                                  \
	{                                                                                \
		return (unsigned)word < tag##_words.count ? tag##_texts[word] : "";      \
	}                                                                                \
	bool tag##_find(enum tag *out, struct str text)                                  \
	{                                                                                \
		unsigned n = find(&tag##_words, text);                                   \
                                                                                         \
		if (n == tag##_words.count)                                              \
			return false;                                                    \
		*out = (enum tag)n;                                                      \
		return true;                                                             \
	}
#define WORD(id, text)
#define END(tag, id) const struct words tag##_words = { #tag, tag##_texts, id };
#include "base/words.def"
#undef LIST
#undef WORD
#undef END

const struct words *const words_lists[] = {
#define LIST(tag, name) &tag##_words,
#define WORD(id, text)
#define END(tag, id)
#include "base/words.def"
#undef LIST
#undef WORD
#undef END
	NULL,
};
