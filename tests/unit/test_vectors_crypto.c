/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates, chains, identities and tokens that other tools made, with the verdict
 * each must get.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/chain.h"
#include "crypto/dn.h"
#include "crypto/tst.h"
#include "tests/lib/tap.h"

static struct limits limits;
static struct ossl *lib;
static struct certs *certs;
static struct chains *chains;
static struct hasher *hasher;
static struct arena mem;

/* DER of the certificates in a file, in its order. */
static size_t
load(struct bytes *out, size_t most, const char *path)
{
	struct bytes file = tap_file(0, "%s/notation/%s", tap_vectors(), path), *list;
	struct err err;
	size_t count;

	if (cert_split(&list, &count, &mem, arena_bytes(&mem, file), NULL, &err) != 0 ||
	    count > most) {
		tap_note("%s: %s", path, err.text);
		return 0;
	}
	memcpy(out, list, count * sizeof(*out));
	return count;
}

static const char *const rule_files[] = {
	['r'] = "certs/rules/rootCertPem.pem",
	['1'] = "certs/rules/intermediateCertPem1.pem",
	['2'] = "certs/rules/intermediateCertPem2.pem",
	['l'] = "certs/rules/codeSigningLeafPem.pem",
	['i'] = "certs/rules/intermediateCertInvalidPathLenPem.pem",
	['p'] = "certs/rules/codeSigningLeafInvalidPathLenPem.pem",
	['b'] = "certs/rules/noBasicConstraintsCaPem.pem",
	['c'] = "certs/rules/kuNotCriticalCertSignCaPem.pem",
	['s'] = "certs/rules/kuNotCertSignCaPem.pem",
	['v'] = "certs/rules/validNoOptionsLeafPem.pem",
	['k'] = "certs/rules/kuWrongValuesLeafPem.pem",
	['w'] = "certs/rules/rsaKeyTooSmallLeafPem.pem",
	['e'] = "certs/rules/ekuWrongValuesCodeLeafPem.pem",
	['t'] = "certs/rules/ekuNonCriticalTimeLeafPem.pem",
	['T'] = "certs/timestamp_leaf.crt",
	['I'] = "certs/timestamp_intermediate.crt",
	['R'] = "certs/timestamp_root.crt",
};

static const struct {
	const char *chain;
	enum chain_use use;
	enum reason want;
} chain_rows[] = {
	{ "l21r", CHAIN_CODE_SIGNING, REASON_NONE },
	{ "l21", CHAIN_CODE_SIGNING, REASON_CHAIN_NO_ROOT },
	{ "l12r", CHAIN_CODE_SIGNING, REASON_CHAIN_ORDER },
	{ "r12l", CHAIN_CODE_SIGNING, REASON_CHAIN_EXTRA_SELF_SIGNED },
	{ "l21rr", CHAIN_CODE_SIGNING, REASON_CHAIN_EXTRA_SELF_SIGNED },
	{ "pi21r", CHAIN_CODE_SIGNING, REASON_CA_PATH_LEN },
	{ "l", CHAIN_CODE_SIGNING, REASON_CHAIN_SELF_SIGNED_INVALID },
	{ "v", CHAIN_CODE_SIGNING, REASON_NONE },
	{ "k", CHAIN_CODE_SIGNING, REASON_LEAF_KEY_USAGE },
	{ "w", CHAIN_CODE_SIGNING, REASON_KEY_UNSUPPORTED },
	{ "e", CHAIN_CODE_SIGNING, REASON_LEAF_EKU },
	{ "TIR", CHAIN_TIMESTAMPING, REASON_NONE },
	{ "T", CHAIN_TIMESTAMPING, REASON_CHAIN_SELF_SIGNED_INVALID },
	{ "TR", CHAIN_TIMESTAMPING, REASON_CHAIN_ORDER },
	{ "RIR", CHAIN_TIMESTAMPING, REASON_CHAIN_EXTRA_SELF_SIGNED },
	{ "TIR", CHAIN_CODE_SIGNING, REASON_LEAF_EKU },
};

static void
test_chains(void)
{
	const struct chain *chain;
	struct bytes ders[8];
	struct err err;
	size_t count;

	for (size_t i = 0; i < COUNT(chain_rows); i++) {
		const char *letters = chain_rows[i].chain;

		count = 0;
		for (const char *p = letters; *p != '\0'; p++)
			count += load(&ders[count], 1, rule_files[(unsigned char)*p]);
		if (!ok(chain_get(&chain, chains, ders, count, chain_rows[i].use, NULL,
			    &err) == 0,
			"chain %s is parsed", letters)) {
			tap_note("%s", err.text);
			continue;
		}
		is_reason(chain->reason, chain_rows[i].want, "chain %s", letters);
		if (chain->reason != REASON_NONE)
			tap_note("%s", chain->detail);
	}
}

