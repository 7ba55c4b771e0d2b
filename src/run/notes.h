/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_NOTES_H
#define RUN_NOTES_H
/* Notes on a run as a whole. */
#include "run/inputs.h"
#include "verdict/verdict.h"

struct notes {
	VEC(struct finding) list;
};

/* Appended; list and texts are in `mem`. */
void notes_add(struct notes *notes, struct arena *mem, enum reason reason, struct str text);
/*
 * What searches met besides inputs: of each kind first how many, then one note for each file that
 * is listed (input.ignored, input.alias, input.excluded); and input.twice.
 */
void notes_found(struct notes *notes, struct arena *mem, const struct inputs *inputs,
    const struct inputs_options *options);

#endif
