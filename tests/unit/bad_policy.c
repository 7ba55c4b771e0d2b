/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Defects of the policy folder: rows Y01 to Y09 (policy) and K01 to K06 (trust stores) of the
 * catalogue of bad inputs, and X19; for the document about images, then for the one about files.
 * Each test begins with a folder that loads, breaks one thing,
 * and sees that thing named; the folder with nothing broken is the sibling that passes.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"
#include "trust/policy.h"

#define STATEMENT(name, scopes)                                                          \
	"{'name':'" name "','registryScopes':[" scopes "],'signatureVerification':"      \
	"{'level':'strict'},'trustStores':['ca:a'],'trustedIdentities':['*']}"
#define DOC(list) "{'version':'1.0','trustPolicies':[" list "]}"
#define GOOD DOC(STATEMENT("s", "'r.io/a'"))

static struct ossl *lib; /* set once in main */
static enum policy_kind kind; /* which of the two documents is tried; set by main */

struct folder {
	struct scratch dir;
	struct policy policy;
	struct err err;
};

/* The policy folder is PATH/o/p/q: two parents can be made bad. */
#define P "o/p/q/"
#define DOCUMENT (kind == POLICY_BLOB ? P "trustpolicy.blob.json" : P "trustpolicy.json")
/* The name that is looked for first. */
#define FIRST (kind == POLICY_BLOB ? P "trustpolicy.blob.json" : P "trustpolicy.oci.json")
#define STORE P "truststore/x509/ca/a"

/* Statements about files have no scopes. */
static struct str
without_scopes(struct arena *mem, const char *text)
{
	static const char member[] = "'registryScopes':[";
	struct buf b;
	struct str s;

	buf_init(&b, (size_t)1 << 20);
	while (*text != '\0') {
		if (strncmp(text, member, sizeof(member) - 1) == 0)
			text = strstr(text, "],") + 2;
		else
			buf_u8(&b, (uint8_t)*text++);
	}
	s = arena_str(mem, (struct str){ buf_cstr(&b), b.len });
	buf_clear(&b);
	return s;
}

/* The document, written with ' for ". */
static void
put_document(const struct folder *f, const char *text)
{
	struct arena mem;

	arena_init(&mem, 0);
	scratch_json(&f->dir, DOCUMENT,
	    kind == POLICY_BLOB ? without_scopes(&mem, text).ptr : text);
	arena_clear(&mem);
}

static void
begin(struct folder *f)
{
	scratch_open(&f->dir);
	put_document(f, GOOD);
	scratch_copy(&f->dir, STORE "/root.pem", "certs/anchors/root.pem");
}

static enum reason
load_at(struct folder *f, const char *rel, bool lenient)
{
	struct policy_options options = { .kind = kind, .insecure_permissions = lenient };

	f->err = (struct err){ .reason = REASON_NONE };
	if (policy_load(&f->policy, scratch_at(&f->dir, rel), lib, &options, &f->err) ==
	    0)
		return REASON_NONE;
	return f->err.reason == REASON_NONE ? REASON_INTERNAL : f->err.reason;
}

static enum reason
load(struct folder *f)
{
	return load_at(f, "o/p/q", false);
}

/* Refused with `reason` at the file PATH/rel. Ends the folder. */
static void
refused(struct folder *f, enum reason reason, const char *rel, const char *name)
{
	is_reason(load(f), reason, "%s: %s: %s", name, f->err.file, f->err.text);
	is_str(str_of(f->err.file), scratch_at(&f->dir, rel), "%s: the place", name);
	ok(f->policy.statement_count == 0 && f->policy.store_count == 0,
	    "%s: nothing is left", name);
	policy_clear(&f->policy);
	scratch_close(&f->dir);
}

static void
loads(struct folder *f, const char *name)
{
	is_reason(load(f), REASON_NONE, "%s: %s: %s", name, f->err.file, f->err.text);
	policy_clear(&f->policy);
	scratch_close(&f->dir);
}

