/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures, layouts and policies that the Notary Project's own tools made, through the whole
 * verification: each gets the verdict that its description names.
 */
#include <stdio.h>

#include "codec/jsonin.h"
#include "envelope/cose.h"
#include "envelope/jws.h"
#include "tests/lib/judge.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define NOW "2026-06-01T00:00:00Z"
#define DOCKER "application/vnd.docker.distribution.manifest.v2+json"
#define JWS "application/jose+json"
#define COSE "application/cose"

static struct scratch dir;
static struct arena mem;

static struct bytes
vector(const char *path)
{
	struct bytes b = tap_file(0, "%s/notation/%s", tap_vectors(), path);

	if (b.ptr == NULL)
		tap_note("%s is not there", path);
	return arena_bytes(&mem, b);
}

#define TEXT(...) arena_printf(&mem, __VA_ARGS__).ptr

static void
copy_store(
    const char *policy, const char *store, const char *const *files, const char *from)
{
	for (; *files != NULL; files++)
		scratch_put(&dir, TEXT("%s/truststore/x509/%s/%s", policy, store, *files),
		    vector(TEXT("%s/%s", from, *files)));
}

/* All stores of the vectors, with files of exact modes. */
static void
put_stores(const char *policy)
{
	static const char *const all[] = { "GlobalSign.der", "GlobalSignRootCA.crt",
		"NotationTestRoot.pem", "TestTimestamp.crt",
		"TestTimestampNotYetValid.crt", "wabbit-networks.io.crt", NULL };
	static const char *const two[] = { "GlobalSign.der", "GlobalSignRootCA.crt",
		NULL };
	static const char *const three[] = { "GlobalSign.der", "GlobalSignRootCA.crt",
		"NotationTestRoot.pem", NULL };
	static const char *const leafs[] = { "GlobalSignRootCA.crt", "non-ca.crt", NULL };
	static const char *const invalid[] = { "invalid", NULL };
	static const char *const tsa[] = { "globalsignRoot.cer", NULL };
	static const char *const alpine[] = { "alpine-2123.crt", NULL };
	static const char *const e2e[] = { "e2e.crt", NULL };
	static const char *const fresh[] = { "new_e2e.crt", NULL };
	static const struct {
		const char *store, *from;
		const char *const *files;
	} stores[] = {
		{ "ca/valid-trust-store", "truststore/x509/ca/valid-trust-store", all },
		{ "ca/valid-trust-store-2", "truststore/x509/ca/valid-trust-store-2",
		    two },
		{ "ca/trust-store-with-leaf-certs",
		    "truststore/x509/ca/trust-store-with-leaf-certs", leafs },
		{ "ca/trust-store-with-invalid-certs",
		    "truststore/x509/ca/trust-store-with-invalid-certs", invalid },
		{ "signingAuthority/valid-trust-store",
		    "truststore/x509/signingAuthority/valid-trust-store", three },
		{ "tsa/test-timestamp", "truststore/x509/tsa/test-timestamp", tsa },
		{ "ca/alpine", "envelope", alpine },
		{ "ca/e2e", "oci/truststore-e2e", e2e },
		{ "ca/new", "oci/truststore-e2e", fresh },
	};

	for (size_t i = 0; i < COUNT(stores); i++)
		copy_store(policy, stores[i].store, stores[i].files, stores[i].from);
}

static void
open_judge(struct judge *j, const char *name, struct bytes document, const char *at)
{
	put_stores(name);
	scratch_put(&dir, TEXT("%s/trustpolicy.json", name), document);
	judge_open(j, scratch_at(&dir, name), at);
}

/* --- envelopes ------------------------------------------------------------------------------ */

/* What the payload names is what is judged: the octets of these targets are not there. */
static struct judge_target
target_of(const char *type, struct bytes envelope)
{
	struct judge_target t = { DOCKER,
		"sha256:60043cf45eaebc4c0867fea485a039b598f52fd09fd5b07b0b2d2f88fad9d74e",
		528 };
	struct limits limits;
	struct envelope e;
	struct payload p;
	struct err err;
	int rc;

	limits_default(&limits);
	rc = strcmp(type, JWS) == 0 ? jws_parse(&e, &mem, envelope, &limits, NULL, &err)
				    : cose_parse(&e, &mem, envelope, &limits, NULL, &err);
	if (rc == 0 && payload_parse(&p, &mem, e.payload, &limits, NULL, &err) == 0)
		t = (struct judge_target){ arena_str(&mem, p.media_type).ptr,
			arena_str(&mem, p.digest).ptr, p.size };
	return t;
}

