/* SPDX-License-Identifier: Apache-2.0 */
/* Rows S of the catalogue of bad input: tokens in signatures, under a policy that demands one. */
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

static void
s01_s15_s16(struct stage *st, struct judge *j, struct judge *plain)
{
	struct forge_token token = { .tsa = &st->tsa };
	struct bytes other = forge_token(st->f, &token, BYTES_LIT("another signature"));

	stage_passes(
	    st, j, "S sibling: a good token", (struct forge_envelope){ .token = &token });
	stage_both(st, j, "bad_S01_token_of_another_signature",
	    (struct forge_envelope){ .token_raw = other }, REASON_TST_IMPRINT);
	stage_both(st, plain, "S01 sibling: nobody asked for a token",
	    (struct forge_envelope){ .token_raw = other }, REASON_NONE);
	is_reason(
	    stage_verdict(st, j,
		(struct forge_envelope){ .token = &token,
		    .header_extra = ",\"io.cncf.notary.timestampSignature\":\"AAAA\"" }),
	    REASON_JSON_DUPLICATE_KEY, "bad_S16_two_tokens");
	/* RFC 3161 section 2.4.2: status granted, then the token. */
	other = forge_der(st->f, 0x30, 2,
	    forge_der(st->f, 0x30, 1, forge_der_uint(st->f, 2, 0)), other);
	stage_both(st, j, "bad_S15_response",
	    (struct forge_envelope){ .token_raw = other }, REASON_TST_STATUS);
}

static struct forge_chain
tsa_with(struct stage *st, void (*change)(struct forge_cert *))
{
	struct forge_chain c = st->tsa;
	struct forge_cert leaf =
	    forge_cert_tsa(c.key, "CN=stamp", c.cert[1], forge_key(st->f, "tsa-sub"));

	change(&leaf);
	c.cert[0] = forge_cert(st->f, &leaf);
	return c;
}

static void
two_purposes(struct forge_cert *c)
{
	c->eku = "timeStamping,codeSigning";
}

static void
other_purpose(struct forge_cert *c)
{
	c->eku = "codeSigning";
}

static void
soft_purpose(struct forge_cert *c)
{
	c->eku_critical = false;
}

static void
short_life(struct forge_cert *c)
{
	c->not_after = "2024-01-31T23:59:59Z";
}

static void
long_enough(struct forge_cert *c)
{
	c->not_after = "2024-02-01";
}

static void
revocable(struct forge_cert *c)
{
	c->crl_url = "http://crl.example/tsa.crl";
}

static void
answerable(struct forge_cert *c)
{
	c->ocsp_url = "http://ocsp.example/";
}

static void
s05_s07_s14(struct stage *st, struct judge *j)
{
	static const struct {
		const char *name;
		void (*change)(struct forge_cert *);
		enum reason reason;
	} rows[] = {
		{ "bad_S05_two_purposes", two_purposes, REASON_TSA_EKU },
		{ "bad_S05_other_purpose", other_purpose, REASON_TSA_EKU },
		{ "bad_S05_not_critical", soft_purpose, REASON_TSA_EKU },
		{ "bad_S07_after_the_authority", short_life, REASON_CERT_EXPIRED },
		{ "S07, S14 sibling: expired since", long_enough, REASON_NONE },
		{ "bad_S14_crl_not_there", revocable, REASON_TSA_REVOCATION_UNKNOWN },
		{ "bad_S14_ocsp_not_there", answerable, REASON_TSA_REVOCATION_UNKNOWN },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_chain c = tsa_with(st, rows[i].change);
		struct forge_token token = { .tsa = &c };

		stage_both(st, j, rows[i].name,
		    (struct forge_envelope){ .token = &token }, rows[i].reason);
	}
}

#define T .tsa = &st->tsa

