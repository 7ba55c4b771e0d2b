/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases about what the manual calls stricter than Notation, beyond those of the ordinary groups (see
 * mkdiff.c): headers, times, subjects, chains, and what a token holds.
 */
#include "base/defs.h"
#include "tests/lib/deredit.h"
#include "tests/tools/mkdiff.h"

static const struct bytes none = { NULL, 0 };

static struct bytes
joined(struct forge *f, struct bytes a, struct bytes b, struct bytes c)
{
	struct arena *mem = forge_mem(f);

	return der_join(mem, der_join(mem, a, b), c);
}

/* --- envelopes as octets ------------------------------------------------------------------------ */

/* The bits that the last character of base64url has too many (RFC 4648 section 3.5). */
static struct bytes
spare_bits(struct forge *f, struct bytes envelope)
{
	size_t at = forge_after(envelope, "\"signature\":\"");

	while (envelope.ptr[at] != '"')
		at++;
	/* 64 octets are 86 characters: the last one ends in four zero bits, A, Q, g or w; the next sets one. */
	return forge_flip(f, envelope, at - 1,
	    envelope.ptr[at - 1] ^ (uint8_t)(envelope.ptr[at - 1] + 1));
}

/* RFC 8949 section 4.2.1: the length of the first certificate in four octets instead of two. */
static struct bytes
long_length(struct forge *f, struct bytes envelope)
{
	size_t at = 0;

	while (at + 5 < envelope.len &&
	       !(envelope.ptr[at] == 0x59 && envelope.ptr[at + 3] == 0x30 &&
		   envelope.ptr[at + 4] == 0x82))
		at++;
	return joined(f, bytes_of(envelope.ptr, at), BYTES_LIT("\x5a\0\0"),
	    bytes_of(envelope.ptr + at + 1, envelope.len - at - 1));
}

/* A line break inside base64, as a JSON escape. */
static struct bytes
line_break(struct forge *f, struct bytes envelope)
{
	size_t at = forge_after(envelope, "\"x5c\":[\"") + 8;

	return joined(f, bytes_of(envelope.ptr, at), BYTES_LIT("\\n"),
	    bytes_of(envelope.ptr + at, envelope.len - at));
}

static struct bytes
blank_behind(struct forge *f, struct bytes envelope)
{
	return joined(f, envelope, BYTES_LIT("\n"), none);
}

static struct bytes
word_behind(struct forge *f, struct bytes envelope)
{
	return joined(f, envelope, BYTES_LIT("0"), none);
}

static void
octets(struct diffcases *d)
{
	static const struct {
		const char *name;
		enum forge_form form;
		struct bytes (*edit)(struct forge *f, struct bytes envelope);
	} rows[] = {
		{ "spare-bits-jws", FORGE_JWS, spare_bits },
		{ "line-break-jws", FORGE_JWS, line_break },
		{ "blank-behind-jws", FORGE_JWS, blank_behind },
		{ "word-behind-jws", FORGE_JWS, word_behind },
		{ "long-length-cose", FORGE_COSE, long_length },
		{ "word-behind-cose", FORGE_COSE, word_behind },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_envelope env = { .form = rows[i].form };
		struct diffcase c = { .envelopes = &env, .envelope_count = 1, .edit = rows[i].edit };

		diffcase_write(d, mkdiff_text(d, "octets-", rows[i].name), &c);
	}
}

/* --- headers ---------------------------------------------------------------------------------------- */

