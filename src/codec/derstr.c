/* SPDX-License-Identifier: Apache-2.0 */
/* What the string types of names may hold, and the grammars of hosts, mailboxes and URIs. */
#include "codec/derstr.h"

#include <arpa/inet.h>

#include "base/utf8.h"

enum { DER_NUMERIC_STRING = 0x12, ADDRESS_MOST = 64 };

const char *
derstr_name(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
		return "UTF8String";
	case DER_NUMERIC_STRING:
		return "NumericString";
	case DER_PRINTABLE_STRING:
		return "PrintableString";
	case DER_T61_STRING:
		return "T61String";
	case DER_IA5_STRING:
		return "IA5String";
	case DER_BMP_STRING:
		return "BMPString";
	default:
		return NULL;
	}
}

static bool
is_alnum(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* X.680 section 41.4, and the two that certificates hold all the same. */
static bool
is_printable(uint8_t c)
{
	return is_alnum(c) || (c != '\0' && strchr(" '()+,-./:=?*&", c) != NULL);
}

static bool
is_numeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || c == ' ';
}

static bool
is_ia5(uint8_t c)
{
	return c < 0x80;
}

static bool
all(struct bytes text, bool (*may)(uint8_t), size_t *at)
{
	for (size_t i = 0; i < text.len; i++)
		if (!may(text.ptr[i])) {
			*at = i;
			return false;
		}
	return true;
}

/* UCS-2: no surrogates, none of the code points that are no characters; a NUL may end it. */
static bool
bmp_ok(struct bytes text, size_t *at)
{
	unsigned point;

	*at = text.len;
	if (text.len % 2 != 0)
		return false;
	for (size_t i = 0; i < text.len; i += 2) {
		point = (unsigned)text.ptr[i] << 8 | text.ptr[i + 1];
		if (point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) ||
		    (point >= 0xd800 && point <= 0xdfff)) {
			*at = i;
			return false;
		}
	}
	return true;
}

static bool
utf8_ok(struct bytes text, size_t *at)
{
	uint32_t point;
	size_t n;

	for (size_t i = 0; i < text.len; i += n) {
		n = utf8_next(&point, text.ptr + i, text.len - i);
		if (n == 0) {
			*at = i;
			return false;
		}
	}
	return true;
}

bool
derstr_ok(const struct der *d, size_t *at)
{
	*at = 0;
	switch (d->tag) {
	case DER_UTF8_STRING:
		return utf8_ok(d->content, at);
	case DER_NUMERIC_STRING:
		return all(d->content, is_numeric, at);
	case DER_PRINTABLE_STRING:
		return all(d->content, is_printable, at);
	case DER_T61_STRING:
		return true;
	case DER_IA5_STRING:
		return all(d->content, is_ia5, at);
	case DER_BMP_STRING:
		return bmp_ok(d->content, at);
	default:
		return false;
	}
}

bool
derstr_ia5(struct bytes text, size_t *at)
{
	return all(text, is_ia5, at);
}

bool
derstr_domain(struct str text, bool constraint)
{
	size_t label = 0;

	if (text.len == 0)
		return true;
	for (size_t i = constraint && text.ptr[0] == '.' ? 1 : 0; i < text.len; i++) {
		if (text.ptr[i] < '!' || text.ptr[i] > '~')
			return false;
		if (text.ptr[i] == '.' && label == 0)
			return false;
		label = text.ptr[i] == '.' ? 0 : label + 1;
	}
	return label > 0;
}

bool
derstr_mailbox(struct str text)
{
	size_t at = str_find(text, '@');

	if (at == 0 || at + 1 >= text.len || text.ptr[0] == '.' ||
	    text.ptr[at - 1] == '.')
		return false;
	for (size_t i = 0; i < at; i++) {
		if (!is_alnum((uint8_t)text.ptr[i]) &&
		    (text.ptr[i] == '\0' ||
			strchr("!#$%&'*+-/=?^_`{|}~.", text.ptr[i]) == NULL))
			return false;
		if (text.ptr[i] == '.' && text.ptr[i + 1] == '.')
			return false;
	}
	return derstr_domain(str_from(text, at + 1), false);
}

static bool
address_of(int family, struct str text)
{
	struct in6_addr ignored;
	char copy[ADDRESS_MOST];

	if (text.len >= sizeof(copy) || memchr(text.ptr, '\0', text.len) != NULL)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return inet_pton(family, copy, &ignored) == 1;
}

bool
derstr_address(struct str text)
{
	return text.len > 0 && (address_of(AF_INET, text) || address_of(AF_INET6, text));
}

