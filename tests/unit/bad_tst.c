/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time-stamp tokens that must be refused, by catalogue row. Each starts from a token that
 * passes and has one defect; "surgery" changes a value and keeps the lengths around it
 * right.
 */
#include "tests/lib/deredit.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

/* Places in a token of the forge. */
#define AT_ALGS "1.0.1"
#define AT_ENCAP "1.0.2"
#define AT_INFO "1.0.2.1.0.0"
#define AT_CERTS "1.0.3"
#define AT_SIGNERS "1.0.4"
#define AT_SIGNER "1.0.4.0"
#define AT_ATTRS "1.0.4.0.3"

static const struct bytes none = { NULL, 0 };
static struct kit k;
static struct forge_chain tsa;
static struct bytes message;

/* A token by the ordinary authority, checked against its own root. */
static enum reason
verdict(struct bytes token)
{
	return kit_token(&k, token, message, &tsa.cert[2], 1);
}

static struct forge_token
good(void)
{
	return (struct forge_token){ .tsa = &tsa };
}

static struct bytes
made(const struct forge_token *spec)
{
	return forge_token(k.forge, spec, message);
}

static struct bytes
plain(void)
{
	struct forge_token spec = good();

	return made(&spec);
}

static struct bytes
edit(const char *path, struct bytes with)
{
	return der_edit(k.mem, plain(), path, with);
}

static void
refused(const char *name, struct bytes token, enum reason want)
{
	is_reason(verdict(token), want, "%s", name);
}

static void
s01_s02(void)
{
	struct forge_token spec = good();
	struct bytes token = plain(), info = der_at(token, AT_INFO), other;

	is_reason(verdict(token), REASON_NONE, "bad_S01 sibling: its own message");
	is_reason(kit_token(&k, token, forge_text("another signature"), &tsa.cert[2], 1),
	    REASON_TST_IMPRINT, "bad_S01_token_of_another_signature");
	spec.break_imprint = true;
	refused("bad_S01_imprint_changed", made(&spec), REASON_TST_IMPRINT);
	spec = good();
	spec.imprint_hash = "SHA1";
	refused("bad_S02_imprint_sha1", made(&spec), REASON_TST_IMPRINT_ALG);
	spec.imprint_hash = "MD5";
	refused("bad_S02_imprint_md5", made(&spec), REASON_TST_IMPRINT_ALG);
	other = der_edit(
	    k.mem, info, "2.0.0", forge_der_oid(k.forge, "2.16.840.1.101.3.4.2.8"));
	refused("bad_S02_imprint_unknown", edit(AT_INFO, other), REASON_TST_IMPRINT_ALG);
	other =
	    der_fill(k.mem, info, "2.1", forge_text("0123456789abcdef0123456789abcde"));
	refused("bad_S02_imprint_short", edit(AT_INFO, other), REASON_TST_IMPRINT_ALG);
	other = der_fill(k.mem, info, "2.1", none);
	refused("bad_S02_imprint_empty", edit(AT_INFO, other), REASON_TST_IMPRINT_ALG);
}

