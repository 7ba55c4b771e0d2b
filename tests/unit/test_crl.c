/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation lists: what is read of a right one, and every form that is refused. */
#include <stdio.h>

#include "crypto/crl.h"
#include "tests/lib/deredit.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

static const struct bytes none = { NULL, 0 };
/* BYTES_LIT for a static table. */
#define OCT(lit)                                                                         \
	{                                                                                \
		(const uint8_t *)(lit), sizeof(lit) - 1                                  \
	}

static struct kit k;
static struct forge_chain pki; /* leaf, issuing CA, root */
static EVP_PKEY *ca_key;
static uint64_t offset; /* of the last refusal */

static const char *const urls[] = { "http://crl.example/a.crl",
	"http://crl.example/b.crl", NULL };

static enum reason
parse(struct crl *out, struct bytes der)
{
	struct crl unused;
	struct err err;

	if (crl_parse(out == NULL ? &unused : out, k.mem, der, k.hasher, &k.limits, NULL,
		&err) == 0)
		return REASON_NONE;
	snprintf(k.detail, sizeof(k.detail), "%s", err.text);
	offset = err.offset;
	return err.reason;
}

static struct forge_crl
plain(void)
{
	return forge_crl_of(pki.cert[1], ca_key);
}

static struct crl
made(const struct forge_crl *spec)
{
	struct crl c = { .weak = true };

	if (!is_reason(parse(&c, forge_crl(k.forge, spec)), REASON_NONE, "it is read"))
		tap_note("%s", k.detail);
	return c;
}

static bool
is_time(struct when w, const char *want)
{
	char text[WHEN_TEXT];

	when_format(text, w);
	return ok(strcmp(text, want) == 0, "time %s, want %s", text, want);
}

static void
all_fields(void)
{
	const struct forge_crl_entry entries[] = { { .number = 3 }, { .number = 4 } };
	const struct forge_crl_point point = {
		.urls = urls, .only_users = true, .some_reasons = true
	};
	struct forge_crl spec = plain();
	const struct cert *issuer = NULL;
	struct bytes der;
	struct digest sha256;
	struct crl c;

	spec.number = 0x1000;
	spec.entries = entries;
	spec.entry_count = COUNT(entries);
	spec.point = &point;
	spec.freshest = urls;
	spec.next_update = "2051-03-01T01:02:03Z";
	der = forge_crl(k.forge, &spec);
	is_reason(parse(&c, der), REASON_NONE, "a list with everything");
	kit_cert(&k, &issuer, pki.cert[1]);
	hasher_of(k.hasher, DIGEST_SHA256, der, &sha256);
	ok(digest_equal(&c.sha256, &sha256), "its digest");
	is_bytes(c.der, der, "its octets");
	is_bytes(c.tbs, der_at(der, "0"), "what is signed");
	is_bytes(c.signature_alg, der_at(der, "1"), "the algorithm");
	is_str(str_of(c.signed_with), "sha256WithRSAEncryption", "its name");
	ok(!c.weak, "is not weak");
	is_bytes(c.issuer_der, cert_info(issuer)->subject_der, "issuer = subject");
	is_str(c.issuer_text, "CN=Release Issuing CA,O=Example,ST=WA,C=US", "as text");
	is_time(c.this_update, "2024-01-01T00:00:00Z");
	ok(c.has_next_update, "has nextUpdate");
	is_time(c.next_update, "2051-03-01T01:02:03Z");
	is_str(crl_number_text(k.mem, c.number), "1000", "number");
	ok(!c.is_delta && c.base_number.ptr == NULL, "no delta");
	is_bytes(c.aki, cert_info(issuer)->ski, "key identifier");
	ok(c.points.present && c.points.has_name && !c.points.relative, "a point");
	is_u64(c.points.url_count, 2, "with two URLs");
	is_str(c.points.urls[1], urls[1], "the second");
	ok(c.points.only_users && !c.points.only_cas && !c.points.only_attributes &&
		c.points.some_reasons && !c.points.indirect,
	    "its flags");
	is_bytes(c.points.der, der_content(der_at(der, "0.6.0.2.2")), "its octets");
	ok(c.has_freshest && c.freshest_count == 2, "two places of a delta");
	is_str(c.freshest[0], urls[0], "the first");
	ok(!c.unknown_critical, "nothing unknown");
	is_u64(c.entry_count, 2, "two entries");
	is_bytes(c.entries, der_content(der_at(der, "0.5")), "entries are not copied");
	ok(c.entries.ptr > der.ptr && c.tbs.ptr > der.ptr, "views of the input");
}

