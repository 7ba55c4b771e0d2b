/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: identities as policies write them, the match with a subject, and text for
 * people.
 */
#include "crypto/dn.h"
#include "tests/lib/deredit.h"
#include "tests/lib/kit.h"
#include "tests/lib/tap.h"

static struct kit k;

static const struct {
	const char *text;
	const char *want; /* "type|value;..." or NULL: refused */
} parse_rows[] = {
	{ "C=US,ST=WA,O=Example", "C|US;ST|WA;O|Example;" },
	{ "C=US, ST=WA , O = Example Inc ", "C|US;ST|WA;O|Example Inc;" },
	{ "C=US;ST=WA;O=Example", "C|US;ST|WA;O|Example;" },
	{ "C=US,S=WA,O=Example", "C|US;ST|WA;O|Example;" },
	{ "C=US,ST=WA,O=a\\,b", "C|US;ST|WA;O|a,b;" },
	{ "C=US,ST=WA,O=a\\;b\\+c\\=d\\\\e", "C|US;ST|WA;O|a;b+c=d\\e;" },
	{ "C=US,ST=WA,O=\\\"a\\\" \\<b\\>", "C|US;ST|WA;O|\"a\" <b>;" },
	{ "C=US,ST=WA,O=\"a\" <b>", "C|US;ST|WA;O|\"a\" <b>;" },
	{ "C=US,ST=WA,O=M\\c3\\bcller", "C|US;ST|WA;O|M\xc3\xbcller;" },
	{ "C=US,ST=WA,O=M\\C3\\BCller", "C|US;ST|WA;O|M\xc3\xbcller;" },
	{ "C=US,ST=WA,O=a=b", "C|US;ST|WA;O|a=b;" },
	{ "C=US,ST=WA,O=a  b", "C|US;ST|WA;O|a  b;" },
	{ "C=US,ST=WA,O=a\\ ", "C|US;ST|WA;O|a ;" },
	{ "C=US,ST=WA,O=a\\  ", "C|US;ST|WA;O|a ;" },
	{ "C=US,ST=WA,O=\\ a", "C|US;ST|WA;O| a;" },
	{ "C=US,ST=WA,O=\\#a", "C|US;ST|WA;O|#a;" },
	{ "C=US,ST=WA,O=x,1.2.3.4=y", "C|US;ST|WA;O|x;1.2.3.4|y;" },
	{ "", NULL },
	{ "C=US,ST=WA", NULL },
	{ "C=US,O=x", NULL },
	{ "ST=WA,O=x", NULL },
	{ "c=US,ST=WA,O=x", NULL },
	{ "C=US,ST=WA,O=", NULL },
	{ "C=US,ST=WA,O=x,CN=", NULL },
	{ "C=US,ST=WA,O=x,CN= ", NULL },
	{ "C=US,ST=WA,O=x,", NULL },
	{ ",C=US,ST=WA,O=x", NULL },
	{ "C=US,,ST=WA,O=x", NULL },
	{ "C=US,ST=WA,O", NULL },
	{ "C=US,ST=WA,=x", NULL },
	{ "C=US,ST=WA,O=x+CN=y", NULL },
	{ "C=US,ST=WA,O=x,O=y", NULL },
	{ "C=US,ST=WA,S=WA,O=x", NULL },
	{ "C=US,ST=WA,O=#0c0178", NULL },
	{ "C=US,ST=WA,O=a=#b", NULL },
	{ "C=US,ST=WA,O=a\\", NULL },
	{ "C=US,ST=WA,O=a\\x", NULL },
	{ "C=US,ST=WA,O=a\\c", NULL },
	{ "C=US,ST=WA,O=a\\00b", NULL },
	{ "C=US,ST=WA,O=a\\ff", NULL },
	{ "C=US,ST=WA,O\\=x=y", NULL },
	{ "C=US,ST=WA,O x=y", NULL },
};

static void
test_parse(void)
{
	struct str shown;
	struct err err;
	struct dn dn;

	for (size_t i = 0; i < COUNT(parse_rows); i++) {
		if (dn_parse(&dn, k.mem, str_of(parse_rows[i].text), NULL, &err) != 0) {
			is_reason(err.reason,
			    parse_rows[i].want == NULL ? REASON_POLICY_IDENTITY
						       : REASON_NONE,
			    "refuse %s", parse_rows[i].text);
			continue;
		}
		shown = STR("");
		for (size_t n = 0; n < dn.count; n++)
			shown = arena_printf(k.mem, "%.*s%.*s|%.*s;", STR_ARG(shown),
			    STR_ARG(dn.attrs[n].type), STR_ARG(dn.attrs[n].value));
		is_str(shown, parse_rows[i].want, "parse %s", parse_rows[i].text);
	}
}