static void
s03(void)
{
	struct forge_chain code =
	    forge_chain(k.forge, forge_key(k.forge, "rsa2048"), "Example");
	struct forge_chain other =
	    forge_chain_tsa(k.forge, forge_key(k.forge, "other"), "Example");
	struct forge_token spec = good();
	struct bytes token = plain(), bag = der_at(token, AT_CERTS);
	struct bytes first = der_join(k.mem, code.cert[0], der_content(bag));

	is_reason(verdict(der_fill(k.mem, token, AT_CERTS, first)), REASON_NONE,
	    "bad_S03 sibling: a stranger in front of the bag changes nothing");
	/* The trusted authority's certificates, but another key signed. */
	spec.tsa = &other;
	token = made(&spec);
	first = der_join(k.mem, tsa.cert[0], der_content(der_at(token, AT_CERTS)));
	refused("bad_S03_checks_on_first_certificate",
	    der_fill(k.mem, token, AT_CERTS, first), REASON_TST_ESS_HASH);
	refused("bad_S03_signer_not_in_bag",
	    der_edit(k.mem, plain(), AT_CERTS ".0", none), REASON_TST_SIGNER_CERT);
	spec = good();
	spec.no_certs = true;
	refused("bad_S03_no_certificates", made(&spec), REASON_TST_SIGNER_CERT);
	spec = good();
	spec.ess_issuer_serial = true;
	is_reason(verdict(made(&spec)), REASON_NONE, "bad_S03 sibling: issuerSerial");
	spec.ess_cert = tsa.cert[1];
	refused(
	    "bad_S03_two_names_two_certificates", made(&spec), REASON_TST_SIGNER_CERT);
	token = edit(AT_SIGNER ".1.1", forge_der_uint(k.forge, 0x02, 77));
	refused("bad_S03_sid_names_nobody", token, REASON_TST_SIGNER_CERT);
	refused("bad_S03_bag_holds_no_certificate",
	    der_add(k.mem, plain(), AT_CERTS ".0", forge_der(k.forge, 0xa1, 0)),
	    REASON_TST_SYNTAX);
	refused("bad_S03_bag_holds_broken_certificate",
	    der_add(k.mem, plain(), AT_CERTS ".0", forge_der(k.forge, 0x30, 0)),
	    REASON_TST_SYNTAX);
}

static void
s04(void)
{
	struct forge_token spec = good();

	spec.ess = FORGE_ESS_NONE;
	refused("bad_S04_ess_absent", made(&spec), REASON_TST_ESS);
	spec.ess = FORGE_ESS_V1;
	refused("bad_S04_ess_version_1", made(&spec), REASON_TST_ESS);
	spec = good();
	spec.ess_cert = tsa.cert[1];
	refused("bad_S04_ess_of_another_certificate", made(&spec), REASON_TST_ESS_HASH);
	spec = good();
	spec.ess_hash = "SHA1";
	refused("bad_S04_ess_sha1", made(&spec), REASON_TST_ESS_HASH);
	spec = good();
	spec.no_attrs = true;
	refused("bad_S04_no_signed_attributes", made(&spec), REASON_TST_ESS);
}

static void
s05(void)
{
	static const struct {
		const char *name, *eku;
		bool critical;
		enum reason want;
	} rows[] = {
		{ "bad_S05 sibling: critical timeStamping", "timeStamping", true,
		    REASON_NONE },
		{ "bad_S05_eku_not_critical", "timeStamping", false, REASON_TSA_EKU },
		{ "bad_S05_eku_two_purposes", "timeStamping,codeSigning", true,
		    REASON_TSA_EKU },
		{ "bad_S05_eku_and_unknown", "timeStamping,1.2.3.4", true,
		    REASON_TSA_EKU },
		{ "bad_S05_eku_other_purpose", "codeSigning", true,
		    REASON_TSA_EKU },
		{ "bad_S05_eku_any", "anyExtendedKeyUsage", true,
		    REASON_TSA_EKU },
		{ "bad_S05_eku_absent", NULL, false, REASON_TSA_EKU },
	};
	struct forge_token spec = good();
	struct forge_chain c = tsa;
	struct forge_cert leaf;

	spec.tsa = &c;
	for (size_t i = 0; i < COUNT(rows); i++) {
		leaf = forge_cert_tsa(c.key, "C=US,ST=WA,O=Example,CN=TSA", tsa.cert[1],
		    forge_key(k.forge, "tsa-sub"));
		leaf.eku = rows[i].eku;
		leaf.eku_critical = rows[i].critical;
		c.cert[0] = forge_cert(k.forge, &leaf);
		refused(rows[i].name, made(&spec), rows[i].want);
	}
	leaf = forge_cert_tsa(c.key, "C=US,ST=WA,O=Example,CN=TSA", tsa.cert[1],
	    forge_key(k.forge, "tsa-sub"));
	leaf.key_usage = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT;
	c.cert[0] = forge_cert(k.forge, &leaf);
	refused("bad_S05_key_usage", made(&spec), REASON_LEAF_KEY_USAGE);
	leaf.key_usage = KU_DIGITAL_SIGNATURE;
	leaf.key_usage_lax = true;
	c.cert[0] = forge_cert(k.forge, &leaf);
	refused("bad_S05 sibling: keyUsage need not be critical here", made(&spec),
	    REASON_NONE);
}

