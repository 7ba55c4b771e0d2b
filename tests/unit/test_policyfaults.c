/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy folder examined as a whole: every fault at once, each once. test_policycheck.c holds the
 * sibling of all, a folder of which nothing is to be said.
 */
#include "tests/lib/checkbench.h"
#include "tests/lib/tap.h"

static void
test_many_faults(struct checkbench *b)
{
	checkbench_document(b,
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
test_mixed(struct checkbench *b)
{
	checkbench_document(
	    b, DOC("{" HEAD LEVEL("lax") STORES("'ca:a','tsa:t'")
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
test_broken_texts(struct checkbench *b)
{
	checkbench_document(b, "{");
	scratch_json(&b->dir, "trustpolicy.blob.json", "[]");
	SAID(b, "texts that are no document",
	    { FAULT, REASON_JSON_SYNTAX, "trustpolicy.json", "" },
	    { FAULT, REASON_JSON_TYPE, "trustpolicy.blob.json", "" });
	checkbench_begin(b);
	scratch_remove(&b->dir, "trustpolicy.json");
	SAID(b, "no document", { FAULT, REASON_POLICY_NOT_FOUND, "", "" });
	checkbench_begin(b);
	scratch_remove(&b->dir, "trustpolicy.json");
	scratch_link(&b->dir, "trustpolicy.json", "nowhere");
	SAID(b, "a link", { FAULT, REASON_FILE_SYMLINK, "trustpolicy.json", "" });
	checkbench_begin(b);
	policycheck_run(&b->check, scratch_at(&b->dir, "none"), b->lib, &b->options);
	ok(b->check.items.n == 1 && b->check.items.v[0].fault &&
		b->check.items.v[0].reason == REASON_POLICY_NOT_FOUND,
	    "no folder");
	policycheck_clear(&b->check);
	scratch_close(&b->dir);
}

static void
test_stores(struct checkbench *b)
{
	checkbench_begin(b);
	scratch_copy(&b->dir, CA "/1.pem", "certs/anchors/garbage.txt");
	scratch_copy(&b->dir, CA "/2.pem", "certs/anchors/leaf.pem");
	scratch_link(&b->dir, CA "/3.pem", "root.der");
	scratch_copy(&b->dir, TSA "/4.pem", "certs/anchors/inter.pem");
	SAID(b, "each file of each store",
	    { FAULT, REASON_TRUSTSTORE_CERT, CA "/1.pem", "" },
	    { FAULT, REASON_TRUSTSTORE_LEAF, CA "/2.pem", "" },
	    { FAULT, REASON_TRUSTSTORE_ENTRY, CA "/3.pem", "" },
	    { FAULT, REASON_TRUSTSTORE_TSA_NOT_ROOT, TSA "/4.pem", "" });
	checkbench_begin(b);
	scratch_remove(&b->dir, CA "/root.der");
	scratch_remove(&b->dir, TSA);
	SAID(b, "an empty store and one that is not there",
	    { FAULT, REASON_TRUSTSTORE_EMPTY, CA, "" },
	    { FAULT, REASON_TRUSTSTORE_NOT_FOUND, TSA, "" });
	checkbench_begin(b);
	scratch_json(
	    &b->dir, "trustpolicy.blob.json", ONE(NAME("s") LEVEL("strict") TRUST));
	scratch_remove(&b->dir, "truststore");
	SAID(b, "no trust store: each that is named is told once",
	    { FAULT, REASON_TRUSTSTORE_NOT_FOUND, CA, "" },
	    { FAULT, REASON_TRUSTSTORE_NOT_FOUND, TSA, "" });
}

static void
test_permissions(struct checkbench *b)
{
	checkbench_begin(b);
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
	checkbench_begin(b);
	scratch_mode(&b->dir, "trustpolicy.json", 0666);
	scratch_mode(&b->dir, CA, 0777);
	b->options.insecure_permissions = true;
	SAID(b, "not demanded", { WARNING, REASON_HOST_INSECURE_PERMISSIONS, "", "" });
	checkbench_begin(b);
	scratch_mode(&b->dir, "", 0777);
	SAID(b, "the folder", { FAULT, REASON_FILE_PERMISSIONS, "", "" });
}

/* As many faults as are wanted, and then a word that there are more. */
static void
test_flood(struct checkbench *b)
{
	struct buf text;

	buf_init(&text, (size_t)1 << 20);
	buf_text(&text, "{\"version\":\"1.0\",\"trustPolicies\":[");
	for (size_t i = 0; i < 5000; i++)
		buf_text(&text, i == 0 ? "1" : ",1");
	buf_text(&text, "]}");
	checkbench_begin(b);
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
	struct checkbench b;

	checkbench_open(&b);
	test_many_faults(&b);
	test_mixed(&b);
	test_broken_texts(&b);
	test_stores(&b);
	test_permissions(&b);
	test_flood(&b);
	checkbench_close(&b);
	return tap_done();
}
