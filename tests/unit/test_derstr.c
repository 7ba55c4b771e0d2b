/* SPDX-License-Identifier: Apache-2.0 */
/* String types of names, and the grammars of hosts, mailboxes and URIs. */
#include "codec/derstr.h"

#include "tests/lib/tap.h"

static const struct {
	uint8_t tag;
	const char *text;
	size_t len;
	bool fine;
	size_t at;
} strings[] = {
	{ 0x0c, "a\xc3\xa4\xf0\x9f\x98\x80", 7, true, 0 },
	{ 0x0c, "a\xc3", 2, false, 1 },
	{ 0x0c, "ab\xed\xa0\x80", 5, false, 2 },
	{ 0x0c, "", 0, true, 0 },
	{ 0x12, "12 3", 4, true, 0 },
	{ 0x12, "12a", 3, false, 2 },
	{ 0x13, "Aa0 '()+,-./:=?*&", 17, true, 0 },
	{ 0x13, "a_b", 3, false, 1 },
	{ 0x13, "a@b", 3, false, 1 },
	{ 0x13, "a\0b", 3, false, 1 },
	{ 0x13, "a\xe4", 2, false, 1 },
	{ 0x14, "a\xe4_", 3, true, 0 },
	{ 0x16, "a_\x7f", 3, true, 0 },
	{ 0x16, "abc\x80", 4, false, 3 },
	{ 0x1e, "\0a\x20\xac", 4, true, 0 },
	{ 0x1e, "\0a\0", 3, false, 3 },
	{ 0x1e, "\0a\xd8\x00", 4, false, 2 },
	{ 0x1e, "\xff\xfe", 2, false, 0 },
	{ 0x1e, "\xfd\xd0", 2, false, 0 },
	{ 0x1e, "\0a\0\0", 4, true, 0 },
	{ 0x1c, "\0\0\0a", 4, false, 0 },
	{ 0x1a, "a", 1, false, 0 },
	{ 0x03, "\0a", 2, false, 0 },
};

static void
test_strings(void)
{
	struct der d = { 0 };
	size_t at;

	for (size_t i = 0; i < COUNT(strings); i++) {
		d.tag = strings[i].tag;
		d.content = bytes_of(strings[i].text, strings[i].len);
		ok(derstr_ok(&d, &at) == strings[i].fine &&
			(strings[i].fine || at == strings[i].at),
		    "type %02x, row %zu", strings[i].tag, i);
	}
	ok(derstr_name(0x13) != NULL && derstr_name(0x1c) == NULL &&
		derstr_name(0x03) == NULL,
	    "UniversalString and BIT STRING are no types of names");
}

static const struct {
	const char *text;
	bool name, base; /* as a name, as the base of a constraint */
} domains[] = {
	{ "", true, true },
	{ "a", true, true },
	{ "a.b", true, true },
	{ "*.a_b", true, true },
	{ ".a", false, true },
	{ ".", false, false },
	{ "..a", false, false },
	{ "a.", false, false },
	{ "a..b", false, false },
	{ "a b", false, false },
	{ "a\x7f", false, false },
};

static const struct {
	const char *text;
	bool fine;
} mailboxes[] = { { "a@b", true }, { "a.b+c@d.e", true }, { "", false }, { "a", false },
	{ "@b", false }, { "a@", false }, { ".a@b", false }, { "a.@b", false },
	{ "a..b@c", false }, { "a@b@c", true }, { "a@.b", false }, { "a@b.", false },
	{ "a b@c", false }, { "\"a\"@b", false }, { "a\\@b", false } };

static const struct {
	const char *text, *host;
	bool fine;
} uris[] = {
	{ "http://example.com/a%20b?c#d", "example.com", true },
	{ "HTTP://u:p@example.com:80", "example.com:80", true },
	{ "http://[::1]:80/", "[::1]:80", true },
	{ "http://[fe80::1%25en0]/", "[fe80::1%25en0]", true },
	{ "http://[::ffff:1.2.3.4]/", "[::ffff:1.2.3.4]", true },
	{ "spiffe://a/b", "a", true },
	{ "urn:uuid:%zz", "", true },
	{ "mailto:a@b", "", true },
	{ "//a", "a", true },
	{ "a/b:c", "", true },
	{ "", "", true },
	{ "http:///a", "", true },
	{ "http://a/b c", "a", true },
	{ "http://a?%zz", "a", true },
	{ "http://[bad", "", false },
	{ "http://[1.2.3.4]/", "", false },
	{ "http://[]/", "", false },
	{ "http://[fe80::1%25]/", "", false },
	{ "http://[::1]x/", "", false },
	{ "http://a[::1]/", "", false },
	{ "http://a:1:2/", "", false },
	{ "http://a:b/", "", false },
	{ "http://a b/", "", false },
	{ "http://a./", "", false },
	{ "http://.a/", "", false },
	{ "http://a..b/", "", false },
	{ "http://a%2/", "", false },
	{ "http://u%2@a/", "", false },
	{ "http://u p@a/", "", false },
	{ "http://a/%2", "", false },
	{ "http://a#%z", "", false },
	{ ":a", "", false },
	{ "1:a", "", false },
	{ "a:b", "", true },
	{ "%zz", "", false },
	{ "http://a\n", "", false },
	{ "http://\xc3\xa4/", "", false },
};

int
main(void)
{
	test_strings();
	for (size_t i = 0; i < COUNT(domains); i++)
		ok(derstr_domain(str_of(domains[i].text), false) == domains[i].name &&
			derstr_domain(str_of(domains[i].text), true) == domains[i].base,
		    "domain \"%s\"", domains[i].text);
	for (size_t i = 0; i < COUNT(mailboxes); i++)
		ok(derstr_mailbox(str_of(mailboxes[i].text)) == mailboxes[i].fine,
		    "mailbox \"%s\"", mailboxes[i].text);
	for (size_t i = 0; i < COUNT(uris); i++)
		ok(derstr_uri(str_of(uris[i].text)) == uris[i].fine &&
			(!uris[i].fine ||
			    str_is(derstr_uri_host(str_of(uris[i].text)), uris[i].host)),
		    "URI row %zu", i);
	ok(derstr_address(STR("1.2.3.4")) && derstr_address(STR("::1")) &&
		!derstr_address(STR("1.2.3")) && !derstr_address(STR("a.b")) &&
		!derstr_address(STR("")),
	    "addresses");
	return tap_done();
}