static void
s06(void)
{
	struct bytes token = plain();
	struct forge_chain other =
	    forge_chain(k.forge, forge_key(k.forge, "rsa2048"), "Else");

	is_reason(kit_token(&k, token, message, &other.cert[2], 1),
	    REASON_TSA_NOT_TRUSTED, "bad_S06_root_only_embedded");
	is_reason(kit_token(&k, token, message, NULL, 0), REASON_TSA_NOT_TRUSTED,
	    "bad_S06_no_anchor");
	is_reason(kit_token(&k, token, message, &tsa.cert[1], 1), REASON_TSA_NOT_TRUSTED,
	    "bad_S06_anchor_is_intermediate");
	refused("bad_S06_intermediate_missing",
	    der_edit(k.mem, token, AT_CERTS ".1", none), REASON_TSA_NOT_TRUSTED);
	is_reason(verdict(der_edit(k.mem, token, AT_CERTS ".2", none)), REASON_NONE,
	    "bad_S06 sibling: the root need not be embedded");
}

static void
s07_s08_s14(void)
{
	static const struct {
		const char *name, *time;
		enum reason want;
	} rows[] = {
		{ "bad_S07_before_the_authority", "2023-12-31T23:59:59.999999Z",
		    REASON_CERT_NOT_YET_VALID },
		{ "bad_S07 sibling: first second", "2024-01-01T00:00:00Z", REASON_NONE },
		{ "bad_S07 sibling: last second", "2049-12-31T23:59:59Z", REASON_NONE },
		{ "bad_S07_half_a_second_late", "2049-12-31T23:59:59.5Z",
		    REASON_CERT_EXPIRED },
		{ "bad_S14_after_the_authority", "2050-01-01T00:00:00Z",
		    REASON_CERT_EXPIRED },
	};
	struct forge_token spec = good();
	struct err err;
	struct tst t;
	char text[WHEN_TEXT];

	for (size_t i = 0; i < COUNT(rows); i++) {
		spec.time = rows[i].time;
		refused(rows[i].name, made(&spec), rows[i].want);
	}
	spec = good();
	spec.time = "2024-02-01T00:00:00.25Z";
	spec.seconds = 1;
	spec.millis = 500;
	spec.micros = 7;
	ok(tst_parse(&t, k.mem, made(&spec), &k.limits, NULL, &err) == 0,
	    "token with accuracy");
	when_format_us(text, t.lower);
	is_str(str_of(text), "2024-01-31T23:59:58.749993Z", "bad_S08_lower_bound");
	when_format_us(text, t.upper);
	is_str(str_of(text), "2024-02-01T00:00:01.750007Z", "bad_S08_upper_bound");
	spec = good();
	spec.policy = "0.4.0.2023.1.1";
	ok(tst_parse(&t, k.mem, made(&spec), &k.limits, NULL, &err) == 0 &&
		t.accuracy_us == 1000000,
	    "bad_S08_baseline_policy_means_one_second");
	spec.time = "2024-02-01T00:00:00.123456789Z";
	ok(tst_parse(&t, k.mem, made(&spec), &k.limits, NULL, &err) == 0, "nanoseconds");
	when_format_us(text, t.lower);
	is_str(str_of(text), "2024-01-31T23:59:59.123456Z", "bad_S08_lower_rounds_down");
	when_format_us(text, t.upper);
	is_str(str_of(text), "2024-02-01T00:00:01.123457Z", "bad_S08_upper_rounds_up");
	spec = good();
	spec.signing_time = "2023-06-01T00:00:00Z";
	refused(
	    "bad_S07_signing_time_before_chain", made(&spec), REASON_TST_SIGNING_TIME);
	spec.signing_time = "2050-06-01T00:00:00Z";
	refused("bad_S07_signing_time_after_chain", made(&spec), REASON_TST_SIGNING_TIME);
	spec.signing_time = "2049-12-31T23:59:59Z";
	refused("bad_S07 sibling: signing time at the end", made(&spec), REASON_NONE);
}

