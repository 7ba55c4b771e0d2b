/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single certificates that must be refused as they stand, by catalogue row: encoding,
 * floods, extensions, keys, dates, serial numbers. Signatures play no part: the parser
 * looks at none.
 */
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

/* Places in a certificate of version 3. */
#define AT_SERIAL "0.1"
#define AT_INNER_ALG "0.2"
#define AT_VALIDITY "0.4"
#define AT_SUBJECT "0.5"
#define AT_SPKI "0.6"
#define AT_EXTENSIONS "0.7.0"

static const struct bytes none = { NULL, 0 };
static struct kit k;

static void
cert_refused(const char *name, struct bytes der, enum reason want)
{
	if (!is_reason(kit_cert(&k, NULL, der), want, "%s", name))
		tap_note("%s", k.detail);
}

static struct bytes
leaf_der(void)
{
	struct kit_trio t = kit_trio(&k);
	struct bytes ders[3];

	kit_make(&k, ders, &t);
	return ders[0];
}

static void
x08_malformed(void)
{
	static const struct {
		const char *name, *oid, *der;
		size_t len;
	} rows[] = {
		{ "bad_X08_basic_constraints_empty", "2.5.29.19", "", 0 },
		{ "bad_X08_basic_constraints_no_sequence", "2.5.29.19", "\x05\x00", 2 },
		{ "bad_X08_boolean_01", "2.5.29.19", "\x30\x03\x01\x01\x01", 5 },
		{ "bad_X08_path_len_negative", "2.5.29.19",
		    "\x30\x06\x01\x01\xff\x02\x01\xff", 8 },
		{ "bad_X08_bytes_behind_the_value", "2.5.29.19", "\x30\x00\x00", 3 },
		{ "bad_X08_eku_empty", "2.5.29.37", "\x30\x00", 2 },
		{ "bad_X08_key_usage_no_bits", "2.5.29.15", "\x03\x01\x00", 3 },
		{ "bad_X08_key_usage_unknown_bit", "2.5.29.15", "\x03\x03\x04\x80\x10",
		    5 },
		{ "bad_X08_ski_type", "2.5.29.14", "\x02\x01\x01", 3 },
		{ "bad_X08_aki_type", "2.5.29.35", "\x04\x01\x01", 3 },
		{ "bad_X08_san_type", "2.5.29.17", "\x30\x02\x05\x00", 4 },
		{ "bad_X08_crl_points_empty", "2.5.29.31", "\x30\x00", 2 },
		{ "bad_X08_policies_type", "2.5.29.32", "\x31\x00", 2 },
		{ "bad_X08_access_type", "1.3.6.1.5.5.7.1.1", "\x30\x02\x05\x00", 4 },
		{ "bad_X08_access_empty", "1.3.6.1.5.5.7.1.1", "\x30\x00", 2 },
		{ "bad_X08_url_with_nul", "1.3.6.1.5.5.7.1.1",
		    "\x30\x12\x30\x10\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x04"
		    "a\0bc",
		    20 },
	};
	struct forge_ext odd;
	struct kit_trio t = kit_trio(&k);
	struct forge_cert leaf = t.leaf;

	leaf.issuer_key = leaf.key;
	leaf.key_usage = 0;
	leaf.eku = NULL;
	leaf.no_key_ids = true;
	leaf.extra = &odd;
	leaf.extra_count = 1;
	odd = (struct forge_ext){ "2.5.29.19", false, BYTES_LIT("\x30\x00") };
	cert_refused("X08 sibling: well-formed extension", forge_cert(k.forge, &leaf),
	    REASON_NONE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		odd = (struct forge_ext){ rows[i].oid, false,
			bytes_of(rows[i].der, rows[i].len) };
		cert_refused(
		    rows[i].name, forge_cert(k.forge, &leaf), REASON_CERT_EXTENSION);
	}
}

