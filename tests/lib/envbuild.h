/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_ENVBUILD_H
#define TESTS_LIB_ENVBUILD_H
/*
 * Envelopes from text that a reader of a test can take in. Nothing is signed: parsers do
 * not look.
 *
 * JSON is written with ' for ". CBOR is written much like RFC 8949 section 8: integers,
 * 'text', h'octets', <<embedded>>, [array], {label: value}, N(tagged), true, false, null,
 * and #hex# for encoded octets as they shall stand. Heads are shortest. A mistake in the
 * text ends the test.
 */
#include "base/arena.h"

struct str env_json(struct arena *mem, const char *text);
struct bytes env_cbor(struct arena *mem, const char *text);

/*
 * A flattened JWS; NULL leaves the good default. payload and protected_ are encoded,
 * header is not.
 */
struct env_jws {
	const char *payload, *protected_, *header;
	const char *signature; /* already encoded */
};
struct bytes env_jws(struct arena *mem, const struct env_jws *parts);

/* D2 84, then the four elements; NULL leaves the good default. */
struct env_cose {
	const char *protected_; /* the map; stands in a byte string */
	const char *unprotected, *payload, *signature;
};
struct bytes env_cose(struct arena *mem, const struct env_cose *parts);

#define ENV_PAYLOAD                                                                      \
	"{'targetArtifact':{'mediaType':'application/vnd.oci.image.manifest.v1+json',"   \
	"'digest':'sha256:"                                                              \
	"0000000000000000000000000000000000000000000000000000000000000000','size':481}}"
#define ENV_TYPE "application/vnd.cncf.notary.payload.v1+json"

/* Members of a good protected header, to put others together from. */
#define ENV_J_ALG "'alg':'PS256'"
#define ENV_J_CTY "'cty':'" ENV_TYPE "'"
#define ENV_J_CRIT "'crit':['io.cncf.notary.signingScheme']"
#define ENV_J_SCHEME "'io.cncf.notary.signingScheme':'notary.x509'"
#define ENV_J_TIME "'io.cncf.notary.signingTime':'2026-01-31T12:00:00Z'"
#define ENV_J_REST ENV_J_CTY "," ENV_J_CRIT "," ENV_J_SCHEME "," ENV_J_TIME
#define ENV_J_HEADER "'x5c':['MAMCAQE=']"

#define ENV_C_ALG "1:-37"
#define ENV_C_CRIT "2:['io.cncf.notary.signingScheme']"
#define ENV_C_CTY "3:'" ENV_TYPE "'"
#define ENV_C_SCHEME "'io.cncf.notary.signingScheme':'notary.x509'"
#define ENV_C_TIME "'io.cncf.notary.signingTime':1(1769860800)"
#define ENV_C_REST ENV_C_CRIT "," ENV_C_CTY "," ENV_C_SCHEME "," ENV_C_TIME
#define ENV_C_CHAIN "33:[h'3003020101']"

#endif
