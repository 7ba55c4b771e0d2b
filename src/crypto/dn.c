/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distinguished names: identities as policies write them, subjects as certificates hold
 * them.
 */
#include "crypto/dn.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "codec/der.h"
#include "codec/text.h"

enum { ATTRS_MOST = 64, TEXT_MOST = 1 << 20 };

static const struct dn_type {
	const char *oid, *name;
	bool matched; /* may be used in a trusted identity */
} types[] = {
	{ "\x55\x04\x06", "C", true },
	{ "\x55\x04\x0a", "O", true },
	{ "\x55\x04\x0b", "OU", true },
	{ "\x55\x04\x03", "CN", true },
	{ "\x55\x04\x05", "SERIALNUMBER", true },
	{ "\x55\x04\x07", "L", true },
	{ "\x55\x04\x08", "ST", true },
	{ "\x55\x04\x09", "STREET", true },
	{ "\x55\x04\x11", "POSTALCODE", true },
	{ "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC", false },
	{ "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID", false },
};

static const struct dn_type *
type_of(struct bytes oid)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (bytes_equal(oid, bytes_of(types[i].oid, strlen(types[i].oid))))
			return &types[i];
	return NULL;
}

static struct str
dn_value(const struct dn *dn, const char *type)
{
	for (size_t i = 0; i < dn->count; i++)
		if (str_is(dn->attrs[i].type, type))
			return dn->attrs[i].value;
	return STR_NONE;
}

/*
 * The Notary Project trust policy demands country, state and organisation on both sides.
 */
static const char *
dn_lacks(const struct dn *dn)
{
	static const char *const wanted[] = { "C", "ST", "O" };

	for (size_t i = 0; i < COUNT(wanted); i++)
		if (dn_value(dn, wanted[i]).len == 0)
			return wanted[i];
	return NULL;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What stands after a backslash (RFC 4514 section 2.4); 0 if nothing that may. */
static size_t
unescape(char *out, struct str rest)
{
	int high, low;

	if (rest.len >= 1 && memchr(" \"#+,;<=>\\", rest.ptr[0], 10) != NULL) {
		*out = rest.ptr[0];
		return 1;
	}
	if (rest.len < 2)
		return 0;
	high = hex_digit(rest.ptr[0]);
	low = hex_digit(rest.ptr[1]);
	if (high < 0 || low < 0)
		return 0;
	*out = (char)(high << 4 | low);
	return 2;
}

/* Plain spaces at both ends go; an escaped one at the end stays. */
static bool
value_decode(struct str *out, struct arena *mem, struct str raw)
{
	char *text = arena_alloc(mem, raw.len + 1), c;
	size_t len = 0, keep = 0, n;

	while (raw.len > 0 && raw.ptr[0] == ' ')
		raw = str_from(raw, 1);
	for (size_t i = 0; i < raw.len; i += n) {
		c = raw.ptr[i];
		n = 1;
		if (c == '\\') {
			n = unescape(&c, str_from(raw, i + 1));
			if (n++ == 0)
				return false;
			keep = len + 1;
		} else if (c != ' ') {
			keep = len + 1;
		}
		text[len++] = c;
	}
	return keep > 0 && text_check(out, bytes_of(text, keep));
}

/* RFC 4514 section 3: descr or numericoid. */
static bool
type_decode(struct str *out, struct str raw)
{
	char c;

	while (raw.len > 0 && raw.ptr[0] == ' ')
		raw = str_from(raw, 1);
	while (raw.len > 0 && raw.ptr[raw.len - 1] == ' ')
		raw.len--;
	for (size_t i = 0; i < raw.len; i++) {
		c = raw.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.' || c == '-'))
			return false;
	}
	*out = str_is(raw, "S") ? STR("ST") : raw;
	return raw.len > 0;
}

/*
 * Where the part ends that begins at `pos`: an unescaped separator, or the end of the
 * text.
 */
static size_t
part_end(struct str text, size_t pos)
{
	while (pos < text.len && memchr(",;+", text.ptr[pos], 3) == NULL)
		pos += text.ptr[pos] == '\\' && pos + 1 < text.len ? 2 : 1;
	return pos;
}

int
dn_parse(struct dn *out, struct arena *mem, struct str text, const struct where *at,
    struct err *err)
{
	struct dn dn = { arena_array(mem, ATTRS_MOST, sizeof(struct dn_attr)), 0 };
	size_t pos = 0, end, equals;
	struct dn_attr attr;
	const char *lacks;
	struct str part;

	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.ptr[i] == '=' && text.ptr[i + 1] == '#')
			return err_set(
			    err, REASON_POLICY_IDENTITY, at, "identity contains \"=#\"");
	for (bool more = true; more; pos = end + 1) {
		end = part_end(text, pos);
		more = end < text.len;
		if (more && text.ptr[end] == '+')
			return err_set(err, REASON_POLICY_IDENTITY, at,
			    "identity has a multi-valued RDN");
		part = str_upto(str_from(text, pos), end - pos);
		equals = str_find(part, '=');
		if (equals == part.len ||
		    !type_decode(&attr.type, str_upto(part, equals)))
			return err_set(err, REASON_POLICY_IDENTITY, at,
			    "identity has a part without attribute type");
		if (!value_decode(&attr.value, mem, str_from(part, equals + 1)))
			return err_set(err, REASON_POLICY_IDENTITY, at,
			    "value of %.*s is empty or malformed", STR_ARG(attr.type));
		for (size_t i = 0; i < dn.count; i++)
			if (str_equal(dn.attrs[i].type, attr.type))
				return err_set(err, REASON_POLICY_IDENTITY, at,
				    "attribute %.*s stands twice", STR_ARG(attr.type));
		if (dn.count == ATTRS_MOST)
			return err_set(
			    err, REASON_POLICY_IDENTITY, at, "too many attributes");
		dn.attrs[dn.count++] = attr;
	}
	lacks = dn_lacks(&dn);
	if (lacks != NULL)
		return err_set(
		    err, REASON_POLICY_IDENTITY, at, "attribute %s is missing", lacks);
	*out = dn;
	return 0;
}

