/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation files that cannot be used. One that lies in a folder becomes a problem and takes
 * nothing else with it; what the operator named himself, and the limits, end the load.
 */
#include "trust/revdata.h"

#include <unistd.h>

#include "base/file.h"
#include "tests/lib/forge_crl.h"
#include "tests/lib/forge_ocsp.h"
#include "tests/lib/kit.h"
#include "tests/lib/scratch.h"
#include "tests/lib/tap.h"

#define HEX "eaf8bbfe35f6c2c8b136081de9a994f9515752b2e30b9a6889ae3128ea97656c"

static struct kit k;
static struct scratch at;
static struct forge_chain chain;
static struct bytes good, delta, bare, bare_delta, answer, refusal;
static struct str pem, good64, delta64, bare64, bare_delta64;

static const char *
below(const char *rel)
{
	return arena_str(k.mem, str_of(scratch_at(&at, rel))).ptr;
}

static void
setup(void)
{
	struct forge_crl c;
	struct forge_ocsp o;

	kit_open(&k);
	scratch_open(&at);
	chain = forge_chain(k.forge, forge_key(k.forge, "rsa2048"), "Example");
	c = forge_crl_of(chain.cert[1], forge_key(k.forge, "ca-sub"));
	good = forge_crl(k.forge, &c);
	c.no_next_update = true;
	bare = forge_crl(k.forge, &c);
	c.delta = true;
	c.base = 1;
	c.number = 2;
	bare_delta = forge_crl(k.forge, &c);
	c.no_next_update = false;
	delta = forge_crl(k.forge, &c);
	o = (struct forge_ocsp){ .cert = chain.cert[0],
		.issuer = chain.cert[1],
		.issuer_key = forge_key(k.forge, "ca-sub") };
	answer = forge_ocsp(k.forge, &o);
	o.status = 3;
	refusal = forge_ocsp(k.forge, &o);
	pem = forge_crl_pem(k.forge, good);
	good64 = forge_base64(k.forge, good);
	delta64 = forge_base64(k.forge, delta);
	bare64 = forge_base64(k.forge, bare);
	bare_delta64 = forge_base64(k.forge, bare_delta);
}

static enum reason
load(struct revdata *d, const struct revdata_options *o, struct err *e)
{
	*e = (struct err){ .reason = REASON_NONE };
	return revdata_load(d, o, k.hasher, e) == 0 ? REASON_NONE : e->reason;
}

/* One problem with this reason, place and words; the good file beside it stays. */
static void
one_problem(const char *name, const struct revdata_options *o, enum reason want,
    const char *path, const char *words)
{
	struct revdata d;
	struct err e;

	if (!is_reason(load(&d, o, &e), REASON_NONE, "%s", name)) {
		tap_note("%s: %s", e.file, e.text);
		return;
	}
	is_u64(d.file_count, 1, "%s: the good one stays", name);
	if (is_u64(d.problem_count, 1, "%s: one problem", name)) {
		is_reason(d.problems[0].reason, want, "%s: its reason", name);
		is_str(d.problems[0].path, path, "%s: its place", name);
		if (words != NULL)
			is_str(d.problems[0].detail, words, "%s: its words", name);
	}
	ok(d.given, "%s: something was given", name);
	revdata_clear(&d);
}

/* --- folders --- */

static struct bytes
cut(struct bytes b, size_t n)
{
	return bytes_of(b.ptr, b.len - n);
}

