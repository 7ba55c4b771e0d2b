/* SPDX-License-Identifier: Apache-2.0 */
/* Plain TAP for unit tests. */
#include "tests/lib/tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct {
	unsigned run, failed;
} tap;

static void ATTR_PRINTF(2, 0)
tap_line(bool cond, const char *fmt, va_list args)
{
	tap.run++;
	tap.failed += !cond;
	printf("%s %u - ", cond ? "ok" : "not ok", tap.run);
	vprintf(fmt, args);
	putchar('\n');
	fflush(stdout);
}

#define TAP_LINE(cond, fmt)                                                               \
	do {                                                                              \
		va_list args_;                                                            \
		va_start(args_, fmt);                                                     \
		tap_line((cond), fmt, args_);                                             \
		va_end(args_);                                                            \
	} while (0)

bool
ok(bool cond, const char *fmt, ...)
{
	TAP_LINE(cond, fmt);
	return cond;
}

bool
is_reason(enum reason got, enum reason want, const char *fmt, ...)
{
	TAP_LINE(got == want, fmt);
	if (got != want)
		printf("#   got reason %s, want %s\n", reason_code(got), reason_code(want));
	return got == want;
}

bool
is_u64(uint64_t got, uint64_t want, const char *fmt, ...)
{
	TAP_LINE(got == want, fmt);
	if (got != want)
		printf("#   got %llu, want %llu\n", (unsigned long long)got,
		    (unsigned long long)want);
	return got == want;
}

bool
is_str(struct str got, const char *want, const char *fmt, ...)
{
	bool same = want == NULL ? got.ptr == NULL : got.ptr != NULL && str_is(got, want);

	TAP_LINE(same, fmt);
	if (!same)
		printf("#   got \"%.*s\", want \"%s\"\n", STR_ARG(got),
		    want == NULL ? "(absent)" : want);
	return same;
}

bool
is_bytes(struct bytes got, struct bytes want, const char *fmt, ...)
{
	bool same = bytes_equal(got, want);

	TAP_LINE(same, fmt);
	if (!same)
		printf("#   got %zu bytes, want %zu bytes\n", got.len, want.len);
	return same;
}

void
tap_skip(const char *fmt, ...)
{
	va_list args;

	tap.run++;
	printf("ok %u # SKIP ", tap.run);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

void
tap_note(const char *fmt, ...)
{
	va_list args;

	fputs("# ", stdout);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

int
tap_done(void)
{
	printf("1..%u\n", tap.run);
	return tap.failed == 0 && tap.run > 0 ? 0 : 1;
}

const char *
tap_srcdir(void)
{
	const char *dir = getenv("srcdir");

	return dir == NULL || dir[0] == '\0' ? "." : dir;
}

const char *
tap_vectors(void)
{
	static char path[4096];
	const char *dir = getenv("ASSAY_VECTORS");
	struct stat st;

	if (dir == NULL) {
		snprintf(path, sizeof(path), "%s/../shared/vectors", tap_srcdir());
		dir = path;
	}
	return stat(dir, &st) == 0 ? dir : NULL;
}

struct bytes
tap_file(int slot, const char *fmt, ...)
{
	static uint8_t *slots[4];
	const size_t most = (size_t)8 << 20;
	struct bytes none = { NULL, 0 };
	char path[4096];
	va_list args;
	size_t n;
	FILE *in;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	in = fopen(path, "rb");
	if (in == NULL && path[0] != '/') {
		char below[8192];

		snprintf(below, sizeof(below), "%s/%s", tap_srcdir(), path);
		in = fopen(below, "rb");
	}
	if (in == NULL)
		return none;
	free(slots[slot]);
	slots[slot] = malloc(most);
	n = slots[slot] == NULL ? 0 : fread(slots[slot], 1, most, in);
	fclose(in);
	return (struct bytes){ slots[slot], n };
}
