/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Defects of the files of a policy folder: permissions, links and changes (row Y06 of the catalogue
 * of bad inputs), trust stores (K01 to K06) and X19; with the document about images, then with the
 * one about files. As in bad_policy.c, one thing is broken at a time.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/lib/folder.h"
#include "tests/lib/picked.h"
#include "tests/lib/tap.h"

static struct ossl *lib; /* set once in main */

/* The policy loads; ca:a does not, for `reason`, and its words name `file`. Ends the folder. */
static void
store_broken(struct folder *f, enum reason reason, const char *file, const char *name)
{
	if (is_reason(folder_load(f), REASON_NONE, "%s: the policy loads: %s: %s", name,
		f->err.file, f->err.text)) {
		const struct policy_statement *s = &f->policy.statements[0];
		struct str detail = s->stores[0].store->detail;

		is_reason(s->stores[0].store->reason, reason, "%s: %.*s", name,
		    STR_ARG(detail));
		ok(memmem(detail.ptr, detail.len, file, strlen(file)) != NULL,
		    "%s: names %s", name, file);
		ok(s->stores[0].store->count == 0 &&
			policy_anchors(&f->policy, s, s->stores[0].type, NULL).count == 0,
		    "%s: gives no anchor", name);
	}
	policy_clear(&f->policy);
	scratch_close(&f->dir);
}

static void
refused_mode(const char *rel, unsigned mode, const char *name)
{
	struct folder f;

	folder_begin(&f);
	scratch_mode(&f.dir, rel, mode);
	is_reason(folder_load_at(&f, "o/p/q", true), REASON_NONE,
	    "%s: --insecure-permissions: %s", name, f.err.text);
	ok(f.policy.warning_count == 1 &&
		f.policy.warnings[0].reason == REASON_HOST_INSECURE_PERMISSIONS,
	    "%s: and is recorded", name);
	policy_clear(&f.policy);
	folder_refused(&f, REASON_FILE_PERMISSIONS, rel, name);
}

static void
loads_mode(const char *rel, unsigned mode, const char *name)
{
	struct folder f;

	folder_begin(&f);
	scratch_mode(&f.dir, rel, mode);
	folder_loads(&f, name);
}

static void
refused_owner(const char *rel, const char *name)
{
	struct folder f;

	if (geteuid() != 0) {
		tap_skip("%s: only root can give files away", name);
		return;
	}
	folder_begin(&f);
	ok(lchown(scratch_at(&f.dir, rel), 12345, 12345) == 0, "%s: given away", name);
	folder_refused(&f, REASON_FILE_PERMISSIONS, rel, name);
}

static void
test_permissions(void)
{
	refused_mode(DOCUMENT, 0664, "bad_Y06_file_group_writable");
	refused_mode(DOCUMENT, 0602, "bad_Y06_file_world_writable");
	refused_mode("o/p/q", 0775, "bad_Y06_folder_writable");
	refused_mode("o/p", 0757, "bad_Y06_parent_writable");
	refused_mode("o", 0770, "bad_Y06_grandparent_writable");
	loads_mode("o/p", 01777, "bad_Y06_parent_writable: a sticky one is fine");
	loads_mode(DOCUMENT, 0400, "bad_Y06_file_group_writable: read only is fine");
	refused_owner(DOCUMENT, "bad_Y06_file_of_other_user");
	refused_owner("o/p", "bad_Y06_parent_of_other_user");
	refused_mode(P "truststore", 0777, "bad_K02_truststore_writable");
	refused_mode(P "truststore/x509", 0775, "bad_K02_x509_writable");
	refused_mode(P "truststore/x509/ca", 0772, "bad_K02_type_writable");
	refused_mode(STORE, 0775, "bad_K02_store_writable");
	refused_mode(STORE "/root.pem", 0666, "bad_K02_anchor_writable");
	refused_owner(STORE, "bad_K02_store_of_other_user");
	refused_owner(STORE "/root.pem", "bad_K02_anchor_of_other_user");
}

/* A broken store does not hide that another file of it is writable. */
static void
test_permissions_late(void)
{
	struct folder f;

	folder_begin(&f);
	scratch_put(&f.dir, STORE "/a.pem", BYTES_LIT("garbage"));
	scratch_mode(&f.dir, STORE "/root.pem", 0666);
	folder_refused(&f, REASON_FILE_PERMISSIONS, STORE "/root.pem",
	    "bad_K02_behind_a_broken_file");
}

