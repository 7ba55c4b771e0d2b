/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which failure stops an artifact under which level (trust policy specification, "Signature
 * Verification details"): one fault at a time under every level and override, what no level
 * forgives, who may sign, and the edges of time.
 */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

enum act { ENF, LOG, SKIP };
enum check { AUTHENTICITY, TIMESTAMP, EXPIRY, REVOCATION, CHECK_COUNT };

/* The table of the specification, written here once more. */
static const struct {
	const char *name, *verification;
	enum act acts[CHECK_COUNT];
} levels[] = {
	{ "strict", "'level':'strict'", { ENF, ENF, ENF, ENF } },
	{ "permissive", "'level':'permissive'", { ENF, LOG, LOG, LOG } },
	{ "audit", "'level':'audit'", { LOG, LOG, LOG, LOG } },
	{ "strict-empty", "'level':'strict','override':{}", { ENF, ENF, ENF, ENF } },
	{ "strict-authenticity-log", "'level':'strict','override':{'authenticity':'log'}",
	    { LOG, ENF, ENF, ENF } },
	{ "strict-timestamp-log",
	    "'level':'strict','override':{'authenticTimestamp':'log'}",
	    { ENF, LOG, ENF, ENF } },
	{ "strict-expiry-log", "'level':'strict','override':{'expiry':'log'}",
	    { ENF, ENF, LOG, ENF } },
	{ "strict-revocation-log", "'level':'strict','override':{'revocation':'log'}",
	    { ENF, ENF, ENF, LOG } },
	{ "strict-revocation-skip", "'level':'strict','override':{'revocation':'skip'}",
	    { ENF, ENF, ENF, SKIP } },
	{ "permissive-revocation-skip",
	    "'level':'permissive','override':{'revocation':'skip'}",
	    { ENF, LOG, LOG, SKIP } },
	{ "audit-authenticity-enforce",
	    "'level':'audit','override':{'authenticity':'enforce'}",
	    { ENF, LOG, LOG, LOG } },
	{ "audit-timestamp-enforce",
	    "'level':'audit','override':{'authenticTimestamp':'enforce'}",
	    { LOG, ENF, LOG, LOG } },
	{ "audit-expiry-enforce", "'level':'audit','override':{'expiry':'enforce'}",
	    { LOG, LOG, ENF, LOG } },
	{ "audit-revocation-enforce",
	    "'level':'audit','override':{'revocation':'enforce'}",
	    { LOG, LOG, LOG, ENF } },
	{ "audit-all-enforce",
	    "'level':'audit','override':{'authenticity':'enforce','expiry':'enforce',"
	    "'authenticTimestamp':'enforce','revocation':'enforce'}",
	    { ENF, ENF, ENF, ENF } },
};

struct signers {
	struct forge_chain untrusted, other_name, expired, revocable, ocsp;
};

static void
signers_make(struct signers *s, struct stage *st)
{
	struct forge_cert leaf = stage_leaf(st, "p256");

	s->untrusted = forge_chain(st->f, forge_key(st->f, "p256"), "Unknown");
	leaf.subject = "C=US,ST=WA,O=Other,CN=Signer";
	s->other_name = stage_signer(st, &leaf);
	leaf = stage_leaf(st, "p256");
	leaf.not_after = "2024-03-01";
	s->expired = stage_signer(st, &leaf);
	leaf = stage_leaf(st, "p256");
	leaf.crl_url = "http://crl.example/a.crl";
	s->revocable = stage_signer(st, &leaf);
	leaf = stage_leaf(st, "p256");
	leaf.ocsp_url = "http://ocsp.example/";
	s->ocsp = stage_signer(st, &leaf);
}

/* A failure that the action of one check decides about. */
static void
one_fault(struct judge *j, struct stage *st, const char *level, const char *name,
    enum act act, struct forge_envelope spec, enum reason reason)
{
	enum reason got = stage_verdict(st, j, spec);

	if (act == ENF) {
		is_reason(got, reason, "%s: %s stops it", level, name);
		ok(j->verdict.state == STATE_NONCOMPLIANT && judge_found(j, reason, true),
		    "%s: %s is noncompliant", level, name);
		return;
	}
	is_reason(got, REASON_NONE, "%s: %s does not stop it", level, name);
	ok(j->verdict.state == STATE_COMPLIANT && !judge_found(j, reason, true) &&
		judge_found(j, reason, false) == (act == LOG),
	    "%s: %s is %s", level, name, act == LOG ? "logged" : "not looked for");
}

static void
test_faults(struct stage *st, const struct signers *s)
{
	const struct {
		const char *name;
		enum check check;
		struct forge_envelope spec;
		enum reason reason;
	} rows[] = {
		{ "untrusted signer", AUTHENTICITY, { .signer = &s->untrusted },
		    REASON_CERT_UNTRUSTED },
		{ "another identity", AUTHENTICITY, { .signer = &s->other_name },
		    REASON_IDENTITY_MISMATCH },
		{ "expired certificate", TIMESTAMP, { .signer = &s->expired },
		    REASON_CERT_EXPIRED },
		{ "signing time to come", TIMESTAMP,
		    { .signing_time = "2026-06-01T00:05:01Z" }, REASON_SIG_TIME },
		{ "expired signature", EXPIRY, { .expiry = STAGE_NOW },
		    REASON_SIGNATURE_EXPIRED },
		{ "revocation list named", REVOCATION, { .signer = &s->revocable },
		    REASON_REVOCATION_NO_DATA },
		{ "OCSP responder named", REVOCATION, { .signer = &s->ocsp },
		    REASON_REVOCATION_NO_DATA },
	};

	for (size_t i = 0; i < COUNT(levels); i++) {
		struct judge j;

		stage_judge(&j, st, levels[i].name, levels[i].verification, "'ca:root'");
		is_reason(
		    stage_verdict(st, &j, (struct forge_envelope){ .plugin = NULL }),
		    REASON_NONE, "%s: nothing wrong", levels[i].name);
		for (size_t k = 0; k < COUNT(rows); k++)
			one_fault(&j, st, levels[i].name, rows[k].name,
			    levels[i].acts[rows[k].check], rows[k].spec, rows[k].reason);
		judge_close(&j);
	}
}

/* Time stamps: the action is that of authenticTimestamp, whatever fails in or behind the token. */
static void
test_stamps(struct stage *st)
{
	struct forge_chain crl_tsa = st->tsa;
	struct forge_cert leaf = forge_cert_tsa(
	    st->tsa.key, "CN=stamp", st->tsa.cert[1], forge_key(st->f, "tsa-sub"));
	struct forge_token good = { .tsa = &st->tsa }, late = good, revocable = good;
	struct forge_token broken = good;

	leaf.crl_url = "http://crl.example/tsa.crl";
	crl_tsa.cert[0] = forge_cert(st->f, &leaf);
	revocable.tsa = &crl_tsa;
	late.time = "2049-12-31T23:59:59Z";
	late.millis = 1;
	broken.break_signature = true;
	const struct {
		const char *name;
		struct forge_envelope spec;
		enum reason reason;
	} rows[] = {
		{ "no token", { .token = NULL }, REASON_TIMESTAMP_MISSING },
		{ "a token of another time", { .token = &late },
		    REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "a broken token", { .token = &broken }, REASON_TST_SIGNATURE },
		{ "no token, but octets", { .token_raw = BYTES_LIT("0\0") },
		    REASON_TST_SYNTAX },
		/* Always asked, though these policies skip revocation. */
		{ "an authority that may be revoked", { .token = &revocable },
		    REASON_TSA_REVOCATION_UNKNOWN },
	};
	static const struct {
		const char *name, *verification;
		enum act act;
	} policies[] = {
		{ "stamp-strict", "'level':'strict'", ENF },
		{ "stamp-skip", "'level':'strict','override':{'revocation':'skip'}",
		    ENF },
		{ "stamp-always", "'level':'strict','verifyTimestamp':'always'", ENF },
		{ "stamp-permissive", "'level':'permissive'", LOG },
		{ "stamp-enforced",
		    "'level':'audit','override':{'authenticTimestamp':'enforce'}", ENF },
	};

	for (size_t i = 0; i < COUNT(policies); i++) {
		struct judge j;

		stage_judge(&j, st, policies[i].name, policies[i].verification,
		    "'ca:root','tsa:root'");
		is_reason(
		    stage_verdict(st, &j, (struct forge_envelope){ .token = &good }),
		    REASON_NONE, "%s: a good token", policies[i].name);
		for (size_t k = 0; k < COUNT(rows); k++)
			one_fault(&j, st, policies[i].name, rows[k].name, policies[i].act,
			    rows[k].spec, rows[k].reason);
		judge_close(&j);
	}
}

/* --- what no level forgives ------------------------------------------------------------------- */

static void
test_always(struct stage *st)
{
	static const struct forge_header odd = { .name = "example.odd",
		.json = "1",
		.cbor = { (const uint8_t *)"\x01", 1 },
		.critical = true };
	struct forge_target elsewhere = {
		.digest =
		    "sha256:a000000000000000000000000000000000000000000000000000000000000001",
		.size = 1
	};
	struct forge_chain weak = st->ca;
	struct forge_cert leaf = stage_leaf(st, "p256");

	leaf.key_usage = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT;
	weak.cert[0] = forge_cert(st->f, &leaf);
	const struct {
		const char *name;
		struct forge_envelope spec;
		enum reason reason;
	} rows[] = {
		{ "changed payload",
		    { .flip = FORGE_PART_PAYLOAD, .flip_near = "\"size\":" },
		    REASON_SIG_INVALID },
		{ "changed signature", { .flip = FORGE_PART_SIGNATURE, .flip_at = 9 },
		    REASON_SIG_INVALID },
		{ "a chain against the rules", { .signer = &weak },
		    REASON_LEAF_KEY_USAGE },
		{ "another payload type", { .content_type = "text/plain" },
		    REASON_PAYLOAD_TYPE_UNSUPPORTED },
		{ "a plug-in", { .plugin = "example" }, REASON_ENVELOPE_PLUGIN_REQUIRED },
		{ "a plug-in and its version",
		    { .plugin = "example", .plugin_min = "1.0.0" },
		    REASON_ENVELOPE_PLUGIN_REQUIRED },
		{ "a critical attribute", { .extra = &odd, .extra_count = 1 },
		    REASON_ENVELOPE_CRITICAL_UNKNOWN },
		{ "another subject", { .payload = forge_payload(st->f, &elsewhere) },
		    REASON_PAYLOAD_TARGET_MISMATCH },
		{ "a payload without target", { .payload = BYTES_LIT("{}") },
		    REASON_PAYLOAD_MALFORMED },
		{ "an envelope that does not parse",
		    { .payload = BYTES_LIT("{}"), .outer_extra = ",\"signatures\":[]" },
		    REASON_SIG_FORM },
	};

	for (size_t i = 0; i < COUNT(levels); i++) {
		struct judge j;

		stage_judge(&j, st, levels[i].name, levels[i].verification, "'ca:root'");
		for (size_t k = 0; k < COUNT(rows); k++) {
			is_reason(stage_verdict(st, &j, rows[k].spec), rows[k].reason,
			    "%s: %s stops it", levels[i].name, rows[k].name);
			if (j.verdict.state != STATE_NONCOMPLIANT)
				ok(false, "%s: %s: not noncompliant", levels[i].name,
				    rows[k].name);
		}
		judge_close(&j);
	}
}

/* An artifact without signature, and level skip. */
static void
test_unsigned(struct stage *st)
{
	struct subject s;
	struct judge j;

	subject_open(&s, st);
	for (size_t i = 0; i < COUNT(levels); i++) {
		stage_judge(&j, st, levels[i].name, levels[i].verification, "'ca:root'");
		is_reason(subject_judge(&s, &j), REASON_SIGNATURE_NOT_FOUND,
		    "%s: no signature", levels[i].name);
		ok(j.verdict.state == STATE_NONCOMPLIANT,
		    "%s: no signature is noncompliant", levels[i].name);
		judge_close(&j);
	}
	judge_open(&j,
	    stage_policy(st, "skip",
		"{'name':'a','registryScopes':['*'],"
		"'signatureVerification':{'level':'skip'}}"),
	    STAGE_NOW);
	is_reason(subject_judge(&s, &j), REASON_POLICY_LEVEL_SKIP, "skip: no signature");
	ok(j.verdict.state == STATE_NOT_APPLICABLE,
	    "skip: not applicable, not compliant");
	is_reason(
	    stage_verdict(st, &j,
		(struct forge_envelope){ .flip = FORGE_PART_SIGNATURE, .flip_at = 3 }),
	    REASON_POLICY_LEVEL_SKIP, "skip: a broken signature is not read");
	ok(j.verdict.signatures.n == 0, "skip: nothing about signatures is recorded");
	judge_close(&j);
	subject_close(&s);
}

/* --- who may sign ------------------------------------------------------------------------------ */

static void
test_identities(struct stage *st)
{
	static const struct {
		const char *name, *identities, *subject;
		enum reason reason;
	} rows[] = {
		{ "any", "'*'", "CN=x", REASON_NONE },
		{ "part of the subject", "'x509.subject:C=US,ST=WA,O=Example'",
		    "C=US,ST=WA,L=Seattle,O=Example,OU=a,CN=x", REASON_NONE },
		{ "all of the subject", "'x509.subject:CN=x,O=Example,ST=WA,C=US'",
		    "C=US,ST=WA,O=Example,CN=x", REASON_NONE },
		{ "S for ST", "'x509.subject:C=US,S=WA,O=Example'",
		    "C=US,ST=WA,O=Example", REASON_NONE },
		{ "second of two",
		    "'x509.subject:C=DE,ST=BE,O=B','x509.subject:C=US,ST=WA,O=A'",
		    "C=US,ST=WA,O=A", REASON_NONE },
		{ "more than the subject", "'x509.subject:C=US,ST=WA,O=Example,OU=a'",
		    "C=US,ST=WA,O=Example", REASON_IDENTITY_MISMATCH },
		{ "another value", "'x509.subject:C=US,ST=WA,O=Example'",
		    "C=US,ST=WA,O=Example2", REASON_IDENTITY_MISMATCH },
		{ "another case", "'x509.subject:C=US,ST=WA,O=Example'",
		    "C=US,ST=WA,O=example", REASON_IDENTITY_MISMATCH },
		{ "two spaces", "'x509.subject:C=US,ST=WA,O=Ex ample'",
		    "C=US,ST=WA,O=Ex  ample", REASON_IDENTITY_MISMATCH },
		{ "an issuer of that name", "'x509.subject:C=US,ST=WA,O=Example'",
		    "C=US,ST=WA,O=Else", REASON_IDENTITY_MISMATCH },
		{ "only another kind of identity", "'other:x'", "C=US,ST=WA,O=Example",
		    REASON_IDENTITY_NONE_USABLE },
		{ "attribute of no known kind", "'x509.subject:C=US,ST=WA,O=Example'",
		    "C=US,ST=WA,O=Example,emailAddress=a@b",
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "two organizations", "'x509.subject:C=US,ST=WA,O=Example'",
		    "C=US,ST=WA,O=Example,O=Else", REASON_IDENTITY_SUBJECT_UNSUPPORTED },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *statement = arena_printf(forge_mem(st->f),
		    "{'name':'a','registryScopes':['*'],'trustStores':['ca:root'],"
		    "'signatureVerification':{'level':'strict'},"
		    "'trustedIdentities':[%s]}",
		    rows[i].identities)
					    .ptr;
		struct forge_cert leaf = stage_leaf(st, "p256");
		struct forge_chain c;
		struct judge j;

		leaf.subject = rows[i].subject;
		c = stage_signer(st, &leaf);
		judge_open(&j, stage_policy(st, "identity", statement), STAGE_NOW);
		is_reason(stage_verdict(st, &j, (struct forge_envelope){ .signer = &c }),
		    rows[i].reason, "identity: %s", rows[i].name);
		judge_close(&j);
	}
}

/* --- stores ---------------------------------------------------------------------------------------- */

static void
test_stores(struct stage *st)
{
	static const char authority[] = "notary.x509.signingAuthority";
	static const struct {
		const char *name, *stores, *scheme;
		enum reason reason;
	} rows[] = {
		{ "its root", "'ca:root'", NULL, REASON_NONE },
		{ "another root", "'ca:stranger'", NULL, REASON_CERT_UNTRUSTED },
		{ "both", "'ca:stranger','ca:root'", NULL, REASON_NONE },
		{ "root of the other scheme", "'signingAuthority:root'", NULL,
		    REASON_CERT_UNTRUSTED },
		{ "authority: its root", "'signingAuthority:root'", authority,
		    REASON_NONE },
		{ "authority: a ca store", "'ca:root'", authority,
		    REASON_CERT_UNTRUSTED },
		{ "a tsa store only", "'tsa:root'", NULL, REASON_CERT_UNTRUSTED },
		{ "a store that is not there", "'ca:absent'", NULL,
		    REASON_TRUSTSTORE_NOT_FOUND },
		{ "one that is there and one that is not", "'ca:root','ca:absent'", NULL,
		    REASON_TRUSTSTORE_NOT_FOUND },
		{ "one of another type that is not there",
		    "'ca:root','signingAuthority:absent'", NULL, REASON_NONE },
		{ "a tsa store that is not there", "'ca:root','tsa:root','tsa:absent'",
		    NULL, REASON_TRUSTSTORE_NOT_FOUND },
		{ "authority: tsa stores do not count",
		    "'signingAuthority:root','tsa:absent'", authority, REASON_NONE },
	};
	struct forge_token token = { .tsa = &st->tsa };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct judge j;

		stage_judge(&j, st, "stores", "'level':'strict'", rows[i].stores);
		is_reason(stage_verdict(st, &j,
			      (struct forge_envelope){
				  .scheme = rows[i].scheme, .token = &token }),
		    rows[i].reason, "store: %s", rows[i].name);
		judge_close(&j);
	}
}

