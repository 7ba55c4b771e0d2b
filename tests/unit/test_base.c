/* SPDX-License-Identifier: Apache-2.0 */
/* The ground floor: memory, buffers, numbers, reasons, errors, limits, built-in files. */
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/embed.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/num.h"
#include "base/utf8.h"
#include "tests/lib/tap.h"

/* The table of this program; the real one is made from schema/ and reports/. */
const struct embed_file embed_files[] = {
	{ "a/one.sql", { "one", 3 } },
	{ "a/empty.css", { "", 0 } },
};
const size_t embed_count = COUNT(embed_files);

static void
test_bytes(void)
{
	struct cursor c = cursor_of(BYTES_LIT("\x01\x02\x03\x04\x05"));

	is_u64(cursor_u8(&c), 1, "cursor takes an octet");
	is_u64(cursor_be(&c, 3), 0x020304, "cursor takes big endian");
	is_u64(cursor_left(&c), 1, "cursor knows what is left");
	ok(cursor_take(&c, 2).ptr == NULL && c.failed && c.pos == 4,
	    "cursor stops at the end");
	ok(cursor_u8(&c) == 0 && cursor_left(&c) == 0,
	    "a failed cursor yields nothing more");
	c = cursor_of((struct bytes){ NULL, 0 });
	ok(cursor_take(&c, 0).len == 0 && !c.failed && cursor_left(&c) == 0,
	    "nothing of nothing can be taken");
	ok(bytes_cmp(BYTES_LIT("ab"), BYTES_LIT("abc")) < 0, "a prefix comes first");
	ok(bytes_cmp(BYTES_LIT("\xff"), BYTES_LIT("a")) > 0, "octets are unsigned");
	ok(!str_equal(STR("a"), STR("a\0b")), "length counts");
	ok(str_from(STR("abc"), 9).len == 0, "beyond the end is empty");
}

static void
test_arena(void)
{
	struct arena a;
	VEC(int) list = { NULL, 0, 0 };
	bool zero = true, aligned = true, right = true;

	arena_init(&a, 0);
	for (size_t i = 1; i < 3000; i += 7) {
		uint8_t *p = arena_alloc(&a, i);

		for (size_t k = 0; k < i; k++)
			zero = zero && p[k] == 0;
		aligned = aligned && (uintptr_t)p % _Alignof(max_align_t) == 0;
		memset(p, 0xa5, i);
	}
	ok(zero, "arena memory is zeroed");
	ok(aligned, "arena memory is aligned");
	memset(arena_alloc(&a, 1 << 20), 1, 1 << 20);
	memset(arena_alloc(&a, 10), 2, 10);
	for (int i = 0; i < 1000; i++)
		VEC_PUSH(&a, &list, i);
	for (int i = 0; i < 1000; i++)
		right = right && list.v[i] == i;
	ok(right && list.n == 1000, "a list keeps its items while it grows");
	is_str(arena_str(&a, STR_NONE), NULL, "a copy of absent is absent");
	is_str(arena_str(&a, STR("")), "", "a copy of empty is empty");
	is_str(arena_printf(&a, "%d-%s", 7, "x"), "7-x", "arena_printf");
	is_bytes(arena_bytes(&a, BYTES_LIT("a\0b")), BYTES_LIT("a\0b"), "arena_bytes");
	arena_clear(&a);
	is_u64(a.used, 0, "a cleared arena is empty");
	ok(arena_alloc(&a, 1) != NULL, "and can be used again");
	arena_clear(&a);
	arena_clear(NULL);
}

/* The status of a child that runs `fn`. */
static int
status_of(void (*fn)(void))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(STDERR_FILENO);
		fn();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
beyond_limit(void)
{
	struct arena a;

	arena_init(&a, 1000);
	arena_alloc(&a, 500);
	arena_alloc(&a, 500);
}

static void
within_limit(void)
{
	struct arena a;

	arena_init(&a, 1000);
	arena_alloc(&a, 500);
	arena_alloc(&a, 480);
	arena_clear(&a);
}

