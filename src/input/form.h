/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_FORM_H
#define INPUT_FORM_H
/* Which form of export it is, once every member is known: by content, never by the name
 * given. */
#include "input/intake.h"

/*
 * Fill what the intake knows into *facts (kind, prefix, kept files, notes, counts); on
 * failure too, as far as known. `plain` is the kind of a layout that was read this way.
 * Fails with input.form, layout.no-index, layout.version, form.no-manifest-digest.
 */
int form_decide(
    struct input_facts *facts, struct intake *in, enum input_kind plain, struct err *err);

#endif
