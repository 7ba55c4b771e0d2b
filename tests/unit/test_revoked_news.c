/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No older good news over newer bad news, in every combination: each form that bad news may have,
 * where that alone would be passed over, beside each good data that is older, wherever either lies.
 * Then the time that was chosen: data of a later date is used against a certificate, never for it.
 */
#include "tests/lib/revcase.h"
#include "tests/lib/tap.h"

#define THEN .this_update = "2026-05-31"
#define NEWER .number = 9, THEN
#define TWO_OCTETS { (const uint8_t *)"\x05\x00", 2 }
#define OLDER .number = 1, .this_update = "2026-05-01"

static struct revcase c;

/* --- bad news ---------------------------------------------------------------------- */

static const struct bad_list {
	const char *name;
	struct forge_crl spec;
	bool other_name; /* the issuer's name in other letters and string type */
	bool ca_entry; /* the entry says whose certificate it is: ours */
} bad_lists[] = {
	{ .name = "plain", .spec = { NEWER, ENTRIES(LISTED) } },
	{ .name = "on hold", .spec = { NEWER, ENTRIES(HOLD) } },
	{ .name = "signed with SHA-1", .spec = { NEWER, .hash = "SHA1", ENTRIES(LISTED) } },
	{ .name = "of another key identifier",
	    .spec = { NEWER, .aki = { (const uint8_t *)"another", 7 }, ENTRIES(LISTED) } },
	{ .name = "without a key identifier", .spec = { NEWER, .no_aki = true, ENTRIES(LISTED) } },
	{ .name = "issuer written in another way", .spec = { NEWER, ENTRIES(LISTED) }, .other_name = true },
	{ .name = "with a critical extension that nobody knows",
	    .spec = { NEWER, .unknown_critical = true, ENTRIES(LISTED) } },
	{ .name = "indirect", .spec = { NEWER, POINT(.indirect = true), ENTRIES(LISTED) } },
	{ .name = "of some reasons", .spec = { NEWER, POINT(.some_reasons = true), ENTRIES(LISTED) } },
	{ .name = "of the certificate's point",
	    .spec = { NEWER, POINT(.urls = URLS(REVCASE_URL)), ENTRIES(LISTED) } },
	{ .name = "stale", .spec = { NEWER, STALE, ENTRIES(LISTED) } },
	{ .name = "without nextUpdate", .spec = { NEWER, .no_next_update = true, ENTRIES(LISTED) } },
	{ .name = "without a number", .spec = { NEWER, .no_number = true, ENTRIES(LISTED) } },
	{ .name = "dated ahead", .spec = { .number = 9, .this_update = "2026-06-03", ENTRIES(LISTED) } },
	{ .name = "an entry with a critical extension",
	    .spec = { NEWER, ENTRIES({ .number = REVCASE_SERIAL, .unknown_critical = true }) } },
	{ .name = "indirect, an entry of the issuer",
	    .spec = { NEWER, POINT(.indirect = true) }, .ca_entry = true },
	{ .name = "not indirect, an entry of the issuer", .spec = { NEWER }, .ca_entry = true },
	{ .name = "removeFromCRL in a full list", .spec = { NEWER, ENTRIES(BECAUSE("removeFromCRL")) } },
	{ .name = "a delta", .spec = { DELTA(1, 9), THEN, ENTRIES(LISTED) } },
	{ .name = "a delta on hold", .spec = { DELTA(1, 9), THEN, ENTRIES(HOLD) } },
	{ .name = "a delta signed with SHA-1",
	    .spec = { DELTA(1, 9), THEN, .hash = "SHA1", ENTRIES(LISTED) } },
	{ .name = "a delta that fits no base", .spec = { DELTA(7, 9), THEN, ENTRIES(LISTED) } },
	{ .name = "octets behind it", .spec = { NEWER, .trailer = TWO_OCTETS, ENTRIES(LISTED) } },
	{ .name = "without a version", .spec = { .version1 = true, THEN, ENTRIES(LISTED) } },
	{ .name = "signed with MD5", .spec = { NEWER, .hash = "MD5", ENTRIES(LISTED) } },
	{ .name = "SHA-1 and not listed", .spec = { NEWER, .hash = "SHA1" } },
	{ .name = "a critical extension and not listed", .spec = { NEWER, .unknown_critical = true } },
	{ .name = "indirect and not listed", .spec = { NEWER, POINT(.indirect = true) } },
};

