/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_REVCASE_H
#define TESTS_LIB_REVCASE_H
/*
 * One question about revocation, without an artifact: a leaf under an issuing CA and a
 * root, and a folder of lists and responses. The leaf names one revocation list, the CA
 * nothing, so that an answer is about the leaf alone.
 */
#include "verify/revoked.h"

#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/kit.h"
#include "tests/lib/scratch.h"

#define REVCASE_NOW "2026-06-01T00:00:00Z"
#define REVCASE_URL "http://crl.example/ca.crl"
enum { REVCASE_SERIAL = 3 };

#define OTHER_URL "http://crl.example/other.crl"
#define DELTA_URL "http://crl.example/delta.crl"

/* Parts of the specs in tests/lib/forge_crl.h and forge_ocsp.h. */
#define ENTRIES(...)                                                                     \
	.entries = (const struct forge_crl_entry[]){ __VA_ARGS__ },                      \
	.entry_count = COUNT(((const struct forge_crl_entry[]){ __VA_ARGS__ }))
#define SINGLES(...)                                                                     \
	.singles = (const struct forge_ocsp_single[]){ __VA_ARGS__ },                    \
	.single_count = COUNT(((const struct forge_ocsp_single[]){ __VA_ARGS__ }))
#define URLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define POINT(...)                                                                       \
	.point = &(const struct forge_crl_point)                                         \
	{                                                                                \
		__VA_ARGS__                                                              \
	}
#define LISTED                                                                           \
	{                                                                                \
		.number = REVCASE_SERIAL                                                 \
	}
#define BECAUSE(why)                                                                     \
	{                                                                                \
		.number = REVCASE_SERIAL, .reason = (why)                                \
	}
#define ON(why, day)                                                                     \
	{                                                                                \
		.number = REVCASE_SERIAL, .reason = (why), .date = (day)                 \
	}
#define HOLD BECAUSE("certificateHold")
#define STALE .next_update = "2026-05-31T23:59:59Z"
#define FRESHEST .freshest = URLS(DELTA_URL)
#define DELTA(of, n) .delta = true, .base = (of), .number = (n)

/* What a table row has: a list or a response; a list that the map knows by its URL. */
#define GIVEN(...)                                                                       \
	{                                                                                \
		.there = true, .spec = { __VA_ARGS__ }                                   \
	}
#define FROM(from, ...)                                                                  \
	{                                                                                \
		.there = true, .url = (from), .spec = { __VA_ARGS__ }                    \
	}

/* What the leaf names: a list, two, nothing, a responder, both, list and delta. */
enum revcase_leaf { LEAF_ONE, LEAF_TWO, LEAF_NONE, LEAF_OCSP, LEAF_BOTH, LEAF_DELTA };

struct revcase {
	struct kit k;
	struct scratch dir;
	struct bytes root, ca, leaf; /* certificates, DER */
	EVP_PKEY *root_key, *ca_key, *leaf_key;
	const char *now, *signed_at; /* signed_at NULL: no authentic signing time */
	bool chosen; /* `now` is not the time of the run */
	unsigned folders;
	bool lists, answers, cache, map; /* something of that kind lies in the folder */
	struct revdata data;
	struct revoker *revoker;
	struct arena mem;
	struct revoked_result result;
};

void revcase_open(struct revcase *c);
void revcase_close(struct revcase *c);

/* Specs to start from, for revcase_chain. */
struct forge_cert revcase_leaf(struct revcase *c);
struct forge_cert revcase_ca(struct revcase *c);
/* Other certificates; NULL: the ordinary ones. */
void revcase_chain(
    struct revcase *c, const struct forge_cert *leaf, const struct forge_cert *ca);

void revcase_pointers(struct revcase *c, enum revcase_leaf kind);

/* An empty folder. */
void revcase_begin(struct revcase *c);
/* Issuer and key, if there are none: those of the CA. */
struct bytes revcase_crl(struct revcase *c, struct forge_crl spec);
void revcase_list(struct revcase *c, const char *name, struct forge_crl spec);
/* Certificate, issuer and key, if there are none: leaf and CA. */
struct bytes revcase_ocsp(struct revcase *c, struct forge_ocsp spec);
void revcase_answer(struct revcase *c, const char *name, struct forge_ocsp spec);
/* Of a map: the list has come from `url`. */
void revcase_from(struct revcase *c, const char *url, struct forge_crl spec);
/* Of a cache: base and delta under `url`; delta NULL: none. */
void revcase_cached(struct revcase *c, const char *url, struct forge_crl base,
    const struct forge_crl *delta);

/* What the folder says of the chain: the reason; all of it is in c->result. */
enum reason revcase_ask(struct revcase *c);
/* The same again with what was remembered. */
enum reason revcase_again(struct revcase *c);
/* Does the data of the step hold this text? ' for ". */
bool revcase_says(struct revcase *c, const char *text);

#endif
