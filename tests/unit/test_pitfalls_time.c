/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mistakes that verifiers of Notary Project signatures make, by number: 18 to 24 and 36, which are
 * about time and about tokens. See test_pitfalls.c.
 */
#include <stdlib.h>
#include <time.h>

#include "tests/lib/handmade.h"
#include "tests/lib/stage.h"
#include "tests/lib/tap.h"

struct bench {
	struct stage st;
	struct judge stamped; /* strict, a token always demanded */
};

static void
both(struct bench *b, const char *name, struct forge_envelope spec, enum reason reason)
{
	stage_both(&b->st, &b->stamped, name, spec, reason);
}

struct lives { /* of a leaf, its issuer and the root; NULL: the usual */
	const char *from[3], *to[3];
};

static struct forge_chain
chain_of(struct bench *b, const struct lives *l)
{
	struct forge *f = b->st.f;
	EVP_PKEY *keys[] = { forge_key(f, "p256"), forge_key(f, "ca-sub"),
		forge_key(f, "ca") };
	struct forge_chain c = { .key = keys[0], .count = 3 };
	struct forge_cert spec[3];

	spec[2] = forge_cert_root(keys[2], "C=US,ST=WA,O=Example,CN=Root");
	spec[1] = forge_cert_ca(keys[1], "C=US,ST=WA,O=Example,CN=Issuer",
	    (struct bytes){ NULL, 0 }, keys[2]);
	spec[0] = forge_cert_leaf(keys[0], "C=US,ST=WA,O=Example,CN=Signer",
	    (struct bytes){ NULL, 0 }, keys[1]);
	for (size_t i = 3; i-- > 0;) {
		if (i < 2)
			spec[i].issuer = c.cert[i + 1];
		spec[i].not_before = l->from[i];
		spec[i].not_after = l->to[i];
		c.cert[i] = forge_cert(f, &spec[i]);
	}
	return c;
}

/* Its root is trusted; `stores` go with it; "" or ",'tsa:root'". */
static enum reason
judged(struct bench *b, const struct forge_chain *c, const char *stores, const char *time,
    struct forge_envelope spec)
{
	struct forge *f = b->st.f;
	const char *dir = stage_policy(&b->st, "own",
	    stage_statement(&b->st, "'level':'strict'",
		arena_printf(forge_mem(f), "'ca:own','signingAuthority:own'%s", stores)
		    .ptr));
	enum reason reason;
	struct judge j;

	scratch_put(&b->st.dir, "own/truststore/x509/ca/own/root.der", c->cert[2]);
	scratch_put(
	    &b->st.dir, "own/truststore/x509/signingAuthority/own/root.der", c->cert[2]);
	judge_open(&j, dir, time);
	spec.signer = c;
	reason = stage_verdict(&b->st, &j, spec);
	if ((reason == REASON_NONE) != (j.verdict.state == STATE_COMPLIANT))
		ok(false, "state %s", state_name(j.verdict.state));
	judge_close(&j);
	return reason;
}

/* --- 18: every certificate of the chain, not the leaf alone -------------------------------------- */

/* The last second of a life as a CBOR float, and the next number of that kind behind it. */
static void
p18_float(struct bench *b)
{
	struct forge_header time = { .name = "io.cncf.notary.authenticSigningTime",
		.cbor = BYTES_LIT("\xc1\xfb\x41\xd9\x6e\xb7\xc0\x00\x00\x00"),
		.critical = true };
	struct forge_envelope spec = { .form = FORGE_COSE,
		.scheme = "notary.x509.signingAuthority",
		.no_time = true,
		.extra = &time,
		.extra_count = 1 };
	struct lives l = { { NULL }, { "2024-02-01T00:00:00Z" } };
	struct forge_chain c = chain_of(b, &l);

	is_reason(judged(b, &c, "", STAGE_NOW, spec), REASON_NONE,
	    "pitfall_18 sibling: signing authority, last second as a float");
	time.cbor = BYTES_LIT("\xc1\xfb\x41\xd9\x6e\xb7\xc0\x00\x00\x01");
	is_reason(judged(b, &c, "", STAGE_NOW, spec), REASON_CERT_NOT_VALID_AT_SIGNING,
	    "pitfall_18_signing_authority_a_moment_after_as_a_float");
}

