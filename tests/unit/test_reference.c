/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "oci/reference.h"
#include "tests/lib/tap.h"

#define HEX64 "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *text;
	bool full;
	const char *scope; /* NULL: reference.invalid */
	const char *tag, *digest; /* NULL: absent */
} rows[] = {
	{ "registry.example.com/team/web:1.0", true, "registry.example.com/team/web",
	    "1.0", NULL },
	{ "localhost/x", true, "localhost/x", NULL, NULL },
	{ "localhost:5000/x:y", true, "localhost:5000/x", "y", NULL },
	{ "127.0.0.1:5055/team/web@sha256:" HEX64, true, "127.0.0.1:5055/team/web", NULL,
	    "sha256:" HEX64 },
	{ "r.io/a/b:t@sha256:" HEX64, true, "r.io/a/b", "t", "sha256:" HEX64 },
	{ "r.io/a@blake3:" HEX64, true, "r.io/a", NULL, "blake3:" HEX64 },
	/* Docker's short names: no host, no "library/". "latest" is never invented. */
	{ "alpine", false, "docker.io/library/alpine", NULL, NULL },
	{ "alpine:3", false, "docker.io/library/alpine", "3", NULL },
	{ "team/web", false, "docker.io/team/web", NULL, NULL },
	{ "docker.io/nginx", true, "docker.io/library/nginx", NULL, NULL },
	{ "index.docker.io/library/nginx:latest", true, "docker.io/library/nginx",
	    "latest", NULL },
	{ "registry-1.docker.io/a/b", true, "docker.io/a/b", NULL, NULL },
	{ "r.io/a.b_c__d---e/f", true, "r.io/a.b_c__d---e/f", NULL, NULL },
	/* Refused. */
	{ "", false, NULL, NULL, NULL },
	{ "r.io/", true, NULL, NULL, NULL },
	{ "r.io/A", true, NULL, NULL, NULL },
	{ "Team/web", false, NULL, NULL, NULL },
	{ "r.io//a", true, NULL, NULL, NULL },
	{ "r.io/a/", true, NULL, NULL, NULL },
	{ "r.io/a..b", true, NULL, NULL, NULL },
	{ "r.io/a___b", true, NULL, NULL, NULL },
	{ "r.io/-a", true, NULL, NULL, NULL },
	{ "r.io/a:", true, NULL, NULL, NULL },
	{ "r.io/a:.x", true, NULL, NULL, NULL },
	{ "r.io/a:x y", true, NULL, NULL, NULL },
	{ "r.io/a\nb", true, NULL, NULL, NULL },
	{ "r.io:/a", true, NULL, NULL, NULL },
	{ "r.io:5x/a", true, NULL, NULL, NULL },
	{ "-r.io/a", true, NULL, NULL, NULL },
	{ "r..io/a", true, NULL, NULL, NULL },
	{ "r.io/a@sha256:12", true, NULL, NULL, NULL },
	{ "r.io/a@sha256:" HEX64 "@sha256:" HEX64, true, NULL, NULL, NULL },
	{ "https://r.io/a", true, NULL, NULL, NULL },
	{ "r.io/*", true, NULL, NULL, NULL },
};

static void
test_parse(struct arena *mem)
{
	struct reference r;
	struct err err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *t = rows[i].text;
		int result = reference_parse(&r, mem, str_of(t), &err);

		ok(reference_is_full(str_of(t)) == rows[i].full, "'%s' full: %d", t,
		    rows[i].full);
		if (rows[i].scope == NULL) {
			ok(result != 0, "'%s' is refused", t);
			is_reason(err.reason, REASON_REFERENCE_INVALID, "'%s': why", t);
			continue;
		}
		if (!ok(result == 0, "'%s' is taken", t))
			continue;
		is_str(reference_scope(mem, &r), rows[i].scope, "'%s': scope", t);
		ok(reference_scope_valid(reference_scope(mem, &r)),
		    "'%s': scope is valid", t);
		if (rows[i].tag == NULL)
			ok(r.tag.ptr == NULL, "'%s': no tag", t);
		else
			is_str(r.tag, rows[i].tag, "'%s': tag", t);
		if (rows[i].digest == NULL)
			ok(r.digest.ptr == NULL, "'%s': no digest", t);
		else
			is_str(r.digest, rows[i].digest, "'%s': digest", t);
	}
}

