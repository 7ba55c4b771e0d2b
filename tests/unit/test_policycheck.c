/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy folder examined as a whole. Each test begins with a folder of which nothing is to be
 * said, changes one thing, and sees all that is said then: the first test is the sibling of all.
 */
#include "trust/policycheck.h"

#include <stdio.h>
#include <sys/stat.h>

#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define NAME(n) "'name':'" n "'"
#define SCOPES(s) ",'registryScopes':[" s "]"
#define LEVEL(l) ",'signatureVerification':{'level':'" l "'}"
#define VERIFY(v) ",'signatureVerification':{" v "}"
#define STORES(s) ",'trustStores':[" s "]"
#define IDS(i) ",'trustedIdentities':[" i "]"
#define DN "x509.subject:C=US,ST=WA,O=Example"
#define TRUST STORES("'ca:a','tsa:t'") IDS("'" DN "'")
#define DOC(list) "{'version':'1.0','trustPolicies':[" list "]}"
#define ONE(members) DOC("{" members "}")
#define HEAD NAME("s") SCOPES("'r.io/a'")
#define GOOD ONE(HEAD LEVEL("strict") TRUST)
#define AT "/trustPolicies/0"

#define CA "truststore/x509/ca/a"
#define TSA "truststore/x509/tsa/t"

struct bench {
	struct ossl *lib;
	struct forge *forge;
	struct bytes ca, tsa, ca_crl, tsa_crl;
	EVP_PKEY *ca_key, *tsa_key;
	/* of the test at hand */
	struct scratch dir;
	struct policycheck_options options;
	struct policycheck check;
};

struct expect {
	bool fault;
	enum reason reason;
	const char *file; /* below the folder; "" is the folder itself */
	const char *pointer;
};
enum { WARNING, FAULT };

static void
begin(struct bench *b)
{
	scratch_open(&b->dir);
	scratch_json(&b->dir, "trustpolicy.json", GOOD);
	scratch_put(&b->dir, CA "/root.der", b->ca);
	scratch_put(&b->dir, TSA "/root.der", b->tsa);
	scratch_put(&b->dir, "crl/ca.crl", b->ca_crl);
	scratch_put(&b->dir, "crl/tsa.crl", b->tsa_crl);
	b->options = (struct policycheck_options){ .warn_days = 30 };
	when_parse(&b->options.at, STR("2026-06-01T00:00:00Z"));
}

static bool
fits(const struct bench *b, const struct policycheck_item *item, const struct expect *e)
{
	char path[4400];

	snprintf(path, sizeof(path), e->file[0] == '\0' ? "%s%s" : "%s/%s", b->dir.path,
	    e->file);
	return item->fault == e->fault && item->reason == e->reason &&
	       str_is(item->file, path) && str_is(item->pointer, e->pointer) &&
	       item->text.len != 0;
}

/* All items and no other, in order; faults come first. Ends the test. */
static void
said(struct bench *b, const struct expect *want, size_t count, const char *name)
{
	const struct policycheck *c = &b->check;
	size_t faults = 0;

	policycheck_run(&b->check, b->dir.path, b->lib, &b->options);
	is_u64(c->items.n, count, "%s: items", name);
	for (size_t i = 0; i < c->items.n; i++) {
		const struct policycheck_item *item = &c->items.v[i];

		faults += item->fault;
		ok(i < count && fits(b, item, &want[i]), "%s: %s %s %.*s %.*s: %.*s",
		    name, item->fault ? "fault" : "warning", reason_code(item->reason),
		    STR_ARG(item->file), STR_ARG(item->pointer), STR_ARG(item->text));
	}
	ok(c->fault_count == faults && c->warning_count == c->items.n - faults &&
		!c->more,
	    "%s: counts", name);
	policycheck_clear(&b->check);
	scratch_close(&b->dir);
}

#define SAID(b, name, ...)                                                               \
	do {                                                                             \
		const struct expect want_[] = { __VA_ARGS__ };                           \
		said(b, want_, COUNT(want_), name);                                      \
	} while (0)