static void
least_fields(void)
{
	struct forge_crl spec = plain();
	struct crl c;

	spec.no_aki = spec.no_number = spec.no_next_update = true;
	c = made(&spec);
	ok(!c.has_next_update && c.number.ptr == NULL && c.aki.len == 0 &&
		!c.points.present && !c.has_freshest && c.entry_count == 0 &&
		c.entries.len == 0 && !c.is_delta,
	    "no extensions, no entries");
	is_str(crl_number_text(k.mem, c.number), "", "an absent number has no text");
	spec = plain();
	spec.delta = true;
	spec.number = 9;
	spec.base = 0;
	c = made(&spec);
	ok(c.is_delta, "a delta list");
	is_str(crl_number_text(k.mem, c.base_number), "00", "of base number 0");
	is_str(crl_number_text(k.mem, c.number), "09", "its own");
	spec.number_raw = BYTES_LIT("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
				    "\xff\xff\xff\xff\xff\xff\xff\xff");
	c = made(&spec);
	is_u64(c.number.len, 20, "twenty octets, the sign octet not counted");
}

static void
point_kinds(void)
{
	const struct forge_crl_point relative = { .relative = "part 1" };
	const struct forge_crl_point attributes = { .only_attributes = true };
	const struct forge_crl_point indirect = { .urls = urls, .indirect = true };
	const struct forge_crl_point cas = { .only_cas = true, .lax = true };
	struct forge_crl spec = plain();
	struct forge_ext ext = { "2.5.29.28", true, none };
	struct bytes dn = forge_der(k.forge, 0x30, 0);
	struct crl c;

	spec.point = &relative;
	c = made(&spec);
	ok(c.points.relative && c.points.has_name && c.points.url_count == 0,
	    "a relative name gives no URL");
	spec.point = &attributes;
	c = made(&spec);
	ok(c.points.only_attributes && !c.points.has_name, "attribute certificates");
	spec.point = &indirect;
	c = made(&spec);
	ok(c.points.indirect && c.points.url_count == 2, "indirect");
	spec.point = &cas;
	c = made(&spec);
	ok(c.points.only_cas && !c.unknown_critical, "CA certificates, not critical");
	/* directoryName [4] only: there is a name, and no URL in it. */
	ext.der = forge_der(k.forge, 0x30, 1,
	    forge_der(k.forge, 0xa0, 1,
		forge_der(k.forge, 0xa0, 1, forge_der(k.forge, 0xa4, 1, dn))));
	spec = plain();
	spec.extra = &ext;
	spec.extra_count = 1;
	c = made(&spec);
	ok(c.points.has_name && !c.points.relative && c.points.url_count == 0,
	    "a directory name gives no URL");
}

static void
criticals(void)
{
	struct forge_crl_entry entry = { .number = 3, .unknown_critical = true };
	struct forge_crl spec = plain();
	struct crl c;

	spec.unknown_critical = true;
	c = made(&spec);
	ok(c.unknown_critical, "an unknown critical extension is noted");
	is_str(c.unknown_critical_oid, "1.3.6.1.4.1.32473.9", "by name");
	spec = plain();
	spec.entries = &entry;
	spec.entry_count = 1;
	c = made(&spec);
	ok(c.unknown_critical, "that of an entry marks the list");
	is_str(c.unknown_critical_oid, "1.3.6.1.4.1.32473.9", "by name");
}

/* --- signatures --------------------------------------------------------------------- */

static const struct sig_row {
	const char *key, *hash;
	bool pss;
	const char *name;
	bool weak;
} sig_rows[] = {
	{ "ca-sub", "SHA256", false, "sha256WithRSAEncryption", false },
	{ "ca-sub", "SHA384", false, "sha384WithRSAEncryption", false },
	{ "ca-sub", "SHA512", false, "sha512WithRSAEncryption", false },
	{ "ca-sub", "SHA256", true, "rsassaPss", false },
	{ "ca-sub", "SHA512", true, "rsassaPss", false },
	{ "p256", "SHA256", false, "ecdsa-with-SHA256", false },
	{ "p384", "SHA384", false, "ecdsa-with-SHA384", false },
	{ "p521", "SHA512", false, "ecdsa-with-SHA512", false },
	{ "p384", "SHA256", false, "ecdsa-with-SHA256", false },
	{ "ED25519", NULL, false, "ED25519", false },
	{ "ca-sub", "SHA1", false, "sha1WithRSAEncryption", true },
	{ "ca-sub", "MD5", false, "md5WithRSAEncryption", true },
	{ "ca-sub", "SHA224", false, "sha224WithRSAEncryption", true },
	{ "ca-sub", "SHA3-256", false, "unknown", true },
	{ "ca-sub", "SHA1", true, "rsassaPss", true },
	{ "p256", "SHA1", false, "ecdsa-with-SHA1", true },
};

