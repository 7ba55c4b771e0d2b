/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CRL_PARTS_H
#define CRYPTO_CRL_PARTS_H
/*
 * What the parts of the reader of revocation lists share: crl.c (frame, signature),
 * crlext.c (extensions of the list), crlentry.c (entries).
 */
#include "codec/der.h"
#include "crypto/crl.h"

struct crl_input {
	struct bytes der;
	struct arena *mem;
	const struct limits *limits;
	const struct where *at;
};

/* crl.malformed at an offset in the list; returns -1. */
int crl_refuse(
    const struct crl_input *in, size_t offset, struct err *err, const char *text);

/* Keeps the first one. */
void crl_critical_note(struct crl *c, struct arena *mem, const struct der_ext *e);

/* An entry's issuer in a list that is not indirect is an extension that is not known. */
void crl_issuers_settle(struct crl *c);

/* crlExtensions, the content of [0] which is the last value of `c`. */
int crl_extensions_read(
    struct crl *out, const struct crl_input *in, struct cursor *c, struct err *err);
/* Walks out->entries, which was read from `c`, and counts them. */
int crl_entries_walk(struct crl *out, const struct crl_input *in, const struct cursor *c,
    const struct der *list, struct err *err);

#endif
