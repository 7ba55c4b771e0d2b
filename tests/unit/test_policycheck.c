/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy folder examined as a whole: what is legal but unwise. Each test begins with a folder of
 * which nothing is to be said, changes one thing, and sees all that is said then: the first test is
 * the sibling of all.
 */
#include <stdio.h>

#include "tests/lib/checkbench.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/tap.h"

static void
test_nothing(struct checkbench *b)
{
	checkbench_begin(b);
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
	checkbench_said(b, NULL, 0, "a good folder");
	/* The same policy for files. */
	checkbench_begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    ONE(NAME("s") ",'globalPolicy':true" LEVEL("strict") TRUST));
	checkbench_said(b, NULL, 0, "a good folder with two documents");
	checkbench_begin(b);
	scratch_remove(&b->dir, "trustpolicy.json");
	scratch_json(
	    &b->dir, "trustpolicy.blob.json", ONE(NAME("s") LEVEL("strict") TRUST));
	checkbench_said(b, NULL, 0, "a good folder for files alone");
}

#define DOC_WARNS(b, name, text, reason, pointer)                                        \
	do {                                                                             \
		checkbench_document(b, text);                                            \
		SAID(b, name, { WARNING, reason, "trustpolicy.json", pointer });         \
	} while (0)

static void
test_statements(struct checkbench *b)
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
	checkbench_document(
	    b, ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t'") IDS("'x:y'")));
	SAID(b, "no usable identity",
	    { WARNING, REASON_POLICY_UNUSABLE_IDENTITY, "trustpolicy.json",
		AT "/trustedIdentities/0" },
	    { WARNING, REASON_IDENTITY_NONE_USABLE, "trustpolicy.json",
		AT "/trustedIdentities" });
	checkbench_document(
	    b, ONE(HEAD LEVEL("strict") STORES("'ca:a'") IDS("'" DN "'")));
	SAID(b, "no tsa store", { WARNING, REASON_POLICY_UNUSED_STORE, TSA, "" },
	    { WARNING, REASON_POLICY_NO_TSA_STORE, "trustpolicy.json",
		AT "/trustStores" });
	checkbench_document(
	    b, ONE(HEAD LEVEL("permissive") STORES("'ca:a'") IDS("'" DN "'")));
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
test_blob_statements(struct checkbench *b)
{
	checkbench_begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    ONE(NAME("s") LEVEL("strict") STORES("'ca:a'") IDS("'*'")));
	SAID(b, "both documents are looked at",
	    { WARNING, REASON_POLICY_ANY_IDENTITY, "trustpolicy.blob.json",
		AT "/trustedIdentities/0" },
	    { WARNING, REASON_POLICY_NO_TSA_STORE, "trustpolicy.blob.json",
		AT "/trustStores" });
	checkbench_begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    DOC("{" NAME("s") ",'globalPolicy':true" LEVEL("skip") "},{" NAME(
		"t") ",'globalPolicy':true" LEVEL("strict") TRUST "}"));
	SAID(b, "faults of the document for files",
	    { FAULT, REASON_POLICY_GLOBAL_SKIP, "trustpolicy.blob.json",
		AT "/globalPolicy" },
	    { FAULT, REASON_POLICY_GLOBAL, "trustpolicy.blob.json",
		"/trustPolicies/1/globalPolicy" });
	checkbench_begin(b);
	scratch_json(&b->dir, "trustpolicy.blob.json",
	    DOC("{" NAME("t") ",'globalPolicy':true" LEVEL("strict") TRUST
		"},{" NAME("s") ",'globalPolicy':true" LEVEL("skip") "}"));
	SAID(b, "two faults of one member",
	    { FAULT, REASON_POLICY_GLOBAL, "trustpolicy.blob.json",
		"/trustPolicies/1/globalPolicy" },
	    { FAULT, REASON_POLICY_GLOBAL_SKIP, "trustpolicy.blob.json",
		"/trustPolicies/1/globalPolicy" });
}