static void
test_links(void)
{
	struct folder f;

	folder_begin(&f);
	scratch_json(&f.dir, P "real.json", GOOD);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_link(&f.dir, DOCUMENT, "real.json");
	folder_refused(&f, REASON_FILE_SYMLINK, DOCUMENT, "bad_Y07_symlink");
	folder_begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_link(&f.dir, FIRST, "nowhere");
	folder_refused(&f, REASON_FILE_SYMLINK, FIRST, "bad_Y07_dangling_symlink");
	folder_begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_folder(&f.dir, FIRST);
	folder_refused(&f, REASON_FILE_TYPE, FIRST, "bad_Y07_folder");
	folder_begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_fifo(&f.dir, FIRST);
	folder_refused(&f, REASON_FILE_TYPE, FIRST, "bad_Y07_fifo");
	folder_begin(&f);
	scratch_link(&f.dir, "o/p/link", "q");
	is_reason(folder_load_at(&f, "o/p/link", false), REASON_FILE_SYMLINK,
	    "bad_Y07_folder_is_a_link");
	is_reason(folder_load_at(&f, "o/p/link/", false), REASON_FILE_SYMLINK,
	    "bad_Y07_folder_is_a_link: with a slash behind it");
	is_reason(folder_load_at(&f, DOCUMENT, false), REASON_FILE_TYPE,
	    "bad_Y07_folder_is_a_file");
	folder_loads(&f, "bad_Y07_folder_is_a_link: the folder itself");
}

/* A link on the way is fine if nobody else can turn it, and the way it leads is checked too. */
static void
test_links_on_the_way(void)
{
	struct folder f;

	folder_begin(&f);
	scratch_link(&f.dir, "other/link", "../o/p");
	is_reason(folder_load_at(&f, "other/link/q", false), REASON_NONE,
	    "bad_Y06_link: is followed");
	policy_clear(&f.policy);
	scratch_mode(&f.dir, "other", 0777);
	is_reason(folder_load_at(&f, "other/link/q", false), REASON_FILE_PERMISSIONS,
	    "bad_Y06_link_in_writable_folder");
	is_str(
	    str_of(f.err.file), scratch_at(&f.dir, "other"), "and that folder is named");
	scratch_mode(&f.dir, "other", 0755);
	scratch_mode(&f.dir, "o/p", 0777);
	is_reason(folder_load_at(&f, "other/link/q", false), REASON_FILE_PERMISSIONS,
	    "bad_Y06_link_to_writable_folder");
	is_str(str_of(f.err.file), scratch_at(&f.dir, "o/p"), "and that folder is named");
	scratch_mode(&f.dir, "o/p", 0755);
	if (geteuid() != 0) {
		tap_skip("bad_Y06_link_of_other_user: only root can give links away");
	} else {
		ok(lchown(scratch_at(&f.dir, "other/link"), 12345, 12345) == 0,
		    "given away");
		is_reason(folder_load_at(&f, "other/link/q", false),
		    REASON_FILE_PERMISSIONS, "bad_Y06_link_of_other_user");
	}
	scratch_close(&f.dir);
}