/* X.680 section 41.4, and * and &, which certificates in the field use. */
static bool
printable(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr(" '()+,-./:=?*&", c) != NULL);
}

static void
put_utf8(struct buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		buf_u8(out, (uint8_t)cp);
	} else if (cp < 0x800) {
		buf_u8(out, (uint8_t)(0xc0 | cp >> 6));
		buf_u8(out, (uint8_t)(0x80 | (cp & 0x3f)));
	} else {
		buf_u8(out, (uint8_t)(0xe0 | cp >> 12));
		buf_u8(out, (uint8_t)(0x80 | (cp >> 6 & 0x3f)));
		buf_u8(out, (uint8_t)(0x80 | (cp & 0x3f)));
	}
}

/* BMPString: two octets each, the basic plane only, so surrogates are refused. */
static bool
bmp_decode(struct str *out, struct arena *mem, struct bytes v)
{
	AUTO(buf_clear) struct buf text = { .max = TEXT_MOST };
	uint32_t cp;

	if (v.len % 2 != 0)
		return false;
	for (size_t i = 0; i < v.len; i += 2) {
		cp = (uint32_t)v.ptr[i] << 8 | v.ptr[i + 1];
		if (cp == 0 || (cp >= 0xd800 && cp <= 0xdfff))
			return false;
		put_utf8(&text, cp);
	}
	if (text.full)
		return false;
	*out = arena_str(
	    mem, (struct str){ text.len == 0 ? "" : (const char *)text.ptr, text.len });
	return true;
}