static const struct cert *
leaf(const char *subject)
{
	struct forge_cert spec = forge_cert_leaf(
	    forge_key(k.forge, "p256"), subject, (struct bytes){ NULL, 0 }, NULL);
	const struct cert *c = NULL;

	is_reason(
	    kit_cert(&k, &c, forge_cert(k.forge, &spec)), REASON_NONE, "%s", subject);
	return c;
}

static void
test_match(void)
{
	static const struct {
		const char *wanted;
		bool yes;
	} rows[] = {
		{ "C=US,ST=WA,O=Example", true },
		{ "O=Example,S=WA,C=US", true },
		{ "C=US,ST=WA,O=Example,CN=Signer", true },
		{ "C=US,ST=WA,O=Example,CN=signer", false },
		{ "C=US,ST=WA,O=Example ,CN=Signer", true },
		{ "C=US,ST=WA,O=Example,OU=x", false },
		{ "C=US,ST=WA,O=Exampl", false },
		{ "C=US,ST=WA,O=Example,L=Seattle", true },
		{ "C=US,ST=WA,O=Example,L=Seattle,CN=Signer,OU=y", false },
	};
	const struct cert *c = leaf("C=US,ST=WA,L=Seattle,O=Example,CN=Signer");
	struct dn have, wanted;
	struct err err;

	ok(dn_of_subject(&have, k.mem, c, NULL, &err) == 0, "subject");
	is_u64(have.count, 5, "five attributes");
	for (size_t i = 0; i < COUNT(rows); i++)
		ok(dn_parse(&wanted, k.mem, str_of(rows[i].wanted), NULL, &err) == 0 &&
			dn_within(&wanted, &have) == rows[i].yes,
		    "%s %s", rows[i].wanted, rows[i].yes ? "matches" : "does not match");
	wanted.count = 0;
	ok(!dn_within(&wanted, &have), "no attributes match nothing");
}

/*
 * Subjects that OpenSSL would not make: the value of CN replaced in a certificate's DER.
 * Some it does not even read; those end as cert.not-der, before any identity is asked
 * for.
 */
static enum reason
subject_reason(const char *subject, const char *value, size_t len)
{
	const struct cert *c = leaf(subject);
	struct bytes der = cert_info(c)->der;
	struct err err = { .reason = REASON_NONE };
	struct dn dn;

	if (value != NULL)
		der = der_edit(k.mem, der, "0.5.3.0.1", bytes_of(value, len));
	if (kit_cert(&k, &c, der) != REASON_NONE)
		return REASON_CERT_NOT_DER;
	return dn_of_subject(&dn, k.mem, c, NULL, &err) == 0 ? REASON_NONE : err.reason;
}

