/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distribution points that want a list of their own (RFC 5280 section 6.3.3 (b)): one with
 * cRLIssuer or reasons is not covered by a list that does not say so. And what false issuers cost:
 * anybody makes certificates with the name of a CA, and a list may be large.
 */
#include "tests/lib/revcase.h"
#include "tests/lib/tap.h"

static struct revcase c;

/* --- points that want a list of their own ------------------------------------------- */

enum part { PLAIN, WITH_ISSUER, WITH_REASONS, ISSUER_ALONE };

/* [0] { [0] { [6] url } }, [1] reasons: keyCompromise, [2] cRLIssuer: the CA. */
static struct bytes
point_der(enum part part, const char *url)
{
	static const uint8_t key_compromise[] = { 0x06, 0x40 };
	struct forge *f = c.k.forge;
	struct bytes none = { NULL, 0 }, name, issuer = none, reasons = none;
	const struct cert *ca;

	kit_cert(&c.k, &ca, c.ca);
	name = forge_der(f, 0xa0, 1,
	    forge_der(f, 0xa0, 1, forge_der(f, 0x86, 1, forge_text(url))));
	if (part == ISSUER_ALONE)
		name = none;
	if (part == WITH_REASONS)
		reasons = forge_der(f, 0x81, 1,
		    bytes_of(key_compromise, sizeof(key_compromise)));
	if (part == WITH_ISSUER || part == ISSUER_ALONE)
		issuer = forge_der(f, 0xa2, 1,
		    forge_der(f, 0xa4, 1, cert_info(ca)->subject_der));
	return forge_der(f, 0x30, 3, name, reasons, issuer);
}

/* A leaf with one such point, and behind it an ordinary one. */
static void
leaf_with(enum part part, bool second)
{
	struct bytes none = { NULL, 0 };
	struct forge_cert leaf = revcase_leaf(&c);
	struct forge_ext ext = { .oid = "2.5.29.31" };

	ext.der = forge_der(c.k.forge, 0x30, 2, point_der(part, REVCASE_URL),
	    second ? point_der(PLAIN, OTHER_URL) : none);
	leaf.crl_url = NULL;
	leaf.extra = &ext;
	leaf.extra_count = 1;
	revcase_chain(&c, &leaf, NULL);
}

static const struct row {
	const char *list;
	struct forge_crl spec;
	bool revokes;
} rows[] = {
	{ "of everything", { .number = 1 }, false },
	{ "of the point", { .number = 1, POINT(.urls = URLS(REVCASE_URL)) }, false },
	{ "of both points", { .number = 1, POINT(.urls = URLS(REVCASE_URL, OTHER_URL)) }, false },
	{ "of users", { .number = 1, POINT(.only_users = true) }, false },
	{ "of some reasons of the point",
	    { .number = 1, POINT(.urls = URLS(REVCASE_URL), .some_reasons = true) }, false },
	{ "of everything, that names the leaf", { .number = 1, ENTRIES(LISTED) }, true },
	{ "of the point, that names the leaf",
	    { .number = 1, POINT(.urls = URLS(REVCASE_URL)), ENTRIES(LISTED) }, true },
	{ "of some reasons, that names the leaf",
	    { .number = 1, POINT(.some_reasons = true), ENTRIES(LISTED) }, true },
};

static void
test_points(enum part part, const char *what)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int second = 0; second < 2; second++)
			for (int mapped = 0; mapped < 2; mapped++) {
				enum reason want = rows[i].revokes
						       ? REASON_REVOCATION_REVOKED
						       : REASON_CRL_SCOPE;

				revcase_begin(&c);
				leaf_with(part, second == 1);
				if (mapped == 1)
					revcase_from(&c, REVCASE_URL, rows[i].spec);
				else
					revcase_list(&c, "a.crl", rows[i].spec);
				is_reason(revcase_ask(&c), want, "%s%s, a list %s%s", what,
				    second == 1 ? " and a plain point" : "", rows[i].list,
				    mapped == 1 ? ", mapped" : "");
			}
}