static void
test_ca_faults(void)
{
	static const struct {
		char letter;
		enum reason code, time;
	} rows[] = {
		{ 'b', REASON_CA_BASIC_CONSTRAINTS, REASON_CA_BASIC_CONSTRAINTS },
		{ 'c', REASON_CA_KEY_USAGE, REASON_NONE },
		{ 's', REASON_CA_KEY_USAGE, REASON_CA_KEY_USAGE },
	};
	const struct cert_info *info;
	const struct cert *c;
	struct bytes der;
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		load(&der, 1, rule_files[(unsigned char)rows[i].letter]);
		ok(certs_get(&c, certs, der, NULL, &err) == 0, "CA %c is parsed",
		    rows[i].letter);
		info = cert_info(c);
		ok((rows[i].code == REASON_CA_BASIC_CONSTRAINTS) == !info->is_ca &&
			(rows[i].letter == 's') == ((info->ku & USAGE_CERT_SIGN) == 0) &&
			(rows[i].letter == 'c') == !info->ku_critical,
		    "CA %c has the fault it is made for", rows[i].letter);
	}
	load(&der, 1, rule_files['t']);
	ok(certs_get(&c, certs, der, NULL, &err) == 0 && cert_info(c)->eku == EKU_TIME &&
		!cert_info(c)->eku_critical,
	    "time-stamping leaf whose usage is not critical");
}

static void
test_stores(void)
{
	static const struct {
		const char *path;
		size_t count;
	} rows[] = {
		{ "certs/pem.crt", 1 },
		{ "certs/der.der", 1 },
		{ "certs/multi-pem.crt", 2 },
		{ "crl/certchain_with_crl.pem", 3 },
		{ "truststore/x509/ca/valid-trust-store/GlobalSign.der", 1 },
		{ "truststore/x509/tsa/test-timestamp/globalsignRoot.cer", 1 },
		{ "truststore/x509/ca/trust-store-with-invalid-certs/invalid", 0 },
	};
	static const struct {
		const char *path;
		bool self_signed, ca;
	} kinds[] = {
		{ "truststore/x509/ca/valid-trust-store/TestTimestamp.crt", true, false },
		{ "truststore/x509/ca/valid-trust-store/NotationTestRoot.pem", true,
		    true },
		{ "truststore/x509/ca/valid-trust-store/wabbit-networks.io.crt", true,
		    false },
		{ "truststore/x509/ca/trust-store-with-leaf-certs/non-ca.crt", false,
		    false },
		{ "truststore/x509/tsa/test-timestamp/globalsignRoot.cer", true, true },
		{ "oci/truststore-e2e/e2e.crt", true, false },
	};
	const struct cert *c;
	struct bytes ders[8];
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++)
		is_u64(load(ders, COUNT(ders), rows[i].path), rows[i].count, "%s",
		    rows[i].path);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (load(ders, COUNT(ders), kinds[i].path) != 1 ||
		    certs_get(&c, certs, ders[0], NULL, &err) != 0) {
			ok(false, "%s is a certificate", kinds[i].path);
			continue;
		}
		ok(cert_self_signed(c) == kinds[i].self_signed &&
			cert_info(c)->is_ca == kinds[i].ca,
		    "%s: self-signed or not, CA or not", kinds[i].path);
	}
}

static void
test_crl_chain(void)
{
	const struct chain *chain;
	const struct cert *c;
	struct bytes ders[8];
	struct err err;
	size_t count = load(ders, COUNT(ders), "crl/certchain_with_crl.pem");

	if (!ok(chain_get(&chain, chains, ders, count, CHAIN_CODE_SIGNING, NULL, &err) ==
		    0,
		"chain with CRL pointers is parsed"))
		return;
	tap_note("%s %s", reason_code(chain->reason), chain->detail);
	ok(cert_info(chain->certs[0])->has_crl &&
		str_is(cert_info(chain->certs[0])->crl_urls[0],
		    "http://localhost:10086/leaf.crl"),
	    "leaf names its CRL");
	ok(!cert_info(chain->certs[0])->has_ocsp, "leaf names no OCSP");
	ok(cert_info(chain->certs[1])->has_crl && cert_info(chain->certs[1])->has_ocsp,
	    "intermediate names both");
	ok(load(ders, COUNT(ders), "crl/certificateWithDeltaCRL.cer") == 1 &&
		certs_get(&c, certs, ders[0], NULL, &err) == 0 &&
		cert_info(c)->has_freshest,
	    "certificate with a pointer to a delta");
}