static void
test_nothing(struct bench *b)
{
	begin(b);
	policycheck_run(&b->check, b->dir.path, b->lib, &b->options);
	ok(b->check.found[POLICY_OCI] && b->check.sound[POLICY_OCI] &&
		!b->check.found[POLICY_BLOB],
	    "one document");
	is_u64(b->check.store_count, 2, "two stores");
	is_u64(b->check.stores[1].count, 1, "with an anchor");
	ok(b->check.has_revdata && b->check.revdata.file_count == 2, "two lists");
	ok(b->check.docs[POLICY_OCI].statements[0].stores[0].store->reason == REASON_NONE,
	    "the statement sees its store loaded");
	policycheck_clear(&b->check);
	said(b, NULL, 0, "a good folder");
	/* The same policy for files. */
	begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    ONE(NAME("s") ",'globalPolicy':true" LEVEL("strict") TRUST));
	said(b, NULL, 0, "a good folder with two documents");
	begin(b);
	scratch_remove(&b->dir, "trustpolicy.json");
	scratch_json(
	    &b->dir, "trustpolicy.blob.json", ONE(NAME("s") LEVEL("strict") TRUST));
	said(b, NULL, 0, "a good folder for files alone");
}

/* --- warnings --- */

static void
document(struct bench *b, const char *text)
{
	begin(b);
	scratch_json(&b->dir, "trustpolicy.json", text);
}

#define DOC_WARNS(b, name, text, reason, pointer)                                        \
	do {                                                                             \
		document(b, text);                                                       \
		SAID(b, name, { WARNING, reason, "trustpolicy.json", pointer });         \
	} while (0)

static void
test_statements(struct bench *b)
{
	DOC_WARNS(b, "* with skip",
	    DOC("{" HEAD LEVEL("strict") TRUST "},{" NAME("t") SCOPES("'*'")
		    LEVEL("skip") "}"),
	    REASON_POLICY_SKIP_ALL, "/trustPolicies/1/registryScopes/0");
	DOC_WARNS(b, "identity *",
	    ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t'") IDS("'*'")),
	    REASON_POLICY_ANY_IDENTITY, AT "/trustedIdentities/0");
	DOC_WARNS(b, "other prefix",
	    ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t'") IDS("'" DN "','x:y'")),
	    REASON_POLICY_UNUSABLE_IDENTITY, AT "/trustedIdentities/1");
	document(b, ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t'") IDS("'x:y'")));
	SAID(b, "no usable identity",
	    { WARNING, REASON_POLICY_UNUSABLE_IDENTITY, "trustpolicy.json",
		AT "/trustedIdentities/0" },
	    { WARNING, REASON_IDENTITY_NONE_USABLE, "trustpolicy.json",
		AT "/trustedIdentities" });
	document(b, ONE(HEAD LEVEL("strict") STORES("'ca:a'") IDS("'" DN "'")));
	SAID(b, "no tsa store", { WARNING, REASON_POLICY_UNUSED_STORE, TSA, "" },
	    { WARNING, REASON_POLICY_NO_TSA_STORE, "trustpolicy.json",
		AT "/trustStores" });
	document(b, ONE(HEAD LEVEL("permissive") STORES("'ca:a'") IDS("'" DN "'")));
	SAID(b, "no tsa store where time stamps are not enforced",
	    { WARNING, REASON_POLICY_UNUSED_STORE, TSA, "" });
	DOC_WARNS(b, "example scope",
	    ONE(NAME("s") SCOPES("'" POLICYCHECK_EXAMPLE_SCOPE "'") LEVEL("strict")
		    TRUST),
	    REASON_POLICY_EXAMPLE, AT "/registryScopes");
	DOC_WARNS(b, "example identity",
	    ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t'")
		    IDS("'" POLICYCHECK_EXAMPLE_IDENTITY "'")),
	    REASON_POLICY_EXAMPLE, AT "/trustedIdentities");
}

