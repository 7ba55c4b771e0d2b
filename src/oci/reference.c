/* SPDX-License-Identifier: Apache-2.0 */
/* Image references, after the grammar of the distribution project. */
#include "oci/reference.h"

#include <strings.h>

#include "crypto/digest.h"

#define TAG_MOST 128 /* distribution-spec, "Pulling manifests" */
#define NAME_MOST 255 /* registry and repository together, as registries take it */
#define FALLBACK_ALG_MOST 32 /* distribution-spec, "Referrers Tag Schema" */
#define FALLBACK_HEX 64

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* --- grammar --- */

static bool
host_label(struct str s)
{
	if (s.len == 0 || s.ptr[0] == '-' || s.ptr[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) && s.ptr[i] != '-')
			return false;
	return true;
}

static bool
port_valid(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]))
			return false;
	return s.len > 0;
}

/* label ("." label)* [":" digits] */
bool
reference_host_valid(struct str host)
{
	size_t colon = str_find(host, ':');
	struct str rest = str_upto(host, colon);

	if (colon < host.len && !port_valid(str_from(host, colon + 1)))
		return false;
	while (str_find(rest, '.') < rest.len) {
		size_t dot = str_find(rest, '.');

		if (!host_label(str_upto(rest, dot)))
			return false;
		rest = str_from(rest, dot + 1);
	}
	return host_label(rest);
}

/* Between two runs of letters and digits: ".", "_", "__" or any number of "-". */
static bool
separator_valid(struct str s)
{
	if (str_is(s, ".") || str_is(s, "_") || str_is(s, "__"))
		return true;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '-')
			return false;
	return s.len > 0;
}

static bool
path_component(struct str s)
{
	size_t i = 0, from;

	while (true) {
		for (from = i; i < s.len && (is_lower(s.ptr[i]) || is_digit(s.ptr[i]));
		     i++)
			;
		if (i == from)
			return false;
		if (i == s.len)
			return true;
		for (from = i; i < s.len && !is_lower(s.ptr[i]) && !is_digit(s.ptr[i]);
		     i++)
			;
		if (!separator_valid(str_from(str_upto(s, i), from)))
			return false;
	}
}

static bool
path_valid(struct str path)
{
	while (str_find(path, '/') < path.len) {
		size_t slash = str_find(path, '/');

		if (!path_component(str_upto(path, slash)))
			return false;
		path = str_from(path, slash + 1);
	}
	return path_component(path);
}

bool
reference_tag_valid(struct str tag)
{
	if (tag.len == 0 || tag.len > TAG_MOST || tag.ptr[0] == '.' || tag.ptr[0] == '-')
		return false;
	for (size_t i = 0; i < tag.len; i++) {
		char c = tag.ptr[i];

		if (!is_alnum(c) && c != '_' && c != '.' && c != '-')
			return false;
	}
	return true;
}

bool
reference_scope_valid(struct str scope)
{
	size_t slash = str_find(scope, '/');

	return slash < scope.len && reference_host_valid(str_upto(scope, slash)) &&
	       path_valid(str_from(scope, slash + 1));
}

/* --- references --- */

bool
reference_is_full(struct str text)
{
	size_t slash = str_find(text, '/');
	struct str first = str_upto(text, slash);

	return slash < text.len &&
	       (str_find(first, '.') < first.len || str_find(first, ':') < first.len ||
		   (first.len == 9 && strncasecmp(first.ptr, "localhost", 9) == 0));
}

static int
invalid(struct err *err, const char *what)
{
	return err_set(err, REASON_REFERENCE_INVALID, NULL, "%s", what);
}

/* Behind the last "/", the last ":" starts the tag. */
static struct str
cut_tag(struct str *text)
{
	struct str tag = STR_NONE;
	size_t i = text->len;

	while (i > 0 && text->ptr[i - 1] != '/' && text->ptr[i - 1] != ':')
		i--;
	if (i > 0 && text->ptr[i - 1] == ':') {
		tag = (struct str){ text->ptr + i, text->len - i };
		*text = str_upto(*text, i - 1);
	}
	return tag;
}

static struct str
lower(struct arena *mem, struct str s)
{
	char *copy = arena_alloc(mem, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32
								    : s.ptr[i]);
	copy[s.len] = '\0';
	return (struct str){ copy, s.len };
}

