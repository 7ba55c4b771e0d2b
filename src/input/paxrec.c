/* SPDX-License-Identifier: Apache-2.0 */
#include "input/paxrec.h"

#include "base/num.h"

/* "LEN KEY=VALUE\n"; LEN counts all of it. */
static int
take_record(struct str *key, struct bytes *value, struct cursor *c,
    const struct where *at, struct err *err)
{
	struct bytes left = { c->in.ptr + c->pos, c->in.len - c->pos }, rec;
	struct str text = { (const char *)left.ptr, left.len };
	size_t blank = str_find(text, ' '), equals;
	uint64_t len;

	if (blank == text.len || !num_parse(&len, str_upto(text, blank)))
		return err_set(
		    err, REASON_TAR_PAX_MALFORMED, at, "pax record without a length");
	if (len > left.len || len < blank + 4)
		return err_set(err, REASON_TAR_PAX_MALFORMED, at,
		    "pax record of %llu octets, %zu left", (unsigned long long)len,
		    left.len);
	rec = cursor_take(c, (size_t)len);
	if (rec.ptr[rec.len - 1] != '\n')
		return err_set(
		    err, REASON_TAR_PAX_MALFORMED, at, "pax record without line end");
	text = (struct str){ (const char *)rec.ptr + blank + 1, rec.len - blank - 2 };
	equals = str_find(text, '=');
	if (equals == 0 || equals == text.len)
		return err_set(
		    err, REASON_TAR_PAX_MALFORMED, at, "pax record without a key");
	*key = str_upto(text, equals);
	if (memchr(key->ptr, '\0', key->len) != NULL)
		return err_set(err, REASON_TAR_PAX_MALFORMED, at, "NUL in a pax key");
	*value = str_bytes(str_from(text, equals + 1));
	return 0;
}

static int
take_name(struct bytes *out, struct bytes value, const struct where *at, struct err *err)
{
	if (out->ptr != NULL)
		return err_set(
		    err, REASON_TAR_AMBIGUOUS, at, "pax header names a member twice");
	/* An empty value would take the name away again: readers differ. */
	if (value.len == 0)
		return err_set(
		    err, REASON_TAR_PAX_MALFORMED, at, "empty name in a pax header");
	/* libarchive 3.6.2 cuts the name here, others do not. */
	if (memchr(value.ptr, '\0', value.len) != NULL)
		return err_set(err, REASON_TAR_BAD_NAME, at, "NUL in a member name");
	*out = value;
	return 0;
}

static int
take_size(struct paxrec *out, struct bytes value, const struct where *at, struct err *err)
{
	struct str text = { (const char *)value.ptr, value.len };

	if (out->has_size)
		return err_set(
		    err, REASON_TAR_AMBIGUOUS, at, "pax header gives two sizes");
	if (!num_parse(&out->size, text) || out->size > INT64_MAX)
		return err_set(
		    err, REASON_TAR_BAD_SIZE, at, "size in a pax header is no number");
	out->has_size = true;
	return 0;
}

static bool
is_sparse_key(struct str key)
{
	return str_starts(key, STR("GNU.sparse")) || str_is(key, "SCHILY.realsize") ||
	       str_is(key, "SUN.holesdata");
}

static bool
is_ascii(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i] >= 0x80)
			return false;
	return true;
}

int
paxrec_parse(struct paxrec *out, struct bytes header, bool global, const struct where *at,
    struct err *err)
{
	struct cursor c = cursor_of(header);
	struct paxrec rec = { 0 };
	struct bytes value = { 0 };
	struct str key = { 0 };
	int status = 0;

	if (header.len == 0)
		return err_set(err, REASON_TAR_PAX_MALFORMED, at, "pax header is empty");
	while (cursor_left(&c) > 0 && status == 0) {
		if (take_record(&key, &value, &c, at, err) != 0)
			return -1;
		if (is_sparse_key(key))
			status = err_set(err, REASON_TAR_SPARSE, at, "sparse member");
		else if (str_is(key, "path"))
			status = take_name(&rec.path, value, at, err);
		else if (str_is(key, "linkpath"))
			status = take_name(&rec.link, value, at, err);
		else if (str_is(key, "size"))
			status = take_size(&rec, value, at, err);
		else if (str_is(key, "uname") || str_is(key, "gname"))
			rec.foreign_owner = rec.foreign_owner || !is_ascii(value);
	}
	if (status != 0)
		return -1;
	if (global && (rec.path.ptr != NULL || rec.link.ptr != NULL || rec.has_size))
		return err_set(err, REASON_TAR_AMBIGUOUS, at,
		    "global pax header names or sizes all members");
	*out = rec;
	return 0;
}