static void
headers(struct diffcases *d)
{
	static const struct forge_header twice[] = { { .name = "com.example.a", .json = "\"x\"" },
		{ .name = "com.example.a", .json = "\"x\"" } };
	static const struct forge_header cased = { .name = "io.cncf.notary.SigningTime",
		.json = "\"x\"" };
	static const struct {
		const char *name;
		struct forge_envelope env;
	} rows[] = {
		{ "protected-twice", { .extra = twice, .extra_count = 2 } },
		{ "protected-case", { .extra = &cased, .extra_count = 1 } },
		{ "agent-twice", { .agent = "a/1",
				     .header_extra = ",\"io.cncf.notary.signingAgent\":\"b/1\"" } },
		{ "agent-case", { .header_extra = ",\"io.cncf.notary.SigningAgent\":\"b/1\"" } },
		{ "unprotected-other", { .header_extra = ",\"com.example.a\":\"b\"" } },
		{ "outer-other", { .outer_extra = ",\"com.example.a\":\"b\"" } },
		{ "outer-twice", { .outer_extra = ",\"com.example.a\":1,\"com.example.a\":2" } },
		{ "outer-case", { .outer_extra = ",\"Header\":{}" } },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		mkdiff_both(d, mkdiff_text(d, "header-", rows[i].name), (struct diffcase){ 0 },
		    rows[i].env);
}

/* --- times ------------------------------------------------------------------------------------------ */

static void
times(struct diffcases *d)
{
	const struct {
		const char *name, *json;
		struct bytes cbor;
	} rows[] = {
		{ "1969", "\"1969-12-31T23:59:59Z\"", BYTES_LIT("\xc1\x20") },
		{ "offset", "\"2024-01-15T13:00:00+01:00\"", BYTES_LIT("\xc1\x1a\x65\xa5\x1f\xc0") },
		{ "small", "\"2024-01-15t12:00:00z\"", BYTES_LIT("\xc0\x61\x30") },
		{ "float", "1705320000", BYTES_LIT("\xc1\xfb\x41\xd9\x69\x47\xf0\x00\x00\x00") },
		{ "infinite", "\"9999-12-31T23:59:59Z\"", BYTES_LIT("\xc1\xfb\x7f\xf0\0\0\0\0\0\0") },
		{ "year-10000", "\"10000-01-01T00:00:00Z\"", BYTES_LIT("\xc1\x1b\0\0\0\x3a\xff\xf4\x41\x80") },
		{ "long-number", "\"2024-01-15T12:00:00.000Z\"",
		    BYTES_LIT("\xc1\x1b\0\0\0\0\x65\xa5\x1f\xc0") },
		{ "comma", "\"2024-01-15T12:00:00,5Z\"", BYTES_LIT("\xc1\xf9\x7e\x00") },
		{ "second-60", "\"2024-01-15T12:00:60Z\"", BYTES_LIT("\xc1\xf6") },
		{ "offset-24", "\"2024-01-15T12:00:00+24:00\"", BYTES_LIT("\xc1\xf5") },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_header h = { .name = "io.cncf.notary.signingTime",
			.json = rows[i].json,
			.cbor = rows[i].cbor };

		mkdiff_both(d, mkdiff_text(d, "time-", rows[i].name), (struct diffcase){ 0 },
		    (struct forge_envelope){ .no_time = true, .extra = &h, .extra_count = 1 });
	}
}

/* --- subjects ----------------------------------------------------------------------------------------- */

static void
subjects(struct diffcases *d)
{
	static const struct {
		const char *name, *subject;
	} rows[] = {
		{ "name-twice", "C=US,ST=WA,O=Example,CN=a,CN=b" },
		{ "organization-twice", "C=US,ST=WA,O=Other,O=Example,CN=a" },
		{ "country-twice", "C=DE,C=US,ST=WA,O=Example,CN=a" },
		{ "serial-twice", "C=US,ST=WA,O=Example,serialNumber=1,serialNumber=2" },
		{ "mail-twice", "C=US,ST=WA,O=Example,emailAddress=a@a.example,emailAddress=b@a.example" },
		{ "name-and-unit", "C=US,ST=WA,O=Example,OU=a+CN=b" },
	};
	static const struct {
		const char *name, *json;
	} wanted[] = { { "one", NULL }, { "any", "'*'" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t n = 0; n < COUNT(wanted); n++) {
			struct forge_cert spec = forge_cert_leaf(forge_key(d->f, "p256"),
			    rows[i].subject, d->ca.cert[1], forge_key(d->f, "ca-sub"));
			struct forge_chain c = d->ca;

			c.key = spec.key;
			c.cert[0] = forge_cert(d->f, &spec);
			mkdiff_both(d,
			    arena_printf(forge_mem(d->f), "subject-%s-%s", rows[i].name, wanted[n].name).ptr,
			    (struct diffcase){ .identities = wanted[n].json },
			    (struct forge_envelope){ .signer = &c });
		}
}

/* --- extensions of signing chains --------------------------------------------------------------------- */

static struct bytes
one(struct diffcases *d, uint8_t tag, struct bytes content)
{
	return forge_der(d->f, tag, 1, content);
}

static void
chain_case(struct diffcases *d, const char *name, struct forge_ext leaf_ext, struct forge_ext ca_ext)
{
	EVP_PKEY *sub_key = forge_key(d->f, "ca-sub");
	struct forge_cert ca = forge_cert_ca(
	    sub_key, "C=US,ST=WA,O=Example,CN=Sub", d->ca.cert[2], forge_key(d->f, "ca"));
	struct forge_chain c = d->ca;
	struct forge_cert leaf;

	ca.extra = &ca_ext;
	ca.extra_count = ca_ext.oid != NULL;
	c.cert[1] = forge_cert(d->f, &ca);
	leaf = forge_cert_leaf(
	    forge_key(d->f, "p256"), "C=US,ST=WA,O=Example,CN=Signer", c.cert[1], sub_key);
	leaf.extra = &leaf_ext;
	leaf.extra_count = leaf_ext.oid != NULL;
	c.key = leaf.key;
	c.cert[0] = forge_cert(d->f, &leaf);
	mkdiff_both(d, mkdiff_text(d, "extension-", name), (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &c });
}

static void
extensions(struct diffcases *d)
{
	struct forge_ext absent = { NULL, false, none };
	struct forge_ext odd = { "1.2.3.4", true, BYTES_LIT("\x05\x00") };
	struct forge_ext other = { "2.5.29.17", true, one(d, 0x30, one(d, 0x88, BYTES_LIT("\x2a\x03"))) };
	struct forge_ext name = { "2.5.29.17", false,
		one(d, 0x30, one(d, 0x82, forge_text("a.example"))) };
	struct forge_ext inside = { "2.5.29.30", true,
		one(d, 0x30, one(d, 0xa0, one(d, 0x30, one(d, 0x82, forge_text("example"))))) };
	struct forge_ext outside = { "2.5.29.30", true,
		one(d, 0x30, one(d, 0xa1, one(d, 0x30, one(d, 0x82, forge_text("example"))))) };
	struct forge_ext broken = { "2.5.29.18", false, BYTES_LIT("\x30\x01\x82") };
	struct forge_ext limits = { "2.5.29.36", true, BYTES_LIT("\x30\x03\x80\x01\x05") };

	chain_case(d, "critical-unknown", odd, absent);
	chain_case(d, "critical-unknown-ca", absent, odd);
	chain_case(d, "critical-names", other, absent);
	chain_case(d, "critical-policy-limits", absent, limits);
	chain_case(d, "names-inside", name, inside);
	chain_case(d, "names-outside", name, outside);
	chain_case(d, "issuer-names-broken", broken, absent);
}

static void
weak_authority(struct diffcases *d)
{
	EVP_PKEY *key = forge_key_new(d->f, "RSA-1024");
	struct forge_cert ca = forge_cert_ca(
	    key, "C=US,ST=WA,O=Example,CN=Sub", d->ca.cert[2], forge_key(d->f, "ca"));
	struct forge_chain c = d->ca;
	struct forge_cert leaf;

	c.cert[1] = forge_cert(d->f, &ca);
	leaf = forge_cert_leaf(
	    forge_key(d->f, "p256"), "C=US,ST=WA,O=Example,CN=Signer", c.cert[1], key);
	c.key = leaf.key;
	c.cert[0] = forge_cert(d->f, &leaf);
	mkdiff_both(d, "chain-ca-rsa-1024", (struct diffcase){ 0 },
	    (struct forge_envelope){ .signer = &c });
}

/* --- tokens ------------------------------------------------------------------------------------------- */

static struct bytes
attribute(struct diffcases *d, const char *oid, struct bytes values)
{
	return forge_der(d->f, 0x30, 2, forge_der_oid(d->f, oid), one(d, 0x31, values));
}

static void
tokens(struct diffcases *d)
{
	struct bytes value = BYTES_LIT("\x04\x01x"), yes = BYTES_LIT("\x01\x01\xff");
	struct bytes oid = forge_der_oid(d->f, "1.2.3.4");
	struct bytes when = BYTES_LIT("\x17\x0d" "240201000000Z");
	struct bytes plain = one(d, 0xa1, forge_der(d->f, 0x30, 2, oid, value));
	struct bytes critical = one(d, 0xa1, forge_der(d->f, 0x30, 3, oid, yes, value));
	struct bytes single = attribute(d, "1.2.3.4", value);
	const struct {
		const char *name;
		struct forge_token token;
	} rows[] = {
		{ "extension", { .info_extra = plain } },
		{ "extension-critical", { .info_extra = critical } },
		{ "field-unknown", { .info_extra = one(d, 0xa2, value) } },
		{ "accuracy-999", { .millis = 999, .micros = 999 } },
		{ "accuracy-1000", { .millis = 1000 } },
		{ "accuracy-micros-1000", { .micros = 1000 } },
		{ "fraction", { .time = "2024-02-01T00:00:00.25Z" } },
		{ "fraction-0", { .time = "2024-02-01T00:00:00.50Z" } },
		{ "attribute", { .attrs_extra = single } },
		{ "attribute-twice", { .attrs_extra = joined(d->f, single, single, none) } },
		{ "signing-time-values", { .attrs_extra = attribute(d, "1.2.840.113549.1.9.5",
					       joined(d->f, when, when, none)) } },
		{ "policy-large", { .policy = "2.25.2147483648" } },
		{ "attribute-large", { .attrs_extra = attribute(d, "1.2.2147483648", value) } },
		{ "imprint-md5", { .imprint_hash = "MD5" } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct forge_token token = rows[i].token;

		token.tsa = &d->tsa;
		mkdiff_both(d, mkdiff_text(d, "token-", rows[i].name),
		    (struct diffcase){ .stores = "'ca:root','tsa:root'" },
		    (struct forge_envelope){ .token = &token });
	}
}

void
mkdiff_strict(struct diffcases *d)
{
	octets(d);
	headers(d);
	times(d);
	subjects(d);
	extensions(d);
	weak_authority(d);
	tokens(d);
}
