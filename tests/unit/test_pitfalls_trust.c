/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mistakes that verifiers of Notary Project signatures make, by number: 14 to 17, 25 and 30 to 32,
 * which are about whom the policy trusts, and for what. See test_pitfalls.c.
 */
#include <unistd.h>

#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

#define AUTHORITY "notary.x509.signingAuthority"

static struct stage st;

static bool
is_state(const struct judge *j, enum state want, const char *name)
{
	return ok(j->verdict.state == want, "%s: %s", name, state_name(j->verdict.state));
}

/* --- 14: what may be logged, and what may not ----------------------------------------------------- */

static void
p14_swallowed(void)
{
	const struct metadata wanted = { STR("build"), STR("7") };
	struct forge_target elsewhere = {
		.digest =
		    "sha256:a000000000000000000000000000000000000000000000000000000000000001",
		.size = 1
	};
	struct forge_chain stranger =
	    forge_chain(st.f, forge_key(st.f, "p256"), "Stranger");
	static const char *const levels[] = { "'level':'audit'", "'level':'permissive'",
		("'level':'strict','override':{'authenticity':'log',"
		 "'authenticTimestamp':'log','expiry':'log','revocation':'skip'}") };
	struct judge j;

	for (size_t i = 0; i < COUNT(levels); i++) {
		stage_judge(&j, &st, "logged", levels[i], "'ca:root'");
		stage_both(&st, &j, "pitfall_14_integrity_logged",
		    (struct forge_envelope){ .flip = FORGE_PART_SIGNATURE, .flip_at = 5 },
		    REASON_SIG_INVALID);
		is_state(&j, STATE_NONCOMPLIANT, "pitfall_14_integrity_logged");
		stage_both(&st, &j, "pitfall_14_payload_logged",
		    (struct forge_envelope){ .payload = forge_payload(st.f, &elsewhere) },
		    REASON_PAYLOAD_TARGET_MISMATCH);
		is_state(&j, STATE_NONCOMPLIANT, "pitfall_14_payload_logged");
		j.metadata = &wanted;
		j.metadata_count = 1;
		stage_both(&st, &j, "pitfall_14_metadata_logged",
		    (struct forge_envelope){ .plugin = NULL },
		    REASON_PAYLOAD_METADATA_MISMATCH);
		is_state(&j, STATE_NONCOMPLIANT, "pitfall_14_metadata_logged");
		j.metadata_count = 0;
		is_reason(stage_verdict(
			      &st, &j, (struct forge_envelope){ .signer = &stranger }),
		    i == 1 ? REASON_CERT_UNTRUSTED : REASON_NONE,
		    "pitfall_14 sibling: a stranger %s", i == 1 ? "stops" : "is logged");
		judge_close(&j);
	}
}

/* --- 15: two halves of authenticity ---------------------------------------------------------------- */