static void
lists(void)
{
	struct bytes longer = forge_der(k.forge, 0x30, 2, good, good);
	const struct {
		const char *name;
		struct bytes data;
		enum reason want;
		const char *path;
	} rows[] = {
		{ "bad_revdata_empty", BYTES_LIT(""), REASON_CRL_MALFORMED, "crl/bad" },
		{ "bad_revdata_text", BYTES_LIT("hello\n"), REASON_CRL_MALFORMED,
		    "crl/bad" },
		{ "bad_revdata_cut", cut(good, 1), REASON_CRL_MALFORMED, "crl/bad" },
		{ "bad_revdata_no_list", longer, REASON_CRL_MALFORMED, "crl/bad" },
		{ "bad_revdata_certificate", chain.cert[0], REASON_CRL_MALFORMED,
		    "crl/bad" },
		{ "bad_revdata_certificate_pem",
		    str_bytes(forge_pem(k.forge, chain.cert[0])), REASON_CRL_MALFORMED,
		    "crl/bad" },
		{ "bad_revdata_response_as_list", answer, REASON_CRL_MALFORMED,
		    "crl/bad" },
		{ "bad_revdata_pem_cut", cut(str_bytes(pem), 30), REASON_CRL_MALFORMED,
		    "crl/bad" },
	};
	struct revdata_options o = { .policy = below("f") };

	scratch_put(&at, "f/crl/good", good);
	for (size_t i = 0; i < COUNT(rows); i++) {
		scratch_put(&at, "f/crl/bad", rows[i].data);
		one_problem(rows[i].name, &o, rows[i].want, rows[i].path, NULL);
	}
	scratch_remove(&at, "f/crl/bad");
	/* The second block is bad; what stands before it counts. */
	scratch_put(&at, "f/crl/good",
	    str_bytes(arena_printf(k.mem, "%.*s%.*s", STR_ARG(pem),
		STR_ARG(forge_crl_pem(k.forge, longer)))));
	one_problem(
	    "bad_revdata_second_block", &o, REASON_CRL_MALFORMED, "crl/good#2", NULL);
}

static void
responses(void)
{
	const struct {
		const char *name;
		struct bytes data;
		enum reason want;
	} rows[] = {
		{ "bad_revdata_empty_response", BYTES_LIT(""), REASON_OCSP_MALFORMED },
		{ "bad_revdata_cut_response", cut(answer, 1), REASON_OCSP_MALFORMED },
		{ "bad_revdata_list_as_response", good, REASON_OCSP_MALFORMED },
		{ "bad_revdata_try_later", refusal, REASON_OCSP_STATUS },
	};
	struct revdata_options o = { .policy = below("r") };

	scratch_put(&at, "r/ocsp/good", answer);
	for (size_t i = 0; i < COUNT(rows); i++) {
		scratch_put(&at, "r/ocsp/bad", rows[i].data);
		one_problem(rows[i].name, &o, rows[i].want, "ocsp/bad", NULL);
	}
}

/* Whatever is no plain file directly in the folder. */
static void
entries(void)
{
	struct revdata_options o = { .crl_dir = below("e") };

	scratch_put(&at, "e/good", good);
	scratch_put(&at, "e/sub/good", good);
	one_problem("bad_revdata_folder", &o, REASON_FILE_TYPE, below("e/sub"), NULL);
	scratch_remove(&at, "e/sub");
	scratch_link(&at, "e/.link", "good");
	one_problem("bad_revdata_link", &o, REASON_FILE_SYMLINK, below("e/.link"), NULL);
	scratch_remove(&at, "e/.link");
	scratch_fifo(&at, "e/fifo");
	one_problem("bad_revdata_fifo", &o, REASON_FILE_TYPE, below("e/fifo"), NULL);
	scratch_remove(&at, "e/fifo");
	scratch_put(&at, "e/.hidden", BYTES_LIT("x"));
	one_problem(
	    "bad_revdata_hidden", &o, REASON_CRL_MALFORMED, below("e/.hidden"), NULL);
	scratch_remove(&at, "e/.hidden");
	scratch_put(&at, "e/\xff\n", BYTES_LIT("x"));
	one_problem("bad_revdata_odd_name", &o, REASON_CRL_MALFORMED,
	    below("e/\\xFF\\u{000A}"), NULL);
	scratch_remove(&at, "e/\xff\n");
}

/* --- a cache --- */

