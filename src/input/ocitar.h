/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_OCITAR_H
#define INPUT_OCITAR_H
/* An export in one archive: all members in one pass, through the intake. */
#include "input/intake.h"
#include "input/unpack.h"

/*
 * Read `u` to its end. The intake's notes get what is odd about the archive. Fails with
 * tar.*, z.*, input.*, limit.*.
 */
int ocitar_read(struct intake *in, struct unpack *u, const struct input_options *options,
    struct err *err);

#endif
