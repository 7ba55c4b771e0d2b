/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRUST_REVDATA_H
#define TRUST_REVDATA_H
/*
 * Revocation data that the operator brought along: revocation lists, OCSP responses, a copied
 * Notation cache, a map from URL to file. Read and indexed once per run, in the parent; workers
 * inherit it. Everything in it is untrusted until a certificate's issuer proves to have signed it,
 * which is the business of verify/revoked.
 *
 * A file that cannot be used never disappears: it is a problem with reason and place.
 */
#include "crypto/crl.h"
#include "crypto/ocsp.h"

enum revfile_kind { REVFILE_CRL, REVFILE_DELTA, REVFILE_OCSP };

struct revfile { /* one list or response */
	enum revfile_kind kind;
	/* as people know it: "crl/root.crl", with #2 for a second block */
	struct str path;
	struct digest sha256; /* of the DER */
	union {
		struct crl crl; /* REVFILE_CRL, REVFILE_DELTA */
		struct ocsp ocsp;
	};
	/*
	 * SHA-256 of the URL it was downloaded from, by the map or the cache; DIGEST_NONE: not told.
	 * Such a list covers that URL alone.
	 */
	struct digest url;
	/* of a cache entry: the delta that came with this base */
	const struct revfile *delta;
};

struct revproblem { /* a file that gave nothing */
	enum reason reason;
	struct str path, detail;
	struct digest url; /* as in struct revfile: whose list it should have been */
};

struct revkey;
struct revdata {
	struct arena mem;
	struct revfile **files; /* by kind, sha256, path: the order of listings */
	size_t file_count;
	/*
	 * Lists and responses that are problems, too, but of which it can be known who signed them
	 * (crl_parse_faulty, ocsp_parse_faulty): they may be bad news, never good. The functions that
	 * search find them as well.
	 */
	struct revfile **faulty;
	size_t faulty_count;
	struct revproblem *problems; /* by path */
	size_t problem_count;
	bool given; /* some source exists, even if it holds nothing */
	struct digest digest; /* over kind, sha256 and url of all files, faulty ones too */
	struct revkey *by_issuer, *by_serial; /* for the two functions that search */
	size_t issuer_count, serial_count;
};

struct revdata_options { /* C strings; NULL: not given */
	const char *policy; /* its folders crl/ and ocsp/ are read if they are there */
	const char *crl_dir, *ocsp_dir; /* instead of those of the policy folder */
	const char *cache_dir; /* a copied $NOTATION_CACHE/crl */
	const char *map; /* JSON object: URL -> file name, below its own folder */
	const struct limits *limits;
};

/*
 * Fails where the operator named something that cannot be read at all: file.missing,
 * file.type, file.symlink, file.unreadable, revocation.map, limit.revocation, ERR_ENV reasons. A
 * single bad file is a problem, not a failure. After a failure *out needs no revdata_clear.
 */
int revdata_load(struct revdata *out, const struct revdata_options *options,
    struct hasher *hasher, struct err *err);
void revdata_clear(struct revdata *d);

/*
 * Lists and deltas whose issuer name may be `issuer_der` (dn_key: the signature decides); each call
 * gives the next (start with *at = 0), NULL at the end.
 */
const struct revfile *revdata_next_crl(
    const struct revdata *d, struct bytes issuer_der, size_t *at);
/* OCSP responses with an answer for this serial number, in the same way. */
const struct revfile *revdata_next_ocsp(
    const struct revdata *d, struct bytes serial, size_t *at);

/*
 * Is data of this time from the future at `time`? Clocks differ: five minutes are allowed, by all who
 * judge or list it.
 */
bool revdata_future(struct when this_update, struct when time);

const char *revfile_kind_name(enum revfile_kind k); /* "crl", "delta-crl", "ocsp" */
/* Newest thisUpdate and nextUpdate of the file, for listings; has_next false: none. */
void revfile_times(const struct revfile *f, struct when *this_update,
    struct when *next_update, bool *has_next);

#endif