#define CA "'ca:valid-trust-store'"
#define SA "'signingAuthority:valid-trust-store'"
#define TSA CA ",'tsa:test-timestamp'"
#define STRICT "'level':'strict'"
#define PERMISSIVE "'level':'permissive'"
#define AUDIT "'level':'audit'"
/* For signers that no store has: only the time counts. */
#define TIME "'level':'audit','override':{'authenticTimestamp':'enforce'}"

static const struct {
	const char *file, *type, *level, *stores, *at;
	enum reason reason;
	enum reason logged; /* a finding that must be there and not block */
} envelopes[] = {
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT, CA, NOW, REASON_NONE,
	    REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT, CA, "2120-11-09T06:59:59Z",
	    REASON_NONE, REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT, CA, "2122-08-06T20:38:46Z",
	    REASON_CERT_EXPIRED, REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT, "'ca:valid-trust-store-2'", NOW,
	    REASON_CERT_UNTRUSTED, REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT,
	    "'ca:trust-store-with-leaf-certs'", NOW, REASON_TRUSTSTORE_LEAF,
	    REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT,
	    "'ca:trust-store-with-invalid-certs'", NOW, REASON_TRUSTSTORE_CERT,
	    REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, STRICT,
	    CA ",'ca:trust-store-with-leaf-certs'", NOW, REASON_TRUSTSTORE_LEAF,
	    REASON_NONE },
	{ "envelope/ca_valid_sig_env.json", JWS, AUDIT,
	    "'ca:trust-store-with-invalid-certs'", NOW, REASON_NONE,
	    REASON_TRUSTSTORE_CERT },
	{ "envelope/ca_invalid_sig_env.json", JWS, STRICT, CA, NOW, REASON_SIG_BASE64,
	    REASON_NONE },
	{ "envelope/ca_invalid_sig_env.json", JWS, PERMISSIVE, CA, NOW, REASON_SIG_BASE64,
	    REASON_NONE },
	{ "envelope/ca_invalid_sig_env.json", JWS, AUDIT, CA, NOW, REASON_SIG_BASE64,
	    REASON_NONE },
	{ "envelope/ca_expired_sig_env.json", JWS, STRICT, CA, NOW,
	    REASON_SIGNATURE_EXPIRED, REASON_NONE },
	{ "envelope/ca_expired_sig_env.json", JWS, PERMISSIVE, CA, NOW, REASON_NONE,
	    REASON_SIGNATURE_EXPIRED },
	{ "envelope/ca_expired_sig_env.json", JWS, AUDIT, CA, NOW, REASON_NONE,
	    REASON_SIGNATURE_EXPIRED },
	{ "envelope/ca_expired_sig_env.json", JWS, STRICT, CA, "2022-07-29T23:58:59Z",
	    REASON_NONE, REASON_NONE },
	{ "envelope/ca_expired_sig_env.json", JWS, STRICT, CA, "2022-07-29T23:59:00Z",
	    REASON_SIGNATURE_EXPIRED, REASON_NONE },
	{ "envelope/sa_valid_sig_env.json", JWS, STRICT, SA, NOW, REASON_NONE,
	    REASON_NONE },
	{ "envelope/sa_valid_sig_env.json", JWS, STRICT, CA, NOW, REASON_CERT_UNTRUSTED,
	    REASON_NONE },
	{ "envelope/sa_plugin_sig_env.json", JWS, STRICT, SA, NOW,
	    REASON_ENVELOPE_PLUGIN_REQUIRED, REASON_NONE },
	{ "envelope/sa_plugin_sig_env.json", JWS, PERMISSIVE, SA, NOW,
	    REASON_ENVELOPE_PLUGIN_REQUIRED, REASON_NONE },
	{ "envelope/sa_plugin_sig_env.json", JWS, AUDIT, SA, NOW,
	    REASON_ENVELOPE_PLUGIN_REQUIRED, REASON_NONE },
	{ "envelope/ca_compatible_pluginver_sig_env_1.0.0.json", JWS, STRICT, CA, NOW,
	    REASON_ENVELOPE_PLUGIN_REQUIRED, REASON_NONE },
	{ "envelope/ca_compatible_pluginver_sig_env_1.0.0.json", JWS, AUDIT, CA, NOW,
	    REASON_ENVELOPE_PLUGIN_REQUIRED, REASON_NONE },
	{ "envelope/sig_env_with_metadata.json", JWS, TIME, CA, NOW, REASON_CERT_EXPIRED,
	    REASON_CERT_UNTRUSTED },
	{ "envelope/sig_env_with_metadata.json", JWS, TIME, CA, "2023-01-12T00:00:00Z",
	    REASON_NONE, REASON_CERT_UNTRUSTED },
	{ "envelope/sig_env_with_metadata.json", JWS, AUDIT, CA, NOW, REASON_NONE,
	    REASON_CERT_EXPIRED },
	{ "envelope/cose_signature.sig", COSE, STRICT, "'ca:alpine'", NOW, REASON_NONE,
	    REASON_NONE },
	{ "envelope/cose_signature.sig", COSE, STRICT, CA, NOW, REASON_CERT_UNTRUSTED,
	    REASON_NONE },
	{ "timestamp/jwsWithTimestamp.sig", JWS, STRICT, TSA, NOW,
	    REASON_TSA_REVOCATION_UNKNOWN, REASON_NONE },
	{ "timestamp/jwsWithTimestamp.sig", JWS, PERMISSIVE, TSA, NOW, REASON_NONE,
	    REASON_TSA_REVOCATION_UNKNOWN },
	{ "timestamp/jwsWithTimestamp.sig", JWS, STRICT, CA, NOW, REASON_NONE,
	    REASON_NONE },
	{ "timestamp/jwsWithTimestamp.sig", JWS, STRICT, CA, "2033-05-10T04:55:12Z",
	    REASON_NONE, REASON_NONE },
	{ "timestamp/jwsWithTimestamp.sig", JWS, STRICT, CA, "2033-05-10T04:55:13Z",
	    REASON_CERT_EXPIRED, REASON_NONE },
	{ "timestamp/jwsWithTimestamp.sig", JWS,
	    STRICT ",'verifyTimestamp':'afterCertExpiry'", TSA, NOW, REASON_NONE,
	    REASON_NONE },
	{ "timestamp/jwsWithTimestamp.sig", JWS,
	    STRICT ",'verifyTimestamp':'afterCertExpiry'", TSA, "2033-05-10T04:55:13Z",
	    REASON_TSA_REVOCATION_UNKNOWN, REASON_NONE },
	{ "timestamp/coseExpiredWithTimestamp.sig", COSE, TIME, TSA, NOW,
	    REASON_TSA_REVOCATION_UNKNOWN, REASON_CERT_UNTRUSTED },
	{ "timestamp/coseExpiredWithTimestamp.sig", COSE, TIME, CA, NOW,
	    REASON_CERT_EXPIRED, REASON_CERT_UNTRUSTED },
	{ "timestamp/coseExpiredWithTimestamp.sig", COSE, AUDIT, TSA, NOW, REASON_NONE,
	    REASON_TSA_REVOCATION_UNKNOWN },
	{ "timestamp/timestampAfterNotAfter.sig", COSE, TIME, TSA, NOW,
	    REASON_TIMESTAMP_AFTER_VALIDITY, REASON_CERT_UNTRUSTED },
	{ "timestamp/withoutTimestamp.sig", JWS, STRICT, TSA, NOW,
	    REASON_TIMESTAMP_MISSING, REASON_NONE },
	{ "timestamp/withoutTimestamp.sig", JWS, STRICT, CA, NOW, REASON_NONE,
	    REASON_NONE },
};