struct str
reference_normal_host(struct arena *mem, struct str host)
{
	host = lower(mem, host);
	if (str_is(host, "index.docker.io") || str_is(host, "registry-1.docker.io"))
		return STR("docker.io");
	return host;
}

/* Docker's official images: "alpine" is docker.io/library/alpine. */
static struct str
normal_path(struct arena *mem, struct str host, struct str path)
{
	if (str_is(host, "docker.io") && str_find(path, '/') == path.len)
		return arena_printf(mem, "library/%.*s", STR_ARG(path));
	return arena_str(mem, path);
}

struct str
reference_normal(struct arena *mem, struct str scope)
{
	struct str host = STR("docker.io"), path = lower(mem, scope);
	size_t slash = str_find(scope, '/');

	if (reference_is_full(scope)) {
		host = reference_normal_host(mem, str_upto(scope, slash));
		path = str_from(scope, slash + 1);
	}
	return arena_printf(mem, "%.*s/%.*s", STR_ARG(host),
	    STR_ARG(normal_path(mem, host, path)));
}

int
reference_parse(
    struct reference *out, struct arena *mem, struct str text, struct err *err)
{
	struct reference r = { STR("docker.io"), text, STR_NONE, STR_NONE, STR_NONE };
	size_t at = str_find(text, '@'), slash;
	struct digest digest;
	struct err why;

	if (at < text.len) {
		r.digest = str_from(text, at + 1);
		if (digest_parse(&digest, r.digest, NULL, &why) != 0 &&
		    why.reason != REASON_DIGEST_UNSUPPORTED)
			return invalid(err, "digest is malformed");
		r.repository = str_upto(text, at);
	}
	r.tag = cut_tag(&r.repository);
	if (r.tag.ptr != NULL && !reference_tag_valid(r.tag))
		return invalid(err, "tag is malformed or longer than 128 octets");
	r.written = r.repository;
	if (reference_is_full(r.repository)) {
		slash = str_find(r.repository, '/');
		r.registry = reference_normal_host(mem, str_upto(r.repository, slash));
		r.repository = str_from(r.repository, slash + 1);
	}
	if (!reference_host_valid(r.registry) || !path_valid(r.repository))
		return invalid(err, "not registry/repository[:tag][@digest]");
	r.repository = normal_path(mem, r.registry, r.repository);
	if (r.registry.len + 1 + r.repository.len > NAME_MOST)
		return invalid(err, "registry and repository longer than 255 octets");
	r.registry = arena_str(mem, r.registry);
	r.tag = arena_str(mem, r.tag);
	r.digest = arena_str(mem, r.digest);
	r.written = arena_str(mem, r.written);
	*out = r;
	return 0;
}

struct str
reference_scope(struct arena *mem, const struct reference *r)
{
	return arena_printf(
	    mem, "%.*s/%.*s", STR_ARG(r->registry), STR_ARG(r->repository));
}

/* --- tags that name a digest --- */

static struct str
cut_suffix(struct str *tag)
{
	static const char *const suffixes[] = { "sig", "att", "sbom" };

	for (size_t i = 0; i < COUNT(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (tag->len > n + 1 && tag->ptr[tag->len - n - 1] == '.' &&
		    str_is(str_from(*tag, tag->len - n), suffixes[i])) {
			*tag = str_upto(*tag, tag->len - n - 1);
			return str_of(suffixes[i]);
		}
	}
	return STR_NONE;
}

/*
 * distribution-spec, "Referrers Tag Schema": the algorithm cut to 32 characters, "-",
 * the value cut to 64. Cosign does not cut.
 */
bool
reference_digest_tag(struct str tag, struct str *alg, struct str *hex, struct str *suffix)
{
	struct str cut = cut_suffix(&tag);
	size_t dash = tag.len;
	struct str a, h;

	while (dash > 0 && is_hex(tag.ptr[dash - 1]))
		dash--;
	if (dash < 2 || tag.ptr[dash - 1] != '-')
		return false;
	a = str_upto(tag, dash - 1);
	h = str_from(tag, dash);
	if (a.len > FALLBACK_ALG_MOST || !path_component(a))
		return false;
	if (h.len != FALLBACK_HEX && (cut.ptr == NULL || h.len < FALLBACK_HEX))
		return false;
	*alg = a;
	*hex = h;
	*suffix = cut;
	return true;
}