static void
s09_s10(void)
{
	struct forge_token spec = good();

	spec.no_signer = true;
	refused("bad_S09_no_signer", made(&spec), REASON_TST_SIGNERS);
	spec = good();
	spec.two_signers = true;
	refused("bad_S09_two_signers", made(&spec), REASON_TST_SIGNERS);
	refused("bad_S10_no_digest_algorithms", der_fill(k.mem, plain(), AT_ALGS, none),
	    REASON_TST_SYNTAX);
	spec = good();
	spec.signer_version = 3;
	refused("bad_S09_signer_version_3", made(&spec), REASON_TST_SIGNER_VERSION);
	spec = good();
	spec.data_version = 1;
	refused("bad_S09_data_version_1", made(&spec), REASON_TST_SYNTAX);
	spec = good();
	spec.break_signature = true;
	refused("bad_S09_signature_changed", made(&spec), REASON_TST_SIGNATURE);
	refused("bad_S09_key_identifier",
	    edit(AT_SIGNER ".1", forge_der(k.forge, 0x80, 1, forge_text("0123456789"))),
	    REASON_TST_SYNTAX);
}

/* A signed attribute { oid, SET { value } }. */
static struct bytes
attribute(const char *oid, struct bytes values)
{
	return forge_der(k.forge, 0x30, 2, forge_der_oid(k.forge, oid),
	    forge_der(k.forge, 0x31, 1, values));
}

static void
s11(void)
{
	struct bytes digest =
	    forge_der(k.forge, 0x04, 1, forge_hash(k.forge, "SHA256", forge_text("x")));
	struct bytes when = forge_der(k.forge, 0x17, 1, forge_text("240201000000Z"));
	struct forge_token spec = good();

	spec.attrs_extra = attribute("1.2.3.4", digest);
	is_reason(
	    verdict(made(&spec)), REASON_NONE, "bad_S11 sibling: unknown attribute");
	spec.attrs_extra = attribute("1.2.840.113549.1.9.4", digest);
	refused("bad_S11_message_digest_twice", made(&spec), REASON_TST_ATTRS);
	spec.attrs_extra =
	    der_join(k.mem, attribute("1.2.3.4", digest), attribute("1.2.3.4", digest));
	refused("bad_S11_unknown_attribute_twice", made(&spec), REASON_TST_ATTRS);
	spec.attrs_extra = attribute("1.2.840.113549.1.9.5", der_join(k.mem, when, when));
	refused("bad_S11_signing_time_two_values", made(&spec), REASON_TST_ATTRS);
	spec.attrs_extra = attribute("1.2.840.113549.1.9.5", none);
	refused("bad_S11_signing_time_no_value", made(&spec), REASON_TST_ATTRS);
	spec.attrs_extra = attribute("1.2.840.113549.1.9.5", digest);
	refused("bad_S11_signing_time_wrong_type", made(&spec), REASON_TST_ATTRS);
	spec.attrs_extra = attribute("1.2.840.113549.1.9.5", when);
	is_reason(verdict(made(&spec)), REASON_NONE, "bad_S11 sibling: signing time");
	spec.attrs_extra = forge_der(k.forge, 0x30, 1, forge_der_oid(k.forge, "1.2.3"));
	refused("bad_S11_attribute_without_values", made(&spec), REASON_TST_ATTRS);
	spec = good();
	spec.break_digest = true;
	refused("bad_S11_message_digest_wrong", made(&spec), REASON_TST_ATTRS);
}

/* One attribute of the ordinary token taken out or changed: found by its OID. */
static struct bytes
without(const char *oid, struct bytes instead)
{
	struct bytes token = plain(), want = forge_der_oid(k.forge, oid), attr;
	char path[32] = AT_ATTRS ".0";

	for (char *digit = &path[sizeof(AT_ATTRS)]; *digit < '9'; (*digit)++) {
		attr = der_at(token, path);
		if (bytes_equal(der_at(attr, "0"), want))
			return der_edit(k.mem, token, path, instead);
	}
	return token;
}

