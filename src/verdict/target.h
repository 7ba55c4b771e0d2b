/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERDICT_TARGET_H
#define VERDICT_TARGET_H
/*
 * What is judged: a manifest or index of an input, or a plain file. Checks know it by this alone;
 * whoever must know how it lies in its input asks the graph.
 */
#include "base/str.h"
#include "crypto/digest.h"

struct node; /* store/graph.h */

struct target { /* texts are borrowed, and live longer than the verdict */
	struct str digest; /* as text: what it is known by */
	struct str media_type; /* absent: nobody told one, and none is compared */
	uint64_t size;
	const struct node *node; /* where it lies in the graph; NULL: a file */
	/* Of a file: by enum digest_alg, those that were asked for; others are DIGEST_NONE. */
	const struct digest *hashes;
};

#endif
