/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation data from files: what is found, in which order, and how it is looked up. */
#include "trust/revdata.h"

#include <stdio.h>

#include "codec/hex.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/kit.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"
#include "trust/revfile.h"

/* Check value of the reference: its cache's name for this URL. */
#define URL "http://localhost:10086/leaf.crl"
#define URL_HEX "eaf8bbfe35f6c2c8b136081de9a994f9515752b2e30b9a6889ae3128ea97656c"

static struct kit k;
static struct scratch at;
static struct forge_chain chain; /* leaf, issuing CA, root */
static struct bytes root, ca, root_list, ca_list, ca_delta;

/* "SCRATCH/REL" for as long as the tests run. */
static const char *
below(const char *rel)
{
	return arena_str(k.mem, str_of(scratch_at(&at, rel))).ptr;
}

static struct bytes
list_of(struct bytes issuer, const char *key, uint64_t number)
{
	struct forge_crl c = forge_crl_of(issuer, forge_key(k.forge, key));

	c.number = number;
	return forge_crl(k.forge, &c);
}

static struct bytes
delta_of(struct bytes issuer, const char *key, uint64_t number, uint64_t base)
{
	struct forge_crl c = forge_crl_of(issuer, forge_key(k.forge, key));

	c.number = number;
	c.delta = true;
	c.base = base;
	return forge_crl(k.forge, &c);
}

static struct bytes
answer_for(struct bytes cert)
{
	struct forge_ocsp o = {
		.cert = cert, .issuer = ca, .issuer_key = forge_key(k.forge, "ca-sub")
	};

	return forge_ocsp(k.forge, &o);
}

/* '{"baseCRL": ..., "deltaCRL": ...}' */
static struct bytes
entry_of(struct bytes base, struct bytes delta)
{
	struct str b = forge_base64(k.forge, base), d = STR_NONE;

	if (delta.len != 0)
		d = forge_base64(k.forge, delta);
	return str_bytes(arena_printf(k.mem, "{\"baseCRL\":\"%.*s\"%s%.*s%s}", STR_ARG(b),
	    d.len != 0 ? ",\"deltaCRL\":\"" : "", STR_ARG(d), d.len != 0 ? "\"" : ""));
}

static void
setup(void)
{
	kit_open(&k);
	scratch_open(&at);
	chain = forge_chain(k.forge, forge_key(k.forge, "rsa2048"), "Example");
	ca = chain.cert[1];
	root = chain.cert[2];
	root_list = list_of(root, "ca", 7);
	ca_list = list_of(ca, "ca-sub", 8);
	ca_delta = delta_of(ca, "ca-sub", 9, 8);
}

/* Loads; a refusal is a failed test. */
static bool
loaded(struct revdata *d, const struct revdata_options *o)
{
	struct err e = { .reason = REASON_NONE };

	return is_reason(revdata_load(d, o, k.hasher, &e) == 0 ? REASON_NONE : e.reason,
	    REASON_NONE, "loads %s", e.text);
}

static struct bytes
name_of(struct bytes cert)
{
	const struct cert *c;

	kit_cert(&k, &c, cert);
	return cert_info(c)->subject_der;
}

static void
test_nothing(void)
{
	struct revdata_options o = { .policy = below("none") };
	struct revdata d;
	size_t i = 0;

	scratch_folder(&at, "none");
	ok(loaded(&d, &o) && !d.given && d.file_count == 0 && d.problem_count == 0,
	    "a policy folder without any is fine, and nothing was given");
	ok(revdata_next_crl(&d, name_of(root), &i) == NULL &&
		revdata_next_ocsp(&d, BYTES_LIT("\x01"), &i) == NULL && i == 0,
	    "and nothing is found in it");
	revdata_clear(&d);
	scratch_folder(&at, "none/crl");
	ok(loaded(&d, &o) && d.given && d.file_count == 0,
	    "an empty folder is something given");
	revdata_clear(&d);
	ok(loaded(&d, &(struct revdata_options){ 0 }) && !d.given, "no options at all");
	revdata_clear(&d);
	revdata_clear(&d);
	revdata_clear(NULL);
}