static const struct {
	const char *scope;
	bool valid;
} scopes[] = {
	{ "localhost:5000/x", true },
	{ "local/x", true },
	{ "Registry.Example/x/y", true },
	{ "a-b.example/x", true },
	{ "x", false },
	{ "*", false },
	{ "r.io/*", false },
	{ "r.io/x*", false },
	{ "r.io/x:1", false },
	{ "r.io/x@sha256:" HEX64, false },
	{ "https://r.io/x", false },
	{ "r.io/X", false },
	{ "r_.io/x", false },
	{ "r.io./x", false },
	{ ":5000/x", false },
	{ "/x", false },
	{ "", false },
};

static const struct {
	const char *tag, *alg, *hex, *suffix; /* alg NULL: no */
} tags[] = {
	{ "sha256-" HEX64, "sha256", HEX64, NULL },
	{ "sha512-" HEX64, "sha512", HEX64, NULL },
	{ "sha256-" HEX64 ".sig", "sha256", HEX64, "sig" },
	{ "sha256-" HEX64 ".att", "sha256", HEX64, "att" },
	{ "sha256-" HEX64 ".sbom", "sha256", HEX64, "sbom" },
	{ "sha512-" HEX64 HEX64 ".sig", "sha512", HEX64 HEX64, "sig" },
	{ "multihash-base58-" HEX64, "multihash-base58", HEX64, NULL },
	{ "multihash+base58-" HEX64, NULL, NULL, NULL },
	{ "sha256-" HEX64 "0", NULL, NULL, NULL },
	{ "sha256-" HEX64 ".txt", NULL, NULL, NULL },
	{ "sha256-1234", NULL, NULL, NULL },
	{ "sha256" HEX64, NULL, NULL, NULL },
	{ "-" HEX64, NULL, NULL, NULL },
	{ "SHA256-" HEX64, NULL, NULL, NULL },
	{ "x" A32 "-" HEX64, NULL, NULL, NULL },
	{ "1.0", NULL, NULL, NULL },
	{ ".sig", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
};

static void
test_digest_tags(void)
{
	struct str alg, hex, suffix;

	for (size_t i = 0; i < COUNT(tags); i++) {
		const char *t = tags[i].tag;
		bool is = reference_digest_tag(str_of(t), &alg, &hex, &suffix);

		if (!ok(is == (tags[i].alg != NULL), "'%s' names a digest: %d", t,
			tags[i].alg != NULL) ||
		    !is)
			continue;
		is_str(alg, tags[i].alg, "'%s': algorithm", t);
		is_str(hex, tags[i].hex, "'%s': value", t);
		if (tags[i].suffix == NULL)
			ok(suffix.ptr == NULL, "'%s': no suffix", t);
		else
			is_str(suffix, tags[i].suffix, "'%s': suffix", t);
	}
}

static void
test_lengths(struct arena *mem)
{
	char text[512];
	struct reference r;

	memset(text, 'a', sizeof(text));
	ok(reference_tag_valid((struct str){ text, 128 }), "tag of 128 octets");
	ok(!reference_tag_valid((struct str){ text, 129 }), "tag of 129 octets");
	memcpy(text, "r.io/", 5);
	ok(reference_parse(&r, mem, (struct str){ text, 255 }, NULL) == 0,
	    "name of 255 octets");
	ok(reference_parse(&r, mem, (struct str){ text, 256 }, NULL) != 0,
	    "name of 256 octets");
}

int
main(void)
{
	struct arena mem;

	arena_init(&mem, 0);
	test_parse(&mem);
	for (size_t i = 0; i < COUNT(scopes); i++)
		ok(reference_scope_valid(str_of(scopes[i].scope)) == scopes[i].valid,
		    "scope '%s' valid: %d", scopes[i].scope, scopes[i].valid);
	test_digest_tags();
	test_lengths(&mem);
	arena_clear(&mem);
	return tap_done();
}
