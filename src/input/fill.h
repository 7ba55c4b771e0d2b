/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INPUT_FILL_H
#define INPUT_FILL_H
/* A block of fixed size that a stage of unpack fills. */
#include "base/bytes.h"

struct fill {
	uint8_t *ptr;
	size_t len, cap;
};

#endif