static void
p18_whole_chain(struct bench *b)
{
	static const char *const names[] = { "leaf", "issuer", "root" };
	struct forge_token token = { .tsa = &b->st.tsa, .time = "2024-02-01" };
	struct forge_envelope stamped = { .token = &token };
	struct forge_envelope authority = { .scheme = "notary.x509.signingAuthority",
		.signing_time = "2024-02-01T00:00:00Z" };
	struct lives l = { { NULL }, { NULL } };
	struct forge_chain c = chain_of(b, &l);

	is_reason(judged(b, &c, ",'tsa:root'", STAGE_NOW, stamped), REASON_NONE,
	    "pitfall_18 sibling: a token inside all lives");
	for (size_t i = 0; i < 3; i++) {
		l = (struct lives){ { NULL }, { NULL } };
		l.to[i] = "2024-01-31T23:59:59Z";
		c = chain_of(b, &l);
		is_reason(judged(b, &c, ",'tsa:root'", STAGE_NOW, stamped),
		    REASON_TIMESTAMP_AFTER_VALIDITY, "pitfall_18_token_after_the_%s",
		    names[i]);
		is_reason(judged(b, &c, "", STAGE_NOW, authority),
		    REASON_CERT_NOT_VALID_AT_SIGNING,
		    "pitfall_18_signing_authority_after_the_%s", names[i]);
		l.to[i] = "2024-02-01T00:00:00Z";
		c = chain_of(b, &l);
		is_reason(judged(b, &c, ",'tsa:root'", STAGE_NOW, stamped), REASON_NONE,
		    "pitfall_18 sibling: in the last second of the %s", names[i]);
		is_reason(judged(b, &c, "", STAGE_NOW, authority), REASON_NONE,
		    "pitfall_18 sibling: signing authority, last second of the %s",
		    names[i]);
		authority.signing_time = "2024-02-01T00:00:00.0000000001Z";
		is_reason(judged(b, &c, "", STAGE_NOW, authority),
		    REASON_CERT_NOT_VALID_AT_SIGNING,
		    "pitfall_18_signing_authority_a_moment_after_the_%s", names[i]);
		authority.signing_time = "2024-01-31T23:59:59.9999999999Z";
		is_reason(judged(b, &c, "", STAGE_NOW, authority), REASON_NONE,
		    "pitfall_18 sibling: signing authority, a moment before the end of the %s",
		    names[i]);
		authority.signing_time = "2024-02-01T00:00:00Z";
		l = (struct lives){ { NULL }, { NULL } };
		l.from[i] = "2024-02-01T00:00:01Z";
		c = chain_of(b, &l);
		stamped.signing_time = "2024-03-01T00:00:00Z";
		is_reason(judged(b, &c, ",'tsa:root'", STAGE_NOW, stamped),
		    REASON_TIMESTAMP_BEFORE_VALIDITY, "pitfall_18_token_before_the_%s",
		    names[i]);
	}
}

/* --- 19: accuracy --------------------------------------------------------------------------------- */

static void
p19_accuracy(struct bench *b)
{
	static const struct {
		const char *name;
		struct forge_token token;
		enum reason reason;
	} rows[] = {
		{ "pitfall_19 sibling: just inside on both sides",
		    { .time = "2024-02-01T00:00:05Z", .seconds = 5 }, REASON_NONE },
		{ "pitfall_19 sibling: just inside by a microsecond",
		    { .time = "2024-02-01T00:00:00.000001Z", .micros = 1 }, REASON_NONE },
		{ "pitfall_19_accuracy_ignored_below",
		    { .time = "2024-02-01T00:00:01Z", .seconds = 2 },
		    REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "pitfall_19_accuracy_ignored_above",
		    { .time = "2024-02-01T00:00:09Z", .seconds = 2 },
		    REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "pitfall_19_milliseconds_rounded_below",
		    { .time = "2024-02-01T00:00:00Z", .millis = 1 },
		    REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "pitfall_19_milliseconds_rounded_above",
		    { .time = "2024-02-01T00:00:10Z", .millis = 499 },
		    REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "pitfall_19_microseconds_rounded_below",
		    { .time = "2024-02-01T00:00:00Z", .micros = 1 },
		    REASON_TIMESTAMP_BEFORE_VALIDITY },
		{ "pitfall_19_microseconds_rounded_above",
		    { .time = "2024-02-01T00:00:10Z", .micros = 1 },
		    REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "pitfall_19_fraction_of_the_time_cut",
		    { .time = "2024-02-01T00:00:10.000000001Z" },
		    REASON_TIMESTAMP_AFTER_VALIDITY },
		{ "pitfall_19 sibling: the last moment",
		    { .time = "2024-02-01T00:00:10Z" }, REASON_NONE },
	};
	struct lives l = { { "2024-02-01T00:00:00Z", NULL, NULL },
		{ "2024-02-01T00:00:10Z", NULL, NULL } };
	struct forge_chain c = chain_of(b, &l);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_token token = rows[i].token;

		token.tsa = &b->st.tsa;
		is_reason(judged(b, &c, ",'tsa:root'", STAGE_NOW,
			      (struct forge_envelope){ .token = &token,
				  .signing_time = "2024-02-01T00:00:05Z" }),
		    rows[i].reason, "%s", rows[i].name);
	}
}