static void
test_identity(void)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "C=US,O=SomeOrg,ST=WA", true },
		{ "C=IND,O=SomeOrg,ST=TS", false },
		{ "C=US, ST=WA, L=Seattle, O=SomeOrg, OU=SomeOU, CN=SomeCN", true },
		{ "C=US,O=someorg,ST=WA", false },
	};
	struct dn have, wanted;
	const struct cert *c;
	struct bytes der;
	struct err err;

	load(&der, 1, "certs/signing-cert.pem");
	ok(certs_get(&c, certs, der, NULL, &err) == 0, "signing-cert.pem is parsed");
	is_str(cert_subject_text(c), "CN=SomeCN,OU=SomeOU,O=SomeOrg,L=Seattle,ST=WA,C=US",
	    "subject as views print it");
	ok(dn_of_subject(&have, &mem, c, NULL, &err) == 0, "its subject is readable");
	for (size_t i = 0; i < COUNT(rows); i++)
		ok(dn_parse(&wanted, &mem, str_of(rows[i].text), NULL, &err) == 0 &&
			dn_within(&wanted, &have) == rows[i].want,
		    "identity %s", rows[i].text);
}

static const struct {
	const char *file, *message;
	enum reason parse, imprint, verify;
} token_rows[] = {
	{ "TimeStampToken", "notation", REASON_NONE, REASON_NONE, REASON_NONE },
	{ "TimeStampToken", "notatioN", REASON_NONE, REASON_TST_IMPRINT, REASON_NONE },
	{ "TimeStampTokenWithInvalidSignature", NULL, REASON_NONE, REASON_NONE,
	    REASON_TST_SIGNATURE },
	{ "TimeStampTokenWithSigningCertificateV1", NULL, REASON_TST_ESS, 0, 0 },
	{ "TimeStampTokenWithMismatchCertHash", NULL, REASON_NONE, REASON_NONE,
	    REASON_TST_ESS_HASH },
	{ "TimeStampTokenWithoutSigningCertificate", NULL, REASON_TST_ESS, 0, 0 },
	{ "TimeStampTokenWithInvalideContentType", NULL, REASON_TST_CONTENT_TYPE, 0, 0 },
	{ "TimeStampTokenWithTSTInfoVersion2", NULL, REASON_TST_INFO, 0, 0 },
	{ "TimeStampTokenNoRoot", NULL, REASON_NONE, REASON_NONE,
	    REASON_TSA_NOT_TRUSTED },
	{ "TimeStampTokenWithSignerVersion2", NULL, REASON_TST_SIGNER_VERSION, 0, 0 },
	{ "TimeStampTokenWithSigningTime", NULL, REASON_NONE, REASON_NONE,
	    REASON_TST_SIGNATURE },
	{ "TimeStampTokenWithoutSigner", NULL, REASON_TST_SIGNERS, 0, 0 },
	{ "TimeStampTokenWithoutSignedAttributeDigest", NULL, REASON_TST_ATTRS, 0, 0 },
};

static void
test_tokens(void)
{
	struct chain_anchors anchors = { 0 };
	const struct chain *path;
	char detail[256], time[WHEN_TEXT];
	struct bytes root, token;
	struct tst t;
	struct err err;
	int result;

	load(&root, 1, "tsp/GlobalSignRootCA.crt");
	anchors.ders = &root;
	anchors.count = 1;
	hasher_of(hasher, DIGEST_SHA256, root, &anchors.digest);
	for (size_t i = 0; i < COUNT(token_rows); i++) {
		err.reason = REASON_NONE;
		token = tap_file(
		    1, "%s/notation/tsp/%s.p7s", tap_vectors(), token_rows[i].file);
		result = tst_parse(&t, &mem, token, &limits, NULL, &err);
		is_reason(result == 0 ? REASON_NONE : err.reason, token_rows[i].parse,
		    "parse %s", token_rows[i].file);
		if (result != 0) {
			tap_note("%s at %llu", err.text, (unsigned long long)err.offset);
			continue;
		}
		when_format_us(time, t.time);
		tap_note("genTime %s accuracy %lld us", time, (long long)t.accuracy_us);
		if (token_rows[i].message != NULL)
			is_reason(tst_imprint(&t, hasher,
				      str_bytes(str_of(token_rows[i].message))),
			    token_rows[i].imprint, "imprint of %s",
			    token_rows[i].message);
		is_reason(tst_verify(&t, &path, certs, chains, hasher, &anchors, detail,
			      sizeof(detail)),
		    token_rows[i].verify, "verify %s", token_rows[i].file);
		tap_note("%s", detail);
	}
	token = tap_file(1, "%s/notation/tsp/granted.tsq", tap_vectors());
	ok(tst_parse(&t, &mem, token, &limits, NULL, &err) != 0, "a response is refused");
	is_reason(err.reason, REASON_TST_STATUS, "a response is not a token");
}

int
main(void)
{
	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return tap_done();
	}
	ossl_process_init();
	limits_default(&limits);
	lib = ossl_new();
	certs = certs_new(lib, &limits);
	chains = chains_new(certs);
	hasher = hasher_new(lib);
	arena_init(&mem, 0);
	test_chains();
	test_ca_faults();
	test_stores();
	test_crl_chain();
	test_identity();
	test_tokens();
	arena_clear(&mem);
	hasher_free(hasher);
	chains_free(chains);
	certs_free(certs);
	ossl_free(lib);
	return tap_done();
}