static void
test_subjects(void)
{
	static const struct {
		const char *name, *subject, *value;
		size_t len;
		enum reason want;
	} rows[] = {
		{ "X17 sibling: UTF8String", "C=US,ST=WA,O=E,CN=x", "\x0c\x02\xc3\xbc", 4,
		    REASON_NONE },
		{ "X17 sibling: PrintableString", "C=US,ST=WA,O=E,CN=x", "\x13\x01x", 3,
		    REASON_NONE },
		{ "X17 sibling: IA5String", "C=US,ST=WA,O=E,CN=x", "\x16\x01@", 3,
		    REASON_NONE },
		{ "X17 sibling: T61String", "C=US,ST=WA,O=E,CN=x", "\x14\x01x", 3,
		    REASON_NONE },
		{ "X17 sibling: BMPString", "C=US,ST=WA,O=E,CN=x", "\x1e\x02\x20\xac", 4,
		    REASON_NONE },
		{ "X17 sibling: multi-valued, two types", "C=US,ST=WA+O=E,CN=x", NULL, 0,
		    REASON_NONE },
		{ "bad_X17_nul", "C=US,ST=WA,O=E,CN=x",
		    "\x0c\x03"
		    "a\0b",
		    5, REASON_IDENTITY_MALFORMED },
		{ "bad_X17_nul_in_bmp", "C=US,ST=WA,O=E,CN=x", "\x1e\x04\0a\0\0", 6,
		    REASON_IDENTITY_MALFORMED },
		{ "bad_X17_nul_in_ia5", "C=US,ST=WA,O=E,CN=x",
		    "\x16\x03"
		    "a\0b",
		    5, REASON_IDENTITY_MALFORMED },
		{ "bad_X17_invalid_utf8", "C=US,ST=WA,O=E,CN=x", "\x0c\x02\xc3\x28", 4,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_surrogate", "C=US,ST=WA,O=E,CN=x", "\x1e\x02\xd8\x00", 4,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_half_character", "C=US,ST=WA,O=E,CN=x", "\x1e\x01\x61", 3,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_universal_string", "C=US,ST=WA,O=E,CN=x", "\x1c\x04\0\0\0a", 6,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_octet_string", "C=US,ST=WA,O=E,CN=x", "\x04\x01x", 3,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_ia5_beyond_ascii", "C=US,ST=WA,O=E,CN=x", "\x16\x01\xe9", 3,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_t61_beyond_ascii", "C=US,ST=WA,O=E,CN=x", "\x14\x01\xe9", 3,
		    REASON_IDENTITY_MALFORMED },
		{ "bad_X17_printable_with_at", "C=US,ST=WA,O=E,CN=x", "\x13\x01@", 3,
		    REASON_CERT_NOT_DER },
		{ "bad_X17_equals_hash", "C=US,ST=WA,O=E,CN=x",
		    "\x0c\x04"
		    "a=#b",
		    6, REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "X17 sibling: hash alone", "C=US,ST=WA,O=E,CN=x", "\x0c\x03#ab", 5,
		    REASON_NONE },
		{ "bad_X17_type_twice", "C=US,ST=WA,O=E,CN=x,CN=y", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "bad_X17_type_twice_in_one_rdn", "C=US,ST=WA,O=E,OU=x+OU=y", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "bad_X17_email", "C=US,ST=WA,O=E,emailAddress=a@b", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "bad_X17_domain_component", "C=US,ST=WA,O=E,DC=x", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "bad_X17_no_country", "ST=WA,O=E,CN=x", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "bad_X17_no_state", "C=US,O=E,CN=x", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
		{ "bad_X17_no_organization", "C=US,ST=WA,CN=x", NULL, 0,
		    REASON_IDENTITY_SUBJECT_UNSUPPORTED },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		is_reason(subject_reason(rows[i].subject, rows[i].value, rows[i].len),
		    rows[i].want, "%s", rows[i].name);
}

static void
test_text(void)
{
	static const struct {
		const char *subject, *want;
	} rows[] = {
		{ "C=US,ST=WA,L=Seattle,O=Notary,CN=testcert7",
		    "CN=testcert7,O=Notary,L=Seattle,ST=WA,C=US" },
		{ "C=US,O=M,OU=America,OU=ESN,CN=TSA",
		    "CN=TSA,OU=America+OU=ESN,O=M,C=US" },
		{ "C=US,O=a\\,b", "O=a\\,b,C=US" },
		{ "C=US+O=x,CN=y", "CN=y,O=x+C=US" },
		{ "emailAddress=a@b,DC=org", "DC=org,1.2.840.113549.1.9.1=#1603614062" },
	};
	static const struct {
		const char *value, *want;
		size_t len;
	} odd[] = {
		{ "\x0c\x03"
		  "a\nb",
		    "CN=a\\0ab,O=E,ST=WA,C=US", 5 },
		{ "\x0c\x03"
		  "\x1b[m",
		    "CN=\\1b[m,O=E,ST=WA,C=US", 5 },
		{ "\x0c\x04"
		  " #a ",
		    "CN=\\ #a\\ ,O=E,ST=WA,C=US", 6 },
		{ "\x0c\x02#a", "CN=\\#a,O=E,ST=WA,C=US", 4 },
		{ "\x0c\x03\xe2\x80\xae", "CN=\\e2\\80\\ae,O=E,ST=WA,C=US", 5 },
		{ "\x0c\x03"
		  "a\0b",
		    "CN=#0c03610062,O=E,ST=WA,C=US", 5 },
		{ "\x0c\x01\xff", "CN=#0c01ff,O=E,ST=WA,C=US", 3 },
		{ "\x0c\x02\xc3\xbc", "CN=\xc3\xbc,O=E,ST=WA,C=US", 4 },
		{ "\x0c\x00", "CN=,O=E,ST=WA,C=US", 2 },
	};
	struct bytes name;

	for (size_t i = 0; i < COUNT(rows); i++)
		is_str(cert_subject_text(leaf(rows[i].subject)), rows[i].want, "%s",
		    rows[i].want);
	name = cert_info(leaf("C=US,ST=WA,O=E,CN=x"))->subject_der;
	for (size_t i = 0; i < COUNT(odd); i++)
		is_str(dn_text(k.mem, der_edit(k.mem, name, "3.0.1",
					  bytes_of(odd[i].value, odd[i].len))),
		    odd[i].want, "%s", odd[i].want);
	is_str(dn_text(k.mem, BYTES_LIT("\x30\x00")), "", "empty name");
	is_str(dn_text(k.mem, BYTES_LIT("\x30\x01")), "#3001", "what is no name");
}

int
main(void)
{
	kit_open(&k);
	test_parse();
	test_match();
	test_subjects();
	test_text();
	kit_close(&k);
	return tap_done();
}