/* --- 20: what the token is about -------------------------------------------------------------------- */

static void
p20_imprint(struct bench *b)
{
	static const char *const names[] = { "pitfall_20 sibling: the raw signature",
		"pitfall_20_imprint_of_the_base64_text",
		"pitfall_20_imprint_of_padded_base64",
		"pitfall_20_imprint_of_the_payload",
		"pitfall_20_imprint_of_the_signed_text",
		"pitfall_20_imprint_of_the_envelope", "pitfall_20_imprint_of_nothing" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct forge_token token = { .tsa = &b->st.tsa };
		struct handmade_jws j = { .signer = &b->st.ca };
		struct bytes input, about[COUNT(names)];
		struct subject s;

		subject_open(&s, &b->st);
		j.protected = handmade_protected(s.f, "ES256");
		j.payload = subject_payload(&s);
		input = handmade_input(s.f, j.protected, j.payload);
		j.signature = forge_sign(s.f, b->st.ca.key, input, FORGE_SIG_RIGHT, 0);
		about[0] = j.signature;
		about[1] = str_bytes(forge_base64url(s.f, j.signature));
		about[2] = str_bytes(forge_base64(s.f, j.signature));
		about[3] = j.payload;
		about[4] = input;
		about[5] = handmade_jws(s.f, &j);
		about[6] = (struct bytes){ NULL, 0 };
		j.token = forge_token(s.f, &token, about[i]);
		subject_attach(&s, FORGE_JWS, handmade_jws(s.f, &j), &b->st.ca);
		is_reason(subject_judge(&s, &b->stamped),
		    i == 0 ? REASON_NONE : REASON_TST_IMPRINT, "%s", names[i]);
		subject_close(&s);
	}
}

/* --- 21 to 24: the authority ------------------------------------------------------------------------ */

static struct forge_chain
tsa_with(struct bench *b, struct forge_cert leaf)
{
	struct forge_chain c = b->st.tsa;

	leaf.key = c.key;
	leaf.subject = "CN=stamp";
	leaf.issuer = c.cert[1];
	leaf.issuer_key = forge_key(b->st.f, "tsa-sub");
	leaf.serial = 9;
	leaf.key_usage = KU_DIGITAL_SIGNATURE;
	c.cert[0] = forge_cert(b->st.f, &leaf);
	return c;
}

#define STAMP .eku = "timeStamping", .eku_critical = true