static void
p15_identity(void)
{
	static const struct {
		const char *name, *stores, *subject;
		enum reason store;
		bool identity;
	} rows[] = {
		{ "pitfall_15 sibling: both right", "'ca:root'", "C=US,ST=WA,O=Example",
		    REASON_NONE, false },
		{ "pitfall_15 sibling: only the identity wrong", "'ca:root'",
		    "C=US,ST=WA,O=Other", REASON_NONE, true },
		{ "pitfall_15_store_that_is_not_there", "'ca:absent'",
		    "C=US,ST=WA,O=Other", REASON_TRUSTSTORE_NOT_FOUND, true },
		{ "pitfall_15_store_of_a_stranger", "'ca:stranger'", "C=US,ST=WA,O=Other",
		    REASON_CERT_UNTRUSTED, true },
		{ "pitfall_15 sibling: only the store wrong", "'ca:stranger'",
		    "C=US,ST=WA,O=Example", REASON_CERT_UNTRUSTED, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_cert leaf = stage_leaf(&st, "p256");
		struct forge_chain c;
		struct judge j;

		leaf.subject = rows[i].subject;
		c = stage_signer(&st, &leaf);
		stage_judge(&j, &st, "identity", "'level':'audit'", rows[i].stores);
		is_reason(stage_verdict(&st, &j, (struct forge_envelope){ .signer = &c }),
		    REASON_NONE, "%s: logged", rows[i].name);
		ok(judge_found(&j, REASON_IDENTITY_MISMATCH, false) == rows[i].identity,
		    "%s: the identity is %slogged", rows[i].name,
		    rows[i].identity ? "" : "not ");
		ok(rows[i].store == REASON_NONE || judge_found(&j, rows[i].store, false),
		    "%s: so is the store", rows[i].name);
		judge_close(&j);
	}
}

/* --- 16, 17: whose word counts for the time --------------------------------------------------------- */

static void
p16_p17_time(void)
{
	static const struct {
		const char *name, *stores, *scheme, *time;
		bool token;
		enum reason reason;
	} rows[] = {
		{ "pitfall_16_signing_time_trusted", "'ca:root'", NULL,
		    "2024-01-15T12:00:00Z", false, REASON_CERT_EXPIRED },
		{ "pitfall_16_token_without_a_tsa_store", "'ca:root'", NULL,
		    "2024-01-15T12:00:00Z", true, REASON_CERT_EXPIRED },
		{ "pitfall_16 sibling: token and tsa store", "'ca:root','tsa:root'", NULL,
		    "2024-01-15T12:00:00Z", true, REASON_NONE },
		{ "pitfall_16_signing_time_instead_of_the_token", "'ca:root','tsa:root'",
		    NULL, "2024-01-15T12:00:00Z", false, REASON_TIMESTAMP_MISSING },
		{ "pitfall_17_token_for_a_signing_authority",
		    "'ca:root','signingAuthority:root','tsa:root'", AUTHORITY,
		    "2024-04-01T00:00:00Z", true, REASON_CERT_NOT_VALID_AT_SIGNING },
		{ "pitfall_17_ca_root_for_a_signing_authority", "'ca:root','tsa:root'",
		    AUTHORITY, "2024-01-15T12:00:00Z", true, REASON_CERT_UNTRUSTED },
		{ "pitfall_17 sibling: its own root, its own time",
		    "'signingAuthority:root'", AUTHORITY, "2024-01-15T12:00:00Z", false,
		    REASON_NONE },
		{ "pitfall_17_root_of_a_signing_authority_for_a_ca",
		    "'signingAuthority:root','tsa:root'", NULL, "2024-01-15T12:00:00Z",
		    true, REASON_CERT_UNTRUSTED },
	};
	struct forge_token token = { .tsa = &st.tsa, .time = "2024-02-01" };
	struct forge_cert leaf = stage_leaf(&st, "p256");
	struct forge_chain c;
	struct judge j;

	leaf.not_after = "2024-03-01T00:00:00Z";
	c = stage_signer(&st, &leaf);
	for (size_t i = 0; i < COUNT(rows); i++) {
		stage_judge(&j, &st, "time", "'level':'strict'", rows[i].stores);
		stage_both(&st, &j, rows[i].name,
		    (struct forge_envelope){ .signer = &c,
			.scheme = rows[i].scheme,
			.signing_time = rows[i].time,
			.token = rows[i].token ? &token : NULL },
		    rows[i].reason);
		judge_close(&j);
	}
}

/* --- 25: the chain as it was delivered ---------------------------------------------------------------- */

static void
p25_path(void)
{
	struct forge_cert leaf = stage_leaf(&st, "p256");
	struct forge_cert cross = forge_cert_root(
	    forge_key(st.f, "ca-sub"), "C=US,ST=WA,O=Example,CN=Release Issuing CA");
	struct forge_chain c;
	struct judge j;

	stage_judge(&j, &st, "path", "'level':'strict'", "'ca:root'");
	/* X509_verify_cert takes a leaf with its issuer's name for self-signed. */
	leaf.subject = "C=US,ST=WA,O=Example,CN=Release Issuing CA";
	c = stage_signer(&st, &leaf);
	stage_both(&st, &j, "pitfall_25_self_signed_by_name",
	    (struct forge_envelope){ .signer = &c }, REASON_NONE);
	c = st.ca;
	c.cert[1] = st.ca.cert[2];
	c.cert[2] = st.ca.cert[1];
	stage_both(&st, &j, "pitfall_25_order_made_right",
	    (struct forge_envelope){ .signer = &c }, REASON_CHAIN_ORDER);
	c = st.ca;
	c.count = 4;
	c.cert[3] = st.alone.cert[0];
	stage_both(&st, &j, "pitfall_25_surplus_certificate_left_out",
	    (struct forge_envelope){ .signer = &c }, REASON_CHAIN_EXTRA_SELF_SIGNED);
	c = st.ca;
	c.count = 2;
	stage_both(&st, &j, "pitfall_25_root_taken_from_the_store",
	    (struct forge_envelope){ .signer = &c }, REASON_CHAIN_NO_ROOT);
	c = st.ca;
	c.cert[1] = st.ca.cert[2];
	c.count = 2;
	stage_both(&st, &j, "pitfall_25_issuer_left_out",
	    (struct forge_envelope){ .signer = &c }, REASON_CHAIN_ORDER);
	/*
	 * The same issuer, cross-certified: self-signed here. Another path leads to the trusted
	 * root, but it was not delivered.
	 */
	c = st.ca;
	c.cert[1] = forge_cert(st.f, &cross);
	c.count = 2;
	stage_both(&st, &j, "pitfall_25_another_path_to_the_anchor",
	    (struct forge_envelope){ .signer = &c }, REASON_CERT_UNTRUSTED);
	stage_both(&st, &j, "pitfall_25 sibling: the chain in order",
	    (struct forge_envelope){ .signer = &st.ca }, REASON_NONE);
	judge_close(&j);
}

/* --- 30: names ---------------------------------------------------------------------------------------- */

static void
p30_names(void)
{
	static const struct {
		const char *name, *identity, *subject;
		enum reason reason;
	} rows[] = {
		{ "pitfall_30 sibling: equal", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=Example Inc,CN=x", REASON_NONE },
		{ "pitfall_30_case_of_the_value", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=EXAMPLE INC,CN=x", REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_blanks_folded", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=Example  Inc,CN=x", REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_blank_at_the_end", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=Example Inc ,CN=x", REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_escaped_blank_at_the_end", "C=US,ST=WA,O=Example Inc\\\\ ",
		    "C=US,ST=WA,O=Example Inc ,CN=x", REASON_NONE },
		{ "pitfall_30_s_means_st", "C=US,S=WA,O=Example Inc",
		    "C=US,ST=WA,O=Example Inc,CN=x", REASON_NONE },
		{ "pitfall_30_s_of_another_state", "C=US,S=OR,O=Example Inc",
		    "C=US,ST=WA,O=Example Inc,CN=x", REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_subset_the_wrong_way",
		    "C=US,ST=WA,O=Example Inc,OU=Release", "C=US,ST=WA,O=Example Inc",
		    REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_one_attribute_is_not_enough",
		    "C=US,ST=WA,O=Example Inc,CN=x", "C=US,ST=WA,O=Example Inc,CN=y",
		    REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_value_begins_alike", "C=US,ST=WA,O=Example",
		    "C=US,ST=WA,O=Example Inc,CN=x", REASON_IDENTITY_MISMATCH },
		{ "pitfall_30_organization_twice_in_one_part", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=Example Inc+O=Other",
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "pitfall_30_organization_twice", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=Other,O=Example Inc",
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "pitfall_30_attribute_inside_a_value", "C=US,ST=WA,O=Example Inc",
		    "C=US,ST=WA,O=Other\\,O\\=Example Inc", REASON_IDENTITY_MISMATCH },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *statement = arena_printf(forge_mem(st.f),
		    "{'name':'a','registryScopes':['*'],'trustStores':['ca:root'],"
		    "'signatureVerification':{'level':'strict'},"
		    "'trustedIdentities':['x509.subject:%s']}",
		    rows[i].identity)
					    .ptr;
		struct forge_cert leaf = stage_leaf(&st, "p256");
		struct forge_chain c;
		struct judge j;

		leaf.subject = rows[i].subject;
		c = stage_signer(&st, &leaf);
		judge_open(&j, stage_policy(&st, "names", statement), STAGE_NOW);
		is_reason(stage_verdict(&st, &j, (struct forge_envelope){ .signer = &c }),
		    rows[i].reason, "%s", rows[i].name);
		judge_close(&j);
	}
}

/* --- 31: scopes ----------------------------------------------------------------------------------------- */

#define STATEMENT(name, scope, store)                                                    \
	"{'name':'" name "','registryScopes':['" scope "'],'trustStores':['ca:" store    \
	"'],'signatureVerification':{'level':'strict'},'trustedIdentities':['*']}"

/* The name that the export gives, under two statements: "*" trusts nobody here, or all. */
static void
named(const char *name, const char *policy, const char *statements, const char *reference,
    enum reason reason)
{
	struct subject s;
	struct judge j;

	judge_open(&j, stage_policy(&st, policy, statements), STAGE_NOW);
	j.trust_names = true;
	subject_new(&s, &st);
	forge_entry(s.layout, &s.image, reference);
	subject_sign(&s, (struct forge_envelope){ .plugin = NULL });
	forge_layout_end(s.layout);
	s.written = true;
	is_reason(judge_folder(&j, s.dir, NULL), reason, "%s", name);
	is_state(&j, reason == REASON_NONE ? STATE_COMPLIANT : STATE_NONCOMPLIANT, name);
	subject_close(&s);
	judge_close(&j);
}

static void
p31_scopes(void)
{
	static const char exact[] = STATEMENT("exact", "r.example/a/b", "root");
	static const char wide[] = STATEMENT("exact", "r.example/a", "root");
	static const char first[] = STATEMENT("all", "*", "stranger") "," STATEMENT(
	    "exact", "r.example/a/b", "root");
	static const char last[] = STATEMENT(
	    "exact", "r.example/a/b", "stranger") "," STATEMENT("all", "*", "root");

	named("pitfall_31 sibling: the scope itself", "exact", exact, "r.example/a/b:1",
	    REASON_NONE);
	named("pitfall_31_tag_left_in_the_name", "exact", exact, "r.example/a/b:some-tag",
	    REASON_NONE);
	named("pitfall_31_scope_is_a_prefix", "wide", wide, "r.example/a/b:1",
	    REASON_POLICY_NO_MATCH);
	named("pitfall_31_scope_is_a_prefix_of_a_word", "exact", exact,
	    "r.example/a/bc:1", REASON_POLICY_NO_MATCH);
	named("pitfall_31_name_is_a_prefix_of_the_scope", "exact", exact, "r.example/a:1",
	    REASON_POLICY_NO_MATCH);
	named("pitfall_31_port_left_out", "exact", exact, "r.example:5000/a/b:1",
	    REASON_POLICY_NO_MATCH);
	named("pitfall_31_wildcard_before_the_scope", "first", first, "r.example/a/b:1",
	    REASON_NONE);
	named("pitfall_31_wildcard_instead_of_the_scope", "last", last, "r.example/a/b:1",
	    REASON_CERT_UNTRUSTED);
	named("pitfall_31 sibling: wildcard for the others", "last", last,
	    "r.example/a/c:1", REASON_NONE);
	named("pitfall_31_cut_at_the_first_at", "exact", exact,
	    "r.example/a/b@evil.example/x:1", REASON_REFERENCE_INVALID);
	named("pitfall_31_cut_at_the_first_at_of_two", "exact", exact,
	    "r.example/a/b@c@sha256:"
	    "a000000000000000000000000000000000000000000000000000000000000001:1",
	    REASON_REFERENCE_INVALID);
}

/* --- 32: stores as files --------------------------------------------------------------------------------- */

enum damage {
	SOUND,
	SECOND,
	LINK,
	FOLDER,
	BROKEN,
	EMPTY_FILE,
	KEY_BESIDE,
	LEAF,
	DAMAGE_COUNT
};

static void
damage(enum damage what)
{
#define STORE "files/truststore/x509/ca/root/"
	switch (what) {
	case SOUND:
	case DAMAGE_COUNT:
		break;
	case SECOND:
		scratch_put(&st.dir, STORE "second.pem",
		    str_bytes(forge_pem(st.f, st.tsa.cert[2])));
		break;
	case LINK:
		scratch_link(&st.dir, STORE "second.pem", "root.pem");
		break;
	case FOLDER:
		scratch_folder(&st.dir, STORE "second");
		break;
	case BROKEN:
		scratch_put(&st.dir, STORE "second.pem", BYTES_LIT("no certificate"));
		break;
	case EMPTY_FILE:
		scratch_put(&st.dir, STORE "second.pem", BYTES_LIT(""));
		break;
	case KEY_BESIDE:
		scratch_put(&st.dir, STORE "second.pem",
		    str_bytes(arena_printf(forge_mem(st.f),
			"%s-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
			forge_pem(st.f, st.ca.cert[2]).ptr)));
		break;
	case LEAF:
		scratch_put(&st.dir, STORE "second.der", st.ca.cert[0]);
		break;
	}
#undef STORE
}

/* The sound certificate is there all the time, and the signature is by it. */
static void
p32_files(void)
{
	static const struct {
		const char *name;
		enum reason reason;
	} rows[DAMAGE_COUNT] = {
		[SOUND] = { "pitfall_32 sibling: one file", REASON_NONE },
		[SECOND] = { "pitfall_32 sibling: two files", REASON_NONE },
		[LINK] = { "pitfall_32_symbolic_link_followed", REASON_TRUSTSTORE_ENTRY },
		[FOLDER] = { "pitfall_32_folder_overlooked", REASON_TRUSTSTORE_ENTRY },
		[BROKEN] = { "pitfall_32_broken_file_overlooked",
		    REASON_TRUSTSTORE_CERT },
		[EMPTY_FILE] = { "pitfall_32_empty_file_overlooked",
		    REASON_TRUSTSTORE_CERT },
		[KEY_BESIDE] = { "pitfall_32_other_block_overlooked",
		    REASON_TRUSTSTORE_CERT },
		[LEAF] = { "pitfall_32_leaf_as_anchor", REASON_TRUSTSTORE_LEAF },
	};

	for (int what = SOUND; what < DAMAGE_COUNT; what++) {
		const char *dir = stage_policy(
		    &st, "files", stage_statement(&st, "'level':'strict'", "'ca:root'"));
		struct judge j;

		damage((enum damage)what);
		judge_open(&j, dir, STAGE_NOW);
		stage_both(&st, &j, rows[what].name,
		    (struct forge_envelope){ .plugin = NULL }, rows[what].reason);
		judge_close(&j);
		scratch_remove(&st.dir, "files");
	}
}

/* A policy that is not loaded at all. */
static void
unloaded(const char *name, const char *dir, enum reason reason)
{
	AUTO(ossl_free) struct ossl *lib = ossl_new();
	struct policy_options options = { .kind = POLICY_OCI };
	struct err err = { .reason = REASON_NONE };
	struct limits limits;
	struct policy p;

	limits_default(&limits);
	options.limits = &limits;
	if (policy_load(&p, dir, lib, &options, &err) == 0) {
		policy_clear(&p);
		err.reason = REASON_NONE;
	}
	is_reason(err.reason, reason, "%s", name);
}

static void
p32_names_and_owners(void)
{
	static const struct {
		const char *name, *store;
		enum reason reason;
	} rows[] = {
		{ "pitfall_32 sibling: a plain name", "'ca:root'", REASON_NONE },
		{ "pitfall_32_store_name_dots", "'ca:..'", REASON_POLICY_STORE },
		{ "pitfall_32_store_name_dot", "'ca:.'", REASON_POLICY_STORE },
		{ "pitfall_32_store_name_path", "'ca:../ca/root'", REASON_POLICY_STORE },
	};
	const char *dir = NULL;

	for (size_t i = 0; i < COUNT(rows); i++) {
		dir = stage_policy(&st, "owners",
		    stage_statement(&st, "'level':'strict'", rows[i].store));
		unloaded(rows[i].name, dir, rows[i].reason);
	}
	dir = stage_policy(
	    &st, "owners", stage_statement(&st, "'level':'strict'", "'ca:root'"));
	scratch_mode(&st.dir, "owners/truststore/x509/ca/root/root.pem", 0646);
	unloaded("pitfall_32_file_that_others_may_write", dir, REASON_FILE_PERMISSIONS);
	scratch_mode(&st.dir, "owners/truststore/x509/ca/root/root.pem", 0644);
	scratch_mode(&st.dir, "owners/truststore/x509/ca/root", 0757);
	unloaded("pitfall_32_store_that_others_may_write", dir, REASON_FILE_PERMISSIONS);
	scratch_mode(&st.dir, "owners/truststore/x509/ca/root", 0755);
	unloaded("pitfall_32 sibling: nobody else may write", dir, REASON_NONE);
	if (geteuid() != 0) {
		tap_skip("pitfall_32_file_of_another_user: not root");
		return;
	}
	ok(chown(scratch_at(&st.dir, "owners/truststore/x509/ca/root/root.pem"), 12345,
	       12345) == 0,
	    "another user's file");
	unloaded("pitfall_32_file_of_another_user", dir, REASON_FILE_PERMISSIONS);
}

int
main(void)
{
	stage_open(&st);
	p14_swallowed();
	p15_identity();
	p16_p17_time();
	p25_path();
	p30_names();
	p31_scopes();
	p32_files();
	p32_names_and_owners();
	stage_close(&st);
	return tap_done();
}