/* The key of the ordinary leaf with another modulus or exponent. */
static enum reason
rsa_reason(const char *path, struct bytes value)
{
	struct bytes der = leaf_der(), bits = der_at(der, AT_SPKI ".1"), key;
	const struct cert *c;

	key = bytes_of(der_content(bits).ptr + 1, der_content(bits).len - 1);
	key = der_fill(k.mem, key, path, value);
	der = der_fill(k.mem, der, AT_SPKI ".1", der_join(k.mem, BYTES_LIT("\0"), key));
	if (kit_cert(&k, &c, der) != REASON_NONE)
		return REASON_CERT_NOT_DER;
	ok((cert_info(c)->sigalg == SIGALG_NONE) ==
		(cert_info(c)->key_reason != REASON_NONE),
	    "a key with a fault fits no algorithm");
	return cert_info(c)->key_reason;
}

static void
x12_numbers(void)
{
	struct bytes der = leaf_der(), bits = der_content(der_at(der, AT_SPKI ".1")), n;
	const struct cert *c;
	uint8_t big[1200];

	n = der_content(der_at(bytes_of(bits.ptr + 1, bits.len - 1), "0"));
	is_reason(rsa_reason("0", n), REASON_NONE, "X12 sibling: the same modulus");
	is_reason(rsa_reason("0", forge_flip(k.forge, n, n.len - 1, 1)), REASON_KEY_WEAK,
	    "bad_X12_even_modulus");
	is_reason(
	    rsa_reason("1", BYTES_LIT("\x03")), REASON_KEY_WEAK, "bad_X12_exponent_3");
	is_reason(
	    rsa_reason("1", BYTES_LIT("\x01")), REASON_KEY_WEAK, "bad_X12_exponent_1");
	is_reason(rsa_reason("1", BYTES_LIT("\x01\x00\x00")), REASON_KEY_WEAK,
	    "bad_X12_exponent_even");
	is_reason(rsa_reason("1", BYTES_LIT("\x01\x00\x00\x00\x00\x00\x00\x00\x01")),
	    REASON_KEY_UNSUPPORTED, "bad_X12_exponent_long");
	is_reason(rsa_reason("0", bytes_of(n.ptr + 1, n.len - 1)), REASON_KEY_UNSUPPORTED,
	    "bad_X12_modulus_negative");
	memset(big, 0x55, sizeof(big));
	is_reason(rsa_reason("0", bytes_of(big, sizeof(big))), REASON_KEY_UNSUPPORTED,
	    "bad_X12_modulus_9600_bits");
	der = der_edit(k.mem, leaf_der(), AT_SPKI ".0.0",
	    forge_der_oid(k.forge, "1.2.840.113549.1.1.10"));
	der = der_edit(k.mem, der, AT_SPKI ".0.1", none);
	is_reason(kit_cert(&k, NULL, der), REASON_NONE, "X12: id-RSASSA-PSS key is read");
	kit_cert(&k, &c, der);
	is_reason(cert_info(c)->key_reason, REASON_KEY_UNSUPPORTED, "bad_X12_pss_key");
	der = der_edit(k.mem, leaf_der(), AT_SPKI ".0.0",
	    forge_der_oid(k.forge, "1.2.840.10040.4.1"));
	kit_cert(&k, &c, der);
	is_reason(cert_info(c)->key_reason, REASON_KEY_UNSUPPORTED, "bad_X12_dsa_key");
}