/* What is wrong with statements about images is wrong with those about files. */
static void
test_blob_statements(struct bench *b)
{
	begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    ONE(NAME("s") LEVEL("strict") STORES("'ca:a'") IDS("'*'")));
	SAID(b, "both documents are looked at",
	    { WARNING, REASON_POLICY_ANY_IDENTITY, "trustpolicy.blob.json",
		AT "/trustedIdentities/0" },
	    { WARNING, REASON_POLICY_NO_TSA_STORE, "trustpolicy.blob.json",
		AT "/trustStores" });
	begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    DOC("{" NAME("s") ",'globalPolicy':true" LEVEL("skip") "},{" NAME(
		"t") ",'globalPolicy':true" LEVEL("strict") TRUST "}"));
	SAID(b, "faults of the document for files",
	    { FAULT, REASON_POLICY_GLOBAL_SKIP, "trustpolicy.blob.json",
		AT "/globalPolicy" },
	    { FAULT, REASON_POLICY_GLOBAL, "trustpolicy.blob.json",
		"/trustPolicies/1/globalPolicy" });
	begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    DOC("{" NAME("t") ",'globalPolicy':true" LEVEL("strict") TRUST "},{" NAME("s")
		    ",'globalPolicy':true" LEVEL("skip") "}"));
	SAID(b, "two faults of one member",
	    { FAULT, REASON_POLICY_GLOBAL, "trustpolicy.blob.json",
		"/trustPolicies/1/globalPolicy" },
	    { FAULT, REASON_POLICY_GLOBAL_SKIP, "trustpolicy.blob.json",
		"/trustPolicies/1/globalPolicy" });
}

static void
test_authority(struct bench *b)
{
	document(b, ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t','signingAuthority:v'")
			    IDS("'" DN "'")));
	scratch_put(&b->dir, "truststore/x509/signingAuthority/v/r.der", b->tsa);
	SAID(b, "a signing authority beside a ca",
	    { WARNING, REASON_POLICY_SIGNING_AUTHORITY, "trustpolicy.json",
		AT "/trustStores" });
	document(b, ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t','signingAuthority:v'")
			    IDS("'" DN "'")));
	scratch_put(&b->dir, "truststore/x509/signingAuthority/v/r.der", b->ca);
	SAID(b, "the same anchor in both",
	    { WARNING, REASON_POLICY_SIGNING_AUTHORITY, "trustpolicy.json",
		AT "/trustStores" },
	    { WARNING, REASON_POLICY_SHARED_ANCHOR, "trustpolicy.json",
		AT "/trustStores" });
	document(
	    b, ONE(HEAD LEVEL("strict") STORES("'signingAuthority:v'") IDS("'" DN "'")));
	scratch_put(&b->dir, "truststore/x509/signingAuthority/v/r.der", b->ca);
	scratch_remove(&b->dir, CA);
	scratch_remove(&b->dir, TSA);
	said(b, NULL, 0, "a signing authority alone is meant");
}

