/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation lists and files of them: every form that is refused, and where. */
#include <stdio.h>

#include "crypto/crl.h"
#include "tests/lib/deredit.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

/* BYTES_LIT for a static table. */
#define OCT(lit)                                                                         \
	{                                                                                \
		(const uint8_t *)(lit), sizeof(lit) - 1                                  \
	}

static const struct bytes none = { NULL, 0 };
static struct kit k;
static struct forge_chain pki; /* leaf, issuing CA, root */
static EVP_PKEY *ca_key;
static uint64_t offset; /* of the last refusal */

static const char *const urls[] = { "http://crl.example/a.crl",
	"http://crl.example/b.crl", NULL };

static enum reason
parse(struct bytes der)
{
	struct err err;
	struct crl c;

	if (crl_parse(&c, k.mem, der, k.hasher, &k.limits, NULL, &err) == 0)
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

	is_reason(parse(der), REASON_NONE, "the list that is edited");
	for (size_t i = 0; i < COUNT(edits); i++) {
		const struct edit *e = &edits[i];

		bad = der_edit(k.mem, der, e->path, e->with);
		if (!is_reason(parse(bad), REASON_CRL_MALFORMED, "%s", e->name))
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

	is_reason(parse(none), REASON_CRL_MALFORMED, "nothing");
	for (size_t i = 0; i < der.len; i++)
		if (parse(bytes_of(der.ptr, i)) != REASON_CRL_MALFORMED)
			ok(false, "cut after %zu", i);
	ok(true, "cut anywhere");
	spec.extra = two;
	spec.extra_count = 1;
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "number twice");
	spec.no_number = true;
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_NONE, "and once");
	two[0] = two[1];
	spec.extra_count = 2;
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED,
	    "an unknown extension twice");
	spec = plain();
	spec.trailer = BYTES_LIT("\x30\x00");
	der = forge_crl(k.forge, &spec);
	is_reason(parse(der), REASON_CRL_MALFORMED, "bytes behind the list");
	is_u64(offset, der.len - 2, "its place");
	spec = plain();
	spec.inner_hash = "SHA384";
	is_reason(
	    parse(forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "two algorithms");
	spec = plain();
	spec.version1 = true;
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED,
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
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_NONE, "64 extensions");
	spec.extra_count = 63;
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "65");
	for (size_t i = 0; i < 32; i++)
		many[i] = urls[0];
	spec = plain();
	spec.freshest = many;
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_NONE, "32 URLs");
	many[32] = urls[0];
	is_reason(parse(forge_crl(k.forge, &spec)), REASON_CRL_MALFORMED, "33");
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

int
main(void)
{
	kit_open(&k);
	ca_key = forge_key(k.forge, "ca-sub");
	pki = forge_chain(k.forge, forge_key(k.forge, "p256"), "Example");
	refused();
	refused_whole();
	floods();
	files();
	kit_close(&k);
	return tap_done();
}
