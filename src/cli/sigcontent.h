/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SIGCONTENT_H
#define CLI_SIGCONTENT_H
/*
 * What a signature says of itself, as plain values: taken once from the document that a child sent
 * (verify/inspect.h). That is taken for hostile here, too: a member that is not of its type is not
 * there, and one that is not known is not looked at.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/str.h"

struct sigpair {
	struct str name, value;
	bool critical;
};
struct sigpairs {
	struct sigpair *v;
	size_t n;
};
struct sigcert {
	struct str sha256, reason;      /* why it cannot be read; absent: it was */
	struct str subject, issuer, serial, not_before, not_after, key_alg, sig_alg;
	uint64_t key_bits;
	bool is_ca, signer;             /* signer: of the token */
};
struct sigcerts {
	struct sigcert *v;
	size_t n;
};
struct sigtoken {
	bool there;
	struct str reason, detail;      /* why it says nothing; absent: it does */
	struct str time, lower, upper, policy, serial, imprint_algorithm, imprint, signing_time;
	uint64_t accuracy_us;
	struct sigcerts certs;
};
struct sigcontent {
	/* signed */
	struct str content_type, signing_scheme, signing_time, expiry, plugin, plugin_min_version;
	struct sigpairs extended;
	/* the payload, if it can be read */
	bool has_payload;
	struct sigpairs metadata;
	struct str media_type, digest;
	uint64_t size;
	/* not signed */
	struct str agent;
	struct sigtoken token;
	struct sigcerts certs;
};

/* False: `doc` is no such document at all. Texts live in `mem`. */
bool sigcontent_read(struct sigcontent *out, struct arena *mem, struct bytes doc,
    const struct limits *limits);

#endif