/* A DirectoryString or IA5String as UTF-8 without NUL; false for any other type. */
static bool
string_decode(struct str *out, struct arena *mem, const struct der *value)
{
	struct bytes v = value->content;

	switch (value->tag) {
	case DER_UTF8_STRING:
		break;
	case DER_PRINTABLE_STRING:
		for (size_t i = 0; i < v.len; i++)
			if (!printable(v.ptr[i]))
				return false;
		break;
	case DER_T61_STRING: /* beyond ASCII its meaning depends on whom you ask */
	case DER_IA5_STRING:
		for (size_t i = 0; i < v.len; i++)
			if (v.ptr[i] >= 0x80)
				return false;
		break;
	case DER_BMP_STRING:
		return bmp_decode(out, mem, v);
	default:
		return false;
	}
	if (v.len == 0) {
		*out = STR("");
		return true;
	}
	return text_check(out, v);
}

struct attr { /* one attribute of a DER name, in its order */
	struct der oid, value;
	size_t rdn; /* number of its RDN */
};

/* False: malformed, or more attributes than a certificate of ours can have. */
static bool
name_read(struct attr *attrs, size_t *count, struct bytes name)
{
	struct cursor top = cursor_of(name), rdns, set, pair;
	struct der seq, rdn, item;
	size_t rdn_number = 0;

	*count = 0;
	if (!der_take(&seq, &top, DER_STRICT, DER_SEQUENCE) || !der_done(&top))
		return false;
	rdns = der_enter(&top, &seq);
	for (; !der_done(&rdns); rdn_number++) {
		if (!der_take(&rdn, &rdns, DER_STRICT, DER_SET))
			return false;
		set = der_enter(&rdns, &rdn);
		while (!der_done(&set)) {
			if (*count == ATTRS_MOST ||
			    !der_take(&item, &set, DER_STRICT, DER_SEQUENCE))
				return false;
			pair = der_enter(&set, &item);
			if (!der_take(&attrs[*count].oid, &pair, DER_STRICT, DER_OID) ||
			    !der_read(&attrs[*count].value, &pair, DER_STRICT) ||
			    !der_done(&pair))
				return false;
			attrs[(*count)++].rdn = rdn_number;
		}
	}
	return true;
}

static int
subject_add(struct dn *dn, struct arena *mem, const struct attr *a,
    const struct where *at, struct err *err)
{
	const struct dn_type *type = type_of(a->oid.content);
	char oid[192];
	struct str value;

	if (type == NULL || !type->matched) {
		der_oid_text(oid, sizeof(oid), a->oid.content);
		return err_set(err, REASON_IDENTITY_SUBJECT_UNSUPPORTED, at,
		    "subject has attribute %s", oid);
	}
	if (!string_decode(&value, mem, &a->value))
		return err_set(err, REASON_IDENTITY_MALFORMED, at,
		    "value of %s has the wrong string type or characters", type->name);
	if (dn_value(dn, type->name).ptr != NULL)
		return err_set(err, REASON_IDENTITY_SUBJECT_UNSUPPORTED, at,
		    "subject has %s twice", type->name);
	for (size_t i = 0; i + 1 < value.len; i++)
		if (value.ptr[i] == '=' && value.ptr[i + 1] == '#')
			return err_set(err, REASON_IDENTITY_SUBJECT_UNSUPPORTED, at,
			    "value of %s contains \"=#\"", type->name);
	dn->attrs[dn->count++] = (struct dn_attr){ str_of(type->name), value };
	return 0;
}

int
dn_of_subject(struct dn *out, struct arena *mem, const struct cert *c,
    const struct where *at, struct err *err)
{
	struct dn dn = { arena_array(mem, ATTRS_MOST, sizeof(struct dn_attr)), 0 };
	struct attr attrs[ATTRS_MOST];
	const char *lacks;
	size_t count;

	if (!name_read(attrs, &count, cert_info(c)->subject_der))
		return err_set(
		    err, REASON_IDENTITY_MALFORMED, at, "subject is malformed");
	for (size_t i = 0; i < count; i++)
		if (subject_add(&dn, mem, &attrs[i], at, err) != 0)
			return -1;
	lacks = dn_lacks(&dn);
	if (lacks != NULL)
		return err_set(err, REASON_IDENTITY_SUBJECT_UNSUPPORTED, at,
		    "subject lacks %s", lacks);
	*out = dn;
	return 0;
}

