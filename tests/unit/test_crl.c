/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation lists: what is read of a right one, who signed it, what it says. */
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

static const char *const urls[] = { "http://crl.example/a.crl",
	"http://crl.example/b.crl", NULL };

static enum reason
parse(struct crl *out, struct bytes der)
{
	struct err err;

	if (crl_parse(out, k.mem, der, k.hasher, &k.limits, NULL, &err) == 0)
		return REASON_NONE;
	snprintf(k.detail, sizeof(k.detail), "%s", err.text);
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
	{ "7", CRL_NO_REASON },
	{ "11", CRL_NO_REASON },
	{ "300", CRL_NO_REASON },
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
		ok(e.unusable == (reasons[i].reason == CRL_NO_REASON) &&
			(e.unusable || e.reason == reasons[i].reason),
		    "reason %s", reasons[i].name);
		if (!e.unusable)
			is_str(str_of(crl_reason_name(e.reason)), reasons[i].name,
			    "its name");
	}
	e = only(
	    (struct forge_crl_entry){ .date = "2052-01-01", .invalidity = "2024-01-05" });
	ok(!e.unusable && e.reason == CRL_NO_REASON && e.has_invalidity, "no reason");
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
	ok(n == 0 || (!found[0].unusable && found[0].reason == CRL_NO_REASON),
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
	vectors_check();
	kit_close(&k);
	return tap_done();
}
