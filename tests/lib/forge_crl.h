/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_FORGE_CRL_H
#define TESTS_LIB_FORGE_CRL_H
/*
 * Certificate revocation lists, base and delta, right ones and wrong ones (RFC 5280 section 5).
 * As in forge.h: a zero means the ordinary, valid thing, and nothing can fail.
 */
#include "tests/lib/forge.h"

struct forge_crl_entry {
	uint64_t number; /* the serial number ... */
	struct bytes serial; /* ... or its content octets, as they are to be written */
	const char *date; /* revocationDate; NULL: 2024-01-10 */
	const char *reason; /* "keyCompromise", "certificateHold", "12" ...; NULL: absent */
	const char *invalidity; /* invalidityDate; NULL: absent */
	bool unknown_critical; /* a critical extension that nobody knows */
	struct bytes issuer; /* certificateIssuer: the subject of this certificate */
	const struct forge_ext *extra;
	size_t extra_count;
};

struct forge_crl_point { /* issuingDistributionPoint; all zero: an empty one */
	const char *const *urls; /* fullName, NULL-ended; NULL: absent */
	const char *relative; /* nameRelativeToCRLIssuer: this common name */
	bool only_users, only_cas, only_attributes, some_reasons, indirect;
	bool lax; /* not critical */
};

struct forge_crl {
	struct bytes issuer; /* certificate that gives name and key identifier */
	struct bytes issuer_name; /* a Name, DER, to write instead */
	EVP_PKEY *key; /* that signs: the issuer's, or a wrong one */
	uint64_t number; /* 0: 1 */
	struct bytes number_raw; /* content octets instead */
	bool no_number;
	bool delta;
	uint64_t base; /* deltaCRLIndicator of a delta */
	const char *this_update, *next_update; /* NULL: 2024-01-01, 2049-12-31T23:59:59Z */
	bool no_next_update;
	const struct forge_crl_entry *entries;
	size_t entry_count;
	size_t flood; /* that many further entries of 35 octets, serial numbers of 16 */
	const struct forge_crl_point *point; /* NULL: none */
	const char *const *freshest; /* URLs, NULL-ended; NULL: no freshestCRL */
	bool no_aki;
	struct bytes aki; /* key identifier to write instead of the issuer's */
	const char *hash; /* "SHA1", "MD5" ...; NULL: "SHA256" */
	bool pss;
	const char *inner_hash; /* the signed algorithm field is made for this one */
	bool version1; /* no version, no extensions */
	bool unknown_critical;
	const struct forge_ext *extra;
	size_t extra_count;
	bool break_signature; /* last bit turned */
	struct bytes trailer; /* behind the list */
};

/* DER. */
struct bytes forge_crl(struct forge *f, const struct forge_crl *spec);
/* An ordinary empty list of `issuer` to start from. */
struct forge_crl forge_crl_of(struct bytes issuer, EVP_PKEY *issuer_key);
struct str forge_crl_pem(struct forge *f, struct bytes crl);
/* Serial number `i` of a flood, content octets. */
struct bytes forge_crl_flood_serial(struct forge *f, size_t i);

#endif
