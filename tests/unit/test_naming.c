/* SPDX-License-Identifier: Apache-2.0 */
/* What the user says about names, and how names are compared. */
#include <stdio.h>
#include <stdlib.h>

#include "base/glob.h"
#include "oci/naming.h"
#include "oci/reference.h"
#include "tests/lib/tap.h"

#define HEX64 "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define OTHER "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_glob(void)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "a", true },
		{ "a", "A", false },
		{ "a", "ab", false },
		{ "*", "", true },
		{ "*", "a/b:c@d", true },
		{ "a*", "a", true },
		{ "a*c", "abbbc", true },
		{ "a*c", "abcb", false },
		{ "a*b*c", "axbybzc", true },
		{ "a*b*c", "axcyc", false },
		{ "*.example/*", "r.example/a/b:1", true },
		{ "**a", "bba", true },
		{ "?", "a", true },
		{ "?", "", false },
		{ "a?c", "a/c", true },
		{ "a?", "a", false },
		{ "[a]", "a", false },
		{ "[a]", "[a]", true },
		{ "\\*", "*", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(glob_match(str_of(rows[i].pattern), str_of(rows[i].text)) ==
			rows[i].fits,
		    "'%s' %s '%s'", rows[i].pattern, rows[i].fits ? "fits" : "is not",
		    rows[i].text);
}

/* The first costs an exponential search if every "*" is tried again. */
static void
test_glob_cost(void)
{
	size_t n = 100000;
	char *text = xmalloc(n);
	char pattern[64];

	memset(text, 'a', n);
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = i % 2 == 0 ? '*' : 'a';
	pattern[sizeof(pattern) - 1] = 'b';
	ok(!glob_match((struct str){ pattern, sizeof(pattern) }, (struct str){ text, n }),
	    "many stars over a long text");
	free(text);
}

static void
test_normal(struct arena *mem)
{
	static const struct {
		const char *scope, *normal;
	} rows[] = {
		{ "r.example/a/b", "r.example/a/b" },
		{ "R.Example/a/b", "r.example/a/b" },
		{ "r.example:443/a", "r.example:443/a" },
		{ "docker.io/nginx", "docker.io/library/nginx" },
		{ "docker.io/library/nginx", "docker.io/library/nginx" },
		{ "index.docker.io/library/nginx", "docker.io/library/nginx" },
		{ "INDEX.docker.io/nginx", "docker.io/library/nginx" },
		{ "registry-1.docker.io/a/b", "docker.io/a/b" },
		{ "registry-1.docker.io:443/a/b", "registry-1.docker.io:443/a/b" },
		{ "index.docker.io.example/a/b", "index.docker.io.example/a/b" },
		{ "a/b", "docker.io/a/b" },
		{ "A/b", "docker.io/a/b" },
		{ "a/b/c", "docker.io/a/b/c" },
		{ "localhost/a", "localhost/a" },
		{ "Localhost/a", "localhost/a" },
		{ "localhost:5000/a", "localhost:5000/a" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		is_str(reference_normal(mem, str_of(rows[i].scope)), rows[i].normal,
		    "%s means", rows[i].scope);
		is_str(reference_normal(mem, str_of(rows[i].normal)), rows[i].normal,
		    "%s stays", rows[i].normal);
	}
}

static void
test_rewrites(struct arena *mem)
{
	static const char *const given[] = { "mirror.example=r.example",
		"mirror.example/hub=docker.io",
		"mirror.example/hub/library=r.example/lib",
		"docker.io/team=r.example/team" };
	static const struct {
		const char *name, *becomes;
	} rows[] = {
		{ "mirror.example/a/b", "r.example/a/b" },
		{ "mirror.example/hub/a/b", "docker.io/a/b" },
		{ "mirror.example/hub/library/a", "r.example/lib/a" },
		{ "mirror.example/hubs/a", "r.example/hubs/a" },
		{ "mirror.example/hub", "docker.io" },
		{ "mirror.example:5000/a", "mirror.example:5000/a" },
		{ "mirror.example.com/a", "mirror.example.com/a" },
		{ "Mirror.example/a", "r.example/a" },
		{ "index.docker.io/team/x", "r.example/team/x" },
		{ "docker.io/teams/x", "docker.io/teams/x" },
		{ "r.example/a", "r.example/a" },
	};
	static const char *const bad[] = { "", "=", "a", "a=", "=b", "a/=b", "a=b/",
		"r.example/A=b", "a=b/c:1", "a=b@c", "https://a=b", "a b=c" };
	struct naming_rewrite rewrites[COUNT(given)];
	struct naming n = { .rewrites = rewrites, .rewrite_count = COUNT(given) };
	struct err err;

	for (size_t i = 0; i < COUNT(given); i++)
		ok(naming_rewrite_parse(&rewrites[i], mem, str_of(given[i]), &err) == 0,
		    "rewrite %s", given[i]);
	for (size_t i = 0; i < COUNT(rows); i++)
		is_str(naming_rewritten(&n, mem, str_of(rows[i].name)), rows[i].becomes,
		    "%s becomes", rows[i].name);
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct naming_rewrite r;

		ok(naming_rewrite_parse(&r, mem, str_of(bad[i]), &err) != 0 &&
			err.reason == REASON_USAGE_OPTION,
		    "rewrite '%s' is none", bad[i]);
	}
}

