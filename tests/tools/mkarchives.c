/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives for tests/run-archives.sh: a good one, changed at random, or by the rules of which it is
 * known that readers in use differ about them.
 *
 *   mkarchives GOOD.tar FOLDER rules          FOLDER/RULE.tar
 *   mkarchives GOOD.tar FOLDER SEED COUNT     FOLDER/SEED-NUMBER.tar
 */
#include "tests/tools/mkarchives.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "mkarchives: %s\n", what);
	exit(1);
}

static struct bytes
copy_of(struct archive *a, struct bytes data)
{
	return arena_bytes(&a->mem, data);
}

void
archive_read(struct archive *a, struct bytes tar)
{
	*a = (struct archive){ .tail = { .max = (size_t)1 << 20 } };
	arena_init(&a->mem, 0);
	while (tar.len >= 512 && tar.ptr[0] != 0) {
		struct part p = { .data = { NULL, 0 } };
		size_t size;

		memcpy(p.head, tar.ptr, 512);
		size = strtoul((const char *)p.head + 124, NULL, 8);
		size = (size + 511) / 512 * 512;
		must(size <= tar.len - 512, "GOOD.tar is cut");
		p.data = copy_of(a, bytes_of(tar.ptr + 512, size));
		VEC_PUSH(&a->mem, &a->parts, p);
		tar = bytes_of(tar.ptr + 512 + size, tar.len - 512 - size);
	}
	must(a->parts.n > 0, "GOOD.tar has no members");
}

void
archive_copy(struct archive *out, const struct archive *from)
{
	static const uint8_t zeros[1024];

	*out = (struct archive){ .tail = { .max = (size_t)1 << 20 } };
	arena_init(&out->mem, 0);
	for (size_t i = 0; i < from->parts.n; i++)
		VEC_PUSH(&out->mem, &out->parts, from->parts.v[i]);
	buf_add(&out->tail, bytes_of(zeros, sizeof(zeros)));
}

void
archive_clear(struct archive *a)
{
	buf_clear(&a->tail);
	arena_clear(&a->mem);
}

void
archive_insert(struct archive *a, size_t at, struct part part)
{
	VEC_PUSH(&a->mem, &a->parts, part);
	for (size_t i = a->parts.n - 1; i > at; i--)
		a->parts.v[i] = a->parts.v[i - 1];
	a->parts.v[at] = part;
}

void
archive_remove(struct archive *a, size_t at)
{
	a->parts.n--;
	for (size_t i = at; i < a->parts.n; i++)
		a->parts.v[i] = a->parts.v[i + 1];
}

