/* SPDX-License-Identifier: Apache-2.0 */
/* The own scan of tar: what it lists, and that the cuts of its blocks do not matter. */
#include <stdio.h>

#include "input/tarscan.h"
#include "tests/lib/mktar.h"
#include "tests/lib/tap.h"

static struct limits limits;

/* Every member as "kind name link size offset", one line each. */
static enum reason
list(struct buf *out, struct bytes tar, size_t step)
{
	AUTO(tarscan_free) struct tarscan *s = tarscan_new(&limits, UINT64_MAX);
	struct err cut = { 0 }, err = { 0 };
	struct tar_member m;
	size_t n;

	buf_reset(out);
	for (size_t at = 0; at < tar.len; at += n) {
		n = tar.len - at < step ? tar.len - at : step;
		if (tarscan_push(s, bytes_of(tar.ptr + at, n), &err) != 0)
			return err.reason;
		while (tarscan_take(&m, s)) {
			buf_printf(out, "%d ", (int)m.kind);
			buf_add(out, m.name);
			buf_text(out, " ");
			buf_add(out, m.link);
			buf_printf(out, " %llu %llu\n", (unsigned long long)m.size,
			    (unsigned long long)m.offset);
		}
	}
	if (tarscan_end(s, &cut, &err) != 0)
		return err.reason;
	return cut.reason;
}

static void
build(struct mktar *t, struct arena *mem)
{
	char name[150];
	uint8_t records[400];
	struct bytes a = mktar_record(mem, "path", BYTES_LIT("pax/name")), b;

	memset(name, 'g', sizeof(name));
	mktar_text(t, "plain", "hello");
	mktar_member(t, '5', "folder/", NULL);
	mktar_member(t, '1', "hard", "plain");
	mktar_member(t, '2', "soft", "../plain");
	mktar_member(t, '6', "fifo", NULL);
	mktar_head(
	    t, &(struct mktar_head){ .type = '0', .name = "name", .prefix = "pre/fix" });
	mktar_long(t, 'L', bytes_of(name, sizeof(name)));
	mktar_head(t, &(struct mktar_head){ .type = '0',
			  .name = "short",
			  .size = 3,
			  .magic = "ustar  \0" });
	mktar_data(t, BYTES_LIT("abc"));
	mktar_long(t, 'K', bytes_of(name, 120));
	mktar_member(t, '2', "long-link", "x");
	b = mktar_record(mem, "linkpath", BYTES_LIT("pax/link"));
	memcpy(records, a.ptr, a.len);
	memcpy(records + a.len, b.ptr, b.len);
	mktar_pax(t, 'x', bytes_of(records, a.len + b.len));
	mktar_member(t, '2', "x", "y");
	mktar_head(t, &(struct mktar_head){
			  .type = '\0', .name = "v7/", .magic = "\0\0\0\0\0\0\0\0" });
	mktar_head(t, &(struct mktar_head){
			  .type = '\0', .name = "v7", .magic = "\0\0\0\0\0\0\0\0" });
	mktar_end(t);
}

static void
test_listing(void)
{
	static const size_t steps[] = { 1, 7, 511, 512, 513, 4096, 1 << 20 };
	char expect[4096], g150[151], g120[121];
	struct buf out = { .max = 1 << 20 };
	struct arena mem = { 0 };
	struct mktar t;

	memset(g150, 'g', 150);
	memset(g120, 'g', 120);
	g150[150] = g120[120] = '\0';
	snprintf(expect, sizeof(expect),
	    "0 plain  5 512\n1 folder/  0 1536\n2 hard plain 0 2048\n3 soft ../plain 0 2560\n"
	    "4 fifo  0 3072\n0 pre/fix/name  0 3584\n0 %s  3 5120\n3 long-link %s 0 7168\n"
	    "3 pax/name pax/link 0 8704\n1 v7/  0 9216\n0 v7  0 9728\n",
	    g150, g120);
	mktar_init(&t);
	build(&t, &mem);
	for (size_t i = 0; i < COUNT(steps); i++) {
		is_reason(list(&out, buf_bytes(&t.out), steps[i]), REASON_NONE,
		    "blocks of %zu octets", steps[i]);
		is_str((struct str){ (const char *)out.ptr, out.len }, expect,
		    "blocks of %zu octets: the same list", steps[i]);
	}
	mktar_clear(&t);
	buf_clear(&out);
	arena_clear(&mem);
}

/* Sizes above 8 GiB: base-256 and pax. Nothing is read, so nothing need be there. */
static void
test_large(void)
{
	struct tarscan *s;
	struct arena mem = { 0 };
	struct err err = { 0 };
	struct tar_member m = { 0 };
	struct mktar t;

	mktar_init(&t);
	mktar_head(&t, &(struct mktar_head){ .type = '0',
			   .name = "x",
			   .size_field = "\x80\0\0\0\0\0\0\x02\x80\0\0\0" });
	s = tarscan_new(&limits, UINT64_MAX);
	ok(tarscan_push(s, buf_bytes(&t.out), &err) == 0 && tarscan_take(&m, s),
	    "base-256 size");
	is_u64(m.size, UINT64_C(10) << 30, "of 10 GiB");
	tarscan_free(s);
	buf_reset(&t.out);
	mktar_pax(&t, 'x', mktar_record(&mem, "size", BYTES_LIT("10737418240")));
	mktar_text(&t, "x", "");
	s = tarscan_new(&limits, UINT64_MAX);
	ok(tarscan_push(s, buf_bytes(&t.out), &err) == 0 && tarscan_take(&m, s),
	    "pax size");
	is_u64(m.size, UINT64_C(10) << 30, "of 10 GiB");
	tarscan_free(s);
	s = tarscan_new(&limits, 1 << 20);
	ok(tarscan_push(s, buf_bytes(&t.out), &err) != 0, "pax size beyond the file");
	is_reason(err.reason, REASON_INPUT_TRUNCATED, "is refused at once");
	tarscan_free(s);
	mktar_clear(&t);
	arena_clear(&mem);
}

/* Many long names that are taken late: the queue gives its memory back. */
static void
test_queue(void)
{
	struct tarscan *s = tarscan_new(&limits, UINT64_MAX);
	struct err err = { 0 };
	struct tar_member m;
	struct mktar t;
	char name[100];
	size_t seen = 0;
	bool same = true;

	mktar_init(&t);
	for (unsigned round = 0; round < 200; round++) {
		buf_reset(&t.out);
		for (unsigned i = 0; i < 10; i++) {
			snprintf(name, sizeof(name), "%u", round * 10 + i);
			mktar_text(&t, name, "");
		}
		same = same && tarscan_push(s, buf_bytes(&t.out), &err) == 0;
		/* Always one stays behind. */
		while (seen < round * 10 + 9 && tarscan_take(&m, s)) {
			snprintf(name, sizeof(name), "%zu", seen++);
			same = same && bytes_equal(m.name, bytes_of(name, strlen(name)));
		}
	}
	ok(same, "names come out in order and whole");
	is_u64(seen, 1999, "all of them");
	tarscan_free(s);
	mktar_clear(&t);
}

int
main(void)
{
	limits_default(&limits);
	test_listing();
	test_large();
	test_queue();
	return tap_done();
}