static void
test_policy_folder(void)
{
	struct revdata_options o = { .policy = below("p") };
	struct revdata d;
	struct str pem = forge_crl_pem(k.forge, ca_list);
	struct str both = arena_printf(k.mem, "words\n%.*s%.*s", STR_ARG(pem),
	    STR_ARG(forge_crl_pem(k.forge, ca_delta)));

	scratch_put(&at, "p/crl/root.crl", root_list);
	scratch_put(&at, "p/crl/issuing.pem", str_bytes(both));
	scratch_put(&at, "p/ocsp/leaf.ocsp", answer_for(chain.cert[0]));
	if (!loaded(&d, &o))
		return;
	is_u64(d.file_count, 4, "four of three files");
	ok(d.given && d.problem_count == 0, "no problem");
	ok(d.files[0]->kind == REVFILE_CRL && d.files[1]->kind == REVFILE_CRL &&
		digest_cmp(&d.files[0]->sha256, &d.files[1]->sha256) < 0,
	    "lists first, by digest");
	is_str(d.files[2]->path, "crl/issuing.pem#2", "the second block has its number");
	ok(d.files[2]->kind == REVFILE_DELTA, "it is a delta");
	is_str(d.files[3]->path, "ocsp/leaf.ocsp", "then responses");
	ok(d.files[3]->kind == REVFILE_OCSP && d.files[3]->url.alg == DIGEST_NONE,
	    "no URL is told");
	is_bytes(d.files[3]->ocsp.der, answer_for(chain.cert[0]), "its octets");
	revdata_clear(&d);
}

static void
test_folders_instead(void)
{
	struct revdata_options o = { .policy = below("p"),
		.crl_dir = below("other/"),
		.ocsp_dir = below("empty") };
	struct revdata d;

	scratch_put(&at, "other/a.crl", root_list);
	scratch_folder(&at, "empty");
	if (!loaded(&d, &o))
		return;
	is_u64(d.file_count, 1, "named folders stand for those of the policy");
	is_str(d.files[0]->path, below("other/a.crl"),
	    "the path is as the operator wrote it");
	revdata_clear(&d);
}

static void
test_cache(void)
{
	struct revdata_options o = { .cache_dir = below("cache") };
	char hex[2 * DIGEST_MOST + 1];
	struct revdata d;
	struct digest url;

	hasher_of(k.hasher, DIGEST_SHA256, forge_text(URL), &url);
	hex_encode(hex, digest_value(&url));
	is_str(str_of(hex), URL_HEX, "name of a URL in a cache");
	scratch_put(&at, "cache/" URL_HEX, entry_of(ca_list, ca_delta));
	if (!loaded(&d, &o))
		return;
	is_u64(d.file_count, 2, "base and delta of one entry");
	ok(d.files[0]->kind == REVFILE_CRL && d.files[0]->delta == d.files[1],
	    "the delta hangs on its base");
	ok(digest_equal(&d.files[0]->url, &url) && digest_equal(&d.files[1]->url, &url),
	    "both came from the URL");
	is_str(d.files[1]->path, below("cache/" URL_HEX "#delta"),
	    "and the delta has a name of its own");
	is_bytes(d.files[0]->crl.der, ca_list, "octets of the base");
	revdata_clear(&d);
	scratch_put(&at, "cache/" URL_HEX, entry_of(ca_list, (struct bytes){ 0 }));
	ok(loaded(&d, &o) && d.file_count == 1 && d.files[0]->delta == NULL, "no delta");
	revdata_clear(&d);
}