static void
product_overflows(void)
{
	struct arena a;

	arena_init(&a, 0);
	arena_array(&a, SIZE_MAX / 2, 3);
}

static void
test_exhausted(void)
{
	is_u64((uint64_t)status_of(beyond_limit), EXIT_RESOURCE_CHILD,
	    "beyond the arena's limit");
	is_u64((uint64_t)status_of(within_limit), 0, "within the arena's limit");
	is_u64((uint64_t)status_of(product_overflows), EXIT_RESOURCE_CHILD,
	    "a product that overflows");
}

static void
test_buf(void)
{
	AUTO(buf_clear) struct buf b = { .max = 10 };

	is_str(str_of(buf_cstr(&b)), "", "an untouched buffer is an empty C string");
	is_u64((uint64_t)buf_text(&b, "abcde"), 0, "room");
	is_u64((uint64_t)buf_printf(&b, "%d", 123), 0, "room for numbers");
	ok(buf_text(&b, "xyz") == -1 && b.full, "no room is said");
	is_str(str_of(buf_cstr(&b)), "abcde123", "and nothing is changed");
	ok(buf_u8(&b, 'x') == 0 && buf_u8(&b, 'y') == 0 && buf_u8(&b, 'z') == -1,
	    "the limit holds octet by octet");
	is_str(str_of(buf_cstr(&b)), "abcde123xy", "a full buffer is still a C string");
	ok(b.full, "full is remembered");
	buf_reset(&b);
	ok(!b.full && b.len == 0, "until reset");
	buf_be(&b, 0x0102030405, 4);
	is_bytes(buf_bytes(&b), BYTES_LIT("\x02\x03\x04\x05"), "big endian");
	buf_clear(&b);
	ok(b.max == 10 && b.ptr == NULL && buf_text(&b, "x") == 0,
	    "a cleared buffer can be used");
	ok(buf_add(&b, bytes_of(NULL, 0)) == 0, "nothing can be added");
	buf_clear(&b);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 70000; i++)
		buf_u8(&b, (uint8_t)i);
	ok(b.len == 70000 && b.ptr[69999] == (uint8_t)69999 && b.ptr[300] == 44,
	    "it grows");
}

static void
test_num(void)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t want;
	} rows[] = {
		{ "0", true, 0 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "00", false, 0 },
		{ "01", false, 0 },
		{ "+1", false, 0 },
		{ "-1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "0x10", false, 0 },
		{ "1e3", false, 0 },
		{ "1.0", false, 0 },
	};
	uint64_t v;

	for (size_t i = 0; i < COUNT(rows); i++) {
		v = 0;
		ok(num_parse(&v, str_of(rows[i].text)) == rows[i].good &&
			v == rows[i].want,
		    "number \"%s\"", rows[i].text);
	}
	ok(!num_parse(&v, STR("1\0")), "number with NUL behind");
	ok(num_parse_size(&v, STR("16M")) && v == 16 << 20, "size 16M");
	ok(num_parse_size(&v, STR("3T")) && v == UINT64_C(3) << 40, "size 3T");
	ok(num_parse_size(&v, STR("0K")) && v == 0, "size 0K");
	ok(!num_parse_size(&v, STR("16777216T")), "size beyond 64 bits");
	ok(!num_parse_size(&v, STR("K")), "size without digits");
	ok(!num_parse_size(&v, STR("1KB")) && !num_parse_size(&v, STR("1k")),
	    "other suffixes");
	ok(!num_add(&v, UINT64_MAX, 1) && num_add(&v, UINT64_MAX, 0), "num_add");
	ok(!num_mul(&v, UINT64_C(1) << 32, UINT64_C(1) << 32), "num_mul");
}

