/* SPDX-License-Identifier: Apache-2.0 */
/* The trust policy document: every rule with its reason and place, and the choice of a statement. */
#include "trust/policy.h"

#include <stdio.h>

#include "base/buf.h"
#include "tests/lib/picked.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"
#include "trust/policy_parts.h"

/* Parts of good statements; a row below names nothing but its defect. */
#define NAME(n) "'name':'" n "'"
#define SCOPES(s) ",'registryScopes':[" s "]"
#define LEVEL(l) ",'signatureVerification':{'level':'" l "'}"
#define VERIFY(v) ",'signatureVerification':{" v "}"
#define STORES(s) ",'trustStores':[" s "]"
#define IDS(i) ",'trustedIdentities':[" i "]"
#define TRUST STORES("'ca:a'") IDS("'*'")
#define DOC(list) "{'version':'1.0','trustPolicies':[" list "]}"
#define ONE(members) DOC("{" members "}")
#define GOOD(n, scope) "{" NAME(n) SCOPES("'" scope "'") LEVEL("strict") TRUST "}"
#define WITH_LEVEL(v) ONE(NAME("a") SCOPES("'r.io/a'") VERIFY(v) TRUST)
#define WITH_STORES(s)                                                                   \
	ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("strict") STORES(s) IDS("'*'"))
#define WITH_IDS(i)                                                                      \
	ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("strict") STORES("'ca:a'") IDS(i))
#define WITH_SCOPES(s) ONE(NAME("a") SCOPES(s) LEVEL("strict") TRUST)
#define OVERRIDE(o) WITH_LEVEL("'level':'strict','override':{" o "}")
#define AT "/trustPolicies/0"
#define DN "x509.subject:C=US,ST=WA,O=Example"

struct row {
	const char *text;
	enum reason reason;
	const char *pointer;
};

