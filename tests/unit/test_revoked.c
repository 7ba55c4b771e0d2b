/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation of one certificate: the rules about lists, a row each. */
#include "tests/lib/revcase.h"
#include "tests/lib/tap.h"

static struct revcase c;

/* --- lists ------------------------------------------------------------------------- */

struct list {
	bool there;
	const char *url; /* by the map */
	struct forge_crl spec;
};

struct row {
	const char *name;
	enum reason reason;
	enum revcase_leaf leaf;
	struct list lists[4];
};

static void
run(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];

		revcase_pointers(&c, r->leaf);
		revcase_begin(&c);
		for (unsigned k = 0; k < COUNT(r->lists) && r->lists[k].there; k++) {
			const char name[] = { (char)('a' + k), '\0' };

			if (r->lists[k].url != NULL)
				revcase_from(&c, r->lists[k].url, r->lists[k].spec);
			else
				revcase_list(&c, name, r->lists[k].spec);
		}
		is_reason(revcase_ask(&c), r->reason, "%s", r->name);
		ok((c.result.result == REVOCATION_GOOD) == (r->reason == REASON_NONE) &&
			(c.result.result == REVOCATION_REVOKED) ==
			    (r->reason == REASON_REVOCATION_REVOKED) &&
			c.result.detail.len > 0 && c.result.data.len > 0,
		    "%s: result, words and data agree", r->name);
	}
}

static const struct row single[] = {
	{ "nothing at all", REASON_REVOCATION_NO_DATA, LEAF_ONE, { { .there = false } } },
	{ "an empty list", REASON_NONE, LEAF_ONE, { GIVEN(.number = 1) } },
	{ "another certificate on it", REASON_NONE, LEAF_ONE,
	    { GIVEN(ENTRIES({ .number = 4 })) } },
	{ "listed without a reason", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(ENTRIES(LISTED)) } },
	{ "listed for a reason", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(ENTRIES(BECAUSE("superseded"))) } },
	{ "on hold", REASON_REVOCATION_REVOKED, LEAF_ONE, { GIVEN(ENTRIES(HOLD)) } },
	{ "revoked at a later date than now", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(ENTRIES(ON(NULL, "2030-01-01"))) } },
	{ "removeFromCRL in a base list", REASON_CRL_ENTRY, LEAF_ONE,
	    { GIVEN(ENTRIES(BECAUSE("removeFromCRL"))) } },
	{ "a hold that a base list claims to lift", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(ENTRIES(ON("certificateHold", "2024-02-01"),
		ON("removeFromCRL", "2024-03-01"))) } },
	{ "an entry with an unknown critical extension", REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(ENTRIES({ .number = REVCASE_SERIAL, .unknown_critical = true })) } },
	{ "such an entry of another certificate", REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(ENTRIES({ .number = 4, .unknown_critical = true })) } },
	{ "an entry with a reason that does not exist", REASON_CRL_ENTRY, LEAF_ONE,
	    { GIVEN(ENTRIES(BECAUSE("12"))) } },
	{ "such an entry before one that can be read", REASON_REVOCATION_REVOKED,
	    LEAF_ONE, { GIVEN(ENTRIES(BECAUSE("7"), LISTED)) } },
	{ "such an entry of another certificate", REASON_NONE, LEAF_ONE,
	    { GIVEN(ENTRIES({ .number = 4, .reason = "12" })) } },
	{ "a list without a number", REASON_NONE, LEAF_ONE,
	    { GIVEN(.no_number = true) } },
	{ "a list without key identifier", REASON_NONE, LEAF_ONE,
	    { GIVEN(.no_aki = true) } },
	{ "an unknown critical extension", REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(.unknown_critical = true) } },
	{ "an unknown critical extension, and it is listed", REASON_REVOCATION_REVOKED,
	    LEAF_ONE, { GIVEN(.unknown_critical = true, ENTRIES(LISTED)) } },
	{ "a weak signature", REASON_CRL_BAD_SIGNATURE, LEAF_ONE,
	    { GIVEN(.hash = "SHA1") } },
	{ "a broken signature", REASON_CRL_BAD_SIGNATURE, LEAF_ONE,
	    { GIVEN(.break_signature = true) } },
	{ "a broken signature over a revocation", REASON_CRL_BAD_SIGNATURE, LEAF_ONE,
	    { GIVEN(.break_signature = true, ENTRIES(LISTED)) } },
};