static void
x14(void)
{
	struct bytes der = leaf_der(), body = der_content(der), tbs = der_at(der, "0"),
		     in;
	uint8_t *room = arena_alloc(k.mem, der.len + 16);
	struct bytes other;

	cert_refused("X14 sibling", der, REASON_NONE);
	memcpy(room, "\x30\x80", 2);
	memcpy(room + 2, body.ptr, body.len);
	memcpy(room + 2 + body.len, "\0\0", 2);
	cert_refused(
	    "bad_X14_indefinite", bytes_of(room, body.len + 4), REASON_CERT_NOT_DER);
	room = arena_alloc(k.mem, der.len + 16);
	memcpy(room, "\x30\x83\x00", 3);
	memcpy(room + 3, der.ptr + 2, der.len - 2);
	cert_refused(
	    "bad_X14_long_length", bytes_of(room, der.len + 1), REASON_CERT_NOT_DER);
	cert_refused("bad_X14_trailing_byte", der_join(k.mem, der, BYTES_LIT("\0")),
	    REASON_CERT_NOT_DER);
	cert_refused(
	    "bad_X14_cut_short", bytes_of(der.ptr, der.len - 1), REASON_CERT_NOT_DER);
	cert_refused("bad_X14_empty", none, REASON_CERT_NOT_DER);
	/* The critical flag of keyUsage as 01. */
	in = der_at(der, AT_EXTENSIONS);
	for (size_t i = 0; i + 3 < in.len; i++)
		if (memcmp(in.ptr + i, "\x01\x01\xff", 3) == 0) {
			other = forge_flip(
			    k.forge, der, (size_t)(in.ptr - der.ptr) + i + 2, 0xfe);
			cert_refused("bad_X14_boolean_01", other, REASON_CERT_NOT_DER);
			other = forge_flip(
			    k.forge, der, (size_t)(in.ptr - der.ptr) + i + 2, 0xff);
			cert_refused(
			    "bad_X14_boolean_default", other, REASON_CERT_EXTENSION);
			break;
		}
	cert_refused("bad_X14_algorithms_differ",
	    der_edit(k.mem, der, "1.0", forge_der_oid(k.forge, "1.2.840.113549.1.1.12")),
	    REASON_CERT_ALG_MISMATCH);
	cert_refused("bad_X14_algorithm_parameters_differ",
	    der_edit(k.mem, der, "1.1", none), REASON_CERT_ALG_MISMATCH);
	cert_refused("bad_X14_version_default_written",
	    der_fill(k.mem, der, "0.0", forge_der_uint(k.forge, 0x02, 0)),
	    REASON_CERT_NOT_DER);
	cert_refused("bad_X14_version_4",
	    der_fill(k.mem, der, "0.0", forge_der_uint(k.forge, 0x02, 3)),
	    REASON_CERT_NOT_DER);
	cert_refused("bad_X14_version_2_with_extensions",
	    der_fill(k.mem, der, "0.0", forge_der_uint(k.forge, 0x02, 1)),
	    REASON_CERT_NOT_DER);
	cert_refused("bad_X14_not_a_certificate", tbs, REASON_CERT_NOT_DER);
	cert_refused("bad_X14_unknown_field",
	    der_add(k.mem, der, "0.7", forge_der(k.forge, 0xa4, 0)), REASON_CERT_NOT_DER);
}

/* Distribution points, places to ask, policies, names of the issuer: each an object in a library. */
static void
x15_entries(void)
{
	static const struct {
		const char *what, *oid;
	} rows[] = { { "crl_distribution_points", "2.5.29.31" },
		{ "authority_information", "1.3.6.1.5.5.7.1.1" },
		{ "policies", "2.5.29.32" }, { "issuer_names", "2.5.29.18" },
		{ "policy_mappings", "2.5.29.33" }, { "purposes", "2.5.29.37" },
		{ "subject_information", "1.3.6.1.5.5.7.1.11" } };
	struct forge_cert spec = kit_trio(&k).leaf;
	struct bytes entry = forge_der(k.forge, 0x30, 0);
	uint8_t *flood = arena_alloc(k.mem, 5000 * entry.len);
	struct forge_ext ext;
	const struct cert *c;

	for (size_t i = 0; i < 5000; i++)
		memcpy(flood + i * entry.len, entry.ptr, entry.len);
	for (size_t i = 0; i < COUNT(rows); i++) {
		ext = (struct forge_ext){ .oid = rows[i].oid,
			.der = der_make(k.mem, 0x30, bytes_of(flood, 5000 * entry.len)) };
		spec.extra = &ext;
		spec.extra_count = 1;
		is_reason(kit_cert(&k, &c, forge_cert(k.forge, &spec)), REASON_LIMIT_CERT_HIT,
		    "bad_X15_flood_of_%s", rows[i].what);
	}
	ext.oid = "1.3.6.1.4.1.32473.9";
	ext.der = der_make(k.mem, 0x30, bytes_of(flood, 900 * entry.len));
	is_reason(kit_cert(&k, &c, forge_cert(k.forge, &spec)), REASON_NONE,
	    "X15 sibling: an extension with 900 entries");
}