/* An anchor may be any certificate of the chain, whole DER. */
static void
test_anchors(struct stage *st)
{
	struct forge_cert twin = forge_cert_root(forge_key(st->f, "ca"), "CN=x");
	const struct {
		const char *name;
		struct bytes anchor;
		enum reason reason;
	} rows[] = {
		{ "the root", st->ca.cert[2], REASON_NONE },
		{ "the issuing CA", st->ca.cert[1], REASON_NONE },
		{ "the root's key under another name", forge_cert(st->f, &twin),
		    REASON_CERT_UNTRUSTED },
		{ "another self-signed signer", st->alone.cert[0],
		    REASON_CERT_UNTRUSTED },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *dir = stage_policy(
		    st, "anchors", stage_statement(st, "'level':'strict'", "'ca:one'"));
		struct judge j;

		scratch_put(
		    &st->dir, "anchors/truststore/x509/ca/one/a.der", rows[i].anchor);
		judge_open(&j, dir, STAGE_NOW);
		is_reason(
		    stage_verdict(st, &j, (struct forge_envelope){ .plugin = NULL }),
		    rows[i].reason, "anchor: %s", rows[i].name);
		judge_close(&j);
	}
}

/* --- the edges of time ---------------------------------------------------------------------------- */

static void
test_edges(struct stage *st)
{
	static const struct {
		const char *at;
		enum reason reason;
	} rows[] = {
		{ "2024-05-31T23:59:59.999999Z", REASON_CERT_NOT_YET_VALID },
		{ "2024-06-01T00:00:00Z", REASON_NONE },
		{ "2025-06-01T00:00:00Z", REASON_NONE },
		{ "2025-12-31T23:59:59.999999Z", REASON_NONE },
		{ "2026-01-01T00:00:00Z", REASON_SIGNATURE_EXPIRED },
		{ "2026-02-01T00:00:00Z", REASON_SIGNATURE_EXPIRED },
		{ "2026-02-01T00:00:00.000001Z", REASON_CERT_EXPIRED },
	};
	struct forge_cert leaf = stage_leaf(st, "p256");
	struct forge_chain c;
	struct forge_envelope spec = { .signing_time = "2024-06-01T00:00:00Z",
		.expiry = "2026-01-01T00:00:00Z" };
	struct judge j;

	leaf.not_before = "2024-06-01";
	leaf.not_after = "2026-02-01";
	c = stage_signer(st, &leaf);
	spec.signer = &c;
	stage_judge(&j, st, "edges", "'level':'strict'", "'ca:root'");
	for (size_t i = 0; i < COUNT(rows); i++) {
		judge_at(&j, rows[i].at);
		is_reason(
		    stage_verdict(st, &j, spec), rows[i].reason, "at %s", rows[i].at);
	}
	judge_close(&j);
}

int
main(void)
{
	struct stage st;
	struct signers s;

	stage_open(&st);
	signers_make(&s, &st);
	test_faults(&st, &s);
	test_stamps(&st);
	test_always(&st);
	test_unsigned(&st);
	test_identities(&st);
	test_stores(&st);
	test_anchors(&st);
	test_edges(&st);
	stage_close(&st);
	return tap_done();
}