static const struct row times[] = {
	{ "nextUpdate is now", REASON_NONE, LEAF_ONE,
	    { GIVEN(.next_update = REVCASE_NOW) } },
	{ "nextUpdate was a second ago", REASON_CRL_STALE, LEAF_ONE, { GIVEN(STALE) } },
	{ "stale, and it is listed", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(STALE, ENTRIES(LISTED)) } },
	{ "stale, and it is on hold", REASON_CRL_STALE, LEAF_ONE,
	    { GIVEN(STALE, ENTRIES(HOLD)) } },
	{ "a stale list beside a fresh one", REASON_NONE, LEAF_ONE,
	    { GIVEN(STALE), GIVEN(.number = 2) } },
	{ "listed in a stale list, not in the fresh one", REASON_REVOCATION_REVOKED,
	    LEAF_ONE,
	    { GIVEN(STALE, ENTRIES(BECAUSE("keyCompromise"))), GIVEN(.number = 2) } },
	{ "on hold in an old stale list", REASON_NONE, LEAF_ONE,
	    { GIVEN(STALE, ENTRIES(HOLD)), GIVEN(.number = 2) } },
	{ "on hold in a stale list newer than the fresh one", REASON_CRL_STALE, LEAF_ONE,
	    { GIVEN(.number = 2, STALE, ENTRIES(HOLD)), GIVEN(.number = 1) } },
	{ "nextUpdate is absent", REASON_CRL_NO_NEXT_UPDATE, LEAF_ONE,
	    { GIVEN(.no_next_update = true) } },
	{ "nextUpdate is absent, and it is listed", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.no_next_update = true, ENTRIES(LISTED)) } },
	{ "thisUpdate is five minutes ahead", REASON_NONE, LEAF_ONE,
	    { GIVEN(.this_update = "2026-06-01T00:05:00Z") } },
	{ "thisUpdate is more than that ahead", REASON_CRL_NOT_YET_VALID, LEAF_ONE,
	    { GIVEN(.this_update = "2026-06-01T00:05:01Z") } },
	{ "from the future, and it is listed", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.this_update = "2026-06-02T00:00:00Z", ENTRIES(LISTED)) } },
};

static const struct row numbers[] = {
	{ "on hold in an older list only", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 1, ENTRIES(HOLD)), GIVEN(.number = 2) } },
	{ "on hold in the newest list", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, ENTRIES(HOLD)) } },
	{ "the number counts before thisUpdate", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 1, .this_update = "2026-05-30"),
		GIVEN(.number = 300, .this_update = "2026-05-01", ENTRIES(HOLD)) } },
	{ "of one number, the later thisUpdate", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.this_update = "2026-05-01"),
		GIVEN(.this_update = "2026-05-30", ENTRIES(HOLD)) } },
	{ "two lists of one number and time that differ", REASON_REVOCATION_REVOKED,
	    LEAF_ONE, { GIVEN(.number = 1), GIVEN(ENTRIES(HOLD)) } },
	{ "any list without a number is older", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 1),
		GIVEN(.no_number = true, .this_update = "2026-05-30", ENTRIES(HOLD)) } },
	{ "revoked in an older list, gone from the newer", REASON_REVOCATION_REVOKED,
	    LEAF_ONE, { GIVEN(.number = 1, ENTRIES(LISTED)), GIVEN(.number = 2) } },
	{ "the newest list cannot be read where it counts", REASON_CRL_ENTRY, LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, ENTRIES(BECAUSE("12"))) } },
	{ "the newest list must not be used, and names it", REASON_REVOCATION_REVOKED,
	    LEAF_ONE,
	    { GIVEN(.number = 1),
		GIVEN(.number = 2, .unknown_critical = true, ENTRIES(LISTED)) } },
	{ "the newest list names another key, and is signed by the issuer's",
	    REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 1),
		GIVEN(.number = 2, .aki = { (const uint8_t *)"another", 7 }, ENTRIES(LISTED)) } },
	{ "sibling: the same, signed by another key", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, .aki = { (const uint8_t *)"another", 7 },
		  .break_signature = true, ENTRIES(LISTED)) } },
	{ "the newest list is signed with SHA-1, and names it", REASON_REVOCATION_REVOKED,
	    LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, .hash = "SHA1", ENTRIES(LISTED)) } },
	{ "the newest list is signed with SHA-1, and does not name it",
	    REASON_CRL_BAD_SIGNATURE, LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, .hash = "SHA1") } },
	{ "the newest list is dated ahead, and names it", REASON_REVOCATION_REVOKED,
	    LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, .this_update = "2026-06-02",
		  ENTRIES(LISTED)) } },
	{ "the newest list is dated ahead, and does not name it",
	    REASON_CRL_NOT_YET_VALID, LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, .this_update = "2026-06-02") } },
	{ "the same of an older list", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 3),
		GIVEN(.number = 2, .unknown_critical = true, ENTRIES(LISTED)) } },
	{ "the newest list must not be used, and does not name it",
	    REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(.number = 1), GIVEN(.number = 2, .unknown_critical = true) } },
};

