/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted identities: what a statement may say, and who fits. */
#include <stdio.h>

#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"
#include "trust/identity.h"

#define DN "C=US,ST=WA,O=Example"

static enum reason
parse(struct identities *out, struct arena *mem, const char *text, char pointer[128])
{
	AUTO(jsonin_free) struct json *json = NULL;
	struct err err = { .reason = REASON_NONE };

	if (jsonin_parse(&json, str_bytes(quoted(mem, text)), NULL, NULL, &err) != 0 ||
	    identities_parse(out, mem, jsonin_root(json), &err) != 0) {
		memcpy(pointer, err.pointer, 128);
		return err.reason;
	}
	return REASON_NONE;
}

static void
test_parse(void)
{
	static const struct {
		const char *text;
		enum reason reason;
		const char *pointer;
	} rows[] = {
		{ "['*']", REASON_NONE, "" },
		{ "['x509.subject:" DN "']", REASON_NONE, "" },
		{ "['x509.subject: " DN "']", REASON_NONE, "" },
		{ "['x509.subject:" DN ",CN=a','x509.subject:" DN ",CN=b']", REASON_NONE,
		    "" },
		{ "['other.kind:whatever']", REASON_NONE, "" },
		{ "['X509.subject:no name']", REASON_NONE, "" },
		{ "['other:*','x509.subject:" DN "']", REASON_NONE, "" },
		{ "{}", REASON_JSON_TYPE, "" },
		{ "['x509.subject:" DN "',7]", REASON_JSON_TYPE, "/1" },
		{ "['x509.subject:" DN "',null]", REASON_JSON_TYPE, "/1" },
		{ "['x509.subject:" DN "','*']", REASON_POLICY_IDENTITY_WILDCARD, "/1" },
		{ "['*','*']", REASON_POLICY_IDENTITY_WILDCARD, "/0" },
		{ "['','*']", REASON_POLICY_IDENTITY_WILDCARD, "/1" },
		{ "['']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject " DN "']", REASON_POLICY_IDENTITY, "/0" },
		{ "['**']", REASON_POLICY_IDENTITY, "/0" },
		{ "['other:x','x509.subject:']", REASON_POLICY_IDENTITY, "/1" },
		{ "['x509.subject:C=US,O=Example']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:ST=WA,O=Example']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:C=US,ST=WA']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:" DN ",CN=#0401']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:" DN "+CN=a']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:" DN ",C=US']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:" DN ",S=WA']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:C=US,ST=,O=Example']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:nothing']", REASON_POLICY_IDENTITY, "/0" },
		{ "['x509.subject:" DN "','x509.subject:" DN ",CN=a']",
		    REASON_POLICY_IDENTITY_OVERLAP, "/1" },
		{ "['x509.subject:" DN ",CN=a','x509.subject:" DN "']",
		    REASON_POLICY_IDENTITY_OVERLAP, "/1" },
		{ "['other:x','x509.subject:" DN "','x509.subject:O=Example,ST=WA,C=US']",
		    REASON_POLICY_IDENTITY_OVERLAP, "/2" },
		/* All are looked at one by one before two are compared. */
		{ "['x509.subject:" DN "','x509.subject:" DN "','']",
		    REASON_POLICY_IDENTITY, "/2" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char pointer[128] = "";
		struct identities ids;
		struct arena mem;

		arena_init(&mem, 0);
		is_reason(parse(&ids, &mem, rows[i].text, pointer), rows[i].reason,
		    "parse %s", rows[i].text);
		is_str(str_of(pointer), rows[i].pointer, "place in %s", rows[i].text);
		arena_clear(&mem);
	}
}

struct tools {
	struct ossl *lib;
	struct certs *certs;
	struct arena mem;
};

static const struct cert *
load(struct tools *t, const char *path)
{
	struct bytes file = tap_file(0, "%s", path), *ders;
	const struct cert *c;
	struct err err;
	size_t n;

	if (file.ptr == NULL || cert_split(&ders, &n, &t->mem, file, NULL, &err) != 0 ||
	    certs_get(&c, t->certs, ders[0], NULL, &err) != 0)
		return NULL;
	return c;
}

static void
match(struct tools *t, const char *path, const char *ids_text, enum reason want)
{
	const struct cert *c = load(t, path);
	struct identities ids = { 0 };
	char pointer[128] = "";
	struct str detail;
	enum reason got;

	if (!ok(c != NULL, "certificate %s", path) ||
	    !is_reason(parse(&ids, &t->mem, ids_text, pointer), REASON_NONE, "list %s",
		ids_text))
		return;
	got = identities_match(&ids, c, &t->mem, &detail);
	is_reason(got, want, "%s against %s", path, ids_text);
	ok((detail.len != 0) == (want != REASON_NONE), "words for %s: %.*s", ids_text,
	    STR_ARG(detail));
}

static void
test_match(struct tools *t)
{
	static const struct {
		const char *cert, *ids;
		enum reason reason;
	} rows[] = {
		{ "leaf", "['*']", REASON_NONE },
		{ "leaf", "['x509.subject:" DN "']", REASON_NONE },
		{ "leaf", "['x509.subject:C=US,S=WA,O=Example']", REASON_NONE },
		{ "leaf",
		    "['x509.subject:CN=leaf,OU=Release,O=Example,L=Seattle,ST=WA,C=US']",
		    REASON_NONE },
		{ "leaf",
		    "['x509.subject:" DN ",CN=other','x509.subject:" DN ",CN=leaf']",
		    REASON_NONE },
		{ "leaf", "['x509.subject:" DN ",CN=other']", REASON_IDENTITY_MISMATCH },
		{ "leaf", "['x509.subject:" DN ",CN=Leaf']", REASON_IDENTITY_MISMATCH },
		{ "leaf", "['x509.subject:" DN ",CN=leaf,STREET=x']",
		    REASON_IDENTITY_MISMATCH },
		{ "leaf", "['x509.subject:" DN ",cn=leaf']", REASON_IDENTITY_MISMATCH },
		{ "leaf", "['x509.subject:C=US,ST=WA,O=Exam ple']",
		    REASON_IDENTITY_MISMATCH },
		/* The subset the other way round is no match. */
		{ "self", "['x509.subject:" DN ",L=Seattle,CN=self,OU=x']",
		    REASON_IDENTITY_MISMATCH },
		{ "leaf", "['other:x']", REASON_IDENTITY_NONE_USABLE },
		{ "leaf", "['X509.Subject:" DN "']", REASON_IDENTITY_NONE_USABLE },
		{ "email", "['x509.subject:" DN "']",
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "email", "['*']", REASON_NONE },
		{ "nostate", "['x509.subject:" DN "']",
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "twice", "['x509.subject:" DN "']",
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
	};
	char path[4096];

	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(path, sizeof(path), "%s/fixtures/certs/anchors/%s.pem",
		    tap_srcdir(), rows[i].cert);
		match(t, path, rows[i].ids, rows[i].reason);
	}
}

static void
test_vectors(struct tools *t)
{
	static const struct {
		const char *ids;
		enum reason reason;
	} rows[] = {
		{ "['x509.subject:C=US,O=SomeOrg,ST=WA']", REASON_NONE },
		{ "['x509.subject:C=IND,O=SomeOrg,ST=TS']", REASON_IDENTITY_MISMATCH },
		{ "['nonX509Prefix:my-custom-identity']", REASON_IDENTITY_NONE_USABLE },
	};
	char path[4096];

	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return;
	}
	snprintf(path, sizeof(path), "%s/notation/certs/signing-cert.pem", tap_vectors());
	for (size_t i = 0; i < COUNT(rows); i++)
		match(t, path, rows[i].ids, rows[i].reason);
}

int
main(void)
{
	struct tools t = { .lib = NULL };
	struct limits limits;

	ossl_process_init();
	limits_default(&limits);
	arena_init(&t.mem, 0);
	t.lib = ossl_new();
	t.certs = certs_new(t.lib, &limits);
	test_parse();
	test_match(&t);
	test_vectors(&t);
	certs_free(t.certs);
	ossl_free(t.lib);
	arena_clear(&t.mem);
	return tap_done();
}