bool
dn_within(const struct dn *wanted, const struct dn *have)
{
	struct str value;
	size_t k;

	for (size_t i = 0; i < wanted->count; i++) {
		for (k = 0; k < have->count; k++)
			if (str_equal(have->attrs[k].type, wanted->attrs[i].type))
				break;
		if (k == have->count)
			return false;
		value = have->attrs[k].value;
		if (!str_equal(value, wanted->attrs[i].value))
			return false;
	}
	return wanted->count > 0;
}

static void
put_hex(struct buf *out, const char *before, struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		buf_printf(out, "%s%02x", before, b.ptr[i]);
}

/* RFC 4514 section 2.4; what must not be shown raw goes as \XX, octet by octet. */
static void
put_value(struct buf *out, struct str v)
{
	const uint8_t *p = (const uint8_t *)v.ptr;
	uint32_t cp = 0;
	size_t n;

	for (size_t i = 0; i < v.len; i += n) {
		n = utf8_next(&cp, p + i, v.len - i);
		if (n == 0 || utf8_hidden(cp) || cp < 0x20 || cp == 0x7f) {
			n = n == 0 ? 1 : n;
			put_hex(out, "\\", bytes_of(p + i, n));
			continue;
		}
		if (cp < 0x80 && (strchr("\"+,;<>\\", (int)cp) != NULL ||
				     (i == 0 && (cp == ' ' || cp == '#')) ||
				     (cp == ' ' && i + 1 == v.len)))
			buf_u8(out, '\\');
		buf_add(out, bytes_of(p + i, n));
	}
}

static void
put_attr(struct buf *out, struct arena *mem, const struct attr *a)
{
	const struct dn_type *type = type_of(a->oid.content);
	struct str value;
	char oid[192];

	if (type != NULL && string_decode(&value, mem, &a->value)) {
		buf_printf(out, "%s=", type->name);
		put_value(out, value);
		return;
	}
	if (type != NULL)
		buf_text(out, type->name);
	else if (der_oid_text(oid, sizeof(oid), a->oid.content))
		buf_text(out, oid);
	else
		buf_text(out, "?");
	buf_text(out, "=#");
	put_hex(out, "", a->value.whole);
}

/*
 * Attributes of one RDN, and those of one type, are shown together, where the first one
 * stands.
 */
static void
groups_find(size_t *groups, const struct attr *attrs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		groups[i] = i;
		for (size_t k = 0; k < i && groups[i] == i; k++)
			if (attrs[k].rdn == attrs[i].rdn ||
			    bytes_equal(attrs[k].oid.content, attrs[i].oid.content))
				groups[i] = groups[k];
	}
}

struct str
dn_text(struct arena *mem, struct bytes name_der)
{
	AUTO(buf_clear) struct buf out = { .max = TEXT_MOST };
	struct attr attrs[ATTRS_MOST];
	size_t groups[ATTRS_MOST];
	bool begun;
	size_t count;

	if (!name_read(attrs, &count, name_der)) {
		buf_text(&out, "#");
		put_hex(&out, "", name_der);
		count = 0;
	}
	groups_find(groups, attrs, count);
	for (size_t group = count; group-- > 0;) {
		begun = false;
		for (size_t i = group; i < count; i++) {
			if (groups[i] != group)
				continue;
			if (begun || out.len > 0)
				buf_text(&out, begun ? "+" : ",");
			put_attr(&out, mem, &attrs[i]);
			begun = true;
		}
	}
	return arena_str(
	    mem, (struct str){ out.len == 0 ? "" : (const char *)out.ptr, out.len });
}
