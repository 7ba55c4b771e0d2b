/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that a strict reader of DER takes and the Notary Project's own verifier does not:
 * names that do not fit their string type, alternative names, policies that stand twice, flags,
 * large object identifiers, keys that cannot be read. tests/run-certs.sh has many more of them.
 */
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

#define AT_ISSUER_VALUE "0.3.3.0.1"
#define AT_SUBJECT_VALUE "0.5.3.0.1"

#define NAME_FAULT                                                                       \
	"subject, attribute 2.5.4.3: 5F may not stand in a PrintableString at octet "

static const struct bytes none = { NULL, 0 };
static struct kit k;

static bool
refused(const char *name, struct bytes der, enum reason want)
{
	bool right = is_reason(kit_cert(&k, NULL, der), want, "%s", name);

	if (!right)
		tap_note("%s", k.detail);
	return right;
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
names(void)
{
	static const struct {
		const char *name, *der;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "sibling: UTF8String", "\x0c\x03" "a_b", 5, REASON_NONE },
		{ "sibling: T61String", "\x14\x03" "a\xe4_", 5, REASON_NONE },
		{ "sibling: PrintableString with * and &", "\x13\x03" "*&.", 5, REASON_NONE },
		{ "sibling: BMPString", "\x1e\x02\0a", 4, REASON_NONE },
		{ "bad_printable_underscore", "\x13\x03" "a_b", 5, REASON_CERT_NAME },
		{ "bad_ia5_high", "\x16\x02" "a\xfc", 4, REASON_CERT_NAME },
		{ "bad_utf8_latin", "\x0c\x02" "a\xfc", 4, REASON_CERT_NAME },
		{ "bad_numeric_letter", "\x12\x02" "1a", 4, REASON_CERT_NAME },
		{ "bad_bmp_odd", "\x1e\x03\0a\0", 5, REASON_CERT_NAME },
		{ "bad_bmp_surrogate", "\x1e\x02\xd8\x01", 4, REASON_CERT_NAME },
		{ "bad_universal", "\x1c\x04\0\0\0a", 6, REASON_CERT_NAME },
		{ "bad_visible", "\x1a\x01" "a", 3, REASON_CERT_NAME },
		{ "bad_bit_string", "\x03\x02\0a", 4, REASON_CERT_NAME },
		{ "bad_sequence", "\x30\x00", 2, REASON_CERT_NAME },
	};
	struct bytes value;

	for (size_t i = 0; i < COUNT(rows); i++) {
		value = bytes_of(rows[i].der, rows[i].len);
		refused(rows[i].name, der_edit(k.mem, leaf_der(), AT_SUBJECT_VALUE, value),
		    rows[i].want);
		refused(rows[i].name, der_edit(k.mem, leaf_der(), AT_ISSUER_VALUE, value),
		    rows[i].want);
	}
	value = bytes_of("\x13\x03" "a_b", 5);
	refused("bad_name_place", der_edit(k.mem, leaf_der(), AT_SUBJECT_VALUE, value),
	    REASON_CERT_NAME);
	ok(strncmp(k.detail, NAME_FAULT, sizeof(NAME_FAULT) - 1) == 0,
	    "field and octet are told: %s", k.detail);
}

static struct bytes
with_extension(const struct forge_ext *ext, size_t count)
{
	struct forge_cert spec = kit_trio(&k).leaf;

	spec.issuer_key = NULL;
	spec.eku = NULL;
	spec.extra = ext;
	spec.extra_count = count;
	return forge_cert(k.forge, &spec);
}

static struct bytes
one(uint8_t tag, struct bytes content)
{
	return forge_der(k.forge, tag, 1, content);
}

