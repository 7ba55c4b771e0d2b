/* SPDX-License-Identifier: Apache-2.0 */
/* Surgery on DER: one value changed, the lengths around it kept right. */
#include "tests/lib/deredit.h"

#include <stdio.h>
#include <stdlib.h>

static void
die(const char *what, const char *path)
{
	printf("Bail out! der: %s at \"%s\"\n", what, path);
	exit(99);
}

/* Length of the header of the value at p; *len is that of the content. */
static size_t
head(size_t *len, struct bytes in)
{
	size_t n;

	if (in.len < 2)
		die("no value", "");
	*len = in.ptr[1];
	if (*len < 0x80)
		return 2;
	n = *len & 0x7f;
	*len = 0;
	for (size_t i = 0; i < n; i++)
		*len = *len << 8 | in.ptr[2 + i];
	return 2 + n;
}

struct bytes
der_content(struct bytes value)
{
	size_t len, at = head(&len, value);

	return bytes_of(value.ptr + at, len);
}

static struct bytes
child(struct bytes in, unsigned long number, const char *path)
{
	struct bytes rest = der_content(in);
	size_t len, at;

	for (;; number--) {
		if (rest.len == 0)
			die("nothing", path);
		at = head(&len, rest);
		if (at + len > rest.len)
			die("broken frame", path);
		if (number == 0)
			return bytes_of(rest.ptr, at + len);
		rest = bytes_of(rest.ptr + at + len, rest.len - at - len);
	}
}

struct bytes
der_at(struct bytes der, const char *path)
{
	char *end;

	for (const char *p = path; *p != '\0'; p = *end == '.' ? end + 1 : end)
		der = child(der, strtoul(p, &end, 10), path);
	return der;
}

struct bytes
der_make(struct arena *mem, uint8_t tag, struct bytes content)
{
	uint8_t *out = arena_alloc(mem, content.len + 6);
	size_t n = 0;

	out[n++] = tag;
	if (content.len < 0x80) {
		out[n++] = (uint8_t)content.len;
	} else {
		size_t octets = content.len < 0x100 ? 1 : content.len < 0x10000 ? 2 : 3;

		out[n++] = (uint8_t)(0x80 | octets);
		while (octets-- > 0)
			out[n++] = (uint8_t)(content.len >> (8 * octets));
	}
	if (content.len > 0)
		memcpy(out + n, content.ptr, content.len);
	return bytes_of(out, n + content.len);
}

struct bytes
der_join(struct arena *mem, struct bytes a, struct bytes b)
{
	uint8_t *out = arena_alloc(mem, a.len + b.len + 1);

	if (a.len > 0)
		memcpy(out, a.ptr, a.len);
	if (b.len > 0)
		memcpy(out + a.len, b.ptr, b.len);
	return bytes_of(out, a.len + b.len);
}

/* The content of `in` with the part `old` (a view of it) replaced. */
static struct bytes
splice(struct arena *mem, struct bytes in, struct bytes old, struct bytes with)
{
	struct bytes content = der_content(in);
	size_t before = (size_t)(old.ptr - content.ptr),
	       after = content.len - before - old.len;
	struct bytes left = der_join(mem, bytes_of(content.ptr, before), with);

	return der_join(mem, left, bytes_of(old.ptr + old.len, after));
}

struct bytes
der_edit(struct arena *mem, struct bytes der, const char *path, struct bytes with)
{
	char above[128];
	const char *dot;
	struct bytes parent;

	if (path[0] == '\0')
		return with;
	for (;;) {
		dot = strrchr(path, '.');
		snprintf(above, sizeof(above), "%.*s",
		    dot == NULL ? 0 : (int)(dot - path), path);
		parent = der_at(der, above);
		with = der_make(
		    mem, parent.ptr[0], splice(mem, parent, der_at(der, path), with));
		if (dot == NULL)
			return with;
		path = arena_str(mem, str_of(above)).ptr;
	}
}

struct bytes
der_add(struct arena *mem, struct bytes der, const char *path, struct bytes with)
{
	return der_edit(mem, der, path, der_join(mem, der_at(der, path), with));
}

struct bytes
der_fill(struct arena *mem, struct bytes der, const char *path, struct bytes content)
{
	return der_edit(mem, der, path, der_make(mem, der_at(der, path).ptr[0], content));
}