static void
signature_row(const struct sig_row *row)
{
	EVP_PKEY *key = strcmp(row->key, "ED25519") == 0
			    ? forge_key_new(k.forge, row->key)
			    : forge_key(k.forge, row->key);
	struct forge_cert ca = forge_cert_ca(
	    key, "C=US,O=Example,CN=Lists", pki.cert[2], forge_key(k.forge, "ca"));
	struct bytes issuer_der = forge_cert(k.forge, &ca);
	struct forge_crl spec = forge_crl_of(issuer_der, key);
	const struct cert *issuer = NULL, *other = NULL;
	struct crl c;

	spec.hash = row->hash;
	spec.pss = row->pss;
	kit_cert(&k, &issuer, issuer_der);
	kit_cert(&k, &other, pki.cert[2]);
	c = made(&spec);
	is_str(str_of(c.signed_with), row->name, "%s with %s", row->key, row->name);
	ok(c.weak == row->weak, "weak: %d", row->weak);
	ok(crl_signed_by(&c, issuer) == !row->weak, "is signed by its issuer");
	ok(!crl_signed_by(&c, other), "not by another");
	spec.break_signature = true;
	c = made(&spec);
	ok(!crl_signed_by(&c, issuer), "not with one bit turned");
}

/* The same name, another key; the same key, another text. */
static void
signatures(void)
{
	struct forge_crl spec = plain();
	const struct cert *issuer = NULL;
	struct crl c, later;

	for (size_t i = 0; i < COUNT(sig_rows); i++)
		signature_row(&sig_rows[i]);
	kit_cert(&k, &issuer, pki.cert[1]);
	c = made(&spec);
	spec.number = 2;
	later = made(&spec);
	ok(crl_signed_by(&c, issuer) && crl_signed_by(&later, issuer), "both are signed");
	later.signature = c.signature;
	ok(!crl_signed_by(&later, issuer), "a signature belongs to its text");
	spec.key = forge_key(k.forge, "other-ca");
	c = made(&spec);
	is_bytes(c.issuer_der, cert_info(issuer)->subject_der, "the same name");
	ok(!crl_signed_by(&c, issuer), "and another key");
	c = later;
	c.signature = none;
	ok(!crl_signed_by(&c, issuer), "no signature");
}

/* --- entries ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	enum crl_reason reason; /* NONE: the entry is unusable */
} reasons[] = {
	{ "unspecified", CRL_UNSPECIFIED },
	{ "keyCompromise", CRL_KEY_COMPROMISE },
	{ "cACompromise", CRL_CA_COMPROMISE },
	{ "affiliationChanged", CRL_AFFILIATION_CHANGED },
	{ "superseded", CRL_SUPERSEDED },
	{ "cessationOfOperation", CRL_CESSATION },
	{ "certificateHold", CRL_HOLD },
	{ "removeFromCRL", CRL_REMOVE },
	{ "privilegeWithdrawn", CRL_PRIVILEGE_WITHDRAWN },
	{ "aACompromise", CRL_AA_COMPROMISE },
	{ "7", CRL_REASON_NONE },
	{ "11", CRL_REASON_NONE },
	{ "300", CRL_REASON_NONE },
};

static struct crl_entry
only(struct forge_crl_entry entry)
{
	struct forge_crl spec = plain();
	struct crl_entry *found;
	struct crl c;
	size_t n;

	entry.number = 77;
	spec.entries = &entry;
	spec.entry_count = 1;
	c = made(&spec);
	found = crl_lookup(&n, &c, BYTES_LIT("\x4d"), k.mem);
	is_u64(n, 1, "one entry");
	return n == 1 ? found[0] : (struct crl_entry){ .unusable = true };
}