static void
test_envelopes(void)
{
	for (size_t i = 0; i < COUNT(envelopes); i++) {
		struct bytes envelope = vector(envelopes[i].file);
		struct judge_target target = target_of(envelopes[i].type, envelope);
		struct str document = quoted(&mem,
		    TEXT(
			"{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],"
			"'trustedIdentities':['*'],'signatureVerification':{%s},"
			"'trustStores':[%s]}]}",
			envelopes[i].level, envelopes[i].stores));
		struct judge j;

		open_judge(&j, "envelopes", str_bytes(document), envelopes[i].at);
		is_reason(judge_bare(&j, &target, envelopes[i].type, envelope),
		    envelopes[i].reason, "%s: %s, %s, at %s", envelopes[i].file,
		    envelopes[i].level, envelopes[i].stores, envelopes[i].at);
		ok((j.verdict.state == STATE_COMPLIANT) ==
			(envelopes[i].reason == REASON_NONE),
		    "%s: state %s", envelopes[i].file, state_name(j.verdict.state));
		if (envelopes[i].logged != REASON_NONE)
			ok(judge_found(&j, envelopes[i].logged, false), "%s: logged: %s",
			    envelopes[i].file, reason_code(envelopes[i].logged));
		/* The same octets are no signature of anything else. */
		target.size++;
		ok(judge_bare(&j, &target, envelopes[i].type, envelope) != REASON_NONE,
		    "%s: not for another target", envelopes[i].file);
		judge_close(&j);
	}
}