static struct str
mapped(const struct naming *n, const char *digest, const char *text, const char *written,
    const char *tag)
{
	const struct naming_line *l = naming_line_for(
	    n, str_of(digest), str_of(text), str_of(written), str_of(tag));

	return l == NULL ? STR_NONE : l->target;
}

static void
test_map(struct arena *mem)
{
	static const char text[] = "# which is which\n"
				   "\n"
				   "  1.*\t r.example/tagged  \n"
				   "m.example/a* r.example/by-name\r\n"
				   "nginx:* docker.io/library/nginx\n"
				   "sha256:" HEX64 " r.example/first\n"
				   "sha256:" HEX64 " r.example/second\n"
				   "m.example/* r.example/late";
	static const char digest[] = "sha256:" HEX64, none[] = "sha256:" OTHER;
	struct naming n = { .line_count = 0 };
	bool seen[6] = { false };
	struct err err;

	ok(naming_map_parse(&n, mem, bytes_of(text, strlen(text)), NULL, &err) == 0,
	    "a map");
	is_u64(n.line_count, 6, "of six lines");
	is_str(mapped(&n, none, "1.2", NULL, "1.2"), "r.example/tagged", "by tag");
	is_str(mapped(&n, none, "x.example/y:1.2", "x.example/y", "1.2"),
	    "r.example/tagged", "by the tag of a name");
	is_str(mapped(&n, none, "m.example/ab:7", "m.example/ab", "7"),
	    "r.example/by-name", "by name");
	is_str(mapped(&n, none, "nginx:7", "docker.io/library/nginx", "7"),
	    "docker.io/library/nginx", "by a short name");
	is_str(mapped(&n, digest, "m.example/ab:7", "m.example/ab", "7"),
	    "r.example/by-name", "the first line counts");
	is_str(mapped(&n, digest, "m.example/x:7", "m.example/x", "7"), "r.example/first",
	    "by digest, of two lines the first");
	is_str(mapped(&n, digest, NULL, NULL, NULL), "r.example/first",
	    "by digest without a name");
	is_str(mapped(&n, none, "m.example/x:7", "m.example/x", "7"), "r.example/late",
	    "by the last line");
	ok(mapped(&n, none, "x.example/x:7", "x.example/x", "7").ptr == NULL &&
		mapped(&n, none, NULL, NULL, NULL).ptr == NULL,
	    "by none");
	naming_mark(&n, str_of(digest), seen);
	naming_mark(&n, str_of(none), seen);
	ok(!seen[2] && seen[3] && seen[4] && !seen[5], "lines of a digest are marked");
}

static void
test_bad_map(struct arena *mem)
{
	static const char *const bad[] = {
		"1.0",
		"1.0 ",
		"1.0 web",
		"1.0 r.example/web:1",
		"1.0 r.example/web extra",
		"1.0 r.example/Web",
		"sha256:1234 r.example/web",
		"sha512:" HEX64 " r.example/web",
		"1.0 r.example/web\n\n2.0 *",
		"1.0 r.example/we\xff",
	};
	static const char *const good[] = { "", "\n\n", "#", "1.0 local/web",
		"blake3:" HEX64 " r.example/web" };
	struct naming n = { .line_count = 0 };
	struct err err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		ok(naming_map_parse(
		       &n, mem, bytes_of(bad[i], strlen(bad[i])), NULL, &err) != 0,
		    "bad map %zu", i);
		is_reason(err.reason, REASON_NAMES_MAP, "bad map %zu: why", i);
	}
	is_str(str_of(strstr(bad[8], "2.0")), "2.0 *", "sibling: the line behind");
	for (size_t i = 0; i < COUNT(good); i++)
		ok(naming_map_parse(
		       &n, mem, bytes_of(good[i], strlen(good[i])), NULL, &err) == 0,
		    "sibling: map %zu", i);
}

static void
test_ignored(void)
{
	const struct str patterns[] = { STR("r.example/cache/*"), STR("hub") };
	struct naming n = { .ignored = patterns, .ignored_count = COUNT(patterns) };

	ok(naming_ignores(&n, STR("r.example/cache/a:1"), STR_NONE), "by the whole name");
	ok(naming_ignores(&n, STR("R.example/x"), STR("r.example/cache/x")),
	    "by the repository");
	ok(naming_ignores(&n, STR("hub"), STR_NONE), "a short one");
	ok(!naming_ignores(&n, STR("r.example/cached/a:1"), STR("r.example/cached/a")) &&
		!naming_ignores(&n, STR("hub:1"), STR_NONE),
	    "sibling: others stay");
}

static void
test_targets(void)
{
	static const char *const good[] = { "local/hello-world", "localhost:5000/x",
		"index.docker.io/library/nginx", "R.example/a/b", "a-b/c_d" };
	static const char *const bad[] = { "", "web", "r.example/", "r.example/web:1",
		"r.example/web@sha256:" HEX64, "*", "r.example/*",
		"https://r.example/web", "r.example/Web" };
	struct err err;

	for (size_t i = 0; i < COUNT(good); i++)
		ok(naming_target(str_of(good[i]), "", &err) == 0, "name %s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		ok(naming_target(str_of(bad[i]), "", &err) != 0 &&
			err.reason == REASON_USAGE_OPTION,
		    "'%s' is no name", bad[i]);
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	test_glob();
	test_glob_cost();
	test_normal(&mem);
	test_rewrites(&mem);
	test_map(&mem);
	test_bad_map(&mem);
	test_ignored();
	test_targets();
	arena_clear(&mem);
	return tap_done();
}