static void
s11_missing(void)
{
	struct bytes octets = forge_der(k.forge, 0x04, 1, forge_text("x"));

	refused("bad_S11_content_type_missing", without("1.2.840.113549.1.9.3", none),
	    REASON_TST_ATTRS);
	refused("bad_S11_message_digest_missing", without("1.2.840.113549.1.9.4", none),
	    REASON_TST_ATTRS);
	refused("bad_S11_content_type_wrong_type",
	    without("1.2.840.113549.1.9.3", attribute("1.2.840.113549.1.9.3", octets)),
	    REASON_TST_ATTRS);
	refused("bad_S11_message_digest_wrong_type",
	    without("1.2.840.113549.1.9.4",
		attribute("1.2.840.113549.1.9.4", forge_der(k.forge, 0x05, 0))),
	    REASON_TST_ATTRS);
	refused("bad_S11_ess_wrong_type",
	    without("1.2.840.113549.1.9.16.2.47",
		attribute("1.2.840.113549.1.9.16.2.47", octets)),
	    REASON_TST_ESS);
	refused("bad_S11_ess_empty",
	    without("1.2.840.113549.1.9.16.2.47",
		attribute("1.2.840.113549.1.9.16.2.47",
		    forge_der(k.forge, 0x30, 1, forge_der(k.forge, 0x30, 0)))),
	    REASON_TST_ESS);
	refused("bad_S11_content_type_other",
	    without("1.2.840.113549.1.9.3",
		attribute("1.2.840.113549.1.9.3",
		    forge_der_oid(k.forge, "1.2.840.113549.1.7.1"))),
	    REASON_TST_SIGNATURE);
}

static void
s12(void)
{
	struct forge_token spec = good();
	struct bytes token = plain();

	spec.content_type = "1.2.840.113549.1.7.1";
	refused("bad_S12_content_is_data", made(&spec), REASON_TST_CONTENT_TYPE);
	refused("bad_S12_detached", der_edit(k.mem, token, AT_ENCAP ".1", none),
	    REASON_TST_SYNTAX);
	spec = good();
	spec.trailer = forge_text("x");
	refused("bad_S12_trailing_byte", made(&spec), REASON_TST_SYNTAX);
	refused(
	    "bad_S12_cut_short", bytes_of(token.ptr, token.len - 1), REASON_TST_SYNTAX);
	refused("bad_S12_empty", none, REASON_TST_SYNTAX);
	refused("bad_S12_content_not_octets",
	    edit(AT_ENCAP ".1.0", forge_der(k.forge, 0x0c, 1, forge_text("x"))),
	    REASON_TST_SYNTAX);
	refused("bad_S12_not_signed_data",
	    edit("0", forge_der_oid(k.forge, "1.2.840.113549.1.7.3")), REASON_TST_SYNTAX);
	spec = good();
	spec.info_version = 2;
	refused("bad_S12_info_version_2", made(&spec), REASON_TST_INFO);
}

