/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths that must not be found, by catalogue row: from a signer of time stamps to an
 * anchor.
 */
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

#include <stdlib.h>
#include <unistd.h>

static struct kit k;

static const struct chain *
path(struct bytes leaf, const struct bytes *extra, size_t count,
    const struct bytes *anchors, size_t anchor_count)
{
	struct chain_anchors set = { .ders = anchors, .count = anchor_count };
	const struct cert *signer, *others[16];

	kit_cert(&k, &signer, leaf);
	for (size_t i = 0; i < count; i++)
		kit_cert(&k, &others[i], extra[i]);
	hasher_begin(k.hasher, DIGEST_SHA256);
	for (size_t i = 0; i < anchor_count; i++)
		hasher_add(k.hasher, anchors[i]);
	hasher_end(k.hasher, &set.digest);
	return chain_build(
	    k.chains, signer, others, count, &set, (struct when){ 1706745600, 0 });
}

static void
x03_x18_x23_x24(void)
{
	struct forge_chain c =
	    forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "Example");
	struct forge_chain other =
	    forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	struct forge_cert twin = forge_cert_root(forge_key(k.forge, "other-ca"),
	    "C=US,ST=WA,O=Example,CN=Time Stamping Root CA");
	struct bytes anchors[3];
	const struct chain *found;
	char file[] = "/tmp/assay-x24-XXXXXX";
	struct str pem = forge_pem(k.forge, c.cert[2]);
	int fd;

	found = path(c.cert[0], &c.cert[1], 2, &c.cert[2], 1);
	ok(found != NULL && found->count == 3 && found->reason == REASON_NONE,
	    "X03 sibling: a path to the anchor");
	ok(path(c.cert[0], &c.cert[1], 2, &other.cert[2], 1) == NULL,
	    "bad_X03_root_only_in_the_message");
	anchors[0] = forge_cert(k.forge, &twin);
	ok(path(c.cert[0], &c.cert[1], 2, anchors, 1) == NULL, "bad_X18_twin_alone");
	anchors[1] = c.cert[2];
	found = path(c.cert[0], &c.cert[1], 1, anchors, 2);
	ok(found != NULL && bytes_equal(cert_info(found->certs[2])->der, c.cert[2]),
	    "bad_X18_twin_first");
	anchors[1] = anchors[0];
	anchors[0] = c.cert[2];
	found = path(c.cert[0], &c.cert[1], 1, anchors, 2);
	ok(found != NULL && bytes_equal(cert_info(found->certs[2])->der, c.cert[2]),
	    "bad_X18_twin_last");
	ok(path(c.cert[0], &c.cert[1], 2, &c.cert[1], 1) == NULL,
	    "bad_X23_intermediate_in_the_store");
	fd = mkstemp(file);
	ok(fd >= 0 && write(fd, pem.ptr, pem.len) == (ssize_t)pem.len,
	    "a file of host CAs");
	close(fd);
	setenv("SSL_CERT_FILE", file, 1);
	setenv("SSL_CERT_DIR", "/tmp", 1);
	kit_close(&k);
	kit_open(&k);
	c = forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "Example");
	other = forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	ok(path(c.cert[0], &c.cert[1], 2, &other.cert[2], 1) == NULL,
	    "bad_X24_host_ca_file_is_not_read");
	ok(path(c.cert[0], &c.cert[1], 2, &c.cert[2], 1) != NULL,
	    "X24 sibling: named anchor");
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	unlink(file);
}

static void
x19_x20(void)
{
	EVP_PKEY *a_key = forge_key(k.forge, "ca"), *b_key = forge_key(k.forge, "ca-sub");
	struct forge_cert root = forge_cert_root(a_key, "CN=A");
	struct forge_cert a =
	    forge_cert_ca(a_key, "CN=A", (struct bytes){ NULL, 0 }, b_key);
	struct forge_cert b =
	    forge_cert_ca(b_key, "CN=B", (struct bytes){ NULL, 0 }, a_key);
	struct forge_cert leaf = forge_cert_tsa(
	    forge_key(k.forge, "tsa"), "CN=T", (struct bytes){ NULL, 0 }, b_key);
	struct bytes good_root = forge_cert(k.forge, &root), bad_root, extra[2], signer;
	struct forge_chain stranger =
	    forge_chain(k.forge, forge_key(k.forge, "p256"), "Else");
	const struct cert *c;

	a.has_path_len = b.has_path_len = false;
	a.issuer_name = "CN=B";
	b.issuer_name = "CN=A";
	leaf.issuer_name = "CN=B";
	a.no_key_ids = b.no_key_ids = leaf.no_key_ids = true;
	extra[0] = forge_cert(k.forge, &a);
	extra[1] = forge_cert(k.forge, &b);
	signer = forge_cert(k.forge, &leaf);
	root.break_signature = true;
	bad_root = forge_cert(k.forge, &root);
	ok(path(signer, &extra[1], 1, &good_root, 1) != NULL, "X19 sibling: sound root");
	ok(path(signer, &extra[1], 1, &bad_root, 1) == NULL,
	    "bad_X19_anchor_signature_broken");
	kit_cert(&k, &c, bad_root);
	ok(!cert_self_signed(c), "bad_X19_is_not_self_signed");
	kit_cert(&k, &c, good_root);
	ok(cert_self_signed(c), "X19 sibling: is self-signed");
	ok(path(signer, extra, 2, &stranger.cert[2], 1) == NULL,
	    "bad_X20_cross_signed_loop");
	ok(path(signer, extra, 2, &good_root, 1) != NULL,
	    "X20 sibling: loop beside a path");
}

