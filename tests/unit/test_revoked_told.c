/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation of a chain: what is told of it, whose fault it is, and what is remembered. */
#include "tests/lib/revcase.h"
#include "tests/lib/tap.h"

static struct revcase c;

static void
says(const char *text)
{
	if (!ok(revcase_says(&c, text), "data has %s", text))
		tap_note("%.*s", STR_ARG(c.result.data));
}

static void
test_data(void)
{
	revcase_pointers(&c, LEAF_BOTH);
	revcase_begin(&c);
	revcase_list(&c, "base.crl", (struct forge_crl){ .number = 4, FRESHEST });
	revcase_list(&c, "delta.crl",
	    (struct forge_crl){
		.number = 5, .delta = true, .base = 4, .this_update = "2026-05-01" });
	is_reason(revcase_ask(&c), REASON_NONE, "base and delta");
	is_str(c.result.detail,
	    "1 certificate asked, none revoked; oldest data of 2024-01-01T00:00:00Z",
	    "how old the oldest data is");
	ok(c.result.asked, "somebody was asked");
	says("'serial':'03','method':'crl','result':'good','file':");
	says("base.crl','sha256':'");
	says("'number':'04','this_update':'2024-01-01T00:00:00Z',"
	     "'next_update':'2049-12-31T23:59:59Z','delta':{'file':'");
	says("'number':'05','this_update':'2026-05-01T00:00:00Z'");
	says("'method':'none','result':'non-revokable'");

	revcase_begin(&c);
	revcase_list(&c, "base.crl",
	    (struct forge_crl){ ENTRIES(ON("keyCompromise", "2024-03-01"), LISTED) });
	is_reason(revcase_ask(&c), REASON_REVOCATION_REVOKED, "revoked twice");
	says("'result':'revoked','reason':'revocation.revoked'");
	says("'revoked_at':'2024-01-10T00:00:00Z','revocation_reason':'unspecified'");
	is_u64(c.result.at, 0, "the leaf");

	revcase_begin(&c);
	revcase_answer(&c, "leaf.ors", (struct forge_ocsp){ .version = 0 });
	is_reason(revcase_ask(&c), REASON_NONE, "a response");
	says("'method':'ocsp','result':'good','file':");
	says("'this_update':'" FORGE_OCSP_THIS "','next_update':'" FORGE_OCSP_NEXT "'");

	revcase_begin(&c);
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA, "nothing");
	is_str(c.result.detail,
	    "no revocation data for CN=Signer,O=Example,ST=WA,C=US; bring the revocation "
	    "list of CN=Issuing CA,O=Example,ST=WA,C=US (" REVCASE_URL ")",
	    "what to bring");
	says("'method':'ocsp','result':'unknown','reason':'revocation.no-data',"
	     "'pointer':'" REVCASE_URL "'");
	revcase_pointers(&c, LEAF_NONE);
	is_reason(revcase_ask(&c), REASON_NONE, "nobody to ask");
	is_str(c.result.detail, "no certificate names revocation data", "nobody to ask");
	ok(!c.result.asked, "nobody was asked");
}

/* Leaf and CA both unknown: both are told at once. */
static void
test_chain(void)
{
	struct forge_cert ca = revcase_ca(&c), leaf = revcase_leaf(&c);

	ca.crl_url = "http://crl.example/root.crl";
	revcase_chain(&c, &leaf, &ca);
	revcase_begin(&c);
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA, "no data for two");
	ok(c.result.at == 0 && memmem(c.result.detail.ptr, c.result.detail.len,
				   "http://crl.example/root.crl", 27) != NULL,
	    "both lists are named");
	revcase_list(&c, "a", (struct forge_crl){ .number = 1 });
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA, "no data for the CA");
	is_u64(c.result.at, 1, "it is the CA");
	revcase_list(&c, "b",
	    (struct forge_crl){
		.issuer = c.root, .key = c.root_key, .this_update = "2023-01-01" });
	is_reason(revcase_ask(&c), REASON_NONE, "both");
	is_str(c.result.detail,
	    "2 certificates asked, none revoked; oldest data of 2023-01-01T00:00:00Z",
	    "both");
	revcase_begin(&c);
	revcase_list(&c, "b",
	    (struct forge_crl){
		.issuer = c.root, .key = c.root_key, ENTRIES({ .number = 2 }) });
	is_reason(revcase_ask(&c), REASON_REVOCATION_REVOKED,
	    "revoked CA under an unknown leaf");
	is_u64(c.result.at, 1, "it is the CA");
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ ENTRIES(LISTED) });
	revcase_list(&c, "b",
	    (struct forge_crl){
		.issuer = c.root, .key = c.root_key, ENTRIES({ .number = 2 }) });
	is_reason(revcase_ask(&c), REASON_REVOCATION_REVOKED, "both revoked");
	is_u64(c.result.at, 0, "the first is told");
	revcase_begin(&c);
	revcase_list(&c, "a",
	    (struct forge_crl){
		.issuer = c.root, .key = c.root_key, POINT(.only_cas = true) });
	revcase_list(&c, "b", (struct forge_crl){ POINT(.only_users = true) });
	is_reason(revcase_ask(&c), REASON_NONE, "lists of CAs and of users");
}

