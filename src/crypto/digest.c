/* SPDX-License-Identifier: Apache-2.0 */
/* Digests of the OCI image specification, and the streaming hash over them. */
#include "crypto/digest.h"

#include <stdlib.h>

#include "codec/hex.h"
#include "crypto/ossl_types.h"

static const struct {
	const char *name;
	size_t len;
} algs[] = {
	[DIGEST_NONE] = { "", 0 },
	[DIGEST_SHA256] = { "sha256", 32 },
	[DIGEST_SHA384] = { "sha384", 48 },
	[DIGEST_SHA512] = { "sha512", 64 },
};

size_t
digest_len(enum digest_alg alg)
{
	return (size_t)alg < COUNT(algs) ? algs[alg].len : 0;
}

const char *
digest_alg_name(enum digest_alg alg)
{
	return (size_t)alg < COUNT(algs) ? algs[alg].name : "";
}

struct bytes
digest_value(const struct digest *d)
{
	return bytes_of(d->value, digest_len(d->alg));
}

bool
digest_equal(const struct digest *a, const struct digest *b)
{
	return a->alg == b->alg && bytes_equal(digest_value(a), digest_value(b));
}

int
digest_cmp(const struct digest *a, const struct digest *b)
{
	if (a->alg != b->alg)
		return a->alg < b->alg ? -1 : 1;
	return bytes_cmp(digest_value(a), digest_value(b));
}

void
digest_format(char out[DIGEST_TEXT], const struct digest *d)
{
	const char *name = digest_alg_name(d->alg);
	size_t n = strlen(name);

	memcpy(out, name, n);
	out[n] = ':';
	hex_encode(out + n + 1, digest_value(d));
}

/*
 * image-spec descriptor.md, "Digests": components of [a-z0-9]+ with one of [+._-]
 * between.
 */
static bool
alg_grammar(struct str alg)
{
	bool inside = false;
	char c;

	for (size_t i = 0; i < alg.len; i++) {
		c = alg.ptr[i];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			inside = true;
		else if (inside && (c == '+' || c == '.' || c == '_' || c == '-'))
			inside = false;
		else
			return false;
	}
	return inside;
}

static bool
encoded_grammar(struct str text)
{
	char c;

	for (size_t i = 0; i < text.len; i++) {
		c = text.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '=' || c == '_' || c == '-'))
			return false;
	}
	return text.len > 0;
}

int
digest_from_parts(struct digest *out, struct str alg, struct str hex,
    const struct where *at, struct err *err)
{
	struct digest d = { 0 };

	if (!alg_grammar(alg) || !encoded_grammar(hex))
		return err_set(err, REASON_DIGEST_MALFORMED, at, "not algorithm:hex");
	for (int i = DIGEST_SHA256; i <= DIGEST_SHA512; i++)
		if (str_is(alg, algs[i].name))
			d.alg = (enum digest_alg)i;
	if (d.alg == DIGEST_NONE)
		return err_set(err, REASON_DIGEST_UNSUPPORTED, at,
		    "digest algorithm %.*s, want sha256, sha384 or sha512",
		    STR_ARG(str_upto(alg, 32)));
	if (hex.len != 2 * digest_len(d.alg))
		return err_set(err, REASON_DIGEST_MALFORMED, at,
		    "%zu hex digits, want %zu", hex.len, 2 * digest_len(d.alg));
	if (!hex_decode(d.value, digest_len(d.alg), hex))
		return err_set(err, REASON_DIGEST_MALFORMED, at, "not lower-case hex");
	*out = d;
	return 0;
}

int
digest_parse(struct digest *out, struct str text, const struct where *at, struct err *err)
{
	size_t colon = str_find(text, ':');

	if (colon == text.len)
		return err_set(
		    err, REASON_DIGEST_MALFORMED, at, "no colon in the digest");
	return digest_from_parts(
	    out, str_upto(text, colon), str_from(text, colon + 1), at, err);
}

struct hasher {
	struct ossl *lib;
	EVP_MD_CTX *ctx;
	enum digest_alg alg; /* DIGEST_NONE: nothing begun */
};

struct hasher *
hasher_new(struct ossl *lib)
{
	struct hasher *h = xmalloc(sizeof(*h));

	*h = (struct hasher){ lib, EVP_MD_CTX_new(), DIGEST_NONE };
	if (h->ctx == NULL)
		memory_exhausted();
	return h;
}

struct hasher *
hasher_beside(const struct hasher *h)
{
	return hasher_new(h->lib);
}

void
hasher_free(struct hasher *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

/*
 * With a fetched algorithm these calls fail only for want of memory, or if the caller is
 * wrong. Ending the process is the only honest answer: a digest that was not computed
 * must never be compared.
 */
static void
must(bool held)
{
	if (!held)
		memory_exhausted();
}

void
hasher_begin(struct hasher *h, enum digest_alg alg)
{
	must(digest_len(alg) != 0);
	must(EVP_DigestInit_ex2(h->ctx, h->lib->md[alg], NULL) == 1);
	h->alg = alg;
}

void
hasher_add(struct hasher *h, struct bytes data)
{
	must(h->alg != DIGEST_NONE);
	if (data.len > 0)
		must(EVP_DigestUpdate(h->ctx, data.ptr, data.len) == 1);
}

void
hasher_end(struct hasher *h, struct digest *out)
{
	unsigned len = 0;

	must(h->alg != DIGEST_NONE);
	*out = (struct digest){ .alg = h->alg };
	must(EVP_DigestFinal_ex(h->ctx, out->value, &len) == 1);
	must(len == digest_len(h->alg));
	h->alg = DIGEST_NONE;
}

void
hasher_of(struct hasher *h, enum digest_alg alg, struct bytes data, struct digest *out)
{
	hasher_begin(h, alg);
	hasher_add(h, data);
	hasher_end(h, out);
}