static const struct row scopes[] = {
	{ "the point of the certificate", REASON_NONE, LEAF_ONE,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))) } },
	{ "another point", REASON_CRL_SCOPE, LEAF_ONE,
	    { GIVEN(POINT(.urls = URLS(OTHER_URL))) } },
	{ "another point, and it is listed", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(POINT(.urls = URLS(OTHER_URL)), ENTRIES(LISTED)) } },
	{ "another point, and it is on hold", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 1),
		GIVEN(POINT(.urls = URLS(OTHER_URL)), ENTRIES(HOLD)) } },
	{ "a URL that is longer by a slash", REASON_CRL_SCOPE, LEAF_ONE,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL "/"))) } },
	{ "one of two points", REASON_CRL_SCOPE, LEAF_TWO,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))) } },
	{ "both points, by two lists", REASON_NONE, LEAF_TWO,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))),
		GIVEN(POINT(.urls = URLS(OTHER_URL))) } },
	{ "both points, by one list", REASON_NONE, LEAF_TWO,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL, OTHER_URL))) } },
	{ "both points, one of them stale", REASON_CRL_STALE, LEAF_TWO,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))),
		GIVEN(STALE, POINT(.urls = URLS(OTHER_URL))) } },
	{ "one point, and a list of everything", REASON_NONE, LEAF_TWO,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))), GIVEN(.number = 1) } },
	{ "on hold in the list of one of two points", REASON_REVOCATION_REVOKED, LEAF_TWO,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))),
		GIVEN(POINT(.urls = URLS(OTHER_URL)), ENTRIES(HOLD)) } },
	{ "user certificates only", REASON_NONE, LEAF_ONE,
	    { GIVEN(POINT(.only_users = true)) } },
	{ "CA certificates only", REASON_CRL_SCOPE, LEAF_ONE,
	    { GIVEN(POINT(.only_cas = true)) } },
	{ "some reasons only", REASON_CRL_SCOPE, LEAF_ONE,
	    { GIVEN(POINT(.some_reasons = true)) } },
	{ "some reasons, and it is listed", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(POINT(.some_reasons = true), ENTRIES(LISTED)) } },
	{ "some reasons, and it is on hold", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(POINT(.some_reasons = true), ENTRIES(HOLD)) } },
	{ "an indirect list", REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(POINT(.indirect = true)) } },
	{ "an indirect list that has the number", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(POINT(.indirect = true), ENTRIES(LISTED)) } },
	{ "attribute certificates", REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(POINT(.only_attributes = true)) } },
	{ "a relative name", REASON_CRL_UNSUPPORTED, LEAF_ONE,
	    { GIVEN(POINT(.relative = "ca")) } },
	{ "a relative name, and it is listed", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(POINT(.relative = "ca"), ENTRIES(LISTED)) } },
	{ "a name, and the certificate has none", REASON_CRL_SCOPE, LEAF_OCSP,
	    { GIVEN(POINT(.urls = URLS(REVCASE_URL))) } },
	{ "everything, and the certificate names a responder", REASON_NONE, LEAF_OCSP,
	    { GIVEN(.number = 1) } },
	{ "from its URL", REASON_NONE, LEAF_ONE, { FROM(REVCASE_URL, .number = 1) } },
	{ "from another URL", REASON_CRL_SCOPE, LEAF_ONE,
	    { FROM(OTHER_URL, .number = 1) } },
	{ "from its URL, of another point", REASON_CRL_SCOPE, LEAF_ONE,
	    { FROM(REVCASE_URL, POINT(.urls = URLS(OTHER_URL))) } },
	{ "from one of two URLs", REASON_CRL_SCOPE, LEAF_TWO,
	    { FROM(OTHER_URL, .number = 1) } },
	{ "from both URLs", REASON_NONE, LEAF_TWO,
	    { FROM(OTHER_URL, .number = 1), FROM(REVCASE_URL, .number = 2) } },
	{ "on hold in the older one of both URLs", REASON_REVOCATION_REVOKED, LEAF_TWO,
	    { FROM(OTHER_URL, ENTRIES(HOLD)), FROM(REVCASE_URL, .number = 2) } },
	{ "from a URL, and the certificate has none", REASON_CRL_SCOPE, LEAF_OCSP,
	    { FROM(REVCASE_URL, .number = 1) } },
};