static void
s13(void)
{
	struct bytes token = plain(), body = der_content(token), long_form, info, der,
		     inner;
	uint8_t *room = arena_alloc(k.mem, token.len + 16);

	/*
	 * 30 84 LLLLLLLL instead of 30 82 LLLL: BER, and the signed parts are untouched.
	 */
	memcpy(room, "\x30\x84\x00\x00", 4);
	room[4] = (uint8_t)(body.len >> 8);
	room[5] = (uint8_t)body.len;
	memcpy(room + 6, body.ptr, body.len);
	long_form = bytes_of(room, body.len + 6);
	is_reason(
	    verdict(long_form), REASON_NONE, "bad_S13 sibling: BER in the frame is read");
	room = arena_alloc(k.mem, token.len + 16);
	memcpy(room, "\x30\x80", 2);
	memcpy(room + 2, body.ptr, body.len);
	memcpy(room + 2 + body.len, "\0\0", 2);
	refused(
	    "bad_S13_indefinite_length", bytes_of(room, body.len + 4), REASON_TST_SYNTAX);
	/* TSTInfo itself in long form. */
	info = der_at(token, AT_INFO);
	inner = der_content(info);
	room = arena_alloc(k.mem, info.len + 16);
	memcpy(room, "\x30\x83\x00\x00", 4);
	room[4] = (uint8_t)inner.len;
	memcpy(room + 5, inner.ptr, inner.len);
	refused("bad_S13_tstinfo_ber", edit(AT_INFO, bytes_of(room, inner.len + 5)),
	    REASON_TST_INFO);
	/* A signed attribute whose BOOLEAN is 01: BER that would be signed as it is. */
	der = attribute("1.2.3.4", forge_der(k.forge, 0x01, 1, forge_text("\x01")));
	refused("bad_S13_attributes_ber", der_add(k.mem, token, AT_ATTRS ".0", der),
	    REASON_TST_SYNTAX);
	der = forge_der(k.forge, 0x05, 0);
	for (int i = 0; i < 40; i++)
		der = der_make(k.mem, 0x30, der);
	refused("bad_S13_deep", der_add(k.mem, token, AT_SIGNERS ".0", der),
	    REASON_LIMIT_DER_DEPTH_HIT);
	room = arena_alloc(k.mem, 300000);
	refused("bad_S13_large", bytes_of(room, 300000), REASON_LIMIT_TST_HIT);
}

static void
s15_s17(void)
{
	struct bytes token = plain();
	struct bytes status =
	    forge_der(k.forge, 0x30, 1, forge_der_uint(k.forge, 0x02, 0));
	struct bytes denied =
	    forge_der(k.forge, 0x30, 1, forge_der_uint(k.forge, 0x02, 2));
	struct bytes value = forge_der(k.forge, 0x04, 1, forge_text("x"));
	struct bytes yes = forge_der(k.forge, 0x01, 1, forge_text("\xff"));
	struct bytes oid = forge_der_oid(k.forge, "1.2.3.4");
	struct forge_token spec = good();

	refused("bad_S15_response_granted", forge_der(k.forge, 0x30, 2, status, token),
	    REASON_TST_STATUS);
	refused("bad_S15_response_rejected", forge_der(k.forge, 0x30, 1, denied),
	    REASON_TST_STATUS);
	spec.info_extra =
	    forge_der(k.forge, 0xa1, 1, forge_der(k.forge, 0x30, 2, oid, value));
	is_reason(verdict(made(&spec)), REASON_NONE,
	    "bad_S17 sibling: extension, not critical");
	spec.info_extra =
	    forge_der(k.forge, 0xa1, 1, forge_der(k.forge, 0x30, 3, oid, yes, value));
	refused("bad_S17_critical_extension", made(&spec), REASON_TST_EXTENSION);
	spec.info_extra = forge_der(k.forge, 0xa2, 1, value);
	refused("bad_S17_unknown_field", made(&spec), REASON_TST_INFO);
}