static void
alternative_names(void)
{
	static const struct {
		const char *name;
		uint8_t tag;
		const char *text;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "sibling: DNS name", 0x82, "a_b.example", 11, REASON_NONE },
		{ "sibling: mail", 0x81, "anything", 8, REASON_NONE },
		{ "sibling: URI", 0x86, "spiffe://a/b", 12, REASON_NONE },
		{ "sibling: IPv4", 0x87, "\x7f\0\0\x01", 4, REASON_NONE },
		{ "sibling: IPv6", 0x87, "0123456789abcdef", 16, REASON_NONE },
		{ "sibling: registered OID", 0x88, "\x2a\x03", 2, REASON_NONE },
		{ "bad_dns_high", 0x82, "ex\xff" "mple", 7, REASON_CERT_ALT_NAME },
		{ "bad_mail_high", 0x81, "a\xff@b", 4, REASON_CERT_ALT_NAME },
		{ "bad_uri_bracket", 0x86, "http://[bad", 11, REASON_CERT_ALT_NAME },
		{ "bad_uri_dot", 0x86, "http://a./", 10, REASON_CERT_ALT_NAME },
		{ "bad_uri_high", 0x86, "http://a/\xff", 10, REASON_CERT_ALT_NAME },
		{ "bad_ip_length", 0x87, "\x7f\0\0", 3, REASON_CERT_ALT_NAME },
		{ "bad_ip_network", 0x87, "\x7f\0\0\0\xff\0\0\0", 8, REASON_CERT_ALT_NAME },
	};
	struct forge_ext ext;

	for (size_t i = 0; i < COUNT(rows); i++) {
		ext = (struct forge_ext){ "2.5.29.17", false,
			one(0x30, one(rows[i].tag, bytes_of(rows[i].text, rows[i].len))) };
		refused(rows[i].name, with_extension(&ext, 1), rows[i].want);
	}
}

static void
constraints(void)
{
	static const struct {
		const char *name;
		uint8_t tag;
		const char *text;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "sibling: DNS base", 0x82, ".example.com", 12, REASON_NONE },
		{ "sibling: mailbox base", 0x81, "a@example.com", 13, REASON_NONE },
		{ "sibling: network", 0x87, "\x0a\0\0\0\xff\xf0\0\0", 8, REASON_NONE },
		{ "bad_dns_base_dot", 0x82, "example.com.", 12, REASON_CERT_EXTENSION },
		{ "bad_mail_base", 0x81, "a..b@example.com", 16, REASON_CERT_EXTENSION },
		{ "bad_uri_base_address", 0x86, "1.2.3.4", 7, REASON_CERT_EXTENSION },
		{ "bad_network_mask", 0x87, "\x0a\0\0\0\xff\0\xff\0", 8,
		    REASON_CERT_EXTENSION },
		{ "bad_network_length", 0x87, "\x0a\0\0\0", 4, REASON_CERT_EXTENSION },
	};
	struct forge_ext ext;

	for (size_t i = 0; i < COUNT(rows); i++) {
		ext = (struct forge_ext){ "2.5.29.30", true,
			one(0x30,
			    one(0xa0, one(0x30, one(rows[i].tag,
						    bytes_of(rows[i].text, rows[i].len))))) };
		refused(rows[i].name, with_extension(&ext, 1), rows[i].want);
	}
}