static const struct row deltas[] = {
	{ "a delta is announced and missing", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(FRESHEST) } },
	{ "missing, and the base lists it", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(FRESHEST, ENTRIES(LISTED)) } },
	{ "missing, and the base has a hold", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(FRESHEST, ENTRIES(HOLD)) } },
	{ "the certificate alone announces one", REASON_CRL_DELTA_MISSING, LEAF_DELTA,
	    { GIVEN(.number = 1) } },
	{ "base and delta", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(DELTA(4, 5)) } },
	{ "base and delta, announced by the certificate", REASON_NONE, LEAF_DELTA,
	    { GIVEN(.number = 4), GIVEN(DELTA(4, 5)) } },
	{ "the delta begins before the base", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(DELTA(2, 5)) } },
	{ "the delta begins behind the base", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(DELTA(5, 6)) } },
	{ "the delta is no newer than the base", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(DELTA(3, 4)) } },
	{ "the delta is stale", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(DELTA(4, 5), STALE) } },
	{ "the delta is stale, and it is listed there", REASON_REVOCATION_REVOKED,
	    LEAF_ONE,
	    { GIVEN(.number = 4),
		GIVEN(.delta = true, .base = 4, .number = 5, STALE, ENTRIES(LISTED)) } },
	{ "the delta is from the future", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(.delta = true, .base = 4, .number = 5,
						.this_update = "2026-06-02") } },
	{ "the delta's signature is broken", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST),
		GIVEN(.delta = true, .base = 4, .number = 5, .break_signature = true) } },
	{ "the delta is of another scope", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(.delta = true, .base = 4, .number = 5,
						POINT(.urls = URLS(REVCASE_URL))) } },
	{ "both are of the same point", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST, POINT(.urls = URLS(REVCASE_URL))),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    POINT(.urls = URLS(REVCASE_URL))) } },
	{ "a delta alone", REASON_REVOCATION_NO_DATA, LEAF_ONE, { GIVEN(DELTA(4, 5)) } },
	{ "a delta alone that lists it", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(DELTA(4, 5), ENTRIES(LISTED)) } },
	{ "listed in the delta", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST),
		GIVEN(.delta = true, .base = 4, .number = 5, ENTRIES(LISTED)) } },
	{ "on hold in a delta that nobody announced", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 4),
		GIVEN(.delta = true, .base = 4, .number = 5, ENTRIES(HOLD)) } },
	{ "the delta lifts the hold", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST, ENTRIES(ON("certificateHold", "2024-02-01"))),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    ENTRIES(ON("removeFromCRL", "2024-03-01"))) } },
	{ "the delta lifted it before the hold", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST, ENTRIES(ON("certificateHold", "2024-03-01"))),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    ENTRIES(ON("removeFromCRL", "2024-02-01"))) } },
	{ "hold and release of the same date", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST, ENTRIES(ON("certificateHold", "2024-02-01"))),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    ENTRIES(ON("removeFromCRL", "2024-02-01"))) } },
	{ "released and on hold again in the delta", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST, ENTRIES(ON("certificateHold", "2024-02-01"))),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    ENTRIES(ON("removeFromCRL", "2024-03-01"),
			ON("certificateHold", "2024-04-01"))) } },
	{ "no delta lifts a revocation", REASON_REVOCATION_REVOKED, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST, ENTRIES(LISTED)),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    ENTRIES(BECAUSE("removeFromCRL"))) } },
	{ "the best delta counts", REASON_NONE, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST),
		GIVEN(.delta = true, .base = 4, .number = 5,
		    ENTRIES(ON("certificateHold", "2024-02-01"))),
		GIVEN(DELTA(4, 6)) } },
	{ "an entry of the delta that cannot be read", REASON_CRL_ENTRY, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST),
		GIVEN(.delta = true, .base = 4, .number = 5, ENTRIES(BECAUSE("12"))) } },
	{ "a newer delta is stale and has a hold", REASON_CRL_STALE, LEAF_ONE,
	    { GIVEN(.number = 4, FRESHEST), GIVEN(DELTA(4, 5)),
		GIVEN(.delta = true, .base = 4, .number = 6, STALE, ENTRIES(HOLD)) } },
	{ "a delta of a newer base has a hold", REASON_CRL_STALE, LEAF_ONE,
	    { GIVEN(.number = 4),
		GIVEN(.delta = true, .base = 5, .number = 6, ENTRIES(HOLD)) } },
	{ "the delta came from the URL that the base names", REASON_NONE, LEAF_ONE,
	    { FROM(REVCASE_URL, .number = 4, FRESHEST), FROM(DELTA_URL, DELTA(4, 5)) } },
	{ "the delta came from another URL", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { FROM(REVCASE_URL, .number = 4, FRESHEST), FROM(OTHER_URL, DELTA(4, 5)) } },
};