static void
mend_sum(uint8_t *head)
{
	char text[8];
	unsigned sum = 0;

	memset(head + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += head[i];
	snprintf(text, sizeof(text), "%06o", sum & 0777777U);
	memcpy(head + 148, text, 7);
}

void
archive_write(struct buf *out, struct archive *a)
{
	buf_reset(out);
	for (size_t i = 0; i < a->parts.n; i++) {
		if (!a->parts.v[i].keep_sum)
			mend_sum(a->parts.v[i].head);
		buf_add(out, bytes_of(a->parts.v[i].head, 512));
		buf_add(out, a->parts.v[i].data);
	}
	buf_add(out, buf_bytes(&a->tail));
	must(!out->full, "too large");
}

struct bytes
part_padded(struct archive *a, struct bytes data)
{
	size_t whole = (data.len + 511) / 512 * 512;
	uint8_t *copy = arena_alloc(&a->mem, whole + 1);

	memset(copy, 0, whole + 1);
	if (data.len > 0)
		memcpy(copy, data.ptr, data.len);
	return bytes_of(copy, whole);
}

void
part_field(struct part *p, size_t at, size_t len, struct bytes value)
{
	size_t n = value.len < len ? value.len : len;

	memset(p->head + at, 0, len);
	if (n > 0)
		memcpy(p->head + at, value.ptr, n);
}

struct part
part_of(struct archive *a, char type, const char *name, const char *magic, struct bytes data)
{
	struct part p = { .data = part_padded(a, data) };
	char size[16];

	part_field(&p, 0, 100, str_bytes(str_of(name)));
	part_field(&p, 100, 8, BYTES_LIT("0000644"));
	part_field(&p, 108, 8, BYTES_LIT("0000000"));
	part_field(&p, 116, 8, BYTES_LIT("0000000"));
	snprintf(size, sizeof(size), "%011zo", data.len);
	part_field(&p, 124, 12, str_bytes(str_of(size)));
	part_field(&p, 136, 12, BYTES_LIT("00000000000"));
	p.head[156] = (uint8_t)type;
	part_field(&p, 257, 8, bytes_of(magic, 8));
	return p;
}

struct bytes
part_record(struct archive *a, struct bytes key, struct bytes value)
{
	size_t bare = key.len + value.len + 3, len = bare + 1;
	char text[24];
	struct buf out = { .max = (size_t)1 << 20 };
	struct bytes kept;

	while (bare + (size_t)snprintf(text, sizeof(text), "%zu", len) != len)
		len++;
	buf_text(&out, text);
	buf_u8(&out, ' ');
	buf_add(&out, key);
	buf_u8(&out, '=');
	buf_add(&out, value);
	buf_u8(&out, '\n');
	kept = copy_of(a, buf_bytes(&out));
	buf_clear(&out);
	return kept;
}

struct bytes
part_name(const struct part *p)
{
	const uint8_t *end = memchr(p->head, '\0', 100);

	return bytes_of(p->head, end == NULL ? 100 : (size_t)(end - p->head));
}

static void
save(const char *folder, const char *name, struct archive *a)
{
	AUTO(buf_clear) struct buf out = { .max = (size_t)1 << 26 };
	char path[4096];
	FILE *f;

	archive_write(&out, a);
	snprintf(path, sizeof(path), "%s/%s.tar", folder, name);
	f = fopen(path, "wb");
	must(f != NULL && fwrite(out.ptr, 1, out.len, f) == out.len && fclose(f) == 0, path);
}

static void
save_rules(const struct archive *good, const char *folder)
{
	const char *name = "";

	for (size_t i = 0; name != NULL; i++) {
		struct archive a;

		archive_copy(&a, good);
		name = archive_rule(&a, i);
		if (name != NULL)
			save(folder, name, &a);
		archive_clear(&a);
	}
}

static void
save_samples(const struct archive *good, const char *folder, uint64_t seed, unsigned count)
{
	char name[64];

	for (unsigned i = 0; i < count; i++) {
		struct chance c = { seed * UINT64_C(0x9e3779b97f4a7c15) + i };
		struct archive a;

		archive_copy(&a, good);
		archive_mutate(&a, &c);
		snprintf(name, sizeof(name), "%llu-%05u", (unsigned long long)seed, i);
		save(folder, name, &a);
		archive_clear(&a);
	}
}

int
main(int argc, char **argv)
{
	AUTO(buf_clear) struct buf tar = { .max = (size_t)1 << 26 };
	AUTO_FD fd = -1;
	struct archive good;
	struct err err;

	must(argc == 4 || argc == 5, "want GOOD.tar FOLDER rules, or GOOD.tar FOLDER SEED COUNT");
	must(file_open(&fd, argv[1], FILE_REGULAR, &err) == 0 &&
		 file_read(&tar, fd, REASON_FILE_TOO_LARGE, NULL, &err) == 0,
	    "cannot read GOOD.tar");
	archive_read(&good, buf_bytes(&tar));
	if (argc == 4)
		save_rules(&good, argv[2]);
	else
		save_samples(&good, argv[2], strtoull(argv[3], NULL, 10),
		    (unsigned)strtoul(argv[4], NULL, 10));
	archive_clear(&good);
	return 0;
}