static void
test_reasons(void)
{
	enum reason r = REASON_NONE;
	bool sound = true, unique = true;

	for (unsigned i = 1; i < REASON_COUNT; i++) {
		const struct reason_row *row = reason_row((enum reason)i);
		const char *dot = strchr(row->code, '.');

		sound = sound && dot != NULL && strchr(dot + 1, '.') == NULL &&
			dot[1] != '\0' &&
			strspn(row->code, "abcdefghijklmnopqrstuvwxyz0123456789-.") ==
			    strlen(row->code) &&
			row->title[0] != '\0' && row->controls != NULL;
		if (!sound) {
			tap_note("row %s", row->code);
			break;
		}
		unique =
		    unique && reason_find(&r, str_of(row->code)) && r == (enum reason)i;
	}
	ok(sound, "each reason has a code area.thing and a title");
	ok(unique, "each code is there once and found");
	ok(!reason_find(&r, STR("no.such")) && !reason_find(&r, STR("")),
	    "no other code is");
	is_str(str_of(reason_code(REASON_NONE)), "", "no reason, no code");
	is_str(str_of(severity_name(SEVERITY_CRITICAL)), "critical", "severity");
}

static void
shown(const struct err *err, const char *want, const char *name)
{
	AUTO(buf_clear) struct buf out = { .max = 4096 };

	err_show(&out, err);
	is_str(str_of(buf_cstr(&out)), want, "%s", name);
}

static void
test_err(void)
{
	struct where at = { STR("/tmp/a b"), STR("sha256:00"), STR("/layers/0"), 12 };
	char longer[600];
	struct err err;

	ok(err_set(&err, REASON_JSON_SYNTAX, &at, "want %d", 7) == -1,
	    "err_set returns -1");
	is_reason(err.reason, REASON_JSON_SYNTAX, "reason");
	shown(
	    &err, "/tmp/a b: sha256:00: /layers/0: offset 12: want 7", "place and text");
	ok(err_set(NULL, REASON_JSON_SYNTAX, &at, "x") == -1, "err may be NULL");
	errno = ENOENT;
	err_sys(&err, REASON_FILE_MISSING, NULL, "cannot open");
	ok(err.sys == ENOENT, "errno is kept");
	shown(&err, "cannot open: No such file or directory", "errno is shown");
	at = (struct where){ .file = STR("a\xff\x1b[31m\nb") };
	err_set(&err, REASON_FILE_MISSING, &at, "%s", "\xc3\xa9\xe2\x80\xae");
	is_str(str_of(err.file), "a\\xFF\x1b[31m\nb", "fields are UTF-8");
	shown(&err, "a\\xFF\\u{001B}[31m\\u{000A}b: \xc3\xa9\\u{202E}",
	    "controls are escaped");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer + 254, "\xc3\xa9", 2);
	err_set(&err, REASON_INTERNAL, NULL, "%s", longer);
	ok(strlen(err.text) == 254, "a long text is cut between characters");
	at = (struct where){ .blob = str_of(longer), .pointer = str_of(longer) };
	err_set(&err, REASON_INTERNAL, &at, "%s", "");
	ok(strlen(err.blob) == 159 && strlen(err.pointer) == 127, "a long place is cut");
	err = (struct err){ .reason = REASON_JSON_NUL };
	shown(&err, reason_row(REASON_JSON_NUL)->title, "without text, the title");
}

static void
test_limits(void)
{
	static const struct {
		const char *name, *value;
		bool good;
	} rows[] = {
		{ "json-depth", "512", true },
		{ "json-depth", "513", false },
		{ "json-depth", "0", false },
		{ "json-depth", "-1", false },
		{ "json-depth", "", false },
		{ "index-bytes", "256M", true },
		{ "index-bytes", "257M", false },
		{ "no-such", "1", false },
		{ "", "1", false },
	};
	struct limits limits;
	struct err err;
	bool sound = true;

	limits_default(&limits);
	for (unsigned i = 0; i < LIMIT_COUNT; i++) {
		const struct limit_row *row = limit_row((enum limit)i);

		sound = sound && row->value <= row->most && limits.v[i] == row->value;
	}
	ok(sound, "each default is allowed");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct limits before = limits;
		int rc;

		err.reason = REASON_NONE;
		rc = limits_set(
		    &limits, str_of(rows[i].name), str_of(rows[i].value), &err);
		is_reason(err.reason, rows[i].good ? REASON_NONE : REASON_USAGE_LIMIT,
		    "--limit-%s=%s", rows[i].name, rows[i].value);
		ok((rc == 0) == rows[i].good &&
			(rc == 0 || memcmp(&before, &limits, sizeof(limits)) == 0),
		    "and a refusal changes nothing");
	}
	is_u64(limits.v[LIMIT_JSON_DEPTH], 512, "the value is taken");
}

