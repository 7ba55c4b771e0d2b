/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation of one certificate: the rules about OCSP responses, a row each. */
#include "tests/lib/revcase.h"
#include "tests/lib/tap.h"

static struct revcase c;

/* --- responses --------------------------------------------------------------------- */

struct list {
	bool there;
	struct forge_crl spec;
};

struct answer_row {
	const char *name;
	enum reason reason;
	enum revcase_leaf leaf;
	struct {
		bool there;
		struct forge_ocsp spec;
	} answers[3];
	struct list list;
};

static void
run_answers(const struct answer_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct answer_row *r = &rows[i];

		revcase_pointers(&c, r->leaf);
		revcase_begin(&c);
		for (unsigned k = 0; k < COUNT(r->answers) && r->answers[k].there; k++) {
			const char name[] = { (char)('a' + k), '\0' };

			revcase_answer(&c, name, r->answers[k].spec);
		}
		if (r->list.there)
			revcase_list(&c, "a", r->list.spec);
		is_reason(revcase_ask(&c), r->reason, "%s", r->name);
	}
}

static const struct answer_row answers[] = {
	{ "good", REASON_NONE, LEAF_OCSP, { GIVEN(.version = 0) }, { .there = false } },
	{ "revoked", REASON_REVOCATION_REVOKED, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED })) }, { .there = false } },
	{ "on hold", REASON_REVOCATION_REVOKED, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED, .reason = 7 })) },
	    { .there = false } },
	{ "unknown", REASON_OCSP_UNKNOWN, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_UNKNOWN })) }, { .there = false } },
	{ "unknown, and a list says good", REASON_NONE, LEAF_BOTH,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_UNKNOWN })) }, GIVEN(.number = 1) },
	{ "another serial number", REASON_REVOCATION_NO_DATA, LEAF_OCSP,
	    { GIVEN(SINGLES({ .serial = 4 })) }, { .there = false } },
	{ "another issuer's name", REASON_REVOCATION_NO_DATA, LEAF_OCSP,
	    { GIVEN(SINGLES({ .break_name_hash = true })) }, { .there = false } },
	{ "another issuer's key", REASON_REVOCATION_NO_DATA, LEAF_OCSP,
	    { GIVEN(SINGLES({ .break_key_hash = true })) }, { .there = false } },
	{ "a CertID with SHA-256", REASON_NONE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .hash = "SHA256" })) }, { .there = false } },
	{ "a CertID with MD5", REASON_REVOCATION_NO_DATA, LEAF_OCSP,
	    { GIVEN(SINGLES({ .hash = "MD5" })) }, { .there = false } },
	{ "one of several singles", REASON_NONE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .serial = 4 }, { .serial = 0 })) }, { .there = false } },
	{ "nextUpdate is now", REASON_NONE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .next_update = REVCASE_NOW })) }, { .there = false } },
	{ "stale", REASON_OCSP_STALE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .next_update = "2026-05-31T23:59:59Z" })) },
	    { .there = false } },
	{ "stale, and revoked", REASON_REVOCATION_REVOKED, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED,
		.next_update = "2026-05-31T23:59:59Z" })) },
	    { .there = false } },
	{ "stale, and on hold", REASON_OCSP_STALE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED,
		.reason = 7,
		.next_update = "2026-05-31T23:59:59Z" })) },
	    { .there = false } },
	{ "no nextUpdate", REASON_OCSP_NO_NEXT_UPDATE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .no_next_update = true })) }, { .there = false } },
	{ "five minutes ahead", REASON_NONE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .this_update = "2026-06-01T00:05:00Z" })) },
	    { .there = false } },
	{ "from the future", REASON_OCSP_NOT_YET_VALID, LEAF_OCSP,
	    { GIVEN(SINGLES({ .this_update = "2026-06-01T00:05:01Z" })) },
	    { .there = false } },
	{ "a critical extension of the response", REASON_OCSP_UNSUPPORTED, LEAF_OCSP,
	    { GIVEN(.extension = true, .critical = true) }, { .there = false } },
	{ "a critical extension of the answer", REASON_OCSP_UNSUPPORTED, LEAF_OCSP,
	    { GIVEN(SINGLES({ .extension = true, .critical = true })) },
	    { .there = false } },
	{ "an extension that is not critical", REASON_NONE, LEAF_OCSP,
	    { GIVEN(.extension = true) }, { .there = false } },
	{ "a broken signature", REASON_OCSP_BAD_SIGNATURE, LEAF_OCSP,
	    { GIVEN(.break_signature = true) }, { .there = false } },
	{ "a weak signature", REASON_OCSP_BAD_SIGNATURE, LEAF_OCSP,
	    { GIVEN(.hash = "SHA1") }, { .there = false } },
	{ "a broken signature over a revocation", REASON_NONE, LEAF_BOTH,
	    { GIVEN(.break_signature = true, SINGLES({ .status = FORGE_OCSP_REVOKED })) },
	    GIVEN(.number = 1) },
	{ "revoked wins over a later good", REASON_REVOCATION_REVOKED, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED,
		  .this_update = "2026-05-20T00:00:00Z" })),
		GIVEN(.version = 0) },
	    { .there = false } },
	{ "the later of good and unknown: unknown", REASON_OCSP_UNKNOWN, LEAF_OCSP,
	    { GIVEN(SINGLES({ .this_update = "2026-05-20T00:00:00Z" })),
		GIVEN(SINGLES({ .status = FORGE_OCSP_UNKNOWN })) },
	    { .there = false } },
	{ "the later of good and unknown: good", REASON_NONE, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_UNKNOWN,
		  .this_update = "2026-05-20T00:00:00Z" })),
		GIVEN(.version = 0) },
	    { .there = false } },
	{ "good and unknown of the same time", REASON_OCSP_UNKNOWN, LEAF_OCSP,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_UNKNOWN })), GIVEN(.version = 0) },
	    { .there = false } },
	{ "a list says revoked, the response good", REASON_REVOCATION_REVOKED, LEAF_OCSP,
	    { GIVEN(.version = 0) }, GIVEN(ENTRIES(LISTED)) },
	{ "the response says revoked, a list good", REASON_REVOCATION_REVOKED, LEAF_BOTH,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED })) }, GIVEN(.number = 1) },
	{ "the response is good, the list stale", REASON_NONE, LEAF_BOTH,
	    { GIVEN(.version = 0) }, GIVEN(STALE) },
	{ "the certificate names only a list, the response is good", REASON_NONE,
	    LEAF_ONE, { GIVEN(.version = 0) }, { .there = false } },
	{ "no pointers, the response says revoked", REASON_REVOCATION_REVOKED, LEAF_NONE,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_REVOKED })) }, { .there = false } },
	{ "no pointers, the response says unknown", REASON_NONE, LEAF_NONE,
	    { GIVEN(SINGLES({ .status = FORGE_OCSP_UNKNOWN })) }, { .there = false } },
	{ "both out of date", REASON_CRL_STALE, LEAF_BOTH,
	    { GIVEN(SINGLES({ .next_update = "2026-05-31T23:59:59Z" })) }, GIVEN(STALE) },
};