/* JSON with ' for ". */
#define ENTRY(...) str_bytes(quoted(k.mem, arena_printf(k.mem, __VA_ARGS__).ptr))

static void
cache(void)
{
	const struct {
		const char *name;
		struct bytes data;
		enum reason want;
		const char *words;
	} rows[] = {
		{ "bad_revdata_entry_empty", BYTES_LIT(""), REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_der", good, REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_array", BYTES_LIT("[]"), REASON_CRL_MALFORMED,
		    NULL },
		{ "bad_revdata_entry_no_base", ENTRY("{'deltaCRL':'%s'}", delta64.ptr),
		    REASON_CRL_MALFORMED, "no member baseCRL" },
		{ "bad_revdata_entry_null",
		    ENTRY("{'baseCRL':null,'deltaCRL':'%s'}", delta64.ptr),
		    REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_unknown_member",
		    ENTRY("{'baseCRL':'%s','x':1}", good64.ptr), REASON_CRL_MALFORMED,
		    NULL },
		{ "bad_revdata_entry_case", ENTRY("{'BaseCRL':'%s'}", good64.ptr),
		    REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_twice",
		    ENTRY("{'baseCRL':'%s','baseCRL':'%s'}", good64.ptr, good64.ptr),
		    REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_trailing", ENTRY("{'baseCRL':'%s'}x", good64.ptr),
		    REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_base64", ENTRY("{'baseCRL':'%s\\n'}", good64.ptr),
		    REASON_CRL_MALFORMED, "/baseCRL: not canonical base64" },
		{ "bad_revdata_entry_delta_base64",
		    ENTRY("{'baseCRL':'%s','deltaCRL':'A'}", good64.ptr),
		    REASON_CRL_MALFORMED, "/deltaCRL: not canonical base64" },
		{ "bad_revdata_entry_no_list", ENTRY("{'baseCRL':'AAAA'}"),
		    REASON_CRL_MALFORMED, NULL },
		{ "bad_revdata_entry_exchanged",
		    ENTRY("{'baseCRL':'%s','deltaCRL':'%s'}", delta64.ptr, good64.ptr),
		    REASON_CRL_MALFORMED, "/baseCRL: delta list, want a base list" },
		{ "bad_revdata_entry_two_bases",
		    ENTRY("{'baseCRL':'%s','deltaCRL':'%s'}", good64.ptr, good64.ptr),
		    REASON_CRL_MALFORMED, "/deltaCRL: base list, want a delta list" },
		{ "bad_revdata_entry_no_next_update",
		    ENTRY("{'baseCRL':'%s'}", bare64.ptr), REASON_CRL_NO_NEXT_UPDATE,
		    "/baseCRL: the list has no nextUpdate" },
		{ "bad_revdata_entry_delta_no_next_update",
		    ENTRY(
			"{'baseCRL':'%s','deltaCRL':'%s'}", good64.ptr, bare_delta64.ptr),
		    REASON_CRL_NO_NEXT_UPDATE, "/deltaCRL: the list has no nextUpdate" },
	};
	struct revdata_options o = { .cache_dir = below("c"), .crl_dir = below("cg") };

	scratch_put(&at, "cg/good", good);
	for (size_t i = 0; i < COUNT(rows); i++) {
		scratch_put(&at, "c/" HEX, rows[i].data);
		one_problem(
		    rows[i].name, &o, rows[i].want, below("c/" HEX), rows[i].words);
	}
}