static void
extensions(void)
{
	struct bytes policy = one(0x30, forge_der_oid(k.forge, "1.2.3.4"));
	struct bytes other = one(0x30, forge_der_oid(k.forge, "1.2.3.5"));
	struct bytes large = BYTES_LIT("\x06\x06\x2a\x88\x80\x80\x80\x00");
	struct bytes fits = BYTES_LIT("\x06\x06\x2a\x87\xff\xff\xff\x7f");
	struct bytes id = BYTES_LIT("\x04\x04" "abcd");
	struct bytes relative = one(0x30, one(0x30, one(0xa0, one(0xa1,
	    forge_der(k.forge, 0x30, 2, forge_der_oid(k.forge, "2.5.4.3"),
		one(0x0c, forge_text("x")))))));
	struct bytes number = one(0x02, BYTES_LIT("\x01\0\0\0\0\0\0\0\0"));
	struct bytes access = one(0x30, forge_der(k.forge, 0x30, 2,
	    forge_der_oid(k.forge, "1.3.6.1.5.5.7.48.2"), one(0x86, forge_text("http://a"))));
	const struct {
		const char *name;
		struct forge_ext ext;
		enum reason want;
	} rows[] = {
		{ "sibling: two policies", { "2.5.29.32", false,
		    forge_der(k.forge, 0x30, 2, policy, other) }, REASON_NONE },
		{ "bad_policy_twice", { "2.5.29.32", false,
		    forge_der(k.forge, 0x30, 3, policy, other, policy) },
		    REASON_CERT_EXTENSION },
		{ "sibling: purpose of 31 bits", { "2.5.29.37", false, one(0x30, fits) },
		    REASON_NONE },
		{ "bad_purpose_of_32_bits", { "2.5.29.37", false, one(0x30, large) },
		    REASON_CERT_NOT_DER },
		{ "sibling: access", { "1.3.6.1.5.5.7.1.1", false, access }, REASON_NONE },
		{ "bad_access_critical", { "1.3.6.1.5.5.7.1.1", true, access },
		    REASON_CERT_EXTENSION },
		{ "bad_point_relative", { "2.5.29.31", false, relative },
		    REASON_CERT_EXTENSION },
		{ "bad_any_policy_of_72_bits", { "2.5.29.54", false, number },
		    REASON_CERT_EXTENSION },
		{ "bad_policy_constraints_of_72_bits", { "2.5.29.36", false,
		    one(0x30, one(0x80, der_content(number))) }, REASON_CERT_EXTENSION },
	};
	struct forge_ext key_id = { "2.5.29.14", true, id };
	struct forge_cert spec = kit_trio(&k).leaf;

	for (size_t i = 0; i < COUNT(rows); i++)
		refused(rows[i].name, with_extension(&rows[i].ext, 1), rows[i].want);
	spec.issuer_key = NULL;
	spec.no_key_ids = true;
	spec.extra = &key_id;
	spec.extra_count = 1;
	refused("bad_key_identifier_critical", forge_cert(k.forge, &spec),
	    REASON_CERT_EXTENSION);
	key_id.critical = false;
	refused("sibling: key identifier", forge_cert(k.forge, &spec), REASON_NONE);
	key_id = (struct forge_ext){ "2.5.29.35", true, one(0x30, one(0x80, BYTES_LIT("abcd"))) };
	refused("bad_authority_key_identifier_critical", forge_cert(k.forge, &spec),
	    REASON_CERT_EXTENSION);
	refused("bad_name_of_32_bits",
	    der_edit(k.mem, leaf_der(), "0.5.3.0.0", large), REASON_CERT_NOT_DER);
}

/* What holds a certificate with such a key is refused as a whole: a store, a token. */
static void
keys(void)
{
	static const struct {
		const char *kind;
		bool unreadable;
	} rows[] = { { "RSA-1024", false }, { "P-224", false }, { "ED25519", false },
		{ "ED448", false }, { "P-192", true }, { "secp256k1", true },
		{ "brainpoolP256r1", true } };
	struct forge_cert spec = kit_trio(&k).leaf;
	const struct cert *c;
	struct bytes der;

	spec.issuer_key = forge_key(k.forge, "p256");
	for (size_t i = 0; i < COUNT(rows); i++) {
		spec.key = forge_key_new(k.forge, rows[i].kind);
		ok(kit_cert(&k, &c, forge_cert(k.forge, &spec)) == REASON_NONE &&
			cert_info(c)->key_unreadable == rows[i].unreadable,
		    "key %s can%s be read", rows[i].kind, rows[i].unreadable ? "not" : "");
	}
	der = leaf_der();
	ok(kit_cert(&k, &c, der) == REASON_NONE && !cert_info(c)->key_unreadable,
	    "RSA key with parameters");
	der = der_edit(k.mem, der, "0.6.0.1", none);
	ok(kit_cert(&k, &c, der) == REASON_NONE && cert_info(c)->key_unreadable,
	    "RSA key without parameters");
}

/* Revocation data is read whoever wrote the names: bad news counts. */
static void
lax(void)
{
	struct bytes der = der_edit(
	    k.mem, leaf_der(), AT_SUBJECT_VALUE, bytes_of("\x13\x03" "a_b", 5));
	const struct cert *c;
	struct err err;

	ok(certs_get_lax(&c, k.certs, der, NULL, &err) == 0,
	    "a delegate of OCSP with such a name is read");
}

int
main(void)
{
	kit_open(&k);
	names();
	alternative_names();
	constraints();
	extensions();
	keys();
	lax();
	kit_close(&k);
	return tap_done();
}
