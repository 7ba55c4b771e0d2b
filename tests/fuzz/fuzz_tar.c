/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tar archives: the scan and libarchive list the same members, or the archive is refused.
 * The scan fed in one block and octet by octet says the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input/magic.h"
#include "input/tarin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum reason
scan(uint64_t *members, const struct limits *limits, struct bytes all, size_t step)
{
	AUTO(tarscan_free) struct tarscan *s = tarscan_new(limits, UINT64_MAX);
	struct err cut = { 0 }, err = { 0 };
	struct tar_member m;
	size_t n;

	*members = 0;
	for (size_t at = 0; at < all.len; at += n) {
		n = all.len - at < step ? all.len - at : step;
		if (tarscan_push(s, bytes_of(all.ptr + at, n), &err) != 0)
			return err.reason;
		while (tarscan_take(&m, s))
			++*members;
	}
	if (tarscan_end(s, &cut, &err) != 0)
		return err.reason;
	return cut.reason;
}

static enum reason
walk(uint64_t *members, const struct limits *limits, int fd)
{
	AUTO(unpack_close) struct unpack *u = NULL;
	AUTO(tarin_close) struct tarin *t = NULL;
	struct err err = { 0 };
	struct tar_member m;
	struct bytes data;
	bool more = true;

	*members = 0;
	if (unpack_open(&u, fd, limits, &err) != 0 ||
	    tarin_open(&t, u, limits, &err) != 0)
		return err.reason;
	for (;;) {
		uint64_t got = 0;

		if (tarin_next(&m, t, &more, &err) != 0)
			return err.reason;
		if (!more)
			return tarin_cut(t) == NULL ? REASON_NONE : tarin_cut(t)->reason;
		if (++*members % 2 != 0 || m.kind != TAR_FILE)
			continue;
		do {
			if (tarin_data(&data, t, &err) != 0)
				return err.reason;
			got += data.len;
		} while (data.len > 0);
		if (got != m.size)
			abort();
	}
}

/* Right checksums in all that looks like a header, so that a fuzzer gets past them. */
static void
repair(uint8_t *data, size_t size)
{
	static const uint8_t none[6];
	char text[8];

	for (size_t at = 0; at + 512 <= size; at += 512) {
		uint8_t *h = data + at;
		unsigned sum = 0;

		if (memcmp(h + 257, "ustar", 5) != 0 &&
		    (h[0] == 0 || memcmp(h + 257, none, sizeof(none)) != 0))
			continue;
		memset(h + 148, ' ', 8);
		for (size_t i = 0; i < 512; i++)
			sum += h[i];
		snprintf(text, sizeof(text), "%06o", sum & 0777777u);
		memcpy(h + 148, text, 7);
	}
}

static void
examine(const uint8_t *data, size_t size)
{
	struct limits limits;
	uint64_t whole, split, both;
	enum reason a, b, c;
	struct magic m;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	limits_default(&limits);
	limits.v[LIMIT_MEMBERS] = 10000;
	limits.v[LIMIT_EXPANDED_BYTES] = (uint64_t)32 << 20;
	a = scan(&whole, &limits, bytes_of(data, size), size == 0 ? 1 : size);
	b = scan(&split, &limits, bytes_of(data, size), 1);
	if (a != b || (a == REASON_NONE && whole != split))
		abort();
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	c = walk(&both, &limits, fd);
	/* What both accept they list alike, and nothing that the scan refuses is
	 * accepted. */
	m = magic_find(bytes_of(data, size));
	if (c == REASON_NONE && m.class != MAGIC_GZIP && m.class != MAGIC_ZSTD &&
	    (a != REASON_NONE || both != whole))
		abort();
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	/* An odd length asks for repaired checksums. */
	if (size % 2 == 0) {
		examine(data, size);
		return 0;
	}
	copy = malloc(size);
	if (copy == NULL)
		abort();
	memcpy(copy, data, size);
	repair(copy, size - 1);
	examine(copy, size - 1);
	free(copy);
	return 0;
}
