/* SPDX-License-Identifier: Apache-2.0 */
/* Trust stores: what loads, in which order, and what a policy folder makes of them. */
#include "trust/anchors.h"

#include <stdio.h>

#include "base/file.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"
#include "trust/policy.h"

struct tools {
	struct ossl *lib;
	struct limits limits;
	struct arena mem;
};

static void
test_names(void)
{
	static const char *const good[] = { "a", "A-b_c.9", "...", "-", "a..b",
		".hidden" };
	static const char *const bad[] = { "", ".", "..", "a/b", "a b", "a:b", "\xc3\xa4",
		"a\n" };
	static const char *const types[] = { "ca", "signingAuthority", "tsa" };
	enum store_type t;

	for (size_t i = 0; i < COUNT(good); i++)
		ok(store_name_valid(str_of(good[i])), "name \"%s\"", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		ok(!store_name_valid(str_of(bad[i])), "no name: row %zu", i);
	ok(!store_name_valid(STR_NONE), "no name at all");
	for (size_t i = 0; i < COUNT(types); i++) {
		ok(store_type_find(&t, str_of(types[i])) && (size_t)t == i, "type %s",
		    types[i]);
		is_str(str_of(store_type_name((enum store_type)i)), types[i], "its name");
	}
	ok(!store_type_find(&t, STR("CA")) && !store_type_find(&t, STR("")) &&
		!store_type_find(&t, STR("cas")),
	    "no types");
}

/* Loads truststore/x509/TYPE/NAME below `path`. */
static int
load(struct tools *t, struct anchor_store *out, const char *path, enum store_type type,
    const char *name, struct err *err)
{
	AUTO(certs_free) struct certs *certs = certs_new(t->lib, &t->limits);
	AUTO_FD fd = -1;

	*err = (struct err){ .reason = REASON_NONE };
	if (file_open(&fd, path, FILE_FOLDER, err) != 0)
		return -1;
	return anchors_load(
	    out, &t->mem, fd, type, str_of(name), certs, &t->limits, true, err);
}

static void
test_files(struct tools *t)
{
	static const struct {
		const char *files[3];
		enum store_type type;
		enum reason reason;
		size_t count;
	} rows[] = {
		{ { "root.pem" }, STORE_CA, REASON_NONE, 1 },
		{ { "root.der" }, STORE_CA, REASON_NONE, 1 },
		{ { "two.pem" }, STORE_CA, REASON_NONE, 2 },
		{ { "two.der" }, STORE_CA, REASON_NONE, 2 },
		{ { "inter.pem", "root.pem", "self.pem" }, STORE_CA, REASON_NONE, 3 },
		{ { "root.pem", "root.der", "two.pem" }, STORE_CA, REASON_NONE, 2 },
		{ { "expired.pem" }, STORE_CA, REASON_NONE, 1 },
		{ { "self.pem" }, STORE_SIGNING_AUTHORITY, REASON_NONE, 1 },
		{ { "two.pem" }, STORE_TSA, REASON_NONE, 2 },
		{ { "leaf.pem" }, STORE_CA, REASON_TRUSTSTORE_LEAF, 0 },
		{ { "root.pem", "leaf.pem" }, STORE_CA, REASON_TRUSTSTORE_LEAF, 0 },
		{ { "selfname.pem" }, STORE_CA, REASON_TRUSTSTORE_LEAF, 0 },
		{ { "badsig.der" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "rollover.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "garbage.txt" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "key.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "with-key.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "half.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "one-and-half.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "trailing.der" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "empty.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "root.pem", "empty.pem" }, STORE_CA, REASON_TRUSTSTORE_CERT, 0 },
		{ { "inter.pem" }, STORE_TSA, REASON_TRUSTSTORE_TSA_NOT_ROOT, 0 },
		{ { "self.pem" }, STORE_TSA, REASON_TRUSTSTORE_TSA_NOT_ROOT, 0 },
		{ { "root.pem", "inter.pem" }, STORE_TSA, REASON_TRUSTSTORE_TSA_NOT_ROOT,
		    0 },
		{ { NULL }, STORE_CA, REASON_TRUSTSTORE_EMPTY, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct anchor_store s = { 0 };
		struct scratch dir;
		char folder[64], rel[160], fixture[96];
		struct err err;

		scratch_open(&dir);
		snprintf(folder, sizeof(folder), "truststore/x509/%s/a",
		    store_type_name(rows[i].type));
		scratch_folder(&dir, folder);
		for (size_t k = 0; k < COUNT(rows[i].files) && rows[i].files[k] != NULL;
		     k++) {
			snprintf(
			    rel, sizeof(rel), "%s/%zu-%s", folder, k, rows[i].files[k]);
			snprintf(fixture, sizeof(fixture), "certs/anchors/%s",
			    rows[i].files[k]);
			scratch_copy(&dir, rel, fixture);
		}
		ok(load(t, &s, dir.path, rows[i].type, "a", &err) == 0,
		    "row %zu ends: %s", i, err.text);
		is_reason(s.reason, rows[i].reason, "row %zu: %s in %s: %.*s", i,
		    rows[i].files[0] == NULL ? "nothing" : rows[i].files[0], folder,
		    STR_ARG(s.detail));
		is_u64(s.count, rows[i].count, "row %zu: anchors", i);
		ok((s.detail.len != 0) == (rows[i].reason != REASON_NONE) &&
			str_is(s.name, "a") && s.type == rows[i].type,
		    "row %zu: the rest", i);
		scratch_close(&dir);
	}
}

static void
test_values(struct tools *t)
{
	struct anchor_store s = { 0 };
	const struct anchor *root = NULL;
	struct scratch dir;
	struct err err;
	char when[WHEN_TEXT];

	scratch_open(&dir);
	scratch_copy(&dir, "truststore/x509/ca/a/two.pem", "certs/anchors/two.pem");
	scratch_copy(&dir, "truststore/x509/ca/a/\x1b[1m.crt", "certs/anchors/self.pem");
	scratch_copy(&dir, "truststore/x509/ca/a/z.der", "certs/anchors/root.der");
	ok(load(t, &s, dir.path, STORE_CA, "a", &err) == 0 && s.reason == REASON_NONE,
	    "a store of three files");
	is_u64(s.count, 3, "three anchors, one of them in two files");
	for (size_t i = 1; i < s.count; i++)
		ok(digest_cmp(&s.anchors[i - 1].cert.sha256, &s.anchors[i].cert.sha256) < 0,
		    "by sha256");
	for (size_t i = 0; i < s.count; i++) {
		if (str_is(s.anchors[i].cert.serial, "1000"))
			root = &s.anchors[i];
		else if (!s.anchors[i].cert.is_ca)
			is_str(
			    s.anchors[i].file, "\\u{001B}[1m.crt", "file name, escaped");
	}
	if (ok(root != NULL, "the root is there")) {
		is_str(root->cert.subject, "CN=Example Root,O=Example,L=Seattle,ST=WA,C=US",
		    "subject");
		is_str(root->cert.issuer, "CN=Example Root,O=Example,L=Seattle,ST=WA,C=US",
		    "issuer");
		is_str(root->file, "two.pem", "first file that holds it");
		is_bytes(root->cert.der,
		    tap_file(0, "%s/fixtures/certs/anchors/root.der", tap_srcdir()),
		    "DER");
		when_format(when, root->cert.not_after);
		is_str(str_of(when), "2120-01-01T00:00:00Z", "not after");
		ok(root->cert.is_ca && root->cert.key_bits == 256 && root->cert.key_name.len != 0 &&
			root->cert.signed_with.len != 0 &&
			root->cert.spki_sha256.alg == DIGEST_SHA256,
		    "the rest");
	}
	scratch_close(&dir);
}

static void
test_places(struct tools *t)
{
	struct anchor_store s = { 0 };
	struct scratch dir;
	struct err err;

	scratch_open(&dir);
	is_u64((uint64_t)-load(t, &s, dir.path, STORE_CA, "a", &err), 0, "no truststore");
	is_reason(s.reason, REASON_TRUSTSTORE_NOT_FOUND, "no truststore");
	scratch_copy(&dir, "truststore/x509/ca/a/root.pem", "certs/anchors/root.pem");
	(void)load(t, &s, dir.path, STORE_CA, "a", &err);
	is_reason(s.reason, REASON_NONE, "ca:a");
	(void)load(t, &s, dir.path, STORE_CA, "b", &err);
	is_reason(s.reason, REASON_TRUSTSTORE_NOT_FOUND, "ca:b");
	(void)load(t, &s, dir.path, STORE_CA, "A", &err);
	is_reason(s.reason, REASON_TRUSTSTORE_NOT_FOUND, "ca:A");
	(void)load(t, &s, dir.path, STORE_TSA, "a", &err);
	is_reason(s.reason, REASON_TRUSTSTORE_NOT_FOUND, "tsa:a");
	(void)load(t, &s, dir.path, STORE_CA, "..", &err);
	is_reason(s.reason, REASON_TRUSTSTORE_NAME, "ca:..");
	scratch_link(&dir, "truststore/x509/ca/link", "a");
	(void)load(t, &s, dir.path, STORE_CA, "link", &err);
	is_reason(s.reason, REASON_TRUSTSTORE_NOT_DIR, "ca:link");
	scratch_put(&dir, "truststore/x509/ca/file", BYTES_LIT("x"));
	(void)load(t, &s, dir.path, STORE_CA, "file", &err);
	is_reason(s.reason, REASON_TRUSTSTORE_NOT_DIR, "ca:file");
	ok(s.anchors == NULL && s.count == 0, "without anchors");
	scratch_link(&dir, "truststore/x509/tsa", "ca");
	(void)load(t, &s, dir.path, STORE_TSA, "a", &err);
	is_reason(
	    s.reason, REASON_TRUSTSTORE_NOT_DIR, "the folder of the type is a link");
	scratch_close(&dir);
}

static void
test_list(struct tools *t)
{
	static const struct {
		enum store_type type;
		const char *name;
		enum reason reason;
	} rows[] = {
		{ STORE_CA, "a", REASON_NONE },
		{ STORE_CA, "b", REASON_NONE },
		{ STORE_CA, "link", REASON_TRUSTSTORE_NOT_DIR },
		{ STORE_TSA, "a", REASON_NONE },
	};
	struct anchor_store *list;
	struct scratch dir;
	AUTO_FD fd = -1;
	struct err err;
	size_t n = 99;

	scratch_open(&dir);
	ok(file_open(&fd, dir.path, FILE_FOLDER, &err) == 0, "folder");
	ok(anchors_list(&list, &n, &t->mem, fd, &err) == 0 && n == 0, "no store");
	scratch_folder(&dir, "truststore/x509/ca/b");
	scratch_folder(&dir, "truststore/x509/ca/a");
	scratch_folder(&dir, "truststore/x509/tsa/a");
	scratch_folder(&dir, "truststore/x509/ca/not a name");
	scratch_folder(&dir, "truststore/x509/other/a");
	scratch_link(&dir, "truststore/x509/ca/link", "a");
	ok(anchors_list(&list, &n, &t->mem, fd, &err) == 0, "list");
	is_u64(n, COUNT(rows), "stores");
	for (size_t i = 0; i < n && i < COUNT(rows); i++) {
		is_str(list[i].name, rows[i].name, "name %zu", i);
		ok(list[i].type == rows[i].type, "type %zu", i);
		is_reason(list[i].reason, rows[i].reason, "state %zu", i);
	}
	scratch_close(&dir);
}

/* Two statements, three stores, one anchor in two of them. */
static void
test_sets(struct tools *t)
{
	struct policy_options options = { .limits = &t->limits };
	AUTO(hasher_free) struct hasher *hasher = hasher_new(t->lib);
	struct chain_anchors a, b;
	struct digest want;
	struct scratch dir;
	struct policy p;
	struct err err;

	scratch_open(&dir);
	scratch_copy(&dir, "truststore/x509/ca/a/two.pem", "certs/anchors/two.pem");
	scratch_copy(&dir, "truststore/x509/ca/b/root.der", "certs/anchors/root.der");
	scratch_copy(&dir, "truststore/x509/ca/b/self.pem", "certs/anchors/self.pem");
	scratch_copy(&dir, "truststore/x509/tsa/a/root2.pem", "certs/anchors/root2.pem");
	scratch_copy(&dir, "truststore/x509/ca/bad/leaf.pem", "certs/anchors/leaf.pem");
	scratch_json(&dir, "trustpolicy.json",
	    "{'version':'1.0','trustPolicies':["
	    "{'name':'x','registryScopes':['r.io/x'],'signatureVerification':{'level':'strict'},"
	    "'trustStores':['ca:b','ca:a','tsa:a','ca:b'],'trustedIdentities':['*']},"
	    "{'name':'y','registryScopes':['r.io/y'],'signatureVerification':{'level':'strict'},"
	    "'trustStores':['ca:a'],'trustedIdentities':['*']},"
	    "{'name':'z','registryScopes':['r.io/z'],'signatureVerification':{'level':'strict'},"
	    "'trustStores':['ca:a','ca:bad','tsa:a'],'trustedIdentities':['*']}]}");
	if (!ok(policy_load(&p, dir.path, t->lib, &options, &err) == 0, "policy loads")) {
		tap_note("%s: %s", err.file, err.text);
		return;
	}
	a = policy_anchors(&p, &p.statements[0], STORE_CA, &t->mem);
	b = policy_anchors(&p, &p.statements[1], STORE_CA, &t->mem);
	is_u64(a.count, 3, "ca anchors of x");
	is_u64(b.count, 2, "ca anchors of y");
	ok(!digest_equal(&a.digest, &b.digest), "the sets differ");
	hasher_begin(hasher, DIGEST_SHA256);
	for (size_t i = 0; i < p.stores[0].count; i++)
		hasher_add(hasher, digest_value(&p.stores[0].anchors[i].cert.sha256));
	hasher_end(hasher, &want);
	ok(digest_equal(&b.digest, &want), "digest: sha256 over the sorted sha256s");
	is_bytes(b.ders[0], p.stores[0].anchors[0].cert.der, "in that order");
	is_u64(policy_anchors(&p, &p.statements[0], STORE_TSA, &t->mem).count, 1,
	    "tsa of x");
	is_u64(policy_anchors(&p, &p.statements[1], STORE_TSA, &t->mem).count, 0,
	    "tsa of y");
	is_u64(
	    policy_anchors(&p, &p.statements[0], STORE_SIGNING_AUTHORITY, &t->mem).count,
	    0, "signingAuthority of x");
	is_u64(policy_anchors(&p, &p.statements[2], STORE_CA, &t->mem).count, 0,
	    "one store of z is broken: no ca anchor at all");
	is_u64(policy_anchors(&p, &p.statements[2], STORE_TSA, &t->mem).count, 1,
	    "but its tsa store is whole");
	policy_clear(&p);
	scratch_close(&dir);
}

static void
test_vectors(struct tools *t)
{
	static const struct {
		enum store_type type;
		const char *name;
		enum reason reason;
		size_t count;
	} rows[] = {
		/* One certificate stands there as PEM and as DER. */
		{ STORE_CA, "valid-trust-store", REASON_NONE, 5 },
		{ STORE_CA, "valid-trust-store-2", REASON_NONE, 1 },
		{ STORE_SIGNING_AUTHORITY, "valid-trust-store", REASON_NONE, 2 },
		{ STORE_CA, "trust-store-with-leaf-certs", REASON_TRUSTSTORE_LEAF, 0 },
		{ STORE_CA, "trust-store-with-invalid-certs", REASON_TRUSTSTORE_CERT, 0 },
		{ STORE_TSA, "test-timestamp", REASON_NONE, 1 },
		{ STORE_CA, "invalid_store", REASON_TRUSTSTORE_NOT_FOUND, 0 },
	};
	char path[4096];

	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return;
	}
	snprintf(path, sizeof(path), "%s/notation", tap_vectors());
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct anchor_store s = { 0 };
		struct err err;

		ok(load(t, &s, path, rows[i].type, rows[i].name, &err) == 0, "store %s",
		    rows[i].name);
		is_reason(s.reason, rows[i].reason, "vector %s: %.*s", rows[i].name,
		    STR_ARG(s.detail));
		is_u64(s.count, rows[i].count, "anchors of %s", rows[i].name);
	}
}

static void
test_vector_files(struct tools *t)
{
	static const struct {
		const char *file;
		size_t count;
	} rows[] = { { "pem.crt", 1 }, { "der.der", 1 }, { "multi-pem.crt", 2 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bytes file = { NULL, 0 }, *ders;
		struct err err;
		size_t n = 0;

		if (tap_vectors() != NULL)
			file = tap_file(
			    0, "%s/notation/certs/%s", tap_vectors(), rows[i].file);
		if (file.ptr == NULL) {
			tap_skip("vectors not present: %s", rows[i].file);
			continue;
		}
		ok(cert_split(&ders, &n, &t->mem, file, NULL, &err) == 0, "split %s",
		    rows[i].file);
		is_u64(n, rows[i].count, "certificates of %s", rows[i].file);
	}
}

int
main(void)
{
	struct tools t = { .lib = NULL };

	ossl_process_init();
	limits_default(&t.limits);
	arena_init(&t.mem, 0);
	t.lib = ossl_new();
	test_names();
	test_files(&t);
	test_values(&t);
	test_places(&t);
	test_list(&t);
	test_sets(&t);
	test_vectors(&t);
	test_vector_files(&t);
	ossl_free(t.lib);
	arena_clear(&t.mem);
	return tap_done();
}