/* --- URIs (RFC 3986) --- */

struct uri { /* parts of a URI reference; an absent host is not an empty one */
	struct str scheme, user, host, path, query, fragment;
	bool has_host;
};

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Section 2.1: two hexadecimal digits behind each percent sign. */
static bool
escapes_ok(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '%' && (text.len - i < 3 || !is_hex(text.ptr[i + 1]) ||
					      !is_hex(text.ptr[i + 2])))
			return false;
	return true;
}

/* alnum, or one of `marks` */
static bool
made_of(struct str text, const char *marks)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_alnum((uint8_t)text.ptr[i]) && strchr(marks, text.ptr[i]) == NULL)
			return false;
	return true;
}

/* Section 3.1. Length of the scheme; 0: none. */
static size_t
scheme_length(struct str text)
{
	size_t n = str_find(text, ':');

	if (n == text.len || n == 0 || !made_of(str_upto(text, n), "+-.") ||
	    (uint8_t)(text.ptr[0] | 0x20) < 'a')
		return 0;
	return n;
}

static void
cut(struct str *front, struct str *behind, struct str text, char c)
{
	size_t n = str_find(text, c);

	*front = str_upto(text, n);
	*behind = str_from(text, n + 1);
}

static size_t
find_last(struct str text, char c)
{
	size_t n = text.len;

	while (n > 0 && text.ptr[n - 1] != c)
		n--;
	return n == 0 ? text.len : n - 1;
}

static void
uri_split(struct uri *u, struct str text)
{
	struct str rest, authority;
	size_t n;

	*u = (struct uri){ .has_host = false };
	cut(&rest, &u->fragment, text, '#');
	n = scheme_length(rest);
	if (n > 0) {
		u->scheme = str_upto(rest, n);
		rest = str_from(rest, n + 1);
	}
	cut(&u->path, &u->query, rest, '?');
	if (!str_starts(u->path, STR("//")))
		return;
	u->has_host = true;
	authority = str_from(u->path, 2);
	u->path = str_from(authority, str_find(authority, '/'));
	authority.len -= u->path.len;
	n = find_last(authority, '@');
	u->user = n == authority.len ? STR("") : str_upto(authority, n);
	u->host = n == authority.len ? authority : str_from(authority, n + 1);
}

/* ":" and digits, or nothing. */
static bool
port_ok(struct str port)
{
	if (port.len == 0)
		return true;
	for (size_t i = 1; i < port.len; i++)
		if (port.ptr[i] < '0' || port.ptr[i] > '9')
			return false;
	return port.ptr[0] == ':';
}

/* Section 3.2.2 and RFC 6874: an IPv6 address, a zone behind "%25". */
static bool
literal_ok(struct str host)
{
	size_t end = find_last(host, ']'), address;
	struct str inside, zone;

	if (end == host.len || !port_ok(str_from(host, end + 1)))
		return false;
	inside = str_from(str_upto(host, end), 1);
	address = str_find(inside, '%');
	zone = str_from(inside, address);
	if (zone.len > 0 && (!str_starts(zone, STR("%25")) || zone.len == 3 ||
				!made_of(str_from(zone, 3), "-._~")))
		return false;
	return address != 0 && address_of(AF_INET6, str_upto(inside, address));
}

static bool
host_ok(struct str host)
{
	size_t colon = str_find(host, ':');

	if (!derstr_domain(host, false))
		return false;
	if (str_starts(host, STR("[")))
		return literal_ok(host);
	return made_of(str_upto(host, colon), "-._~!$&'()*+,;=") &&
	       port_ok(str_from(host, colon));
}

bool
derstr_uri(struct str text)
{
	struct uri u;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] > '~')
			return false;
	uri_split(&u, text);
	if (!escapes_ok(u.fragment))
		return false;
	/* Section 3: what has a scheme and no "/" behind it is not looked into. */
	if (u.scheme.len > 0 && !u.has_host && !str_starts(u.path, STR("/")))
		return true;
	/* Section 4.2: a colon in the first segment of a relative path would be a scheme. */
	if (u.scheme.len == 0 && !u.has_host &&
	    str_find(u.path, ':') < str_find(u.path, '/'))
		return false;
	return host_ok(u.host) && made_of(u.user, "-._:~!$&'()*+,;=%@") &&
	       escapes_ok(u.user) && escapes_ok(u.path);
}

struct str
derstr_uri_host(struct str uri)
{
	struct uri u;

	uri_split(&u, uri);
	return u.host;
}
