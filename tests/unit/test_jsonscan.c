/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON scan itself; what it must refuse is in bad_json.c. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/jsonscan.h"
#include "tests/lib/tap.h"

static const char *const names[] = { "manifests", "layers", "config", "" };

static void
test_top(void)
{
	static const struct {
		const char *doc;
		uint32_t want;
	} rows[] = {
		{ "{}", 0 },
		{ "{\"manifests\":[]}", 1 },
		{ "{\"config\":{},\"x\":1,\"layers\":[]}", 6 },
		{ "{\"l\\u0061yers\":[]}", 2 },
		{ "{\"\":0}", 8 },
		{ "{\"x\":{\"layers\":[]}}", 0 },
		{ "[{\"layers\":[]}]", 0 },
		{ "{\"Layers\":1,\"layer\":2,\"layerss\":3}", 0 },
		{ "\"layers\"", 0 },
	};
	uint32_t found = 99;
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		found = 99;
		ok(jsonscan_top(&found, str_bytes(str_of(rows[i].doc)), names,
		       COUNT(names), NULL, &err) == 0,
		    "scan %s", rows[i].doc);
		is_u64(found, rows[i].want, "  names at the top");
	}
	found = 99;
	ok(jsonscan_top(&found, BYTES_LIT("{\"layers\":[]"), names, COUNT(names), NULL,
	       &err) != 0 &&
		found == 99,
	    "nothing is found in what is refused");
	is_reason(err.reason, REASON_JSON_SYNTAX, "  and the reason is given");
}

static void
test_numbers(void)
{
	static const char doc[] =
	    "[1,-1,0,-0,1.0,1e2,{\"9\":7},[\"5\"],true,12345678901]";
	AUTO(buf_clear) struct buf plain = { .max = 64 };
	struct err err;

	ok(jsonscan_numbers(&plain, str_bytes(str_of(doc)), NULL, NULL, &err) == 0,
	    "numbers");
	is_bytes(
	    buf_bytes(&plain), BYTES_LIT("\1\0\1\0\0\0\1\1"), "plain or not, in order");
	plain.max = 4;
	ok(jsonscan_numbers(&plain, str_bytes(str_of(doc)), NULL, NULL, &err) != 0,
	    "more than the buffer takes");
	is_reason(err.reason, REASON_LIMIT_JSON_TOKENS_HIT, "is refused");
}

static void
test_limits(void)
{
	struct limits limits;
	struct err err;

	limits_default(&limits);
	limits.v[LIMIT_JSON_DEPTH] = 2;
	limits.v[LIMIT_JSON_TOKENS] = 5;
	limits.v[LIMIT_JSON_STRING] = 3;
	ok(jsonscan(BYTES_LIT("{\"a\":[1,\"abc\"]}"), &limits, NULL, &err) == 0,
	    "at the limits");
	jsonscan(BYTES_LIT("[[[]]]"), &limits, NULL, &err);
	is_reason(err.reason, REASON_LIMIT_JSON_DEPTH_HIT, "depth");
	is_u64(err.offset, 2, "  where it is reached");
	jsonscan(BYTES_LIT("[1,2,3,4,5]"), &limits, NULL, &err);
	is_reason(err.reason, REASON_LIMIT_JSON_TOKENS_HIT, "values");
	is_u64(err.offset, 9, "  where it is reached");
	jsonscan(BYTES_LIT("{\"a\":0,\"b\":0,\"c\":0}"), &limits, NULL, &err);
	is_reason(err.reason, REASON_LIMIT_JSON_TOKENS_HIT, "names count too");
	jsonscan(BYTES_LIT("[\"\",\"abcd\"]"), &limits, NULL, &err);
	is_reason(err.reason, REASON_LIMIT_JSON_STRING_HIT, "string");
	is_u64(err.offset, 4, "  where it begins");
	ok(jsonscan(bytes_of(NULL, 0), NULL, NULL, NULL) != 0,
	    "no bytes, no place for an error");
}

/* Every prefix of a document is refused, and the document is not. */
static void
test_prefixes(void)
{
	static const char doc[] =
	    "{\"a\":[1,-2.5e+3,true,false,null,\"\\u00e9\\ud83d\\ude00\\n\xc3\xa9\"],\"b\":{\"c\":\"\"}}";
	struct err err;
	bool refused = true;

	for (size_t n = 0; n < sizeof(doc) - 1; n++)
		refused = refused && jsonscan(bytes_of(doc, n), NULL, NULL, &err) != 0 &&
			  err.offset <= n;
	ok(refused, "every prefix is refused");
	ok(jsonscan(bytes_of(doc, sizeof(doc) - 1), NULL, NULL, &err) == 0,
	    "the whole is not");
}

static size_t
address_space(void)
{
	FILE *in = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (in == NULL || fscanf(in, "%lu", &pages) != 1)
		pages = 1 << 20;
	if (in != NULL)
		fclose(in);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * The shortest members there are, all open at once, below a limit on the address space that
 * leaves room for four times the document: the scan would end the process without it.
 */
static void
test_memory(void)
{
	AUTO(buf_clear) struct buf doc = { .max = (size_t)16 << 20 };
	struct limits limits;
	struct rlimit most;
	int status = -1;
	struct err err;
	pid_t pid;

	limits_default(&limits);
	limits.v[LIMIT_JSON_TOKENS] = 10000000;
	buf_u8(&doc, '{');
	for (unsigned i = 0; i < 1000000; i++)
		buf_printf(&doc, "\"%x\":0,", i);
	buf_text(&doc, "\"\":0}");
	if (SANITIZED) {
		tap_skip("a sanitizer needs the address space");
		return;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		most.rlim_cur = most.rlim_max = address_space() + 4 * doc.len;
		setrlimit(RLIMIT_AS, &most);
		_exit(jsonscan(buf_bytes(&doc), &limits, NULL, &err) == 0 ? 7 : 1);
	}
	waitpid(pid, &status, 0);
	is_u64(WIFEXITED(status) ? (uint64_t)WEXITSTATUS(status) : 999, 7,
	    "a million short members in four times their size");
}

int
main(void)
{
	test_top();
	test_numbers();
	test_limits();
	test_prefixes();
	test_memory();
	return tap_done();
}
