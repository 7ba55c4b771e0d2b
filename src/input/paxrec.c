/* SPDX-License-Identifier: Apache-2.0 */
/* Records of pax headers, by the strict grammar. */
#include "input/paxrec.h"

#include "base/defs.h"
#include "base/num.h"

/* What readers know by its key (POSIX.1-2001, pax "Extended Header Keywords"). */
enum key { KEY_PATH, KEY_LINK, KEY_SIZE, KEY_TIME, KEY_ID, KEY_OWNER, KEY_OTHER };

static const struct known {
	const char *name;
	enum key key;
} known[] = {
	{ "path", KEY_PATH },
	{ "linkpath", KEY_LINK },
	{ "size", KEY_SIZE },
	{ "atime", KEY_TIME },
	{ "ctime", KEY_TIME },
	{ "mtime", KEY_TIME },
	{ "uid", KEY_ID },
	{ "gid", KEY_ID },
	{ "uname", KEY_OWNER },
	{ "gname", KEY_OWNER },
};

struct reading {
	struct paxrec rec;
	uint32_t seen; /* bits of `known` */
	const struct where *at;
	struct err *err;
};

static int
malformed(const struct reading *r, const char *text)
{
	return err_set(r->err, REASON_TAR_PAX_MALFORMED, r->at, "%s", text);
}

/*
 * GNU tar passes over blanks before a keyword, so one with blanks is another word for it than
 * for the others. Within the names of extended attributes blanks may stand.
 */
static bool
is_keyword(struct str key)
{
	if (key.len == 0 || key.ptr[0] == ' ' || key.ptr[key.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < key.len; i++)
		if ((uint8_t)key.ptr[i] < 0x20 || key.ptr[i] == 0x7f)
			return false;
	return true;
}

/* "LEN KEY=VALUE\n"; LEN counts all of it. */
static int
take_record(struct str *key, struct bytes *value, struct cursor *c, struct reading *r)
{
	struct bytes left = { c->in.ptr + c->pos, c->in.len - c->pos }, rec;
	struct str text = { (const char *)left.ptr, left.len };
	size_t blank = str_find(text, ' '), equals;
	uint64_t len;

	if (blank == text.len || !num_parse(&len, str_upto(text, blank)))
		return malformed(r, "pax record without a length");
	if (len > left.len || len < blank + 4)
		return err_set(r->err, REASON_TAR_PAX_MALFORMED, r->at,
		    "pax record of %llu octets, %zu left", (unsigned long long)len,
		    left.len);
	rec = cursor_take(c, (size_t)len);
	if (rec.ptr[rec.len - 1] != '\n')
		return malformed(r, "pax record without line end");
	text = (struct str){ (const char *)rec.ptr + blank + 1, rec.len - blank - 2 };
	equals = str_find(text, '=');
	if (equals == 0 || equals == text.len)
		return malformed(r, "pax record without a key");
	*key = str_upto(text, equals);
	if (!is_keyword(*key))
		return malformed(r, "blanks or control octets around a pax key");
	*value = str_bytes(str_from(text, equals + 1));
	return 0;
}

static int
take_name(struct bytes *out, struct bytes value, struct reading *r)
{
	/* An empty value would take the name away again: readers differ. */
	if (value.len == 0)
		return malformed(r, "empty name in a pax header");
	/* libarchive 3.6.2 cuts the name here, others do not. */
	if (memchr(value.ptr, '\0', value.len) != NULL)
		return err_set(
		    r->err, REASON_TAR_BAD_NAME, r->at, "NUL in a member name");
	*out = value;
	return 0;
}

static int
take_size(struct bytes value, struct reading *r)
{
	struct str text = { (const char *)value.ptr, value.len };

	if (!num_parse(&r->rec.size, text) || r->rec.size > INT64_MAX)
		return err_set(r->err, REASON_TAR_BAD_SIZE, r->at,
		    "size in a pax header is no number");
	r->rec.has_size = true;
	return 0;
}

/* Seconds since 1970, perhaps negative, perhaps with a fraction; twelve digits are enough. */
static bool
is_time(struct bytes v)
{
	size_t i = v.len > 0 && v.ptr[0] == '-', digits = 0;

	for (; i < v.len && v.ptr[i] >= '0' && v.ptr[i] <= '9'; i++)
		digits++;
	if (digits == 0 || digits > 12)
		return false;
	if (i == v.len)
		return true;
	if (v.ptr[i++] != '.' || i == v.len)
		return false;
	while (i < v.len && v.ptr[i] >= '0' && v.ptr[i] <= '9')
		i++;
	return i == v.len;
}

static bool
is_id(struct bytes v)
{
	uint64_t n;

	return num_parse(&n, (struct str){ (const char *)v.ptr, v.len }) &&
	       n <= UINT32_MAX;
}

/* Keys by which GNU tar and others unpack something else than the data. */
static int
check_vendor(struct str key, struct reading *r)
{
	if (str_starts(key, STR("GNU.sparse")) || str_is(key, "SCHILY.realsize") ||
	    str_is(key, "SUN.holesdata"))
		return err_set(r->err, REASON_TAR_SPARSE, r->at, "sparse member");
	if (str_starts(key, STR("GNU.")))
		return err_set(r->err, REASON_TAR_AMBIGUOUS, r->at,
		    "pax record that only GNU tar knows");
	return 0;
}

static bool
is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i] >= 0x80)
			return false;
	return true;
}

/* Python's tarfile and Go's archive/tar stop at a value that they cannot take. */
static int
take_value(enum key key, struct bytes value, struct reading *r)
{
	switch (key) {
	case KEY_PATH:
		return take_name(&r->rec.path, value, r);
	case KEY_LINK:
		return take_name(&r->rec.link, value, r);
	case KEY_SIZE:
		return take_size(value, r);
	case KEY_TIME:
		return is_time(value) ? 0 : malformed(r, "time in a pax header");
	case KEY_ID:
		return is_id(value) ? 0 : malformed(r, "owner in a pax header");
	case KEY_OWNER:
		if (value.len > 0 && memchr(value.ptr, '\0', value.len) != NULL)
			return malformed(r, "NUL in the name of an owner");
		r->rec.foreign_owner = r->rec.foreign_owner || !is_ascii(value);
		return 0;
	case KEY_OTHER:
		break;
	}
	return 0;
}

static int
take(struct str key, struct bytes value, struct reading *r)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		if (!str_is(key, known[i].name))
			continue;
		if (r->seen & UINT32_C(1) << i)
			return err_set(r->err, REASON_TAR_AMBIGUOUS, r->at,
			    "pax header says %s twice", known[i].name);
		r->seen |= UINT32_C(1) << i;
		return take_value(known[i].key, value, r);
	}
	return check_vendor(key, r);
}

int
paxrec_parse(struct paxrec *out, struct bytes header, bool global, const struct where *at,
    struct err *err)
{
	struct cursor c = cursor_of(header);
	struct reading r = { .at = at, .err = err };
	struct bytes value = { 0 };
	struct str key = { 0 };

	if (header.len == 0)
		return malformed(&r, "pax header is empty");
	while (cursor_left(&c) > 0)
		if (take_record(&key, &value, &c, &r) != 0 || take(key, value, &r) != 0)
			return -1;
	if (global && (r.rec.path.ptr != NULL || r.rec.link.ptr != NULL || r.rec.has_size))
		return err_set(err, REASON_TAR_AMBIGUOUS, at,
		    "global pax header names or sizes all members");
	*out = r.rec;
	return 0;
}