static void
test_map(void)
{
	struct revdata_options o = { .map = below("m/map.json") };
	struct revdata d;
	struct digest url;

	hasher_of(k.hasher, DIGEST_SHA256, forge_text(URL), &url);
	scratch_put(&at, "m/lists/ca.crl", ca_list);
	scratch_put(&at, "m/root.pem", str_bytes(forge_crl_pem(k.forge, root_list)));
	scratch_json(&at, "m/map.json",
	    "{'" URL "':'lists/ca.crl','http://b/':'lists/ca.crl',"
	    "'http://root/':'root.pem'}");
	if (!loaded(&d, &o))
		return;
	ok(d.given && d.problem_count == 0, "no problem");
	is_u64(d.file_count, 3, "one for each URL");
	for (size_t i = 0; i < d.file_count; i++)
		ok(d.files[i]->url.alg == DIGEST_SHA256 &&
			(i == 0 || !digest_equal(&d.files[i]->url, &d.files[i - 1]->url)),
		    "%.*s has a URL of its own", STR_ARG(d.files[i]->path));
	ok(digest_equal(&url, &d.files[0]->url) || digest_equal(&url, &d.files[1]->url) ||
		digest_equal(&url, &d.files[2]->url),
	    "the URL's digest is that of a cache");
	revdata_clear(&d);
}

/* The same list twice, and what that does to order and digest. */
static void
test_twins(void)
{
	struct revdata_options one = { .crl_dir = below("t1") };
	struct revdata_options two = { .crl_dir = below("t2") };
	struct revdata_options with_map = { .crl_dir = below("t2"),
		.map = below("t3.json") };
	struct revdata a, b, c;
	struct str pem = forge_crl_pem(k.forge, root_list);

	scratch_put(&at, "t1/x", root_list);
	scratch_put(&at, "t1/y", ca_list);
	scratch_put(&at, "t2/a", ca_list);
	scratch_put(&at, "t2/b", str_bytes(pem));
	scratch_put(&at, "t2/c", root_list);
	scratch_put(&at, "t2/d",
	    str_bytes(arena_printf(k.mem, "%.*s%.*s", STR_ARG(pem), STR_ARG(pem))));
	scratch_json(&at, "t3.json", "{'" URL "':'t2/c'}");
	if (!loaded(&a, &one) || !loaded(&b, &two) || !loaded(&c, &with_map))
		return;
	is_u64(b.file_count, 2, "each once");
	ok(digest_equal(&a.digest, &b.digest),
	    "names and copies do not change the digest");
	for (size_t i = 0; i < b.file_count; i++) {
		ok(digest_equal(&a.files[i]->sha256, &b.files[i]->sha256),
		    "and not the order");
		if (bytes_equal(b.files[i]->crl.der, root_list))
			is_str(
			    b.files[i]->path, below("t2/b"), "the first path by order");
	}
	is_u64(c.file_count, 3, "a list with a URL is another one");
	ok(!digest_equal(&b.digest, &c.digest), "and shows in the digest");
	revdata_clear(&a);
	revdata_clear(&b);
	revdata_clear(&c);
}

/* A cache and a map say the same, but only the cache has the delta. */
static void
test_twin_deltas(void)
{
	struct revdata_options o = { .cache_dir = below("cache2"),
		.map = below("a.json") };
	struct revdata d;

	scratch_put(&at, "cache2/" URL_HEX, entry_of(ca_list, ca_delta));
	scratch_put(&at, "a.crl", ca_list);
	scratch_put(&at, "d.crl", ca_delta);
	scratch_json(&at, "a.json", "{'" URL "':'a.crl'}");
	if (loaded(&d, &o)) {
		is_u64(d.file_count, 2, "base once, delta once");
		is_str(d.files[0]->path, below("a.crl"), "the map's by order");
		ok(d.files[0]->delta == d.files[1], "it has the delta of the cache");
	}
	revdata_clear(&d);
	scratch_json(&at, "a.json", "{'" URL "':'d.crl'}");
	if (loaded(&d, &o)) {
		is_u64(d.file_count, 2, "the delta of the cache is in the map");
		is_str(d.files[1]->path, below("cache2/" URL_HEX "#delta"),
		    "the cache's by order");
		ok(d.files[0]->delta == d.files[1] && d.files[1]->delta == NULL,
		    "the base leads to the one that stays");
	}
	revdata_clear(&d);
	scratch_remove(&at, "cache2");
	scratch_put(&at, "z/" URL_HEX, entry_of(ca_list, ca_delta));
	o.cache_dir = below("z");
	if (loaded(&d, &o)) {
		is_str(d.files[1]->path, below("d.crl"), "now the map's");
		ok(d.files[0]->delta == d.files[1], "and the base leads to it");
	}
	revdata_clear(&d);
}

