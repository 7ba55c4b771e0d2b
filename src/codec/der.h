/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_DER_H
#define CODEC_DER_H
/*
 * DER (X.690 section 10): a strict scan of a whole structure that runs before OpenSSL
 * sees it, and a reader over a cursor. Nothing is copied: values are views of the input.
 *
 * DER_SHELL is BER with definite lengths in any form of up to four octets: what a CMS
 * frame around signed content may be (RFC 5652 section 2 allows BER). Indefinite lengths
 * are refused always.
 */
#include "base/limits.h"
#include "base/when.h"

enum der_form { DER_STRICT, DER_SHELL };

enum { /* identifier octets */
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31
};
#define DER_CONTEXT(n) (0x80 | (n)) /* [n] IMPLICIT of a primitive type */
#define DER_CONTEXT_CONS(n) (0xa0 | (n)) /* [n] of a constructed type, or EXPLICIT */

struct der {
	uint8_t tag; /* first identifier octet; high numbers match no caller */
	struct bytes whole, content;
	size_t offset; /* of `whole`, in the input of the outermost cursor */
};

/*
 * Is `whole` exactly one DER value, all the way down? Lengths definite and minimal, tags
 * minimal, BOOLEAN 00 or FF, INTEGER minimal, OBJECT IDENTIFIER well-formed, string types
 * not in parts, spare bits zero. Fails with der.syntax or limit.der-depth, and the
 * offset.
 */
int der_check(struct bytes whole, const struct limits *limits, const struct where *at,
    struct err *err);
/* The same in DER_SHELL form: only tags, lengths and depth are looked at. */
int der_check_shell(struct bytes whole, const struct limits *limits,
    const struct where *at, struct err *err);

/* The next value, whatever it is; on failure the cursor has failed. */
bool der_read(struct der *out, struct cursor *c, enum der_form form);
/* The next value, which must have this tag. */
bool der_take(struct der *out, struct cursor *c, enum der_form form, uint8_t tag);
/* Does a value with this tag come next? */
bool der_next_is(const struct cursor *c, uint8_t tag);
/* A cursor over the content of `d`, which was read from `c`. Offsets go on counting. */
struct cursor der_enter(const struct cursor *c, const struct der *d);
/* Everything read, nothing failed. */
bool der_done(const struct cursor *c);

/* INTEGER, not negative, minimal, below 2^63. */
bool der_uint(uint64_t *out, const struct der *d);
/* BIT STRING of whole octets. */
bool der_bits(struct bytes *out, const struct der *d);
/*
 * Is this the content of a well-formed OBJECT IDENTIFIER of at most DER_OID_MOST octets?
 */
#define DER_OID_MOST 64
bool der_oid_ok(struct bytes oid);
/*
 * Is each part below 2^31, as the Notary Project's verifier demands of what it reads? If not, *at is where
 * the first larger one stands in the content; `at` may be NULL.
 */
bool der_oid_small(struct bytes oid, size_t *at);
/* Dotted text of an OID; false and "" if it is malformed or does not fit. */
bool der_oid_text(char *out, size_t size, struct bytes oid);

/* Extension ::= SEQUENCE { OID, critical DEFAULT FALSE, OCTET STRING } (RFC 5280 section 4.1) */
struct der_ext {
	struct der seq, oid, value;
	bool critical;
};
/* The next one of a list. False: malformed; what was read by then is there for the place. */
bool der_ext_take(struct der_ext *e, struct cursor *list);
/* `oid`: content octets; none of those that are asked for holds a NUL. */
bool der_ext_is(const struct der_ext *e, const char *oid);

/*
 * Time in the two forms of RFC 5280 section 4.1.2.5 and no other: UTCTime YYMMDDHHMMSSZ
 * (1950 to 2049), GeneralizedTime YYYYMMDDHHMMSSZ.
 */
bool der_time(struct when *out, const struct der *d);
/*
 * GeneralizedTime with an optional fraction of 1 to 9 digits, the last not 0 (RFC 3161
 * section 2.4.2, X.690 section 11.7). *out is cut to microseconds; *more: something was
 * cut off.
 */
bool der_time_fraction(struct when *out, bool *more, const struct der *d);

#endif