static void
test_changed(void)
{
	AUTO(hasher_free) struct hasher *hasher = hasher_new(lib);
	struct digest want;
	struct str text;
	struct arena mem;
	struct folder f;

	folder_begin(&f);
	is_reason(folder_load(&f), REASON_NONE, "bad_Y08_changed_later: loads");
	folder_put(&f, DOC(STATEMENT("other", "'*'")));
	scratch_remove(&f.dir, STORE);
	arena_init(&mem, 0);
	text = quoted(&mem, folder_text(&mem, GOOD).ptr);
	is_bytes(f.policy.doc.text, str_bytes(text),
	    "bad_Y08_changed_later: the text that was read stays");
	hasher_of(hasher, DIGEST_SHA256, str_bytes(text), &want);
	ok(digest_equal(&f.policy.doc.digest, &want),
	    "bad_Y08_changed_later: with its digest");
	is_u64(policy_anchors(&f.policy, &f.policy.statements[0], STORE_CA, NULL).count,
	    1, "bad_Y08_changed_later: and its anchors");
	ok(picked(&f.policy, STR("r.io/b")) == NULL,
	    "bad_Y08_changed_later: and scopes");
	arena_clear(&mem);
	policy_clear(&f.policy);
	is_reason(folder_load(&f), REASON_NONE, "bad_Y08_changed_later: read again");
	ok(!digest_equal(&f.policy.doc.digest, &want),
	    "bad_Y08_changed_later: another digest");
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

static void
test_store_folder(void)
{
	struct folder f;

	folder_begin(&f);
	folder_loads(&f, "bad_K01: sibling");
	folder_begin(&f);
	scratch_remove(&f.dir, STORE);
	store_broken(&f, REASON_TRUSTSTORE_NOT_FOUND, "x509/ca/a", "bad_K01_missing");
	folder_begin(&f);
	scratch_remove(&f.dir, P "truststore");
	store_broken(&f, REASON_TRUSTSTORE_NOT_FOUND, "truststore/x509/ca/a",
	    "bad_K01_no_truststore");
	folder_begin(&f);
	scratch_remove(&f.dir, STORE "/root.pem");
	store_broken(&f, REASON_TRUSTSTORE_EMPTY, "x509/ca/a", "bad_K01_empty");
	folder_begin(&f);
	scratch_remove(&f.dir, STORE);
	scratch_copy(&f.dir, P "real/root.pem", "certs/anchors/root.pem");
	scratch_link(&f.dir, STORE, "../../../real");
	store_broken(&f, REASON_TRUSTSTORE_NOT_DIR, "x509/ca/a", "bad_K01_symlink");
	folder_begin(&f);
	scratch_remove(&f.dir, STORE);
	scratch_copy(&f.dir, STORE, "certs/anchors/root.pem");
	store_broken(&f, REASON_TRUSTSTORE_NOT_DIR, "x509/ca/a", "bad_K01_file");
	folder_begin(&f);
	scratch_link(&f.dir, STORE "/two.pem", "root.pem");
	store_broken(&f, REASON_TRUSTSTORE_ENTRY, "two.pem", "bad_K01_holds_symlink");
	folder_begin(&f);
	scratch_folder(&f.dir, STORE "/folder");
	store_broken(&f, REASON_TRUSTSTORE_ENTRY, "folder", "bad_K01_holds_folder");
	folder_begin(&f);
	scratch_fifo(&f.dir, STORE "/fifo");
	store_broken(&f, REASON_TRUSTSTORE_ENTRY, "fifo", "bad_K01_holds_fifo");
}

static void
test_store_files(void)
{
	static const struct {
		const char *file;
		enum reason reason;
		const char *name;
	} rows[] = {
		{ "garbage.txt", REASON_TRUSTSTORE_CERT, "bad_K03_garbage" },
		{ "key.pem", REASON_TRUSTSTORE_CERT, "bad_K03_private_key" },
		{ "with-key.pem", REASON_TRUSTSTORE_CERT, "bad_K03_private_key_behind" },
		{ "empty.pem", REASON_TRUSTSTORE_CERT, "bad_K03_no_certificate" },
		{ "half.pem", REASON_TRUSTSTORE_CERT, "bad_K03_half_block" },
		{ "one-and-half.pem", REASON_TRUSTSTORE_CERT,
		    "bad_K03_half_block_behind" },
		{ "trailing.der", REASON_TRUSTSTORE_CERT, "bad_K03_trailing_octet" },
		{ "leaf.pem", REASON_TRUSTSTORE_LEAF, "bad_K04_leaf" },
		{ "selfname.pem", REASON_TRUSTSTORE_LEAF,
		    "bad_K04_self_signed_by_name_only" },
		{ "badsig.der", REASON_TRUSTSTORE_CERT, "bad_X19_self_signature" },
		{ "rollover.pem", REASON_TRUSTSTORE_CERT, "bad_X19_other_key" },
		/* Siblings. */
		{ "two.pem", REASON_NONE, "bad_K03: sibling, PEM" },
		{ "two.der", REASON_NONE, "bad_K03: sibling, DER" },
		{ "self.pem", REASON_NONE, "bad_K04: sibling, self-signed leaf" },
		{ "inter.pem", REASON_NONE, "bad_K04: sibling, intermediate CA" },
	};
	char rel[128], fixture[128];

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct folder f;

		folder_begin(&f);
		snprintf(rel, sizeof(rel), STORE "/z-%s", rows[i].file);
		snprintf(fixture, sizeof(fixture), "certs/anchors/%s", rows[i].file);
		scratch_copy(&f.dir, rel, fixture);
		if (rows[i].reason != REASON_NONE) {
			store_broken(&f, rows[i].reason, rows[i].file, rows[i].name);
			continue;
		}
		is_reason(folder_load(&f), REASON_NONE, "%s", rows[i].name);
		is_reason(f.policy.stores[0].reason, REASON_NONE, "%s: the store",
		    rows[i].name);
		is_u64(f.policy.stores[0].count, 2, "%s: anchors", rows[i].name);
		policy_clear(&f.policy);
		scratch_close(&f.dir);
	}
}

