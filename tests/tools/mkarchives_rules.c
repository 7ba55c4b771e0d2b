/* SPDX-License-Identifier: Apache-2.0 */
/* What readers in use unpack differently: one archive for each rule of the tar scan that says so. */
#include <stdio.h>

#include "tests/tools/mkarchives.h"

#define EVIL BYTES_LIT("{\"schemaVersion\":2,\"manifests\":[]}")
#define NONE ((struct bytes){ NULL, 0 })

static void
add(struct archive *a, struct part p)
{
	archive_insert(a, a->parts.n, p);
}

static struct part
evil(struct archive *a, const char *name)
{
	return part_of(a, '0', name, MAGIC_OF_USTAR, EVIL);
}

static void
link_to(struct archive *a, char type, const char *name, const char *target)
{
	struct part p = part_of(a, type, name, MAGIC_OF_USTAR, NONE);

	part_field(&p, 157, 100, str_bytes(str_of(target)));
	add(a, p);
}

static void
pax(struct archive *a, char type, const char *key, struct bytes value)
{
	add(a, part_of(a, type, "PaxHeaders/x", MAGIC_OF_USTAR,
		   part_record(a, str_bytes(str_of(key)), value)));
}

static void
gnu_long(struct archive *a, char type, const char *name)
{
	add(a, part_of(a, type, "././@LongLink", MAGIC_OF_GNU, bytes_of(name, strlen(name) + 1)));
}

/* The header of index.json, the member that all of it hangs on. */
static struct part *
index_of(struct archive *a)
{
	for (size_t i = 0; i < a->parts.n; i++)
		if (bytes_equal(part_name(&a->parts.v[i]), BYTES_LIT("index.json")))
			return &a->parts.v[i];
	return &a->parts.v[0];
}

static void
litter_link(struct archive *a)
{
	link_to(a, '2', "__MACOSX", ".");
	add(a, evil(a, "__MACOSX/index.json"));
}

static void
litter_hard_link(struct archive *a)
{
	link_to(a, '1', "._h", "index.json");
	add(a, evil(a, "._h"));
}

static void
blank_key(struct archive *a)
{
	pax(a, 'x', " path", BYTES_LIT("index.json"));
	add(a, evil(a, "x"));
}

static void
blank_sparse(struct archive *a)
{
	pax(a, 'x', " GNU.sparse.name", BYTES_LIT("index.json"));
	add(a, evil(a, "x"));
}

static void
global_path(struct archive *a)
{
	pax(a, 'g', "path", BYTES_LIT("index.json"));
	add(a, evil(a, "x"));
}

static void
records_in_padding(struct archive *a)
{
	struct bytes comment = part_record(a, BYTES_LIT("comment"), BYTES_LIT("x")),
		     path = part_record(a, BYTES_LIT("path"), BYTES_LIT("index.json"));
	struct part p = part_of(a, 'x', "PaxHeaders/x", MAGIC_OF_USTAR, comment);
	uint8_t *data = arena_alloc(&a->mem, 512);

	memcpy(data, p.data.ptr, 512);
	memcpy(data + comment.len, path.ptr, path.len);
	p.data = bytes_of(data, 512);
	add(a, p);
	add(a, evil(a, "x"));
}

static void
prefix_of_gnu(struct archive *a)
{
	part_field(index_of(a), 257, 8, bytes_of(MAGIC_OF_GNU, 8));
	part_field(index_of(a), 345, 155, BYTES_LIT("away"));
}

static void
prefix_of_v7(struct archive *a)
{
	part_field(index_of(a), 257, 8, bytes_of(MAGIC_OF_V7, 8));
	part_field(index_of(a), 345, 155, BYTES_LIT("away"));
}

static void
star_prefix(struct archive *a)
{
	struct part p = evil(a, "x");

	memset(p.head + 345, 'p', 140);
	memcpy(p.head + 508, "tar", 4);
	add(a, p);
}

static void
mode_of_text(struct archive *a)
{
	part_field(index_of(a), 100, 8, BYTES_LIT("rw-r--r"));
}

static void
blank_owner(struct archive *a)
{
	part_field(index_of(a), 108, 8, BYTES_LIT("        "));
}

static void
type_7(struct archive *a)
{
	index_of(a)->head[156] = '7';
}

static void
short_name_of_a_folder(struct archive *a)
{
	struct part p = part_of(a, '\0', "d/", MAGIC_OF_GNU, NONE);

	gnu_long(a, 'L', "longname");
	add(a, p);
}

static void
folder_name_of_a_file(struct archive *a)
{
	add(a, part_of(a, '0', "d/", MAGIC_OF_USTAR, NONE));
}

static void
file_over_folder(struct archive *a)
{
	add(a, evil(a, "blobs"));
}

static void
path_below_a_file(struct archive *a)
{
	add(a, evil(a, "index.json/x"));
}

static void
time_of_nothing(struct archive *a)
{
	pax(a, 'x', "mtime", BYTES_LIT("nan"));
	add(a, evil(a, "x"));
}

static void
two_sizes(struct archive *a)
{
	struct part p = evil(a, "x");

	pax(a, 'x', "size", BYTES_LIT("0"));
	add(a, p);
	add(a, evil(a, "y"));
}

const char *
archive_rule(struct archive *a, size_t number)
{
	static const struct {
		const char *name;
		void (*make)(struct archive *a);
	} rules[] = {
		{ "link-called-litter", litter_link },
		{ "hard-link-called-litter", litter_hard_link },
		{ "blank-before-a-pax-key", blank_key },
		{ "blank-before-a-sparse-key", blank_sparse },
		{ "path-in-a-global-header", global_path },
		{ "pax-records-in-the-padding", records_in_padding },
		{ "prefix-in-a-gnu-header", prefix_of_gnu },
		{ "prefix-in-a-v7-header", prefix_of_v7 },
		{ "prefix-of-star", star_prefix },
		{ "mode-of-text", mode_of_text },
		{ "owner-of-blanks", blank_owner },
		{ "type-7", type_7 },
		{ "folder-by-its-short-name", short_name_of_a_folder },
		{ "file-with-the-name-of-a-folder", folder_name_of_a_file },
		{ "file-in-place-of-a-folder", file_over_folder },
		{ "path-below-a-file", path_below_a_file },
		{ "time-that-is-no-number", time_of_nothing },
		{ "two-sizes", two_sizes },
	};

	if (number >= COUNT(rules))
		return NULL;
	rules[number].make(a);
	return rules[number].name;
}
