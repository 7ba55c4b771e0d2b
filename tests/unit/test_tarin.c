/* SPDX-License-Identifier: Apache-2.0 */
/* libarchive and our scan side by side: data, links, names of every kind. */
#include <stdio.h>

#include "input/tarin.h"
#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

static struct limits limits;

struct tally {
	unsigned members;
	uint64_t octets;
	bool data_right; /* every octet is the low half of its offset in its member */
};

static enum reason
walk(struct tally *out, struct bytes file, bool read_data)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	AUTO(tarin_close) struct tarin *t = NULL;
	AUTO_FD fd = memory_file(file);
	struct err err = { 0 };
	struct tar_member m;
	struct bytes data;
	bool more = true;

	*out = (struct tally){ .data_right = true };
	if (unpack_open(&u, fd, &limits, &err) != 0 ||
	    tarin_open(&t, u, &limits, &err) != 0)
		return err.reason;
	for (;;) {
		uint64_t done = 0;

		if (tarin_next(&m, t, &more, &err) != 0)
			return err.reason;
		if (!more && tarin_cut(t) != NULL)
			return tarin_cut(t)->reason;
		if (!more)
			break;
		out->members++;
		if (m.kind != TAR_FILE || !read_data)
			continue;
		do {
			if (tarin_data(&data, t, &err) != 0)
				return err.reason;
			for (size_t i = 0; i < data.len; i++)
				out->data_right &= data.ptr[i] == (uint8_t)(done + i);
			done += data.len;
		} while (data.len > 0);
		out->octets += done;
	}
	return REASON_NONE;
}

/* Members of many sizes, so that headers and data meet the block borders in every way. */
static void
test_data(void)
{
	struct arena mem = { 0 };
	struct tally tally;
	struct mktar t;
	uint8_t *data = arena_alloc(&mem, 3 << 20);
	uint64_t octets = 0;
	char name[32];

	for (size_t i = 0; i < (size_t)3 << 20; i++)
		data[i] = (uint8_t)i;
	mktar_init(&t);
	for (unsigned i = 0; i < 40; i++) {
		size_t len = i % 8 == 0 ? (size_t)i * 70001 : (size_t)i * 997;

		snprintf(name, sizeof(name), "member-%u", i);
		mktar_file(&t, name, bytes_of(data, len));
		octets += len;
	}
	mktar_end(&t);
	is_reason(walk(&tally, buf_bytes(&t.out), true), REASON_NONE, "plain archive");
	is_u64(tally.members, 40, "all members");
	is_u64(tally.octets, octets, "all octets");
	ok(tally.data_right, "in order");
	is_reason(
	    walk(&tally, mk_gzip(&mem, buf_bytes(&t.out)), true), REASON_NONE, "gzip");
	ok(tally.members == 40 && tally.octets == octets && tally.data_right, "the same");
	is_reason(walk(&tally, mk_zstd(&mem, buf_bytes(&t.out), true), true), REASON_NONE,
	    "zstd");
	ok(tally.members == 40 && tally.octets == octets && tally.data_right, "the same");
	is_reason(
	    walk(&tally, buf_bytes(&t.out), false), REASON_NONE, "data passed over");
	is_u64(tally.members, 40, "all members");
	mktar_clear(&t);
	arena_clear(&mem);
}

static void
one(const char *what, struct mktar *t, unsigned members)
{
	struct tally tally;

	mktar_end(t);
	is_reason(
	    walk(&tally, buf_bytes(&t->out), true), REASON_NONE, "%s is read", what);
	is_u64(tally.members, members, "%s: both readers list it", what);
	buf_reset(&t->out);
}

static void
test_names(void)
{
	struct arena mem = { 0 };
	struct mktar t;
	char name[300];

	memset(name, 'n', sizeof(name));
	mktar_init(&t);
	mktar_head(
	    &t, &(struct mktar_head){ .type = '0', .name = "name", .prefix = "pre/fix" });
	one("prefix", &t, 1);
	mktar_head(
	    &t, &(struct mktar_head){ .type = '0', .name = "name", .prefix = "prefix/" });
	one("prefix with a slash", &t, 1);
	mktar_long(&t, 'L', bytes_of(name, 300));
	mktar_head(
	    &t, &(struct mktar_head){ .type = '0', .name = "n", .magic = "ustar  \0" });
	one("GNU long name", &t, 1);
	mktar_long(&t, 'K', bytes_of(name, 300));
	mktar_long(&t, 'L', bytes_of(name, 200));
	mktar_head(&t, &(struct mktar_head){
			   .type = '2', .name = "n", .link = "l", .magic = "ustar  \0" });
	one("GNU long link and name", &t, 1);
	mktar_pax(&t, 'x', mktar_record(&mem, "path", bytes_of(name, 300)));
	mktar_text(&t, "n", "");
	one("pax path", &t, 1);
	mktar_pax(&t, 'x', mktar_record(&mem, "linkpath", bytes_of(name, 300)));
	mktar_member(&t, '2', "n", "l");
	one("pax linkpath", &t, 1);
	mktar_pax(&t, 'x', mktar_record(&mem, "path", BYTES_LIT("caf\xc3\xa9")));
	mktar_text(&t, "n", "");
	one("pax path outside ASCII", &t, 1);
	mktar_text(&t, "caf\xc3\xa9", "");
	one("ustar name outside ASCII", &t, 1);
	mktar_text(&t, "caf\xe9", "");
	one("ustar name in Latin-1", &t, 1);
	mktar_member(&t, '2', "n", "caf\xc3\xa9");
	one("link target outside ASCII", &t, 1);
	mktar_pax(&t, 'x', mktar_record(&mem, "linkpath", BYTES_LIT("caf\xc3\xa9")));
	mktar_member(&t, '2', "n", "l");
	one("pax link target outside ASCII", &t, 1);
	mktar_pax(&t, 'x', mktar_record(&mem, "uname", BYTES_LIT("M\xc3\xbcller")));
	mktar_text(&t, "n", "");
	one("pax user name outside ASCII", &t, 1);
	mktar_pax(
	    &t, 'x', mktar_record(&mem, "mtime", BYTES_LIT("1700000000.123456789")));
	mktar_text(&t, "n", "");
	one("pax time", &t, 1);
	mktar_pax(&t, 'g', mktar_record(&mem, "comment", BYTES_LIT("x")));
	mktar_text(&t, "n", "");
	one("global comment", &t, 1);
	mktar_member(&t, '1', "hard", "n");
	mktar_member(&t, '3', "char", "");
	mktar_member(&t, '4', "block", "");
	mktar_member(&t, '5', "folder/", "");
	mktar_member(&t, '5', "folder", "");
	mktar_member(&t, '6', "fifo", "");
	mktar_head(&t, &(struct mktar_head){
			   .type = '\0', .name = "v7/", .magic = "\0\0\0\0\0\0\0\0" });
	mktar_head(&t, &(struct mktar_head){
			   .type = '\0', .name = "v7", .magic = "\0\0\0\0\0\0\0\0" });
	one("every type", &t, 8);
	mktar_clear(&t);
	arena_clear(&mem);
}

int
main(void)
{
	limits_default(&limits);
	test_data();
	test_names();
	return tap_done();
}