static void
p21_p24_authority(struct bench *b)
{
	static const struct {
		const char *name;
		struct forge_cert leaf;
		enum reason reason;
	} rows[] = {
		{ "pitfall_21, 24 sibling: an ordinary authority", { STAMP },
		    REASON_NONE },
		{ "pitfall_21_authority_expired_since_the_token",
		    { STAMP, .not_after = "2024-02-01T00:00:00Z" }, REASON_NONE },
		{ "pitfall_21_authority_only_valid_now",
		    { STAMP, .not_before = "2024-02-01T00:00:01Z" },
		    REASON_CERT_NOT_YET_VALID },
		{ "pitfall_21_authority_expired_before_the_token",
		    { STAMP, .not_after = "2024-01-31T23:59:59Z" },
		    REASON_CERT_EXPIRED },
		{ "pitfall_24_purpose_not_critical", { .eku = "timeStamping" },
		    REASON_TSA_EKU },
		{ "pitfall_24_second_purpose",
		    { .eku = "timeStamping,codeSigning", .eku_critical = true },
		    REASON_TSA_EKU },
		{ "pitfall_24_second_purpose_unknown",
		    { .eku = "timeStamping,1.2.3.4", .eku_critical = true },
		    REASON_TSA_EKU },
		{ "pitfall_24_any_purpose",
		    { .eku = "anyExtendedKeyUsage", .eku_critical = true },
		    REASON_TSA_EKU },
		{ "pitfall_24_no_purpose", { .eku = NULL }, REASON_TSA_EKU },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_chain tsa = tsa_with(b, rows[i].leaf);
		struct forge_token token = { .tsa = &tsa };

		both(b, rows[i].name, (struct forge_envelope){ .token = &token },
		    rows[i].reason);
	}
}

/* A whole authority of a stranger's, root and all; also with the names of the trusted one. */
static void
p22_embedded_root(struct bench *b)
{
	static const char *const names[] = { "pitfall_22_root_in_the_token",
		"pitfall_22_root_in_the_token_with_a_trusted_name" };
	static const char *const subjects[] = { "C=US,O=Stranger,CN=Root",
		"C=US,ST=WA,O=Example Time,CN=Time Stamping Root CA" };
	struct forge *f = b->st.f;
	struct forge_token token = { .tsa = &b->st.tsa };
	EVP_PKEY *key = forge_key(f, "other-ca");

	both(b, "pitfall_22 sibling: the trusted authority",
	    (struct forge_envelope){ .token = &token }, REASON_NONE);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct forge_chain c = { .key = forge_key(f, "other"), .count = 2 };
		struct forge_cert root = forge_cert_root(key, subjects[i]), leaf;

		c.cert[1] = forge_cert(f, &root);
		leaf = forge_cert_tsa(c.key, "CN=stamp", c.cert[1], key);
		c.cert[0] = forge_cert(f, &leaf);
		token.tsa = &c;
		both(b, names[i], (struct forge_envelope){ .token = &token },
		    REASON_TSA_NOT_TRUSTED);
	}
}

static void
p23_ess(struct bench *b)
{
	const struct {
		const char *name;
		struct forge_token token;
		enum reason reason;
	} rows[] = {
		{ "pitfall_23_hash_left_out_is_sha256", { .ess = FORGE_ESS_V2 },
		    REASON_NONE },
		{ "pitfall_23 sibling: SHA-384 named", { .ess_hash = "SHA384" },
		    REASON_NONE },
		{ "pitfall_23 sibling: SHA-512 named", { .ess_hash = "SHA512" },
		    REASON_NONE },
		{ "pitfall_23_none", { .ess = FORGE_ESS_NONE }, REASON_TST_ESS },
		{ "pitfall_23_version_1", { .ess = FORGE_ESS_V1 }, REASON_TST_ESS },
		{ "pitfall_23_sha1_named", { .ess_hash = "SHA1" }, REASON_TST_ESS_HASH },
		{ "pitfall_23_another_certificate", { .ess_cert = b->st.tsa.cert[1] },
		    REASON_TST_ESS_HASH },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_token token = rows[i].token;

		token.tsa = &b->st.tsa;
		both(b, rows[i].name, (struct forge_envelope){ .token = &token },
		    rows[i].reason);
	}
}

/* --- 36: dates ------------------------------------------------------------------------------------------ */