static const struct row unasked[] = {
	{ "no pointers, nothing at all", REASON_NONE, LEAF_NONE, { { .there = false } } },
	{ "no pointers, a stale list", REASON_NONE, LEAF_NONE, { GIVEN(STALE) } },
	{ "no pointers, and listed", REASON_REVOCATION_REVOKED, LEAF_NONE,
	    { GIVEN(ENTRIES(LISTED)) } },
	{ "no pointers, and on hold", REASON_REVOCATION_REVOKED, LEAF_NONE,
	    { GIVEN(ENTRIES(HOLD)) } },
	{ "no pointers, listed by a stranger", REASON_NONE, LEAF_NONE,
	    { GIVEN(.break_signature = true, ENTRIES(LISTED)) } },
};

/* When nothing proves anything: the reason that tells the most. */
static const struct row tellings[] = {
	{ "stale tells more than a bad signature", REASON_CRL_STALE, LEAF_ONE,
	    { GIVEN(.break_signature = true), GIVEN(STALE) } },
	{ "a missing delta tells more than scope", REASON_CRL_DELTA_MISSING, LEAF_ONE,
	    { GIVEN(POINT(.urls = URLS(OTHER_URL))), GIVEN(FRESHEST) } },
	{ "scope tells more than the future", REASON_CRL_SCOPE, LEAF_ONE,
	    { GIVEN(.this_update = "2027-01-01"),
		GIVEN(POINT(.urls = URLS(OTHER_URL))) } },
	{ "the future tells more than no nextUpdate", REASON_CRL_NOT_YET_VALID, LEAF_ONE,
	    { GIVEN(.no_next_update = true), GIVEN(.this_update = "2027-01-01") } },
	{ "no nextUpdate tells more than another kind", REASON_CRL_NO_NEXT_UPDATE,
	    LEAF_ONE, { GIVEN(POINT(.indirect = true)), GIVEN(.no_next_update = true) } },
	{ "another kind tells more than a bad signature", REASON_CRL_UNSUPPORTED,
	    LEAF_ONE,
	    { GIVEN(.break_signature = true), GIVEN(POINT(.indirect = true)) } },
	{ "what the newest list lacks, not the stale one", REASON_CRL_DELTA_MISSING,
	    LEAF_ONE, { GIVEN(STALE), GIVEN(.number = 2, FRESHEST) } },
};

/* --- issuers ----------------------------------------------------------------------- */

/* Another key under the name of the CA, with and without key identifiers. */
static void
test_issuer(void)
{
	EVP_PKEY *other = forge_key(c.k.forge, "other-ca");
	struct forge_cert ca = revcase_ca(&c), twin = ca;
	struct bytes impostor;

	revcase_chain(&c, NULL, NULL);
	twin.key = other;
	impostor = forge_cert(c.k.forge, &twin);
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .issuer = impostor, .key = other });
	is_reason(revcase_ask(&c), REASON_CRL_BAD_SIGNATURE, "same name, another key");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .key = other });
	is_reason(revcase_ask(&c), REASON_CRL_BAD_SIGNATURE,
	    "the same with its key identifier");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .key = other, .no_aki = true });
	is_reason(revcase_ask(&c), REASON_CRL_BAD_SIGNATURE, "the same without");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .aki = BYTES_LIT("another key") });
	is_reason(revcase_ask(&c), REASON_NONE, "key identifiers differ: it is signed");
	ok(revcase_says(&c, "'reason':'crl.key-identifier'"), "and that is noted");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .issuer = impostor, .key = other });
	revcase_list(&c, "b", (struct forge_crl){ .number = 1 });
	is_reason(revcase_ask(&c), REASON_NONE, "beside it the right one");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .issuer = c.root, .key = c.root_key });
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA,
	    "a list of the root is not about the leaf");

	ca.key_usage = KU_KEY_CERT_SIGN;
	revcase_chain(&c, NULL, &ca);
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .number = 1 });
	is_reason(revcase_ask(&c), REASON_CRL_BAD_SIGNATURE, "an issuer without cRLSign");
}

