/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Defects of policy documents: rows Y01 to Y09 of the catalogue of bad inputs, but for what
 * is wrong with files (bad_policyfiles.c); for images, then for files.
 * Each test begins with a folder that loads, breaks one thing, and sees that thing named; the
 * folder with nothing broken is the sibling that passes.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "tests/lib/folder.h"
#include "tests/lib/picked.h"
#include "tests/lib/tap.h"

static void
refused_text(const char *text, enum reason reason, const char *pointer, const char *name)
{
	struct folder f;

	folder_begin(&f);
	folder_put(&f, text);
	is_reason(folder_load(&f), reason, "%s: %s", name, f.err.text);
	is_str(str_of(f.err.file), scratch_at(&f.dir, DOCUMENT), "%s: the file", name);
	is_str(str_of(f.err.pointer), pointer, "%s: the place", name);
	policy_clear(&f.policy);
	folder_put(&f, GOOD);
	folder_loads(&f, name);
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
	if (folder_kind == POLICY_OCI)
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
	folder_begin(&f);
	scratch_put(&f.dir, DOCUMENT, buf_bytes(&b));
	folder_refused(&f, REASON_FILE_TOO_LARGE, DOCUMENT, "bad_Y01_over_1_mib");
	folder_begin(&f);
	b.len--;
	scratch_put(&f.dir, DOCUMENT, buf_bytes(&b));
	is_reason(
	    folder_load(&f), REASON_POLICY_EMPTY, "bad_Y01_over_1_mib: 1 MiB is read");
	scratch_close(&f.dir);
	if (folder_kind == POLICY_BLOB) {
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
	folder_begin(&f);
	scratch_put(&f.dir, DOCUMENT, buf_bytes(&b));
	folder_refused(&f, REASON_POLICY_SCOPE, DOCUMENT, "bad_Y09_long_scope");
	buf_clear(&b);
}

static void
test_no_match(void)
{
	struct folder f;

	folder_begin(&f);
	is_reason(folder_load(&f), REASON_NONE, "bad_Y05_no_statement: loads");
	if (folder_kind == POLICY_BLOB) {
		ok(policy_select_blob(&f.policy, STR("t")) == NULL &&
			policy_select_blob(&f.policy, STR_NONE) == NULL,
		    "bad_Y05_no_statement");
		ok(policy_select_blob(&f.policy, STR("s")) != NULL,
		    "bad_Y05_no_statement: sibling");
	} else {
		ok(picked(&f.policy, STR("r.io/b")) == NULL,
		    "bad_Y05_no_statement");
		ok(picked(&f.policy, STR("r.io/a")) != NULL,
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

	folder_begin(&f);
	scratch_remove(&f.dir, DOCUMENT);
	folder_refused(&f, REASON_POLICY_NOT_FOUND, "o/p/q", "no document");
	folder_begin(&f);
	scratch_remove(&f.dir, "o/p/q");
	folder_refused(&f, REASON_POLICY_NOT_FOUND, "o/p/q", "no folder");
	folder_begin(&f);
	scratch_put(&f.dir, P "policy.yaml", BYTES_LIT("version: 1\n"));
	folder_refused(
	    &f, REASON_POLICY_UNSUPPORTED_FILE, P "policy.yaml", "policy.yaml");
	for (size_t i = 0; i < COUNT(ignored); i++) {
		folder_begin(&f);
		snprintf(rel, sizeof(rel), P "%s", ignored[i]);
		scratch_put(&f.dir, rel, BYTES_LIT("x"));
		is_reason(folder_load(&f), REASON_NONE, "%s: loads", ignored[i]);
		ok(f.policy.warning_count == 1 &&
			f.policy.warnings[0].reason == REASON_POLICY_IGNORED_FILE &&
			str_starts(f.policy.warnings[0].detail, str_of(ignored[i])),
		    "%s: a warning", ignored[i]);
		policy_clear(&f.policy);
		scratch_close(&f.dir);
	}
	folder_begin(&f);
	is_reason(folder_load(&f), REASON_NONE, "one document");
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
		folder_kind == POLICY_BLOB ? "trustpolicy.json"
					   : "trustpolicy.blob.json" };
	struct folder f;
	char rel[64];

	folder_begin(&f);
	for (size_t i = 0; i < COUNT(known); i++) {
		snprintf(rel, sizeof(rel), P "%s", known[i]);
		scratch_put(&f.dir, rel, BYTES_LIT("x"));
	}
	is_reason(folder_load(&f), REASON_NONE, "what other parts read: loads");
	is_u64(f.policy.warning_count, 0, "what other parts read: no warning");
	policy_clear(&f.policy);
	scratch_close(&f.dir);
}

static void
test_two_documents(void)
{
	struct folder f;

	folder_begin(&f);
	scratch_json(&f.dir, P "trustpolicy.oci.json", DOC(STATEMENT("oci", "'*'")));
	is_reason(folder_load(&f), REASON_NONE, "two documents");
	is_str(f.policy.doc.name, "trustpolicy.oci.json", "the first counts");
	is_str(
	    f.policy.doc.path, scratch_at(&f.dir, P "trustpolicy.oci.json"), "its path");
	is_str(f.policy.statements[0].name, "oci", "its statement");
	ok(f.policy.warning_count == 1 &&
		f.policy.warnings[0].reason == REASON_POLICY_IGNORED_FILE,
	    "a warning");
	policy_clear(&f.policy);
	scratch_put(&f.dir, P "trustpolicy.oci.json", BYTES_LIT("{"));
	folder_refused(&f, REASON_JSON_SYNTAX, P "trustpolicy.oci.json",
	    "a broken first one is no absent one");
}

/* A name of a store is no path. */
static void
test_store_names(void)
{
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
	test_store_names();
}

int
main(void)
{
	folder_library();
	umask(022);
	test_all();
	test_two_documents();
	folder_kind = POLICY_BLOB;
	tap_note("the same for trustpolicy.blob.json");
	test_all();
	folder_library_end();
	return tap_done();
}