/* The same octets without the two: good. */
static void
test_plain(void)
{
	revcase_begin(&c);
	leaf_with(PLAIN, false);
	for (size_t i = 0; i < 2; i++) {
		revcase_begin(&c);
		revcase_list(&c, "a.crl", rows[i].spec);
		is_reason(revcase_ask(&c), REASON_NONE, "a plain point, a list %s", rows[i].list);
	}
	leaf_with(PLAIN, true);
	revcase_begin(&c);
	revcase_list(&c, "a.crl", rows[2].spec);
	is_reason(revcase_ask(&c), REASON_NONE, "two plain points, a list of both");
	revcase_begin(&c);
	revcase_list(&c, "a.crl", rows[1].spec);
	is_reason(revcase_ask(&c), REASON_CRL_SCOPE, "two plain points, a list of one");
}

/* --- false issuers ------------------------------------------------------------------- */

enum { FALSE_ISSUERS = 40, LISTS = 5 };

static uint64_t
checked(void)
{
	return ossl_counts(c.k.lib).signatures_checked;
}

/* Chains of leaf, a false CA of the same name, and a root of the same name. */
static void
ask_false(const struct forge_cert *ca, EVP_PKEY *key, unsigned i)
{
	struct forge_cert own = *ca, leaf;

	own.serial = 100 + i;
	own.key = key;
	leaf = revcase_leaf(&c);
	leaf.issuer_key = key;
	revcase_chain(&c, &leaf, &own);
	revcase_again(&c);
}

/*
 * The name alone makes no issuer: each list is hashed once for each key, however many certificates
 * hold that key; what is no list of it is known by then.
 */
static void
test_false_issuers(void)
{
	EVP_PKEY *keys[2] = { c.leaf_key, c.root_key };
	struct forge_cert ca;
	struct revoker_counts counts;
	uint64_t before;

	revcase_begin(&c);
	revcase_pointers(&c, LEAF_ONE);
	for (unsigned i = 0; i < LISTS; i++)
		revcase_list(&c, arena_printf(c.k.mem, "%u.crl", i).ptr,
		    (struct forge_crl){ .number = 1 + i });
	is_reason(revcase_ask(&c), REASON_NONE, "the issuer itself: good");
	is_u64(revoker_counts(c.revoker).lists_verified, LISTS, "each list once");
	ca = revcase_ca(&c);
	for (unsigned k = 0; k < COUNT(keys); k++)
		for (unsigned i = 0; i < FALSE_ISSUERS; i++) {
			before = checked();
			ask_false(&ca, keys[k], k * FALSE_ISSUERS + i);
			counts = revoker_counts(c.revoker);
			if (i > 0 && checked() - before > 4)
				ok(false, "false issuer %u costs %llu signatures", i,
				    (unsigned long long)(checked() - before));
			if (c.result.result == REVOCATION_GOOD)
				ok(false, "a false issuer is good");
			if (counts.lists_verified != (2 + k) * LISTS)
				ok(false, "false issuer %u of key %u: %llu lists verified", i, k,
				    (unsigned long long)counts.lists_verified);
		}
	is_u64(counts.lists_verified, (1 + COUNT(keys)) * LISTS, "each list once for each key");
	revcase_chain(&c, NULL, NULL);
	revcase_again(&c);
	is_u64(revoker_counts(c.revoker).lists_verified, (1 + COUNT(keys)) * LISTS,
	    "and the true issuer is not asked again");
}

int
main(void)
{
	revcase_open(&c);
	test_plain();
	test_points(WITH_ISSUER, "a point with cRLIssuer");
	test_points(WITH_REASONS, "a point with reasons");
	test_points(ISSUER_ALONE, "a point of cRLIssuer alone");
	test_false_issuers();
	revcase_close(&c);
	return tap_done();
}