/* The target of the COSE signature is there: whole manifest, through a layout's own node. */
static void
test_cose_target(void)
{
	struct bytes manifest = vector("envelope/target-manifest-19dbd2e4.json");
	struct bytes envelope = vector("envelope/cose_signature.sig");
	struct judge_target t = target_of(COSE, envelope);
	AUTO(ossl_free) struct ossl *lib = ossl_new();
	AUTO(hasher_free) struct hasher *h = hasher_new(lib);
	char name[DIGEST_TEXT];
	struct digest d;

	hasher_of(h, DIGEST_SHA256, manifest, &d);
	digest_format(name, &d);
	is_str(str_of(t.digest), name, "cose_signature.sig signs the manifest beside it");
	is_u64(t.size, manifest.len, "with its size");
	is_str(str_of(t.media_type), "application/vnd.oci.image.manifest.v1+json",
	    "and its type");
}

static bool
is_text_member(struct jv obj, const char *name, struct str *out)
{
	struct err err;

	return jsonin_as_str(out, jsonin_get(obj, name), &err) == 0;
}

static uint8_t
nibble(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* A COSE_Sign1 as hex in a JSON document: no chain, and a critical attribute nobody knows. */
static void
test_conformance(void)
{
	AUTO(jsonin_free) struct json *doc = NULL;
	struct judge_target t = { DOCKER,
		"sha256:60043cf45eaebc4c0867fea485a039b598f52fd09fd5b07b0b2d2f88fad9d74e",
		528 };
	struct bytes file = vector("envelope/cose_conformance.json");
	struct limits limits;
	struct str hex = STR_NONE;
	struct err err = { .reason = REASON_NONE };
	struct judge j;
	uint8_t *octets;
	struct jv v;

	limits_default(&limits);
	if (!ok(jsonin_parse(&doc, file, &limits, NULL, &err) == 0,
		"cose_conformance.json is read: %s", err.text))
		return;
	for (v = jsonin_first(jsonin_root(doc)); jsonin_present(v); v = jsonin_next(v))
		if (jsonin_type(v) == JSON_OBJECT && is_text_member(v, "cborHex", &hex) &&
		    str_starts(hex, STR("D284")))
			break;
	if (hex.ptr == NULL) {
		ok(false, "cose_conformance.json holds no COSE_Sign1");
		return;
	}
	octets = arena_alloc(&mem, hex.len / 2);
	for (size_t i = 0; i < hex.len / 2; i++)
		octets[i] =
		    (uint8_t)(nibble(hex.ptr[2 * i]) << 4 | nibble(hex.ptr[2 * i + 1]));
	open_judge(&j, "conformance",
	    str_bytes(quoted(&mem,
		"{'version':'1.0','trustPolicies':[{'name':'a','registryScopes':['*'],"
		"'trustedIdentities':['*'],'signatureVerification':{'level':'audit'},"
		"'trustStores':['ca:e2e']}]}")),
	    NOW);
	judge_bare(&j, &t, COSE, bytes_of(octets, hex.len / 2));
	ok(j.verdict.state == STATE_NONCOMPLIANT,
	    "cose_conformance.json: refused with %s", reason_code(j.verdict.reason));
	judge_close(&j);
}

/* --- layouts under the policies --------------------------------------------------------------- */

#define REPO9 "localhost:5000/test-repo9"
#define SCOPE "localhost:5000/e2e"

static const struct {
	const char *layout, *policy, *store, *name;
	enum reason reason;
	enum state state;
	enum reason logged;
} layouts[] = {
	{ "e2e", "trustpolicy", "ca/e2e", SCOPE, REASON_SIGNATURE_NOT_FOUND,
	    STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e", "permissive_trustpolicy", "ca/e2e", SCOPE, REASON_SIGNATURE_NOT_FOUND,
	    STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e", "audit_trustpolicy", "ca/e2e", SCOPE, REASON_SIGNATURE_NOT_FOUND,
	    STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e", "skip_trustpolicy", "ca/e2e", SCOPE, REASON_POLICY_LEVEL_SKIP,
	    STATE_NOT_APPLICABLE, REASON_NONE },
	{ "e2e-valid-signature", "trustpolicy", "ca/e2e", SCOPE, REASON_NONE,
	    STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "trustpolicy", "ca/e2e", NULL, REASON_NONE,
	    STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "trustpolicy", "ca/new", SCOPE, REASON_CERT_UNTRUSTED,
	    STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "permissive_trustpolicy", "ca/e2e", SCOPE, REASON_NONE,
	    STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "permissive_trustpolicy", "ca/new", SCOPE,
	    REASON_CERT_UNTRUSTED, STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "audit_trustpolicy", "ca/new", SCOPE, REASON_NONE,
	    STATE_COMPLIANT, REASON_CERT_UNTRUSTED },
	{ "e2e-valid-signature", "override_strict_trustpolicy", "ca/new", SCOPE,
	    REASON_NONE, STATE_COMPLIANT, REASON_CERT_UNTRUSTED },
	{ "e2e-valid-signature", "skip_trustpolicy", "ca/e2e", SCOPE,
	    REASON_POLICY_LEVEL_SKIP, STATE_NOT_APPLICABLE, REASON_NONE },
	{ "e2e-valid-signature", "invalid_trust_store_trustpolicy", "ca/e2e", SCOPE,
	    REASON_TRUSTSTORE_NOT_FOUND, STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "valid_trusted_identity_trustpolicy", "ca/e2e", SCOPE,
	    REASON_NONE, STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "multiple_trusted_identity_trustpolicy", "ca/e2e", SCOPE,
	    REASON_NONE, STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature",
	    "multi_statements_with_wildcard_registry_scope_trustpolicy", "ca/e2e", REPO9,
	    REASON_NONE, STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature",
	    "multi_statements_with_wildcard_registry_scope_trustpolicy", "ca/e2e", SCOPE,
	    REASON_NONE, STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "multiple_registry_scope_trustpolicy", "ca/e2e",
	    "localhost:5000/test-repo3", REASON_NONE, STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "multiple_registry_scope_trustpolicy", "ca/e2e",
	    "localhost:5000/test-repo2", REASON_NONE, STATE_COMPLIANT, REASON_NONE },
	{ "e2e-valid-signature", "multiple_registry_scope_trustpolicy", "ca/e2e", SCOPE,
	    REASON_POLICY_NO_MATCH, STATE_NONCOMPLIANT, REASON_NONE },
	/* The store tsa:e2e is not there; there is no token either, which is said first. */
	{ "e2e-valid-signature", "timestamp_trustpolicy", "ca/e2e", SCOPE,
	    REASON_TIMESTAMP_MISSING, STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e-expired-signature", "trustpolicy", "ca/e2e", SCOPE,
	    REASON_SIGNATURE_EXPIRED, STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e-expired-signature", "permissive_trustpolicy", "ca/e2e", SCOPE, REASON_NONE,
	    STATE_COMPLIANT, REASON_SIGNATURE_EXPIRED },
	{ "e2e-expired-signature", "audit_trustpolicy", "ca/e2e", SCOPE, REASON_NONE,
	    STATE_COMPLIANT, REASON_SIGNATURE_EXPIRED },
	{ "e2e-expired-signature", "override_strict_trustpolicy", "ca/e2e", SCOPE,
	    REASON_NONE, STATE_COMPLIANT, REASON_SIGNATURE_EXPIRED },
	{ "e2e-with-timestamped-signature", "trustpolicy", "ca/e2e", SCOPE,
	    REASON_CERT_UNTRUSTED, STATE_NONCOMPLIANT, REASON_NONE },
	{ "e2e-with-timestamped-signature", "audit_trustpolicy", "ca/e2e", SCOPE,
	    REASON_NONE, STATE_COMPLIANT, REASON_SIGNATURE_EXPIRED },
};

static void
test_layouts(void)
{
	for (size_t i = 0; i < COUNT(layouts); i++) {
		char path[8192];
		struct judge j;

		snprintf(path, sizeof(path), "%s/notation/oci/%s", tap_vectors(),
		    layouts[i].layout);
		put_stores("layouts");
		/* The policies call it e2e, whatever lies in it. */
		scratch_put(&dir, "layouts/truststore/x509/ca/e2e/e2e.crt",
		    vector(strcmp(layouts[i].store, "ca/e2e") == 0
			       ? "oci/truststore-e2e/e2e.crt"
			       : "oci/truststore-e2e/new_e2e.crt"));
		scratch_put(&dir, "layouts/trustpolicy.json",
		    vector(TEXT("trustpolicy/%s.json", layouts[i].policy)));
		judge_open(&j, scratch_at(&dir, "layouts"), NOW);
		is_reason(judge_folder(&j, path, layouts[i].name), layouts[i].reason,
		    "%s under %s with %s for %s", layouts[i].layout, layouts[i].policy,
		    layouts[i].store, layouts[i].name == NULL ? "-" : layouts[i].name);
		ok(j.verdict.state == layouts[i].state, "%s: state %s", layouts[i].layout,
		    state_name(j.verdict.state));
		if (layouts[i].logged != REASON_NONE)
			ok(judge_found(&j, layouts[i].logged, false), "%s: logged: %s",
			    layouts[i].layout, reason_code(layouts[i].logged));
		judge_close(&j);
	}
}

/* What the golden views show of the stamped signature. */
static void
test_inspected(void)
{
	const struct signature_record *s;
	char path[8192];
	struct judge j;

	snprintf(path, sizeof(path), "%s/notation/oci/e2e-with-timestamped-signature",
	    tap_vectors());
	open_judge(&j, "inspected", vector("trustpolicy/audit_trustpolicy.json"), NOW);
	judge_folder(&j, path, SCOPE);
	s = &j.verdict.signatures.v[0];
	ok(j.verdict.signatures.n == 1 && s->token.len > 0 && s->has_expiry &&
		s->has_signing_time,
	    "stamped layout: token, expiry and signing time are recorded");
	is_u64(s->format, FORMAT_NOTATION_JWS, "stamped layout: format");
	is_str(s->signed_digest,
	    "sha256:53b0191218aed9a3c1f7c661736ac40cfc8eb928642348fd843ba3f0483c0c20",
	    "stamped layout: signed digest");
	ok(!judge_has(&j, REASON_SIG_MANIFEST_THUMBPRINT),
	    "stamped layout: thumbprints fit");
	judge_close(&j);
}

int
main(void)
{
	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return tap_done();
	}
	arena_init(&mem, 0);
	scratch_open(&dir);
	test_envelopes();
	test_cose_target();
	test_conformance();
	test_layouts();
	test_inspected();
	scratch_close(&dir);
	arena_clear(&mem);
	return tap_done();
}