static void
cache_names(void)
{
	static const struct {
		const char *name, *file;
	} rows[] = {
		{ "bad_revdata_name_extension", HEX ".crl" },
		{ "bad_revdata_name_upper",
		    "EAF8BBFE35F6C2C8B136081DE9A994F9515752B2E30B9A6889AE3128EA97656C" },
		{ "bad_revdata_name_short", "eaf8bbfe" },
		{ "bad_revdata_name_temporary", "notation-1234" },
	};
	struct revdata_options o = { .cache_dir = below("n"), .crl_dir = below("cg") };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str rel = arena_printf(k.mem, "n/%s", rows[i].file);

		scratch_put(&at, rel.ptr, ENTRY("{'baseCRL':'%s'}", good64.ptr));
		one_problem(rows[i].name, &o, REASON_CRL_MALFORMED, below(rel.ptr), NULL);
		scratch_remove(&at, rel.ptr);
	}
	scratch_link(&at, "n/" HEX, "../cg/good");
	one_problem(
	    "bad_revdata_entry_link", &o, REASON_FILE_SYMLINK, below("n/" HEX), NULL);
}

/* --- the map --- */

static void
map_refused(const char *name, const char *text, enum reason want, const char *pointer)
{
	struct revdata_options o = { .map = below("m/map.json") };
	struct revdata d;
	struct err e;

	scratch_json(&at, "m/map.json", text);
	if (!is_reason(load(&d, &o, &e), want, "%s", name))
		tap_note("%s: %s: %s", e.file, e.pointer, e.text);
	is_str(str_of(e.pointer), pointer, "%s: its pointer", name);
	is_str(str_of(e.file), o.map, "%s: its file", name);
}

static void
map(void)
{
	static const struct {
		const char *name, *text, *pointer;
	} rows[] = {
		{ "bad_revdata_map_empty", "", "" },
		{ "bad_revdata_map_array", "['a']", "" },
		{ "bad_revdata_map_number", "{'http://a':1}", "/http:~1~1a" },
		{ "bad_revdata_map_nested", "{'http://a':['good']}", "/http:~1~1a" },
		{ "bad_revdata_map_twice", "{'u':'good','u':'good'}", "" },
		{ "bad_revdata_map_no_url", "{'':'good'}", "/" },
		{ "bad_revdata_map_no_name", "{'u':''}", "/u" },
		{ "bad_revdata_map_missing", "{'a':'good','u':'none'}", "/u" },
		{ "bad_revdata_map_absolute", "{'u':'/etc/passwd'}", "/u" },
		{ "bad_revdata_map_parent", "{'u':'../cg/good'}", "/u" },
		{ "bad_revdata_map_dot", "{'u':'./good'}", "/u" },
		{ "bad_revdata_map_link", "{'u':'link'}", "/u" },
		{ "bad_revdata_map_link_on_the_way", "{'u':'way/good'}", "/u" },
		{ "bad_revdata_map_folder", "{'u':'sub'}", "/u" },
	};
	struct revdata_options o = { .map = below("m/map.json") };
	struct revdata d;
	struct err e;

	scratch_put(&at, "m/good", good);
	scratch_folder(&at, "m/sub");
	scratch_link(&at, "m/link", "good");
	scratch_link(&at, "m/way", "../cg");
	for (size_t i = 0; i < COUNT(rows); i++)
		map_refused(
		    rows[i].name, rows[i].text, REASON_REVOCATION_MAP, rows[i].pointer);
	scratch_json(&at, "m/map.json", "{'a':'good'}");
	is_reason(load(&d, &o, &e), REASON_NONE, "a good map");
	revdata_clear(&d);
	/* The operator named a file, and it is there: what is in it is not his fault. */
	scratch_put(&at, "m/bad", BYTES_LIT("x"));
	scratch_json(&at, "m/map.json", "{'a':'good','b':'bad'}");
	one_problem(
	    "bad_revdata_map_no_list", &o, REASON_CRL_MALFORMED, below("m/bad"), NULL);
	scratch_put(&at, "m/bad",
	    str_bytes(arena_printf(k.mem, "%.*s%.*s", STR_ARG(pem), STR_ARG(pem))));
	one_problem("bad_revdata_map_two_lists", &o, REASON_CRL_MALFORMED, below("m/bad"),
	    "several lists for one URL");
	o.map = below("m/none.json");
	is_reason(load(&d, &o, &e), REASON_FILE_MISSING, "bad_revdata_map_none");
	scratch_link(&at, "m/l.json", "map.json");
	o.map = below("m/l.json");
	is_reason(load(&d, &o, &e), REASON_FILE_SYMLINK, "bad_revdata_map_is_link");
}