static void
test_lookup(void)
{
	struct revdata_options o = { .crl_dir = below("l"), .ocsp_dir = below("lo") };
	struct forge_ocsp_single singles[] = { { .serial = 5 }, { .serial = 300 },
		{ .serial = 5, .status = FORGE_OCSP_REVOKED } };
	struct forge_ocsp several = { .cert = chain.cert[0],
		.issuer = ca,
		.issuer_key = forge_key(k.forge, "ca-sub"),
		.singles = singles,
		.single_count = COUNT(singles) };
	const struct revfile *f, *g;
	struct revdata d;
	size_t i = 0;

	scratch_put(&at, "l/1", root_list);
	scratch_put(&at, "l/2", ca_list);
	scratch_put(&at, "l/3", ca_delta);
	scratch_put(&at, "l/4", list_of(ca, "ca-sub", 10));
	scratch_put(&at, "lo/1", forge_ocsp(k.forge, &several));
	several.single_count = 1;
	scratch_put(&at, "lo/2", forge_ocsp(k.forge, &several));
	if (!loaded(&d, &o))
		return;
	f = revdata_next_crl(&d, name_of(root), &i);
	ok(f != NULL && bytes_equal(f->crl.der, root_list), "the root's list");
	ok(revdata_next_crl(&d, name_of(root), &i) == NULL, "is its only one");
	i = 0;
	for (size_t n = 0; n < 3; n++) {
		g = revdata_next_crl(&d, name_of(ca), &i);
		ok(g != NULL && bytes_equal(g->crl.issuer_der, name_of(ca)),
		    "list %zu of the issuing CA", n);
		ok(g == NULL || (g->kind == REVFILE_DELTA) == (n == 2), "deltas last");
	}
	ok(revdata_next_crl(&d, name_of(ca), &i) == NULL, "and no fourth");
	ok(revdata_next_crl(&d, name_of(ca), &i) == NULL, "asked again: still none");
	i = 0;
	ok(revdata_next_crl(&d, name_of(chain.cert[0]), &i) == NULL, "none of the leaf");
	i = 0;
	f = revdata_next_ocsp(&d, BYTES_LIT("\x05"), &i);
	g = revdata_next_ocsp(&d, BYTES_LIT("\x05"), &i);
	ok(f != NULL && g != NULL && f != g, "two responses for serial 5, each once");
	ok(revdata_next_ocsp(&d, BYTES_LIT("\x05"), &i) == NULL, "and no third");
	i = 0;
	f = revdata_next_ocsp(&d, BYTES_LIT("\x01\x2c"), &i);
	ok(f != NULL && f->ocsp.single_count == 3, "one for serial 300");
	ok(revdata_next_ocsp(&d, BYTES_LIT("\x01\x2c"), &i) == NULL, "and no second");
	i = 0;
	ok(revdata_next_ocsp(&d, BYTES_LIT("\x06"), &i) == NULL, "none for serial 6");
	revdata_clear(&d);
}

/* Thousands of files of one folder and of one issuer. */
static void
test_many(void)
{
	enum { MANY = 3000 };
	struct revdata_options o = { .crl_dir = below("many") };
	struct revdata d;
	size_t i = 0, n = 0;

	for (size_t m = 0; m < MANY; m++)
		scratch_put(&at, arena_printf(k.mem, "many/%04zu", m).ptr,
		    list_of(ca, "p256", m + 1));
	scratch_put(&at, "many/root", root_list);
	if (!loaded(&d, &o))
		return;
	is_u64(d.file_count, MANY + 1, "all are there");
	while (revdata_next_crl(&d, name_of(ca), &i) != NULL)
		n++;
	is_u64(n, MANY, "and found, one after the other");
	i = 0;
	ok(revdata_next_crl(&d, name_of(root), &i) != NULL &&
		revdata_next_crl(&d, name_of(root), &i) == NULL,
	    "the single one of another issuer too");
	revdata_clear(&d);
}

