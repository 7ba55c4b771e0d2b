/* SPDX-License-Identifier: Apache-2.0 */
/* Names of members, taken apart: where in an export they lie. */
#include "input/member.h"

#include "codec/text.h"

#define PART_MOST ((size_t)255)

static bool
has_control(struct bytes raw)
{
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] < 0x20 || raw.ptr[i] == 0x7f)
			return true;
	return false;
}

static bool
is_ascii(struct bytes raw)
{
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] >= 0x80)
			return false;
	return true;
}

/* Longer parts fit into no file system. */
static bool
has_long_part(struct bytes raw)
{
	size_t len = 0;

	for (size_t i = 0; i < raw.len && len <= PART_MOST; i++)
		len = raw.ptr[i] == '/' ? 0 : len + 1;
	return len > PART_MOST;
}

static bool
part_is(struct bytes part, const char *name)
{
	return bytes_equal(part, bytes_of(name, strlen(name)));
}

static bool
is_litter(struct bytes part, bool first)
{
	return bytes_starts(part, BYTES_LIT("._")) || part_is(part, ".DS_Store") ||
	       (first && part_is(part, "__MACOSX"));
}

static void
add_part(struct member_path *p, struct buf *text, struct bytes part)
{
	if (p->count > 0)
		buf_u8(text, '/');
	buf_add(text, part);
	if (p->count < MEMBER_PARTS)
		p->part[p->count] = bytes_of(text->ptr + text->len - part.len, part.len);
	p->count++;
}

static struct bytes
take_part(struct bytes *rest)
{
	const uint8_t *slash = memchr(rest->ptr, '/', rest->len);
	size_t n = slash == NULL ? rest->len : (size_t)(slash - rest->ptr);
	struct bytes part = { rest->ptr, n };

	rest->ptr += slash == NULL ? n : n + 1;
	rest->len -= slash == NULL ? n : n + 1;
	return part;
}

enum member_name
member_parse(struct member_path *out, struct buf *text, struct bytes raw, bool folder,
    const struct limits *limits)
{
	struct member_path p = { .ascii = is_ascii(raw) };
	struct bytes rest = raw, part;
	bool litter = false;

	if (raw.len > limits->v[LIMIT_NAME_BYTES] || has_control(raw) ||
	    has_long_part(raw) || !text_is_utf8(raw))
		return MEMBER_BAD;
	if (raw.len == 0 || raw.ptr[0] == '/' || (!folder && raw.ptr[raw.len - 1] == '/'))
		return MEMBER_ESCAPES;
	/* Never grows while views of it are made. */
	text->max = text->max < raw.len ? raw.len : text->max;
	buf_reset(text);
	buf_add(text, raw);
	buf_reset(text);
	while (rest.len > 0) {
		part = take_part(&rest);
		if (part.len == 0 || (p.count == 0 && part_is(part, ".")))
			continue;
		if (part_is(part, "..") || part_is(part, "."))
			return MEMBER_ESCAPES;
		litter = litter || is_litter(part, p.count == 0);
		add_part(&p, text, part);
	}
	p.text = buf_bytes(text);
	*out = p;
	if (p.count == 0)
		return folder ? MEMBER_TOP : MEMBER_ESCAPES;
	return litter ? MEMBER_LITTER : MEMBER_OK;
}

bool
member_blob(struct digest *out, size_t *depth, const struct member_path *p)
{
	struct str alg, hex;
	size_t d = p->count - 3;

	if (p->count < 3 || d > MEMBER_WRAPS || !member_part_is(p, d, "blobs") ||
	    !p->ascii)
		return false;
	alg = (struct str){ (const char *)p->part[d + 1].ptr, p->part[d + 1].len };
	hex = (struct str){ (const char *)p->part[d + 2].ptr, p->part[d + 2].len };
	*depth = d;
	return digest_from_parts(out, alg, hex, NULL, NULL) == 0;
}