/* --- the date of invalidity -------------------------------------------------------- */

static void
invalid(const char *name, const char *signed_at, enum reason want, struct forge_crl spec)
{
	revcase_begin(&c);
	c.signed_at = signed_at;
	revcase_list(&c, "a", spec);
	is_reason(revcase_ask(&c), want, "%s", name);
}

static void
test_invalidity(void)
{
	const struct forge_crl one = { ENTRIES({ .number = REVCASE_SERIAL,
	    .reason = "keyCompromise",
	    .invalidity = "2024-02-01" }) };
	const struct forge_crl two = { ENTRIES({ .number = REVCASE_SERIAL,
						   .reason = "keyCompromise",
						   .invalidity = "2024-02-01" },
	    LISTED) };
	const struct forge_crl hold = { ENTRIES({ .number = REVCASE_SERIAL,
	    .reason = "certificateHold",
	    .invalidity = "2024-02-01" }) };

	revcase_pointers(&c, LEAF_ONE);
	invalid("signed before the date of invalidity", "2024-01-31T23:59:59Z",
	    REASON_NONE, one);
	invalid("signed at the date of invalidity", "2024-02-01T00:00:00Z",
	    REASON_REVOCATION_REVOKED, one);
	invalid(
	    "signed behind it", "2024-02-01T00:00:01Z", REASON_REVOCATION_REVOKED, one);
	invalid("no time that an authority vouches for", NULL, REASON_REVOCATION_REVOKED,
	    one);
	invalid("another entry without such a date", "2024-01-31T23:59:59Z",
	    REASON_REVOCATION_REVOKED, two);
	invalid("a hold with such a date", "2024-01-31T23:59:59Z", REASON_NONE, hold);
	invalid("a hold, signed behind it", "2024-02-02T00:00:00Z",
	    REASON_REVOCATION_REVOKED, hold);
	invalid("before the revocation, but no date of invalidity",
	    "2024-01-02T00:00:00Z", REASON_REVOCATION_REVOKED,
	    (struct forge_crl){ ENTRIES(LISTED) });
}

/* RFC 5280 section 7.1: the string type of a name does not make it another. */
static void
test_string_types(void)
{
	const struct cert *ca;
	struct bytes name;
	uint8_t *octets;

	revcase_pointers(&c, LEAF_ONE);
	kit_cert(&c.k, &ca, c.ca);
	name = arena_bytes(c.k.mem, cert_info(ca)->subject_der);
	octets = (uint8_t *)(uintptr_t)name.ptr;
	for (size_t i = 0; i + 1 < name.len; i++)
		if (octets[i] == 0x0c && octets[i + 1] <= name.len - i - 2)
			octets[i] = 0x13;
	ok(!bytes_equal(name, cert_info(ca)->subject_der), "a name of other string types");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .issuer_name = name });
	is_reason(revcase_ask(&c), REASON_NONE, "sibling: such a list says good");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .number = 1 });
	revcase_list(&c, "b",
	    (struct forge_crl){ .number = 2, .issuer_name = name, ENTRIES(LISTED) });
	is_reason(revcase_ask(&c), REASON_REVOCATION_REVOKED, "and is not passed over");
}

int
main(void)
{
	revcase_open(&c);
	run(single, COUNT(single));
	run(times, COUNT(times));
	run(numbers, COUNT(numbers));
	test_string_types();
	run(scopes, COUNT(scopes));
	run(deltas, COUNT(deltas));
	run(unasked, COUNT(unasked));
	run(tellings, COUNT(tellings));
	test_issuer();
	test_invalidity();
	revcase_close(&c);
	return tap_done();
}