static void
x15(void)
{
	struct bytes der = leaf_der(), rdn = der_at(der, AT_SUBJECT ".0"), names = none,
		     value;
	struct bytes deep = forge_der(k.forge, 0x05, 0), ext, list = none;
	static uint8_t big[70000], oid[100];

	for (int i = 0; i < 65; i++) {
		names = der_join(k.mem, names, rdn);
		if (i == 63)
			cert_refused("X15 sibling: 64 attributes",
			    der_fill(k.mem, der, AT_SUBJECT, names), REASON_NONE);
	}
	cert_refused("bad_X15_flood_of_attributes",
	    der_fill(k.mem, der, AT_SUBJECT, names), REASON_LIMIT_CERT_HIT);
	for (unsigned i = 0; i < 65; i++) {
		ext = forge_der(k.forge, 0x30, 2,
		    forge_der_oid(k.forge, arena_printf(k.mem, "1.2.3.%u", i).ptr),
		    forge_der(k.forge, 0x04, 0));
		list = der_join(k.mem, list, ext);
		if (i == 63)
			cert_refused("X15 sibling: 64 extensions",
			    der_fill(k.mem, der, AT_EXTENSIONS, list), REASON_NONE);
	}
	cert_refused("bad_X15_flood_of_extensions",
	    der_fill(k.mem, der, AT_EXTENSIONS, list), REASON_LIMIT_CERT_HIT);
	memset(oid, 0x81, sizeof(oid));
	oid[99] = 0x01;
	cert_refused("bad_X15_huge_oid_in_name",
	    der_fill(k.mem, der, AT_SUBJECT ".0.0.0", bytes_of(oid, sizeof(oid))),
	    REASON_LIMIT_CERT_HIT);
	memset(big, 'x', sizeof(big));
	value = der_make(k.mem, 0x0c, bytes_of(big, sizeof(big)));
	cert_refused("bad_X15_large", der_edit(k.mem, der, AT_SUBJECT ".0.0.1", value),
	    REASON_LIMIT_CERT_HIT);
	for (int i = 0; i < 40; i++)
		deep = der_make(k.mem, 0x30, deep);
	cert_refused("bad_X15_deep", der_edit(k.mem, der, AT_SUBJECT ".0.0.1", deep),
	    REASON_LIMIT_DER_DEPTH_HIT);
	cert_refused("bad_X15_empty_rdn", der_fill(k.mem, der, AT_SUBJECT ".0", none),
	    REASON_CERT_NOT_DER);
	cert_refused("bad_X15_name_no_sequence",
	    der_edit(k.mem, der, AT_SUBJECT ".0.0", forge_der(k.forge, 0x05, 0)),
	    REASON_CERT_NOT_DER);
}

