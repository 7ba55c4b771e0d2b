/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_REVOKED_PARTS_H
#define VERIFY_REVOKED_PARTS_H
/*
 * What the parts of the revocation check share: revoked.c (one certificate, the chain),
 * revoked_told.c (words and data), revoked_memo.c (what a worker remembers),
 * revoked_news.c and revoked_crl.c (what lists say of one certificate), revoked_ocsp.c
 * (what responses say).
 */
#include "base/map.h"
#include "verify/revoked.h"

/* --- what a worker remembers ------------------------------------------------------- */

struct revoked_entries { /* what a list says of a serial number */
	const struct crl_entry *v;
	size_t n;
};

struct revoked_responder { /* who signed a response, at `time` */
	struct when time;
	enum reason reason; /* REASON_NONE, or why nobody counts */
	const struct cert *cert;
	struct str detail;
	/* Nobody counts, but the issuer or somebody it appointed did sign it. */
	bool meant;
};

struct revoked_memo; /* one fact */

struct revoker {
	const struct revdata *data;
	struct certs *certs;
	struct hasher *hasher;
	const struct limits *limits;
	struct arena mem;
	VEC(struct revoked_memo *) memos; /* facts, as they were asked for */
	struct map by_key;
	struct revoker_counts counts;
};

/* Is the list signed by the key of this issuer, by whatever algorithm? */
bool revoked_list_signed(
    struct revoker *r, const struct crl *c, const struct cert *issuer);
struct revoked_entries revoked_list_entries(
    struct revoker *r, const struct crl *c, struct bytes serial);
const struct revoked_responder *revoked_responder(
    struct revoker *r, const struct ocsp *o, const struct cert *issuer, struct when time);

/* --- one certificate --------------------------------------------------------------- */

struct revoked_note { /* a file that did not count, or not in the ordinary way */
	const struct revfile *file;
	enum reason reason;
	struct str text;
};

enum { REVOKED_NOTES_MOST = 16 }; /* kept of one certificate */

struct revoked_notes {
	struct revoked_note *v; /* in the arena of the question */
	size_t n, more; /* further ones, which are only counted */
};

struct revoked_ask {
	struct revoker *r;
	struct arena *mem;
	const struct cert *cert, *issuer;
	struct when time;
	bool time_chosen; /* as in struct revoked_question */
	struct revoked_notes *notes; /* NULL: nobody reads them */
	const struct check_job *budget; /* as in struct revoked_question */
	bool *late; /* a file was not looked at, as time was up */
	bool has_signing_time; /* as in struct revoked_question */
	struct when signing_time;
};

struct revoked_source { /* a file, and the part of it that is about the certificate */
	const struct revfile *file; /* NULL: none */
	struct when this_update, next_update;
	bool has_next_update;
};

/*
 * News that proves nothing, because of its form: good that is older does not count beside
 * it.
 */
struct revoked_news {
	struct revoked_source source; /* no file: none */
	enum reason reason; /* what is wrong with it ... */
	struct str why; /* ... in words about the source */
	struct when revoked_at; /* if it revokes */
	enum crl_reason revocation_reason;
};

struct revoked_answer {
	enum revocation result;
	enum reason reason; /* NONE: good */
	/* No file is about the certificate, but this one should have been; NULL: none. */
	const struct revproblem *problem;
	/* What decided, or told the most; the oldest of several that good rests on. */
	struct revoked_source source, delta;
	/* The list that showed the OCSP responder to be good. */
	struct revoked_source responder;
	/* Good is as of this time: that of the list, or of its delta. */
	struct when as_of;
	/*
	 * The newest that revokes the certificate for ever, and the newest that puts it in
	 * doubt. Whatever the answer is without them: see revoked_settle().
	 */
	struct revoked_news bad, doubt;
	struct when revoked_at; /* REVOCATION_REVOKED */
	enum crl_reason revocation_reason;
	struct str why; /* words about the source; absent if there is none */
	bool newer; /* of an unknown: the source is newer than what says good */
	struct str pointer; /* URL of what is missing; may be absent */
	struct revoked_notes notes;
};

/* Asked before each file: is time up? It is then told for good. */
bool revoked_late(const struct revoked_ask *ask);
/* The digests that a map or a cache knows the URLs of the certificate's lists by. */
const struct digest *revoked_urls(const struct revoked_ask *ask);
/* Unknown with revocation.no-data if nothing is about this issuer. Not settled. */
void revoked_by_crl(struct revoked_answer *out, const struct revoked_ask *ask);
/* The same for a response about this very certificate. */
void revoked_by_ocsp(struct revoked_answer *out, const struct revoked_ask *ask);

/*
 * The answer is unknown by now: `reason` from `source` takes the place of a reason that
 * tells less. True if it did; the words are then the caller's to fill in.
 */
bool revoked_tell(
    struct revoked_answer *out, enum reason reason, struct revoked_source source);
void revoked_unknown(struct revoked_answer *out);
/* *kept becomes `n` if that is newer. */
void revoked_news_take(struct revoked_news *kept, const struct revoked_news *n);
/*
 * No older good news over newer bad news: what is good as of a time before that of `bad`
 * or `doubt` becomes revoked, or unknown; without anything good, `bad` is believed.
 */
void revoked_settle(struct revoked_answer *out);
void revoked_note(const struct revoked_ask *ask, const struct revfile *file,
    enum reason reason, struct str text);

/* --- in words, as data ------------------------------------------------------------- */

/* Names the certificate at least one place to ask? freshestCRL alone is one, too. */
bool revoked_pointed(const struct cert_info *c);

struct revoked_tally { /* of a chain */
	size_t asked, notes;
	const struct revoked_source *oldest; /* that good rests on; NULL: none */
};

struct str revoked_good_text(struct arena *mem, const struct revoked_tally *t);
struct str revoked_bad_text(
    struct arena *mem, const struct cert *cert, const struct revoked_answer *a);
struct str revoked_unknown_text(struct arena *mem, const struct revoker *r,
    const struct cert *cert, const struct revoked_answer *a);
/* The data of the step; absent if it is too much to tell. */
struct str revoked_data(struct arena *mem, const struct chain *chain,
    const struct revoked_answer *answers, size_t count);

#endif