/* RFC 5280 section 6.1: an issuer demands a policy, maps one, inhibits anyPolicy. */
static void
x27_policies(void)
{
	const struct forge_ext one = { "2.5.29.32", false, { (const uint8_t *)"\x30\x06\x30\x04\x06\x02\x2a\x03", 8 } },
		other = { "2.5.29.32", false, { (const uint8_t *)"\x30\x06\x30\x04\x06\x02\x2a\x04", 8 } },
		demand = { "2.5.29.36", false, { (const uint8_t *)"\x30\x03\x80\x01\x00", 5 } },
		map = { "2.5.29.33", false, { (const uint8_t *)"\x30\x0a\x30\x08\x06\x02\x2a\x03\x06\x02\x2a\x04", 12 } },
		inhibit = { "2.5.29.54", false, { (const uint8_t *)"\x02\x01\x00", 3 } };
	const struct {
		const char *name;
		struct forge_ext ca[4], leaf[1];
		size_t ca_count, leaf_count;
		bool fine;
	} rows[] = {
		{ "X27 sibling: no demand", { one }, { other }, 1, 1, true },
		{ "bad_X27_demand_not_met", { one, demand }, { other }, 2, 1, false },
		{ "bad_X27_demand_no_policy", { one, demand }, { other }, 2, 0, false },
		{ "bad_X27_demand_none_above", { demand }, { one }, 1, 1, false },
		{ "X27 sibling: met", { one, demand }, { one }, 2, 1, true },
		{ "X27 sibling: mapped", { one, demand, map }, { other }, 3, 1, true },
		{ "bad_X27_mapped_and_inhibited", { one, demand, map, inhibit }, { other }, 4, 1, false },
		{ "X27 sibling: inhibited", { one, demand, inhibit }, { one }, 3, 1, true },
	};
	EVP_PKEY *root_key = forge_key(k.forge, "ca"), *sub_key = forge_key(k.forge, "ca-sub");
	struct forge_cert root = forge_cert_root(root_key, "CN=A"), ca, leaf;
	struct bytes anchor = forge_cert(k.forge, &root), ca_der;
	const struct chain *found;

	for (size_t i = 0; i < COUNT(rows); i++) {
		ca = forge_cert_ca(sub_key, "CN=B", anchor, root_key);
		ca.extra = rows[i].ca;
		ca.extra_count = rows[i].ca_count;
		ca_der = forge_cert(k.forge, &ca);
		leaf = forge_cert_tsa(forge_key(k.forge, "tsa"), "CN=T", ca_der, sub_key);
		leaf.extra = rows[i].leaf;
		leaf.extra_count = rows[i].leaf_count;
		found = path(forge_cert(k.forge, &leaf), &ca_der, 1, &anchor, 1);
		ok((found != NULL && found->reason == REASON_NONE) == rows[i].fine, "%s", rows[i].name);
	}
}

/* Authorities that all sign each other, with more paths than anybody walks: fail closed. */
static void
x26_many_paths(void)
{
	enum { TWINS = 10 };
	EVP_PKEY *root_key = forge_key(k.forge, "ca"), *sub_key = forge_key(k.forge, "ca-sub");
	EVP_PKEY *cross_key = forge_key(k.forge, "other-ca");
	struct forge_cert root = forge_cert_root(root_key, "CN=A"), ca, leaf;
	struct bytes anchor = forge_cert(k.forge, &root), twins[TWINS], signer;
	const struct chain *found;
	size_t paths = 0;

	for (size_t i = 0; i < TWINS; i++) {
		/* The first two are below the root; then some by C, and C by B. */
		ca = forge_cert_ca(i < 5 ? sub_key : cross_key, i < 5 ? "CN=B" : "CN=C", anchor,
		    i < 2 ? root_key : i < 5 ? cross_key : sub_key);
		ca.issuer_name = i < 2 ? NULL : i < 5 ? "CN=C" : "CN=B";
		ca.serial = i + 1;
		ca.has_path_len = false;
		ca.no_key_ids = true;
		twins[i] = forge_cert(k.forge, &ca);
	}
	leaf = forge_cert_tsa(forge_key(k.forge, "tsa"), "CN=T", twins[0], sub_key);
	leaf.no_key_ids = true;
	signer = forge_cert(k.forge, &leaf);
	found = path(signer, twins, 1, &anchor, 1);
	ok(found != NULL && found->reason == REASON_NONE && found->other == NULL,
	    "X26 sibling: one path");
	found = path(signer, (struct bytes[]){ twins[0], twins[1], twins[0] }, 3, &anchor, 1);
	for (const struct chain *c = found; c != NULL; c = c->other)
		paths++;
	ok(paths == 2, "X26 sibling: two paths, one certificate twice");
	found = path(signer, twins, TWINS, &anchor, 1);
	ok(found != NULL && found->reason == REASON_TSA_NOT_TRUSTED, "bad_X26_too_many_paths: %s",
	    found == NULL ? "none" : found->detail);
}