/* --- delegates --------------------------------------------------------------------- */

struct delegate {
	const char *name;
	enum reason reason;
	bool nocheck, no_eku, not_after;
	struct list list; /* serial number of the delegate: 9 */
};

static const struct delegate delegates[] = {
	{ "a delegate without check", REASON_NONE, true, false, false,
	    { .there = false } },
	{ "a delegate that nobody vouches for", REASON_OCSP_RESPONDER_UNCHECKED, false,
	    false, false, { .there = false } },
	{ "a delegate that the list does not name", REASON_NONE, false, false, false,
	    GIVEN(POINT(.only_users = true)) },
	{ "a delegate outside of the list", REASON_OCSP_RESPONDER_UNCHECKED, false, false,
	    false, GIVEN(POINT(.urls = URLS(OTHER_URL))) },
	{ "a delegate, and a stale list", REASON_OCSP_RESPONDER_UNCHECKED, false, false,
	    false, GIVEN(STALE, POINT(.urls = URLS(OTHER_URL))) },
	/* That the list does not cover the leaf tells more than the delegate. */
	{ "a revoked delegate", REASON_CRL_SCOPE, false, false, false,
	    GIVEN(POINT(.urls = URLS(OTHER_URL)), ENTRIES({ .number = 9 })) },
	{ "not named by that list", REASON_NONE, true, false, false,
	    GIVEN(POINT(.urls = URLS(OTHER_URL)), ENTRIES({ .number = 8 })) },
	{ "a revoked delegate without check", REASON_CRL_SCOPE, true, false, false,
	    GIVEN(POINT(.urls = URLS(OTHER_URL)), ENTRIES({ .number = 9 })) },
	{ "not for OCSPSigning", REASON_OCSP_RESPONDER, true, true, false,
	    { .there = false } },
	{ "a delegate whose time is over", REASON_OCSP_RESPONDER, true, false, true,
	    { .there = false } },
};