static const struct bad_answer {
	const char *name;
	struct forge_ocsp spec;
	bool delegated; /* by a delegate of whom no list says that he holds */
} bad_answers[] = {
#define SAYS(...) SINGLES({ .status = FORGE_OCSP_REVOKED, .this_update = "2026-05-31", __VA_ARGS__ })
	{ .name = "plain", .spec = { SAYS(.reason = 0) } },
	{ .name = "on hold", .spec = { SAYS(.reason = 7) } },
	{ .name = "by key", .spec = { .by_key = true, SAYS(.reason = 0) } },
	{ .name = "signed with SHA-1", .spec = { .hash = "SHA1", SAYS(.reason = 0) } },
	{ .name = "a CertID with MD5", .spec = { SAYS(.hash = "MD5") } },
	{ .name = "a CertID of the same key under another name", .spec = { SAYS(.break_name_hash = true) } },
	{ .name = "a critical extension", .spec = { .extension = true, .critical = true, SAYS(.reason = 0) } },
	{ .name = "a critical extension of the answer", .spec = { SAYS(.extension = true, .critical = true) } },
	{ .name = "stale", .spec = { SAYS(.next_update = "2026-05-31T23:59:59Z") } },
	{ .name = "stale and on hold", .spec = { SAYS(.reason = 7, .next_update = "2026-05-31T23:59:59Z") } },
	{ .name = "without nextUpdate", .spec = { SAYS(.no_next_update = true) } },
	{ .name = "of a version that is not known", .spec = { .version = 2, SAYS(.reason = 0) } },
	{ .name = "octets behind it", .spec = { .trailer = TWO_OCTETS, SAYS(.reason = 0) } },
	{ .name = "dated ahead", .spec = { SINGLES({ .status = FORGE_OCSP_REVOKED,
			 .this_update = "2026-06-03" }) } },
	{ .name = "of another hash", .spec = { SAYS(.hash = "SHA512") } },
	{ .name = "by a delegate, by key", .spec = { .by_key = true, SAYS(.reason = 0) }, .delegated = true },
	{ .name = "by a delegate without nocheck", .spec = { SAYS(.reason = 0) }, .delegated = true },
#undef SAYS
};

/* --- good news --------------------------------------------------------------------- */

enum good { GOOD_NONE, GOOD_LIST, GOOD_ANSWER, GOOD_BOTH, GOOD_CACHED, GOOD_MAPPED, GOOD_COUNT };
static const char *const goods[GOOD_COUNT] = { "nothing", "a list", "a response", "both", "a cached list",
	"a mapped list" };

static void
put_good(enum good good)
{
	const struct forge_crl list = { OLDER };

	if (good == GOOD_LIST || good == GOOD_BOTH)
		revcase_list(&c, "good.crl", list);
	if (good == GOOD_ANSWER || good == GOOD_BOTH)
		revcase_answer(&c, "good.ocsp",
		    (struct forge_ocsp){ SINGLES({ .this_update = "2026-05-20" }) });
	if (good == GOOD_CACHED)
		revcase_cached(&c, REVCASE_URL, list, NULL);
	if (good == GOOD_MAPPED)
		revcase_from(&c, REVCASE_URL, list);
}

/* The leaf names a list and a responder, so that either can speak for it. */
static void
begin(void)
{
	revcase_begin(&c);
	revcase_pointers(&c, LEAF_BOTH);
}

static void
test_good(void)
{
	for (int good = GOOD_LIST; good < GOOD_COUNT; good++) {
		begin();
		put_good((enum good)good);
		is_reason(revcase_ask(&c), REASON_NONE, "%s alone is good", goods[good]);
	}
}

/* --- each beside each -------------------------------------------------------------- */

enum place { IN_FOLDER, IN_CACHE, IN_MAP, PLACE_COUNT };
static const char *const places[PLACE_COUNT] = { "in the folder", "in the cache", "by the map" };

/* RFC 5280 section 7.1: neither string type nor case of letters makes a name another one. */
static struct bytes
ca_name_alike(void)
{
	const struct cert *ca;
	struct bytes name;
	uint8_t *octets;

	kit_cert(&c.k, &ca, c.ca);
	name = arena_bytes(c.k.mem, cert_info(ca)->subject_der);
	octets = (uint8_t *)(uintptr_t)name.ptr;
	for (size_t i = 0; i + 1 < name.len; i++) {
		if (octets[i] == 0x0c && octets[i + 1] <= name.len - i - 2)
			octets[i] = 0x13;
		if (octets[i] == 'x')
			octets[i] = 'X';
	}
	ok(!bytes_equal(name, cert_info(ca)->subject_der), "the name in other octets");
	return name;
}

static void
put_list(const struct bad_list *bad, enum place place)
{
	const struct forge_crl_entry entry = { .number = REVCASE_SERIAL, .issuer = c.ca };
	struct forge_crl spec = bad->spec;

	if (bad->ca_entry) {
		spec.entries = &entry;
		spec.entry_count = 1;
	}
	if (bad->other_name)
		spec.issuer_name = ca_name_alike();
	if (place == IN_FOLDER)
		revcase_list(&c, "bad.crl", spec);
	else if (place == IN_CACHE)
		revcase_cached(&c, REVCASE_URL, spec, NULL);
	else
		revcase_from(&c, REVCASE_URL, spec);
}

