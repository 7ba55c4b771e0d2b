/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes by chance, of the kinds that readers were seen to differ about: fields of headers, extended
 * headers with records, members beside the good ones, blocks. Few at a time, so that many samples
 * are still accepted.
 */
#include <stdio.h>

#include "tests/tools/mkarchives.h"

#define EVIL BYTES_LIT("{\"schemaVersion\":2,\"manifests\":[]}")

/* splitmix64: the same numbers everywhere */
static uint64_t
next(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static size_t
below(struct chance *c, size_t n)
{
	return (size_t)(next(c) % n);
}

static bool
one_in(struct chance *c, size_t n)
{
	return below(c, n) == 0;
}

#define PICK(c, list) ((list)[below(c, COUNT(list))])
#define LIT(text) { (const uint8_t *)(text), sizeof(text) - 1 }

static struct bytes
joined(struct archive *a, struct bytes x, struct bytes y)
{
	uint8_t *out = arena_alloc(&a->mem, x.len + y.len + 1);

	if (x.len > 0)
		memcpy(out, x.ptr, x.len);
	if (y.len > 0)
		memcpy(out + x.len, y.ptr, y.len);
	return bytes_of(out, x.len + y.len);
}

static struct bytes
some_member(struct archive *a, struct chance *c)
{
	return part_name(&a->parts.v[below(c, a->parts.n)]);
}

static struct bytes
some_name(struct archive *a, struct chance *c)
{
	static const struct bytes names[] = { LIT("index.json"), LIT("./index.json"),
		LIT("oci-layout"), LIT("blobs"), LIT("blobs/"), LIT("blobs/sha256"),
		LIT("blobs/sha256/"), LIT("."), LIT("./"), LIT("README"), LIT("a/b/c"),
		LIT("dir/"), LIT("dir//"), LIT("dir"), LIT("Z"), LIT("._x"), LIT("__MACOSX/x"),
		LIT(".DS_Store"), LIT("manifest.json"), LIT("index.json/"), LIT("Index.json"),
		LIT("BLOBS/x"), LIT("index.json "), LIT(" index.json"), LIT("caf\xc3\xa9"),
		LIT("a\\b"), LIT("-x"), LIT("..x"), LIT("x/..y"), LIT("blobs//sha256/y"), LIT(""),
		LIT("/abs"), LIT("../x"), LIT("a/./b"), LIT("repositories"), LIT("a\nb") };
	static const struct bytes ends[] = { LIT("/"), LIT("/x"), LIT(" "), LIT("\n") };

	switch (below(c, 8)) {
	case 0:
	case 1:
		return some_member(a, c);
	case 2:
		return joined(a, some_member(a, c), PICK(c, ends));
	case 3:
		return joined(a, BYTES_LIT("./"), some_member(a, c));
	default:
		return PICK(c, names);
	}
}

/* A number as it is written in some of many ways, right and wrong. */
static struct bytes
some_number(struct archive *a, struct chance *c, size_t len)
{
	static const uint64_t values[] = { 0, 1, 5, 0644, 0100644, 0777777, 34, UINT32_MAX,
		UINT64_C(1) << 32, (UINT64_C(1) << 33) - 1, UINT64_C(1) << 40,
		UINT64_C(1) << 62 };
	static const struct bytes odd[] = { LIT("-1"), LIT("+1"), LIT("0x1"), LIT("1_0"),
		LIT("0o1"), LIT("8"), LIT("1 2"), LIT("7\0" "7"), LIT("\t7"), LIT("7\t"),
		LIT("\0" "0000001"), LIT("rw-r--r") };
	unsigned long long v = PICK(c, values);
	uint8_t *out = arena_alloc(&a->mem, 64);
	char text[64];

	memset(out, 0, 64);
	switch (below(c, 9)) {
	case 0:
		snprintf(text, sizeof(text), "%0*llo", (int)len - 1, v);
		break;
	case 1:
		snprintf(text, sizeof(text), "%0*llo", (int)len, v);
		break;
	case 2:
		snprintf(text, sizeof(text), "%*llo ", (int)len - 1, v);
		break;
	case 3:
		snprintf(text, sizeof(text), "%-*llo", (int)len, v);
		break;
	case 4:
		memset(out, ' ', len);
		return bytes_of(out, len);
	case 5:
		return bytes_of(out, len);
	case 6:
		return PICK(c, odd);
	default:
		out[0] = one_in(c, 2) ? 0x80 : 0xff;
		for (size_t i = 1; i < len; i++)
			out[i] = i + 8 < len ? (out[0] == 0xff ? 0xff : 0)
					     : (uint8_t)(v >> 8 * (len - 1 - i));
		return bytes_of(out, len);
	}
	memcpy(out, text, strlen(text));
	return bytes_of(out, len);
}

static void
change_field(struct archive *a, struct part *p, struct chance *c)
{
	static const struct {
		size_t at, len;
		char kind;
	} fields[] = { { 0, 100, 's' }, { 100, 8, 'n' }, { 108, 8, 'n' }, { 116, 8, 'n' },
		{ 124, 12, 'n' }, { 136, 12, 'n' }, { 156, 1, 't' }, { 157, 100, 's' },
		{ 257, 8, 'm' }, { 265, 32, 's' }, { 297, 32, 's' }, { 329, 8, 'n' },
		{ 337, 8, 'n' }, { 345, 155, 's' }, { 500, 12, 's' } };
	static const char types[] = "\0" "01234567ADEKLMNSVXgx a";
	static const struct bytes magics[] = { LIT("ustar\0" "00"), LIT("ustar  \0"),
		LIT("\0\0\0\0\0\0\0\0"), LIT("ustar\0" "  "), LIT("ustar\0\0\0"),
		LIT("USTAR\0" "00"), LIT("ustar\0" "01") };
	size_t i = below(c, COUNT(fields));
	struct bytes value = { NULL, 0 };

	switch (fields[i].kind) {
	case 'n':
		value = some_number(a, c, fields[i].len);
		break;
	case 's':
		value = some_name(a, c);
		if (one_in(c, 5))
			value = joined(a, value, BYTES_LIT("\0x"));
		break;
	case 't':
		p->head[156] = (uint8_t)types[below(c, sizeof(types) - 1)];
		return;
	default:
		value = PICK(c, magics);
	}
	part_field(p, fields[i].at, fields[i].len, value);
}

static struct bytes
some_value(struct archive *a, struct chance *c, struct bytes key)
{
	static const struct bytes numbers[] = { LIT("0"), LIT("5"), LIT("1.5"), LIT("-1"),
		LIT("-1.5"), LIT("1e5"), LIT("nan"), LIT("inf"), LIT("1."), LIT(".5"), LIT(""),
		LIT("99999999999"), LIT("1000000000000"), LIT("+1"), LIT("05"), LIT("1_0"),
		LIT("4294967295"), LIT("4294967296"), LIT("x"), LIT("34") };
	static const struct bytes texts[] = { LIT("1"), LIT("x"), LIT("eA=="), LIT("a\nb"),
		LIT("19 path=index.json\n"), LIT("a\0b"), LIT("BINARY"), LIT(""),
		LIT("user::rwx,group::r-x,other::r-x") };

	if (bytes_equal(key, BYTES_LIT("path")) || bytes_equal(key, BYTES_LIT("linkpath")))
		return some_name(a, c);
	return key.len <= 5 && !bytes_equal(key, BYTES_LIT("uname")) ? PICK(c, numbers)
								      : PICK(c, texts);
}

static struct bytes
some_records(struct archive *a, struct chance *c)
{
	static const struct bytes keys[] = { LIT("path"), LIT("linkpath"), LIT("size"),
		LIT("mtime"), LIT("atime"), LIT("ctime"), LIT("uid"), LIT("gid"), LIT("uname"),
		LIT("gname"), LIT("comment"), LIT("hdrcharset"), LIT("charset"),
		LIT("SCHILY.xattr.user.x"), LIT("SCHILY.xattr.user.a b"),
		LIT("LIBARCHIVE.creationtime"), LIT("SCHILY.dev"), LIT("SCHILY.nlink"),
		LIT("SCHILY.acl.access"), LIT("SCHILY.realsize"), LIT("GNU.sparse.major"),
		LIT("GNU.sparse.name"), LIT("GNU.sparse.map"), LIT("GNU.dumpdir"),
		LIT("GNU.volume.filename"), LIT("VENDOR.x"), LIT("PATH"), LIT("foo"),
		LIT("SUN.holesdata") };
	static const struct bytes befores[] = { LIT(""), LIT(""), LIT(""), LIT(""), LIT(" "),
		LIT("\t") };
	static const struct bytes behinds[] = { LIT(""), LIT(""), LIT(""), LIT(""), LIT(""),
		LIT(" "), LIT("\0") };
	struct bytes out = { NULL, 0 };

	for (size_t n = 1 + below(c, 3); n > 0; n--) {
		struct bytes bare = PICK(c, keys);
		struct bytes key = joined(a, PICK(c, befores), joined(a, bare, PICK(c, behinds)));
		struct bytes record = part_record(a, key, some_value(a, c, bare));

		if (one_in(c, 30))
			record.len--;
		if (one_in(c, 30))
			record = joined(a, BYTES_LIT("0"), record);
		out = joined(a, out, record);
	}
	return out;
}

static struct part
some_extended(struct archive *a, struct chance *c)
{
	static const char types[] = "xxxgLK";
	static const char *const magics[] = { MAGIC_OF_USTAR, MAGIC_OF_GNU, MAGIC_OF_V7 };
	char type = types[below(c, sizeof(types) - 1)];
	struct bytes data = type == 'x' || type == 'g'
				? some_records(a, c)
				: joined(a, some_name(a, c), BYTES_LIT("\0"));
	struct part p;

	if (type == 'L' && one_in(c, 5))
		data.len--;
	p = part_of(a, type, "PaxHeaders/x", PICK(c, magics), data);
	if (one_in(c, 8))
		p.data = part_padded(
		    a, joined(a, data, part_record(a, BYTES_LIT("path"), some_name(a, c))));
	return p;
}

static struct part
some_part(struct archive *a, struct chance *c)
{
	static const char types[] = "000\0" "51236LSVZ7";
	static const char *const magics[] = { MAGIC_OF_USTAR, MAGIC_OF_USTAR, MAGIC_OF_GNU,
		MAGIC_OF_V7 };
	static const struct bytes prefixes[] = { LIT(""), LIT(""), LIT(""), LIT("pre"),
		LIT("blobs"), LIT("blobs/sha256") };
	char type = types[below(c, sizeof(types) - 1)];
	bool holds = strchr("0SVZ7", type) != NULL;
	struct bytes data = { NULL, 0 };
	struct part p;

	if (holds && one_in(c, 2))
		data = EVIL;
	else if (holds && one_in(c, 2))
		data = a->parts.v[below(c, a->parts.n)].data;
	p = part_of(a, type, "", PICK(c, magics), data);
	part_field(&p, 0, 100, some_name(a, c));
	part_field(&p, 345, 155, PICK(c, prefixes));
	if (type == '1' || type == '2')
		part_field(&p, 157, 100, some_name(a, c));
	return p;
}

/* The same name, in an extended header or a prefix, or spelled otherwise. */
static void
move_name(struct archive *a, size_t at, struct chance *c)
{
	static const struct bytes shorts[] = { LIT("x"), LIT("x/"), LIT("index.json"), LIT("") };
	static const struct bytes befores[] = { LIT("./"), LIT(".//"), LIT("w/"), LIT("./w//") };
	struct part *p = &a->parts.v[at];
	struct bytes name = arena_bytes(&a->mem, part_name(p));
	const uint8_t *slash = name.len == 0 ? NULL : memchr(name.ptr, '/', name.len);

	switch (below(c, 4)) {
	case 0:
		part_field(p, 0, 100, PICK(c, shorts));
		archive_insert(a, at, part_of(a, 'L', "././@LongLink", MAGIC_OF_GNU,
					  joined(a, name, BYTES_LIT("\0"))));
		return;
	case 1:
		part_field(p, 0, 100, PICK(c, shorts));
		archive_insert(a, at, part_of(a, 'x', "PaxHeaders/x", MAGIC_OF_USTAR,
					  part_record(a, BYTES_LIT("path"), name)));
		return;
	case 2:
		if (slash == NULL)
			return;
		part_field(p, 0, 100,
		    bytes_of(slash + 1, name.len - (size_t)(slash + 1 - name.ptr)));
		part_field(p, 345, 155, bytes_of(name.ptr, (size_t)(slash - name.ptr)));
		return;
	default:
		part_field(p, 0, 100, joined(a, PICK(c, befores), name));
	}
}

static void
change_blocks(struct archive *a, size_t at, struct chance *c)
{
	static const size_t ends[] = { 0, 512, 1000, 1024, 1025, 1536, 10240 };
	static const uint8_t zeros[10240];
	struct part copy = a->parts.v[at];

	switch (below(c, 5)) {
	case 0:
		archive_insert(a, below(c, a->parts.n + 1), copy);
		return;
	case 1:
		if (a->parts.n > 1)
			archive_remove(a, at);
		return;
	case 2:
		buf_reset(&a->tail);
		buf_add(&a->tail, bytes_of(zeros, PICK(c, ends)));
		return;
	case 3:
		a->parts.v[at].keep_sum = true;
		a->parts.v[at].head[below(c, 512)] ^= (uint8_t)(1U << below(c, 8));
		return;
	default:
		a->parts.v[at].head[below(c, 512)] = (uint8_t)next(c);
	}
}

/* The whole archive in another format, which is no fault. */
static void
change_format(struct archive *a, struct chance *c)
{
	size_t format = below(c, 4);

	for (size_t i = 0; i < a->parts.n; i++) {
		struct part *p = &a->parts.v[i];

		if (format == 1)
			part_field(p, 257, 8, bytes_of(MAGIC_OF_GNU, 8));
		else if (format == 2)
			part_field(p, 257, 255, bytes_of(MAGIC_OF_V7, 8));
		else if (format == 3 && one_in(c, 3))
			p->head[156] = '\0';
	}
}

void
archive_mutate(struct archive *a, struct chance *c)
{
	change_format(a, c);
	for (size_t n = 1 + below(c, 6) / 4; n > 0; n--) {
		size_t at = below(c, a->parts.n);

		switch (below(c, 10)) {
		case 0:
		case 1:
		case 2:
			change_field(a, &a->parts.v[at], c);
			break;
		case 3:
		case 4:
			archive_insert(a, below(c, a->parts.n), some_extended(a, c));
			break;
		case 5:
		case 6:
			archive_insert(a, below(c, a->parts.n + 1), some_part(a, c));
			break;
		case 7:
		case 8:
			move_name(a, at, c);
			break;
		default:
			change_blocks(a, at, c);
		}
	}
}