static void
entry_values(void)
{
	const struct forge_ext utc = { "2.5.29.24", false,
		forge_der(k.forge, 0x17, 1, forge_text("240101000000Z")) };
	const struct forge_ext integer = { "2.5.29.21", false,
		forge_der_uint(k.forge, 0x02, 1) };
	const struct forge_ext tail = { "2.5.29.21", false,
		forge_der(k.forge, 0x0a, 2, bytes_of("\1", 1), bytes_of("\0", 1)) };
	const struct forge_ext two[] = { { "2.5.29.21", false,
					     forge_der_uint(k.forge, 0x0a, 1) },
		{ "2.5.29.21", false, forge_der_uint(k.forge, 0x0a, 1) } };
	const struct forge_ext hold = { "2.5.29.23", false,
		forge_der_oid(k.forge, "1.2.840.10040.2.3") };
	struct crl_entry e;

	for (size_t i = 0; i < COUNT(reasons); i++) {
		e = only((struct forge_crl_entry){ .reason = reasons[i].name });
		ok(e.unusable == (reasons[i].reason == CRL_REASON_NONE) &&
			(e.unusable || e.reason == reasons[i].reason),
		    "reason %s", reasons[i].name);
		if (!e.unusable)
			is_str(str_of(crl_reason_name(e.reason)), reasons[i].name,
			    "its name");
	}
	e = only(
	    (struct forge_crl_entry){ .date = "2052-01-01", .invalidity = "2024-01-05" });
	ok(!e.unusable && e.reason == CRL_REASON_NONE && e.has_invalidity, "no reason");
	is_str(str_of(crl_reason_name(e.reason)), "unspecified", "its name");
	is_time(e.date, "2052-01-01T00:00:00Z");
	is_time(e.invalidity, "2024-01-05T00:00:00Z");
	e = only((struct forge_crl_entry){ .unknown_critical = true });
	ok(e.unusable, "an unknown critical extension");
	e = only((struct forge_crl_entry){ .extra = &utc, .extra_count = 1 });
	ok(e.unusable, "invalidityDate as UTCTime");
	e = only((struct forge_crl_entry){ .extra = &integer, .extra_count = 1 });
	ok(e.unusable, "reason as INTEGER");
	e = only((struct forge_crl_entry){ .extra = &tail, .extra_count = 1 });
	ok(e.unusable, "a reason of two octets");
	e = only((struct forge_crl_entry){ .extra = two, .extra_count = 2 });
	ok(e.unusable, "two reasons");
	e = only((struct forge_crl_entry){ .extra = &hold, .extra_count = 1 });
	ok(!e.unusable, "an unknown extension that is not critical");
}

static void
lookups(void)
{
	const struct forge_crl_entry entries[] = {
		{ .number = 0x80, .reason = "certificateHold" },
		{ .number = 5, .reason = "superseded" },
		{ .number = 0x80, .reason = "removeFromCRL", .date = "2024-01-11" },
		{ .serial = BYTES_LIT("\x80") }, /* -128 */
		{ .number = 0x8000 },
	};
	struct forge_crl spec = plain();
	struct crl_entry *found;
	struct crl c;
	size_t n;

	spec.entries = entries;
	spec.entry_count = COUNT(entries);
	c = made(&spec);
	is_u64(c.entry_count, COUNT(entries), "all are counted");
	found = crl_lookup(&n, &c, BYTES_LIT("\x00\x80"), k.mem);
	ok(n == 2 && found[0].reason == CRL_HOLD && found[1].reason == CRL_REMOVE &&
		when_cmp(found[0].date, found[1].date) < 0,
	    "both entries, in order");
	found = crl_lookup(&n, &c, BYTES_LIT("\x05"), k.mem);
	ok(n == 1 && found[0].reason == CRL_SUPERSEDED, "the one between");
	crl_lookup(&n, &c, BYTES_LIT("\x80"), k.mem);
	is_u64(n, 1, "a negative number is another number");
	crl_lookup(&n, &c, BYTES_LIT("\x06"), k.mem);
	is_u64(n, 0, "not listed");
	crl_lookup(&n, &c, none, k.mem);
	is_u64(n, 0, "no number");
	spec = plain();
	spec.flood = 1000;
	c = made(&spec);
	is_u64(c.entry_count, 1000, "a thousand");
	for (size_t i = 0; i < 1001; i += 999) {
		crl_lookup(&n, &c, forge_crl_flood_serial(k.forge, i), k.mem);
		is_u64(n, 1, "entry %zu", i);
	}
	crl_lookup(&n, &c, forge_crl_flood_serial(k.forge, 1000), k.mem);
	is_u64(n, 0, "the one behind the last");
}