/* One URL has one entry in a cache, and one row in a map. */
static bool
clash(enum good good, enum place place)
{
	return (good == GOOD_CACHED && place == IN_CACHE) ||
	       (good == GOOD_MAPPED && place == IN_MAP);
}

static void
test_lists(void)
{
	for (size_t i = 0; i < COUNT(bad_lists); i++)
		for (int place = 0; place < PLACE_COUNT; place++)
			for (int good = 0; good < GOOD_COUNT; good++) {
				if (clash((enum good)good, (enum place)place))
					continue;
				begin();
				put_good((enum good)good);
				put_list(&bad_lists[i], (enum place)place);
				revcase_ask(&c);
				ok(c.result.result != REVOCATION_GOOD,
				    "a list %s, %s, beside %s: %s", bad_lists[i].name,
				    places[place], goods[good], reason_code(c.result.reason));
			}
}

static void
put_answer(const struct bad_answer *bad, struct bytes delegate, EVP_PKEY *key)
{
	struct forge_ocsp spec = bad->spec;

	if (bad->delegated) {
		spec.responder = delegate;
		spec.responder_key = key;
	}
	revcase_answer(&c, "bad.ocsp", spec);
}

static void
test_answers(void)
{
	EVP_PKEY *key = forge_key(c.k.forge, "p256");
	struct forge_cert spec =
	    forge_cert_responder(key, "C=US,ST=WA,O=Example,CN=Delegate", c.ca, c.ca_key, false);
	struct bytes delegate = forge_cert(c.k.forge, &spec);

	for (size_t i = 0; i < COUNT(bad_answers); i++)
		for (int good = 0; good < GOOD_COUNT; good++) {
			/* A list that is whole says that the delegate holds, and is his proof. */
			begin();
			put_good((enum good)good);
			put_answer(&bad_answers[i], delegate, key);
			revcase_ask(&c);
			ok(c.result.result != REVOCATION_GOOD, "a response %s, beside %s: %s",
			    bad_answers[i].name, goods[good], reason_code(c.result.reason));
		}
}

/* --- who says it ------------------------------------------------------------------- */

/* What another key signed is no news, whatever it says. */
static void
test_strangers(void)
{
	for (size_t i = 0; i < COUNT(bad_lists); i++) {
		struct bad_list bad = bad_lists[i];

		begin();
		put_good(GOOD_LIST);
		bad.spec.break_signature = true;
		put_list(&bad, IN_FOLDER);
		is_reason(revcase_ask(&c), REASON_NONE, "a list %s, by nobody", bad.name);
	}
	for (size_t i = 0; i < COUNT(bad_answers); i++) {
		struct bad_answer bad = bad_answers[i];

		if (bad.delegated)
			continue;
		begin();
		put_good(GOOD_ANSWER);
		bad.spec.break_signature = true;
		put_answer(&bad, (struct bytes){ NULL, 0 }, NULL);
		is_reason(revcase_ask(&c), REASON_NONE, "a response %s, by nobody", bad.name);
	}
}

/* --- a chosen time ----------------------------------------------------------------- */

static void
test_chosen(void)
{
	static const struct {
		const char *what;
		bool chosen, listed;
		enum reason want;
	} rows[] = {
		{ "a later list that does not name it, at a chosen time", true, false,
		    REASON_NONE },
		{ "a later list that names it, at a chosen time", true, true,
		    REASON_REVOCATION_REVOKED },
		{ "a later list that does not name it, by the clock", false, false,
		    REASON_CRL_NOT_YET_VALID },
		{ "a later list that names it, by the clock", false, true,
		    REASON_REVOCATION_REVOKED },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_crl later = {
			.number = 9, .this_update = "2026-07-01", ENTRIES(LISTED)
		};

		begin();
		c.chosen = rows[i].chosen;
		put_good(GOOD_LIST);
		if (!rows[i].listed)
			later.entry_count = 0;
		revcase_list(&c, "later.crl", later);
		is_reason(revcase_ask(&c), rows[i].want, "%s", rows[i].what);
	}
	begin();
	c.chosen = true;
	revcase_list(&c, "later.crl",
	    (struct forge_crl){ .number = 9, .this_update = "2026-07-01" });
	is_reason(revcase_ask(&c), REASON_CRL_NOT_YET_VALID,
	    "nothing but a later list is nothing good");
}

int
main(void)
{
	revcase_open(&c);
	test_good();
	test_lists();
	test_answers();
	test_strangers();
	test_chosen();
	revcase_close(&c);
	return tap_done();
}