static const struct row refused[] = {
	/* Strictness of the document. */
	{ "", REASON_JSON_TYPE, "" },
	{ "[]", REASON_JSON_TYPE, "" },
	{ "'1.0'", REASON_JSON_TYPE, "" },
	{ "null", REASON_JSON_TYPE, "" },
	{ DOC(GOOD("a", "*")) "x", REASON_JSON_TRAILING_DATA, "" },
	{ DOC(GOOD("a", "*")) "{}", REASON_JSON_TRAILING_DATA, "" },
	{ "{'version':'1.0','version':'1.0'}", REASON_JSON_DUPLICATE_KEY, "" },
	{ "{'version':'1.0',}", REASON_JSON_SYNTAX, "" },
	{ "{'version':1}", REASON_JSON_TYPE, "/version" },
	{ "{'version':null}", REASON_JSON_TYPE, "/version" },
	{ "{'version':'1.0','trustPolicies':{}}", REASON_JSON_TYPE, "/trustPolicies" },
	{ "{'version':'1.0','trustPolicies':null}", REASON_JSON_TYPE, "/trustPolicies" },
	{ DOC("1"), REASON_JSON_TYPE, AT },
	{ DOC(GOOD("a", "*") ",[]"), REASON_JSON_TYPE, "/trustPolicies/1" },
	{ ONE("'name':1"), REASON_JSON_TYPE, AT "/name" },
	{ ONE("'registryScopes':'*'"), REASON_JSON_TYPE, AT "/registryScopes" },
	{ ONE("'registryScopes':['a/b',1]"), REASON_JSON_TYPE, AT "/registryScopes/1" },
	{ ONE("'signatureVerification':'strict'"), REASON_JSON_TYPE,
	    AT "/signatureVerification" },
	{ WITH_LEVEL("'level':true"), REASON_JSON_TYPE,
	    AT "/signatureVerification/level" },
	{ WITH_LEVEL("'level':'strict','override':[]"), REASON_JSON_TYPE,
	    AT "/signatureVerification/override" },
	{ OVERRIDE("'expiry':false"), REASON_JSON_TYPE,
	    AT "/signatureVerification/override/expiry" },
	{ WITH_LEVEL("'level':'strict','verifyTimestamp':1"), REASON_JSON_TYPE,
	    AT "/signatureVerification/verifyTimestamp" },
	{ ONE("'trustStores':'ca:a'"), REASON_JSON_TYPE, AT "/trustStores" },
	{ ONE("'trustStores':[null]"), REASON_JSON_TYPE, AT "/trustStores/0" },
	{ ONE("'trustedIdentities':{}"), REASON_JSON_TYPE, AT "/trustedIdentities" },
	{ ONE("'trustedIdentities':[[]]"), REASON_JSON_TYPE, AT "/trustedIdentities/0" },
	{ "{'Version':'1.0'}", REASON_JSON_CASE_ALIAS, "/Version" },
	{ "{'version':'1.0','TrustPolicies':[]}", REASON_JSON_CASE_ALIAS,
	    "/TrustPolicies" },
	{ ONE("'Name':'a'"), REASON_JSON_CASE_ALIAS, AT "/Name" },
	{ WITH_LEVEL("'level':'strict','Override':{}"), REASON_JSON_CASE_ALIAS,
	    AT "/signatureVerification/Override" },
	{ "{'version':'1.0','more':1}", REASON_JSON_UNKNOWN_MEMBER, "/more" },
	{ ONE("'globalPolicy':true"), REASON_JSON_UNKNOWN_MEMBER, AT "/globalPolicy" },
	{ WITH_LEVEL("'level':'strict','overide':{}"), REASON_JSON_UNKNOWN_MEMBER,
	    AT "/signatureVerification/overide" },
	/* Rules, in order. */
	{ "{}", REASON_POLICY_VERSION, "" },
	{ "{'version':''}", REASON_POLICY_VERSION, "/version" },
	{ "{'version':'1.1'}", REASON_POLICY_VERSION, "/version" },
	{ "{'version':'1'}", REASON_POLICY_VERSION, "/version" },
	{ "{'version':'1.0'}", REASON_POLICY_EMPTY, "" },
	{ DOC(""), REASON_POLICY_EMPTY, "/trustPolicies" },
	{ DOC(GOOD("a", "r.io/a") "," GOOD("a", "r.io/b")), REASON_POLICY_DUP_NAME,
	    "/trustPolicies/1/name" },
	{ DOC(GOOD("z", "r.io/a") "," GOOD("b", "r.io/b") "," GOOD(
	      "a", "r.io/c") "," GOOD("b", "r.io/d") "," GOOD("a", "r.io/e") "," GOOD("z",
	      "r.io/f")),
	    REASON_POLICY_DUP_NAME, "/trustPolicies/3/name" },
	{ DOC("{}"), REASON_POLICY_NAME, AT },
	{ ONE(NAME("") SCOPES("'*'") LEVEL("strict") TRUST), REASON_POLICY_NAME,
	    AT "/name" },
	{ ONE(NAME("a") SCOPES("'*'") TRUST), REASON_POLICY_LEVEL, AT },
	{ WITH_LEVEL(""), REASON_POLICY_LEVEL, AT "/signatureVerification" },
	{ WITH_LEVEL("'level':''"), REASON_POLICY_LEVEL,
	    AT "/signatureVerification/level" },
	{ WITH_LEVEL("'level':'Strict'"), REASON_POLICY_LEVEL,
	    AT "/signatureVerification/level" },
	{ WITH_LEVEL("'level':'custom'"), REASON_POLICY_LEVEL,
	    AT "/signatureVerification/level" },
	{ ONE(NAME("a") SCOPES("'r.io/a'")
		  VERIFY("'level':'skip','override':{'expiry':'log'}")),
	    REASON_POLICY_OVERRIDE, AT "/signatureVerification/override" },
	{ OVERRIDE("'unknown':'log'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/unknown" },
	{ OVERRIDE("'Expiry':'log'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/Expiry" },
	{ OVERRIDE("'expiry':'warn'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/expiry" },
	{ OVERRIDE("'expiry':''"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/expiry" },
	{ OVERRIDE("'integrity':'enforce'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/integrity" },
	{ OVERRIDE("'integrity':'log'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/integrity" },
	{ OVERRIDE("'expiry':'log','authenticity':'skip'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/authenticity" },
	{ OVERRIDE("'authenticTimestamp':'skip'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/authenticTimestamp" },
	{ OVERRIDE("'expiry':'skip'"), REASON_POLICY_OVERRIDE,
	    AT "/signatureVerification/override/expiry" },
	{ WITH_LEVEL("'level':'strict','verifyTimestamp':'never'"),
	    REASON_POLICY_TIMESTAMP, AT "/signatureVerification/verifyTimestamp" },
	{ WITH_LEVEL("'level':'strict','verifyTimestamp':''"), REASON_POLICY_TIMESTAMP,
	    AT "/signatureVerification/verifyTimestamp" },
	{ ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("skip") STORES("'ca:a'")),
	    REASON_POLICY_SKIP_EXTRA, AT "/trustStores" },
	{ ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("skip") IDS("'*'")),
	    REASON_POLICY_SKIP_EXTRA, AT "/trustedIdentities" },
	{ ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("strict") IDS("'*'")),
	    REASON_POLICY_MISSING_TRUST, AT },
	{ ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("audit") STORES("") IDS("'*'")),
	    REASON_POLICY_MISSING_TRUST, AT "/trustStores" },
	{ ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("strict") STORES("'ca:a'")),
	    REASON_POLICY_MISSING_TRUST, AT },
	{ WITH_IDS(""), REASON_POLICY_MISSING_TRUST, AT "/trustedIdentities" },
	{ WITH_STORES("'ca'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("''"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca:a','CA:a'"), REASON_POLICY_STORE, AT "/trustStores/1" },
	{ WITH_STORES("':a'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'signingauthority:a'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca:'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca:.'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca:..'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca:a/b'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca:a:b'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_STORES("'ca: a'"), REASON_POLICY_STORE, AT "/trustStores/0" },
	{ WITH_IDS("'*','" DN "'"), REASON_POLICY_IDENTITY_WILDCARD,
	    AT "/trustedIdentities/0" },
	{ WITH_IDS("'" DN "','*'"), REASON_POLICY_IDENTITY_WILDCARD,
	    AT "/trustedIdentities/1" },
	{ WITH_IDS("''"), REASON_POLICY_IDENTITY, AT "/trustedIdentities/0" },
	{ WITH_IDS("'other:x','CN=a'"), REASON_POLICY_IDENTITY,
	    AT "/trustedIdentities/1" },
	{ WITH_IDS("'x509.subject:'"), REASON_POLICY_IDENTITY,
	    AT "/trustedIdentities/0" },
	{ WITH_IDS("'x509.subject:C=US,O=Example'"), REASON_POLICY_IDENTITY,
	    AT "/trustedIdentities/0" },
	{ WITH_IDS("'" DN ",CN=#00'"), REASON_POLICY_IDENTITY,
	    AT "/trustedIdentities/0" },
	{ WITH_IDS("'" DN "','" DN ",CN=a'"), REASON_POLICY_IDENTITY_OVERLAP,
	    AT "/trustedIdentities/1" },
	{ WITH_IDS("'" DN "','" DN "'"), REASON_POLICY_IDENTITY_OVERLAP,
	    AT "/trustedIdentities/1" },
	{ ONE(NAME("a") LEVEL("strict") TRUST), REASON_POLICY_SCOPE, AT },
	{ WITH_SCOPES(""), REASON_POLICY_SCOPE, AT "/registryScopes" },
	{ WITH_SCOPES("'r.io/a','*'"), REASON_POLICY_SCOPE, AT "/registryScopes/1" },
	{ WITH_SCOPES("'*','*'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/b',''"), REASON_POLICY_SCOPE, AT "/registryScopes/1" },
	{ WITH_SCOPES("'r.io'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'/a'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/*'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'**'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/a:tag'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/a@sha256:00'"), REASON_POLICY_SCOPE,
	    AT "/registryScopes/0" },
	{ WITH_SCOPES("'https://r.io/a'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/A'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/a//b'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/a..b'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'-r.io/a'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r..io/a'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io:/a'"), REASON_POLICY_SCOPE, AT "/registryScopes/0" },
	{ WITH_SCOPES("'r.io/a','r.io/b','r.io/a'"), REASON_POLICY_SCOPE,
	    AT "/registryScopes/2" },
	{ DOC(GOOD("a", "r.io/a") "," GOOD("b", "r.io/a")), REASON_POLICY_SCOPE,
	    "/trustPolicies/1/registryScopes/0" },
	{ DOC(GOOD("a", "*") "," GOOD("b", "*")), REASON_POLICY_SCOPE,
	    "/trustPolicies/1/registryScopes/0" },
	/* Order: what comes first in the list of rules is what is told. */
	{ "{'version':'2','trustPolicies':[]}", REASON_POLICY_VERSION, "/version" },
	{ "{'version':'2','trustPolicies':[1]}", REASON_JSON_TYPE, AT },
	{ ONE(NAME("") SCOPES("") LEVEL("none")), REASON_POLICY_NAME, AT "/name" },
	{ WITH_LEVEL("'level':'x','override':{'x':'y'},'verifyTimestamp':'z'"),
	    REASON_POLICY_LEVEL, AT "/signatureVerification/level" },
	{ WITH_LEVEL("'level':'strict','override':{'x':'y'},'verifyTimestamp':'z'"),
	    REASON_POLICY_OVERRIDE, AT "/signatureVerification/override/x" },
	{ ONE(NAME("a") SCOPES("") VERIFY("'level':'strict','verifyTimestamp':'z'")),
	    REASON_POLICY_TIMESTAMP, AT "/signatureVerification/verifyTimestamp" },
	{ ONE(NAME("a") SCOPES("") LEVEL("strict") STORES("'x'") IDS("''")),
	    REASON_POLICY_STORE, AT "/trustStores/0" },
	{ ONE(NAME("a") SCOPES("") LEVEL("strict") STORES("'ca:x'") IDS("''")),
	    REASON_POLICY_IDENTITY, AT "/trustedIdentities/0" },
	/* Scopes come after all statements; a second name before what is in its statement. */
	{ DOC("{" NAME("a") SCOPES("") LEVEL("strict") TRUST "},{" NAME("b") "}"),
	    REASON_POLICY_LEVEL, "/trustPolicies/1" },
	{ DOC(GOOD("a", "*") ",{" NAME("a") LEVEL("none") "}"), REASON_POLICY_DUP_NAME,
	    "/trustPolicies/1/name" },
	{ DOC("{" NAME("a") LEVEL("none") "},{" NAME("a") "}"), REASON_POLICY_LEVEL,
	    AT "/signatureVerification/level" },
};

static const char *const accepted[] = {
	DOC(GOOD("a", "*")),
	DOC(GOOD("a", "r.io/a") "," GOOD("b", "r.io/b") "," GOOD("A", "*")),
	WITH_LEVEL("'level':'permissive'"),
	WITH_LEVEL("'level':'audit','override':{}"),
	OVERRIDE("'authenticity':'log','authenticTimestamp':'enforce','expiry':'log'"),
	OVERRIDE("'revocation':'skip'"),
	WITH_LEVEL("'level':'strict','verifyTimestamp':'always'"),
	WITH_LEVEL("'level':'strict','verifyTimestamp':'afterCertExpiry'"),
	ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("skip")),
	ONE(NAME("a") SCOPES("'r.io/a'") VERIFY("'level':'skip','override':{}")),
	ONE(NAME("a") SCOPES("'r.io/a'") LEVEL("skip") STORES("") IDS("")),
	WITH_STORES("'ca:a','signingAuthority:a','tsa:a','ca:A_b.c-d0'"),
	WITH_IDS("'" DN ",CN=a','" DN ",CN=b','other:x'"),
	WITH_SCOPES(
	    "'localhost:5000/x','local/x','r.io/a','R.IO/a','a/b/c','a-b.c/d__e--f.g_h'"),
};

static enum reason
parse_kind(struct policy *out, const char *text, enum policy_kind kind, struct err *err)
{
	struct where at = { .file = STR("trustpolicy.json") };
	struct arena mem;
	int ret;

	*err = (struct err){ .reason = REASON_NONE };
	arena_init(&mem, 0);
	ret = policy_parse(out, str_bytes(quoted(&mem, text)), kind, NULL, &at, err);
	arena_clear(&mem);
	return ret == 0 ? REASON_NONE : err->reason;
}

static enum reason
parse(struct policy *out, const char *text, struct err *err)
{
	return parse_kind(out, text, POLICY_OCI, err);
}

static void
test_refused(void)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct row *r = &refused[i];
		struct policy p;
		struct err err;

		is_reason(parse(&p, r->text, &err), r->reason, "refuse %s", r->text);
		ok(strcmp(err.pointer, r->pointer) == 0 &&
			strcmp(err.file, "trustpolicy.json") == 0 &&
			p.statement_count == 0,
		    "at %s: %s %s", r->pointer, err.file, err.pointer);
		policy_clear(&p);
	}
}

/* Who wants all faults is told the same one first. */
static void
test_first_of_all(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct where at = { .file = STR("trustpolicy.json") };
		struct faults all = { .mem = &mem, .most = 100 };
		struct policy p;
		struct err err;

		parse(&p, refused[i].text, &err);
		policy_parse_all(&p, &all, str_bytes(quoted(&mem, refused[i].text)),
		    POLICY_OCI, NULL, &at);
		ok(all.list.n > 0 && all.list.v[0].reason == err.reason &&
			strcmp(all.list.v[0].pointer, err.pointer) == 0 &&
			strcmp(all.list.v[0].text, err.text) == 0,
		    "first of %zu: %s", all.list.n, refused[i].text);
		policy_clear(&p);
	}
	for (size_t i = 0; i < COUNT(accepted); i++) {
		struct faults all = { .mem = &mem, .most = 100 };
		struct policy p;

		policy_parse_all(&p, &all, str_bytes(quoted(&mem, accepted[i])),
		    POLICY_OCI, NULL, NULL);
		is_u64(all.list.n, 0, "no fault: %s", accepted[i]);
		policy_clear(&p);
	}
	arena_clear(&mem);
}

static void
test_accepted(void)
{
	for (size_t i = 0; i < COUNT(accepted); i++) {
		struct policy p;
		struct err err;

		is_reason(
		    parse(&p, accepted[i], &err), REASON_NONE, "accept %s", accepted[i]);
		policy_clear(&p);
	}
}

static void
test_values(void)
{
	struct policy p;
	struct err err;
	const struct policy_statement *s;

	if (!is_reason(
		parse(&p,
		    DOC("{" NAME("one") SCOPES("'r.io/a','r.io/b'") VERIFY(
			"'level':'permissive','override':{'authenticity':'log','revocation':"
			"'skip'},'verifyTimestamp':'afterCertExpiry'")
			    STORES("'tsa:t','ca:b','ca:a','ca:b'")
				IDS("'" DN "','other:x'") "}," GOOD("two", "*")),
		    &err),
		REASON_NONE, "a full document"))
		return;
	s = &p.statements[0];
	is_str(p.doc.version, "1.0", "version");
	is_str(p.doc.kind, "notation-trust-policy", "kind");
	is_str(s->name, "one", "name");
	is_u64(s->index, 0, "index");
	is_u64(p.statements[1].index, 1, "index of the second");
	is_u64(s->scope_count, 2, "scopes");
	ok(s->level == LEVEL_CUSTOM, "level is custom");
	ok(s->actions[VALIDATION_INTEGRITY] == ACTION_ENFORCE &&
		s->actions[VALIDATION_AUTHENTICITY] == ACTION_LOG &&
		s->actions[VALIDATION_TIMESTAMP] == ACTION_LOG &&
		s->actions[VALIDATION_EXPIRY] == ACTION_LOG &&
		s->actions[VALIDATION_REVOCATION] == ACTION_SKIP,
	    "actions: of the level, then of the override");
	ok(s->timestamp_after_expiry, "afterCertExpiry");
	ok(!p.statements[1].timestamp_after_expiry, "always is the default");
	ok(p.statements[1].level == LEVEL_STRICT, "level strict");
	ok(!s->identities.any && s->identities.dn_count == 1 &&
		s->identities.text_count == 2,
	    "identities");
	ok(p.statements[1].identities.any, "identity *");
	is_u64(s->store_count, 3, "stores of the statement, each once");
	is_u64(p.store_count, 3, "stores of the document, each once");
	is_str(p.stores[0].name, "a", "stores by type and name: ca:a");
	is_str(p.stores[1].name, "b", "ca:b");
	is_str(p.stores[2].name, "t", "tsa:t");
	ok(s->stores[0].store == &p.stores[2] && s->stores[1].store == &p.stores[1] &&
		s->stores[2].store == &p.stores[0] &&
		p.statements[1].stores[0].store == &p.stores[0],
	    "statements point to them");
	is_reason(p.stores[0].reason, REASON_TRUSTSTORE_NOT_FOUND,
	    "a parsed store is not loaded");
	is_u64(policy_anchors(&p, s, STORE_CA, &p.mem).count, 0, "and gives no anchor");
	is_u64(p.warning_count, 0, "no warning");
	policy_clear(&p);
	policy_clear(&p);
}

static void
test_skip_all(void)
{
	struct policy p;
	struct err err;

	is_reason(
	    parse(&p,
		DOC(GOOD("a", "r.io/a") ",{" NAME("b") SCOPES("'*'") LEVEL("skip") "}"),
		&err),
	    REASON_NONE, "skip for *");
	if (is_u64(p.warning_count, 1, "one warning"))
		is_reason(
		    p.warnings[0].reason, REASON_POLICY_SKIP_ALL, "of policy.skip-all");
	policy_clear(&p);
	is_reason(parse(&p, ONE(NAME("b") SCOPES("'r.io/a'") LEVEL("skip")), &err),
	    REASON_NONE, "skip for one scope");
	is_u64(p.warning_count, 0, "no warning");
	policy_clear(&p);
}

/* Names of the statements for a scope: all of them, with how each was found. */
static void
is_selected(const struct policy *p, const char *scope, const char *want)
{
	AUTO(buf_clear) struct buf text = { .max = 4096 };
	struct policy_pick *picks;
	struct arena mem;
	size_t count;

	arena_init(&mem, 0);
	picks = policy_select(&count, p, &mem, str_of(scope));
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s%.*s %s", i == 0 ? "" : ", ",
		    STR_ARG(picks[i].statement->name),
		    policy_match_name(picks[i].match));
	is_str(str_of(buf_cstr(&text)), want, "select %s",
	    scope == NULL ? "(no name)" : scope);
	arena_clear(&mem);
}

/* One repository, written in several ways. */
static void
test_select_alike(void)
{
	static const struct {
		const char *scope, *rest, *alone; /* with a statement for *, without one */
	} rows[] = {
		{ "docker.io/library/nginx", "hub exact, both normalised",
		    "hub exact, both normalised" },
		{ "index.docker.io/library/nginx", "hub normalised, both exact",
		    "hub normalised, both exact" },
		/* One statement by two of its scopes: once. */
		{ "registry-1.docker.io/nginx", "hub normalised, both exact",
		    "hub normalised, both exact" },
		{ "docker.io/nginx", "hub normalised, both normalised, any wildcard",
		    "hub normalised, both normalised" },
		{ "Docker.io/library/nginx",
		    "hub normalised, both normalised, any wildcard",
		    "hub normalised, both normalised" },
		{ "local/hello-world", "local exact", "local exact" },
		{ "docker.io/local/hello-world", "local normalised, any wildcard",
		    "local normalised" },
		{ "local/hello-world/x", "any wildcard", "" },
		{ "docker.io/library/nginx2", "any wildcard", "" },
		{ "docker.io:443/library/nginx", "any wildcard", "" },
		{ NULL, "any wildcard", "" },
	};
#define ALIKE                                                                            	GOOD("hub", "docker.io/library/nginx")                                           	",{" NAME("both") SCOPES(                                                        	    "'index.docker.io/library/nginx','registry-1.docker.io/nginx'")              	    LEVEL("strict") TRUST "}," GOOD("local", "local/hello-world")
	struct policy with, without;
	struct err err;

	is_reason(parse(&with, DOC(ALIKE "," GOOD("any", "*")), &err), REASON_NONE,
	    "scopes that mean the same, and *");
	is_reason(parse(&without, DOC(ALIKE), &err), REASON_NONE, "and without *");
	for (size_t i = 0; i < COUNT(rows); i++) {
		is_selected(&with, rows[i].scope, rows[i].rest);
		is_selected(&without, rows[i].scope, rows[i].alone);
	}
	policy_clear(&with);
	policy_clear(&without);
}

static void
test_select(void)
{
	static const struct {
		const char *scope, *name;
	} rows[] = {
		{ "r.io/a", "exact exact" },
		{ "r.io/a/b", "any wildcard" },
		{ "r.io/aa", "any wildcard" },
		{ "r.io/", "any wildcard" },
		{ "r.io", "any wildcard" },
		{ "R.io/a", "any wildcard, exact normalised" },
		{ "r.io/a:tag", "any wildcard" },
		{ "r.io/a@sha256:00", "any wildcard" },
		{ "r.io/c", "second exact" },
		{ "other.io/a", "any wildcard" },
		{ "", "any wildcard" },
		{ NULL, "any wildcard" },
	};
	struct policy p;
	struct err err;

	is_reason(parse(&p,
		      DOC(GOOD("any", "*") "," GOOD("exact", "r.io/a") ",{" NAME("second")
			      SCOPES("'r.io/b','r.io/c'") LEVEL("strict") TRUST "}"),
		      &err),
	    REASON_NONE, "* before exact scopes");
	for (size_t i = 0; i < COUNT(rows); i++)
		is_selected(&p, rows[i].scope, rows[i].name);
	policy_clear(&p);
	is_reason(parse(&p, DOC(GOOD("exact", "r.io/a")), &err), REASON_NONE, "no *");
	ok(picked(&p, STR("r.io/a")) == &p.statements[0], "the exact one");
	ok(picked(&p, STR("r.io/b")) == NULL, "none for another");
	ok(picked(&p, STR("*")) == NULL, "none for the name *");
	ok(picked(&p, STR_NONE) == NULL, "none without a name");
	policy_clear(&p);
}

#define GLOBAL(g) ",'globalPolicy':" g
#define BLOB(n, g) "{" NAME(n) LEVEL("strict") TRUST g "}"

static const struct row blob_refused[] = {
	{ "", REASON_JSON_TYPE, "" },
	{ DOC(BLOB("a", "")) "{}", REASON_JSON_TRAILING_DATA, "" },
	{ DOC(BLOB("a", SCOPES("'*'"))), REASON_JSON_UNKNOWN_MEMBER,
	    AT "/registryScopes" },
	{ DOC(BLOB("a", ",'GlobalPolicy':true")), REASON_JSON_CASE_ALIAS,
	    AT "/GlobalPolicy" },
	{ DOC(BLOB("a", GLOBAL("'true'"))), REASON_JSON_TYPE, AT "/globalPolicy" },
	{ DOC(BLOB("a", GLOBAL("null"))), REASON_JSON_TYPE, AT "/globalPolicy" },
	{ DOC(BLOB("a", GLOBAL("1"))), REASON_JSON_TYPE, AT "/globalPolicy" },
	{ "{'version':'2.0'}", REASON_POLICY_VERSION, "/version" },
	{ DOC(""), REASON_POLICY_EMPTY, "/trustPolicies" },
	{ DOC(BLOB("a", "") "," BLOB("a", "")), REASON_POLICY_DUP_NAME,
	    "/trustPolicies/1/name" },
	{ DOC(BLOB("", "")), REASON_POLICY_NAME, AT "/name" },
	{ ONE(NAME("a") LEVEL("lax") TRUST), REASON_POLICY_LEVEL,
	    AT "/signatureVerification/level" },
	{ ONE(NAME("a") VERIFY("'level':'strict','override':{'integrity':'log'}") TRUST),
	    REASON_POLICY_OVERRIDE, AT "/signatureVerification/override/integrity" },
	{ ONE(NAME("a") VERIFY("'level':'strict','verifyTimestamp':'x'") TRUST),
	    REASON_POLICY_TIMESTAMP, AT "/signatureVerification/verifyTimestamp" },
	{ ONE(NAME("a") LEVEL("skip") TRUST), REASON_POLICY_SKIP_EXTRA,
	    AT "/trustStores" },
	{ ONE(NAME("a") LEVEL("strict") IDS("'*'")), REASON_POLICY_MISSING_TRUST, AT },
	{ ONE(NAME("a") LEVEL("strict") STORES("'ca'") IDS("'*'")), REASON_POLICY_STORE,
	    AT "/trustStores/0" },
	{ ONE(NAME("a") LEVEL("strict") STORES("'ca:a'") IDS("'*','x:y'")),
	    REASON_POLICY_IDENTITY_WILDCARD, AT "/trustedIdentities/0" },
	{ ONE(NAME("a") LEVEL("strict") STORES("'ca:a'") IDS("''")),
	    REASON_POLICY_IDENTITY, AT "/trustedIdentities/0" },
	{ ONE(NAME("a") LEVEL("strict") STORES("'ca:a'") IDS("'" DN "','" DN "'")),
	    REASON_POLICY_IDENTITY_OVERLAP, AT "/trustedIdentities/1" },
	{ DOC(BLOB("a", GLOBAL("true")) "," BLOB("b", GLOBAL("false")) "," BLOB(
	      "c", GLOBAL("true"))),
	    REASON_POLICY_GLOBAL, "/trustPolicies/2/globalPolicy" },
	{ ONE(NAME("a") LEVEL("skip") GLOBAL("true")), REASON_POLICY_GLOBAL_SKIP,
	    AT "/globalPolicy" },
	/* Order: the second of its kind first, and each statement whole before the next one. */
	{ DOC(BLOB("a", GLOBAL("true")) ",{" NAME("b") LEVEL("skip") GLOBAL("true") "}"),
	    REASON_POLICY_GLOBAL, "/trustPolicies/1/globalPolicy" },
	{ DOC("{" NAME("a") LEVEL("skip") GLOBAL("true") "},{" NAME("a") "}"),
	    REASON_POLICY_GLOBAL_SKIP, AT "/globalPolicy" },
	{ ONE(NAME("a") LEVEL("none") GLOBAL("true")), REASON_POLICY_LEVEL,
	    AT "/signatureVerification/level" },
};

static const char *const blob_accepted[] = {
	DOC(BLOB("a", "")),
	DOC(BLOB("a", GLOBAL("false")) "," BLOB("b", GLOBAL("false"))),
	DOC(BLOB("a", GLOBAL("true"))),
	DOC("{" NAME("a") LEVEL("skip") "}," BLOB("b", GLOBAL("true"))),
	ONE(NAME("a") LEVEL("skip") GLOBAL("false")),
};

static void
test_blob_documents(void)
{
	struct policy p;
	struct err err;

	for (size_t i = 0; i < COUNT(blob_refused); i++) {
		const struct row *r = &blob_refused[i];

		is_reason(parse_kind(&p, r->text, POLICY_BLOB, &err), r->reason,
		    "blob: refuse %s", r->text);
		ok(strcmp(err.pointer, r->pointer) == 0 && p.statement_count == 0,
		    "blob: at %s: %s", r->pointer, err.pointer);
	}
	for (size_t i = 0; i < COUNT(blob_accepted); i++) {
		is_reason(parse_kind(&p, blob_accepted[i], POLICY_BLOB, &err),
		    REASON_NONE, "blob: accept %s", blob_accepted[i]);
		is_u64(p.warning_count, 0, "blob: without a warning");
		policy_clear(&p);
	}
}

static void
test_select_blob(void)
{
	struct policy p;
	struct err err;

	is_reason(parse_kind(&p,
		      DOC(BLOB("one", "") "," BLOB("all", GLOBAL("true")) "," BLOB(
			  "two", GLOBAL("false"))),
		      POLICY_BLOB, &err),
	    REASON_NONE, "a blob policy");
	ok(p.kind == POLICY_BLOB && p.statements[1].global && !p.statements[2].global,
	    "its kind and its global statement");
	is_str(p.doc.kind, "notation-trust-policy", "blob: kind of the document");
	ok(policy_select_blob(&p, STR("one")) == &p.statements[0], "blob: by name");
	ok(policy_select_blob(&p, STR("all")) == &p.statements[1],
	    "blob: the global one by name");
	ok(policy_select_blob(&p, STR_NONE) == &p.statements[1],
	    "blob: the global one without a name");
	ok(policy_select_blob(&p, STR("One")) == NULL, "blob: case counts");
	ok(policy_select_blob(&p, STR("three")) == NULL,
	    "blob: another name leads to none, not to the global one");
	ok(policy_select_blob(&p, STR("")) == NULL, "blob: an empty name is a name");
	ok(picked(&p, STR("one")) == NULL && picked(&p, STR_NONE) == NULL,
	    "blob: no scope selects its statements");
	policy_clear(&p);
	is_reason(parse_kind(&p, DOC(BLOB("one", "")), POLICY_BLOB, &err), REASON_NONE,
	    "a blob policy without a global statement");
	ok(policy_select_blob(&p, STR_NONE) == NULL, "blob: none without a name");
	policy_clear(&p);
	is_reason(parse(&p, DOC(GOOD("one", "*")), &err), REASON_NONE, "an OCI policy");
	ok(policy_select_blob(&p, STR("one")) == NULL,
	    "blob: no name selects statements for images");
	policy_clear(&p);
}

static void
test_vector_blob(void)
{
	struct err err = { .reason = REASON_NONE };
	struct bytes text = { NULL, 0 };
	struct policy p;

	if (tap_vectors() != NULL)
		text = tap_file(
		    0, "%s/notation/trustpolicy/trustpolicy.blob.json", tap_vectors());
	if (text.ptr == NULL) {
		tap_skip("vectors not present: trustpolicy.blob.json");
		return;
	}
	(void)policy_parse(&p, text, POLICY_BLOB, NULL, NULL, &err);
	is_reason(err.reason, REASON_NONE, "vector trustpolicy.blob.json for blobs");
	is_str(p.statement_count == 0 ? STR_NONE : policy_select_blob(&p, STR_NONE)->name,
	    "test-blob-global-statement", "its global statement");
	policy_clear(&p);
}

static void
test_vectors(void)
{
	static const struct {
		const char *file;
		enum reason reason;
		const char *pointer;
	} rows[] = {
		{ "trustpolicy.json", REASON_NONE, "" },
		{ "permissive_trustpolicy.json", REASON_NONE, "" },
		{ "audit_trustpolicy.json", REASON_NONE, "" },
		{ "skip_trustpolicy.json", REASON_NONE, "" },
		{ "override_strict_trustpolicy.json", REASON_NONE, "" },
		{ "override_integrity_for_permissive_trustpolicy.json",
		    REASON_POLICY_OVERRIDE,
		    AT "/signatureVerification/override/integrity" },
		{ "empty_registry_scope_trustpolicy.json", REASON_POLICY_SCOPE,
		    AT "/registryScopes" },
		{ "malformed_registry_scope_trustpolicy.json", REASON_POLICY_SCOPE,
		    AT "/registryScopes/0" },
		{ "multiple_registry_scope_trustpolicy.json", REASON_NONE, "" },
		{ "overlapped_registry_scope_trustpolicy.json", REASON_POLICY_SCOPE,
		    AT "/registryScopes/1" },
		{ "wildcard_plus_other_registry_scope_trustpolicy.json",
		    REASON_POLICY_SCOPE, AT "/registryScopes/0" },
		{ "multi_statements_with_wildcard_registry_scope_trustpolicy.json",
		    REASON_NONE, "" },
		{ "multi_statements_with_the_same_name_trustpolicy.json",
		    REASON_POLICY_DUP_NAME, "/trustPolicies/1/name" },
		{ "malformed_trust_store_trustpolicy.json", REASON_POLICY_STORE,
		    AT "/trustStores/0" },
		{ "invalid_trust_store_trustpolicy.json", REASON_NONE, "" },
		{ "unset_trusted_identity_trustpolicy.json", REASON_POLICY_MISSING_TRUST,
		    AT "/trustedIdentities" },
		{ "valid_trusted_identity_trustpolicy.json", REASON_NONE, "" },
		{ "malformed_trusted_identity_trustpolicy.json", REASON_POLICY_IDENTITY,
		    AT "/trustedIdentities/0" },
		{ "missing_state_trusted_identity_trustpolicy.json",
		    REASON_POLICY_IDENTITY, AT "/trustedIdentities/0" },
		{ "overlapped_trusted_identity_trustpolicy.json",
		    REASON_POLICY_IDENTITY_OVERLAP, AT "/trustedIdentities/1" },
		{ "multiple_trusted_identity_trustpolicy.json", REASON_NONE, "" },
		{ "timestamp_trustpolicy.json", REASON_NONE, "" },
		{ "invalid_format_trustpolicy.json", REASON_JSON_SYNTAX, "" },
		/* A blob policy is none for images. */
		{ "trustpolicy.blob.json", REASON_JSON_UNKNOWN_MEMBER,
		    "/trustPolicies/1/globalPolicy" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bytes text = { NULL, 0 };
		struct err err = { .reason = REASON_NONE };
		struct policy p;

		if (tap_vectors() != NULL)
			text = tap_file(
			    0, "%s/notation/trustpolicy/%s", tap_vectors(), rows[i].file);
		if (text.ptr == NULL) {
			tap_skip("vectors not present: %s", rows[i].file);
			continue;
		}
		(void)policy_parse(&p, text, POLICY_OCI, NULL, NULL, &err);
		is_reason(err.reason, rows[i].reason, "vector %s", rows[i].file);
		is_str(str_of(err.pointer), rows[i].pointer, "place in %s", rows[i].file);
		policy_clear(&p);
	}
}

/* Names and scopes by the thousand cost no more than sorting. */
static void
test_many(void)
{
	struct err err = { .reason = REASON_NONE };
	struct buf b;
	struct policy p;

	buf_init(&b, POLICY_BYTES_MOST);
	buf_text(&b,
	    "{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"a\",\"trustStores\":[");
	for (unsigned i = 0; i < 20000; i++)
		buf_printf(&b, "%s\"ca:%u\"", i == 0 ? "" : ",", i);
	buf_text(&b,
	    "],\"trustedIdentities\":[\"*\"],\"signatureVerification\":{\"level\":"
	    "\"strict\"},\"registryScopes\":[");
	for (unsigned i = 0; i < 40000; i++)
		buf_printf(&b, "%s\"r.io/%u\"", i == 0 ? "" : ",", i);
	buf_text(&b, ",\"r.io/39999\"]}]}");
	ok(!b.full, "document of %zu bytes", b.len);
	(void)policy_parse(&p, buf_bytes(&b), POLICY_OCI, NULL, NULL, &err);
	is_reason(
	    err.reason, REASON_POLICY_SCOPE, "the last of many scopes stands twice");
	is_str(str_of(err.pointer), AT "/registryScopes/40000", "and is named");
	policy_clear(&p);
	buf_clear(&b);
}

int
main(void)
{
	test_refused();
	test_accepted();
	test_first_of_all();
	test_values();
	test_skip_all();
	test_select();
	test_select_alike();
	test_blob_documents();
	test_select_blob();
	test_vectors();
	test_vector_blob();
	test_many();
	return tap_done();
}