static void
numbers(void)
{
	static const struct {
		struct bytes a, b;
		int want;
	} rows[] = {
		{ { NULL, 0 }, { NULL, 0 }, 0 },
		{ { NULL, 0 }, OCT(""), -1 }, /* absent, zero */
		{ OCT(""), OCT(""), 0 },
		{ OCT(""), OCT("\x01"), -1 },
		{ OCT("\x02"), OCT("\x01"), 1 },
		{ OCT("\x01\x00"), OCT("\xff"), 1 },
		{ OCT("\x01\x02"), OCT("\x01\x03"), -1 },
		{ OCT("\x01\x02"), OCT("\x01\x02"), 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		ok(crl_number_cmp(rows[i].a, rows[i].b) == rows[i].want, "numbers %zu",
		    i);
		ok(crl_number_cmp(rows[i].b, rows[i].a) == -rows[i].want, "and back");
	}
}

/* --- refused ------------------------------------------------------------------------ */

static struct bytes
full(void)
{
	static const struct forge_crl_entry entries[] = { { .number = 3,
	    .reason = "superseded" } };
	const struct forge_crl_point point = { .urls = urls };
	struct forge_crl spec = plain();

	spec.entries = entries;
	spec.entry_count = COUNT(entries);
	spec.delta = true;
	spec.point = &point;
	spec.freshest = urls;
	return forge_crl(k.forge, &spec);
}

/* A value at `path` replaced. The place is that of the fault, or of what holds it. */
static const struct edit {
	const char *name, *path, *at;
	struct bytes with;
} edits[] = {
	{ "version 1", "0.0", "0.0", { NULL, 0 } },
	{ "version 3", "0.0", "0.0", OCT("\x02\x01\x02") },
	{ "version 0 written", "0.0", "0.0", OCT("\x02\x01\x00") },
	{ "inner algorithm no SEQUENCE", "0.1", "0.1", OCT("\x05\x00") },
	{ "inner algorithm differs", "0.1", "0.1",
	    OCT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c\x05\x00") },
	{ "inner algorithm without NULL", "0.1", "0.1",
	    OCT("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b") },
	{ "empty issuer", "0.2", "0.2", OCT("\x30\x00") },
	{ "issuer with an empty part", "0.2.1", NULL, OCT("\x31\x00") },
	{ "issuer with a SEQUENCE for a SET", "0.2.1", NULL, OCT("\x30\x00") },
	{ "issuer with a SET out of order", "0.2.1", NULL,
	    OCT("\x31\x14\x30\x08\x06\x03\x55\x04\x0a\x0c\x01"
		"b\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
		"a") },
	{ "thisUpdate with an offset", "0.3", "0.3",
	    OCT("\x17\x11"
		"240101000000+0100") },
	{ "thisUpdate without seconds", "0.3", "0.3",
	    OCT("\x17\x0b"
		"2401010000Z") },
	{ "thisUpdate with a fraction", "0.3", "0.3",
	    OCT("\x18\x11"
		"20240101000000.5Z") },
	{ "thisUpdate on February 30", "0.3", "0.3",
	    OCT("\x17\x0d"
		"240230000000Z") },
	{ "thisUpdate an INTEGER", "0.3", "0.3", OCT("\x02\x01\x01") },
	{ "nextUpdate on month 13", "0.4", "0.4",
	    OCT("\x17\x0d"
		"241301000000Z") },
	{ "nextUpdate an OCTET STRING", "0.4", "0.4", OCT("\x04\x01\x00") },
	{ "entries no SEQUENCE", "0.5", "0.5", OCT("\x31\x00") },
	{ "entry no SEQUENCE", "0.5.0", "0.5.0", OCT("\x02\x01\x01") },
	{ "entry empty", "0.5.0", "0.5.0", OCT("\x30\x00") },
	{ "entry without a date", "0.5.0.1", "0.5.0", { NULL, 0 } },
	{ "entry with a wrong date", "0.5.0.1", "0.5.0",
	    OCT("\x17\x0b"
		"2401010000Z") },
	{ "entry with a long number form", "0.5.0.0", NULL, OCT("\x02\x02\x00\x03") },
	{ "entry with empty extensions", "0.5.0.2", "0.5.0", OCT("\x30\x00") },
	{ "entry with a broken extension", "0.5.0.2.0", NULL, OCT("\x30\x00") },
	{ "entry with critical FALSE", "0.5.0.2.0", NULL,
	    OCT("\x30\x0d\x06\x03\x55\x1d\x15\x01\x01\x00\x04\x03\x0a\x01\x01") },
	{ "extensions an empty list", "0.6.0", "0.6", OCT("\x30\x00") },
	{ "extensions no SEQUENCE", "0.6.0", "0.6", OCT("\x31\x00") },
	{ "extensions twice", "0.6", NULL, OCT("\xa0\x02\x30\x00\xa0\x02\x30\x00") },
	{ "extension empty", "0.6.0.0", "0.6.0.0", OCT("\x30\x00") },
	{ "key identifier no SEQUENCE", "0.6.0.0.1.0", "0.6.0.0", OCT("\x04\x01\x00") },
	{ "key identifier with a strange field", "0.6.0.0.1.0.0", "0.6.0.0",
	    OCT("\x83\x01\x00") },
	{ "number negative", "0.6.0.1.1.0", "0.6.0.1", OCT("\x02\x01\xff") },
	{ "number of 21 octets", "0.6.0.1.1.0", "0.6.0.1",
	    OCT("\x02\x15\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e"
		"\x0f\x10\x11\x12\x13\x14\x15") },
	{ "number in a long form", "0.6.0.1.1.0", "0.6.0.1", OCT("\x02\x02\x00\x01") },
	{ "number with something behind", "0.6.0.1.1.0", "0.6.0.1",
	    OCT("\x02\x01\x01\x05\x00") },
	{ "number an OCTET STRING", "0.6.0.1.1.0", "0.6.0.1", OCT("\x04\x01\x01") },
	{ "number absent inside", "0.6.0.1.1.0", "0.6.0.1", { NULL, 0 } },
	{ "base number negative", "0.6.0.2.2.0", "0.6.0.2", OCT("\x02\x01\x80") },
	{ "point empty", "0.6.0.3.2.0", "0.6.0.3", OCT("\x30\x00") },
	{ "point name empty", "0.6.0.3.2.0.0", "0.6.0.3", OCT("\xa0\x00") },
	{ "point without any name", "0.6.0.3.2.0.0.0", "0.6.0.3", OCT("\xa0\x00") },
	{ "point name of a third kind", "0.6.0.3.2.0.0.0", "0.6.0.3", OCT("\xa2\x00") },
	{ "point with a blank URL", "0.6.0.3.2.0.0.0.0", "0.6.0.3", OCT("\x86\x00") },
	{ "point with NUL in the URL", "0.6.0.3.2.0.0.0.0", "0.6.0.3",
	    OCT("\x86\x0a"
		"http://a\0b") },
	{ "point with a line end in the URL", "0.6.0.3.2.0.0.0.0", "0.6.0.3",
	    OCT("\x86\x0a"
		"http://a\nb") },
	{ "point with a URL that is no name", "0.6.0.3.2.0.0.0.0", "0.6.0.3",
	    OCT("\x16\x01"
		"a") },
	{ "point with a flag FALSE", "0.6.0.3.2.0.0", "0.6.0.3", OCT("\x81\x01\x00") },
	{ "point with a flag of BER", "0.6.0.3.2.0.0", "0.6.0.3", OCT("\x84\x01\x01") },
	{ "point with a flag twice", "0.6.0.3.2.0.0", "0.6.0.3",
	    OCT("\x84\x01\xff\x84\x01\xff") },
	{ "point with flags out of order", "0.6.0.3.2.0.0", "0.6.0.3",
	    OCT("\x84\x01\xff\x81\x01\xff") },
	{ "point with a strange flag", "0.6.0.3.2.0.0", "0.6.0.3", OCT("\x86\x01\xff") },
	{ "point with empty reasons", "0.6.0.3.2.0.0", "0.6.0.3", OCT("\x83\x00") },
	{ "freshest empty", "0.6.0.4.1.0", "0.6.0.4", OCT("\x30\x00") },
	{ "freshest no SEQUENCE", "0.6.0.4.1.0", "0.6.0.4", OCT("\x05\x00") },
	{ "freshest with a strange field", "0.6.0.4.1.0.0.0", "0.6.0.4",
	    OCT("\x84\x01\xff") },
	{ "a field behind the extensions", "0.6.0", NULL, OCT("\x30\x00\x05\x00") },
	{ "outer algorithm an INTEGER", "1", NULL, OCT("\x02\x01\x01") },
	{ "no signature", "2", NULL, { NULL, 0 } },
	{ "signature with spare bits", "2", NULL, OCT("\x03\x02\x01\x02") },
	{ "signature an OCTET STRING", "2", NULL, OCT("\x04\x01\x02") },
	{ "a fourth field", "1", NULL, OCT("\x30\x00\x30\x00") },
};

static size_t
place_of(struct bytes der, const char *path)
{
	return (size_t)(der_at(der, path).ptr - der.ptr);
}

static void
refused(void)
{
	struct bytes der = full(), bad;

	is_reason(parse(NULL, der), REASON_NONE, "the list that is edited");
	for (size_t i = 0; i < COUNT(edits); i++) {
		const struct edit *e = &edits[i];

		bad = der_edit(k.mem, der, e->path, e->with);
		if (!is_reason(parse(NULL, bad), REASON_CRL_MALFORMED, "%s", e->name))
			continue;
		/* Edits keep the lengths of the headers in front of them. */
		if (e->at != NULL)
			is_u64(offset, place_of(bad, e->at), "its place: %s", k.detail);
	}
}

static void
refused_whole(void)
{
	struct forge_ext two[] = { { "2.5.29.20", false, forge_der_uint(k.forge, 2, 7) },
		{ "1.3.6.1.4.1.32473.1", false, forge_der_uint(k.forge, 2, 7) } };
	struct forge_crl spec = plain();
	struct bytes der = full();

	is_reason(parse(NULL, none), REASON_CRL_MALFORMED, "nothing");
	for (size_t i = 0; i < der.len; i++)
		if (parse(NULL, bytes_of(der.ptr, i)) != REASON_CRL_MALFORMED)
			ok(false, "cut after %zu", i);
	ok(true, "cut anywhere");
	spec.extra = two;
	spec.extra_count = 1;
	is_reason(
	    parse(NULL, forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "number twice");
	spec.no_number = true;
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_NONE, "and once");
	two[0] = two[1];
	spec.extra_count = 2;
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED,
	    "an unknown extension twice");
	spec = plain();
	spec.trailer = BYTES_LIT("\x30\x00");
	der = forge_crl(k.forge, &spec);
	is_reason(parse(NULL, der), REASON_CRL_MALFORMED, "bytes behind the list");
	is_u64(offset, der.len - 2, "its place");
	spec = plain();
	spec.inner_hash = "SHA384";
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED,
	    "two algorithms");
	spec = plain();
	spec.version1 = true;
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED,
	    "version 1 without extensions");
}