/* The policy loads; ca:a does not, for `reason`, and its words name `file`. Ends the folder. */
static void
store_broken(struct folder *f, enum reason reason, const char *file, const char *name)
{
	if (is_reason(load(f), REASON_NONE, "%s: the policy loads: %s: %s", name,
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
refused_text(const char *text, enum reason reason, const char *pointer, const char *name)
{
	struct folder f;

	begin(&f);
	put_document(&f, text);
	is_reason(load(&f), reason, "%s: %s", name, f.err.text);
	is_str(str_of(f.err.file), scratch_at(&f.dir, DOCUMENT), "%s: the file", name);
	is_str(str_of(f.err.pointer), pointer, "%s: the place", name);
	policy_clear(&f.policy);
	put_document(&f, GOOD);
	loads(&f, name);
}

#define AT "/trustPolicies/0"
#define VERIFY(v)                                                                        \
	DOC("{'name':'s','registryScopes':['r.io/a'],'signatureVerification':{" v "},"   \
	    "'trustStores':['ca:a'],'trustedIdentities':['*']}")
#define OVERRIDE(o) VERIFY("'level':'strict','override':{" o "}")
#define IDS(i)                                                                           \
	DOC("{'name':'s','registryScopes':['r.io/a'],'signatureVerification':"           \
	    "{'level':'strict'},'trustStores':['ca:a'],'trustedIdentities':[" i "]}")
#define DN "x509.subject:C=US,ST=WA,O=Example"
#define TRUST ",'trustStores':['ca:a'],'trustedIdentities':['*']"
#define GLOBAL(name, level, more)                                                        \
	"{'name':'" name                                                                 \
	"','globalPolicy':true,'signatureVerification':{'level':'" level "'}" more "}"

struct row {
	const char *text;
	enum reason reason;
	const char *pointer, *name;
};

static const struct row both[] = {
	{ "{'version':'1.0'", REASON_JSON_SYNTAX, "", "bad_Y01_truncated" },
	{ "version: '1.0'\n", REASON_JSON_SYNTAX, "", "bad_Y01_not_json" },
	{ "", REASON_JSON_TYPE, "", "bad_Y01_empty_file" },
	{ "{'version':'1.0','version':'1.0'}", REASON_JSON_DUPLICATE_KEY, "",
	    "bad_Y01_duplicate_key" },
	{ GOOD GOOD, REASON_JSON_TRAILING_DATA, "", "bad_Y01_trailing_data" },
	{ "\xef\xbb\xbf" GOOD, REASON_JSON_ENCODING, "", "bad_Y01_byte_order_mark" },
	{ "{'version':'1.0','trustPolicies':[],'x':1}", REASON_JSON_UNKNOWN_MEMBER, "/x",
	    "bad_Y01_unknown_member" },
	{ VERIFY("'level':'strict','Override':{}"), REASON_JSON_CASE_ALIAS,
	    AT "/signatureVerification/Override", "bad_Y01_case_alias" },
	/* U+017F folds to s as encoding/json of Go folds. */
	{ "{'ver\xc5\xbfion':'1.0'}", REASON_JSON_CASE_ALIAS, "/ver\xc5\xbfion",
	    "bad_Y01_case_alias_long_s" },
	{ "{'version':'2.0','trustPolicies':[]}", REASON_POLICY_VERSION, "/version",
	    "bad_Y01_unknown_version" },
	{ DOC(""), REASON_POLICY_EMPTY, "/trustPolicies", "bad_Y02_no_statement" },
	{ DOC(STATEMENT("s", "'r.io/a'") "," STATEMENT("s", "'r.io/b'")),
	    REASON_POLICY_DUP_NAME, "/trustPolicies/1/name", "bad_Y02_same_name" },
	{ VERIFY("'level':'lax'"), REASON_POLICY_LEVEL, AT "/signatureVerification/level",
	    "bad_Y03_unknown_level" },
	{ OVERRIDE("'expiry':'ignore'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/expiry", "bad_Y03_unknown_action" },
	{ OVERRIDE("'colour':'log'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/colour", "bad_Y03_unknown_check" },
	{ OVERRIDE("'integrity':'log'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/integrity",
	    "bad_Y03_integrity_overridden" },
	{ DOC("{'name':'s','registryScopes':['r.io/a'],'signatureVerification':"
	      "{'level':'skip','override':{'expiry':'log'}}}"),
	    REASON_POLICY_OVERRIDE, AT "/signatureVerification/override",
	    "bad_Y03_skip_customised" },
	{ IDS("'" DN "','*'"), REASON_POLICY_IDENTITY_WILDCARD, AT "/trustedIdentities/1",
	    "bad_Y04_wildcard_beside_identity" },
	{ IDS("'" DN "','" DN ",CN=a'"), REASON_POLICY_IDENTITY_OVERLAP,
	    AT "/trustedIdentities/1", "bad_Y04_overlap" },
	{ IDS("''"), REASON_POLICY_IDENTITY, AT "/trustedIdentities/0",
	    "bad_Y04_empty_identity" },
	{ IDS(""), REASON_POLICY_MISSING_TRUST, AT "/trustedIdentities",
	    "bad_Y04_no_identity" },
	{ IDS("'" DN ",CN=#0c01'"), REASON_POLICY_IDENTITY, AT "/trustedIdentities/0",
	    "bad_Y04_hex_value" },
};

static const struct row for_images[] = {
	{ DOC(STATEMENT("s", "'r.io/a'") "," STATEMENT("t", "'r.io/b','r.io/a'")),
	    REASON_POLICY_SCOPE, "/trustPolicies/1/registryScopes/1",
	    "bad_Y02_same_scope" },
	{ DOC(STATEMENT("s", "'*'") "," STATEMENT("t", "'*'")), REASON_POLICY_SCOPE,
	    "/trustPolicies/1/registryScopes/0", "bad_Y02_two_wildcards" },
	{ DOC(STATEMENT("s", "'*','r.io/a'")), REASON_POLICY_SCOPE,
	    AT "/registryScopes/0", "bad_Y02_wildcard_beside_scope" },
	{ DOC("{'globalPolicy':true}"), REASON_JSON_UNKNOWN_MEMBER, AT "/globalPolicy",
	    "bad_Y01_global_policy_for_images" },
	{ DOC(STATEMENT("s", "'r.io/*'")), REASON_POLICY_SCOPE, AT "/registryScopes/0",
	    "bad_Y09_glob_in_scope" },
	{ DOC(STATEMENT("s", "'(a+)+$'")), REASON_POLICY_SCOPE, AT "/registryScopes/0",
	    "bad_Y09_regular_expression" },
};

static const struct row for_files[] = {
	{ DOC("{'registryScopes': []}"), REASON_JSON_UNKNOWN_MEMBER, AT "/registryScopes",
	    "bad_Y01_scopes_for_files" },
	{ DOC(GLOBAL("s", "strict", TRUST) "," GLOBAL("t", "strict", TRUST)),
	    REASON_POLICY_GLOBAL, "/trustPolicies/1/globalPolicy",
	    "bad_Y02_two_global_statements" },
	{ DOC(GLOBAL("s", "skip", "")), REASON_POLICY_GLOBAL_SKIP, AT "/globalPolicy",
	    "bad_Y03_global_skip" },
};

static void
refused_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		refused_text(rows[i].text, rows[i].reason, rows[i].pointer, rows[i].name);
}

static void
test_documents(void)
{
	refused_rows(both, COUNT(both));
	if (kind == POLICY_OCI)
		refused_rows(for_images, COUNT(for_images));
	else
		refused_rows(for_files, COUNT(for_files));
}

static void
test_sizes(void)
{
	struct folder f;
	struct buf b;

	/* Blanks count: the bound is on the file. */
	buf_init(&b, (size_t)1 << 21);
	for (size_t i = 0; i < POLICY_BYTES_MOST + 1; i++)
		buf_u8(&b, ' ');
	memcpy(b.ptr, "{\"version\":\"1.0\"}", 17);
	begin(&f);
	scratch_put(&f.dir, DOCUMENT, buf_bytes(&b));
	refused(&f, REASON_FILE_TOO_LARGE, DOCUMENT, "bad_Y01_over_1_mib");
	begin(&f);
	b.len--;
	scratch_put(&f.dir, DOCUMENT, buf_bytes(&b));
	is_reason(load(&f), REASON_POLICY_EMPTY, "bad_Y01_over_1_mib: 1 MiB is read");
	scratch_close(&f.dir);
	if (kind == POLICY_BLOB) {
		buf_clear(&b);
		return;
	}
	/* A scope that a backtracking matcher would try in 2^n ways. */
	buf_reset(&b);
	buf_text(&b,
	    "{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"s\",\"trustStores\":"
	    "[\"ca:a\"],\"trustedIdentities\":[\"*\"],\"signatureVerification\":"
	    "{\"level\":\"strict\"},\"registryScopes\":[\"r.io/a");
	for (size_t i = 0; i < 200000; i++)
		buf_text(&b, "-a");
	buf_text(&b, "!\"]}]}");
	begin(&f);
	scratch_put(&f.dir, DOCUMENT, buf_bytes(&b));
	refused(&f, REASON_POLICY_SCOPE, DOCUMENT, "bad_Y09_long_scope");
	buf_clear(&b);
}

static void
test_no_match(void)
{
	struct folder f;

	begin(&f);
	is_reason(load(&f), REASON_NONE, "bad_Y05_no_statement: loads");
	if (kind == POLICY_BLOB) {
		ok(policy_select_blob(&f.policy, STR("t")) == NULL &&
			policy_select_blob(&f.policy, STR_NONE) == NULL,
		    "bad_Y05_no_statement");
		ok(policy_select_blob(&f.policy, STR("s")) != NULL,
		    "bad_Y05_no_statement: sibling");
	} else {
		ok(policy_select(&f.policy, STR("r.io/b")) == NULL,
		    "bad_Y05_no_statement");
		ok(policy_select(&f.policy, STR("r.io/a")) != NULL,
		    "bad_Y05_no_statement: sibling");
	}
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

/* Files of the folder: which counts, which must not be there. */
static void
test_folder(void)
{
	static const char *const ignored[] = { "waivers.yaml", "keys",
		"trusted_root.json" };
	struct folder f;
	char rel[64];

	begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	refused(&f, REASON_POLICY_NOT_FOUND, "o/p/q", "no document");
	begin(&f);
	scratch_remove(&f.dir, "o/p/q");
	refused(&f, REASON_POLICY_NOT_FOUND, "o/p/q", "no folder");
	begin(&f);
	scratch_put(&f.dir, P "policy.yaml", BYTES_LIT("version: 1\n"));
	refused(&f, REASON_POLICY_UNSUPPORTED_FILE, P "policy.yaml", "policy.yaml");
	for (size_t i = 0; i < COUNT(ignored); i++) {
		begin(&f);
		snprintf(rel, sizeof(rel), P "%s", ignored[i]);
		scratch_put(&f.dir, rel, BYTES_LIT("x"));
		is_reason(load(&f), REASON_NONE, "%s: loads", ignored[i]);
		ok(f.policy.warning_count == 1 &&
			f.policy.warnings[0].reason == REASON_POLICY_IGNORED_FILE &&
			str_starts(f.policy.warnings[0].detail, str_of(ignored[i])),
		    "%s: a warning", ignored[i]);
		policy_clear(&f.policy);
		scratch_close(&f.dir);
	}
	begin(&f);
	is_reason(load(&f), REASON_NONE, "one document");
	is_u64(f.policy.warning_count, 0, "no warning");
	is_str(f.policy.folder, scratch_at(&f.dir, "o/p/q"), "folder");
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

/* Files that another part of the program reads. */
static void
test_other_files(void)
{
	const char *const known[] = { "crl/a", "ocsp/a",
		kind == POLICY_BLOB ? "trustpolicy.json" : "trustpolicy.blob.json" };
	struct folder f;
	char rel[64];

	begin(&f);
	for (size_t i = 0; i < COUNT(known); i++) {
		snprintf(rel, sizeof(rel), P "%s", known[i]);
		scratch_put(&f.dir, rel, BYTES_LIT("x"));
	}
	is_reason(load(&f), REASON_NONE, "what other parts read: loads");
	is_u64(f.policy.warning_count, 0, "what other parts read: no warning");
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

static void
test_two_documents(void)
{
	struct folder f;

	begin(&f);
	scratch_json(&f.dir, P "trustpolicy.oci.json", DOC(STATEMENT("oci", "'*'")));
	is_reason(load(&f), REASON_NONE, "two documents");
	is_str(f.policy.doc.name, "trustpolicy.oci.json", "the first counts");
	is_str(
	    f.policy.doc.path, scratch_at(&f.dir, P "trustpolicy.oci.json"), "its path");
	is_str(f.policy.statements[0].name, "oci", "its statement");
	ok(f.policy.warning_count == 1 &&
		f.policy.warnings[0].reason == REASON_POLICY_IGNORED_FILE,
	    "a warning");
	policy_clear(&f.policy);
	scratch_put(&f.dir, P "trustpolicy.oci.json", BYTES_LIT("{"));
	refused(&f, REASON_JSON_SYNTAX, P "trustpolicy.oci.json",
	    "a broken first one is no absent one");
}

static void
refused_mode(const char *rel, unsigned mode, const char *name)
{
	struct folder f;

	begin(&f);
	scratch_mode(&f.dir, rel, mode);
	is_reason(load_at(&f, "o/p/q", true), REASON_NONE,
	    "%s: --insecure-permissions: %s", name, f.err.text);
	ok(f.policy.warning_count == 1 &&
		f.policy.warnings[0].reason == REASON_HOST_INSECURE_PERMISSIONS,
	    "%s: and is recorded", name);
	policy_clear(&f.policy);
	refused(&f, REASON_FILE_PERMISSIONS, rel, name);
}

static void
loads_mode(const char *rel, unsigned mode, const char *name)
{
	struct folder f;

	begin(&f);
	scratch_mode(&f.dir, rel, mode);
	loads(&f, name);
}

static void
refused_owner(const char *rel, const char *name)
{
	struct folder f;

	if (geteuid() != 0) {
		tap_skip("%s: only root can give files away", name);
		return;
	}
	begin(&f);
	ok(lchown(scratch_at(&f.dir, rel), 12345, 12345) == 0, "%s: given away", name);
	refused(&f, REASON_FILE_PERMISSIONS, rel, name);
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

	begin(&f);
	scratch_put(&f.dir, STORE "/a.pem", BYTES_LIT("garbage"));
	scratch_mode(&f.dir, STORE "/root.pem", 0666);
	refused(&f, REASON_FILE_PERMISSIONS, STORE "/root.pem",
	    "bad_K02_behind_a_broken_file");
}

static void
test_links(void)
{
	struct folder f;

	begin(&f);
	scratch_json(&f.dir, P "real.json", GOOD);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_link(&f.dir, DOCUMENT, "real.json");
	refused(&f, REASON_FILE_SYMLINK, DOCUMENT, "bad_Y07_symlink");
	begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_link(&f.dir, FIRST, "nowhere");
	refused(&f, REASON_FILE_SYMLINK, FIRST, "bad_Y07_dangling_symlink");
	begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_folder(&f.dir, FIRST);
	refused(&f, REASON_FILE_TYPE, FIRST, "bad_Y07_folder");
	begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	scratch_fifo(&f.dir, FIRST);
	refused(&f, REASON_FILE_TYPE, FIRST, "bad_Y07_fifo");
	begin(&f);
	scratch_link(&f.dir, "o/p/link", "q");
	is_reason(load_at(&f, "o/p/link", false), REASON_FILE_SYMLINK,
	    "bad_Y07_folder_is_a_link");
	is_reason(load_at(&f, "o/p/link/", false), REASON_FILE_SYMLINK,
	    "bad_Y07_folder_is_a_link: with a slash behind it");
	is_reason(
	    load_at(&f, DOCUMENT, false), REASON_FILE_TYPE, "bad_Y07_folder_is_a_file");
	loads(&f, "bad_Y07_folder_is_a_link: the folder itself");
}

/* A link on the way is fine if nobody else can turn it, and the way it leads is checked too. */
static void
test_links_on_the_way(void)
{
	struct folder f;

	begin(&f);
	scratch_link(&f.dir, "other/link", "../o/p");
	is_reason(
	    load_at(&f, "other/link/q", false), REASON_NONE, "bad_Y06_link: is followed");
	policy_clear(&f.policy);
	scratch_mode(&f.dir, "other", 0777);
	is_reason(load_at(&f, "other/link/q", false), REASON_FILE_PERMISSIONS,
	    "bad_Y06_link_in_writable_folder");
	is_str(
	    str_of(f.err.file), scratch_at(&f.dir, "other"), "and that folder is named");
	scratch_mode(&f.dir, "other", 0755);
	scratch_mode(&f.dir, "o/p", 0777);
	is_reason(load_at(&f, "other/link/q", false), REASON_FILE_PERMISSIONS,
	    "bad_Y06_link_to_writable_folder");
	is_str(str_of(f.err.file), scratch_at(&f.dir, "o/p"), "and that folder is named");
	scratch_mode(&f.dir, "o/p", 0755);
	if (geteuid() != 0) {
		tap_skip("bad_Y06_link_of_other_user: only root can give links away");
	} else {
		ok(lchown(scratch_at(&f.dir, "other/link"), 12345, 12345) == 0,
		    "given away");
		is_reason(load_at(&f, "other/link/q", false), REASON_FILE_PERMISSIONS,
		    "bad_Y06_link_of_other_user");
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

	begin(&f);
	is_reason(load(&f), REASON_NONE, "bad_Y08_changed_later: loads");
	put_document(&f, DOC(STATEMENT("other", "'*'")));
	scratch_remove(&f.dir, STORE);
	arena_init(&mem, 0);
	text = quoted(&mem, kind == POLICY_BLOB ? without_scopes(&mem, GOOD).ptr : GOOD);
	is_bytes(f.policy.doc.text, str_bytes(text),
	    "bad_Y08_changed_later: the text that was read stays");
	hasher_of(hasher, DIGEST_SHA256, str_bytes(text), &want);
	ok(digest_equal(&f.policy.doc.digest, &want),
	    "bad_Y08_changed_later: with its digest");
	is_u64(policy_anchors(&f.policy, &f.policy.statements[0], STORE_CA, NULL).count,
	    1, "bad_Y08_changed_later: and its anchors");
	ok(policy_select(&f.policy, STR("r.io/b")) == NULL,
	    "bad_Y08_changed_later: and scopes");
	arena_clear(&mem);
	policy_clear(&f.policy);
	is_reason(load(&f), REASON_NONE, "bad_Y08_changed_later: read again");
	ok(!digest_equal(&f.policy.doc.digest, &want),
	    "bad_Y08_changed_later: another digest");
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

static void
test_store_folder(void)
{
	struct folder f;

	begin(&f);
	loads(&f, "bad_K01: sibling");
	begin(&f);
	scratch_remove(&f.dir, STORE);
	store_broken(&f, REASON_TRUSTSTORE_NOT_FOUND, "x509/ca/a", "bad_K01_missing");
	begin(&f);
	scratch_remove(&f.dir, P "truststore");
	store_broken(
	    &f, REASON_TRUSTSTORE_NOT_FOUND, "truststore", "bad_K01_no_truststore");
	begin(&f);
	scratch_remove(&f.dir, STORE "/root.pem");
	store_broken(&f, REASON_TRUSTSTORE_EMPTY, "x509/ca/a", "bad_K01_empty");
	begin(&f);
	scratch_remove(&f.dir, STORE);
	scratch_copy(&f.dir, P "real/root.pem", "certs/anchors/root.pem");
	scratch_link(&f.dir, STORE, "../../../real");
	store_broken(&f, REASON_TRUSTSTORE_NOT_DIR, "x509/ca/a", "bad_K01_symlink");
	begin(&f);
	scratch_remove(&f.dir, STORE);
	scratch_copy(&f.dir, STORE, "certs/anchors/root.pem");
	store_broken(&f, REASON_TRUSTSTORE_NOT_DIR, "x509/ca/a", "bad_K01_file");
	begin(&f);
	scratch_link(&f.dir, STORE "/two.pem", "root.pem");
	store_broken(&f, REASON_TRUSTSTORE_ENTRY, "two.pem", "bad_K01_holds_symlink");
	begin(&f);
	scratch_folder(&f.dir, STORE "/folder");
	store_broken(&f, REASON_TRUSTSTORE_ENTRY, "folder", "bad_K01_holds_folder");
	begin(&f);
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

		begin(&f);
		snprintf(rel, sizeof(rel), STORE "/z-%s", rows[i].file);
		snprintf(fixture, sizeof(fixture), "certs/anchors/%s", rows[i].file);
		scratch_copy(&f.dir, rel, fixture);
		if (rows[i].reason != REASON_NONE) {
			store_broken(&f, rows[i].reason, rows[i].file, rows[i].name);
			continue;
		}
		is_reason(load(&f), REASON_NONE, "%s", rows[i].name);
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

		begin(&f);
		put_document(&f,
		    "{'version':'1.0','trustPolicies':[{'name':'s','registryScopes':['*'],"
		    "'signatureVerification':{'level':'strict'},'trustStores':['tsa:a','ca:a'],"
		    "'trustedIdentities':['*']}]}");
		scratch_copy(
		    &f.dir, P "truststore/x509/tsa/a/a.pem", "certs/anchors/root.pem");
		is_reason(load(&f), REASON_NONE, "bad_K04_tsa: loads");
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

	begin(&f);
	scratch_copy(&f.dir, STORE "/again.der", "certs/anchors/root.der");
	scratch_copy(&f.dir, STORE "/expired.pem", "certs/anchors/expired.pem");
	is_reason(load(&f), REASON_NONE, "bad_K05_twice_and_expired: loads");
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

	begin(&f);
	for (unsigned i = 1; i < 1000; i++) {
		snprintf(rel, sizeof(rel), STORE "/%u", i);
		scratch_put(&f.dir, rel, root);
	}
	is_reason(load(&f), REASON_NONE, "bad_K06_files: 1000 are fine");
	is_reason(f.policy.stores[0].reason, REASON_NONE, "bad_K06_files: and load");
	policy_clear(&f.policy);
	scratch_put(&f.dir, STORE "/1000", root);
	refused(&f, REASON_TRUSTSTORE_LIMIT, STORE, "bad_K06_files");
	buf_init(&b, (size_t)1 << 21);
	for (unsigned i = 0; i < 999; i++)
		buf_add(&b, root);
	begin(&f);
	scratch_put(&f.dir, STORE "/all.der", buf_bytes(&b));
	loads(&f, "bad_K06_certificates: 1000 are fine");
	buf_add(&b, root);
	begin(&f);
	scratch_put(&f.dir, STORE "/all.der", buf_bytes(&b));
	refused(&f, REASON_TRUSTSTORE_LIMIT, STORE "/root.pem", "bad_K06_certificates");
	while (b.len <= (size_t)1 << 20)
		buf_u8(&b, '\n');
	begin(&f);
	scratch_put(&f.dir, STORE "/large", buf_bytes(&b));
	refused(&f, REASON_TRUSTSTORE_LIMIT, STORE "/large", "bad_K06_file_over_1_mib");
	buf_clear(&b);
	refused_text(
	    "{'version':'1.0','trustPolicies':[{'name':'s','registryScopes':['*'],"
	    "'signatureVerification':{'level':'strict'},'trustStores':['ca:..'],"
	    "'trustedIdentities':['*']}]}",
	    REASON_POLICY_STORE, AT "/trustStores/0", "bad_K06_name_with_dots");
	refused_text(
	    "{'version':'1.0','trustPolicies':[{'name':'s','registryScopes':['*'],"
	    "'signatureVerification':{'level':'strict'},'trustStores':"
	    "['ca:a','ca:../ca/a'],'trustedIdentities':['*']}]}",
	    REASON_POLICY_STORE, AT "/trustStores/1", "bad_K06_name_with_path");
}

static void
test_all(void)
{
	test_documents();
	test_sizes();
	test_no_match();
	test_folder();
	test_other_files();
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
	ossl_process_init();
	lib = ossl_new();
	umask(022);
	test_all();
	test_two_documents();
	kind = POLICY_BLOB;
	tap_note("the same for trustpolicy.blob.json");
	test_all();
	ossl_free(lib);
	return tap_done();
}