static void
test_authority(struct checkbench *b)
{
	checkbench_document(
	    b, ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t','signingAuthority:v'")
		       IDS("'" DN "'")));
	scratch_put(&b->dir, "truststore/x509/signingAuthority/v/r.der", b->tsa);
	SAID(b, "a signing authority beside a ca",
	    { WARNING, REASON_POLICY_SIGNING_AUTHORITY, "trustpolicy.json",
		AT "/trustStores" });
	checkbench_document(
	    b, ONE(HEAD LEVEL("strict") STORES("'ca:a','tsa:t','signingAuthority:v'")
		       IDS("'" DN "'")));
	scratch_put(&b->dir, "truststore/x509/signingAuthority/v/r.der", b->ca);
	SAID(b, "the same anchor in both",
	    { WARNING, REASON_POLICY_SIGNING_AUTHORITY, "trustpolicy.json",
		AT "/trustStores" },
	    { WARNING, REASON_POLICY_SHARED_ANCHOR, "trustpolicy.json",
		AT "/trustStores" });
	checkbench_document(
	    b, ONE(HEAD LEVEL("strict") STORES("'signingAuthority:v'") IDS("'" DN "'")));
	scratch_put(&b->dir, "truststore/x509/signingAuthority/v/r.der", b->ca);
	scratch_remove(&b->dir, CA);
	scratch_remove(&b->dir, TSA);
	checkbench_said(b, NULL, 0, "a signing authority alone is meant");
}

static void
test_revocation(struct checkbench *b)
{
	checkbench_begin(b);
	scratch_remove(&b->dir, "crl");
	SAID(b, "no revocation data",
	    { WARNING, REASON_POLICY_NO_REVOCATION_DATA, "trustpolicy.json",
		AT "/signatureVerification" },
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
	checkbench_begin(b);
	scratch_remove(&b->dir, "crl");
	scratch_folder(&b->dir, "crl");
	scratch_json(&b->dir, "trustpolicy.json",
	    ONE(HEAD VERIFY("'level':'strict','override':{'revocation':'log'}") TRUST));
	SAID(b, "an empty folder, revocation is logged: the time stamp's is not",
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
	checkbench_begin(b);
	scratch_remove(&b->dir, "crl");
	scratch_json(&b->dir, "trustpolicy.json", ONE(HEAD LEVEL("permissive") TRUST));
	checkbench_said(b, NULL, 0, "no revocation data where nothing is enforced");
	checkbench_begin(b);
	scratch_remove(&b->dir, "crl/tsa.crl");
	SAID(b, "no list of the time-stamping authority",
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
	/* The list of another issuer of another name does not help. */
	checkbench_begin(b);
	scratch_put(&b->dir, "crl/tsa.crl", b->ca_crl);
	SAID(b, "another's list",
	    { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA, TSA "/root.der", "" });
}

/* What tells of the anchor of a time-stamping authority, beside its own list that is gone. */
static void
test_stamp_data(struct checkbench *b)
{
	const struct {
		const char *name;
		struct forge_ocsp_single single;
		bool told;
	} rows[] = {
		{ "an answer about the anchor's certificate", { .serial = 7 }, true },
		{ "the same with SHA-384", { .serial = 7, .hash = "SHA384" }, true },
		{ "a hash that is not allowed", { .serial = 7, .hash = "MD5" }, false },
		{ "another's answer", { .serial = 7, .issuer = b->ca }, false },
		{ "another's name", { .serial = 7, .break_name_hash = true }, false },
		{ "another's key", { .serial = 7, .break_key_hash = true }, false },
	};
	const struct expect none = { WARNING, REASON_POLICY_NO_TSA_REVOCATION_DATA,
		TSA "/root.der", "" };
	struct forge_crl delta = forge_crl_of(b->tsa, b->tsa_key);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_ocsp spec = { .cert = b->tsa,
			.issuer = b->tsa,
			.issuer_key = b->tsa_key,
			.singles = &rows[i].single,
			.single_count = 1 };

		checkbench_begin(b);
		scratch_remove(&b->dir, "crl/tsa.crl");
		scratch_put(&b->dir, "ocsp/tsa.ocsp", forge_ocsp(b->forge, &spec));
		checkbench_said(b, &none, rows[i].told ? 0 : 1, rows[i].name);
	}
	delta.delta = true;
	delta.base = 1;
	delta.number = 2;
	checkbench_begin(b);
	scratch_put(&b->dir, "crl/tsa.crl", forge_crl(b->forge, &delta));
	checkbench_said(b, &none, 1, "a delta without its list");
	checkbench_begin(b);
	scratch_put(&b->dir, "crl/delta.crl", forge_crl(b->forge, &delta));
	checkbench_said(b, NULL, 0, "a delta beside its list");
}

static struct bytes
list(struct checkbench *b, const char *from, const char *to)
{
	struct forge_crl spec = forge_crl_of(b->ca, b->ca_key);

	spec.this_update = from;
	spec.next_update = to;
	spec.no_next_update = to == NULL;
	return forge_crl(b->forge, &spec);
}

static struct bytes
response(struct checkbench *b, const char *from, const char *to)
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
test_ages(struct checkbench *b)
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

		checkbench_begin(b);
		scratch_put(&b->dir, "crl/ca.crl", list(b, rows[i].from, rows[i].to));
		scratch_put(&b->dir, "ocsp/a.der", response(b, rows[i].from, rows[i].to));
		checkbench_said(
		    b, want, n, rows[i].to == NULL ? "no nextUpdate" : rows[i].to);
	}
	checkbench_begin(b);
	scratch_put(&b->dir, "crl/garbage", BYTES_LIT("garbage"));
	scratch_put(&b->dir, "ocsp/garbage", BYTES_LIT("garbage"));
	SAID(b, "files that give nothing",
	    { WARNING, REASON_CRL_MALFORMED, "crl/garbage", "" },
	    { WARNING, REASON_OCSP_MALFORMED, "ocsp/garbage", "" });
	checkbench_begin(b);
	scratch_remove(&b->dir, "crl");
	scratch_put(&b->dir, "crl", BYTES_LIT("x"));
	SAID(b, "crl is a file", { FAULT, REASON_FILE_TYPE, "crl", "" });
}