static void
s_tokens(struct stage *st, struct judge *j)
{
	struct forge_chain stranger = st->tsa, mixed = st->tsa;
	struct forge_cert root =
	    forge_cert_root(forge_key(st->f, "other-ca"), "CN=Stranger Root");
	struct forge_cert leaf;
	struct bytes critical;

	stranger.key = forge_key(st->f, "other");
	stranger.count = 2;
	stranger.cert[1] = forge_cert(st->f, &root);
	stranger.cert[2] = (struct bytes){ NULL, 0 };
	leaf = forge_cert_tsa(
	    stranger.key, "CN=stranger", stranger.cert[1], forge_key(st->f, "other-ca"));
	stranger.cert[0] = forge_cert(st->f, &leaf);
	/* A stranger signs; the trusted authority's certificates lie beside his. */
	mixed.key = stranger.key;
	mixed.cert[0] = stranger.cert[0];
	mixed.cert[1] = st->tsa.cert[0];
	mixed.cert[2] = st->tsa.cert[1];
	mixed.cert[3] = st->tsa.cert[2];
	mixed.count = 4;
	/* [1] Extensions: one, critical */
	critical = forge_der(st->f, 0xa1, 1,
	    forge_der(st->f, 0x30, 3, forge_der_oid(st->f, "1.3.6.1.4.1.32473.9"),
		forge_der(st->f, 1, 1, BYTES_LIT("\xff")),
		forge_der(st->f, 4, 1, BYTES_LIT("\x05\x00"))));
	const struct {
		const char *name;
		struct forge_token token;
		enum reason reason;
	} rows[] = {
		{ "bad_S02_sha1", { T, .imprint_hash = "SHA1" }, REASON_TST_IMPRINT_ALG },
		{ "bad_S03_signer_not_in_the_bag", { T, .no_certs = true },
		    REASON_TST_SIGNER_CERT },
		{ "bad_S03_trusted_certificates_of_another", { .tsa = &mixed },
		    REASON_TSA_NOT_TRUSTED },
		{ "bad_S04_no_ess", { T, .ess = FORGE_ESS_NONE }, REASON_TST_ESS },
		{ "bad_S04_ess_version_1", { T, .ess = FORGE_ESS_V1 }, REASON_TST_ESS },
		{ "bad_S04_ess_of_another", { T, .ess_cert = st->tsa.cert[1] },
		    REASON_TST_ESS_HASH },
		{ "bad_S06_root_only_in_the_token", { .tsa = &stranger },
		    REASON_TSA_NOT_TRUSTED },
		{ "bad_S07_before_the_authority", { T, .time = "2023-12-31" },
		    REASON_CERT_NOT_YET_VALID },
		{ "bad_S08_before_the_signer", { T, .time = "2024-01-01", .seconds = 1 },
		    REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "bad_S08_a_millisecond_before",
		    { T, .time = "2024-01-01", .millis = 1 },
		    REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "bad_S08_a_microsecond_before",
		    { T, .time = "2024-01-01", .micros = 1 },
		    REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "S08 sibling: the first second", { T, .time = "2024-01-01" },
		    REASON_NONE },
		{ "S08 sibling: a second later, give or take one",
		    { T, .time = "2024-01-01T00:00:01Z", .seconds = 1 }, REASON_NONE },
		{ "bad_S08_after_the_signer",
		    { T, .time = "2049-12-31T23:59:59Z", .micros = 1 },
		    REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "bad_S09_no_signer", { T, .no_signer = true }, REASON_TST_SIGNERS },
		{ "bad_S09_two_signers", { T, .two_signers = true }, REASON_TST_SIGNERS },
		{ "bad_S11_no_attributes", { T, .no_attrs = true }, REASON_TST_ESS },
		{ "bad_S11_digest", { T, .break_digest = true }, REASON_TST_ATTRS },
		{ "bad_S12_plain_data", { T, .content_type = "1.2.840.113549.1.7.1" },
		    REASON_TST_CONTENT_TYPE },
		{ "bad_S12_trailing_byte", { T, .trailer = BYTES_LIT("\0") },
		    REASON_TST_SYNTAX },
		{ "bad_S17_critical_extension", { T, .info_extra = critical },
		    REASON_TST_EXTENSION },
		{ "bad_S_signature", { T, .break_signature = true },
		    REASON_TST_SIGNATURE },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		stage_both(st, j, rows[i].name,
		    (struct forge_envelope){ .token = &rows[i].token }, rows[i].reason);
}

int
main(void)
{
	struct stage st;
	struct judge j, plain;

	stage_open(&st);
	stage_judge(&j, &st, "stamped", "'level':'strict'", "'ca:root','tsa:root'");
	stage_judge(&plain, &st, "plain", "'level':'strict'", "'ca:root'");
	s01_s15_s16(&st, &j, &plain);
	s05_s07_s14(&st, &j);
	s_tokens(&st, &j);
	judge_close(&plain);
	judge_close(&j);
	stage_close(&st);
	return tap_done();
}
