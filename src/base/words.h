/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H
/*
 * The words of words.def, list by list: an enum, the text of a word, the word of a text.
 *
 *   enum state { STATE_NONCOMPLIANT, ... STATE_COUNT };
 *   const char *state_name(enum state);                 "NonCompliant"; "" beyond the last
 *   bool state_find(enum state *out, struct str text);  false: none of the list
 *   extern const struct words state_words;              for who goes through a list by number
 *
 * A word crosses the pipe as its number and stands in the record as its text.
 */
#include "base/str.h"

struct words {
	const char *list; /* its tag */
	const char *const *texts;
	unsigned count;
};

#define LIST(tag, name) enum tag {
#define WORD(id, text) id,
#define END(tag, id)                                                                     \
	id                                                                               \
	}                                                                                \
	;
#include "base/words.def"
#undef LIST
#undef WORD
#undef END

#define LIST(tag, name)                                                                  \
	extern const struct words tag##_words;                                           \
	const char *name(enum tag word);                                                 \
	bool tag##_find(enum tag *out, struct str text);
#define WORD(id, text)
#define END(tag, id)
#include "base/words.def"
#undef LIST
#undef WORD
#undef END

/* Every list, in the order of words.def; ends with NULL. */
extern const struct words *const words_lists[];

#endif