/* Parts that nothing hangs on: the reference reads them, so they must be what they should be. */
static void
s18_idle_parts(void)
{
	struct bytes empty = forge_der(k.forge, 0x30, 0), octets = forge_der(k.forge, 0x04, 0);
	struct bytes unknown =
	    forge_der(k.forge, 0x30, 2, forge_der_oid(k.forge, "1.2.2147483647"), octets);
	struct bytes large = forge_der(k.forge, 0x30, 1, forge_der_oid(k.forge, "1.2.2147483648"));
	struct forge_crl list = forge_crl_of(tsa.cert[1], forge_key(k.forge, "tsa-sub"));
	struct bytes token = plain();
	const struct {
		const char *name, *at;
		struct bytes behind;
		enum reason reason;
	} rows[] = {
		{ "S18 sibling: unknown digest algorithm", AT_ALGS ".0", unknown, REASON_NONE },
		{ "bad_S18_digest_algorithm_empty", AT_ALGS ".0", empty, REASON_TST_SYNTAX },
		{ "bad_S18_digest_algorithm_octets", AT_ALGS ".0", octets, REASON_TST_SYNTAX },
		{ "bad_S18_digest_algorithm_large", AT_ALGS ".0", large, REASON_TST_SYNTAX },
		{ "S18 sibling: no revocation list", AT_CERTS, forge_der(k.forge, 0xa1, 0),
		    REASON_NONE },
		{ "bad_S18_revocation_list", AT_CERTS,
		    forge_der(k.forge, 0xa1, 1, forge_crl(k.forge, &list)), REASON_TST_SYNTAX },
		{ "S18 sibling: unsigned attribute", AT_SIGNER ".5",
		    forge_der(k.forge, 0xa1, 1, attribute("1.2.2147483647", octets)), REASON_NONE },
		{ "bad_S18_unsigned_attribute_empty", AT_SIGNER ".5",
		    forge_der(k.forge, 0xa1, 1, empty), REASON_TST_SYNTAX },
		{ "bad_S18_unsigned_attribute_octets", AT_SIGNER ".5",
		    forge_der(k.forge, 0xa1, 1, octets), REASON_TST_SYNTAX },
		{ "bad_S18_unsigned_attribute_large", AT_SIGNER ".5",
		    forge_der(k.forge, 0xa1, 1, attribute("1.2.2147483648", octets)),
		    REASON_TST_SYNTAX },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		refused(rows[i].name, der_add(k.mem, token, rows[i].at, rows[i].behind),
		    rows[i].reason);
}

/* An arc of an OBJECT IDENTIFIER has 31 bits at most in the reference. */
static void
s18_identifiers(void)
{
	static const char *const oids[] = { "1.2.2147483647", "1.2.2147483648", "2.25.2147483648" };
	struct bytes value = forge_der(k.forge, 0x04, 1, forge_text("x"));
	struct bytes id = forge_der(k.forge, 0x30, 1,
	    forge_der(k.forge, 0x04, 1, forge_hash(k.forge, "SHA256", tsa.cert[0])));

	for (size_t i = 0; i < COUNT(oids); i++) {
		struct forge_token spec = good();

		spec.policy = oids[i];
		is_reason(verdict(made(&spec)), i == 0 ? REASON_NONE : REASON_TST_INFO,
		    "bad_S18_policy %s", oids[i]);
		spec = good();
		spec.attrs_extra = attribute(oids[i], value);
		is_reason(verdict(made(&spec)), i == 0 ? REASON_NONE : REASON_TST_ATTRS,
		    "bad_S18_attribute %s", oids[i]);
		spec = good();
		spec.info_extra = forge_der(k.forge, 0xa1, 1,
		    forge_der(k.forge, 0x30, 2, forge_der_oid(k.forge, oids[i]), value));
		is_reason(verdict(made(&spec)), i == 0 ? REASON_NONE : REASON_TST_INFO,
		    "bad_S18_extension %s", oids[i]);
	}
	/* Further identifiers of certificates: the signature fails once they are read. */
	refused("bad_S18_second_ess_malformed",
	    without("1.2.840.113549.1.9.16.2.47",
		attribute("1.2.840.113549.1.9.16.2.47",
		    forge_der(k.forge, 0x30, 1,
			forge_der(k.forge, 0x30, 2, id, forge_der(k.forge, 0x30, 1, id))))),
	    REASON_TST_ESS);
	refused("S18 sibling: second ess is one",
	    without("1.2.840.113549.1.9.16.2.47",
		attribute("1.2.840.113549.1.9.16.2.47",
		    forge_der(k.forge, 0x30, 1, forge_der(k.forge, 0x30, 2, id, id)))),
	    REASON_TST_SIGNATURE);
}

int
main(void)
{
	kit_open(&k);
	message = forge_text("the signature of an envelope");
	tsa = forge_chain_tsa(k.forge, forge_key(k.forge, "tsa"), "Example");
	s01_s02();
	s03();
	s04();
	s05();
	s06();
	s07_s08_s14();
	s09_s10();
	s11();
	s11_missing();
	s12();
	s13();
	s15_s17();
	s18_idle_parts();
	s18_identifiers();
	kit_close(&k);
	return tap_done();
}