/* Sixty-five extensions, thirty-three URLs: limits of their own. */
static void
floods(void)
{
	struct forge_ext exts[65];
	const char *many[34] = { NULL };
	struct forge_crl spec = plain();

	for (size_t i = 0; i < COUNT(exts); i++)
		exts[i] = (struct forge_ext){
			arena_printf(k.mem, "1.3.6.1.4.1.32473.%zu", i + 100).ptr, false,
			forge_der(k.forge, 0x05, 0)
		};
	spec.extra = exts;
	spec.extra_count = 62; /* besides key identifier and number */
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_NONE, "64 extensions");
	spec.extra_count = 63;
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "65");
	for (size_t i = 0; i < 32; i++)
		many[i] = urls[0];
	spec = plain();
	spec.freshest = many;
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_NONE, "32 URLs");
	many[32] = urls[0];
	is_reason(parse(NULL, forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "33");
}

/* --- files -------------------------------------------------------------------------- */

static enum reason
split(struct bytes **list, size_t *count, struct bytes file)
{
	struct err err;

	*count = 0;
	if (crl_split(list, count, k.mem, file, &k.limits, NULL, &err) == 0)
		return REASON_NONE;
	return err.reason;
}

static struct bytes
text(const char *a, struct str b, const char *c)
{
	return str_bytes(arena_printf(k.mem, "%s%.*s%s", a, STR_ARG(b), c));
}