/* --- what the operator named --- */

static void
sources(void)
{
	static const struct {
		const char *name, *rel;
		enum reason want;
	} rows[] = {
		{ "bad_revdata_source_missing", "s/none", REASON_FILE_MISSING },
		{ "bad_revdata_source_file", "s/file", REASON_FILE_TYPE },
		{ "bad_revdata_source_link", "s/link", REASON_FILE_SYMLINK },
	};
	struct revdata d;
	struct err e;

	scratch_put(&at, "s/file", good);
	scratch_folder(&at, "s/folder");
	scratch_link(&at, "s/link", "folder");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *path = below(rows[i].rel);
		struct revdata_options o[] = { { .crl_dir = path }, { .ocsp_dir = path },
			{ .cache_dir = path }, { .policy = path } };

		for (size_t n = 0; n < COUNT(o); n++) {
			is_reason(
			    load(&d, &o[n], &e), rows[i].want, "%s %zu", rows[i].name, n);
			is_str(str_of(e.file), path, "its place");
			ok(d.file_count == 0 && d.mem.chunks == NULL, "nothing is left");
		}
	}
	scratch_put(&at, "q/crl", good);
	is_reason(load(&d, &(struct revdata_options){ .policy = below("q") }, &e),
	    REASON_FILE_TYPE, "bad_revdata_policy_crl_is_file");
	is_str(str_of(e.file), below("q/crl"), "its place");
	scratch_link(&at, "q/ocsp", "../s/folder");
	scratch_remove(&at, "q/crl");
	is_reason(load(&d, &(struct revdata_options){ .policy = below("q") }, &e),
	    REASON_FILE_SYMLINK, "bad_revdata_policy_ocsp_is_link");
}

/* A file that may not be read: the host's fault, not that of the data. */
static void
unreadable(void)
{
	struct revdata_options o = { .crl_dir = below("u") };
	struct revdata d;
	struct err e;

	if (geteuid() == 0) {
		tap_skip("bad_revdata_unreadable: root may read everything");
		return;
	}
	scratch_put(&at, "u/a.crl", good);
	scratch_mode(&at, "u/a.crl", 0);
	is_reason(load(&d, &o, &e), REASON_FILE_UNREADABLE, "bad_revdata_unreadable");
	is_str(str_of(e.file), below("u/a.crl"), "its place");
}

/* --- limits --- */