static void
delegate_answer(const struct delegate *d, enum forge_ocsp_status status)
{
	EVP_PKEY *key = forge_key(c.k.forge, "p384");
	struct forge_cert spec = forge_cert_responder(
	    key, "C=US,ST=WA,O=Example,CN=Responder", c.ca, c.ca_key, d->nocheck);
	struct forge_ocsp_single one = { .status = status };

	spec.serial = 9;
	if (d->no_eku)
		spec.eku = "codeSigning";
	if (d->not_after)
		spec.not_after = "2026-05-31T23:59:59Z";
	revcase_answer(&c, "a",
	    (struct forge_ocsp){ .responder = forge_cert(c.k.forge, &spec),
		.responder_key = key,
		.singles = &one,
		.single_count = 1 });
}

static void
test_delegates(void)
{
	revcase_pointers(&c, LEAF_OCSP);
	for (size_t i = 0; i < COUNT(delegates); i++) {
		const struct delegate *d = &delegates[i];
		enum reason want = d->reason;

		revcase_begin(&c);
		delegate_answer(d, FORGE_OCSP_GOOD);
		if (d->list.there)
			revcase_list(&c, "a", d->list.spec);
		/* A list of the issuer that is out of date is nearer to an answer. */
		is_reason(revcase_ask(&c), want, "%s", d->name);
		if (want != REASON_NONE && !d->list.there) {
			revcase_list(&c, "b",
			    (struct forge_crl){ .number = 1, ENTRIES({ .number = 9 }) });
			is_reason(revcase_ask(&c), REASON_NONE,
			    "%s: the list speaks for itself", d->name);
		}
	}
	revcase_begin(&c);
	delegate_answer(&delegates[0], FORGE_OCSP_REVOKED);
	is_reason(revcase_ask(&c), REASON_REVOCATION_REVOKED, "a delegate says revoked");
}

/*
 * What only a verifier of signatures refuses in a certificate takes no word from a delegate of
 * OCSP: news of his that cannot be used is not passed over either. By a stranger it is no news.
 */
static void
test_odd_delegate(void)
{
	static const struct forge_ext odd = { "2.5.29.17", false,
		{ (const uint8_t *)"\x30\x09\x82\x07" "ex\xff" "mple", 11 } };
	EVP_PKEY *key = forge_key(c.k.forge, "p384");
	const struct forge_ocsp_single one = { .status = FORGE_OCSP_REVOKED,
		.this_update = "2026-05-31" };

	revcase_pointers(&c, LEAF_BOTH);
	for (int row = 0; row < 4; row++) {
		bool own = row < 2, weak = row % 2 == 0;
		struct forge_cert spec = forge_cert_responder(key,
		    "C=US,ST=WA,O=Example,CN=Responder", own ? c.ca : c.root,
		    own ? c.ca_key : c.root_key, true);

		spec.extra = &odd;
		spec.extra_count = 1;
		revcase_begin(&c);
		revcase_list(&c, "older", (struct forge_crl){ .this_update = "2026-05-01" });
		is_reason(revcase_ask(&c), REASON_NONE, "the older list alone: good");
		revcase_answer(&c, "a",
		    (struct forge_ocsp){ .responder = forge_cert(c.k.forge, &spec),
			.responder_key = key,
			.hash = weak ? "SHA1" : "SHA256",
			.singles = &one,
			.single_count = 1 });
		is_reason(revcase_ask(&c), own ? REASON_REVOCATION_REVOKED : REASON_NONE,
		    "revoked, %s, by an odd delegate of the %s", weak ? "SHA-1" : "SHA-256",
		    own ? "issuer" : "root");
	}
}

int
main(void)
{
	revcase_open(&c);
	run_answers(answers, COUNT(answers));
	test_delegates();
	test_odd_delegate();
	revcase_close(&c);
	return tap_done();
}