static void
test_times(void)
{
	struct forge_ocsp_single singles[] = {
		{ .serial = 1, .this_update = "2026-01-01", .next_update = "2026-03-01" },
		{ .serial = 2, .this_update = "2026-02-01", .next_update = "2026-02-15" },
		{ .serial = 3, .this_update = "2026-01-15", .no_next_update = true },
	};
	struct forge_ocsp o = { .cert = chain.cert[0],
		.issuer = ca,
		.issuer_key = forge_key(k.forge, "ca-sub"),
		.singles = singles,
		.single_count = COUNT(singles) };
	struct revreader r = { k.mem, k.hasher, &k.limits };
	char text[WHEN_TEXT];
	struct when this, next;
	struct revfile *f;
	bool has;

	ok(revfile_ocsp(&f, &r, forge_ocsp(k.forge, &o), STR("x"), NULL) == 0, "reads");
	revfile_times(f, &this, &next, &has);
	when_format(text, this);
	is_str(str_of(text), "2026-02-01T00:00:00Z", "newest thisUpdate of a response");
	when_format(text, next);
	is_str(str_of(text), "2026-03-01T00:00:00Z", "newest nextUpdate");
	ok(has, "there is one");
	ok(revfile_crl(&f, &r, root_list, STR("x"), NULL) == 0, "reads");
	revfile_times(f, &this, &next, &has);
	when_format(text, this);
	is_str(str_of(text), "2024-01-01T00:00:00Z", "thisUpdate of a list");
	when_format(text, next);
	is_str(str_of(text), "2049-12-31T23:59:59Z", "its nextUpdate");
	is_str(str_of(revfile_kind_name(REVFILE_CRL)), "crl", "name of a list");
	is_str(str_of(revfile_kind_name(REVFILE_DELTA)), "delta-crl", "of a delta");
	is_str(str_of(revfile_kind_name(REVFILE_OCSP)), "ocsp", "of a response");
}

static void
test_content(void)
{
	struct bytes ocsp = answer_for(chain.cert[0]);

	ok(revfile_is_ocsp(ocsp), "a response is one by its content");
	ok(revfile_is_ocsp(bytes_of(ocsp.ptr, 40)), "though it is cut off");
	ok(!revfile_is_ocsp(root_list), "a list is none");
	ok(!revfile_is_ocsp((struct bytes){ 0 }), "nothing is none");
	ok(!revfile_is_ocsp(BYTES_LIT("0\x84\x00")), "nor is a piece of a header");
	ok(!revfile_is_ocsp(str_bytes(forge_crl_pem(k.forge, root_list))), "nor PEM");
}

/* Lists that other tools made. */
static void
test_foreign(void)
{
	const char *vectors = tap_vectors();
	struct revdata_options o = { .crl_dir = below("foreign") };
	static const char *const names[] = { "crlWithMultipleFreshestCRLs.crl",
		"delta.crl", "intermediate.crl", "leaf.crl", "leaf_revoked.crl" };
	struct revdata d;

	if (vectors == NULL) {
		tap_skip("vectors not present");
		return;
	}
	for (size_t i = 0; i < COUNT(names); i++)
		scratch_put(&at, arena_printf(k.mem, "foreign/%s", names[i]).ptr,
		    tap_file(0, "%s/notation/crl/%s", vectors, names[i]));
	if (!loaded(&d, &o))
		return;
	is_u64(d.problem_count, 0, "no problem");
	is_u64(d.file_count, COUNT(names), "all lists");
	ok(d.files[COUNT(names) - 1]->kind == REVFILE_DELTA, "one of them a delta");
	revdata_clear(&d);
}

int
main(void)
{
	setup();
	test_nothing();
	test_policy_folder();
	test_folders_instead();
	test_cache();
	test_map();
	test_twins();
	test_twin_deltas();
	test_lookup();
	test_many();
	test_times();
	test_content();
	test_foreign();
	scratch_close(&at);
	kit_close(&k);
	return tap_done();
}
