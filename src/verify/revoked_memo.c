/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker remembers of revocation data: facts about octets, by the digest of the
 * list or the response. So a thousand artifacts of one signer cost one signature check
 * per list.
 */
#include <stdlib.h>

#include "verify/revoked_parts.h"

enum fact {
	FACT_SIGNED,
	FACT_ENTRIES,
	FACT_ENTRIES_FAULTY,
	FACT_RESPONDER,
	FACT_RESPONDER_FAULTY
};

struct memo_key {
	enum fact fact;
	struct digest file;
	struct bytes about; /* digest of the issuer or its key, or a serial number */
};

struct revoked_memo {
	struct memo_key key;
	bool known;
	union {
		bool yes;
		struct revoked_entries entries;
		struct revoked_responder responder;
	};
};

struct revoker *
revoker_new(const struct revdata *data, struct certs *certs, struct hasher *hasher,
    const struct limits *limits)
{
	struct revoker *r = xmalloc(sizeof(*r));

	*r = (struct revoker){
		.data = data, .certs = certs, .hasher = hasher, .limits = limits
	};
	arena_init(&r->mem, 0);
	map_init(&r->by_key, &r->mem);
	return r;
}

void
revoker_free(struct revoker *r)
{
	if (r == NULL)
		return;
	arena_clear(&r->mem);
	free(r);
}

struct revoker_counts
revoker_counts(const struct revoker *r)
{
	return r->counts;
}

static bool
is_memo(const void *revoker, uint32_t at, const void *key)
{
	const struct memo_key *have = &((const struct revoker *)revoker)->memos.v[at]->key;
	const struct memo_key *want = key;

	return have->fact == want->fact && digest_equal(&have->file, &want->file) &&
	       bytes_equal(have->about, want->about);
}

static struct revoked_memo *
memo_at(struct revoker *r, enum fact fact, const struct digest *file, struct bytes about)
{
	const struct memo_key key = { fact, *file, about };
	const struct bytes parts[] = { bytes_of(&fact, sizeof(fact)), digest_value(file), about };
	uint64_t hash = map_hash_parts(&r->by_key, parts, COUNT(parts));
	uint32_t at = map_find(&r->by_key, hash, is_memo, r, &key);
	struct revoked_memo *m;

	if (at != MAP_NONE)
		return r->memos.v[at];
	m = arena_alloc(&r->mem, sizeof(*m));
	m->key = key;
	m->key.about = arena_bytes(&r->mem, about);
	map_add(&r->by_key, hash, (uint32_t)r->memos.n);
	VEC_PUSH(&r->mem, &r->memos, m);
	return m;
}

/*
 * RFC 5280 section 6.3.3 (f) and (g): the name alone proves nothing, other CAs have the
 * same. It is the key that is asked: many certificates may hold one, and the list is
 * hashed once for all of them.
 */
bool
revoked_list_signed(struct revoker *r, const struct crl *c, const struct cert *issuer)
{
	struct revoked_memo *m = memo_at(
	    r, FACT_SIGNED, &c->sha256, digest_value(&cert_info(issuer)->spki_sha256));

	if (!m->known) {
		r->counts.lists_verified++;
		m->yes = c->weak ? crl_signed_weakly(c, issuer)
				 : crl_signed_by(c, issuer);
		m->known = true;
	}
	return m->yes;
}

struct revoked_entries
revoked_list_entries(struct revoker *r, const struct crl *c, struct bytes serial)
{
	struct revoked_memo *m =
	    memo_at(r, c->fault.ptr == NULL ? FACT_ENTRIES : FACT_ENTRIES_FAULTY,
		&c->sha256, serial);

	if (!m->known) {
		r->counts.lists_searched++;
		m->entries.v = crl_lookup(&m->entries.n, c, serial, &r->mem);
		m->known = true;
	}
	return m->entries;
}

/*
 * Validity of a delegate depends on the time, so an answer of another time is asked
 * again.
 */
const struct revoked_responder *
revoked_responder(
    struct revoker *r, const struct ocsp *o, const struct cert *issuer, struct when time)
{
	struct revoked_memo *m =
	    memo_at(r, o->fault.ptr == NULL ? FACT_RESPONDER : FACT_RESPONDER_FAULTY,
		&o->sha256, digest_value(&cert_info(issuer)->sha256));
	char detail[256] = "";

	if (m->known && when_cmp(m->responder.time, time) == 0)
		return &m->responder;
	m->known = true;
	m->responder = (struct revoked_responder){ .time = time };
	r->counts.responses_verified++;
	m->responder.reason = ocsp_responder(
	    &m->responder.cert, o, r->certs, issuer, time, detail, sizeof(detail));
	m->responder.detail = arena_str(&r->mem, str_of(detail));
	/* Nobody named is nobody proven, whatever else was said. */
	if (m->responder.reason == REASON_NONE && m->responder.cert == NULL)
		m->responder.reason = REASON_OCSP_RESPONDER;
	if (m->responder.reason != REASON_NONE)
		m->responder.meant = ocsp_meant(o, r->certs, issuer);
	return &m->responder;
}