static void
x21(void)
{
	static const struct {
		const char *name, *der;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "X21 sibling: UTCTime 1950",
		    "\x17\x0d"
		    "500101000000Z",
		    15, REASON_NONE },
		{ "X21 sibling: UTCTime 2049",
		    "\x17\x0d"
		    "491231235959Z",
		    15, REASON_NONE },
		{ "X21 sibling: GeneralizedTime 2050",
		    "\x18\x0f"
		    "20500101000000Z",
		    17, REASON_NONE },
		{ "X21 sibling: no end",
		    "\x18\x0f"
		    "99991231235959Z",
		    17, REASON_NONE },
		{ "bad_X21_without_seconds",
		    "\x17\x0b"
		    "2401010000Z",
		    13, REASON_CERT_TIME },
		{ "bad_X21_offset",
		    "\x17\x11"
		    "240101000000+0100",
		    19, REASON_CERT_TIME },
		{ "bad_X21_no_zone",
		    "\x17\x0c"
		    "240101000000",
		    14, REASON_CERT_TIME },
		{ "bad_X21_fraction",
		    "\x18\x11"
		    "20240101000000.5Z",
		    19, REASON_CERT_TIME },
		{ "bad_X21_generalized_offset",
		    "\x18\x13"
		    "20240101000000+0100",
		    21, REASON_CERT_TIME },
		{ "bad_X21_second_60",
		    "\x17\x0d"
		    "231231235960Z",
		    15, REASON_CERT_TIME },
		{ "bad_X21_february_30",
		    "\x17\x0d"
		    "240230000000Z",
		    15, REASON_CERT_TIME },
		{ "bad_X21_month_0",
		    "\x17\x0d"
		    "240001000000Z",
		    15, REASON_CERT_TIME },
		{ "bad_X21_hour_24",
		    "\x17\x0d"
		    "240101240000Z",
		    15, REASON_CERT_TIME },
		{ "bad_X21_year_0",
		    "\x18\x0f"
		    "00000101000000Z",
		    17, REASON_CERT_TIME },
		{ "bad_X21_letters",
		    "\x17\x0d"
		    "24010100000xZ",
		    15, REASON_CERT_TIME },
		{ "bad_X21_utf8_string",
		    "\x0c\x0d"
		    "240101000000Z",
		    15, REASON_CERT_TIME },
		{ "bad_X21_missing", "", 0, REASON_CERT_TIME },
	};
	const struct cert *c;
	struct when w;

	for (size_t i = 0; i < COUNT(rows); i++)
		cert_refused(rows[i].name,
		    der_edit(k.mem, leaf_der(), AT_VALIDITY ".1",
			bytes_of(rows[i].der, rows[i].len)),
		    rows[i].want);
	kit_cert(&k, &c,
	    der_edit(
		k.mem, leaf_der(), AT_VALIDITY ".1", bytes_of(rows[0].der, rows[0].len)));
	when_from_civil(&w, 1950, 1, 1, 0, 0, 0);
	ok(when_cmp(cert_info(c)->not_after, w) == 0, "X21: UTCTime 50 is the year 1950");
	kit_cert(&k, &c,
	    der_edit(
		k.mem, leaf_der(), AT_VALIDITY ".1", bytes_of(rows[3].der, rows[3].len)));
	when_from_civil(&w, 9999, 12, 31, 23, 59, 59);
	ok(when_cmp(cert_info(c)->not_after, w) == 0, "X21: the year 9999");
}

static void
x22(void)
{
	static const struct {
		const char *name, *serial;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "X22 sibling: one", "\x01", 1, REASON_NONE },
		{ "X22 sibling: 20 octets",
		    "\x7f"
		    "2345678901234567890",
		    20, REASON_NONE },
		{ "X22 sibling: 20 octets and a sign",
		    "\0\x80"
		    "2345678901234567890",
		    21, REASON_NONE },
		{ "X22 sibling: zero", "\0", 1, REASON_NONE },
		{ "bad_X22_negative", "\x80", 1, REASON_CERT_SERIAL },
		{ "X22 sibling: 21 octets",
		    "\x7f"
		    "23456789012345678901",
		    21, REASON_NONE },
		{ "bad_X22_65_octets",
		    "\x7f"
		    "1234567890123456789012345678901234567890123456789012345678901234",
		    65, REASON_CERT_SERIAL },
		{ "bad_X22_not_minimal", "\0\x01", 2, REASON_CERT_NOT_DER },
		{ "bad_X22_empty", "", 0, REASON_CERT_NOT_DER },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cert_refused(rows[i].name,
		    der_fill(k.mem, leaf_der(), AT_SERIAL,
			bytes_of(rows[i].serial, rows[i].len)),
		    rows[i].want);
}

int
main(void)
{
	kit_open(&k);
	x08_malformed();
	x12_numbers();
	x14();
	x15();
	x15_entries();
	x21();
	x22();
	kit_close(&k);
	return tap_done();
}