static void
limits(void)
{
	struct limits l = k.limits;
	struct revdata_options o = { .policy = below("k"), .limits = &l };
	struct revdata d;
	struct err e;

	scratch_put(&at, "k/crl/a", good);
	scratch_put(&at, "k/ocsp/b", answer);
	l.v[LIMIT_CRL_BYTES] = good.len - 1;
	one_problem("bad_R06_crl_too_large", &o, REASON_LIMIT_CRL_HIT, "crl/a", NULL);
	scratch_put(&at, "k/crl/a", str_bytes(pem));
	one_problem("bad_R06_crl_too_large_in_pem", &o, REASON_LIMIT_CRL_HIT, "crl/a", NULL);
	l.v[LIMIT_CRL_BYTES] = good.len;
	is_reason(load(&d, &o, &e), REASON_NONE, "the limit is of the list, not of its PEM");
	is_u64(d.file_count, 2, "it is there");
	revdata_clear(&d);
	scratch_put(&at, "k/crl/a", good);
	l.v[LIMIT_OCSP_BYTES] = answer.len - 1;
	one_problem("bad_R08_ocsp_too_large", &o, REASON_LIMIT_OCSP_HIT, "ocsp/b", NULL);
	l.v[LIMIT_OCSP_BYTES] = answer.len;
	l.v[LIMIT_REVOCATION_BYTES] = good.len + answer.len;
	l.v[LIMIT_REVOCATION_FILES] = 2;
	is_reason(
	    load(&d, &o, &e), REASON_NONE, "all limits are reached, none is passed");
	is_u64(d.file_count, 2, "both are there");
	revdata_clear(&d);
	l.v[LIMIT_REVOCATION_BYTES]--;
	is_reason(
	    load(&d, &o, &e), REASON_LIMIT_REVOCATION_HIT, "bad_R06_all_bytes_together");
	l.v[LIMIT_REVOCATION_BYTES]++;
	l.v[LIMIT_REVOCATION_FILES]--;
	is_reason(load(&d, &o, &e), REASON_LIMIT_REVOCATION_HIT, "bad_R06_files");
	l.v[LIMIT_REVOCATION_FILES] = 2;
	/* Each list of a file is one. */
	scratch_put(&at, "k/crl/a",
	    str_bytes(arena_printf(k.mem, "%.*s%.*s", STR_ARG(pem), STR_ARG(pem))));
	l.v[LIMIT_REVOCATION_BYTES] = l.v[LIMIT_CRL_BYTES] = 1 << 20;
	is_reason(load(&d, &o, &e), REASON_LIMIT_REVOCATION_HIT, "bad_R06_blocks");
	scratch_remove(&at, "k/ocsp/b");
	is_reason(load(&d, &o, &e), REASON_NONE, "two blocks are two files");
	revdata_clear(&d);
}

static void
map_limits(void)
{
	struct limits l = k.limits;
	struct revdata_options o = { .map = below("m/map.json"), .limits = &l };
	struct revdata d;
	struct err e;

	scratch_json(&at, "m/map.json", "{'a':'good','b':'good'}");
	l.v[LIMIT_REVOCATION_FILES] = 2;
	/* One file for two URLs is read once. */
	l.v[LIMIT_REVOCATION_BYTES] = good.len;
	is_reason(load(&d, &o, &e), REASON_NONE, "two URLs");
	revdata_clear(&d);
	l.v[LIMIT_REVOCATION_FILES] = 1;
	is_reason(load(&d, &o, &e), REASON_LIMIT_REVOCATION_HIT, "bad_R06_urls");
	l.v[LIMIT_REVOCATION_FILES] = 2;
	l.v[LIMIT_REVOCATION_BYTES]--;
	is_reason(
	    load(&d, &o, &e), REASON_LIMIT_REVOCATION_HIT, "bad_R06_bytes_of_a_map");
	l.v[LIMIT_JSON_TOKENS] = 2;
	is_reason(
	    load(&d, &o, &e), REASON_LIMIT_JSON_TOKENS_HIT, "bad_R06_values_of_a_map");
}

/* A list of more than --limit-json-string is one string of a cache. */
static void
large_entry(void)
{
	struct forge_crl c = forge_crl_of(chain.cert[1], forge_key(k.forge, "ca-sub"));
	struct revdata_options o = { .cache_dir = below("big") };
	struct bytes large;
	struct revdata d;
	struct err e;

	c.flood = 40000;
	large = forge_crl(k.forge, &c);
	scratch_put(
	    &at, "big/" HEX, ENTRY("{'baseCRL':'%s'}", forge_base64(k.forge, large).ptr));
	is_reason(load(&d, &o, &e), REASON_NONE, "a cached list of %zu bytes", large.len);
	is_u64(d.file_count, 1, "is there");
	is_u64(d.problem_count, 0, "and no problem");
	revdata_clear(&d);
}

int
main(void)
{
	setup();
	lists();
	responses();
	entries();
	cache();
	cache_names();
	map();
	sources();
	unreadable();
	limits();
	map_limits();
	large_entry();
	scratch_close(&at);
	kit_close(&k);
	return tap_done();
}
