/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates for tests/run-certs.sh: right ones with every known extension, each of their values
 * changed in every way that a reader could stumble over, and lists of names of all kinds.
 *
 * usage: mkcerts > LINES      (srcdir names the source tree that holds fixtures/keys)
 *
 * A line for each: a name, the DER in hexadecimal, and "pass" or "fail CODE" of assay as an anchor
 * or a certificate of a token, whose keys are read in any case; tab separated.
 */
#include <stdio.h>

#include "codec/hex.h"
#include "tests/lib/derchange.h"
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"

#define AT_SUBJECT_VALUE "0.5.3.0.1"
#define AT_ISSUER_VALUE "0.3.3.0.1"
#define AT_SPKI "0.6"

static const struct bytes none = { NULL, 0 };
static struct kit k;

static void
put(const char *name, struct bytes der)
{
	char *hex = arena_alloc(k.mem, der.len * 2 + 1);
	enum reason reason;
	const struct cert *c;

	reason = kit_cert(&k, &c, der);
	if (reason == REASON_NONE && cert_info(c)->key_unreadable)
		reason = REASON_KEY_UNSUPPORTED;
	hex_encode(hex, der);
	printf("%s\t%s\t%s%s\n", name, hex, reason == REASON_NONE ? "pass" : "fail ",
	    reason_code(reason));
}

static const char *
text(const char *a, const char *b, const char *c)
{
	return arena_printf(k.mem, "%s-%s-%s", a, b, c).ptr;
}

/* --- certificates to start from ---------------------------------------------------------- */

static struct bytes
seq(struct bytes a, struct bytes b)
{
	return forge_der(k.forge, 0x30, 2, a, b);
}

static struct bytes
one(uint8_t tag, struct bytes content)
{
	return forge_der(k.forge, tag, 1, content);
}

static struct bytes
oid(const char *dotted)
{
	return forge_der_oid(k.forge, dotted);
}

static struct bytes
number(unsigned n)
{
	return forge_der_uint(k.forge, 0x02, n);
}

static struct bytes
directory(void)
{
	return one(0xa4, one(0x30, one(0x31, seq(oid("2.5.4.3"), one(0x0c, forge_text("x"))))));
}

static struct bytes
all_names(void)
{
	struct bytes other = forge_der(k.forge, 0xa0, 2, oid("1.2.3.4"),
	    one(0xa0, one(0x0c, forge_text("user"))));

	return forge_der(k.forge, 0x30, 9, other, one(0x81, forge_text("a@example.com")),
	    one(0x82, forge_text("*.example.com")), directory(),
	    one(0x86, forge_text("https://example.com:8080/a%20b?c#d")),
	    one(0x87, BYTES_LIT("\x7f\x00\x00\x01")),
	    one(0x87, BYTES_LIT("0123456789abcdef")), one(0x88, BYTES_LIT("\x2a\x03")),
	    one(0x86, forge_text("spiffe://example.com/a")));
}

static struct bytes
subtree(uint8_t tag, struct bytes base)
{
	return one(0x30, one(tag, base));
}