static void
test_tsa(void)
{
	static const char *const files[] = { "inter.pem", "self.pem" };

	for (size_t i = 0; i < COUNT(files); i++) {
		struct folder f;
		char fixture[64];

		folder_begin(&f);
		folder_put(&f,
		    "{'version':'1.0','trustPolicies':[{'name':'s','registryScopes':['*'],"
		    "'signatureVerification':{'level':'strict'},'trustStores':['tsa:a','ca:a'],"
		    "'trustedIdentities':['*']}]}");
		scratch_copy(
		    &f.dir, P "truststore/x509/tsa/a/a.pem", "certs/anchors/root.pem");
		is_reason(folder_load(&f), REASON_NONE, "bad_K04_tsa: loads");
		is_reason(f.policy.stores[1].reason, REASON_NONE, "bad_K04_tsa: sibling");
		policy_clear(&f.policy);
		snprintf(fixture, sizeof(fixture), "certs/anchors/%s", files[i]);
		scratch_copy(&f.dir, P "truststore/x509/tsa/a/b.pem", fixture);
		store_broken(
		    &f, REASON_TRUSTSTORE_TSA_NOT_ROOT, "b.pem", "bad_K04_tsa_not_root");
	}
}

static void
test_twice(void)
{
	struct folder f;

	folder_begin(&f);
	scratch_copy(&f.dir, STORE "/again.der", "certs/anchors/root.der");
	scratch_copy(&f.dir, STORE "/expired.pem", "certs/anchors/expired.pem");
	is_reason(folder_load(&f), REASON_NONE, "bad_K05_twice_and_expired: loads");
	is_reason(f.policy.stores[0].reason, REASON_NONE,
	    "bad_K05_twice_and_expired: the store");
	is_u64(f.policy.stores[0].count, 2, "bad_K05_twice_and_expired: each once");
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

static void
test_limits(void)
{
	struct bytes root =
	    tap_file(0, "%s/fixtures/certs/anchors/root.der", tap_srcdir());
	struct folder f;
	struct buf b;
	char rel[64];

	folder_begin(&f);
	for (unsigned i = 1; i < 1000; i++) {
		snprintf(rel, sizeof(rel), STORE "/%u", i);
		scratch_put(&f.dir, rel, root);
	}
	is_reason(folder_load(&f), REASON_NONE, "bad_K06_files: 1000 are fine");
	is_reason(f.policy.stores[0].reason, REASON_NONE, "bad_K06_files: and load");
	policy_clear(&f.policy);
	scratch_put(&f.dir, STORE "/1000", root);
	folder_refused(&f, REASON_TRUSTSTORE_LIMIT, STORE, "bad_K06_files");
	buf_init(&b, (size_t)1 << 21);
	for (unsigned i = 0; i < 999; i++)
		buf_add(&b, root);
	folder_begin(&f);
	scratch_put(&f.dir, STORE "/all.der", buf_bytes(&b));
	folder_loads(&f, "bad_K06_certificates: 1000 are fine");
	buf_add(&b, root);
	folder_begin(&f);
	scratch_put(&f.dir, STORE "/all.der", buf_bytes(&b));
	folder_refused(
	    &f, REASON_TRUSTSTORE_LIMIT, STORE "/root.pem", "bad_K06_certificates");
	while (b.len <= (size_t)1 << 20)
		buf_u8(&b, '\n');
	folder_begin(&f);
	scratch_put(&f.dir, STORE "/large", buf_bytes(&b));
	folder_refused(
	    &f, REASON_TRUSTSTORE_LIMIT, STORE "/large", "bad_K06_file_over_1_mib");
	buf_clear(&b);
}

static void
test_all(void)
{
	test_permissions();
	test_permissions_late();
	test_links();
	test_links_on_the_way();
	test_changed();
	test_store_folder();
	test_store_files();
	test_tsa();
	test_twice();
	test_limits();
}

int
main(void)
{
	lib = folder_library();
	umask(022);
	test_all();
	folder_kind = POLICY_BLOB;
	tap_note("the same for trustpolicy.blob.json");
	test_all();
	folder_library_end();
	return tap_done();
}