static void
p36_dates(struct bench *b)
{
	/* UTCTime up to 2049, GeneralizedTime from 2050; 2^31 seconds end in January 2038. */
	static const struct {
		const char *name, *from, *to, *at;
		enum reason reason;
	} rows[] = {
		{ "pitfall_36_utctime_50_is_1950", "1950-01-01T00:00:00Z", NULL,
		    STAGE_NOW, REASON_NONE },
		{ "pitfall_36_utctime_70_is_1970", "1970-01-01T00:00:00Z", NULL,
		    STAGE_NOW, REASON_NONE },
		{ "pitfall_36_before_1970", "1969-12-31T23:59:59Z", NULL, STAGE_NOW,
		    REASON_NONE },
		{ "pitfall_36_utctime_49_is_2049", NULL, "2049-12-31T23:59:59Z",
		    STAGE_NOW, REASON_NONE },
		{ "pitfall_36_utctime_49_ends", NULL, "2049-12-31T23:59:59Z",
		    "2050-01-01T00:00:00Z", REASON_CERT_EXPIRED },
		{ "pitfall_36_year_2050", NULL, "2050-01-01T00:00:00Z", STAGE_NOW,
		    REASON_NONE },
		{ "pitfall_36_past_2038", NULL, "2106-02-07T06:28:17Z",
		    "2038-01-19T03:14:08Z", REASON_NONE },
		{ "pitfall_36_past_2106", NULL, "2123-05-04T00:00:00Z",
		    "2106-02-07T06:28:16Z", REASON_NONE },
		{ "pitfall_36_year_2123", NULL, "2123-05-04T00:00:00Z",
		    "2123-05-04T00:00:00Z", REASON_NONE },
		{ "pitfall_36_year_2123_ends", NULL, "2123-05-04T00:00:00Z",
		    "2123-05-04T00:00:01Z", REASON_CERT_EXPIRED },
		{ "pitfall_36_year_3021", NULL, "3021-01-01T00:00:00Z",
		    "3020-12-31T23:59:59Z", REASON_NONE },
		{ "pitfall_36_no_end", NULL, "9999-12-31T23:59:59Z",
		    "9999-12-31T23:59:59Z", REASON_NONE },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lives l = { { rows[i].from, rows[i].from, rows[i].from },
			{ rows[i].to, rows[i].to, rows[i].to } };
		struct forge_chain c = chain_of(b, &l);

		is_reason(judged(b, &c, "", rows[i].at,
			      (struct forge_envelope){ .plugin = NULL }),
		    rows[i].reason, "%s", rows[i].name);
	}
}

/* Twelve hours before and fourteen behind: the last second is the same everywhere. */
static void
p36_zones(struct bench *b)
{
	static const char *const zones[] = { "UTC0", "EAST-14", "WEST12",
		"SUMMER-1SUN,M3.5.0,M10.5.0/3" };
	/* UTCTime and GeneralizedTime */
	static const struct {
		const char *last, *over, *offset;
	} ends[] = {
		{ STAGE_NOW, "2026-06-01T00:00:00.000001Z", "2026-06-01T02:00:00+02:00" },
		{ "2050-06-01T00:00:00Z", "2050-06-01T00:00:00.000001Z",
		    "2050-05-31T12:00:00-12:00" },
	};

	for (size_t k = 0; k < COUNT(ends); k++) {
		struct lives l = { { NULL }, { ends[k].last, "2099-12-31T23:59:59Z",
						 "2099-12-31T23:59:59Z" } };
		struct forge_chain c = chain_of(b, &l);
		struct forge_envelope spec = { .expiry = "2098-01-01T00:00:00Z" };

		for (size_t i = 0; i < COUNT(zones); i++) {
			setenv("TZ", zones[i], 1);
			tzset();
			is_reason(judged(b, &c, "", ends[k].last, spec), REASON_NONE,
			    "pitfall_36_local_time: %s, last second", zones[i]);
			is_reason(judged(b, &c, "", ends[k].over, spec),
			    REASON_CERT_EXPIRED, "pitfall_36_local_time: %s, over",
			    zones[i]);
			is_reason(judged(b, &c, "", ends[k].offset, spec), REASON_NONE,
			    "pitfall_36_local_time: %s, with an offset", zones[i]);
		}
	}
	setenv("TZ", "UTC0", 1);
	tzset();
}

int
main(void)
{
	struct bench b;

	stage_open(&b.st);
	stage_judge(
	    &b.stamped, &b.st, "stamped", "'level':'strict'", "'ca:root','tsa:root'");
	p18_whole_chain(&b);
	p18_float(&b);
	p19_accuracy(&b);
	p20_imprint(&b);
	p21_p24_authority(&b);
	p22_embedded_root(&b);
	p23_ess(&b);
	p36_dates(&b);
	p36_zones(&b);
	judge_close(&b.stamped);
	stage_close(&b.st);
	return tap_done();
}