static struct bytes
all_constraints(void)
{
	struct bytes permitted = forge_der(k.forge, 0xa0, 5,
	    subtree(0x82, forge_text(".example.com")), subtree(0x81, forge_text("a@example.com")),
	    subtree(0x86, forge_text("example.com")),
	    subtree(0x87, BYTES_LIT("\x0a\x00\x00\x00\xff\x00\x00\x00")), one(0x30, directory()));
	struct bytes excluded = forge_der(k.forge, 0xa1, 2,
	    subtree(0x81, forge_text("example.org")),
	    subtree(0x87, BYTES_LIT("0123456789abcdef"
				    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0\x00\x00\x00\x00\x00")));

	return seq(permitted, excluded);
}

static struct bytes
distribution(void)
{
	struct bytes url = one(0x86, forge_text("http://crl.example/1"));
	struct bytes full = one(0xa0, one(0xa0, url));

	return forge_der(k.forge, 0x30, 2, forge_der(k.forge, 0x30, 1, full),
	    forge_der(k.forge, 0x30, 3, full, one(0x81, BYTES_LIT("\x06\x40")),
		one(0xa2, directory())));
}

static struct bytes
access_info(void)
{
	return forge_der(k.forge, 0x30, 2,
	    seq(oid("1.3.6.1.5.5.7.48.1"), one(0x86, forge_text("http://ocsp.example"))),
	    seq(oid("1.3.6.1.5.5.7.48.2"), one(0x86, forge_text("http://ca.example"))));
}

static struct bytes
policies(void)
{
	struct bytes qualifier =
	    seq(oid("1.3.6.1.5.5.7.2.1"), one(0x16, forge_text("http://cps.example")));

	return forge_der(k.forge, 0x30, 2, seq(oid("1.2.3.4.1"), one(0x30, qualifier)),
	    one(0x30, oid("2.5.29.32.0")));
}

/* A certificate that has every extension that somebody reads; critical ones as they are issued. */
static struct bytes
full(bool ca)
{
	struct bytes key_id = one(0x80, BYTES_LIT("0123456789"));
	struct bytes issuer = one(0xa1, directory()), serial = one(0x82, BYTES_LIT("\x05"));
	const struct forge_ext exts[] = {
		{ "2.5.29.17", false, all_names() },
		{ "2.5.29.18", false, all_names() },
		{ "2.5.29.14", false, one(0x04, BYTES_LIT("0123456789")) },
		{ "2.5.29.35", false, forge_der(k.forge, 0x30, 3, key_id, issuer, serial) },
		{ "2.5.29.31", false, distribution() },
		{ "2.5.29.46", false, distribution() },
		{ "1.3.6.1.5.5.7.1.1", false, access_info() },
		{ "2.5.29.32", false, policies() },
		{ "2.5.29.37", false,
		    forge_der(k.forge, 0x30, 2, oid("1.3.6.1.5.5.7.3.3"), oid("1.2.3.4")) },
		{ "2.5.29.15", true, BYTES_LIT("\x03\x02\x07\x80") },
		{ "2.5.29.19", true, seq(one(0x01, BYTES_LIT("\xff")), number(3)) },
		{ "2.5.29.30", true, all_constraints() },
		{ "2.5.29.33", false, one(0x30, seq(oid("1.2.3.4.1"), oid("1.2.3.4.2"))) },
		{ "2.5.29.36", false,
		    seq(one(0x80, BYTES_LIT("\x05")), one(0x81, BYTES_LIT("\x06"))) },
		{ "2.5.29.54", false, number(3) },
	};
	struct kit_trio t = kit_trio(&k);
	struct forge_cert spec = t.leaf;
	struct bytes ders[3];

	kit_make(&k, ders, &t);
	spec.issuer = ders[1];
	spec.issuer_key = t.ca.key;
	spec.no_key_ids = true;
	spec.key_usage = 0;
	spec.eku = NULL;
	spec.extra = exts;
	spec.extra_count = ca ? COUNT(exts) : 10;
	return forge_cert(k.forge, &spec);
}

/* --- names of all kinds ------------------------------------------------------------------ */

static void
strings(struct bytes der)
{
	static const uint8_t types[] = { 0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1b, 0x1c, 0x1e,
		0x03, 0x04 };
	uint8_t value[3] = { 'a', 0, 'b' };
	const char *name;

	for (size_t i = 0; i < sizeof(types); i++)
		for (unsigned c = 0; c < 256; c++) {
			value[1] = (uint8_t)c;
			name = arena_printf(k.mem, "string-%02x-%02x", types[i], c).ptr;
			put(name, der_edit(k.mem, der, c % 2 == 0 ? AT_SUBJECT_VALUE : AT_ISSUER_VALUE,
				      der_make(k.mem, types[i], bytes_of(value, 3))));
			put(text(name, "pair", ""),
			    der_edit(k.mem, der, AT_SUBJECT_VALUE,
				der_make(k.mem, types[i], bytes_of(value + 1, 2))));
		}
}

static const char *const texts[] = { "", ".", "..", "a", "a.", ".a", "a..b", "a b", "a_b", "*.a",
	"A.B", "-a", "a\x7f", "a:1", "a@b", "@b", "a@", "a@b@c", "a@.b", "a@b.", ".a@b", "a.@b",
	"a..b@c", "\"a b\"@c", "a\\ b@c", "1.2.3.4", "1.2.3", "::1", "[::1]", "http://a",
	"http://a/", "http://", "http:///a", "http:a", "http:", ":a", "1:a", "a:b:c", "//a", "//",
	"///a", "/a:b", "a/b:c", "http://a b/", "http://a/b c", "http://[::1]/", "http://[::1]:1/",
	"http://[::1]:a/", "http://[::1", "http://[1.2.3.4]/", "http://[::ffff:1.2.3.4]/",
	"http://[fe80::1%25en0]/", "http://[fe80::1%25]/", "http://[fe80::1%en0]/",
	"http://[fe80::1%25e%20]/", "http://[::1]a/", "http://a[::1]/", "http://[a]/",
	"http://a:1:2/", "http://a:/", "http://a:b/", "http://a:80", "http://a%2/", "http://a%20b/",
	"http://a%c3%a4/", "http://a/%2", "http://a/%zz", "http://a/%20", "http://a?%zz",
	"http://a#%zz", "http://a#%20", "http://u@a/", "http://u:p@a/", "http://u p@a/",
	"http://u%20@a/", "http://u%2@a/", "http://u@b@a/", "http://u[@a/", "http://a./",
	"http://a../", "http://.a/", "http://a..b/", "http://a.:1/", "http://a\"/", "http://a<b>/",
	"http://a^/", "http://a|/", "http://a_b/", "http://-/", "urn:uuid:1", "urn:%zz",
	"mailto:a@b", "spiffe://a/b", "postgres://a:1,b:2/", "http://a\\b/", "*", "?", "#", "a?b:c",
	"a%zz", "%zz", "a#b#c", "HTTP://A", "h+t-p.1://a", "+h://a", "http ://a", "http://a\nb",
	"\xc3\xa4", "a\xff", "http://\xc3\xa4/", "http://a/\xc3\xa4" };

static void
alternative_names(void)
{
	static const uint8_t kinds[] = { 0x81, 0x82, 0x86, 0x88 };
	static const uint8_t bases[] = { 0x81, 0x82, 0x86 };
	struct forge_ext ext = { "2.5.29.17", false, none };
	struct kit_trio t = kit_trio(&k);
	struct forge_cert spec = t.leaf;

	spec.issuer = none;
	spec.issuer_key = NULL;
	spec.extra = &ext;
	spec.extra_count = 1;
	for (size_t i = 0; i < COUNT(texts); i++) {
		for (size_t n = 0; n < sizeof(kinds); n++) {
			ext = (struct forge_ext){ "2.5.29.17", false,
				one(0x30, one(kinds[n], forge_text(texts[i]))) };
			put(arena_printf(k.mem, "name-%02x-%zu", kinds[n], i).ptr,
			    forge_cert(k.forge, &spec));
		}
		for (size_t n = 0; n < sizeof(bases); n++) {
			ext = (struct forge_ext){ "2.5.29.30", true,
				one(0x30, one(n % 2 == 0 ? 0xa0 : 0xa1,
					      subtree(bases[n], forge_text(texts[i])))) };
			put(arena_printf(k.mem, "base-%02x-%zu", bases[n], i).ptr,
			    forge_cert(k.forge, &spec));
		}
	}
	for (unsigned len = 0; len <= 33; len++) {
		uint8_t octets[64];

		memset(octets, 0xff, sizeof(octets));
		ext = (struct forge_ext){ "2.5.29.17", false,
			one(0x30, one(0x87, bytes_of(octets, len))) };
		put(arena_printf(k.mem, "name-87-%u", len).ptr, forge_cert(k.forge, &spec));
		ext = (struct forge_ext){ "2.5.29.30", true,
			one(0x30, one(0xa0, subtree(0x87, bytes_of(octets, len)))) };
		put(arena_printf(k.mem, "base-87-%u", len).ptr, forge_cert(k.forge, &spec));
	}
}

/* --- object identifiers and keys ----------------------------------------------------------- */

static void
identifiers(struct bytes der)
{
	static const struct {
		const char *name, *octets;
		size_t len;
	} rows[] = {
		{ "31-bits", "\x2a\x87\xff\xff\xff\x7f", 6 },
		{ "32-bits", "\x2a\x88\x80\x80\x80\x00", 6 },
		{ "63-bits", "\x2a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10 },
		{ "uuid", "\x69\x83\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 20 },
		{ "led", "\x2a\x80\x01", 3 },
		{ "cut", "\x2a\x81", 2 },
	};
	static const char *const places[] = { "0.5.3.0.0", "0.3.0.0.0", "0.7.0.0.0" };
	struct forge_ext ext = { "2.5.29.37", false, none };
	struct kit_trio t = kit_trio(&k);
	struct forge_cert spec = t.leaf;
	struct bytes value;

	spec.issuer = none;
	spec.issuer_key = NULL;
	spec.eku = NULL;
	spec.extra = &ext;
	spec.extra_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		value = der_make(k.mem, 0x06, bytes_of(rows[i].octets, rows[i].len));
		for (size_t n = 0; n < COUNT(places); n++)
			put(text("oid", rows[i].name, places[n]),
			    der_edit(k.mem, der, places[n], value));
		put(text("oid", rows[i].name, "algorithm"),
		    der_edit(k.mem, der_edit(k.mem, der, "0.2.0", value), "1.0", value));
		put(text("oid", rows[i].name, "key"),
		    der_edit(k.mem, der, AT_SPKI ".0.0", value));
		ext = (struct forge_ext){ "2.5.29.37", false, one(0x30, value) };
		put(text("oid", rows[i].name, "purpose"), forge_cert(k.forge, &spec));
		ext = (struct forge_ext){ "2.5.29.32", false, one(0x30, one(0x30, value)) };
		put(text("oid", rows[i].name, "policy"), forge_cert(k.forge, &spec));
		ext = (struct forge_ext){ "1.3.6.1.5.5.7.1.1", false,
			one(0x30, seq(value, one(0x86, forge_text("http://a")))) };
		put(text("oid", rows[i].name, "access"), forge_cert(k.forge, &spec));
		ext = (struct forge_ext){ "2.5.29.33", false, one(0x30, seq(value, value)) };
		put(text("oid", rows[i].name, "mapping"), forge_cert(k.forge, &spec));
	}
}

static void
keys(void)
{
	static const char *const kinds[] = { "RSA-1024", "RSA-2560", "P-192", "P-224", "P-256",
		"secp256k1", "brainpoolP256r1", "ED25519", "ED448", "X25519" };
	static const char *const algorithms[] = { "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10",
		"1.2.840.10040.4.1", "1.2.840.10045.2.1", "1.3.101.112", "1.3.101.110", "1.2.3.4" };
	struct kit_trio t = kit_trio(&k);
	struct forge_cert spec = t.leaf;
	struct bytes der, bits;

	spec.issuer = none;
	spec.issuer_key = forge_key(k.forge, "p256");
	spec.issuer_name = "CN=x";
	for (size_t i = 0; i < COUNT(kinds); i++) {
		spec.key = forge_key_new(k.forge, kinds[i]);
		der = forge_cert(k.forge, &spec);
		put(text("key", kinds[i], ""), der);
		for (size_t n = 0; n < COUNT(algorithms); n++) {
			put(text("key-as", kinds[i], algorithms[n]),
			    der_edit(k.mem, der, AT_SPKI ".0.0", oid(algorithms[n])));
			bits = der_edit(k.mem, der, AT_SPKI ".0",
			    one(0x30, oid(algorithms[n])));
			put(text("key-bare", kinds[i], algorithms[n]), bits);
		}
		bits = der_content(der_at(der, AT_SPKI ".1"));
		for (size_t n = 0; n < bits.len && n < 24; n++)
			for (int b = 0; b < 8; b++)
				put(arena_printf(k.mem, "key-%s-bit-%zu-%d", kinds[i], n, b).ptr,
				    der_edit(k.mem, der, AT_SPKI ".1",
					der_make(k.mem, 0x03,
					    forge_flip(k.forge, bits, n, (uint8_t)(1 << b)))));
		put(text("key", kinds[i], "empty"),
		    der_edit(k.mem, der, AT_SPKI ".1", der_make(k.mem, 0x03, BYTES_LIT("\0"))));
	}
}

static void
put_changed(void *base, const char *name, struct bytes der)
{
	put(arena_printf(k.mem, "%s-%s", (const char *)base, name).ptr, der);
}

static void
walk(const char *base, struct bytes der)
{
	char name[16];

	snprintf(name, sizeof(name), "%s", base);
	derchange_all(&(struct derchange){ k.forge, put_changed, name, NULL }, der);
}

int
main(void)
{
	struct bytes leaf, authority;

	kit_open(&k);
	leaf = full(false);
	authority = full(true);
	put("whole-leaf", leaf);
	put("whole-authority", authority);
	strings(leaf);
	alternative_names();
	identifiers(leaf);
	keys();
	walk("leaf", leaf);
	walk("authority", authority);
	kit_close(&k);
	return fflush(stdout) == 0 ? 0 : 1;
}