static void
test_revocation(struct bench *b)
{
	begin(b);
	scratch_remove(&b->dir, "crl");
	SAID(b, "no revocation data",
	    { WARNING, REASON_POLICY_NO_REVOCATION_DATA, "trustpolicy.json",
		AT "/signatureVerification" },
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
	begin(b);
	scratch_remove(&b->dir, "crl");
	scratch_folder(&b->dir, "crl");
	scratch_json(&b->dir, "trustpolicy.json",
	    ONE(HEAD VERIFY("'level':'strict','override':{'revocation':'log'}") TRUST));
	SAID(b, "an empty folder, revocation is logged: the time stamp's is not",
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
	begin(b);
	scratch_remove(&b->dir, "crl");
	scratch_json(&b->dir, "trustpolicy.json", ONE(HEAD LEVEL("permissive") TRUST));
	said(b, NULL, 0, "no revocation data where nothing is enforced");
	begin(b);
	scratch_remove(&b->dir, "crl/tsa.crl");
	SAID(b, "no list of the time-stamping authority",
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
	/* The list of another issuer of another name does not help. */
	begin(b);
	scratch_put(&b->dir, "crl/tsa.crl", b->ca_crl);
	SAID(b, "another's list",
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
}

static struct bytes
list(struct bench *b, const char *from, const char *to)
{
	struct forge_crl spec = forge_crl_of(b->ca, b->ca_key);

	spec.this_update = from;
	spec.next_update = to;
	spec.no_next_update = to == NULL;
	return forge_crl(b->forge, &spec);
}

static struct bytes
response(struct bench *b, const char *from, const char *to)
{
	struct forge_ocsp_single single = { .serial = 7,
		.this_update = from,
		.next_update = to,
		.no_next_update = to == NULL };
	struct forge_ocsp spec = { .cert = b->ca,
		.issuer = b->ca,
		.issuer_key = b->ca_key,
		.singles = &single,
		.single_count = 1 };

	return forge_ocsp(b->forge, &spec);
}

static void
test_ages(struct bench *b)
{
	static const struct {
		const char *from, *to;
		enum reason crl, ocsp;
	} rows[] = {
		{ "2026-05-01T00:00:00Z", "2026-05-31T23:59:59Z", REASON_CRL_STALE,
		    REASON_OCSP_STALE },
		{ "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", REASON_NONE,
		    REASON_NONE },
		{ "2026-05-01T00:00:00Z", NULL, REASON_CRL_NO_NEXT_UPDATE,
		    REASON_OCSP_NO_NEXT_UPDATE },
		{ "2026-06-01T00:05:00Z", "2026-07-01T00:00:00Z", REASON_NONE,
		    REASON_NONE },
		{ "2026-06-01T00:05:01Z", "2026-07-01T00:00:00Z",
		    REASON_CRL_NOT_YET_VALID, REASON_OCSP_NOT_YET_VALID },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct expect want[] = {
			{ WARNING, rows[i].crl, "crl/ca.crl", "" },
			{ WARNING, rows[i].ocsp, "ocsp/a.der", "" },
		};
		size_t n = rows[i].crl == REASON_NONE ? 0 : 2;

		begin(b);
		scratch_put(&b->dir, "crl/ca.crl", list(b, rows[i].from, rows[i].to));
		scratch_put(&b->dir, "ocsp/a.der", response(b, rows[i].from, rows[i].to));
		said(b, want, n, rows[i].to == NULL ? "no nextUpdate" : rows[i].to);
	}
	begin(b);
	scratch_put(&b->dir, "crl/garbage", BYTES_LIT("garbage"));
	scratch_put(&b->dir, "ocsp/garbage", BYTES_LIT("garbage"));
	SAID(b, "files that give nothing",
	    { WARNING, REASON_CRL_MALFORMED, "crl/garbage", "" },
	    { WARNING, REASON_OCSP_MALFORMED, "ocsp/garbage", "" });
	begin(b);
	scratch_remove(&b->dir, "crl");
	scratch_put(&b->dir, "crl", BYTES_LIT("x"));
	SAID(b, "crl is a file", { FAULT, REASON_FILE_TYPE, "crl", "" });
}

static void
test_given_data(struct bench *b)
{
	struct revdata_options given = { .crl_dir = NULL };
	char path[4200];

	begin(b);
	snprintf(path, sizeof(path), "%s/other", b->dir.path);
	scratch_remove(&b->dir, "crl");
	scratch_put(&b->dir, "other/a.crl", b->ca_crl);
	scratch_put(&b->dir, "other/old.crl",
	    list(b, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
	scratch_put(&b->dir, "other/t.crl", b->tsa_crl);
	given.crl_dir = path;
	b->options.revdata = &given;
	SAID(b, "lists of another folder",
	    { WARNING, REASON_CRL_STALE, "other/old.crl", "" });
}

static void
test_anchor_ages(struct bench *b)
{
	static const struct {
		const char *at;
		unsigned days;
		enum reason reason;
	} rows[] = {
		{ "2119-12-01T00:00:00Z", 30, REASON_NONE },
		{ "2119-12-03T00:00:00Z", 30, REASON_TRUST_ANCHOR_EXPIRING },
		{ "2119-12-03T00:00:00Z", 28, REASON_NONE },
		{ "2119-12-31T23:59:59Z", 0, REASON_NONE },
		{ "2120-01-01T00:00:00Z", 30, REASON_TRUST_ANCHOR_EXPIRING },
		{ "2120-01-01T00:00:01Z", 30, REASON_TRUST_ANCHOR_EXPIRED },
		{ "2020-01-01T00:00:00Z", 30, REASON_NONE },
		{ "2019-12-31T23:59:59Z", 30, REASON_TRUST_ANCHOR_NOT_YET_VALID },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct expect want = { WARNING, rows[i].reason, CA "/root.pem", "" };

		document(
		    b, ONE(HEAD LEVEL("permissive") STORES("'ca:a'") IDS("'" DN "'")));
		scratch_remove(&b->dir, CA "/root.der");
		scratch_remove(&b->dir, TSA);
		scratch_remove(&b->dir, "crl");
		scratch_copy(&b->dir, CA "/root.pem", "certs/anchors/root.pem");
		when_parse(&b->options.at, str_of(rows[i].at));
		b->options.warn_days = rows[i].days;
		said(b, &want, rows[i].reason != REASON_NONE, rows[i].at);
	}
}

static void
test_files(struct bench *b)
{
	begin(b);
	scratch_json(&b->dir, "trustpolicy.oci.json", GOOD);
	scratch_put(&b->dir, "waivers.yaml", BYTES_LIT("x"));
	scratch_folder(&b->dir, "keys");
	SAID(b, "files that do not count",
	    { WARNING, REASON_POLICY_IGNORED_FILE, "waivers.yaml", "" },
	    { WARNING, REASON_POLICY_IGNORED_FILE, "keys", "" },
	    { WARNING, REASON_POLICY_IGNORED_FILE, "trustpolicy.json", "" });
	begin(b);
	scratch_put(&b->dir, "truststore/x509/ca/b/root.der", b->ca);
	scratch_folder(&b->dir, "truststore/x509/tsa/empty");
	SAID(b, "stores that nobody names",
	    { WARNING, REASON_POLICY_UNUSED_STORE, "truststore/x509/ca/b", "" },
	    { WARNING, REASON_POLICY_UNUSED_STORE, "truststore/x509/tsa/empty", "" });
	begin(b);
	scratch_put(&b->dir, "policy.yaml", BYTES_LIT("version: 1\n"));
	scratch_put(&b->dir, "policy.yml", BYTES_LIT("version: 1\n"));
	SAID(b, "files that must not be there",
	    { FAULT, REASON_POLICY_UNSUPPORTED_FILE, "policy.yaml", "" },
	    { FAULT, REASON_POLICY_UNSUPPORTED_FILE, "policy.yml", "" });
}

/* --- faults --- */

static void
test_many_faults(struct bench *b)
{
	document(b,
	    "{'version':'2','more':1,'trustPolicies':["
	    "{" NAME("s") SCOPES("'r.io/a','r.io/A',1") VERIFY(
		"'level':'lax','override':{'integrity':'log','x':'y','expiry':'skip'},"
		"'verifyTimestamp':'never','Level':'strict'")
		STORES("'ca:a','ca','x:y','tsa:..'")
		    IDS("'','*','" DN "','" DN
			",CN=a','x509.subject:C=US'") "},"
						      "{" NAME("s") SCOPES("'*','r.io/a'")
							  LEVEL("skip") TRUST
	    "},"
	    "7,"
	    "{'name':1" SCOPES("") ",'trustStores':'ca:a'}]}");
	SAID(b, "many faults in one document",
	    /* shape, then rules */
	    { FAULT, REASON_JSON_UNKNOWN_MEMBER, "trustpolicy.json", "/more" },
	    { FAULT, REASON_JSON_TYPE, "trustpolicy.json", AT "/registryScopes/2" },
	    { FAULT, REASON_JSON_CASE_ALIAS, "trustpolicy.json",
		AT "/signatureVerification/Level" },
	    { FAULT, REASON_JSON_TYPE, "trustpolicy.json", "/trustPolicies/2" },
	    { FAULT, REASON_JSON_TYPE, "trustpolicy.json", "/trustPolicies/3/name" },
	    { FAULT, REASON_JSON_TYPE, "trustpolicy.json",
		"/trustPolicies/3/trustStores" },
	    { FAULT, REASON_POLICY_VERSION, "trustpolicy.json", "/version" },
	    { FAULT, REASON_POLICY_LEVEL, "trustpolicy.json",
		AT "/signatureVerification/level" },
	    { FAULT, REASON_POLICY_OVERRIDE, "trustpolicy.json",
		AT "/signatureVerification/override/integrity" },
	    { FAULT, REASON_POLICY_OVERRIDE, "trustpolicy.json",
		AT "/signatureVerification/override/x" },
	    { FAULT, REASON_POLICY_OVERRIDE, "trustpolicy.json",
		AT "/signatureVerification/override/expiry" },
	    { FAULT, REASON_POLICY_TIMESTAMP, "trustpolicy.json",
		AT "/signatureVerification/verifyTimestamp" },
	    { FAULT, REASON_POLICY_STORE, "trustpolicy.json", AT "/trustStores/1" },
	    { FAULT, REASON_POLICY_STORE, "trustpolicy.json", AT "/trustStores/2" },
	    { FAULT, REASON_POLICY_STORE, "trustpolicy.json", AT "/trustStores/3" },
	    { FAULT, REASON_POLICY_IDENTITY_WILDCARD, "trustpolicy.json",
		AT "/trustedIdentities/1" },
	    { FAULT, REASON_POLICY_IDENTITY, "trustpolicy.json",
		AT "/trustedIdentities/0" },
	    { FAULT, REASON_POLICY_IDENTITY, "trustpolicy.json",
		AT "/trustedIdentities/4" },
	    { FAULT, REASON_POLICY_IDENTITY_OVERLAP, "trustpolicy.json",
		AT "/trustedIdentities/3" },
	    { FAULT, REASON_POLICY_DUP_NAME, "trustpolicy.json",
		"/trustPolicies/1/name" },
	    { FAULT, REASON_POLICY_SKIP_EXTRA, "trustpolicy.json",
		"/trustPolicies/1/trustStores" },
	    { FAULT, REASON_POLICY_LEVEL, "trustpolicy.json", "/trustPolicies/3" },
	    { FAULT, REASON_POLICY_SCOPE, "trustpolicy.json", AT "/registryScopes/1" },
	    { FAULT, REASON_POLICY_SCOPE, "trustpolicy.json",
		"/trustPolicies/1/registryScopes/0" },
	    { FAULT, REASON_POLICY_SCOPE, "trustpolicy.json",
		"/trustPolicies/3/registryScopes" },
	    { FAULT, REASON_POLICY_SCOPE, "trustpolicy.json",
		"/trustPolicies/1/registryScopes/1" });
}

/* A fault of one statement does not hide what is unwise in another. */
static void
test_mixed(struct bench *b)
{
	document(b, DOC("{" HEAD LEVEL("lax") STORES("'ca:a','tsa:t'")
			    IDS("'*'") "},{" NAME("t") SCOPES("'r.io/b'") LEVEL("strict")
				STORES("'ca:a','tsa:t'") IDS("'*'") "}"));
	scratch_put(&b->dir, "truststore/x509/ca/other/root.der", b->ca);
	policycheck_run(&b->check, b->dir.path, b->lib, &b->options);
	is_str(b->check.items.n == 2 ? b->check.items.v[0].statement : STR_NONE, "s",
	    "the statement of a fault");
	is_str(b->check.items.n == 2 ? b->check.items.v[1].statement : STR_NONE, "t",
	    "the statement of a warning");
	ok(b->check.found[POLICY_OCI] && !b->check.sound[POLICY_OCI], "not sound");
	policycheck_clear(&b->check);
	SAID(b, "a fault here, a warning there, and no word about unnamed stores",
	    { FAULT, REASON_POLICY_LEVEL, "trustpolicy.json",
		AT "/signatureVerification/level" },
	    { WARNING, REASON_POLICY_ANY_IDENTITY, "trustpolicy.json",
		"/trustPolicies/1/trustedIdentities/0" });
}

static void
test_broken_texts(struct bench *b)
{
	document(b, "{");
	scratch_json(&b->dir, "trustpolicy.blob.json", "[]");
	SAID(b, "texts that are no document",
	    { FAULT, REASON_JSON_SYNTAX, "trustpolicy.json", "" },
	    { FAULT, REASON_JSON_TYPE, "trustpolicy.blob.json", "" });
	begin(b);
	scratch_remove(&b->dir, "trustpolicy.json");
	SAID(b, "no document", { FAULT, REASON_POLICY_NOT_FOUND, "", "" });
	begin(b);
	scratch_remove(&b->dir, "trustpolicy.json");
	scratch_link(&b->dir, "trustpolicy.json", "nowhere");
	SAID(b, "a link", { FAULT, REASON_FILE_SYMLINK, "trustpolicy.json", "" });
	begin(b);
	policycheck_run(&b->check, scratch_at(&b->dir, "none"), b->lib, &b->options);
	ok(b->check.items.n == 1 && b->check.items.v[0].fault &&
		b->check.items.v[0].reason == REASON_POLICY_NOT_FOUND,
	    "no folder");
	policycheck_clear(&b->check);
	scratch_close(&b->dir);
}

static void
test_stores(struct bench *b)
{
	begin(b);
	scratch_copy(&b->dir, CA "/1.pem", "certs/anchors/garbage.txt");
	scratch_copy(&b->dir, CA "/2.pem", "certs/anchors/leaf.pem");
	scratch_link(&b->dir, CA "/3.pem", "root.der");
	scratch_copy(&b->dir, TSA "/4.pem", "certs/anchors/inter.pem");
	SAID(b, "each file of each store",
	    { FAULT, REASON_TRUSTSTORE_CERT, CA "/1.pem", "" },
	    { FAULT, REASON_TRUSTSTORE_LEAF, CA "/2.pem", "" },
	    { FAULT, REASON_TRUSTSTORE_ENTRY, CA "/3.pem", "" },
	    { FAULT, REASON_TRUSTSTORE_TSA_NOT_ROOT, TSA "/4.pem", "" });
	begin(b);
	scratch_remove(&b->dir, CA "/root.der");
	scratch_remove(&b->dir, TSA);
	SAID(b, "an empty store and one that is not there",
	    { FAULT, REASON_TRUSTSTORE_EMPTY, CA, "" },
	    { FAULT, REASON_TRUSTSTORE_NOT_FOUND, TSA, "" });
	begin(b);
	scratch_json(
	    &b->dir, "trustpolicy.blob.json", ONE(NAME("s") LEVEL("strict") TRUST));
	scratch_remove(&b->dir, "truststore");
	SAID(b, "no trust store: told once",
	    { FAULT, REASON_TRUSTSTORE_NOT_FOUND, "truststore", "" });
}

static void
test_permissions(struct bench *b)
{
	begin(b);
	scratch_mode(&b->dir, "trustpolicy.json", 0666);
	scratch_mode(&b->dir, "truststore/x509", 0777);
	scratch_mode(&b->dir, CA, 0777);
	scratch_mode(&b->dir, CA "/root.der", 0666);
	scratch_mode(&b->dir, TSA "/root.der", 0660);
	SAID(b, "everything that others may write, once",
	    { FAULT, REASON_FILE_PERMISSIONS, "trustpolicy.json", "" },
	    { FAULT, REASON_FILE_PERMISSIONS, "truststore/x509", "" },
	    { FAULT, REASON_FILE_PERMISSIONS, CA, "" },
	    { FAULT, REASON_FILE_PERMISSIONS, CA "/root.der", "" },
	    { FAULT, REASON_FILE_PERMISSIONS, TSA "/root.der", "" });
	begin(b);
	scratch_mode(&b->dir, "trustpolicy.json", 0666);
	scratch_mode(&b->dir, CA, 0777);
	b->options.insecure_permissions = true;
	SAID(b, "not demanded", { WARNING, REASON_HOST_INSECURE_PERMISSIONS, "", "" });
	begin(b);
	scratch_mode(&b->dir, "", 0777);
	SAID(b, "the folder", { FAULT, REASON_FILE_PERMISSIONS, "", "" });
}

/* As many faults as are wanted, and then a word that there are more. */
static void
test_flood(struct bench *b)
{
	struct buf text;

	buf_init(&text, (size_t)1 << 20);
	buf_text(&text, "{\"version\":\"1.0\",\"trustPolicies\":[");
	for (size_t i = 0; i < 5000; i++)
		buf_text(&text, i == 0 ? "1" : ",1");
	buf_text(&text, "]}");
	begin(b);
	scratch_put(&b->dir, "trustpolicy.json", buf_bytes(&text));
	policycheck_run(&b->check, b->dir.path, b->lib, &b->options);
	is_u64(b->check.fault_count, POLICYCHECK_FAULTS_MOST, "many faults");
	ok(b->check.more, "and more");
	policycheck_clear(&b->check);
	buf_reset(&text);
	buf_text(&text, "{\"version\":\"1.0\",\"trustPolicies\":[");
	for (size_t i = 0; i < 1200; i++)
		buf_printf(&text,
		    "%s{\"name\":\"%zu\",\"registryScopes\":[\"r.io/%zu\"],"
		    "\"signatureVerification\":{\"level\":\"strict\"},\"trustStores\":"
		    "[\"ca:a\",\"tsa:t\"],\"trustedIdentities\":[\"*\"]}",
		    i == 0 ? "" : ",", i, i);
	buf_text(&text, "]}");
	scratch_put(&b->dir, "trustpolicy.json", buf_bytes(&text));
	policycheck_run(&b->check, b->dir.path, b->lib, &b->options);
	is_u64(b->check.fault_count, 0, "no fault");
	is_u64(b->check.warning_count, POLICYCHECK_WARNINGS_MOST, "many warnings");
	ok(b->check.more, "and more");
	policycheck_clear(&b->check);
	buf_clear(&text);
	scratch_close(&b->dir);
}

int
main(void)
{
	struct bench b = { .forge = forge_new() };
	struct forge_cert ca, tsa;
	struct forge_crl crl;

	ossl_process_init();
	b.lib = ossl_new();
	umask(022);
	b.ca_key = forge_key(b.forge, "ca");
	b.tsa_key = forge_key(b.forge, "tsa");
	ca = forge_cert_root(b.ca_key, "C=US,ST=WA,O=Example,CN=Root");
	tsa = forge_cert_root(b.tsa_key, "C=US,ST=WA,O=Example Time,CN=Time Root");
	b.ca = forge_cert(b.forge, &ca);
	b.tsa = forge_cert(b.forge, &tsa);
	crl = forge_crl_of(b.ca, b.ca_key);
	b.ca_crl = forge_crl(b.forge, &crl);
	crl = forge_crl_of(b.tsa, b.tsa_key);
	b.tsa_crl = forge_crl(b.forge, &crl);
	test_nothing(&b);
	test_statements(&b);
	test_blob_statements(&b);
	test_authority(&b);
	test_revocation(&b);
	test_ages(&b);
	test_given_data(&b);
	test_anchor_ages(&b);
	test_files(&b);
	test_many_faults(&b);
	test_mixed(&b);
	test_broken_texts(&b);
	test_stores(&b);
	test_permissions(&b);
	test_flood(&b);
	ossl_free(b.lib);
	forge_free(b.forge);
	return tap_done();
}