static struct bytes
with_cr(struct str in)
{
	uint8_t *out = arena_alloc(k.mem, 2 * in.len);
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] == '\n')
			out[n++] = '\r';
		out[n++] = (uint8_t)in.ptr[i];
	}
	return bytes_of(out, n);
}

static void
files(void)
{
	struct forge_crl spec = plain();
	struct bytes der = forge_crl(k.forge, &spec), *list;
	struct str pem = forge_crl_pem(k.forge, der);
	struct str two =
	    arena_printf(k.mem, "%.*swords between\n%.*s", STR_ARG(pem), STR_ARG(pem));
	const struct {
		const char *name;
		struct bytes file;
		size_t count; /* 0: refused */
	} rows[] = {
		{ "DER", der, 1 },
		{ "PEM", str_bytes(pem), 1 },
		{ "PEM with CR LF", with_cr(pem), 1 },
		{ "PEM without the last line end", bytes_of(pem.ptr, pem.len - 1), 1 },
		{ "PEM with text around", text("0 Serial: 5\n\n", pem, "bye"), 1 },
		{ "two in one file", str_bytes(two), 2 },
		{ "empty", none, 0 },
		{ "text", forge_text("no list here\n"), 0 },
		{ "DER with a line end behind", der_join(k.mem, der, BYTES_LIT("\n")),
		    0 },
		{ "DER twice", der_join(k.mem, der, der), 0 },
		{ "half a DER", bytes_of(der.ptr, der.len / 2), 0 },
		{ "half a PEM", bytes_of(pem.ptr, pem.len / 2), 0 },
		{ "PEM and a certificate",
		    text("", pem, forge_pem(k.forge, pki.cert[1]).ptr), 0 },
		{ "a certificate", str_bytes(forge_pem(k.forge, pki.cert[1])), 0 },
		{ "a blank in a line",
		    text("-----BEGIN X509 CRL-----\nMI IB\n", STR(""),
			"-----END X509 CRL-----\n"),
		    0 },
		{ "a BEGIN line that is none", text("-----BEGIN X509 CRL\n", pem, ""),
		    0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n;
		enum reason got = split(&list, &n, rows[i].file);

		is_reason(got, rows[i].count > 0 ? REASON_NONE : REASON_CRL_MALFORMED,
		    "%s", rows[i].name);
		is_u64(n, rows[i].count, "its lists");
		for (size_t j = 0; j < n; j++)
			is_bytes(list[j], der, "list %zu", j);
	}
}

/* --- vectors ------------------------------------------------------------------------ */

static const struct vector {
	const char *name, *number, *base;
	uint64_t entries;
	size_t freshest;
	int issuer; /* in certchain_with_crl.pem; -1: not there */
} vectors[] = {
	{ "leaf.crl", "1000", NULL, 0, 0, 1 },
	{ "leaf_revoked.crl", "1001", NULL, 1, 0, 1 },
	{ "intermediate.crl", "1002", NULL, 0, 0, 2 },
	{ "delta.crl", "05", "04", 0, 0, -1 },
	{ "crlWithMultipleFreshestCRLs.crl", "05", NULL, 0, 2, -1 },
};

static void
vector_check(const struct vector *v, const struct cert *const *chain)
{
	struct bytes der =
	    arena_bytes(k.mem, tap_file(0, "%s/notation/crl/%s", tap_vectors(), v->name));
	struct crl_entry *found;
	struct crl c;
	size_t n;

	if (!is_reason(parse(&c, der), REASON_NONE, "%s", v->name))
		return;
	is_str(crl_number_text(k.mem, c.number), v->number, "its number");
	ok(c.is_delta == (v->base != NULL), "is it a delta");
	if (v->base != NULL)
		is_str(crl_number_text(k.mem, c.base_number), v->base, "of this base");
	is_u64(c.entry_count, v->entries, "its entries");
	is_u64(c.freshest_count, v->freshest, "its places of deltas");
	ok(c.has_next_update && !c.weak && !c.unknown_critical, "usable");
	for (int i = 0; i < 3; i++)
		ok(crl_signed_by(&c, chain[i]) == (i == v->issuer), "by %d", i);
	found = crl_lookup(&n, &c, cert_info(chain[0])->serial, k.mem);
	is_u64(n, v->entries, "leaf listed");
	ok(n == 0 || (!found[0].unusable && found[0].reason == CRL_REASON_NONE),
	    "without a reason");
}

static void
vectors_check(void)
{
	const struct cert *chain[3] = { NULL };
	struct bytes file, *ders;
	size_t count = 0;

	if (tap_vectors() == NULL) {
		tap_skip("vectors not present");
		return;
	}
	file = tap_file(0, "%s/notation/crl/certchain_with_crl.pem", tap_vectors());
	if (!ok(cert_split(&ders, &count, k.mem, arena_bytes(k.mem, file), NULL, NULL) ==
			0 &&
		    count == 3,
		"the chain of the vectors"))
		return;
	for (size_t i = 0; i < 3; i++)
		kit_cert(&k, &chain[i], ders[i]);
	for (size_t i = 0; i < COUNT(vectors); i++)
		vector_check(&vectors[i], chain);
}

int
main(void)
{
	kit_open(&k);
	ca_key = forge_key(k.forge, "ca-sub");
	pki = forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	all_fields();
	least_fields();
	point_kinds();
	criticals();
	signatures();
	entry_values();
	lookups();
	numbers();
	refused();
	refused_whole();
	floods();
	files();
	vectors_check();
	kit_close(&k);
	return tap_done();
}
