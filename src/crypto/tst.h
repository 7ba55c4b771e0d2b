/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_TST_H
#define CRYPTO_TST_H
/*
 * RFC 3161 time-stamp tokens.
 *
 * A token says: "these octets existed at this time", signed by a TSA. Parsing and checking are
 * two calls, so that a report can show the claimed time of a token that is not trusted. The
 * parser is assay's own over codec/der: CMS shells may be BER with definite lengths, TSTInfo,
 * signed attributes and certificates must be DER. Certificates in the token are interned, never parsed twice.
 */
#include "crypto/chain.h"

struct tst {                    /* plain; views borrow from the input and the arena */
	struct bytes der;
	struct bytes tstinfo;           /* DER */
	struct str policy, serial;      /* dotted OID; lower-case hex */
	enum digest_alg imprint_alg;
	struct bytes imprint;
	struct when time;               /* genTime, cut to microseconds */
	struct when time_end;           /* the next microsecond if something was cut off */
	int64_t accuracy_us;            /* effective: 1 s for 0.4.0.2023.1.1 without accuracy */
	struct when lower, upper;       /* genTime -/+ accuracy */
	struct bytes *certs;            /* DER, as found */
	size_t cert_count;
	/* SignerInfo */
	struct bytes signed_attrs;      /* as found, [0] tag */
	struct bytes content_type_attr, message_digest_attr;
	bool has_signing_time;
	struct when signing_time;
	struct bytes sid_issuer, sid_serial;
	struct bytes ess_hash, ess_issuer, ess_serial;  /* issuer and serial empty: absent */
	enum digest_alg ess_alg, digest_alg;
	struct bytes signature_alg;     /* AlgorithmIdentifier DER */
	struct bytes signature;
};

/*
 * Parse one token. Fails with limit.tst, limit.der-depth, limit.chain, tst.status (a TimeStampResp), tst.syntax,
 * tst.content-type, tst.info, tst.extension, tst.imprint-alg, tst.signers, tst.signer-version,
 * tst.ess, tst.attrs, tst.alg.
 */
int tst_parse(struct tst *out, struct arena *mem, struct bytes token, const struct limits *limits,
    const struct where *at, struct err *err);

/*
 * Is the token made over `message`? REASON_NONE or tst.imprint.
 */
enum reason tst_imprint(const struct tst *t, struct hasher *h, struct bytes message);

/*
 * Is it signed by a TSA under `anchors`, at its own time? REASON_NONE with *path set, or the first
 * reason: tst.signer-cert, tst.ess-hash, tsa.not-trusted, tst.alg, tst.signature, tst.attrs,
 * tst.signing-time, tsa.eku, or a chain reason. *path (if any) is set also where a later check
 * fails. `detail` gets words, at most `detail_len`.
 */
enum reason tst_verify(const struct tst *t, const struct chain **path, struct certs *certs,
    struct chains *chains, struct hasher *h, const struct chain_anchors *anchors, char *detail,
    size_t detail_len);

#endif
