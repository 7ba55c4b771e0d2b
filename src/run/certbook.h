/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_CERTBOOK_H
#define RUN_CERTBOOK_H
/*
 * The certificates that children told, in the parent. A child sends octets alone: names, times and
 * keys are read here, and what a signature says of its signers is made of that. Each child tells a
 * certificate once, so what it tells later leans on what it told before.
 */
#include "verdict/verdict.h"

struct certbook;
struct certbook *certbook_new(const struct limits *limits);
void certbook_free(struct certbook *b);
DEFINE_AUTO(struct certbook, certbook_free)

/*
 * Completes the certificates of a verdict and the signers of its signatures; they then live as long
 * as the book. Fails with parser.protocol: octets that are no certificate, or too many of them; a
 * chain of certificates that nobody told; an anchor that is none of its chain.
 */
int certbook_complete(struct certbook *b, struct verdict *v, struct err *err);

#endif
