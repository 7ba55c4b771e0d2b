/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_TST_PARTS_H
#define CRYPTO_TST_PARTS_H
/*
 * What the two halves of the token parser share: tst.c (frame, TSTInfo), tstsigner.c
 * (signer).
 */
#include "codec/der.h"
#include "crypto/tst.h"

struct tst_input {
	struct bytes token;
	struct arena *mem;
	const struct limits *limits;
	const struct where *at;
};

/* A part of the token that must be DER; a syntax fault gets `reason`. */
int tst_strict(
    const struct tst_input *in, struct bytes part, enum reason reason, struct err *err);
/* id-ct-TSTInfo (RFC 3161 section 2.4.2). */
bool tst_is_tstinfo(struct bytes oid);
/* The one SignerInfo in `signers`, which was read from `c`. */
int tst_signer_read(struct tst *t, const struct cursor *c, const struct der *signers,
    const struct tst_input *in, struct err *err);

#endif