static void
test_given_data(struct checkbench *b)
{
	struct revdata_options given = { .crl_dir = NULL };
	char path[4200];

	checkbench_begin(b);
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
test_anchor_ages(struct checkbench *b)
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

		checkbench_document(
		    b, ONE(HEAD LEVEL("permissive") STORES("'ca:a'") IDS("'" DN "'")));
		scratch_remove(&b->dir, CA "/root.der");
		scratch_remove(&b->dir, TSA);
		scratch_remove(&b->dir, "crl");
		scratch_copy(&b->dir, CA "/root.pem", "certs/anchors/root.pem");
		when_parse(&b->options.at, str_of(rows[i].at));
		b->options.warn_days = rows[i].days;
		checkbench_said(b, &want, rows[i].reason != REASON_NONE, rows[i].at);
	}
}

static void
test_files(struct checkbench *b)
{
	checkbench_begin(b);
	scratch_json(&b->dir, "trustpolicy.oci.json", GOOD);
	scratch_put(&b->dir, "waivers.yaml", BYTES_LIT("x"));
	scratch_folder(&b->dir, "keys");
	SAID(b, "files that do not count",
	    { WARNING, REASON_POLICY_IGNORED_FILE, "waivers.yaml", "" },
	    { WARNING, REASON_POLICY_IGNORED_FILE, "keys", "" },
	    { WARNING, REASON_POLICY_IGNORED_FILE, "trustpolicy.json", "" });
	checkbench_begin(b);
	scratch_put(&b->dir, "truststore/x509/ca/b/root.der", b->ca);
	scratch_folder(&b->dir, "truststore/x509/tsa/empty");
	SAID(b, "stores that nobody names",
	    { WARNING, REASON_POLICY_UNUSED_STORE, "truststore/x509/ca/b", "" },
	    { WARNING, REASON_POLICY_UNUSED_STORE, "truststore/x509/tsa/empty", "" });
	checkbench_begin(b);
	scratch_put(&b->dir, "policy.yaml", BYTES_LIT("version: 1\n"));
	scratch_put(&b->dir, "policy.yml", BYTES_LIT("version: 1\n"));
	SAID(b, "files that must not be there",
	    { FAULT, REASON_POLICY_UNSUPPORTED_FILE, "policy.yaml", "" },
	    { FAULT, REASON_POLICY_UNSUPPORTED_FILE, "policy.yml", "" });
}

int
main(void)
{
	struct checkbench b;

	checkbench_open(&b);
	test_nothing(&b);
	test_statements(&b);
	test_blob_statements(&b);
	test_authority(&b);
	test_revocation(&b);
	test_stamp_data(&b);
	test_ages(&b);
	test_given_data(&b);
	test_anchor_ages(&b);
	test_files(&b);
	checkbench_close(&b);
	return tap_done();
}