static void
test_utf8(void)
{
	static const char *const bad[] = { "\x80", "\xc0\x80", "\xc1\xbf", "\xc3",
		"\xc3(", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
		"\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80", "\xff" };
	uint32_t cp = 0;
	bool all = true;

	for (size_t i = 0; i < COUNT(bad); i++)
		ok(utf8_next(&cp, (const uint8_t *)bad[i], strlen(bad[i])) == 0,
		    "not UTF-8, row %zu", i);
	for (uint32_t c = 0x80; c <= 0x10ffff; c++) {
		uint8_t u[4] = { 0 };
		size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		uint32_t v = c;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		for (size_t i = n; i-- > 1; v >>= 6)
			u[i] = (uint8_t)(0x80 | (v & 0x3f));
		u[0] = (uint8_t)((0xf00 >> n & 0xf0) | v);
		all = all && utf8_next(&cp, u, n) == n && cp == c &&
		      utf8_next(&cp, u, n - 1) == 0;
	}
	ok(all, "every code point, whole and cut");
	ok(utf8_hidden(0x1b) && utf8_hidden(0x7f) && utf8_hidden(0x9b) &&
		utf8_hidden(0x202e) && utf8_hidden(0x200b) && utf8_hidden(0xfeff) &&
		utf8_hidden(0xe0041),
	    "hidden code points");
	ok(!utf8_hidden(' ') && !utf8_hidden('~') && !utf8_hidden(0xe9) &&
		!utf8_hidden(0x1f600),
	    "visible code points");
}

/* What a child writes to stderr at this level. */
static void
logs(enum log_level level, const char *want, const char *name)
{
	struct where at = { .file = STR("f") };
	char got[2048] = "";
	struct err err;
	size_t len = 0;
	ssize_t n;
	int fds[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(fds) != 0 || (pid = fork()) < 0) {
		ok(false, "no pipe or child");
		return;
	}
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		log_set_level(level);
		err_set(&err, REASON_JSON_NUL, &at, "bad\nthing");
		log_err(&err);
		log_error("a%d", 1);
		log_warn("b\x1b[2J");
		log_info("c");
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], got + len, sizeof(got) - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	got[len] = '\0';
	is_str(str_of(got), want, "%s", name);
}

static void
test_log(void)
{
#define ERRORS                                                                           \
	"assay: error: f: bad\\u{000A}thing [json.nul]\n"                                \
	"assay: error: a1\n"
#define WARNING "assay: warning: b\\u{001B}[2J\n"
	logs(LOG_QUIET, ERRORS, "quiet: errors only");
	logs(LOG_NORMAL, ERRORS WARNING, "bad_H01_log: normal, escaped");
	logs(LOG_VERBOSE, ERRORS WARNING "assay: c\n", "verbose: all");
}

int
main(void)
{
	test_bytes();
	test_arena();
	test_exhausted();
	test_buf();
	test_num();
	test_reasons();
	test_err();
	test_limits();
	test_utf8();
	test_log();
	is_str(embed_find("a/one.sql"), "one", "built-in file");
	is_str(embed_find("a/empty.css"), "", "empty built-in file");
	is_str(embed_find("a/none"), NULL, "no such built-in file");
	return tap_done();
}