/*
 * A name of the stamper below one constraint of its issuer: where the reference compares more
 * strictly than OpenSSL, or cannot compare at all.
 */
static void
x25_names(void)
{
	enum { MAIL = 0x81, DNS = 0x82, URI = 0x86, PERMIT = 0xa0, EXCLUDE = 0xa1 };
	static const struct {
		uint8_t tag;
		const char *name;
		uint8_t list, kind;
		const char *base;
		bool fine;
	} rows[] = {
		{ DNS, "a.example", PERMIT, DNS, "example", true },
		{ DNS, "a.example", PERMIT, DNS, "b.example", false },
		{ DNS, "*.a.example", EXCLUDE, DNS, "b.example", true },
		{ DNS, "*.a.example", EXCLUDE, DNS, "B.a.example", false },
		{ DNS, "*.a.example", PERMIT, DNS, "b.a.example", false },
		{ DNS, "a..example", EXCLUDE, DNS, "z.example", false },
		{ MAIL, "x@b.example", EXCLUDE, MAIL, "example.org", true },
		{ MAIL, "x@b.example", EXCLUDE, MAIL, "example", false },
		{ MAIL, "x@b.example", EXCLUDE, MAIL, "x@B.example", false },
		{ MAIL, "X@b.example", EXCLUDE, MAIL, "x@b.example", true },
		{ MAIL, "no mailbox", EXCLUDE, DNS, "z.example", false },
		{ URI, "http://b.example/", EXCLUDE, URI, "example.org", true },
		{ URI, "http://b.example:1/", EXCLUDE, URI, "example", false },
		{ URI, "http://u@b.example/", EXCLUDE, URI, "b.example", false },
		{ URI, "http://b.example:1@c.example/", PERMIT, URI, "b.example", false },
		{ URI, "http://1.2.3.4/", EXCLUDE, URI, "example", false },
		{ URI, "http://[::1]:1/", EXCLUDE, DNS, "z.example", false },
		{ URI, "urn:a.example", EXCLUDE, DNS, "z.example", false },
		{ URI, "http://b.example/", EXCLUDE, DNS, "z.example", true },
	};
	EVP_PKEY *root_key = forge_key(k.forge, "ca"), *sub_key = forge_key(k.forge, "ca-sub");
	struct bytes none = { NULL, 0 }, anchor, leaf_der, ca_der;
	struct forge_cert root = forge_cert_root(root_key, "CN=A"), ca, leaf;
	const struct chain *found;

	anchor = forge_cert(k.forge, &root);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_ext limit = { "2.5.29.30", true, none };
		struct forge_ext name = { "2.5.29.17", false, none };

		limit.der = forge_der(k.forge, 0x30, 1,
		    forge_der(k.forge, rows[i].list, 1,
			forge_der(k.forge, 0x30, 1,
			    forge_der(k.forge, rows[i].kind, 1, forge_text(rows[i].base)))));
		name.der = forge_der(k.forge, 0x30, 1,
		    forge_der(k.forge, rows[i].tag, 1, forge_text(rows[i].name)));
		ca = forge_cert_ca(sub_key, "CN=B", anchor, root_key);
		ca.extra = &limit;
		ca.extra_count = 1;
		ca_der = forge_cert(k.forge, &ca);
		leaf = forge_cert_tsa(forge_key(k.forge, "tsa"), "CN=T", ca_der, sub_key);
		leaf.extra = &name;
		leaf.extra_count = 1;
		leaf_der = forge_cert(k.forge, &leaf);
		found = path(leaf_der, &ca_der, 1, &anchor, 1);
		is_reason(found == NULL ? REASON_CHAIN_NO_ROOT : found->reason,
		    rows[i].fine ? REASON_NONE : REASON_CERT_NAME_CONSTRAINTS,
		    "%s %s %s %s", rows[i].fine ? "X25 sibling:" : "bad_X25_name", rows[i].name,
		    rows[i].list == PERMIT ? "permitted" : "excluded", rows[i].base);
	}
}

int
main(void)
{
	kit_open(&k);
	x19_x20();
	x25_names();
	x26_many_paths();
	x27_policies();
	x03_x18_x23_x24();
	kit_close(&k);
	return tap_done();
}