/* Each list is verified once for its issuer and searched once for a serial number. */
static void
test_memo(void)
{
	struct revoker_counts first, later;
	unsigned good = 0;

	revcase_pointers(&c, LEAF_BOTH);
	revcase_begin(&c);
	revcase_list(&c, "a", (struct forge_crl){ .number = 1 });
	revcase_from(&c, REVCASE_URL, (struct forge_crl){ .number = 1 });
	revcase_list(&c, "b", (struct forge_crl){ .number = 2, FRESHEST });
	revcase_list(
	    &c, "d", (struct forge_crl){ .number = 3, .delta = true, .base = 2 });
	revcase_answer(&c, "a", (struct forge_ocsp){ .version = 0 });
	good += revcase_ask(&c) == REASON_NONE;
	first = revoker_counts(c.revoker);
	is_u64(first.lists_verified, 3, "three lists, one of them twice there");
	is_u64(first.lists_searched, 3, "each searched once");
	is_u64(first.responses_verified, 1, "one response");
	for (int i = 1; i < 1000; i++)
		good += revcase_again(&c) == REASON_NONE;
	later = revoker_counts(c.revoker);
	is_u64(good, 1000, "a thousand questions");
	is_u64(later.lists_verified, 3, "no list was verified again");
	is_u64(later.lists_searched, 3, "none was searched again");
	is_u64(later.responses_verified, 1, "no response was verified again");
	c.now = "2050-01-01T00:00:00Z";
	is_reason(revcase_again(&c), REASON_CRL_STALE, "freshness is never remembered");
}

/* A file that gives nothing is told where its URL says whose list it should have been. */
static void
test_blame(void)
{
	struct forge_crl endless = { .no_next_update = true },
			 trailing = { .trailer = BYTES_LIT("x") };

	revcase_pointers(&c, LEAF_ONE);
	revcase_begin(&c);
	revcase_cached(&c, REVCASE_URL, endless, NULL);
	is_reason(revcase_ask(&c), REASON_CRL_NO_NEXT_UPDATE, "cached, without nextUpdate");
	ok(revcase_says(&c, "'unusable_file':'"), "and its file is named");
	revcase_begin(&c);
	revcase_cached(&c, OTHER_URL, endless, NULL);
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA, "sibling: that of another URL");
	revcase_begin(&c);
	revcase_from(&c, REVCASE_URL, trailing);
	is_reason(revcase_ask(&c), REASON_CRL_MALFORMED, "mapped, with an octet behind it");
	revcase_begin(&c);
	revcase_list(&c, "a.crl", trailing);
	is_reason(revcase_ask(&c), REASON_REVOCATION_NO_DATA, "sibling: nobody knows whose it is");
	revcase_begin(&c);
	revcase_from(&c, REVCASE_URL, trailing);
	revcase_list(&c, "a.crl", (struct forge_crl){ .number = 1 });
	is_reason(revcase_ask(&c), REASON_NONE, "a whole list beside it decides");
}

int
main(void)
{
	revcase_open(&c);
	test_data();
	test_chain();
	test_memo();
	test_blame();
	revcase_close(&c);
	return tap_done();
}
